// RADON and HOUGH: sums along straight lines x cos(theta) + y sin(theta) = rho of an image, and back. A line that is
// nearer to the horizontal goes column by column, another row by row, as the manual says. Start reading at fn_radon.
#include "lib/array/axis.h"
#include "lib/format/convert.h"
#include "vm/call/sharing.h"

#include <math.h>

// Slots are the same in both.
#define HOUGH_KEYWORDS(K, R)                                                                                           \
    K(R, BACKPROJECT, FLAG)                                                                                            \
    K(R, DOUBLE, FLAG)                                                                                                 \
    K(R, DRHO, "=value")                                                                                               \
    K(R, DX, "=value")                                                                                                 \
    K(R, DY, "=value")                                                                                                 \
    K(R, GRAY, FLAG)                                                                                                   \
    K(R, NRHO, "=value")                                                                                               \
    K(R, NTHETA, "=value")                                                                                             \
    K(R, NX, "=value")                                                                                                 \
    K(R, NY, "=value")                                                                                                 \
    K(R, RHO, "=variable")                                                                                             \
    K(R, RMIN, "=value")                                                                                               \
    K(R, THETA, "=variable")                                                                                           \
    K(R, XMIN, "=value")                                                                                               \
    K(R, YMIN, "=value")
KEYWORDS(HOUGH)
#define RADON_KEYWORDS(K, R) HOUGH_KEYWORDS(K, R) K(R, LINEAR, FLAG)
KEYWORDS(RADON)

enum { SIDE_MAX = 1 << 24 };

typedef struct Lines {
    Call *call;
    int64_t nx, ny, nrho, ntheta;
    double dx, dy, xmin, ymin, rmin, drho, dtheta;
    const double *theta;
    bool linear;
    const double *in;
    double *out;
} Lines;

// A line as places along its other direction: the element over `at` of `n` is `slope` * at + offset, of `limit`.
typedef struct Line {
    bool by_columns;
    double slope, offset, step;
    int64_t n, limit;
} Line;

static Line line_at(const Lines *l, int64_t t, double rho)
{
    double c = cos(l->theta[t]), s = sin(l->theta[t]), b = rho - l->xmin * c - l->ymin * s;
    if (fabs(s) > M_SQRT1_2)
        return (Line){true, -l->dx * c / (l->dy * s), b / (l->dy * s), l->dx / fabs(s), l->nx, l->ny};
    return (Line){false, -l->dy * s / (l->dx * c), b / (l->dx * c), l->dy / fabs(c), l->ny, l->nx};
}

static int64_t element(const Lines *l, const Line *k, int64_t at, int64_t other)
{
    return k->by_columns ? other * l->nx + at : at * l->nx + other;
}

static bool is_within(const Line *k, int64_t at, double shift, double top)
{
    double x = k->slope * (double)at + k->offset + shift;
    return x >= 0 && x < top;
}

// The places of a line, from `first` on, at which slope * at + offset + shift is 0 and more, and less than top.
static int64_t places(const Line *k, double shift, double top, int64_t *first)
{
    double n = (double)k->n, low = 0, high = n;
    if (k->slope != 0) {
        double a = (-shift - k->offset) / k->slope, b = (top - shift - k->offset) / k->slope;
        low = fmin(fmax(fmin(a, b) - 1, 0), n);
        high = fmin(fmax(fmax(a, b) + 2, 0), n);
    }
    int64_t from = (int64_t)low, past = (int64_t)high;
    while (from < past && !is_within(k, from, shift, top)) from++;
    while (from < past && !is_within(k, past - 1, shift, top)) past--;
    *first = from;
    return past;
}

static double sum_along(const Lines *l, const Line *k)
{
    double sum = 0, shift = l->linear ? 0 : 0.5;
    int64_t at, past = places(k, shift, (double)(k->limit - l->linear), &at), along = k->by_columns ? 1 : l->nx,
                across = k->by_columns ? l->nx : 1;
    for (; at < past; at++) {
        double x = k->slope * (double)at + k->offset + shift;
        int64_t low = (int64_t)x;
        const double *p = l->in + at * along + low * across;
        sum += l->linear ? p[0] + (x - (double)low) * (p[across] - p[0]) : p[0];
    }
    return k->step * sum;
}

