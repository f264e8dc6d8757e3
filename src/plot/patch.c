// See patch.h. The polynomial is in Bernstein's form, so that values and derivatives at corners are differences of
// coefficients.
#include "plot/patch.h"

#include "base/mem.h"

#include <math.h>
#include <string.h>

enum { UNKNOWNS = 5, NEIGHBOURS_MAX = 64 };
#define SINGULAR 1e-10 // a pivot, where the largest of a column was 1

// --- Jets

// Gauss with pivots on the first n unknowns; false where it is singular.
static bool solve(double a[UNKNOWNS][UNKNOWNS + 1], int n)
{
    double largest = 0;
    for (int i = 0; i < n; i++) largest = fmax(largest, fabs(a[i][i]));
    for (int col = 0; col < n; col++) {
        int best = col;
        for (int row = col + 1; row < n; row++) best = fabs(a[row][col]) > fabs(a[best][col]) ? row : best;
        if (!(fabs(a[best][col]) > SINGULAR * largest)) return false;
        for (int k = 0; k <= UNKNOWNS; k++) {
            double t = a[col][k];
            a[col][k] = a[best][k];
            a[best][k] = t;
        }
        for (int row = 0; row < n; row++) {
            double times = row == col ? 0 : a[row][col] / a[col][col];
            for (int k = col; k <= UNKNOWNS && times != 0; k++) a[row][k] -= times * a[col][k];
        }
    }
    for (int i = 0; i < n; i++) a[i][UNKNOWNS] /= a[i][i];
    return true;
}

static bool fit(const double (*d)[3], int n, int unknowns, double scale, double out[UNKNOWNS])
{
    double a[UNKNOWNS][UNKNOWNS + 1] = {{0}};
    if (n < unknowns) return false;
    for (int i = 0; i < n; i++) {
        double u = d[i][0] / scale, v = d[i][1] / scale, weight = 1 / fmax(u * u + v * v, 1e-12);
        const double term[UNKNOWNS] = {u, v, u * u / 2, u * v, v * v / 2};
        for (int row = 0; row < unknowns; row++) {
            for (int col = 0; col < unknowns; col++) a[row][col] += weight * term[row] * term[col];
            a[row][UNKNOWNS] += weight * term[row] * d[i][2];
        }
    }
    if (!solve(a, unknowns)) return false;
    for (int i = 0; i < unknowns; i++) out[i] = a[i][UNKNOWNS] / (i < 2 ? scale : scale * scale);
    return true;
}

Jet jet_fit(const double (*d)[3], int n, double z)
{
    double scale = 0, found[UNKNOWNS] = {0};
    for (int i = 0; i < n; i++) scale += hypot(d[i][0], d[i][1]) / n;
    if (!(scale > 0) || !isfinite(scale)) return (Jet){.z = z};
    if (!fit(d, n, UNKNOWNS, scale, found) && !fit(d, n, 2, scale, found)) memset(found, 0, sizeof found);
    return (Jet){z, found[0], found[1], found[2], found[3], found[4]};
}

static int add_neighbours(const TriangleMesh *m, int of, int32_t *list, int n, int32_t *stamp, int mark)
{
    int32_t around[NEIGHBOURS_MAX];
    int count = mesh_around(m, of, around, NEIGHBOURS_MAX, NULL);
    if (count > NEIGHBOURS_MAX) count = NEIGHBOURS_MAX;
    for (int i = 0; i < count && n < NEIGHBOURS_MAX; i++) {
        if (stamp[around[i]] == mark) continue;
        stamp[around[i]] = mark;
        list[n++] = around[i];
    }
    return n;
}

