// process_vm_readv and process_vm_writev, in pieces between which Ctrl-C is looked for. HELIO_STRESS=short: not allowed, so that
// the other way is tried.
#include "sys/peer_memory.h"

#include "sys/fd.h"
#include "sys/interrupt.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/uio.h>

enum { PIECE = 64 << 20 };

static int copy(pid_t pid, char *here, uint64_t there, size_t n, bool writes)
{
    if (n > 1 && sys_piece(n) == 1) return -EPERM;
    for (size_t at = 0; at < n;) {
        size_t piece = n - at < PIECE ? n - at : PIECE;
        struct iovec mine = {here + at, piece}, other = {(void *)(uintptr_t)(there + at), piece};
        ssize_t done = writes ? process_vm_writev(pid, &mine, 1, &other, 1, 0) : process_vm_readv(pid, &mine, 1, &other, 1, 0);
        if (done <= 0) return done < 0 ? -errno : -EFAULT;
        at += (size_t)done;
        if (sys_interrupted()) return -EINTR;
    }
    return 0;
}

int sys_peer_read(pid_t pid, void *to, uint64_t from, size_t n) { return copy(pid, to, from, n, false); }
int sys_peer_write(pid_t pid, uint64_t to, const void *from, size_t n) { return copy(pid, (char *)from, to, n, true); }
