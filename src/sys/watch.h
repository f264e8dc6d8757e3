// Descriptors that are waited for again and again: the system keeps the set (epoll), so that a look costs what is ready, not what
// is watched. A file of the disk cannot be watched: it is always ready.
#ifndef HELIO_SYS_WATCH_H
#define HELIO_SYS_WATCH_H

#include <stdint.h>

typedef struct Watch Watch;

Watch *watch_new(void);  // NULL: the system has none to give
void watch_free(Watch *w);
// Input at fd is reported under this tag until watch_remove, which must come before fd is closed. 0, or -errno; -EPERM: fd is
// always ready.
int watch_add(Watch *w, int fd, uint64_t tag);
void watch_remove(Watch *w, int fd);
// Readable while one of them is ready: for sys_wait.
int watch_fd(const Watch *w);
// How many are ready now, or -errno; the tag of the i-th of them, until the next call.
int watch_ready(Watch *w);
uint64_t watch_tag(const Watch *w, int i);

#endif
