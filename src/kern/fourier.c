// The module `fourier`: FFTW behind kern/fourier.h. Plans are estimated, so that a transform does not depend on timing, and the
// last ones are kept: making one takes longer than a short transform. The longest transforms are done in another process
// (sys/apart.h), for FFTW does not look for Ctrl-C; plans' memory, which FFTW tells nobody, counts by estimate. Start at
// transform.
#include "kern/fourier.h"

#include "base/mem.h"
#include "sys/apart.h"

#include <errno.h>
#include <fftw3.h>
#include <math.h>
#include <string.h>

extern const FourierTable helio_fourier_table;

enum { DIMS_MAX = 8, KEPT = 16, SHORT = 1 << 16, LONG = 1 << 22, LINE_EASY = 1 << 10 };
enum { FLAGS = FFTW_ESTIMATE | FFTW_PRESERVE_INPUT };

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
    int64_t bytes;      // that count for it
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
    if (p->bytes) mem_unclaim(p->bytes);
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

// --- What a transform costs ----------------------------------------------------------------------------------------------

static bool is_prime(int64_t n)
{
    for (int64_t k = 2; k * k <= n; k++) {
        if (n % k == 0) return false;
    }
    return n > 1;
}

// Of a plan and what it needs to run, as measured with FFTW 3.3: tables as long as the line, five times that where the length
// is a prime, and some buffers.
static int64_t bytes_for(const Shape *s)
{
    double elem = s->wide ? sizeof(Dcx) : sizeof(Cx), bytes = 0;
    for (int i = 0; i < s->rank; i++) bytes += (double)s->dim[i].n * elem * (is_prime(s->dim[i].n) ? 5.2 : 1.2);
    return length(s) > SHORT ? (int64_t)bytes + (2 << 20) : (int64_t)bytes;
}

static double seconds_for(const Shape *s)
{
    double n = length(s), ns = s->wide ? 1.5 : 1.2;
    bool slow = false;
    for (int i = 0; i < s->rank; i++) slow |= s->dim[i].n > LINE_EASY && is_prime(s->dim[i].n);
    if (slow) ns *= 5;
    if (s->real) ns /= 2;
    ns *= log2(n + 1) * n;
    for (int i = 0; i < s->nloops; i++) ns *= (double)s->loop[i].n;
    return ns * 1e-9;
}

static size_t bytes_made(const Shape *s)
{
    double n = length(s);
    for (int i = 0; i < s->nloops; i++) n *= (double)s->loop[i].n;
    return (size_t)n * (s->wide ? sizeof(Dcx) : sizeof(Cx));
}

// --- Transforms ------------------------------------------------------------------------------------------------------------

// When there is no room, the long plan that is kept goes.
static bool claim(int64_t bytes)
{
    if (mem_claim(bytes)) return true;
    destroy(&kept.plan[0]);
    return mem_claim(bytes);
}

// One that is kept, or a new one, which is `fresh` if it is too long to keep; NULL: no memory.
static FourierPlan *plan_for(const Shape *s, void *in, void *out, FourierPlan *fresh)
{
    FourierPlan *p = find(s);
    if (!p) {
        int64_t bytes = bytes_for(s);
        if (!claim(bytes)) return NULL;
        *fresh = make(s, in, out);
        fresh->bytes = bytes;
        p = fresh;
        if (!fresh->wide && !fresh->narrow) {
            mem_unclaim(bytes);
            return NULL;
        }
        if (length(s) <= LONG) {
            p = place_for(s);
            destroy(p);
            *p = *fresh;
        }
    }
    p->used = ++kept.turn;
    return p;
}

static int run_here(const Shape *s, void *from, void *out)
{
    FourierPlan fresh, *p = plan_for(s, from, out, &fresh);
    if (!p) return -ENOMEM;
    execute(p, from, out);
    if (p == &fresh) destroy(p);
    return 0;
}

// 0, or -errno.
static int run(const Shape *s, const void *in, void *out)
{
    void *from = (void *)(uintptr_t)in;  // left as it is
    double seconds = seconds_for(s);
    if (seconds < APART_FROM) return run_here(s, from, out);
    int result = 0;
    int64_t bytes = bytes_for(s) + (int64_t)bytes_made(s);  // the other process has the results, too
    struct iovec made[] = {{&result, sizeof result}, {out, bytes_made(s)}};
    if (!claim(bytes)) return -ENOMEM;
    int err = sys_apart(seconds, made, 2);
    mem_unclaim(bytes);
    if (err != APART_WORK) return err ? err : result;
    result = run_here(s, from, out);
    sys_apart_done(made, 2);
    return result;
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

static int transform(const void *in, void *out, bool wide, int rank, const FourierDim *dim, int nloops, const FourierDim *loop,
                     int sign)
{
    Shape s = shape_of(in, out, wide, rank, dim);
    s.sign = sign;
    s.nloops = nloops;
    if (nloops) memcpy(s.loop, loop, (size_t)nloops * sizeof *loop);
    return run(&s, in, out);
}

static int real_transform(const void *in, void *out, bool wide, int rank, const FourierDim *dim)
{
    Shape s = shape_of(in, out, wide, rank, dim);
    s.real = true;
    return run(&s, in, out);
}

const FourierTable helio_fourier_table = {transform, real_transform, line_plan, line};
