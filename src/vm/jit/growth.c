// Arrays of numbers that grow within a loop: a = [a, x, ...]. While there is room, code puts the new behind the old and counts
// them in a register; the array itself is told when the code is left (growth_settle). A C function makes room, where the array
// lies in the VM's register. What cannot be done leaves to the interpreter before the statement, which makes the error. Start
// reading at growth_share.
#include "vm/array/convert.h"
#include "vm/jit/growth.h"

#include <stddef.h>

enum { WITHIN = 40 };  // instructions of a = [a, ...]

static void set_count(Arr *a, int64_t n) { arr_extend_raw(a, 1, (int64_t[MAX_RANK]){n, 1, 1, 1, 1, 1, 1, 1}); }

int64_t growth_room(const Arr *a) { return (int64_t)(a->cap / a->elem); }

void growth_settle(const CallFrame *f, const LoopCode *c, const JitEnv *env)
{
    for (int k = 0; k < c->narrays; k++) {
        if (c->array[k].is_grown) set_count(val_deref_const(&f->base[c->array[k].reg])->a, env->array[k].n);
    }
}

// Called by the code, whose loop alone has the array: where n more elements go, which it has from now on. NULL: nothing has
// happened. Subscripts have 31 bits (owner_fill), whatever the room comes to.
static void *make_room(Val *v, JitArray *in_use, int64_t n)
{
    Arr *a = v->a;
    set_count(a, in_use->n);
    if (a->rank != 1 || !arr_is_unique(a) || !arr_reserve(a, n) || a->cap / a->elem > INT32_MAX) return NULL;
    void *to = arr_at(a, a->n);
    set_count(a, a->n + n);
    in_use->data = a->data;
    in_use->n = a->n;
    in_use->room = growth_room(a);
    return to;
}

static bool is_concat(const Gen *g, uint32_t pc)
{
    if (pc + 2 >= g->end || g->s->ins.p[pc].origin) return false;
    Instr i = instr_at(g, pc), ext = instr_at(g, pc + 1), after = instr_at(g, pc + 2);
    return i.op == OP_CONCAT && i.c == 1 && ext.b && ext.a > 1 && after.op == OP_MOVE && after.a == ext.b - 1 && after.b == i.a;
}

// What may stand between the copy of a and the brackets' end: it changes only the statement's own registers.
static bool is_harmless(const Gen *g, uint32_t pc)
{
    Instr i = instr_at(g, pc);
    bool computes = (i.op >= OP_ADD && i.op <= OP_LNOT) || i.op == OP_MOVE || i.op == OP_INDEX1 || i.op == OP_PATH_GET ||
                    i.op == OP_REF || i.op == OP_CALL_FUN;
    return (i.op == OP_NOP || (computes && is_temporary(g, i.a))) && !g->is_target[pc] && !g->s->ins.p[pc].origin;
}

bool growth_is_share(const Gen *g, Instr i)
{
    bool may = g->f && i.op == OP_MOVE && is_temporary(g, i.a) && i.b < g->code->nvars && g->s->kind[i.b] == KIND_VARIABLE;
    if (!may || !(g->now.type[i.b] & TYPE_ARRAY) || !type_is_simple(g->now.type[i.b] & ~TYPE_ARRAY)) return false;
    uint32_t pc = g->pc + 1;
    while (pc < g->end && pc < g->pc + WITHIN && is_harmless(g, pc)) pc++;
    return pc < g->end && is_concat(g, pc) && instr_at(g, pc).b == i.a && instr_at(g, pc + 1).b == i.b + 1;
}

bool growth_share(Gen *g, Instr i)
{
    g->touched[i.a] = g->touched[i.b] = true;
    g->now.type[i.a] = TYPE_SHARED;
    g->now.to[i.a] = (uint8_t)i.b;
    return true;
}

void growth_write(Gen *g, uint16_t x, const Types *types)
{
    uint16_t variable = types->to[x];
    asm_rm(&g->a, X_MOV, true, RDX, register_address(g, variable, RDX));
    Mem to = register_address(g, x, RAX);
    asm_rm(&g->a, X_STORE, true, RDX, to);
    to.disp -= (int32_t)offsetof(Val, bits);
    asm_store_imm16(&g->a, to, (uint16_t)((types->type[variable] & ~TYPE_ARRAY) | (VF_ARR | VF_CELL) << 8));
    count_reference(g, mem_at(RDX, offsetof(Arr, refs)));
}

