// SMOOTH: sums over windows, dimension by dimension, in DOUBLE; the last dimension is summed a piece at a time and goes
// straight into the result. Nothing is subtracted: running sums would leave rounding errors behind. Sums of narrow windows are
// made anew; a wide window lies in two blocks of its width, and is what the one ends with and the other begins with: three
// additions an element, however wide (as van Herk, Pattern Recognition Letters 13, 1992, does for extremes). Start reading
// at fn_smooth.
#include "kern/kern.h"
#include "kern/routines.h"
#include "lib/array/axis.h"
#include "lib/array/pieces.h"
#include "lib/format/convert.h"

#include <math.h>
#include <string.h>

#define SMOOTH_KEYWORDS(K)                                                                                \
    K(SMOOTH, EDGE_MIRROR) K(SMOOTH, EDGE_TRUNCATE) K(SMOOTH, EDGE_WRAP) K(SMOOTH, EDGE_ZERO)              \
    K(SMOOTH, MISSING) K(SMOOTH, NAN)
KEYWORDS(SMOOTH)

typedef enum Edge { EDGE_KEEP, EDGE_TRUNCATE, EDGE_WRAP, EDGE_MIRROR, EDGE_ZERO } Edge;

enum { WIDE = 12 };  // a window of so many elements

typedef struct Smoothing {
    const Val *v;
    int64_t half[MAX_RANK];
    Edge edge;
    bool nan;               // elements that are not finite count nothing
    double cells, missing;  // elements of a window; what stands where none is known
} Smoothing;

// The row that stands for row j; -1 for one of zeros.
static int64_t row_for(int64_t j, int64_t n, Edge edge)
{
    if (j >= 0 && j < n) return j;
    if (edge == EDGE_WRAP) return (j % n + n) % n;
    if (edge == EDGE_MIRROR) return j < 0 ? -j - 1 : 2 * n - 1 - j;
    if (edge == EDGE_ZERO) return -1;
    return j < 0 ? 0 : n - 1;
}

// --- The first dimension --------------------------------------------------------------------------------------------

// What lies beyond both ends of the n numbers from p[half] on.
static void extend(double *p, int64_t n, int64_t half, Edge edge)
{
    for (int64_t k = 0; k < half; k++) {
        int64_t left = row_for(k - half, n, edge), right = row_for(n + k, n, edge);
        p[k] = left < 0 ? 0 : p[half + left];
        p[half + n + k] = right < 0 ? 0 : p[half + right];
    }
}

// Sums of n windows of `width` elements. room: 2 * (n + width - 1) numbers, for what the blocks begin and end with.
static void wide_along(double *out, const double *in, int64_t n, int64_t width, double *room)
{
    int64_t all = n + width - 1;
    double *begins = room, *ends = room + all;
    for (int64_t at = 0; at < all; at += width) {
        int64_t m = all - at < width ? all - at : width;
        double first = 0, last = 0;
        for (int64_t k = 0; k < m; k++) {
            begins[at + k] = first += in[at + k];
            ends[at + m - 1 - k] = last += in[at + m - 1 - k];
        }
        if (m == width) begins[at + m - 1] = 0;  // a window that is a block: what it ends with is all
    }
    for (int64_t i = 0; i < n; i++) out[i] = ends[i] + begins[i + width - 1];
}

static void along(double *out, const double *in, int64_t n, int64_t width, double *room)
{
    if (width < WIDE) kern_routines()->sum_along(out, in, (size_t)n, (size_t)width);
    else wide_along(out, in, n, width, room);
}

// Sums along the rows; *known gets how many elements were finite.
static void sum_rows(Call *c, const Smoothing *s, double *sum, double *known)
{
    const Arr *a = s->v->a;
    int64_t n = a->dim[0], half = s->half[0];
    int64_t width = 2 * half + 1;
    double *room = width < WIDE ? NULL : call_scratch(c, (size_t)(n + width - 1) * 2 * sizeof *room);
    double *row = call_scratch(c, (size_t)(n + 2 * half) * sizeof *row);
    double *finite = s->nan ? call_scratch(c, (size_t)(n + 2 * half) * sizeof *finite) : NULL;
    for (int64_t at = 0; at < a->n; at += n) {
        kern_convert(T_DOUBLE, a->type)(row + half, arr_at(a, at), (size_t)n);
        for (int64_t i = half; s->nan && i < half + n; i++) {
            finite[i] = isfinite(row[i]);
            if (!isfinite(row[i])) row[i] = 0;
        }
        extend(row, n, half, s->edge);
        along(sum + at, row, n, width, room);
        if (s->nan) {
            extend(finite, n, half, s->edge);
            along(known + at, finite, n, width, room);
        }
        call_poll(c);
    }
}

// --- The others -----------------------------------------------------------------------------------------------------

