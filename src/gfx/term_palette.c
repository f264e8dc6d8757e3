// The colours of a picture for a terminal that has few: all of them where that is possible, else those of a median cut (Heckbert,
// 1982) over cells of 32 levels, with what each pixel lacks passed on to its neighbours (Floyd and Steinberg, 1976). Start at
// term_palette.
#include "gfx/term_pictures.h"

#include "base/mem.h"
#include "core/errors.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { LEVEL_BITS = 5, CELLS = 1 << (3 * LEVEL_BITS), SLOTS = 4 * TERM_COLORS_MAX };

typedef struct Cell {
    int64_t sum[3], count; // of the pixels in it
    uint8_t level[3];
} Cell;

typedef struct CellBox {
    int first, n, axis;
    int64_t weight; // of the split that it wants
} CellBox;

static int cell_of(const uint8_t *p)
{
    const int cut = 8 - LEVEL_BITS;
    return p[0] >> cut << 2 * LEVEL_BITS | p[1] >> cut << LEVEL_BITS | p[2] >> cut;
}

// --- All colours

// A table of the colours seen; false: there are more than `most`.
static bool all_colors(const Framebuffer *f, int most, TermPalette *p, uint16_t *index)
{
    static const uint16_t none = UINT16_MAX;
    uint16_t slot[SLOTS];
    memset(slot, 0xff, sizeof slot);
    int64_t n = (int64_t)f->width * f->height;
    p->n = 0;
    for (int64_t i = 0; i < n; i++) {
        const uint8_t *px = f->px + 3 * i;
        if (i && memcmp(px, px - 3, 3) == 0) {
            index[i] = index[i - 1];
            continue;
        }
        uint32_t at = ((uint32_t)px[0] << 16 | (uint32_t)px[1] << 8 | px[2]) * 2654435761u >> 20;
        while (slot[at] != none && memcmp(p->rgb[slot[at]], px, 3) != 0) at = (at + 1) % SLOTS;
        if (slot[at] == none) {
            if (p->n == most) return false;
            memcpy(p->rgb[p->n], px, 3);
            slot[at] = (uint16_t)p->n++;
        }
        index[i] = slot[at];
    }
    return true;
}

// --- Some colours

static int count_cells(const Framebuffer *f, Cell *cell)
{
    int64_t n = (int64_t)f->width * f->height;
    int used = 0;
    for (int64_t i = 0; i < n; i++) {
        const uint8_t *px = f->px + 3 * i;
        Cell *c = cell + cell_of(px);
        c->count++;
        for (int k = 0; k < 3; k++) c->sum[k] += px[k], c->level[k] = px[k] >> (8 - LEVEL_BITS);
    }
    for (int i = 0; i < CELLS; i++) {
        if (cell[i].count) cell[used++] = cell[i];
    }
    return used;
}

static void measure(const Cell *cell, CellBox *b)
{
    int lo[3] = {INT_MAX, INT_MAX, INT_MAX}, hi[3] = {0, 0, 0};
    int64_t count = 0;
    for (int i = b->first; i < b->first + b->n; i++) {
        count += cell[i].count;
        for (int k = 0; k < 3; k++) {
            if (cell[i].level[k] < lo[k]) lo[k] = cell[i].level[k];
            if (cell[i].level[k] > hi[k]) hi[k] = cell[i].level[k];
        }
    }
    b->axis = 0;
    for (int k = 1; k < 3; k++) {
        if (hi[k] - lo[k] > hi[b->axis] - lo[b->axis]) b->axis = k;
    }
    b->weight = count * (hi[b->axis] - lo[b->axis]);
}

static int compare(const Cell *a, const Cell *b, int axis)
{
    for (int k = 0; k < 3; k++) {
        int at = (axis + k) % 3;
        if (a->level[at] != b->level[at]) return a->level[at] - b->level[at];
    }
    return 0;
}
static int by_red(const void *a, const void *b) { return compare(a, b, 0); }
static int by_green(const void *a, const void *b) { return compare(a, b, 1); }
static int by_blue(const void *a, const void *b) { return compare(a, b, 2); }

