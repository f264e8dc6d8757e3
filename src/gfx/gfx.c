// The state of graphics: which device, which windows, what is yet to be shown. It owns the frames; devices only show
// them. The choice of a device where there is no display is made in gfx_connect. Start at gfx_target.
#include "gfx/gfx.h"

#include "base/mem.h"
#include "core/errors.h"
#include "gfx/depth.h"
#include "gfx/raster.h"
#include "gfx/smooth.h"
#include "sys/dynlib.h"
#include "sys/safe.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

// Stands for X until its module is loaded, and tells what !D needs before that.
static const Device device_x_unloaded = {.name = "X",
                                         .idl_flags = 328124,
                                         .flags = DEVICE_WINDOWS | DEVICE_FRAME | DEVICE_AT_ONCE,
                                         .width = 640,
                                         .height = 512,
                                         .px_cm = 40,
                                         .char_width = 6,
                                         .char_height = 10,
                                         .screen_width = 640,
                                         .screen_height = 512};

Gfx *gfx_new(const GfxHost *host)
{
    static const Device *const devices[SCREEN_COUNT] = {&device_x_unloaded, &device_z, &device_null, &device_png,
                                                        &device_term,        &device_ps, &device_pdf, &device_svg};
    Gfx *g = mem_must(sizeof *g);
    g->host = *host;
    g->pumped_fd = -1;
    g->pointer = (PointerShape){.kind = POINTER_GLYPH, .glyph = POINTER_CROSSHAIR};
    for (int i = 0; i < SCREEN_COUNT; i++) {
        bool is_indexed = devices[i]->flags & DEVICE_INDEXED;
        g->screen[i].dev = devices[i];
        g->screen[i].current = -1;
        g->screen[i].bytes = is_indexed ? 1 : 3;
        g->screen[i].is_decomposed = !is_indexed;
        g->screen[i].char_width = devices[i]->char_width;
        g->screen[i].char_height = devices[i]->char_height;
        g->screen[i].truetype = (ScreenFont){.family = "Helvetica"};
        g->screen[i].function = RASTER_COPY;
        g->screen[i].write_mask = 0xffffff;
        g->screen[i].colors = 256;
        g->screen[i].keeps_depth = devices[i]->flags & DEVICE_DEPTH;
        g->screen[i].is_smooth = i == SCREEN_PNG || i == SCREEN_TERM;
        g->screen[i].own = (ScreenFont){.family = "Helvetica", .size = 12};
    }
    g->on = &g->screen[SCREEN_X];
    for (int i = 0; i < 256; i++) g->colors.r[i] = g->colors.g[i] = g->colors.b[i] = (uint8_t)i;
    return g;
}

static void window_free(Screen *s, GfxWindow *w)
{
    if (s->is_connected && s->dev->window_close && !w->is_pixmap) s->dev->window_close(s->state, w);
    frame_free(&w->frame);
    frame_free(&w->smooth);
    drawing_free(&w->drawing);
    mem_free(w->title);
    mem_free(w);
}

// A failure at the end, when nobody is there to catch it.
static void tell(Gfx *g, Status s)
{
    if (!status_ok(s)) g->host.note(g->host.arg, s.text ? s.text : error_row(s.code)->text);
    status_drop(&s);
}

void gfx_free(Gfx *g)
{
    if (!g) return;
    tell(g, gfx_settle(g));
    for (int i = 0; i < SCREEN_COUNT; i++) {
        Screen *sc = &g->screen[i];
        for (int k = 0; k < GFX_MAX_WINDOWS; k++) {
            if (sc->win[k]) window_free(sc, sc->win[k]);
        }
        if (sc->is_connected && sc->dev->flags & DEVICE_PAGES) tell(g, page_close(sc->state));
        if (sc->is_connected && sc->dev->disconnect) sc->dev->disconnect(sc->state);
    }
    if (g->fonts) g->fonts->close(g->font_library);
    mem_free(g->filename);
    mem_free(g->user_symbol);
    mem_free(g);
}

// --- devices

Status gfx_select_device(Gfx *g, const char *name)
{
    for (int i = 0; i < SCREEN_COUNT; i++) {
        if (strcmp(g->screen[i].dev->name, name) == 0) {
            Status s = gfx_settle(g);
            g->on = &g->screen[i];
            g->stands_for_x = false;
            return s;
        }
    }
    char list[128] = "";
    for (int i = 0; i < SCREEN_COUNT; i++) {
        size_t n = strlen(list);
        snprintf(list + n, sizeof list - n, "%s%s", i ? ", " : "", g->screen[i].dev->name);
    }
    return status_fail(E_DEVICE, "Graphics device is not available: %s (there are %s)", name, list);
}

