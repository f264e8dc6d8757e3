// GeoTIFF as a structure. The three tags of the model are arrays of doubles; the key directory (OGC 19-008r4, 7.1.2: a
// header of four shorts, then key, where its value is, count, value or offset) becomes a tag for each key. Start at
// geotiff_structure.
#include "lib/picture/geotiff.h"

#include "lib/picture/picture.h"
#include "vm/structure/structure.h"

#include <stdlib.h>
#include <string.h>

typedef struct GeoKey {
    uint16_t id;
    const char *name; // in capitals, without GEOKEY
} GeoKey;

// OGC 19-008r4, annex B and D; names as in the GeoTIFF specification 1.0, 6.2.
static const GeoKey keys[] = {
    {1024, "GTMODELTYPE"},
    {1025, "GTRASTERTYPE"},
    {1026, "GTCITATION"},
    {2048, "GEOGRAPHICTYPE"},
    {2049, "GEOGCITATION"},
    {2050, "GEOGGEODETICDATUM"},
    {2051, "GEOGPRIMEMERIDIAN"},
    {2052, "GEOGLINEARUNITS"},
    {2053, "GEOGLINEARUNITSIZE"},
    {2054, "GEOGANGULARUNITS"},
    {2055, "GEOGANGULARUNITSIZE"},
    {2056, "GEOGELLIPSOID"},
    {2057, "GEOGSEMIMAJORAXIS"},
    {2058, "GEOGSEMIMINORAXIS"},
    {2059, "GEOGINVFLATTENING"},
    {2060, "GEOGAZIMUTHUNITS"},
    {2061, "GEOGPRIMEMERIDIANLONG"},
    {2062, "GEOGTOWGS84"},
    {3072, "PROJECTEDCSTYPE"},
    {3073, "PCSCITATION"},
    {3074, "PROJECTION"},
    {3075, "PROJCOORDTRANS"},
    {3076, "PROJLINEARUNITS"},
    {3077, "PROJLINEARUNITSIZE"},
    {3078, "PROJSTDPARALLEL1"},
    {3079, "PROJSTDPARALLEL2"},
    {3080, "PROJNATORIGINLONG"},
    {3081, "PROJNATORIGINLAT"},
    {3082, "PROJFALSEEASTING"},
    {3083, "PROJFALSENORTHING"},
    {3084, "PROJFALSEORIGINLONG"},
    {3085, "PROJFALSEORIGINLAT"},
    {3086, "PROJFALSEORIGINEASTING"},
    {3087, "PROJFALSEORIGINNORTHING"},
    {3088, "PROJCENTERLONG"},
    {3089, "PROJCENTERLAT"},
    {3090, "PROJCENTEREASTING"},
    {3091, "PROJCENTERNORTHING"},
    {3092, "PROJSCALEATNATORIGIN"},
    {3093, "PROJSCALEATCENTER"},
    {3094, "PROJAZIMUTHANGLE"},
    {3095, "PROJSTRAIGHTVERTPOLELONG"},
    {4096, "VERTICALCSTYPE"},
    {4097, "VERTICALCITATION"},
    {4098, "VERTICALDATUM"},
    {4099, "VERTICALUNITS"},
};
enum { NKEYS = sizeof keys / sizeof *keys, NAME_MAX_ = 40, GEO_MAX = 1 << 17 };

typedef struct Made { // a structure as it grows
    const char *tag[NKEYS + 3];
    Val value[NKEYS + 3];
    int n;
} Made;

static void add_take(Call *c, Made *m, const char *tag, Val v)
{
    m->tag[m->n] = tag;
    m->value[m->n++] = *call_keep_take(c, v);
}

static void add_doubles(Call *c, Made *m, const char *tag, const double *p, uint32_t n, int first)
{
    if (n == 0 || n > GEO_MAX) return;
    int64_t dim[2] = {first ? first : (int64_t)n, first ? n / (uint32_t)first : 1};
    if (first && dim[1] < 1) return;
    Arr *a = call_new_array(c, T_DOUBLE, arr_trim_rank(2, dim), dim, false);
    memcpy(a->data, p, (size_t)a->n * sizeof *p);
    add_take(c, m, tag, val_arr_take(arr_ref(a)));
}

static const char *tag_name(Call *c, const GeoKey *key)
{
    char *name = call_alloc(c, NAME_MAX_);
    strcat(strcpy(name, key->name), "GEOKEY");
    return name;
}

