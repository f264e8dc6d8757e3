// The device X, over plain xcb; built as the module `xcb`. Windows are shown by put-image from our own frames, so the
// server keeps nothing: exposures are answered from the frame, resizing changes the frame, and closing marks the
// window. Nothing here waits, but for the first exposure of a new window. Start at x_connect.
#include "gfx/x11.h"

#include "base/mem.h"
#include "core/errors.h"
#include "sys/safe.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PX_CM           40  // pixels in a centimetre
#define FIRST_EXPOSE_MS 500 // how long a new window may take to appear before drawing goes on without it
#define POINTER_EVENTS                                                                                                \
    (XCB_EVENT_MASK_BUTTON_PRESS | XCB_EVENT_MASK_BUTTON_RELEASE | XCB_EVENT_MASK_POINTER_MOTION |                    \
     XCB_EVENT_MASK_LEAVE_WINDOW)

static xcb_atom_t intern(XDevice *d, const char *name)
{
    xcb_intern_atom_cookie_t cookie = xcb_intern_atom(d->conn, 0, (uint16_t)strlen(name), name);
    xcb_intern_atom_reply_t *reply = xcb_intern_atom_reply(d->conn, cookie, NULL);
    xcb_atom_t atom = reply ? reply->atom : XCB_ATOM_NONE;
    free(reply);
    return atom;
}

static void set_mask(XDevice *d, int c, uint32_t mask)
{
    d->shift[c] = mask ? (unsigned)__builtin_ctz(mask) : 0;
    d->bits[c] = (unsigned)__builtin_popcount(mask);
}

// Takes the pixel layout of the root visual; false if it has no separate red, green and blue of 8 bits or less.
static bool choose_visual(XDevice *d)
{
    const xcb_setup_t *setup = xcb_get_setup(d->conn);
    d->is_msb = setup->image_byte_order == XCB_IMAGE_ORDER_MSB_FIRST;
    d->depth = d->screen->root_depth;
    for (xcb_format_iterator_t it = xcb_setup_pixmap_formats_iterator(setup); it.rem; xcb_format_next(&it)) {
        if (it.data->depth == d->depth) d->bytes = it.data->bits_per_pixel / 8;
    }
    xcb_depth_iterator_t depth = xcb_screen_allowed_depths_iterator(d->screen);
    for (; depth.rem; xcb_depth_next(&depth)) {
        for (xcb_visualtype_iterator_t v = xcb_depth_visuals_iterator(depth.data); v.rem; xcb_visualtype_next(&v)) {
            if (v.data->visual_id != d->screen->root_visual) continue;
            set_mask(d, 0, v.data->red_mask);
            set_mask(d, 1, v.data->green_mask);
            set_mask(d, 2, v.data->blue_mask);
        }
    }
    bool is_small = d->bits[0] <= 8 && d->bits[1] <= 8 && d->bits[2] <= 8;
    return d->bytes >= 2 && d->bytes <= 4 && d->bits[0] && d->bits[1] && d->bits[2] && is_small;
}

static Status x_connect(const DeviceSetup *setup, void **state)
{
    (void)setup;
    int number = 0;
    XDevice *d = mem_must(sizeof *d);
    const char *display = safe_display(), *why = NULL;
    d->conn = xcb_connect(display, &number);
    if (xcb_connection_has_error(d->conn)) {
        why = "cannot open display";
    } else {
        xcb_screen_iterator_t it = xcb_setup_roots_iterator(xcb_get_setup(d->conn));
        while (number-- > 0 && it.rem > 1) xcb_screen_next(&it);
        d->screen = it.data;
        if (!choose_visual(d)) why = "no true-colour visual on display";
    }
    if (why) {
        xcb_disconnect(d->conn);
        mem_free(d);
        return status_fail(E_DEVICE, "%s %s", why, display ? display : "(none)");
    }
    d->wm_protocols = intern(d, "WM_PROTOCOLS");
    d->wm_delete = intern(d, "WM_DELETE_WINDOW");
    d->net_wm_name = intern(d, "_NET_WM_NAME");
    d->utf8_string = intern(d, "UTF8_STRING");
    *state = d;
    return STATUS_OK;
}

