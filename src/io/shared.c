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

static Status settle_one(Unit *u, bool writing)
{
    Status s = unit_flush(u);
    if (status_ok(s) && writing) s = unit_forget_input(u);
    return status_ok(s) ? s : unit_error(u, s);
}

Status shared_settle(Unit *u, bool writing)
{
    for (int i = 0; u->is_shared && i < UNITS; i++) {
        if (is_same_file(u, &u->all->unit[i])) STATUS_TRY(settle_one(&u->all->unit[i], writing));
    }
    return STATUS_OK;
}

Status shared_settle_path(Units *t, const char *path)
{
    struct stat st;
    if (stat(path, &st) < 0) return STATUS_OK;
    for (int i = 0; i < UNITS; i++) {
        Unit *u = &t->unit[i];
        if (u->stream && u->ino && u->ino == st.st_ino && u->dev == st.st_dev) STATUS_TRY(settle_one(u, true));
    }
    return STATUS_OK;
}
