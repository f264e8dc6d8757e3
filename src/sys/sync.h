// A file's content to the disk, which may take long and cannot be interrupted: it is waited for as all else is.
#ifndef HELIO_SYS_SYNC_H
#define HELIO_SYS_SYNC_H

// 0 or errno; EINTR: Ctrl-C, and the system goes on by itself.
int sys_sync(int fd);

#endif
