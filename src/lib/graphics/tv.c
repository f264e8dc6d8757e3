// TV, TVSCL, TVRD, ERASE, EMPTY: images into windows and back. IDL's rules of placement, channels and ORDER are
// here; the copying of pixels is gfx/framebuffer.c. Start at show_image.
#include "lib/graphics/coords.h"
#include "lib/graphics/settings.h"

#include "base/mem.h"
#include "gfx/depth.h"
#include "kern/truncate.h"
#include "vm/scope/sysvar.h"

#include <math.h>
#include <string.h>

// clang-format off
#define TV_KEYWORDS(K, R)                                                                                         \
    K(R, CENTIMETERS, FLAG) K(R, INCHES, OR_FLAG) K(R, NORMAL, OR_FLAG) K(R, DEVICE, OR_FLAG) K(R, DATA, OR_FLAG) \
    K(R, CHANNEL, "={0|1|2|3}") K(R, ORDER, FLAG) K(R, TRUE, "={1|2|3}") K(R, WORDS, FLAG) K(R, XSIZE, "=value")  \
    K(R, YSIZE, "=value") K(R, T3D, FLAG) K(R, Z, "=value")
// clang-format on
KEYWORDS(TV)

// TVSCL adds to the end of TV's list, so that TV's slots mean the same in both.
#define TVSCL_KEYWORDS(K, R) TV_KEYWORDS(K, R) K(R, NAN, FLAG) K(R, TOP, "=value")
KEYWORDS(TVSCL)
_Static_assert((int)KW_TV_Z == (int)KW_TVSCL_Z, "TV's slots mean the same in TVSCL");

#define TVRD_KEYWORDS(K, R) K(R, CHANNEL, "={0|1|2|3}") K(R, ORDER, FLAG) K(R, TRUE, "={1|2|3}") K(R, WORDS, FLAG)
KEYWORDS(TVRD)

#define ERASE_KEYWORDS(K, R) K(R, CHANNEL, "={0|1|2|3}") K(R, COLOR, "=value")
KEYWORDS(ERASE)

// Whether images run from the top: the keyword, else !ORDER.
static bool wants_order(Call *c, int slot)
{
    if (call_kw(c, slot)) return call_kw_set(c, slot);
    const SysVar *v = sysvar_find(c->vm, "!ORDER");
    return v && val_to_int(c, &v->v, "!ORDER") != 0;
}

// The byte samples of `data`, shaped by TRUE and ORDER.
static FrameImage shape_image(Call *c, const Arr *shape, uint8_t *data)
{
    int interleave = gfx_ranged(c, call_kw_int(c, KW_TV_TRUE, 0), 0, 3, "TRUE keyword");
    const int64_t *d = shape->dim;
    FrameImage img;
    if (interleave == 0) {
        if (shape->rank > 2) throw_msg(c, E_SHAPE, "Array must have 2 dimensions: %s.", call_arg_name(c, 0));
        img = (FrameImage){data, d[0], d[1], 1, d[0], 0, 1};
    } else {
        if (shape->rank < 2 || shape->rank > 3) {
            throw_msg(c, E_SHAPE, "Array must have 3 dimensions: %s.", call_arg_name(c, 0));
        }
        if (d[interleave - 1] != 3) {
            throw_msg(c, E_SHAPE, "Dimension %d must be 3 (red, green, blue) with TRUE=%d: %s.", interleave, interleave,
                      call_arg_name(c, 0));
        }
        if (interleave == 1)
            img = (FrameImage){data, d[1], d[2], 3, 3 * d[1], 1, 3};
        else if (interleave == 2)
            img = (FrameImage){data, d[0], d[2], 1, 3 * d[0], d[0], 3};
        else
            img = (FrameImage){data, d[0], d[1], 1, d[0], d[0] * d[1], 3};
    }
    if (wants_order(c, KW_TV_ORDER)) {
        img.data += (img.height - 1) * img.step_y;
        img.step_y = -img.step_y;
    }
    return img;
}

// A length or coordinate in the units that the call asks for, along x or y, as device coordinates.
static double in_pixels(Call *c, const Canvas *v, double x, bool is_y)
{
    double px_cm = gfx_of(c->vm)->on->dev->px_cm;
    if (call_kw_set(c, KW_TV_NORMAL)) x *= is_y ? v->height : v->width;
    if (call_kw_set(c, KW_TV_CENTIMETERS)) x *= px_cm;
    if (call_kw_set(c, KW_TV_INCHES)) x *= px_cm * 2.54;
    return x;
}

