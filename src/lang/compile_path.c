// Paths: a[3].b.(k)[2:4] as a base register and a list of steps, for reading and for writing. A base is a variable,
// a value, or a reference (a system variable, what a pointer points to). Start reading at compile_path_get.
#include "lang/compile_internal.h"

#include <string.h>

static bool is_step(Compiler *c, const Node *n)
{
    return n->kind == N_INDEX || n->kind == N_TAG || n->kind == N_TAGN ||
           (n->kind == N_PAREN && is_variable_call(c, n));
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

// Where the path starts; *root receives the node below all steps, *count their number.
static const Node *find_root(Compiler *c, const Node *n, int *count)
{
    *count = 0;
    while (is_step(c, n) && !(*count && n->in_parens)) {
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

static Operand base_operand(Compiler *c, const Node *root)
{
    bool is_variable = root->kind == N_VAR || (root->kind == N_PAREN && is_step(c, root)); // else a call's result
    if (is_variable) return (Operand)var_reg(c, root->name);
    if (root->kind == N_SYSVAR || root->kind == N_DEREF) return compile_reference(c, root);
    return compile_expr(c, root);
}

static bool is_plain_index(const Node *n, int count)
{
    return count == 1 && (n->kind == N_INDEX || n->kind == N_PAREN) && n->n == 1 && n->list[0]->kind != N_RANGE &&
           n->list[0]->kind != N_ALL;
}

void compile_path_get(Compiler *c, const Node *n, Operand dst)
{
    int saved = c->temp, count;
    const Node *root = find_root(c, n, &count);
    Operand base = base_operand(c, root);
    if (is_plain_index(n, count)) {
        Operand sub = compile_expr(c, n->list[0]);
        c->temp = saved;
        emit(c, OP_INDEX1, dst, base, sub);
        return;
    }
    int path = make_path(c, n, count);
    c->temp = saved;
    emit(c, OP_PATH_GET, dst, base, path);
}

static bool is_writable_root(const Node *root)
{
    return root->kind == N_VAR || root->kind == N_SYSVAR || root->kind == N_DEREF;
}

void compile_path_set(Compiler *c, const Node *n, Operand value)
{
    if (c->failed) return;
    int saved = c->temp, count;
    const Node *root = find_root(c, n, &count);
    bool subscripted = root->kind == N_PAREN && count && is_variable_call(c, root);
    bool is_place = is_place_call(root) && !subscripted;
    if (!is_writable_root(root) && !subscripted && !is_place) {
        compile_fail(c, n, "Syntax error. Only a variable can be assigned to.");
        return;
    }
    bool is_brief = !count && root->kind == N_DEREF;
    Operand base = is_place ? temp_new(c, n) : is_brief ? compile_brief_reference(c, root) : base_operand(c, root);
    if (is_place) compile_place_call(c, root, base);
    int site = root->kind == N_SYSVAR ? site_number(c, root, c->sys.len) : -1;
    if (site >= 0) c->ins.p[c->ins.len - 1].c = 1;
    if (!count && site >= 0) {
        emit(c, OP_SYSVAR_DONE, 1, site, value);
        c->temp = saved;
        return;
    }
    if (!count) {
        emit(c, OP_SET_REF, base, value, 0);
    } else if (is_plain_index(n, count)) {
        Operand sub = compile_expr(c, n->list[0]);
        emit(c, OP_STORE1, base, sub, value);
    } else {
        int path = make_path(c, n, count);
        emit(c, OP_PATH_SET, base, value, path);
    }
    if (site >= 0) emit(c, OP_SYSVAR_DONE, 0, site, 0);
    c->temp = saved;
}
