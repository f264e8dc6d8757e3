// The run loop: fetches, dispatches, and does the cheap instructions itself; everything slow is in slow.c. Plain
// arithmetic on scalars rewrites itself to the quick form for its operand types and back on a miss.
// Start reading at run; it is one function on purpose (computed goto).
#include "sys/interrupt.h"
#include "vm/peephole/scalar.h"
#include "vm/dispatch/call_site.h"
#include "vm/dispatch/callable.h"
#include "vm/dispatch/classes.h"
#include "vm/dispatch/invoke.h"
#include "vm/engine.h"
#include "vm/frame/debug.h"
#include "vm/frame/frames.h"
#include "vm/jit/jit.h"
#include "vm/peephole/fuse.h"
#include "vm/peephole/grow.h"
#include "vm/peephole/quick.h"
#include "vm/place/called.h"
#include "vm/run/quick_call.h"
#include "vm/run/run.h"
#include "vm/run/slow.h"

#include <math.h>

// Register or constant b/c, references followed.
#define RK(x) val_deref_const(((x) & K_BASE ? K : R) + ((x) & (K_BASE - 1)))
// Where a result goes: a variable may be a reference, a temporary never is.
#define DST(x) ((x) < nvars ? val_deref(&R[x]) : &R[x])
#define NEXT                                 \
    do {                                     \
        ++pc;                                \
        goto *labels[pc->op];                \
    } while (0)
// Arrays: the elementwise instructions from here on at once, if they can be.
#define FUSE                                                                \
    do {                                                                    \
        const FusePlan *plan_ = fuse_plan(e, f->code, (uint32_t)(pc - code)); \
        SAVE_PC;                                                            \
        if (plan_ && fuse_run(vm, f, plan_)) {                              \
            pc = code + plan_->after;                                       \
            goto *labels[pc->op];                                           \
        }                                                                   \
    } while (0)
#define SAVE_PC (f->pc = (uint32_t)(pc - code))
#define DETOUR                               \
    do {                                     \
        pc = code + f->pc;                   \
        goto *labels[pc->op];                \
    } while (0)
#define LOAD_FRAME                           \
    do {                                     \
        f = frame_top(e);                    \
        code = f->code->ins;                 \
        R = f->base;                         \
        K = f->code->k;                      \
        nvars = f->code->nvars;              \
        pc = code + f->pc;                   \
    } while (0)
// Loops poll Ctrl-C on their way back, routines when they are entered, handlers when they are reached.
#define BACK_EDGE                                       \
    do {                                                \
        if (__builtin_expect(sys_interrupted(), 0)) {   \
            SAVE_PC;                                    \
            slow_interrupt(vm);                         \
        }                                               \
    } while (0)

// Jumps back are counted in passing: now and then one is told to the JIT, and timers that have waited for too long are run.
#define WARM(at)                                                        \
    do {                                                                \
        if (__builtin_expect(--until_asked <= 0, 0)) {                  \
            until_asked = jit_warm(vm, f, (uint32_t)((at) - code));     \
            if (e->late) {                                              \
                SAVE_PC;                                                \
                e->late(vm);                                            \
                LOAD_FRAME;                                             \
            }                                                           \
        }                                                               \
    } while (0)

static inline void put_scalar(Val *dst, Val v)
{
    if (__builtin_expect(dst->flags & VF_CELL, 0)) val_drop(dst);
    *dst = v;
}