static Point asked_place(Call *c, const Canvas *v)
{
    Point at = {call_double(c, 1), call_double(c, 2)};
    bool is_data = call_kw_set(c, KW_TV_DATA), is_3d = call_kw_set(c, KW_TV_T3D);
    const double *range = setting_doubles(c, 'X', "CRANGE");
    if (is_data && range[0] == range[1]) throw_msg(c, E_VALUE, "Data coordinate system not established.");
    if (is_data || (is_3d && call_kw_set(c, KW_TV_NORMAL))) { // pixels are not turned
        Coords s = coords_now(c, v->width, v->height, is_3d);
        Place p = {at.x, at.y, call_kw_double(c, KW_TV_Z, 0)};
        at = coords_to_device(&s, p, is_data ? COORD_DATA : COORD_NORMAL);
    } else {
        at = (Point){in_pixels(c, v, at.x, false), in_pixels(c, v, at.y, true)};
    }
    if (!(fabs(at.x) < 1e9) || !(fabs(at.y) < 1e9)) throw_msg(c, E_VALUE, "Value of position is out of allowed range.");
    return at;
}

// Where an image of a size goes: by position number (second argument alone), by x and y, or at the lower left.
static Point place_image(Call *c, const Canvas *v, double width, double height)
{
    if (c->argc >= 3) return asked_place(c, v);
    if (c->argc < 2) return (Point){0, 0};
    int64_t p = call_int(c, 1), columns = truncate_i64(v->width / width);
    if (columns < 1) columns = 1;
    if (p < 0 || p > INT32_MAX) throw_msg(c, E_VALUE, "Value of position is out of allowed range.");
    return (Point){width * (double)(p % columns), v->height - height * (double)(1 + p / columns)};
}

// One channel, or an index that is looked up, as red, green and blue; in grey as it is.
static FrameImage coloured(Call *c, const Page *page, FrameImage img)
{
    const Gfx *g = gfx_of(c->vm);
    if (img.channels == 3 || !page->setup.is_color || g->on->is_decomposed) return img;
    uint8_t *out = call_scratch(c, (size_t)(3 * img.width * img.height));
    for (int64_t y = 0; y < img.height; y++) {
        if ((y & 0xFF) == 0) call_poll(c);
        for (int64_t x = 0; x < img.width; x++) {
            uint8_t i = img.data[x * img.step_x + y * img.step_y], *to = out + 3 * (x + y * img.width);
            to[0] = g->colors.r[i], to[1] = g->colors.g[i], to[2] = g->colors.b[i];
        }
    }
    return (FrameImage){out, img.width, img.height, 3, 3 * img.width, 1, 3};
}

// On a page pixels have the size that XSIZE and YSIZE say; one of them keeps the image's shape, and none lets it fill the page.
static void show_on_page(Call *c, Canvas *v, FrameImage img, int channel)
{
    double aspect = (double)img.width / (double)img.height, width = 0, height = 0;
    if (channel) throw_msg(c, E_VALUE, "CHANNEL is for devices with pixels.");
    if (call_kw(c, KW_TV_XSIZE)) width = in_pixels(c, v, call_kw_double(c, KW_TV_XSIZE, 0), false);
    if (call_kw(c, KW_TV_YSIZE)) height = in_pixels(c, v, call_kw_double(c, KW_TV_YSIZE, 0), true);
    if (!(width >= 0 && width < 1e9 && height >= 0 && height < 1e9))
        throw_msg(c, E_VALUE, "Value of XSIZE or YSIZE keyword is out of allowed range.");
    if (width == 0 && height == 0) width = fmin(v->width, v->height * aspect);
    if (width == 0) width = height * aspect;
    if (height == 0) height = width / aspect;
    Point at = place_image(c, v, width, height);
    img = coloured(c, v->page, img);
    canvas_image(v, &img, &(Box){at.x, at.y, at.x + width, at.y + height});
    canvas_close(v);
}

// Into the window, by DEVICE's SET_GRAPHICS_FUNCTION and SET_WRITE_MASK.
static Rect put_image(Canvas *v, const FrameImage *img, Point at, int channel)
{
    const Gfx *g = gfx_of(v->call->vm);
    const ColorTable *colors = g->on->is_decomposed ? NULL : &g->colors;
    const Framebuffer *old = canvas_before(v);
    Rect r = frame_put(&v->window->frame, img, truncate_i64(at.x), truncate_i64(at.y), channel, colors);
    if (old) raster_combine(&v->frame.raster, r, old, channel);
    return r;
}

