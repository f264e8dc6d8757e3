// A text that is laid out and about to be drawn, and the two ways in which devices' fonts are drawn.
#ifndef HELIO_LIB_GRAPHICS_WRITING_H
#define HELIO_LIB_GRAPHICS_WRITING_H

#include "gfx/screen_font.h"
#include "lib/graphics/canvas.h"
#include "plot/text.h"

typedef struct Writing {
    Canvas *canvas;
    const TextLayout *layout;
    Point at;
    double unit; // Hershey's, in device coordinates
    double cosine, sine;
} Writing;

static inline Point writing_place(const Writing *w, double x, double y)
{
    x *= w->unit;
    y *= w->unit;
    return (Point){w->at.x + x * w->cosine - y * w->sine, w->at.y + x * w->sine + y * w->cosine};
}

// Tells the window's drawing what is about to be written; false: it does not need to know, or cannot be told. After it has been
// written: canvas_end_label.
bool canvas_label(const Writing *w, double alignment);

// A font of the system's: drawn as outlines.
typedef struct OutlineFont {
    Call *call;
    const ScreenFont *font;
    double px, unit; // of an em, of a unit of the layout
    bool is_fitted;  // to the grid of pixels
} OutlineFont;

double outline_advance(const void *font, const TextGlyph *g);
void outline_write(const Writing *w, const OutlineFont *f);

#endif
