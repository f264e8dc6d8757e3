// POLYFILL: filled polygons anywhere. Start reading at pro_polyfill.
#include "lib/graphics/annotation.h"
#include "lib/graphics/pattern_fill.h"

#include <math.h>

// clang-format off
#define POLYFILL_KEYWORDS(K, R)                                                                                     \
    GRAPHICS_LIST(K, R) K(R, IMAGE_COORD, HIDDEN) K(R, IMAGE_INTERP, HIDDEN) K(R, LINE_FILL, FLAG)                   \
    K(R, PATTERN, "=array") K(R, SPACING, "=centimeters") K(R, TRANSPARENT, HIDDEN)
// clang-format on
KEYWORDS(POLYFILL)

enum { LINES_MAX = 100000 };

// Parallel lines inside the polygon: the polygon's rows are taken in a turned system.
static void fill_by_lines(Canvas *v, const Point *p, int64_t n, double degrees, double spacing)
{
    double angle = degrees * M_PI / 180, cosine = cos(angle), sine = sin(angle), lo = INFINITY, hi = -INFINITY;
    Point *q = call_scratch(v->call, (size_t)n * sizeof *q);
    double *cut = call_scratch(v->call, (size_t)n * sizeof *cut);
    for (int64_t i = 0; i < n; i++) {
        q[i] = (Point){p[i].x * cosine + p[i].y * sine, p[i].y * cosine - p[i].x * sine};
        lo = fmin(lo, q[i].y);
        hi = fmax(hi, q[i].y);
    }
    if (!((hi - lo) / spacing < LINES_MAX))
        throw_msg(v->call, E_VALUE, "POLYFILL: more than %d lines; SPACING is too small.", LINES_MAX);
    for (double y = ceil(lo / spacing) * spacing; y <= hi; y += spacing) {
        call_poll(v->call);
        int k = 0;
        for (int64_t i = 0; i < n; i++) {
            Point a = q[i], b = q[(i + 1) % n];
            if ((a.y <= y) == (b.y <= y)) continue;
            double x = a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x);
            int at = k++;
            for (; at > 0 && cut[at - 1] > x; at--) cut[at] = cut[at - 1];
            cut[at] = x;
        }
        for (int i = 0; i + 1 < k; i += 2) {
            Point line[2] = {{cut[i] * cosine - y * sine, cut[i] * sine + y * cosine},
                             {cut[i + 1] * cosine - y * sine, cut[i + 1] * sine + y * cosine}};
            canvas_path(v, line, 2);
        }
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
    Point *p = annotation_points(c, &s, places, n, from);
    bool has_lines = call_kw_set(c, KW_POLYFILL_LINE_FILL) || call_kw(c, KW_POLYFILL_SPACING) ||
                     call_kw_double(c, G_ORIENTATION, 0) != 0;
    v->pen = look.pen;
    if (call_kw(c, KW_POLYFILL_PATTERN)) {
        pattern_fill(v, p, n, call_kw(c, KW_POLYFILL_PATTERN));
    } else if (has_lines) {
        double per_cm = gfx_of(c->vm)->on->dev->px_cm, spacing = call_kw_double(c, KW_POLYFILL_SPACING, 0) * per_cm;
        fill_by_lines(v, p, n, call_kw_double(c, G_ORIENTATION, 0), spacing > 0 ? fmax(spacing, 1) : 4);
    } else {
        canvas_fill(v, p, n);
    }
    canvas_close(v);
}

static const Routine rows[] = {
    {"POLYFILL", PROCEDURE, {1, 3}, pro_polyfill, "X [, Y [, Z]]", KEYS(POLYFILL)},
};
ROUTINE_TABLE(lib_polyfill, rows)
