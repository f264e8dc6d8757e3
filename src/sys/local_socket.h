// Unix-domain stream sockets: a file of the file system, or "@name", a name of Linux without a file. Accepting is sys_accept's.
#ifndef HELIO_SYS_LOCAL_SOCKET_H
#define HELIO_SYS_LOCAL_SOCKET_H

#include "base/status.h"

enum { SYS_LOCAL_MAX = 107 };  // bytes of a path or name

// A listener's file, so that no other one is removed in its place.
typedef struct SysLocalFile {
    uint64_t dev, ino;  // 0: there is none
} SysLocalFile;

// E_CONNECT (sys tells; ENOTSOCK: the file is no socket), E_VALUE for what no path is, E_INTERRUPT.
MUST_USE Status sys_local_connect(const char *path, double timeout, int *fd);
// A file at which nobody listens is replaced; E_LISTEN with EADDRINUSE when somebody does, ENOTSOCK when it is no socket.
MUST_USE Status sys_local_listen(const char *path, int *fd, SysLocalFile *file);
// Removes the listener's file, if it is still the one that it has made.
void sys_local_remove(const char *path, const SysLocalFile *file);

#endif
