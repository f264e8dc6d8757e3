// See delaunay.h. Points are inserted one after another, in the order of a curve that fills the plane (Hilbert), so
// that the next is near the last: the triangles whose circle holds the new point make a hole (Bowyer, Watson), which is
// filled by triangles around the point. Triangles with the corner GHOST stand outside each edge of the hull, so that
// points outside are no special case. Start reading at delaunay_make.
#include "plot/delaunay.h"

#include "base/mem.h"
#include "plot/predicates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { HILBERT_BITS = 20, ASK_EVERY = 1024, QUANTUM = 200 };

typedef struct Order {
    uint64_t key;
    int32_t index;
} Order;

typedef struct Build {
    Point *p; // scaled
    int n, ghost;
    int32_t *corner, *twin;
    int triangles, walk_from;
    int32_t *hole, *stack, *rim; // scratch: triangles of the hole; half-edges around it
    int32_t *from;               // of each corner on the rim: the new triangle that begins there
    int32_t *stamp;              // of each triangle: the insertion that made it part of the hole
    int turn;
} Build;

// --- Order

static uint64_t hilbert_key(uint32_t x, uint32_t y)
{
    uint64_t key = 0;
    for (uint32_t s = 1u << (HILBERT_BITS - 1); s; s >>= 1) {
        uint32_t rx = (x & s) != 0, ry = (y & s) != 0;
        key = key << 2 | (3 * rx ^ ry);
        if (ry) continue;
        if (rx) x = ~x, y = ~y;
        uint32_t t = x;
        x = y;
        y = t;
    }
    return key;
}

static int by_key(const void *a, const void *b)
{
    const Order *p = a, *q = b;
    if (p->key != q->key) return p->key < q->key ? -1 : 1;
    return (p->index > q->index) - (p->index < q->index);
}

typedef struct Extent {
    double x0, y0, x1, y1;
} Extent;

static bool is_point(Point p) { return isfinite(p.x) && isfinite(p.y); }

static Extent extent_of(const Point *p, int n)
{
    Extent e = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    for (int i = 0; i < n; i++) {
        if (!is_point(p[i])) continue;
        e.x0 = fmin(e.x0, p[i].x), e.y0 = fmin(e.y0, p[i].y), e.x1 = fmax(e.x1, p[i].x), e.y1 = fmax(e.y1, p[i].y);
    }
    return e;
}

// Finite points in the order of the curve; returns how many.
static int put_in_order(const Point *p, int n, Order *order)
{
    Extent e = extent_of(p, n);
    double side = (1u << HILBERT_BITS) - 1, width = fmax(e.x1 / 2 - e.x0 / 2, 1e-300),
           height = fmax(e.y1 / 2 - e.y0 / 2, 1e-300);
    int count = 0;
    for (int i = 0; i < n; i++) {
        if (!is_point(p[i])) continue;
        uint32_t x = (uint32_t)(side * fmin((p[i].x / 2 - e.x0 / 2) / width, 1)),
                 y = (uint32_t)(side * fmin((p[i].y / 2 - e.y0 / 2) / height, 1));
        order[count++] = (Order){hilbert_key(x, y), i};
    }
    qsort(order, (size_t)count, sizeof *order, by_key);
    return count;
}

// --- Points at the same place

typedef struct Located {
    Point at;
    int32_t index;
} Located;

static int by_place(const void *a, const void *b)
{
    const Located *p = a, *q = b;
    if (p->at.x != q->at.x) return p->at.x < q->at.x ? -1 : 1;
    if (p->at.y != q->at.y) return p->at.y < q->at.y ? -1 : 1;
    return (p->index > q->index) - (p->index < q->index);
}

static bool mark_same(const Point *p, int n, int32_t *same)
{
    Located *sorted = mem_alloc((size_t)(n + 1) * sizeof *sorted);
    if (!sorted) return false;
    int count = 0;
    for (int i = 0; i < n; i++) {
        same[i] = -1;
        if (is_point(p[i])) sorted[count++] = (Located){p[i], i};
    }
    qsort(sorted, (size_t)count, sizeof *sorted, by_place);
    for (int i = 1, first = 0; i < count; i++) {
        Point a = sorted[first].at, b = sorted[i].at;
        if (a.x == b.x && a.y == b.y)
            same[sorted[i].index] = sorted[first].index;
        else
            first = i;
    }
    mem_free(sorted);
    return true;
}

