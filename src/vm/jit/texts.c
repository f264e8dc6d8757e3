// Strings that grow within a loop: s = s + x + ... What a statement adds is joined before the loop starts, which does not change
// it. While there is room, code puts it behind the string, 16 bytes at a time, and keeps the place of the end in a register; the
// string itself is told when the code is left (texts_settle) or calls for what it does not do itself: make room, or add more
// than a few bytes. Start reading at texts_add.
#include "vm/jit/growth.h"

#include <stddef.h>
#include <string.h>

enum { TEXT = T_STRING | VF_CELL << 8 };

// --- The statement ----------------------------------------------------------------------------------------------------

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
static bool find_pieces(const Gen *g, JitPieces *out)
{
    Instr i = instr_at(g, g->pc);
    uint16_t t = i.a, variable = i.b;
    *out = (JitPieces){.n = 0};
    if (!g->f || variable >= K_BASE || !is_own_variable(g, variable)) return false;
    if (val_deref_const(&g->f->base[variable])->tag != TEXT) return false;
    for (uint32_t pc = g->pc; pc < g->end && out->n < JIT_PIECES; i = instr_at(g, ++pc)) {
        bool is_next = pc == g->pc || (i.b == t && !g->is_target[pc]);
        if (i.op != OP_ADD || g->s->ins.p[pc].origin || !is_next || !is_text(g, i.c) || i.c == variable) return false;
        out->of[out->n++] = i.c;
        if (i.a == variable) return true;
        if (i.a != t || !is_temporary(g, t) || pc + 1 == g->end) return false;
    }
    return false;
}

bool texts_begins(const Gen *g, Instr i)
{
    JitPieces found;
    return i.op == OP_ADD && find_pieces(g, &found);
}

bool texts_are_in(Gen *g, const ForLoop *l)
{
    uint32_t pc = g->pc;
    bool found = false;
    for (g->pc = l->head; g->pc < l->next && !found; g->pc++) found = texts_begins(g, instr_at(g, g->pc));
    g->pc = pc;
    return found;
}

// --- While the code runs ----------------------------------------------------------------------------------------------

static void open_text(JitEnv *env, int text)
{
    JitText *t = &env->text[text];
    Str *s = t->v->s;
    bool is_alone = s && s->refs == 1;
    env->slot[VALUE_TEXTS + text] = (uint64_t)(uintptr_t)(is_alone ? s->s + s->len : NULL);
    t->limit = is_alone ? s->s + s->cap : NULL;
}

static void settle_text(const JitEnv *env, int text)
{
    const JitText *t = &env->text[text];
    if (t->limit) t->v->s->len = (size_t)(env->slot[VALUE_TEXTS + text] - (uint64_t)(uintptr_t)t->v->s->s);
}

void texts_settle(const LoopCode *c, const JitEnv *env)
{
    for (int k = 0; k < c->ntexts; k++) settle_text(env, k);
}

static const Str *piece_text(const CallFrame *f, uint16_t x)
{
    return x >= K_BASE ? f->code->k[x - K_BASE].s : val_deref_const(&f->base[x])->s;
}

static size_t length_of(const CallFrame *f, const JitPieces *p)
{
    size_t len = 0;
    for (int k = 0; k < p->n; k++) {
        if (__builtin_add_overflow(len, str_len(piece_text(f, p->of[k])), &len)) return SIZE_MAX;
    }
    return len;
}

// For more bytes than the code adds no string ever has room.
static void open_addition(const CallFrame *f, const JitPieces *p, JitAddition *out)
{
    memset(out, 0, sizeof *out);
    out->len = length_of(f, p);
    out->room = out->len < p->bytes ? p->bytes : INT64_MAX;
    char *to = out->text;
    for (int k = 0; k < p->n && out->len < p->bytes; k++) {
        const Str *s = piece_text(f, p->of[k]);
        memcpy(to, str_text(s), str_len(s));
        to += str_len(s);
    }
}

