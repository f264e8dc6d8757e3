// WRITE_TIFF: arguments, types, planes and tags. The codec is the module `tiff` (image/tiff.h). Start at
// pro_write_tiff.
#include "lib/picture/geotiff.h"
#include "lib/picture/picture.h"

#include "lib/graphics/state.h"
#include "sys/dynlib.h"

#include <string.h>
#include <sys/stat.h>

// clang-format off
#define WRITE_TIFF_KEYWORDS(K, R)                                                                                            \
    K(R, APPEND, FLAG) K(R, BIGTIFF, FLAG) K(R, BITS_PER_SAMPLE, "={1|4|8}") K(R, RED, "=array") K(R, GREEN, "=array")         \
    K(R, BLUE, "=array") K(R, CMYK, FLAG) K(R, COMPRESSION, "={0|1|2|3|4}") K(R, DESCRIPTION, "=string")                       \
    K(R, DOCUMENT_NAME, "=string") K(R, DOT_RANGE, "=intarray") K(R, GEOTIFF, "=structure") K(R, COMPLEX, FLAG)                \
    K(R, DCOMPLEX, OR_FLAG) K(R, DOUBLE, OR_FLAG) K(R, L64, OR_FLAG) K(R, LONG, OR_FLAG) K(R, SHORT, OR_FLAG)                  \
    K(R, FLOAT, OR_FLAG) K(R, ICC_PROFILE, "=bytearray") K(R, ORIENTATION, "=value") K(R, PHOTOSHOP, "=bytearray")             \
    K(R, PLANARCONFIG, "={1|2}") K(R, SIGNED, FLAG) K(R, UNITS, "={1|2|3}") K(R, VERBOSE, FLAG) K(R, XPOSITION, "=units")      \
    K(R, XRESOL, "=value") K(R, YPOSITION, "=units") K(R, YRESOL, "=value")
// clang-format on
KEYWORDS(WRITE_TIFF)

enum { PHOTOMETRIC_BLACK_IS_ZERO = 1, PHOTOMETRIC_IS_RGB = 2, PHOTOMETRIC_IS_PALETTE = 3, PHOTOMETRIC_IS_CMYK = 5 };
enum { CHANNELS_MAX = 65535, SIZE_MAX_CLASSIC = 0x7fffffff };

// The type of the samples in the file, as the keywords have it.
static TypeCode written_type(Call *c)
{
    bool is_signed = call_kw_set(c, KW_WRITE_TIFF_SIGNED);
    if (call_kw_set(c, KW_WRITE_TIFF_DCOMPLEX)) return T_DCOMPLEX;
    if (call_kw_set(c, KW_WRITE_TIFF_COMPLEX)) return T_COMPLEX;
    if (call_kw_set(c, KW_WRITE_TIFF_DOUBLE)) return T_DOUBLE;
    if (call_kw_set(c, KW_WRITE_TIFF_FLOAT)) return T_FLOAT;
    if (call_kw_set(c, KW_WRITE_TIFF_L64)) return is_signed ? T_LONG64 : T_ULONG64;
    if (call_kw_set(c, KW_WRITE_TIFF_LONG)) return is_signed ? T_LONG : T_ULONG;
    if (call_kw_set(c, KW_WRITE_TIFF_SHORT)) return is_signed ? T_INT : T_UINT;
    return T_BYTE;
}

static const Val *plane_of(Call *c, int slot)
{
    const Val *v = call_kw(c, slot);
    return v && val_is_array(v) && type_is_numeric(v->type) ? v : NULL;
}

// RED, GREEN and BLUE as three planes: one array of them, in the type of the file.
static const void *joined_planes(Call *c, TiffWriteOptions *opt)
{
    const Val *plane[3] = {plane_of(c, KW_WRITE_TIFF_RED), plane_of(c, KW_WRITE_TIFF_GREEN),
                           plane_of(c, KW_WRITE_TIFF_BLUE)};
    for (int k = 0; k < 3; k++) {
        if (!plane[k] || plane[k]->a->rank != 2 || plane[k]->a->dim[0] != plane[0]->a->dim[0] ||
            plane[k]->a->dim[1] != plane[0]->a->dim[1])
            throw_msg(c, E_SHAPE, "RED, GREEN and BLUE must be arrays of two dimensions and one size.");
    }
    opt->width = plane[0]->a->dim[0];
    opt->height = plane[0]->a->dim[1];
    opt->channels = 3;
    opt->by_plane = true;
    Arr *all = call_new_array(c, opt->type, 3, (int64_t[]){opt->width, opt->height, 3}, false);
    for (int k = 0; k < 3; k++) {
        const Val *v = call_convert(c, plane[k], opt->type);
        memcpy((char *)all->data + (size_t)k * (size_t)v->a->n * v->a->elem, v->a->data, (size_t)v->a->n * v->a->elem);
    }
    return all->data;
}

