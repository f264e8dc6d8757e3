// See stack.h.
#include "sys/stack.h"

#include <sys/auxv.h>
#include <sys/resource.h>

enum { USUAL = 8 << 20, KEPT = 160 << 10 };  // bytes; KEPT: for what does not ask

uintptr_t sys_stack_floor;
static int64_t size = USUAL;

void sys_stack_start(void)
{
    struct rlimit r;
    uintptr_t top = (uintptr_t)getauxval(AT_EXECFN);  // the program's name lies at the very top
    if (!top || getrlimit(RLIMIT_STACK, &r) < 0 || r.rlim_cur == RLIM_INFINITY || r.rlim_cur > top / 2) return;
    size = (int64_t)r.rlim_cur;
    sys_stack_floor = size > KEPT ? top - (uintptr_t)(size - KEPT) : top;
}

int sys_stack_levels(int levels)
{
    const int64_t fewest = 20;
    if (size >= USUAL) return levels;
    int64_t some = (size - KEPT) * levels / (USUAL - KEPT);
    return (int)(some < fewest ? fewest : some);
}