// Cuts a box where half of its pixels lie on each side.
static void cut(Cell *cell, CellBox *b, CellBox *other)
{
    static int (*const order[])(const void *, const void *) = {by_red, by_green, by_blue};
    int64_t count = 0, below = 0;
    int k = 0;
    qsort(cell + b->first, (size_t)b->n, sizeof *cell, order[b->axis]);
    for (int i = 0; i < b->n; i++) count += cell[b->first + i].count;
    while (k < b->n - 1 && (k == 0 || 2 * below < count)) below += cell[b->first + k++].count;
    *other = (CellBox){.first = b->first + k, .n = b->n - k};
    b->n = k;
    measure(cell, b);
    measure(cell, other);
}

static void cut_boxes(Cell *cell, int used, int most, TermPalette *p)
{
    CellBox box[TERM_COLORS_MAX] = {{.n = used}};
    measure(cell, box);
    for (p->n = 1; p->n < most; p->n++) {
        int best = 0;
        for (int i = 1; i < p->n; i++) {
            if (box[i].weight > box[best].weight) best = i;
        }
        if (box[best].weight == 0) break;
        cut(cell, &box[best], &box[p->n]);
    }
    for (int i = 0; i < p->n; i++) {
        int64_t sum[3] = {0, 0, 0}, count = 0;
        for (int j = box[i].first; j < box[i].first + box[i].n; j++) {
            count += cell[j].count;
            for (int k = 0; k < 3; k++) sum[k] += cell[j].sum[k];
        }
        for (int k = 0; k < 3; k++) p->rgb[i][k] = (uint8_t)((sum[k] + count / 2) / count);
    }
}

static int nearest(const TermPalette *p, const uint8_t *px)
{
    int best = 0, least = INT_MAX;
    for (int i = 0; i < p->n; i++) {
        int r = p->rgb[i][0] - px[0], g = p->rgb[i][1] - px[1], b = p->rgb[i][2] - px[2], d = r * r + g * g + b * b;
        if (d < least) least = d, best = i;
    }
    return best;
}

// A pixel with what its neighbours lack gets its colour (found once a cell) and hands on what it lacks itself.
static int spread_pixel(const TermPalette *p, const uint8_t *px, int16_t *found, int *here, int *below)
{
    uint8_t want[3];
    for (int k = 0; k < 3; k++) {
        int v = px[k] + (here[k] + 8) / 16;
        want[k] = (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
    }
    int16_t *at = found + cell_of(want);
    if (*at < 0) *at = (int16_t)nearest(p, want);
    for (int k = 0; k < 3; k++) {
        int lack = want[k] - p->rgb[*at][k];
        here[3 + k] += 7 * lack;
        below[k - 3] += 3 * lack;
        below[k] += 5 * lack;
        below[k + 3] += lack;
    }
    return *at;
}

static bool spread(const Framebuffer *f, const TermPalette *p, int16_t *found, uint16_t *index)
{
    size_t row = 3 * ((size_t)f->width + 2);
    int *lack = mem_zalloc(2 * row * sizeof *lack);
    if (!lack) return false;
    memset(found, 0xff, CELLS * sizeof *found);
    for (int y = 0; y < f->height; y++) {
        int *here = lack + (size_t)(y & 1) * row, *below = lack + (size_t)(~y & 1) * row;
        memset(below, 0, row * sizeof *below);
        for (int x = 0; x < f->width; x++) {
            size_t i = (size_t)y * (size_t)f->width + (size_t)x, at = 3 * ((size_t)x + 1);
            index[i] = (uint16_t)spread_pixel(p, f->px + 3 * i, found, here + at, below + at);
        }
    }
    mem_free(lack);
    return true;
}

static bool some_colors(const Framebuffer *f, int most, TermPalette *p, uint16_t *index)
{
    Cell *cell = mem_zalloc(CELLS * sizeof *cell);
    int16_t *found = mem_alloc(CELLS * sizeof *found);
    bool ok = cell && found;
    if (ok) cut_boxes(cell, count_cells(f, cell), most, p);
    ok = ok && spread(f, p, found, index);
    mem_free(cell);
    mem_free(found);
    return ok;
}

Status term_palette(const Framebuffer *f, int most, TermPalette *p, uint16_t **index)
{
    uint16_t *to = *index = mem_alloc((size_t)f->width * (size_t)f->height * sizeof *to);
    if (to && (all_colors(f, most, p, to) || some_colors(f, most, p, to))) return STATUS_OK;
    mem_free(to);
    *index = NULL;
    return status_fail(E_NO_MEMORY, "Unable to allocate memory: to show a picture.");
}
