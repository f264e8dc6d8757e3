// See gctp.h. Each handle has a context of its own, which looks nothing up in PROJ's data base or the net.
#include "plot/gctp.h"

#include <math.h>
#include <stdlib.h>

#include <proj.h>

typedef struct Handle {
    PJ_CONTEXT *context;
    PJ *pj;
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

static bool gctp_globe(void *handle, double u, double v, double *lon, double *lat)
{
    PJ *pj = ((Handle *)handle)->pj;
    PJ_COORD at = proj_trans(pj, PJ_INV, proj_coord(u, v, 0, 0));
    proj_errno_reset(pj);
    *lon = at.lp.lam;
    *lat = at.lp.phi;
    return isfinite(*lon) && isfinite(*lat);
}

extern const GctpTable helio_gctp_table;
const GctpTable helio_gctp_table = {gctp_open, gctp_close, {gctp_plane, gctp_globe}};
