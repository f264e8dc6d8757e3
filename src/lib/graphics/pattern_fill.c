// See pattern_fill.h. A row of pixels at a time, in runs of one colour.
#include "lib/graphics/pattern_fill.h"

#include <math.h>
#include <stdlib.h>

typedef struct Tiling {
    const int32_t *color;
    int64_t width, height;
} Tiling;

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void draw_run(Canvas *v, const Tiling *t, int64_t y, int64_t x0, int64_t x1)
{
    const int32_t *row = t->color + t->width * (y % t->height);
    for (int64_t x = x0, end; x < x1; x = end) {
        int32_t color = row[x % t->width];
        for (end = x + 1; end < x1 && row[end % t->width] == color; end++) {}
        canvas_color(v, color);
        canvas_path(v, (Point[]){{(double)x, (double)y}, {(double)(end - 1), (double)y}}, end - x > 1 ? 2 : 1);
    }
}

// Pixels whose centres are inside, by the even-odd rule.
static void fill_row(Canvas *v, const Tiling *t, const Point *p, int64_t n, int64_t row, double *cut)
{
    double y = (double)row + 0.5;
    int64_t k = 0;
    for (int64_t i = 0; i < n; i++) {
        Point a = p[i], b = p[(i + 1) % n];
        if ((a.y <= y) != (b.y <= y)) cut[k++] = a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x);
    }
    qsort(cut, (size_t)k, sizeof *cut, by_value);
    for (int64_t i = 0; i + 1 < k; i += 2) {
        double x0 = fmax(ceil(cut[i] - 0.5), 0), x1 = fmin(ceil(cut[i + 1] - 0.5), v->width);
        if (x1 > x0) draw_run(v, t, row, (int64_t)x0, (int64_t)x1);
    }
}

void pattern_fill(Canvas *v, const Point *p, int64_t n, const Val *pattern)
{
    Call *c = v->call;
    if (pattern->type == T_STRUCT || !val_is_array(pattern) || pattern->a->rank != 2)
        throw_msg(c, E_VALUE, "PATTERN must be a two-dimensional array.");
    if (v->page) throw_msg(c, E_VALUE, "PATTERN has pixels, and this device has none: LINE_FILL fills with lines.");
    if (!v->window) return;
    Tiling t = {val_data_peek(call_convert(c, pattern, T_LONG)), pattern->a->dim[0], pattern->a->dim[1]};
    double *cut = call_scratch(c, (size_t)n * sizeof *cut), lo = INFINITY, hi = -INFINITY;
    for (int64_t i = 0; i < n; i++) {
        if (!isfinite(p[i].x) || !isfinite(p[i].y)) return; // as other fills
        lo = fmin(lo, p[i].y);
        hi = fmax(hi, p[i].y);
    }
    v->pen = (Pen){1, 0};
    for (double y = fmax(floor(lo), 0); y <= fmin(hi, v->height - 1); y++) {
        call_poll(c);
        fill_row(v, &t, p, n, (int64_t)y, cut);
    }
}
