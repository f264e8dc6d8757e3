// Slow paths of the instructions: whole values, all types, errors with names. Temporaries are consumed by the
// instruction that reads them. Start reading at slow_binary.
#include "vm/run/slow.h"

#include "base/mem.h"
#include "sys/interrupt.h"
#include "vm/array/convert.h"
#include "vm/array/describe.h"
#include "vm/array/operate.h"
#include "vm/dispatch/call_site.h"
#include "vm/dispatch/callable.h"
#include "vm/dispatch/classes.h"
#include "vm/dispatch/overload.h"
#include "vm/fault/throw.h"
#include "vm/frame/frames.h"
#include "vm/names/library.h"
#include "vm/peephole/grow.h"
#include "vm/peephole/views.h"
#include "vm/place/literal.h"
#include "vm/place/place.h"
#include "vm/scope/commons.h"
#include "vm/scope/sysvar.h"
#include "vm/scope/variables.h"
#include "vm/structure/element.h"

#include <stdio.h>
#include <string.h>

static void check(Vm *vm, Status s)
{
    if (!status_ok(s)) vm_throw_status(vm, s);
}

static bool is_temp(const CallFrame *f, uint16_t r) { return r < K_BASE && r >= f->code->nvars + f->code->nhidden; }

// A temporary that holds a value (not a reference to one): its buffer may become the result's.
static bool is_dead(const CallFrame *f, uint16_t r) { return is_temp(f, r) && f->base[r].type != T_REF; }

static const Val *operand(const CallFrame *f, uint16_t r)
{
    return r >= K_BASE ? &f->code->k[r - K_BASE] : val_deref_const(&f->base[r]);
}

static const Val *defined(Vm *vm, const CallFrame *f, uint16_t r)
{
    const Val *v = operand(f, r);
    if (v->type == T_UNDEF && !val_is_null(v)) vm_throw_undefined(vm, v);
    return v;
}

static void consume(CallFrame *f, uint16_t r)
{
    if (is_temp(f, r)) val_drop(&f->base[r]);
}

static Val *destination(CallFrame *f, uint16_t r) { return r < f->code->nvars ? val_deref(&f->base[r]) : &f->base[r]; }

static const char *base_name(Vm *vm, const CallFrame *f, uint16_t r)
{
    const Val *cell = operand(f, r);
    const char *name = frame_var_name(vm, cell);
    return name ? name : "<Expression>";
}

void slow_interrupt(Vm *vm)
{
    Thrown *t = &vm->engine->thrown;
    mem_free(t->text);
    *t = (Thrown){
        .reason = STOP_INTERRUPT, .code = E_INTERRUPT, .text = mem_strdup("Interrupted."), .at_back_edge = true};
    longjmp(*vm->engine->jump, 1);
}

_Noreturn void slow_undefined(Vm *vm, const Val *cell) { vm_throw_undefined(vm, cell); }

bool slow_is_zero_divide(int op, const Val *d)
{
    int64_t x;
    if ((op != OP_DIV && op != OP_MOD) || !type_is_integer(d->type)) return false;
    Status s = val_int64(d, &x);
    bool zero = !status_ok(s) || x == 0;
    status_drop(&s);
    return zero;
}

static void note_math(Vm *vm, unsigned math) { vm->engine->math |= math; }

// Before a result made from text that is no number is stored; drops it where ON_IOERROR takes over.
static void note_bad_text(Vm *vm, const CallFrame *f, TypeCode t, Val *out)
{
    if (f->io_pc != NO_PLACE) val_drop(out);
    vm_bad_text(vm, t);
}

// s = s + 'x' where s may grow. more: what is to come, counted so that it cannot fail once s has moved into a temporary.
static void append_text(Vm *vm, CallFrame *f, Instr i, size_t more)
{
    Val *left = val_deref(&f->base[i.b]), *dst = destination(f, i.a);
    const Str *text = operand(f, i.c)->s;
    bool ok = more <= str_len(text) || str_reserve_mut(&left->s, more);
    if (!ok || !str_append_mut(&left->s, str_text(text), str_len(text)))
        vm_throw(vm, E_NO_MEMORY, "Unable to allocate memory.");
    if (left != dst) val_set_take(dst, val_take(left));
    consume(f, i.c);
}

