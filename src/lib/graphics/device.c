// SET_PLOT and DEVICE: choosing a graphics device and talking to it. One keyword list serves all devices; what belongs
// to files of pages is in device_page.c.
#include "gfx/raster.h"
#include "lib/graphics/canvas.h"
#include "lib/graphics/device_fonts.h"
#include "lib/graphics/device_page.h"
#include "lib/graphics/device_screen.h"
#include "lib/graphics/settings.h"

#include <ctype.h>
#include <string.h>

enum { CHARACTER_MAX = 30000 };

#define SET_PLOT_KEYWORDS(K, R) K(R, COPY, FLAG) K(R, INTERPOLATE, FLAG)
KEYWORDS(SET_PLOT)

KEYWORDS(DEVICE)

// !P.COLOR and !P.BACKGROUND, if the program has not changed them.
typedef struct UsualColors {
    int32_t color, background;
} UsualColors;

static UsualColors usual_colors(const Screen *s)
{
    int32_t white = s->is_decomposed ? 0xFFFFFF : s->colors - 1;
    return s->dev->flags & DEVICE_PAGES ? (UsualColors){0, white} : (UsualColors){white, 0};
}

static void follow_colors(Call *c, UsualColors before, UsualColors after)
{
    int32_t *color = setting(c, 'P', "COLOR"), *background = setting(c, 'P', "BACKGROUND");
    if (*color == before.color) *color = after.color;
    if (*background == before.background) *background = after.background;
}

// SET_PLOT, Name: selects a device. COPY is without effect: all devices share one colour table.
static void pro_set_plot(Call *c)
{
    const Val *v = call_arg(c, 0);
    if (v->type != T_STRING) {
        throw_msg(c, E_TYPE, "String expression required in this context: %s.", call_arg_name(c, 0));
    }
    char name[32];
    const Str *s = call_str_peek(c, 0);
    size_t n = str_len(s) < sizeof name - 1 ? str_len(s) : sizeof name - 1;
    for (size_t i = 0; i < n; i++) name[i] = (char)toupper((unsigned char)str_text(s)[i]);
    name[n] = 0;
    Gfx *g = gfx_of(c->vm);
    UsualColors before = usual_colors(g->on);
    TRY(c, gfx_select_device(g, name));
    if (g->on->dev->flags & DEVICE_PAGES) TRY(c, gfx_connect(g));
    follow_colors(c, before, usual_colors(g->on));
}

// --- DEVICE: what it tells

static void return_longs(Call *c, int slot, const int32_t *p, int n)
{
    Arr *a = call_new_array(c, T_LONG, 1, (int64_t[]){n}, false);
    memcpy(a->data, p, (size_t)n * sizeof *p);
    call_kw_set_take(c, slot, val_arr_take(arr_ref(a)));
}

static void return_sizes(Call *c)
{
    Gfx *g = gfx_of(c->vm);
    if (call_kw_given(c, KW_DEVICE_GET_SCREEN_SIZE)) {
        int w, h;
        TRY(c, gfx_screen_size(g, &w, &h));
        Arr *a = call_new_array(c, T_DOUBLE, 1, (int64_t[]){2}, false);
        ((double *)a->data)[0] = w;
        ((double *)a->data)[1] = h;
        call_kw_set_take(c, KW_DEVICE_GET_SCREEN_SIZE, val_arr_take(arr_ref(a)));
    }
    if (call_kw_given(c, KW_DEVICE_GET_WINDOW_POSITION)) {
        int w, h;
        TRY(c, gfx_screen_size(g, &w, &h));
        const GfxWindow *win = gfx_canvas(c);
        int32_t at[2] = {win->x > 0 ? win->x : 0, h - (win->y > 0 ? win->y : 0) - win->frame.height};
        return_longs(c, KW_DEVICE_GET_WINDOW_POSITION, at, 2);
    }
    if (call_kw_given(c, KW_DEVICE_WINDOW_STATE)) {
        int32_t open[GFX_MAX_WINDOWS];
        for (int i = 0; i < GFX_MAX_WINDOWS; i++) open[i] = gfx_window(g, i) != NULL;
        return_longs(c, KW_DEVICE_WINDOW_STATE, open, GFX_MAX_WINDOWS);
    }
}

static void return_state(Call *c)
{
    const Screen *s = gfx_of(c->vm)->on;
    call_kw_set_take(c, KW_DEVICE_GET_PIXEL_DEPTH, val_long(8 * s->bytes));
    call_kw_set_take(c, KW_DEVICE_GET_VISUAL_DEPTH, val_long(8 * s->bytes));
    if (call_kw_given(c, KW_DEVICE_GET_VISUAL_NAME)) {
        call_kw_set_take(c, KW_DEVICE_GET_VISUAL_NAME, val_string(s->bytes == 3 ? "TrueColor" : "PseudoColor"));
    }
}

