// Discrete Fourier transforms, exported by the module `fourier` (FFTW) as helio_fourier_table.
#ifndef HELIO_KERN_FOURIER_H
#define HELIO_KERN_FOURIER_H

#include "core/type.h"

// One dimension of the data: length, and elements from one to the next.
typedef struct FourierDim {
    int64_t n, stride;
} FourierDim;

typedef struct FourierPlan FourierPlan;

typedef struct FourierTable {
    // Transforms over `rank` dimensions, once for each place of the `nloops` others. sign -1: forward (not scaled). in, which
    // stays as it is, and out: Dcx if wide, else Cx. 0, or -errno: -ENOMEM, -EINTR.
    int (*transform)(const void *in, void *out, bool wide, int rank, const FourierDim *dim, int nloops, const FourierDim *loop,
                     int sign);
    // Forward, of real numbers (double if wide, else float) laid out by the same dimensions; of the last one only elements
    // 0 to n / 2 are written, the others follow from them.
    int (*real_transform)(const void *in, void *out, bool wide, int rank, const FourierDim *dim);
    // A plan for one transform of at most 65536 elements that lie side by side, at places aligned as in and out are; real: as
    // real_transform. It holds until many others have been asked for (fourier.c). NULL when memory is out.
    const FourierPlan *(*line_plan)(const void *in, void *out, bool wide, bool real, int64_t n, int sign);
    // In any thread.
    void (*line)(const FourierPlan *p, const void *in, void *out);
} FourierTable;

#define FOURIER_MODULE "fourier", "helio_fourier_table", "libfftw3-double3, libfftw3-single3"

#endif
