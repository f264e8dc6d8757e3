// See plane.h.
#include "lib/graphics/plane.h"

#include <math.h>

void plane_turn(const double *t, const double p[3], double out[3])
{
    double v[4];
    for (int row = 0; row < 4; row++)
        v[row] = t[4 * row] * p[0] + t[4 * row + 1] * p[1] + t[4 * row + 2] * p[2] + t[4 * row + 3];
    for (int i = 0; i < 3; i++) out[i] = v[3] != 0 ? v[i] / v[3] : v[i];
}

Point plane_point(const Plane *plane, Point p)
{
    double x = p.x / plane->width, y = p.y / plane->height, space[3], page[3];
    for (int i = 0; i < 3; i++) space[i] = plane->origin[i] + x * plane->right[i] + y * plane->up[i];
    plane_turn(plane->t, space, page);
    return (Point){page[0] * plane->width, page[1] * plane->height, page[2]};
}

void plane_rightmost(const double *t, double right[3])
{
    double most = -INFINITY;
    for (int i = 0; i < 4; i++) {
        double from[3] = {0.5, 0.5, 0.5}, to[3] = {0.5, 0.5, 0.5}, a[3], b[3], sign = i % 2 ? -1 : 1;
        to[i / 2] += sign / 2;
        plane_turn(t, from, a);
        plane_turn(t, to, b);
        if (!(b[0] - a[0] > most)) continue;
        most = b[0] - a[0];
        for (int k = 0; k < 3; k++) right[k] = k == i / 2 ? sign : 0;
    }
}