// CHANNEL, or the argument.
static int64_t asked_channel(Call *c, int argument, int slot)
{
    return c->argc > argument ? call_int(c, argument) : call_kw_int(c, slot, 0);
}

static void show_image(Call *c, const Arr *shape, uint8_t *data)
{
    FrameImage img = shape_image(c, shape, data);
    int ch = gfx_ranged(c, asked_channel(c, 3, KW_TV_CHANNEL), 0, 3, "Channel");
    Canvas *v = canvas_open_plain(c);
    if (v->page) {
        show_on_page(c, v, img, ch);
        return;
    }
    GfxWindow *w = gfx_canvas(c);
    if (w->frame.bytes == 1) {
        if (img.channels == 3) throw_msg(c, E_VALUE, "Value of TRUE keyword is out of allowed range.");
        ch = 0;
    }
    Point at = place_image(c, v, (double)img.width, (double)img.height);
    gfx_touch(c, w, put_image(v, &img, at, ch));
}

// --- Depths: CHANNEL=1 with WORDS where a device keeps them

static bool means_depth(Call *c, int64_t channel, int words_slot)
{
    const GfxWindow *w = gfx_current(gfx_of(c->vm));
    if (channel != 1 || !call_kw_set(c, words_slot) || !(gfx_of(c->vm)->on->dev->flags & DEVICE_DEPTH)) return false;
    if (w ? !w->frame.depth : !gfx_of(c->vm)->on->keeps_depth)
        throw_msg(c, E_VALUE, "There is no depth buffer: DEVICE, Z_BUFFERING=1 makes one.");
    return true;
}

// Numbers as depths, without touching the picture.
static void show_depth(Call *c, const Arr *shape, const Val *numbers)
{
    const Val *words = call_convert(c, numbers, T_INT);
    if (call_kw_int(c, KW_TV_TRUE, 0)) throw_msg(c, E_VALUE, "Value of TRUE keyword is out of allowed range.");
    if (shape->rank > 2) throw_msg(c, E_SHAPE, "Array must have 2 dimensions: %s.", call_arg_name(c, 0));
    Canvas *v = canvas_open_plain(c);
    DepthImage img = {words->a->data, shape->dim[0], shape->dim[1], shape->dim[0]};
    if (wants_order(c, KW_TV_ORDER)) {
        img.data += (img.height - 1) * img.step_y;
        img.step_y = -img.step_y;
    }
    Point at = place_image(c, v, (double)img.width, (double)img.height);
    frame_put_depth(&v->window->frame, &img, truncate_i64(at.x), truncate_i64(at.y));
}

// Drawing on a device without pixels is swallowed.
static bool is_swallowed(Call *c)
{
    Gfx *g = gfx_of(c->vm);
    TRY(c, gfx_connect(g));
    return !(g->on->dev->flags & (DEVICE_FRAME | DEVICE_PAGES));
}

// TV, Image [, Position | X, Y [, Channel]]: shows bytes as they are (other types wrap modulo 256). On the device Z, with
// CHANNEL=1 and WORDS, writes depths: INTs from -32765, the back, to 32765. With T3D the place, at a
// height Z, is seen through !P.T. Manual: TV, The Z-Buffer Device.
static void pro_tv(Call *c)
{
    const Val *v = gfx_array_arg(c, 0);
    const Arr *shape = v->a;
    if (is_swallowed(c)) return;
    if (means_depth(c, asked_channel(c, 3, KW_TV_CHANNEL), KW_TV_WORDS)) {
        show_depth(c, shape, v);
        return;
    }
    const Val *bytes = call_convert(c, v, T_BYTE);
    show_image(c, shape, bytes->a->data);
}

// --- TVSCL

// Smallest and largest of the values; with nan only of the finite ones. False if there are none.
static bool find_range(const double *p, int64_t n, bool nan, double *lo, double *hi)
{
    bool is_first = true;
    for (int64_t i = 0; i < n; i++) {
        if (nan ? !isfinite(p[i]) : isnan(p[i])) continue;
        if (is_first || p[i] < *lo) *lo = p[i];
        if (is_first || p[i] > *hi) *hi = p[i];
        is_first = false;
    }
    return !is_first;
}

