// Parts and forms of numbers: ABS, FLOOR, CEIL, ROUND, FINITE, SIGNUM, ISHFT, IMAGINARY, REAL_PART, CONJ. Start at the
// rows; each routine is a few lines.
#include "kern/kern.h"
#include "lib/array/axis.h"
#include "lib/format/convert.h"
#include "vm/array/convert.h"
#include "vm/array/operate.h"

#include <math.h>

// Argument i as numbers: text becomes FLOAT.
static const Val *number(Call *c, int i)
{
    const Val *v = call_arg(c, i);
    if (v->type == T_STRING) return call_convert(c, v, T_FLOAT);
    axis_need_numeric(c, v, i);
    return v;
}

// ABS(X): magnitude, in X's type; of complex numbers FLOAT or DOUBLE. Manual: ABS.
static void fn_abs(Call *c)
{
    unsigned math = 0;
    Val *out = call_keep_take(c, VAL_UNDEF);
    TRY(c, operate_unary(KUOP_ABS, number(c, 0), false, out, &math));
    call_return_take(c, val_take(out));
}

// --- Rounding -------------------------------------------------------------------------------------------------------

#define ROUND_KEYWORDS(K, R) K(R, L64, FLAG)
KEYWORDS(ROUND)

// Integers stay as they are; anything else becomes LONG, or LONG64 with /L64.
static void to_whole(Call *c, double (*rounded)(double))
{
    void *out;
    const Val *v = number(c, 0);
    if (type_is_integer(v->type)) {
        call_return_take(c, val_copy(v));
        return;
    }
    enum { CHUNK = 2048 };
    double room[CHUNK];
    TypeCode t = call_kw_set(c, KW_ROUND_L64) ? T_LONG64 : T_LONG;
    Val *cell = convert_new_like(c, v, t, &out);
    KernUnary widen = kern_convert(T_DOUBLE, v->type), narrow = kern_convert(t, T_DOUBLE);
    const char *p = val_data_peek(v);
    for (int64_t at = 0, n = val_count(v); at < n; at += CHUNK) {
        int64_t m = n - at < CHUNK ? n - at : CHUNK;
        widen(room, p + (size_t)at * type_size(v->type), (size_t)m);
        for (int64_t i = 0; i < m; i++) room[i] = rounded(room[i]);
        narrow((char *)out + (size_t)at * type_size(t), room, (size_t)m);
        if (!(at & 0xFFFFF)) call_poll(c);
    }
    call_return_take(c, val_take(cell));
}

// FLOOR, CEIL, ROUND(X [, /L64]): the whole number below, above, nearest (halves away from zero). Manual: each.
static void fn_floor(Call *c) { to_whole(c, floor); }
static void fn_ceil(Call *c) { to_whole(c, ceil); }
static void fn_round(Call *c) { to_whole(c, round); }

// Of one number: its whole part toward zero, and what remains; false: it is not a real number below 2^31.
static bool whole_part(const Val *v, int32_t *whole, double *rest)
{
    double x = v->tag == T_FLOAT ? v->f : v->tag == T_DOUBLE ? v->d : NAN;
    if (!(fabs(x) < INT32_MAX)) return false;
    *whole = (int32_t)x;
    *rest = x - *whole;
    return true;
}

static bool is_whole(const Val *v, Val *out)
{
    bool is = v->tag < T_COUNT && type_is_integer(v->type);
    if (is) *out = *v;
    return is;
}

// What is added to the whole part, by what remains.
static int to_floor(double rest) { return -(rest < 0); }
static int to_ceil(double rest) { return rest > 0; }
static int to_nearest(double rest) { return (rest >= 0.5) - (rest <= -0.5); }

static inline bool rounded_alone(const Val *v, const Val *b, Val *out, int (*more)(double rest))
{
    double rest;
    int32_t n;
    if (b || is_whole(v, out)) return !b;
    if (!whole_part(v, &n, &rest)) return false;
    *out = val_long(n + more(rest));
    return true;
}

static bool floor_alone(const Val *v, const Val *b, Val *out) { return rounded_alone(v, b, out, to_floor); }
static bool ceil_alone(const Val *v, const Val *b, Val *out) { return rounded_alone(v, b, out, to_ceil); }
static bool round_alone(const Val *v, const Val *b, Val *out) { return rounded_alone(v, b, out, to_nearest); }

// --- FINITE ---------------------------------------------------------------------------------------------------------

#define FINITE_KEYWORDS(K, R) K(R, INFINITY, FLAG) K(R, NAN, FLAG) K(R, SIGN, "=value")
KEYWORDS(FINITE)

typedef struct Wanted {
    bool nan, infinity;
    int sign;  // 0: either
} Wanted;

static bool is_wanted(double x, const Wanted *w)
{
    if (!w->nan && !w->infinity) return isfinite(x);
    if (!((w->nan && isnan(x)) || (w->infinity && isinf(x)))) return false;
    return !w->sign || (w->sign < 0) == !!signbit(x);
}

