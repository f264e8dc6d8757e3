// From the bytecode of a loop to machine code: which types it starts with, the walk over its instructions, processor
// registers for its values. Start reading at jit_compile.
#include "core/arr.h"
#include "vm/jit/growth.h"
#include "vm/peephole/quick.h"

#include <fenv.h>
#include <stddef.h>
#include <string.h>

// --- Where it starts --------------------------------------------------------------------------------------------------

static uint8_t type_at_entry(const Gen *g, int x)
{
    if (x >= g->code->nvars && g->f->base[x].type == T_REF) return TYPE_OTHER;  // it may be stale
    const Val *v = val_deref_const(&g->f->base[x]);
    if (v->tag < T_COUNT && type_is_simple(v->tag)) return v->type;
    if (v->tag == T_UNDEF) return 0;
    if (v->flags & VF_BOOL) return TYPE_OTHER;  // what is stored there becomes 0 or 1
    if (x < g->code->nvars + g->code->nhidden && val_is_array(v) && type_is_simple(v->type)) return TYPE_ARRAY | v->type;
    return TYPE_OTHER;
}

static bool is_conditional(int op) { return op >= OP_JUMP_IF && op <= OP_JUMP_UNLESS_NZ; }

// Temporaries hold nothing where a loop jumps back, except what a conditional jump looks at.
static void find_entry_types(Gen *g)
{
    memset(&g->now, 0, sizeof g->now);
    for (int x = 0; x < g->code->nvars + g->code->nhidden; x++) g->now.type[x] = type_at_entry(g, x);
    Instr back = instr_at(g, g->back);
    if (is_conditional(back.op) && back.a < K_BASE) g->now.type[back.a] = type_at_entry(g, back.a);
    if (back.op == OP_FOR_NEXT) {
        int step = back.b + 1;
        const Val *v = &g->f->base[step];
        int64_t by = v->tag == T_LONG ? v->l : v->tag == T_INT ? v->i : 0;
        g->now.is_constant[step] = by == 1 || by == -1;  // others may differ each time
        g->now.constant[step] = g->now.is_constant[step] ? (int32_t)by : 0;
    }
}

// How deep in loops within the loop each instruction is.
static void find_depths(Gen *g)
{
    for (uint32_t pc = 0; pc < g->end; pc++) {
        Instr i = instr_at(g, pc);
        bool jumps = i.op == OP_JUMP || is_conditional(i.op), is_for = i.op == OP_FOR_NEXT;
        uint32_t to = jumps ? instr_place(i) : is_for ? instr_place(instr_at(g, pc + 1)) : NO_PLACE;
        if (to > pc || pc >= g->back) continue;
        for (uint32_t k = to; k <= pc; k++) {
            if (g->depth[k] < 6) g->depth[k]++;
        }
    }
}

// --- Instructions -----------------------------------------------------------------------------------------------------

static bool reference(Gen *g, Instr i)
{
    uint16_t variable = operand_variable(g, i.b);
    if (!is_temporary(g, i.a) || variable >= K_BASE || g->s->kind[variable] != KIND_VARIABLE) {
        return flow_leave(g, "a reference to what is no variable", NULL);
    }
    g->touched[i.a] = true;
    g->touched[variable] = true;  // whether it lies here or is a reference itself must be the same on entry
    g->now.type[i.a] = TYPE_REF;
    g->now.to[i.a] = (uint8_t)variable;
    return true;
}

// A register of the statement's own has been read for the last time.
static bool clear(Gen *g, Instr i)
{
    if (g->s->kind[i.a] == KIND_VARIABLE) return flow_leave(g, "a variable that becomes undefined", NULL);
    if (g->now.type[i.a] == TYPE_OTHER || g->now.type[i.a] & TYPE_ARRAY) return flow_leave(g, "a value that is no number", NULL);
    forget_value(g, i.a);
    return true;
}

// --- Functions within the loop ----------------------------------------------------------------------------------------

