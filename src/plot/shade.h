// Shaded facets with a depth buffer: pixels take the nearest facet's shade, which runs linearly between its corners.
#ifndef HELIO_PLOT_SHADE_H
#define HELIO_PLOT_SHADE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct ShadeBuffer {
    int width, height;
    float *depth; // the larger the nearer; -INFINITY: nothing there
    float *shade; // row by row from below
} ShadeBuffer;

typedef struct ShadePoint {
    double x, y, depth; // pixels; a pixel's middle is at .5
    double shade;
} ShadePoint;

// False: no memory. Free with shade_free.
bool shade_begin(ShadeBuffer *b, int width, int height);
void shade_free(ShadeBuffer *b);
void shade_triangle(ShadeBuffer *b, const ShadePoint p[3]);

// How light falls (SET_SHADING).
typedef struct ShadeLight {
    double direction[3]; // towards the light, in page coordinates with depth
    bool is_smooth;      // Gouraud: shades run between corners; else a facet has one
    bool rejects_back;   // facets that turn away are not drawn
} ShadeLight;

// The brightness 0 to 1 of a facet with this normal (of any length).
double shade_of(const ShadeLight *light, const double normal[3]);

// A body of polygons: `list` has n, then n subscripts of points, and so on; -1 ends it. Points are in pixels with
// depth; `given` has a shade for each point (NULL: by the light), `facet_given` one for each polygon.
typedef struct ShadeBody {
    const double (*p)[3];
    int64_t points;
    const int32_t *list;
    int64_t length;
    double depth_scale; // of depth in pixels: for normals
    const double *given, *facet_given;
} ShadeBody;
typedef enum ShadeFault { SHADE_FINE, SHADE_BAD_LIST, SHADE_NO_MEMORY, SHADE_STOPPED } ShadeFault;
ShadeFault shade_body(ShadeBuffer *b, const ShadeBody *body, const ShadeLight *light, bool (*is_stopped)(void));

// A surface over a grid, whose points are asked for row by row, in order.
typedef struct ShadeGrid {
    int64_t nx, ny;
    void (*read_row)(void *context, int64_t y, double (*p)[3], double *shade); // as ShadeBody.p; shade: if it is given
    bool (*is_back)(void *context, int64_t k); // whether the cell at point k has its corners clockwise, seen from above
    void *context;
    double depth_scale;
    bool is_given; // a shade for each point
} ShadeGrid;
ShadeFault shade_grid(ShadeBuffer *b, const ShadeGrid *g, const ShadeLight *light, bool (*is_stopped)(void));

#endif
