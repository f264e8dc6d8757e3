// Publishing: a file's new content is written aside and takes the old one's place at the end, so that a full disk, a failure or
// a kill leaves the old file or the new one, and nothing else. Callers word the failures (all are errno's numbers, 0: none).
//
//   The content is written to a file without a name (O_TMPFILE), else to one beside the target with a name of its own,
//   created by O_EXCL. Links are followed to what they stand for, also where that does not exist yet. Mode, owner and group of
//   the old file are kept. Devices and pipes are written to directly; a file in a folder that may not be written is written
//   anew in place, once all is there.
#ifndef HELIO_SYS_PUBLISH_H
#define HELIO_SYS_PUBLISH_H

#include "sys/safe.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

typedef enum PublishWay { PUBLISH_UNNAMED, PUBLISH_NAMED, PUBLISH_OVERWRITE, PUBLISH_DIRECT } PublishWay;

typedef struct Publication {
    int fd;         // to write to; -1: not open
    PublishWay way;
    char *target;   // links followed
    SafePlace place;  // where it stands
    char *working;  // the name of PUBLISH_NAMED
    bool unsynced;  // PUBLISH_UNSYNCED
    bool exists;    // there is an old file, and this is what it is
    struct stat old;
    struct Publication *next;  // of those that have a name to be removed
} Publication;

// In `mode`: a link is replaced, not followed (for names that the engine itself chooses in a shared folder).
// PUBLISH_UNSYNCED: an old file is replaced without waiting for the disk (many files at once).
enum { PUBLISH_NO_LINK = 1 << 20, PUBLISH_UNSYNCED = 1 << 21 };

// mode: of a new file, before the process's mask (0666). A link that another user has left in a folder where anybody may write
// is not followed (EACCES).
int publish_open(Publication *p, const char *path, int mode);
// The content is complete: it is brought to the disk if there is an old file, and takes its place. What is lost with the old
// file (other names of it, its owner) is told in *lost: NULL or a text. After a failure the old file is there (EINTR: Ctrl-C).
int publish_commit(Publication *p, const char **lost);
void publish_abandon(Publication *p);  // the old file stays
void publish_abandon_all(void);        // before a signal ends the process: names of unfinished ones are removed

// A link that another user has left in a folder where anybody may write: whoever follows it writes where that user wants.
bool publish_is_strangers_link(const char *path);

// All at once.
int publish_bytes(const char *path, const void *data, size_t n, int mode, const char **lost);
int publish_write(const Publication *p, const void *data, size_t n);

#endif