static bool forget(Gen *g, int first, int n)
{
    memset(g->now.type + first, 0, (size_t)n);
    memset(g->now.is_constant + first, 0, (size_t)n);
    memset(g->now.sum_of + first, 0, (size_t)n);
    return true;
}

// The argument stays what it is: the call may have to be made again.
static bool pass(Gen *g, Instr i)
{
    bool ok;
    TypeCode t = operand_type(g, i.b, &ok);
    if (i.b < K_BASE && g->now.type[i.b] == TYPE_REF) {
        g->now.type[i.a] = TYPE_REF;
        g->now.to[i.a] = g->now.to[i.b];
        return true;
    }
    if (!ok) return flow_leave(g, "an argument that is no number", NULL);
    result_done(g, i.a, t, class_of(t) == REAL ? real_in(g, i.b, t, 0) : whole_in(g, i.b, t, RAX));
    return true;
}

static bool result(Gen *g, Instr i)
{
    const Origin *o = origin_now(g);
    if (i.b == NO_REG) return flow_leave(g, "a RETURN without a value", NULL);
    if (!arith_move(g, i.a, i.b)) return false;
    for (int k = 0; k < o->nargs; k++) {
        consume(g, (uint16_t)(i.c + k));
        if (is_temporary(g, (uint16_t)(i.c + k)) && i.c + k != i.a) g->written[i.c + k] = true;
    }
    return forget(g, o->regs, o->code->nregs);
}

// --- The walk ---------------------------------------------------------------------------------------------------------

// False: control does not come out at g->next.
static bool instruction(Gen *g, Instr i)
{
    int op = i.op;
    if (texts_begins(g, i)) return texts_add(g);
    if (growth_is_share(g, i)) return growth_share(g, i);
    if (op >= OP_ADD && op <= OP_MATMUL2) return arith_binary(g, i, op);
    if (op >= OP_NEG && op <= OP_LNOT) return arith_unary(g, i);
    if (is_conditional(op)) return flow_branch(g, i);
    switch (op) {
    case OP_NOP: return true;
    case OP_CLEAR: return clear(g, i);
    case OP_MOVE: return pointers_move(g, i.a, i.b) || arith_move(g, i.a, i.b);
    case OP_DEREF: return pointers_deref(g, i) || flow_leave(g, "a pointer that may change", NULL);
    case OP_INCR: return arith_increment(g, i);
    case OP_JUMP: return flow_jump(g, i);
    case OP_EACH_NEXT: return each_next(g, i);
    case OP_FOR_PREP: return flow_for_prep(g, i);
    case OP_FOR_NEXT: return flow_for_next(g, i);
    case OP_INDEX1: case OP_PATH_GET: return pointers_get(g, i) || elements_get(g, i);
    case OP_STORE1: case OP_PATH_SET: return elements_set(g, i);
    case OP_REF: return reference(g, i);
    case OP_CONCAT: return growth_concat(g, i);
    case OP_CALL_FUN: return calls_function(g, i);
    case OP_CALL_PRO: return flow_leave(g, "a call", origin_now(g)->code->call_site[i.c].name);
    case OP_RETURN: return g->function ? functions_return(g, i) : flow_leave(g, op_name(op), NULL);
    case S_ENTER: return forget(g, i.a, i.b);
    case S_PASS: return pass(g, i);
    case S_RESULT: return result(g, i);
    default: return flow_leave(g, op_name(op), NULL);
    }
}

// A place that others jump to: the code for these types stands elsewhere already (jump there, false), or it begins here.
static bool arrive(Gen *g)
{
    int label = flow_target(g, g->pc);
    for (int i = 0; i < g->version.len; i++) {
        Version *v = g->version.p[i];
        if (v->label != label) continue;
        if (v->is_done) break;
        v->is_done = true;
        g->now = v->types;  // which may be less than was known
        asm_bind(&g->a, label);
        return true;
    }
    asm_jmp(&g->a, label);
    return false;
}

