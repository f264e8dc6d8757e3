// When small work is shared by threads (sys/crowd.h). Expectations by hand from the rules there: 0.2 ms of work one after the
// other wakes threads, which may take 0.2 ms to come; late three times, or once by 0.1 ms, and small work is done alone for 1 ms,
// then 3, then 7, at most half a second.
#include "sys/crowd.h"

#include "check.h"

enum { SMALL = 20000 };  // nanoseconds

// n of them from *now on, `pause` seconds apart; how many were worth threads.
static int ask(Crowd *c, int n, double pause, double *now)
{
    int worth = 0;
    for (int i = 0; i < n; i++, *now += pause) worth += crowd_pays(c, SMALL, *now);
    return worth;
}

// One that took the caller 10 us, and the others `late` seconds more than the half of that they may.
static void run(Crowd *c, double late, bool was_asleep, bool joined, double *now)
{
    Outcome o = {.begun = *now, .mine = *now + 10e-6, .end = *now + 15e-6 + late, .was_asleep = was_asleep, .joined = joined};
    crowd_judge(c, &o);
    *now = o.end;
}

static void test_sizes(void)
{
    Crowd c = {0};
    double now = 1;
    CHECK(crowd_pays(&c, 300000, now));  // always
    CHECK(!crowd_pays(&c, 5000, now));   // never
    CHECK_INT(ask(&c, 20, 30e-6, &now), 11);  // from the tenth on, which makes 0.2 ms
    now += 1e-3;
    CHECK_INT(ask(&c, 9, 30e-6, &now), 0);  // a pause begins anew
    Crowd apart = {0};
    CHECK_INT(ask(&apart, 100, 100e-6, &now), 0);
}

static void test_late(void)
{
    Crowd c = {0};
    double now = 1;
    ask(&c, 9, 30e-6, &now);
    for (int i = 0; i < 2; i++) run(&c, 5e-6, false, true, &now);
    CHECK(!c.is_crowded);
    run(&c, 5e-6, false, true, &now);
    CHECK(c.is_crowded);
    CHECK(!crowd_pays(&c, SMALL, now));
    CHECK(crowd_pays(&c, 300000, now));  // large work is shared all the same
    double begun = now;
    while (!crowd_pays(&c, SMALL, now)) now += 30e-6;
    CHECK(now - begun > 0.9e-3 && now - begun < 1.1e-3);
    CHECK(!c.is_crowded);  // another try
    run(&c, 5e-6, false, false, &now);  // nobody came
    begun = now;
    while (!crowd_pays(&c, SMALL, now)) now += 30e-6;
    CHECK(now - begun > 2.9e-3 && now - begun < 3.1e-3);
    for (int i = 0; i < 20; i++) run(&c, 200e-6, false, true, &now);
    CHECK(c.quiet == 0.5);
}

// Late by little, once, is forgotten; many that come in time end the crowd.
static void test_in_time(void)
{
    Crowd c = {0};
    double now = 1;
    for (int i = 0; i < 100; i++) run(&c, i % 20 ? -4e-6 : 5e-6, false, true, &now);
    CHECK(!c.is_crowded);
    run(&c, 200e-6, false, true, &now);
    CHECK(c.is_crowded);
    for (int i = 0; i < 31; i++) run(&c, -4e-6, false, true, &now);
    CHECK(c.is_crowded);
    run(&c, -4e-6, false, true, &now);
    CHECK(!c.is_crowded);
    CHECK(c.quiet == 0);
}

// Threads that are being woken may come late for 0.2 ms.
static void test_waking(void)
{
    Crowd c = {0};
    double now = 1;
    for (int i = 0; i < 10; i++) run(&c, 0, true, false, &now);  // 15 us each
    CHECK(!c.is_crowded && !c.chances);
    for (int i = 0; i < 10; i++) run(&c, 0, true, false, &now);
    CHECK(c.is_crowded);
}

int main(void)
{
    test_sizes();
    test_late();
    test_in_time();
    test_waking();
    CHECK_DONE();
}
