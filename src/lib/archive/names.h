// Names that come out of an archive, as texts: whether they stay in the folder where it is unpacked.
#ifndef HELIO_LIB_ARCHIVE_NAMES_H
#define HELIO_LIB_ARCHIVE_NAMES_H

#include <stdbool.h>
#include <stddef.h>

// The name without empty and "." parts and without a slash at its end, in `to` (PATH_MAX bytes). NULL: it may be used;
// else why not.
// "" is the folder itself.
const char *archive_name_clean(const char *name, char *to);
// Whether a symbolic link of that (clean) name leads to something in the folder, whatever links there are besides: ".."
// stands before all else in its target, and climbs no higher than the folder.
bool archive_link_stays(const char *name, const char *target);

#endif
