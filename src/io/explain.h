// Internal to io/: says once what is unexpected about the reply to a printed HTTP request.
#ifndef HELIO_IO_EXPLAIN_H
#define HELIO_IO_EXPLAIN_H

#include "io/unit.h"

// After the head has been looked at (io/follow.c), and again when it has become whole.
void explain_reply(Unit *u);

#endif
