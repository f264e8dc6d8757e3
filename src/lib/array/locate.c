// Searching a monotonic vector, and VALUE_LOCATE. The bucket of a number is a rising function of it, computed in the same way
// for knots and for what is sought: only the knots of the same bucket need comparing. Start reading at locate_piece.
#include "lib/array/locate.h"

#include "core/str.h"
#include "lib/array/axis.h"
#include "lib/array/pieces.h"
#include "lib/format/convert.h"

#include <fenv.h>
#include <math.h>

static bool lies_before(const Locator *k, double x, double knot) { return k->takes_equal ? x <= knot : x < knot; }

// As kern's loop does it.
static int64_t bucket_of(const KernBuckets *k, double y)
{
    double b = (y - k->low) * k->scale, top = k->buckets - 1;
    return (int32_t)(b < top ? (b > 0 ? b : 0) : top);
}

// Of the knots from low to high - 1: the first that x lies before, else high.
static int64_t first_past(const Locator *k, double x, int64_t low, int64_t high)
{
    while (low < high) {
        int64_t mid = low + (high - low) / 2;
        if (lies_before(k, x, k->knot[mid])) high = mid;
        else low = mid + 1;
    }
    return low;
}

// Four times as many buckets as knots: most hold none or one.
static void make_buckets(Call *c, Locator *k)
{
    double first = k->knot[0], last = k->knot[k->n - 1];
    if (!(last > first)) return;
    KernBuckets b = {.knot = k->knot, .knots = (int32_t)k->n, .buckets = (int32_t)(4 * k->n), .takes_equal = k->takes_equal,
                     .low = first, .scale = (double)(4 * k->n) / (last - first), .sign = k->sign};
    if (!(b.scale > 0) || !isfinite(b.scale) || !isfinite(first) || !isfinite(last)) return;
    int32_t *start = call_alloc(c, (size_t)(b.buckets + 1) * sizeof *start);
    for (int64_t i = 0; i < k->n; i++) {
        int32_t held = ++start[bucket_of(&b, k->knot[i]) + 1];
        if (held > b.deepest) b.deepest = held;
    }
    for (int32_t i = 0; i < b.buckets; i++) start[i + 1] += start[i];
    b.start = start;
    k->buckets = b;
}

Locator locate_prepare(Call *c, const double *knot, int64_t n, int64_t queries, LocateFalling falling)
{
    enum { LONGEST = INT32_MAX / 8 };
    Locator k = {.knot = knot, .n = n, .sign = 1};
    if (n > 1 && !(knot[n - 1] >= knot[0])) {
        double *negated = call_scratch(c, (size_t)n * sizeof *negated);
        for (int64_t i = 0; i < n; i++) negated[i] = -knot[i];
        k.knot = negated;
        k.sign = -1;
        k.takes_equal = falling == LOCATE_EQUAL_BEFORE;
    }
    if (n > 1 && n < LONGEST && queries > n / 4) make_buckets(c, &k);
    return k;
}

static void locate_each(const Locator *k, const double *x, int64_t m, int64_t *at)
{
    const KernBuckets *b = &k->buckets;
    for (int64_t i = 0; i < m; i++) {
        double y = k->sign * x[i];
        int64_t bucket = b->start ? bucket_of(b, y) : 0;
        at[i] = (b->start ? first_past(k, y, b->start[bucket], b->start[bucket + 1]) : first_past(k, y, 0, k->n)) - 1;
    }
}

void locate_piece(const Locator *k, const double *x, int64_t m, int64_t *at)
{
    enum { SHALLOW = 4, ALL = FE_DIVBYZERO | FE_UNDERFLOW | FE_OVERFLOW | FE_INVALID };
    const KernBuckets *b = &k->buckets;
    int before = fetestexcept(ALL);
    if (b->start && b->deepest <= SHALLOW && m <= LOCATE_PIECE) kern_routines()->locate(at, x, (size_t)m, b);
    else locate_each(k, x, m, at);
    int raised = fetestexcept(ALL) & ~before;  // a place far away, or none, is no error
    if (raised) feclearexcept(raised);
}

