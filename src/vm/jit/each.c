// FOREACH over an array of numbers: the collection and the position lie in two hidden registers, as the interpreter has them.
#include "lang/code.h"
#include "vm/jit/gen.h"

bool each_next(Gen *g, Instr i)
{
    uint16_t at = (uint16_t)(i.a + 1);
    if (instr_at(g, g->pc + 1).a) return flow_leave(g, "FOREACH over a variable that the loop changes", NULL);
    int array = elements_array(g, i.a, false);
    if (array < 0 || g->now.type[at] != T_LONG64)
        return flow_leave(g, "FOREACH over something else than an array of numbers", NULL);
    if (!result_fits(g, i.b) || (i.c != NO_REG && !result_fits(g, i.c)))
        return flow_leave(g, "a variable that holds something else becomes a number", NULL);
    TypeCode t = g->array[array].type;
    int position = whole_in(g, at, T_LONG64, RAX);
    asm_rm(&g->a, X_CMP, true, position, elements_count(g, array));
    asm_jcc(&g->a, CC_GE, flow_target(g, instr_place(instr_at(g, g->pc + 1))));
    int to = result_in(g, i.b, t, class_of(t) == REAL ? 0 : RDX);
    Mem element = {elements_data(g, array, RCX), position, (int)type_size(t), 0};
    asm_rm(&g->a, elements_load_op(t), t == T_LONG64, to, element);
    result_done(g, i.b, t, to);
    if (i.c != NO_REG) result_done(g, i.c, T_LONG, position);
    asm_ri(&g->a, X_ADD, true, position, 1);
    result_done(g, at, T_LONG64, position);
    g->next = g->pc + 2;
    return true;
}
