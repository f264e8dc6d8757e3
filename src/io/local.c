// Units over Unix-domain sockets: clients and listeners. Accepting is io/connect.c's. Start at connect_local.
#include "io/dial.h"

#include "base/mem.h"
#include "core/errors.h"
#include "net/http_text.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/local_socket.h"

#include <stdio.h>
#include <stdlib.h>

// What a path cannot be is said as it is.
static Status failure(Status s, int lun, const char *name)
{
    if (s.code != E_VALUE) return socket_failure(s, lun, name);
    Status out = status_fail(E_VALUE, "%s Unit: %d", s.text ? s.text : "", lun);
    status_drop(&s);
    return out;
}

Status connect_local(Units *t, int64_t lun, SocketOpen *how)
{
    Unit *u;
    int fd;
    STATUS_TRY(must_be_closed(t, lun, &u));
    double deadline = sys_deadline(how->connect_timeout);
    AUTO_FREE char *path = path_expand(how->path);
    Status st = sys_local_connect(path, how->connect_timeout, &fd);
    if (!status_ok(st)) return failure(st, u->lun, path);
    Stream *s = wrap_timed(fd, false, how);
    if (how->tls) st = secure(t, how, false, deadline, s);
    if (!status_ok(st)) {
        drop_stream(s);
        return socket_failure(st, u->lun, path);
    }
    STATUS_TRY(lun_attach(t, lun, s, path, how->flags, how->width));
    begin_requests(u, how);
    return STATUS_OK;
}

Status connect_local_listen(Units *t, int64_t lun, SocketOpen *how)
{
    Unit *u;
    SysLocalFile file;
    int fd;
    STATUS_TRY(must_be_closed(t, lun, &u));
    AUTO_FREE char *path = path_expand(how->path), *name = NULL;
    Buf b = BUF_INIT(BUF_NO_LIMIT);
    buf_printf(&b, "<LISTENER>.%s", path);
    name = buf_take(&b);
    Status st = sys_local_listen(path, &fd, &file);
    if (!status_ok(st)) return failure(st, u->lun, name);
    char *whole = file.ino ? realpath(path, NULL) : NULL;  // the program may go to another folder
    Stream *s = wrap_timed(fd, true, how);
    socket_set_file(s, whole ? whole : path, &file);
    free(whole);
    return lun_attach(t, lun, s, name, how->flags, how->width);
}
