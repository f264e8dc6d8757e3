// What a file is: the tests that FILE_TEST and FILE_SEARCH know.
#ifndef HELIO_LIB_IO_LOOK_H
#define HELIO_LIB_IO_LOOK_H

#include <stdbool.h>
#include <sys/stat.h>

typedef struct Seen {
    bool exists, is_link, is_dangling;
    struct stat st;  // of what a link points to
} Seen;

Seen look(const char *path);

// Each takes a keyword of that name; in FILE_SEARCH with TEST_ before it.
#define LOOK_TESTS(X)                                                                                                 \
    X(BLOCK_SPECIAL, S_ISBLK(f->st.st_mode))                                                                          \
    X(CHARACTER_SPECIAL, S_ISCHR(f->st.st_mode))                                                                      \
    X(DIRECTORY, S_ISDIR(f->st.st_mode))                                                                              \
    X(EXECUTABLE, access(path, X_OK) == 0)                                                                            \
    X(GROUP, f->st.st_gid == getegid())                                                                               \
    X(NAMED_PIPE, S_ISFIFO(f->st.st_mode))                                                                            \
    X(READ, access(path, R_OK) == 0)                                                                                  \
    X(REGULAR, S_ISREG(f->st.st_mode))                                                                                \
    X(SETGID, f->st.st_mode & S_ISGID)                                                                                \
    X(SETUID, f->st.st_mode & S_ISUID)                                                                                \
    X(SOCKET, S_ISSOCK(f->st.st_mode))                                                                                \
    X(STICKY_BIT, f->st.st_mode & S_ISVTX)                                                                            \
    X(SYMLINK, f->is_link)                                                                                            \
    X(USER, f->st.st_uid == geteuid())                                                                                \
    X(WRITE, access(path, W_OK) == 0)                                                                                 \
    X(ZERO_LENGTH, f->st.st_size == 0)

#define LOOK_BIT(name, holds) LOOK_##name##_BIT,
enum { LOOK_TESTS(LOOK_BIT) LOOK_DANGLING_SYMLINK_BIT, LOOK_COUNT };

// All tests of the set (1 << LOOK_..._BIT) hold. DANGLING_SYMLINK excludes the others.
bool look_passes(const char *path, const Seen *f, unsigned tests);

#endif