// --- Building

static int new_triangle(Build *b, int32_t i, int32_t j, int32_t k)
{
    int t = b->triangles++;
    b->corner[3 * t] = i;
    b->corner[3 * t + 1] = j;
    b->corner[3 * t + 2] = k;
    b->stamp[t] = 0;
    return t;
}

static void join(Build *b, int h, int k)
{
    b->twin[h] = k;
    b->twin[k] = h;
}

// The first triangle and its three ghosts.
static void begin(Build *b, int32_t i, int32_t j, int32_t k)
{
    if (side_of_line(b->p[i], b->p[j], b->p[k]) < 0) {
        int32_t t = j;
        j = k;
        k = t;
    }
    int32_t c[3] = {i, j, k};
    int t = new_triangle(b, i, j, k), ghost[3];
    for (int s = 0; s < 3; s++) {
        ghost[s] = new_triangle(b, c[(s + 1) % 3], c[s], b->ghost);
        join(b, 3 * t + s, 3 * ghost[s]);
    }
    for (int s = 0; s < 3; s++) join(b, 3 * ghost[s] + 1, 3 * ghost[(s + 2) % 3] + 2);
}

static int ghost_side(const Build *b, int t)
{
    for (int s = 0; s < 3; s++) {
        if (b->corner[3 * t + s] == b->ghost) return s;
    }
    return -1;
}

// Whether the circle of a triangle holds a point; a ghost's is the half-plane outside its edge, with the edge itself.
static bool holds(const Build *b, int t, Point p)
{
    const int32_t *c = b->corner + 3 * t;
    int s = ghost_side(b, t);
    if (s < 0) return side_of_circle(b->p[c[0]], b->p[c[1]], b->p[c[2]], p) > 0;
    Point u = b->p[c[(s + 1) % 3]], v = b->p[c[(s + 2) % 3]];
    int side = side_of_line(u, v, p);
    if (side) return side > 0;
    return fmin(u.x, v.x) <= p.x && p.x <= fmax(u.x, v.x) && fmin(u.y, v.y) <= p.y && p.y <= fmax(u.y, v.y);
}

// The triangle in which a point lies, or a ghost that holds it: a walk across the sides that hide the point.
static int locate(const Build *b, Point p)
{
    int t = b->walk_from, s = ghost_side(b, t);
    if (s >= 0) t = b->twin[3 * t + (s + 1) % 3] / 3;
    for (;;) {
        const int32_t *c = b->corner + 3 * t;
        int side = 0;
        while (side < 3 && side_of_line(b->p[c[side]], b->p[c[(side + 1) % 3]], p) >= 0) side++;
        if (side == 3) return t;
        t = b->twin[3 * t + side] / 3;
        if (ghost_side(b, t) >= 0) return t;
    }
}

// The triangles that hold the point, from t on; half-edges of what lies around them go to `rim`. Returns how many those
// are.
static int dig(Build *b, int t, Point p, int *holes)
{
    int rims = 0, waiting = 0, count = 0;
    b->turn++;
    b->stamp[t] = b->turn;
    b->stack[waiting++] = t;
    while (waiting) {
        int now = b->stack[--waiting];
        b->hole[count++] = now;
        for (int s = 0; s < 3; s++) {
            int other = b->twin[3 * now + s], beside = other / 3;
            if (b->stamp[beside] == b->turn) continue;
            if (holds(b, beside, p)) {
                b->stamp[beside] = b->turn;
                b->stack[waiting++] = beside;
            } else {
                b->rim[rims++] = other;
            }
        }
    }
    *holes = count;
    return rims;
}

