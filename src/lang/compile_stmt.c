// Statements. Loops keep their limits in hidden registers, so that GOTO may leave or enter them freely.
// Start reading at compile_statement.
#include "lang/compile_internal.h"
#include "sys/interrupt.h"

#include <string.h>

static int column_of(const Compiler *c, const Node *n)
{
    const char *p = tree_text(c->tree, n->file, n->pos), *start = p - n->pos;
    int column = 0;
    while (p > start && p[-1] != '\n') p--, column++;
    return column;
}

static void mark(Compiler *c, const Node *n)
{
    if (n->line == c->line) return;
    c->line = n->line;
    VEC_PUSH(&c->marks, (LineMark){here(c), n->line, column_of(c, n)});
}

static Operand hidden_new(Compiler *c, int count)
{
    Operand r = (Operand)(c->code->nvars + c->hidden);
    c->hidden += count;
    return r;
}

static void push_loop(Compiler *c, Loop *loop, bool is_loop)
{
    *loop = (Loop){.is_loop = is_loop, .outer = c->loop};
    c->loop = loop;
}

static void pop_loop(Compiler *c, Loop *loop, uint32_t next)
{
    patch_all(c, &loop->continues, next);
    patch_all(c, &loop->breaks, here(c));
    c->loop = loop->outer;
}

static void if_statement(Compiler *c, const Node *n)
{
    Jumps no = {0};
    compile_jump(c, n->a, false, false, &no);
    compile_statement(c, n->b);
    if (!n->c) {
        patch_all(c, &no, here(c));
        return;
    }
    int end = emit_place(c, OP_JUMP, 0, NO_PLACE);
    patch_all(c, &no, here(c));
    compile_statement(c, n->c);
    patch(c, end, here(c));
}

static void for_statement(Compiler *c, const Node *n)
{
    Loop loop;
    Val one = val_int(1);
    Operand var = (Operand)var_reg(c, n->name), hidden = hidden_new(c, 2);
    int saved = c->temp;
    Operand start = temp_new(c, n);
    compile_expr_to(c, n->a, start);
    compile_expr_to(c, n->b, hidden);
    if (n->c) compile_expr_to(c, n->c, (Operand)(hidden + 1));
    else emit(c, OP_MOVE, hidden + 1, constant(c, n, &one), 0);
    c->temp = saved;
    emit(c, OP_FOR_PREP, var, hidden, start);
    int exit = emit_place(c, OP_NOP, 0, NO_PLACE);
    uint32_t top = here(c);
    push_loop(c, &loop, true);
    compile_statement(c, n->d);
    uint32_t next = here(c);
    c->line = 0;
    mark(c, n);
    emit(c, OP_FOR_NEXT, var, hidden, 0);
    emit_place(c, OP_JUMP, 0, top);  // also where .CONTINUE goes on after Ctrl-C
    patch(c, exit, here(c));
    pop_loop(c, &loop, next);
    c->hidden -= 2;
}

static bool is_variable(const Node *n, const char *name) { return n && n->kind == N_VAR && strcmp(n->name, name) == 0; }

static const Node *place_root(const Node *n)
{
    while (n && (n->kind == N_INDEX || n->kind == N_TAG || n->kind == N_TAGN)) n = n->a;
    return n;
}

// Whether a call may change the variable: it is an argument, or EXECUTE can do anything.
static bool call_may_change(const Node *n, const char *name)
{
    if (n->kind != N_METHOD && n->name && strcmp(n->name, "EXECUTE") == 0) return true;
    if (n->kind == N_PAREN && strcmp(n->name, "N_ELEMENTS") == 0) return false;
    for (int i = 0; i < n->n; i++) {
        const Node *a = n->list[i]->kind == N_KEYARG ? n->list[i]->a : n->list[i];
        if (is_variable(a, name)) return true;
    }
    return false;
}

