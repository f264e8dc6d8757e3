// The place of the history file. Reading and writing it is the editor's (repl/readline.c).
#include "repl/history.h"

#include "sys/user_file.h"

#include <stddef.h>

char *history_path(void)
{
    char *path = sys_user_file(&(UserFile){"HELIO_HISTORY", "XDG_STATE_HOME", ".local/state", "history"});
    if (path) sys_make_folders_above(path);
    return path;
}
