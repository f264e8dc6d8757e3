// PLOTS, XYOUTS, POLYFILL: lines, texts and filled polygons anywhere, in data, normal or device coordinates. They do
// not clip unless NOCLIP=0 is said. Start reading at pro_plots.
#include "lib/graphics/series.h"
#include "lib/graphics/settings.h"

#include <math.h>
#include <string.h>

// clang-format off
#define PLOTS_KEYWORDS(K, R) GRAPHICS_LIST(K, R) K(R, CONTINUE, FLAG)
#define XYOUTS_KEYWORDS(K, R)                                                                                       \
    GRAPHICS_LIST(K, R) K(R, ALIGNMENT, "=value") K(R, SIZE, HIDDEN) K(R, TEXT_AXES, HIDDEN) K(R, WIDTH, OUT)
#define POLYFILL_KEYWORDS(K, R)                                                                                     \
    GRAPHICS_LIST(K, R) K(R, IMAGE_COORD, HIDDEN) K(R, IMAGE_INTERP, HIDDEN) K(R, LINE_FILL, FLAG)                   \
    K(R, PATTERN, "=array") K(R, SPACING, "=centimeters") K(R, TRANSPARENT, HIDDEN)
// clang-format on
KEYWORDS(PLOTS)
KEYWORDS(XYOUTS)
KEYWORDS(POLYFILL)
_Static_assert((int)KW_PLOTS_CONTINUE == (int)G_XCHARSIZE, "the common keywords come first");

enum { LINES_MAX = 100000 };

// Opens the canvas with the call's clip rectangle.
static Canvas *open_canvas(Call *c, Coords *s)
{
    Box clip;
    Canvas *v = canvas_open(c);
    *s = coords_now(c, v->width, v->height, call_kw_set(c, G_T3D));
    if (series_clip(c, s, false, &clip)) canvas_clip(v, &clip);
    int n;
    const double *color = kw_numbers(c, G_COLOR, 1, 1, &n);
    canvas_color(v, color ? (int64_t)color[0] : setting_long(c, 'P', "COLOR"));
    return v;
}

static Point *to_device(Call *c, const Coords *s, const Place *p, int64_t n, CoordSystem from)
{
    Point *out = call_scratch(c, (size_t)(n + 1) * sizeof *out);
    for (int64_t i = 0; i < n; i++) out[i] = coords_to_device(s, p[i], from);
    return out;
}

// --- PLOTS

// COLOR of an array: one a piece of the line, that of its end, or one a symbol.
static void draw_coloured(Canvas *v, const SeriesLook *look, const Point *p, int64_t n, const Val *colors)
{
    const int32_t *color = val_data_peek(call_convert(v->call, colors, T_LONG));
    int64_t count = val_count(colors);
    bool has_line = look->psym <= 0;
    for (int64_t i = 0; i < n; i++) {
        canvas_color(v, color[i % count]);
        SeriesLook one = *look;
        one.psym = look->psym < 0 ? -look->psym : look->psym;
        if (has_line && i > 0) {
            v->pen = look->pen;
            canvas_path(v, p + i - 1, 2);
        }
        if (one.psym) series_draw(v, &one, p + i, 1);
    }
}

// PLOTS, X [, Y [, Z]] | PLOTS, (2,n) or (3,n) array: joins points by lines, or marks them (PSYM). Coordinates are the
// data's, or normal or device ones (NORMAL, DEVICE). CONTINUE begins where the last PLOTS ended; COLOR may have a value
// for each point. Manual: PLOTS.
static void pro_plots(Call *c)
{
    int64_t n;
    Coords s;
    CoordSystem from = coords_asked(c, COORD_DATA);
    Place *places = coords_places(c, 0, c->argc, call_kw_double(c, G_Z, 0), &n);
    SeriesLook look = series_look(c);
    Canvas *v = open_canvas(c, &s);
    Gfx *g = gfx_of(c->vm);
    Point *p = to_device(c, &s, places, n, from);
    if (call_kw_set(c, KW_PLOTS_CONTINUE)) {
        Point *more = call_scratch(c, (size_t)(n + 1) * sizeof *more);
        more[0] = (Point){g->pen[0] * v->width, g->pen[1] * v->height};
        memcpy(more + 1, p, (size_t)n * sizeof *p);
        p = more;
        n++;
    }
    const Val *colors = call_kw(c, G_COLOR);
    if (colors && val_is_array(colors) && val_count(colors) > 1)
        draw_coloured(v, &look, p, n, colors);
    else
        series_draw(v, &look, p, n);
    if (n > 0) g->pen[0] = p[n - 1].x / v->width, g->pen[1] = p[n - 1].y / v->height;
    canvas_close(v);
}

// --- XYOUTS

typedef struct Labels {
    const Str **text;
    int64_t n;
} Labels;

static Labels texts_of(Call *c, int i)
{
    const Val *v = call_convert(c, call_arg(c, i), T_STRING);
    Labels l = {.n = val_count(v)};
    l.text = call_scratch(c, (size_t)(l.n + 1) * sizeof *l.text);
    for (int64_t k = 0; k < l.n; k++) l.text[k] = val_is_array(v) ? ((StrSlot *)v->a->data)[k].p : v->s;
    return l;
}

