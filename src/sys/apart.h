// A long computation of a library that knows nothing of Ctrl-C, in a process of its own. That sees this one's memory as it is;
// what it has made is taken out of its memory (or sent, where the system does not allow that), and Ctrl-C kills it, and with it
// goes all that it had allocated.
//
//     struct iovec made[] = {{&info, sizeof info}, {a, bytes}};
//     int err = sys_apart(seconds, made, 2);
//     if (err == APART_WORK) {         // in that process; in this one when it takes no time, or there is no other
//         info = compute(a);
//         err = sys_apart_done(made, 2);  // that process ends here
//     }
#ifndef HELIO_SYS_APART_H
#define HELIO_SYS_APART_H

#include <sys/uio.h>

enum { APART_WORK = 1 };
#define APART_FROM 0.15  // seconds

// APART_WORK; 0 when the other process has done it and `made` is filled; -EINTR: Ctrl-C; -ENOMEM: it was killed, as the system
// does when memory is out. Floating-point flags that it raised are raised here.
int sys_apart(double seconds, const struct iovec *made, int n);
int sys_apart_done(const struct iovec *made, int n);  // 0

#endif
