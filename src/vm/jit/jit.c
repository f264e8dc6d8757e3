// Which loops are compiled, and the way into their code. Start reading at jit_enter.
#include "vm/jit/jit.h"

#include "core/arr.h"
#include "sys/interrupt.h"
#include "vm/frame/profile.h"
#include "vm/jit/growth.h"
#include "vm/peephole/quick.h"

#include <stdlib.h>
#include <string.h>

enum {
    ASK_EVERY = 61, ASK_SELDOM = 1021,  // jumps back; without the JIT
    WARM = 2,          // times asked: then it is hot
    VERSIONS_MAX = 4,  // of a loop, for different types at its start
    REFUSALS_MAX = 3,
    CALLED = 300,      // calls of a function
    BAD_MAX = 1000,    // times it was left in the middle, or not entered, and no more often left at its end
};

typedef struct LoopPlace {  // from head to before end; back: its jump back
    uint32_t head, back, end;
} LoopPlace;

typedef struct Loop {
    LoopPlace where;
    uint16_t op;        // of the jump back
    int asked, refused, versions;
    bool given_up;      // it was left too often
    unsigned long ends, leaves, declines;  // left at the end, in the middle; not entered
    Refusal why;
    LoopCode *code;
} Loop;

typedef struct LoopTable {
    VEC(Loop) loop;
    int last;  // found last
    struct Function *function;  // what is known of the routine as a function
} LoopTable;

static Loop *find(const Code *code, uint32_t pc)
{
    LoopTable *t = code->loops;
    if (!t) return NULL;
    if (t->last < t->loop.len && t->loop.p[t->last].where.back == pc) return &t->loop.p[t->last];
    for (int i = 0; i < t->loop.len; i++) {
        if (t->loop.p[i].where.back != pc) continue;
        t->last = i;
        return &t->loop.p[i];
    }
    return NULL;
}

static LoopTable *table_of(Code *code)
{
    if (!code->loops) {
        code->loops = mem_must(sizeof(LoopTable));
        memset(code->loops, 0, sizeof(LoopTable));
        code->loops_free = jit_forget;
    }
    return code->loops;
}

static Loop *add(Code *code, uint32_t pc)
{
    LoopTable *t = table_of(code);
    Instr i = code->ins[pc];
    uint16_t op = (uint16_t)quick_plain(i.op);
    bool is_for = op == OP_FOR_NEXT;
    uint32_t head = instr_place(is_for ? code->ins[pc + 1] : i);
    VEC_PUSH(&t->loop, (Loop){.where = {head, pc, pc + 1 + is_for}, .op = op});
    return &t->loop.p[t->loop.len - 1];
}

void jit_forget(Code *code)
{
    LoopTable *t = code->loops;
    for (int i = 0; i < t->loop.len; i++) jit_free_code(t->loop.p[i].code);
    VEC_FREE(&t->loop);
    functions_forget(t->function);
    mem_free(t);
    code->loops = NULL;
}

uint16_t jit_plain(const Code *code, uint32_t pc)
{
    const Loop *l = find(code, pc);
    return l ? l->op : (uint16_t)OP_NOP;
}

// Back to interpreting for good, if the code does not do enough of the work.
static void judge(Code *code, Loop *l)
{
    if (l->leaves + l->declines <= BAD_MAX + l->ends) return;
    l->given_up = true;
    code->ins[l->where.back].op = l->op;
}

// Another version of the code, for the types that the variables have now.
static LoopCode *compile(Vm *vm, CallFrame *f, Loop *l)
{
    Spliced s;
    LoopCode *c = NULL;
    bool fits = splice_loop(vm->engine, f->code, l->where.head, l->where.back, l->where.end, &s);
    if (fits) c = jit_compile(vm->engine, f, &s, &l->why);
    else l->why = (Refusal){l->where.back, "more variables or statements than a loop may have", NULL};
    splice_free(&s);
    if (!c) {
        l->refused++;
        return NULL;
    }
    c->next = l->code;
    l->code = c;
    l->versions++;
    return c;
}

static bool is_set(const char *to)
{
    const char *v = getenv("HELIO_JIT");
    return v && strcmp(v, to) == 0;
}
static bool is_off(void) { return is_set("0"); }
static bool is_eager(void) { return is_set("1"); }

