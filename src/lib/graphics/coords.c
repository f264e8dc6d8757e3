// See coords.h.
#include "lib/graphics/coords.h"

#include "lib/graphics/keywords.h"
#include "lib/graphics/map_state.h"
#include "lib/graphics/settings.h"

#include <math.h>
#include <string.h>

#define DEG (M_PI / 180)

Coords coords_now(Call *c, double width, double height, bool is_3d)
{
    Coords s = {.width = width, .height = height, .is_3d = is_3d || setting_long(c, 'P', "T3D")};
    for (int i = 0; i < 3; i++) {
        const double *scale = setting_doubles(c, "XYZ"[i], "S");
        s.s[i][0] = scale[0];
        s.s[i][1] = scale[1];
        s.is_log[i] = setting_long(c, "XYZ"[i], "TYPE") == 1;
    }
    memcpy(s.t, setting_doubles(c, 'P', "T"), sizeof s.t);
    s.map = map_now(c, &s.clips_map);
    return s;
}

CoordSystem coords_asked(Call *c, CoordSystem otherwise)
{
    if (call_kw_set(c, G_DATA)) return COORD_DATA;
    if (call_kw_set(c, G_NORMAL)) return COORD_NORMAL;
    if (call_kw_set(c, G_DEVICE)) return COORD_DEVICE;
    return otherwise;
}

static double scaled(const Coords *s, int i, double x)
{
    return s->s[i][0] + s->s[i][1] * (s->is_log[i] ? (x > 0 ? log10(x) : NAN) : x);
}

static double unscaled(const Coords *s, int i, double x)
{
    double value = (x - s->s[i][0]) / s->s[i][1];
    return s->is_log[i] ? pow(10, value) : value;
}

// Element [column, row] of !P.T is the matrix' row `row`, column `column`: columns run fastest in memory.
static Place turned(const Coords *s, Place p)
{
    const double v[4] = {p.x, p.y, p.z, 1};
    double out[4] = {0};
    for (int row = 0; row < 4; row++) {
        for (int k = 0; k < 4; k++) out[row] += ((const double *)s->t)[k + 4 * row] * v[k];
    }
    double w = out[3] != 0 ? out[3] : 1;
    return (Place){out[0] / w, out[1] / w, out[2] / w};
}

// Longitude and latitude on the map's plane; NaN where they are not to be seen.
static Place mapped(const Coords *s, Place p)
{
    double u, v;
    bool is_seen = projection_forward(s->map, p.x * DEG, p.y * DEG, &u, &v);
    return is_seen ? (Place){u, v, p.z} : (Place){NAN, NAN, p.z};
}

static Place unmapped(const Coords *s, Place p)
{
    double lon, lat;
    bool is_there = projection_inverse(s->map, p.x, p.y, &lon, &lat);
    return is_there ? (Place){lon / DEG, lat / DEG, p.z} : (Place){NAN, NAN, p.z};
}

Place coords_to_normal(const Coords *s, Place p, CoordSystem from)
{
    if (from == COORD_DATA && s->map) p = mapped(s, p);
    if (from == COORD_DEVICE) return (Place){p.x / s->width, p.y / s->height, p.z};
    if (from == COORD_DATA) p = (Place){scaled(s, 0, p.x), scaled(s, 1, p.y), scaled(s, 2, p.z)};
    return s->is_3d ? turned(s, p) : p;
}

Place coords_from_normal(const Coords *s, Place p, CoordSystem to)
{
    if (to == COORD_DEVICE) return (Place){p.x * s->width, p.y * s->height, p.z};
    if (to == COORD_NORMAL) return p;
    p = (Place){unscaled(s, 0, p.x), unscaled(s, 1, p.y), unscaled(s, 2, p.z)};
    return s->map ? unmapped(s, p) : p;
}

Point coords_to_device(const Coords *s, Place p, CoordSystem from)
{
    Place d = coords_from_normal(s, coords_to_normal(s, p, from), COORD_DEVICE);
    return (Point){d.x, d.y, s->is_3d ? d.z : 0};
}

void coords_data_to_device(const Coords *s, const Place *p, int64_t n, Point *out)
{
    bool is_plain = !s->map && !s->is_3d && !s->is_log[0] && !s->is_log[1] && !s->is_log[2];
    const double x0 = s->s[0][0], x1 = s->s[0][1], y0 = s->s[1][0], y1 = s->s[1][1], z0 = s->s[2][0], z1 = s->s[2][1];
    for (int64_t i = 0; is_plain && i < n; i++)
        out[i] = (Point){(x0 + x1 * p[i].x) * s->width, (y0 + y1 * p[i].y) * s->height, z0 + z1 * p[i].z};
    for (int64_t i = 0; !is_plain && i < n; i++) out[i] = coords_to_device(s, p[i], COORD_DATA);
}

Point coords_of_plane(const Coords *s, double u, double v)
{
    return (Point){scaled(s, 0, u), scaled(s, 1, v)};
}

Point coords_from_plane(const Coords *s, Point flat, double z)
{
    Place p = {flat.x, flat.y, scaled(s, 2, z)};
    if (s->is_3d) p = turned(s, p);
    return (Point){p.x * s->width, p.y * s->height, s->is_3d ? p.z : 0};
}

static Place *of_one_array(Call *c, int i, double z, int64_t *n)
{
    const Val *v = call_arg(c, i);
    int64_t count, width = val_is_array(v) ? v->a->dim[0] : 0;
    if (width != 2 && width != 3)
        throw_msg(c, E_SHAPE, "Array must have dimensions of (2,n) or (3,n): %s.", call_arg_name(c, i));
    const double *p = arg_numbers(c, i, &count);
    Place *out = call_scratch(c, (size_t)(count / width + 1) * sizeof *out);
    *n = count / width;
    for (int64_t k = 0; k < *n; k++)
        out[k] = (Place){p[width * k], p[width * k + 1], width == 3 ? p[width * k + 2] : z};
    return out;
}

Place *coords_places(Call *c, int first, int count, double z, int64_t *n)
{
    if (count == 1) return of_one_array(c, first, z, n);
    const double *part[3] = {NULL};
    int64_t len[3] = {0}, most = 0, least = INT64_MAX;
    for (int i = 0; i < count; i++) {
        part[i] = arg_numbers(c, first + i, &len[i]);
        if (len[i] > most) most = len[i];
        if (len[i] > 1 && len[i] < least) least = len[i];
    }
    *n = least < INT64_MAX ? least : most; // one value stands for all
    Place *out = call_scratch(c, (size_t)(*n + 1) * sizeof *out);
    for (int64_t k = 0; k < *n; k++) {
        out[k] = (Place){part[0][len[0] > 1 ? k : 0], part[1][len[1] > 1 ? k : 0],
                         part[2] ? part[2][len[2] > 1 ? k : 0] : z};
    }
    return out;
}
