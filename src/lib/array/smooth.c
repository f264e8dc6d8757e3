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
#include "vm/array/threads.h"
#include "vm/call/sharing.h"

#include <math.h>
#include <string.h>

#define SMOOTH_KEYWORDS(K, R)                                                                              \
    K(R, EDGE_MIRROR, FLAG) K(R, EDGE_TRUNCATE, OR_FLAG) K(R, EDGE_WRAP, OR_FLAG) K(R, EDGE_ZERO, OR_FLAG) \
    K(R, MISSING, "=value") K(R, NAN, FLAG)
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

// What the passes over the array share.
typedef struct Sums {
    double *sum, *known;  // known: how many elements of the windows were finite; NULL: all
} Sums;

typedef void (*PieceTaker)(const Smoothing *s, int64_t at, const double *sum, const double *known, int64_t m, void *to);

// Sums along the rows, of runs of `run` windows: whole blocks, if the windows are wide.
typedef struct Along {
    const Smoothing *s;
    PieceTaker take;
    void *to;
    int64_t run, runs;       // windows at once; how many times in a row
    int64_t chunk, n;        // runs of an item, and in all
    double *room;            // for each thread `each` numbers
    int64_t each;
} Along;

// Elements from - half on under n windows of a row, as numbers, and beyond the ends of the row what stands there;
// those that are not finite become 0, and 0 in `finite`.
static void lay_out(const Smoothing *s, int64_t row, int64_t from, int64_t n, double *p, double *finite)
{
    const Arr *a = s->v->a;
    KernUnary convert = kern_convert(T_DOUBLE, a->type);
    int64_t half = s->half[0], len = a->dim[0], begin = from - half, end = from + n + half;
    int64_t first = begin < 0 ? 0 : begin, past = end > len ? len : end;
    convert(p + first - begin, arr_at(a, row + first), (size_t)(past - first));
    for (int64_t i = begin; i < end; i = i + 1 == first ? past : i + 1) {
        if (i >= first && i < past) continue;
        int64_t source = row_for(i, len, s->edge);
        p[i - begin] = 0;
        if (source >= 0) convert(&p[i - begin], arr_at(a, row + source), 1);
    }
    for (int64_t i = 0; finite && i < end - begin; i++) {
        finite[i] = isfinite(p[i]) && row_for(begin + i, len, s->edge) >= 0;
        if (!isfinite(p[i])) p[i] = 0;
    }
}

static void along_item(void *arg, size_t item)
{
    const Along *k = arg;
    const Smoothing *s = k->s;
    int64_t len = s->v->a->dim[0], width = 2 * s->half[0] + 1, most = k->run + width - 1;
    double *p = k->room + thread_pool_here() * k->each, *blocks = p + most, *sum = blocks + 2 * most;
    double *known = s->nan ? sum + k->run : NULL, *finite = s->nan ? known + k->run : NULL;
    int64_t at = (int64_t)item * k->chunk, end = k->n - at < k->chunk ? k->n : at + k->chunk;
    for (; at < end; at++) {
        int64_t row = at / k->runs * len, from = at % k->runs * k->run, n = len - from < k->run ? len - from : k->run;
        lay_out(s, row, from, n, p, finite);
        along(sum, p, n, width, blocks);
        if (known) along(known, finite, n, width, blocks);
        k->take(s, row + from, sum, known, n, k->to);
    }
}

