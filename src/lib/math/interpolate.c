// INTERPOLATE: linear and cubic interpolation at given places in the last one, two or three dimensions of an array; computed
// in DOUBLE, part by part for complex numbers. Start reading at fn_interpolate.
#include "kern/kern.h"
#include "kern/routines.h"
#include "lib/array/axis.h"
#include "lib/array/pieces.h"
#include "lib/format/convert.h"
#include "vm/array/threads.h"
#include "vm/call/sharing.h"

#include <math.h>
#include <string.h>

#define INTERPOLATE_KEYWORDS(K, R)                                                             \
    K(R, CUBIC, "=value{-1 to 0}") K(R, DOUBLE, FLAG) K(R, GRID, FLAG) K(R, MISSING, "=value")
KEYWORDS(INTERPOLATE)

enum { PLACES_MAX = 3, TAPS = 4 };

typedef struct Field {
    const double *p;
    int64_t lead;  // numbers before the dimensions that are interpolated in
    int dims;
    int64_t size[PLACES_MAX];
    bool is_cubic, has_missing;
    double cubic, missing;
} Field;

// The elements of one dimension that a place mixes, and how much of each.
typedef struct Mix {
    int n;
    int64_t at[TAPS];
    double weight[TAPS];
} Mix;

static int64_t clamp(int64_t i, int64_t size) { return i < 0 ? 0 : i >= size ? size - 1 : i; }

// Cubic convolution with parameter a, for a distance of up to two elements.
static double cubic_weight(double a, double d)
{
    d = fabs(d);
    if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
    return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
}

static bool is_outside(const Field *f, int k, double x)
{
    // A vector ends one element later than planes do (manual).
    double last = (double)f->size[k];
    return isnan(x) || x < 0 || (f->dims == 1 ? x >= last : x > last - 1);
}

static Mix mix_at(const Field *f, int k, double x)
{
    Mix m = {0};
    double last = (double)(f->size[k] - 1), inside = !(x > 0) ? 0 : x > last ? last : x;
    int64_t low = (int64_t)floor(inside);
    double part = inside - (double)low;
    if (part == 0) {
        m.at[m.n] = low;
        m.weight[m.n++] = 1;
    } else if (!f->is_cubic) {
        m = (Mix){2, {low, clamp(low + 1, f->size[k])}, {1 - part, part}};
    } else {
        for (int64_t i = low - 1; i <= low + 2; i++) {
            m.at[m.n] = clamp(i, f->size[k]);
            m.weight[m.n++] = cubic_weight(f->cubic, inside - (double)i);
        }
    }
    return m;
}

// Adds up, in registers, the first and the last of n numbers that the mixtures of all dimensions pick.
static void mix_ends(const Field *f, const Mix *const *m, int64_t row, int64_t plane, int64_t n, double *out)
{
    double first = 0, last = 0;
    for (int z = 0; z < m[2]->n; z++) {
        for (int y = 0; y < m[1]->n; y++) {
            const double *p = f->p + (m[2]->at[z] * plane + m[1]->at[y] * row) * n;
            for (int x = 0; x < m[0]->n; x++) {
                double w = m[0]->weight[x] * m[1]->weight[y] * m[2]->weight[z];
                first += w * p[m[0]->at[x] * n];
                last += w * p[m[0]->at[x] * n + n - 1];
            }
        }
    }
    out[0] = first;
    out[n - 1] = last;
}

// Of the `lead` numbers that the mixtures of all dimensions pick at a place, n from `from` on.
static void mix(const Field *f, const Mix *given, int64_t from, int64_t n, double *out)
{
    static const Mix one = {1, {0}, {1}};
    const Mix *m[PLACES_MAX] = {&given[0], f->dims > 1 ? &given[1] : &one, f->dims > 2 ? &given[2] : &one};
    int64_t row = f->size[0], plane = f->dims > 1 ? row * f->size[1] : row;
    if (f->lead <= 2) {
        mix_ends(f, m, row, plane, n, out);
        return;
    }
    memset(out, 0, (size_t)n * sizeof *out);
    for (int z = 0; z < m[2]->n; z++) {
        for (int y = 0; y < m[1]->n; y++) {
            for (int x = 0; x < m[0]->n; x++) {
                double w = m[0]->weight[x] * m[1]->weight[y] * m[2]->weight[z];
                const double *p = f->p + (m[2]->at[z] * plane + m[1]->at[y] * row + m[0]->at[x]) * f->lead + from;
                for (int64_t i = 0; i < n; i++) out[i] += w * p[i];
            }
        }
    }
}

static void evaluate(const Field *f, const double *const *place, int64_t at, int64_t from, int64_t n, double *out)
{
    Mix m[PLACES_MAX];
    for (int k = 0; k < f->dims; k++) {
        if (f->has_missing && is_outside(f, k, place[k][at])) {
            for (int64_t i = 0; i < n; i++) out[i] = f->missing;
            return;
        }
        m[k] = mix_at(f, k, place[k][at]);
    }
    mix(f, m, from, n, out);
}

