// IDL_Object's own _overload methods: what each operator and each inquiry does without overloading. A class whose method
// takes only some cases hands the others to them; the operators never come here (vm/dispatch/overload.c).
// Source: manual ("Replicating Non-Overloaded Behavior").
#include "base/buf.h"
#include "fmt/default.h"
#include "lib/control/help.h"
#include "vm/array/operate.h"
#include "vm/engine.h"

#include <string.h>

// X(method, operator)
#define BINARY_METHODS(X)                                                                                            \
    X(AND, KOP_AND) X(ASTERISK, KOP_MUL) X(CARET, KOP_POW) X(EQ, KOP_EQ) X(GE, KOP_GE) X(GREATERTHAN, KOP_MAX)       \
    X(GT, KOP_GT) X(LE, KOP_LE) X(LESSTHAN, KOP_MIN) X(LT, KOP_LT) X(MINUS, KOP_SUB) X(MOD, KOP_MOD) X(NE, KOP_NE)   \
    X(OR, KOP_OR) X(PLUS, KOP_ADD) X(SLASH, KOP_DIV) X(XOR, KOP_XOR)

static void binary(Call *c, KernOp op)
{
    unsigned math = 0;
    Val out = VAL_UNDEF;
    TRY(c, operate_binary(op, call_arg(c, 0), false, call_arg(c, 1), false, &out, &math));
    call_return_take(c, out);
    c->vm->engine->math |= math & ~(unsigned)OPERATE_BAD_TEXT;
}

// Result = IDL_Object::_overloadPlus(Left, Right) and its like: EQ and NE compare references; the others are IDL's error
// when one of them is an object.
#define X(NAME, OP) \
    static void fn_##NAME(Call *c) { binary(c, OP); }
BINARY_METHODS(X)
#undef X

// _overloadPound and _overloadPoundPound.
static void fn_product(Call *c)
{
    Val out = VAL_UNDEF;
    TRY(c, operate_matmul(c->vm, call_arg(c, 0), call_arg(c, 1), strstr(c->routine->name, "POUNDPOUND") != NULL, &out));
    call_return_take(c, out);
}

// _overloadMinusUnary, _overloadNOT: IDL's error.
static void fn_unary(Call *c)
{
    Val out = VAL_UNDEF;
    unsigned math = 0;
    KernUnaryOp op = strstr(c->routine->name, "NOT") ? KUOP_NOT : KUOP_NEG;
    TRY(c, operate_unary(op, c->self, false, &out, &math));
    call_return_take(c, out);
}

// _overloadIsTrue, _overloadTilde: whether the reference is valid, as it is here; BYTE.
static void fn_is_true(Call *c) { call_return_take(c, val_byte(1)); }
static void fn_tilde(Call *c) { call_return_take(c, val_byte(0)); }

// _overloadSize: one element.
static void fn_size(Call *c) { call_return_take(c, val_long(1)); }

static void release_buf(void *b) { buf_free(b); }

static Buf *new_buf(Call *c)
{
    Buf *b = call_alloc(c, sizeof *b);
    *b = BUF_INIT(BUF_NO_LIMIT);
    call_defer(c, release_buf, b);
    return b;
}

static void return_text(Call *c, Buf *b)
{
    if (!buf_ok(b)) throw_no_memory(c);
    while (b->len && b->p[b->len - 1] == '\n') b->len--;
    call_return_take(c, val_stringn(b->p, b->len));
}

// _overloadPrint, _overloadImpliedPrint: "<ObjHeapVar1(CLASS)>".
static void fn_print(Call *c)
{
    Buf *b = new_buf(c);
    default_scalar(b, T_OBJ, &c->self->h, false);
    return_text(c, b);
}

// _overloadHelp(Varname): the line of HELP.
static void fn_help(Call *c)
{
    Buf *b = new_buf(c);
    help_variable_line(b, str_text(call_str_peek(c, 0)), c->self);
    return_text(c, b);
}

// IDL_Object::Init, IDL_Object::Cleanup: nothing is to do; a class without its own takes any arguments. Manual: IDL_Object.
static void fn_init(Call *c) { call_return_take(c, val_long(1)); }
static void pro_cleanup(Call *c) { (void)c; }

static const Routine rows[] = {
    {"IDL_OBJECT::INIT", FUNCTION, {0, ARGS_ANY}, fn_init, "[Arg1, ..., Argn]", .spelling = "IDL_Object::Init",
     .passes_keywords = true},
    {"IDL_OBJECT::CLEANUP", PROCEDURE, {0, ARGS_ANY}, pro_cleanup, "[, Arg1, ..., Argn]",
     .spelling = "IDL_Object::Cleanup", .passes_keywords = true, .is_idle = true},
#define X(NAME, OP) \
    {"IDL_OBJECT::_OVERLOAD" #NAME, FUNCTION, {2, 2}, fn_##NAME, "Left, Right", .spelling = "IDL_Object::_overload" #NAME},
    BINARY_METHODS(X)
#undef X
    {"IDL_OBJECT::_OVERLOADPOUND", FUNCTION, {2, 2}, fn_product, "Left, Right",
     .spelling = "IDL_Object::_overloadPound"},
    {"IDL_OBJECT::_OVERLOADPOUNDPOUND", FUNCTION, {2, 2}, fn_product, "Left, Right",
     .spelling = "IDL_Object::_overloadPoundPound"},
    {"IDL_OBJECT::_OVERLOADMINUSUNARY", FUNCTION, {0, 0}, fn_unary, "", .spelling = "IDL_Object::_overloadMinusUnary"},
    {"IDL_OBJECT::_OVERLOADNOT", FUNCTION, {0, 0}, fn_unary, "", .spelling = "IDL_Object::_overloadNOT"},
    {"IDL_OBJECT::_OVERLOADTILDE", FUNCTION, {0, 0}, fn_tilde, "", .spelling = "IDL_Object::_overloadTilde"},
    {"IDL_OBJECT::_OVERLOADISTRUE", FUNCTION, {0, 0}, fn_is_true, "", .spelling = "IDL_Object::_overloadIsTrue"},
    {"IDL_OBJECT::_OVERLOADSIZE", FUNCTION, {0, 0}, fn_size, "", .spelling = "IDL_Object::_overloadSize"},
    {"IDL_OBJECT::_OVERLOADPRINT", FUNCTION, {0, 0}, fn_print, "", .spelling = "IDL_Object::_overloadPrint"},
    {"IDL_OBJECT::_OVERLOADIMPLIEDPRINT", FUNCTION, {0, 0}, fn_print, "",
     .spelling = "IDL_Object::_overloadImpliedPrint"},
    {"IDL_OBJECT::_OVERLOADHELP", FUNCTION, {1, 1}, fn_help, "Varname", .spelling = "IDL_Object::_overloadHelp"},
};
ROUTINE_TABLE(lib_idl_object, rows)
