// READ_PNG (function and procedure) and WRITE_PNG: arguments, palettes and array shapes. The codec is the module `png`
// (image/png.h). Start at read_png.
#include "lib/graphics/picture_file.h"
#include "lib/graphics/state.h"

#include "base/mem.h"
#include "image/png.h"
#include "sys/dynlib.h"
#include "sys/interrupt.h"

#include <string.h>

#define READ_PNG_KEYWORDS(K, R) K(R, ORDER, FLAG) K(R, TRANSPARENT, OUT) K(R, VERBOSE, FLAG)
KEYWORDS(READ_PNG)
// clang-format off
#define WRITE_PNG_KEYWORDS(K, R)                                                                                       \
    K(R, BUFFER, OUT) K(R, COMPRESSION, "={0 to 9}") K(R, ORDER, FLAG) K(R, TRANSPARENT, "=array") K(R, VERBOSE, FLAG) \
    K(R, XRESOLUTION, "=value") K(R, YRESOLUTION, "=value")
// clang-format on
KEYWORDS(WRITE_PNG)

static const PngCodec *png_codec(Call *c)
{
    const void *table;
    TRY(c, dynlib_table(PNG_MODULE, &table));
    return table;
}

static void *place_array(void *arg, const Pixels *p)
{
    Arr **a = arg;
    TypeCode t = p->bits == 16 ? T_UINT : T_BYTE;
    int64_t dim[3] = {p->channels, p->width, p->height};
    int skip = p->channels == 1;
    *a = arr_new(t, arr_trim_rank(3 - skip, dim + skip), dim + skip, false);
    return *a ? (*a)->data : NULL;
}

static bool is_stopped(void *arg)
{
    (void)arg;
    return sys_interrupted();
}

// The indices of fully transparent palette entries; 0 if there are none.
static void return_transparent(Call *c, const PngReadResult *res)
{
    int32_t found[256];
    int n = 0;
    for (int i = 0; i < res->alpha_size; i++) {
        if (res->alpha[i] == 0) found[n++] = i;
    }
    if (n == 0) {
        call_kw_set_take(c, KW_READ_PNG_TRANSPARENT, val_long(0));
        return;
    }
    Arr *a = call_new_array(c, T_LONG, 1, (int64_t[]){n}, false);
    memcpy(a->data, found, (size_t)n * sizeof *found);
    call_kw_set_take(c, KW_READ_PNG_TRANSPARENT, val_arr_take(arr_ref(a)));
}

// Reads the file of argument 0; the palette goes to the arguments from `first` on. The array is owned by the call.
static Arr *read_png(Call *c, int first)
{
    const PngCodec *codec = png_codec(c);
    Arr *a = NULL;
    PictureFile *file = call_alloc(c, sizeof *file);
    ImageSource src = picture_file_open(c, 0, file);
    PngReadOptions opt = {
        .bottom_up = !call_kw_set(c, KW_READ_PNG_ORDER), .place = place_array, .place_arg = &a, .stop = is_stopped};
    PngReadResult *res = call_alloc(c, sizeof *res);
    Status s = codec->read(&src, &opt, res);
    if (a) call_keep_take(c, val_arr_take(a));
    if (res->warning) call_defer(c, mem_free, res->warning);
    picture_file_check(c, file, &s);
    TRY(c, s);
    const uint8_t *const columns[3] = {res->palette[0], res->palette[1], res->palette[2]};
    for (int k = 0; k < 3 && res->palette_size > 0 && first + k < c->argc; k++) {
        Arr *column = call_new_array(c, T_BYTE, 1, (int64_t[]){res->palette_size}, false);
        memcpy(column->data, columns[k], (size_t)res->palette_size);
        call_set_take(c, first + k, val_arr_take(arr_ref(column)));
    }
    if (call_kw_given(c, KW_READ_PNG_TRANSPARENT)) return_transparent(c, res);
    if (res->warning) call_warn(c, false, "%s", res->warning);
    return a;
}

// Result = READ_PNG(File [, R, G, B]): (x,y) or (channels,x,y), BYTE, or UINT of 16-bit files.
static void fn_read_png(Call *c) { call_return_take(c, val_arr_take(arr_ref(read_png(c, 1)))); }

// READ_PNG, File, Image [, R, G, B].
static void pro_read_png(Call *c)
{
    call_var_mut(c, 1);
    call_set_take(c, 1, val_arr_take(arr_ref(read_png(c, 2))));
}

// --- WRITE_PNG