// --- VALUE_LOCATE ---------------------------------------------------------------------------------------------------

#define VALUE_LOCATE_KEYWORDS(K, R) K(R, L64, FLAG)
KEYWORDS(VALUE_LOCATE)

// Of strings, by their bytes. A falling vector has equal ones before the place, as numbers do.
static int64_t locate_text(const StrSlot *knot, int64_t n, bool falls, const Str *x)
{
    int64_t low = 0, high = n;
    while (low < high) {
        int64_t mid = low + (high - low) / 2;
        int order = str_cmp(x, knot[mid].p);
        if (falls ? order >= 0 : order < 0) high = mid;
        else low = mid + 1;
    }
    return low - 1;
}

static void locate_texts(Call *c, const Val *v, const Val *x)
{
    void *out;
    x = call_convert(c, x, T_STRING);
    StrSlot one[2] = {{.p = v->s}, {.p = x->s}};
    const StrSlot *knot = val_is_array(v) ? v->a->data : one, *p = val_is_array(x) ? x->a->data : one + 1;
    int64_t n = val_count(v), m = val_count(x);
    bool wide = call_kw_int(c, KW_VALUE_LOCATE_L64, 0) != 0 || n > INT32_MAX, falls = str_cmp(knot[n - 1].p, knot[0].p) < 0;
    Val *cell = convert_unset_like(c, x, wide ? T_LONG64 : T_LONG, &out);
    for (int64_t i = 0; i < m; i++) {
        int64_t at = locate_text(knot, n, falls, p[i].p);
        if (wide) ((int64_t *)out)[i] = at;
        else ((int32_t *)out)[i] = (int32_t)at;
        if (!(i & 0xFFFF)) call_poll(c);
    }
    call_return_take(c, val_take(cell));
}

// VALUE_LOCATE(Vector, Value [, /L64]): the interval of a monotonic vector each value lies in. Of a vector of strings,
// values are strings, too. Manual: VALUE_LOCATE.
static void fn_value_locate(Call *c)
{
    void *out;
    const Val *v = call_arg(c, 0), *x = call_arg(c, 1);
    if (v->type == T_STRING) {
        locate_texts(c, v, x);
        return;
    }
    axis_need_numeric(c, v, 0);
    if (x->type == T_STRING) x = call_convert(c, x, T_DOUBLE);
    axis_need_numeric(c, x, 1);
    int64_t n = val_count(v), m = val_count(x), at[PIECE];
    double room[PIECE];
    Locator k = locate_prepare(c, val_data_peek(call_convert(c, v, T_DOUBLE)), n, m, LOCATE_EQUAL_BEFORE);
    bool wide = call_kw_int(c, KW_VALUE_LOCATE_L64, 0) != 0 || n > INT32_MAX;  // 0.2 is 0: gdl#2211
    Val *cell = convert_unset_like(c, x, wide ? T_LONG64 : T_LONG, &out);
    for (int64_t done = 0; done < m; done += PIECE) {
        int64_t part = m - done < PIECE ? m - done : PIECE;
        locate_piece(&k, pieces_doubles(x, done, part, room), part, at);
        for (int64_t i = 0; i < part; i++) {
            if (wide) ((int64_t *)out)[done + i] = at[i];
            else ((int32_t *)out)[done + i] = (int32_t)at[i];
        }
        if (!(done & 0xFFFF)) call_poll(c);
    }
    call_return_take(c, val_take(cell));
}

static const Routine rows[] = {
    {"VALUE_LOCATE", FUNCTION, {2, 2}, fn_value_locate, "Vector, Value", KEYS(VALUE_LOCATE)},
};
ROUTINE_TABLE(lib_locate, rows)
