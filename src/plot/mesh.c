// Meshes of triangles: made of a list of corners, walked around a point and along the border. See delaunay.h.
#include "base/mem.h"
#include "plot/delaunay.h"

#include <stdlib.h>

typedef struct Side {
    int32_t low, high, half_edge;
} Side;

static int by_ends(const void *a, const void *b)
{
    const Side *p = a, *q = b;
    if (p->low != q->low) return p->low < q->low ? -1 : 1;
    if (p->high != q->high) return p->high < q->high ? -1 : 1;
    return (p->half_edge > q->half_edge) - (p->half_edge < q->half_edge);
}

static bool is_clockwise(const Point *p, const int32_t *c)
{
    Point a = p[c[0]], b = p[c[1]], d = p[c[2]];
    return (b.x - a.x) * (d.y - a.y) - (b.y - a.y) * (d.x - a.x) < 0;
}

// Two half-edges with the same ends, which run in opposite directions, are twins.
static void find_twins(TriangleMesh *m, Side *side)
{
    int count = 3 * m->n;
    for (int h = 0; h < count; h++) {
        int32_t i = m->corner[h], k = m->corner[side_next(h)];
        side[h] = (Side){i < k ? i : k, i < k ? k : i, h};
        m->twin[h] = -1;
    }
    qsort(side, (size_t)count, sizeof *side, by_ends);
    for (int i = 0; i + 1 < count; i++) {
        const Side *p = &side[i], *q = &side[i + 1];
        bool is_pair = p->low == q->low && p->high == q->high && m->corner[p->half_edge] != m->corner[q->half_edge];
        if (!is_pair) continue;
        m->twin[p->half_edge] = q->half_edge;
        m->twin[q->half_edge] = p->half_edge;
        i++;
    }
}

DelaunayFault mesh_of_corners(const int32_t *corner, int n, int points, TriangleMesh *m)
{
    *m = (TriangleMesh){.n = n, .points = points};
    size_t sides = 3 * (size_t)n + 1;
    m->corner = mem_alloc(sides * sizeof(int32_t));
    m->twin = mem_alloc(sides * sizeof(int32_t));
    m->first = mem_alloc((size_t)(points + 1) * sizeof(int32_t));
    m->same = mem_alloc((size_t)(points + 1) * sizeof(int32_t));
    Side *side = mem_alloc(sides * sizeof *side);
    bool has_room = m->corner && m->twin && m->first && m->same && side;
    for (int h = 0; has_room && h < 3 * n; h++) m->corner[h] = corner[h];
    for (int i = 0; has_room && i < points; i++) m->first[i] = m->same[i] = -1;
    if (has_room) find_twins(m, side);
    for (int h = 0; has_room && h < 3 * n; h++) {
        int32_t i = m->corner[h];
        if (m->first[i] < 0 || m->twin[h] < 0) m->first[i] = h;
    }
    mem_free(side);
    return has_room ? DELAUNAY_FINE : DELAUNAY_NO_MEMORY;
}

DelaunayFault mesh_of_triangles(int32_t *corner, int n, const Point *p, int points, TriangleMesh *m)
{
    for (int t = 0; t < n; t++) {
        if (!is_clockwise(p, corner + 3 * t)) continue;
        int32_t c = corner[3 * t + 1];
        corner[3 * t + 1] = corner[3 * t + 2];
        corner[3 * t + 2] = c;
    }
    return mesh_of_corners(corner, n, points, m);
}

int mesh_around(const TriangleMesh *m, int i, int32_t *out, int room, bool *is_border)
{
    int begin = m->first[i], h = begin, count = 0;
    if (is_border) *is_border = begin >= 0 && m->twin[begin] < 0;
    while (h >= 0 && count <= 3 * m->n) {
        if (count < room) out[count] = m->corner[side_next(h)];
        count++;
        int back = side_before(h);
        if (m->twin[back] < 0) {
            if (count < room) out[count] = m->corner[back];
            return count + 1;
        }
        h = m->twin[back] == begin ? -1 : m->twin[back];
    }
    return count;
}

int mesh_border(const TriangleMesh *m, int32_t *out)
{
    int start = 0, count = 0;
    while (start < m->points && (m->first[start] < 0 || m->twin[m->first[start]] >= 0)) start++;
    for (int i = start; start < m->points && count < m->points;) {
        out[count++] = i;
        i = m->corner[side_next(m->first[i])];
        if (i == start) break;
    }
    return count;
}