void slow_binary(Vm *vm, CallFrame *f, Instr i)
{
    const Val *a = operand(f, i.b), *b = operand(f, i.c);
    bool compares_null = val_is_null(a) || val_is_null(b);
    if (!compares_null) {
        a = defined(vm, f, i.b);
        b = defined(vm, f, i.c);
    }
    unsigned math = 0;
    Val out = VAL_UNDEF, *dst = destination(f, i.a);
    if ((a->type == T_OBJ || b->type == T_OBJ) && !compares_null && overload_binary(vm, i.op, a, b, &out)) {
        consume(f, i.b);
        consume(f, i.c);
        val_set_take(dst, out);
        return;
    }
    size_t bytes = 0;
    if (i.op == OP_MATMUL || i.op == OP_MATMUL2) {
        check(vm, operate_matmul(vm, a, b, i.op == OP_MATMUL2, &out));
    } else if (i.op == OP_ADD && a->tag == (T_STRING | VF_CELL << 8) && b->type == T_STRING && !val_is_array(b) &&
               a != b && (dst == a || is_dead(f, i.b) || grow_string_may(f, a, &bytes))) {
        append_text(vm, f, i, bytes);
        return;
    } else {
        bool a_dead = is_dead(f, i.b) || dst == a, b_dead = is_dead(f, i.c) || dst == b;
        check(vm, operate_binary((KernOp)(i.op - OP_ADD), a, a_dead, b, b_dead, &out, &math));
    }
    TypeCode number = a->type == T_STRING ? (TypeCode)b->type : (TypeCode)a->type;
    consume(f, i.b);
    consume(f, i.c);
    if (math & OPERATE_BAD_TEXT) note_bad_text(vm, f, number == T_STRING ? T_FLOAT : number, &out);
    val_set_take(dst, out);
    if (math) note_math(vm, math & ~(unsigned)OPERATE_BAD_TEXT);
}

void slow_unary(Vm *vm, CallFrame *f, Instr i)
{
    static const uint8_t kernel[] = {KUOP_NEG, KUOP_NOT, KUOP_LOGNOT};
    const Val *a = defined(vm, f, i.b);
    unsigned math = 0;
    uint8_t boolean = i.op == OP_LNOT && a->type == T_BYTE ? a->flags & VF_BOOL : 0;
    Val out = VAL_UNDEF, *dst = destination(f, i.a);
    if (val_is_null(a) && i.op == OP_LNOT)
        out = val_byte(1);
    else if (a->type != T_OBJ || !overload_unary(vm, i.op, a, &out))
        check(vm, operate_unary((KernUnaryOp)kernel[i.op - OP_NEG], a, is_dead(f, i.b) || dst == a, &out, &math));
    out.flags |= boolean;
    consume(f, i.b);
    if (math & OPERATE_BAD_TEXT) note_bad_text(vm, f, T_FLOAT, &out);
    val_set_take(dst, out);
}

bool slow_truth(Vm *vm, CallFrame *f, uint16_t r, bool nonzero)
{
    bool truth;
    const Val *v = defined(vm, f, r);
    if (v->type != T_OBJ || !overload_truth(vm, v, &truth))
        check(vm, val_truth(v, nonzero || f->code->options & OPT_LOGICAL_PREDICATE, &truth));
    consume(f, r);
    return truth;
}

// --- Loops
// ------------------------------------------------------------------------------------------------------------

// Whether the scalar is more than the signed integer type can say.
static bool exceeds(Vm *vm, TypeCode t, const Val *v)
{
    double x, max = t == T_INT ? INT16_MAX : t == T_LONG ? INT32_MAX : (double)INT64_MAX;
    check(vm, val_real(v, &x));
    return x > max || x < -max - 1;
}

