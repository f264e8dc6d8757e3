// Calls, array literals, structure literals: values gathered in consecutive temporaries. Variables among the
// arguments go by reference. Start reading at compile_call.
#include "lang/compile_internal.h"

#include <string.h>

enum { CONCAT_AT_ONCE = 256 };

bool is_place_call(const Node *n)
{
    return (n->kind == N_CALL || n->kind == N_PAREN) && strcmp(n->name, "SCOPE_VARFETCH") == 0;
}

void compile_place_call(Compiler *c, const Node *n, Operand ref)
{
    int site = c->calls.len;
    compile_call(c, n, n->name, true, ref);
    if (!c->failed) c->calls.p[site].is_place = true;
}

static void conditional_argument(Compiler *c, const Node *n, Operand slot);

static void branch(Compiler *c, const Node *n, Operand slot)
{
    if (n->kind == N_VAR) emit(c, OP_MOVE, slot, var_reg(c, n->name), 1);
    else if (n->kind == N_COND) conditional_argument(c, n, slot);
    else compile_expr_to(c, n, slot);
}

// x ? a : b: the value of one of them, or nothing where that variable is not defined: then the argument is not, either.
static void conditional_argument(Compiler *c, const Node *n, Operand slot)
{
    Jumps no = {0};
    compile_jump(c, n->a, false, false, &no);
    branch(c, n->b, slot);
    int end = emit_place(c, OP_JUMP, 0, NO_PLACE);
    patch_all(c, &no, here(c));
    branch(c, n->c, slot);
    patch(c, end, here(c));
}

static void argument(Compiler *c, const Node *n, Operand slot)
{
    if (n->kind == N_COND) {
        conditional_argument(c, n, slot);
        return;
    }
    if (is_place_call(n) && !is_subscript(n)) {
        compile_place_call(c, n, slot);
    } else if (n->kind == N_VAR) {
        emit(c, OP_REF, slot, var_reg(c, n->name), 0);
    } else if (n->kind == N_DEREF) {
        Operand ref = compile_reference(c, n);
        emit(c, OP_REF, slot, ref, 0);
    } else if (n->kind == N_RANGE || n->kind == N_ALL) {
        compile_fail(c, n, "Syntax error. A subscript range is not allowed in a call; is the variable defined?");
    } else {
        compile_expr_to(c, n, slot);
    }
}

static int add_site(Compiler *c, const Node *n, const char *name, bool is_function)
{
    bool is_paren = n->kind == N_PAREN && !(c->options & OPT_STRICTARR);
    CallSite s = {.name = mem_strdup(name), .is_function = is_function, .is_paren = is_paren};
    for (int i = 0; i < n->n; i++) s.nkw += n->list[i]->kind == N_KEYARG;
    s.npos = n->n - s.nkw;
    s.kw = mem_must((size_t)s.nkw * sizeof *s.kw + 1);
    int k = 0;
    for (int i = 0; i < n->n; i++) {
        if (n->list[i]->kind == N_KEYARG) s.kw[k++] = mem_strdup(n->list[i]->name);
    }
    VEC_PUSH(&c->calls, s);
    return site_number(c, n, c->calls.len);
}

// Argument registers follow the temporaries in use.
static Operand compile_arguments(Compiler *c, const Node *n, int site)
{
    int npos = c->calls.p[site].npos;
    Operand first = (Operand)c->temp;
    for (int i = 0; i < n->n; i++) temp_new(c, n);
    int pos = 0, kw = 0;
    for (int i = 0; i < n->n && !c->failed; i++) {
        const Node *a = n->list[i];
        Operand slot = (Operand)(first + (a->kind == N_KEYARG ? npos + kw++ : pos++));
        argument(c, a->kind == N_KEYARG ? a->a : a, slot);
    }
    return first;
}

// Positional arguments first, keyword values after them, each evaluated in the order written.
void compile_call(Compiler *c, const Node *n, const char *name, bool is_function, Operand dst)
{
    if (c->failed) return;
    int saved = c->temp;
    int site = add_site(c, n, name, is_function);
    Operand first = compile_arguments(c, n, site);
    c->temp = saved;
    emit(c, is_function ? OP_CALL_FUN : OP_CALL_PRO, dst, first, site);
}

void compile_call_with(Compiler *c, const Node *paren, const Operand *args, Operand dst)
{
    if (c->failed) return;
    int site = add_site(c, paren, paren->name, true);
    Operand first = (Operand)c->temp;
    for (int i = 0; i < paren->n; i++) temp_new(c, paren);
    for (int i = 0; i < paren->n; i++) {
        bool is_variable = paren->list[i]->kind == N_VAR;  // which goes by reference
        emit(c, is_variable ? OP_REF : OP_MOVE, first + i, is_variable ? var_reg(c, paren->list[i]->name) : args[i], 0);
    }
    emit(c, OP_CALL_FUN, dst, first, site);
}

// LAMBDA(x: expression) is LAMBDA('x: expression').
void compile_lambda(Compiler *c, const Node *n, Operand dst)
{
    Val text = val_string(n->name2);
    int saved = c->temp;
    CallSite s = {.name = mem_strdup(n->name), .is_function = true, .npos = 1, .kw = mem_must(1)};
    VEC_PUSH(&c->calls, s);
    int site = site_number(c, n, c->calls.len);
    Operand first = temp_new(c, n);
    emit(c, OP_MOVE, first, constant(c, n, &text), 0);
    val_drop(&text);
    c->temp = saved;
    emit(c, OP_CALL_FUN, dst, first, site);
}

