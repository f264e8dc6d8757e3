// Which of many units have something to read. A few are given to the system each time; many are kept in a set of the system
// (sys/watch.h), so that a call costs what is ready. Start at lun_poll.
#include "io/lun.h"

#include "base/mem.h"
#include "io/decoded.h"
#include "sys/await.h"
#include "sys/clock.h"
#include "sys/watch.h"

#include <errno.h>
#include <string.h>

enum { FEW = 32 };    // units for which a set does not pay
#define GLANCE 0.25   // seconds between looks at handshakes that go on: whether their time is over

typedef struct Poll {
    Units *t;
    Unit *const *u;
    uint8_t *ready;
    int n, count;
    bool is_opening;  // one of them has a handshake that goes on
} Poll;

void unit_unwatch(Unit *u)
{
    if (u->is_watched) watch_remove(u->all->watch, unit_poll_fd(u));
    u->is_watched = false;
}

// Without asking the system: what the buffers hold, what is no descriptor, what is closed.
static bool has_something(Unit *u)
{
    if (!u->stream || u->at < u->in.len || unit_poll_fd(u) < 0 || (u->decoded && decoded_is_ready(u))) return true;
    const StreamOps *ops = u->stream->ops;
    return ops->pending && (!ops->holds || ops->holds(u->stream)) && ops->pending(u->stream);
}

bool unit_is_opening(Unit *u)
{
    if (u->stream->flags & SF_OPENING) unit_has_buffered(u);
    return u->stream->flags & SF_OPENING;
}

// Something has come on the descriptor. Over TLS it may be no data.
static bool has_come(Unit *u) { return u->stream->flags & SF_UNDER_TLS ? unit_has_buffered(u) : true; }

// What was printed while a handshake went on goes out behind it.
static void flush(Unit *u)
{
    Status s = u->stream && u->flags & UF_WRITE && !unit_is_opening(u) ? unit_flush(u) : STATUS_OK;
    status_drop(&s);  // an unsent request shows as a unit that never answers; its next transfer reports it
}

static void mark(Poll *p, int i)
{
    p->count += !p->ready[i];
    p->ready[i] = 1;
    unit_announce(p->u[i]);
}

static void look_at_buffers(Poll *p)
{
    for (int i = 0; i < p->n; i++) {
        Unit *u = p->u[i];
        u->asked = p->t->polls;
        if (has_something(u)) mark(p, i);
        else if (unit_is_opening(u)) p->is_opening = true;
        else if (u->out.len) flush(u);
    }
}

// All of them given to the system.
static int wait_for_each(Poll *p, double timeout)
{
    struct pollfd few[FEW], *fds = p->n <= FEW ? few : mem_alloc((size_t)p->n * sizeof *fds);
    if (!fds) return -ENOMEM;
    for (int i = 0; i < p->n; i++) fds[i] = (struct pollfd){p->ready[i] ? -1 : unit_poll_fd(p->u[i]), POLLIN, 0};
    int got = sys_wait(fds, p->n, timeout);
    for (int i = 0; i < p->n && got > 0; i++) {
        if (fds[i].revents && has_come(p->u[i])) mark(p, i);
    }
    if (fds != few) mem_free(fds);
    return got;
}

// All of them into the set. What cannot be watched is ready.
static int watch_all(Poll *p)
{
    Units *t = p->t;
    if (!t->watch && !(t->watch = watch_new())) return -ENOMEM;
    for (int i = 0; i < p->n; i++) {
        Unit *u = p->u[i];
        if (u->is_watched || !u->stream || unit_poll_fd(u) < 0) continue;
        int err = watch_add(t->watch, unit_poll_fd(u), (uint64_t)u->lun);
        if (err && err != -EPERM) return err;
        if (err) mark(p, i);  // a file
        else u->is_watched = true;
    }
    return 0;
}

static int wait_for_set(Poll *p, double timeout)
{
    Units *t = p->t;
    Unit *u;
    int got = sys_wait_fd(watch_fd(t->watch), POLLIN, p->count ? 0 : timeout);
    if (got <= 0) return got;
    got = watch_ready(t->watch);
    bool any = false;
    for (int k = 0; k < got; k++) {
        Status s = lun_find(t, (int64_t)watch_tag(t->watch, k), &u);
        status_drop(&s);  // units do not go
        if (u->asked != t->polls) unit_unwatch(u);  // of another call: it would end each wait at once
        else if (has_come(u)) any = u->has_come = true;
    }
    for (int i = 0; any && i < p->n; i++) {
        if (p->u[i]->has_come) mark(p, i);
    }
    for (int k = 0; any && k < got; k++) {
        Status s = lun_find(t, (int64_t)watch_tag(t->watch, k), &u);
        status_drop(&s);
        u->has_come = false;
    }
    return got;
}

// One turn: 0 when its time is over and nothing has come.
static int turn(Poll *p, double timeout)
{
    look_at_buffers(p);
    if (p->is_opening && (timeout < 0 || timeout > GLANCE)) timeout = GLANCE;
    if (p->count) timeout = 0;
    bool is_set = p->n > FEW && watch_all(p) == 0;  // the system may set a limit to sets
    return is_set ? wait_for_set(p, timeout) : wait_for_each(p, timeout);
}

int lun_poll(Units *t, Unit *const *u, int n, double timeout, uint8_t *ready)
{
    Poll p = {.t = t, .u = u, .ready = ready, .n = n};
    double deadline = sys_deadline(timeout);
    memset(ready, 0, (size_t)n);
    t->polls++;
    for (int i = 0; i < n; i++) {
        if (u[i]->stream && u[i]->stream->flags & SF_LISTENER) u[i]->is_polled = true;
        flush(u[i]);
    }
    for (;;) {
        int got = turn(&p, sys_remaining(deadline));
        if (got < 0) return got;
        if (p.count || sys_remaining(deadline) == 0) return p.count;
    }
}