static void x_disconnect(void *state)
{
    XDevice *d = state;
    xcb_disconnect(d->conn);
    mem_free(d);
}

// --- pictures

static uint32_t pack_pixel(const XDevice *d, const uint8_t *rgb)
{
    uint32_t v = 0;
    for (int c = 0; c < 3; c++) v |= (uint32_t)(rgb[c] >> (8 - d->bits[c])) << d->shift[c];
    return v;
}

static void pack_row(const XDevice *d, uint8_t *to, const uint8_t *rgb, int n)
{
    bool is_usual = d->bytes == 4 && !d->is_msb && d->shift[0] == 16 && d->shift[1] == 8 && d->shift[2] == 0 &&
                    d->bits[0] == 8 && d->bits[1] == 8 && d->bits[2] == 8;
    for (int i = 0; is_usual && i < n; i++) {
        to[4 * i] = rgb[3 * i + 2];
        to[4 * i + 1] = rgb[3 * i + 1];
        to[4 * i + 2] = rgb[3 * i];
        to[4 * i + 3] = 0;
    }
    for (int i = 0; !is_usual && i < n; i++) {
        uint32_t v = pack_pixel(d, rgb + 3 * i);
        for (int k = 0; k < d->bytes; k++) {
            to[d->bytes * i + k] = (uint8_t)(v >> 8 * (d->is_msb ? d->bytes - 1 - k : k));
        }
    }
}

static Status put_region(XDevice *d, const XWindow *x, Rect r)
{
    const Framebuffer *f = window_picture(x->w);
    size_t row_bytes = ((size_t)r.width * (size_t)d->bytes + 3) & ~(size_t)3;
    size_t limit = (size_t)xcb_get_maximum_request_length(d->conn) * 4 - 64;
    if (limit > (size_t)1 << 20) limit = (size_t)1 << 20; // pieces of a megabyte: a small buffer, few requests
    int rows = (int)(limit / row_bytes);
    if (rows < 1) rows = 1;
    if (rows > r.height) rows = r.height;
    uint8_t *image = mem_zalloc(row_bytes * (size_t)rows);
    if (!image) return status_fail(E_NO_MEMORY, "Unable to allocate memory: to show a picture.");
    int top = f->height - r.y - r.height; // X counts from above
    for (int done = 0; done < r.height; done += rows) {
        int k = r.height - done < rows ? r.height - done : rows;
        for (int j = 0; j < k; j++) {
            pack_row(d, image + row_bytes * (size_t)j,
                     f->px + ((size_t)(top + done + j) * (size_t)f->width + (size_t)r.x) * 3, r.width);
        }
        xcb_put_image(d->conn, XCB_IMAGE_FORMAT_Z_PIXMAP, x->id, x->gc, (uint16_t)r.width, (uint16_t)k, (int16_t)r.x,
                      (int16_t)(top + done), 0, (uint8_t)d->depth, (uint32_t)(row_bytes * (size_t)k), image);
    }
    mem_free(image);
    return STATUS_OK;
}

static Status x_present(void *state, GfxWindow *w, Rect r)
{
    XDevice *d = state;
    if (d->is_lost || !w->shown) return STATUS_OK;
    Status s = put_region(d, w->shown, r);
    xcb_flush(d->conn);
    return s;
}

// --- events

static XWindow *find_window(XDevice *d, xcb_window_t id)
{
    for (int i = 0; i < RETAINED; i++) {
        if (d->win[i].w && d->win[i].id == id) return &d->win[i];
    }
    return NULL;
}