// Whether the statements may assign to the variable, in whole or in part.
static bool may_change(const Node *n, const char *name)
{
    for (; n && (n->kind == N_BINARY || n->kind == N_ANDAND || n->kind == N_OROR); n = n->a) {  // chains may be long
        if (may_change(n->b, name)) return true;
    }
    if (!n) return false;
    const Node *root = n->kind == N_ASSIGN || n->kind == N_INCR ? place_root(n->a) : NULL;
    if (root && (is_variable(root, name) || (root->kind == N_PAREN && strcmp(root->name, name) == 0))) return true;
    bool is_call = n->kind == S_CALL || n->kind == S_BARE || n->kind == N_CALL || n->kind == N_METHOD || n->kind == N_PAREN;
    if (is_call && call_may_change(n, name)) return true;
    if ((n->kind == S_FOR || n->kind == S_FOREACH) && strcmp(n->name, name) == 0) return true;
    if (n->kind == S_FOREACH && n->name2 && strcmp(n->name2, name) == 0) return true;
    if (may_change(n->a, name) || may_change(n->b, name) || may_change(n->c, name) || may_change(n->d, name)) return true;
    for (int i = 0; i < n->n; i++) {
        if (may_change(n->list[i], name)) return true;
    }
    return false;
}

// FOREACH looks at a variable itself at each turn. Where the loop leaves it alone, what it held in the beginning is as good.
static bool is_live(const Node *each) { return each->a->kind == N_VAR && may_change(each, each->a->name); }

static void foreach_statement(Compiler *c, const Node *n)
{
    Loop loop;
    bool live = is_live(n);
    Operand var = (Operand)var_reg(c, n->name), hidden = hidden_new(c, 3);
    int key = n->name2 ? var_reg(c, n->name2) : NO_REG, saved = c->temp;
    Operand set = compile_expr(c, n->a);
    c->temp = saved;
    emit(c, OP_EACH_PREP, hidden, set, live);
    uint32_t top = here(c);
    c->line = 0;
    mark(c, n);
    emit(c, OP_EACH_NEXT, hidden, var, key);
    int exit = emit_place(c, OP_NOP, live, NO_PLACE);
    push_loop(c, &loop, true);
    compile_statement(c, n->d);
    emit_place(c, OP_JUMP, 0, top);
    patch(c, exit, here(c));
    pop_loop(c, &loop, top);
    emit(c, OP_CLEAR, hidden, 0, 0);
    c->hidden -= 3;
}

static void while_statement(Compiler *c, const Node *n)
{
    Loop loop;
    Jumps out = {0};
    uint32_t top = here(c);
    c->line = 0;
    mark(c, n);
    compile_jump(c, n->a, false, false, &out);
    push_loop(c, &loop, true);
    compile_statement(c, n->d);
    emit_place(c, OP_JUMP, 0, top);
    patch_all(c, &out, here(c));
    pop_loop(c, &loop, top);
}

static void repeat_statement(Compiler *c, const Node *n)
{
    Loop loop;
    Jumps again = {0};
    uint32_t top = here(c);
    push_loop(c, &loop, true);
    compile_statement(c, n->d);
    uint32_t next = here(c);
    mark(c, n->a);
    compile_jump(c, n->a, false, false, &again);
    patch_all(c, &again, top);
    pop_loop(c, &loop, next);
}

