// What READ_JPEG2000, WRITE_JPEG2000 and IDLffJPEG2000 (pro/) are made of. The codec is the module `jpeg2000`
// (image/jpeg2000.h). Start at fn_read.
#include "image/jpeg2000.h"
#include "lib/picture/picture.h"

#include "lib/graphics/state.h"
#include "sys/dynlib.h"

#define JP2_READ_KEYWORDS(K, R)                                                                                        \
    K(R, LAYERS, "=number") K(R, LEVELS, "=number") K(R, ORDER, FLAG) K(R, REGION, "=[x, y, width, height]")
KEYWORDS(JP2_READ)
// clang-format off
#define JP2_WRITE_KEYWORDS(K, R)                                                                                            \
    K(R, DEPTH, "=bits") K(R, LAYERS, "=number") K(R, LEVELS, "=number") K(R, ORDER, FLAG) K(R, PROGRESSION, "=number")     \
    K(R, RATIOS, "=array") K(R, REVERSIBLE, FLAG) K(R, SIGNED, FLAG) K(R, TILE, "=[width, height]") K(R, YCC, FLAG)
// clang-format on
KEYWORDS(JP2_WRITE)

static const Jpeg2000Codec *jpeg2000_codec(Call *c)
{
    const void *table;
    TRY(c, dynlib_table(JPEG2000_MODULE, &table));
    return table;
}

static void *place_array(void *arg, const Pixels *p, TypeCode t)
{
    Arr **a = arg;
    int64_t dim[3] = {p->width, p->height, p->channels};
    *a = arr_new(t, arr_trim_rank(3, dim), dim, false);
    return *a ? (*a)->data : NULL;
}

// HELIO_JPEG2000_READ(Bytes): the planes [columns, rows, components] of a JPEG 2000 file, row 0 at the bottom unless
// ORDER is set. LEVELS of the finest resolution are left out, and quality layers behind LAYERS. Used by the engine
// itself, as HELIO_JPEG2000_WRITE.
static void fn_read(Call *c)
{
    const Jpeg2000Codec *codec = jpeg2000_codec(c);
    call_hush_math(c); // the codec's own
    const Val *bytes = call_convert(c, gfx_array_arg(c, 0), T_BYTE);
    Arr *a = NULL;
    Jpeg2000ReadOptions opt = {.place = place_array, .place_arg = &a, .bottom_up = !call_kw_set(c, KW_JP2_READ_ORDER)};
    opt.discard_levels = gfx_ranged(c, call_kw_int(c, KW_JP2_READ_LEVELS, 0), 0, 32, "DISCARD_LEVELS keyword");
    opt.max_layers = gfx_ranged(c, call_kw_int(c, KW_JP2_READ_LAYERS, 0), 0, 65535, "MAX_LAYERS keyword");
    const Val *region = call_kw(c, KW_JP2_READ_REGION);
    if (region) {
        if (val_count(region) != 4) throw_msg(c, E_VALUE, "REGION keyword must have 4 elements.");
        const int64_t *p = val_data_peek(call_convert(c, region, T_LONG64));
        for (int i = 0; i < 4; i++) opt.region[i] = gfx_ranged(c, p[i], i < 2 ? 0 : 1, INT32_MAX, "REGION keyword");
    }
    Status s = codec->read(bytes->a->data, (size_t)bytes->a->n, &opt);
    if (a) call_keep_take(c, val_arr_take(a));
    TRY(c, s);
    call_return_take(c, val_arr_take(arr_ref(a)));
}

// Five, or as many as so small an image, or its tiles, can be halved.
static int usual_levels(const Jpeg2000WriteOptions *opt)
{
    int least = opt->width < opt->height ? opt->width : opt->height, n = 0;
    if (opt->tile_width > 0 && opt->tile_width < least) least = opt->tile_width;
    if (opt->tile_height > 0 && opt->tile_height < least) least = opt->tile_height;
    while (n < 5 && least >> (n + 1) > 0) n++;
    return n;
}

static void take_ratios(Call *c, Jpeg2000WriteOptions *opt)
{
    const Val *v = call_kw(c, KW_JP2_WRITE_RATIOS);
    if (!v) return;
    if (val_count(v) != opt->layers) throw_msg(c, E_VALUE, "There must be as many bit rates as layers.");
    opt->ratio = val_data_peek(call_convert(c, v, T_FLOAT));
}

// HELIO_JPEG2000_WRITE(Planes): the bytes of a codestream of planes [columns, rows, components].
static void fn_write(Call *c)
{
    const Jpeg2000Codec *codec = jpeg2000_codec(c);
    call_hush_math(c); // the codec's own
    const Val *planes = call_convert(c, gfx_array_arg(c, 0), T_LONG);
    const Arr *a = planes->a;
    if (a->rank > 3 || a->dim[0] > INT32_MAX / 8 || a->dim[1] > INT32_MAX / 8 || a->dim[2] > JPEG2000_COMPONENTS_MAX)
        throw_msg(c, E_SHAPE, "Image is too large for a JPEG 2000 file.");
    Jpeg2000WriteOptions opt = {.width = (int)a->dim[0],
                                .height = (int)a->dim[1],
                                .components = (int)a->dim[2],
                                .is_signed = call_kw_set(c, KW_JP2_WRITE_SIGNED),
                                .bottom_up = !call_kw_set(c, KW_JP2_WRITE_ORDER),
                                .reversible = call_kw_set(c, KW_JP2_WRITE_REVERSIBLE),
                                .ycc = call_kw_set(c, KW_JP2_WRITE_YCC)};
    opt.depth = gfx_ranged(c, call_kw_int(c, KW_JP2_WRITE_DEPTH, 8), 1, 24, "BIT_DEPTH keyword");
    opt.layers = gfx_ranged(c, call_kw_int(c, KW_JP2_WRITE_LAYERS, 1), 1, JPEG2000_LAYERS_MAX, "N_LAYERS keyword");
    opt.progression = gfx_ranged(c, call_kw_int(c, KW_JP2_WRITE_PROGRESSION, 0), 0, 4, "PROGRESSION keyword");
    take_ratios(c, &opt);
    const Val *tile = call_kw(c, KW_JP2_WRITE_TILE);
    if (tile && val_count(tile) == 2) {
        const int32_t *p = val_data_peek(call_convert(c, tile, T_LONG));
        opt.tile_width = gfx_ranged(c, p[0], 1, INT32_MAX, "TILE_DIMENSIONS keyword");
        opt.tile_height = gfx_ranged(c, p[1], 1, INT32_MAX, "TILE_DIMENSIONS keyword");
    }
    opt.levels = gfx_ranged(c, call_kw_int(c, KW_JP2_WRITE_LEVELS, usual_levels(&opt)), 0, 32, "N_LEVELS keyword");
    Buf *out = gfx_new_buf(c);
    TRY(c, codec->write(a->data, &opt, out));
    call_return_take(c, picture_vector(c, T_BYTE, out->p, (int64_t)out->len));
}

static const Routine rows[] = {
    {"HELIO_JPEG2000_READ", FUNCTION, {1, 1}, fn_read, "Bytes", KEYS(JP2_READ)},
    {"HELIO_JPEG2000_WRITE", FUNCTION, {1, 1}, fn_write, "Planes", KEYS(JP2_WRITE)},
};
ROUTINE_TABLE(lib_jpeg2000, rows)