static const void *image_of(Call *c, TiffWriteOptions *opt)
{
    if (c->argc < 2) throw_msg(c, E_ARGS, "Incorrect number of arguments.");
    const Val *v = gfx_array_arg(c, 1);
    const Arr *a = v->a;
    if (a->rank > 3) throw_msg(c, E_SHAPE, "Array must have 2 or 3 dimensions: %s.", call_arg_name(c, 1));
    bool by_plane = a->rank == 3 && call_kw_int(c, KW_WRITE_TIFF_PLANARCONFIG, 1) == 2;
    opt->by_plane = by_plane;
    int64_t channels = a->rank < 3 ? 1 : a->dim[by_plane ? 2 : 0];
    if (channels > CHANNELS_MAX)
        throw_msg(c, E_SHAPE, "A TIFF file has at most %d channels: %s.", CHANNELS_MAX, call_arg_name(c, 1));
    opt->channels = (int)channels;
    opt->width = a->rank == 3 && !by_plane ? a->dim[1] : a->dim[0];
    opt->height = a->rank == 3 && !by_plane ? a->dim[2] : a->dim[1];
    return call_convert(c, v, opt->type)->a->data;
}

static void put_palette(Call *c, TiffWriteOptions *opt)
{
    static const int slots[3] = {KW_WRITE_TIFF_RED, KW_WRITE_TIFF_GREEN, KW_WRITE_TIFF_BLUE};
    if (opt->channels != 1 || opt->type != T_BYTE) return;
    int given = 0;
    for (int k = 0; k < 3; k++) given += call_kw(c, slots[k]) != NULL;
    if (!given) return;
    if (given < 3) throw_msg(c, E_VALUE, "RED, GREEN and BLUE must be given together.");
    for (int k = 0; k < 3; k++) {
        const Val *v = call_convert(c, call_kw(c, slots[k]), T_BYTE);
        int64_t n = val_count(v);
        memcpy(opt->palette[k], val_data_peek(v), (size_t)(n > 256 ? 256 : n));
    }
    opt->has_palette = true;
    opt->bits = 8;
}

// Bits per sample, and what they stand for.
static void choose_samples(Call *c, TiffWriteOptions *opt)
{
    opt->bits = 8 * (int)type_size(opt->type);
    int64_t bits = call_kw_int(c, KW_WRITE_TIFF_BITS_PER_SAMPLE, 8);
    if (bits != 1 && bits != 4 && bits != 8)
        throw_msg(c, E_VALUE, "Value of BITS_PER_SAMPLE keyword is out of allowed range.");
    if (opt->type == T_BYTE && opt->channels == 1) opt->bits = (int)bits;
    put_palette(c, opt);
    opt->photometric = opt->has_palette    ? PHOTOMETRIC_IS_PALETTE
                       : opt->channels > 2 ? PHOTOMETRIC_IS_RGB
                                           : PHOTOMETRIC_BLACK_IS_ZERO;
    if (opt->channels == 4 && call_kw_set(c, KW_WRITE_TIFF_CMYK)) opt->photometric = PHOTOMETRIC_IS_CMYK;
    opt->compression = gfx_ranged(c, call_kw_int(c, KW_WRITE_TIFF_COMPRESSION, 0), 0, 4, "COMPRESSION keyword");
    bool fits_jpeg = opt->type == T_BYTE && opt->bits == 8 && !opt->has_palette;
    if (opt->compression == 3 && !fits_jpeg)
        throw_msg(c, E_VALUE, "JPEG compression is for images of bytes without a colour table.");
}

static void choose_place(Call *c, TiffWriteOptions *opt)
{
    opt->orientation = gfx_ranged(c, call_kw_int(c, KW_WRITE_TIFF_ORIENTATION, 1), 0, 8, "ORIENTATION keyword");
    if (opt->orientation == 0) opt->orientation = 1;
    if (c->argc > 2 && !call_kw(c, KW_WRITE_TIFF_ORIENTATION)) {
        int64_t order = gfx_ranged(c, call_int(c, 2), 0, 8, "Order argument");
        opt->orientation = order == 0 ? 4 : (int)order; // 0: from the bottom
    }
    opt->units = gfx_ranged(c, call_kw_int(c, KW_WRITE_TIFF_UNITS, 2), 1, 3, "UNITS keyword");
    opt->x_resolution = (float)call_kw_double(c, KW_WRITE_TIFF_XRESOL, 100);
    opt->y_resolution = (float)call_kw_double(c, KW_WRITE_TIFF_YRESOL, 100);
    if (!(opt->x_resolution >= 0) || !(opt->y_resolution >= 0))
        throw_msg(c, E_VALUE, "XRESOL and YRESOL must not be negative.");
    for (int k = 0; k < 2; k++) {
        int slot = k ? KW_WRITE_TIFF_YPOSITION : KW_WRITE_TIFF_XPOSITION;
        opt->has_position[k] = call_kw(c, slot) != NULL;
        opt->position[k] = (float)call_kw_double(c, slot, 0);
        if (!(opt->position[k] >= 0)) throw_msg(c, E_VALUE, "XPOSITION and YPOSITION must not be negative.");
    }
}

