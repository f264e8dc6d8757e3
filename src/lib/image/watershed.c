// WATERSHED: an image seen as a landscape is flooded from its minima, level by level (Vincent and Soille, IEEE
// Transactions on Pattern Analysis and Machine Intelligence 13, 1991): basins grow in the order of their distance, and
// where two meet stands a line of 0. Start reading at flood.
#include "lib/array/axis.h"
#include "lib/format/convert.h"

#include <string.h>

#define WATERSHED_KEYWORDS(K, R) K(R, CONNECTIVITY, "={4 | 8}") K(R, LONG, FLAG) K(R, NREGIONS, OUT)
KEYWORDS(WATERSHED)

enum { LEVELS = 256, NEW = -1, WAITING = -2, LINE = 0 }; // what an element's label is before it has a region's

typedef struct Flood {
    Call *call;
    const uint8_t *image;
    int64_t nx, ny, n;
    int neighbours;  // 4 or 8
    int64_t *sorted; // elements by level
    int64_t begin[LEVELS + 1];
    int32_t *label, *distance, regions;
    int64_t *queue, head, tail, steps;
} Flood;

static void tick(Flood *f)
{
    if ((++f->steps & 0xFFFF) == 0) call_poll(f->call);
}

static void sort_elements(Flood *f)
{
    for (int64_t i = 0; i < f->n; i++) f->begin[f->image[i] + 1]++;
    for (int k = 0; k < LEVELS; k++) f->begin[k + 1] += f->begin[k];
    int64_t next[LEVELS];
    memcpy(next, f->begin, sizeof next);
    for (int64_t i = 0; i < f->n; i++) f->sorted[next[f->image[i]]++] = i;
}

// The neighbours of an element that are in the image; how many.
static int neighbours_of(const Flood *f, int64_t i, int64_t *out)
{
    static const int8_t by[8][2] = {{-1, 0}, {1, 0}, {0, -1}, {0, 1}, {-1, -1}, {1, -1}, {-1, 1}, {1, 1}};
    int64_t x = i % f->nx, y = i / f->nx;
    int n = 0;
    for (int k = 0; k < f->neighbours; k++) {
        int64_t u = x + by[k][0], v = y + by[k][1];
        if (u >= 0 && u < f->nx && v >= 0 && v < f->ny) out[n++] = v * f->nx + u;
    }
    return n;
}

static void put(Flood *f, int64_t i) { f->queue[f->tail++] = i; }

// The elements of a level wait; those beside a basin or a line go first.
static void open_level(Flood *f, int level)
{
    f->head = f->tail = 0;
    for (int64_t k = f->begin[level]; k < f->begin[level + 1]; k++) f->label[f->sorted[k]] = WAITING;
    for (int64_t k = f->begin[level]; k < f->begin[level + 1]; k++) {
        int64_t i = f->sorted[k], near[8];
        tick(f);
        int n = neighbours_of(f, i, near);
        for (int m = 0; m < n && !f->distance[i]; m++) {
            if (f->label[near[m]] < LINE) continue;
            f->distance[i] = 1;
            put(f, i);
        }
    }
}

// An element takes the label of the basin beside it; it is a line where there are several, or lines alone.
static void reach(Flood *f, int64_t i)
{
    int64_t near[8];
    tick(f);
    int n = neighbours_of(f, i, near), d = f->distance[i];
    int32_t found = NEW;
    for (int m = 0; m < n; m++) {
        int64_t j = near[m];
        if (f->label[j] == WAITING && !f->distance[j]) {
            f->distance[j] = d + 1;
            put(f, j);
        } else if (f->label[j] > LINE || (f->label[j] == LINE && f->distance[j] < d)) {
            int32_t there = f->label[j];
            if (found == NEW || found == LINE)
                found = there == LINE && found == LINE ? LINE : there;
            else if (there != LINE && there != found)
                found = -3;
        }
    }
    f->label[i] = found > LINE ? found : LINE;
}

static void fill_minimum(Flood *f, int64_t i)
{
    f->regions++;
    f->head = f->tail = 0;
    f->label[i] = f->regions;
    put(f, i);
    while (f->head < f->tail) {
        int64_t near[8];
        tick(f);
        int n = neighbours_of(f, f->queue[f->head++], near);
        for (int m = 0; m < n; m++) {
            if (f->label[near[m]] != WAITING) continue;
            f->label[near[m]] = f->regions;
            put(f, near[m]);
        }
    }
}

static void flood(Flood *f)
{
    sort_elements(f);
    for (int64_t i = 0; i < f->n; i++) f->label[i] = NEW;
    for (int level = 0; level < LEVELS; level++) {
        open_level(f, level);
        while (f->head < f->tail) reach(f, f->queue[f->head++]);
        for (int64_t k = f->begin[level]; k < f->begin[level + 1]; k++) {
            if (f->label[f->sorted[k]] == WAITING) fill_minimum(f, f->sorted[k]);
        }
        for (int64_t k = f->begin[level]; k < f->begin[level + 1]; k++) f->distance[f->sorted[k]] = 0;
    }
}

// WATERSHED(Image [, CONNECTIVITY={4 | 8}] [, /LONG] [, NREGIONS=variable]): the catchment basins of an image of bytes,
// numbered from 1, with lines of 0 between them. Neighbours are the 8 around an element, or 4. INT, with LONG LONG.
// Manual: WATERSHED.
static void fn_watershed(Call *c)
{
    const Val *v = axis_real_array(c, 0);
    if (v->a->rank != 2) throw_msg(c, E_SHAPE, "Array must have 2 dimensions: %s.", call_arg_name(c, 0));
    if (v->a->n > INT32_MAX) throw_msg(c, E_VALUE, "Array has too many elements.");
    int64_t connectivity = call_kw_int(c, KW_WATERSHED_CONNECTIVITY, 8);
    if (connectivity != 4 && connectivity != 8) throw_msg(c, E_VALUE, "Illegal value of keyword CONNECTIVITY.");
    bool wide = call_kw_set(c, KW_WATERSHED_LONG);
    size_t n = (size_t)v->a->n;
    Flood f = {.call = c, .nx = v->a->dim[0], .ny = v->a->dim[1], .n = v->a->n, .neighbours = (int)connectivity};
    f.image = val_data_peek(call_convert(c, v, T_BYTE));
    f.sorted = call_scratch(c, n * sizeof *f.sorted);
    f.queue = call_scratch(c, n * sizeof *f.queue);
    f.label = call_scratch(c, n * sizeof *f.label);
    f.distance = call_alloc(c, n * sizeof *f.distance);
    flood(&f);
    if (!wide && f.regions > INT16_MAX) throw_msg(c, E_VALUE, "There are more than 32767 regions: set LONG.");
    Val *cell = convert_unset_array(c, wide ? T_LONG : T_INT, 2, v->a->dim);
    for (size_t i = 0; i < n; i++) {
        if (wide)
            ((int32_t *)cell->a->data)[i] = f.label[i];
        else
            ((int16_t *)cell->a->data)[i] = (int16_t)f.label[i];
    }
    if (call_kw_is_var(c, KW_WATERSHED_NREGIONS)) call_kw_set_take(c, KW_WATERSHED_NREGIONS, val_long(f.regions));
    call_return_take(c, val_take(cell));
}

static const Routine rows[] = {
    {"WATERSHED", FUNCTION, {1, 1}, fn_watershed, "Image", KEYS(WATERSHED)},
};
ROUTINE_TABLE(lib_watershed, rows)
