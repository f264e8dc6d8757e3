// See series.h. Start at series_read and series_draw.
#include "lib/graphics/series.h"

#include "lib/graphics/settings.h"
#include "plot/symbol.h"

#include <float.h>
#include <math.h>

enum { RUN = 4096 };

// --- Data

static void average(Series *s, int64_t group)
{
    int64_t n = 0;
    for (int64_t i = 0; i + group <= s->n; i += group, n++) {
        Place sum = {0, 0, s->p[i].z};
        for (int64_t k = 0; k < group; k++) sum.x += s->p[i + k].x, sum.y += s->p[i + k].y;
        s->p[n] = (Place){sum.x / (double)group, sum.y / (double)group, sum.z};
    }
    s->n = n;
}

static void leave_out(Call *c, Series *s, const SeriesSlots *slots)
{
    bool has_max = call_kw(c, slots->max_value), has_min = call_kw(c, slots->min_value);
    double most = call_kw_double(c, slots->max_value, 0), least = call_kw_double(c, slots->min_value, 0);
    for (int64_t i = 0; (has_max || has_min) && i < s->n; i++) {
        if ((has_max && s->p[i].y > most) || (has_min && s->p[i].y < least)) s->p[i].y = NAN;
    }
}

static void from_polar(Series *s)
{
    for (int64_t i = 0; i < s->n; i++) {
        double radius = s->p[i].x, angle = s->p[i].y;
        s->p[i].x = radius * cos(angle);
        s->p[i].y = radius * sin(angle);
    }
}

static void measure(Series *s, int64_t from, int64_t to)
{
    double x0 = s->x_range[0], x1 = s->x_range[1], y0 = s->y_range[0], y1 = s->y_range[1];
    for (int64_t i = from; i < to; i++) {
        double x = s->p[i].x, y = s->p[i].y;
        bool is_there = fabs(x) <= DBL_MAX, is_whole = is_there && fabs(y) <= DBL_MAX;
        x0 = is_there && x < x0 ? x : x0;
        x1 = is_there && x > x1 ? x : x1;
        y0 = is_whole && y < y0 ? y : y0;
        y1 = is_whole && y > y1 ? y : y1;
    }
    s->x_range[0] = x0, s->x_range[1] = x1, s->y_range[0] = y0, s->y_range[1] = y1;
}

// One of the two arguments as it is, FLOAT or DOUBLE: what is neither has been converted.
typedef struct Column {
    const float *narrow;
    const double *wide;
    int64_t n;
} Column;

static Column column_of(Call *c, int i)
{
    const Val *v = call_arg(c, i);
    if (v->type == T_FLOAT) return (Column){.narrow = val_data_peek(v), .n = val_count(v)};
    Column k = {0};
    k.wide = arg_numbers(c, i, &k.n);
    return k;
}

static inline double element(const Column *k, int64_t i)
{
    return k->narrow ? (double)k->narrow[i] : k->wide ? k->wide[i] : (double)i;
}

static void read_run(Series *s, const Column *x, const Column *y, double z, int64_t from, int64_t to)
{
    for (int64_t i = from; i < to; i++) s->p[i] = (Place){element(x, i), element(y, i), z};
}

Series series_read(Call *c, const SeriesSlots *slots, bool measures)
{
    call_hush_math(c);
    Column first = column_of(c, 0), second = c->argc > 1 ? column_of(c, 1) : first, none = {0};
    Column x = c->argc > 1 ? first : none, y = second;
    Series s = {.n = first.n < second.n ? first.n : second.n, .x_range = {INFINITY, -INFINITY}, .y_range = {INFINITY, -INFINITY}};
    double z = call_kw_double(c, G_Z, 0);
    int64_t group = kw_or_long(c, slots->nsum, 'P', "NSUM");
    bool changes = group > 1 || call_kw_set(c, slots->polar) || call_kw(c, slots->max_value) || call_kw(c, slots->min_value);
    s.p = call_scratch(c, (size_t)(s.n + 1) * sizeof *s.p);
    for (int64_t i = 0; i < s.n; i += RUN) {
        int64_t end = i + RUN < s.n ? i + RUN : s.n;
        call_poll(c);
        read_run(&s, &x, &y, z, i, end);
        if (measures && !changes) measure(&s, i, end);
    }
    if (!changes) return s;
    leave_out(c, &s, slots);
    if (group > 1) average(&s, group);
    if (call_kw_set(c, slots->polar)) from_polar(&s);
    if (measures) measure(&s, 0, s.n);
    return s;
}

void series_y_range(const Series *s, const double x_range[2], double range[2])
{
    double lo = fmin(x_range[0], x_range[1]), hi = fmax(x_range[0], x_range[1]);
    range[0] = s->y_range[0];
    range[1] = s->y_range[1];
    if (s->x_range[0] >= lo && s->x_range[1] <= hi) return;
    range[0] = INFINITY;
    range[1] = -INFINITY;
    for (int64_t i = 0; i < s->n; i++) {
        double x = s->p[i].x, y = s->p[i].y;
        if (!(x >= lo && x <= hi && fabs(y) <= DBL_MAX)) continue;
        if (y < range[0]) range[0] = y;
        if (y > range[1]) range[1] = y;
    }
}

