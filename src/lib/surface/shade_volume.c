// SHADE_VOLUME: the surface of equal value in a volume. Start reading at pro_shade_volume.
#include "lib/graphics/settings.h"
#include "plot/isosurface.h"
#include "sys/interrupt.h"
#include "kern/truncate.h"

#include <math.h>
#include <string.h>

// clang-format off
#define SHADE_VOLUME_KEYWORDS(K, R)                                                                                  \
    K(R, LOW, FLAG) K(R, SHADES, "=variable") K(R, VERBOSE, FLAG) K(R, XRANGE, "=[first, last]")                      \
    K(R, YRANGE, "=[first, last]") K(R, ZRANGE, "=[first, last]")
// clang-format on
KEYWORDS(SHADE_VOLUME)

static void free_surface(void *s) { isosurface_free(s); }

static void take_range(Call *c, int slot, int64_t n, int64_t *from, int64_t *to)
{
    int given;
    const double *range = kw_numbers(c, slot, 2, 2, &given);
    *from = 0;
    *to = n - 1;
    if (!range) return;
    bool is_sound = range[0] >= 0 && range[1] <= (double)(n - 1) && range[0] < range[1];
    if (!is_sound)
        throw_msg(c, E_VALUE, "Value of %s keyword is out of allowed range.", c->routine->keywords.p[slot].name);
    *from = truncate_i64(range[0]);
    *to = truncate_i64(range[1]);
}

static Val points_of(Call *c, const IsoSurface *s)
{
    if (!s->points) return val_long(0);
    Arr *a = call_new_array(c, T_FLOAT, 2, (int64_t[]){3, s->points}, false);
    for (int64_t i = 0; i < 3 * s->points; i++) ((float *)a->data)[i] = (float)s->p[i / 3][i % 3];
    return val_arr_take(arr_ref(a));
}

static Val polygons_of(Call *c, const IsoSurface *s)
{
    if (!s->length) return val_long(0);
    Arr *a = call_new_array(c, T_LONG, 1, (int64_t[]){s->length}, false);
    memcpy(a->data, s->polygon, (size_t)s->length * sizeof *s->polygon);
    return val_arr_take(arr_ref(a));
}

static Val shades_of(Call *c, const IsoSurface *s)
{
    if (!s->points) return val_long(0);
    Arr *a = call_new_array(c, T_BYTE, 1, (int64_t[]){s->points}, false);
    for (int64_t i = 0; i < s->points; i++) ((uint8_t *)a->data)[i] = (uint8_t)fmin(fmax(s->shade[i], 0), 255);
    return val_arr_take(arr_ref(a));
}

// SHADE_VOLUME, Volume, Value, Vertices, Polygons: the surface in a three-dimensional array on which it has a value, as
// points (FLOAT, (3, n)) and triangles (LONG, [3, i, j, k, ...]) for POLYSHADE; both 0 where there is none. Values
// below are inside, or with LOW those above. XRANGE, YRANGE and ZRANGE are the first and last subscripts that count.
// SHADES is a byte for each element of the volume, and returns one for each point; VERBOSE tells how much there is.
// Manual: SHADE_VOLUME.
static void pro_shade_volume(Call *c)
{
    int64_t n, shades;
    const Val *volume = call_arg(c, 0);
    call_hush_math(c);
    if (!val_is_array(volume) || volume->a->rank != 3)
        throw_msg(c, E_SHAPE, "Array must have 3 dimensions: %s.", call_arg_name(c, 0));
    Volume v = {
        .value = arg_numbers(c, 0, &n), .nx = volume->a->dim[0], .ny = volume->a->dim[1], .nz = volume->a->dim[2]};
    double level = call_double(c, 1);
    int64_t size[3] = {v.nx, v.ny, v.nz};
    for (int i = 0; i < 3; i++) take_range(c, KW_SHADE_VOLUME_XRANGE + i, size[i], &v.from[i], &v.to[i]);
    const Val *given = call_kw(c, KW_SHADE_VOLUME_SHADES);
    if (given) {
        const Val *numbers = call_convert(c, given, T_DOUBLE);
        shades = val_count(numbers);
        if (shades != n) throw_msg(c, E_SHAPE, "SHADES must have as many elements as the volume.");
        v.shade = val_data_peek(numbers);
    }
    IsoSurface *s = call_alloc(c, sizeof *s);
    call_defer(c, free_surface, s);
    bool is_done = isosurface_make(&v, level, !call_kw_set(c, KW_SHADE_VOLUME_LOW), sys_interrupted, s);
    call_poll(c);
    if (!is_done) throw_no_memory(c);
    if (call_kw_set(c, KW_SHADE_VOLUME_VERBOSE))
        call_warn(c, false, "%lld points, %lld triangles.", (long long)s->points, (long long)(s->length / 4));
    call_set_take(c, 2, points_of(c, s));
    call_set_take(c, 3, polygons_of(c, s));
    if (given) call_kw_set_take(c, KW_SHADE_VOLUME_SHADES, shades_of(c, s));
}

static const Routine rows[] = {
    {"SHADE_VOLUME", PROCEDURE, {4, 4}, pro_shade_volume, "Volume, Value, Vertices, Polygons", KEYS(SHADE_VOLUME)},
};
ROUTINE_TABLE(lib_shade_volume, rows)
