// Semaphores that processes share by name (SEM_CREATE). Those that were made here go with the process.
#ifndef HELIO_SYS_SEMAPHORE_H
#define HELIO_SYS_SEMAPHORE_H

#include <stdbool.h>

// Makes one, free, or takes the one of that name. destroys: 1 or 0: whether it goes with us; -1: if we have made it.
// 0 or errno.
int sys_semaphore_open(const char *name, int destroys);
bool sys_semaphore_is_open(const char *name);
bool sys_semaphore_lock(const char *name); // at once, or not
void sys_semaphore_release(const char *name);
void sys_semaphore_close(const char *name); // and it is gone, if it is to go

#endif