static void put_palette(Call *c, int first, const Pixels *pixels, PngWriteOptions *opt)
{
    for (int k = 0; k < 3; k++) {
        const Val *v = call_convert(c, call_arg(c, first + k), T_BYTE);
        int64_t n = val_count(v);
        if (n < 1 || n > 256)
            throw_msg(c, E_VALUE, "Palette must have 1 to 256 entries: %s.", call_arg_name(c, first + k));
        if (k == 0 || n < opt->palette_size) opt->palette_size = (int)n;
        memcpy(opt->palette[k], val_data_peek(v), (size_t)n);
    }
    // Indices beyond the palette: black entries, since a file without them would be invalid.
    const uint8_t *index = pixels->data;
    for (int64_t i = 0; i < pixels->width * pixels->height; i++) {
        if (index[i] >= opt->palette_size) opt->palette_size = index[i] + 1;
    }
    if (!call_kw(c, KW_WRITE_PNG_TRANSPARENT)) return;
    const Val *v = call_convert(c, call_kw(c, KW_WRITE_PNG_TRANSPARENT), T_LONG);
    const int32_t *p = val_data_peek(v);
    memset(opt->alpha, 255, sizeof opt->alpha);
    for (int64_t i = 0; i < val_count(v); i++) {
        int entry = gfx_ranged(c, p[i], 0, 255, "TRANSPARENT keyword");
        opt->alpha[entry] = 0;
        if (entry >= opt->alpha_size) opt->alpha_size = entry + 1;
    }
    if (opt->alpha_size > opt->palette_size) opt->alpha_size = opt->palette_size;
}

// Integers but bytes are written with 16 bits, unless they are indices of a palette; all else with 8.
static const Val *png_samples(Call *c, int image, bool has_palette, Pixels *p)
{
    const Val *v = gfx_array_arg(c, image);
    const Arr *a = v->a;
    bool is_flat = a->rank <= 2;
    if (a->rank > 3 || (!is_flat && a->dim[0] > 4)) {
        throw_msg(c, E_SHAPE, "Array must be (x,y), or (n,x,y) of 1 to 4 channels: %s.", call_arg_name(c, image));
    }
    bool is_wide = type_is_integer(v->type) && v->type != T_BYTE && !(is_flat && has_palette);
    const Val *samples = call_convert(c, v, is_wide ? T_UINT : T_BYTE);
    *p = (Pixels){is_flat ? a->dim[0] : a->dim[1], is_flat ? a->dim[1] : a->dim[2], is_flat ? 1 : (int)a->dim[0],
                  is_wide ? 16 : 8, samples->a->data};
    return samples;
}

// WRITE_PNG, File, Image [, R, G, B]; with BUFFER=variable the bytes of the file go there, and File may be left out.
static void pro_write_png(Call *c)
{
    const PngCodec *codec = png_codec(c);
    bool to_buffer = call_kw_given(c, KW_WRITE_PNG_BUFFER);
    int image = to_buffer && call_arg(c, 0)->type != T_STRING ? 0 : 1;
    if (c->argc <= image) throw_msg(c, E_ARGS, "Incorrect number of arguments.");
    bool has_palette = c->argc >= image + 4;
    Pixels pixels;
    png_samples(c, image, has_palette, &pixels);
    PngWriteOptions *opt = call_alloc(c, sizeof *opt);
    opt->bottom_up = !call_kw_set(c, KW_WRITE_PNG_ORDER);
    opt->compression = gfx_ranged(c, call_kw_int(c, KW_WRITE_PNG_COMPRESSION, 6), 0, 9, "COMPRESSION keyword");
    opt->x_dpi = call_kw_double(c, KW_WRITE_PNG_XRESOLUTION, 0);
    opt->y_dpi = call_kw_double(c, KW_WRITE_PNG_YRESOLUTION, 0);
    if (has_palette && pixels.channels == 1) put_palette(c, image + 1, &pixels, opt);

    Buf *out = gfx_new_buf(c);
    TRY(c, codec->write(&pixels, opt, out));
    if (!to_buffer) {
        gfx_write_file(c, gfx_path(c, 0), out->p, out->len);
        return;
    }
    Arr *a = call_new_array(c, T_BYTE, 1, (int64_t[]){(int64_t)out->len}, false);
    memcpy(a->data, out->p, out->len);
    call_kw_set_take(c, KW_WRITE_PNG_BUFFER, val_arr_take(arr_ref(a)));
}

// WRITE_PNG, File, Image [, R, G, B]: Writes a picture, of one (with a colour table), two, three or four channels, as
// a PNG file.

static const Routine rows[] = {
    {"READ_PNG", FUNCTION, {1, 4}, fn_read_png, "File [, R, G, B]", KEYS(READ_PNG)},
    {"READ_PNG", PROCEDURE, {2, 5}, pro_read_png, "File, Image [, R, G, B]", KEYS(READ_PNG)},
    {"WRITE_PNG", PROCEDURE, {1, 5}, pro_write_png, "[, File], Image [, R, G, B]", KEYS(WRITE_PNG)},
};
ROUTINE_TABLE(lib_png, rows)
