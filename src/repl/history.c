// The place of the history file. Reading and writing it is the editor's (repl/readline.c).
#include "repl/history.h"

#include "base/buf.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

// Makes the folders above a file; what fails shows when the file is opened.
static void make_folders(char *path)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
}

char *history_path(void)
{
    const char *given = getenv("HELIO_HISTORY"), *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    Buf b = BUF_INIT(1 << 16);
    if (given) {
        if (!*given) return NULL;
        buf_puts(&b, given);
    } else if (state && *state == '/') {
        buf_printf(&b, "%s/helio/history", state);
    } else if (home && *home == '/') {
        buf_printf(&b, "%s/.local/state/helio/history", home);
    } else {
        return NULL;
    }
    char *path = buf_take(&b);
    if (path) make_folders(path);
    return path;
}