// A sanitizer's checks of each pointer here would take the compiler ten minutes; every access is checked by ASan all the same.
__attribute__((no_sanitize("null,alignment,object-size,pointer-overflow,bounds"))) void run(Vm *vm)
{
    static const void *const labels[] = {
#define OP(name, text) &&L_##name,
#include "lang/ops.def"
#undef OP
#define LABELS(form, name)                                                                                          \
    &&form##_ADD_##name, &&form##_SUB_##name, &&form##_MUL_##name, &&form##_DIV_##name, &&form##_EQ_##name,        \
        &&form##_NE_##name, &&form##_LT_##name, &&form##_LE_##name, &&form##_GT_##name, &&form##_GE_##name,          \
    &&form##_MOD_##name,
#define PAIR(name, ...) LABELS(RR, name)
        QUICK_PAIRS(PAIR)
#undef PAIR
#define PAIR(name, ...) LABELS(RK, name)
        QUICK_PAIRS(PAIR)
#undef PAIR
#define PAIR(name, ...) LABELS(KR, name)
        QUICK_PAIRS(PAIR)
#undef PAIR
#define PAIR(name, ...) &&RR_MULADD_##name,
        QUICK_PAIRS(PAIR)
#undef PAIR
#define PAIR(name, ...) &&RK_MULADD_##name,
        QUICK_PAIRS(PAIR)
#undef PAIR
#define PAIR(name, ...) &&KR_MULADD_##name,
        QUICK_PAIRS(PAIR)
#undef PAIR
        &&L_FOR_LONG, &&L_LOOP,
    };
    Engine *e = vm->engine;
    CallFrame *f;
    Instr *code, *pc;
    Val *R;
    const Val *K;
    int nvars, until_asked = 1;
    LOAD_FRAME;
    BACK_EDGE;
    goto *labels[pc->op];

L_NOP: NEXT;

// A counter that was just written is read as it was written, not with what lies around it: the processor would wait.
L_MOVE: {
    Val *src = pc->b >= K_BASE ? NULL : &R[pc->b];
    Val v;
    if (src && src->tag == T_LONG) {
        int32_t n = src->l;
        if (pc->b >= nvars) src->tag = T_UNDEF;
        put_scalar(DST(pc->a), val_long(n));
        NEXT;
    }
    if (src && pc->b >= nvars && src->type != T_REF) {
        v = val_take(src);
    } else {
        const Val *from = RK(pc->b);
        if (from->type == T_UNDEF && !val_is_null(from) && !pc->c) {
            SAVE_PC;
            slow_undefined(vm, from);
        }
        v = val_copy(from);
        if (src && pc->b >= nvars) src->tag = T_UNDEF;
    }
    put_scalar(DST(pc->a), v);
    NEXT;
}
L_LOADK: {
    val_set_take(DST(pc->a), val_copy(&K[instr_place(*pc)]));
    NEXT;
}
L_CLEAR: {
    val_drop(DST(pc->a));
    NEXT;
}

L_ADD: L_SUB: L_MUL: L_DIV: L_MOD: L_POW: L_MIN: L_MAX: L_EQ: L_NE: L_LT: L_LE: L_GT: L_GE: L_AND: L_OR: L_XOR:
L_MATMUL: L_MATMUL2: {
    SAVE_PC;
    if (RK(pc->b)->type == T_STRING && pc->op == OP_ADD && grow_string_quickly(f, *pc)) NEXT;
    int quick = quick_op(*pc, RK(pc->b)->tag, RK(pc->c)->tag);
    if (quick >= 0 && !slow_is_zero_divide(pc->op, RK(pc->c))) {
        pc->op = (uint16_t)quick;
        if (pc > code) pc[-1].op = (uint16_t)quick_fused(pc[-1], *pc, nvars);
        goto *labels[quick];
    }
    Val scalar;
    if (scalar_binary(pc->op, RK(pc->b), RK(pc->c), &scalar)) {
        put_scalar(DST(pc->a), scalar);
        NEXT;
    }
    if (pc->op < OP_MATMUL && (fuse_may(RK(pc->b)) || fuse_may(RK(pc->c)))) FUSE;
    slow_binary(vm, f, *pc);
    NEXT;
}
L_NEG: L_NOT: L_LNOT: {
    Val scalar;
    if (scalar_unary(pc->op, RK(pc->b), &scalar)) {
        put_scalar(DST(pc->a), scalar);
        NEXT;
    }
    SAVE_PC;
    if (fuse_may(RK(pc->b))) FUSE;
    slow_unary(vm, f, *pc);
    NEXT;
}

#define MISS                                     \
    do {                                         \
        pc->op = (uint16_t)quick_plain(pc->op);  \
        goto *labels[pc->op];                    \
    } while (0)
// An operand of a quick form: the register itself or, behind a reference, a variable; of any other type than expected
// the instruction goes back to the plain one. A constant's type never changes.
#define OPERAND(v, x, lt)                                       \
    const Val *v = &R[x];                                       \
    if (__builtin_expect(v->tag != T_##lt, 0)) {                \
        v = val_deref_const(v);                                 \
        if (v->tag != T_##lt) MISS;                             \
    }
#define OPERANDS_RR(lt, rt) OPERAND(x, pc->b, lt) OPERAND(y, pc->c, rt)
#define OPERANDS_RK(lt, rt) OPERAND(x, pc->b, lt) const Val *y = &K[pc->c - K_BASE];
#define OPERANDS_KR(lt, rt) const Val *x = &K[pc->b - K_BASE]; OPERAND(y, pc->c, rt)
// A result over a value of its own type is one store. The expression stands three times so that it stays in a register.
#define RESULT(expr, ot, om)                                                              \
    do {                                                                                  \
        Val *to_ = &R[pc->a];                                                             \
        if (__builtin_expect(to_->tag == T_##ot, 1)) {                                    \
            to_->om = (expr);                                                             \
        } else if (to_->type == T_REF && pc->a < nvars && to_->ref->tag == T_##ot) {      \
            to_->ref->om = (expr);                                                        \
        } else {                                                                          \
            put_scalar(DST(pc->a), (Val){.tag = T_##ot, .om = (expr)});                   \
        }                                                                                 \
    } while (0);                                                                          \
    NEXT
#define ARITH(op, sign, form, name, lt, lm, rt, rm, ot, ct, om)              \
    form##_##op##_##name : {                                                 \
        OPERANDS_##form(lt, rt)                                              \
        RESULT((ct)((WRAP_##ot)x->lm sign (WRAP_##ot)y->rm), ot, om);        \
    }
// A comparison that only decides the next jump makes it. JUMP_IF and JUMP_UNLESS alternate.
#define JUMP_KIND(instr) ((unsigned)((instr).op - OP_JUMP_IF))
#define DECIDES_JUMP (JUMP_KIND(pc[1]) <= OP_JUMP_UNLESS_NZ - OP_JUMP_IF && pc[1].a == pc->a && pc->a >= nvars)
#define COMPARE(name_, sign, form, name, lt, lm, rt, rm, ot, ct, om) \
    form##_##name_##_##name : {                                      \
        OPERANDS_##form(lt, rt)                                      \
        unsigned truth_ = (ct)x->lm sign (ct)y->rm;                  \
        if (DECIDES_JUMP) {                                          \
            ++pc;                                                    \
            if (truth_ == (JUMP_KIND(*pc) & 1)) NEXT;                \
            goto L_JUMP;                                             \
        }                                                            \
        RESULT((uint8_t)truth_, BYTE, b);                            \
    }
#define DIVIDE_IS_SAFE_INT(y) ((y) > 0)  // 0 and -1 (overflow) go the slow way
#define DIVIDE_IS_SAFE_LONG(y) ((y) > 0)
#define DIVIDE_IS_SAFE_LONG64(y) ((y) > 0)
#define DIVIDE_IS_SAFE_FLOAT(y) (true)
#define DIVIDE_IS_SAFE_DOUBLE(y) (true)
#define REMAINDER_INT(x, y) ((int16_t)((x) % (y)))
#define REMAINDER_LONG(x, y) ((x) % (y))
#define REMAINDER_LONG64(x, y) ((x) % (y))
#define REMAINDER_FLOAT(x, y) fmodf(x, y)
#define REMAINDER_DOUBLE(x, y) fmod(x, y)
#define WRAP_INT uint32_t
#define WRAP_LONG uint32_t
#define WRAP_LONG64 uint64_t
#define WRAP_FLOAT float
#define WRAP_DOUBLE double
// s = s + x*y: MUL and the ADD of its product in one; the ADD stays for those who jump to it.
#define MULADD(form, name, lt, lm, rt, rm, ot, ct, om)                                                       \
    form##_MULADD_##name : {                                                                                 \
        OPERANDS_##form(lt, rt)                                                                              \
        Val *sum = &R[pc[1].a];                                                                              \
        if (__builtin_expect(sum->tag != T_##ot, 0)) {                                                       \
            sum = val_deref(sum);                                                                            \
            if (sum->tag != T_##ot) MISS;                                                                    \
        }                                                                                                    \
        sum->om = (ct)((WRAP_##ot)sum->om + (WRAP_##ot)(ct)((WRAP_##ot)x->lm * (WRAP_##ot)y->rm));           \
        ++pc;                                                                                                \
        NEXT;                                                                                                \
    }
#define FORM(form, name, lt, lm, rt, rm, ot, ct, om)                       \
    QUICK_ARITH(ARITH, form, name, lt, lm, rt, rm, ot, ct, om)             \
    QUICK_COMPARE(COMPARE, form, name, lt, lm, rt, rm, ot, ct, om)         \
    MULADD(form, name, lt, lm, rt, rm, ot, ct, om)                         \
    form##_DIV_##name : {                                                  \
        OPERANDS_##form(lt, rt)                                            \
        if (!DIVIDE_IS_SAFE_##ot(y->rm)) {                                 \
            SAVE_PC;                                                       \
            slow_binary(vm, f, (Instr){OP_DIV, pc->a, pc->b, pc->c});      \
            NEXT;                                                          \
        }                                                                  \
        RESULT((ct)((ct)x->lm / (ct)y->rm), ot, om);                       \
    }                                                                      \
    form##_MOD_##name : {                                                  \
        OPERANDS_##form(lt, rt)                                            \
        if (!DIVIDE_IS_SAFE_##ot(y->rm)) {                                 \
            SAVE_PC;                                                       \
            slow_binary(vm, f, (Instr){OP_MOD, pc->a, pc->b, pc->c});      \
            NEXT;                                                          \
        }                                                                  \
        RESULT(REMAINDER_##ot((ct)x->lm, (ct)y->rm), ot, om);              \
    }
#define PAIR(...) FORM(RR, __VA_ARGS__)
    QUICK_PAIRS(PAIR)
#undef PAIR
#define PAIR(...) FORM(RK, __VA_ARGS__)
    QUICK_PAIRS(PAIR)
#undef PAIR
#define PAIR(...) FORM(KR, __VA_ARGS__)
    QUICK_PAIRS(PAIR)
#undef PAIR

L_JUMP: {
    Instr *to = code + instr_place(*pc);
    if (to <= pc) {
        BACK_EDGE;
        WARM(pc);
    }
    pc = to;
    goto *labels[pc->op];
}
L_JUMP_IF: L_JUMP_UNLESS: {
    const Val *v = RK(pc->a);
    bool truth;
    if (v->tag == T_BYTE && !(f->code->options & OPT_LOGICAL_PREDICATE)) {
        truth = v->b & 1;
    } else {
        SAVE_PC;
        truth = slow_truth(vm, f, pc->a, false);
    }
    if (truth == (pc->op == OP_JUMP_UNLESS)) NEXT;
    goto L_JUMP;
}
L_JUMP_IF_NZ: L_JUMP_UNLESS_NZ: {
    const Val *v = RK(pc->a);
    bool truth;
    if (v->tag == T_BYTE) {
        truth = v->b;
    } else if (v->tag == T_INT) {
        truth = v->i;
    } else {
        SAVE_PC;
        truth = slow_truth(vm, f, pc->a, true);
    }
    if (truth == (pc->op == OP_JUMP_UNLESS_NZ)) NEXT;
    goto L_JUMP;
}

L_FOR_PREP: {
    SAVE_PC;
    bool enter = slow_for_prep(vm, f, *pc);
    ++pc;
    if (enter) NEXT;
    pc = code + instr_place(*pc);
    goto *labels[pc->op];
}
#define FOR_AGAIN(again)                    \
    ++pc;                                   \
    if (!(again)) NEXT;                     \
    BACK_EDGE;                              \
    WARM(pc - 1);                           \
    pc = code + instr_place(*pc);           \
    goto *labels[pc->op]
L_FOR_NEXT: {
    Val *var = val_deref(&R[pc->a]);
    const Val *limit = &R[pc->b], *step = limit + 1;
    bool again;
    if (var->tag == T_LONG && limit->tag == T_LONG && step->tag == T_LONG) {
        int64_t next = (int64_t)var->l + step->l;
        var->l = (int32_t)next;
        again = step->l >= 0 ? next <= limit->l : next >= limit->l;
        if (step->l > 0 && pc->op == OP_FOR_NEXT) pc->op = Q_FOR_LONG;
    } else if (var->tag == T_INT && limit->tag == T_INT && step->tag == T_INT) {
        int next = var->i + step->i;
        var->i = (int16_t)next;
        again = step->i >= 0 ? next <= limit->i : next >= limit->i;
    } else {
        SAVE_PC;
        again = slow_for_next(vm, f, *pc);
    }
    FOR_AGAIN(again);
}
// A limit of type LONG has a step of type LONG.
L_FOR_LONG: {
    Val *var = &R[pc->a];
    const Val *limit = &R[pc->b], *step = limit + 1;
    if (__builtin_expect(var->tag != T_LONG, 0)) var = val_deref(var);
    if (__builtin_expect(var->tag != T_LONG || limit->tag != T_LONG || step->l <= 0, 0)) {
        pc->op = OP_FOR_NEXT;
        goto L_FOR_NEXT;
    }
    int64_t next = (int64_t)var->l + step->l;
    var->l = (int32_t)next;
    FOR_AGAIN(next <= limit->l);
}
// The jump back of a loop that is machine code. What the code declines, the instruction does that was here.
L_LOOP: {
    uint32_t at = (uint32_t)(pc - code);
    uint16_t op;
    SAVE_PC;
    if (jit_enter(vm, f, &at, &op)) {
        pc = code + at;
        goto *labels[pc->op];
    }
    if (op == OP_FOR_NEXT) goto L_FOR_NEXT;
    if (op == OP_JUMP) goto L_JUMP;
    bool truth = slow_truth(vm, f, pc->a, op >= OP_JUMP_IF_NZ);
    if (truth == (op == OP_JUMP_UNLESS || op == OP_JUMP_UNLESS_NZ)) NEXT;
    goto L_JUMP;
}
L_EACH_PREP: {
    SAVE_PC;
    slow_each_prep(vm, f, *pc);
    NEXT;
}
L_EACH_NEXT: {
    SAVE_PC;
    BACK_EDGE;
    bool more = slow_each_next(vm, f, *pc);
    ++pc;
    if (more) NEXT;
    pc = code + instr_place(*pc);
    goto *labels[pc->op];
}

L_INDEX1: {
    const Val *base = RK(pc->b), *sub = RK(pc->c);
    if (base->flags & VF_ARR && (pc->b < nvars || (pc->b < K_BASE && R[pc->b].type == T_REF))) {
        int64_t i = sub->tag == T_LONG ? sub->l : sub->tag == T_INT ? sub->i : sub->tag == T_BYTE ? sub->b : -1;
        const Arr *a = base->a;
        if (i >= 0 && i < a->n) {
            Val *to = DST(pc->a);
            switch (a->type) {
            case T_BYTE: put_scalar(to, val_byte(((const uint8_t *)a->data)[i])); NEXT;
            case T_INT: put_scalar(to, val_int(((const int16_t *)a->data)[i])); NEXT;
            case T_LONG: put_scalar(to, val_long(((const int32_t *)a->data)[i])); NEXT;
            case T_FLOAT: put_scalar(to, val_float(((const float *)a->data)[i])); NEXT;
            case T_DOUBLE: put_scalar(to, val_double(((const double *)a->data)[i])); NEXT;
            default: break;
            }
        }
    }
    SAVE_PC;
    if (slow_index1(vm, f, *pc)) DETOUR;
    NEXT;
}
L_STORE1: {
    const Val *base = val_deref(&R[pc->a]), *sub = RK(pc->b), *v = RK(pc->c);
    if (base->tag == (v->tag | (VF_ARR | VF_CELL) << 8) && base->a->refs == 1) {
        int64_t i = sub->tag == T_LONG ? sub->l : sub->tag == T_INT ? sub->i : sub->tag == T_BYTE ? sub->b : -1;
        const Arr *a = base->a;
        if (i >= 0 && i < a->n) {
            switch (v->tag) {
            case T_BYTE: ((uint8_t *)a->data)[i] = v->b; NEXT;
            case T_INT: ((int16_t *)a->data)[i] = v->i; NEXT;
            case T_LONG: ((int32_t *)a->data)[i] = v->l; NEXT;
            case T_FLOAT: ((float *)a->data)[i] = v->f; NEXT;
            case T_DOUBLE: ((double *)a->data)[i] = v->d; NEXT;
            default: break;
            }
        }
    }
    SAVE_PC;
    slow_store1(vm, f, *pc);
    NEXT;
}
L_PATH_GET: {
    SAVE_PC;
    if (slow_path_get(vm, f, *pc)) DETOUR;
    NEXT;
}
L_PATH_SET: {
    SAVE_PC;
    slow_path_set(vm, f, *pc);
    NEXT;
}
L_SET_REF: {
    SAVE_PC;
    slow_set_ref(vm, f, *pc);
    NEXT;
}
L_SYSVAR: {
    SAVE_PC;
    slow_sysvar(vm, f, *pc);
    NEXT;
}
L_SYSVAR_DONE: {
    SAVE_PC;
    slow_sysvar_done(vm, f, *pc);
    NEXT;
}
L_DEREF: {
    const Val *pointer = RK(pc->b);
    if (pointer->type == T_PTR && !(pointer->flags & VF_ARR) && pointer->h && !pointer->h->freed) {
        put_scalar(&R[pc->a], (Val){.type = T_REF, .ref = &pointer->h->v});
        NEXT;
    }
    SAVE_PC;
    slow_deref(vm, f, *pc);
    NEXT;
}
L_REF: {
    Val *cell = val_deref(&R[pc->b]);
    put_scalar(&R[pc->a], (Val){.type = T_REF, .ref = cell});
    NEXT;
}
L_CONCAT: {
    SAVE_PC;
    int done = grow_array_quickly(f, pc);
    if (!done) slow_concat(vm, f, *pc, pc[1]);
    pc += done ? done : 2;
    goto *labels[pc->op];
}
L_SEQUENCE: {
    SAVE_PC;
    slow_sequence(vm, f, *pc);
    NEXT;
}
L_STRUCT: {
    SAVE_PC;
    slow_struct(vm, f, *pc);
    NEXT;
}

L_CALL_FUN: L_CALL_PRO: {
    SAVE_PC;
    if (__builtin_expect(e->doomed.len, 0)) objects_clean_up(vm);
    CallSite *s = &f->code->call_site[pc->c];
    if (s->generation != e->generation || s->target_kind == TARGET_NONE) site_resolve(vm, s);
    if (s->target_kind == TARGET_BUILTIN) {
        int each = s->npos == 1 && !s->nkw ? ((const Routine *)s->target)->each : EACH_NONE;
        if (each) {
            Val scalar;
            if (scalar_each(each, val_deref_const(&R[pc->b]), &scalar)) {
                R[pc->b].tag = T_UNDEF;
                put_scalar(DST(pc->a), scalar);
                NEXT;
            }
            if (fuse_may(RK(pc->b))) FUSE;
        }
        Val number;
        if (call_alone(s, &R[pc->b], &number)) {
            put_scalar(DST(pc->a), number);
            NEXT;
        }
        call_builtin(vm, s, &R[pc->b], s->is_function ? DST(pc->a) : NULL);
        NEXT;
    }
    if (__builtin_expect(s->target_kind >= TARGET_OBJECT, 0)) {
        Val answer = place_called_take(vm, s, &R[pc->b]);
        val_set_take(DST(pc->a), answer);
        NEXT;
    }
    BACK_EDGE;
    uint16_t dst = s->is_function ? pc->a : NO_REG;
    if (s->is_function && ++((UserRoutine *)s->target)->code->heat > e->hot_calls) {
        Val answer;
        if (jit_call(vm, s, &R[pc->b], &answer)) {
            put_scalar(DST(pc->a), answer);
            NEXT;
        }
    }
    if (!quick_call(e, s, &R[pc->b], dst)) call_user(vm, s, &R[pc->b], dst);
    LOAD_FRAME;
    goto *labels[pc->op];
}
L_METHOD: {
    SAVE_PC;
    BACK_EDGE;
    if (e->doomed.len) objects_clean_up(vm);
    CallSite *s = &f->code->call_site[pc->c];
    Val *object = &R[pc->b];
    if (object->type == T_REF) callable_load_object(vm, s, object);
    if (!method_resolve(vm, s, object)) {
        Val answer = callable_any_method_take(vm, s, object);
        if (s->is_function) val_set_take(DST(pc->a), answer);
        else val_drop(&answer);
        val_drop(object);
        NEXT;
    }
    if (s->target_kind == TARGET_BUILTIN) {
        call_builtin(vm, s, object + 1, s->is_function ? DST(pc->a) : NULL);
        val_drop(object);
        NEXT;
    }
    call_user(vm, s, object + 1, pc->a);
    val_drop(object);
    LOAD_FRAME;
    goto *labels[pc->op];
}
L_HAS_METHOD: {
    SAVE_PC;
    slow_has_method(vm, f, *pc);
    NEXT;
}
L_INCR: {
    Val *v = val_deref(&R[pc->a]);
    int by = pc->b == OP_ADD ? 1 : -1;
    if (v->tag == T_LONG) {
        v->l = (int32_t)((uint32_t)v->l + (uint32_t)by);
        NEXT;
    }
    if (v->tag == T_INT) {
        v->i = (int16_t)(v->i + by);
        NEXT;
    }
    SAVE_PC;
    slow_incr(vm, f, *pc);
    NEXT;
}
L_PRINT: {
    SAVE_PC;
    slow_print(vm, f, *pc);
    NEXT;
}
L_COMMON: {
    SAVE_PC;
    slow_common(vm, f, *pc);
    NEXT;
}
L_ON_IOERROR: {
    f->io_pc = pc->a ? instr_place(*pc) : NO_PLACE;
    NEXT;
}
L_UNSUPPORTED: L_CASE_NONE: {
    SAVE_PC;
    slow_fail(vm, f, *pc);
}
L_BREAK: {
    SAVE_PC;
    debug_meet(vm);
    goto *labels[pc->op];
}
L_RETURN: {
    SAVE_PC;
    if (pc->a < K_BASE && quick_return(e, f, pc->b ? &R[pc->a] : NULL)) {
        LOAD_FRAME;
        NEXT;
    }
    if (!slow_return(vm, f, *pc)) return;
    LOAD_FRAME;
    NEXT;
}
L_STOP_AT_END: {
    SAVE_PC;
    if (e->doomed.len) objects_clean_up(vm);
    bool last = e->depth <= e->floor;
    frame_pop(vm);
    if (last) return;
    LOAD_FRAME;
    NEXT;
}
}