static const char *png_filename(const Gfx *g) { return g->filename ? g->filename : "helio.png"; }

static Status screen_connect(Gfx *g, Screen *s)
{
    if (s->is_connected) return STATUS_OK;
    const Device *dev = s->dev;
    if (dev == &device_x_unloaded) {
        if (!safe_display()) return status_fail(E_DEVICE, "DISPLAY is not set");
        const void *table;
        STATUS_TRY(dynlib_table(XCB_MODULE, &table));
        dev = table;
    }
    DeviceSetup setup = {&g->host, png_filename(g), g->is_name_chosen};
    if (dev->connect) STATUS_TRY(dev->connect(&setup, &s->state));
    s->dev = dev;
    s->is_connected = true;
    return dev->shape_pointer ? dev->shape_pointer(s->state, &g->pointer) : STATUS_OK;
}

Status gfx_shape_pointer(Gfx *g, const PointerShape *shape)
{
    Screen *s = &g->screen[SCREEN_X];
    if (s->is_connected) STATUS_TRY(s->dev->shape_pointer(s->state, shape));
    g->pointer = *shape;
    return STATUS_OK;
}

// A file name for pictures that can be written: in the current folder if that can be, else in the temporary one.
static void choose_filename(Gfx *g)
{
    if (g->filename || access(".", W_OK) == 0) return;
    const char *folder = getenv("TMPDIR");
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/helio-%d.png", folder && *folder ? folder : "/tmp", (int)getpid());
    g->filename = mem_strdup(path);
    g->is_name_chosen = true;
}

static void note_fallback(Gfx *g, const char *why)
{
    if (g->is_told) return;
    g->is_told = true;
    char text[2 * PATH_MAX + 300], folder[PATH_MAX];
    if (g->on == &g->screen[SCREEN_TERM]) {
        const char *how = "pictures are shown in the terminal (device TERM); WSAVE, 'x.png' keeps one";
        snprintf(text, sizeof text, "No X display (%s): %s.", why, how);
    } else {
        const char *name = png_filename(g);
        bool is_absolute = name[0] == '/' || !getcwd(folder, sizeof folder);
        snprintf(text, sizeof text, "No X display (%s): pictures go to %s%s%s (device PNG).", why,
                 is_absolute ? "" : folder, is_absolute ? "" : "/", name);
    }
    g->host.note(g->host.arg, text);
}

Status gfx_connect(Gfx *g)
{
    Status s = screen_connect(g, g->on);
    if (status_ok(s) || g->on != &g->screen[SCREEN_X]) return s;
    // No display: the terminal, or a file.
    bool use_terminal = isatty(STDOUT_FILENO);
    g->on = &g->screen[use_terminal ? SCREEN_TERM : SCREEN_PNG];
    g->stands_for_x = true;
    if (!use_terminal) choose_filename(g);
    note_fallback(g, s.text ? s.text : error_row(s.code)->text);
    status_drop(&s);
    return screen_connect(g, g->on);
}

void gfx_set_filename(Gfx *g, const char *filename)
{
    Screen *s = &g->screen[SCREEN_PNG];
    mem_free(g->filename);
    g->filename = mem_strdup(filename);
    g->is_name_chosen = false;
    if (s->is_connected) s->dev->set_filename(s->state, filename);
}

static void screen_size(const Screen *s, int *width, int *height)
{
    *width = s->dev->screen_width;
    *height = s->dev->screen_height;
    if (s->dev->screen_size) s->dev->screen_size(s->state, width, height);
}

Status gfx_screen_size(Gfx *g, int *width, int *height)
{
    STATUS_TRY(gfx_connect(g));
    screen_size(g->on, width, height);
    return STATUS_OK;
}

void gfx_display_size(Gfx *g, int *width, int *height, double *cm)
{
    Screen *s = g->on->dev->flags & DEVICE_WINDOWS ? g->on : &g->screen[SCREEN_X];
    Status connected = screen_connect(g, s);
    if (!status_ok(connected)) s = &g->screen[SCREEN_PNG];
    status_drop(&connected);
    screen_size(s, width, height);
    *cm = 1 / s->dev->px_cm;
}

Status gfx_fonts(Gfx *g)
{
    const void *table;
    if (g->fonts) return STATUS_OK;
    STATUS_TRY(dynlib_table(TRUETYPE_MODULE, &table));
    STATUS_TRY(((const TrueTypeTable *)table)->open(&g->font_library));
    g->fonts = table;
    return STATUS_OK;
}

// --- windows

