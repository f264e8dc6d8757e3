// See typed.h. There is one terminal and one standard input, so this belongs to the process. Start at sys_typed_sift.
#include "sys/typed.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { CHUNK = 512, FEW_MS = 30, MOST = 1 << 20 };

static struct {
    Buf kept;
    SysTypedFilter *filter;
    void *arg;
} typed = {.kept = {.max = MOST}};

void sys_typed_keep(const char *p, size_t n) { buf_put(&typed.kept, p, n); }

bool sys_typed_kept(int fd) { return fd == STDIN_FILENO && typed.kept.len > 0; }

size_t sys_typed_take(int fd, void *p, size_t n)
{
    if (!sys_typed_kept(fd)) return 0;
    if (n > typed.kept.len) n = typed.kept.len;
    memcpy(p, typed.kept.p, n);
    buf_cut(&typed.kept, n);
    return n;
}

void sys_typed_return(void)
{
    for (size_t i = 0; i < typed.kept.len; i++) {
        if (ioctl(STDIN_FILENO, TIOCSTI, typed.kept.p + i) < 0) break;
    }
    buf_free(&typed.kept);
    typed.kept.max = MOST;
    typed.filter = NULL;
}

void sys_typed_filter(SysTypedFilter *filter, void *arg)
{
    typed.filter = filter;
    typed.arg = arg;
}

static bool follows_soon(void)
{
    struct pollfd p = {STDIN_FILENO, POLLIN, 0};
    return poll(&p, 1, FEW_MS) > 0;
}

bool sys_typed_sift(int fd)
{
    char room[CHUNK];
    if (fd != STDIN_FILENO || !typed.filter || typed.kept.len || isatty(fd) != 1) return true;
    bool is_last = false;
    while (typed.filter && !is_last) {
        ssize_t got = read(fd, room, sizeof room);
        if (got <= 0) return got == 0 || errno != EINTR; // the reader will see it itself
        is_last = !follows_soon();
        typed.filter(typed.arg, room, (size_t)got, is_last, &typed.kept);
    }
    return typed.kept.len > 0;
}
