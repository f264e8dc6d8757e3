// READ_TIFF and QUERY_TIFF. The codec is the module `tiff` (image/tiff.h), which decodes straight into the
// new array. Start at read_tiff.
#include "lib/picture/geotiff.h"
#include "lib/picture/picture.h"

#include "lib/graphics/state.h"
#include "sys/dynlib.h"

#include <string.h>

// clang-format off
#define READ_TIFF_KEYWORDS(K, R)                                                                                           \
    K(R, CHANNELS, "=scalar_or_vector") K(R, DOT_RANGE, OUT) K(R, GEOTIFF, OUT) K(R, ICC_PROFILE, OUT)                       \
    K(R, IMAGE_INDEX, "=value") K(R, INTERLEAVE, "={0|1|2}") K(R, ORIENTATION, OUT) K(R, PHOTOSHOP, OUT) \
    K(R, PLANARCONFIG, OUT) K(R, SUB_RECT, "=[x, y, width, height]") K(R, VERBOSE, FLAG)
// clang-format on
KEYWORDS(READ_TIFF)
#define QUERY_TIFF_KEYWORDS(K, R) K(R, GEOTIFF, OUT) K(R, IMAGE_INDEX, "=index")
KEYWORDS(QUERY_TIFF)

typedef struct Opened {
    const TiffCodec *codec;
    TiffFile *file;
    TiffInfo info;
} Opened;

static void close_opened(void *p)
{
    Opened *o = p;
    if (o->file) o->codec->close(o->file);
    o->file = NULL;
}

// The file of argument 0, at an image of it.
static Status open_tiff(Call *c, int64_t index, Opened **out)
{
    const void *table;
    TRY(c, dynlib_table(TIFF_MODULE, &table));
    Opened *o = call_alloc(c, sizeof *o);
    o->codec = table;
    *out = o;
    ImageSource src;
    Status s = picture_source(c, 0, &src);
    if (status_ok(s)) s = o->codec->open(&src, picture_is_stopped, &o->file);
    if (!status_ok(s)) return s;
    call_defer(c, close_opened, o);
    if (index < 0 || index > INT32_MAX) index = INT32_MAX;
    return o->codec->choose(o->file, (int)index, &o->info);
}

// --- READ_TIFF

// The channels wanted, into list; all of them without the keyword.
static int chosen_channels(Call *c, const TiffInfo *info, int **list)
{
    const Val *v = call_kw(c, KW_READ_TIFF_CHANNELS);
    int n = v ? (int)val_count(v) : info->channels;
    if (n < 1 || n > info->channels) throw_msg(c, E_VALUE, "Value of CHANNELS keyword is out of allowed range.");
    *list = call_alloc(c, (size_t)n * sizeof **list);
    for (int i = 0; i < n; i++) (*list)[i] = i;
    if (!v) return n;
    const int32_t *p = val_data_peek(call_convert(c, v, T_LONG));
    for (int i = 0; i < n; i++) (*list)[i] = gfx_ranged(c, p[i], 0, info->channels - 1, "CHANNELS keyword");
    return n;
}

static void choose_part(Call *c, const TiffInfo *info, TiffPart *part)
{
    *part = (TiffPart){0, 0, info->width, info->height, 0, NULL, 0, 0, 0};
    const Val *v = call_kw(c, KW_READ_TIFF_SUB_RECT);
    if (!v) return;
    if (val_count(v) != 4) throw_msg(c, E_VALUE, "SUB_RECT keyword must have 4 elements: [x, y, width, height].");
    const int64_t *p = val_data_peek(call_convert(c, v, T_LONG64));
    bool fits = p[0] >= 0 && p[1] >= 0 && p[2] >= 1 && p[3] >= 1 && p[0] < info->width && p[1] < info->height &&
                p[2] <= info->width - p[0] && p[3] <= info->height - p[1];
    if (!fits) throw_msg(c, E_VALUE, "SUB_RECT keyword: the rectangle is not within the image.");
    part->x = p[0];
    part->y = p[1];
    part->width = p[2];
    part->height = p[3];
}