static void walk_from(Gen *g, Version *v)
{
    bool is_first = true;
    g->now = v->types;
    g->pc = v->pc;
    for (;; is_first = false) {
        if (g->pc >= g->end) {
            asm_jmp(&g->a, flow_exit_to(g, g->pc));
            return;
        }
        ranges_leave(g, &g->now, g->pc);
        if ((is_first || g->is_target[g->pc]) && !arrive(g)) return;
        g->is_entry = g->now.is_entry;
        g->now.is_entry = false;
        if (g->pc == g->back && !is_first) g->comes_round = true;
        g->before = g->now;
        g->exit = -1;
        g->next = g->pc + 1;
        if (g->a.code.len > JIT_CODE) {
            g->overflows = true;
            return;
        }
        if (!instruction(g, instr_at(g, g->pc))) return;
        g->pc = g->next;
    }
}

static void find_targets(const Gen *g, bool *is_target)
{
    for (uint32_t pc = 0; pc < g->end; pc++) {
        Instr i = instr_at(g, pc);
        int op = i.op;
        bool is_pair = op == OP_FOR_PREP || op == OP_FOR_NEXT || op == OP_EACH_NEXT;
        bool has_place = op == OP_JUMP || is_conditional(op) || (is_pair && pc + 1 < g->end);
        if (!has_place) continue;
        uint32_t to = instr_place(op == OP_JUMP || is_conditional(op) ? i : instr_at(g, pc + 1));
        if (to < g->end) is_target[to] = true;
    }
    is_target[0] = true;
}

static void forget_ways(Gen *g)
{
    for (int i = 0; i < g->version.len; i++) mem_free(g->version.p[i]);
    for (int i = 0; i < g->exits.len; i++) mem_free(g->exits.p[i]);
    for (int i = 0; i < g->asides.len; i++) mem_free(g->asides.p[i]);
    g->version.len = g->exits.len = g->asides.len = 0;
}

static void write_entry(Gen *g)
{
    static const int saved[] = {RBP, RBX, R12, R13, R14, R15};
    for (unsigned i = 0; i < sizeof saved / sizeof saved[0]; i++) asm_push(&g->a, saved[i]);
    asm_ri(&g->a, X_SUB, true, RSP, 8);
    asm_rr(&g->a, X_MOV, true, RBP, RDI);
    for (int x = 0; x < g->code->nregs; x++) {
        TypeCode t = g->now.type[x];
        if (!g->touched[x] || !type_is_simple(t)) continue;
        static const unsigned whole[T_COUNT] = {
            [T_BYTE] = X_MOVZX8, [T_INT] = X_MOVSX16, [T_UINT] = X_MOVZX16,
            [T_LONG] = X_MOV, [T_ULONG] = X_MOV, [T_LONG64] = X_MOV,
        };
        int value = value_number((uint16_t)x, class_of(t)), home = g->home[value];
        Mem from = register_address(g, (uint16_t)x, RAX);
        if (class_of(t) == REAL) {
            asm_rm(&g->a, t == T_FLOAT ? X_MOVSS : X_MOVSD, false, home < 0 ? 0 : home, from);
            if (home < 0) asm_rm(&g->a, X_STORESD, false, 0, value_slot(value));
        } else {
            asm_rm(&g->a, whole[t], t == T_LONG64, home < 0 ? RDX : home, from);
            if (home < 0) asm_rm(&g->a, X_STORE, true, RDX, value_slot(value));
        }
    }
    load_arrays(g, RAX, R15);
    texts_load(g);
}

// Everything from the jump back on, for the types of now.
static void walk(Gen *g, const Types *entry)
{
    asm_reset(&g->a);
    forget_ways(g);
    g->pc = g->back;
    g->now = *entry;
    g->comes_round = false;
    g->why = NULL;
    write_entry(g);
    g->now.is_entry = true;
    flow_target(g, g->back);
    g->comes_round = false;
    for (int i = 0; i < g->version.len && !g->overflows; i++) {
        if (!g->version.p[i]->is_done) walk_from(g, g->version.p[i]);
    }
    growth_write_asides(g);
    flow_write_exits(g);
}