static Val text_value(const TiffGeo *g, uint32_t at, uint32_t n)
{
    size_t len = g->text ? strlen(g->text) : 0;
    if (at >= len) return val_string("");
    if (n > len - at) n = (uint32_t)(len - at);
    if (n && g->text[at + n - 1] == '|') n--; // ends each text
    return val_stringn(g->text + at, n);
}

// Entry e of the directory: key, tag, count, value.
static void add_key(Call *c, Made *m, const TiffGeo *g, const uint16_t *e)
{
    const GeoKey *key = NULL;
    for (int i = 0; i < NKEYS; i++) {
        if (keys[i].id == e[0]) key = &keys[i];
    }
    if (!key) return;
    const char *name = tag_name(c, key);
    for (int i = 0; i < m->n; i++) {
        if (strcmp(m->tag[i], name) == 0) return;
    }
    uint32_t n = e[2], at = e[3];
    if (e[1] == 0) {
        add_take(c, m, name, val_int((int16_t)e[3]));
    } else if (e[1] == TIFF_GEO_TEXT) {
        add_take(c, m, name, text_value(g, at, n));
    } else if (e[1] == TIFF_GEO_DOUBLES && n > 0 && at + n <= g->ndoubles) {
        add_take(c, m, name, n == 1 ? val_double(g->doubles[at]) : picture_vector(c, T_DOUBLE, g->doubles + at, n));
    } else if (e[1] == TIFF_GEO_KEYS && n > 0 && at + n <= g->nkeys) {
        add_take(c, m, name, n == 1 ? val_int((int16_t)g->keys[at]) : picture_vector(c, T_INT, g->keys + at, n));
    }
}

Val geotiff_structure(Call *c, const TiffGeo *g)
{
    Made *m = call_alloc(c, sizeof *m);
    add_doubles(c, m, "MODELPIXELSCALETAG", g->scale, g->nscale, 0);
    if (g->ntransformation == 16) add_doubles(c, m, "MODELTRANSFORMATIONTAG", g->transformation, 16, 4);
    add_doubles(c, m, "MODELTIEPOINTTAG", g->tiepoints, g->ntiepoints, 6);
    if (g->nkeys >= 4) {
        uint32_t n = g->keys[3], most = g->nkeys / 4 - 1;
        for (uint32_t i = 0; i < n && i < most; i++) add_key(c, m, g, g->keys + 4 + 4 * (size_t)i);
    }
    if (!m->n) return val_long(0);
    Val out = VAL_UNDEF;
    TRY(c, struct_make(c->vm, NULL, m->tag, m->value, m->n, &out));
    return out;
}

// --- out

typedef struct Directory {
    uint16_t *shorts; // header, entries, then values of several shorts
    double *doubles;
    Buf *text;
    uint32_t nentries, nextra, ndoubles;
    uint16_t entry[NKEYS][4];
    uint16_t extra[GEO_MAX / 4];
} Directory;

static int by_id(const void *a, const void *b) { return (int)*(const uint16_t *)a - (int)*(const uint16_t *)b; }

static const GeoKey *key_named(const char *name)
{
    size_t n = strlen(name), end = strlen("GEOKEY");
    if (n <= end || strcmp(name + n - end, "GEOKEY") != 0) return NULL;
    for (int i = 0; i < NKEYS; i++) {
        if (strlen(keys[i].name) == n - end && strncmp(keys[i].name, name, n - end) == 0) return &keys[i];
    }
    return NULL;
}

static void put_doubles(Call *c, Directory *d, uint16_t *e, const Val *v)
{
    const Val *x = call_convert(c, v, T_DOUBLE);
    int64_t n = val_count(x);
    if (d->ndoubles + n > GEO_MAX / 4) throw_msg(c, E_VALUE, "GEOTIFF: too many values.");
    e[1] = TIFF_GEO_DOUBLES;
    e[2] = (uint16_t)n;
    e[3] = (uint16_t)d->ndoubles;
    memcpy(d->doubles + d->ndoubles, val_data_peek(x), (size_t)n * sizeof(double));
    d->ndoubles += (uint32_t)n;
}

static void put_shorts(Call *c, Directory *d, uint16_t *e, const Val *v)
{
    const Val *x = call_convert(c, v, T_UINT);
    int64_t n = val_count(x);
    const uint16_t *p = val_data_peek(x);
    e[2] = (uint16_t)n;
    if (n == 1) {
        e[3] = *p;
        return;
    }
    if (d->nextra + n > GEO_MAX / 4) throw_msg(c, E_VALUE, "GEOTIFF: too many values.");
    e[1] = TIFF_GEO_KEYS;
    e[3] = (uint16_t)d->nextra; // counted from behind the entries until all are there
    memcpy(d->extra + d->nextra, p, (size_t)n * sizeof *p);
    d->nextra += (uint32_t)n;
}