// Items are angles.
static void radon_item(void *arg, size_t item)
{
    const Lines *l = arg;
    int64_t t = (int64_t)item;
    for (int64_t r = 0; r < l->nrho; r++) {
        Line k = line_at(l, t, l->rmin + (double)r * l->drho);
        l->out[r * l->ntheta + t] = sum_along(l, &k);
    }
}

// Items are rows of the image.
static void radon_back_item(void *arg, size_t item)
{
    const Lines *l = arg;
    int64_t n = (int64_t)item;
    for (int64_t t = 0; t < l->ntheta; t++) {
        double c = cos(l->theta[t]), s = sin(l->theta[t]), y = l->ymin + (double)n * l->dy;
        for (int64_t m = 0; m < l->nx; m++) {
            double r = ((l->xmin + (double)m * l->dx) * c + y * s - l->rmin) / l->drho + (l->linear ? 0 : 0.5);
            if (!(r >= 0) || r >= (double)(l->nrho - l->linear)) continue;
            int64_t low = (int64_t)r;
            const double *p = l->in + low * l->ntheta + t;
            l->out[n * l->nx + m] += l->dtheta * (l->linear ? p[0] + (r - (double)low) * (p[l->ntheta] - p[0]) : p[0]);
        }
    }
}

static void hough_item(void *arg, size_t item)
{
    const Lines *l = arg;
    int64_t t = (int64_t)item;
    double c = cos(l->theta[t]), s = sin(l->theta[t]);
    for (int64_t i = 0; i < l->nx * l->ny; i++) {
        if (l->in[i] == 0) continue;
        double x = l->xmin + (double)(i % l->nx) * l->dx, y = l->ymin + (double)(i / l->nx) * l->dy;
        double r = (x * c + y * s - l->rmin) / l->drho + 0.5;
        if (r >= 0 && r < (double)l->nrho) l->out[(int64_t)r * l->ntheta + t] += l->in[i];
    }
}

static void hough_back(const Lines *l)
{
    for (int64_t r = 0; r < l->nrho; r++) {
        call_poll(l->call);
        for (int64_t t = 0; t < l->ntheta; t++) {
            double x = l->in[r * l->ntheta + t];
            if (x == 0) continue;
            Line k = line_at(l, t, l->rmin + (double)r * l->drho);
            int64_t at, past = places(&k, 0.5, (double)k.limit, &at);
            for (; at < past; at++) {
                l->out[element(l, &k, at, (int64_t)(k.slope * (double)at + k.offset + 0.5))] += x;
            }
        }
    }
}

// --- Arguments ------------------------------------------------------------------------------------------------------

static int64_t size_kw(Call *c, int slot, double otherwise)
{
    double x = call_kw_double(c, slot, otherwise);
    if (!(x >= 1) || x > SIDE_MAX)
        throw_msg(c, E_VALUE, "Illegal value of keyword %s.", c->routine->keywords.p[slot].name);
    return (int64_t)x;
}

static double step_kw(Call *c, int slot, double otherwise)
{
    double x = call_kw_double(c, slot, otherwise);
    if (!(x > 0) || isinf(x)) throw_msg(c, E_VALUE, "Illegal value of keyword %s.", c->routine->keywords.p[slot].name);
    return x;
}

static const double *vector_kw(Call *c, int slot, int64_t *n)
{
    const Val *v = call_kw(c, slot);
    axis_need_numeric(c, v, 0);
    *n = val_count(v);
    return val_data_peek(call_convert(c, v, T_DOUBLE));
}

static void give_vector(Call *c, int slot, double first, double step, int64_t n, bool wide)
{
    if (!call_kw_is_var(c, slot)) return;
    Val *cell = convert_unset_array(c, wide ? T_DOUBLE : T_FLOAT, 1, &n);
    for (int64_t i = 0; i < n; i++) {
        double x = first + (double)i * step;
        if (wide)
            ((double *)cell->a->data)[i] = x;
        else
            ((float *)cell->a->data)[i] = (float)x;
    }
    call_kw_set_take(c, slot, val_take(cell));
}