// A loop's variable has the start's type; a signed integer one takes the type of a limit or step that it cannot reach,
// an unsigned one keeps its own (the limit wraps) unless it counts down. A step that is no integer decides. Manual: FOR.
static TypeCode loop_type(Vm *vm, const Val *start, const Val *limit, const Val *step)
{
    TypeCode t = start->type;
    double by;
    if (!type_is_integer(t)) return t;
    if (type_in(step->type, TYPES_REAL)) return step->type;
    check(vm, val_real(step, &by));
    if (type_in(t, TYPES_UNSIGNED)) return by < 0 ? type_join(type_join(t, limit->type), step->type) : t;
    if (exceeds(vm, t, limit)) t = type_join(t, limit->type);
    return type_is_integer(t) && exceeds(vm, t, step) ? type_join(t, step->type) : t;
}

static void need_number(Vm *vm, const Val *v)
{
    if (!type_in(v->type, TYPES_NUMERIC) || (val_is_array(v) && v->a->n != 1)) {
        vm_throw(vm, E_SCALAR, "Loop limits must be scalars or 1 element arrays of a numeric type.");
    }
}

static void to_scalar(Vm *vm, Val *v, TypeCode t)
{
    if (val_is_array(v)) {
        Val one = arr_get(v->a, 0);
        val_set_take(v, one);
    }
    check(vm, val_convert_mut(v, t));
}

static bool past_limit(Vm *vm, const Val *var, const Val *limit, const Val *step)
{
    double x, hi, by;
    if (var->type == T_LONG64 && limit->type == T_LONG64 && step->type == T_LONG64) {
        return step->ll >= 0 ? var->ll > limit->ll : var->ll < limit->ll;
    }
    check(vm, val_real(var, &x));
    check(vm, val_real(limit, &hi));
    check(vm, val_real(step, &by));
    return !(by >= 0 ? x <= hi : x >= hi);
}

bool slow_for_prep(Vm *vm, CallFrame *f, Instr i)
{
    Val *limit = &f->base[i.b], *step = limit + 1, *start = &f->base[i.c];
    defined(vm, f, i.b);
    defined(vm, f, i.c);
    need_number(vm, start);
    need_number(vm, limit);
    need_number(vm, step);
    to_scalar(vm, limit, limit->type);
    to_scalar(vm, step, step->type);
    TypeCode t = loop_type(vm, start, limit, step);
    to_scalar(vm, start, t);
    to_scalar(vm, limit, t);
    to_scalar(vm, step, type_is_integer(t) || step->type == t ? t : step->type == T_INT ? t : step->type);
    val_set_take(val_deref(&f->base[i.a]), val_take(start));
    return !past_limit(vm, val_deref(&f->base[i.a]), limit, step);
}

bool slow_for_next(Vm *vm, CallFrame *f, Instr i)
{
    Val *var = val_deref(&f->base[i.a]), next = VAL_UNDEF;
    const Val *limit = &f->base[i.b], *step = limit + 1;
    unsigned math = 0;
    if (val_is_undef(var)) return false; // TEMPORARY took it
    need_number(vm, var); // the body may have made it anything, and it stays of that type
    check(vm, operate_binary(KOP_ADD, var, false, step, false, &next, &math));
    if (next.type != var->type) check(vm, val_convert_mut(&next, var->type));
    // An integer that wrapped round has passed the limit.
    double before, after, by;
    check(vm, val_real(var, &before));
    check(vm, val_real(&next, &after));
    check(vm, val_real(step, &by));
    bool wrapped = type_is_integer(next.type) && (by >= 0 ? after < before : after > before);
    val_set_take(var, next);
    return !wrapped && !past_limit(vm, var, limit, step);
}