int jit_warm(Vm *vm, CallFrame *f, uint32_t pc)
{
    bool eager = is_eager();
    if (is_off()) return ASK_SELDOM;
    int again = eager ? 1 : ASK_EVERY;
    Code *code = f->code;
    if (code->plain || code->ins[pc].op == Q_LOOP) return again;
    Loop *l = find(code, pc);
    if (!l) l = add(code, pc);
    if (l->given_up || l->refused >= REFUSALS_MAX || ++l->asked < (eager ? 1 : WARM)) return again;
    if (compile(vm, f, l)) code->ins[pc].op = Q_LOOP;
    return again;
}

// --- Entering ---------------------------------------------------------------------------------------------------------

static bool fits(const CallFrame *f, const LoopCode *c)
{
    for (int i = 0; i < c->nentries; i++) {
        const JitEntry *n = &c->entry[i];
        const Val *v = &f->base[n->reg];
        if (n->is_temporary) {
            if (v->flags & VF_CELL && v->type != T_PTR) return false;
            continue;
        }
        if ((v->type == T_REF) != n->is_ref) return false;
        if (n->reg < f->code->nvars) v = val_deref_const(v);
        if (v->tag != n->tag) return false;
        if (n->has_constant && (v->tag == T_INT ? v->i : v->l) != n->constant) return false;
    }
    return true;
}

// Two names for one variable, one of them written to.
static bool has_aliases(const CallFrame *f, const LoopCode *c)
{
    for (int i = 0; i < c->nentries; i++) {
        const JitEntry *a = &c->entry[i];
        if (!a->is_ref || a->reg >= f->code->nvars) continue;
        for (int k = 0; k < i; k++) {
            const JitEntry *b = &c->entry[k];
            bool matters = b->is_ref && b->reg < f->code->nvars && (a->is_written || b->is_written);
            if (matters && f->base[a->reg].ref == f->base[b->reg].ref) return true;
        }
    }
    return false;
}

// Code for several turns at a time counts on different variables having different elements; so does code that grows one.
static bool is_shared(const LoopCode *c, const Arr *const *owner, int k)
{
    for (int i = 0; i < k; i++) {
        bool matters = c->array[i].is_stored || c->array[k].is_stored;
        bool is_other = c->array[i].reg != c->array[k].reg || c->array[i].heap != c->array[k].heap || !c->array[k].def;
        if (matters && owner[i] == owner[k] && is_other) return true;
    }
    return false;
}

static bool grows(const LoopCode *c)
{
    int k = 0;
    while (k < c->narrays && !c->array[k].is_grown) k++;
    return k < c->narrays;
}

static bool prepare(const CallFrame *f, const LoopCode *c, JitEnv *env)
{
    const Arr *owner[JIT_ARRAYS];
    bool must_differ = c->npacked || grows(c);
    env->R = f->base;
    for (int i = 0; i < c->npointed; i++) {
        env->heap[i] = pointer_find(f, &c->pointed[i]);
        if (!env->heap[i]) return false;
    }
    for (int i = 0; i < c->narrays; i++) {
        owner[i] = owner_find(f, &c->array[i], env->heap);
        if (!owner[i] || !owner_fill(&c->array[i], owner[i], &env->array[i])) return false;
        if (must_differ && is_shared(c, owner, i)) return false;
    }
    texts_prepare(f, c, env);
    return true;
}

// Code made from routines that have been compiled anew since is of no use; nor while one of them has breakpoints.
static void forget_old(const Engine *e, Loop *l)
{
    for (LoopCode **at = &l->code; *at;) {
        LoopCode *c = *at;
        if (c->generation == e->generation) {
            at = &c->next;
            continue;
        }
        *at = c->next;
        c->next = NULL;
        jit_free_code(c);
        l->versions--;
    }
}

static bool has_breakpoints(const LoopCode *c)
{
    for (int i = 0; i < c->ncallees; i++) {
        if (c->callee[i]->plain) return true;
    }
    return false;
}

