// SEM_CREATE, SEM_LOCK, SEM_RELEASE, SEM_DELETE.
#include "sys/safe.h"
#include "sys/semaphore.h"
#include "vm/call/call.h"

#include <errno.h>

#define SEM_CREATE_KEYWORDS(K, R) K(R, DESTROY_SEMAPHORE, "={0|1}")
KEYWORDS(SEM_CREATE)

static const char *name_of(Call *c)
{
    if (safe_on()) throw_status(c, status_sys(E_FILE, SAFE_MODE, "Semaphores are shared with other programs."));
    return call_path(c, 0);
}

static const char *opened(Call *c)
{
    const char *name = name_of(c);
    if (!sys_semaphore_is_open(name)) throw_msg(c, E_VALUE, "Semaphore is not attached: %s.", name);
    return name;
}

// SEM_CREATE(Name): makes a semaphore that processes share by its name, free, or takes the one that is there. LONG: 1;
// 0 if the system does not let it. It is gone with SEM_DELETE or the session, if it was made here, or as
// DESTROY_SEMAPHORE says. Source: manual.
static void fn_sem_create(Call *c)
{
    int destroys = call_kw(c, KW_SEM_CREATE_DESTROY_SEMAPHORE) ? call_kw_set(c, KW_SEM_CREATE_DESTROY_SEMAPHORE) : -1;
    const char *name = name_of(c);
    int err = sys_semaphore_open(name, destroys);
    if (err == EINVAL || err == ENAMETOOLONG) throw_msg(c, E_VALUE, "Not the name of a semaphore: %s.", name);
    call_return_take(c, val_long(err == 0));
}

// SEM_LOCK(Name): locks the semaphore, LONG: 1; 0 if it is locked, by whomsoever. It does not wait. Source: manual.
static void fn_sem_lock(Call *c) { call_return_take(c, val_long(sys_semaphore_lock(opened(c)))); }

// SEM_RELEASE, Name: unlocks a semaphore that has been locked here. Source: manual.
static void pro_sem_release(Call *c) { sys_semaphore_release(opened(c)); }

// SEM_DELETE, Name: unlocks it and is done with it. Source: manual.
static void pro_sem_delete(Call *c) { sys_semaphore_close(opened(c)); }

static const Routine rows[] = {
    {"SEM_CREATE", FUNCTION, {1, 1}, fn_sem_create, "Name", KEYS(SEM_CREATE)},
    {"SEM_DELETE", PROCEDURE, {1, 1}, pro_sem_delete, "Name"},
    {"SEM_LOCK", FUNCTION, {1, 1}, fn_sem_lock, "Name"},
    {"SEM_RELEASE", PROCEDURE, {1, 1}, pro_sem_release, "Name"},
};
ROUTINE_TABLE(lib_semaphores, rows)
