// Lines and filled polygons in a framebuffer, pixel for pixel and without antialiasing, so that TVRD, masks and XOR
// come out as IDL's. Coordinates are pixels from the lower left; the point (x, y) lies in the pixel (floor(x),
// floor(y)). Where the frame keeps depths (gfx/depth.h) what lies behind is not drawn; points say how near they are, and
// between them that is linear.
#ifndef HELIO_GFX_RASTER_H
#define HELIO_GFX_RASTER_H

#include "gfx/framebuffer.h"
#include "plot/point.h"

// X's and IDL's numbers of how a pixel is combined with what is there, 0 to 15. Each bit is what one pair of bits gives,
// the new one and the old: 1 for 1 and 1, 2 for 1 and 0, 4 for 0 and 1, 8 for 0 and 0.
enum { RASTER_COPY = 3, RASTER_FUNCTIONS = 16 };

typedef struct Raster {
    Framebuffer *frame;
    Rect clip;        // inside the frame
    uint8_t pixel[3]; // what is drawn, frame->bytes of it
    uint8_t mask[3];  // bits that are written
    int function;
    bool ignores_depth; // draws over all, and leaves the depths as they are
    int16_t near;       // depth of what raster_span draws
    bool is_line;       // that is part of a line, which is seen on a surface that it lies on
    Rect changed; // what has been drawn in since it was made
} Raster;

Raster raster_on(Framebuffer *f); // the whole frame, copying

// A line of joined pixels from a to b, both included, `thick` pixels wide (1: as thin as can be). Without `last` the
// pixel of b is left out, which the next piece of a path draws.
void raster_line(Raster *r, Point a, Point b, int thick, bool last);

// Fills what is inside by the even-odd rule: pixels whose centres are inside. The polygon is closed by itself; with
// points of NaN between them there may be several, whose first and last points are the same.
// Neighbouring polygons share no pixel and leave none out. Ctrl-C ends it. False: no memory.
bool raster_polygon(Raster *r, const Point *p, int n);

// A polygon whose pixels differ: by values of its points, linear between them along the sides, then along rows.
enum { RASTER_VALUES = 3 };
typedef struct RasterFacet {
    int values;          // of a point
    const double *value; // point after point
    // The pixel at (x, y); false: there is nothing.
    bool (*pixel)(const void *arg, int x, int y, const double *value, uint8_t pixel[3]);
    const void *arg;
} RasterFacet;
bool raster_facet(Raster *r, const Point *p, int n, const RasterFacet *facet);

// One pixel inside the frame, combined with what is there; clip rectangle and depths are the caller's.
void raster_put(const Raster *r, int x, int y, const uint8_t pixel[3]);
// An area inside the frame whose new pixels are there already, and what was there before in `old`, a frame of the same size:
// combined as raster_put does it. channel 1, 2, 3: of one of red, green and blue; 0 all.
void raster_combine(const Raster *r, Rect area, const Framebuffer *old, int channel);
bool raster_is_plain(const Raster *r); // what is drawn replaces what is there

// Row y of pixels from x0 to x1, both included.
void raster_span(Raster *r, int y, int x0, int x1);

#endif
