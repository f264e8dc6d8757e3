// Folders and the files with a common ending in them, looked through once and remembered: of files of one name, the one in the
// folder that comes first. Start reading at folder_tree_read.
#ifndef HELIO_SYS_FOLDER_TREE_H
#define HELIO_SYS_FOLDER_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

typedef struct FolderSeen {
    uint32_t path;   // where it begins in `text`
    uint32_t files;  // how many were found here first
    dev_t device;
    ino_t inode;
    struct timespec changed;  // st_ctim, which nobody can set back
    bool is_there;  // else it is in the list alone, and may come
    bool is_fresh;  // it had changed just before it was looked through, and may have changed again within its clock's tick
} FolderSeen;

typedef struct FileSeen {
    uint32_t name;  // where it begins in `text`
    uint32_t folder;
    uint32_t hash;
} FileSeen;

typedef struct FolderTree {
    char *text;  // paths of folders and names of files, each with its NUL
    FolderSeen *folder;
    FileSeen *file;
    uint32_t *slot;  // by the hash of a name: 1 + the number of the file; 0: free
    uint32_t text_len, text_cap, folders, folder_cap, files, file_cap, slots;
    char *block;  // where all four lie when they were read from a file, and are not changed; else NULL
} FolderTree;

typedef enum { TREE_OK, TREE_NO_MEMORY, TREE_INTERRUPTED } TreeRead;

// `list`: folders, separated by colons, in the order in which they count; "+FOLDER" is one with all that are below it (links to
// folders are not followed there), "<WORDS>" none. The tree is empty before (all zero), and after a failure.
TreeRead folder_tree_read(FolderTree *t, const char *list, const char *ending);
void folder_tree_free(FolderTree *t);  // it is empty afterwards
// The file of that name; NULL: none of the folders had one.
const FileSeen *folder_tree_find(const FolderTree *t, const char *name);
// Whether files may have come, gone or moved since.
bool folder_tree_has_changed(const FolderTree *t);

#endif
