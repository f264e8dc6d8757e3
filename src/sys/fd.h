// Descriptors: open, read, write, without EINTR and SIGPIPE, close-on-exec. Results are counts, or -errno.
// -EINTR comes back only when Ctrl-C is up. HELIO_STRESS=short makes every transfer one byte.
#ifndef HELIO_SYS_FD_H
#define HELIO_SYS_FD_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

// O_CLOEXEC is added. Under --safe (sys/safe.h) what is written lies below its folder, and devices are refused.
int sys_open(const char *path, int flags, int mode);
// The same for a place that safe_place has found (or a name that no program chose).
int sys_open_at(int at, const char *name, int flags, int mode);
// sys_open for a mode of fopen ("r", "w", "a"); NULL, and errno.
FILE *sys_fopen(const char *path, const char *mode);
// A file without a name in $TMPDIR (/tmp), to be read and written: a descriptor or -errno.
int sys_open_nameless(void);
int sys_close(int fd);
// One transfer. A descriptor in non-blocking mode may answer -EAGAIN.
ssize_t sys_read(int fd, void *p, size_t n);
ssize_t sys_write(int fd, const void *p, size_t n);
// One transfer that waits (in sys_wait, seconds; negative for ever) until the descriptor is ready: for pipes,
// terminals and sockets. -ETIMEDOUT after the timeout.
ssize_t sys_read_wait(int fd, void *p, size_t n, double timeout);
ssize_t sys_write_wait(int fd, const void *p, size_t n, double timeout);
// Before a wait for `wanted` bytes of a socket, when they are many: lets a sender that is at it send a lot of them, for two
// milliseconds at most. Each time that a reader is woken costs both sides.
void sys_gather(int fd, size_t wanted);
// All of it, to standard error: waits for a terminal that is behind, but not for ever.
void sys_write_message(int fd, const char *p, size_t n);
int sys_set_nonblocking(int fd, int on);
// Bytes that can be read without blocking (FIONREAD); 0 when unknown.
int64_t sys_waiting(int fd);
// The largest piece a transfer is cut to (1 under HELIO_STRESS=short), so that Ctrl-C is seen between pieces.
size_t sys_piece(size_t n);

// As many open descriptors as the system lets this process have (setrlimit).
void sys_allow_descriptors(void);

#endif
