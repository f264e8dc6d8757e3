// Labels in contour lines: where a line is straightest it is interrupted, and the text stands along it. Start at
// contour_draw_labelled.
#include "lib/contour/contour.h"
#include "lib/graphics/settings.h"

#include <math.h>

#define LABEL_SIZE  0.85 // whatever CHARSIZE is
#define ROOM        2.5  // a line is at least so many labels long
#define STRAIGHT    0.75 // of the label's length: the distance of its ends
#define HALF_HEIGHT 0.55 // of a character's width at size 1: from the baseline to a capital's middle
#define PER_LABEL   1.2  // of the device's width: a longer line has more of them
enum { TRIES = 60 };

typedef struct Track {
    const Point *at;
    const double *length; // from the begin to each point
    int64_t n;
} Track;

static int64_t piece_at(const Track *t, double s)
{
    int64_t lo = 0, hi = t->n - 1;
    while (hi - lo > 1) {
        int64_t middle = (lo + hi) / 2;
        if (t->length[middle] <= s)
            lo = middle;
        else
            hi = middle;
    }
    return lo;
}

static Point point_at(const Track *t, double s)
{
    int64_t k = piece_at(t, s);
    double step = t->length[k + 1] - t->length[k], part = step > 0 ? (s - t->length[k]) / step : 0;
    return (Point){t->at[k].x + part * (t->at[k + 1].x - t->at[k].x),
                   t->at[k].y + part * (t->at[k + 1].y - t->at[k].y),
                   t->at[k].z + part * (t->at[k + 1].z - t->at[k].z)};
}

static void draw_part(Canvas *v, const Track *t, double from, double to)
{
    int64_t a = piece_at(t, from) + 1, b = piece_at(t, to), n = 0;
    Point *p = call_scratch(v->call, (size_t)(b >= a ? b - a + 3 : 2) * sizeof *p);
    p[n++] = point_at(t, from);
    for (int64_t k = a; k <= b; k++) p[n++] = t->at[k];
    p[n++] = point_at(t, to);
    canvas_path(v, p, n);
}

static bool is_seen(const Box *clip, Point p)
{
    return p.x > clip->x0 && p.x < clip->x1 && p.y > clip->y0 && p.y < clip->y1;
}

// The middle of the straightest place `wide` long between from and to; -1: there is none.
static double best_place(const Box *clip, const Track *t, double from, double to, double wide)
{
    double best = -1, straightest = STRAIGHT * wide;
    for (int i = 0; i < TRIES; i++) {
        double s = from + wide / 2 + (to - from - wide) * (i + 0.5) / TRIES;
        Point a = point_at(t, s - wide / 2), b = point_at(t, s + wide / 2);
        double chord = hypot(b.x - a.x, b.y - a.y);
        if (chord <= straightest || !is_seen(clip, a) || !is_seen(clip, b)) continue;
        straightest = chord * 1.01;
        best = s;
    }
    return best;
}

static void write_label(ContourPlot *p, const Str *label, const TextStyle *style, Point a, Point b)
{
    TextStyle turned = *style;
    if (b.x < a.x) {
        Point t = a;
        a = b;
        b = t;
    }
    double angle = atan2(b.y - a.y, b.x - a.x), down = HALF_HEIGHT * style->size * p->canvas->char_width;
    turned.degrees = angle * 180 / M_PI;
    Point at = {(a.x + b.x) / 2 + down * sin(angle), (a.y + b.y) / 2 - down * cos(angle)};
    canvas_text(p->canvas, str_text(label), str_len(label), at, &turned, false);
}

static const double *lengths(Call *c, const Point *at, int64_t n)
{
    double *length = call_scratch(c, (size_t)n * sizeof *length);
    length[0] = 0;
    for (int64_t k = 1; k < n; k++) length[k] = length[k - 1] + hypot(at[k].x - at[k - 1].x, at[k].y - at[k - 1].y);
    return length;
}

void contour_draw_labelled(ContourPlot *p, const Str *label, const Point *at, int64_t n, bool is_closed)
{
    Canvas *v = p->canvas;
    double size = call_kw_double(p->call, KW_CONTOUR_C_CHARSIZE, LABEL_SIZE);
    double thick = kw_or_float(p->call, G_CHARTHICK, 'P', "CHARTHICK");
    TextStyle style = {size > 0 ? size : LABEL_SIZE, call_kw_double(p->call, KW_CONTOUR_C_CHARTHICK, thick), 0, 0.5};
    Track t = {at, n > 1 ? lengths(p->call, at, n) : NULL, n};
    double wide =
        canvas_text(v, str_text(label), str_len(label), (Point){0, 0}, &style, true) + v->char_width * style.size;
    double whole = n > 1 ? t.length[n - 1] : 0;
    if (!(whole > ROOM * wide * (is_closed ? 1.3 : 1))) { // too short, or with places that are no numbers
        canvas_path(v, at, n);
        return;
    }
    int labels = 1 + (int)fmin(whole / (PER_LABEL * v->width), 50);
    double drawn = 0;
    for (int i = 0; i < labels; i++) {
        double from = whole * i / labels, to = whole * (i + 1) / labels, s = best_place(&p->clip, &t, from, to, wide);
        if (s < 0) continue;
        draw_part(v, &t, drawn, s - wide / 2);
        write_label(p, label, &style, point_at(&t, s - wide / 2), point_at(&t, s + wide / 2));
        drawn = s + wide / 2;
    }
    draw_part(v, &t, drawn, whole);
}