// A side that was added to the rim before its neighbour turned out to be part of the hole cannot be: whether a triangle
// holds the point is asked each time, with the same answer.
static void insert(Build *b, int32_t i)
{
    int holes, rims = dig(b, locate(b, b->p[i]), b->p[i], &holes);
    for (int k = 0; k < rims; k++) {
        int outer = b->rim[k], t = k < holes ? b->hole[k] : b->triangles++;
        int32_t from = b->corner[side_next(outer)], to = b->corner[outer];
        b->rim[k] = t;
        b->stamp[t] = 0;
        b->corner[3 * t] = from;
        b->corner[3 * t + 1] = to;
        b->corner[3 * t + 2] = i;
        join(b, 3 * t, outer);
        b->from[from] = t;
    }
    for (int k = 0; k < rims; k++) {
        int t = b->rim[k], after = b->from[b->corner[3 * t + 1]];
        join(b, 3 * t + 1, 3 * after + 2);
    }
    b->walk_from = b->rim[0];
}

// A third point that is not on a line with the first two is put third. False: there is none.
static bool find_third(const Build *b, Order *order, int n)
{
    for (int k = 2; k < n; k++) {
        if (side_of_line(b->p[order[0].index], b->p[order[1].index], b->p[order[k].index]) == 0) continue;
        Order third = order[k];
        memmove(order + 3, order + 2, (size_t)(k - 2) * sizeof *order);
        order[2] = third;
        return true;
    }
    return false;
}

static DelaunayFault build(Build *b, Order *order, int n, bool (*is_stopped)(void))
{
    if (n < 3 || !find_third(b, order, n)) return DELAUNAY_COLLINEAR;
    begin(b, order[0].index, order[1].index, order[2].index);
    for (int k = 3; k < n; k++) {
        if (k % ASK_EVERY == 0 && is_stopped && is_stopped()) return DELAUNAY_STOPPED;
        insert(b, order[k].index);
    }
    return DELAUNAY_FINE;
}

static void build_free(Build *b)
{
    void *part[] = {b->p, b->corner, b->twin, b->hole, b->stack, b->rim, b->from, b->stamp};
    for (size_t i = 0; i < sizeof part / sizeof *part; i++) mem_free(part[i]);
}

// All coordinates divided by a power of two that makes the largest about 1, as multiples of 2^-QUANTUM, so that
// products of four of them are exact sums of doubles.
static double quantized(double x, int exponent) { return ldexp(rint(ldexp(x, QUANTUM - exponent)), -QUANTUM); }

static void scale_points(Build *b, const Point *p)
{
    double most = 0;
    int exponent = 0;
    for (int i = 0; i < b->n; i++) {
        if (is_point(p[i])) most = fmax(most, fmax(fabs(p[i].x), fabs(p[i].y)));
    }
    if (most > 0) (void)frexp(most, &exponent);
    for (int i = 0; i < b->n; i++) b->p[i] = (Point){quantized(p[i].x, exponent), quantized(p[i].y, exponent)};
}

static bool build_init(Build *b, const Point *p, int n)
{
    size_t most = 2 * (size_t)n + 8;
    *b = (Build){.n = n, .ghost = n};
    b->p = mem_alloc(((size_t)n + 1) * sizeof *b->p);
    b->corner = mem_alloc(3 * most * sizeof(int32_t));
    b->twin = mem_alloc(3 * most * sizeof(int32_t));
    b->hole = mem_alloc(most * sizeof(int32_t));
    b->stack = mem_alloc(most * sizeof(int32_t));
    b->rim = mem_alloc(most * sizeof(int32_t));
    b->stamp = mem_alloc(most * sizeof(int32_t));
    b->from = mem_alloc(((size_t)n + 2) * sizeof(int32_t));
    if (!b->p || !b->corner || !b->twin || !b->hole || !b->stack || !b->rim || !b->stamp || !b->from) return false;
    scale_points(b, p);
    return true;
}

// --- What comes out

static bool is_kept(const Build *b, int t) { return b->stamp[t] >= 0 && ghost_side(b, t) < 0; }

