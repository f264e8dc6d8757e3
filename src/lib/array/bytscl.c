// BYTSCL: numbers as bytes. Start reading at fn_bytscl.
#include "kern/routines.h"
#include "lib/array/axis.h"
#include "lib/array/pieces.h"
#include "lib/format/convert.h"
#include "vm/array/threads.h"
#include "vm/call/sharing.h"

#include <math.h>

#define BYTSCL_KEYWORDS(K, R) K(R, MAX, "=value") K(R, MIN, "=value") K(R, NAN, FLAG) K(R, TOP, "=value")
KEYWORDS(BYTSCL)

static double limit(Call *c, int argument, int slot, double otherwise)
{
    return c->argc > argument ? call_double(c, argument) : call_kw_double(c, slot, otherwise);
}

typedef struct Scaling {
    const Val *v;
    const ByteScale *s;
    uint8_t *out;
    int64_t n, chunk;
} Scaling;

static void scale_item(void *arg, size_t i)
{
    const Scaling *k = arg;
    double room[PIECE];
    int64_t at = (int64_t)i * k->chunk, end = k->n - at < k->chunk ? k->n : at + k->chunk;
    for (; at < end; at += PIECE) {
        int64_t m = end - at < PIECE ? end - at : PIECE;
        kern_routines()->scale_bytes(k->out + at, pieces_doubles(k->v, at, m, room), (size_t)m, k->s);
    }
}

static void scale_all(Call *c, const Val *v, const ByteScale *s, uint8_t *out)
{
    Scaling k = {.v = v, .s = s, .out = out, .n = val_count(v)};
    int threads = call_threads(c, k.n, 0.35);
    k.chunk = threads_chunk(k.n, threads, PIECE);
    call_run(c, threads, (size_t)((k.n + k.chunk - 1) / k.chunk), scale_item, &k);
}

// Bytes by a table of the 256 there are.
static void scale_bytes(const Val *v, const ByteScale *s, uint8_t *out)
{
    double value[256];
    uint8_t result[256];
    const uint8_t *p = val_data_peek(v);
    for (int i = 0; i < 256; i++) value[i] = i;
    kern_routines()->scale_bytes(result, value, 256, s);
    for (int64_t i = 0, n = val_count(v); i < n; i++) out[i] = result[p[i]];
}

// BYTSCL(Array [, Min, Max, Top] [, MAX=] [, MIN=] [, /NAN] [, TOP=]): values from MIN to MAX as bytes from 0 to TOP (255).
// Manual: BYTSCL, with its formulas for integers and for reals.
static void fn_bytscl(Call *c)
{
    void *out;
    const Val *v = call_arg(c, 0);
    if (v->type != T_STRING) axis_need_numeric(c, v, 0);
    bool whole = type_is_integer(v->type);
    call_hush_math(c);
    if (v->type == T_STRING) v = call_convert(c, v, T_DOUBLE);
    double low = NAN, high = NAN;
    pieces_range(c, v, call_kw_set(c, KW_BYTSCL_NAN), &low, &high);
    low = limit(c, 1, KW_BYTSCL_MIN, low);
    high = limit(c, 2, KW_BYTSCL_MAX, high);
    double top = fmin(fmax(limit(c, 3, KW_BYTSCL_TOP, 255), 0), 255);
    ByteScale s = {.low = low, .high = high, .factor = whole ? top + 1 : top + 0.9999, .less = whole ? 1 : 0,
                   .range = high - low, .top = top};
    Val *cell = convert_unset_like(c, v, T_BYTE, &out);
    if (v->type == T_BYTE) scale_bytes(v, &s, out);
    else scale_all(c, v, &s, out);
    call_return_take(c, val_take(cell));
}

static const Routine rows[] = {
    {"BYTSCL", FUNCTION, {1, 4}, fn_bytscl, "Array [, Min [, Max [, Top]]]", KEYS(BYTSCL), .pooled = true},
};
ROUTINE_TABLE(lib_bytscl, rows)