void slow_each_prep(Vm *vm, CallFrame *f, Instr i)
{
    const Val *set = operand(f, i.b);
    if (val_is_undef(set) && !val_is_null(set)) vm_throw_undefined(vm, set);
    bool is_live = i.c && set->type != T_OBJ;
    Val copy = is_live ? (Val){.type = T_REF, .ref = (Val *)(uintptr_t)set} : val_copy(set);
    consume(f, i.b);
    val_set_take(&f->base[i.a], copy);
    val_set_take(&f->base[i.a + 1], overload_applies(&f->base[i.a]) ? VAL_UNDEF : val_long64(0));
    // Elements appended in the loop are not visited. An error may have left something in the hidden register.
    val_set_take(&f->base[i.a + 2], val_long64(is_live ? val_count(set) : INT64_MAX));
}

bool slow_each_next(Vm *vm, CallFrame *f, Instr i)
{
    bool is_live = f->base[i.a].type == T_REF;
    Val *set = val_deref(&f->base[i.a]);
    if (is_live && (set->type == T_UNDEF || set->type == T_OBJ)) return false;  // the body has made it so
    if (set->type == T_OBJ) {
        bool more;
        Val *key = i.c != NO_REG ? val_deref(&f->base[i.c]) : NULL;
        if (overload_each(vm, set, &f->base[i.a + 1], val_deref(&f->base[i.b]), key, &more)) return more;
    }
    int64_t at = f->base[i.a + 1].ll;
    if (at >= val_count(set) || at >= f->base[i.a + 2].ll) return false;
    Val one = val_is_array(set) ? arr_get(set->a, at) : val_copy(set);
    if (one.tag == T_UNDEF) vm_throw(vm, E_NO_MEMORY, "Unable to allocate memory.");
    val_set_take(val_deref(&f->base[i.b]), one);
    if (i.c != NO_REG) val_set_take(val_deref(&f->base[i.c]), at > INT32_MAX ? val_long64(at) : val_long((int32_t)at));
    f->base[i.a + 1].ll = at + 1;
    return true;
}

// --- Elements and tags
// ------------------------------------------------------------------------------------------------

// name(...) where the variable is undefined and a function has the name: its call is made instead. Where IDL took the name for a
// function late, older programs subscript arrays so; a variable that holds an object shows that the program is a newer one.
static bool takes_detour(Vm *vm, CallFrame *f, const Val *base)
{
    bool is_object = base->type == T_OBJ && !val_is_array(base);
    const Detour *d = base->type == T_UNDEF || is_object ? code_detour(f->code, f->pc) : NULL;
    if (!d || (is_object && !library_is_late(d->name)) || !site_may_resolve(vm, d->name)) return false;
    f->pc = d->to;
    return true;
}

bool slow_index1(Vm *vm, CallFrame *f, Instr i)
{
    const Val *base = operand(f, i.b);
    if (takes_detour(vm, f, base)) return true;
    const Val *sub = defined(vm, f, i.c);
    Val out = VAL_UNDEF;
    if (base->type == T_UNDEF) vm_throw_undefined(vm, base);
    place_get1(vm, base, sub, base_name(vm, f, i.b), &out);
    consume(f, i.b);
    consume(f, i.c);
    val_set_take(destination(f, i.a), out);
    return false;
}

// (expression)[i] = v changes what an object reference refers to, and nothing else.
static void need_place(Vm *vm, const CallFrame *f, uint16_t r)
{
    const Val *v = &f->base[r];
    if (!is_dead(f, r) || (v->type == T_OBJ && !val_is_array(v))) return;
    char text[256];
    Buf b = BUF_INIT(1 << 12);
    val_describe(&b, v);
    snprintf(text, sizeof text, "%.*s", b.p ? (int)b.len : 0, b.p ? b.p : "");
    buf_free(&b);
    vm_throw(vm, E_NOT_VAR, "Expression must be named variable in this context: %s.", text);
}

