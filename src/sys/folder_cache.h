// What a look through folders found, kept between runs: asking each of some hundred folders whether it has changed
// takes a tenth of the time that reading them takes, and a hundredth where they lie on another machine. Start reading
// at folder_cache_read.
#ifndef HELIO_SYS_FOLDER_CACHE_H
#define HELIO_SYS_FOLDER_CACHE_H

#include "sys/folder_tree.h"

// What is kept of that list, if no folder has changed since. False: nothing, the folders must be read (the tree is
// empty). What lies in the file is not believed: only a file of this user's, its numbers within what it holds.
bool folder_cache_read(FolderTree *t, const char *list, const char *ending);
// Keeps it, if there is enough to be worth it. That it cannot is no failure: the next run reads the folders.
void folder_cache_write(const FolderTree *t, const char *list, const char *ending);

#endif
