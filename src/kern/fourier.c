// The module `fourier`: FFTW behind kern/fourier.h. Plans are estimated, so that a transform does not depend on timing, and the
// last ones are kept: making one takes longer than a short transform. Start at transform.
#include "kern/fourier.h"

#include <fftw3.h>
#include <string.h>

extern const FourierTable helio_fourier_table;

enum { DIMS_MAX = 8, KEPT = 16, SHORT = 1 << 16, LONG = 1 << 22, FLAGS = FFTW_ESTIMATE | FFTW_PRESERVE_INPUT };

// What a plan is for. Compared byte by byte: what is unused is zero.
typedef struct Shape {
    int wide, real, sign, rank, nloops, in_place, in_alignment, out_alignment;
    FourierDim dim[DIMS_MAX], loop[DIMS_MAX];
} Shape;

typedef struct FourierPlan {
    Shape shape;
    fftw_plan wide;     // of double precision; NULL: the other
    fftwf_plan narrow;  // NULL with wide: no plan
    uint64_t used;      // when last
} FourierPlan;

// Kept for the process: one of a long transform (a plan's tables are as long), the others of short ones.
static struct {
    FourierPlan plan[KEPT];
    uint64_t turn;
} kept;

static Shape shape_of(const void *in, void *out, bool wide, int rank, const FourierDim *dim)
{
    Shape s;
    memset(&s, 0, sizeof s);
    s.wide = wide;
    s.rank = rank;
    s.in_place = in == out;
    s.in_alignment = fftw_alignment_of((double *)(uintptr_t)in);
    s.out_alignment = fftw_alignment_of(out);
    memcpy(s.dim, dim, (size_t)rank * sizeof *dim);
    return s;
}

static void copy_dims(fftw_iodim64 *to, const FourierDim *from, int n)
{
    for (int i = 0; i < n; i++) to[i] = (fftw_iodim64){from[i].n, from[i].stride, from[i].stride};
}

static FourierPlan make(const Shape *s, void *in, void *out)
{
    fftw_iodim64 d[DIMS_MAX], l[DIMS_MAX];
    FourierPlan p = {.shape = *s};
    copy_dims(d, s->dim, s->rank);
    copy_dims(l, s->loop, s->nloops);
    if (s->wide && s->real) p.wide = fftw_plan_guru64_dft_r2c(s->rank, d, 0, NULL, in, out, FLAGS);
    else if (s->wide) p.wide = fftw_plan_guru64_dft(s->rank, d, s->nloops, l, in, out, s->sign, FLAGS);
    else if (s->real) p.narrow = fftwf_plan_guru64_dft_r2c(s->rank, d, 0, NULL, in, out, FLAGS);
    else p.narrow = fftwf_plan_guru64_dft(s->rank, d, s->nloops, l, in, out, s->sign, FLAGS);
    return p;
}

static void destroy(FourierPlan *p)
{
    if (p->wide) fftw_destroy_plan(p->wide);
    if (p->narrow) fftwf_destroy_plan(p->narrow);
    *p = (FourierPlan){0};
}

static void execute(const FourierPlan *p, void *in, void *out)
{
    if (p->wide && p->shape.real) fftw_execute_dft_r2c(p->wide, in, out);
    else if (p->wide) fftw_execute_dft(p->wide, in, out);
    else if (p->shape.real) fftwf_execute_dft_r2c(p->narrow, in, out);
    else fftwf_execute_dft(p->narrow, in, out);
}

static double length(const Shape *s)
{
    double n = 1;
    for (int i = 0; i < s->rank; i++) n *= (double)s->dim[i].n;
    return n;
}

// The place of the only long plan, or of the short one that has not been used for the longest time.
static FourierPlan *place_for(const Shape *s)
{
    if (length(s) > SHORT) return &kept.plan[0];
    FourierPlan *oldest = &kept.plan[1];
    for (int i = 2; i < KEPT; i++) {
        if (kept.plan[i].used < oldest->used) oldest = &kept.plan[i];
    }
    return oldest;
}

static FourierPlan *find(const Shape *s)
{
    for (int i = 0; i < KEPT; i++) {
        if (memcmp(&kept.plan[i].shape, s, sizeof *s) == 0) return &kept.plan[i];
    }
    return NULL;
}

// One that is kept, or a new one, which is `fresh` if it is too long to keep; NULL: no memory.
static FourierPlan *plan_for(const Shape *s, void *in, void *out, FourierPlan *fresh)
{
    FourierPlan *p = find(s);
    if (!p) {
        *fresh = make(s, in, out);
        p = fresh;
        if (!fresh->wide && !fresh->narrow) return NULL;
        if (length(s) <= LONG) {
            p = place_for(s);
            destroy(p);
            *p = *fresh;
        }
    }
    p->used = ++kept.turn;
    return p;
}

static bool run(const Shape *s, const void *in, void *out)
{
    void *from = (void *)(uintptr_t)in;  // left as it is
    FourierPlan fresh, *p = plan_for(s, from, out, &fresh);
    if (!p) return false;
    execute(p, from, out);
    if (p == &fresh) destroy(p);
    return true;
}

static const FourierPlan *line_plan(const void *in, void *out, bool wide, bool real, int64_t n, int sign)
{
    FourierPlan fresh;  // short lines are kept
    Shape s = shape_of(in, out, wide, 1, &(FourierDim){n, 1});
    s.real = real;
    if (!real) s.sign = sign;
    return plan_for(&s, (void *)(uintptr_t)in, out, &fresh);
}

static void line(const FourierPlan *p, const void *in, void *out) { execute(p, (void *)(uintptr_t)in, out); }

static bool transform(const void *in, void *out, bool wide, int rank, const FourierDim *dim, int nloops, const FourierDim *loop,
                      int sign)
{
    Shape s = shape_of(in, out, wide, rank, dim);
    s.sign = sign;
    s.nloops = nloops;
    if (nloops) memcpy(s.loop, loop, (size_t)nloops * sizeof *loop);
    return run(&s, in, out);
}

static bool real_transform(const void *in, void *out, bool wide, int rank, const FourierDim *dim)
{
    Shape s = shape_of(in, out, wide, rank, dim);
    s.real = true;
    return run(&s, in, out);
}

const FourierTable helio_fourier_table = {transform, real_transform, line_plan, line};