// BYTSCL's rule: integers and reals are scaled by different formulas (manual, BYTSCL).
static uint8_t scale_value(double x, double lo, double hi, int top, bool is_integer)
{
    if (!(x > lo)) return 0; // NaN too
    if (x >= hi) return (uint8_t)top;
    if (is_integer) return (uint8_t)truncate_i32(((top + 1) * (x - lo) - 1) / (hi - lo));
    return (uint8_t)truncate_i32((top + 0.9999) * (x - lo) / (hi - lo));  // 0 where one is infinite
}

// TVSCL, Image, ...: as TV, after scaling the values to 0 .. TOP.
static void pro_tvscl(Call *c)
{
    const Val *v = gfx_array_arg(c, 0);
    int top = gfx_ranged(c, call_kw_int(c, KW_TVSCL_TOP, gfx_of(c->vm)->on->colors - 1), 0, 255, "TOP keyword");
    if (is_swallowed(c)) return;
    call_hush_math(c);
    const Arr *from = call_convert(c, v, T_DOUBLE)->a;
    const double *p = from->data;
    uint8_t *out = call_alloc(c, (size_t)from->n);
    double lo = 0, hi = 0;
    bool is_integer = type_is_integer(v->type);
    if (find_range(p, from->n, call_kw_set(c, KW_TVSCL_NAN), &lo, &hi)) {
        for (int64_t i = 0; i < from->n; i++) out[i] = scale_value(p[i], lo, hi, top, is_integer);
    }
    if (means_depth(c, asked_channel(c, 3, KW_TV_CHANNEL), KW_TV_WORDS)) {
        Arr *bytes = call_new_array(c, T_BYTE, 1, &from->n, false);
        memcpy(bytes->data, out, (size_t)from->n);
        show_depth(c, v->a, call_keep_take(c, val_arr_take(arr_ref(bytes))));
        return;
    }
    show_image(c, v->a, out);
}

// --- TVRD

typedef struct ReadArea {
    int x, y, width, height;
} ReadArea;

static ReadArea read_area(Call *c, const Framebuffer *f)
{
    int64_t v[4] = {0, 0, 0, 0};
    for (int i = 0; i < 4 && i < c->argc; i++) {
        v[i] = call_int(c, i);
        if (v[i] < 0 || v[i] > INT32_MAX) v[i] = -1;
    }
    if (c->argc < 3) v[2] = f->width - v[0];
    if (c->argc < 4) v[3] = f->height - v[1];
    bool is_inside =
        v[0] >= 0 && v[1] >= 0 && v[2] > 0 && v[3] > 0 && v[2] <= f->width - v[0] && v[3] <= f->height - v[1];
    if (!is_inside) throw_msg(c, E_VALUE, "Value of Area is out of allowed range.");
    return (ReadArea){(int)v[0], (int)v[1], (int)v[2], (int)v[3]};
}

// Indices read as colours: what the colour table makes of them.
static void colour_indices(FrameImage *img, const ColorTable *t)
{
    for (int64_t y = 0; y < img->height; y++) {
        for (int64_t x = 0; x < img->width; x++) {
            uint8_t *p = img->data + x * img->step_x + y * img->step_y, v = p[0];
            p[0] = t->r[v];
            p[img->step_c] = t->g[v];
            p[2 * img->step_c] = t->b[v];
        }
    }
}

static void read_depth(Call *c, const Framebuffer *f, ReadArea r)
{
    Arr *a = call_new_array(c, T_INT, arr_trim_rank(2, (int64_t[]){r.width, r.height}),
                            (int64_t[]){r.width, r.height}, false);
    DepthImage img = {a->data, r.width, r.height, r.width};
    if (wants_order(c, KW_TVRD_ORDER)) {
        img.data += (img.height - 1) * img.step_y;
        img.step_y = -img.step_y;
    }
    frame_get_depth(f, r.x, r.y, &img);
    call_return_take(c, val_arr_take(arr_ref(a)));
}

