// Whole functions as machine code: those that work on numbers only, change nothing but their own variables, and may call
// themselves. Each call has a frame for its values, above that of its caller; RBP points to it as it points to the JitEnv of a
// loop. Arguments come in the registers of the parameters; whoever calls keeps what it will read again. The answer is in RAX or
// XMM0, its type, if there are several, in EDX: which types there are is found by walking until none is new. Whatever the code
// does not do abandons all of it, and the interpreter makes the outermost call once more. Start reading at functions_call.
#include "vm/jit/gen.h"

#include "sys/interrupt.h"
#include "vm/frame/profile.h"

#include <fenv.h>
#include <stddef.h>
#include <string.h>

enum { LEVELS = DEPTH_LIMIT, VERSIONS = 3, REFUSALS = 10, CHANCES = 3, GONE = T_COUNT, DEEP };
enum { WAY_OUT, LIMIT, FRAMES };  // in FunctionCode.memory

typedef VEC(uint32_t) Places;

typedef struct FunctionCode {
    struct FunctionCode *next;  // for other types
    uint32_t (*run)(void *frame);
    size_t size;
    uint8_t type[FUNCTION_PARAMETERS];
    size_t frame;               // bytes
    uint64_t *memory;           // the stack pointer of the way out, the last frame that may make calls, then frames
} FunctionCode;

