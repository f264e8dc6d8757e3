// XYOUTS: texts anywhere. Start reading at pro_xyouts.
#include "lib/graphics/annotation.h"
#include "lib/graphics/settings.h"
#include "kern/truncate.h"

#include <math.h>
#include <string.h>

// clang-format off
#define XYOUTS_KEYWORDS(K, R)                                                                                       \
    GRAPHICS_LIST(K, R) K(R, ALIGNMENT, "=value") K(R, SIZE, HIDDEN) K(R, TEXT_AXES, "={0|1|2|3|4|5}") K(R, WIDTH, OUT)
// clang-format on
KEYWORDS(XYOUTS)

typedef struct Labels {
    const Str **text;
    int64_t n;
} Labels;

static Labels texts_of(Call *c, int i)
{
    const Val *v = call_convert(c, call_arg(c, i), T_STRING);
    Labels l = {.n = val_count(v)};
    l.text = call_scratch(c, (size_t)(l.n + 1) * sizeof *l.text);
    for (int64_t k = 0; k < l.n; k++) l.text[k] = val_is_array(v) ? ((StrSlot *)v->a->data)[k].p : v->s;
    return l;
}

static double part_of(const double *p, int64_t n, int64_t i) { return n == 1 ? p[0] : p[i % n]; }

// In three dimensions a text lies on a plane through its place: TEXT_AXES 0 xy, 1 xz, 2 yz, 3 yx, 4 zx, 5 zy (the first is
// the direction of the line).
static Plane text_plane(Call *c, const Canvas *v, const Coords *s, Place place, CoordSystem from)
{
    static const int axes[6][2] = {{0, 1}, {0, 2}, {1, 2}, {1, 0}, {2, 0}, {2, 1}};
    int which = gfx_ranged(c, call_kw_int(c, KW_XYOUTS_TEXT_AXES, 0), 0, 5, "TEXT_AXES keyword");
    Coords flat = *s;
    flat.is_3d = false;
    Place p = coords_to_normal(&flat, place, from);
    Plane plane = {.origin = {p.x, p.y, p.z}, .width = v->width, .height = v->height};
    memcpy(plane.t, s->t, sizeof plane.t);
    plane.right[axes[which][0]] = plane.up[axes[which][1]] = 1;
    return plane;
}

// The width of a text, which is drawn from the place.
static double write_in_space(Call *c, Canvas *v, const Coords *s, Place place, CoordSystem from, const Str *text,
                             const TextStyle *style, bool is_measured)
{
    Gfx *g = gfx_of(c->vm);
    Plane plane = text_plane(c, v, s, place, from);
    v->plane = &plane;
    double width = canvas_text(v, str_text(text), str_len(text), (Point){0, 0}, style, is_measured);
    v->plane = NULL;
    Point end = plane_point(&plane, (Point){g->text_end[0], g->text_end[1]});
    if (!is_measured) g->text_end[0] = end.x, g->text_end[1] = end.y;
    return width;
}

// XYOUTS, [X, Y,] Text: writes texts at places: the data's, or normal or device ones. Without a place the text goes on
// where the last ended. X, Y, Text, ALIGNMENT (0 left, 0.5 middle, 1 right of the place), ORIENTATION (degrees),
// CHARSIZE and COLOR may be arrays. WIDTH returns the width in normal coordinates; CHARSIZE=-1 measures and draws
// nothing. Embedded commands (!U, !N, !7, !C, ...) work. With T3D the text lies in space, at the height Z (TEXT_AXES says on
// which plane). Manual: XYOUTS.
static void pro_xyouts(Call *c)
{
    if (c->argc == 2) throw_msg(c, E_ARGS, "Incorrect number of arguments.");
    int64_t n = 1;
    int na, no, ns, nc;
    Coords s;
    CoordSystem from = coords_asked(c, COORD_DATA);
    int size_slot = call_kw(c, G_CHARSIZE) ? G_CHARSIZE : KW_XYOUTS_SIZE;  // SIZE: its name in old programs
    Labels l = texts_of(c, c->argc - 1);
    Place *places = c->argc == 3 ? coords_places(c, 0, 2, call_kw_double(c, G_Z, 0), &n) : NULL;
    const double *align = kw_numbers(c, KW_XYOUTS_ALIGNMENT, 1, INT32_MAX, &na),
                 *turn = kw_numbers(c, G_ORIENTATION, 1, INT32_MAX, &no);
    const double *size = kw_numbers(c, size_slot, 1, INT32_MAX, &ns),
                 *color = kw_numbers(c, G_COLOR, 1, INT32_MAX, &nc);
    Canvas *v = annotation_open(c, &s);
    if (s.map && !call_kw_given(c, G_NOCLIP)) canvas_clip(v, NULL); // texts go over a map's border
    Gfx *g = gfx_of(c->vm);
    double usual = setting_float(c, 'P', "CHARSIZE"), width = 0;
    TextStyle style = {.thick = kw_or_float(c, G_CHARTHICK, 'P', "CHARTHICK")};
    int64_t count = l.n > n ? (n > 1 ? n : l.n) : n > l.n && l.n > 1 ? l.n : n;
    for (int64_t i = 0; i < count; i++) {
        const Str *text = l.text[l.n == 1 ? 0 : i];
        call_poll(c);
        Point at =
            places ? coords_to_device(&s, places[n == 1 ? 0 : i], from) : (Point){g->text_end[0], g->text_end[1]};
        double asked = size ? part_of(size, ns, i) : usual;
        style.size = asked != 0 ? fabs(asked) : 1;
        style.degrees = turn ? part_of(turn, no, i) : 0;
        style.alignment = align ? part_of(align, na, i) : 0;
        if (color) canvas_color(v, truncate_i64(part_of(color, nc, i)));
        bool is_drawn = !(asked < 0) && isfinite(at.x) && isfinite(at.y);
        if (places && s.is_3d && from != COORD_DEVICE)
            width = write_in_space(c, v, &s, places[n == 1 ? 0 : i], from, text, &style, !is_drawn);
        else
            width = canvas_text(v, str_text(text), str_len(text), at, &style, !is_drawn);
    }
    call_kw_set_take(c, KW_XYOUTS_WIDTH, val_float((float)(width / v->width)));
    canvas_close(v);
}

static const Routine rows[] = {
    {"XYOUTS", PROCEDURE, {1, 3}, pro_xyouts, "[X, Y,] Text", KEYS(XYOUTS)},
};
ROUTINE_TABLE(lib_xyouts, rows)
