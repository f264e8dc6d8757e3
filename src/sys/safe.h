// helio --safe: programs of others may read what the user may read, and write below one folder. They start no program, open no
// connection, no device and no pipe. What is refused has numbers beyond errno's, so that it goes the ways of other failures
// (sys_error_text words them). There is no way back: nothing here ends it.
//
//   First wall: each call that changes files takes a name through safe_place, which answers the folder's descriptor and the last
//   part of the name. The folder is reached from the descriptor of the safe folder name by name, links never followed, so that
//   neither "..", links, /proc/self/root nor an exchange of names meanwhile leads out.
//   Second wall: the same as rules of the kernel (Landlock), where there are any. They hold for all threads to come.
#ifndef HELIO_SYS_SAFE_H
#define HELIO_SYS_SAFE_H

#include "base/status.h"

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>

enum { SAFE_WRITE = 4001, SAFE_DEVICE, SAFE_LINKED, SAFE_MODE, SAFE_PROGRAM, SAFE_NETWORK };

// Begins it, before the first thread. The folder must be there, and helio not in it.
Status safe_start(const char *folder);
bool safe_on(void);
// Whether a program under --safe may write there (it is below the folder).
bool safe_covers(const char *path);
// The X display that may be opened: $DISPLAY; under --safe the one of the start, if it is local. NULL: none.
const char *safe_display(void);

typedef struct SafePlace {
    int at;            // for openat and its kin
    const char *name;
    char last[NAME_MAX + 1];
} SafePlace;

// Where a name that is to be written, made or removed stands: 0 or errno. `follow`: links are followed to what they stand for,
// though it need not be there. Without --safe the place is AT_FDCWD and the path. safe_leave closes it.
int safe_place(SafePlace *p, const char *path, bool follow);
void safe_leave(SafePlace *p);
// open(2) under --safe, for sys_open: a descriptor or -errno.
int safe_open(const char *path, int flags, int mode);
// Why what is there must not be written in place: 0 or errno's number. Always 0 without --safe.
int safe_writes(const struct stat *st);

// strerror, for these numbers as well; errno's number of a refusal is EPERM.
const char *sys_error_text(int err);
int sys_error_number(int err);

#endif
