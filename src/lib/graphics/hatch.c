// See hatch.h: the polygon is turned so that the lines are level; where its sides cross a line, the line begins or
// ends.
#include "lib/graphics/hatch.h"

#include <math.h>
#include <stdlib.h>

// Apart without SPACING: device pixels, centimeters; the larger.
#define APART    4
#define APART_CM 0.1
enum { LINES_MAX = 100000 };

typedef struct Cut {
    int line;
    double x, z;
} Cut;

static int by_line(const void *a, const void *b)
{
    const Cut *p = a, *q = b;
    if (p->line != q->line) return p->line < q->line ? -1 : 1;
    return (p->x > q->x) - (p->x < q->x);
}

// Counts where sides cross lines, and stores them where there is room.
static int64_t find_cuts(const Point *q, int64_t n, double apart, Cut *out)
{
    int64_t count = 0;
    for (int64_t i = 0; i < n; i++) {
        Point a = q[i], b = q[i + 1 < n ? i + 1 : 0];
        if (!isfinite(a.x + a.y + b.x + b.y)) continue;
        double from = ceil(fmin(a.y, b.y) / apart), to = ceil(fmax(a.y, b.y) / apart);
        for (double line = from; line < to; line++) {
            double t = (line * apart - a.y) / (b.y - a.y);
            if (out) out[count] = (Cut){(int)line, a.x + t * (b.x - a.x), a.z + t * (b.z - a.z)};
            count++;
        }
    }
    return count;
}

void hatch_polygon(Canvas *v, const Point *p, int64_t n, double degrees, double centimeters)
{
    double angle = degrees * M_PI / 180, cosine = cos(angle), sine = sin(angle), lo = INFINITY, hi = -INFINITY;
    double per_cm = gfx_of(v->call->vm)->on->dev->px_cm, apart = centimeters * per_cm;
    Point *q = call_scratch(v->call, (size_t)(n + 1) * sizeof *q);
    apart = apart > 0 ? fmax(apart, 1) : fmax(APART, APART_CM * per_cm);
    for (int64_t i = 0; i < n; i++) {
        q[i] = (Point){p[i].x * cosine + p[i].y * sine, p[i].y * cosine - p[i].x * sine, p[i].z};
        lo = fmin(lo, q[i].y);
        hi = fmax(hi, q[i].y);
    }
    if (!(hi >= lo)) return;
    if (!((hi - lo) / apart < LINES_MAX) || !(fabs(lo / apart) < INT32_MAX / 2))
        throw_msg(v->call, E_VALUE, "More than %d lines in a polygon; SPACING is too small.", LINES_MAX);
    int64_t cuts = find_cuts(q, n, apart, NULL);
    Cut *cut = call_scratch(v->call, (size_t)(cuts + 1) * sizeof *cut);
    find_cuts(q, n, apart, cut);
    qsort(cut, (size_t)cuts, sizeof *cut, by_line);
    for (int64_t i = 0; i + 1 < cuts; i += 2) {
        if ((i & 0xFFE) == 0) call_poll(v->call);
        double y = cut[i].line * apart;
        Point line[2] = {{cut[i].x * cosine - y * sine, cut[i].x * sine + y * cosine, cut[i].z},
                         {cut[i + 1].x * cosine - y * sine, cut[i + 1].x * sine + y * cosine, cut[i + 1].z}};
        canvas_path(v, line, 2);
    }
}
