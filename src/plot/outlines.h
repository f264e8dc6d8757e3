// Outlines of the world, of Natural Earth (data/README.md): read one after the other.
#ifndef HELIO_PLOT_OUTLINES_H
#define HELIO_PLOT_OUTLINES_H

#include "plot/map_clip.h"

typedef enum OutlineKind { OUTLINE_COASTS, OUTLINE_BORDERS, OUTLINE_STATES, OUTLINE_RIVERS } OutlineKind;

typedef struct OutlineReader {
    const unsigned char *at, *end;
    double unit; // degrees
    int64_t left; // chains of this kind
} OutlineReader;

OutlineReader outlines_open(OutlineKind kind, bool is_fine);
// How many places the next chain has; 0: there is none. *is_closed: it ends where it began.
int64_t outlines_next(OutlineReader *r, bool *is_closed);
// These places, room for which the caller has.
void outlines_read(OutlineReader *r, LonLat *place, int64_t n);

#endif