void texts_prepare(const CallFrame *f, const LoopCode *c, JitEnv *env)
{
    env->ntexts = c->ntexts;
    for (int k = 0; k < c->ntexts; k++) {
        env->text[k].v = val_deref(&f->base[c->text[k]]);
        open_text(env, k);
    }
    for (int k = 0; k < c->nadditions; k++) open_addition(f, &c->addition[k], &env->addition[k]);
}

// Called by the code: env->operand[0..n-1] behind a text. False: nothing has happened.
static bool add_operands(JitEnv *env, int text, int n)
{
    JitText *to = &env->text[text];
    size_t bytes = 0;
    for (int k = 0; k < env->ntexts; k++) settle_text(env, k);  // an operand may be one
    for (int k = 0; k < n; k++) {
        if (__builtin_add_overflow(bytes, str_len(env->operand[k]->s), &bytes)) return false;
    }
    if (!str_reserve_mut(&to->v->s, bytes)) return false;
    Str *s = to->v->s;
    char *end = s ? s->s + s->len : NULL;
    for (int k = 0; k < n; k++) {
        if (env->operand[k]->s) end = str_put(end, env->operand[k]->s);
    }
    if (end) {
        *end = '\0';
        s->len += bytes;
    }
    open_text(env, text);
    return true;
}

// --- The code ---------------------------------------------------------------------------------------------------------

// Its number, ntexts: it does not grow.
static int find_text(const Gen *g, uint16_t x)
{
    int k = 0;
    while (k < g->ntexts && g->text[k] != x) k++;
    return k;
}

// -1: there are too many.
static int number_of_text(Gen *g, uint16_t x)
{
    int k = find_text(g, x);
    if (k == JIT_TEXTS) return -1;
    if (k == g->ntexts) g->text[g->ntexts++] = x;
    return k;
}

// The number of what is joined beforehand; -1: it changes, or there are too many.
static int number_of_addition(Gen *g, JitPieces *p)
{
    size_t len = length_of(g->f, p);
    p->bytes = len < 8 ? 8 : len < 16 ? 16 : JIT_ADDED;
    for (int k = 0; k < p->n; k++) {
        if (p->of[k] < K_BASE && find_text(g, p->of[k]) < g->ntexts) return -1;
    }
    for (int k = 0; k < g->nadditions; k++) {
        const JitPieces *have = &g->addition[k];
        if (have->n == p->n && have->bytes == p->bytes && memcmp(have->of, p->of, sizeof p->of) == 0) return k;
    }
    if (g->nadditions == JIT_ADDITIONS) return -1;
    g->addition[g->nadditions] = *p;
    return g->nadditions++;
}

static Mem text_field(int text, size_t field)
{
    return mem_at(RBP, (int32_t)(offsetof(JitEnv, text) + (size_t)text * sizeof(JitText) + field));
}

static Mem addition_field(int addition, size_t field)
{
    return mem_at(RBP, (int32_t)(offsetof(JitEnv, addition) + (size_t)addition * sizeof(JitAddition) + field));
}

// Of constants that the code can add, their length; -1: it is found when the loop is entered.
static int known_length(const Gen *g, const JitPieces *p)
{
    int k = 0;
    while (k < p->n && p->of[k] >= K_BASE) k++;
    return k == p->n && length_of(g->f, p) < p->bytes ? (int)length_of(g->f, p) : -1;
}

// Jumps to `other` when there may be no room.
static void check_room(Gen *g, int text, int addition, int end, int other)
{
    const JitPieces *p = &g->addition[addition];
    if (known_length(g, p) >= 0) {
        asm_rm(&g->a, X_LEA, true, RCX, mem_at(end, (int32_t)p->bytes));
    } else {
        asm_rm(&g->a, X_MOV, true, RCX, addition_field(addition, offsetof(JitAddition, room)));
        asm_rr(&g->a, X_ADD, true, RCX, end);
    }
    asm_rm(&g->a, X_CMP, true, RCX, text_field(text, offsetof(JitText, limit)));
    asm_jcc(&g->a, CC_A, other);
}

