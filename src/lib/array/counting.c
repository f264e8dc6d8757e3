// HISTOGRAM: values put into classes. Start reading at fn_histogram.
#include "kern/routines.h"
#include "lib/array/axis.h"
#include "lib/array/pieces.h"
#include "lib/format/convert.h"
#include "vm/array/convert.h"

#include <math.h>
#include <string.h>

// --- HISTOGRAM ------------------------------------------------------------------------------------------------------

#define HISTOGRAM_KEYWORDS(K, R)                                                                            \
    K(R, BINSIZE, "=value") K(R, INPUT, "=vector") K(R, L64, FLAG) K(R, LOCATIONS, OUT) K(R, MAX, "=value") \
    K(R, MIN, "=value") K(R, NAN, FLAG) K(R, NBINS, "=value") K(R, OMAX, OUT) K(R, OMIN, OUT)               \
    K(R, REVERSE_INDICES, OUT)
KEYWORDS(HISTOGRAM)

typedef struct Bins {
    const Val *v;     // the values
    const int64_t *times; // how often each occurs; NULL: once
    int64_t n, count; // values, bins
    double min, max, size;
    bool whole;       // integers: bins are exact
} Bins;

static void data_range(Call *c, const Bins *b, double *min, double *max)
{
    bool nan = call_kw_set(c, KW_HISTOGRAM_NAN);
    *min = *max = 0;
    if (!pieces_range(c, b->v, false, min, max) || (isfinite(*min) && isfinite(*max))) return;
    if (!nan) throw_msg(c, E_VALUE, "Illegal binsize or max/min: the array contains Infinity.");
    *min = *max = 0;
    pieces_range(c, b->v, true, min, max);
}

// NBINS without BINSIZE divides the range: the last bin begins at the maximum, and the maximum moves to the end of that bin, so
// that all are equally wide. A single bin takes all from MIN to MAX.
static void count_bins(Call *c, Bins *b, bool given_size)
{
    if (b->count < 1) throw_msg(c, E_VALUE, "Illegal value of keyword NBINS.");
    if (!given_size && b->count == 1) {
        b->size = INFINITY;
        return;
    }
    if (!given_size) {
        b->size = (b->max - b->min) / (double)(b->count - 1);
        if (b->whole) b->size = trunc(b->size);
        if (b->size == 0) b->size = 1;
    }
    b->max = b->min + b->size * (double)b->count;
}

// A limit for whole numbers is converted to their type first, so 300 is 44 among bytes (manual: HISTOGRAM, notes on MAX).
static double limit_of(Call *c, const Val *v, int slot, double otherwise)
{
    const Val *k = call_kw(c, slot);
    double x = call_kw_double(c, slot, otherwise);
    if (!k || !type_is_integer(v->type)) return x;
    return *(const double *)val_data_peek(call_convert(c, call_convert(c, k, (TypeCode)v->type), T_DOUBLE));
}

// MIN, MAX, BINSIZE, NBINS and the data decide: bytes go from 0 to 255.
static void choose_bins(Call *c, const Val *v, Bins *b)
{
    enum { BINS_MAX = 1 << 30 };
    double low = 0, high = 0;
    bool given_max = call_kw(c, KW_HISTOGRAM_MAX), given_nbins = call_kw_set(c, KW_HISTOGRAM_NBINS);  // 0: none
    bool given_size = call_kw(c, KW_HISTOGRAM_BINSIZE), given_min = call_kw(c, KW_HISTOGRAM_MIN);
    if (given_max && given_nbins && given_size) throw_msg(c, E_VALUE, "Conflicting keywords.");
    if (!given_max || !given_min) data_range(c, b, &low, &high);
    b->min = limit_of(c, v, KW_HISTOGRAM_MIN, v->type == T_BYTE ? 0 : low);
    b->max = limit_of(c, v, KW_HISTOGRAM_MAX, v->type == T_BYTE ? 255 : high);
    b->size = limit_of(c, v, KW_HISTOGRAM_BINSIZE, 1);
    b->count = call_kw_int(c, KW_HISTOGRAM_NBINS, 0);
    if (!(b->max >= b->min) || !isfinite(b->max - b->min)) throw_msg(c, E_VALUE, "Illegal binsize or max/min.");
    if (given_nbins) count_bins(c, b, given_size);
    if (!(b->size > 0) || (isinf(b->size) && !given_nbins)) throw_msg(c, E_VALUE, "Illegal BINSIZE.");
    double bins = given_nbins ? (double)b->count : floor((b->max - b->min) / b->size) + 1;
    if (!(bins <= BINS_MAX)) throw_msg(c, E_VALUE, "Illegal binsize or max/min: too many bins.");
    b->count = (int64_t)bins;
}

// The bin of each value: -1 outside.
static int32_t *classify(Call *c, const Bins *b)
{
    double room[PIECE];
    int32_t *bin = call_scratch(c, (size_t)b->n * sizeof *bin);
    for (int64_t at = 0; at < b->n; at += PIECE) {
        int64_t m = b->n - at < PIECE ? b->n - at : PIECE;
        const double *p = pieces_doubles(b->v, at, m, room);
        kern_routines()->bins(bin + at, p, (size_t)m, b->min, b->max, b->size, (int32_t)b->count);
        if (!(at & 0xFFFFF)) call_poll(c);
    }
    return bin;
}

// An integer vector: LONG, or LONG64 where asked for or needed.
static Val *vector_of(Call *c, const int64_t *x, int64_t n, bool wide)
{
    Val *cell = convert_new_array(c, T_LONG64, 1, &n);
    memcpy(cell->a->data, x, (size_t)n * sizeof *x);
    if (!wide) TRY(c, val_convert_mut(cell, T_LONG));
    return cell;
}

