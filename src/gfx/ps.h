// The writer of PostScript files: what its parts share. gfx/ps.c has the document, gfx/ps_paint.c lines, polygons and texts,
// gfx/ps_image.c images.
#ifndef HELIO_GFX_PS_H
#define HELIO_GFX_PS_H

#include "gfx/page.h"

// What has been written of the state of the page, so that it is written when it changes only.
typedef struct Ps {
    uint8_t color[3];
    double thick;  // -1: unknown
    int linestyle; // -1: unknown
    int font;      // -1: unknown
    bool is_latin1;
    double size;
    bool has_latin1[PSFONTS]; // defined on this page
    bool is_used[PSFONTS];    // in this file
    bool is_path;             // lines that are not yet drawn
    bool is_started;          // of the part that is being written: its first point is there
    int points;               // of that path
    long x, y;                // where it is
    size_t line;              // where the line of text begins, in page->out
} Ps;

extern const PageFormat ps_format;

static inline Ps *ps_of(Page *p) { return p->writer; }
// Draws the path that is under way, and sets the colour that is asked for.
void ps_settle(Page *p);
void ps_color(Page *p);

// The parts of the format.
Status ps_path(void *page, const Point *p, int64_t n, const Pen *pen);
Status ps_fill(void *page, const Point *p, int64_t n);
Status ps_run(void *page, const PaintRun *run);
Status ps_image(void *page, const FrameImage *img, const Box *to);

#endif