// CASE and SWITCH: selectors are compared in order with EQ; a SWITCH falls through to the following arms.
static void case_statement(Compiler *c, const Node *n)
{
    Loop loop;
    Operand value = hidden_new(c, 1);
    compile_expr_to(c, n->a, value);
    push_loop(c, &loop, false);
    Jumps *entry = mem_must((size_t)(n->n + 1) * sizeof *entry);
    int otherwise = -1;
    for (int i = 0; i < n->n && !c->failed; i++) {
        const Node *arm = n->list[i];
        if (!arm->a) {
            if (otherwise < 0) otherwise = i;
            continue;
        }
        mark(c, arm);
        int saved = c->temp;
        Operand t = temp_new(c, arm), sel = compile_expr(c, arm->a);
        emit(c, OP_EQ, t, value, sel);
        c->temp = saved;
        VEC_PUSH(&entry[i], emit_place(c, OP_JUMP_IF, t, NO_PLACE));
    }
    if (otherwise >= 0) {
        VEC_PUSH(&entry[otherwise], emit_place(c, OP_JUMP, 0, NO_PLACE));
    } else {
        if (!n->op) {
            c->line = 0;
            mark(c, n);
            emit(c, OP_CASE_NONE, 0, 0, 0);
        }
        VEC_PUSH(&loop.breaks, emit_place(c, OP_JUMP, 0, NO_PLACE));
    }
    for (int i = 0; i < n->n && !c->failed; i++) {
        patch_all(c, &entry[i], here(c));
        if (n->list[i]->d) compile_statement(c, n->list[i]->d);
        if (!n->op) VEC_PUSH(&loop.breaks, emit_place(c, OP_JUMP, 0, NO_PLACE));
    }
    for (int i = 0; i < n->n; i++) VEC_FREE(&entry[i]);
    mem_free(entry);
    pop_loop(c, &loop, here(c));
    c->hidden -= 1;
}

static void leave_loop(Compiler *c, const Node *n)
{
    bool is_break = n->kind == S_BREAK;
    Loop *l = c->loop;
    while (l && !is_break && !l->is_loop) l = l->outer;
    if (!l) {
        compile_fail(c, n, is_break ? "BREAK must be inside a loop, CASE or SWITCH." : "CONTINUE must be inside a loop.");
        return;
    }
    int jump = emit_place(c, OP_JUMP, 0, NO_PLACE);
    if (is_break) VEC_PUSH(&l->breaks, jump);
    else VEC_PUSH(&l->continues, jump);
}

static void goto_statement(Compiler *c, const Node *n)
{
    VEC_PUSH(&c->gotos, (Fixup){emit_place(c, OP_JUMP, 0, NO_PLACE), n->name, n->file, n->pos});
}

static void label_statement(Compiler *c, const Node *n)
{
    if (map_get(&c->labels, n->name)) compile_fail(c, n, "This label is defined twice.");
    map_set(&c->labels, n->name, (void *)(uintptr_t)(here(c) + 1));
}

static void on_ioerror_statement(Compiler *c, const Node *n)
{
    int at = emit_place(c, OP_ON_IOERROR, n->name != NULL, NO_PLACE);
    if (n->name) VEC_PUSH(&c->gotos, (Fixup){at, n->name, n->file, n->pos});
}

static void bind_common(Compiler *c, const Node *n)
{
    const char *const *known;
    int count = n->n ? n->n : common_names(c, n, &known);
    CommonSite s = {.name = mem_strdup(n->name), .n = count};
    s.reg = mem_must((size_t)count * sizeof *s.reg + 1);
    s.var = mem_must((size_t)count * sizeof *s.var + 1);
    for (int i = 0; i < count; i++) {
        const char *name = n->n ? n->list[i]->name : known[i];
        s.reg[i] = (uint16_t)var_reg(c, name);
        s.var[i] = mem_strdup(name);
    }
    VEC_PUSH(&c->commons, s);
    emit(c, OP_COMMON, site_number(c, n, c->commons.len), 0, 0);
}

void compile_commons(Compiler *c)
{
    for (int i = 0; i < c->declared.len && !c->failed; i++) {
        mark(c, c->declared.p[i]);
        bind_common(c, c->declared.p[i]);
    }
    VEC_FREE(&c->declared);
}

static void return_statement(Compiler *c, const Node *n)
{
    bool is_function = c->unit->is_function, is_procedure = !is_function && !c->unit->is_main;
    if (n->a && is_procedure) compile_fail(c, n, "Return statement in procedures can't have values.");
    if (!n->a && is_function) compile_fail(c, n, "Return statement in functions must have 1 value.");
    if (c->failed) return;
    int saved = c->temp;
    Operand v = n->a ? compile_expr(c, n->a) : 0;
    c->temp = saved;
    emit(c, OP_RETURN, v, n->a != NULL, 0);
}