// --- Places ---------------------------------------------------------------------------------------------------------

typedef struct Places {
    const Val *v[PLACES_MAX];
    int64_t n[PLACES_MAX], total;
    bool grid;
} Places;

static void read_places(Call *c, Places *p, int dims, int *rank, int64_t *dim)
{
    p->grid = call_kw_set(c, KW_INTERPOLATE_GRID) && dims > 1;
    p->total = 1;
    for (int k = 0; k < dims; k++) {
        const Val *v = call_arg(c, k + 1);
        axis_need_numeric(c, v, k + 1);
        p->v[k] = p->grid ? call_convert(c, v, T_DOUBLE) : v;
        p->n[k] = val_count(v);
        if (p->grid) {
            p->total *= p->n[k];
            if (*rank < MAX_RANK) dim[(*rank)++] = p->n[k];
        } else if (p->n[k] != p->n[0]) {
            throw_msg(c, E_SHAPE, "Coordinate arrays must have same length if Grid not set.");
        }
    }
    if (p->grid) return;
    const Val *first = call_arg(c, 1);
    p->total = p->n[0];
    for (int i = 0; val_is_array(first) && i < first->a->rank && *rank < MAX_RANK; i++) dim[(*rank)++] = first->a->dim[i];
}

// Places at .. at + m - 1; `room` has PIECE numbers a dimension.
static void places_piece(const Places *p, int dims, int64_t at, int64_t m, double (*room)[PIECE], const double **place)
{
    for (int k = 0; k < dims; k++) place[k] = p->grid ? room[k] : pieces_doubles(p->v[k], at, m, room[k]);
    if (!p->grid) return;
    const double *x[PLACES_MAX] = {0};
    int64_t index[PLACES_MAX] = {0};
    for (int k = 0; k < dims; k++) {
        x[k] = val_data_peek(p->v[k]);
        index[k] = at % p->n[k];
        at /= p->n[k];
    }
    for (int64_t i = 0; i < m; i++) {
        for (int k = 0; k < dims; k++) room[k][i] = x[k][index[k]];
        for (int k = 0; k < dims && ++index[k] == p->n[k]; k++) index[k] = 0;
    }
}

static void read_options(Call *c, Field *f)
{
    f->has_missing = call_kw(c, KW_INTERPOLATE_MISSING) != NULL;
    f->missing = call_kw_double(c, KW_INTERPOLATE_MISSING, 0);
    double cubic = call_kw_double(c, KW_INTERPOLATE_CUBIC, 0);
    f->is_cubic = cubic != 0 && f->dims < 3;  // 3-D is always trilinear
    f->cubic = cubic > 0 ? -1 : cubic < -1 ? -1 : cubic;
}

// --- The two ways -----------------------------------------------------------------------------------------------------

typedef struct Lines {
    const Field *f;
    const Places *places;
    const void *p;
    int32_t size[PLACES_MAX];
    KernLinear linear;
    KernCubic cubic;  // NULL: linearly
    TypeCode t;
    char *out;
    int64_t chunk;  // places an item
} Lines;

static void lines_item(void *arg, size_t item)
{
    const Lines *k = arg;
    const Field *f = k->f;
    double room[PLACES_MAX][PIECE], out[PIECE];
    const double *place[PLACES_MAX];
    int64_t at = (int64_t)item * k->chunk, total = k->places->total, end = total - at < k->chunk ? total : at + k->chunk;
    for (; at < end; at += PIECE) {
        int64_t m = end - at < PIECE ? end - at : PIECE;
        places_piece(k->places, f->dims, at, m, room, place);
        if (k->cubic) k->cubic(out, k->p, k->size, place, f->cubic, (size_t)m);
        else k->linear(out, k->p, k->size, place, (size_t)m);
        for (int d = 0; f->has_missing && d < f->dims; d++) {
            for (int64_t i = 0; i < m; i++) out[i] = is_outside(f, d, place[d][i]) ? f->missing : out[i];
        }
        kern_convert(k->t, T_DOUBLE)(k->out + (size_t)at * type_size(k->t), out, (size_t)m);
    }
}

// One number a place.
static Val *along_lines(Call *c, const Field *f, const Places *places, const Val *v, TypeCode t, int rank, const int64_t *dim)
{
    static const double ns[2][PLACES_MAX] = {{2.5, 3.5, 10}, {5, 12}};
    bool is_float = v->type == T_FLOAT;
    Lines k = {.f = f, .places = places, .t = t, .linear = kern_routines()->linear[!is_float][f->dims - 1]};
    if (f->is_cubic) k.cubic = kern_routines()->cubic[!is_float][f->dims - 1];
    k.p = val_data_peek(is_float ? v : call_convert(c, v, T_DOUBLE));
    for (int d = 0; d < f->dims; d++) k.size[d] = (int32_t)f->size[d];
    Val *cell = convert_unset_array(c, t, rank, dim);
    k.out = cell->a->data;
    int threads = call_threads(c, places->total, ns[f->is_cubic][f->dims - 1]);
    k.chunk = threads_chunk(places->total, threads, PIECE);
    call_run(c, threads, (size_t)((places->total + k.chunk - 1) / k.chunk), lines_item, &k);
    return cell;
}

