// The map in force: !MAP, or a structure of its kind, as a Projection; and what is drawn over it.
#ifndef HELIO_LIB_GRAPHICS_MAP_STATE_H
#define HELIO_LIB_GRAPHICS_MAP_STATE_H

#include "lib/graphics/series.h"
#include "plot/map_clip.h"

// NULL: the axes are no map (!X.TYPE is not 3). *clips: what is drawn in data coordinates ends at the window.
const Projection *map_now(Call *c, bool *clips);
// The projection of !MAP, whatever the axes are; throws if there is none.
const Projection *map_current(Call *c);
// The projection of a structure as MAP_PROJ_INIT makes it.
const Projection *map_of(Call *c, const Val *structure);
MapScratch *map_scratch(Call *c);

// The pieces of what lies in the map's plane, in normal coordinates, that are drawn: in space (T3D) what leaves the
// map's window is cut off there; else all of it, and the canvas cuts.
void map_cut_line(Call *c, const Coords *s, const Point *p, int64_t n, MapPiece emit, void *arg);
void map_cut_polygon(Call *c, const Coords *s, const Point *p, int64_t n, MapPiece emit, void *arg);

typedef void (*MapFill)(Canvas *v, const Point *p, int64_t n, void *arg);

// Lines through places of longitude and latitude, and symbols where they are seen.
void map_draw_series(Canvas *v, const SeriesLook *look, const Coords *s, const Place *p, int64_t n);
// A polygon of such places; `fill` gets its parts in device coordinates.
void map_fill_polygon(Canvas *v, const Coords *s, const Place *p, int64_t n, MapFill fill, void *arg);

#endif