// --- Drawing

SeriesLook series_look(Call *c)
{
    SeriesLook look;
    look.psym = (int)kw_or_long(c, G_PSYM, 'P', "PSYM");
    bool is_one = (look.psym >= -8 && look.psym <= 8) || look.psym == SYMBOL_HISTOGRAM;
    if (!is_one) throw_msg(c, E_VALUE, "Value of PSYM keyword is out of allowed range.");
    look.symbol_size = kw_or_float(c, G_SYMSIZE, 'P', "SYMSIZE");
    if (!(look.symbol_size > 0)) look.symbol_size = 1;
    look.pen.linestyle = (int)kw_or_long(c, G_LINESTYLE, 'P', "LINESTYLE");
    look.pen.thick = kw_or_float(c, G_THICK, 'P', "THICK");
    return look;
}

static void draw_symbol(Canvas *v, const Symbol *s, double half, Point at)
{
    Point p[SYMBOL_POINTS_MAX];
    for (int i = 0; i < s->n; i++) p[i] = (Point){at.x + half * s->p[i].x, at.y + half * s->p[i].y, at.z};
    if (s->is_filled) canvas_fill(v, p, s->n);
    canvas_path(v, p, s->n);
}

static void draw_symbols(Canvas *v, const SeriesLook *look, const Point *p, int64_t n)
{
    int psym = look->psym < 0 ? -look->psym : look->psym;
    const Symbol *symbol = psym == SYMBOL_USER ? gfx_of(v->call->vm)->user_symbol : symbol_of(psym);
    if (!symbol) throw_msg(v->call, E_VALUE, "No user defined symbol: call USERSYM first.");
    double half = 0.5 * v->char_width * look->symbol_size, room = 4 * half + 100;
    v->pen.linestyle = 0;
    if (symbol->thick > 0) v->pen.thick = symbol->thick;
    if (symbol->has_color) canvas_color(v, symbol->color);
    for (int64_t i = 0; i < n; i++) {
        if ((i & 0xFFFF) == 0xFFFF) call_poll(v->call);
        bool is_near = p[i].x > -room && p[i].y > -room && p[i].x < v->width + room && p[i].y < v->height + room;
        if (is_near) draw_symbol(v, symbol, half, p[i]);
    }
}

// Level at each point, steps half way between; the first and the last run stop at their points.
static void draw_histogram(Canvas *v, const Point *p, int64_t n)
{
    Point *q = call_scratch(v->call, (size_t)(2 * n + 2) * sizeof *q);
    int64_t k = 0;
    for (int64_t i = 0; i < n; i++) {
        q[k++] = (Point){i > 0 ? (p[i - 1].x + p[i].x) / 2 : p[i].x, p[i].y, p[i].z};
        q[k++] = (Point){i + 1 < n ? (p[i].x + p[i + 1].x) / 2 : p[i].x, p[i].y, p[i].z};
    }
    canvas_path(v, q, k);
}

void series_draw(Canvas *v, const SeriesLook *look, const Point *p, int64_t n)
{
    v->pen = look->pen;
    if (look->psym == SYMBOL_HISTOGRAM) {
        draw_histogram(v, p, n);
        return;
    }
    if (look->psym <= 0) canvas_path(v, p, n);
    if (look->psym != 0) draw_symbols(v, look, p, n);
}

static const Box NOWHERE = {-1e4, -1e4, -1e4, -1e4};

bool series_clip(Call *c, const Coords *s, bool clips_by_default, Box *box)
{
    int n;
    const Val *asked = call_kw(c, G_CLIP);
    bool is_none = asked && val_count(asked) == 1;  // CLIP=0, as public programs say it
    const double *given = is_none ? NULL : kw_numbers(c, G_CLIP, 4, 4, &n);
    if (s->map && s->is_3d && !given) return false; // maps in space are cut off in their plane
    bool clips =
        call_kw(c, G_NOCLIP) ? !call_kw_set(c, G_NOCLIP) : clips_by_default && !setting_long(c, 'P', "NOCLIP");
    if (!clips) return false;
    if (given) {
        CoordSystem from = coords_asked(c, COORD_DATA);
        Coords flat = *s;
        flat.is_3d = false;
        Point a = coords_to_device(&flat, (Place){given[0], given[1], 0}, from),
              b = coords_to_device(&flat, (Place){given[2], given[3], 0}, from);
        bool is_empty = a.x > b.x || a.y > b.y; // nothing is drawn (seen in IDL)
        *box = is_empty ? NOWHERE : (Box){a.x, a.y, b.x, b.y};
        return true;
    }
    const int32_t *clip = setting(c, 'P', "CLIP");
    *box = (Box){clip[0], clip[1], clip[2], clip[3]};
    return true;
}
