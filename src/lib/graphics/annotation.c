// See annotation.h.
#include "lib/graphics/annotation.h"

#include "lib/graphics/settings.h"
#include "kern/truncate.h"

Canvas *annotation_open(Call *c, Coords *s)
{
    Box clip;
    Canvas *v = canvas_open(c);
    *s = coords_now(c, v->width, v->height, call_kw_set(c, G_T3D));
    bool is_map = s->map && s->clips_map && coords_asked(c, COORD_DATA) == COORD_DATA;
    if (series_clip(c, s, is_map, &clip)) canvas_clip(v, &clip);
    int n;
    const double *color = kw_numbers(c, G_COLOR, 1, 1, &n);
    canvas_color(v, color ? truncate_i64(color[0]) : setting_long(c, 'P', "COLOR"));
    return v;
}

Point *annotation_points(Call *c, const Coords *s, const Place *p, int64_t n, CoordSystem from)
{
    Point *out = call_scratch(c, (size_t)(n + 1) * sizeof *out);
    for (int64_t i = 0; i < n; i++) out[i] = coords_to_device(s, p[i], from);
    return out;
}
