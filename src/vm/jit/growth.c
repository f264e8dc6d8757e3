// Variables that grow within a loop: s = s + x + ... of strings, a = [a, x, ...] of numbers. While there is room, code puts the
// new behind the old; a C function makes room, where it lies in the VM's register. What cannot be done leaves to the
// interpreter before the statement, which makes the error. Start reading at growth_text and growth_share.
#include "vm/convert.h"
#include "vm/jit/gen.h"

#include <stddef.h>
#include <string.h>

enum {
    WITHIN = 40,     // instructions of a = [a, ...]
    AT_ONCE = 8,     // bytes that one store writes
    TEXT = T_STRING | VF_CELL << 8,
};

// --- Strings ----------------------------------------------------------------------------------------------------------

typedef struct Growth {
    uint16_t variable, piece[JIT_PIECES];
    int n;
} Growth;

// Called by the code. False: s is as it was.
static bool append_text(Val *s, const Val *const piece[], int n)
{
    size_t bytes = 0;
    for (int k = 0; k < n; k++) {
        if (__builtin_add_overflow(bytes, str_len(piece[k]->s), &bytes)) return false;
    }
    if (!str_reserve_mut(&s->s, bytes)) return false;
    char *end = s->s->s + s->s->len;
    for (int k = 0; k < n; k++) {
        if (piece[k]->s) end = str_put(end, piece[k]->s);
    }
    *end = '\0';
    s->s->len += bytes;
    return true;
}

static bool is_own_variable(const Gen *g, uint16_t x)
{
    return x < g->code->nvars && g->s->kind[x] == KIND_VARIABLE && g->now.type[x] == TYPE_OTHER;
}

// Of a variable the code never changes what it is.
static bool is_text(const Gen *g, uint16_t x)
{
    uint16_t tag = T_UNDEF;
    if (x >= K_BASE) tag = g->s->k.p[x - K_BASE].tag;
    else if (is_own_variable(g, x)) tag = val_deref_const(&g->f->base[x])->tag;
    return tag == T_STRING || tag == TEXT;
}

// The instructions from this one on are s = s + ..., as the compiler writes it: t = s + x, t = t + y, s = t + z.
static bool find_growth(const Gen *g, Growth *out)
{
    Instr i = instr_at(g, g->pc);
    uint16_t t = i.a;
    *out = (Growth){.variable = i.b};
    if (!g->f || i.b >= K_BASE || !is_own_variable(g, i.b) || val_deref_const(&g->f->base[i.b])->tag != TEXT) return false;
    for (uint32_t pc = g->pc; pc < g->end && out->n < JIT_PIECES; i = instr_at(g, ++pc)) {
        bool is_next = pc == g->pc || (i.b == t && !g->is_target[pc]);
        if (i.op != OP_ADD || g->s->ins.p[pc].origin || !is_next || !is_text(g, i.c) || i.c == out->variable) return false;
        out->piece[out->n++] = i.c;
        if (i.a == out->variable) return true;
        if (i.a != t || !is_temporary(g, t) || pc + 1 == g->end) return false;
    }
    return false;
}

bool growth_is_text(const Gen *g, Instr i)
{
    Growth found;
    return i.op == OP_ADD && find_growth(g, &found);
}

static void take_address(Gen *g, int reg, uint16_t x)
{
    if (x >= K_BASE) {
        asm_mov_imm(&g->a, reg, (uint64_t)(uintptr_t)&g->code->k[x - K_BASE]);  // of the loop's own routine, which stays
        return;
    }
    Mem m = register_address(g, x, reg);
    m.disp -= (int32_t)offsetof(Val, bits);
    asm_rm(&g->a, X_LEA, true, reg, m);
}

// The constants in one word, its last byte NUL; false: they are longer, or not all are constants.
static bool join_constants(const Gen *g, const Growth *s, uint64_t *word, size_t *bytes)
{
    char text[AT_ONCE] = {0};
    *bytes = 0;
    for (int k = 0; k < s->n; k++) {
        const Str *p = s->piece[k] >= K_BASE ? g->s->k.p[s->piece[k] - K_BASE].s : NULL;
        if (s->piece[k] < K_BASE || *bytes + str_len(p) >= AT_ONCE) return false;
        memcpy(text + *bytes, str_text(p), str_len(p));
        *bytes += str_len(p);
    }
    memcpy(word, text, sizeof text);
    return *bytes > 0;
}

// In one store, when there is room for a whole word: then on at `done`.
static void append_word(Gen *g, uint16_t variable, uint64_t word, size_t bytes, int done)
{
    int other = asm_label(&g->a);
    asm_rm(&g->a, X_MOV, true, RAX, register_address(g, variable, RAX));
    asm_cmp_mem_imm8(&g->a, mem_at(RAX, offsetof(Str, refs)), 1);
    asm_jcc(&g->a, CC_NE, other);
    asm_rm(&g->a, X_MOV, true, RDX, mem_at(RAX, offsetof(Str, len)));
    asm_rm(&g->a, X_LEA, true, RCX, mem_at(RDX, AT_ONCE));
    asm_rm(&g->a, X_CMP, true, RCX, mem_at(RAX, offsetof(Str, cap)));
    asm_jcc(&g->a, CC_A, other);
    asm_mov_imm(&g->a, RCX, word);
    asm_rm(&g->a, X_STORE, true, RCX, (Mem){RAX, RDX, 1, offsetof(Str, s)});
    asm_ri(&g->a, X_ADD, true, RDX, (int32_t)bytes);
    asm_rm(&g->a, X_STORE, true, RDX, mem_at(RAX, offsetof(Str, len)));
    asm_jmp(&g->a, done);
    asm_bind(&g->a, other);
}