// Result = TVRD([X0 [, Y0 [, Nx [, Ny [, Channel]]]]]): without TRUE and CHANNEL the largest of red, green, blue. On the
// device Z, with CHANNEL=1 and WORDS, the depths (INT). Manual: TVRD, The Z-Buffer Device.
static void fn_tvrd(Call *c)
{
    GfxWindow *w = gfx_canvas(c);
    ReadArea r = read_area(c, &w->frame);
    int interleave = gfx_ranged(c, call_kw_int(c, KW_TVRD_TRUE, 0), 0, 3, "TRUE keyword");
    int ch = gfx_ranged(c, asked_channel(c, 4, KW_TVRD_CHANNEL), 0, 3, "Channel");
    if (!interleave && means_depth(c, ch, KW_TVRD_WORDS)) {
        read_depth(c, &w->frame, r);
        return;
    }
    int64_t dims[4][3] = {
        {r.width, r.height, 1}, {3, r.width, r.height}, {r.width, 3, r.height}, {r.width, r.height, 3}};
    Arr *a = call_new_array(c, T_BYTE, arr_trim_rank(interleave ? 3 : 2, dims[interleave]), dims[interleave], false);
    uint8_t *p = a->data;
    int64_t n = r.width;
    FrameImage shapes[4] = {{p, n, r.height, 1, n, 0, 1},
                            {p, n, r.height, 3, 3 * n, 1, 3},
                            {p, n, r.height, 1, 3 * n, n, 3},
                            {p, n, r.height, 1, n, n * r.height, 3}};
    FrameImage img = shapes[interleave];
    if (wants_order(c, KW_TVRD_ORDER)) {
        img.data += (img.height - 1) * img.step_y;
        img.step_y = -img.step_y;
    }
    frame_get(&w->frame, r.x, r.y, ch, &img);
    if (interleave && w->frame.bytes == 1) colour_indices(&img, &gfx_of(c->vm)->colors);
    if (call_kw_set(c, KW_TVRD_WORDS)) {
        Val bytes = val_arr_take(arr_ref(a));
        const Val *kept = call_keep_take(c, bytes);
        call_return_take(c, val_copy(call_convert(c, kept, T_INT)));
        return;
    }
    call_return_take(c, val_arr_take(arr_ref(a)));
}

// --- ERASE, EMPTY

// ERASE [, Background]: fills the window, or one channel of it, with a colour, and puts depths at the back (Z); of a file,
// ends the page.
static void pro_erase(Call *c)
{
    if (is_swallowed(c)) return;
    if (gfx_page(gfx_of(c->vm))) {
        TRY(c, page_erase(gfx_page(gfx_of(c->vm))));
        return;
    }
    GfxWindow *w = gfx_canvas(c);
    const Gfx *g = gfx_of(c->vm);
    int64_t color = c->argc > 0 ? call_int(c, 0) : call_kw_int(c, KW_ERASE_COLOR, setting_long(c, 'P', "BACKGROUND"));
    int channel = gfx_ranged(c, call_kw_int(c, KW_ERASE_CHANNEL, 0), 0, 3, "Channel");
    uint8_t pixel[3] = {(uint8_t)color, (uint8_t)(color >> 8), (uint8_t)(color >> 16)};
    if (w->frame.bytes == 3 && !g->on->is_decomposed) {
        int i = (int)(color & 255);
        memcpy(pixel, (uint8_t[]){g->colors.r[i], g->colors.g[i], g->colors.b[i]}, 3);
    }
    if (channel > 0 && w->frame.bytes == 3) {
        FrameImage one = {&pixel[channel - 1], w->frame.width, w->frame.height, 0, 0, 0, 1};
        frame_put(&w->frame, &one, 0, 0, channel, NULL);
        gfx_touch(c, w, frame_rect(&w->frame));
        return;
    }
    frame_fill(&w->frame, pixel);
    frame_erase_depth(&w->frame);
    drawing_erase(&w->drawing, pixel);
    gfx_show(c, w, frame_rect(&w->frame));
}

// EMPTY: shows what is pending.
static void pro_empty(Call *c) { TRY(c, gfx_settle(gfx_of(c->vm))); }

static const Routine rows[] = {
    {"EMPTY", PROCEDURE, {0, 0}, pro_empty, ""},
    {"ERASE", PROCEDURE, {0, 1}, pro_erase, "[, Background]", KEYS(ERASE)},
    {"TV", PROCEDURE, {1, 4}, pro_tv, "Image [, Position | X, Y [, Channel]]", KEYS(TV)},
    {"TVRD", FUNCTION, {0, 5}, fn_tvrd, "[X0 [, Y0 [, Nx [, Ny [, Channel]]]]]", KEYS(TVRD)},
    {"TVSCL", PROCEDURE, {1, 4}, pro_tvscl, "Image [, Position | X, Y [, Channel]]", KEYS(TVSCL), .pooled = true},
};
ROUTINE_TABLE(lib_tv, rows)
