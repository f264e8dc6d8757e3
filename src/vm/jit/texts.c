// Strings that grow within a loop: s = s + x + ... While there is room, code puts what comes behind the string, 16 bytes at a
// time, and keeps the place of its end in a register; the string itself is told when the code is left (texts_settle) or calls
// for what it does not do itself: make room, or add long pieces. Start reading at texts_add.
#include "vm/jit/growth.h"

#include <stddef.h>
#include <string.h>

enum { TEXT = T_STRING | VF_CELL << 8 };
#define NEVER (INT64_MAX / 16)  // room; a statement's are added up

// --- The statement ----------------------------------------------------------------------------------------------------

typedef struct Addition {
    uint16_t variable, piece[JIT_PIECES];
    int n;
} Addition;

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
static bool find_addition(const Gen *g, Addition *out)
{
    Instr i = instr_at(g, g->pc);
    uint16_t t = i.a;
    *out = (Addition){.variable = i.b};
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

bool texts_begins(const Gen *g, Instr i)
{
    Addition found;
    return i.op == OP_ADD && find_addition(g, &found);
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

// A piece of a few bytes; of longer ones no string ever has room for what is asked for.
static void open_piece(JitPiece *p, const Str *s)
{
    memset(p, 0, sizeof *p);
    p->len = str_len(s);
    p->room = p->len < JIT_PIECE ? JIT_PIECE : NEVER;
    if (p->len < JIT_PIECE) memcpy(p->text, str_text(s), p->len);
}

void texts_prepare(const CallFrame *f, const LoopCode *c, JitEnv *env)
{
    env->ntexts = c->ntexts;
    for (int k = 0; k < c->ntexts; k++) {
        env->text[k].v = val_deref(&f->base[c->text[k]]);
        open_text(env, k);
    }
    for (int k = 0; k < c->npieces; k++) open_piece(&env->piece[k], val_deref_const(&f->base[c->piece[k]])->s);
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

// The number of x in a list of at most `most`, to which it is added; -1: that is full.
static int number_of(uint16_t *list, int *n, int most, uint16_t x)
{
    int k = 0;
    while (k < *n && list[k] != x) k++;
    if (k == *n && k < most) list[(*n)++] = x;
    return k < most ? k : -1;
}

static bool is_grown(const Gen *g, uint16_t x)
{
    int k = 0;
    while (k < g->ntexts && g->text[k] != x) k++;
    return k < g->ntexts;
}

static Mem text_field(int text, size_t field)
{
    return mem_at(RBP, (int32_t)(offsetof(JitEnv, text) + (size_t)text * sizeof(JitText) + field));
}

static Mem piece_field(int piece, size_t field)
{
    return mem_at(RBP, (int32_t)(offsetof(JitEnv, piece) + (size_t)piece * sizeof(JitPiece) + field));
}

// What the code adds itself: a constant shorter than JIT_PIECE, or a variable that has a number among the pieces.
typedef struct Part {
    const Str *constant;
    int piece;  // -1: the constant
} Part;

static bool find_part(Gen *g, uint16_t x, Part *p)
{
    *p = (Part){.piece = -1};
    if (x >= K_BASE) {
        p->constant = g->s->k.p[x - K_BASE].s;
        return str_len(p->constant) < JIT_PIECE;
    }
    if (!is_grown(g, x)) p->piece = number_of(g->piece, &g->npieces, JIT_PIECES, x);
    return p->piece >= 0;
}

static bool find_parts(Gen *g, const Addition *s, Part *part)
{
    int k = 0;
    while (k < s->n && find_part(g, s->piece[k], &part[k])) k++;
    return k == s->n;
}

// Jumps to `other` when there may be no room.
static void check_room(Gen *g, int text, int end, const Part *part, int n, int other)
{
    int32_t constants = 0;
    for (int k = 0; k < n; k++) constants += part[k].piece < 0 ? JIT_PIECE : 0;
    asm_rm(&g->a, X_LEA, true, RCX, mem_at(end, constants));
    for (int k = 0; k < n; k++) {
        if (part[k].piece >= 0) asm_rm(&g->a, X_ADD, true, RCX, piece_field(part[k].piece, offsetof(JitPiece, room)));
    }
    asm_rm(&g->a, X_CMP, true, RCX, text_field(text, offsetof(JitText, limit)));
    asm_jcc(&g->a, CC_A, other);
}

// A NUL follows, for the string may end here.
static void add_constant(Gen *g, int end, const Str *s)
{
    uint64_t word[JIT_PIECE / 8] = {0};
    int32_t n = (int32_t)str_len(s);
    memcpy(word, str_text(s), (size_t)n);
    for (int k = 0; k < n; k += 8) {
        asm_mov_imm(&g->a, RCX, word[k / 8]);
        asm_rm(&g->a, X_STORE, true, RCX, mem_at(end, k));
    }
    if (n == 8) asm_store_imm16(&g->a, mem_at(end, n), 0);
    if (n) asm_ri(&g->a, X_ADD, true, end, n);
}

static void add_piece(Gen *g, int end, int piece)
{
    asm_rm(&g->a, X_MOVUPS, false, 0, piece_field(piece, offsetof(JitPiece, text)));
    asm_rm(&g->a, X_STOREUPS, false, 0, mem_at(end, 0));
    asm_rm(&g->a, X_ADD, true, end, piece_field(piece, offsetof(JitPiece, len)));
}

static void add_parts(Gen *g, int text, const Part *part, int n, int other)
{
    int home = value_home(g, VALUE_TEXTS + text), end = home >= 0 ? home : RAX;
    if (home < 0) asm_rm(&g->a, X_MOV, true, end, value_slot(VALUE_TEXTS + text));
    check_room(g, text, end, part, n, other);
    for (int k = 0; k < n; k++) {
        if (part[k].piece < 0) add_constant(g, end, part[k].constant);
        else add_piece(g, end, part[k].piece);
    }
    if (home < 0) asm_rm(&g->a, X_STORE, true, end, value_slot(VALUE_TEXTS + text));
}

void texts_call(Gen *g, const Aside *a)
{
    int home = g->home[VALUE_TEXTS + a->number];
    for (int k = 0; k < a->n; k++) {
        register_pointer(g, RAX, a->piece[k]);
        asm_rm(&g->a, X_STORE, true, RAX, mem_at(RBP, (int32_t)(offsetof(JitEnv, operand) + (size_t)k * sizeof(Val *))));
    }
    texts_save(g);
    round_trip(g, true);
    asm_rr(&g->a, X_MOV, true, RDI, RBP);
    asm_mov_imm(&g->a, RSI, (uint64_t)a->number);
    asm_mov_imm(&g->a, RDX, (uint64_t)a->n);
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
    Addition s;
    Part part[JIT_PIECES];
    find_addition(g, &s);
    int text = number_of(g->text, &g->ntexts, JIT_TEXTS, s.variable);
    if (text < 0) return flow_leave(g, "more strings that grow than a loop may have", NULL);
    for (int k = 0; k < s.n; k++) {
        if (s.piece[k] < K_BASE) g->touched[s.piece[k]] = true;
    }
    g->touched[s.variable] = g->written[s.variable] = true;
    Aside a = {.is_text = true, .number = text, .n = s.n};
    memcpy(a.piece, s.piece, sizeof a.piece);
    int done = asm_label(&g->a), call = growth_call_aside(g, a, done);
    if (find_parts(g, &s, part)) add_parts(g, text, part, s.n, call);
    else asm_jmp(&g->a, call);
    asm_bind(&g->a, done);
    g->next = g->pc + (uint32_t)s.n;
    return true;
}
