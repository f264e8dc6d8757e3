// Series: the data of PLOT and OPLOT, and how they are drawn: lines, symbols, histograms; of PLOTS, too.
#ifndef HELIO_LIB_GRAPHICS_SERIES_H
#define HELIO_LIB_GRAPHICS_SERIES_H

#include "lib/graphics/coords.h"
#include "lib/graphics/keywords.h"

typedef struct Series {
    Place *p; // z is that of Z=
    int64_t n;
    double x_range[2], y_range[2]; // smallest and largest finite values, of y only where x is finite; none: from [0] > [1]
} Series;

// Slots of the keywords behind the common ones that PLOT and OPLOT share.
typedef struct SeriesSlots {
    int max_value, min_value, nsum, polar;
} SeriesSlots;

// From the arguments [X,] Y, with the ranges if it measures: NaN stands where MAX_VALUE or MIN_VALUE leave a value out.
Series series_read(Call *c, const SeriesSlots *slots, bool measures);
// Smallest and largest finite values of y where x lies in x_range.
void series_y_range(const Series *s, const double x_range[2], double range[2]);

// How it is drawn: keywords, else !P.
typedef struct SeriesLook {
    int psym;
    double symbol_size;
    Pen pen;
} SeriesLook;

SeriesLook series_look(Call *c);
// Draws points in device coordinates as the look has it.
void series_draw(Canvas *v, const SeriesLook *look, const Point *p, int64_t n);
// The clip rectangle of the call: CLIP= or !P.CLIP, unless NOCLIP says otherwise. False: there is none.
bool series_clip(Call *c, const Coords *s, bool clips_by_default, Box *box);

#endif
