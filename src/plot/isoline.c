// See isoline.h. A cell's sides run counterclockwise from corner s to corner s + 1. A line enters a cell by a side that
// goes down, and leaves it by one that goes up. Start reading at iso_trace.
#include "plot/isoline.h"

#include "base/mem.h"

#include <math.h>
#include <string.h>

enum { SIDES_MAX = 4, ENTERED = 1, WALKED = 16 }; // bits of `state`, shifted by the side

typedef struct Side {
    int64_t cell;
    int s;
} Side;

// --- The net

static int sides_of(const IsoField *f) { return f->mesh ? 3 : 4; }

static inline int64_t corner_of(const IsoField *f, int64_t cell, int s)
{
    if (f->mesh) return f->mesh->corner[3 * cell + s];
    switch (s) {
    case 0: return cell;
    case 1: return cell + 1;
    case 2: return cell + f->nx + 1;
    default: return cell + f->nx;
    }
}

static inline Side next_side(const IsoField *f, Side side)
{
    return (Side){side.cell, side.s + 1 == sides_of(f) ? 0 : side.s + 1};
}

static inline int64_t end_of(const IsoField *f, Side side)
{
    side = next_side(f, side);
    return corner_of(f, side.cell, side.s);
}

// The same side as the cell beyond has it; false: there is none.
static inline bool beyond(const IsoField *f, Side side, Side *out)
{
    if (f->mesh) {
        int32_t twin = f->mesh->twin[3 * side.cell + side.s];
        *out = (Side){twin / 3, twin % 3};
        return twin >= 0 && f->is_cell[twin / 3];
    }
    const int64_t step[4] = {-f->nx, 1, f->nx, -1};
    *out = (Side){side.cell + step[side.s], (side.s + 2) % 4};
    return out->cell >= 0 && f->is_cell[out->cell];
}

static void find_cells(IsoField *f)
{
    if (f->mesh) {
        for (int64_t t = 0; t < f->cells; t++) {
            const int32_t *c = f->mesh->corner + 3 * t;
            f->is_cell[t] = isfinite(f->z[c[0]] + f->z[c[1]] + f->z[c[2]]) != 0;
        }
        return;
    }
    for (int64_t k = 0; k < f->points; k++) f->is_up[k] = isfinite(f->z[k]) != 0;
    for (int64_t y = 0; y + 1 < f->ny; y++) {
        const uint8_t *low = f->is_up + y * f->nx, *high = low + f->nx;
        for (int64_t x = 0; x + 1 < f->nx; x++) f->is_cell[y * f->nx + x] = low[x] & low[x + 1] & high[x] & high[x + 1];
    }
}

// Counts the sides without a cell beyond, and stores them where there is room.
static int64_t find_border(const IsoField *f, int64_t *out)
{
    int64_t n = 0;
    for (int64_t cell = 0; cell < f->cells; cell++) {
        if (!f->is_cell[cell]) continue;
        for (int s = 0; s < sides_of(f); s++) {
            Side other;
            if (beyond(f, (Side){cell, s}, &other)) continue;
            if (out) out[n] = cell * SIDES_MAX + s;
            n++;
        }
    }
    return n;
}

bool iso_begin(IsoField *f)
{
    f->points = f->mesh ? f->mesh->points : f->nx * f->ny;
    f->cells = f->mesh ? f->mesh->n : f->points;
    f->is_cell = mem_zalloc((size_t)f->cells + 1);
    f->state = mem_alloc((size_t)f->cells + 1);
    f->is_up = mem_zalloc((size_t)f->points + 16); // eight cells are looked at at once
    f->border = NULL;
    if (!f->is_cell || !f->state || !f->is_up) return false;
    find_cells(f);
    f->borders = find_border(f, NULL);
    f->border = mem_alloc((size_t)(f->borders + 1) * sizeof *f->border);
    if (f->border) find_border(f, f->border);
    return f->border != NULL;
}

void iso_end(IsoField *f)
{
    mem_free(f->is_cell);
    mem_free(f->state);
    mem_free(f->is_up);
    mem_free(f->border);
    f->is_cell = f->state = f->is_up = NULL;
    f->border = NULL;
}