typedef struct Function {  // of a Code
    FunctionCode *code;
    uint32_t generation;
    int versions, refusals;
    int64_t wait;               // calls until it is tried again: what it calls may not have been found yet
    unsigned long calls, returns;  // calls of the code, and those that it abandoned
    int deep_at;                // depth of the interpreter's calls; 0: they have not been deeper than that
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

// --- What a call leaves alone ------------------------------------------------------------------------------------------

static bool mentions(const Gen *g, uint32_t pc, uint16_t x)
{
    Instr i = instr_at(g, pc);
    bool is_binary = i.op >= OP_ADD && i.op <= OP_MATMUL2, is_unary = i.op >= OP_NEG && i.op <= OP_LNOT;
    if (is_binary) return i.a == x || i.b == x || i.c == x;
    if (is_unary) return i.a == x || i.b == x;
    switch (i.op) {
    case OP_NOP: case OP_JUMP: case S_ENTER: return false;
    case OP_JUMP_IF: case OP_JUMP_UNLESS: case OP_JUMP_IF_NZ: case OP_JUMP_UNLESS_NZ: return i.a == x;
    case OP_CLEAR: case OP_RETURN: return i.a == x;
    case OP_MOVE: case OP_REF: case OP_CALL_FUN: case S_PASS: case S_RESULT: return i.a == x || i.b == x;
    default: return true;
    }
}

static void go(const Gen *g, uint32_t pc, bool *is_met, Places *next)
{
    if (pc >= g->end || is_met[pc]) return;
    is_met[pc] = true;
    VEC_PUSH(next, pc);
}

// Whether a variable of the function's own may be read after this instruction.
static bool is_read_later(const Gen *g, uint16_t x)
{
    Places next = {0};
    bool *is_met = mem_must(g->end), found = false;
    memset(is_met, 0, g->end);
    for (int t = 0; t < g->s->nregs; t++) found |= g->now.type[t] == TYPE_REF && g->now.to[t] == x;
    go(g, g->pc + 1, is_met, &next);
    while (next.len && !found) {
        uint32_t pc = next.p[--next.len];
        Instr i = instr_at(g, pc);
        found = mentions(g, pc, x);
        if (i.op >= OP_JUMP && i.op <= OP_JUMP_UNLESS_NZ) go(g, instr_place(i), is_met, &next);
        if (i.op != OP_JUMP && i.op != OP_RETURN) go(g, pc + 1, is_met, &next);
    }
    VEC_FREE(&next);
    mem_free(is_met);
    return found;
}

// The register of what x holds that a call of n arguments from `first` on must leave as it is; -1: there is none.
static int home_to_keep(const Gen *g, uint16_t x, uint16_t first, int n)
{
    TypeCode t = g->now.type[x];
    bool is_argument = is_temporary(g, x) && x >= first && x < first + n;
    if (!type_is_simple(t) || is_argument) return -1;
    int home = g->home[value_number(x, class_of(t))];
    bool is_own = x < g->code->nvars && g->s->kind[x] == KIND_VARIABLE;
    return home >= 0 && is_own && !is_read_later(g, x) ? -1 : home;
}

static void move_home(Gen *g, uint16_t x, int home, bool save)
{
    TypeCode t = g->now.type[x];
    Mem slot = value_slot(value_number(x, class_of(t)));
    if (class_of(t) == REAL) asm_rm(&g->a, save ? X_STORESD : X_MOVSD, false, home, slot);
    else asm_rm(&g->a, save ? X_STORE : X_MOV, true, home, slot);
}

// The others are in slots anyway.
static void keep_homes(Gen *g, uint16_t first, int n)
{
    for (int x = 0; x < g->s->nregs; x++) {
        int home = home_to_keep(g, (uint16_t)x, first, n);
        if (home >= 0 && !g->now.is_kept[x]) move_home(g, (uint16_t)x, home, true);
        if (home >= 0) g->now.is_kept[x] = 1;
    }
}

static void restore_homes(Gen *g)
{
    for (int x = 0; x < g->s->nregs; x++) {
        int home = home_to_keep(g, (uint16_t)x, 0, 0);
        if (home >= 0) move_home(g, (uint16_t)x, home, false);
    }
}

// --- What the code of a function has besides that of a loop -----------------------------------------------------------

// The register that a parameter is in, as the function begins.
static int parameter_home(const Gen *g, int k, TypeCode t) { return g->home[value_number(g->code->param[k].reg, class_of(t))]; }

static void to_slot(Gen *g, uint16_t x, TypeCode t, Mem to)
{
    if (class_of(t) == REAL) asm_rm(&g->a, X_STORESD, false, real_in(g, x, t, 0), to);
    else asm_rm(&g->a, X_STORE, true, whole_in(g, x, t, RAX), to);
}

static void to_home(Gen *g, uint16_t x, TypeCode t, int home)
{
    int from = class_of(t) == REAL ? real_in(g, x, t, home) : whole_in(g, x, t, home);
    if (from != home) asm_rr(&g->a, class_of(t) == REAL ? X_MOVAPS : X_MOV, class_of(t) == WHOLE, home, from);
}

// A parameter's register is an argument's that comes later.
static bool overlaps(Gen *g, Instr i, const uint8_t *type, int n)
{
    for (int k = 0; k < n; k++) {
        uint16_t x = operand_variable(g, (uint16_t)(i.b + k));
        int from = x < K_BASE ? g->home[value_number(x, class_of(type[k]))] : -1;
        for (int before = 0; before < k; before++) {
            bool is_same_class = class_of(type[before]) == class_of(type[k]);
            if (from >= 0 && is_same_class && parameter_home(g, before, type[before]) == from) return true;
        }
    }
    return false;
}

// What lives on has been saved: parameters go to their registers, those without one to the callee's frame.
static void put_arguments(Gen *g, Instr i, const uint8_t *type, int n)
{
    bool by_slots = overlaps(g, i, type, n);
    for (int k = 0; k < n; k++) {
        int home = parameter_home(g, k, type[k]);
        Mem slot = callees(g, value_slot(value_number(g->code->param[k].reg, class_of(type[k]))));
        if (home >= 0 && !by_slots) to_home(g, (uint16_t)(i.b + k), type[k], home);
        else to_slot(g, (uint16_t)(i.b + k), type[k], slot);
    }
    for (int k = 0; k < n && by_slots; k++) {
        int home = parameter_home(g, k, type[k]);
        Mem slot = callees(g, value_slot(value_number(g->code->param[k].reg, class_of(type[k]))));
        if (home >= 0) asm_rm(&g->a, class_of(type[k]) == REAL ? X_MOVSD : X_MOV, class_of(type[k]) == WHOLE, home, slot);
    }
}

void functions_make_frame(Gen *g)
{
    if (!g->function || g->now.has_frame) return;
    asm_ri(&g->a, X_SUB, true, RSP, 8);
    asm_mov_imm(&g->a, RAX, (uint64_t)(uintptr_t)&g->function->memory[LIMIT]);
    asm_rm(&g->a, X_CMP, true, RBP, mem_at(RAX, 0));
    asm_jcc(&g->a, CC_A, g->function->deep);
    flow_poll(g, g->function->gone);
    g->now.has_frame = true;
}

static bool has_one_answer(const GenFunction *f) { return !(f->answers & (f->answers - 1)); }

// On for each type that the answer may have.
static bool take_answer(Gen *g, uint16_t dst)
{
    unsigned left = g->function->answers;
    if (has_one_answer(g->function)) {
        TypeCode t = (TypeCode)__builtin_ctz(left);
        result_done(g, dst, t, class_of(t) == REAL ? 0 : RAX);
        return true;
    }
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
    functions_make_frame(g);
    keep_homes(g, i.b, s->npos);
    put_arguments(g, i, type, s->npos);
    for (int k = 0; k < s->npos; k++) consume(g, (uint16_t)(i.b + k));
    asm_ri(&g->a, X_ADD, true, RBP, (int32_t)frame_size(g));
    asm_call_label(&g->a, f->start[set]);
    asm_ri(&g->a, X_SUB, true, RBP, (int32_t)frame_size(g));
    restore_homes(g);
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
    if (!has_one_answer(g->function)) asm_mov_imm(&g->a, RDX, t);
    if (g->now.has_frame) asm_ri(&g->a, X_ADD, true, RSP, 8);
    asm_ret(&g->a);
    return false;
}

// Whatever calls are under way are forgotten.
static void write_way_out(Gen *g, int label, int type, int end)
{
    asm_bind(&g->a, label);
    asm_mov_imm(&g->a, RAX, (uint64_t)(uintptr_t)g->function->memory);
    asm_rm(&g->a, X_MOV, true, RSP, mem_at(RAX, 0));
    asm_mov_imm(&g->a, RAX, (uint64_t)type);
    asm_jmp(&g->a, end);
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
    for (int k = 0; k < g->code->nparams; k++) {
        TypeCode t = g->function->type[0][k];
        int home = parameter_home(g, k, t);
        Mem slot = value_slot(value_number(g->code->param[k].reg, class_of(t)));
        if (home >= 0) asm_rm(&g->a, class_of(t) == REAL ? X_MOVSD : X_MOV, class_of(t) == WHOLE, home, slot);
    }
    asm_call_label(&g->a, g->function->start[0]);
    asm_rm(&g->a, X_STORE, true, RAX, mem_at(RBP, offsetof(JitEnv, in)));
    asm_rm(&g->a, X_STORESD, false, 0, mem_at(RBP, offsetof(JitEnv, in2)));
    if (!has_one_answer(g->function)) asm_rr(&g->a, X_MOV, false, RAX, RDX);
    else asm_mov_imm(&g->a, RAX, g->function->answers ? (uint64_t)__builtin_ctz(g->function->answers) : 0);
    asm_jmp(&g->a, end);
    write_way_out(g, g->function->deep, DEEP, end);
    write_way_out(g, g->function->gone, GONE, end);
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
    int label = flow_target(g, 0);
    if (f->nsets > 1) asm_jmp(&g->a, label);  // else it is what comes next
}

void functions_begin(Gen *g)
{
    GenFunction *f = g->function;
    int n = f->nsets;
    for (int k = 0; k < n; k++) f->start[k] = asm_label(&g->a);
    f->gone = asm_label(&g->a);
    f->deep = asm_label(&g->a);
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
        f.memory = mem_alloc((LEVELS + 3) * frame + sizeof(JitEnv));
        for (int k = 0; k < s->npos; k++) f.type[0][k] = val_deref_const(&args[k])->tag;
        size_t size;
        void *run = NULL;
        *why = "memory for its frames";
        if (f.memory) run = jit_compile_function(vm->engine, c, &spliced, &f, &size, why);
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

// How many calls within one another there may be yet, by the function itself.
static int64_t room(const Engine *e, const Code *c)
{
    int64_t calls = e->gate - e->depth - 2, values = (e->stack + STACK_VALUES - e->top) / (c->nregs + 1) - 2;
    return calls < values ? calls : values;
}

// The function's code may be entered here and now, for these arguments.
static bool may_run(Vm *vm, Function *f, const CallSite *s, const Val *args)
{
    const Engine *e = vm->engine;
    const Code *c = code_of(s);
    if (f->deep_at && e->depth >= f->deep_at) return false;
    f->deep_at = 0;
    return !f->is_given_up && !c->plain && !profile_is_on(e) && !sys_interrupted() && room(e, c) > 0 && takes_numbers(s, args);
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
    uint64_t *frame = code->memory + FRAMES;
    char *first = (char *)frame - offsetof(JitEnv, in);
    code->memory[LIMIT] = (uint64_t)(uintptr_t)(first + (size_t)(room(vm->engine, c) - 1) * code->frame);
    for (int k = 0; k < s->npos; k++) {
        const Val *v = val_deref_const(&args[k]);
        frame[FRAME_VALUES + value_number(c->param[k].reg, class_of(v->tag))] = bits_of(v);
    }
    uint32_t type = code->run(first);
    f->calls++;
    if (type == DEEP) f->deep_at = vm->engine->depth + 1;  // the calls that the interpreter makes now will be as deep
    if (type >= GONE) {
        if (type == GONE && !sys_interrupted()) f->returns++;
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
