// Finding what can be fused: from an instruction on, elementwise operations whose results are temporaries that only the
// next ones read, up to the last one that leaves a single value. Start reading at fuse_plan.
#include "base/mem.h"
#include "kern/kern.h"
#include "vm/peephole/fuse.h"
#include "vm/peephole/quick.h"

#include <string.h>

enum { PENDING_MAX = FUSE_STEPS };

// A temporary in sight: made by a step, or a reference to a variable that a call will read.
typedef struct Temp {
    uint16_t reg;
    FuseSource from;
} Temp;

typedef struct Scan {
    const Code *code;
    FuseStep step[FUSE_STEPS];
    int n;
    Temp temp[PENDING_MAX];
    int ntemps;
    int best;        // steps of the longest plan so far
    uint32_t after;  // and where it ends
    uint16_t dst;
} Scan;

static bool is_temp(const Code *c, uint16_t r) { return r < K_BASE && r >= c->nvars + c->nhidden; }

// Where an operand comes from; a temporary in sight is consumed.
static FuseSource source(Scan *s, uint16_t r)
{
    for (int i = s->ntemps - 1; i >= 0; i--) {
        if (s->temp[i].reg != r) continue;
        FuseSource from = s->temp[i].from;
        s->temp[i] = s->temp[--s->ntemps];
        return from;
    }
    return (FuseSource){.at = r};
}

static bool remember(Scan *s, uint16_t reg, FuseSource from)
{
    if (s->ntemps == PENDING_MAX) return false;
    s->temp[s->ntemps++] = (Temp){reg, from};
    return true;
}

// The loop behind a call of a builtin with one argument, by its row. Builtins come before everything else of their name.
static bool step_of_call(const Engine *e, const CallSite *site, FuseStep *out)
{
    if (site->is_method || site->npos != 1 || site->nkw) return false;
    const Routine *r = map_get(&e->builtin_fun, site->name);
    int each = r ? r->each : EACH_NONE;
    if (each == EACH_ABS) *out = (FuseStep){.kind = FUSE_UNARY, .op = KUOP_ABS};
    else if (each >= EACH_CAST(0)) *out = (FuseStep){.kind = FUSE_CAST, .op = (uint8_t)(each - EACH_CAST(0))};
    else if (each) *out = (FuseStep){.kind = FUSE_MATH, .op = (uint8_t)(each - EACH_MATH(0))};
    return each != EACH_NONE;
}

// One instruction as a step.
static bool step_of(const Engine *e, const Code *code, Instr i, FuseStep *out)
{
    static const uint8_t unary[] = {KUOP_NEG, KUOP_NOT, KUOP_LOGNOT};
    int op = quick_plain(i.op);
    if (op == OP_CALL_FUN) return step_of_call(e, &code->call_site[i.c], out);
    if (op >= OP_ADD && op <= OP_XOR) *out = (FuseStep){.kind = FUSE_BINARY, .op = (uint8_t)(op - OP_ADD)};
    else if (op >= OP_NEG && op <= OP_LNOT) *out = (FuseStep){.kind = FUSE_UNARY, .op = unary[op - OP_NEG]};
    else return false;
    return true;
}

// Takes one more instruction in; false at the end of what can be fused.
static bool scan_one(const Engine *e, Scan *s, uint32_t pc)
{
    Instr i = s->code->ins[pc];
    if (i.op == OP_REF) return is_temp(s->code, i.a) && !is_temp(s->code, i.b) && remember(s, i.a, (FuseSource){.at = i.b});
    FuseStep *step = &s->step[s->n];
    if (s->n == FUSE_STEPS || !step_of(e, s->code, i, step)) return false;
    step->a = source(s, i.b);
    if (step->kind == FUSE_BINARY) step->b = source(s, i.c);
    if (!remember(s, i.a, (FuseSource){.is_step = true, .at = (uint16_t)s->n})) return false;
    s->n++;
    if (s->ntemps == 1) {
        s->best = s->n;
        s->after = pc + 1;
        s->dst = i.a;
    }
    return is_temp(s->code, i.a);
}

// A call that takes the value, and nothing else, piece by piece.
static void take_reducer(const Engine *e, const Code *code, FusePlan *p)
{
    if (!p->n || p->after >= (uint32_t)code->nins) return;
    Instr i = code->ins[p->after];
    if (i.op != OP_CALL_FUN || i.b != p->dst) return;
    const CallSite *site = &code->call_site[i.c];
    if (site->is_method || site->npos != 1 || site->nkw) return;
    const Routine *r = map_get(&e->builtin_fun, site->name);
    if (!r || !r->reducer) return;
    p->reducer = r->reducer;
    p->dst = i.a;
    p->after++;
}

// Between an argument and the call: other arguments, which compute nothing.
static bool is_passing(Instr i) { return i.op == OP_REF || i.op == OP_LOADK || (i.op == OP_MOVE && i.b >= K_BASE); }

// A call whose first argument is the value, and which takes truths as bits.
static void take_bits(const Engine *e, const Code *code, FusePlan *p)
{
    uint32_t pc = p->after;
    if (!p->n || p->reducer || !is_temp(code, p->dst)) return;
    while (pc < (uint32_t)code->nins && is_passing(code->ins[pc]) && code->ins[pc].a > p->dst) pc++;
    if (pc >= (uint32_t)code->nins || code->ins[pc].op != OP_CALL_FUN || code->ins[pc].b != p->dst) return;
    const CallSite *site = &code->call_site[code->ins[pc].c];
    const Routine *r = site->is_method || !site->npos ? NULL : map_get(&e->builtin_fun, site->name);
    p->to_bits = r && r->takes_bits;
}

static FusePlan *make_plan(const Engine *e, const Code *code, uint32_t pc)
{
    Scan s = {.code = code};
    while (pc < (uint32_t)code->nins && scan_one(e, &s, pc)) pc++;
    size_t steps = (size_t)s.best * sizeof s.step[0];
    FusePlan *p = mem_must(sizeof *p + steps);
    *p = (FusePlan){.n = s.best, .dst = s.dst, .after = s.after};
    memcpy(p->step, s.step, steps);
    take_reducer(e, code, p);
    take_bits(e, code, p);
    return p;
}

const FusePlan *fuse_plan(const Engine *e, Code *code, uint32_t pc)
{
    if (code->plain) return NULL;  // the debugger looks at each instruction
    if (!code->fused) {
        code->fused = mem_must((size_t)code->nins * sizeof *code->fused);
        memset(code->fused, 0, (size_t)code->nins * sizeof *code->fused);
    }
    FusePlan *p = code->fused[pc];
    if (!p) code->fused[pc] = p = make_plan(e, code, pc);
    return p->n ? p : NULL;
}
