// POLYFILL: filled polygons anywhere. Start reading at pro_polyfill.
#include "lib/graphics/annotation.h"
#include "lib/graphics/hatch.h"
#include "lib/graphics/map_state.h"
#include "lib/graphics/pattern_fill.h"

// clang-format off
#define POLYFILL_KEYWORDS(K, R)                                                                                     \
    GRAPHICS_LIST(K, R) K(R, IMAGE_COORD, HIDDEN) K(R, IMAGE_INTERP, HIDDEN) K(R, LINE_FILL, FLAG)                   \
    K(R, PATTERN, "=array") K(R, SPACING, "=centimeters") K(R, TRANSPARENT, HIDDEN)
// clang-format on
KEYWORDS(POLYFILL)

// As the call asks for: with a colour, by lines, or by a pattern.
static void fill(Canvas *v, const Point *p, int64_t n, void *arg)
{
    Call *c = v->call;
    (void)arg;
    bool has_lines = call_kw_set(c, KW_POLYFILL_LINE_FILL) || call_kw(c, KW_POLYFILL_SPACING) ||
                     call_kw_double(c, G_ORIENTATION, 0) != 0;
    if (call_kw(c, KW_POLYFILL_PATTERN)) {
        pattern_fill(v, p, n, call_kw(c, KW_POLYFILL_PATTERN));
    } else if (has_lines) {
        hatch_polygon(v, p, n, call_kw_double(c, G_ORIENTATION, 0), call_kw_double(c, KW_POLYFILL_SPACING, 0));
    } else {
        canvas_fill(v, p, n);
    }
}

// POLYFILL, X [, Y [, Z]] | POLYFILL, (2,n) or (3,n) array: fills a polygon, which is closed by itself, by the even-odd
// rule: with COLOR, by parallel lines (LINE_FILL, ORIENTATION, SPACING, THICK, LINESTYLE), or tiled with the pixels of
// PATTERN. Manual: POLYFILL.
static void pro_polyfill(Call *c)
{
    int64_t n;
    Coords s;
    CoordSystem from = coords_asked(c, COORD_DATA);
    if (call_kw(c, KW_POLYFILL_IMAGE_COORD)) throw_msg(c, E_VALUE, "POLYFILL: IMAGE_COORD is not supported yet.");
    Place *places = coords_places(c, 0, c->argc, call_kw_double(c, G_Z, 0), &n);
    if (n < 3) throw_msg(c, E_VALUE, "Not enough valid and unique points specified.");
    SeriesLook look = series_look(c);
    Canvas *v = annotation_open(c, &s);
    v->pen = look.pen;
    if (s.map && from == COORD_DATA)
        map_fill_polygon(v, &s, places, n, fill, NULL);
    else
        fill(v, annotation_points(c, &s, places, n, from), n, NULL);
    canvas_close(v);
}

static const Routine rows[] = {
    {"POLYFILL", PROCEDURE, {1, 3}, pro_polyfill, "X [, Y [, Z]]", KEYS(POLYFILL)},
};
ROUTINE_TABLE(lib_polyfill, rows)
