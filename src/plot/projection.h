// Map projections: places on the globe (radians) to a plane and back, by the formulas of Snyder, "Map Projections: A
// Working Manual" (USGS, 1987). No device, no drawing.
//
// A place is first turned, so that the map's centre, or its meridian, is at longitude 0; then it is projected. Clipping
// (plot/map_clip.h) works on turned places.
#ifndef HELIO_PLOT_PROJECTION_H
#define HELIO_PLOT_PROJECTION_H

#include <stdbool.h>

// IDL's numbers.
typedef enum ProjectionKind {
    PROJECTION_NONE,
    STEREOGRAPHIC,
    ORTHOGRAPHIC,
    LAMBERT_CONIC,
    LAMBERT_AZIMUTHAL,
    GNOMIC,
    AZIMUTHAL_EQUIDISTANT,
    SATELLITE,
    CYLINDRICAL,
    MERCATOR,
    MOLLWEIDE,
    SINUSOIDAL,
    AITOFF,
    HAMMER_AITOFF,
    ALBERS,
    TRANSVERSE_MERCATOR,
    MILLER,
    ROBINSON,
    LAMBERT_CONIC_ELLIPSOID,
    GOODES_HOMOLOSINE,
    PROJECTION_COUNT,
    PROJECTION_HOOKED = 101 // and above, by GCTP's numbers: by a hook
} ProjectionKind;

// A projection from elsewhere, of places whose longitude counts from the map's meridian.
typedef struct ProjectionHook {
    bool (*plane)(void *handle, double lon, double lat, double *u, double *v);
    bool (*globe)(void *handle, double u, double v, double *lon, double *lat);
} ProjectionHook;

typedef enum ProjectionFamily {
    FAMILY_AZIMUTHAL,  // around a centre; what is beyond a circle is not seen
    FAMILY_WORLD,      // the whole globe, cut along a meridian; turned in any direction
    FAMILY_CONIC,      // cut along a meridian; north is up
    FAMILY_TRANSVERSE, // around a meridian
} ProjectionFamily;

// What MAP_CLIP_SET cuts off: turned places v are kept where normal * v + d >= 0.
typedef struct ProjectionCut {
    double normal[3], d;
} ProjectionCut;
enum { PROJECTION_CUTS = 12 };

typedef struct Projection {
    int kind;
    double lon0, lat0, rotation; // the centre; how far north is turned clockwise at it
    double radius, e2, k0;       // of the body; scale at the centre
    double parallel[2];          // conic projections
    double height, omega, gamma; // satellite: distance from the centre in radii, tilt and its direction
    double east, north;          // added to plane coordinates
    const ProjectionHook *hook;  // of PROJECTION_HOOKED
    void *handle;
    bool is_narrow; // of a hook: only half of the globe, around the meridian, is seen
    // Derived by projection_prepare:
    ProjectionFamily family;
    bool is_turned;             // the globe is, by `turn`
    double turn[3][3];
    double cone, factor, rho0;  // conic
    double cap;                 // cosine of the greatest distance from the centre that is seen
    double lat_lo, lat_hi;      // what can be shown of turned latitudes
    // Afterwards:
    ProjectionCut cut[PROJECTION_CUTS];
    int ncuts;
    bool has_box;
    double box[4]; // of the plane: what is beyond is cut off
} Projection;

ProjectionFamily projection_family(int kind);
// Completes what derives from the first part. False: it cannot be (no such kind, parallels on both sides of the equator, ...).
bool projection_prepare(Projection *p);

typedef struct Turned {
    double lon, lat;
} Turned;

Turned projection_turn(const Projection *p, double lon, double lat);
void projection_turn_back(const Projection *p, Turned t, double *lon, double *lat);
bool projection_sees(const Projection *p, Turned t);
// Cuts off what is not on the normal's side of a plane, of unturned places, to whose normal it belongs.
void projection_add_cut(Projection *p, const double normal[3], double d);
double projection_over(const ProjectionCut *c, Turned t); // how far above the plane
bool projection_keeps(const Projection *p, Turned t);     // it is not cut off
// Turned places to the plane, if they are seen or nearly so; false where there is no such place.
bool projection_plane(const Projection *p, Turned t, double *u, double *v);
bool projection_globe(const Projection *p, double u, double v, Turned *t);

// All at once; false: the place is not on the map.
bool projection_forward(const Projection *p, double lon, double lat, double *u, double *v);
bool projection_inverse(const Projection *p, double u, double v, double *lon, double *lat);

// Where Goode's map is cut, by turned longitude: the lobe of a place, 0 to 5, and a lobe's edges.
int goode_lobe(Turned t);
void goode_edges(int lobe, double *west, double *east, bool *is_north);

// Within one family, called by the functions above; radius 1, not rotated.
bool azimuthal_plane(const Projection *p, Turned t, double *u, double *v);
bool azimuthal_globe(const Projection *p, double u, double v, Turned *t);
bool world_plane(const Projection *p, Turned t, double *u, double *v);
bool world_globe(const Projection *p, double u, double v, Turned *t);
bool conic_prepare(Projection *p);
bool conic_plane(const Projection *p, Turned t, double *u, double *v);
bool conic_globe(const Projection *p, double u, double v, Turned *t);
bool transverse_plane(const Projection *p, Turned t, double *u, double *v);
bool transverse_globe(const Projection *p, double u, double v, Turned *t);

#endif