// R[0..bins]: where the list of each bin starts; then the subscripts, bin by bin.
static void give_reverse_indices(Call *c, const Bins *b, const int32_t *bin, const int64_t *count, bool wide)
{
    int64_t total = 0, *r, *next = call_alloc(c, (size_t)b->count * sizeof *next);
    for (int64_t k = 0; k < b->count; k++) total += count[k];
    r = call_alloc(c, (size_t)(b->count + 1 + total) * sizeof *r);
    r[0] = b->count + 1;
    for (int64_t k = 0; k < b->count; k++) {
        next[k] = r[k];
        r[k + 1] = r[k] + count[k];
    }
    for (int64_t i = 0; i < b->n; i++) {
        if (!(i & 0xFFFFF)) call_poll(c);
        if (bin[i] >= 0) r[next[bin[i]]++] = i;
    }
    Val *cell = vector_of(c, r, b->count + 1 + total, wide);
    call_kw_set_take(c, KW_HISTOGRAM_REVERSE_INDICES, val_take(cell));
}

static void give_number(Call *c, int slot, TypeCode t, double x)
{
    Val *cell = call_keep_take(c, val_double(x));
    TRY(c, val_convert_mut(cell, t));
    call_kw_set_take(c, slot, val_take(cell));
}

static void give_locations(Call *c, const Bins *b, TypeCode t)
{
    Val *cell = convert_new_array(c, T_DOUBLE, 1, &b->count);
    for (int64_t k = 0; k < b->count; k++) ((double *)cell->a->data)[k] = k ? b->min + (double)k * b->size : b->min;
    TRY(c, val_convert_mut(cell, t));
    call_kw_set_take(c, KW_HISTOGRAM_LOCATIONS, val_take(cell));
}

// Bytes: the different values, and how often they occur.
static void take_bytes(Call *c, Bins *b, const Val *v)
{
    const uint8_t *p = val_data_peek(v);
    int64_t n = val_count(v), *times = call_alloc(c, 4 * sizeof(int64_t[256])), k = 0;
    Arr *value = call_new_array(c, T_DOUBLE, 1, (int64_t[]){256}, true);
    int64_t at = 0;
    for (; at + 4 <= n; at += 4) {  // four tables: equal neighbours do not wait for each other
        for (int t = 0; t < 4; t++) times[256 * t + p[at + t]]++;
        if (!(at & 0xFFFFFF)) call_poll(c);
    }
    for (; at < n; at++) times[p[at]]++;
    for (int x = 0; x < 256; x++) {
        int64_t occurs = times[x] + times[256 + x] + times[512 + x] + times[768 + x];
        if (!occurs) continue;
        ((double *)value->data)[k] = x;
        times[k++] = occurs;
    }
    b->v = call_keep_take(c, val_arr_take(arr_ref(value)));
    b->times = times;
    b->n = k;
}

// HISTOGRAM(Array [, BINSIZE=] [, INPUT=] [, /L64] [, LOCATIONS=] [, MAX=] [, MIN=] [, /NAN] [, NBINS=] [, OMAX=] [, OMIN=]
// [, REVERSE_INDICES=]): how many values fall into each bin, a LONG vector. Manual: HISTOGRAM.
static void fn_histogram(Call *c)
{
    call_hush_math(c);
    const Val *v = call_arg(c, 0), *start = call_kw(c, KW_HISTOGRAM_INPUT);
    axis_need_numeric(c, v, 0);
    if (type_is_complex(v->type)) {
        throw_msg(c, E_TYPE, "Complex expression not allowed in this context: %s.", call_arg_name(c, 0));
    }
    Bins b = {.n = val_count(v), .whole = type_is_integer(v->type)};
    bool lists = call_kw_is_var(c, KW_HISTOGRAM_REVERSE_INDICES);
    if (v->type == T_BYTE && !lists) take_bytes(c, &b, v);
    else b.v = v;
    choose_bins(c, v, &b);
    int64_t *count = call_alloc(c, (size_t)b.count * sizeof *count);
    int32_t *bin = classify(c, &b);
    for (int64_t i = 0; i < b.n; i++) {
        if (bin[i] >= 0) count[bin[i]] += b.times ? b.times[i] : 1;
    }
    bool wide = call_kw_set(c, KW_HISTOGRAM_L64) || val_count(v) > INT32_MAX;
    if (lists) give_reverse_indices(c, &b, bin, count, wide);
    if (call_kw_is_var(c, KW_HISTOGRAM_LOCATIONS)) give_locations(c, &b, (TypeCode)v->type);
    give_number(c, KW_HISTOGRAM_OMIN, (TypeCode)v->type, b.min);
    give_number(c, KW_HISTOGRAM_OMAX, (TypeCode)v->type, v->type == T_BYTE ? fmin(b.max, 255) : b.max);
    if (start) {
        const int64_t *more = val_data_peek(call_convert(c, start, T_LONG64));
        for (int64_t k = 0; k < b.count && k < val_count(start); k++) {
            count[k] = (int64_t)((uint64_t)count[k] + (uint64_t)more[k]);
        }
    }
    Val *result = vector_of(c, count, b.count, wide);
    bool is_long = start && start->type == T_LONG && !wide;
    bool adds_up = is_long && call_kw_is_var(c, KW_HISTOGRAM_INPUT) && val_count(start) == b.count;
    if (adds_up) call_kw_set_take(c, KW_HISTOGRAM_INPUT, val_copy(result));  // IDL counts in INPUT itself (gdl#1303)
    call_return_take(c, val_take(result));
}

static const Routine rows[] = {
    {"HISTOGRAM", FUNCTION, {1, 1}, fn_histogram, "Array", KEYS(HISTOGRAM)},
};
ROUTINE_TABLE(lib_counting, rows)
