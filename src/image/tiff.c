// The TIFF codec, wrapping libtiff; built as the module `tiff`. Strips and tiles are decoded one by one, straight into
// the caller's memory where they lie there as in the file. libtiff's memory has no hooks: what it takes at once is
// bounded by the file's size, and strips are claimed. Start at tiff_read.
#include "image/tiff.h"

#include "base/mem.h"
#include "core/errors.h"
#include "image/tiff_file.h"

#include <stdio.h>
#include <string.h>

#define STOP_EVERY      16 // strips between questions whether to stop
#define PIXELS_PER_BYTE (1032 * 8)
#define UNSUSPECTED     ((int64_t)1 << 24)
#define SAMPLES_MAX     ((int64_t)1 << 34)

static TypeCode sample_type(int bits, int format, bool is_palette)
{
    if (is_palette && (format != SAMPLEFORMAT_UINT || bits > 8)) return T_UNDEF;
    switch (format) {
    case SAMPLEFORMAT_UINT:
    case SAMPLEFORMAT_VOID:
        return bits <= 8 ? T_BYTE : bits <= 16 ? T_UINT : bits == 32 ? T_ULONG : bits == 64 ? T_ULONG64 : T_UNDEF;
    case SAMPLEFORMAT_INT:
        return bits == 8 ? T_BYTE : bits == 16 ? T_INT : bits == 32 ? T_LONG : bits == 64 ? T_LONG64 : T_UNDEF;
    case SAMPLEFORMAT_IEEEFP: return bits == 32 ? T_FLOAT : bits == 64 ? T_DOUBLE : T_UNDEF;
    case SAMPLEFORMAT_COMPLEXIEEEFP: return bits == 64 ? T_COMPLEX : bits == 128 ? T_DCOMPLEX : T_UNDEF;
    default: return T_UNDEF;
    }
}

static void take_palette(TIFF *t, TiffInfo *info)
{
    uint16_t *column[3];
    if (info->bits > 8 || !TIFFGetField(t, TIFFTAG_COLORMAP, &column[0], &column[1], &column[2])) return;
    info->palette_size = 1 << info->bits;
    bool is_wide = false; // some writers leave the entries at 8 bits
    for (int k = 0; k < 3; k++) {
        for (int i = 0; i < info->palette_size; i++) is_wide |= column[k][i] > 255;
    }
    for (int k = 0; k < 3; k++) {
        for (int i = 0; i < info->palette_size; i++)
            info->palette[k][i] = (uint8_t)(is_wide ? column[k][i] >> 8 : column[k][i]);
    }
}

static void take_texts(TIFF *t, TiffInfo *info)
{
    char *s;
    if (TIFFGetField(t, TIFFTAG_IMAGEDESCRIPTION, &s)) info->description = s;
    if (TIFFGetField(t, TIFFTAG_DOCUMENTNAME, &s)) info->document_name = s;
    if (TIFFGetField(t, TIFFTAG_DATETIME, &s)) info->date_time = s;
    uint32_t n;
    void *p;
    if (TIFFGetField(t, TIFFTAG_ICCPROFILE, &n, &p)) info->icc = p, info->icc_size = n;
    if (TIFFGetField(t, TIFFTAG_PHOTOSHOP, &n, &p)) info->photoshop = p, info->photoshop_size = n;
    uint16_t a, b;
    if (TIFFGetField(t, TIFFTAG_DOTRANGE, &a, &b)) {
        info->has_dot_range = true;
        info->dot_range[0] = a;
        info->dot_range[1] = b;
    }
}

static int field16(TIFF *t, uint32_t tag, int otherwise)
{
    uint16_t x = (uint16_t)otherwise;
    return TIFFGetFieldDefaulted(t, tag, &x) ? x : otherwise;
}

static float field_float(TIFF *t, uint32_t tag, float otherwise)
{
    float x = otherwise;
    return TIFFGetField(t, tag, &x) ? x : otherwise;
}