// What else is to be joined, in env->piece.
static void list_pieces(Gen *g, const Growth *s)
{
    for (int k = 0; k < s->n; k++) {
        take_address(g, RAX, s->piece[k]);
        asm_rm(&g->a, X_STORE, true, RAX, mem_at(RBP, (int32_t)(offsetof(JitEnv, piece) + (size_t)k * sizeof(Val *))));
        if (s->piece[k] < K_BASE) g->touched[s->piece[k]] = true;
    }
}

bool growth_text(Gen *g)
{
    Growth s;
    uint64_t word;
    size_t bytes;
    int done = asm_label(&g->a);
    find_growth(g, &s);
    if (join_constants(g, &s, &word, &bytes)) append_word(g, s.variable, word, bytes, done);
    list_pieces(g, &s);
    round_trip(g, true);
    take_address(g, RDI, s.variable);
    asm_rm(&g->a, X_LEA, true, RSI, mem_at(RBP, offsetof(JitEnv, piece)));
    asm_mov_imm(&g->a, RDX, (uint64_t)s.n);
    asm_call(&g->a, (const void *)(uintptr_t)append_text);
    round_trip(g, false);
    asm_rr(&g->a, X_MOVZX8, false, RAX, RAX);
    asm_rr(&g->a, X_TEST, false, RAX, RAX);
    asm_jcc(&g->a, CC_E, flow_exit(g));
    asm_bind(&g->a, done);
    g->touched[s.variable] = g->written[s.variable] = true;
    g->next = g->pc + (uint32_t)s.n;
    return true;
}

// --- Arrays -----------------------------------------------------------------------------------------------------------

// Called by the code, whose loop alone has the array: where n more elements go, which it has from now on. NULL: nothing has
// happened. Subscripts have 31 bits (owner_fill), whatever the room comes to.
static void *make_room(Val *v, JitArray *in_use, int64_t n)
{
    Arr *a = v->a;
    if (a->rank != 1 || !arr_is_unique(a) || !arr_reserve(a, n) || a->cap / a->elem > INT32_MAX) return NULL;
    void *to = arr_at(a, a->n);
    arr_extend_raw(a, 1, (int64_t[MAX_RANK]){a->n + n, 1, 1, 1, 1, 1, 1, 1});
    in_use->data = a->data;
    in_use->n = in_use->dim[0] = a->n;
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
static void take_room(Gen *g, int array, uint16_t variable, int n, int other)
{
    int size = (int)g->array[array].stride, count = g->home[VALUE_ARRAYS + 2 * array + 1];
    asm_rm(&g->a, X_MOV, true, RAX, register_address(g, variable, RAX));
    asm_rm(&g->a, X_MOV, true, RDX, mem_at(RAX, offsetof(Arr, n)));
    asm_rm(&g->a, X_LEA, true, RCX, mem_at(RDX, n));
    asm_shift(&g->a, 4, true, RCX, __builtin_ctz((unsigned)size));
    asm_rm(&g->a, X_CMP, true, RCX, mem_at(RAX, offsetof(Arr, cap)));
    asm_jcc(&g->a, CC_A, other);
    asm_rm(&g->a, X_LEA, true, RCX, mem_at(RDX, n));
    asm_rm(&g->a, X_STORE, true, RCX, mem_at(RAX, offsetof(Arr, n)));
    asm_rm(&g->a, X_STORE, true, RCX, mem_at(RAX, offsetof(Arr, dim)));
    asm_rm(&g->a, X_STORE, true, RCX, elements_field(array, offsetof(JitArray, n)));
    asm_rm(&g->a, X_STORE, true, RCX, elements_field(array, offsetof(JitArray, dim)));
    if (count >= 0) asm_rr(&g->a, X_MOV, true, count, RCX);
    asm_rm(&g->a, X_MOV, true, RAX, mem_at(RAX, offsetof(Arr, data)));
    asm_rm(&g->a, X_LEA, true, RDX, (Mem){RAX, RDX, size, 0});
}

static void call_for_room(Gen *g, int array, uint16_t variable, int n)
{
    round_trip(g, true);
    take_address(g, RDI, variable);
    asm_rm(&g->a, X_LEA, true, RSI, elements_field(array, 0));
    asm_mov_imm(&g->a, RDX, (uint64_t)n);
    asm_call(&g->a, (const void *)(uintptr_t)make_room);
    round_trip(g, false);
    asm_rr(&g->a, X_MOV, true, RDX, RAX);
    asm_rr(&g->a, X_TEST, true, RAX, RAX);
    asm_jcc(&g->a, CC_E, flow_exit(g));
    load_arrays(g, RAX, R15);
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
        if (!ok || type_promote(t, of) != t) return flow_leave(g, "an array grown by something else than its type", NULL);
    }
    int array = elements_array(g, variable, true);
    if (array < 0) return flow_leave(g, "more arrays than a loop may have", NULL);
    g->array[array].is_grown = g->written[variable] = true;
    int other = asm_label(&g->a), there = asm_label(&g->a);
    take_room(g, array, variable, n, other);
    asm_jmp(&g->a, there);
    asm_bind(&g->a, other);
    call_for_room(g, array, variable, n);
    asm_bind(&g->a, there);
    put_numbers(g, t, (uint16_t)(i.b + 1), n);
    consume(g, i.b);
    g->next = g->pc + 3;
    return true;
}

// The elements of a growing array move: a FOR loop around that knows nothing of subscripts before they come.
void growth_forget_ranges(Gen *g)
{
    int kept = 0;
    for (int k = 0; k < g->nloops; k++) {
        uint32_t pc = g->loop[k].head;
        while (pc < g->loop[k].next && !is_concat(g, pc)) pc++;
        if (pc >= g->loop[k].next) g->loop[kept++] = g->loop[k];
    }
    g->nloops = kept;
}
