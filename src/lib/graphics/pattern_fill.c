// See pattern_fill.h.
#include "lib/graphics/pattern_fill.h"

#include "lib/graphics/settings.h"

#include <math.h>

typedef struct Pattern {
    const Canvas *canvas;
    const int32_t *color;
    int64_t width, height;
    bool has_channels; // of a colour: they are mixed one by one
    bool is_smooth, has_least;
    double least;
} Pattern;

static bool is_left_out(const Pattern *t, double color) { return t->has_least && color < t->least; }

static bool tile(const void *pattern, int x, int y, const double *value, uint8_t pixel[3])
{
    const Pattern *t = pattern;
    int32_t color = t->color[t->width * (y % t->height) + x % t->width];
    (void)value;
    if (is_left_out(t, color)) return false;
    canvas_pixel(t->canvas, color, pixel);
    return true;
}

// The whole part of a subscript, and what is left, inside the array.
static int64_t subscript(double at, int64_t n, double *rest)
{
    double inside = at > 0 ? fmin(at, (double)(n - 1)) : 0, whole = floor(inside);
    *rest = inside - whole;
    return (int64_t)whole;
}

static double channel(int32_t color, int i) { return color >> 8 * i & 255; }

static bool nearest(const void *pattern, int x, int y, const double *value, uint8_t pixel[3])
{
    const Pattern *t = pattern;
    double rest;
    (void)x, (void)y;
    int32_t color = t->color[subscript(value[0] + 0.5, t->width, &rest) + t->width * subscript(value[1] + 0.5, t->height, &rest)];
    if (is_left_out(t, color)) return false;
    canvas_pixel(t->canvas, color, pixel);
    return true;
}

static bool between(const void *pattern, int x, int y, const double *value, uint8_t pixel[3])
{
    const Pattern *t = pattern;
    double fx, fy, sum = 0;
    (void)x, (void)y;
    const int32_t *p = t->color + subscript(value[0], t->width, &fx) + t->width * subscript(value[1], t->height, &fy);
    int64_t right = fx > 0, up = fy > 0 ? t->width : 0;
    const int32_t color[4] = {p[0], p[right], p[up], p[right + up]};
    const double part[4] = {(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy};
    for (int k = 0; k < 4; k++) sum += part[k] * color[k];
    if (is_left_out(t, sum)) return false;
    if (!t->has_channels) canvas_pixel(t->canvas, lround(sum), pixel);
    for (int i = 0; t->has_channels && i < 3; i++) {
        sum = 0;
        for (int k = 0; k < 4; k++) sum += part[k] * channel(color[k], i);
        pixel[i] = (uint8_t)(sum + 0.5);
    }
    return true;
}

static bool has_channels(const Canvas *v) { return v->window->frame.bytes == 3 && gfx_of(v->call->vm)->on->is_decomposed; }

void pattern_fill(Canvas *v, const Point *p, int64_t n, const PatternLook *look)
{
    Call *c = v->call;
    const Val *pattern = look->pattern;
    if (pattern->type == T_STRUCT || !val_is_array(pattern) || pattern->a->rank != 2)
        throw_msg(c, E_VALUE, "PATTERN must be a two-dimensional array.");
    if (v->page) throw_msg(c, E_VALUE, "PATTERN has pixels, and this device has none: LINE_FILL fills with lines.");
    if (!v->window) return;
    Pattern t = {.canvas = v,
                 .color = val_data_peek(call_convert(c, pattern, T_LONG)),
                 .width = pattern->a->dim[0],
                 .height = pattern->a->dim[1],
                 .has_channels = has_channels(v),
                 .has_least = look->least != NULL};
    if (look->least) t.least = *look->least;
    RasterFacet tiled = {0, NULL, tile, &t}, warped = {2, look->place, look->is_smooth ? between : nearest, &t};
    canvas_facet(v, p, n, look->place ? &warped : &tiled);
}

// --- A colour a point

static bool mix_index(const void *canvas, int x, int y, const double *value, uint8_t pixel[3])
{
    (void)x, (void)y;
    canvas_pixel(canvas, lround(value[0]), pixel);
    return true;
}

static bool mix_channels(const void *canvas, int x, int y, const double *value, uint8_t pixel[3])
{
    (void)canvas, (void)x, (void)y;
    for (int i = 0; i < 3; i++) pixel[i] = (uint8_t)(value[i] + 0.5);
    return true;
}

void shaded_fill(Canvas *v, const Point *p, int64_t n, const double *color)
{
    if (!v->window) return;
    int values = has_channels(v) ? 3 : 1;
    double *value = call_scratch(v->call, (size_t)(values * n + 1) * sizeof *value);
    for (int64_t i = 0; i < n; i++) {
        int64_t number = number_whole(color[i]);
        for (int k = 0; k < values; k++)
            value[i * values + k] = values == 3 ? channel((int32_t)number, k) : (double)(number & 255);
    }
    RasterFacet facet = {values, value, values == 3 ? mix_channels : mix_index, v};
    canvas_facet(v, p, n, &facet);
}
