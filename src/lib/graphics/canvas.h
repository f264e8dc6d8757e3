// Canvas: what drawing routines draw on: the current window of the current device, or a page of its file; its size and
// characters, the pen. Coordinates are device coordinates, from the lower left. On the device NULL all is done but drawing.
#ifndef HELIO_LIB_GRAPHICS_CANVAS_H
#define HELIO_LIB_GRAPHICS_CANVAS_H

#include "gfx/paint_frame.h"
#include "lib/graphics/plane.h"
#include "lib/graphics/state.h"
#include "plot/region.h"

typedef struct Canvas {
    Call *call;
    GfxWindow *window;              // NULL: a page, or nothing is drawn
    Page *page;                     // NULL: a window, or nothing is drawn
    double width, height;           // of the device
    double char_width, char_height; // !D.X_CH_SIZE, Y_CH_SIZE
    const PainterOps *paint; // NULL: nothing is drawn
    FramePainter frame;      // of a window
    Pen pen;
    const Plane *plane; // NULL: the page; else what is drawn lies on it, and is not clipped
    Box clip; // outside of which nothing is drawn
    uint8_t pixel[3]; // the colour, as the frame or the page has it
    bool is_unrecorded; // something was drawn that the window's drawing has no operation for
    bool is_plain;
} Canvas;

// Opened for one call, as long as which it lives: what was drawn is shown when canvas_close is called, or, if the call
// fails, with what is drawn next.
Canvas *canvas_open(Call *c);
Canvas *canvas_open_plain(Call *c); // for routines without the common keywords (keywords.h)
// To be called when the program's own code has run since: it may have opened and closed windows. Nothing may be drawn
// before.
void canvas_open_again(Canvas *v);
void canvas_close(Canvas *v);
// A copy of what the window shows, where SET_GRAPHICS_FUNCTION or SET_WRITE_MASK combine with it what is put there, else NULL.
const Framebuffer *canvas_before(Canvas *v);

// Fills the window, or begins a new page.
void canvas_erase(Canvas *v, int64_t color);
// A number as programs give it: an index into the colour table, or red, green and blue, as the device has it.
void canvas_color(Canvas *v, int64_t color);
// The colour of what nothing is drawn on: of a page white, of a window the one that is given.
void canvas_background(Canvas *v, int64_t color);
// Nothing is drawn outside (device coordinates); NULL: the whole window.
void canvas_clip(Canvas *v, const Box *box);
// Joined lines through n points, with the pen's thickness and dashes; one point is a dot. NaN interrupts.
void canvas_path(Canvas *v, const Point *p, int64_t n);
void canvas_fill(Canvas *v, const Point *p, int64_t n);
// A text of the window's that is drawn until its end, as characters. False: it is not kept.
bool canvas_begin_label(Canvas *v, const DrawingLabel *label);
void canvas_end_label(Canvas *v);
// A polygon whose pixels differ (gfx/raster.h). The canvas has pixels.
void canvas_facet(Canvas *v, const Point *p, int64_t n, const RasterFacet *facet);
// The pixel of a number for a colour, as the frame has it.
void canvas_pixel(const Canvas *v, int64_t color, uint8_t pixel[3]);
// Characters of a font of the page's (there is one).
void canvas_run(Canvas *v, const PaintRun *run);
// An image on a page (there is one), stretched to a box: red, green and blue, or grey.
void canvas_image(Canvas *v, const FrameImage *img, const Box *to);

// How a text is drawn: `font` as IDL's numbers have it (3 to 20), which `canvas_text` changes as !7 and its kin do.
typedef struct TextStyle {
    double size, thick, degrees, alignment;
} TextStyle;
// Draws a text from (x, y), unless `is_measured` only; returns its width.
double canvas_text(Canvas *v, const char *text, size_t n, Point at, const TextStyle *style, bool is_measured);

#endif
