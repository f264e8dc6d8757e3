// Gfx: all graphics state of an engine: the devices and their windows, the current ones, the colour table.
// Drawing is: gfx_target for the window (which opens window 0 if there is none), frame_put and friends on its frame,
// gfx_changed with the region. Start reading at gfx_target.
#ifndef HELIO_GFX_GFX_H
#define HELIO_GFX_GFX_H

#include "gfx/device.h"
#include "gfx/page.h"
#include "gfx/truetype.h"
#include "plot/symbol.h"

#define GFX_MAX_WINDOWS 128 // 0 to 31 by number, the rest by /FREE
#define GFX_FIRST_FREE  32

// A font of the system's, as DEVICE, SET_FONT names it.
typedef struct ScreenFont {
    char family[64];
    bool is_bold, is_slanted;
    double size; // pixels; 0: as the character cell has it
} ScreenFont;

// A device with what was made on it; each keeps its windows while another is selected.
typedef struct Screen {
    const Device *dev;
    void *state; // the device's, once connected
    bool is_connected;
    bool is_decomposed;
    bool is_smooth; // DEVICE, /ANTIALIAS
    bool keeps_depth; // DEVICE, /Z_BUFFERING
    int colors;       // of the table that programs are to use: DEVICE, SET_COLORS
    int function;        // of all but ERASE: how they are combined with what is there (gfx/raster.h)
    uint32_t write_mask; // bits of pixels that they change: red, then green, then blue; of 8 bits the lowest eight
    int width, height;           // of new windows, by DEVICE, SET_RESOLUTION; 0: not set
    int bytes;                   // of a pixel of new frames
    int char_width, char_height; // !D.X_CH_SIZE, Y_CH_SIZE
    ScreenFont truetype;         // of FONT=1
    ScreenFont own;              // of FONT=0, on screens
    GfxWindow *win[GFX_MAX_WINDOWS];
    int current; // index, or -1
} Screen;

enum { SCREEN_X, SCREEN_Z, SCREEN_NULL, SCREEN_PNG, SCREEN_TERM, SCREEN_PS, SCREEN_PDF, SCREEN_SVG, SCREEN_COUNT };

// SET_SHADING; zeros are the defaults.
typedef struct Shading {
    double light[3]; // all 0: [0, 0, 1]
    bool is_flat, keeps_back;
    bool has_values;
    int values[2]; // of the darkest and the brightest pixel
} Shading;

typedef struct Gfx {
    GfxHost host;
    Shading shading;
    Screen screen[SCREEN_COUNT];
    Screen *on;        // the selected device
    ColorTable colors; // what TVLCT loads
    char *filename;    // of the PNG device; NULL: helio.png
    bool is_name_chosen; // by the engine
    int pumped_fd;     // for the caller's use: which gfx_fd it listens to, at first -1
    int wanted_width, wanted_height;  // of new windows; 0: the device's own
    PointerShape pointer; // over windows
    bool is_full_size;  // new windows have that size, not half the screen's
    int font;             // of Hershey, which texts change by !7 and its kin; 0: the default
    Symbol *user_symbol;  // of USERSYM; NULL: none yet
    double pen[3];        // where PLOTS, /CONTINUE goes on, normal coordinates
    const GfxWindow *clip_window; // that !P.CLIP is for, and its size then; NULL: a page, or none yet
    int clip_width, clip_height;
    double text_end[2];   // where the last text ended, device coordinates: XYOUTS without a place goes on there
    const TrueTypeTable *fonts; // the module `truetype`, once it is open
    void *font_library;
    bool is_font_told; // that it cannot be opened
    bool is_told;      // the note about a missing display has been given
    bool stands_for_x; // the present device, for want of a display: its name stays X, which programs ask for
} Gfx;

typedef struct WindowSpec {
    int index;         // -1: the first free one above 31
    int width, height; // 0: the default
    int x, y;          // -1: anywhere
    const char *title; // NULL: "Helio N"
    bool is_pixmap;
} WindowSpec;

Gfx *gfx_new(const GfxHost *host);
void gfx_free(Gfx *g); // shows what is pending, closes all

// Selects a device by its upper-case name; E_DEVICE if there is none of that name. Connects nothing yet.
MUST_USE Status gfx_select_device(Gfx *g, const char *name);
// Connects the selected device. An X without display gives way to the best device there is, with a note.
MUST_USE Status gfx_connect(Gfx *g);

// The window to draw in: the current one, or window 0, opened now. *w is NULL on devices without (NULL, PS).
MUST_USE Status gfx_target(Gfx *g, GfxWindow **w);
GfxWindow *gfx_current(const Gfx *g);           // NULL: none is open
GfxWindow *gfx_window(const Gfx *g, int index); // NULL: it is not open

// What the selected device draws on, if that is pages in a file and it is connected; else NULL.
Page *gfx_page(const Gfx *g);

// Opens a window (replacing one of the same index) and makes it current.
MUST_USE Status gfx_window_open(Gfx *g, const WindowSpec *spec, GfxWindow **w);
void gfx_window_close(Gfx *g, int index);
// The size of a window that is asked for without one; connects the device.
MUST_USE Status gfx_default_size(Gfx *g, int *width, int *height);
MUST_USE Status gfx_screen_size(Gfx *g, int *width, int *height);
// That of the display, whatever device is selected; where there is none, of what stands in for it. cm: a pixel's side.
void gfx_display_size(Gfx *g, int *width, int *height, double *cm);
// Another size or depth for a device's one buffer (Z); it is erased. 0 keeps.
MUST_USE Status gfx_reshape_buffer(Gfx *g, int width, int height, int bytes);
// Whether that buffer has depths (gfx/depth.h) from now on; they begin anew, at the back.
MUST_USE Status gfx_keep_depth(Gfx *g, bool keeps);
// The current window of a device that writes files, and its new ones, get this size; the window is emptied.
MUST_USE Status gfx_set_resolution(Gfx *g, int width, int height);

// After drawing in region r of w: shows it, now or when the program pauses, as the device has it.
MUST_USE Status gfx_changed(Gfx *g, GfxWindow *w, Rect r);
// Shows everything pending. To be called when the program pauses: before a prompt, by WAIT, EMPTY, and at the end.
MUST_USE Status gfx_settle(Gfx *g);
// Gives windows that are shown at once their smooth edges, where they are wanted and not made yet; gfx_settle does it, too.
MUST_USE Status gfx_smooth(Gfx *g);
MUST_USE Status gfx_set_smooth(Gfx *g, bool is_smooth); // of the selected device
// What the pointer looks like over windows, those to come too.
MUST_USE Status gfx_shape_pointer(Gfx *g, const PointerShape *shape);
// Handles window events without waiting, when gfx_fd is readable or now and then. The fd is -1 when there is none.
MUST_USE Status gfx_pump(Gfx *g);
int gfx_fd(const Gfx *g);

// Where the PNG device writes; applies to the next picture.
void gfx_set_filename(Gfx *g, const char *filename);

// The fonts of the system, opened on first use.
MUST_USE Status gfx_fonts(Gfx *g);

#endif
