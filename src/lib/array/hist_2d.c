// HIST_2D: pairs of numbers counted in the bins of a plane. Start reading at fn_hist_2d.
#include "kern/routines.h"
#include "lib/array/axis.h"
#include "lib/array/pieces.h"
#include "lib/format/convert.h"
#include "vm/array/convert.h"

#include <math.h>

#define HIST_2D_KEYWORDS(K, R)                                                                               \
    K(R, BIN1, "=value") K(R, BIN2, "=value") K(R, MAX1, "=value") K(R, MAX2, "=value") K(R, MIN1, "=value") \
    K(R, MIN2, "=value")
KEYWORDS(HIST_2D)

// One of the two directions. (x - low) / bin is computed as IDL's operators would: the difference in FLOAT or not, the
// quotient likewise.
typedef struct Side {
    const Val *v;
    double low, high, bin;
    bool float_difference, float_quotient;
    int64_t n;  // bins
} Side;

// The keyword's first element, and its type; `otherwise` and INT when it is not given.
static double option(Call *c, int slot, double otherwise, TypeCode *t)
{
    const Val *v = call_kw(c, slot);
    *t = T_INT;
    if (!v) return otherwise;
    axis_need_numeric(c, v, 0);
    *t = (TypeCode)v->type;
    return *(const double *)val_data_peek(call_convert(c, v, T_DOUBLE));
}

static double quotient(const Side *s, double x)
{
    double difference = s->float_difference ? (double)((float)x - (float)s->low) : x - s->low;
    return s->float_quotient ? (double)((float)difference / (float)s->bin) : difference / s->bin;
}

static void read_side(Call *c, Side *s, int arg, int bin, int max, int min)
{
    TypeCode of_bin, of_max, of_min;
    double low = 0, high = -1;
    s->v = call_arg(c, arg);
    axis_need_numeric(c, s->v, arg);
    if (type_is_complex(s->v->type)) {
        throw_msg(c, E_TYPE, "Complex expression not allowed in this context: %s.", call_arg_name(c, arg));
    }
    bool limited = call_kw(c, max) && call_kw(c, min);
    if (!limited && !pieces_range(c, s->v, false, &low, &high)) {
        throw_msg(c, E_VALUE, "Array has no finite elements: %s.", call_arg_name(c, arg));
    }
    s->low = option(c, min, low < 0 ? low : 0, &of_min);
    s->high = option(c, max, high, &of_max);
    s->bin = option(c, bin, 1, &of_bin);
    TypeCode difference = type_promote((TypeCode)s->v->type, of_min), ratio = type_promote(difference, of_bin);
    s->float_difference = difference == T_FLOAT;
    s->float_quotient = ratio == T_FLOAT;
}

static void count_bins(Call *c, Side *s)
{
    enum { BINS_MAX = 1 << 30 };
    if (!(s->high >= s->low)) throw_msg(c, E_VALUE, "A maximum is less than its minimum.");
    if (!(s->bin > 0)) throw_msg(c, E_VALUE, "A bin must be wider than 0.");
    double bins = s->float_quotient ? (double)((float)quotient(s, s->high) + 1) : quotient(s, s->high) + 1;
    if (!(bins < BINS_MAX)) throw_msg(c, E_VALUE, "Illegal binsize or max/min: too many bins.");
    s->n = (int64_t)bins;
}

// The bins of a piece; negative outside.
static void find_bins(const Side *s, int64_t at, int64_t m, int32_t *bin)
{
    double room[PIECE];
    const double *p = pieces_doubles(s->v, at, m, room);
    const Side k = *s;
    if (k.bin == 1 && !k.float_difference && !k.float_quotient) {
        kern_routines()->unit_bins(bin, p, (size_t)m, k.low, k.high);
    } else {
        for (int64_t i = 0; i < m; i++) bin[i] = p[i] >= k.low && p[i] <= k.high ? (int32_t)quotient(&k, p[i]) : -1;
    }
}

static void count_pairs(Call *c, const Side *x, const Side *y, int32_t *times)
{
    int32_t column[PIECE], row[PIECE];
    int64_t n = val_count(x->v) < val_count(y->v) ? val_count(x->v) : val_count(y->v);
    for (int64_t at = 0; at < n; at += PIECE) {
        int64_t m = n - at < PIECE ? n - at : PIECE;
        find_bins(x, at, m, column);
        find_bins(y, at, m, row);
        for (int64_t i = 0; i < m; i++) {
            if ((column[i] | row[i]) >= 0 && column[i] < x->n && row[i] < y->n) times[row[i] * x->n + column[i]]++;
        }
        if (!(at & 0xFFFFF)) call_poll(c);
    }
}

// HIST_2D(V1, V2 [, BIN1=] [, BIN2=] [, MAX1=] [, MAX2=] [, MIN1=] [, MIN2=]): how many pairs of elements fall into each bin,
// LONG, V1 along the columns. From 0, or the least element where that is negative. What the longer array has more is not
// counted. Manual: HIST_2D.
static void fn_hist_2d(Call *c)
{
    Side x, y;
    call_hush_math(c);
    read_side(c, &x, 0, KW_HIST_2D_BIN1, KW_HIST_2D_MAX1, KW_HIST_2D_MIN1);
    read_side(c, &y, 1, KW_HIST_2D_BIN2, KW_HIST_2D_MAX2, KW_HIST_2D_MIN2);
    count_bins(c, &x);
    count_bins(c, &y);
    Arr *plane = arr_new(T_LONG, 2, (int64_t[]){x.n, y.n}, true);  // two dimensions, also where one of them is 1
    if (!plane) throw_no_memory(c);
    Val *cell = call_keep_take(c, val_arr_take(plane));
    count_pairs(c, &x, &y, cell->a->data);
    call_return_take(c, val_take(cell));
}

static const Routine rows[] = {
    {"HIST_2D", FUNCTION, {2, 2}, fn_hist_2d, "V1, V2", KEYS(HIST_2D)},
};
ROUTINE_TABLE(lib_hist_2d, rows)
