// Drawing: what a window shows, as the operations that made it since the last ERASE, so that it can be drawn anew in
// another size or on a page. What was drawn otherwise (images, XOR, single channels) is in it as the pixels that it
// left. It has a ceiling, beyond which only pixels remain. Frames of 24 bits have one. Start at drawing_path and
// drawing_replay.
#ifndef HELIO_GFX_DRAWING_H
#define HELIO_GFX_DRAWING_H

#include "base/buf.h"
#include "gfx/framebuffer.h"
#include "gfx/painter.h"

typedef struct Drawing {
    Buf ops;               // the operations, one behind the other
    Rect pixels;           // drawn otherwise since the last operation: taken from the frame before the next
    uint8_t background[3]; // of the last ERASE
    uint8_t color[3];      // as the operations have it, once has_state
    Box clip;
    bool has_state;
    int width, height; // of the frame, as the operations have it
} Drawing;

void drawing_free(Drawing *d);
void drawing_erase(Drawing *d, const uint8_t color[3]);
// An operation that is about to be done on f: with this colour, within this box.
void drawing_path(Drawing *d, const Framebuffer *f, const uint8_t color[3], const Box *clip, const Point *p, int64_t n,
                  const Pen *pen);
void drawing_fill(Drawing *d, const Framebuffer *f, const uint8_t color[3], const Box *clip, const Point *p, int64_t n);
// Something else has changed these pixels.
void drawing_pixels(Drawing *d, Rect r);

// A text as characters, level or from below (is_upright). What is drawn until its end looks the same; targets that write
// characters leave that out.
typedef struct DrawingLabel {
    double left, right, middle; // of its letters; for takers as fractions of the picture's width and height
    double alignment;           // 0 to 1: the point that stays when characters are wider or narrower
    bool is_upright;            // then left and right are the same, and the middle of the text stays
    char text[103];             // UTF-8
} DrawingLabel;
void drawing_label(Drawing *d, const Framebuffer *f, const uint8_t color[3], const Box *clip, const DrawingLabel *label);
void drawing_label_end(Drawing *d);

typedef struct LabelTaker {
    bool (*take)(void *arg, const DrawingLabel *label, const uint8_t color[3]); // false: it is to be drawn
    void *arg;
} LabelTaker;

// Draws all of it in another size on a frame or a page; lines grow with the smaller side. `f`: the frame that it was
// drawn on.
typedef struct DrawingTarget {
    const PainterOps *paint;
    void *on;
    Framebuffer *frame; // behind `on`, of 24 bits; NULL: a page
    double width, height;
    double thinnest;         // width of its thinnest line
    double scale_x, scale_y; // set meanwhile
    double least;            // below which lines do not shrink
    const LabelTaker *labels; // NULL: texts are drawn
    uint8_t color[3];        // set meanwhile
    bool is_label_taken;
} DrawingTarget;
MUST_USE Status drawing_replay(Drawing *d, const Framebuffer *f, const DrawingTarget *to);

// Another size for a frame: what was drawn on it is drawn anew. On failure the frame is unchanged.
MUST_USE Status drawing_resize(Drawing *d, Framebuffer *f, int width, int height, double px_cm);

#endif