static double height_above(Point a, Point b, Point c)
{
    double base = hypot(b.x - a.x, b.y - a.y);
    return base > 0 ? fabs((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)) / base : 0;
}

// Drops flat triangles (stamp -1) at the border, unless a corner would come to lie on it twice.
static void peel(Build *b, const Point *p, double tolerance)
{
    bool goes_on = tolerance > 0;
    for (int t = 0; t < b->triangles; t++) b->stamp[t] = 0;
    for (int i = 0; i < b->n; i++) b->from[i] = 0;
    for (int t = 0; t < b->triangles; t++) {
        for (int s = 0; s < 3 && ghost_side(b, t) >= 0; s++) b->from[b->corner[3 * t + s]] = 1;
    }
    while (goes_on) {
        goes_on = false;
        for (int t = 0; t < b->triangles; t++) {
            for (int s = 0; is_kept(b, t) && s < 3; s++) {
                int h = 3 * t + s;
                int32_t i = b->corner[h], k = b->corner[side_next(h)], tip = b->corner[side_before(h)];
                if (is_kept(b, b->twin[h] / 3) || b->from[tip] || height_above(p[i], p[k], p[tip]) > tolerance)
                    continue;
                b->stamp[t] = -1;
                b->from[tip] = 1;
                goes_on = true;
            }
        }
    }
}

static bool mesh_init(TriangleMesh *m, int triangles, int points)
{
    *m = (TriangleMesh){.points = points};
    m->corner = mem_alloc(3 * (size_t)(triangles + 1) * sizeof(int32_t));
    m->twin = mem_alloc(3 * (size_t)(triangles + 1) * sizeof(int32_t));
    m->first = mem_alloc((size_t)(points + 1) * sizeof(int32_t));
    m->same = mem_alloc((size_t)(points + 1) * sizeof(int32_t));
    return m->corner && m->twin && m->first && m->same;
}

static void find_first(TriangleMesh *m)
{
    for (int i = 0; i < m->points; i++) m->first[i] = -1;
    for (int h = 0; h < 3 * m->n; h++) {
        int32_t i = m->corner[h];
        if (m->first[i] < 0 || m->twin[h] < 0) m->first[i] = h;
    }
}

// Triangles without ghosts, numbered anew.
static void put_out(Build *b, TriangleMesh *m)
{
    for (int t = 0; t < b->triangles; t++) b->hole[t] = is_kept(b, t) ? m->n++ : -1;
    for (int t = 0; t < b->triangles; t++) {
        for (int s = 0; b->hole[t] >= 0 && s < 3; s++) {
            int h = 3 * b->hole[t] + s, other = b->twin[3 * t + s];
            m->corner[h] = b->corner[3 * t + s];
            m->twin[h] = b->hole[other / 3] < 0 ? -1 : 3 * b->hole[other / 3] + other % 3;
        }
    }
    find_first(m);
}

DelaunayFault delaunay_make(const Point *p, int n, double tolerance, bool (*is_stopped)(void), TriangleMesh *out)
{
    Build b;
    Order *order = mem_alloc(((size_t)n + 1) * sizeof *order);
    DelaunayFault fault = DELAUNAY_NO_MEMORY;
    bool has_room = mesh_init(out, 2 * n + 2, n), is_ready = build_init(&b, p, n) && has_room && order;
    if (is_ready && mark_same(b.p, n, out->same)) {
        int count = put_in_order(b.p, n, order), kept = 0;
        for (int k = 0; k < count; k++) {
            if (out->same[order[k].index] < 0) order[kept++] = order[k];
        }
        for (int i = 0; i < n; i++) out->first[i] = -1;
        fault = build(&b, order, kept, is_stopped);
        if (fault == DELAUNAY_FINE) {
            peel(&b, p, tolerance);
            put_out(&b, out);
        }
    }
    build_free(&b);
    mem_free(order);
    return fault;
}

void mesh_free(TriangleMesh *m)
{
    mem_free(m->corner);
    mem_free(m->twin);
    mem_free(m->first);
    mem_free(m->same);
    *m = (TriangleMesh){0};
}