// FINITE(X [, /INFINITY] [, /NAN] [, SIGN=value]): 1 where X is finite, or is infinite, or is NaN. Manual: FINITE.
static void fn_finite(Call *c)
{
    void *out;
    const Val *v = number(c, 0);
    int64_t sign = call_kw_int(c, KW_FINITE_SIGN, 0), n = val_count(v);
    Wanted w = {call_kw_set(c, KW_FINITE_NAN), call_kw_set(c, KW_FINITE_INFINITY), (sign > 0) - (sign < 0)};
    Val *cell = convert_new_like(c, v, T_BYTE, &out);
    uint8_t *is = out;
    const void *p = val_data_peek(v);
    bool every = !w.nan && !w.infinity;  // of a complex number both parts must be finite, but one NaN is enough
    for (int64_t i = 0; i < n; i++) {
        Dcx z = {0, 0};
        if (v->type == T_FLOAT) z.re = ((const float *)p)[i];
        else if (v->type == T_DOUBLE) z.re = ((const double *)p)[i];
        else if (v->type == T_COMPLEX) z = (Dcx){((const Cx *)p)[i].re, ((const Cx *)p)[i].im};
        else if (v->type == T_DCOMPLEX) z = ((const Dcx *)p)[i];
        bool re = is_wanted(z.re, &w), im = is_wanted(z.im, &w);
        is[i] = every ? re && im : re || im;
        if (!(i & 0xFFFFF)) call_poll(c);
    }
    call_return_take(c, val_take(cell));
}

static bool finite_alone(const Val *v, const Val *b, Val *out)
{
    if (b || v->tag >= T_COUNT) return false;
    if (type_is_integer(v->type)) *out = val_byte(1);
    else if (v->tag == T_FLOAT) *out = val_byte(!!isfinite(v->f));
    else if (v->tag == T_DOUBLE) *out = val_byte(!!isfinite(v->d));
    else return false;
    return true;
}

// --- SIGNUM, ISHFT --------------------------------------------------------------------------------------------------

// SIGNUM(X): -1, 0 or 1 in X's type; of a complex number z/|z|. Manual: SIGNUM.
static void fn_signum(Call *c)
{
    const Val *v = number(c, 0);
    unsigned math = 0;
    Val *zero = call_keep_take(c, val_int(0)), *below = call_keep_take(c, VAL_UNDEF);
    Val *above = call_keep_take(c, VAL_UNDEF), *out = call_keep_take(c, VAL_UNDEF);
    if (type_is_complex(v->type)) {
        TRY(c, operate_unary(KUOP_ABS, v, false, above, &math));
        TRY(c, operate_binary(KOP_EQ, above, false, zero, false, below, &math));
        Val *size = call_keep_take(c, VAL_UNDEF);
        TRY(c, operate_binary(KOP_ADD, above, false, below, false, size, &math));  // no division by zero
        TRY(c, operate_binary(KOP_DIV, v, false, size, false, out, &math));
    } else {
        TRY(c, operate_binary(KOP_GT, v, false, zero, false, above, &math));
        TRY(c, operate_binary(KOP_LT, v, false, zero, false, below, &math));
        TRY(c, val_convert_mut(above, v->type));
        TRY(c, val_convert_mut(below, v->type));
        TRY(c, operate_binary(KOP_SUB, above, false, below, false, out, &math));
    }
    call_return_take(c, val_take(out));
}

static bool signum_alone(const Val *v, const Val *b, Val *out)
{
    if (b) return false;
    switch (v->tag) {
    case T_BYTE: *out = val_byte(v->b > 0); return true;
    case T_INT: *out = val_int((v->i > 0) - (v->i < 0)); return true;
    case T_LONG: *out = val_long((v->l > 0) - (v->l < 0)); return true;
    case T_FLOAT: *out = val_float((float)((v->f > 0) - (v->f < 0))); return true;
    case T_DOUBLE: *out = val_double((v->d > 0) - (v->d < 0)); return true;
    default: return false;
    }
}

static uint64_t shifted(uint64_t x, int64_t by, int bits)
{
    if (by >= bits || by <= -bits) return 0;
    return by >= 0 ? x << by : x >> -by;
}

// ISHFT(P1, P2): the bits of P1 moved left by P2, or right where P2 is negative, zeros coming in. Manual: ISHFT.
static void fn_ishft(Call *c)
{
    void *out;
    const Val *v = call_arg(c, 0), *by = call_arg(c, 1);
    if (!type_is_integer(v->type)) throw_msg(c, E_TYPE, "Operand must be integer: %s.", call_arg_name(c, 0));
    axis_need_numeric(c, by, 1);
    const Val *shape = !val_is_array(v) || (val_is_array(by) && by->a->n < v->a->n) ? by : v;
    const void *p = val_data_peek(v);
    const int64_t *b = val_data_peek(call_convert(c, by, T_LONG64));
    int64_t n = val_count(shape), sv = val_is_array(v), sb = val_is_array(by);
    Val *cell = convert_new_like(c, shape, v->type, &out);
    for (int64_t i = 0; i < n; i++) {
        switch (type_size(v->type)) {
        case 1: ((uint8_t *)out)[i] = (uint8_t)shifted(((const uint8_t *)p)[i * sv], b[i * sb], 8); break;
        case 2: ((uint16_t *)out)[i] = (uint16_t)shifted(((const uint16_t *)p)[i * sv], b[i * sb], 16); break;
        case 4: ((uint32_t *)out)[i] = (uint32_t)shifted(((const uint32_t *)p)[i * sv], b[i * sb], 32); break;
        default: ((uint64_t *)out)[i] = shifted(((const uint64_t *)p)[i * sv], b[i * sb], 64); break;
        }
        if (!(i & 0xFFFFF)) call_poll(c);
    }
    call_return_take(c, val_take(cell));
}

