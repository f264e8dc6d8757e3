// What the files of the module `xcb` share: the connection and its windows. Start at x11.c.
#ifndef HELIO_GFX_X11_H
#define HELIO_GFX_X11_H

#include "gfx/device.h"

#include <xcb/xcb.h>

#define RETAINED 256 // windows the device can have open

typedef struct XWindow {
    xcb_window_t id;
    xcb_gcontext_t gc;
    GfxWindow *w;
    bool is_exposed;
} XWindow;

typedef struct XDevice {
    xcb_connection_t *conn;
    xcb_screen_t *screen;
    int depth, bytes;           // of the root visual: bits, and bytes of a pixel in an image
    bool is_msb;                // the server's byte order
    unsigned shift[3], bits[3]; // where red, green and blue go
    xcb_atom_t wm_protocols, wm_delete, net_wm_name, utf8_string;
    XWindow win[RETAINED];
    PointerShape shape; // over all windows
    bool is_lost; // the connection broke
} XDevice;

// The pointer (x11_pointer.c), as Device has it.
void x_find_pointer(void *state, GfxWindow *w);
void x_move_pointer(void *state, GfxWindow *w, int px, int py);
void x_hide_pointer(void *state, GfxWindow *w, bool is_hidden);
Status x_shape_pointer(void *state, const PointerShape *shape);

#endif
