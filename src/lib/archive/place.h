// Entries of an archive made in a folder, and nowhere else: no part of a name below the folder may be a symbolic link,
// what is there under the name is replaced and never written through, and links are made when all else is there.
#ifndef HELIO_LIB_ARCHIVE_PLACE_H
#define HELIO_LIB_ARCHIVE_PLACE_H

#include "io/archive.h"
#include "sys/publish.h"

#include <limits.h>

typedef struct PlaceLater {
    char *name, *target; // target NULL: a folder, whose mode and time are set at the end
    unsigned mode;
    int64_t seconds;
    long nanoseconds;
    struct PlaceLater *next;
} PlaceLater;

typedef struct Place {
    const char *root;      // the folder, without a slash at its end
    char folder[PATH_MAX]; // below it: the one that was looked at last
    bool is_looked;
    PlaceLater *later, **tail;
    mode_t mask;         // the process's
    char path[PATH_MAX]; // of the entry, for messages and system calls
    const char *why;     // it is refused; errno's text otherwise
} Place;

// Each returns 0, errno, or -1: refused (why says so). Names are clean (names.h).
int place_root(Place *x, const char *root); // made if it is not there
int place_folder(Place *x, const char *name, const ArchiveEntry *e);
int place_open(Place *x, const char *name, const ArchiveEntry *e,
               Publication *out); // a file to be written and committed
int place_hard_link(Place *x, const char *name, const char *target);
int place_link(Place *x, const char *name, const char *target, const ArchiveEntry *e); // symbolic: done by place_finish
// Links and what folders still lack. `said` is told of what is refused.
int place_finish(Place *x, void (*refused)(void *ctx, const char *name, const char *why), void *ctx);
void place_release(void *place);

// A piece of a file, at a position; blocks of zeros become holes. 0 or errno.
int place_write(const Publication *out, const char *p, size_t n, int64_t at);
// The file has this many bytes, and the entry's mode and time of change.
int place_end(const Place *x, const Publication *out, int64_t size, const ArchiveEntry *e);

#endif