static Status on_expose(XDevice *d, const xcb_expose_event_t *e)
{
    XWindow *x = find_window(d, e->window);
    if (!x) return STATUS_OK;
    x->is_exposed = true;
    const Framebuffer *f = &x->w->frame;
    Rect r = {e->x, f->height - e->y - e->height, e->width, e->height};
    r = rect_clip(r, f->width, f->height);
    return rect_empty(r) ? STATUS_OK : put_region(d, x, r);
}

static Status on_configure(XDevice *d, const xcb_configure_notify_event_t *e)
{
    XWindow *x = find_window(d, e->window);
    if (!x) return STATUS_OK;
    x->w->x = e->x;
    x->w->y = e->y;
    if (e->width == x->w->frame.width && e->height == x->w->frame.height) return STATUS_OK;
    STATUS_TRY(drawing_resize(&x->w->drawing, &x->w->frame, e->width, e->height, PX_CM));
    x->w->wants_smooth |= x->w->smooth.px != NULL; // anew in the new size
    frame_free(&x->w->smooth);
    return put_region(d, x, frame_rect(&x->w->frame));
}

static int button_bit(int detail) { return detail >= 1 && detail <= 3 ? 1 << (detail - 1) : 0; }

static void on_button(XDevice *d, const xcb_button_press_event_t *e, bool is_down)
{
    XWindow *x = find_window(d, e->event);
    int bit = button_bit(e->detail);
    if (!x || !bit) return; // the wheel is no button
    Pointer *p = &x->w->pointer;
    p->x = e->event_x;
    p->y = x->w->frame.height - 1 - e->event_y;
    p->buttons = is_down ? p->buttons | bit : p->buttons & ~bit;
    p->last = bit;
    p->at[0] = p->x, p->at[1] = p->y;
    p->ms = e->time;
    if (is_down)
        p->downs++;
    else
        p->ups++;
}

static void on_motion(XDevice *d, xcb_window_t id, int px, int py, uint32_t ms)
{
    XWindow *x = find_window(d, id);
    if (!x) return;
    Pointer *p = &x->w->pointer;
    bool is_inside = px >= 0 && py >= 0 && px < x->w->frame.width && py < x->w->frame.height;
    p->x = is_inside ? px : -1;
    p->y = is_inside ? x->w->frame.height - 1 - py : -1;
    p->ms = ms;
    p->moves++;
}

static void on_pointer(XDevice *d, const xcb_generic_event_t *e)
{
    const xcb_motion_notify_event_t *m = (const xcb_motion_notify_event_t *)e;
    const xcb_leave_notify_event_t *l = (const xcb_leave_notify_event_t *)e;
    switch (e->response_type & 0x7f) {
    case XCB_BUTTON_PRESS: on_button(d, (const xcb_button_press_event_t *)e, true); break;
    case XCB_BUTTON_RELEASE: on_button(d, (const xcb_button_press_event_t *)e, false); break;
    case XCB_MOTION_NOTIFY: on_motion(d, m->event, m->event_x, m->event_y, m->time); break;
    case XCB_LEAVE_NOTIFY:
        if (l->mode == XCB_NOTIFY_MODE_NORMAL) on_motion(d, l->event, -1, -1, l->time);
        break;
    default: break;
    }
}

static Status handle(XDevice *d, const xcb_generic_event_t *e)
{
    XWindow *x;
    switch (e->response_type & 0x7f) {
    case XCB_EXPOSE: return on_expose(d, (const xcb_expose_event_t *)e);
    case XCB_CONFIGURE_NOTIFY: return on_configure(d, (const xcb_configure_notify_event_t *)e);
    case XCB_CLIENT_MESSAGE: {
        const xcb_client_message_event_t *m = (const xcb_client_message_event_t *)e;
        x = find_window(d, m->window);
        if (x && m->type == d->wm_protocols && m->data.data32[0] == d->wm_delete) x->w->was_closed = true;
        return STATUS_OK;
    }
    case XCB_DESTROY_NOTIFY:
        x = find_window(d, ((const xcb_destroy_notify_event_t *)e)->window);
        if (x) x->w->was_closed = true;
        return STATUS_OK;
    default: on_pointer(d, e); return STATUS_OK;
    }
}