void slow_store1(Vm *vm, CallFrame *f, Instr i)
{
    Val *base = val_deref(&f->base[i.a]);
    const Val *sub = defined(vm, f, i.b), *v = defined(vm, f, i.c);
    if (base->type == T_UNDEF) vm_throw_undefined(vm, base);
    place_set1(vm, base, sub, base_name(vm, f, i.a), v);
    consume(f, i.b);
    consume(f, i.c);
    consume(f, i.a);
}

static void consume_path(CallFrame *f, const Path *p)
{
    for (int s = 0; s < p->n; s++) {
        const Step *step = &p->step[s];
        if (step->kind == STEP_TAGN) consume(f, step->reg);
        for (int k = 0; k < step->nsubs; k++) {
            const Sub *sub = &step->sub[k];
            if (sub->reg != NO_REG) consume(f, sub->reg);
            if (sub->hi != NO_REG) consume(f, sub->hi);
            if (sub->step != NO_REG) consume(f, sub->step);
        }
    }
}

bool slow_path_get(Vm *vm, CallFrame *f, Instr i)
{
    const Val *base = operand(f, i.b);
    Path *path = &f->code->path_site[i.c];
    Operands o = {f->base, f->code->k};
    Val out = VAL_UNDEF;
    Element at;
    if (element_find(vm, base, path, &o, &at)) {
        Val v = val_from_element(at.type, at.p);  // before its array may go
        consume(f, i.b);
        val_set_take(destination(f, i.a), v);
        return false;
    }
    if (takes_detour(vm, f, base)) return true;
    if (base->type == T_UNDEF && !val_is_null(base) && !place_is_static_call(vm, path, base_name(vm, f, i.b))) {
        vm_throw_undefined(vm, base);
    }
    place_get(vm, base, path, &o, base_name(vm, f, i.b), &out);
    if (!view_may_stay(vm, f, &out) && !arr_unview(&out)) {
        val_drop(&out);
        vm_throw(vm, E_NO_MEMORY, "Unable to allocate memory: to make array.");
    }
    consume_path(f, path);
    consume(f, i.b);
    val_set_take(destination(f, i.a), out);
    return false;
}

void slow_path_set(Vm *vm, CallFrame *f, Instr i)
{
    need_place(vm, f, i.a);
    Val *base = val_deref(&f->base[i.a]);
    Path *path = &f->code->path_site[i.c];
    Operands o = {f->base, f->code->k};
    const Val *v = operand(f, i.b);
    Element at;
    bool is_plain = v->tag < T_COUNT && type_is_numeric((TypeCode)v->tag);
    if (is_plain && element_find(vm, base, path, &o, &at) && at.type == (TypeCode)v->tag && at.owner->refs == 1) {
        memcpy(at.p, &v->bits, type_size(at.type));
        return;
    }
    if (base->type == T_UNDEF) vm_throw_undefined(vm, base);
    place_set(vm, base, path, &o, base_name(vm, f, i.a), operand(f, i.b));
    consume_path(f, path);
    consume(f, i.b);
    consume(f, i.a);
}

void slow_set_ref(Vm *vm, CallFrame *f, Instr i)
{
    Val *cell = f->base[i.a].ref;
    Val v = val_copy(defined(vm, f, i.b));
    consume(f, i.b);
    val_set_take(cell, v);
    f->base[i.a].tag = T_UNDEF;
}

void slow_has_method(Vm *vm, CallFrame *f, Instr i)
{
    const Val *v = operand(f, i.b);
    Method m;
    const char *name = str_text(operand(f, i.c)->s);
    bool has = false;
    if (v->type == T_UNDEF && !val_is_null(v)) {
        has = callable_is_class(vm, base_name(vm, f, i.b), name, false);
    } else if (v->type == T_OBJ && !val_is_array(v) && v->h && !v->h->freed) {
        const SDef *d = object_class(vm, v, "");
        has = class_method(vm, d, name, false, true, &m);
    }
    f->base[i.a] = val_byte(has);
}