static void sum_along_rows(Call *c, const Smoothing *s, PieceTaker take, void *to)
{
    enum { RUN = 2048 };
    const Arr *a = s->v->a;
    int64_t width = 2 * s->half[0] + 1;
    Along k = {.s = s, .take = take, .to = to, .run = width < WIDE ? RUN : (RUN + width - 1) / width * width};
    if (k.run > a->dim[0]) k.run = a->dim[0];
    k.runs = (a->dim[0] + k.run - 1) / k.run;
    k.n = a->n / a->dim[0] * k.runs;
    int threads = call_threads(c, a->n, width < WIDE ? 0.5 + 0.1 * (double)width : 2);
    k.each = 6 * (k.run + width);
    k.room = call_scratch(c, (size_t)(threads * k.each) * sizeof *k.room);
    k.chunk = threads_chunk(k.n, threads, k.run < RUN ? RUN / k.run : 1);
    call_run(c, threads, (size_t)((k.n + k.chunk - 1) / k.chunk), along_item, &k);
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

// Sums across the dimension's rows, in columns narrow enough for the cache; `take` gets each piece.
typedef struct Across {
    Axis x;
    const Smoothing *s;
    Sums in;
    PieceTaker take;
    void *to;
    int64_t run, runs, pieces;  // rows of an item (whole blocks, if the windows are wide); in each column; columns in a slab
    const double **rows;        // for each thread as many as a window has
    Block *block;               // for each thread two; NULL: the windows are narrow
} Across;

static void sum_at(const Across *a, int which, int64_t j, const double *slab, int64_t i, int64_t m, double *piece)
{
    int here = thread_pool_here();
    if (a->block) {
        Block *b = &a->block[2 * here + which];
        b->slab = slab + i;
        b->m = m;
        wide_across(b, j, piece);
    } else {
        const double **rows = a->rows + here * (2 * a->s->half[a->x.dimension - 1] + 1);
        kern_routines()->sum_rows(piece, rows, rows_under(&a->x, a->s, j, slab, i, rows), (size_t)m);
    }
}

static void across_item(void *arg, size_t item)
{
    const Across *a = arg;
    double piece[2][PIECE];
    int64_t index = (int64_t)item, first = index % a->runs * a->run, i = index / a->runs % a->pieces * PIECE;
    int64_t slab = index / a->runs / a->pieces * a->x.len * a->x.inner, past = first + a->run;
    int64_t m = a->x.inner - i < PIECE ? a->x.inner - i : PIECE;
    for (int64_t j = first; j < past && j < a->x.len; j++) {
        sum_at(a, 0, j, a->in.sum + slab, i, m, piece[0]);
        if (a->in.known) sum_at(a, 1, j, a->in.known + slab, i, m, piece[1]);
        a->take(a->s, slab + j * a->x.inner + i, piece[0], a->in.known ? piece[1] : NULL, m, a->to);
    }
}

static Block *new_blocks(Call *c, const Across *a, int n, int64_t width)
{
    Block *b = call_scratch(c, (size_t)n * sizeof *b);
    double *ends = call_scratch(c, (size_t)(n * width) * PIECE * sizeof *ends);
    for (int i = 0; i < n; i++) {
        b[i].x = &a->x;
        b[i].s = a->s;
        b[i].ends = ends + i * width * PIECE;
    }
    return b;
}

static void sum_across(Call *c, const Smoothing *s, int d, Sums in, PieceTaker take, void *to)
{
    enum { ROWS = 64 };
    int64_t width = 2 * s->half[d] + 1;
    Across a = {.x = axis_of(c, s->v, d + 1), .s = s, .in = in, .take = take, .to = to};
    int threads = call_threads(c, s->v->a->n, width < WIDE ? 0.5 + 0.1 * (double)width : 2);
    a.run = width < WIDE ? ROWS : (ROWS + width - 1) / width * width;
    a.runs = (a.x.len + a.run - 1) / a.run;
    a.pieces = (a.x.inner + PIECE - 1) / PIECE;
    if (width < WIDE) a.rows = call_scratch(c, (size_t)(threads * width) * sizeof *a.rows);
    else a.block = new_blocks(c, &a, 2 * threads, width);
    call_run(c, threads, (size_t)(a.x.outer * a.pieces * a.runs), across_item, &a);
}

static void take_sums(const Smoothing *s, int64_t at, const double *sum, const double *known, int64_t m, void *to)
{
    Sums *next = to;
    (void)s;
    memcpy(next->sum + at, sum, (size_t)m * sizeof *sum);
    if (known) memcpy(next->known + at, known, (size_t)m * sizeof *known);
}

static void take_means(const Smoothing *s, int64_t at, const double *sum, const double *known, int64_t n, void *to)
{
    double mean[PIECE];
    Arr *out = to;
    for (int64_t done = 0; done < n; done += PIECE) {
        int64_t m = n - done < PIECE ? n - done : PIECE;
        const double *p = sum + done;
        for (int64_t i = 0; known && i < m; i++) mean[i] = known[done + i] > 0 ? p[i] / known[done + i] : s->missing;
        for (int64_t i = 0; !known && i < m; i++) mean[i] = p[i] / s->cells;
        kern_convert(out->type, T_DOUBLE)(arr_at(out, at + done), mean, (size_t)m);
    }
}

static Sums new_sums(Call *c, const Smoothing *s)
{
    size_t bytes = (size_t)s->v->a->n * sizeof(double);
    return (Sums){call_scratch(c, bytes), s->nan ? call_scratch(c, bytes) : NULL};
}

static void smooth_all(Call *c, const Smoothing *s, Arr *out)
{
    int last = s->v->a->rank - 1;
    if (!last) {
        sum_along_rows(c, s, take_means, out);
        return;
    }
    Sums now = new_sums(c, s), next = {0};
    if (last > 1) next = new_sums(c, s);
    sum_along_rows(c, s, take_sums, &now);
    for (int d = 1; d < last; d++) {
        if (!s->half[d]) continue;
        sum_across(c, s, d, now, take_sums, &next);
        Sums swapped = now;
        now = next, next = swapped;
    }
    sum_across(c, s, last, now, take_means, out);
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
    {"SMOOTH", FUNCTION, {2, 2}, fn_smooth, "Array, Width", KEYS(SMOOTH)},
};
ROUTINE_TABLE(lib_smooth, rows)
