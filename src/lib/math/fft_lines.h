// FFT of big arrays, dimension by dimension and line by line, in threads. The shape alone decides, so that results do not
// depend on how many there are.
#ifndef HELIO_LIB_MATH_FFT_LINES_H
#define HELIO_LIB_MATH_FFT_LINES_H

#include "kern/fourier.h"
#include "vm/call/call.h"

// Whether the transform of `a` over a dimension (from 1 on; 0: all) is made so.
bool fft_lines_pay(const Arr *a, int dimension);
// From `in`, real numbers (of all dimensions only) or complex ones, to the elements of out, times `factor`. As real_transform, of
// real rows only the elements 0 to n / 2 are written.
void fft_lines(Call *c, const FourierTable *f, const void *in, bool real, Arr *out, int dimension, int sign, double factor);

#endif
