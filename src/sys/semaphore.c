#include "sys/semaphore.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 256 };

static struct Entry {
    char name[NAME_MAX - 3]; // "/..."; "" free
    sem_t *sem;
    bool destroys, is_locked;
} open_ones[MOST];

static struct Entry *entry(const char *name)
{
    char path[NAME_MAX];
    snprintf(path, sizeof path, "/%s", name);
    for (int i = 0; i < MOST; i++) {
        if (open_ones[i].sem && strcmp(open_ones[i].name, path) == 0) return &open_ones[i];
    }
    return NULL;
}

static void close_entry(struct Entry *e)
{
    if (e->is_locked) sem_post(e->sem);
    sem_close(e->sem);
    if (e->destroys) sem_unlink(e->name);
    e->sem = NULL;
}

static void close_all(void)
{
    for (int i = 0; i < MOST; i++) {
        if (open_ones[i].sem) close_entry(&open_ones[i]);
    }
}

int sys_semaphore_open(const char *name, int destroys)
{
    static bool is_registered;
    struct Entry *e = entry(name);
    if (e) {
        if (destroys >= 0) e->destroys = destroys;
        return 0;
    }
    if (!*name || strchr(name, '/')) return EINVAL;
    if (strlen(name) + 2 > sizeof e->name) return ENAMETOOLONG;
    for (e = open_ones; e < open_ones + MOST && e->sem; e++) continue;
    if (e == open_ones + MOST) return EMFILE;
    snprintf(e->name, sizeof e->name, "/%s", name);
    sem_t *sem = sem_open(e->name, O_CREAT | O_EXCL, 0666, 1);
    bool is_new = sem != SEM_FAILED;
    if (!is_new && errno == EEXIST) sem = sem_open(e->name, 0);
    if (sem == SEM_FAILED) return errno;
    e->sem = sem;
    e->is_locked = false;
    e->destroys = destroys < 0 ? is_new : destroys;
    if (!is_registered) is_registered = atexit(close_all) == 0;
    return 0;
}

bool sys_semaphore_is_open(const char *name) { return entry(name) != NULL; }

bool sys_semaphore_lock(const char *name)
{
    struct Entry *e = entry(name);
    if (!e || e->is_locked || sem_trywait(e->sem) != 0) return false;
    return e->is_locked = true;
}

void sys_semaphore_release(const char *name)
{
    struct Entry *e = entry(name);
    if (!e || !e->is_locked) return;
    e->is_locked = false;
    sem_post(e->sem);
}

void sys_semaphore_close(const char *name)
{
    struct Entry *e = entry(name);
    if (e) close_entry(e);
}
