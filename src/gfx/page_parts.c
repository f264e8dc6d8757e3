// See page_parts.h.
#include "gfx/page_parts.h"

#include "base/mem.h"
#include "core/errors.h"
#include "plot/clip.h"
#include "plot/dense.h"
#include "sys/interrupt.h"

#include <math.h>

#define FAR 1e6 // what lies beyond is cut off

static const Box everywhere = {-FAR, -FAR, FAR, FAR};
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

Status page_polygons(const Page *p, const Point *q, int64_t n, const PartSink *sink)
{
    Point *room = mem_alloc(2 * CLIP_ROOM((size_t)n) * sizeof *room);
    if (!room) return status_fail(E_NO_MEMORY, "Unable to allocate memory: to fill a polygon.");
    for (int64_t i = 0, from; i < n; i++) {
        for (from = i; i < n && isfinite(q[i].x) && isfinite(q[i].y); i++) continue;
        int64_t k = clip_polygon(clip_of(p), q + from, i - from, room, room + CLIP_ROOM(n));
        if (k < 3) continue;
        sink->part(sink->arg);
        for (int64_t j = 0; j < k; j++) sink->point(sink->arg, room[j].x, room[j].y);
    }
    mem_free(room);
    return STATUS_OK;
}