static Status x_pump(void *state)
{
    XDevice *d = state;
    Status first = STATUS_OK;
    xcb_generic_event_t *e;
    while (!d->is_lost && (e = xcb_poll_for_event(d->conn))) {
        Status s = handle(d, e);
        free(e);
        if (status_ok(first))
            first = s;
        else
            status_drop(&s);
    }
    if (!d->is_lost && xcb_connection_has_error(d->conn)) {
        d->is_lost = true;
        for (int i = 0; i < RETAINED; i++) {
            if (d->win[i].w) d->win[i].w->was_closed = true;
        }
        if (status_ok(first)) first = status_fail(E_DEVICE, "The connection to the X display is lost.");
    }
    if (!d->is_lost) xcb_flush(d->conn);
    return first;
}

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

// Handles events until the window has appeared, so that what is drawn next is seen at once; but not for long.
static Status await_expose(XDevice *d, const XWindow *x)
{
    int64_t end = now_ms() + FIRST_EXPOSE_MS;
    while (!x->is_exposed && !d->is_lost) {
        STATUS_TRY(x_pump(d));
        int64_t left = end - now_ms();
        if (x->is_exposed || left <= 0) break;
        struct pollfd p = {xcb_get_file_descriptor(d->conn), POLLIN, 0};
        if (poll(&p, 1, (int)left) < 0) break;
    }
    return STATUS_OK;
}

// --- windows

static void put_property(XDevice *d, const XWindow *x, xcb_atom_t name, xcb_atom_t type, const char *text, size_t n)
{
    xcb_change_property(d->conn, XCB_PROP_MODE_REPLACE, x->id, name, type, 8, (uint32_t)n, text);
}

static void x_retitle(void *state, GfxWindow *w)
{
    XDevice *d = state;
    if (d->is_lost || !w->shown) return;
    put_property(d, w->shown, XCB_ATOM_WM_NAME, XCB_ATOM_STRING, w->title, strlen(w->title));
    put_property(d, w->shown, d->net_wm_name, d->utf8_string, w->title, strlen(w->title));
    xcb_flush(d->conn);
}

static void make_window(XDevice *d, XWindow *x, GfxWindow *w)
{
    static const char class_name[] = "helio\0Helio";
    uint32_t values[] = {d->screen->black_pixel, POINTER_EVENTS | XCB_EVENT_MASK_EXPOSURE | XCB_EVENT_MASK_STRUCTURE_NOTIFY};
    int x0 = w->x >= 0 ? w->x : 0, y0 = w->y >= 0 ? w->y : 0;
    *x = (XWindow){xcb_generate_id(d->conn), xcb_generate_id(d->conn), w, false};
    w->shown = x;
    xcb_create_window(d->conn, XCB_COPY_FROM_PARENT, x->id, d->screen->root, (int16_t)x0, (int16_t)y0,
                      (uint16_t)w->frame.width, (uint16_t)w->frame.height, 0, XCB_WINDOW_CLASS_INPUT_OUTPUT,
                      d->screen->root_visual, XCB_CW_BACK_PIXEL | XCB_CW_EVENT_MASK, values);
    xcb_create_gc(d->conn, x->gc, x->id, 0, NULL);
    x_hide_pointer(d, w, false);
    xcb_change_property(d->conn, XCB_PROP_MODE_REPLACE, x->id, d->wm_protocols, XCB_ATOM_ATOM, 32, 1, &d->wm_delete);
    put_property(d, x, XCB_ATOM_WM_CLASS, XCB_ATOM_STRING, class_name, sizeof class_name);
    if (w->x >= 0 || w->y >= 0) {
        // WM_NORMAL_HINTS with USPosition: the window manager is to respect the place.
        uint32_t hints[18] = {1, (uint32_t)x0, (uint32_t)y0};
        xcb_change_property(d->conn, XCB_PROP_MODE_REPLACE, x->id, XCB_ATOM_WM_NORMAL_HINTS, XCB_ATOM_WM_SIZE_HINTS, 32,
                            18, hints);
    }
    x_retitle(d, w);
    xcb_map_window(d->conn, x->id);
    xcb_flush(d->conn);
}

