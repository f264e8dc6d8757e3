// The module `qhull`: libqhull_r behind kern/hull.h. Start at hull_make.
#include "kern/hull.h"

#include "base/mem.h"
#include "core/errors.h"

#include <libqhull_r/qhull_ra.h>

// The library hands its qhT to what it calls back; the rest is ours.
typedef struct Job {
    qhT qh; // first
    bool (*stop)(void);
    bool is_stopped, is_full;
} Job;

enum { STOPPED = 90 };

// In place of the library's own: nothing is printed, and the reports of progress (option TF) are where work can be
// stopped.
void qh_fprintf(qhT *qh, FILE *to, int code, const char *format, ...)
{
    (void)to, (void)code, (void)format;
    if (!qh || qh->ERREXITcalled || qh->NOerrexit) return;
    Job *j = (Job *)qh;
    if (j->is_stopped || j->is_full) return;
    j->is_stopped = j->stop();
    j->is_full = qh->num_facets > HULL_SIMPLICES_MAX;
    if (j->is_stopped || j->is_full) qh_errexit(qh, STOPPED, NULL, NULL);
}

static Status failure(const Job *j, int code)
{
    if (j->is_stopped) return status_fail(E_INTERRUPT, "Interrupted.");
    if (j->is_full || code == qh_ERRmem) return status_fail(E_NO_MEMORY, "Unable to allocate memory: for the hull.");
    if (code == qh_ERRsingular || code == qh_ERRinput)
        return status_fail(E_VALUE, "The points lie in one plane (or on one line), or are too few.");
    return status_fail(E_VALUE, "The points are too close to one another for their hull.");
}

static bool is_wanted(const facetT *f, bool is_delaunay) { return f->simplicial && !(is_delaunay && f->upperdelaunay); }

static void number(qhT *qh, bool is_delaunay, Hull *out)
{
    facetT *facet;
    FORALLfacet_(qh->facet_list) { facet->visitid = is_wanted(facet, is_delaunay) ? (unsigned int)++out->n : 0; }
}

static void take_facet(qhT *qh, facetT *facet, Hull *out)
{
    size_t at = (size_t)(facet->visitid - 1);
    int32_t *corner = out->corner + at * (size_t)out->corners, *beside = out->beside + at * (size_t)out->corners;
    vertexT *vertex, **vertexp;
    facetT *neighbor, **neighborp;
    int k = 0;
    FOREACHvertex_(facet->vertices) corner[k++] = qh_pointid(qh, vertex->point);
    k = 0;
    FOREACHneighbor_(facet) beside[k++] = (int32_t)neighbor->visitid - 1;
    if (facet->toporient ^ qh_ORIENTclock) {
        int32_t c = corner[0], b = beside[0];
        corner[0] = corner[1], corner[1] = c;
        beside[0] = beside[1], beside[1] = b;
    }
    facetT *owner = facet->tricoplanar && facet->f.triowner ? facet->f.triowner : facet;
    out->owner[at] = owner->visitid ? (int32_t)owner->visitid - 1 : (int32_t)at;
}

static Status take(qhT *qh, bool is_delaunay, Hull *out)
{
    number(qh, is_delaunay, out);
    size_t n = (size_t)(out->n + 1) * (size_t)out->corners;
    out->corner = mem_alloc(n * sizeof *out->corner);
    out->beside = mem_alloc(n * sizeof *out->beside);
    out->owner = mem_alloc((size_t)(out->n + 1) * sizeof *out->owner);
    if (!out->corner || !out->beside || !out->owner)
        return status_fail(E_NO_MEMORY, "Unable to allocate memory: for the hull.");
    facetT *facet;
    FORALLfacet_(qh->facet_list)
    {
        if (facet->visitid) take_facet(qh, facet, out);
    }
    return STATUS_OK;
}

static Status hull_make(const double *p, int dim, int n, bool is_delaunay, bool (*stop)(void), Hull *out)
{
    *out = (Hull){.corners = is_delaunay ? dim + 1 : dim};
    Job *j = mem_alloc(sizeof *j);
    if (!j) return status_fail(E_NO_MEMORY, "Unable to allocate memory: for the hull.");
    *j = (Job){.stop = stop};
    char plane[] = "qhull Qt Qx TF1000", lifted[] = "qhull d Qt Qbb Qc Qz Q12 TF1000",
         high[] = "qhull d Qt Qbb Qc Qz Qx Q12 TF1000";
    qh_zero(&j->qh, stderr);
    char *options = !is_delaunay ? plane : dim < 5 ? lifted : high;
    int code = qh_new_qhull(&j->qh, dim, n, (coordT *)(uintptr_t)p, False, options, NULL, stderr);
    Status s = code ? failure(j, code) : take(&j->qh, is_delaunay, out);
    j->qh.NOerrexit = True;
    qh_freeqhull(&j->qh, qh_ALL);
    int left, total;
    qh_memfreeshort(&j->qh, &left, &total);
    mem_free(j);
    return s;
}

extern const HullTable helio_hull_table;
const HullTable helio_hull_table = {hull_make};