void iso_free(IsoPaths *p)
{
    mem_free(p->p);
    mem_free(p->path);
    mem_free(p->crossed);
    *p = (IsoPaths){0};
}

// --- What grows

static bool grow(void **p, int64_t *room, int64_t n, size_t size)
{
    if (n < *room) return true;
    int64_t wanted = *room ? 2 * *room : 1024;
    void *more = mem_realloc(*p, (size_t)wanted * size);
    if (!more) return false;
    *p = more;
    *room = wanted;
    return true;
}

static bool add_point(IsoPaths *out, int64_t a, int64_t b, double part)
{
    if (!grow((void **)&out->p, &out->room, out->n, sizeof *out->p)) return false;
    out->p[out->n++] = (IsoPoint){a, b, part};
    return true;
}

// Where the level crosses a side: counted from the point of the lower subscript, so that both cells find the same.
static bool add_crossing(const IsoField *f, Side side, double level, IsoPaths *out)
{
    int64_t a = corner_of(f, side.cell, side.s), b = end_of(f, side);
    if (a > b) {
        int64_t t = a;
        a = b;
        b = t;
    }
    double part = (level - f->z[a]) / (f->z[b] - f->z[a]);
    if (!isfinite(part)) part = (level / 2 - f->z[a] / 2) / (f->z[b] / 2 - f->z[a] / 2); // beyond the largest number
    return add_point(out, a, b, part);
}

static bool add_path(IsoPaths *out, int64_t first, bool is_closed)
{
    if (!grow((void **)&out->path, &out->path_room, out->paths, sizeof *out->path)) return false;
    out->path[out->paths++] = (IsoPath){first, out->n - first, is_closed};
    return true;
}

// --- Lines

static bool is_entry(const IsoField *f, Side side)
{
    return f->is_up[corner_of(f, side.cell, side.s)] && !f->is_up[end_of(f, side)];
}

static bool is_exit(const IsoField *f, Side side)
{
    return !f->is_up[corner_of(f, side.cell, side.s)] && f->is_up[end_of(f, side)];
}

static double mean_of(const IsoField *f, int64_t cell)
{
    double sum = 0;
    for (int s = 0; s < 4; s++) sum += f->z[corner_of(f, cell, s)] / 4;
    return sum;
}

// By which side a line that came in by `side` leaves. Of two, the next one goes around the low corner, where the middle
// is high.
static Side exit_of(const IsoField *f, Side side, double level)
{
    Side found[2], now = side;
    int n = 0;
    for (int k = 1; k < sides_of(f); k++) {
        now = next_side(f, now);
        if (is_exit(f, now)) found[n++] = now;
    }
    return n == 2 && mean_of(f, side.cell) < level ? found[1] : found[0];
}

// The side of the border that begins where `side` ends.
static Side next_border(const IsoField *f, Side side)
{
    Side other;
    side = next_side(f, side);
    while (beyond(f, side, &other)) side = next_side(f, other);
    return side;
}

// Along the border from the end of `side` (which is high) to the next side that goes down.
static bool walk_border(IsoField *f, Side side, IsoPaths *out, Side *entry)
{
    for (;;) {
        int64_t node = end_of(f, side);
        if (!add_point(out, node, node, 0)) return false;
        side = next_border(f, side);
        f->state[side.cell] |= (uint8_t)(WALKED << side.s);
        if (is_entry(f, side)) break;
    }
    *entry = side;
    return true;
}

static bool same_side(Side a, Side b) { return a.cell == b.cell && a.s == b.s; }

// One line from a side by which it enters.
static bool trace(IsoField *f, Side start, double level, bool is_closed, IsoPaths *out)
{
    int64_t first = out->n;
    Side now = start, other;
    for (;;) {
        f->state[now.cell] &= (uint8_t) ~(ENTERED << now.s);
        if (!add_crossing(f, now, level, out)) return false;
        Side leaving = exit_of(f, now, level);
        if (beyond(f, leaving, &other)) {
            now = other;
        } else {
            if (!add_crossing(f, leaving, level, out)) return false;
            if (!is_closed) return add_path(out, first, false);
            if (!walk_border(f, leaving, out, &now)) return false;
        }
        if (same_side(now, start)) break;
    }
    IsoPoint begin = out->p[first];
    return add_point(out, begin.a, begin.b, begin.part) && add_path(out, first, true);
}