static const void *bytes_of(Call *c, int slot, uint32_t *n)
{
    const Val *v = call_kw(c, slot);
    if (!v) return NULL;
    v = call_convert(c, v, T_BYTE);
    if (val_count(v) > INT32_MAX) throw_msg(c, E_VALUE, "A profile is too large for a TIFF file.");
    *n = (uint32_t)val_count(v);
    return val_data_peek(v);
}

static const char *text_of(Call *c, int slot)
{
    const Str *s = call_kw_str_peek(c, slot);
    return s ? str_text(s) : NULL;
}

static void choose_tags(Call *c, TiffWriteOptions *opt)
{
    opt->description = text_of(c, KW_WRITE_TIFF_DESCRIPTION);
    opt->document_name = text_of(c, KW_WRITE_TIFF_DOCUMENT_NAME);
    opt->icc = bytes_of(c, KW_WRITE_TIFF_ICC_PROFILE, &opt->icc_size);
    opt->photoshop = bytes_of(c, KW_WRITE_TIFF_PHOTOSHOP, &opt->photoshop_size);
    const Val *range = call_kw(c, KW_WRITE_TIFF_DOT_RANGE);
    if (range) {
        if (val_count(range) != 2) throw_msg(c, E_VALUE, "DOT_RANGE keyword must have 2 elements.");
        opt->has_dot_range = true;
        memcpy(opt->dot_range, val_data_peek(call_convert(c, range, T_UINT)), sizeof opt->dot_range);
    }
    if (call_kw(c, KW_WRITE_TIFF_GEOTIFF)) geotiff_tags(c, call_kw(c, KW_WRITE_TIFF_GEOTIFF), &opt->geo);
}

// WRITE_TIFF, File [, Image [, Order]]: writes [columns, rows] or [channels, columns, rows], rows from the top unless
// ORIENTATION says otherwise, as bytes or in the type that a keyword names (SIGNED: SHORT, LONG and L64 are signed);
// with PLANARCONFIG=2 [columns, rows, channels], or the planes RED, GREEN, BLUE. These are the colour table of an image
// of bytes otherwise. APPEND: one more image; COMPRESSION: 1 LZW, 2 PackBits, 3 JPEG, 4 Deflate; GEOTIFF: a structure
// as READ_TIFF gives it. Manual: WRITE_TIFF.
static void pro_write_tiff(Call *c)
{
    const void *table;
    TRY(c, dynlib_table(TIFF_MODULE, &table));
    const TiffCodec *codec = table;
    const char *path = gfx_path(c, 0);
    TiffWriteOptions *opt = call_alloc(c, sizeof *opt);
    opt->type = written_type(c);
    int64_t planar = gfx_ranged(c, call_kw_int(c, KW_WRITE_TIFF_PLANARCONFIG, 1), 1, 2, "PLANARCONFIG keyword");
    const Val *red = plane_of(c, KW_WRITE_TIFF_RED);
    const void *data = planar == 2 && red && red->a->rank == 2 ? joined_planes(c, opt) : image_of(c, opt);
    if (opt->width > INT32_MAX || opt->height > INT32_MAX) throw_msg(c, E_IMAGE, "Image is too large for a TIFF file.");
    choose_samples(c, opt);
    choose_place(c, opt);
    choose_tags(c, opt);
    Buf *file = gfx_new_buf(c);
    struct stat st;
    if (call_kw_set(c, KW_WRITE_TIFF_APPEND) && stat(path, &st) == 0) {
        ImageSource old = picture_bytes(c, 0, SIZE_MAX);
        buf_put(file, old.data, old.size);
        if (!buf_ok(file)) throw_no_memory(c);
    }
    double size = (double)opt->width * (double)opt->height * opt->channels * (double)type_size(opt->type);
    opt->big = call_kw_set(c, KW_WRITE_TIFF_BIGTIFF) || size > 2.0 * SIZE_MAX_CLASSIC - (1 << 24);
    TRY(c, codec->write(data, opt, file));
    gfx_write_file(c, path, file->p, file->len);
}

static const Routine rows[] = {
    {"WRITE_TIFF", PROCEDURE, {1, 3}, pro_write_tiff, "File [, Image [, Order]]", KEYS(WRITE_TIFF)},
};
ROUTINE_TABLE(lib_tiff_write, rows)