static double part_of(const double *p, int64_t n, int64_t i) { return n == 1 ? p[0] : p[i % n]; }

// XYOUTS, [X, Y,] Text: writes texts at places: the data's, or normal or device ones. Without a place the text goes on
// where the last ended. X, Y, Text, ALIGNMENT (0 left, 0.5 middle, 1 right of the place), ORIENTATION (degrees),
// CHARSIZE and COLOR may be arrays. WIDTH returns the width in normal coordinates; CHARSIZE=-1 measures and draws
// nothing. Embedded commands (!U, !N, !7, !C, ...) work. Manual: XYOUTS.
static void pro_xyouts(Call *c)
{
    if (c->argc == 2) throw_msg(c, E_ARGS, "Incorrect number of arguments.");
    int64_t n = 1;
    int na, no, ns, nc;
    Coords s;
    CoordSystem from = coords_asked(c, COORD_DATA);
    int size_slot = call_kw(c, G_CHARSIZE) ? G_CHARSIZE : KW_XYOUTS_SIZE;  // SIZE: its name in old programs
    Labels l = texts_of(c, c->argc - 1);
    Place *places = c->argc == 3 ? coords_places(c, 0, 2, call_kw_double(c, G_Z, 0), &n) : NULL;
    const double *align = kw_numbers(c, KW_XYOUTS_ALIGNMENT, 1, INT32_MAX, &na),
                 *turn = kw_numbers(c, G_ORIENTATION, 1, INT32_MAX, &no);
    const double *size = kw_numbers(c, size_slot, 1, INT32_MAX, &ns),
                 *color = kw_numbers(c, G_COLOR, 1, INT32_MAX, &nc);
    Canvas *v = open_canvas(c, &s);
    Gfx *g = gfx_of(c->vm);
    double usual = setting_float(c, 'P', "CHARSIZE"), width = 0;
    TextStyle style = {.thick = kw_or_float(c, G_CHARTHICK, 'P', "CHARTHICK")};
    int64_t count = l.n > n ? (n > 1 ? n : l.n) : n > l.n && l.n > 1 ? l.n : n;
    for (int64_t i = 0; i < count; i++) {
        const Str *text = l.text[l.n == 1 ? 0 : i];
        Point at =
            places ? coords_to_device(&s, places[n == 1 ? 0 : i], from) : (Point){g->text_end[0], g->text_end[1]};
        double asked = size ? part_of(size, ns, i) : usual;
        style.size = asked != 0 ? fabs(asked) : 1;
        style.degrees = turn ? part_of(turn, no, i) : 0;
        style.alignment = align ? part_of(align, na, i) : 0;
        if (color) canvas_color(v, (int64_t)part_of(color, nc, i));
        bool is_drawn = !(asked < 0) && isfinite(at.x) && isfinite(at.y);
        width = canvas_text(v, str_text(text), str_len(text), at, &style, !is_drawn);
    }
    call_kw_set_take(c, KW_XYOUTS_WIDTH, val_float((float)(width / v->width)));
    canvas_close(v);
}

// --- POLYFILL

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
// rule: with COLOR, or by parallel lines (LINE_FILL, ORIENTATION, SPACING, THICK, LINESTYLE). Manual: POLYFILL.
static void pro_polyfill(Call *c)
{
    int64_t n;
    Coords s;
    CoordSystem from = coords_asked(c, COORD_DATA);
    if (call_kw(c, KW_POLYFILL_IMAGE_COORD)) throw_msg(c, E_VALUE, "POLYFILL: IMAGE_COORD is not supported yet.");
    if (call_kw(c, KW_POLYFILL_PATTERN)) throw_msg(c, E_VALUE, "POLYFILL: PATTERN is not supported yet.");
    Place *places = coords_places(c, 0, c->argc, call_kw_double(c, G_Z, 0), &n);
    if (n < 3) throw_msg(c, E_VALUE, "Not enough valid and unique points specified.");
    SeriesLook look = series_look(c);
    Canvas *v = open_canvas(c, &s);
    Point *p = to_device(c, &s, places, n, from);
    bool has_lines = call_kw_set(c, KW_POLYFILL_LINE_FILL) || call_kw(c, KW_POLYFILL_SPACING) ||
                     call_kw_double(c, G_ORIENTATION, 0) != 0;
    v->pen = look.pen;
    if (has_lines) {
        double per_cm = gfx_of(c->vm)->on->dev->px_cm, spacing = call_kw_double(c, KW_POLYFILL_SPACING, 0) * per_cm;
        fill_by_lines(v, p, n, call_kw_double(c, G_ORIENTATION, 0), spacing > 0 ? fmax(spacing, 1) : 4);
    } else {
        canvas_fill(v, p, n);
    }
    canvas_close(v);
}

static const Routine rows[] = {
    {"PLOTS", PROCEDURE, {1, 3}, pro_plots, "X [, Y [, Z]]", KEYS(PLOTS)},
    {"POLYFILL", PROCEDURE, {1, 3}, pro_polyfill, "X [, Y [, Z]]", KEYS(POLYFILL)},
    {"XYOUTS", PROCEDURE, {1, 3}, pro_xyouts, "[X, Y,] Text", KEYS(XYOUTS)},
};
ROUTINE_TABLE(lib_plots, rows)
