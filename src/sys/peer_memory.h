// The memory of another process of ours (a child), copied without a pipe between. The system may not allow that (-EPERM,
// -ENOSYS): then the bytes are sent.
#ifndef HELIO_SYS_PEER_MEMORY_H
#define HELIO_SYS_PEER_MEMORY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// 0, -EINTR: Ctrl-C, -EFAULT: there is no such place in it, or another -errno.
int sys_peer_read(pid_t pid, void *to, uint64_t from, size_t n);
int sys_peer_write(pid_t pid, uint64_t to, const void *from, size_t n);

#endif