static bool ishft_alone(const Val *v, const Val *by, Val *out)
{
    bool is_whole = by && v->tag < T_COUNT && by->tag < T_COUNT && type_is_integer(v->type) && type_is_integer(by->type);
    if (!is_whole || by->tag == T_ULONG64) return false;
    int64_t n = val_whole(by);
    Val r = {.tag = v->tag};
    switch (type_size(v->type)) {
    case 1: r.b = (uint8_t)shifted(v->b, n, 8); break;
    case 2: r.ui = (uint16_t)shifted(v->ui, n, 16); break;
    case 4: r.ul = (uint32_t)shifted(v->ul, n, 32); break;
    default: r.ull = shifted(v->ull, n, 64); break;
    }
    *out = r;
    return true;
}

// --- Complex numbers ------------------------------------------------------------------------------------------------

static bool is_wide(const Val *v) { return v->type == T_DOUBLE || v->type == T_DCOMPLEX; }

// IMAGINARY(Z): the imaginary part, FLOAT or DOUBLE. Manual: IMAGINARY.
static void fn_imaginary(Call *c)
{
    void *out;
    const Val *v = number(c, 0);
    Val *cell = convert_new_like(c, v, is_wide(v) ? T_DOUBLE : T_FLOAT, &out);
    const void *p = val_data_peek(v);
    for (int64_t i = 0, n = val_count(v); i < n; i++) {
        if (v->type == T_COMPLEX) ((float *)out)[i] = ((const Cx *)p)[i].im;
        else if (v->type == T_DCOMPLEX) ((double *)out)[i] = ((const Dcx *)p)[i].im;
    }
    call_return_take(c, val_take(cell));
}

// REAL_PART(Z): the real part, FLOAT or DOUBLE. Manual: REAL_PART.
static void fn_real_part(Call *c)
{
    const Val *v = number(c, 0);
    call_return_take(c, val_copy(call_convert(c, v, is_wide(v) ? T_DOUBLE : T_FLOAT)));
}

// CONJ(X): the complex conjugate, COMPLEX or DCOMPLEX. Manual: CONJ.
static void fn_conj(Call *c)
{
    void *out;
    const Val *v = number(c, 0);
    TypeCode t = is_wide(v) ? T_DCOMPLEX : T_COMPLEX;
    const void *p = val_data_peek(call_convert(c, v, t));
    Val *cell = convert_new_like(c, v, t, &out);
    for (int64_t i = 0, n = val_count(v); i < n; i++) {
        if (t == T_COMPLEX) ((Cx *)out)[i] = (Cx){((const Cx *)p)[i].re, -((const Cx *)p)[i].im};
        else ((Dcx *)out)[i] = (Dcx){((const Dcx *)p)[i].re, -((const Dcx *)p)[i].im};
    }
    call_return_take(c, val_take(cell));
}

static const Routine rows[] = {
    {"ABS", FUNCTION, {1, 1}, fn_abs, "X", .each = EACH_ABS, .pooled = true},
    {"FLOOR", FUNCTION, {1, 1}, fn_floor, "X", KEYS(ROUND), .alone = floor_alone, .pooled = true},
    {"CEIL", FUNCTION, {1, 1}, fn_ceil, "X", KEYS(ROUND), .alone = ceil_alone, .pooled = true},
    {"ROUND", FUNCTION, {1, 1}, fn_round, "X", KEYS(ROUND), .alone = round_alone, .pooled = true},
    {"FINITE", FUNCTION, {1, 1}, fn_finite, "X", KEYS(FINITE), .alone = finite_alone, .pooled = true},
    {"SIGNUM", FUNCTION, {1, 1}, fn_signum, "X", .alone = signum_alone},
    {"ISHFT", FUNCTION, {2, 2}, fn_ishft, "P1, P2", .alone = ishft_alone, .pooled = true},
    {"IMAGINARY", FUNCTION, {1, 1}, fn_imaginary, "Z", .pooled = true},
    {"REAL_PART", FUNCTION, {1, 1}, fn_real_part, "Z", .pooled = true},
    {"CONJ", FUNCTION, {1, 1}, fn_conj, "X", .pooled = true},
};
ROUTINE_TABLE(lib_number, rows)