// --- System variables, pointers
// -----------------------------------------------------------------------------------------

void slow_sysvar(Vm *vm, CallFrame *f, Instr i)
{
    SysSite *site = &f->code->sys_site[i.b];
    SysVar *v = sysvar_find(vm, site->name);
    if (!v) vm_throw(vm, E_UNDEFVAR, "Not a legal system variable: %s.", site->name);
    if (i.c && v->readonly && strcmp(site->name, "!NULL") != 0) {
        vm_throw(vm, E_VALUE, "Attempt to write to a readonly variable: %s.", site->name);
    }
    if (v->get) val_set_take(&v->v, v->get(vm));
    val_set_take(&f->base[i.a], (Val){.type = T_REF, .ref = &v->v});
}

void slow_sysvar_done(Vm *vm, CallFrame *f, Instr i)
{
    const char *name = f->code->sys_site[i.b].name;
    if (i.a) {
        if (strcmp(name, "!NULL") != 0) sysvar_assign(vm, name, defined(vm, f, i.c)); // !NULL = f(x): not wanted
        consume(f, i.c);
        return;
    }
    SysVar *v = sysvar_find(vm, name);
    if (v && v->set) v->set(vm, &v->v);
}

void slow_deref(Vm *vm, CallFrame *f, Instr i)
{
    const Val *p = defined(vm, f, i.b);
    if (p->type != T_PTR || val_is_array(p)) {
        vm_throw(vm, E_HEAP, "Pointer type required in this context: %s.", base_name(vm, f, i.b));
    }
    if (!p->h) vm_throw(vm, E_HEAP, "Unable to dereference NULL pointer: %s.", base_name(vm, f, i.b));
    if (p->h->freed) vm_throw(vm, E_HEAP, "Invalid pointer: %s.", base_name(vm, f, i.b));
    val_set_take(&f->base[i.a], (Val){.type = T_REF, .ref = &p->h->v});
}

// --- Literals
// ---------------------------------------------------------------------------------------------------------

void slow_concat(Vm *vm, CallFrame *f, Instr i, Instr ext)
{
    Val *v = &f->base[i.b], out = VAL_UNDEF;
    bool grows = ext.b ? grow_array_may(v, destination(f, (uint16_t)(ext.b - 1))) : grow_pointee_may(vm, f, v);
    check(vm, operate_concat(v, ext.a, i.c, grows, &out));
    for (int k = 0; k < ext.a; k++) val_drop(&v[k]);
    out.flags &= (uint8_t)~VF_BOOL;  // of an array that has grown
    val_set_take(destination(f, i.a), out);
}

void slow_sequence(Vm *vm, CallFrame *f, Instr i)
{
    Val *v = &f->base[i.b], out = VAL_UNDEF;
    check(vm, operate_sequence(v, i.c == 3 ? &v[2] : NULL, &out));
    for (int k = 0; k < i.c; k++) val_drop(&v[k]);
    val_set_take(destination(f, i.a), out);
}

void slow_struct(Vm *vm, CallFrame *f, Instr i)
{
    const StructSite *site = &f->code->struct_site[i.c];
    Val out = VAL_UNDEF;
    struct_literal(vm, site, &f->base[i.b], &out);
    for (int k = 0; k < site->n; k++) val_drop(&f->base[i.b + k]);
    val_set_take(destination(f, i.a), out);
}

void slow_incr(Vm *vm, CallFrame *f, Instr i)
{
    Val *v = val_deref(&f->base[i.a]), out = VAL_UNDEF, one = val_int(1);
    unsigned math = 0;
    if (val_is_undef(v)) vm_throw_undefined(vm, v);
    TypeCode t = v->type;
    if (t == T_OBJ) {
        if (callable_increment(vm, v, i.b == OP_ADD, i.c ? val_deref(&f->base[i.c - 1]) : NULL)) return;
        vm_throw(vm, E_HEAP, "Operation illegal with object reference types.");
    }
    check(vm, operate_binary((KernOp)(i.b - OP_ADD), v, true, &one, false, &out, &math));
    if (t == T_BYTE) check(vm, val_convert_mut(&out, t));
    val_set_take(v, out);
}

