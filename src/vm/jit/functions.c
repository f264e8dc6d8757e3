// Whole functions as machine code: those that work on numbers only, change nothing but their own variables, and may call
// themselves. Each call has a frame for its values, above that of its caller; RBP points to it as it points to the JitEnv of a
// loop. The answer is in RAX or XMM0, its type in EDX: which types there are is found by walking until none is new. Whatever the
// code does not do abandons all of it, and the interpreter makes the outermost call once more. Start reading at functions_call.
#include "vm/jit/gen.h"

#include "sys/interrupt.h"
#include "vm/profile.h"

#include <fenv.h>
#include <stddef.h>
#include <string.h>

enum { LEVELS = 1000, VERSIONS = 3, REFUSALS = 10, CHANCES = 3, GONE = T_COUNT };

typedef struct FunctionCode {
    struct FunctionCode *next;  // for other types
    uint32_t (*run)(void *frame);
    size_t size;
    uint8_t type[FUNCTION_PARAMETERS];
    size_t frame;               // bytes
    uint64_t *memory;           // the stack pointer of the way out, then frames
} FunctionCode;

typedef struct Function {  // of a Code
    FunctionCode *code;
    uint32_t generation;
    int versions, refusals;
    int64_t wait;               // calls until it is tried again: what it calls may not have been found yet
    unsigned long calls, returns;  // calls of the code, and those that it abandoned
    bool is_given_up;
    const char *why;
} Function;

// --- Frames -----------------------------------------------------------------------------------------------------------

enum { FRAME_VALUES = (offsetof(JitEnv, slot) - offsetof(JitEnv, in)) / sizeof(uint64_t) };  // what stands before them

static size_t frame_size(const Gen *g) { return sizeof(uint64_t) * (size_t)(FRAME_VALUES + 2 * g->s->nregs); }

static Mem callees(const Gen *g, Mem m)
{
    m.disp += (int32_t)frame_size(g);
    return m;
}

static void keep_homes(Gen *g, bool save)
{
    for (int x = 0; x < g->s->nregs; x++) {
        TypeCode t = g->now.type[x];
        if (!type_is_simple(t)) continue;
        int value = value_number((uint16_t)x, class_of(t)), home = g->home[value];
        if (home < 0) continue;
        if (class_of(t) == REAL) asm_rm(&g->a, save ? X_STORESD : X_MOVSD, false, home, value_slot(value));
        else asm_rm(&g->a, save ? X_STORE : X_MOV, true, home, value_slot(value));
    }
}

// --- What the code of a function has besides that of a loop -----------------------------------------------------------

static void put_argument(Gen *g, uint16_t x, uint16_t parameter, TypeCode t)
{
    Mem to = callees(g, value_slot(value_number(parameter, class_of(t))));
    if (class_of(t) == REAL) asm_rm(&g->a, X_STORESD, false, real_in(g, x, t, 0), to);
    else asm_rm(&g->a, X_STORE, true, whole_in(g, x, t, RAX), to);
}

// On for each type that the answer may have.
static bool take_answer(Gen *g, uint16_t dst)
{
    unsigned left = g->function->answers;
    for (unsigned t = 0; left; t++) {
        if (!(left >> t & 1)) continue;
        Types before = g->now;
        int other = asm_label(&g->a);
        left &= ~(1u << t);
        if (left) {
            asm_ri(&g->a, X_CMP, false, RDX, (int32_t)t);
            asm_jcc(&g->a, CC_NE, other);
        }
        result_done(g, dst, (TypeCode)t, class_of((TypeCode)t) == REAL ? 0 : RAX);
        asm_jmp(&g->a, flow_target(g, g->pc + 1));
        asm_bind(&g->a, other);
        if (left) g->now = before;
    }
    return false;
}

// The set of types that the call has; one more when it is new. -1: too many.
static int find_set(GenFunction *f, const uint8_t *type, Gen *g)
{
    int k = 0;
    while (k < f->nsets && memcmp(f->type[k], type, FUNCTION_PARAMETERS) != 0) k++;
    if (k == FUNCTION_SETS) return -1;
    if (k == f->nsets) {
        f->nsets++;
        memcpy(f->type[k], type, FUNCTION_PARAMETERS);
        f->start[k] = asm_label(&g->a);
    }
    return k;
}

bool functions_call(Gen *g, Instr i, const CallSite *s)
{
    GenFunction *f = g->function;
    uint8_t type[FUNCTION_PARAMETERS] = {0};
    for (int k = 0; k < s->npos; k++) {
        bool ok;
        type[k] = (uint8_t)operand_type(g, (uint16_t)(i.b + k), &ok);
        if (!ok) return flow_leave(g, "an argument that is no number", NULL);
    }
    int set = find_set(f, type, g);
    if (set < 0) return flow_leave(g, "a call with other types of", s->name);
    if (!f->answers) return flow_leave(g, "a call with an unknown answer of", s->name);
    for (int k = 0; k < s->npos; k++) put_argument(g, (uint16_t)(i.b + k), g->code->param[k].reg, type[k]);
    for (int k = 0; k < s->npos; k++) consume(g, (uint16_t)(i.b + k));
    keep_homes(g, true);
    asm_ri(&g->a, X_ADD, true, RBP, (int32_t)frame_size(g));
    asm_call_label(&g->a, f->start[set]);
    asm_ri(&g->a, X_SUB, true, RBP, (int32_t)frame_size(g));
    keep_homes(g, false);
    return take_answer(g, i.a);
}