// --- Processor registers ----------------------------------------------------------------------------------------------

// The most used values first. What calls keep comes first for whole numbers; of the real ones calls keep none.
static void find_homes(Gen *g)
{
    static const int8_t whole[] = {RBX, R12, R13, R14, R15, RSI, RDI, R8, R9, R10, R11};
    int taken[2] = {0, 0};
    int limit[2] = {(int)sizeof whole, 14};
    for (int n = 0; n < limit[0] + limit[1]; n++) {
        int best = -1;
        for (int v = 0; v < JIT_VALUES; v++) {
            ValueClass c = value_class(v);
            if (g->home[v] >= 0 || g->use[v] <= 0 || taken[c] == limit[c]) continue;
            if (best < 0 || g->use[v] > g->use[best]) best = v;
        }
        if (best < 0) return;
        ValueClass c = value_class(best);
        g->home[best] = c == REAL ? (int8_t)(2 + taken[c]) : whole[taken[c]];
        taken[c]++;
    }
}

// --- The result -------------------------------------------------------------------------------------------------------

static void note_entries(const Gen *g, LoopCode *out)
{
    int n = 0;
    out->entry = mem_must((size_t)g->code->nregs * sizeof *out->entry + 1);
    for (int x = 0; x < g->code->nregs; x++) {
        if (!g->touched[x]) continue;
        const Val *v = &g->f->base[x];
        JitEntry *e = &out->entry[n++];
        *e = (JitEntry){.reg = (uint16_t)x, .is_ref = v->type == T_REF};
        e->tag = x < g->code->nvars ? val_deref_const(v)->tag : v->tag;
        e->is_written = g->written[x];
        e->is_temporary = is_temporary(g, (uint16_t)x) && !type_is_simple(g->now.type[x]);
        e->has_constant = g->now.is_constant[x];
        e->constant = g->now.constant[x];
    }
    out->nentries = n;
}

static LoopCode *finish(Gen *g, const Types *entry)
{
    asm_finish(&g->a);
    LoopCode *out = mem_must(sizeof *out);
    memset(out, 0, sizeof *out);
    void *p = pages_make(g->a.code.p, (size_t)g->a.code.len, &out->size);
    if (!p) {
        g->why = "memory for machine code, which the system refuses";
        g->why_pc = g->back;
        mem_free(out);
        return NULL;
    }
    out->run = (uint32_t (*)(JitEnv *))(uintptr_t)p;
    out->written = g->a.code.len;
    out->npacked = g->npacked;
    g->now = *entry;
    note_entries(g, out);
    out->narrays = g->narrays;
    out->generation = g->e->generation;
    out->ncallees = g->s->ncallees;
    memcpy(out->callee, g->s->callee, sizeof out->callee);
    memcpy(out->array, g->array, sizeof out->array);
    out->ntexts = g->ntexts;
    out->nadditions = g->nadditions;
    memcpy(out->text, g->text, sizeof out->text);
    memcpy(out->addition, g->addition, sizeof out->addition);
    out->npointed = g->npointed;
    memcpy(out->pointed, g->pointed, sizeof out->pointed);
    for (int k = 0; k < out->narrays; k++) {
        if (out->array[k].def) sdef_ref(out->array[k].def);
    }
    for (int k = 0; k < out->npointed; k++) {
        if (out->pointed[k].def) sdef_ref(out->pointed[k].def);
    }
    return out;
}