// Angles: THETA's, or NTHETA that divide the half circle.
static void read_angles(Call *c, Lines *l, double otherwise, bool wide)
{
    if (call_kw(c, KW_RADON_THETA) && !call_kw(c, KW_RADON_NTHETA)) {
        l->theta = vector_kw(c, KW_RADON_THETA, &l->ntheta);
        l->dtheta = l->ntheta > 1 ? l->theta[1] - l->theta[0] : M_PI;
        return;
    }
    l->ntheta = size_kw(c, KW_RADON_NTHETA, otherwise);
    l->dtheta = M_PI / (double)l->ntheta;
    double *theta = call_scratch(c, (size_t)l->ntheta * sizeof *theta);
    for (int64_t i = 0; i < l->ntheta; i++) theta[i] = M_PI * (double)i / (double)l->ntheta;
    l->theta = theta;
    give_vector(c, KW_RADON_THETA, 0, l->dtheta, l->ntheta, wide);
}

static double corner(const Lines *l)
{
    double x = fmax(fabs(l->xmin), fabs(l->xmin + (double)(l->nx - 1) * l->dx));
    double y = fmax(fabs(l->ymin), fabs(l->ymin + (double)(l->ny - 1) * l->dy));
    return hypot(x, y);
}

static void read_transform(Call *c, Lines *l, bool hough, bool wide)
{
    double diagonal = hypot(l->dx, l->dy), far = corner(l);
    l->drho = step_kw(c, KW_RADON_DRHO, hough ? diagonal * M_SQRT1_2 : diagonal / 2);
    l->nrho = size_kw(c, KW_RADON_NRHO, 2 * ceil(far / l->drho) + 1);
    l->rmin = call_kw_double(c, KW_RADON_RMIN, -0.5 * (double)(l->nrho - 1) * l->drho);
    double radon = ceil(M_PI * sqrt((double)(l->nx * l->nx + l->ny * l->ny) / 2));
    read_angles(c, l, fmax(hough ? ceil(M_PI * far / l->drho) : radon, 1), wide);
    give_vector(c, KW_RADON_RHO, l->rmin, l->drho, l->nrho, wide);
}

static void read_backprojection(Call *c, Lines *l, const Arr *a)
{
    if (!call_kw(c, KW_RADON_RHO) || !call_kw(c, KW_RADON_THETA))
        throw_msg(c, E_ARGS, "Keywords RHO and THETA must be specified.");
    const double *rho = vector_kw(c, KW_RADON_RHO, &l->nrho);
    l->theta = vector_kw(c, KW_RADON_THETA, &l->ntheta);
    if (a->dim[0] != l->ntheta || a->dim[1] != l->nrho)
        throw_msg(c, E_SHAPE, "Array must have the dimensions of THETA and RHO.");
    l->rmin = rho[0];
    l->drho = l->nrho > 1 ? rho[1] - rho[0] : 1;
    if (!(l->drho > 0)) throw_msg(c, E_VALUE, "Illegal value of keyword RHO.");
    l->dtheta = l->ntheta > 1 ? l->theta[1] - l->theta[0] : M_PI;
    double far = fmax(fabs(rho[0]), fabs(rho[l->nrho - 1])), side = floor(2 * far / hypot(l->dx, l->dy) + 1);
    l->nx = size_kw(c, KW_RADON_NX, side);
    l->ny = size_kw(c, KW_RADON_NY, side);
    l->xmin = call_kw_double(c, KW_RADON_XMIN, -(double)(l->nx - 1) / 2 * l->dx);
    l->ymin = call_kw_double(c, KW_RADON_YMIN, -(double)(l->ny - 1) / 2 * l->dy);
}

// One part of the numbers as DOUBLE; without GRAY those that are not 0 are 1.
static const double *read_part(Call *c, const Val *v, int part, bool gray)
{
    double *p = call_scratch(c, (size_t)v->a->n * sizeof *p);
    const Dcx *z = type_is_complex(v->type) ? val_data_peek(call_convert(c, v, T_DCOMPLEX)) : NULL;
    const double *x = z ? NULL : val_data_peek(call_convert(c, v, T_DOUBLE));
    for (int64_t i = 0; i < v->a->n; i++) {
        if (gray)
            p[i] = z ? part ? z[i].im : z[i].re : x[i];
        else
            p[i] = part ? 0 : z ? z[i].re != 0 || z[i].im != 0 : x[i] != 0;
    }
    return p;
}