// The rows under the window around row j, from element i of each on.
static size_t rows_under(const Axis *x, const Smoothing *s, int64_t j, const double *slab, int64_t i, const double **rows)
{
    size_t n = 0;
    int64_t half = s->half[x->dimension - 1];
    for (int64_t k = j - half; k <= j + half; k++) {
        int64_t row = row_for(k, x->len, s->edge);
        if (row >= 0) rows[n++] = slab + row * x->inner + i;
    }
    return n;
}

typedef void (*PieceTaker)(const Smoothing *s, int64_t at, const double *sum, const double *known, int64_t m, void *to);

// What a block of rows under the windows from row j on ends with, and what the next has begun with. Of one piece of columns.
typedef struct Block {
    const Axis *x;
    const Smoothing *s;
    const double *slab;  // of the sums, from the piece's first column on
    int64_t m;           // columns
    double *ends;        // width rows of PIECE
    double begins[PIECE];
} Block;

// to = from + row j of those under the windows (of edges, too).
static void add_row(const Block *b, int64_t j, const double *from, double *to)
{
    int64_t row = row_for(j - b->s->half[b->x->dimension - 1], b->x->len, b->s->edge);
    const double *both[] = {from, row < 0 ? NULL : b->slab + row * b->x->inner};
    kern_routines()->sum_rows(to, both, row < 0 ? 1 : 2, (size_t)b->m);
}

// The sum of the window around row j, when those of the rows before it have been asked for.
static void wide_across(Block *b, int64_t j, double *sum)
{
    static const double zeros[PIECE];
    int64_t width = 2 * b->s->half[b->x->dimension - 1] + 1, k = j % width;
    if (k == 0) {
        const double *after = zeros;
        for (int64_t r = width; r-- > 0;) {
            add_row(b, j + r, after, b->ends + r * PIECE);
            after = b->ends + r * PIECE;
        }
        memset(b->begins, 0, sizeof b->begins);
    } else {
        add_row(b, j + width - 1, b->begins, b->begins);
    }
    const double *both[] = {b->ends + k * PIECE, b->begins};
    kern_routines()->sum_rows(sum, both, 2, (size_t)b->m);
}

static Block *blocks(Call *c, const Axis *x, const Smoothing *s)
{
    Block *b = call_scratch(c, sizeof *b);
    b->x = x;
    b->s = s;
    b->ends = call_scratch(c, (size_t)(2 * s->half[x->dimension - 1] + 1) * PIECE * sizeof *b->ends);
    return b;
}

// Sums across the dimension's rows, in columns narrow enough for the cache; `take` gets each piece.
typedef struct Across {
    Axis x;
    const Smoothing *s;
    const double **rows;   // under a narrow window
    Block *wide[2];        // NULL: the window is narrow
} Across;

static void sum_at(Across *a, int which, int64_t j, const double *slab, int64_t i, int64_t m, double *piece)
{
    if (a->wide[which]) {
        a->wide[which]->slab = slab + i;
        a->wide[which]->m = m;
        wide_across(a->wide[which], j, piece);
    } else {
        kern_routines()->sum_rows(piece, a->rows, rows_under(&a->x, a->s, j, slab, i, a->rows), (size_t)m);
    }
}

static void sum_across(Call *c, const Smoothing *s, int d, const double *sum, const double *known, PieceTaker take, void *to)
{
    double piece[2][PIECE];
    int64_t width = 2 * s->half[d] + 1;
    Across a = {.x = axis_of(c, s->v, d + 1), .s = s, .rows = call_alloc(c, (size_t)width * sizeof *a.rows)};
    for (int k = 0; width >= WIDE && k < (known ? 2 : 1); k++) a.wide[k] = blocks(c, &a.x, s);
    for (int64_t o = 0; o < a.x.outer; o++) {
        int64_t slab = o * a.x.len * a.x.inner;
        for (int64_t i = 0; i < a.x.inner; i += PIECE) {
            int64_t m = a.x.inner - i < PIECE ? a.x.inner - i : PIECE;
            for (int64_t j = 0; j < a.x.len; j++) {
                sum_at(&a, 0, j, sum + slab, i, m, piece[0]);
                if (known) sum_at(&a, 1, j, known + slab, i, m, piece[1]);
                take(s, slab + j * a.x.inner + i, piece[0], known ? piece[1] : NULL, m, to);
            }
            call_poll(c);
        }
    }
}

// Sums of a dimension that is not the last.
typedef struct Sums {
    double *sum, *known;
} Sums;

static void take_sums(const Smoothing *s, int64_t at, const double *sum, const double *known, int64_t m, void *to)
{
    Sums *next = to;
    (void)s;
    memcpy(next->sum + at, sum, (size_t)m * sizeof *sum);
    if (known) memcpy(next->known + at, known, (size_t)m * sizeof *known);
}