bool jets_of_mesh(const TriangleMesh *m, const Point *p, const double *z, Jet *out)
{
    AUTO_FREE int32_t *stamp = mem_zalloc((size_t)(m->points + 1) * sizeof *stamp);
    if (!stamp) return false;
    for (int i = 0; i < m->points; i++) {
        int32_t list[NEIGHBOURS_MAX];
        double d[NEIGHBOURS_MAX][3];
        stamp[i] = i + 1;
        int near = add_neighbours(m, i, list, 0, stamp, i + 1), n = near, count = 0;
        for (int k = 0; k < near; k++) n = add_neighbours(m, list[k], list, n, stamp, i + 1);
        for (int k = 0; k < n; k++) {
            int j = list[k];
            if (!isfinite(z[j])) continue;
            d[count][0] = p[j].x - p[i].x, d[count][1] = p[j].y - p[i].y, d[count++][2] = z[j] - z[i];
        }
        out[i] = jet_fit(d, isfinite(z[i]) ? count : 0, z[i]);
    }
    return true;
}

double jet_at(const Jet *j, double dx, double dy)
{
    return j->z + j->zx * dx + j->zy * dy + (j->zxx * dx * dx + 2 * j->zxy * dx * dy + j->zyy * dy * dy) / 2;
}

// --- Patches

static double *place(Patch *q, const int power[3]) { return &q->coefficient[power[0]][power[1]]; }

static double slope(const Jet *j, Point e) { return j->zx * e.x + j->zy * e.y; }

static double bend(const Jet *j, Point e, Point f)
{
    return j->zxx * e.x * f.x + j->zxy * (e.x * f.y + e.y * f.x) + j->zyy * e.y * f.y;
}

// What the jet at corner i says: six coefficients.
static void put_corner(Patch *q, const Point p[3], const Jet *j, int i)
{
    int k = (i + 1) % 3, l = (i + 2) % 3;
    Point e[3] = {{0, 0}, {p[k].x - p[i].x, p[k].y - p[i].y}, {p[l].x - p[i].x, p[l].y - p[i].y}};
    const int corner[3] = {i, k, l};
    for (int a = 0; a < 3; a++) {
        for (int b = a; b < 3; b++) {
            int power[3] = {0};
            power[i] = 3;
            power[corner[a]]++;
            power[corner[b]]++;
            *place(q, power) = j->z + (slope(j, e[a]) + slope(j, e[b])) / 5 + bend(j, e[a], e[b]) / 20;
        }
    }
}

// The coefficient in the middle of side i-k: the slope across the side is of degree 3 along it.
static void put_side(Patch *q, const Point p[3], int i)
{
    int k = (i + 1) % 3, l = (i + 2) % 3;
    Point side = {p[k].x - p[i].x, p[k].y - p[i].y}, up = {p[l].x - p[i].x, p[l].y - p[i].y};
    double length = side.x * side.x + side.y * side.y, foot = (side.x * up.x + side.y * up.y) / length, across[5];
    for (int n = 0; n < 5; n++) {
        int first[3] = {0}, second[3] = {0}, third[3] = {0};
        first[i] = 5 - n, first[k] = n;
        second[i] = 4 - n, second[k] = n + 1;
        third[i] = 4 - n, third[k] = n, third[l] = 1;
        across[n] = -(1 - foot) * *place(q, first) - foot * *place(q, second) + (n == 2 ? 0 : *place(q, third));
        if (n == 2) *place(q, third) = -across[n];
    }
    int power[3] = {0};
    power[i] = power[k] = 2, power[l] = 1;
    *place(q, power) += (4 * across[1] + 4 * across[3] - across[0] - across[4]) / 6;
}

Patch patch_make(const Point p[3], const Jet jet[3])
{
    Patch q = {{{0}}};
    for (int i = 0; i < 3; i++) put_corner(&q, p, &jet[i], i);
    for (int i = 0; i < 3; i++) put_side(&q, p, i);
    return q;
}

double patch_at(const Patch *q, const double part[3])
{
    static const double factorial[6] = {1, 1, 2, 6, 24, 120};
    double power[3][6], sum = 0;
    for (int c = 0; c < 3; c++) {
        power[c][0] = 1;
        for (int n = 1; n < 6; n++) power[c][n] = power[c][n - 1] * part[c];
    }
    for (int i = 0; i < 6; i++) {
        for (int k = 0; i + k < 6; k++) {
            double times = 120 / (factorial[i] * factorial[k] * factorial[5 - i - k]);
            sum += times * q->coefficient[i][k] * power[0][i] * power[1][k] * power[2][5 - i - k];
        }
    }
    return sum;
}
