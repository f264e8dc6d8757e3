// See predicates.h. Coordinates are supposed to be neither so large nor so small that products of four overflow or
// vanish; plot/delaunay.c scales them.
#include "plot/predicates.h"

#include <math.h>

#define LINE_ERROR   3.3306690738754716e-16 // (3 + 16e) e for e = 2^-53
#define CIRCLE_ERROR 1.1102230246251577e-15 // (10 + 96e) e

// A number as a sum of doubles, the smallest first; sizes: a difference 2, a product of two 8, a minor or a lift 16,
// their product 512, three of these.
enum { TERMS_MAX = 1536 };
typedef struct Sum {
    int n;
    double term[TERMS_MAX];
} Sum;

static void add_number(Sum *s, double x)
{
    int kept = 0;
    for (int i = 0; i < s->n; i++) {
        double sum = x + s->term[i], part = sum - x, rest = (x - (sum - part)) + (s->term[i] - part);
        if (rest != 0) s->term[kept++] = rest;
        x = sum;
    }
    if (x != 0) s->term[kept++] = x;
    s->n = kept;
}

static void add_product(Sum *s, double a, double b)
{
    double high = a * b;
    add_number(s, fma(a, b, -high));
    add_number(s, high);
}

static void add_sums_product(Sum *s, const Sum *a, const Sum *b, double sign)
{
    for (int i = 0; i < a->n; i++) {
        for (int k = 0; k < b->n; k++) add_product(s, sign * a->term[i], b->term[k]);
    }
}

static void difference(Sum *s, double a, double b)
{
    s->n = 0;
    add_number(s, a);
    add_number(s, -b);
}

static int sign_of(double x) { return (x > 0) - (x < 0); }

static int sign_of_sum(const Sum *s) { return s->n ? sign_of(s->term[s->n - 1]) : 0; }

// x1*y2 - x2*y1 of differences.
static void minor(Sum *out, const Sum p[2], const Sum q[2])
{
    out->n = 0;
    add_sums_product(out, &p[0], &q[1], 1);
    add_sums_product(out, &p[1], &q[0], -1);
}

int side_of_line(Point a, Point b, Point c)
{
    double left = (a.x - c.x) * (b.y - c.y), right = (a.y - c.y) * (b.x - c.x), det = left - right;
    if (fabs(det) > LINE_ERROR * (fabs(left) + fabs(right))) return sign_of(det);
    Sum p[2], q[2], exact;
    difference(&p[0], a.x, c.x);
    difference(&p[1], a.y, c.y);
    difference(&q[0], b.x, c.x);
    difference(&q[1], b.y, c.y);
    minor(&exact, p, q);
    return sign_of_sum(&exact);
}

static int exact_circle(const Point p[3], Point d)
{
    Sum part[3][2], lift, cross, det = {0};
    for (int i = 0; i < 3; i++) {
        difference(&part[i][0], p[i].x, d.x);
        difference(&part[i][1], p[i].y, d.y);
    }
    for (int i = 0; i < 3; i++) {
        minor(&cross, part[(i + 1) % 3], part[(i + 2) % 3]);
        lift.n = 0;
        add_sums_product(&lift, &part[i][0], &part[i][0], 1);
        add_sums_product(&lift, &part[i][1], &part[i][1], 1);
        add_sums_product(&det, &lift, &cross, 1);
    }
    return sign_of_sum(&det);
}

int side_of_circle(Point a, Point b, Point c, Point d)
{
    double ax = a.x - d.x, ay = a.y - d.y, bx = b.x - d.x, by = b.y - d.y, cx = c.x - d.x, cy = c.y - d.y;
    double al = ax * ax + ay * ay, bl = bx * bx + by * by, cl = cx * cx + cy * cy;
    double det = al * (bx * cy - by * cx) + bl * (cx * ay - cy * ax) + cl * (ax * by - ay * bx);
    double size = al * (fabs(bx * cy) + fabs(by * cx)) + bl * (fabs(cx * ay) + fabs(cy * ax)) +
                  cl * (fabs(ax * by) + fabs(ay * bx));
    if (fabs(det) > CIRCLE_ERROR * size) return sign_of(det);
    return exact_circle((Point[]){a, b, c}, d);
}