static void take_geometry(TIFF *t, TiffInfo *info)
{
    uint32_t w = 0, h = 0, tw = 0, th = 0;
    TIFFGetField(t, TIFFTAG_IMAGEWIDTH, &w);
    TIFFGetField(t, TIFFTAG_IMAGELENGTH, &h);
    info->width = w;
    info->height = h;
    if (TIFFIsTiled(t)) {
        TIFFGetField(t, TIFFTAG_TILEWIDTH, &tw);
        TIFFGetField(t, TIFFTAG_TILELENGTH, &th);
    } else {
        tw = w;
        TIFFGetFieldDefaulted(t, TIFFTAG_ROWSPERSTRIP, &th);
        if (th > h) th = h;
    }
    info->tile_width = tw;
    info->tile_height = th;
}

static Status tiff_choose(TiffFile *f, int index, TiffInfo *info)
{
    TIFF *t = f->tiff;
    *info = (TiffInfo){.index = index};
    info->images = f->images;
    if (index < 0 || index >= f->images || !TIFFSetDirectory(t, (tdir_t)index)) {
        return tiff_failure(f, "there is no such image");
    }
    take_geometry(t, info);
    info->channels = field16(t, TIFFTAG_SAMPLESPERPIXEL, 1);
    info->bits = field16(t, TIFFTAG_BITSPERSAMPLE, 1);
    info->photometric = field16(t, TIFFTAG_PHOTOMETRIC, info->channels > 2 ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK);
    info->planar = field16(t, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    info->orientation = field16(t, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
    info->units = field16(t, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
    info->x_resolution = field_float(t, TIFFTAG_XRESOLUTION, 0);
    info->y_resolution = field_float(t, TIFFTAG_YRESOLUTION, 0);
    info->x_position = field_float(t, TIFFTAG_XPOSITION, 0);
    info->y_position = field_float(t, TIFFTAG_YPOSITION, 0);
    bool is_palette = info->photometric == PHOTOMETRIC_PALETTE && info->channels == 1;
    info->type = sample_type(info->bits, field16(t, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT), is_palette);
    if (is_palette) take_palette(t, info);
    take_texts(t, info);
    return STATUS_OK;
}

static const double *geo_doubles(TIFF *t, uint32_t tag, uint32_t *n)
{
    double *p = NULL;
    if (!TIFFGetField(t, tag, n, &p)) *n = 0;
    return p;
}

static void tiff_geo(TiffFile *f, TiffGeo *geo)
{
    TIFF *t = f->tiff;
    *geo = (TiffGeo){0};
    geo->scale = geo_doubles(t, TIFF_GEO_SCALE, &geo->nscale);
    geo->tiepoints = geo_doubles(t, TIFF_GEO_TIEPOINTS, &geo->ntiepoints);
    geo->transformation = geo_doubles(t, TIFF_GEO_TRANSFORMATION, &geo->ntransformation);
    geo->doubles = geo_doubles(t, TIFF_GEO_DOUBLES, &geo->ndoubles);
    uint16_t *keys = NULL;
    char *text = NULL;
    if (TIFFGetField(t, TIFF_GEO_KEYS, &geo->nkeys, &keys)) geo->keys = keys;
    if (TIFFGetField(t, TIFF_GEO_TEXT, &text)) geo->text = text;
}

// --- reading

typedef struct Walk {
    TiffFile *f;
    const TiffInfo *info;
    const TiffPart *part;
    size_t sample;     // bytes of one in the caller's memory
    int in_piece;      // channels that lie in one strip or tile
    int64_t piece_row; // bytes of a row of it
    uint8_t *piece, *to;
} Walk;

// Where the sample of channel number k (of the part's list) at x, y of the part goes.
static uint8_t *place_of(const Walk *w, int k, int64_t x, int64_t y)
{
    const TiffPart *p = w->part;
    return w->to + (size_t)(k * p->step_channel + y * p->step_y + x * p->step_x) * w->sample;
}

// Sample number i of a row whose samples have other than 8, 16, 32 ... bits, the highest bit first.
static unsigned packed_sample(const uint8_t *row, int64_t i, int bits)
{
    int64_t at = i * bits;
    unsigned x = (unsigned)row[at >> 3] << 16;
    int used = (int)(at & 7) + bits;
    if (used > 8) x |= (unsigned)row[(at >> 3) + 1] << 8;
    if (used > 16) x |= row[(at >> 3) + 2];
    return x >> (24 - used) & ((1u << bits) - 1);
}

// n samples of channel c out of a row of the piece, from column x on.
static void copy_samples(const Walk *w, const uint8_t *row, int c, int64_t x, uint8_t *to, size_t step, int64_t n)
{
    int bits = w->info->bits, across = w->in_piece;
    size_t size = w->sample;
    if (bits % 8 || bits == 24) {
        for (int64_t i = 0; i < n; i++, to += step) {
            unsigned v = packed_sample(row, (x + i) * across + c, bits);
            if (size == 1)
                *to = (uint8_t)v;
            else
                *(uint16_t *)(void *)to = (uint16_t)v;
        }
        return;
    }
    const uint8_t *from = row + ((size_t)x * (size_t)across + (size_t)c) * size;
    size_t stride = (size_t)across * size;
    if (step == size && stride == size) {
        memcpy(to, from, (size_t)n * size);
    } else if (size == 1) {
        for (int64_t i = 0; i < n; i++, from += stride, to += step) *to = *from;
    } else {
        for (int64_t i = 0; i < n; i++, from += stride, to += step) memcpy(to, from, size);
    }
}

// The strip or tile at (x0, y0) of `plane`, decoded: what of it lies in the part goes to its place.
static void spread(const Walk *w, int64_t x0, int64_t y0, int plane)
{
    const TiffPart *p = w->part;
    int64_t left = x0 > p->x ? x0 : p->x, top = y0 > p->y ? y0 : p->y;
    int64_t right = x0 + w->info->tile_width, bottom = y0 + w->info->tile_height;
    if (right > p->x + p->width) right = p->x + p->width;
    if (bottom > p->y + p->height) bottom = p->y + p->height;
    size_t step = w->sample * (size_t)p->step_x;
    for (int k = 0; k < p->nchannels; k++) {
        int c = p->channel[k];
        if (w->in_piece == 1 && c != plane) continue;
        for (int64_t y = top; y < bottom; y++) {
            const uint8_t *row = w->piece + (y - y0) * w->piece_row;
            copy_samples(w, row, w->in_piece == 1 ? 0 : c, left - x0, place_of(w, k, left - p->x, y - p->y), step,
                         right - left);
        }
    }
}

// Every sample of whole rows, in the file's own order.
static bool is_as_in_file(const Walk *w)
{
    const TiffPart *p = w->part;
    if (TIFFIsTiled(w->f->tiff) || p->x || p->width != w->info->width || w->info->bits % 8 || w->info->bits == 24)
        return false;
    if (w->in_piece == 1) return p->nchannels == 1;
    if (p->nchannels != w->in_piece || p->step_channel != 1 || p->step_x != p->nchannels) return false;
    for (int k = 0; k < p->nchannels; k++) {
        if (p->channel[k] != k) return false;
    }
    return true;
}

static Status read_piece(const Walk *w, int64_t x, int64_t y, int plane, bool in_place)
{
    TIFF *t = w->f->tiff;
    const TiffInfo *info = w->info;
    uint32_t px = (uint32_t)x, py = (uint32_t)y;
    bool is_tiled = TIFFIsTiled(t);
    uint32_t number =
        is_tiled ? TIFFComputeTile(t, px, py, 0, (uint16_t)plane) : TIFFComputeStrip(t, py, (uint16_t)plane);
    int64_t rows = is_tiled || y + info->tile_height <= info->height ? info->tile_height : info->height - y;
    int64_t size = rows * w->piece_row;
    bool fits = in_place && y >= w->part->y && y + rows <= w->part->y + w->part->height;
    uint8_t *to = fits ? w->to + (size_t)((y - w->part->y) * w->piece_row) : w->piece;
    memset(to, 0, (size_t)size);
    int64_t got = is_tiled ? TIFFReadEncodedTile(t, number, to, size) : TIFFReadEncodedStrip(t, number, to, size);
    if (got < 0 && !w->f->said[0]) return tiff_failure(w->f, "its data are damaged");
    if (got < 0) return tiff_failure(w->f, w->f->said);
    if (!fits) spread(w, x, y, plane);
    return STATUS_OK;
}

static Status read_pieces(const Walk *w)
{
    const TiffInfo *info = w->info;
    const TiffPart *p = w->part;
    bool in_place = is_as_in_file(w);
    int64_t done = 0;
    for (int plane = 0; plane < (w->in_piece == 1 ? info->channels : 1); plane++) {
        bool is_wanted = w->in_piece > 1;
        for (int k = 0; k < p->nchannels; k++) is_wanted |= p->channel[k] == plane;
        if (!is_wanted) continue;
        for (int64_t y = p->y / info->tile_height * info->tile_height; y < p->y + p->height; y += info->tile_height) {
            for (int64_t x = p->x / info->tile_width * info->tile_width; x < p->x + p->width; x += info->tile_width) {
                if (done++ % STOP_EVERY == 0 && w->f->stop && w->f->stop(NULL))
                    return status_fail(E_INTERRUPT, "Interrupted.");
                Status s = read_piece(w, x, y, plane, in_place);
                if (!status_ok(s)) return s;
            }
        }
    }
    return STATUS_OK;
}

// What cannot be brought to samples, and what cannot come out of so small a file.
static Status tiff_check(TiffFile *f, const TiffInfo *info, const TiffPart *part)
{
    uint16_t compression = (uint16_t)field16(f->tiff, TIFFTAG_COMPRESSION, COMPRESSION_NONE);
    if (!TIFFIsCODECConfigured(compression)) return tiff_failure(f, "this compression is not supported");
    if (info->type == T_UNDEF || info->bits > 128) return tiff_failure(f, "samples of such a kind are not supported");
    if (info->photometric == PHOTOMETRIC_YCBCR) {
        if (compression != COMPRESSION_JPEG || info->planar != PLANARCONFIG_CONTIG)
            return tiff_failure(f, "YCbCr is supported with JPEG compression alone");
        TIFFSetField(f->tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
    }
    if (info->tile_width < 1 || info->tile_height < 1 || info->channels < 1 || info->width < 1 || info->height < 1)
        return tiff_failure(f, "it has no size");
    int64_t row = part->width * part->nchannels, samples;
    if (__builtin_mul_overflow(row, part->height, &samples) || samples > SAMPLES_MAX)
        return tiff_failure(f, "the image is too large");
    bool is_packed = compression != COMPRESSION_NONE;
    int64_t most = f->size * (is_packed ? PIXELS_PER_BYTE : 8);
    if (samples > UNSUSPECTED && samples > most)
        return tiff_failure(f, "the file is too short for the size it declares");
    return STATUS_OK;
}

static Status tiff_read(TiffFile *f, const TiffInfo *info, const TiffPart *part, void *to)
{
    Status s = tiff_check(f, info, part);
    if (!status_ok(s)) return s;
    bool is_contiguous = info->planar == PLANARCONFIG_CONTIG && info->channels > 1;
    bool is_tiled = TIFFIsTiled(f->tiff);
    Walk w = {.f = f, .info = info, .part = part, .sample = type_size(info->type), .to = to};
    w.in_piece = is_contiguous ? info->channels : 1;
    w.piece_row = is_tiled ? TIFFTileRowSize64(f->tiff) : TIFFScanlineSize64(f->tiff);
    int64_t size = is_tiled ? TIFFTileSize64(f->tiff) : TIFFStripSize64(f->tiff),
            row = (info->tile_width * w.in_piece * info->bits + 7) / 8;
    int64_t product;
    if (w.piece_row != row || __builtin_mul_overflow(row, info->tile_height, &product) || size < product)
        return tiff_failure(f, "its strips are not supported");
    if (size > UNSUSPECTED * 16 && size / PIXELS_PER_BYTE > f->size)
        return tiff_failure(f, "the file is too short for its strips");
    bool is_direct = is_as_in_file(&w) && part->y == 0 && part->height == info->height; // no strip goes elsewhere
    if (!mem_claim(size)) return status_fail(E_NO_MEMORY, "Unable to allocate memory: to decode an image.");
    if (!is_direct) w.piece = mem_alloc((size_t)size + 2); // packed_sample may look two bytes further
    if (is_direct || w.piece)
        s = read_pieces(&w);
    else
        s = status_fail(E_NO_MEMORY, "Unable to allocate memory: to decode an image.");
    mem_free(w.piece);
    mem_unclaim(size);
    return s;
}

extern const TiffCodec helio_tiff_table;
const TiffCodec helio_tiff_table = {tiff_open, tiff_close, tiff_choose, tiff_geo, tiff_check, tiff_read, tiff_write};
