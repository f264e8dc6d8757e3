// See line_fill.h.
#include "lib/graphics/line_fill.h"

#include <math.h>

enum { LINES_MAX = 100000 };

// Parallel lines inside the polygon: the polygon's rows are taken in a turned system.
void line_fill(Canvas *v, const Point *p, int64_t n, double degrees, double spacing)
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
        throw_msg(v->call, E_VALUE, "More than %d lines: SPACING is too small.", LINES_MAX);
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
