// Pictures with smooth edges: a window's drawing is drawn anew several times as large, and each pixel is the mean of
// those it covers. Neighbouring areas leave no seam between them, since the large picture has none.
#ifndef HELIO_GFX_SMOOTH_H
#define HELIO_GFX_SMOOTH_H

#include "gfx/drawing.h"

// The drawing of f as a picture of width times height pixels, smooth or not; free *out with frame_free. px_cm: of f.
// labels: NULL, or who writes its texts.
MUST_USE Status smooth_picture(Drawing *d, const Framebuffer *f, int width, int height, bool is_smooth, double px_cm,
                               const LabelTaker *labels, Framebuffer *out);
// Whether smoothing changes anything: lines or areas have been drawn.
bool smooth_matters(const Drawing *d, const Framebuffer *f);

#endif
