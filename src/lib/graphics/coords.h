// Coordinates: of the data, normal (0 to 1 across the device) and of the device (pixels), by the scaling that the last
// plot left in !X, !Y, !Z and, with T3D, the matrix !P.T.
#ifndef HELIO_LIB_GRAPHICS_COORDS_H
#define HELIO_LIB_GRAPHICS_COORDS_H

#include "lib/graphics/canvas.h"
#include "plot/projection.h"

typedef enum CoordSystem { COORD_DATA, COORD_NORMAL, COORD_DEVICE } CoordSystem;

typedef struct Coords {
    double width, height; // of the device
    double s[3][2];       // normal = s[0] + s[1]*data (its log10 on a log axis)
    bool is_log[3];
    bool is_3d;
    double t[4][4]; // !P.T as stored: t[column][row]
    const Projection *map; // data are longitude and latitude in degrees; s is that of the map's plane. NULL: they are not
    bool clips_map;        // what is drawn over the map ends at its window
} Coords;

typedef Point Place; // in any of the systems

// The scaling in force. is_3d: T3D, or !P.T3D.
Coords coords_now(Call *c, double width, double height, bool is_3d);
// Which system DATA, NORMAL and DEVICE of a call ask for.
CoordSystem coords_asked(Call *c, CoordSystem otherwise);
Place coords_to_normal(const Coords *s, Place p, CoordSystem from);
Place coords_from_normal(const Coords *s, Place p, CoordSystem to);
Point coords_to_device(const Coords *s, Place p, CoordSystem from);
void coords_data_to_device(const Coords *s, const Place *p, int64_t n, Point *out); // many at once; out may be p
// A place of the map's plane in normal coordinates, as it lies there, without T3D; and from those to the device, seen through
// !P.T with T3D, at a height of the data.
Point coords_of_plane(const Coords *s, double u, double v);
Point coords_from_plane(const Coords *s, Point flat, double z);

// Three values of a place as arguments first, first+1 [, first+2] have them: vectors of x and y (and z), or an array (2
// or 3, n). Returns how many; the missing z is `z`. Lives as long as the call.
Place *coords_places(Call *c, int first, int count, double z, int64_t *n);

#endif