// The array for a part, and the steps in it.
static Arr *place_part(Call *c, const Opened *o, TiffPart *part, int interleave)
{
    const TiffInfo *info = &o->info;
    TRY(c, o->codec->check(o->file, info, part));
    int64_t w = part->width, h = part->height, n = part->nchannels;
    const int64_t dims[3][3] = {{n, w, h}, {w, n, h}, {w, h, n}},
                  steps[3][3] = {{1, n, n * w}, {w, 1, n * w}, {w * h, 1, w}};
    if (n == 1) interleave = 2;
    part->step_channel = steps[interleave][0];
    part->step_x = steps[interleave][1];
    part->step_y = steps[interleave][2];
    if (arr_count(3, dims[interleave]) < 0) throw_no_memory(c);
    return call_new_array(c, info->type, arr_trim_rank(3, dims[interleave]), dims[interleave], true);
}

// A file of three planes whose caller has variables for them: they go there, and the result is 0.
static void return_planes(Call *c, Opened *o, TiffPart *part)
{
    for (int k = 0; k < 3; k++) {
        int channel = k;
        part->nchannels = 1;
        part->channel = &channel;
        Arr *a = place_part(c, o, part, 2);
        TRY(c, o->codec->read(o->file, &o->info, part, a->data));
        call_set_take(c, 1 + k, val_arr_take(arr_ref(a)));
    }
    call_return_take(c, val_int(0));
}

static void return_bytes(Call *c, int slot, const void *p, uint32_t n)
{
    if (call_kw_given(c, slot)) call_kw_set_take(c, slot, n ? picture_vector(c, T_BYTE, p, n) : val_long(0));
}

static void return_keywords(Call *c, Opened *o)
{
    const TiffInfo *info = &o->info;
    call_kw_set_take(c, KW_READ_TIFF_ORIENTATION, val_long(info->orientation));
    call_kw_set_take(c, KW_READ_TIFF_PLANARCONFIG, val_long(info->planar));
    return_bytes(c, KW_READ_TIFF_ICC_PROFILE, info->icc, info->icc_size);
    return_bytes(c, KW_READ_TIFF_PHOTOSHOP, info->photoshop, info->photoshop_size);
    if (call_kw_given(c, KW_READ_TIFF_DOT_RANGE)) {
        call_kw_set_take(c, KW_READ_TIFF_DOT_RANGE,
                         info->has_dot_range ? picture_vector(c, T_INT, info->dot_range, 2) : val_long(0));
    }
    if (call_kw_given(c, KW_READ_TIFF_GEOTIFF)) {
        TiffGeo geo;
        o->codec->geo(o->file, &geo);
        call_kw_set_take(c, KW_READ_TIFF_GEOTIFF, geotiff_structure(c, &geo));
    }
    if (call_kw_set(c, KW_READ_TIFF_VERBOSE)) {
        call_warn(c, false, "Image %d of %d: %lld x %lld, channels: %d, bits per sample: %d, photometric: %d.",
                  info->index, info->images, (long long)info->width, (long long)info->height, info->channels,
                  info->bits, info->photometric);
    }
}

// READ_TIFF(File [, R, G, B]): an image as [columns, rows] or [channels, columns, rows], in the type of its samples;
// rows are in the file's order, most often from the top. A colour table goes to R, G, B; so do the planes of a file of
// three planes if all are given (then the result is 0). IMAGE_INDEX: which image; SUB_RECT: which part; CHANNELS: which
// channels; INTERLEAVE: 1 [columns, channels, rows], 2 [columns, rows, channels]. Manual: READ_TIFF.
static void fn_read_tiff(Call *c)
{
    Opened *o;
    int interleave = gfx_ranged(c, call_kw_int(c, KW_READ_TIFF_INTERLEAVE, 0), 0, 2, "INTERLEAVE keyword");
    TRY(c, open_tiff(c, call_kw_int(c, KW_READ_TIFF_IMAGE_INDEX, 0), &o));
    const TiffInfo *info = &o->info;
    TiffPart part;
    choose_part(c, info, &part);
    bool is_planes = info->planar == 2 && info->channels == 3 && c->argc == 4 && !call_kw(c, KW_READ_TIFF_CHANNELS);
    if (is_planes) {
        return_planes(c, o, &part);
    } else {
        int *list;
        part.nchannels = chosen_channels(c, info, &list);
        part.channel = list;
        Arr *a = place_part(c, o, &part, interleave);
        TRY(c, o->codec->read(o->file, info, &part, a->data));
        for (int k = 0; k < 3 && info->palette_size && 1 + k < c->argc; k++) {
            call_set_take(c, 1 + k, picture_vector(c, T_BYTE, info->palette[k], info->palette_size));
        }
        call_return_take(c, val_arr_take(arr_ref(a)));
    }
    return_keywords(c, o);
}

