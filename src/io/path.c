// Names of files as IDL expands them: ~, ~user, $NAME, ${NAME}. Start at path_expand.
#include "io/lun.h"

#include "base/buf.h"
#include "base/mem.h"

#include <ctype.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

enum { USER_MAX = 256 };  // LOGIN_NAME_MAX of Linux

static void put_home(Buf *b, const char *user, size_t n)
{
    if (n > USER_MAX) {  // no user's name, and more than the C library expects
        buf_putc(b, '~');
        buf_put(b, user, n);
        return;
    }
    struct passwd pw, *found = NULL;
    char space[4096];
    const char *home = n == 0 ? getenv("HOME") : NULL;
    AUTO_FREE char *name = mem_strndup(user, n);
    if (!home && n && getpwnam_r(name, &pw, space, sizeof space, &found) == 0 && found) home = found->pw_dir;
    if (home) {
        buf_puts(b, home);
    } else {
        buf_putc(b, '~');
        buf_put(b, user, n);
    }
}

static size_t variable_length(const char *p)
{
    size_t n = 0;
    if (isdigit((unsigned char)p[0])) return 0;
    while (isalnum((unsigned char)p[n]) || p[n] == '_') n++;
    return n;
}

// p is behind the $. Returns how many characters the reference takes; 0 when there is none.
static size_t put_variable(Buf *b, const char *p)
{
    bool braces = p[0] == '{';
    size_t n = variable_length(p + braces);
    if (n == 0 || (braces && p[1 + n] != '}')) return 0;
    AUTO_FREE char *name = mem_strndup(p + braces, n);
    const char *value = getenv(name);
    if (value) buf_puts(b, value);
    return n + (braces ? 2 : 0);
}

char *path_expand(const char *path) { return path_expand_some(path, true, true); }

char *path_expand_some(const char *path, bool tilde, bool variables)
{
    tilde = tilde && *path == '~';
    if (!tilde && !(variables && strchr(path, '$'))) return mem_strdup(path);
    Buf b = BUF_INIT(1 << 20);
    if (tilde) {
        size_t n = strcspn(path + 1, "/");
        put_home(&b, path + 1, n);
        path += 1 + n;
    }
    while (*path) {
        size_t used = variables && *path == '$' ? put_variable(&b, path + 1) : 0;
        if (!used) buf_putc(&b, *path);
        path += 1 + used;
    }
    buf_puts(&b, "");
    char *text = buf_take(&b);
    return text ? text : mem_strdup("");
}
