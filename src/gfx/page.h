// Pages: what devices that write files of pages share (PS, PDF, SVG): the page's size and place, the fonts, as DEVICE
// sets them, and the file. It is opened by DEVICE, FILENAME= or the first drawing, and published when it is closed, so
// that the old one stays until then. Start reading at page_begin.
#ifndef HELIO_GFX_PAGE_H
#define HELIO_GFX_PAGE_H

#include "base/buf.h"
#include "gfx/painter.h"
#include "plot/psfont.h"
#include "sys/publish.h"

#define PAGE_UNITS_CM 1000 // device units in a centimetre
#define PAGE_THINNEST 10 // device units: the line of THICK 1
#define PAGE_FAR      1e6  // what lies beyond is cut off
enum { PAGE_MUCH = 1 << 16 };  // bytes that are sent at once

// As DEVICE has them, from one file to the next.
typedef struct PageSetup {
    double width, height;      // device units
    double x_offset, y_offset; // of the drawing's origin on the page, points
    double scale;
    bool is_landscape, is_encapsulated, is_color, is_cmyk, is_latin1;
    int bits, language_level;
    double font_size;                 // points
    int font, fonts[PSFONT_NUMBERS];  // the one that texts begin with, and those of !3 to !20
    PsFamily family;
    bool is_bold, is_slanted;
} PageSetup;

struct Page;

// How a kind of file is written. What it needs while a file is open hangs off page->writer.
typedef struct PageFormat {
    const char *usual_name; // idl.ps
    bool is_single;         // a file holds one page: the next goes to NAME_2, and so on
    PainterOps paint;       // on a Page
    Status (*begin)(struct Page *p);     // the file
    Status (*new_page)(struct Page *p);
    Status (*end_page)(struct Page *p);
    Status (*verbatim)(struct Page *p, const char *text, size_t n); // NULL: such files cannot hold it
    Status (*end)(struct Page *p);
    void (*drop)(struct Page *p);        // releases the writer, after end or instead of it
} PageFormat;

typedef struct Page {
    PageSetup setup;
    const PageFormat *format;
    char *filename;   // NULL: the format's
    Publication file;
    Buf out;          // to be written yet
    bool is_open;     // the file
    bool has_begun;   // something is in it
    bool has_page;    // a page is under way
    bool is_blank;    // nothing is drawn on it yet: it holds what page_verbatim was given
    int pages;
    int sheet;        // of files that hold one page: how many were written before
    uint8_t color[3]; // what is drawn next, red, green, blue
    bool is_clipped;
    Box clip;
    void *writer;
    const char *lost; // what replacing the old file has lost (sys/publish.h); NULL: nothing
} Page;

Page *page_new(const PageFormat *format);
void page_free(Page *p); // whoever wants the file kept calls page_close before

const char *page_filename(const Page *p); // DEVICE, FILENAME=, or the usual one

PageSetup page_defaults(void);
void page_orient(PageSetup *s, bool is_landscape); // with its own size and place
// The page's box in points, x0 y0 x1 y1, as files tell it.
void page_bounds(const PageSetup *s, double box[4]);
// A number as programs give it for a colour, as red, green and blue; `colors`: the table, NULL: the number holds them.
void page_color(const PageSetup *s, int64_t color, const ColorTable *colors, uint8_t rgb[3]);

// Closes what is open, and opens the file of that name.
MUST_USE Status page_name(Page *p, const char *filename);
// To be called before anything is written: the file is open and has a page.
MUST_USE Status page_begin(Page *p);
MUST_USE Status page_erase(Page *p); // ends the page, if there is one
// Writes the end and publishes the file; without a page there is none, and the old one stays.
MUST_USE Status page_close(Page *p);

// DEVICE, OUTPUT=: as it is, in a line of its own, on the page that there is or that begins with it. It is no drawing: the next
// one is on the same page.
MUST_USE Status page_verbatim(Page *p, const char *text, size_t n);

// Painters' operations that are the same for all.
void page_set_color(void *page, const uint8_t rgb[3]);
void page_set_clip(void *page, const Box *box);
Status page_paint_erase(void *page);

// For formats: sends what `out` holds once that is PAGE_MUCH. On failure all is given up and the device is as before.
MUST_USE Status page_flush(Page *p, bool is_all);

#endif
