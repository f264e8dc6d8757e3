// The steady and the wall clock, and deadlines made of the former. Nothing here waits: see sys/await.c.
#include "sys/clock.h"

#include <math.h>
#include <time.h>

static double read_clock(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double sys_now(void) { return read_clock(CLOCK_MONOTONIC); }

double sys_wall(void) { return read_clock(CLOCK_REALTIME); }

double sys_deadline(double timeout) { return timeout < 0 ? INFINITY : sys_now() + timeout; }

double sys_remaining(double deadline)
{
    if (isinf(deadline)) return -1;
    double left = deadline - sys_now();
    return left > 0 ? left : 0;
}