static LoopCode *version_for(Vm *vm, CallFrame *f, Loop *l)
{
    forget_old(vm->engine, l);
    for (LoopCode *c = l->code; c; c = c->next) {
        if (fits(f, c)) return c;
    }
    if (l->versions >= VERSIONS_MAX || l->refused >= REFUSALS_MAX) return NULL;
    LoopCode *c = compile(vm, f, l);
    return c && fits(f, c) ? c : NULL;  // a temporary may hold something
}

static bool decline(Code *code, Loop *l)
{
    l->declines++;
    judge(code, l);
    return false;
}

// Copies of pointers that kept heap variables during a statement before.
static void drop_kept(const CallFrame *f, const LoopCode *c)
{
    for (int i = 0; i < c->nentries; i++) {
        Val *v = &f->base[c->entry[i].reg];
        if (c->entry[i].is_temporary && v->flags & VF_CELL) val_drop(v);
    }
}

// The place where the interpreter goes on.
static uint32_t run_code(const CallFrame *f, const LoopCode *c, JitEnv *env)
{
    volatile int *before = sys_interrupt_tell(&env->interrupted);
    env->interrupted = sys_interrupted();
    uint32_t at = c->run(env);
    sys_interrupt_tell(before);
    growth_settle(f, c, env);
    texts_settle(c, env);
    return at;
}

bool jit_enter(Vm *vm, CallFrame *f, uint32_t *pc, uint16_t *op)
{
    JitEnv env;
    Code *code = f->code;
    Loop *l = find(code, *pc);
    *op = l->op;
    if (code->plain || profile_is_on(vm->engine) || sys_interrupted()) return false;
    LoopCode *c = version_for(vm, f, l);
    if (!c || has_breakpoints(c) || has_aliases(f, c) || !prepare(f, c, &env)) return decline(code, l);
    drop_kept(f, c);
    uint32_t at = run_code(f, c, &env);
    bool inside = at >= l->where.head && at < l->where.end;
    if (!inside) l->ends++;
    else if (!sys_interrupted()) l->leaves++;
    judge(code, l);
    if (at == *pc) return false;  // the jump back itself is for the interpreter
    *pc = at;
    return true;
}

int64_t jit_hot_calls(void) { return is_off() ? INT64_MAX : is_eager() ? 0 : CALLED; }

bool jit_call(Vm *vm, const CallSite *s, Val *args, Val *out)
{
    Code *code = ((UserRoutine *)s->target)->code;
    LoopTable *t = table_of(code);
    if (functions_run(vm, &t->function, s, args, out)) return true;
    if (functions_is_given_up(t->function)) code->heat = INT64_MIN;
    else if (!functions_has_code(t->function) && !is_eager()) code->heat -= CALLED;  // as with arguments that are no numbers
    return false;
}

// --- Telling ----------------------------------------------------------------------------------------------------------

void jit_describe_state(Vm *vm, Buf *out)
{
    (void)vm;
    if (is_off()) buf_puts(out, "Machine code is off: HELIO_JIT is 0.\n");
}

static void put_refusal(Buf *out, const Code *code, const Refusal *r)
{
    buf_printf(out, "line %d: %s", code_line(code, r->pc), r->why);
    if (r->name) buf_printf(out, " of %s", r->name);
}

static const char *packing(const LoopCode *c) { return c->npacked ? " for several turns at a time" : ""; }

void jit_describe(const Code *code, Buf *out)
{
    const LoopTable *t = code->loops;
    if (t) functions_describe(t->function, code, out);
    for (int i = 0; t && i < t->loop.len; i++) {
        const Loop *l = &t->loop.p[i];
        if (!l->code && !l->why.why) continue;  // did not run for long
        buf_printf(out, "%s, loop at line %d: ", code->name, code_line(code, l->where.head));
        if (!l->code) buf_puts(out, "interpreted. At ");
        else buf_printf(out, "machine code%s, run to its end %lu times, ", packing(l->code), l->ends);
        if (l->code) buf_printf(out, "left inside %lu times", l->leaves);
        if (l->given_up) buf_puts(out, ", then given up");
        if (l->code && l->why.why) buf_puts(out, ". For the interpreter at ");
        if (l->why.why) put_refusal(out, code, &l->why);
        buf_puts(out, "\n");
    }
}
