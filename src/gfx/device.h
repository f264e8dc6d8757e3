// The graphics devices behind one table each. A device shows frames that gfx.c owns; it draws nothing itself.
// The X device lives in the module `xcb` (gfx/x11.c), since it needs a library; the others are built in.
#ifndef HELIO_GFX_DEVICE_H
#define HELIO_GFX_DEVICE_H

#include "gfx/drawing.h"

// The pointer over a window, in pixels from the lower left. Counters grow with every event, so that a quick click is not lost.
typedef struct Pointer {
    int x, y;       // -1 outside of the window
    int buttons;    // 1 left, 2 middle, 4 right: those that are down
    int last;       // the button of the last press or release
    int at[2];      // where that was
    uint32_t ms;    // when, by the window system's clock
    unsigned downs, ups, moves;
} Pointer;

// What the pointer looks like over windows.
enum { POINTER_SIDE = 16, POINTER_CROSSHAIR = 34 }; // pixels; a glyph of X's cursor font
typedef struct PointerShape {
    enum { POINTER_ORIGINAL, POINTER_GLYPH, POINTER_BITMAP } kind; // as the window system has it; of X's font; 16 by 16 pixels
    int glyph;
    uint16_t image[POINTER_SIDE], mask[POINTER_SIDE]; // rows from above, the leftmost pixel in bit 0
    int x, y; // the pixel of it that points, from the upper left
} PointerShape;

// A window as a device and the program see it.
typedef struct GfxWindow {
    int index;
    Framebuffer frame;
    Drawing drawing; // what made it
    Framebuffer smooth; // of a device that shows at once: the frame with smooth edges, until something is drawn; else empty
    bool wants_smooth;  // that is to be made when the program pauses
    Rect dirty;      // drawn and not yet presented
    bool is_pixmap;  // never shown
    bool is_fixed;   // the one buffer of a device without windows
    bool is_smooth;  // to be shown with smooth edges, where the device can
    bool was_closed; // by the user, through the window manager: gfx_pump removes it
    char *title;
    int x, y;    // where the user wanted it, upper left corner from the screen's; -1: anywhere
    void *shown; // the device's own
    Pointer pointer, told; // `told`: as CURSOR has last seen it
} GfxWindow;

// What is to be seen of a window.
static inline const Framebuffer *window_picture(const GfxWindow *w) { return w->smooth.px ? &w->smooth : &w->frame; }

// What devices ask of the program around them. write and note may be called at any time after gfx_new.
typedef struct GfxHost {
    void *arg;
    void (*write)(void *arg, const void *p, size_t n); // to the terminal, in order with the program's own output
    void (*note)(void *arg, const char *text);         // one line for the user, on the error unit
} GfxHost;

// What a device's connect is given.
typedef struct DeviceSetup {
    const GfxHost *host;
    const char *filename; // of PNG: DEVICE, FILENAME=, or the default
    bool is_chosen;       // the engine chose that name
} DeviceSetup;

typedef enum DeviceFlags {
    DEVICE_WINDOWS = 1, // WINDOW, WSET, ... work; else one fixed frame
    DEVICE_FRAME = 2,   // has pixels (NULL has none)
    DEVICE_AT_ONCE = 4, // present after every drawing; else when the program pauses
    DEVICE_INDEXED = 8, // starts with 8 bits a pixel
    DEVICE_DEPTH = 32,  // can keep depths beside its pixels
    DEVICE_PAGES = 16,  // files of pages; its state is a Page (gfx/page.h)
} DeviceFlags;

typedef struct Device {
    const char *name;  // !D.NAME
    int32_t idl_flags; // !D.FLAGS
    unsigned flags;    // DEVICE_
    int width, height; // of the fixed frame, or of a window by default
    float px_cm;       // !D.X_PX_CM
    int char_width, char_height;
    int screen_width, screen_height; // when screen_size is NULL
    // All below may be NULL. connect is called before any other of them.
    Status (*connect)(const DeviceSetup *setup, void **state);
    void (*disconnect)(void *state);
    Status (*window_open)(void *state, GfxWindow *w);
    void (*window_close)(void *state, GfxWindow *w);
    Status (*present)(void *state, GfxWindow *w, Rect r);            // shows a region of w's frame
    void (*show)(void *state, GfxWindow *w, bool front, int iconic); // iconic: 1, 0, -1 as it is
    void (*retitle)(void *state, GfxWindow *w);
    // Handles what the user did to windows, without waiting: repaints, resizes frames, marks closed ones.
    Status (*pump)(void *state);
    int (*fd)(void *state);
    void (*screen_size)(void *state, int *width, int *height);
    void (*set_filename)(void *state, const char *filename);
    // The pointer: brings w->pointer up to date, moves it to a place in the window, hides it over the window or shows it.
    void (*find_pointer)(void *state, GfxWindow *w);
    void (*move_pointer)(void *state, GfxWindow *w, int x, int y);
    void (*hide_pointer)(void *state, GfxWindow *w, bool is_hidden);
    Status (*shape_pointer)(void *state, const PointerShape *shape); // over all windows, those to come too
} Device;

extern const Device device_z, device_null, device_png, device_term, device_ps, device_pdf, device_svg;
#define XCB_MODULE "xcb", "helio_x_device", "libxcb1"

#endif
