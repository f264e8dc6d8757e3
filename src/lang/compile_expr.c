// Expressions: each compiles either "wherever it is" (a variable's own register, a constant) or into a given register,
// so that a = b + c needs no temporary. Start reading at compile_expr_to.
#include "lang/compile_internal.h"

static Op binary_op(Operator o) { return (Op)(OP_ADD + (o - OPR_ADD)); }

_Static_assert(OP_MATMUL2 - OP_ADD == OPR_MATMUL2 - OPR_ADD, "operators and instructions are in one order");

// Loads a value into a register.
static void move_to(Compiler *c, Operand dst, Operand from)
{
    if (dst != from) emit(c, OP_MOVE, dst, from, 0);
}

// One operator; left: the register that holds its left operand already, or NO_REG.
static void binary_step(Compiler *c, const Node *n, Operand left, Operand dst)
{
    int saved = c->temp;
    bool right_runs_nothing = n->b->kind == N_CONST || n->b->kind == N_VAR;
    Operand a = left != NO_REG                                   ? left
                : n->a->kind == N_DEREF && right_runs_nothing ? compile_brief_reference(c, n->a)
                                                               : compile_expr(c, n->a);
    Operand b = compile_expr(c, n->b);
    c->temp = saved;
    emit(c, binary_op(n->op), dst, a, b);
}

// a + b + c ... leans to the left, one level an operator: a chain of any length is compiled from its far end on, without
// recursion, its values in one temporary.
static void binary(Compiler *c, const Node *n, Operand dst)
{
    if (n->a->kind != N_BINARY) {
        binary_step(c, n, NO_REG, dst);
        return;
    }
    NodeChain chain = chain_of(n);
    int saved = c->temp;
    Operand sum = temp_new(c, n);
    for (int i = chain.len - 1; i >= 0 && !c->failed; i--) {
        binary_step(c, chain.p[i], i == chain.len - 1 ? NO_REG : sum, i ? sum : dst);
    }
    c->temp = saved;
    VEC_FREE(&chain);
}

static void unary(Compiler *c, const Node *n, Operand dst)
{
    int saved = c->temp;
    Operand a = compile_expr(c, n->a);
    c->temp = saved;
    emit(c, n->op == OPR_NEG ? OP_NEG : n->op == OPR_NOT ? OP_NOT : OP_LNOT, dst, a, 0);
}

// && and ||: 1b or 0b.
static void short_circuit(Compiler *c, const Node *n, Operand dst)
{
    Val one = val_byte(1), zero = val_byte(0);
    Jumps no = {0};
    compile_jump(c, n, false, true, &no);
    emit(c, OP_MOVE, dst, constant(c, n, &one), 0);
    int end = emit_place(c, OP_JUMP, 0, NO_PLACE);
    patch_all(c, &no, here(c));
    emit(c, OP_MOVE, dst, constant(c, n, &zero), 0);
    patch(c, end, here(c));
}

static void conditional(Compiler *c, const Node *n, Operand dst)
{
    Jumps no = {0};
    compile_jump(c, n->a, false, false, &no);
    compile_expr_to(c, n->b, dst);
    int end = emit_place(c, OP_JUMP, 0, NO_PLACE);
    patch_all(c, &no, here(c));
    compile_expr_to(c, n->c, dst);
    patch(c, end, here(c));
}

// A variable assigned inside the operands of its own expression must not be overwritten early: such forms go by a temporary.
static bool needs_temporary(const Compiler *c, const Node *n, Operand dst)
{
    if (is_temp(c, dst)) return false;
    switch (n->kind) {
    case N_COND: case N_ANDAND: case N_OROR: case N_ARRAY: case N_STRUCT: case N_ASSIGN: case N_INCR: return true;
    default: return false;
    }
}

static void into(Compiler *c, const Node *n, Operand dst)
{
    switch ((NodeKind)n->kind) {
    case N_CONST: {
        int saved = c->temp;
        move_to(c, dst, constant(c, n, &n->value));
        c->temp = saved;
        break;
    }
    case N_VAR: move_to(c, dst, compile_expr(c, n)); break;
    case N_UNARY: unary(c, n, dst); break;
    case N_BINARY: binary(c, n, dst); break;
    case N_ANDAND:
    case N_OROR: short_circuit(c, n, dst); break;
    case N_COND: conditional(c, n, dst); break;
    case N_PAREN:
        if (is_subscript(n)) compile_path_get(c, n, dst);
        else if (n->name2) compile_lambda(c, n, dst);
        else compile_call(c, n, n->name, true, dst);
        break;
    case N_CALL: compile_call(c, n, n->name, true, dst); break;
    case N_INDEX:
    case N_TAG:
    case N_TAGN: compile_path_get(c, n, dst); break;
    case N_SYSVAR:
    case N_DEREF: {
        int saved = c->temp;
        Operand ref = compile_brief_reference(c, n);
        c->temp = saved;
        emit(c, OP_MOVE, dst, ref, 0);
        break;
    }
    case N_ARRAY: compile_array(c, n, dst); break;
    case N_STRUCT: compile_struct(c, n, dst); break;
    case N_ASSIGN: compile_assign(c, n, dst); break;
    case N_INCR: compile_incr(c, n, dst); break;
    case N_METHOD: compile_method(c, n, true, dst); break;
    default: compile_fail(c, n, "Syntax error.");
    }
}