// A name alone: what is a variable here is shown (typed text only), else it is a call without arguments.
static void bare_statement(Compiler *c, const Node *n)
{
    if (c->unit->is_main && c->scope && c->scope->has_variable && var_reg(c, n->name) >= 0) {
        emit(c, OP_PRINT, var_reg(c, n->name), 0, 0);
        return;
    }
    compile_call(c, n, n->name, false, 0);
}

static void print_value(Compiler *c, const Node *n)
{
    int saved = c->temp;
    Operand v = compile_expr(c, n->a);
    c->temp = saved;
    emit(c, OP_PRINT, v, 0, 0);
}

// object.Name typed alone calls the procedure method of that name, or shows the property.
static void print_statement(Compiler *c, const Node *n)
{
    if (n->a->kind != N_TAG || n->a->a->kind != N_VAR) {
        print_value(c, n);
        return;
    }
    int saved = c->temp;
    Val name = val_string(n->a->name);
    Node method = *n->a;
    method.kind = N_METHOD;
    Operand has = temp_new(c, n);
    emit(c, OP_HAS_METHOD, has, var_reg(c, n->a->a->name), constant(c, n, &name));
    val_drop(&name);
    int no = emit_place(c, OP_JUMP_UNLESS, has, NO_PLACE);
    c->temp = saved;
    compile_method(c, &method, false, 0);
    int end = emit_place(c, OP_JUMP, 0, NO_PLACE);
    patch(c, no, here(c));
    print_value(c, n);
    patch(c, end, here(c));
}

// What the statement has pinned may go: `p = 0` behind it frees *p at once.
static void release_pins(Compiler *c, int from)
{
    for (int i = from; i < c->pins.len; i++) {
        bool again = false;
        for (int k = from; k < i; k++) again |= c->pins.p[k] == c->pins.p[i];
        if (!again) emit(c, OP_CLEAR, c->pins.p[i], 0, 0);
    }
    c->pins.len = from;
}

void compile_statement(Compiler *c, const Node *n)
{
    if (c->failed || !n) return;
    int saved = c->temp, pins = c->pins.len;
    if (sys_interrupted()) compile_fail(c, n, "Interrupted.");
    if (n->kind != S_BLOCK) mark(c, n);
    switch ((NodeKind)n->kind) {
    case S_BLOCK:
        for (int i = 0; i < n->n; i++) compile_statement(c, n->list[i]);
        break;
    case S_CALL: compile_call(c, n, n->name, false, 0); break;
    case S_BARE: bare_statement(c, n); break;
    case S_PRINT: print_statement(c, n); break;
    case N_ASSIGN: compile_assign(c, n, -1); break;
    case N_INCR: compile_incr(c, n, -1); break;
    case S_IF: if_statement(c, n); break;
    case S_FOR: for_statement(c, n); break;
    case S_FOREACH: foreach_statement(c, n); break;
    case S_WHILE: while_statement(c, n); break;
    case S_REPEAT: repeat_statement(c, n); break;
    case S_CASE: case_statement(c, n); break;
    case S_BREAK:
    case S_CONTINUE: leave_loop(c, n); break;
    case S_GOTO: goto_statement(c, n); break;
    case S_LABEL: label_statement(c, n); break;
    case S_RETURN: return_statement(c, n); break;
    case S_FORWARD: break;
    case S_COMMON: break;  // done at the beginning (compile_commons)
    case S_ON_IOERROR: on_ioerror_statement(c, n); break;
    case S_OPTIONS: c->options = n->options; break;
    case S_METHOD: compile_method(c, n->a, false, 0); break;
    default: compile_fail(c, n, "Syntax error.");
    }
    release_pins(c, pins);
    c->temp = saved;
}
