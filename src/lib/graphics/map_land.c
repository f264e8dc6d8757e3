// See map_land.h. Start at land_fill.
#include "lib/graphics/map_land.h"

#include <math.h>
#include <string.h>

static void *roomier(Call *c, void *old, int64_t n, int64_t *room, size_t size)
{
    if (n <= *room) return old;
    void *p = call_scratch(c, (size_t)(2 * n) * size);
    if (*room) memcpy(p, old, (size_t)*room * size);
    *room = 2 * n;
    return p;
}

void land_add(Call *c, Land *land, const Point *p, int64_t n)
{
    LandPart part = {.first = land->n, .n = n, .box = {INFINITY, INFINITY, -INFINITY, -INFINITY}, .owner = -1};
    for (int64_t i = 0; i < n; i++) {
        part.box.x0 = fmin(part.box.x0, p[i].x);
        part.box.x1 = fmax(part.box.x1, p[i].x);
        part.box.y0 = fmin(part.box.y0, p[i].y);
        part.box.y1 = fmax(part.box.y1, p[i].y);
    }
    land->p = roomier(c, land->p, land->n + n, &land->room, sizeof *land->p);
    land->part = roomier(c, land->part, land->nparts + 1, &land->part_room, sizeof *land->part);
    memcpy(land->p + land->n, p, (size_t)n * sizeof *p);
    land->n += n;
    land->part[land->nparts++] = part;
}

static bool is_inside(const Point *p, int64_t n, Point at)
{
    bool is_in = false;
    for (int64_t i = 0; i < n; i++) {
        Point a = p[i], b = p[i + 1 < n ? i + 1 : 0];
        if ((a.y <= at.y) != (b.y <= at.y) && at.x < a.x + (at.y - a.y) / (b.y - a.y) * (b.x - a.x)) is_in = !is_in;
    }
    return is_in;
}

static bool lies_in(const Box *inner, const Box *outer)
{
    return inner->x0 >= outer->x0 && inner->x1 <= outer->x1 && inner->y0 >= outer->y0 && inner->y1 <= outer->y1;
}

static double size_of(const Box *b) { return (b->x1 - b->x0) * (b->y1 - b->y0); }

// In which other parts one lies; the smallest of them is its owner.
static void find_depth(Land *land, int64_t i)
{
    LandPart *own = &land->part[i];
    Point at = land->p[own->first];
    for (int64_t k = 0; k < land->nparts; k++) {
        const LandPart *other = &land->part[k];
        if (k == i || !lies_in(&own->box, &other->box) || !is_inside(land->p + other->first, other->n, at)) continue;
        own->depth++;
        if (own->owner < 0 || size_of(&other->box) < size_of(&land->part[own->owner].box)) own->owner = k;
    }
}

// The corner of the land around a lake that is nearest to the lake's first.
static void attach(Land *land, LandPart *lake)
{
    const LandPart *outer = &land->part[lake->owner];
    Point at = land->p[lake->first];
    double least = INFINITY;
    for (int64_t i = 0; i < outer->n; i++) {
        Point p = land->p[outer->first + i];
        double far = hypot(p.x - at.x, p.y - at.y);
        if (far < least) least = far, lake->attached = i;
    }
}

static int64_t put(Point *out, int64_t n, const Point *p, int64_t count)
{
    memcpy(out + n, p, (size_t)count * sizeof *p);
    return n + count;
}

// The outline of a part of the land with all its lakes.
static int64_t with_lakes(const Land *land, int64_t which, Point *out)
{
    const LandPart *outer = &land->part[which];
    int64_t n = 0;
    for (int64_t i = 0; i < outer->n; i++) {
        const Point *corner = land->p + outer->first + i;
        out[n++] = *corner;
        for (int64_t k = 0; k < land->nparts; k++) {
            const LandPart *lake = &land->part[k];
            if (lake->owner != which || !(lake->depth & 1) || lake->attached != i) continue;
            n = put(out, n, land->p + lake->first, lake->n);
            n = put(out, n, land->p + lake->first, 1);
            out[n++] = *corner;
        }
    }
    return n;
}

void land_fill(Canvas *v, Land *land, void (*fill)(Canvas *v, const Point *p, int64_t n, void *arg), void *arg)
{
    Call *c = v->call;
    for (int64_t i = 0; i < land->nparts; i++) {
        if ((i & 63) == 0) call_poll(c);
        find_depth(land, i);
    }
    Point *out = call_scratch(c, (size_t)(land->n + 2 * land->nparts + 1) * sizeof *out);
    for (int64_t i = 0; i < land->nparts; i++) {
        if (land->part[i].depth & 1) attach(land, &land->part[i]);
    }
    for (int64_t i = 0; i < land->nparts; i++) {
        LandPart *part = &land->part[i];
        bool has_lakes = false;
        for (int64_t k = 0; k < land->nparts; k++) has_lakes |= land->part[k].owner == i && (land->part[k].depth & 1);
        if (part->depth & 1) continue;
        if (has_lakes)
            fill(v, out, with_lakes(land, i, out), arg);
        else
            fill(v, land->p + part->first, part->n, arg);
    }
}
