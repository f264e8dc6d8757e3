// Child processes: starting and waiting for them. The only place where programs are started.
#ifndef HELIO_SYS_PROCESS_H
#define HELIO_SYS_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

// Starts argv[0] (looked for along $PATH) with the descriptors as its standard ones; -1 leaves ours. It gets the
// default signals back. 0 or -errno.
int sys_spawn(char *const argv[], int in, int out, int err, pid_t *pid);
// Starts the program that runs here once more, in a process group of its own, which Ctrl-C at the terminal does not reach. Its
// standard input is the other end of *channel (close-on-exec, not blocking), `out` its output and error (-1: ours).
int sys_spawn_self(char *const argv[], int out, int *channel, pid_t *pid);
// In that process: the channel, in whose place standard input is /dev/null; when the one that has started it ends, however that
// ends, it gets SIGTERM. -errno when it has not been started so.
int sys_parent_channel(void);
void sys_process_interrupt(pid_t pid);  // Ctrl-C for that one
// Becomes readable when the process ends; -1: the system has none.
int sys_process_fd(pid_t pid);
// The status of an ended process as a shell counts it (128 + signal); false while it runs.
bool sys_process_ended(pid_t pid, int *status);
// Waits at most `seconds` (negative: for ever); false on Ctrl-C or after that time, the process still running.
bool sys_process_wait(pid_t pid, double seconds, int *status);
// Ends it: Ctrl-C's signal, and soon the one that cannot be refused. Its status.
int sys_process_end(pid_t pid);
int sys_process_kill(pid_t pid);  // by the latter alone

#endif
