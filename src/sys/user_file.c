// See user_file.h.
#include "sys/user_file.h"

#include "base/buf.h"
#include "base/mem.h"
#include "sys/entry.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

char *sys_user_file(const UserFile *f)
{
    const char *given = getenv(f->variable), *folder = getenv(f->folder), *home = getenv("HOME");
    Buf b = BUF_INIT(1 << 16);
    if (given) {
        if (!*given) return NULL;
        buf_puts(&b, given);
    } else if (folder && *folder == '/') {
        buf_printf(&b, "%s/helio/%s", folder, f->name);
    } else if (home && *home == '/') {
        buf_printf(&b, "%s/%s/helio/%s", home, f->otherwise, f->name);
    } else {
        return NULL;
    }
    return buf_take(&b);
}

int sys_make_folders_above(const char *file)
{
    AUTO_FREE char *path = mem_strdup(file);
    struct stat st;
    for (char *slash = *path ? strchr(path + 1, '/') : NULL; slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        int err = stat(path, &st) == 0 ? 0 : sys_mkdir(path, 0700);
        if (err && err != EEXIST) return err;
        *slash = '/';
    }
    return 0;
}
