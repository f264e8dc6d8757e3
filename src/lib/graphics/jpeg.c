// READ_JPEG and WRITE_JPEG: arguments, units and array shapes. The codec is the module `jpeg` (image/jpeg.h), which
// decodes straight into the new array. Start at pro_read_jpeg.
#include "lib/graphics/picture_file.h"
#include "lib/graphics/state.h"

#include "base/mem.h"
#include "image/jpeg.h"
#include "io/lun.h"
#include "sys/dynlib.h"
#include "sys/interrupt.h"

#include <string.h>

// clang-format off
#define READ_JPEG_KEYWORDS(K, R)                                                                              \
    K(R, BUFFER, "=variable") K(R, COLORS, "=value{8 to 256}") K(R, DITHER, "={0|1|2}") K(R, GRAYSCALE, FLAG) \
    K(R, ORDER, FLAG) K(R, TRUE, "={1|2|3}") K(R, TWO_PASS_QUANTIZE, FLAG) K(R, UNIT, "=lun")
// clang-format on
KEYWORDS(READ_JPEG)
// clang-format off
#define WRITE_JPEG_KEYWORDS(K, R)                                                                      \
    K(R, ORDER, FLAG) K(R, PROGRESSIVE, FLAG) K(R, QUALITY, "=value{0 to 100}") K(R, TRUE, "={1|2|3}") \
    K(R, UNIT, "=lun")
// clang-format on
KEYWORDS(WRITE_JPEG)

static const JpegCodec *jpeg_codec(Call *c)
{
    const void *table;
    TRY(c, dynlib_table(JPEG_MODULE, &table));
    return table;
}

// The decoder's target: an array made when the size is known. It must not throw.
typedef struct Target {
    int interleave;
    Arr *a;
} Target;

static void *place_array(void *arg, const Pixels *shape)
{
    Target *t = arg;
    int64_t w = shape->width, h = shape->height;
    int64_t dims[4][3] = {{w, h, 1}, {3, w, h}, {w, 3, h}, {w, h, 3}};
    const int64_t *dim = dims[shape->channels == 1 ? 0 : t->interleave];
    t->a = arr_new(T_BYTE, arr_trim_rank(3, dim), dim, false);
    return t->a ? t->a->data : NULL;
}

static bool is_stopped(void *arg)
{
    (void)arg;
    return sys_interrupted();
}

// What a read from a unit ran into, told after the decoder has returned.
typedef struct UnitSource {
    Unit *u;
    PictureFile file;
    Status failed;
} UnitSource;

static ssize_t read_unit(void *arg, void *p, size_t n)
{
    UnitSource *s = arg;
    size_t got = 0;
    if (!status_ok(s->failed)) return -1;
    s->failed = unit_read_some(s->u, p, n, &got);
    return status_ok(s->failed) ? (ssize_t)got : -1;
}

// Where the image comes from, by UNIT, BUFFER, or the first argument. Returns the number of the Image argument.
static int choose_source(Call *c, ImageSource *src, UnitSource *unit)
{
    *src = (ImageSource){0};
    bool has_unit = call_kw(c, KW_READ_JPEG_UNIT) != NULL;
    const Val *buffer = call_kw(c, KW_READ_JPEG_BUFFER);
    if (buffer && val_is_array(buffer)) {
        const Val *bytes = call_convert(c, buffer, T_BYTE);
        src->data = bytes->a->data;
        src->size = (size_t)bytes->a->n;
    }
    if (has_unit) {
        TRY(c, lun_for_bytes(c->vm->units, call_kw_int(c, KW_READ_JPEG_UNIT, 0), UF_READ, &unit->u));
        src->read = read_unit;
        src->read_arg = unit;
    }
    if (has_unit || src->data) return 0;
    if (c->argc < 2) throw_msg(c, E_ARGS, "Incorrect number of arguments.");
    *src = picture_file_open(c, 0, &unit->file);
    return 1;
}

// What was read beyond the image: into BUFFER, or given back to a unit that can be positioned.
static void return_rest(Call *c, const JpegReadResult *res, const UnitSource *unit)
{
    if (call_kw_given(c, KW_READ_JPEG_BUFFER)) {
        if (res->rest_size == 0) {
            call_kw_set_take(c, KW_READ_JPEG_BUFFER, val_long(0));
            return;
        }
        Arr *a = call_new_array(c, T_BYTE, 1, (int64_t[]){(int64_t)res->rest_size}, false);
        memcpy(a->data, res->rest, res->rest_size);
        call_kw_set_take(c, KW_READ_JPEG_BUFFER, val_arr_take(arr_ref(a)));
    } else if (unit->u && res->rest_size > 0) {
        Status s = unit_seek(unit->u, unit_tell(unit->u) - (int64_t)res->rest_size);
        status_drop(&s); // a socket cannot go back: there BUFFER= keeps what follows
    }
}

static void return_palette(Call *c, const JpegReadResult *res, int arg)
{
    if (res->palette_size == 0 || arg >= c->argc) return;
    int n = res->palette_size;
    Arr *a = call_new_array(c, T_BYTE, 2, (int64_t[]){n, 3}, false);
    for (int k = 0; k < 3; k++) memcpy((uint8_t *)a->data + k * n, res->palette[k], (size_t)n);
    call_set_take(c, arg, val_arr_take(arr_ref(a)));
}