static void take_means(const Smoothing *s, int64_t at, const double *sum, const double *known, int64_t m, void *to)
{
    double mean[PIECE];
    Arr *out = to;
    if (known) for (int64_t i = 0; i < m; i++) mean[i] = known[i] > 0 ? sum[i] / known[i] : s->missing;
    else for (int64_t i = 0; i < m; i++) mean[i] = sum[i] / s->cells;
    kern_convert(out->type, T_DOUBLE)(arr_at(out, at), mean, (size_t)m);
}

static void smooth_all(Call *c, const Smoothing *s, Arr *out)
{
    const Arr *a = s->v->a;
    size_t bytes = (size_t)a->n * sizeof(double);
    int last = a->rank - 1;
    Sums now = {call_scratch(c, bytes), s->nan ? call_scratch(c, bytes) : NULL}, next = {0};
    if (last > 1) next = (Sums){call_scratch(c, bytes), s->nan ? call_scratch(c, bytes) : NULL};
    sum_rows(c, s, now.sum, now.known);
    for (int d = 1; d < last; d++) {
        if (!s->half[d]) continue;
        sum_across(c, s, d, now.sum, now.known, take_sums, &next);
        Sums swapped = now;
        now = next, next = swapped;
    }
    if (last) {
        sum_across(c, s, last, now.sum, now.known, take_means, out);
        return;
    }
    for (int64_t at = 0; at < a->n; at += PIECE) {
        int64_t m = a->n - at < PIECE ? a->n - at : PIECE;
        take_means(s, at, now.sum + at, now.known ? now.known + at : NULL, m, out);
    }
}

// Where a window would reach over an edge the elements stay what they were.
static void keep_edges(const Smoothing *s, Arr *out)
{
    const Arr *a = s->v->a;
    int64_t at[MAX_RANK] = {0}, n = a->dim[0], half = s->half[0];
    for (int64_t row = 0; row < a->n; row += n) {
        bool edge = false;
        for (int d = 1; d < a->rank; d++) edge |= at[d] < s->half[d] || at[d] >= a->dim[d] - s->half[d];
        arr_copy_elements(out, row, a, row, edge ? n : half);
        arr_copy_elements(out, row + n - half, a, row + n - half, half);
        for (int d = 1; d < a->rank && ++at[d] == a->dim[d]; d++) at[d] = 0;
    }
}

static void read_widths(Call *c, const Arr *a, int64_t *half)
{
    const Val *w = call_arg(c, 1);
    axis_need_numeric(c, w, 1);
    const int64_t *p = val_data_peek(call_convert(c, w, T_LONG64));
    if (val_is_array(w) && val_count(w) != a->rank) {
        throw_msg(c, E_VALUE, "Number of Array dimensions must equal Width dimensions.");
    }
    for (int d = 0; d < a->rank; d++) {
        int64_t width = p[val_is_array(w) ? d : 0];
        half[d] = width / 2;
        if (width < 0 || half[d] * 2 + 1 > a->dim[d]) {
            if (width == 0 || width == 1) continue;
            throw_msg(c, E_VALUE, "Width must be nonnegative and smaller than array dimensions.");
        }
    }
}

static Edge edge_wanted(Call *c)
{
    if (call_kw_set(c, KW_SMOOTH_EDGE_TRUNCATE)) return EDGE_TRUNCATE;
    if (call_kw_set(c, KW_SMOOTH_EDGE_WRAP)) return EDGE_WRAP;
    if (call_kw_set(c, KW_SMOOTH_EDGE_MIRROR)) return EDGE_MIRROR;
    return call_kw_set(c, KW_SMOOTH_EDGE_ZERO) ? EDGE_ZERO : EDGE_KEEP;
}

// SMOOTH(Array, Width [, /EDGE_MIRROR | /EDGE_TRUNCATE | /EDGE_WRAP | /EDGE_ZERO] [, MISSING=value] [, /NAN]): averages over
// windows of Width (made odd). Manual: SMOOTH.
static void fn_smooth(Call *c)
{
    Smoothing s = {.v = axis_real_array(c, 0), .edge = edge_wanted(c), .nan = call_kw_set(c, KW_SMOOTH_NAN), .cells = 1};
    read_widths(c, s.v->a, s.half);
    if (s.nan) call_hush_math(c);
    for (int d = 0; d < s.v->a->rank; d++) s.cells *= (double)(2 * s.half[d] + 1);
    s.missing = call_kw_double(c, KW_SMOOTH_MISSING, NAN);
    void *out;
    Val *cell = convert_unset_like(c, s.v, (TypeCode)s.v->type, &out);
    smooth_all(c, &s, cell->a);
    if (s.edge == EDGE_KEEP) keep_edges(&s, cell->a);
    call_return_take(c, val_take(cell));
}

static const Routine rows[] = {
    ROW_FUN(SMOOTH, 2, 2, fn_smooth,
            "Result = SMOOTH(Array, Width [, /EDGE_MIRROR | /EDGE_TRUNCATE | /EDGE_WRAP | /EDGE_ZERO] [, MISSING=value] "
            "[, /NAN])"),
};
ROUTINE_TABLE(lib_smooth, rows)
