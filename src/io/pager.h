// OPENW, /MORE: text at a terminal, page by page.
#ifndef HELIO_IO_PAGER_H
#define HELIO_IO_PAGER_H

#include "io/unit.h"

bool pager_is_on(const Unit *u);
// Shows text. At the end of a page it waits for a key: space the next page, return the next line, q nothing more from this unit.
MUST_USE Status pager_write(Unit *u, const char *p, size_t n);

#endif
