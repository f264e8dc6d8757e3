// MORPH_DISTANCE: distances to the background by two passes, forwards and backwards, each of which brings them on from
// the half of the neighbours that it has passed (Rosenfeld and Pfaltz, Pattern Recognition 1, 1968; Borgefors, Computer
// Vision, Graphics and Image Processing 27, 1984).
#include "lib/array/axis.h"
#include "lib/format/convert.h"

#include <math.h>

#define MORPH_DISTANCE_KEYWORDS(K, R)                                                                                  \
    K(R, BACKGROUND, FLAG) K(R, NEIGHBOR_SAMPLING, "={0 | 1 | 2 | 3}") K(R, NO_COPY, FLAG)
KEYWORDS(MORPH_DISTANCE)

enum { NEIGHBOURS_MAX = 3280, OFTEN = 1 << 16 };
enum { NO_DIAGONALS, CHESSBOARD, CITY_BLOCK, EUCLIDEAN };

typedef struct Neighbour {
    int64_t offset;
    int8_t by[MAX_RANK];
    float weight;
} Neighbour;

typedef struct Distances {
    Call *call;
    const Arr *a;
    Neighbour *neighbour;
    int n;
    float *at;
} Distances;

static void find_neighbours(Distances *s, int64_t sampling)
{
    int codes = 1;
    for (int d = 0; d < s->a->rank; d++) codes *= 3;
    for (int code = 0; code < codes / 2; code++) {
        Neighbour *k = &s->neighbour[s->n];
        int64_t stride = 1;
        int moved = 0, rest = code;
        *k = (Neighbour){0};
        for (int d = 0; d < s->a->rank; stride *= s->a->dim[d++], rest /= 3) {
            k->by[d] = (int8_t)(rest % 3 - 1);
            k->offset += k->by[d] * stride;
            moved += k->by[d] != 0;
        }
        if (sampling == NO_DIAGONALS && moved > 1) continue;
        k->weight = sampling == EUCLIDEAN ? sqrtf((float)moved) : sampling == CITY_BLOCK ? (float)moved : 1;
        s->n++;
    }
}

static bool is_there(const Distances *s, const Neighbour *k, const int64_t *place, int sign)
{
    for (int d = 0; d < s->a->rank; d++) {
        int64_t i = place[d] + sign * k->by[d];
        if (i < 0 || i >= s->a->dim[d]) return false;
    }
    return true;
}

// One element, from neighbours on one side.
static void bring(const Distances *s, int64_t i, const int64_t *place, bool inside, int sign)
{
    float least = s->at[i];
    for (int k = 0; k < s->n; k++) {
        const Neighbour *m = &s->neighbour[k];
        if (!inside && !is_there(s, m, place, sign)) continue;
        float x = s->at[i + sign * m->offset] + m->weight;
        if (x < least) least = x;
    }
    s->at[i] = least;
}

// All elements, in order or backwards: neighbours by `sign` have been seen.
static void pass(const Distances *s, int sign)
{
    const Arr *a = s->a;
    int64_t place[MAX_RANK] = {0};
    for (int64_t step = 0; step < a->n; step++) {
        int64_t i = sign > 0 ? step : a->n - 1 - step, rest = i;
        bool inside = true;
        if (s->at[i] != 0) {
            for (int d = 0; d < a->rank; rest /= a->dim[d++]) {
                place[d] = rest % a->dim[d];
                inside &= place[d] > 0 && place[d] < a->dim[d] - 1;
            }
            bring(s, i, place, inside, sign);
        }
        if ((step & (OFTEN - 1)) == OFTEN - 1) call_poll(s->call);
    }
}

static bool is_edge(const Arr *a, int64_t i)
{
    for (int d = 0; d < a->rank; i /= a->dim[d++]) {
        if (i % a->dim[d] == 0 || i % a->dim[d] == a->dim[d] - 1) return true;
    }
    return false;
}

static Val *result_of(Distances *s, const Val *v, bool background, bool euclidean)
{
    void *out;
    Val *cell = convert_unset_like(s->call, v, euclidean ? T_FLOAT : T_LONG, &out);
    for (int64_t i = 0; i < s->a->n; i++) {
        float x = background && is_edge(s->a, i) ? 0 : s->at[i];
        if (euclidean)
            ((float *)out)[i] = x;
        else
            ((int32_t *)out)[i] = isinf(x) ? INT32_MAX : (int32_t)x;
    }
    return cell;
}

// MORPH_DISTANCE(Data [, /BACKGROUND] [, NEIGHBOR_SAMPLING={0 | 1 | 2 | 3}] [, /NO_COPY]): for each element that is not
// 0 the distance to the nearest that is (with BACKGROUND the other way round, and 0 at the edges), LONG, in steps to
// direct neighbours (0), to all (1), to all with diagonal ones counted as the steps they are made of (2); or FLOAT, by
// the lengths of the steps (3). Where there is no such element it is infinite, or the greatest LONG. NO_COPY leaves
// Data undefined. Manual: MORPH_DISTANCE.
static void fn_morph_distance(Call *c)
{
    const Val *v = call_arg(c, 0);
    axis_need_numeric(c, v, 0);
    if (!val_is_array(v))
        throw_msg(c, E_SHAPE, "Expression must be an array in this context: %s.", call_arg_name(c, 0));
    int64_t sampling = call_kw_int(c, KW_MORPH_DISTANCE_NEIGHBOR_SAMPLING, NO_DIAGONALS);
    if (sampling < NO_DIAGONALS || sampling > EUCLIDEAN) {
        throw_msg(c, E_VALUE, "Illegal value of keyword NEIGHBOR_SAMPLING.");
    }
    bool background = call_kw_set(c, KW_MORPH_DISTANCE_BACKGROUND);
    const Dcx *z = type_is_complex(v->type) ? val_data_peek(call_convert(c, v, T_DCOMPLEX)) : NULL;
    const double *x = z ? NULL : val_data_peek(call_convert(c, v, T_DOUBLE));
    Distances s = {.call = c, .a = v->a, .neighbour = call_scratch(c, NEIGHBOURS_MAX * sizeof *s.neighbour)};
    s.at = call_scratch(c, (size_t)v->a->n * sizeof *s.at);
    for (int64_t i = 0; i < v->a->n; i++)
        s.at[i] = (z ? z[i].re != 0 || z[i].im != 0 : x[i] != 0) != background ? INFINITY : 0;
    find_neighbours(&s, sampling);
    pass(&s, 1);
    pass(&s, -1);
    Val *cell = result_of(&s, v, background, sampling == EUCLIDEAN);
    if (call_kw_set(c, KW_MORPH_DISTANCE_NO_COPY) && call_arg_is_var(c, 0)) call_set_take(c, 0, VAL_UNDEF);
    call_return_take(c, val_take(cell));
}

static const Routine rows[] = {
    {"MORPH_DISTANCE", FUNCTION, {1, 1}, fn_morph_distance, "Data", KEYS(MORPH_DISTANCE)},
};
ROUTINE_TABLE(lib_distance, rows)
