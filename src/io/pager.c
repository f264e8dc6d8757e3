// Start at pager_write.
#include "io/pager.h"

#include "core/errors.h"
#include "io/lun.h"
#include "sys/fd.h"
#include "sys/interrupt.h"
#include "sys/terminal.h"

#include <errno.h>
#include <string.h>

bool pager_is_on(const Unit *u)
{
    bool can_ask = u->flags & UF_MORE && u->flags & UF_READ && u->stream->flags & SF_TTY && u->stream->ops->fd;
    return can_ask && (!u->all->pages || u->all->pages(u->all->pages_arg));
}

static Status show(Unit *u, const char *p, size_t n)
{
    while (n) {
        size_t put;
        STATUS_TRY(u->stream->ops->write(u->stream, p, n, &put));
        p += put;
        n -= put;
    }
    return STATUS_OK;
}

// One key, without echo. The terminal gets its modes back in any case.
static Status ask(Unit *u, char *key)
{
    static const char question[] = "--More-- (space: page, return: line, q: quit)", blank[] = "\r\033[K";
    SysTermSave save;
    int fd = u->stream->ops->fd(u->stream);
    STATUS_TRY(show(u, question, sizeof question - 1));
    bool is_raw = sys_term_raw(fd, &save);
    ssize_t got = sys_read_wait(fd, key, 1, -1);
    if (is_raw) sys_term_restore(&save);
    STATUS_TRY(show(u, blank, sizeof blank - 1));
    if (got == 1 && *key == 3) sys_interrupt();  // Ctrl-C is a key in raw mode
    if (sys_interrupted() || got < 0) return stream_error(E_READ, sys_interrupted() ? EINTR : (int)-got);
    if (got == 0) *key = 'q';
    return STATUS_OK;
}

static Status next_page(Unit *u)
{
    char key = 0;
    STATUS_TRY(ask(u, &key));
    if (key == 'q' || key == 'Q') u->page_line = -1;
    else if (key == ' ') u->page_line = 0;
    else u->page_line--;
    return STATUS_OK;
}

Status pager_write(Unit *u, const char *p, size_t n)
{
    int rows = sys_term_rows(u->stream->ops->fd(u->stream));
    while (n && u->page_line >= 0) {
        const char *lf = memchr(p, '\n', n);
        size_t k = lf ? (size_t)(lf - p) + 1 : n;
        if (u->page_line >= rows - 1) STATUS_TRY(next_page(u));
        if (u->page_line < 0) break;
        STATUS_TRY(show(u, p, k));
        u->page_line += lf != NULL;
        p += k;
        n -= k;
    }
    return STATUS_OK;
}
