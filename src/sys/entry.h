// Names in folders: made, given, taken away, under --safe below its folder only (sys/safe.h). 0 or errno's number.
#ifndef HELIO_SYS_ENTRY_H
#define HELIO_SYS_ENTRY_H

#include <sys/types.h>

int sys_unlink(const char *path);
int sys_remove(const char *path);  // a file, or a folder that is empty
int sys_rename(const char *from, const char *to);
int sys_mkdir(const char *path, mode_t mode);
int sys_mkfifo(const char *path, mode_t mode);
int sys_link(const char *from, const char *to);
int sys_symlink(const char *target, const char *path);
int sys_chmod(const char *path, mode_t mode);
int sys_set_time(const char *path, time_t seconds, long nanoseconds);  // of its last change; a link is not followed

#endif