// What is worked out at once: several places, or of one place a run of PIECE numbers.
typedef struct Mixing {
    Field f;  // complex numbers count as two
    const Places *places;
    TypeCode work, t;
    char *out;
    int64_t runs, unit, n, chunk;  // runs a place, and in all; runs worked out at once; runs an item
} Mixing;

static void mixing_item(void *arg, size_t item)
{
    const Mixing *k = arg;
    const int64_t lead = k->f.lead, parts = k->work == T_DCOMPLEX ? 2 : 1;
    double room[PLACES_MAX][PIECE], out[PIECE];
    const double *place[PLACES_MAX];
    int64_t at = (int64_t)item * k->chunk, end = k->n - at < k->chunk ? k->n : at + k->chunk;
    for (int64_t m; at < end; at += m) {
        int64_t first = at / k->runs, from = at % k->runs * PIECE, n = lead - from < PIECE ? lead - from : PIECE;
        m = end - at < k->unit ? end - at : k->unit;
        places_piece(k->places, k->f.dims, first, m, room, place);
        for (int64_t i = 0; i < m; i++) evaluate(&k->f, place, i, from, n, out + i * n);
        size_t to = (size_t)((first * lead + from) / parts) * type_size(k->t);
        kern_convert(k->t, k->work)(k->out + to, out, (size_t)(m * n / parts));
    }
}

// Several numbers a place, or elements that are too many for kern.
static Val *mixed(Call *c, const Field *field, const Places *places, const Val *v, TypeCode t, int rank, const int64_t *dim)
{
    Mixing k = {.f = *field, .places = places, .work = type_is_complex(v->type) ? T_DCOMPLEX : T_DOUBLE, .t = t};
    k.f.p = val_data_peek(call_convert(c, v, k.work));
    if (k.work == T_DCOMPLEX) k.f.lead *= 2;
    Val *cell = convert_unset_array(c, t, rank, dim);
    k.out = cell->a->data;
    k.runs = (k.f.lead + PIECE - 1) / PIECE;
    k.unit = k.runs == 1 ? PIECE / k.f.lead : 1;
    k.n = places->total * k.runs;
    int taps = 1;
    for (int d = 0; d < k.f.dims; d++) taps *= k.f.is_cubic ? TAPS : 2;
    int threads = call_threads(c, k.n, 10 * k.f.dims + (double)taps * (1 + 0.3 * (double)(k.runs == 1 ? k.f.lead : PIECE)));
    k.chunk = threads_chunk(k.n, threads, k.unit);
    call_run(c, threads, (size_t)((k.n + k.chunk - 1) / k.chunk), mixing_item, &k);
    return cell;
}

// INTERPOLATE(P, X [, Y [, Z]] [, CUBIC=a] [, /DOUBLE] [, /GRID] [, MISSING=value]): in the type of P, or DOUBLE. The
// dimensions of P before those interpolated in come first in the result. Manual: INTERPOLATE.
static void fn_interpolate(Call *c)
{
    const Val *v = call_arg(c, 0);
    Field f = {.dims = c->argc - 1, .lead = 1};
    axis_need_numeric(c, v, 0);
    call_hush_math(c);  // places that are no numbers
    int have = val_is_array(v) ? v->a->rank : 0, rank = 0;
    if (have < f.dims) throw_msg(c, E_SHAPE, "Number of parameters must agree with dimensions of argument.");
    int64_t dim[MAX_RANK];
    for (; rank < have - f.dims; rank++) f.lead *= dim[rank] = v->a->dim[rank];
    for (int k = 0; k < f.dims; k++) f.size[k] = v->a->dim[rank + k];
    bool is_complex = type_is_complex(v->type), wide = call_kw_set(c, KW_INTERPOLATE_DOUBLE);
    TypeCode t = !wide ? (TypeCode)v->type : is_complex ? T_DCOMPLEX : T_DOUBLE;
    Places at = {0};
    read_options(c, &f);
    read_places(c, &at, f.dims, &rank, dim);
    if (rank > MAX_RANK) throw_msg(c, E_SHAPE, "Only %d dimensions allowed.", MAX_RANK);
    int64_t n = f.lead * at.total;
    if (!rank) dim[0] = n;
    bool lines = !is_complex && f.lead == 1 && val_count(v) < INT32_MAX;
    Val *cell = (lines ? along_lines : mixed)(c, &f, &at, v, t, rank ? rank : 1, dim);
    call_return_take(c, rank ? val_take(cell) : arr_get(cell->a, 0));
}

static const Routine rows[] = {
    {"INTERPOLATE", FUNCTION, {2, 4}, fn_interpolate, "P, X [, Y [, Z]]", KEYS(INTERPOLATE), .pooled = true},
};
ROUTINE_TABLE(lib_interpolate, rows)
