// See sharing.h.
#include "vm/call/sharing.h"

#include "vm/array/threads.h"
#include "vm/call/call.h"

int call_threads(Call *c, int64_t n, double ns)
{
    enum { MAX_ELTS, MIN_ELTS, NOTHREAD };  // call_pool_keywords
    int first = c->routine->keywords.n;
    if (n < THREADS_FEWEST) return 1;
    if (!c->routine->pooled) return threads_for(c->vm, n, ns);
    if (call_kw_set(c, first + NOTHREAD)) return 1;
    ThreadLimits l = threads_limits(c->vm);
    l.min = call_kw_int(c, first + MIN_ELTS, l.min);
    l.max = call_kw_int(c, first + MAX_ELTS, l.max);
    return threads_within(c->vm, l, n, ns);
}

void call_run(Call *c, int threads, size_t items, ThreadTask task, void *arg)
{
    if (!threads_run(c->vm, threads, items, task, arg, true)) call_poll(c);
}
