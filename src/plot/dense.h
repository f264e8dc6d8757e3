// A path without what nobody can see: its points rounded to whole units, of which each column keeps the first, the lowest, the
// highest and the last that follow each other in it.
#ifndef HELIO_PLOT_DENSE_H
#define HELIO_PLOT_DENSE_H

#include <stdbool.h>

typedef struct Dense {
    void (*put)(void *arg, long x, long y);
    void *arg;
    bool has_column;
    long x, first, last, lo, hi;
    long count, lo_at, hi_at; // when the extremes came
} Dense;

void dense_point(Dense *d, double x, double y); // finite, within 1e9
void dense_end(Dense *d);                       // the last column

#endif