static LoopCode *compile(Gen *g)
{
    bool *is_target = mem_must(g->end);
    memset(is_target, 0, g->end);
    find_depths(g);
    find_targets(g, is_target);
    g->is_target = is_target;
    find_entry_types(g);
    ranges_find(g);
    Types entry = g->now;
    memset(g->home, -1, sizeof g->home);
    g->is_counting = true;
    walk(g, &entry);
    if (g->overflows && g->nloops) {  // again without two versions of each loop
        g->overflows = false;
        g->nloops = g->npointers = 0;
        memset(g->use, 0, sizeof g->use);
        walk(g, &entry);
    }
    LoopCode *out = NULL;
    if (g->comes_round && !g->overflows) {
        g->is_counting = false;
        ranges_choose(g);
        find_homes(g);
        walk(g, &entry);
        out = finish(g, &entry);
    } else if (!g->why || g->overflows) {
        g->why = g->overflows ? "too much code" : "nothing that comes round";
        g->why_pc = g->back;
    }
    mem_free(is_target);
    return out;
}

static void walk_function(Gen *g)
{
    asm_reset(&g->a);
    forget_ways(g);
    memset(g->use, 0, g->is_counting ? sizeof g->use : 0);
    g->pc = 0;
    g->why = NULL;
    functions_begin(g);
    for (int i = 0; i < g->version.len && !g->overflows; i++) {
        if (!g->version.p[i]->is_done) walk_from(g, g->version.p[i]);
    }
}

// The types of its parameters and answers are known when a walk finds no other.
static void *compile_function(Gen *g, size_t *mapped)
{
    GenFunction before;
    bool *is_target = mem_must(g->end);
    memset(is_target, 0, g->end);
    find_depths(g);
    find_targets(g, is_target);
    g->is_target = is_target;
    memset(g->home, -1, sizeof g->home);
    g->is_counting = true;
    do {
        before = *g->function;
        walk_function(g);
    } while (g->function->answers != before.answers || g->function->nsets != before.nsets);
    void *out = NULL;
    if (before.answers && !g->overflows) {
        g->is_counting = false;
        find_homes(g);
        walk_function(g);
        asm_finish(&g->a);
        out = pages_make(g->a.code.p, (size_t)g->a.code.len, mapped);
    }
    mem_free(is_target);
    return out;
}

static Gen *gen_new(const Engine *e, Code *c, const Spliced *s)
{
    Gen *g = mem_must(sizeof *g);
    memset(g, 0, sizeof *g);
    g->e = e;
    g->code = c;
    g->s = s;
    g->end = (uint32_t)s->ins.len;
    g->back = s->back;
    g->depth = mem_must(g->end);
    memset(g->depth, 0, g->end);
    return g;
}

static void gen_free(Gen *g)
{
    forget_ways(g);
    VEC_FREE(&g->version);
    VEC_FREE(&g->exits);
    VEC_FREE(&g->asides);
    asm_free(&g->a);
    mem_free(g->depth);
    mem_free(g);
}

void *jit_compile_function(const Engine *e, Code *c, const Spliced *s, GenFunction *f, size_t *mapped, const char **why)
{
    Gen *g = gen_new(e, c, s);
    fenv_t flags;  // as below
    g->function = f;
    feholdexcept(&flags);
    void *out = compile_function(g, mapped);
    fesetenv(&flags);
    *why = g->why;
    gen_free(g);
    return out;
}

LoopCode *jit_compile(const Engine *e, const CallFrame *f, const Spliced *s, Refusal *why)
{
    Gen *g = gen_new(e, f->code, s);
    fenv_t flags;  // converting constants raises some that are not the program's
    g->f = f;
    feholdexcept(&flags);
    LoopCode *out = compile(g);
    fesetenv(&flags);
    *why = (Refusal){g->why ? s->ins.p[g->why_pc].place : 0, g->why, g->why_name};
    gen_free(g);
    return out;
}

void jit_free_code(LoopCode *c)
{
    while (c) {
        LoopCode *next = c->next;
        pages_free((void *)(uintptr_t)c->run, c->size);
        for (int k = 0; k < c->narrays; k++) {
            if (c->array[k].def) sdef_drop(c->array[k].def);
        }
        for (int k = 0; k < c->npointed; k++) {
            if (c->pointed[k].def) sdef_drop(c->pointed[k].def);
        }
        mem_free(c->entry);
        mem_free(c);
        c = next;
    }
}
