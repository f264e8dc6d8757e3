// Paths: a[3].b.(k)[2:4] as a base register and a list of steps, for reading and for writing. A base is a variable,
// a value, or a reference (a system variable, what a pointer points to). Start reading at compile_path_get.
#include "lang/compile_internal.h"

#include <string.h>

static bool is_step(const Node *n)
{
    return n->kind == N_INDEX || n->kind == N_TAG || n->kind == N_TAGN ||
           (n->kind == N_PAREN && is_subscript(n));
}

// What the variable *p points to, for the very next instruction: nothing can free it before.
Operand compile_brief_reference(Compiler *c, const Node *n)
{
    if (n->kind != N_DEREF || n->a->kind != N_VAR) return compile_reference(c, n);
    Operand ref = temp_new(c, n), pointer = (Operand)var_reg(c, n->a->name);
    emit(c, OP_DEREF, ref, pointer, pointer);
    return ref;
}

Operand compile_reference(Compiler *c, const Node *n)
{
    if (n->kind == N_SYSVAR) {
        Operand ref = temp_new(c, n);
        VEC_PUSH(&c->sys, (SysSite){mem_strdup(n->name), NULL});
        emit(c, OP_SYSVAR, ref, site_number(c, n, c->sys.len), 0);
        return ref;
    }
    if (n->a->kind == N_REG) {
        Operand ref = temp_new(c, n);
        emit(c, OP_DEREF, ref, n->a->options, n->a->options);
        return ref;
    }
    Operand pin = temp_new(c, n), ref = temp_new(c, n);
    VEC_PUSH(&c->pins, pin);
    compile_expr_to(c, n->a, pin);
    int named = n->a->kind == N_VAR ? var_reg(c, n->a->name) : -1; // for messages
    emit(c, OP_DEREF, ref, named >= 0 ? named : pin, pin);
    return ref;
}

// --- Places that are read and then written
// ------------------------------------------------------------------------------

// A constant, a variable, nothing: the same when it is evaluated again.
static bool is_stable(const Node *n) { return !n || n->kind == N_CONST || n->kind == N_VAR || n->kind == N_ALL; }

static int count_in_list(const Node *n)
{
    int count = 0;
    for (int i = 0; i < n->n; i++) {
        const Node *s = n->list[i];
        if (s->kind == N_RANGE)
            count += !is_stable(s->a) + !is_stable(s->b) + !is_stable(s->c);
        else
            count += !is_stable(s);
    }
    return count;
}

int path_unstable_parts(const Node *n)
{
    int count = 0;
    for (; n; n = n->a) {
        if (n->kind == N_INDEX || n->kind == N_PAREN)
            count += count_in_list(n);
        else if (n->kind == N_TAGN)
            count += !is_stable(n->b);
        else if (n->kind == N_DEREF)
            return count + !is_stable(n->a);
        else if (n->kind != N_TAG)
            return count;
        if (n->kind == N_PAREN) return count;
    }
    return count;
}

static Node *fresh_copy(Compiler *c, const Node *n)
{
    Node *copy = arena_alloc(&c->tree->arena, sizeof *copy);
    *copy = *n;
    return copy;
}

// The value in a hidden register, which instructions do not consume.
static Node *held(Compiler *c, Node *n)
{
    if (is_stable(n)) return n;
    Node *reg = fresh_copy(c, n);
    reg->kind = N_REG;
    reg->options = (unsigned)(c->code->nvars + c->hidden++);
    compile_expr_to(c, n, (Operand)reg->options);
    return reg;
}

static void hold_list(Compiler *c, Node *n)
{
    Node **list = arena_alloc(&c->tree->arena, (size_t)n->n * sizeof *list + 1);
    for (int i = 0; i < n->n; i++) {
        list[i] = n->list[i];
        if (list[i]->kind != N_RANGE) {
            list[i] = held(c, list[i]);
            continue;
        }
        list[i] = fresh_copy(c, list[i]);
        list[i]->a = held(c, list[i]->a);
        list[i]->b = held(c, list[i]->b);
        list[i]->c = held(c, list[i]->c);
    }
    n->list = list;
}

const Node *path_hold(Compiler *c, const Node *n)
{
    if (!path_unstable_parts(n)) return n;
    Node *copy = fresh_copy(c, n);
    if (n->kind == N_DEREF) {
        copy->a = held(c, n->a);
        return copy;
    }
    if (n->kind != N_PAREN) copy->a = (Node *)(uintptr_t)path_hold(c, n->a);
    if (n->kind == N_INDEX || n->kind == N_PAREN)
        hold_list(c, copy);
    else if (n->kind == N_TAGN)
        copy->b = held(c, n->b);
    return copy;
}