Status gfx_default_size(Gfx *g, int *width, int *height)
{
    STATUS_TRY(gfx_connect(g));
    const Screen *s = g->on;
    *width = s->dev->width;
    *height = s->dev->height;
    if (s->width) {
        *width = s->width;
        *height = s->height;
        return STATUS_OK;
    }
    if (!(s->dev->flags & DEVICE_WINDOWS)) return STATUS_OK;
    if (g->wanted_width) *width = g->wanted_width;
    if (g->wanted_height) *height = g->wanted_height;
    if (s->dev->screen_size && !g->is_full_size) {
        s->dev->screen_size(s->state, width, height);
        *width = *width > 1 ? *width / 2 : 1;
        *height = *height > 1 ? *height / 2 : 1;
    }
    return STATUS_OK;
}

GfxWindow *gfx_window(const Gfx *g, int index)
{
    return index >= 0 && index < GFX_MAX_WINDOWS ? g->on->win[index] : NULL;
}

Page *gfx_page(const Gfx *g)
{
    return g->on->is_connected && g->on->dev->flags & DEVICE_PAGES ? g->on->state : NULL;
}

GfxWindow *gfx_current(const Gfx *g) { return gfx_window(g, g->on->current); }

void gfx_window_close(Gfx *g, int index)
{
    GfxWindow *w = gfx_window(g, index);
    if (!w) return;
    g->on->win[index] = NULL;
    if (g->on->current == index) g->on->current = -1;
    window_free(g->on, w);
}

static Status choose_index(const Gfx *g, int wanted, int *index)
{
    *index = wanted;
    if (wanted >= 0) return STATUS_OK;
    for (int i = GFX_FIRST_FREE; i < GFX_MAX_WINDOWS; i++) {
        if (!g->on->win[i]) {
            *index = i;
            return STATUS_OK;
        }
    }
    return status_fail(E_WINDOW, "No more windows: %d are open.", GFX_MAX_WINDOWS - GFX_FIRST_FREE);
}

Status gfx_window_open(Gfx *g, const WindowSpec *spec, GfxWindow **out)
{
    int width, height, index;
    *out = NULL;
    STATUS_TRY(gfx_default_size(g, &width, &height));
    Screen *s = g->on;
    STATUS_TRY(choose_index(g, spec->index, &index));
    GfxWindow *w = mem_must(sizeof *w);
    *w = (GfxWindow){.index = index,
                     .is_pixmap = spec->is_pixmap,
                     .x = spec->x,
                     .y = spec->y,
                     .is_fixed = !(s->dev->flags & DEVICE_WINDOWS)};
    char title[32];
    snprintf(title, sizeof title, "Helio %d", index);
    w->title = mem_strdup(spec->title ? spec->title : title);
    Status st = frame_init(&w->frame, spec->width > 0 ? spec->width : width, spec->height > 0 ? spec->height : height,
                           s->bytes);
    if (status_ok(st) && s->keeps_depth) st = frame_keep_depth(&w->frame, true);
    if (!status_ok(st)) goto fail;
    gfx_window_close(g, index);
    if (s->dev->window_open && !w->is_pixmap) st = s->dev->window_open(s->state, w);
    if (!status_ok(st)) goto fail;
    s->win[index] = w;
    s->current = index;
    *out = w;
    return STATUS_OK;
fail:
    w->is_pixmap = true; // the device does not know it
    window_free(s, w);
    return st;
}

Status gfx_target(Gfx *g, GfxWindow **w)
{
    *w = NULL;
    STATUS_TRY(gfx_pump(g));
    STATUS_TRY(gfx_connect(g));
    if (!(g->on->dev->flags & DEVICE_FRAME)) return STATUS_OK;
    *w = gfx_current(g);
    if (*w) return STATUS_OK;
    // A device with one buffer has it as window 0.
    return gfx_window_open(g, &(WindowSpec){.index = 0, .x = -1, .y = -1}, w);
}

Status gfx_reshape_buffer(Gfx *g, int width, int height, int bytes)
{
    GfxWindow *w;
    STATUS_TRY(gfx_target(g, &w));
    if (!w || !w->is_fixed) return status_fail(E_DEVICE, "Not a device with a buffer of its own: %s", g->on->dev->name);
    Framebuffer next;
    STATUS_TRY(frame_init(&next, width > 0 ? width : w->frame.width, height > 0 ? height : w->frame.height,
                          bytes > 0 ? bytes : w->frame.bytes));
    Status s = g->on->keeps_depth ? frame_keep_depth(&next, true) : STATUS_OK;
    if (!status_ok(s)) {
        frame_free(&next);
        return s;
    }
    frame_free(&w->frame);
    w->frame = next;
    drawing_erase(&w->drawing, (uint8_t[3]){0});
    if (bytes > 0) {
        g->on->bytes = bytes;
        g->on->is_decomposed = bytes == 3;
    }
    return STATUS_OK;
}

