// See dash.h.
#include "plot/dash.h"

#include <math.h>
#include <stddef.h>

static const double dotted[] = {40, 100}, dashed[] = {200, 200}, dash_dot[] = {200, 100, 50, 100},
                    dash_dots[] = {300, 100, 50, 100, 50, 100, 50, 100}, long_dashes[] = {400, 200};

static const struct {
    const double *pattern;
    int n;
} styles[] = {{NULL, 0}, {dotted, 2}, {dashed, 2}, {dash_dot, 4}, {dash_dots, 8}, {long_dashes, 2}};

// On screens a dash has at least one pixel, a gap two.
static double length_of(const DashWalk *w) { return fmax(w->pattern[w->at] * w->unit, w->at % 2 ? 2 : 1); }

const double *dash_pattern(int linestyle, int *n)
{
    int at = linestyle < 1 || linestyle > 5 ? 0 : linestyle;
    *n = styles[at].n;
    return styles[at].pattern;
}

DashWalk dash_begin(int linestyle, double pixels_per_cm)
{
    DashWalk w = {.unit = pixels_per_cm / 1000};
    w.pattern = dash_pattern(linestyle, &w.n);
    if (!w.pattern) return w;
    w.left = length_of(&w);
    return w;
}

static void next_part(DashWalk *w)
{
    w->at = (w->at + 1) % w->n;
    w->left = length_of(w);
}

// The pattern goes on along a length that is not seen.
static void skip(DashWalk *w, double length)
{
    DashWalk whole = *w;
    double period = 0;
    for (int i = 0; i < w->n; i++, next_part(&whole)) period += length_of(&whole);
    length = isfinite(length) ? fmod(length, period) : 0;
    while (length > 0) {
        double step = fmin(w->left, length);
        length -= step;
        w->left -= step;
        if (!(w->left > 0)) next_part(w);
    }
}

static void walk(DashWalk *w, Point a, Point b, DashDraw *draw, void *arg)
{
    double length = hypot(b.x - a.x, b.y - a.y), done = 0;
    while (done < length) {
        double step = fmin(w->left, length - done), t0 = done / length, t1 = (done + step) / length;
        Point from = {a.x + t0 * (b.x - a.x), a.y + t0 * (b.y - a.y), a.z + t0 * (b.z - a.z)},
              to = {a.x + t1 * (b.x - a.x), a.y + t1 * (b.y - a.y), a.z + t1 * (b.z - a.z)};
        if (w->at % 2 == 0) draw(arg, from, to);
        done += step;
        w->left -= step;
        if (!(w->left > 0)) next_part(w);
    }
}

void dash_line(DashWalk *w, const Box *seen, Point a, Point b, DashDraw *draw, void *arg)
{
    double length = hypot(b.x - a.x, b.y - a.y);
    Point from = a, to = b;
    if (!(length > 0)) return;
    if (!clip_line(seen, &from, &to)) {
        skip(w, length);
        return;
    }
    skip(w, hypot(from.x - a.x, from.y - a.y));
    walk(w, from, to, draw, arg);
    skip(w, hypot(b.x - to.x, b.y - to.y));
}
