// Shading: a grid whose rows come one after the other gives the same pixels as the same cells as a list of polygons; the shade
// of a plane by hand.
#include "check.h"
#include "plot/shade.h"

#include <math.h>
#include <string.h>

enum { NX = 37, NY = 29, W = 64, H = 48, CELLS = (NX - 1) * (NY - 1) };

static double place[NX * NY][3], given[NX * NY];
static int32_t list[5 * CELLS];

static bool is_back(void *context, int64_t k) { return context != NULL && k % 3 == 0; }

static void read_row(void *context, int64_t y, double (*p)[3], double *shade)
{
    (void)context;
    memcpy(p, place[y * NX], NX * sizeof *p);
    memcpy(shade, given + y * NX, NX * sizeof *shade);
}

static void make_surface(double bump)
{
    for (int k = 0; k < NX * NY; k++) {
        double x = k % NX, y = (double)(k / NX);
        place[k][0] = 4 + 1.5 * x + 0.3 * y;
        place[k][1] = 3 + 1.2 * y + bump * 6 * sin(x / 5) * cos(y / 4);
        place[k][2] = 0.1 * y / NY + bump * cos(x / 3 + y / 7);
        given[k] = 0.1 * (k % 11);
    }
}

static void make_list(void *context)
{
    for (int32_t y = 0, n = 0; y + 1 < NY; y++) {
        for (int32_t k = y * NX; k < (y + 1) * NX - 1; k++, n += 5) {
            const int32_t up[4] = {k, k + 1, k + 1 + NX, k + NX}, down[4] = {k + NX, k + NX + 1, k + 1, k};
            list[n] = 4;
            memcpy(list + n + 1, is_back(context, k) ? down : up, sizeof up);
        }
    }
}

static void compare(void *context, bool is_given, bool is_smooth)
{
    ShadeBuffer a, b;
    ShadeLight light = {{0.3, 0.2, 1}, is_smooth, false};
    ShadeBody body = {(const double(*)[3])place, NX * NY, list, 5 * CELLS, 50, is_given ? given : NULL, NULL};
    ShadeGrid grid = {NX, NY, read_row, is_back, context, 50, is_given};
    make_list(context);
    CHECK(shade_begin(&a, W, H) && shade_begin(&b, W, H));
    CHECK(shade_body(&a, &body, &light, NULL) == SHADE_FINE);
    CHECK(shade_grid(&b, &grid, &light, NULL) == SHADE_FINE);
    CHECK(memcmp(a.depth, b.depth, W * H * sizeof *a.depth) == 0);
    CHECK(memcmp(a.shade, b.shade, W * H * sizeof *a.shade) == 0);
    shade_free(&a);
    shade_free(&b);
}

static void grids(void)
{
    make_surface(1);
    for (int i = 0; i < 8; i++) compare(i & 1 ? place : NULL, i & 2, i & 4);
    place[5 * NX + 7][2] = NAN;
    place[9 * NX + 3][0] = 1e9;
    place[12 * NX + 20][1] = -INFINITY;
    for (int i = 0; i < 8; i++) compare(i & 1 ? place : NULL, i & 2, i & 4);
}

// A plane leaning towards y, light from above: the cosine of its slope, everywhere.
static void plane(void)
{
    ShadeBuffer b;
    ShadeLight light = {{0, 0, 1}, true, false};
    ShadeGrid grid = {NX, NY, read_row, is_back, NULL, 1, false};
    for (int k = 0; k < NX * NY; k++) {
        place[k][0] = k % NX;
        place[k][1] = place[k][2] = (double)(k / NX);
    }
    CHECK(shade_begin(&b, W, H) && shade_grid(&b, &grid, &light, NULL) == SHADE_FINE);
    CHECK(fabs(b.shade[10 * W + 10] - sqrt(0.5)) < 1e-6 && fabs(b.depth[10 * W + 10] - 10.5) < 1e-5);
    CHECK(b.depth[10 * W + NX] == -INFINITY && b.depth[(NY + 1) * W + 3] == -INFINITY);
    shade_free(&b);
}

static bool at_once(void) { return true; }

static void ends(void)
{
    ShadeBuffer b;
    ShadeLight light = {{0, 0, 1}, true, false};
    ShadeGrid grid = {NX, NY, read_row, is_back, NULL, 1, false};
    CHECK(shade_begin(&b, W, H));
    CHECK(shade_grid(&b, &grid, &light, at_once) == SHADE_STOPPED);
    for (int n = 0; n < 2; n++) { // no cell at all
        grid.ny = n;
        CHECK(shade_grid(&b, &grid, &light, NULL) == SHADE_FINE && b.depth[0] == -INFINITY);
    }
    shade_free(&b);
}

int main(void)
{
    grids();
    plane();
    ends();
    CHECK_DONE();
}