// The object first, then arguments and keywords as in any call. Without a destination it is a procedure method.
void compile_method(Compiler *c, const Node *n, bool is_function, Operand dst)
{
    if (c->failed) return;
    int saved = c->temp;
    int site = add_site(c, n, n->name, is_function);
    c->calls.p[site].is_method = true;
    c->calls.p[site].class_name = n->b ? mem_strdup(n->b->name) : NULL;
    c->calls.p[site].object_name = n->a->kind == N_VAR ? mem_strdup(n->a->name) : NULL;
    Operand object = temp_new(c, n);
    if (n->a->kind == N_VAR) emit(c, OP_REF, object, var_reg(c, n->a->name), 0); // it may be the name of a class
    else compile_expr_to(c, n->a, object);
    compile_arguments(c, n, site);
    c->temp = saved;
    emit(c, OP_METHOD, is_function ? dst : NO_REG, object, site);
}

// --- Array literals -------------------------------------------------------------------------------------------------

static const Node *sequence_of(const Node *n) { return n->n == 1 && n->list[0]->kind == N_RANGE ? n->list[0] : NULL; }

static void sequence(Compiler *c, const Node *range, Operand dst)
{
    int saved = c->temp;
    Operand first = temp_new(c, range);
    temp_new(c, range);
    compile_expr_to(c, range->a, first);
    compile_expr_to(c, range->b, (Operand)(first + 1));
    if (range->c) compile_expr_to(c, range->c, temp_new(c, range));
    c->temp = saved;
    emit(c, OP_SEQUENCE, dst, first, range->c ? 3 : 2);
}

// All elements plain numeric constants of one type: the array is made once, at compile time.
static bool constant_array(Compiler *c, const Node *n, Operand dst)
{
    uint8_t type = n->n ? n->list[0]->value.type : 0;
    if (!type_is_numeric(type) || type == T_DCOMPLEX) return false;
    for (int i = 0; i < n->n; i++) {
        const Node *e = n->list[i];
        if (e->kind != N_CONST || e->value.tag != type) return false;
    }
    Arr *a = arr_new1(type, n->n, false);
    if (!a) return false;
    for (int i = 0; i < n->n; i++) memcpy(arr_at(a, i), &n->list[i]->value.bits, a->elem);
    Val v = val_arr_take(a);
    emit(c, OP_MOVE, dst, constant(c, n, &v), 0);
    val_drop(&v);
    return true;
}

// variable = [variable, ...], [[variable], ...], [TEMPORARY(variable), ...]: nobody wants the array as it was, so it may
// grow where it is; whether it is somebody else's too is seen when it runs.
bool is_append(const Node *assign)
{
    const Node *e = assign->b;
    if (e->kind != N_ARRAY || e->n < 2) return false;
    e = e->list[0];
    while (e->kind == N_ARRAY && e->n == 1) e = e->list[0];
    bool is_call = (e->kind == N_CALL || e->kind == N_PAREN) && e->n == 1;
    if (is_call && strcmp(e->name, "TEMPORARY") == 0) e = e->list[0];
    return e->kind == N_VAR && strcmp(e->name, assign->a->name) == 0;
}

void compile_array(Compiler *c, const Node *n, Operand dst)
{
    if (c->failed) return;
    int grows = c->grows;
    c->grows = 0;
    if (sequence_of(n)) {
        sequence(c, sequence_of(n), dst);
        return;
    }
    if (n->op == 1 && constant_array(c, n, dst)) return;
    int saved = c->temp, done = 0;
    Operand first = temp_new(c, n);
    do {
        int count = done ? 1 : 0; // what has been joined so far stays in front
        for (; done < n->n && count < CONCAT_AT_ONCE; done++, count++) {
            Operand slot = count ? temp_new(c, n) : first;
            compile_expr_to(c, n->list[done], slot);
        }
        c->temp = first + 1;
        emit(c, OP_CONCAT, done < n->n ? first : dst, first, n->op);
        emit(c, OP_NOP, count, grows, 0);
    } while (done < n->n && !c->failed);
    c->temp = saved;
}

// --- Structure literals
// -----------------------------------------------------------------------------------------------

void compile_struct(Compiler *c, const Node *n, Operand dst)
{
    if (c->failed) return;
    int saved = c->temp;
    StructSite s = {.name = n->name ? mem_strdup(n->name) : NULL, .n = n->n};
    s.tag = mem_must((size_t)n->n * sizeof *s.tag + 1);
    s.is_inherits = mem_must((size_t)n->n * sizeof *s.is_inherits + 1);
    for (int i = 0; i < n->n; i++) {
        s.tag[i] = n->list[i]->name ? mem_strdup(n->list[i]->name) : NULL;
        s.is_inherits[i] = n->list[i]->kind == N_INHERITS;
    }
    VEC_PUSH(&c->structs, s);
    int site = site_number(c, n, c->structs.len);
    Operand first = (Operand)c->temp;
    for (int i = 0; i < n->n; i++) temp_new(c, n);
    for (int i = 0; i < n->n && !c->failed; i++) {
        if (n->list[i]->a) compile_expr_to(c, n->list[i]->a, (Operand)(first + i));
    }
    c->temp = saved;
    emit(c, OP_STRUCT, dst, first, site);
}
