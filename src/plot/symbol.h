// Plot symbols (PSYM 1 to 7, and the one that USERSYM defines): paths in units of half a symbol.
#ifndef HELIO_PLOT_SYMBOL_H
#define HELIO_PLOT_SYMBOL_H

#include "plot/point.h"

#include <stdbool.h>
#include <stdint.h>

enum { SYMBOL_DOT = 3, SYMBOL_USER = 8, SYMBOL_HISTOGRAM = 10, SYMBOL_POINTS_MAX = 49 };

typedef struct Symbol {
    Point p[SYMBOL_POINTS_MAX]; // x NaN lifts the pen
    int n;
    bool is_filled;
    bool has_color;
    int64_t color;  // if it has one of its own
    double thick;   // 0: the pen's
} Symbol;

// Symbols 1 to 7; NULL for others.
const Symbol *symbol_of(int psym);

#endif
