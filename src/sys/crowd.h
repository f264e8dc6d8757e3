// Whether small computations are worth threads, by what came of those before: threads that come late have no processor, because
// other programs use it.
#ifndef HELIO_SYS_CROWD_H
#define HELIO_SYS_CROWD_H

#include <stdatomic.h>
#include <stdbool.h>

#define CROWD_AWAKE 50e-6  // seconds for which a thread that is done looks around for more

typedef struct Crowd {  // all zero at first; times are seconds on sys_now's clock
    double asked;           // when the last one that was asked about will have ended
    double streak;          // nanoseconds of those that followed each other
    int chances;            // a measure of how often threads came late
    double quiet, quiet_end;  // for how long small ones are done alone, and until when
    double waking;          // since when threads that are woken are found asleep; 0: they are awake
    atomic_bool is_crowded;  // threads are to sleep at once; read by them
} Crowd;

typedef struct Outcome {      // of a computation in threads
    double begun, mine, end;  // mine: when the caller had nothing more to do
    bool was_asleep;          // a thread, when it began
    bool joined;              // one took part
} Outcome;

// Whether a computation of about `ns` nanoseconds in one thread is worth several now.
bool crowd_pays(Crowd *c, double ns, double now);
void crowd_judge(Crowd *c, const Outcome *o);

#endif
