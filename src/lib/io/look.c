// Start at look_passes.
#include "lib/io/look.h"

#include <unistd.h>

Seen look(const char *path)
{
    Seen f = {0};
    struct stat link;
    if (!*path) return f;
    f.is_link = lstat(path, &link) == 0 && S_ISLNK(link.st_mode);
    f.exists = stat(path, &f.st) == 0;
    f.is_dangling = f.is_link && !f.exists;
    return f;
}

bool look_passes(const char *path, const Seen *f, unsigned tests)
{
    if (tests & 1u << LOOK_DANGLING_SYMLINK_BIT) return f->is_dangling;
    if (!f->exists) return !tests && f->is_dangling;
#define LOOK_FAIL(name, holds) if (tests & 1u << LOOK_##name##_BIT && !(holds)) return false;
    LOOK_TESTS(LOOK_FAIL)
#undef LOOK_FAIL
    return true;
}
