// Bytes that go to a socket after a while, whatever the process does meanwhile: a signal's handler sends them. There is one place
// for such bytes in a process.
#ifndef HELIO_SYS_LATER_H
#define HELIO_SYS_LATER_H

#include <stdbool.h>
#include <stddef.h>

// n bytes at p, which stay there until sys_later_end, are sent to the socket fd in `seconds`. False: the place is taken.
bool sys_later(int fd, const char *p, size_t n, double seconds);
// They are not to be sent any more: how many of them have been. 0 for another socket's.
size_t sys_later_end(int fd);

#endif