static void add_bytes(Gen *g, int addition, int end)
{
    const JitPieces *p = &g->addition[addition];
    int known = known_length(g, p);
    if (p->bytes == 8) {
        asm_rm(&g->a, X_MOV, true, RCX, addition_field(addition, offsetof(JitAddition, text)));
        asm_rm(&g->a, X_STORE, true, RCX, mem_at(end, 0));
    }
    for (size_t k = 0; k + 16 <= p->bytes; k += 16) {
        asm_rm(&g->a, X_MOVUPS, false, 0, addition_field(addition, offsetof(JitAddition, text) + k));
        asm_rm(&g->a, X_STOREUPS, false, 0, mem_at(end, (int32_t)k));
    }
    if (known >= 0) asm_ri(&g->a, X_ADD, true, end, known);
    else asm_rm(&g->a, X_ADD, true, end, addition_field(addition, offsetof(JitAddition, len)));
}

static void add_joined(Gen *g, int text, int addition, int other)
{
    int home = value_home(g, VALUE_TEXTS + text), end = home >= 0 ? home : RAX;
    if (home < 0) asm_rm(&g->a, X_MOV, true, end, value_slot(VALUE_TEXTS + text));
    check_room(g, text, addition, end, other);
    add_bytes(g, addition, end);
    if (home < 0) asm_rm(&g->a, X_STORE, true, end, value_slot(VALUE_TEXTS + text));
}

static void call_to_add(Gen *g, const Aside *a)
{
    int home = g->home[VALUE_TEXTS + a->number];
    for (int k = 0; k < a->pieces.n; k++) {
        register_pointer(g, RAX, a->pieces.of[k]);
        asm_rm(&g->a, X_STORE, true, RAX, mem_at(RBP, (int32_t)(offsetof(JitEnv, operand) + (size_t)k * sizeof(Val *))));
    }
    texts_save(g);
    round_trip(g, true);
    asm_rr(&g->a, X_MOV, true, RDI, RBP);
    asm_mov_imm(&g->a, RSI, (uint64_t)a->number);
    asm_mov_imm(&g->a, RDX, (uint64_t)a->pieces.n);
    asm_call(&g->a, (const void *)(uintptr_t)add_operands);
    round_trip(g, false);
    if (home >= 0) asm_rm(&g->a, X_MOV, true, home, value_slot(VALUE_TEXTS + a->number));
    asm_rr(&g->a, X_MOVZX8, false, RAX, RAX);
    asm_rr(&g->a, X_TEST, false, RAX, RAX);
    asm_jcc(&g->a, CC_E, a->exit);
}

void texts_save(Gen *g)
{
    for (int k = 0; k < g->ntexts; k++) {
        int home = g->home[VALUE_TEXTS + k];
        if (home >= 0) asm_rm(&g->a, X_STORE, true, home, value_slot(VALUE_TEXTS + k));
    }
}

void texts_load(Gen *g)
{
    for (int k = 0; k < g->ntexts; k++) {
        int home = g->home[VALUE_TEXTS + k];
        if (home >= 0) asm_rm(&g->a, X_MOV, true, home, value_slot(VALUE_TEXTS + k));
    }
}

bool texts_add(Gen *g)
{
    JitPieces p;
    uint16_t variable = instr_at(g, g->pc).b;
    int text = number_of_text(g, variable);
    find_pieces(g, &p);
    if (text < 0) return flow_leave(g, "more strings that grow than a loop may have", NULL);
    for (int k = 0; k < p.n; k++) {
        if (p.of[k] < K_BASE) g->touched[p.of[k]] = true;
    }
    g->touched[variable] = g->written[variable] = true;
    int addition = number_of_addition(g, &p), done = asm_label(&g->a);
    int call = growth_call_aside(g, (Aside){.write = call_to_add, .number = text, .pieces = p}, done);
    if (addition >= 0) add_joined(g, text, addition, call);
    else asm_jmp(&g->a, call);
    asm_bind(&g->a, done);
    g->next = g->pc + (uint32_t)p.n;
    return true;
}
