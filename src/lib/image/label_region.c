// LABEL_REGION: connected elements get the number of their region. One pass joins each element with its neighbours
// before it, as trees of provisional numbers (Galler and Fischer 1964; Rosenfeld and Pfaltz 1966), the second numbers
// the trees.
#include "lib/array/axis.h"
#include "lib/format/convert.h"

#include <string.h>

#define LABEL_REGION_KEYWORDS(K, R) K(R, ALL_NEIGHBORS, FLAG) K(R, ULONG, FLAG)
KEYWORDS(LABEL_REGION)

enum { OFTEN = 1 << 16, NEIGHBOURS_MAX = 3280 }; // half of 3^8 - 1

typedef struct Labels {
    Call *call;
    const uint8_t *set; // elements that are not 0
    const Arr *a;
    int64_t before[NEIGHBOURS_MAX];
    int neighbours;
    uint32_t *at, *parent, count;
} Labels;

// Offsets of the neighbours that come before an element.
static void find_neighbours(Labels *l, bool all)
{
    int64_t by[MAX_RANK];
    int codes = 1;
    for (int d = 0; d < l->a->rank; d++) codes *= 3;
    for (int code = 0; code < codes / 2; code++) { // the first half of all: the highest dimension that differs is -1
        int moved = 0, rest = code;
        for (int d = 0; d < l->a->rank; d++, rest /= 3) moved += (by[d] = rest % 3 - 1) != 0;
        if (!all && moved > 1) continue;
        int64_t offset = 0, stride = 1;
        for (int d = 0; d < l->a->rank; stride *= l->a->dim[d++]) offset += by[d] * stride;
        l->before[l->neighbours++] = offset;
    }
}

static uint32_t root_of(uint32_t *parent, uint32_t i)
{
    while (parent[i] != i) i = parent[i] = parent[parent[i]];
    return i;
}

static void label_one(Labels *l, int64_t i)
{
    uint32_t here = 0;
    for (int k = 0; k < l->neighbours; k++) {
        uint32_t there = l->at[i + l->before[k]];
        if (!there || there == here) continue;
        there = root_of(l->parent, there);
        if (!here)
            here = there;
        else if (there < here)
            here = l->parent[here] = there;
        else
            l->parent[there] = here;
    }
    if (!here) {
        here = ++l->count;
        l->parent[here] = here;
    }
    l->at[i] = here;
}

// Where the row that begins at i lies at an edge of another dimension.
static bool is_edge(const Arr *a, int64_t i)
{
    i /= a->dim[0];
    for (int d = 1; d < a->rank; i /= a->dim[d++]) {
        int64_t at = i % a->dim[d];
        if (at == 0 || at == a->dim[d] - 1) return true;
    }
    return false;
}

static void label_all(Labels *l)
{
    const Arr *a = l->a;
    int64_t nx = a->dim[0], done = 0;
    for (int64_t row = 0; row < a->n; row += nx) {
        if ((done += nx) >= OFTEN) done = 0, call_poll(l->call);
        if (is_edge(a, row)) continue;
        for (int64_t i = row + 1; i < row + nx - 1; i++) {
            if (l->set[i]) label_one(l, i);
        }
    }
}

// Numbers without gaps, by the first element of each region; how many there are.
static uint32_t number(Labels *l)
{
    uint32_t n = 0;
    for (uint32_t i = 1; i <= l->count; i++) l->parent[i] = l->parent[i] == i ? ++n : l->parent[l->parent[i]];
    return n;
}

static const uint8_t *elements_set(Call *c, const Val *v)
{
    if (v->type == T_FLOAT || v->type == T_DOUBLE || type_is_complex(v->type)) v = call_convert(c, v, T_LONG);
    size_t size = type_size(v->type);
    const char *p = v->a->data;
    uint8_t *set = call_scratch(c, (size_t)v->a->n);
    static const char zero[8];
    for (int64_t i = 0; i < v->a->n; i++) set[i] = size == 1 ? p[i] : memcmp(p + (size_t)i * size, zero, size) != 0;
    return set;
}

// LABEL_REGION(Data [, /ALL_NEIGHBORS] [, /ULONG]): for each element that is not 0 the number of its region, from 1, in
// an array of Data's shape; elements at the edges count as 0. Neighbours differ by 1 in one dimension, with
// ALL_NEIGHBORS in any. Manual: LABEL_REGION.
static void fn_label_region(Call *c)
{
    const Val *v = call_arg(c, 0);
    axis_need_numeric(c, v, 0);
    if (!val_is_array(v))
        throw_msg(c, E_SHAPE, "Expression must be an array in this context: %s.", call_arg_name(c, 0));
    bool wide = call_kw_set(c, KW_LABEL_REGION_ULONG);
    int64_t n = v->a->n;
    if (n > UINT32_MAX) throw_msg(c, E_VALUE, "Array has too many elements.");
    Labels *l = call_alloc(c, sizeof *l);
    *l = (Labels){.call = c, .a = v->a, .set = elements_set(c, v)};
    find_neighbours(l, call_kw_set(c, KW_LABEL_REGION_ALL_NEIGHBORS));
    l->at = call_alloc(c, (size_t)n * sizeof *l->at);
    l->parent = call_scratch(c, (size_t)(n / 2 + 2) * sizeof *l->parent);
    label_all(l);
    uint32_t regions = number(l);
    if (!wide && regions > INT16_MAX) throw_msg(c, E_VALUE, "There are more than 32767 regions: set ULONG.");
    l->parent[0] = 0;
    void *out;
    Val *cell = convert_unset_like(c, v, wide ? T_ULONG : T_INT, &out);
    for (int64_t i = 0; i < n; i++) {
        if (wide)
            ((uint32_t *)out)[i] = l->parent[l->at[i]];
        else
            ((int16_t *)out)[i] = (int16_t)l->parent[l->at[i]];
    }
    call_return_take(c, val_take(cell));
}

static const Routine rows[] = {
    {"LABEL_REGION", FUNCTION, {1, 1}, fn_label_region, "Data", KEYS(LABEL_REGION)},
};
ROUTINE_TABLE(lib_label_region, rows)
