// Where files of the user's own are kept between runs: the history, the preferences.
#ifndef HELIO_SYS_USER_FILE_H
#define HELIO_SYS_USER_FILE_H

typedef struct UserFile {
    const char *variable;  // of the environment: names the file itself; empty: none is kept
    const char *folder;    // of the environment: the folder above helio's ("XDG_STATE_HOME")
    const char *otherwise; // the same, below $HOME (".local/state")
    const char *name;      // "history"
} UserFile;

// The file's path, owned by the caller; NULL when none is to be kept (or there is no home).
char *sys_user_file(const UserFile *f);
// Makes the folders above a file. 0, or errno of the first that is not there and cannot be made.
int sys_make_folders_above(const char *path);

#endif