Status gfx_keep_depth(Gfx *g, bool keeps)
{
    GfxWindow *w = gfx_current(g);
    if (!(g->on->dev->flags & DEVICE_DEPTH)) return STATUS_OK;
    if (w) STATUS_TRY(frame_keep_depth(&w->frame, keeps));
    g->on->keeps_depth = keeps;
    return STATUS_OK;
}

Status gfx_set_resolution(Gfx *g, int width, int height)
{
    g->on->width = width;
    g->on->height = height;
    GfxWindow *w = gfx_current(g);
    if (!w || (w->frame.width == width && w->frame.height == height)) return STATUS_OK;
    STATUS_TRY(gfx_settle(g));
    Framebuffer next;
    STATUS_TRY(frame_init(&next, width, height, w->frame.bytes));
    frame_free(&w->frame);
    w->frame = next;
    drawing_erase(&w->drawing, (uint8_t[3]){0});
    return STATUS_OK;
}

// --- showing

static Status present(Screen *s, GfxWindow *w)
{
    Rect r = rect_clip(w->dirty, w->frame.width, w->frame.height);
    w->dirty = (Rect){0};
    if (rect_empty(r) || w->is_pixmap || !s->dev->present) return STATUS_OK;
    w->is_smooth = s->is_smooth;
    if (s->dev->flags & DEVICE_AT_ONCE) {
        frame_free(&w->smooth);
        w->wants_smooth = s->is_smooth;
    }
    return s->dev->present(s->state, w, r);
}

static Status smooth_window(const Screen *s, GfxWindow *w)
{
    w->wants_smooth = false;
    if (!smooth_matters(&w->drawing, &w->frame)) return STATUS_OK;
    STATUS_TRY(smooth_picture(&w->drawing, &w->frame, w->frame.width, w->frame.height, true, s->dev->px_cm, NULL, &w->smooth));
    return s->dev->present(s->state, w, frame_rect(&w->frame));
}

Status gfx_smooth(Gfx *g)
{
    const Screen *s = &g->screen[SCREEN_X];
    for (int k = 0; k < GFX_MAX_WINDOWS; k++) {
        if (s->win[k] && s->win[k]->wants_smooth) STATUS_TRY(smooth_window(s, s->win[k]));
    }
    return STATUS_OK;
}

Status gfx_set_smooth(Gfx *g, bool is_smooth)
{
    Screen *s = g->on;
    bool is_at_once = s->dev->flags & DEVICE_AT_ONCE;
    s->is_smooth = is_smooth;
    for (int k = 0; is_at_once && k < GFX_MAX_WINDOWS; k++) {
        GfxWindow *w = s->win[k];
        if (!w || w->is_pixmap) continue;
        w->dirty = frame_rect(&w->frame); // it is shown the other way
        STATUS_TRY(present(s, w));
    }
    return STATUS_OK;
}

Status gfx_changed(Gfx *g, GfxWindow *w, Rect r)
{
    w->dirty = rect_union(w->dirty, r);
    if (!(g->on->dev->flags & DEVICE_AT_ONCE)) return STATUS_OK;
    STATUS_TRY(present(g->on, w));
    return gfx_pump(g);
}

Status gfx_settle(Gfx *g)
{
    Status first = STATUS_OK;
    for (int i = 0; i < SCREEN_COUNT; i++) {
        Screen *s = &g->screen[i];
        for (int k = 0; s->is_connected && k < GFX_MAX_WINDOWS; k++) {
            if (!s->win[k]) continue;
            Status st = present(s, s->win[k]);
            if (status_ok(first))
                first = st;
            else
                status_drop(&st);
        }
    }
    return status_ok(first) ? gfx_smooth(g) : first;
}

// Removes the windows that the user closed.
static void sweep_closed(Screen *s)
{
    for (int k = 0; k < GFX_MAX_WINDOWS; k++) {
        GfxWindow *w = s->win[k];
        if (!w || !w->was_closed) continue;
        s->win[k] = NULL;
        if (s->current == k) s->current = -1;
        window_free(s, w);
    }
}

// The server has gone, and the windows with it. What is drawn next asks for a display anew; pixmaps stay.
static void drop_connection(Screen *s)
{
    s->dev->disconnect(s->state);
    s->state = NULL;
    s->is_connected = false;
}

Status gfx_pump(Gfx *g)
{
    Screen *s = &g->screen[SCREEN_X];
    if (!s->is_connected || !s->dev->pump) return STATUS_OK;
    Status st = s->dev->pump(s->state);
    sweep_closed(s);
    if (s->dev->fd(s->state) < 0) drop_connection(s);
    return st;
}

int gfx_fd(const Gfx *g)
{
    const Screen *s = &g->screen[SCREEN_X];
    return s->is_connected && s->dev->fd ? s->dev->fd(s->state) : -1;
}