static void run(Call *c, Lines *l, bool hough, bool back)
{
    if (hough && back) {
        hough_back(l);
        return;
    }
    int64_t items = back ? l->ny : l->ntheta, each = back ? l->ntheta * l->nx : hough ? l->nx * l->ny : l->nrho * l->nx;
    int threads = call_threads(c, items * each, 2);
    call_run(c, threads, (size_t)items, back ? radon_back_item : hough ? hough_item : radon_item, l);
}

static void store(const Val *cell, const double *p, int part)
{
    for (int64_t i = 0; i < cell->a->n; i++) {
        switch (cell->type) {
        case T_FLOAT: ((float *)cell->a->data)[i] = (float)p[i]; break;
        case T_DOUBLE: ((double *)cell->a->data)[i] = p[i]; break;
        case T_COMPLEX: ((float *)cell->a->data)[2 * i + part] = (float)p[i]; break;
        default: ((double *)cell->a->data)[2 * i + part] = p[i];
        }
    }
}

static void transform(Call *c, bool hough)
{
    const Val *v = call_arg(c, 0);
    axis_need_numeric(c, v, 0);
    if (!val_is_array(v) || v->a->rank != 2)
        throw_msg(c, E_SHAPE, "Array must have 2 dimensions: %s.", call_arg_name(c, 0));
    bool back = call_kw_set(c, KW_RADON_BACKPROJECT), gray = back || call_kw_set(c, KW_RADON_GRAY);
    bool wide = v->type == T_DOUBLE || v->type == T_DCOMPLEX || call_kw_set(c, KW_RADON_DOUBLE),
         complex = type_is_complex(v->type);
    Lines l = {.call = c, .nx = v->a->dim[0], .ny = v->a->dim[1], .linear = !hough && call_kw_set(c, KW_RADON_LINEAR)};
    l.dx = step_kw(c, KW_RADON_DX, 1);
    l.dy = step_kw(c, KW_RADON_DY, 1);
    l.xmin = call_kw_double(c, KW_RADON_XMIN, -(double)(l.nx - 1) / 2 * l.dx);
    l.ymin = call_kw_double(c, KW_RADON_YMIN, -(double)(l.ny - 1) / 2 * l.dy);
    if (back)
        read_backprojection(c, &l, v->a);
    else
        read_transform(c, &l, hough, wide);
    int64_t dim[2] = {back ? l.nx : l.ntheta, back ? l.ny : l.nrho};
    Val *cell = convert_unset_array(c, complex ? (wide ? T_DCOMPLEX : T_COMPLEX) : wide ? T_DOUBLE : T_FLOAT, 2, dim);
    for (int part = 0; part < (complex ? 2 : 1); part++) {
        l.in = read_part(c, v, part, gray);
        l.out = call_alloc(c, (size_t)(dim[0] * dim[1]) * sizeof *l.out);
        run(c, &l, hough, back);
        store(cell, l.out, part);
    }
    call_return_take(c, val_take(cell));
}

// RADON(Array [, keywords]): sums of an image along the lines at the angles THETA (NTHETA of them, radians) and the
// distances RHO (NRHO, DRHO apart from RMIN on) from the origin; elements lie DX and DY apart, from XMIN and YMIN on.
// They count 1 if they are not 0, with GRAY what they are; those nearest to the line, or with LINEAR between the
// nearest two. THETA and RHO return what was used. BACKPROJECT: from a transform, with its RHO and THETA, an NX by NY
// image. FLOAT or DOUBLE, or complex. Manual: RADON.
static void fn_radon(Call *c) { transform(c, false); }

// HOUGH(Array [, keywords]): for each line at an angle THETA (NTHETA of them, radians) and distance RHO (NRHO, DRHO
// apart from RMIN on) from the origin how many elements of an image are not 0 there, with GRAY their sum; elements lie
// DX and DY apart, from XMIN and YMIN on. THETA and RHO return what was used. BACKPROJECT: from a transform, with its
// RHO and THETA, the lines in an NX by NY image. FLOAT or DOUBLE, or complex. Manual: HOUGH.
static void fn_hough(Call *c) { transform(c, true); }

static const Routine rows[] = {
    {"RADON", FUNCTION, {1, 1}, fn_radon, "Array", KEYS(RADON)},
    {"HOUGH", FUNCTION, {1, 1}, fn_hough, "Array", KEYS(HOUGH)},
};
ROUTINE_TABLE(lib_radon, rows)
