// See entry.h.
#include "sys/entry.h"

#include "sys/safe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static int finish(SafePlace *p, int failed)
{
    int err = failed ? errno : 0;
    safe_leave(p);
    return err;
}

int sys_unlink(const char *path)
{
    SafePlace p;
    int err = safe_place(&p, path, false);
    return err ? err : finish(&p, unlinkat(p.at, p.name, 0));
}

int sys_remove(const char *path)
{
    SafePlace p;
    struct stat st;
    int err = safe_place(&p, path, false);
    if (err) return err;
    bool is_folder = fstatat(p.at, p.name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
    return finish(&p, unlinkat(p.at, p.name, is_folder ? AT_REMOVEDIR : 0));
}

int sys_rename(const char *from, const char *to)
{
    SafePlace a, b;
    int err = safe_place(&a, from, false);
    if (err) return err;
    err = safe_place(&b, to, false);
    if (!err) err = finish(&b, renameat(a.at, a.name, b.at, b.name));
    safe_leave(&a);
    return err;
}

int sys_mkdir(const char *path, mode_t mode)
{
    SafePlace p;
    int err = safe_place(&p, path, false);
    return err ? err : finish(&p, mkdirat(p.at, p.name, mode));
}

int sys_mkfifo(const char *path, mode_t mode)
{
    SafePlace p;
    int err = safe_place(&p, path, false);
    return err ? err : finish(&p, mkfifoat(p.at, p.name, mode));
}

int sys_link(const char *from, const char *to)
{
    SafePlace a, b;
    int err = safe_place(&a, from, false);
    if (err) return err;
    err = safe_place(&b, to, false);
    if (!err) err = finish(&b, linkat(a.at, a.name, b.at, b.name, 0));
    safe_leave(&a);
    return err;
}

int sys_symlink(const char *target, const char *path)
{
    SafePlace p;
    int err = safe_place(&p, path, false);
    return err ? err : finish(&p, symlinkat(target, p.at, p.name));
}

int sys_chmod(const char *path, mode_t mode)
{
    SafePlace p;
    struct stat st;
    if (safe_on() && mode & (S_ISUID | S_ISGID)) return SAFE_MODE;
    int err = safe_place(&p, path, true);
    if (err) return err;
    if (fstatat(p.at, p.name, &st, 0) == 0) err = safe_writes(&st);
    if (!err) return finish(&p, fchmodat(p.at, p.name, mode, safe_on() ? AT_SYMLINK_NOFOLLOW : 0));
    safe_leave(&p);
    return err;
}

int sys_set_time(const char *path, time_t seconds, long nanoseconds)
{
    const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = seconds, .tv_nsec = nanoseconds}};
    SafePlace p;
    int err = safe_place(&p, path, false);
    return err ? err : finish(&p, utimensat(p.at, p.name, times, AT_SYMLINK_NOFOLLOW));
}
