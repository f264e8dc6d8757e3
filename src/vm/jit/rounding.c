// FLOOR, CEIL and ROUND of real numbers without a call: the whole part toward zero, and one more or less by what remains. What is
// no LONG (NaN too) is the interpreter's.
#include "kern/kern.h"
#include "vm/jit/gen.h"

#include <string.h>

// RCX = 1 where a >= b, or only where a > b; neither is NaN.
static void compare(Gen *g, Cond c, int a, int b)
{
    asm_rr(&g->a, X_PD | X_COMIS, false, a, b);
    asm_setcc(&g->a, c, RCX);
    asm_rr(&g->a, X_MOVZX8, false, RCX, RCX);
}

static uint64_t bits_of(double x) { return (Val){.d = x}.bits; }

// RAX to the nearest, halves away from zero: x (XMM0) less its whole part (XMM1) is what remains.
static void round_rest(Gen *g)
{
    asm_rr(&g->a, X_SD | X_SUBS, false, 0, 1);
    asm_rm(&g->a, X_MOVSD, false, 1, asm_constant(&g->a, bits_of(0.5)));
    compare(g, CC_AE, 0, 1);
    asm_rr(&g->a, X_ADD, false, RAX, RCX);
    asm_rm(&g->a, X_MOVSD, false, 1, asm_constant(&g->a, bits_of(-0.5)));
    compare(g, CC_AE, 1, 0);
    asm_rr(&g->a, X_SUB, false, RAX, RCX);
}

bool rounding_call(Gen *g, Instr i, const char *name)
{
    bool ok, up = strcmp(name, "CEIL") == 0, down = strcmp(name, "FLOOR") == 0;
    TypeCode t = operand_type(g, i.b, &ok);
    if (!ok || class_of(t) == WHOLE || !(up || down || strcmp(name, "ROUND") == 0)) return false;
    int x = real_in(g, i.b, T_DOUBLE, 0);
    if (x) asm_rr(&g->a, X_MOVAPS, false, 0, x);
    asm_rr(&g->a, X_CVTTSD2SI, false, RAX, 0);
    asm_ri(&g->a, X_CMP, false, RAX, INT32_MIN);
    asm_jcc(&g->a, CC_E, flow_exit(g));
    asm_rr(&g->a, X_XORPS, false, 1, 1);
    asm_rr(&g->a, X_CVTSI2SD, false, 1, RAX);
    if (down) {
        compare(g, CC_A, 1, 0);
        asm_rr(&g->a, X_SUB, false, RAX, RCX);
    } else if (up) {
        compare(g, CC_A, 0, 1);
        asm_rr(&g->a, X_ADD, false, RAX, RCX);
    } else {
        round_rest(g);
    }
    consume(g, i.b);
    result_done(g, i.a, T_LONG, RAX);
    return true;
}
