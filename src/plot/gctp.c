// See gctp.h. Each handle has a context of its own, which looks nothing up in PROJ's data base or the net.
#include "plot/gctp.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <proj.h>

typedef struct Handle {
    PJ_CONTEXT *context;
    PJ *pj;
    bool is_imoll;
} Handle;

static void gctp_close(void *handle)
{
    Handle *h = handle;
    if (h->pj) proj_destroy(h->pj);
    proj_context_destroy(h->context);
    free(h);
}

static void *gctp_open(const char *definition)
{
    Handle *h = calloc(1, sizeof *h);
    if (!h) return NULL;
    h->context = proj_context_create();
    if (!h->context) {
        free(h);
        return NULL;
    }
    proj_log_level(h->context, PJ_LOG_NONE);
    proj_context_set_enable_network(h->context, 0);
    h->pj = proj_create(h->context, definition);
    h->is_imoll = strstr(definition, "+proj=imoll") != NULL;
    if (h->pj) return h;
    gctp_close(h);
    return NULL;
}

static bool gctp_plane(void *handle, double lon, double lat, double *u, double *v)
{
    PJ *pj = ((Handle *)handle)->pj;
    PJ_COORD at = proj_trans(pj, PJ_FWD, proj_coord(lon, lat, 0, 0));
    proj_errno_reset(pj);
    *u = at.xy.x;
    *v = at.xy.y;
    return isfinite(*u) && isfinite(*v);
}

// The interrupted Mollweide projection, whose inverse PROJ has not everywhere (OSGeo/PROJ#4155): parallels are straight, and in
// each lobe longitudes are evenly spaced along them.
static bool imoll_globe(void *handle, double u, double v, double *lon, double *lat)
{
    enum { STEPS = 720 };
    double x, top, a, b, y, step = 2 * M_PI / STEPS;
    if (!gctp_plane(handle, 0, M_PI / 2, &x, &top) || !(fabs(v) <= top)) return false;
    double theta = asin(v / top), even = top * 2 / M_PI * cos(theta) * step;
    *lat = asin((2 * theta + sin(2 * theta)) / M_PI);
    for (int i = 0; i < STEPS; i++) {
        double west = -M_PI + i * step + 1e-12, east = west + step - 2e-12;
        if (!gctp_plane(handle, west, *lat, &a, &y) || !gctp_plane(handle, east, *lat, &b, &y)) continue;
        if (!(u >= a - 1e-9 * even && u <= b + 1e-9 * even) || b - a > 1.001 * even) continue;
        *lon = west + (u - a) / (b - a) * (east - west);
        return isfinite(*lon) && isfinite(*lat);
    }
    return false;
}

static bool gctp_globe(void *handle, double u, double v, double *lon, double *lat)
{
    PJ *pj = ((Handle *)handle)->pj;
    PJ_COORD at = proj_trans(pj, PJ_INV, proj_coord(u, v, 0, 0));
    proj_errno_reset(pj);
    *lon = at.lp.lam;
    *lat = at.lp.phi;
    if (isfinite(*lon) && isfinite(*lat)) return true;
    return ((Handle *)handle)->is_imoll && imoll_globe(handle, u, v, lon, lat);
}

extern const GctpTable helio_gctp_table;
const GctpTable helio_gctp_table = {gctp_open, gctp_close, {gctp_plane, gctp_globe}};
