// What is typed at the terminal, for those who read standard input. Bytes that were read while the terminal was asked something
// (gfx/term_ask.c) are kept and come before all others; what the terminal itself says late is taken out by a filter.
#ifndef HELIO_SYS_TYPED_H
#define HELIO_SYS_TYPED_H

#include "base/buf.h"

#include <stdbool.h>

void sys_typed_keep(const char *p, size_t n); // behind what is kept already
bool sys_typed_kept(int fd);                  // there is something for readers of fd
size_t sys_typed_take(int fd, void *p, size_t n);
// At the end of the process: what nobody has read goes back to the terminal, for the program that reads it next, where the
// system allows that.
void sys_typed_return(void);

// Looks at what has come and puts what was typed into `rest`. is_last: nothing follows at once. NULL: no filter. It is asked by
// whoever reads standard input, if that is a terminal.
typedef void SysTypedFilter(void *arg, const char *p, size_t n, bool is_last, Buf *rest);
void sys_typed_filter(SysTypedFilter *filter, void *arg);

// Before a read of fd that will not wait: false when all that has come was for the filter.
bool sys_typed_sift(int fd);

#endif