static void x_window_close(void *state, GfxWindow *w)
{
    XDevice *d = state;
    XWindow *x = w->shown;
    if (!x) return;
    if (!d->is_lost) {
        xcb_free_gc(d->conn, x->gc);
        xcb_destroy_window(d->conn, x->id);
        xcb_flush(d->conn);
    }
    *x = (XWindow){0};
    w->shown = NULL;
}

static Status x_window_open(void *state, GfxWindow *w)
{
    XDevice *d = state;
    if (d->is_lost) return status_fail(E_DEVICE, "The connection to the X display is lost.");
    for (int i = 0; i < RETAINED; i++) {
        if (d->win[i].w) continue;
        make_window(d, &d->win[i], w);
        Status s = await_expose(d, &d->win[i]);
        if (!status_ok(s)) x_window_close(d, w);
        return s;
    }
    return status_fail(E_WINDOW, "No more windows: %d are open.", RETAINED);
}

static void x_show(void *state, GfxWindow *w, bool front, int iconic)
{
    XDevice *d = state;
    XWindow *x = w->shown;
    if (d->is_lost || !x) return;
    if (iconic == 1) {
        xcb_client_message_event_t m = {.response_type = XCB_CLIENT_MESSAGE,
                                        .format = 32,
                                        .window = x->id,
                                        .type = intern(d, "WM_CHANGE_STATE"),
                                        .data.data32 = {3}}; // IconicState
        xcb_send_event(d->conn, 0, d->screen->root,
                       XCB_EVENT_MASK_SUBSTRUCTURE_NOTIFY | XCB_EVENT_MASK_SUBSTRUCTURE_REDIRECT, (const char *)&m);
    } else {
        uint32_t mode = front ? XCB_STACK_MODE_ABOVE : XCB_STACK_MODE_BELOW;
        xcb_map_window(d->conn, x->id);
        xcb_configure_window(d->conn, x->id, XCB_CONFIG_WINDOW_STACK_MODE, &mode);
    }
    xcb_flush(d->conn);
}

static int x_fd(void *state)
{
    XDevice *d = state;
    return d->is_lost ? -1 : xcb_get_file_descriptor(d->conn);
}

static void x_screen_size(void *state, int *width, int *height)
{
    XDevice *d = state;
    *width = d->screen->width_in_pixels;
    *height = d->screen->height_in_pixels;
}

extern const Device helio_x_device;
const Device helio_x_device = {.name = "X",
                               .idl_flags = 328124,
                               .flags = DEVICE_WINDOWS | DEVICE_FRAME | DEVICE_AT_ONCE,
                               .width = 640,
                               .height = 512,
                               .px_cm = PX_CM,
                               .char_width = 6,
                               .char_height = 10,
                               .screen_width = 640,
                               .screen_height = 512,
                               .connect = x_connect,
                               .disconnect = x_disconnect,
                               .window_open = x_window_open,
                               .window_close = x_window_close,
                               .present = x_present,
                               .show = x_show,
                               .retitle = x_retitle,
                               .pump = x_pump,
                               .fd = x_fd,
                               .screen_size = x_screen_size,
                               .find_pointer = x_find_pointer,
                               .move_pointer = x_move_pointer,
                               .hide_pointer = x_hide_pointer,
                               .shape_pointer = x_shape_pointer};