bool functions_return(Gen *g, Instr i)
{
    bool ok;
    if (!i.b) return flow_leave(g, "a RETURN without a value", NULL);
    TypeCode t = operand_type(g, i.a, &ok);
    if (!ok) return flow_leave(g, "an answer that is no number", NULL);
    g->function->answers |= 1u << t;
    if (class_of(t) == REAL) {
        int x = real_in(g, i.a, t, 0);
        if (x) asm_rr(&g->a, X_MOVAPS, false, 0, x);
    } else {
        int x = whole_in(g, i.a, t, RAX);
        if (x != RAX) asm_rr(&g->a, X_MOV, true, RAX, x);
    }
    asm_mov_imm(&g->a, RDX, t);
    asm_ri(&g->a, X_ADD, true, RSP, 8);
    asm_ret(&g->a);
    return false;
}

// From C: rbp = the first frame; the answer goes to its in and in2.
static void write_outside(Gen *g, uint64_t *memory)
{
    static const int saved[] = {RBP, RBX, R12, R13, R14, R15};
    int end = asm_label(&g->a);
    for (int i = 0; i < 6; i++) asm_push(&g->a, saved[i]);
    asm_ri(&g->a, X_SUB, true, RSP, 8);
    asm_rr(&g->a, X_MOV, true, RBP, RDI);
    asm_mov_imm(&g->a, RAX, (uint64_t)(uintptr_t)memory);
    asm_rm(&g->a, X_STORE, true, RSP, mem_at(RAX, 0));
    asm_call_label(&g->a, g->function->start[0]);
    asm_rm(&g->a, X_STORE, true, RAX, mem_at(RBP, offsetof(JitEnv, in)));
    asm_rm(&g->a, X_STORESD, false, 0, mem_at(RBP, offsetof(JitEnv, in2)));
    asm_rr(&g->a, X_MOV, false, RAX, RDX);
    asm_jmp(&g->a, end);
    asm_bind(&g->a, g->function->gone);
    asm_mov_imm(&g->a, RAX, (uint64_t)(uintptr_t)memory);
    asm_rm(&g->a, X_MOV, true, RSP, mem_at(RAX, 0));
    asm_mov_imm(&g->a, RAX, GONE);
    asm_bind(&g->a, end);
    asm_ri(&g->a, X_ADD, true, RSP, 8);
    for (int i = 6; i-- > 0;) asm_pop(&g->a, saved[i]);
    asm_ret(&g->a);
}

static void write_start(Gen *g, int set)
{
    const GenFunction *f = g->function;
    memset(&g->now, 0, sizeof g->now);
    for (int k = 0; k < g->code->nparams; k++) g->now.type[g->code->param[k].reg] = f->type[set][k];
    asm_bind(&g->a, f->start[set]);
    asm_ri(&g->a, X_SUB, true, RSP, 8);
    asm_mov_imm(&g->a, RAX, (uint64_t)(uintptr_t)f->memory + (LEVELS - 1) * frame_size(g));
    asm_rr(&g->a, X_CMP, true, RBP, RAX);
    asm_jcc(&g->a, CC_A, f->gone);
    flow_poll(g, f->gone);
    keep_homes(g, false);
    asm_jmp(&g->a, flow_target(g, 0));
}

void functions_begin(Gen *g)
{
    GenFunction *f = g->function;
    int n = f->nsets;
    for (int k = 0; k < n; k++) f->start[k] = asm_label(&g->a);
    f->gone = asm_label(&g->a);
    write_outside(g, f->memory);
    for (int k = 0; k < n; k++) write_start(g, k);
}

// --- Compiling --------------------------------------------------------------------------------------------------------

static const Code *code_of(const CallSite *s) { return ((const UserRoutine *)s->target)->code; }

static bool takes_numbers(const CallSite *s, const Val *args)
{
    const Code *c = code_of(s);
    if (s->nkw || s->is_method || s->npos != c->nparams || s->npos > FUNCTION_PARAMETERS) return false;
    for (int k = 0; k < s->npos; k++) {
        const Val *v = val_deref_const(&args[k]);
        if (c->param[k].keyword || v->tag >= T_COUNT || !type_is_simple(v->tag)) return false;
    }
    return true;
}

