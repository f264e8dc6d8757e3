// The place of the history file. Reading and writing it is the editor's (repl/readline.c).
#include "repl/history.h"

#include "sys/user_file.h"

#include <stddef.h>

char *history_path(int *err)
{
    char *path = sys_user_file(&(UserFile){"HELIO_HISTORY", "XDG_STATE_HOME", ".local/state", "history"});
    *err = path ? sys_make_folders_above(path) : 0;
    return path;
}