// A border that is high all along.
static bool trace_border(IsoField *f, Side start, IsoPaths *out)
{
    int64_t first = out->n;
    Side now = start;
    do {
        int64_t node = corner_of(f, now.cell, now.s);
        f->state[now.cell] |= (uint8_t)(WALKED << now.s);
        if (!add_point(out, node, node, 0)) return false;
        now = next_border(f, now);
    } while (!same_side(now, start));
    IsoPoint begin = out->p[first];
    return add_point(out, begin.a, begin.b, 0) && add_path(out, first, true);
}

// --- Finding them

static bool note_cell(IsoField *f, int64_t cell, IsoPaths *out, int64_t *n)
{
    if (!f->is_cell[cell]) return true;
    uint8_t bits = 0;
    for (int s = 0; s < sides_of(f); s++) {
        if (is_entry(f, (Side){cell, s})) bits |= (uint8_t)(ENTERED << s);
    }
    if (!bits) return true;
    f->state[cell] = bits;
    if (!grow((void **)&out->crossed, &out->crossed_room, *n, sizeof *out->crossed)) return false;
    out->crossed[(*n)++] = cell;
    return true;
}

static uint64_t eight(const uint8_t *p)
{
    uint64_t bits;
    memcpy(&bits, p, sizeof bits);
    return bits;
}

// Cells with low and high corners; eight at once are passed over where all corners are alike.
static bool find_crossed(IsoField *f, IsoPaths *out, int64_t *n)
{
    const uint64_t all = 0x0101010101010101;
    *n = 0;
    for (int64_t cell = 0; f->mesh && cell < f->cells; cell++) {
        if (!note_cell(f, cell, out, n)) return false;
    }
    for (int64_t y = 0; !f->mesh && y + 1 < f->ny; y++) {
        const uint8_t *low = f->is_up + y * f->nx, *high = low + f->nx;
        for (int64_t x = 0; x + 1 < f->nx; x += 8) {
            uint64_t a = eight(low + x), b = eight(low + x + 1), c = eight(high + x), d = eight(high + x + 1);
            if ((a | b | c | d) == 0 || (a & b & c & d) == all) continue;
            for (int64_t k = x; k < x + 8 && k + 1 < f->nx; k++) {
                if (!note_cell(f, y * f->nx + k, out, n)) return false;
            }
        }
    }
    return true;
}

static bool trace_crossed(IsoField *f, double level, bool is_closed, bool only_border, int64_t n, IsoPaths *out)
{
    for (int64_t i = 0; i < n; i++) {
        for (int s = 0; s < sides_of(f); s++) {
            Side side = {out->crossed[i], s}, other;
            if (!(f->state[side.cell] & ENTERED << s)) continue;
            if (only_border && beyond(f, side, &other)) continue;
            if (!trace(f, side, level, is_closed, out)) return false;
        }
    }
    return true;
}

bool iso_trace(IsoField *f, double level, bool is_closed, IsoPaths *out)
{
    int64_t n;
    out->n = out->paths = 0;
    for (int64_t k = 0; k < f->points; k++) f->is_up[k] = f->z[k] >= level;
    memset(f->state, 0, (size_t)f->cells);
    if (!find_crossed(f, out, &n)) return false;
    if (!is_closed && !trace_crossed(f, level, false, true, n, out)) return false;
    if (!trace_crossed(f, level, is_closed, false, n, out)) return false;
    for (int64_t i = 0; is_closed && i < f->borders; i++) {
        Side side = {f->border[i] / SIDES_MAX, (int)(f->border[i] % SIDES_MAX)};
        bool is_new = !(f->state[side.cell] & WALKED << side.s);
        bool is_high = f->is_up[corner_of(f, side.cell, side.s)] && f->is_up[end_of(f, side)];
        if (is_new && is_high && !trace_border(f, side, out)) return false;
    }
    return true;
}