void path_release(Compiler *c, int hidden)
{
    while (c->hidden > hidden) emit(c, OP_CLEAR, c->code->nvars + --c->hidden, 0, 0);
}

static Operand range_end(Compiler *c, const Node *n) { return n ? compile_expr(c, n) : NO_REG; }

static Sub subscript(Compiler *c, const Node *n)
{
    if (n->kind == N_ALL) return (Sub){SUB_ALL, NO_REG, NO_REG, NO_REG};
    if (n->kind != N_RANGE) return (Sub){SUB_EXPR, compile_expr(c, n), NO_REG, NO_REG};
    Operand lo = range_end(c, n->a), hi = range_end(c, n->b), step = range_end(c, n->c);
    return (Sub){SUB_RANGE, lo, hi, step};
}

static Step make_step(Compiler *c, const Node *n)
{
    Step s = {.is_paren = !n->is_bracket};
    if (n->kind == N_TAG) {
        s.kind = STEP_TAG;
        s.tag = mem_strdup(n->name);
    } else if (n->kind == N_TAGN) {
        s.kind = STEP_TAGN;
        s.reg = compile_expr(c, n->b);
    } else {
        s.kind = STEP_INDEX;
        if (n->n > MAX_RANK) compile_fail(c, n, "At most 8 subscripts are allowed.");
        s.nsubs = (uint8_t)(n->n > MAX_RANK ? MAX_RANK : n->n);
        s.sub = mem_must((size_t)s.nsubs * sizeof *s.sub);
        for (int i = 0; i < s.nsubs; i++) s.sub[i] = subscript(c, n->list[i]);
    }
    return s;
}

// Where the path starts: the node below all steps, of which there are *count; or the name(...) that is the first of them. What
// stands in parentheses is read by itself, so that (s.tag)[1] is not s.tag[1]; assigned to, it is a place like any other.
static const Node *find_root(const Node *n, bool is_place, int *count)
{
    *count = 0;
    while (is_step(n) && (is_place || !*count || !n->in_parens)) {
        ++*count;
        if (n->kind == N_PAREN) return n;
        n = n->a;
    }
    return n;
}

static int make_path(Compiler *c, const Node *n, int count)
{
    Path p = {mem_must((size_t)count * sizeof(Step)), count};
    const Node *at = n;
    for (int i = count - 1; i >= 0; i--, n = n->a) p.step[i] = make_step(c, n);
    VEC_PUSH(&c->paths, p);
    return site_number(c, at, c->paths.len);
}

// The last of `count` steps is the root itself when that is a name(...).
static bool is_counted(const Node *n, const Node *root, int count)
{
    while (--count > 0) n = n->a;
    return count == 0 && n == root;
}

static Operand base_operand(Compiler *c, const Node *root, bool counted)
{
    if (root->kind == N_VAR || counted) return (Operand)var_reg(c, root->name);
    if (root->kind == N_SYSVAR || root->kind == N_DEREF) return compile_reference(c, root);
    return compile_expr(c, root);
}

static bool is_plain_index(const Node *n, int count)
{
    return count == 1 && (n->kind == N_INDEX || n->kind == N_PAREN) && n->n == 1 && n->list[0]->kind != N_RANGE &&
           n->list[0]->kind != N_ALL;
}

static bool is_plain_list(const Node *n)
{
    for (int i = 0; i < n->n; i++) {
        if (n->list[i]->kind == N_RANGE || n->list[i]->kind == N_ALL) return false;
    }
    return true;
}

static void note_doubt(Compiler *c, const Node *root, int at)
{
    if (is_plain_list(root)) VEC_PUSH(&c->doubtful, (Doubtful){root, at, c->temp, c->hidden});
}

void compile_path_get(Compiler *c, const Node *n, Operand dst)
{
    int saved = c->temp, count;
    const Node *root = find_root(n, false, &count);
    bool counted = root->kind == N_PAREN && is_counted(n, root, count);
    Operand base = base_operand(c, root, counted);
    bool is_plain = is_plain_index(n, count);
    Operand last = is_plain ? compile_expr(c, n->list[0]) : (Operand)make_path(c, n, count);
    int at = emit(c, is_plain ? OP_INDEX1 : OP_PATH_GET, dst, base, last);
    if (counted) note_doubt(c, root, at);
    c->temp = saved;
}

// --- Calls in place of subscripts -------------------------------------------------------------------------------------

