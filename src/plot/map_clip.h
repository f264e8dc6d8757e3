// Lines and polygons on the globe as pieces on the plane of a map: cut where the map is cut, and at what is not seen.
#ifndef HELIO_PLOT_MAP_CLIP_H
#define HELIO_PLOT_MAP_CLIP_H

#include "plot/point.h"
#include "plot/projection.h"

#include <stdint.h>

typedef struct LonLat {
    double lon, lat; // degrees
} LonLat;

// Gets a piece of a line, or a polygon, in plane coordinates. It may throw: all memory is that of MapScratch.
typedef void (*MapPiece)(void *arg, const Point *p, int64_t n);

// Room that grows as it is needed; it may be used again and again, and belongs to the caller.
typedef struct MapScratch {
    Turned *turned;
    int64_t nturned, turned_room;
    Point *plane;
    int64_t nplane, plane_room;
    struct MapArc *arc;
    int64_t narcs, arc_room;
    Turned *polygon, *lobe; // of map_polygon.c
    int64_t npolygon, polygon_room, lobe_room;
    Turned *cut; // of map_cut.c
    int64_t ncut, cut_room;
    struct MapCutArc *cut_arc;
    int64_t ncut_arcs, cut_arc_room;
    Point *boxed;
    int64_t boxed_room;
    struct MapEnd *end; // of map_region.c
    int64_t nends, end_room;
    bool only_marked;
    void (*poll)(void *arg); // called now and then, if it is set; it may throw
    void *poll_arg;
} MapScratch;
void map_scratch_free(void *scratch);

// Joins n places by great circles. NaN interrupts. False: no memory.
bool map_line(const Projection *p, const LonLat *at, int64_t n, MapScratch *m, MapPiece emit, void *arg);

// The same with lines that are straight in longitude and latitude, as the numbers have it (from 350 to 370, not to 10).
// A ring, whose last place is its first, is in one piece there.
bool map_track(const Projection *p, const LonLat *at, int64_t n, MapScratch *m, MapPiece emit, void *arg);

// A polygon, closed by itself, whose edges are straight in longitude and latitude (one of exactly 360 degrees along a
// parallel goes all the way round); the inside is what is smaller. It comes out as closed polygons that do not overlap;
// where it lies around what the map does not show, as one with a hole, which the even-odd rule leaves empty. False: no
// memory.
bool map_polygon(const Projection *p, const LonLat *at, int64_t n, MapScratch *m, MapPiece emit, void *arg);

// A region with any number of rings, whose edges are as those of map_track and whose last place is their first: what is
// inside an odd number of them. map_region_end gets a place that is seen, of which it is known
// whether it is inside; the region comes out as closed polygons, which bound it by the even-odd rule; with only_marked,
// those with a part of a ring that is marked. False: no memory.
void map_region_begin(MapScratch *m);
bool map_region_ring(const Projection *p, const LonLat *at, int64_t n, bool is_marked, MapScratch *m);
bool map_region_end(const Projection *p, LonLat known, bool is_inside, MapScratch *m, MapPiece emit, void *arg);

// The border of what the projection can show, as a closed polygon.
bool map_horizon(const Projection *p, MapScratch *m, MapPiece emit, void *arg);

// --- Between map_clip.c, map_cut.c, map_edge.c, map_polygon.c and map_region.c

typedef struct MapCutArc { // of a polygon's outline, from where it comes back to where it leaves what is kept
    int64_t first, n;      // in MapScratch.cut
    bool is_used;
} MapCutArc;

typedef struct MapArc { // of a polygon's outline, from edge to edge
    int64_t first, n; // in MapScratch.turned
    double from, to;  // where on the edge it begins and ends (map_edge_place); NaN: it does not
    int64_t end[2];   // of map_region.c: in MapScratch.end
    bool is_used, is_marked;
} MapArc;

// Follows a line through turned places; tells what it sees.
typedef struct MapTracer {
    const Projection *p;
    void *sink;
    void (*point)(void *sink, Turned t);
    void (*begin)(void *sink, double edge);  // a piece begins: at a place of the edge, or NaN: the line's own beginning
    void (*end)(void *sink, double edge);
    Turned last;
    bool has_last, is_seen, is_open;
    bool cuts_lobes; // Goode's, too
    bool is_line;    // so that it ends where the map is cut off (Projection.cut)
} MapTracer;
void map_trace(MapTracer *m, Turned t);
void map_trace_end(MapTracer *m);
// Steps straight in longitude and latitude from a, which has been traced, to b.
void map_trace_straight(MapTracer *m, LonLat a, LonLat b);
bool map_is_place(LonLat at);

// Where arcs are gathered: in MapScratch.
typedef struct MapArcSink {
    MapScratch *m;
    bool is_short_of_memory;
} MapArcSink;
MapTracer map_arc_tracer(const Projection *p, MapArcSink *sink);
bool map_join_ends(MapScratch *m, int64_t from);

// MapScratch.polygon, a closed line of turned places, as a polygon of the plane (or several, where the map has lobes).
bool map_add_polygon(MapScratch *m, Turned t);
bool map_project_polygon(const Projection *p, MapScratch *m);
bool map_emit_polygon(const Projection *p, MapScratch *m, MapPiece emit, void *arg);

// What is cut off: MapScratch.polygon becomes what is kept of it; and pieces of the plane, cut off at the projection's box.
bool map_keep_polygon(const Projection *p, MapScratch *m);
bool map_boxed_polygon(const Projection *p, MapScratch *m, MapPiece emit, void *arg); // MapScratch.plane
void map_boxed_line(const Projection *p, const Point *at, int64_t n, MapPiece emit, void *arg);
// A plane without cuts: turned longitude and latitude, or stereographic.
Point map_uncut(const Projection *p, Turned t);

// The edge of what is seen is a closed line, run through with what is seen on the left. How long it is and its points, by a place
// from 0 on.
double map_edge_length(const Projection *p);
Turned map_edge_point(const Projection *p, double place);
double map_edge_place(const Projection *p, Turned t); // of a point near it

bool map_add_turned(MapScratch *m, Turned t);
bool map_add_plane(MapScratch *m, const Projection *p, Turned t);

#endif