static void put_text(Call *c, Directory *d, uint16_t *e, const Val *v)
{
    const Str *s = val_to_str_peek(c, v, "GEOTIFF");
    size_t at = d->text->len;
    if (at + str_len(s) + 1 > UINT16_MAX) throw_msg(c, E_VALUE, "GEOTIFF: its texts are too long.");
    buf_put(d->text, str_text(s), str_len(s));
    buf_putc(d->text, '|');
    e[1] = TIFF_GEO_TEXT;
    e[2] = (uint16_t)(str_len(s) + 1);
    e[3] = (uint16_t)at;
}

static void put_key(Call *c, Directory *d, const GeoKey *key, const Val *v)
{
    uint16_t *e = d->entry[d->nentries++];
    e[0] = key->id;
    if (v->type == T_STRING)
        put_text(c, d, e, v);
    else if (type_in(v->type, TYPES_REAL))
        put_doubles(c, d, e, v);
    else if (type_is_integer(v->type))
        put_shorts(c, d, e, v);
    else
        throw_msg(c, E_TYPE, "GEOTIFF: the value of %sGEOKEY is of a wrong type.", key->name);
}

static const double *model(Call *c, const Val *v, const char *name, int64_t divisor, int64_t most, uint32_t *n)
{
    const Val *x = call_convert(c, v, T_DOUBLE);
    int64_t count = val_count(x);
    if (count < 1 || count % divisor || count > most)
        throw_msg(c, E_VALUE, "GEOTIFF: %s has a wrong number of elements.", name);
    *n = (uint32_t)count;
    return val_data_peek(x);
}

static void put_directory(Call *c, Directory *d, TiffGeo *g)
{
    if (!d->nentries) return;
    qsort(d->entry, d->nentries, sizeof *d->entry, by_id);
    uint32_t first = 4 * (1 + d->nentries);
    d->shorts = call_alloc(c, (first + d->nextra) * sizeof *d->shorts);
    const uint16_t head[4] = {1, 1, 0, (uint16_t)d->nentries};
    memcpy(d->shorts, head, sizeof head);
    for (uint32_t i = 0; i < d->nentries; i++) {
        if (d->entry[i][1] == TIFF_GEO_KEYS) d->entry[i][3] = (uint16_t)(d->entry[i][3] + first);
    }
    memcpy(d->shorts + 4, d->entry, d->nentries * sizeof *d->entry);
    memcpy(d->shorts + first, d->extra, d->nextra * sizeof *d->extra);
    g->keys = d->shorts;
    g->nkeys = first + d->nextra;
    g->doubles = d->doubles;
    g->ndoubles = d->ndoubles;
    if (d->text->len) g->text = d->text->p;
}

static void free_text(void *b) { buf_free(b); }

void geotiff_tags(Call *c, const Val *structure, TiffGeo *g)
{
    *g = (TiffGeo){0};
    if (structure->type != T_STRUCT || structure->a->n != 1) {
        if (type_is_numeric(structure->type)) return; // 0: what READ_TIFF gives for a file without
        throw_msg(c, E_TYPE, "GEOTIFF keyword must be a structure.");
    }
    Directory *d = call_alloc(c, sizeof *d);
    d->doubles = call_alloc(c, GEO_MAX / 4 * sizeof *d->doubles);
    d->text = call_alloc(c, sizeof *d->text);
    *d->text = BUF_INIT(BUF_NO_LIMIT);
    call_defer(c, free_text, d->text);
    const SDef *def = structure->a->def;
    for (int i = 0; i < def->ntags; i++) {
        const char *name = def->tag[i].name;
        Val tag = VAL_UNDEF;
        TRY(c, struct_get_tag(structure, i, &tag));
        const Val *v = call_keep_take(c, tag);
        const GeoKey *key = key_named(name);
        if (strcmp(name, "MODELPIXELSCALETAG") == 0)
            g->scale = model(c, v, name, 1, 3, &g->nscale);
        else if (strcmp(name, "MODELTRANSFORMATIONTAG") == 0)
            g->transformation = model(c, v, name, 16, 16, &g->ntransformation);
        else if (strcmp(name, "MODELTIEPOINTTAG") == 0)
            g->tiepoints = model(c, v, name, 6, GEO_MAX, &g->ntiepoints);
        else if (key)
            put_key(c, d, key, v);
        else
            throw_msg(c, E_TAG, "GEOTIFF: %s is no tag of GeoTIFF.", name);
    }
    put_directory(c, d, g);
}
