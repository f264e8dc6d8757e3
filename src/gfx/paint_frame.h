// The painter of frames in memory: lines and polygons as pixels (gfx/raster.h).
#ifndef HELIO_GFX_PAINT_FRAME_H
#define HELIO_GFX_PAINT_FRAME_H

#include "gfx/painter.h"
#include "gfx/raster.h"

typedef struct FramePainter {
    Raster raster;
    double px_cm;
} FramePainter;

extern const PainterOps frame_painter;

#endif
