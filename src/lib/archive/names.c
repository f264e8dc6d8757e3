// See names.h.
#include "lib/archive/names.h"

#include <limits.h>
#include <string.h>

static bool is_part(const char *p, size_t n, const char *text) { return n == strlen(text) && !memcmp(p, text, n); }

const char *archive_name_clean(const char *name, char *to)
{
    size_t used = 0;
    if (*name == '/') return "it is an absolute name";
    for (const char *p = name; *p;) {
        size_t n = strcspn(p, "/");
        if (is_part(p, n, "..")) return "it leads out of the folder";
        if (n > NAME_MAX || used + n + 2 > PATH_MAX) return "the name is too long";
        if (n && !is_part(p, n, ".")) {
            if (used) to[used++] = '/';
            memcpy(to + used, p, n);
            used += n;
        }
        p += n + (p[n] == '/');
    }
    to[used] = '\0';
    return NULL;
}

bool archive_link_stays(const char *name, const char *target)
{
    int depth = 0;
    bool below = false;
    if (!*target || *target == '/') return false;
    for (const char *p = name; *p; p++) depth += *p == '/';
    for (const char *p = target; *p;) {
        size_t n = strcspn(p, "/");
        if (is_part(p, n, "..")) {
            if (below || --depth < 0) return false;
        } else if (n && !is_part(p, n, ".")) {
            below = true;
        }
        p += n + (p[n] == '/');
    }
    return true;
}
