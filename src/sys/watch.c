// epoll. Start at watch_ready.
#include "sys/watch.h"

#include "base/vec.h"
#include "sys/fd.h"

#include <errno.h>
#include <sys/epoll.h>

struct Watch {
    int fd, watched;
    VEC(struct epoll_event) events;
};

Watch *watch_new(void)
{
    int fd = epoll_create1(EPOLL_CLOEXEC);
    if (fd < 0) return NULL;
    Watch *w = mem_must(sizeof *w);
    w->fd = fd;
    return w;
}

void watch_free(Watch *w)
{
    if (!w) return;
    sys_close(w->fd);
    VEC_FREE(&w->events);
    mem_free(w);
}

int watch_add(Watch *w, int fd, uint64_t tag)
{
    struct epoll_event e = {.events = EPOLLIN, .data.u64 = tag};
    if (epoll_ctl(w->fd, EPOLL_CTL_ADD, fd, &e) < 0) return -errno;
    w->watched++;
    return 0;
}

void watch_remove(Watch *w, int fd)
{
    if (epoll_ctl(w->fd, EPOLL_CTL_DEL, fd, NULL) == 0) w->watched--;
}

int watch_fd(const Watch *w) { return w->fd; }

int watch_ready(Watch *w)
{
    while (w->events.len < w->watched) VEC_PUSH(&w->events, (struct epoll_event){0});
    if (!w->watched) return 0;
    int n = epoll_wait(w->fd, w->events.p, w->watched, 0);
    if (n < 0) return errno == EINTR ? 0 : -errno;
    return n;
}

uint64_t watch_tag(const Watch *w, int i) { return w->events.p[i].data.u64; }
