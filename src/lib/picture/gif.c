// What READ_GIF, WRITE_GIF and QUERY_GIF (pro/) are made of: one image out of the bytes of a file, and into bytes. The
// codec is the module `gif` (image/gif.h). Start at fn_read.
#include "image/gif.h"
#include "lib/picture/picture.h"

#include "lib/graphics/state.h"
#include "sys/dynlib.h"
#include "vm/structure/structure.h"

#include <string.h>

#define GIF_READ_KEYWORDS(K, R) K(R, ASK, FLAG) K(R, AT, "=position") K(R, INFO, OUT) K(R, SKIP, "=images")
KEYWORDS(GIF_READ)
// clang-format off
#define GIF_WRITE_KEYWORDS(K, R)                                                                                    \
    K(R, BACKGROUND, "=index") K(R, CONTROL, "=[four numbers]") K(R, LATER, FLAG)       \
    K(R, LOCAL, FLAG) K(R, REPEAT_COUNT, "=times")
// clang-format on
KEYWORDS(GIF_WRITE)

static const GifCodec *gif_codec(Call *c)
{
    const void *table;
    TRY(c, dynlib_table(GIF_MODULE, &table));
    return table;
}

static void *place_array(void *arg, const Pixels *p)
{
    Arr **a = arg;
    int64_t dim[2] = {p->width, p->height};
    *a = arr_new(T_BYTE, arr_trim_rank(2, dim), dim, false);
    return *a ? (*a)->data : NULL;
}

static Val info_structure(Call *c, const GifReadResult *r)
{
    static const char *const tags[] = {"NEXT",         "IMAGES",   "WIDTH",    "HEIGHT",      "BACKGROUND",
                                       "REPEAT_COUNT", "DELAY",    "DISPOSAL", "TRANSPARENT", "USER_INPUT",
                                       "PALETTE_SIZE", "IS_LOCAL", "PALETTE"};
    int n = r->palette_size ? r->palette_size : 1;
    Arr *palette = call_new_array(c, T_BYTE, 2, (int64_t[]){n, 3}, true);
    for (int k = 0; k < 3; k++) memcpy((uint8_t *)palette->data + k * n, r->palette[k], (size_t)r->palette_size);
    Val v[] = {val_long64((int64_t)r->next),
               val_long(r->images),
               val_long((int32_t)r->pixels.width),
               val_long((int32_t)r->pixels.height),
               val_byte((uint8_t)r->background),
               val_long(r->repeat_count),
               val_long(r->control.delay),
               val_long(r->control.disposal),
               val_long(r->control.transparent),
               val_long(r->control.user_input),
               val_long(r->palette_size),
               val_long(r->palette_is_local),
               val_arr_take(palette)}; // borrowed: all are the call's, or numbers
    Val out = VAL_UNDEF;
    TRY(c, struct_make(c->vm, NULL, tags, v, sizeof v / sizeof *v, &out));
    return out;
}

// HELIO_GIF_READ(Bytes): the image of a GIF file at AT (INFO.NEXT of the one before; 0: the first), or SKIP images
// further, row 0 at the bottom; ASK: only INFO. !NULL when there are no more. Used by the engine itself, as all
// HELIO_GIF routines.
static void fn_read(Call *c)
{
    const GifCodec *codec = gif_codec(c);
    const Val *bytes = call_convert(c, gfx_array_arg(c, 0), T_BYTE);
    Arr *a = NULL;
    int64_t at = call_kw_int(c, KW_GIF_READ_AT, 0), skip = call_kw_int(c, KW_GIF_READ_SKIP, 0);
    if (at < 0) at = 0;
    if (skip < 0 || skip > INT32_MAX) skip = INT32_MAX;
    GifReadOptions opt = {.at = (size_t)at,
                          .skip = (int)skip,
                          .only_ask = call_kw_set(c, KW_GIF_READ_ASK),
                          .bottom_up = true,
                          .place = place_array,
                          .place_arg = &a,
                          .stop = picture_is_stopped};
    GifReadResult *res = call_alloc(c, sizeof *res);
    Status s = codec->read(bytes->a->data, (size_t)bytes->a->n, &opt, res);
    if (a) call_keep_take(c, val_arr_take(a));
    TRY(c, s);
    if (res->found) call_kw_set_take(c, KW_GIF_READ_INFO, info_structure(c, res));
    if (res->is_damaged) call_warn(c, false, "GIF: the file is damaged or ends early.");
    call_return_take(c, a ? val_arr_take(arr_ref(a)) : VAL_NULL);
}

static GifControl control_of(Call *c)
{
    const Val *v = call_kw(c, KW_GIF_WRITE_CONTROL);
    if (!v || val_count(v) != 4) return (GifControl){.transparent = -1};
    const int32_t *p = val_data_peek(call_convert(c, v, T_LONG));
    return (GifControl){true, gfx_ranged(c, p[0], 0, 65535, "DELAY_TIME keyword"),
                        gfx_ranged(c, p[1], 0, 7, "DISPOSAL_METHOD keyword"),
                        gfx_ranged(c, p[2], -1, 255, "TRANSPARENT keyword"), p[3] != 0};
}

// HELIO_GIF_WRITE(Image, Palette): the bytes of a GIF file of bytes [columns, rows] with a colour table [256, 3];
// LATER: of what is added to a file, in place of its last byte (LOCAL: with a colour table of its own).
static void fn_write(Call *c)
{
    const GifCodec *codec = gif_codec(c);
    const Val *image = call_convert(c, gfx_array_arg(c, 0), T_BYTE),
              *palette = call_convert(c, gfx_array_arg(c, 1), T_BYTE);
    const Arr *a = image->a;
    if (a->rank > 2 || a->dim[0] > 65535 || a->dim[1] > 65535)
        throw_msg(c, E_SHAPE, "A GIF file holds at most 65535 columns and rows.");
    if (palette->a->n != 3 * 256) throw_msg(c, E_SHAPE, "Colour tables must have 256 entries.");
    const uint8_t *p = palette->a->data;
    GifWriteOptions opt = {.width = (int)a->dim[0],
                           .height = (int)a->dim[1],
                           .palette = {p, p + 256, p + 512},
                           .bottom_up = true,
                           .is_first = !call_kw_set(c, KW_GIF_WRITE_LATER),
                           .is_local = call_kw_set(c, KW_GIF_WRITE_LOCAL)};
    opt.background = gfx_ranged(c, call_kw_int(c, KW_GIF_WRITE_BACKGROUND, 0), 0, 255, "BACKGROUND_COLOR keyword");
    opt.repeat_count = gfx_ranged(c, call_kw_int(c, KW_GIF_WRITE_REPEAT_COUNT, -1), -1, 65535, "REPEAT_COUNT keyword");
    opt.control = control_of(c);
    Buf *out = gfx_new_buf(c);
    TRY(c, codec->write(a->data, &opt, out));
    call_return_take(c, picture_vector(c, T_BYTE, out->p, (int64_t)out->len));
}

static const Routine rows[] = {
    {"HELIO_GIF_READ", FUNCTION, {1, 1}, fn_read, "Bytes", KEYS(GIF_READ)},
    {"HELIO_GIF_WRITE", FUNCTION, {2, 2}, fn_write, "Image, Palette", KEYS(GIF_WRITE)},
};
ROUTINE_TABLE(lib_gif, rows)