// The path without its first step, its operands shared.
static int rest_of_path(Compiler *c, const Node *n, const Path *whole)
{
    Path p = {mem_must((size_t)(whole->n - 1) * sizeof(Step)), whole->n - 1};
    for (int i = 0; i < p.n; i++) {
        const Step *from = &whole->step[i + 1];
        Step *s = &p.step[i];
        *s = (Step){.kind = from->kind, .nsubs = from->nsubs, .is_paren = from->is_paren, .reg = from->reg};
        if (from->tag) s->tag = mem_strdup(from->tag);
        if (!from->sub) continue;
        s->sub = mem_must((size_t)s->nsubs * sizeof *s->sub);
        memcpy(s->sub, from->sub, (size_t)s->nsubs * sizeof *s->sub);
    }
    VEC_PUSH(&c->paths, p);
    return site_number(c, n, c->paths.len);
}

static void compile_detour(Compiler *c, const Doubtful *d)
{
    Instr subscripting = c->ins.p[d->at];
    Operand args[MAX_RANK], answer = subscripting.a;
    const Node *paren = d->paren;
    bool is_plain = subscripting.op == OP_INDEX1;
    const Path *path = is_plain ? NULL : &c->paths.p[subscripting.c];
    for (int i = 0; i < paren->n && i < MAX_RANK; i++) args[i] = is_plain ? subscripting.c : path->step[0].sub[i].reg;
    VEC_PUSH(&c->detours, (Detour){(uint32_t)d->at, here(c), mem_strdup(paren->name)});
    c->temp = d->temp;
    c->hidden = d->hidden;
    bool goes_on = path && path->n > 1;
    if (goes_on) answer = temp_new(c, paren);
    compile_call_with(c, paren, args, answer);
    if (goes_on && !c->failed) {
        int rest = rest_of_path(c, paren, &c->paths.p[subscripting.c]);
        emit(c, OP_PATH_GET, subscripting.a, answer, rest);
    }
    emit_place(c, OP_JUMP, 0, (uint32_t)d->at + 1);
}

// Behind the routine's end; they belong to the statement that they come from (code_home).
void compile_detours(Compiler *c)
{
    int saved = c->temp, hidden = c->hidden;
    for (int i = 0; i < c->doubtful.len && !c->failed; i++) compile_detour(c, &c->doubtful.p[i]);
    c->temp = saved;
    c->hidden = hidden;
}

// --- Writing ------------------------------------------------------------------------------------------------------------

static bool is_writable_root(const Node *root)
{
    return root->kind == N_VAR || root->kind == N_SYSVAR || root->kind == N_DEREF;
}

// What an assignment begins with. A value that is no variable may still be an object, whose elements can be assigned to; it is
// seen at run time.
static Operand place_base(Compiler *c, const Node *n, const Node *root, int count, bool counted)
{
    if (is_place_call(root) && !counted) {
        Operand ref = temp_new(c, root);
        compile_place_call(c, root, ref);
        return ref;
    }
    if (!count && root->kind == N_DEREF) return compile_brief_reference(c, root);
    if (counted || is_writable_root(root)) return base_operand(c, root, counted);
    if (!count || root->kind == N_CONST) {
        compile_fail(c, n, "Syntax error. Only a variable can be assigned to.");
        return 0;
    }
    Operand value = temp_new(c, root);
    compile_expr_to(c, root, value);
    return value;
}

void compile_path_set(Compiler *c, const Node *n, Operand value)
{
    if (c->failed) return;
    int saved = c->temp, count;
    const Node *root = find_root(n, true, &count);
    bool counted = root->kind == N_PAREN && is_counted(n, root, count);
    bool is_value = !counted && !is_writable_root(root) && !is_place_call(root);
    Operand base = place_base(c, n, root, count, counted);
    int site = root->kind == N_SYSVAR ? site_number(c, root, c->sys.len) : -1;
    if (site >= 0) c->ins.p[c->ins.len - 1].c = 1;
    if (!count && site >= 0) {
        emit(c, OP_SYSVAR_DONE, 1, site, value);
        c->temp = saved;
        return;
    }
    if (!count) {
        emit(c, OP_SET_REF, base, value, 0);
    } else if (is_plain_index(n, count) && !is_value) {
        Operand sub = compile_expr(c, n->list[0]);
        emit(c, OP_STORE1, base, sub, value);
    } else {
        int path = make_path(c, n, count);
        emit(c, OP_PATH_SET, base, value, path);
    }
    if (site >= 0) emit(c, OP_SYSVAR_DONE, 0, site, 0);
    c->temp = saved;
}
