// See isosurface.h. Start reading at isosurface_make.
#include "plot/isosurface.h"

#include "base/mem.h"

#include <math.h>
#include <string.h>

enum { DIRECTIONS = 7 }; // of sides from a point: bits 1 x, 2 y, 4 z

typedef struct Making {
    const Volume *v;
    double level;
    bool is_low, is_full;
    int32_t *point_of; // of each side of the net: the point on it, -1: none yet
    IsoSurface *out;
} Making;

static bool grow(void **p, int64_t *room, int64_t wanted, size_t size)
{
    if (wanted <= *room) return true;
    int64_t more = wanted > 2 * *room ? wanted : 2 * *room;
    void *q = mem_realloc(*p, (size_t)more * size);
    if (!q) return false;
    *p = q;
    *room = more;
    return true;
}

static void place_of(const Volume *v, int64_t k, double out[3])
{
    out[0] = (double)(k % v->nx);
    out[1] = (double)(k / v->nx % v->ny);
    out[2] = (double)(k / (v->nx * v->ny));
}

// The point on the side from a to b, a below b in subscripts.
static int32_t new_point(Making *m, int64_t a, int64_t b)
{
    IsoSurface *out = m->out;
    double pa[3], pb[3], part = (m->level - m->v->value[a]) / (m->v->value[b] - m->v->value[a]);
    int64_t room = out->point_room;
    bool has_room =
        out->points < INT32_MAX && grow((void **)&out->p, &out->point_room, out->points + 1, sizeof *out->p);
    if (m->v->shade) has_room = has_room && grow((void **)&out->shade, &room, out->points + 1, sizeof *out->shade);
    if (!has_room) {
        m->is_full = true;
        return 0;
    }
    place_of(m->v, a, pa);
    place_of(m->v, b, pb);
    for (int i = 0; i < 3; i++) out->p[out->points][i] = pa[i] + part * (pb[i] - pa[i]);
    if (m->v->shade) out->shade[out->points] = m->v->shade[a] + part * (m->v->shade[b] - m->v->shade[a]);
    return (int32_t)out->points++;
}

static int32_t point_between(Making *m, int64_t a, int64_t b)
{
    if (a > b) {
        int64_t t = a;
        a = b;
        b = t;
    }
    int64_t nx = m->v->nx, plane = nx * m->v->ny, step = b - a;
    int direction = 0;
    if (step >= plane) step -= plane, direction |= 4;
    if (step >= nx) step -= nx, direction |= 2;
    if (step) direction |= 1;
    int32_t *at = &m->point_of[a * DIRECTIONS + direction - 1];
    if (*at < 0) *at = new_point(m, a, b);
    return *at;
}

// A triangle whose back is on the side of the corner `inside`.
static void add_triangle(Making *m, int32_t i, int32_t j, int32_t k, const double inside[3])
{
    IsoSurface *out = m->out;
    if (m->is_full || i == j || j == k || i == k) return;
    if (!grow((void **)&out->polygon, &out->polygon_room, out->length + 4, sizeof *out->polygon)) {
        m->is_full = true;
        return;
    }
    const double *a = out->p[i], *b = out->p[j], *c = out->p[k];
    double u[3], w[3], d[3];
    for (int x = 0; x < 3; x++) u[x] = b[x] - a[x], w[x] = c[x] - a[x], d[x] = inside[x] - a[x];
    double side =
        (u[1] * w[2] - u[2] * w[1]) * d[0] + (u[2] * w[0] - u[0] * w[2]) * d[1] + (u[0] * w[1] - u[1] * w[0]) * d[2];
    const int32_t corner[4] = {3, i, side > 0 ? k : j, side > 0 ? j : k};
    memcpy(out->polygon + out->length, corner, sizeof corner);
    out->length += 4;
}

static void cut_tetrahedron(Making *m, const int64_t t[4])
{
    int64_t in[4], off[4];
    int ins = 0, offs = 0;
    double inside[3];
    for (int i = 0; i < 4; i++) {
        bool is_in = (m->v->value[t[i]] >= m->level) != m->is_low;
        if (is_in)
            in[ins++] = t[i];
        else
            off[offs++] = t[i];
    }
    if (!ins || !offs) return;
    place_of(m->v, in[0], inside);
    int32_t p[4];
    if (ins == 2) {
        p[0] = point_between(m, in[0], off[0]), p[1] = point_between(m, in[0], off[1]);
        p[2] = point_between(m, in[1], off[1]), p[3] = point_between(m, in[1], off[0]);
        add_triangle(m, p[0], p[1], p[2], inside);
        place_of(m->v, in[1], inside);
        add_triangle(m, p[0], p[2], p[3], inside);
        return;
    }
    const int64_t *lone = ins == 1 ? in : off, *others = ins == 1 ? off : in;
    for (int i = 0; i < 3; i++) p[i] = point_between(m, lone[0], others[i]);
    add_triangle(m, p[0], p[1], p[2], inside);
}

// The six ways along sides from a cube's first corner to its last.
static void cut_cube(Making *m, int64_t first)
{
    static const int ways[6][2] = {{1, 3}, {1, 5}, {2, 3}, {2, 6}, {4, 5}, {4, 6}};
    int64_t nx = m->v->nx, plane = nx * m->v->ny, corner[8];
    double sum = 0;
    int ups = 0;
    for (int i = 0; i < 8; i++) {
        corner[i] = first + (i & 1) + (i >> 1 & 1) * nx + (i >> 2) * plane;
        sum += m->v->value[corner[i]];
        ups += m->v->value[corner[i]] >= m->level;
    }
    if (ups == 0 || ups == 8 || !isfinite(sum)) return;
    for (int w = 0; w < 6; w++) {
        const int64_t t[4] = {corner[0], corner[ways[w][0]], corner[ways[w][1]], corner[7]};
        cut_tetrahedron(m, t);
    }
}

bool isosurface_make(const Volume *v, double level, bool is_low, bool (*is_stopped)(void), IsoSurface *out)
{
    int64_t n = v->nx * v->ny * v->nz;
    Making m = {.v = v, .level = level, .is_low = is_low, .out = out};
    *out = (IsoSurface){0};
    m.point_of = mem_alloc((size_t)n * DIRECTIONS * sizeof *m.point_of);
    if (!m.point_of) return false;
    memset(m.point_of, 0xFF, (size_t)n * DIRECTIONS * sizeof *m.point_of);
    bool goes_on = true;
    for (int64_t z = v->from[2]; goes_on && z < v->to[2]; z++) {
        for (int64_t y = v->from[1]; y < v->to[1]; y++) {
            for (int64_t x = v->from[0]; x < v->to[0]; x++) cut_cube(&m, x + v->nx * (y + v->ny * z));
        }
        goes_on = !m.is_full && !(is_stopped && is_stopped());
    }
    mem_free(m.point_of);
    return goes_on;
}

void isosurface_free(IsoSurface *s)
{
    mem_free(s->p);
    mem_free(s->shade);
    mem_free(s->polygon);
    *s = (IsoSurface){0};
}
