// Small work needs threads that are awake, so it is shared only when it follows other such work. When threads come late, it is
// done alone for a while, which doubles each time until they come in time again. Start reading at crowd_judge.
#include "sys/crowd.h"

// Nanoseconds of work beside which waking threads costs little, and beside which threads that are awake do.
#define WAKING 200000.0
#define LEAST 11000.0
// Seconds.
#define LATE 1.2e-6        // that the others may come later than the caller, besides half of its time
#define VERY_LATE 100e-6
#define COMING 200e-6      // that waking may take
#define QUIET 1e-3
#define QUIET_MAX 0.5

// Late by little, once, is chance.
static bool is_late(Crowd *c, const Outcome *o)
{
    enum { CHANCE = 16, OFTEN = 48 };
    double late = (o->end - o->mine) - (o->mine - o->begun) / 2;
    if (!o->joined || late > LATE) c->chances += CHANCE;
    else if (c->chances > 0) c->chances--;
    if (late <= VERY_LATE && c->chances < OFTEN) return false;
    c->chances = OFTEN - CHANCE;
    return true;
}

void crowd_judge(Crowd *c, const Outcome *o)
{
    if (!o->was_asleep) c->waking = 0;
    else if (c->waking == 0) c->waking = o->begun;
    if (o->was_asleep && o->end - c->waking < COMING) return;
    if (is_late(c, o)) {
        c->is_crowded = true;
        c->quiet = c->quiet * 2 > QUIET_MAX ? QUIET_MAX : c->quiet * 2 + QUIET;
        c->quiet_end = o->end + c->quiet;
    } else if (!c->chances) {
        c->is_crowded = false;
        c->quiet = 0;
    }
}

bool crowd_pays(Crowd *c, double ns, double now)
{
    if (ns >= WAKING) return true;
    if (ns < LEAST) return false;
    if (now > c->asked + CROWD_AWAKE) c->streak = 0;
    c->asked = now + ns * 1e-9;
    c->streak += ns;
    if (c->streak < WAKING || now < c->quiet_end) return false;
    if (c->is_crowded) c->waking = 0;  // another try
    c->is_crowded = false;
    return true;
}
