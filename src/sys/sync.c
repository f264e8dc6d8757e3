// See sync.h. A thread of its own waits for the system; it owns two descriptors, and no memory. Start at sys_sync.
#include "sys/sync.h"

#include "sys/await.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { FD_BITS = 31 };

// arg: both descriptors. The answer is errno's number and 1, for an eventfd of 0 says nothing.
static void *sync_file(void *arg)
{
    uint64_t both = (uintptr_t)arg;
    int fd = (int)(both >> FD_BITS), tells = (int)(both & INT32_MAX);
    uint64_t answer = fsync(fd) < 0 ? (uint64_t)errno + 1 : 1;
    close(fd);
    if (write(tells, &answer, sizeof answer) < 0) answer = 0;  // nobody waits any more, and the counter cannot be full
    close(tells);
    return NULL;
}

static bool start(int fd, int tells)
{
    pthread_t thread;
    sigset_t all, before;
    void *both = (void *)(uintptr_t)((uint64_t)fd << FD_BITS | (uint64_t)tells);
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    int failed = pthread_create(&thread, NULL, sync_file, both);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!failed) pthread_detach(thread);
    return !failed;
}

int sys_sync(int fd)
{
    uint64_t answer = 0;
    int mine = fcntl(fd, F_DUPFD_CLOEXEC, 3), waits = eventfd(0, EFD_CLOEXEC), tells = fcntl(waits, F_DUPFD_CLOEXEC, 3);
    bool started = mine >= 0 && tells >= 0 && start(mine, tells);
    if (!started) {
        if (mine >= 0) close(mine);
        if (tells >= 0) close(tells);
        if (waits >= 0) close(waits);
        return fsync(fd) < 0 ? errno : 0;
    }
    int ready = sys_wait_fd(waits, POLLIN, -1);
    if (ready > 0 && read(waits, &answer, sizeof answer) < 0) ready = -errno;
    close(waits);
    return ready < 0 ? -ready : (int)answer - 1;
}
