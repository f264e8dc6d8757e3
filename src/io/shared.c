// Units of one file, found by device and inode. A unit that is alone with its file, as nearly all are, pays one comparison.
// Start at shared_settle.
#include "io/shared.h"

#include "io/lun.h"

#include <sys/stat.h>

enum { UNITS = LUN_LAST + 3 };

static bool is_same_file(const Unit *a, const Unit *b)
{
    return a != b && a->stream && b->stream && a->ino && a->ino == b->ino && a->dev == b->dev;
}

void shared_note(Unit *u)
{
    struct stat st;
    int fd = u->stream->ops->fd ? u->stream->ops->fd(u->stream) : -1;
    if (!(u->stream->flags & SF_REGULAR) || fd < 0 || fstat(fd, &st) < 0) return;
    u->dev = st.st_dev;
    u->ino = st.st_ino;
    for (int i = 0; i < UNITS; i++) {
        if (is_same_file(u, &u->all->unit[i])) u->is_shared = u->all->unit[i].is_shared = true;
    }
}

Status shared_settle(Unit *u, bool writing)
{
    if (!u->is_shared) return STATUS_OK;
    for (int i = 0; i < UNITS; i++) {
        Unit *other = &u->all->unit[i];
        if (!is_same_file(u, other)) continue;
        Status s = unit_flush(other);
        if (status_ok(s) && writing) s = unit_forget_input(other);
        if (!status_ok(s)) return unit_error(other, s);
    }
    return STATUS_OK;
}
