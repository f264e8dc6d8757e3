// See shaded.h; and SET_SHADING, which says how light falls.
#include "lib/surface/shaded.h"

#include "gfx/depth.h"
#include "lib/graphics/settings.h"
#include "sys/interrupt.h"

#include <math.h>
#include <string.h>

// clang-format off
#define SET_SHADING_KEYWORDS(K, R)                                                                                  \
    K(R, GOURAUD, "={0|1}") K(R, LIGHT, "=[x, y, z]") K(R, REJECT, "={0|1}") K(R, VALUES, "=[darkest, brightest]")
// clang-format on
KEYWORDS(SET_SHADING)

enum { BRIGHTEST = 255 }; // of bytes

ShadeLight shaded_light(Call *c)
{
    const Shading *s = &gfx_of(c->vm)->shading;
    ShadeLight light = {.is_smooth = !s->is_flat, .rejects_back = !s->keeps_back};
    memcpy(light.direction, s->light, sizeof light.direction);
    if (s->light[0] == 0 && s->light[1] == 0 && s->light[2] == 0) light.direction[2] = 1;
    return light;
}

static void free_buffer(void *b) { shade_free(b); }

ShadeBuffer *shaded_buffer(Call *c, int width, int height)
{
    ShadeBuffer *b = call_alloc(c, sizeof *b);
    call_defer(c, free_buffer, b);
    if (!shade_begin(b, width, height)) throw_no_memory(c);
    return b;
}

void shaded_draw(Call *c, ShadeBuffer *b, const ShadeBody *body, const ShadeLight *light)
{
    shaded_end(c, shade_body(b, body, light, sys_interrupted));
}

void shaded_end(Call *c, ShadeFault fault)
{
    if (fault == SHADE_BAD_LIST)
        throw_msg(c, E_VALUE, "Polygons must have numbers of corners and subscripts of points.");
    if (fault == SHADE_NO_MEMORY) throw_no_memory(c);
    call_poll(c);
}

static uint8_t byte_of(double x) { return x >= BRIGHTEST ? BRIGHTEST : x > 0 ? (uint8_t)(x + 0.5) : 0; }

uint8_t *shaded_pixels(Call *c, const ShadeBuffer *b, bool is_direct, int top)
{
    const Shading *s = &gfx_of(c->vm)->shading;
    size_t n = (size_t)b->width * (size_t)b->height;
    uint8_t *out = call_scratch(c, n + 1);
    double low = s->has_values ? s->values[0] : 0, high = s->has_values ? s->values[1] : gfx_of(c->vm)->on->colors - 1;
    if (high > top) high = top;
    for (size_t i = 0; i < n; i++) {
        double shade = b->shade[i];
        out[i] = b->depth[i] == -INFINITY ? 0 : byte_of(is_direct ? shade : low + shade * (high - low));
    }
    return out;
}

// Columns and rows from the first to behind the last in which something is; false: there is nothing.
static bool find_extent(const ShadeBuffer *b, int *x0, int *y0, int *x1, int *y1)
{
    *x0 = b->width, *y0 = b->height, *x1 = *y1 = 0;
    for (int y = 0; y < b->height; y++) {
        for (int x = 0; x < b->width; x++) {
            if (b->depth[(size_t)y * (size_t)b->width + (size_t)x] == -INFINITY) continue;
            *x0 = x < *x0 ? x : *x0, *x1 = x + 1 > *x1 ? x + 1 : *x1;
            *y0 = y < *y0 ? y : *y0, *y1 = y + 1;
        }
    }
    return *x1 > *x0;
}

