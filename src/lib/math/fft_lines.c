// FFT along rows, and along columns that are brought together first: a few side by side, so that each piece of a row is read
// as it lies. (FFTW alone goes down single columns, which takes ten times as long where rows are 1024 elements and the like: all
// of a column then falls into a few places of the cache.) Start reading at fft_lines.
#include "lib/math/fft_lines.h"

#include "vm/array/threads.h"
#include "vm/call/sharing.h"

#include <string.h>

enum { LEAST = 1 << 16, LINE_LEAST = 32, LINE_MOST = 1 << 16, ALIGNMENTS = 4, BESIDE_BYTES = 128 };

typedef struct Lines {
    const FourierTable *f;
    const FourierPlan *plan[ALIGNMENTS];  // of rows by their number modulo 4; [0] of columns
    bool wide;
    const char *in;
    char *out;
    size_t in_elem, elem;
    int64_t n;              // elements of a line
    int64_t written;        // of a row
    int64_t rows, chunk;    // all, and of an item
    double factor;
    // Columns: rows of `row` elements, `stride` elements from one element of a column to the next, `groups` of `beside` columns
    // in a row. Room for each thread: `beside` lines of `pitch` elements, twice.
    int64_t row, stride, groups, beside, pitch;
    char *room;
} Lines;

bool fft_lines_pay(const Arr *a, int dimension)
{
    bool pay = a->rank > 1 && a->n >= LEAST && a->dim[0] >= LINE_LEAST;
    for (int d = 0; d < a->rank; d++) {
        if (!dimension || d == dimension - 1) pay &= a->dim[d] >= LINE_LEAST && a->dim[d] <= LINE_MOST;
    }
    return pay;
}

// --- Rows -----------------------------------------------------------------------------------------------------------

static void scale(const Lines *k, void *p, int64_t n)
{
    if (k->factor == 1) return;
    for (int64_t i = 0; k->wide && i < 2 * n; i++) ((double *)p)[i] *= k->factor;
    for (int64_t i = 0; !k->wide && i < 2 * n; i++) ((float *)p)[i] *= (float)k->factor;
}

static void rows_item(void *arg, size_t item)
{
    const Lines *k = arg;
    int64_t row = (int64_t)item * k->chunk, end = k->rows - row < k->chunk ? k->rows : row + k->chunk;
    for (; row < end; row++) {
        void *out = k->out + (size_t)(row * k->n) * k->elem;
        k->f->line(k->plan[row % ALIGNMENTS], k->in + (size_t)(row * k->n) * k->in_elem, out);
        scale(k, out, k->written);
    }
}

static const FourierPlan *plan(Call *c, const Lines *k, const void *in, void *out, bool real, int sign)
{
    const FourierPlan *p = k->f->line_plan(in, out, k->wide, real, k->n, sign);
    if (!p) throw_no_memory(c);
    return p;
}

static void transform_rows(Call *c, Lines *k, bool real, int sign, int threads)
{
    enum { SOME = 4096 };
    for (int64_t i = 0; i < ALIGNMENTS && i < k->rows; i++) {
        k->plan[i] = plan(c, k, k->in + (size_t)(i * k->n) * k->in_elem, k->out + (size_t)(i * k->n) * k->elem, real, sign);
    }
    k->chunk = threads_chunk(k->rows, threads, k->n < SOME ? SOME / k->n : 1);
    call_run(c, threads, (size_t)((k->rows + k->chunk - 1) / k->chunk), rows_item, k);
}

// --- Columns --------------------------------------------------------------------------------------------------------

// to: lines of `pitch` elements; from: rows, `stride` elements apart.
#define BRING(NAME, C)                                                                                        \
    static void gather_##NAME(const Lines *k, void *to, const void *from, int64_t columns)                    \
    {                                                                                                         \
        for (int64_t j = 0; j < k->n; j++) {                                                                  \
            const C *p = (const C *)from + j * k->stride;                                                     \
            for (int64_t i = 0; i < columns; i++) ((C *)to)[i * k->pitch + j] = p[i];                         \
        }                                                                                                     \
    }                                                                                                         \
    static void scatter_##NAME(const Lines *k, void *to, const void *from, int64_t columns)                   \
    {                                                                                                         \
        for (int64_t j = 0; j < k->n; j++) {                                                                  \
            C *p = (C *)to + j * k->stride;                                                                   \
            for (int64_t i = 0; i < columns; i++) p[i] = ((const C *)from)[i * k->pitch + j];                 \
        }                                                                                                     \
    }
BRING(narrow, Cx)
BRING(wide, Dcx)

static void columns_item(void *arg, size_t item)
{
    const Lines *k = arg;
    int64_t group = (int64_t)item % k->groups, row = (int64_t)item / k->groups, rows = k->stride / k->row;
    int64_t first = group * k->beside, columns = k->written - first < k->beside ? k->written - first : k->beside;
    int64_t at = row / rows * k->stride * k->n + row % rows * k->row + first;
    size_t line = (size_t)k->pitch * k->elem, half = line * (size_t)k->beside;
    char *room = k->room + 2 * half * (size_t)thread_pool_here(), *made = room + half;
    (k->wide ? gather_wide : gather_narrow)(k, room, k->in + (size_t)at * k->elem, columns);
    for (int64_t i = 0; i < columns; i++) {
        k->f->line(k->plan[0], room + (size_t)i * line, made + (size_t)i * line);
        scale(k, made + (size_t)i * line, k->n);
    }
    (k->wide ? scatter_wide : scatter_narrow)(k, k->out + (size_t)at * k->elem, made, columns);
}

static void transform_columns(Call *c, Lines *k, int64_t total, int sign, int threads)
{
    enum { CACHE_LINE = 64 };  // lines are odd numbers of these: they do not fall into the same places of the cache
    int64_t unit = CACHE_LINE / (int64_t)k->elem;
    k->beside = BESIDE_BYTES / (int64_t)k->elem;
    k->groups = (k->written + k->beside - 1) / k->beside;
    k->pitch = ((k->n + unit - 1) / unit | 1) * unit;
    size_t half = (size_t)(k->pitch * k->beside) * k->elem;
    k->room = call_scratch(c, 2 * half * (size_t)threads);
    k->plan[0] = plan(c, k, k->room, k->room + half, false, sign);
    call_run(c, threads, (size_t)(total / k->row / k->n * k->groups), columns_item, k);
}

void fft_lines(Call *c, const FourierTable *f, const void *in, bool real, Arr *out, int dimension, int sign, double factor)
{
    const double ns = 4;
    bool wide = out->type == T_DCOMPLEX;
    int threads = call_threads(c, out->n, ns), last = dimension ? dimension - 1 : out->rank - 1;
    Lines k = {.f = f, .wide = wide, .in = in, .out = out->data, .elem = out->elem, .row = out->dim[0], .stride = 1};
    k.in_elem = real ? k.elem / 2 : k.elem;
    k.written = real ? k.row / 2 + 1 : k.row;
    for (int d = 0; d <= last; k.stride *= out->dim[d++]) {
        if (dimension && d != last) continue;
        k.n = out->dim[d];
        k.rows = out->n / k.n;
        k.factor = d == last ? factor : 1;
        if (d) transform_columns(c, &k, out->n, sign, threads);
        else transform_rows(c, &k, real, sign, threads);
        k.in = k.out;
        k.in_elem = k.elem;
    }
}