void slow_print(Vm *vm, CallFrame *f, Instr i)
{
    const Val *v = defined(vm, f, i.a);
    Val text = VAL_UNDEF;
    bool overloaded = v->type == T_OBJ && overload_text(vm, v, "_OVERLOADIMPLIEDPRINT", NULL, &text);
    Status s = vm->engine->print_hook ? vm->engine->print_hook(vm, overloaded ? &text : v) : STATUS_OK;
    val_drop(&text);
    check(vm, s);
    consume(f, i.a);
}

// Binds the routine's registers to the block; at $MAIN$ the names themselves move into the block.
void slow_common(Vm *vm, CallFrame *f, Instr i)
{
    const CommonSite *s = &f->code->common_site[i.a];
    CommonBlock *b = common_find(vm, s);
    CallFrame *target = &vm->engine->frame[f->target];
    for (int k = 0; k < s->n; k++) {
        Val *cell = b->cell[k];
        if (f->kind == FRAME_STATEMENT && target->cells) {
            Val *old = map_get(&target->cells->map, s->var[k]);
            if (old && old != cell) {
                val_drop(old);
                *old = (Val){.type = T_REF, .ref = cell};
            }
        } else if (f->base[s->reg[k]].ref != cell) {
            val_drop(&f->base[s->reg[k]]);
        }
        f->base[s->reg[k]] = (Val){.type = T_REF, .ref = cell};
    }
}

_Noreturn void slow_fail(Vm *vm, CallFrame *f, Instr i)
{
    if (i.op == OP_CASE_NONE) vm_throw(vm, E_VALUE, "CASE statement found no match.");
    const Val *text = operand(f, i.a);
    vm_throw(vm, E_UNSUPPORTED, "%s", str_text(text->s));
}

// --- Return
// -----------------------------------------------------------------------------------------------------------

// RETURN typed in a stopped routine: that routine ends, its caller stays stopped. In the text of an EXECUTE it ends the text.
static bool return_from_statement(Vm *vm, Val result)
{
    Engine *e = vm->engine;
    int target = frame_top(e)->target;
    bool is_typed = target > 0 && e->frame[target].stopped && e->depth == target + 1;
    if (!is_typed) {
        val_drop(&result);
        while (e->depth > e->floor) frame_pop(vm);
        frame_pop(vm);
        return false;
    }
    uint16_t dst = e->frame[target].dst;
    while (e->depth >= target) frame_pop(vm);
    CallFrame *caller = frame_top(e);
    caller->resume = RESUME_AFTER;
    if (dst < INVOKED)
        val_set_take(dst < caller->code->nvars ? val_deref(&caller->base[dst]) : &caller->base[dst], result);
    else
        val_drop(&result);
    return false;
}

bool slow_return(Vm *vm, CallFrame *f, Instr i)
{
    Engine *e = vm->engine;
    Val result = VAL_UNDEF;
    if (i.b) {
        result = val_copy(defined(vm, f, i.a));
        consume(f, i.a);
    }
    if (f->kind == FRAME_STATEMENT) return return_from_statement(vm, result);
    if (f->code->is_function && !i.b) result = val_int(0);
    uint16_t dst = f->dst;
    if (dst == INVOKED) {
        bool waits = e->depth == e->floor; // else the C code that called is gone: an error left the frame behind
        frame_pop(vm);
        val_set_take(&e->invoked, result);
        return !waits;
    }
    frame_pop(vm);
    CallFrame *caller = frame_top(e);
    if (dst == NO_REG)
        val_drop(&result);
    else
        val_set_take(dst < caller->code->nvars ? val_deref(&caller->base[dst]) : &caller->base[dst], result);
    return true;
}