static JpegReadOptions read_options(Call *c, Target *target)
{
    JpegReadOptions opt = {.place = place_array, .place_arg = target, .stop = is_stopped};
    opt.interleave = gfx_ranged(c, call_kw_int(c, KW_READ_JPEG_TRUE, 0), 0, 3, "TRUE keyword");
    opt.grayscale = call_kw_set(c, KW_READ_JPEG_GRAYSCALE);
    opt.bottom_up = !call_kw_set(c, KW_READ_JPEG_ORDER);
    opt.two_pass = call_kw_set(c, KW_READ_JPEG_TWO_PASS_QUANTIZE);
    opt.dither = gfx_ranged(c, call_kw_int(c, KW_READ_JPEG_DITHER, 1), 0, 2, "DITHER keyword");
    int colors = gfx_ranged(c, call_kw_int(c, KW_READ_JPEG_COLORS, 256), 8, 256, "COLORS keyword");
    if (opt.interleave == 0) opt.colors = colors;
    target->interleave = opt.interleave;
    return opt;
}

// READ_JPEG [, File], Image [, Colortable]: row 0 of Image is the bottom one unless ORDER is set. A colour file gives
// RGB with TRUE, else indices of a palette chosen for it.
static void pro_read_jpeg(Call *c)
{
    const JpegCodec *codec = jpeg_codec(c);
    Target target = {0, NULL};
    UnitSource *unit = call_alloc(c, sizeof *unit);
    ImageSource src;
    int image = choose_source(c, &src, unit);
    call_var_mut(c, image);
    JpegReadOptions opt = read_options(c, &target);
    JpegReadResult *res = call_alloc(c, sizeof *res);

    Status s = codec->read(&src, &opt, res);
    if (target.a) call_keep_take(c, val_arr_take(target.a));
    if (res->warning) call_defer(c, mem_free, res->warning);
    if (res->rest) call_defer(c, mem_free, res->rest);
    if (!status_ok(unit->failed)) {
        // The unit's own failure explains more than the decoder's.
        status_drop(&s);
        throw_status(c, unit->failed);
    }
    picture_file_check(c, &unit->file, &s);
    if (s.code == E_IMAGE) {
        Status told = status_fail(E_IMAGE, "JPEG error: %s", s.text ? s.text : "cannot be read");
        status_drop(&s);
        throw_status(c, told);
    }
    TRY(c, s);
    return_rest(c, res, unit);
    return_palette(c, res, image + 1);
    call_set_take(c, image, val_arr_take(arr_ref(target.a)));
    if (res->warning) call_warn(c, false, "JPEG warning: %s", res->warning);
}

// --- WRITE_JPEG

static JpegWriteOptions write_options(Call *c, const Arr *a, int arg)
{
    JpegWriteOptions opt = {.bottom_up = !call_kw_set(c, KW_WRITE_JPEG_ORDER),
                            .progressive = call_kw_set(c, KW_WRITE_JPEG_PROGRESSIVE)};
    int64_t quality = call_kw_int(c, KW_WRITE_JPEG_QUALITY, 75);
    opt.quality = quality < 0 ? 0 : quality > 100 ? 100 : (int)quality;
    opt.interleave = gfx_ranged(c, call_kw_int(c, KW_WRITE_JPEG_TRUE, 0), 0, 3, "TRUE keyword");
    int64_t w = a->dim[0], h = a->dim[1];
    if (opt.interleave == 0 && a->rank > 2) {
        throw_msg(c, E_SHAPE, "Array must have 2 dimensions: %s.", call_arg_name(c, arg));
    }
    if (opt.interleave > 0) {
        if (a->rank < 2 || a->rank > 3) {
            throw_msg(c, E_SHAPE, "Array must have 3 dimensions: %s.", call_arg_name(c, arg));
        }
        if (a->dim[opt.interleave - 1] != 3) {
            throw_msg(c, E_SHAPE, "Dimension %d must be 3 (red, green, blue) with TRUE=%d: %s.", opt.interleave,
                      opt.interleave, call_arg_name(c, arg));
        }
        if (opt.interleave == 1) w = a->dim[1];
        if (opt.interleave < 3) h = a->dim[2];
    }
    if (w > INT32_MAX || h > INT32_MAX) throw_msg(c, E_IMAGE, "Image is too large for a JPEG file.");
    opt.width = (int)w;
    opt.height = (int)h;
    return opt;
}

// WRITE_JPEG [, File], Image: other types are converted to bytes. Row 0 is written as the bottom one unless ORDER.
static void pro_write_jpeg(Call *c)
{
    const JpegCodec *codec = jpeg_codec(c);
    bool has_unit = call_kw(c, KW_WRITE_JPEG_UNIT) != NULL;
    int image = has_unit && c->argc == 1 ? 0 : 1;
    if (c->argc <= image) throw_msg(c, E_ARGS, "Incorrect number of arguments.");
    const Val *v = gfx_array_arg(c, image);
    JpegWriteOptions opt = write_options(c, v->a, image);
    const Val *bytes = call_convert(c, v, T_BYTE);
    Buf *out = gfx_new_buf(c);
    TRY(c, codec->write(bytes->a->data, &opt, out));
    if (has_unit) {
        Unit *u;
        size_t put;
        TRY(c, lun_for_bytes(c->vm->units, call_kw_int(c, KW_WRITE_JPEG_UNIT, 0), UF_WRITE, &u));
        TRY(c, unit_write_bytes(u, out->p, out->len, &put));
    } else {
        gfx_write_file(c, gfx_path(c, 0), out->p, out->len);
    }
}

static const Routine rows[] = {
    {"READ_JPEG", PROCEDURE, {1, 3}, pro_read_jpeg, "[, File], Image [, Colortable]", KEYS(READ_JPEG)},
    {"WRITE_JPEG", PROCEDURE, {1, 2}, pro_write_jpeg, "[, File], Image", KEYS(WRITE_JPEG)},
};
ROUTINE_TABLE(lib_jpeg, rows)