void compile_expr_to(Compiler *c, const Node *n, Operand dst)
{
    if (c->failed) return;
    if (!needs_temporary(c, n, dst)) {
        into(c, n, dst);
        return;
    }
    int saved = c->temp;
    Operand t = temp_new(c, n);
    into(c, n, t);
    c->temp = saved;
    move_to(c, dst, t);
}

Operand compile_expr(Compiler *c, const Node *n)
{
    if (c->failed) return 0;
    if (n->kind == N_CONST) return constant(c, n, &n->value);
    if (n->kind == N_REG) return (Operand)n->options;
    if (n->kind == N_VAR) {
        int r = var_reg(c, n->name);
        if (r >= 0) return (Operand)r;
    }
    Operand t = temp_new(c, n);
    into(c, n, t);
    return t;
}

// a && b && c ..., a || b || c ...: without recursion along the chain.
static void jump_on_chain(Compiler *c, const Node *n, bool when, Jumps *out)
{
    bool shortcut = n->kind == N_OROR;  // the value that settles it
    NodeChain chain = chain_of(n);
    Jumps skip = {0}, *early = when == shortcut ? out : &skip;
    compile_jump(c, chain.p[chain.len - 1]->a, shortcut, true, early);
    for (int i = chain.len - 1; i > 0; i--) compile_jump(c, chain.p[i]->b, shortcut, true, early);
    compile_jump(c, n->b, when, true, out);
    patch_all(c, &skip, here(c));
    VEC_FREE(&chain);
}

// Jumps to `out` when the condition is `when`. nonzero: && and || ask for non-zero, IF for IDL's predicate.
void compile_jump(Compiler *c, const Node *n, bool when, bool nonzero, Jumps *out)
{
    if (c->failed) return;
    if (n->kind == N_ANDAND || n->kind == N_OROR) {
        jump_on_chain(c, n, when, out);
        return;
    }
    if (n->kind == N_UNARY && n->op == OPR_LNOT) {
        compile_jump(c, n->a, !when, true, out);
        return;
    }
    int saved = c->temp;
    Operand v = compile_expr(c, n);
    c->temp = saved;
    Op op = nonzero ? (when ? OP_JUMP_IF_NZ : OP_JUMP_UNLESS_NZ) : (when ? OP_JUMP_IF : OP_JUMP_UNLESS);
    VEC_PUSH(out, emit_place(c, op, v, NO_PLACE));
}

// --- Assignment ---------------------------------------------------------------------------------------------------

static void assign_to_variable(Compiler *c, const Node *n, Operand dst)
{
    if (n->op == OPR_NONE) {
        c->grows = is_append(n) ? dst + 1 : 0;
        compile_expr_to(c, n->b, dst);
        return;
    }
    int saved = c->temp;
    Operand v = compile_expr(c, n->b);
    c->temp = saved;
    emit(c, binary_op(n->op), dst, dst, v);
}

void compile_assign(Compiler *c, const Node *n, int result)
{
    if (c->failed) return;
    int saved = c->temp;
    if (n->a->kind == N_VAR) {
        Operand dst = (Operand)var_reg(c, n->a->name);
        assign_to_variable(c, n, dst);
        if (result >= 0) emit(c, OP_MOVE, result, dst, 0);
        return;
    }
    Operand value;
    int hidden = c->hidden;
    const Node *place = n->op == OPR_NONE ? n->a : path_hold(c, n->a);
    if (n->op == OPR_NONE) {
        value = compile_expr(c, n->b);
    } else {
        value = temp_new(c, n);
        Operand old = compile_expr(c, place);
        Operand by = compile_expr(c, n->b);
        emit(c, binary_op(n->op), value, old, by);
    }
    if (result >= 0) {
        emit(c, OP_MOVE, result, value, 0);
        value = (Operand)result;
        Operand copy = temp_new(c, n);
        emit(c, OP_REF, copy, value, 0);
        emit(c, OP_MOVE, copy, copy, 0);
        value = copy;
    }
    compile_path_set(c, place, value);
    path_release(c, hidden);
    c->temp = saved;
}

void compile_incr(Compiler *c, const Node *n, int result)
{
    if (c->failed) return;
    Op by = binary_op(n->op);
    if (n->a->kind == N_VAR) {
        Operand r = (Operand)var_reg(c, n->a->name);
        bool wants_old = result >= 0 && n->is_postfix;
        if (wants_old) emit(c, OP_MOVE, result, r, 0);
        emit(c, OP_INCR, r, by, wants_old ? result + 1 : 0);
        if (result >= 0 && !n->is_postfix) emit(c, OP_MOVE, result, r, 0);
        return;
    }
    Val one = val_int(1);
    int saved = c->temp, hidden = c->hidden;
    const Node *place = path_hold(c, n->a);
    Operand old = compile_expr(c, place);
    if (result >= 0 && n->is_postfix) {
        Operand ref = temp_new(c, n);
        emit(c, OP_REF, ref, old, 0);
        emit(c, OP_MOVE, result, ref, 0);
    }
    Operand sum = temp_new(c, n);
    emit(c, by, sum, old, constant(c, n, &one));
    if (result >= 0 && !n->is_postfix) {
        Operand ref = temp_new(c, n);
        emit(c, OP_REF, ref, sum, 0);
        emit(c, OP_MOVE, result, ref, 0);
    }
    compile_path_set(c, place, sum);
    path_release(c, hidden);
    c->temp = saved;
}