// --- DEVICE: what it changes

// COPY=[Xs, Ys, nx, ny, Xd, Yd [, W]]: a region of this or another window, by SET_GRAPHICS_FUNCTION and SET_WRITE_MASK.
static void copy_region(Call *c)
{
    int v[7];
    int n = device_numbers(c, KW_DEVICE_COPY, 6, 7, v);
    GfxWindow *to = gfx_canvas(c);
    const GfxWindow *from = n == 7 ? gfx_need_window(c, v[6]) : to;
    Rect area = {v[0], v[1], v[2], v[3]};
    int most = FRAME_MAX_SIDE;
    for (int i = 0; i < 6; i++) gfx_ranged(c, v[i], -most, most, "COPY keyword");
    Canvas *canvas = canvas_open_plain(c);
    const Framebuffer *old = canvas_before(canvas);
    Rect r = frame_copy(&to->frame, v[4], v[5], &from->frame, area);
    if (old) raster_combine(&canvas->frame.raster, r, old, 0);
    gfx_touch(c, to, r);
}

static void reshape(Call *c)
{
    int size[2] = {0, 0}, bytes = 0;
    if (call_kw(c, KW_DEVICE_SET_RESOLUTION)) {
        device_numbers(c, KW_DEVICE_SET_RESOLUTION, 2, 2, size);
        for (int i = 0; i < 2; i++) gfx_ranged(c, size[i], 1, FRAME_MAX_SIDE, "SET_RESOLUTION keyword");
    }
    if (call_kw(c, KW_DEVICE_SET_PIXEL_DEPTH)) {
        int64_t depth = call_kw_int(c, KW_DEVICE_SET_PIXEL_DEPTH, 8);
        if (depth != 8 && depth != 24)
            throw_msg(c, E_VALUE, "Value of SET_PIXEL_DEPTH keyword is out of allowed range.");
        bytes = (int)depth / 8;
    }
    Gfx *g = gfx_of(c->vm);
    bool is_buffer = (g->on->dev->flags & DEVICE_FRAME) && !(g->on->dev->flags & DEVICE_WINDOWS);
    if (size[0] && g->on == &g->screen[SCREEN_PNG]) TRY(c, gfx_set_resolution(g, size[0], size[1]));
    if (call_kw(c, KW_DEVICE_SET_COLORS) && (g->on->dev->flags & DEVICE_DEPTH))
        g->on->colors = gfx_ranged(c, call_kw_int(c, KW_DEVICE_SET_COLORS, 0), 2, 256, "SET_COLORS keyword");
    if (call_kw(c, KW_DEVICE_Z_BUFFERING)) TRY(c, gfx_keep_depth(g, call_kw_set(c, KW_DEVICE_Z_BUFFERING)));
    if ((size[0] || bytes) && is_buffer) TRY(c, gfx_reshape_buffer(g, size[0], size[1], bytes));
}

// Z, CLOSE: the buffers' memory is given back; the next drawing makes new ones of the same size.
static void close_buffer(Gfx *g)
{
    const GfxWindow *w = gfx_current(g);
    if (!w) return;
    g->on->width = w->frame.width;
    g->on->height = w->frame.height;
    gfx_window_close(g, w->index);
}

// ANTIALIAS (ours): smooth edges where pictures are made or shown when the program pauses; what TVRD reads stays as it is.
static void set_smooth(Call *c, bool is_smooth)
{
    Gfx *g = gfx_of(c->vm);
    if (is_smooth && g->on == &g->screen[SCREEN_Z])
        throw_msg(c, E_VALUE, "ANTIALIAS is for the devices X, PNG and TERM; WSAVE writes smooth pictures of any window.");
    TRY(c, gfx_set_smooth(g, is_smooth));
}

