// The module `fourier`: FFTW behind kern/fourier.h. Plans are estimated, so that a transform does not depend on timing. Start at
// transform.
#include "kern/fourier.h"

#include <fftw3.h>

extern const FourierTable helio_fourier_table;

enum { DIMS_MAX = 8 };

static void copy_dims(fftw_iodim64 *to, const FourierDim *from, int n)
{
    for (int i = 0; i < n; i++) to[i] = (fftw_iodim64){from[i].n, from[i].stride, from[i].stride};
}

static bool transform(const void *in, void *out, bool wide, int rank, const FourierDim *dim, int nloops, const FourierDim *loop,
                      int sign)
{
    fftw_iodim64 d[DIMS_MAX], l[DIMS_MAX];
    void *from = (void *)(uintptr_t)in;  // left as it is
    copy_dims(d, dim, rank);
    copy_dims(l, loop, nloops);
    if (wide) {
        fftw_plan plan = fftw_plan_guru64_dft(rank, d, nloops, l, from, out, sign, FFTW_ESTIMATE | FFTW_PRESERVE_INPUT);
        if (!plan) return false;
        fftw_execute(plan);
        fftw_destroy_plan(plan);
    } else {
        fftwf_plan plan = fftwf_plan_guru64_dft(rank, d, nloops, l, from, out, sign, FFTW_ESTIMATE | FFTW_PRESERVE_INPUT);
        if (!plan) return false;
        fftwf_execute(plan);
        fftwf_destroy_plan(plan);
    }
    return true;
}

static bool real_transform(const void *in, void *out, bool wide, int rank, const FourierDim *dim)
{
    fftw_iodim64 d[DIMS_MAX];
    void *from = (void *)(uintptr_t)in;
    copy_dims(d, dim, rank);
    if (wide) {
        fftw_plan plan = fftw_plan_guru64_dft_r2c(rank, d, 0, NULL, from, out, FFTW_ESTIMATE | FFTW_PRESERVE_INPUT);
        if (!plan) return false;
        fftw_execute(plan);
        fftw_destroy_plan(plan);
    } else {
        fftwf_plan plan = fftwf_plan_guru64_dft_r2c(rank, d, 0, NULL, from, out, FFTW_ESTIMATE | FFTW_PRESERVE_INPUT);
        if (!plan) return false;
        fftwf_execute(plan);
        fftwf_destroy_plan(plan);
    }
    return true;
}

const FourierTable helio_fourier_table = {transform, real_transform};
