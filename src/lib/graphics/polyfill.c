// POLYFILL: filled polygons anywhere. Start reading at pro_polyfill.
#include "lib/graphics/annotation.h"
#include "lib/graphics/hatch.h"
#include "lib/graphics/map_state.h"
#include "lib/graphics/pattern_fill.h"
#include "lib/graphics/settings.h"

// clang-format off
#define POLYFILL_KEYWORDS(K, R)                                                                                     \
    GRAPHICS_LIST(K, R) K(R, FILL_PATTERN, "=integer") K(R, IMAGE_COORD, "=array") K(R, IMAGE_INTERP, FLAG)          \
    K(R, LINE_FILL, FLAG) K(R, PATTERN, "=array") K(R, SPACING, "=centimeters") K(R, TRANSPARENT, "=value")
// clang-format on
KEYWORDS(POLYFILL)

static void fill_pattern(Canvas *v, const Point *p, int64_t n)
{
    Call *c = v->call;
    int given;
    double least = call_kw_double(c, KW_POLYFILL_TRANSPARENT, 0);
    PatternLook look = {.pattern = call_kw(c, KW_POLYFILL_PATTERN)};
    look.place = kw_numbers(c, KW_POLYFILL_IMAGE_COORD, 1, INT32_MAX, &given);
    look.is_smooth = call_kw_set(c, KW_POLYFILL_IMAGE_INTERP);
    if (call_kw(c, KW_POLYFILL_TRANSPARENT)) look.least = &least;
    if (look.place && given < 2 * n) throw_msg(c, E_SHAPE, "IMAGE_COORD must have two elements for each point.");
    pattern_fill(v, p, n, &look);
}

// COLOR with an element for each point, where there are pixels.
static const double *colors_of(const Canvas *v, int64_t n)
{
    int given = 0;
    const double *color = kw_numbers(v->call, G_COLOR, 1, INT32_MAX, &given);
    return v->window && given > 1 && given >= n ? color : NULL;
}

static bool has_lines(Call *c)
{
    return call_kw_set(c, KW_POLYFILL_LINE_FILL) || call_kw(c, KW_POLYFILL_SPACING) || call_kw(c, G_ORIENTATION);
}

// As the call asks for: by a pattern, by lines, or with a colour.
static void fill(Canvas *v, const Point *p, int64_t n, void *colors)
{
    Call *c = v->call;
    if (call_kw(c, KW_POLYFILL_PATTERN))
        fill_pattern(v, p, n);
    else if (has_lines(c))
        hatch_polygon(v, p, n, call_kw_double(c, G_ORIENTATION, 0), call_kw_double(c, KW_POLYFILL_SPACING, 0));
    else if (colors)
        shaded_fill(v, p, n, colors);
    else
        canvas_fill(v, p, n);
}

// What cannot be done, before anything is drawn.
static void refuse(Call *c, bool is_map)
{
    if (!call_kw(c, KW_POLYFILL_IMAGE_COORD)) return;
    if (!call_kw(c, KW_POLYFILL_PATTERN)) throw_msg(c, E_VALUE, "IMAGE_COORD needs PATTERN, the image.");
    if (is_map) throw_msg(c, E_VALUE, "IMAGE_COORD is not for maps: MAP_IMAGE and MAP_PATCH warp images.");
}

// POLYFILL, X [, Y [, Z]] | POLYFILL, (2,n) or (3,n) array: fills a polygon, which is closed by itself, by the even-odd
// rule: with COLOR (of as many elements as there are points: mixed between them), by parallel lines (LINE_FILL, or where
// ORIENTATION or SPACING is given; THICK, LINESTYLE), or tiled with the pixels of PATTERN. With IMAGE_COORD, its
// subscripts for each point, (2, n), PATTERN is warped onto the polygon; IMAGE_INTERP interpolates, and what is less than
// TRANSPARENT is not drawn. FILL_PATTERN, an index of the hardware's patterns in old programs, is without effect: fills
// are solid. Manual: POLYFILL, The Z-Buffer Device.
static void pro_polyfill(Call *c)
{
    int64_t n;
    Coords s;
    CoordSystem from = coords_asked(c, COORD_DATA);
    Place *places = coords_places(c, 0, c->argc, call_kw_double(c, G_Z, 0), &n);
    if (n < 3) throw_msg(c, E_VALUE, "Not enough valid and unique points specified.");
    SeriesLook look = series_look(c);
    Canvas *v = annotation_open(c, &s);
    v->pen = look.pen;
    bool is_map = s.map && from == COORD_DATA;
    refuse(c, is_map);
    if (is_map)
        map_fill_polygon(v, &s, places, n, fill, NULL);
    else
        fill(v, annotation_points(c, &s, places, n, from), n, (void *)colors_of(v, n));
    canvas_close(v);
}

static const Routine rows[] = {
    {"POLYFILL", PROCEDURE, {1, 3}, pro_polyfill, "X [, Y [, Z]]", KEYS(POLYFILL)},
};
ROUTINE_TABLE(lib_polyfill, rows)