// RDX: where n elements go. Jumps to `other` when there is no room for them.
static void take_room(Gen *g, int array, int n, int other)
{
    int count = elements_count_in(g, array, RDX), data = elements_data(g, array, RAX);
    asm_rm(&g->a, X_LEA, true, RCX, mem_at(count, n));
    asm_rm(&g->a, X_CMP, true, RCX, elements_field(array, offsetof(JitArray, room)));
    asm_jcc(&g->a, CC_G, other);
    asm_rm(&g->a, X_LEA, true, RDX, (Mem){data, count, (int)g->array[array].stride, 0});
    if (count == RDX) asm_rm(&g->a, X_STORE, true, RCX, elements_field(array, offsetof(JitArray, n)));
    else asm_rr(&g->a, X_MOV, true, count, RCX);
}

static void call_for_room(Gen *g, const Aside *a)
{
    round_trip(g, true);
    register_pointer(g, RDI, a->variable);
    asm_rm(&g->a, X_LEA, true, RSI, elements_field(a->number, 0));
    asm_mov_imm(&g->a, RDX, (uint64_t)a->n);
    asm_call(&g->a, (const void *)(uintptr_t)make_room);
    round_trip(g, false);
    asm_rr(&g->a, X_MOV, true, RDX, RAX);
    asm_rr(&g->a, X_TEST, true, RAX, RAX);
    asm_jcc(&g->a, CC_E, a->exit);
    load_arrays(g, RAX, R15);
}

int growth_call_aside(Gen *g, Aside a, int back)
{
    Aside *kept = mem_must(sizeof *kept);
    *kept = a;
    kept->label = asm_label(&g->a);
    kept->back = back;
    kept->exit = flow_exit(g);
    kept->pc = g->pc;
    kept->now = g->now;
    VEC_PUSH(&g->asides, kept);
    return kept->label;
}

void growth_write_asides(Gen *g)
{
    for (int k = 0; k < g->asides.len; k++) {
        const Aside *a = g->asides.p[k];
        asm_bind(&g->a, a->label);
        g->pc = a->pc;
        g->now = a->now;
        a->write(g, a);
        asm_jmp(&g->a, a->back);
    }
}

static void put_numbers(Gen *g, TypeCode t, uint16_t first, int n)
{
    for (int k = 0; k < n; k++) {
        int from = class_of(t) == REAL ? real_in(g, (uint16_t)(first + k), t, 0) : whole_in(g, (uint16_t)(first + k), t, RAX);
        elements_store(g, from, t, mem_at(RDX, k * (int)type_size(t)));
    }
    for (int k = 0; k < n; k++) consume(g, (uint16_t)(first + k));
}

bool growth_concat(Gen *g, Instr i)
{
    bool ok = is_concat(g, g->pc) && g->now.type[i.b] == TYPE_SHARED;
    if (!ok) return flow_leave(g, "an array made of parts", NULL);
    uint16_t variable = g->now.to[i.b];
    TypeCode t = g->now.type[variable] & ~TYPE_ARRAY;
    int n = instr_at(g, g->pc + 1).a - 1;
    for (int k = 1; k <= n; k++) {
        TypeCode of = operand_type(g, (uint16_t)(i.b + k), &ok);
        if (!ok || type_join(t, of) != t) return flow_leave(g, "an array grown by something else than its type", NULL);
    }
    int array = elements_array(g, variable, true);
    if (array < 0) return flow_leave(g, "more arrays than a loop may have", NULL);
    g->array[array].is_grown = g->written[variable] = true;
    int there = asm_label(&g->a);
    Aside call = {.write = call_for_room, .number = array, .variable = variable, .n = n};
    take_room(g, array, n, growth_call_aside(g, call, there));
    asm_bind(&g->a, there);
    put_numbers(g, t, (uint16_t)(i.b + 1), n);
    consume(g, i.b);
    g->next = g->pc + 3;
    return true;
}

bool growth_is_in(const Gen *g, const ForLoop *l)
{
    uint32_t pc = l->head;
    while (pc < l->next && !is_concat(g, pc)) pc++;
    return pc < l->next;
}
