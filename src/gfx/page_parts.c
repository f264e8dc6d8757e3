// See page_parts.h.
#include "gfx/page_parts.h"

#include "base/mem.h"
#include "core/errors.h"
#include "plot/clip.h"
#include "plot/dense.h"
#include "sys/interrupt.h"

#include <math.h>

static const Box everywhere = {-PAGE_FAR, -PAGE_FAR, PAGE_FAR, PAGE_FAR};
static const Box *clip_of(const Page *p) { return p->is_clipped ? &p->clip : &everywhere; }

bool page_shows(const Page *p, Point at)
{
    const Box *c = clip_of(p);
    return at.x >= c->x0 && at.x <= c->x1 && at.y >= c->y0 && at.y <= c->y1;
}

static void put(void *sink, long x, long y)
{
    const PartSink *s = sink;
    s->point(s->arg, (double)x, (double)y);
}

Status page_lines(const Page *p, const Point *q, int64_t n, const PartSink *sink)
{
    Dense d = {put, (void *)sink};
    Box clip = *clip_of(p);
    bool is_on = false; // the part goes on where the last line ended
    for (int64_t i = 1; i < n; i++) {
        Point a = q[i - 1], b = q[i];
        if ((i & 0xFFF) == 0 && sink->flush) STATUS_TRY(sink->flush(sink->arg));
        if ((i & 0xFFFF) == 0 && sys_interrupted()) break;
        bool is_inside = clip_line(&clip, &a, &b);
        if (is_inside && !(is_on && a.x == q[i - 1].x && a.y == q[i - 1].y)) {
            dense_end(&d);
            sink->part(sink->arg);
            dense_point(&d, a.x, a.y);
        }
        if (is_inside) dense_point(&d, b.x, b.y);
        is_on = is_inside && b.x == q[i].x && b.y == q[i].y;
    }
    dense_end(&d);
    sink->part(sink->arg);
    return STATUS_OK;
}

static bool is_all_inside(const Page *p, const Point *q, int64_t n)
{
    for (int64_t i = 0; i < n; i++) {
        bool is_gap = !isfinite(q[i].x) || !isfinite(q[i].y);
        if (!is_gap && !page_shows(p, q[i])) return false;
    }
    return true;
}

static void put_part(const PartSink *sink, const Point *q, int64_t n)
{
    if (n < 3) return;
    sink->part(sink->arg);
    for (int64_t i = 0; i < n; i++) sink->point(sink->arg, q[i].x, q[i].y);
}

Status page_polygons(const Page *p, const Point *q, int64_t n, const PartSink *sink)
{
    bool is_cut = !is_all_inside(p, q, n);
    Point *room = is_cut ? mem_alloc(2 * CLIP_ROOM((size_t)n) * sizeof *room) : NULL;
    if (is_cut && !room) return status_fail(E_NO_MEMORY, "Unable to allocate memory: to fill a polygon.");
    for (int64_t i = 0, from; i < n; i++) {
        for (from = i; i < n && isfinite(q[i].x) && isfinite(q[i].y); i++) continue;
        if (is_cut)
            put_part(sink, room, clip_polygon(clip_of(p), q + from, i - from, room, room + CLIP_ROOM(n)));
        else
            put_part(sink, q + from, i - from);
    }
    mem_free(room);
    return STATUS_OK;
}