static FunctionCode *compile(Vm *vm, const CallSite *s, const Val *args, const char **why)
{
    Code *c = ((UserRoutine *)s->target)->code;
    Spliced spliced;
    FunctionCode *out = NULL;
    *why = "more than numbers and its own variables";
    if (splice_function(vm->engine, c, &spliced)) {
        GenFunction f = {.nsets = 1};
        size_t frame = sizeof(uint64_t) * (size_t)(FRAME_VALUES + 2 * spliced.nregs);
        f.memory = mem_must((LEVELS + 2) * frame + sizeof(JitEnv));
        for (int k = 0; k < s->npos; k++) f.type[0][k] = val_deref_const(&args[k])->tag;
        size_t size;
        void *run = jit_compile_function(vm->engine, c, &spliced, &f, &size, why);
        if (run) {
            out = mem_must(sizeof *out);
            *out = (FunctionCode){.run = (uint32_t (*)(void *))(uintptr_t)run, .size = size, .frame = frame, .memory = f.memory};
            memcpy(out->type, f.type[0], sizeof out->type);
        } else {
            mem_free(f.memory);
        }
    }
    splice_free(&spliced);
    return out;
}

void functions_forget(struct Function *f)
{
    if (!f) return;
    while (f->code) {
        FunctionCode *c = f->code;
        f->code = c->next;
        pages_free((void *)(uintptr_t)c->run, c->size);
        mem_free(c->memory);
        mem_free(c);
    }
    mem_free(f);
}

// --- Calling ----------------------------------------------------------------------------------------------------------

static FunctionCode *version_for(Vm *vm, Function *f, const CallSite *s, const Val *args)
{
    for (FunctionCode *c = f->code; c; c = c->next) {
        int k = 0;
        while (k < s->npos && c->type[k] == val_deref_const(&args[k])->tag) k++;
        if (k == s->npos) return c;
    }
    if (f->versions == VERSIONS || f->wait-- > 0) return NULL;
    FunctionCode *c = compile(vm, s, args, &f->why);
    if (!c) {
        f->wait = 1 << f->refusals++;
        f->is_given_up = f->refusals == REFUSALS;
        return NULL;
    }
    f->versions++;
    c->next = f->code;
    f->code = c;
    return c;
}

static Val answer(uint32_t type, const uint64_t *frame)
{
    Val v = {.tag = (uint16_t)type};
    v.bits = class_of((TypeCode)type) == REAL ? frame[1] : frame[0];
    if (type == T_FLOAT) v.bits &= UINT32_MAX;
    return v;
}

static bool has_room(const Engine *e, const Code *c)
{
    return e->depth + LEVELS < e->gate && e->top + (ptrdiff_t)LEVELS * c->nregs < e->stack + STACK_VALUES;
}

// The function's code may be entered here and now, for these arguments.
static bool may_run(Vm *vm, const Function *f, const CallSite *s, const Val *args)
{
    const Engine *e = vm->engine;
    const Code *c = code_of(s);
    return !f->is_given_up && !c->plain && !profile_is_on(e) && !sys_interrupted() && has_room(e, c) && takes_numbers(s, args);
}

static Function *current(const Engine *e, struct Function **at)
{
    if (*at && (*at)->generation != e->generation) {
        functions_forget(*at);
        *at = NULL;
    }
    if (!*at) {
        *at = mem_must(sizeof **at);
        **at = (Function){.generation = e->generation};
    }
    return *at;
}

// As the code keeps it.
static uint64_t bits_of(const Val *v)
{
    if (v->tag == T_LONG64 || v->tag == T_DOUBLE) return v->bits;
    return v->tag == T_FLOAT ? v->bits & UINT32_MAX : (uint32_t)val_whole(v);
}

bool functions_run(Vm *vm, struct Function **at, const CallSite *s, Val *args, Val *out)
{
    const Code *c = code_of(s);
    Function *f = current(vm->engine, at);
    FunctionCode *code = may_run(vm, f, s, args) ? version_for(vm, f, s, args) : NULL;
    if (!code) return false;
    uint64_t *frame = code->memory + 1;
    for (int k = 0; k < s->npos; k++) {
        const Val *v = val_deref_const(&args[k]);
        frame[FRAME_VALUES + value_number(c->param[k].reg, class_of(v->tag))] = bits_of(v);
    }
    uint32_t type = code->run((char *)frame - offsetof(JitEnv, in));
    f->calls++;
    if (type == GONE) {
        if (!sys_interrupted()) f->returns++;
        f->is_given_up = f->returns > CHANCES && f->returns > f->calls / 8;
        return false;
    }
    for (int k = 0; k < s->npos; k++) args[k].tag = T_UNDEF;
    *out = answer(type, frame);
    return true;
}

bool functions_is_given_up(const struct Function *f) { return f->is_given_up; }
bool functions_has_code(const struct Function *f) { return f->code != NULL; }

void functions_describe(const struct Function *f, const Code *code, Buf *out)
{
    if (!f || !f->code) return;
    buf_printf(out, "%s, function: machine code, called %lu times, left %lu times%s\n", code->name, f->calls, f->returns,
               f->is_given_up ? ", then given up" : "");
}
