// See sphere.h.
#include "lib/gridding/sphere.h"

#include "core/sdef.h"

#include <string.h>

void mesh_check(Call *c, DelaunayFault fault)
{
    if (fault == DELAUNAY_COLLINEAR) throw_msg(c, E_VALUE, "Points are co-linear, no solution.");
    if (fault == DELAUNAY_NO_MEMORY) throw_no_memory(c);
    call_poll(c);
}

static void free_mesh(void *m) { mesh_free(m); }

TriangleMesh *mesh_of_call(Call *c)
{
    TriangleMesh *m = call_alloc(c, sizeof *m);
    call_defer(c, free_mesh, m);
    return m;
}

// Neighbours of point i and, at the border, -1; returns how many.
static int put_list(const TriangleMesh *m, int i, int32_t *out, int room)
{
    bool is_border;
    int n = mesh_around(m, i, out, room, &is_border);
    if (is_border && n < room) out[n] = -1;
    return n + is_border;
}

Val sphere_record(Call *c, const Vector *p, const TriangleMesh *m)
{
    int total = 0, at = 0;
    for (int i = 0; i < m->points; i++) total += put_list(m, i, NULL, 0);
    const int64_t places[2] = {3, m->points}, list[1] = {total ? total : 1}, ends[1] = {m->points};
    SDef *d = sdef_new(NULL);
    sdef_add(d, "XYZ", T_DOUBLE, 2, places, NULL);
    sdef_add(d, "IADJ", T_LONG, 1, list, NULL);
    sdef_add(d, "IEND", T_LONG, 1, ends, NULL);
    sdef_close(d);
    Arr *a = arr_new_struct(d, 1, (int64_t[]){1});
    sdef_drop(d);
    if (!a) throw_no_memory(c);
    char *record = a->data;
    memcpy(record + a->def->tag[0].offset, p, (size_t)m->points * sizeof *p);
    int32_t *adjacent = (int32_t *)(record + a->def->tag[1].offset), *end = (int32_t *)(record + a->def->tag[2].offset);
    for (int i = 0; i < m->points; i++) {
        at += put_list(m, i, adjacent + at, total - at);
        end[i] = at;
    }
    return val_arr_take(a);
}

static const void *tag_of(Call *c, const Arr *a, const char *name, TypeCode type, int64_t *n)
{
    int i = sdef_find(a->def, name);
    if (i < 0 || a->def->tag[i].type != type)
        throw_msg(c, E_STRUCT, "SPHERE must be a structure as TRIANGULATE returns it.");
    *n = a->def->tag[i].n;
    return (const char *)a->data + a->def->tag[i].offset;
}

TriangleMesh *sphere_of_record(Call *c, const Val *v, const Vector **p)
{
    int64_t np, nadj, nend;
    if (!v || v->type != T_STRUCT) throw_msg(c, E_STRUCT, "SPHERE must be a structure as TRIANGULATE returns it.");
    *p = tag_of(c, v->a, "XYZ", T_DOUBLE, &np);
    const int32_t *adjacent = tag_of(c, v->a, "IADJ", T_LONG, &nadj), *end = tag_of(c, v->a, "IEND", T_LONG, &nend);
    int32_t *corner = call_scratch(c, (size_t)(3 * nadj + 3) * sizeof *corner);
    int count = 0;
    bool is_sound = np == 3 * nend;
    for (int64_t i = 0, at = 0; is_sound && i < nend; i++) {
        int64_t from = at, to = end[i];
        is_sound = to >= from && to <= nadj;
        for (at = from; is_sound && at < to; at++) {
            int32_t k = adjacent[at], next = adjacent[at + 1 < to ? at + 1 : from];
            is_sound = k >= -1 && k < nend && next >= -1 && next < nend;
            if (!is_sound || k < 0 || next < 0 || i >= k || i >= next) continue;
            corner[count++] = (int32_t)i, corner[count++] = k, corner[count++] = next;
        }
    }
    if (!is_sound) throw_msg(c, E_STRUCT, "SPHERE must be a structure as TRIANGULATE returns it.");
    TriangleMesh *m = mesh_of_call(c);
    mesh_check(c, mesh_of_corners(corner, count / 3, (int)nend, m));
    return m;
}
