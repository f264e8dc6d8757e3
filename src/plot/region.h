// Where on the page a plot goes: the part of the page that is its own (region) and the box of its axes (window).
// Everything in normal coordinates; spec graphics.md 1.1.
#ifndef HELIO_PLOT_REGION_H
#define HELIO_PLOT_REGION_H

#include <stdbool.h>

typedef struct Box {
    double x0, y0, x1, y1;
} Box;

// !P.MULTI.
typedef struct Multi {
    int left, columns, rows, stack;
    bool by_columns;
} Multi;

typedef struct RegionWish {
    Multi multi;
    bool keeps_count;                                        // NOERASE: the next cell, but the count stays
    double char_width, char_height;                          // at the size of the plot's text, in normal coordinates
    double x_margin[2], y_margin[2], x_outer[2], y_outer[2]; // in characters
    const Box *position;                                     // POSITION or !P.POSITION; NULL: there is none
    const Box *region;                                       // !P.REGION; NULL: there is none
} RegionWish;

typedef struct Region {
    Box region, window;
    bool is_new_page; // what is there is to be erased
    int left;         // the new !P.MULTI[0]
} Region;

// Text is half as large when more than two plots stand beside or above each other.
static inline bool multi_is_small(const Multi *m) { return m->columns > 2 || m->rows > 2; }

Region region_plan(const RegionWish *wish);

#endif