// --- QUERY_TIFF

static Val pair(Call *c, TypeCode t, double a, double b)
{
    const float f[2] = {(float)a, (float)b};
    const int32_t l[2] = {(int32_t)a, (int32_t)b};
    return picture_vector(c, t, t == T_FLOAT ? (const void *)f : (const void *)l, 2);
}

static void add_tags(Call *c, PictureRecord *r, const TiffInfo *info)
{
    picture_record_take(c, r, "BITS_PER_SAMPLE", val_long(info->bits));
    picture_record_take(c, r, "DESCRIPTION", val_string(info->description ? info->description : ""));
    picture_record_take(c, r, "DOCUMENT_NAME", val_string(info->document_name ? info->document_name : ""));
    picture_record_take(c, r, "DATE_TIME", val_string(info->date_time ? info->date_time : ""));
    picture_record_take(c, r, "ORIENTATION", val_long(info->orientation));
    picture_record_take(c, r, "PLANAR_CONFIG", val_long(info->planar));
    picture_record_take(c, r, "POSITION", pair(c, T_FLOAT, info->x_position, info->y_position));
    picture_record_take(c, r, "PHOTOMETRIC", val_long(info->photometric));
    picture_record_take(c, r, "RESOLUTION", pair(c, T_FLOAT, info->x_resolution, info->y_resolution));
    picture_record_take(c, r, "UNITS", val_long(info->units));
    picture_record_take(c, r, "TILE_SIZE", pair(c, T_LONG, (double)info->tile_width, (double)info->tile_height));
}

// QUERY_TIFF(File [, Info]): 1 if READ_TIFF can read that image, else 0. Info becomes a structure: CHANNELS,
// DIMENSIONS, HAS_PALETTE, IMAGE_INDEX, NUM_IMAGES, PIXEL_TYPE, TYPE, and what TIFF has besides; GEOTIFF a structure of
// its geographic tags, or 0. Manual: QUERY_TIFF.
static void fn_query_tiff(Call *c)
{
    Opened *o;
    if (!picture_is_readable(c, open_tiff(c, call_kw_int(c, KW_QUERY_TIFF_IMAGE_INDEX, 0), &o))) return;
    const TiffInfo *info = &o->info;
    if (info->type == T_UNDEF || info->width < 1 || info->height < 1) {
        call_return_take(c, val_long(0));
        return;
    }
    PictureInfo all = {info->width, info->height,           info->channels, info->images,
                       info->index, info->palette_size > 0, info->type,     "TIFF"};
    PictureRecord *r = picture_record(c, &all);
    add_tags(c, r, info);
    TiffGeo geo;
    o->codec->geo(o->file, &geo);
    if (call_kw_given(c, KW_QUERY_TIFF_GEOTIFF)) call_kw_set_take(c, KW_QUERY_TIFF_GEOTIFF, geotiff_structure(c, &geo));
    picture_record_return(c, r, 1);
}

static const Routine rows[] = {
    {"QUERY_TIFF", FUNCTION, {1, 2}, fn_query_tiff, "File [, Info]", KEYS(QUERY_TIFF)},
    {"READ_TIFF", FUNCTION, {1, 4}, fn_read_tiff, "File [, R, G, B]", KEYS(READ_TIFF)},
};
ROUTINE_TABLE(lib_tiff_read, rows)