// How lines, areas, texts and images are combined with what is there; ERASE is not. What is asked for is the state before.
static void set_function(Call *c)
{
    Screen *s = gfx_of(c->vm)->on;
    uint32_t all = s->bytes == 3 ? 0xffffff : 0xff;
    call_kw_set_take(c, KW_DEVICE_GET_GRAPHICS_FUNCTION, val_long(s->function));
    call_kw_set_take(c, KW_DEVICE_GET_WRITE_MASK, val_long((int32_t)(s->write_mask & all)));
    if (call_kw(c, KW_DEVICE_SET_GRAPHICS_FUNCTION))
        s->function = gfx_ranged(c, call_kw_int(c, KW_DEVICE_SET_GRAPHICS_FUNCTION, 0), 0, RASTER_FUNCTIONS - 1,
                                 "SET_GRAPHICS_FUNCTION keyword");
    if (call_kw(c, KW_DEVICE_SET_WRITE_MASK))
        s->write_mask = (uint32_t)call_kw_int(c, KW_DEVICE_SET_WRITE_MASK, 0) & 0xffffff;
}

// DEVICE: settings of the selected device, then questions, so that one call can do both.
// PS, PDF, SVG: FILENAME (idl.ps) opens a file, which appears when CLOSE_FILE, a new FILENAME or the end of the session
// completes it. XSIZE, YSIZE, XOFFSET, YOFFSET in centimetres or INCHES; PORTRAIT, LANDSCAPE, ENCAPSULATED, COLOR, CMYK,
// BITS_PER_PIXEL, SCALE_FACTOR; fonts of FONT=0 by HELVETICA, TIMES, ... with BOLD, ITALIC, FONT_SIZE, FONT_INDEX (!3 to
// !20), ISOLATIN1. Everywhere: SET_FONT='Times Bold', /TT_FONT is the font of FONT=1; with
// GET_FONTNAMES or GET_FONTNUM SET_FONT is a pattern with * and ?, and no font is set. X, PNG, TERM: ANTIALIAS.
// X: the pointer over windows is CURSOR_STANDARD (a glyph of X's cursor font), CURSOR_IMAGE (16 numbers, the rows from
// above, the leftmost pixel in the lowest bit; CURSOR_MASK, CURSOR_XY), CURSOR_CROSSHAIR or CURSOR_ORIGINAL.
// Z: SET_RESOLUTION, SET_PIXEL_DEPTH, SET_COLORS (!D.N_COLORS), Z_BUFFERING=0 (nothing is hidden), CLOSE. Manual: DEVICE.
static void pro_device(Call *c)
{
    Gfx *g = gfx_of(c->vm);
    UsualColors before = usual_colors(g->on);
    Page *page = gfx_page(g);
    device_refuse(c, page);
    if (page) {
        device_page(c, page);
    } else if (call_kw(c, KW_DEVICE_FILENAME)) {
        gfx_set_filename(g, gfx_expand(c, str_text(call_kw_str_peek(c, KW_DEVICE_FILENAME))));
    }
    // An old value asked for in the same call as the new one is the old one.
    call_kw_set_take(c, KW_DEVICE_GET_DECOMPOSED, val_long(g->on->is_decomposed));
    reshape(c);
    set_function(c);
    if (call_kw(c, KW_DEVICE_ANTIALIAS)) set_smooth(c, call_kw_set(c, KW_DEVICE_ANTIALIAS));
    if (call_kw(c, KW_DEVICE_DECOMPOSED)) g->on->is_decomposed = call_kw_set(c, KW_DEVICE_DECOMPOSED);
    if (page) g->on->bytes = g->on->is_decomposed ? 3 : 1;
    if (call_kw(c, KW_DEVICE_SET_CHARACTER_SIZE)) {
        int size[2];
        device_numbers(c, KW_DEVICE_SET_CHARACTER_SIZE, 2, 2, size);
        g->on->char_width = gfx_ranged(c, size[0], 1, CHARACTER_MAX, "SET_CHARACTER_SIZE keyword");
        g->on->char_height = gfx_ranged(c, size[1], 1, CHARACTER_MAX, "SET_CHARACTER_SIZE keyword");
    }
    device_fonts(c, page);
    if (!page) device_screen(c);
    if (call_kw(c, KW_DEVICE_COPY)) copy_region(c);
    return_state(c);
    return_sizes(c);
    follow_colors(c, before, usual_colors(g->on));
    if (!call_kw_set(c, KW_DEVICE_CLOSE) && !call_kw_set(c, KW_DEVICE_CLOSE_FILE)) return;
    if (page)
        device_close_page(c, page);
    else if (g->on->dev->flags & DEVICE_DEPTH)
        close_buffer(g);
    else
        TRY(c, gfx_settle(g));
}

static const Routine rows[] = {
    {"DEVICE", PROCEDURE, {0, 0}, pro_device, "", KEYS(DEVICE)},
    {"SET_PLOT", PROCEDURE, {1, 1}, pro_set_plot, "Device", KEYS(SET_PLOT)},
};
ROUTINE_TABLE(lib_device, rows)