// An image as large as what is seen; the rest of it is white.
static void show_on_page(Canvas *v, const ShadeBuffer *b, const uint8_t *pixels)
{
    const ColorTable *t = &gfx_of(v->call->vm)->colors;
    bool is_color = v->page->setup.is_color;
    int x0, y0, x1, y1;
    if (!find_extent(b, &x0, &y0, &x1, &y1)) return;
    size_t width = (size_t)(x1 - x0);
    uint8_t *rgb = call_scratch(v->call, 3 * width * (size_t)(y1 - y0) + 1), *out = rgb;
    for (int y = y0; y < y1; y++) {
        for (int x = x0; x < x1; x++, out += 3) {
            size_t k = (size_t)y * (size_t)b->width + (size_t)x;
            uint8_t p = pixels[k];
            bool is_there = b->depth[k] != -INFINITY;
            out[0] = !is_there ? 255 : is_color ? t->r[p] : p;
            out[1] = !is_there ? 255 : is_color ? t->g[p] : p;
            out[2] = !is_there ? 255 : is_color ? t->b[p] : p;
        }
    }
    double fx = v->width / b->width, fy = v->height / b->height;
    FrameImage img = {rgb, x1 - x0, y1 - y0, 3, (int64_t)(3 * width), 1, 3};
    canvas_image(v, &img, &(Box){x0 * fx, y0 * fy, x1 * fx, y1 * fy});
}

// Where the frame keeps depths: whether nothing is before this one, which then is kept.
static bool comes_forward(Framebuffer *f, int x, int y, double z)
{
    if (!f->depth) return true;
    int16_t *depth = &frame_depth_row(f, y)[x], near = depth_of(z);
    if (near < *depth) return false;
    *depth = near;
    return f->is_deep = true;
}

void shaded_show(Canvas *v, const ShadeBuffer *b, const uint8_t *pixels)
{
    if (v->page) show_on_page(v, b, pixels);
    if (!v->window) return;
    const ColorTable *t = &gfx_of(v->call->vm)->colors;
    Framebuffer *f = &v->window->frame;
    const Rect *clip = &v->frame.raster.clip;
    for (int y = clip->y; y < b->height && y < clip->y + clip->height; y++) {
        for (int x = clip->x; x < b->width && x < clip->x + clip->width; x++) {
            size_t k = (size_t)y * (size_t)b->width + (size_t)x;
            uint8_t p = pixels[k];
            if (b->depth[k] == -INFINITY || !comes_forward(f, x, y, b->depth[k])) continue;
            if (f->bytes == 1)
                raster_put(&v->frame.raster, x, y, (uint8_t[3]){p});
            else
                raster_put(&v->frame.raster, x, y, (uint8_t[3]){t->r[p], t->g[p], t->b[p]});
        }
    }
    v->frame.raster.changed = rect_union(v->frame.raster.changed, frame_rect(f));
    drawing_pixels(&v->window->drawing, frame_rect(f));
}

// SET_SHADING: how SHADE_SURF and POLYSHADE shade: LIGHT towards the light ([0, 0, 1]: from the eye's side), GOURAUD=0
// with one shade a facet, REJECT=0 with facets that are seen from behind, VALUES=[darkest, brightest] pixel values.
// Manual: SET_SHADING.
static void pro_set_shading(Call *c)
{
    int n;
    Shading *s = &gfx_of(c->vm)->shading;
    const double *light = kw_numbers(c, KW_SET_SHADING_LIGHT, 3, 3, &n);
    if (light) memcpy(s->light, light, sizeof s->light);
    const double *values = kw_numbers(c, KW_SET_SHADING_VALUES, 2, 2, &n);
    if (values) {
        s->has_values = true;
        for (int i = 0; i < 2; i++) s->values[i] = byte_of(values[i]);
    }
    if (call_kw_given(c, KW_SET_SHADING_GOURAUD)) s->is_flat = !call_kw_set(c, KW_SET_SHADING_GOURAUD);
    if (call_kw_given(c, KW_SET_SHADING_REJECT)) s->keeps_back = !call_kw_set(c, KW_SET_SHADING_REJECT);
}

static const Routine rows[] = {
    {"SET_SHADING", PROCEDURE, {0, 0}, pro_set_shading, "", KEYS(SET_SHADING)},
};
ROUTINE_TABLE(lib_shading, rows)
