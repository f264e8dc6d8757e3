// MEDIAN with a width: the median of a window around each element.
#ifndef HELIO_LIB_MATH_MEDIAN_FILTER_H
#define HELIO_LIB_MATH_MEDIAN_FILTER_H

#include "vm/call/call.h"

// Returns (call_return_take) v filtered, with the call's second argument as width; computed in t, FLOAT or DOUBLE.
void median_filter(Call *c, const Val *v, TypeCode t, bool even);
// The median of p[0..n-1] without its NaNs, which it removes; `room` is for n numbers.
double median_of(double *p, int64_t n, bool even, double *room);

#endif
