// Painter: what drawing comes to, a table of few operations that each kind of device has: frames in memory
// (gfx/paint_frame.c) and pages in files (gfx/ps_paint.c and its kin). Coordinates are the device's, from the lower left.
#ifndef HELIO_GFX_PAINTER_H
#define HELIO_GFX_PAINTER_H

#include "gfx/raster.h"
#include "plot/point.h"
#include "plot/region.h"

typedef struct Pen {
    double thick;  // times the device's thinnest line
    int linestyle; // 0 to 5; others are drawn as 0
} Pen;

// Characters of one of PostScript's fonts (plot/psfont.h) in a row.
typedef struct PaintRun {
    int font;
    bool is_latin1; // else the font's own encoding
    const uint8_t *text;
    int n;
    double size; // of an em, device coordinates
    Point at;    // of the pen
    double cosine, sine;
} PaintRun;

// `on` is a FramePainter or a Page. What is drawn until Ctrl-C ended it stays; the caller asks for that.
typedef struct PainterOps {
    // Fills a frame with the colour; of a file, ends the page if there is something on it.
    Status (*erase)(void *on);
    // In the order that a frame has: an index, or red, green, blue.
    void (*color)(void *on, const uint8_t pixel[3]);
    void (*clip)(void *on, const Box *box); // NULL: everywhere
    // Joined lines through finite points; one point is a dot.
    Status (*path)(void *on, const Point *p, int64_t n, const Pen *pen);
    // By the even-odd rule. NaN stands between parts that are closed each by itself.
    Status (*fill)(void *on, const Point *p, int64_t n);
    // NULL: there are no such fonts.
    Status (*run)(void *on, const PaintRun *run);
    // Red, green and blue, or one channel of grey, stretched to a box. NULL: pixels go into the frame itself.
    Status (*image)(void *on, const FrameImage *img, const Box *to);
    // As fill, pixel by pixel. NULL: there are none.
    Status (*facet)(void *on, const Point *p, int64_t n, const RasterFacet *facet);
} PainterOps;

#endif
