// Writing TIFF: one image with its tags, appended to the file in memory. Start at tiff_write.
#include "core/errors.h"
#include "image/tiff_file.h"

#include "base/mem.h"
#include "sys/interrupt.h"

#include <string.h>

#define STRIP_BYTES ((int64_t)64 << 10) // of a strip, about

static int compression_tag(int compression)
{
    static const int tags[] = {COMPRESSION_NONE, COMPRESSION_LZW, COMPRESSION_PACKBITS, COMPRESSION_JPEG,
                               COMPRESSION_ADOBE_DEFLATE};
    return tags[compression];
}

static int sample_format(TypeCode t)
{
    if (type_in(t, TYPES_COMPLEX)) return SAMPLEFORMAT_COMPLEXIEEEFP;
    if (type_in(t, TYPES_REAL)) return SAMPLEFORMAT_IEEEFP;
    return type_in(t, TYPES_UNSIGNED) ? SAMPLEFORMAT_UINT : SAMPLEFORMAT_INT;
}

static void put_palette(TIFF *t, const TiffWriteOptions *opt)
{
    uint16_t column[3][256];
    for (int k = 0; k < 3; k++) {
        for (int i = 0; i < 256; i++) column[k][i] = (uint16_t)(opt->palette[k][i] * 257);
    }
    TIFFSetField(t, TIFFTAG_COLORMAP, column[0], column[1], column[2]);
}

static void put_extra_samples(TIFF *t, const TiffWriteOptions *opt)
{
    int colors = opt->photometric == PHOTOMETRIC_RGB ? 3 : opt->photometric == PHOTOMETRIC_SEPARATED ? 4 : 1;
    int extra = opt->channels - colors;
    if (extra <= 0) return;
    uint16_t kinds[64] = {EXTRASAMPLE_UNSPECIFIED};
    TIFFSetField(t, TIFFTAG_EXTRASAMPLES, extra > 64 ? 64 : extra, kinds);
}

static void put_geo(TIFF *t, const TiffGeo *g)
{
    if (g->nscale) TIFFSetField(t, TIFF_GEO_SCALE, g->nscale, g->scale);
    if (g->ntiepoints) TIFFSetField(t, TIFF_GEO_TIEPOINTS, g->ntiepoints, g->tiepoints);
    if (g->ntransformation) TIFFSetField(t, TIFF_GEO_TRANSFORMATION, g->ntransformation, g->transformation);
    if (g->nkeys) TIFFSetField(t, TIFF_GEO_KEYS, g->nkeys, g->keys);
    if (g->ndoubles) TIFFSetField(t, TIFF_GEO_DOUBLES, g->ndoubles, g->doubles);
    if (g->text) TIFFSetField(t, TIFF_GEO_TEXT, g->text);
}

static void put_tags(TIFF *t, const TiffWriteOptions *opt)
{
    TIFFSetField(t, TIFFTAG_IMAGEWIDTH, (uint32_t)opt->width);
    TIFFSetField(t, TIFFTAG_IMAGELENGTH, (uint32_t)opt->height);
    TIFFSetField(t, TIFFTAG_SAMPLESPERPIXEL, opt->channels);
    TIFFSetField(t, TIFFTAG_BITSPERSAMPLE, opt->bits);
    if (opt->bits >= 8) TIFFSetField(t, TIFFTAG_SAMPLEFORMAT, sample_format(opt->type));
    TIFFSetField(t, TIFFTAG_PHOTOMETRIC, opt->photometric);
    TIFFSetField(t, TIFFTAG_COMPRESSION, compression_tag(opt->compression));
    TIFFSetField(t, TIFFTAG_PLANARCONFIG, opt->by_plane ? PLANARCONFIG_SEPARATE : PLANARCONFIG_CONTIG);
    TIFFSetField(t, TIFFTAG_ORIENTATION, opt->orientation);
    TIFFSetField(t, TIFFTAG_RESOLUTIONUNIT, opt->units);
    TIFFSetField(t, TIFFTAG_XRESOLUTION, (double)opt->x_resolution);
    TIFFSetField(t, TIFFTAG_YRESOLUTION, (double)opt->y_resolution);
    TIFFSetField(t, TIFFTAG_SOFTWARE, "Heliograph");
    put_extra_samples(t, opt);
    if (opt->has_position[0]) TIFFSetField(t, TIFFTAG_XPOSITION, (double)opt->position[0]);
    if (opt->has_position[1]) TIFFSetField(t, TIFFTAG_YPOSITION, (double)opt->position[1]);
    if (opt->has_palette) put_palette(t, opt);
    if (opt->photometric == PHOTOMETRIC_SEPARATED) TIFFSetField(t, TIFFTAG_INKSET, INKSET_CMYK);
    if (opt->description) TIFFSetField(t, TIFFTAG_IMAGEDESCRIPTION, opt->description);
    if (opt->document_name) TIFFSetField(t, TIFFTAG_DOCUMENTNAME, opt->document_name);
    if (opt->has_dot_range) TIFFSetField(t, TIFFTAG_DOTRANGE, opt->dot_range[0], opt->dot_range[1]);
    if (opt->icc_size) TIFFSetField(t, TIFFTAG_ICCPROFILE, opt->icc_size, opt->icc);
    if (opt->photoshop_size) TIFFSetField(t, TIFFTAG_PHOTOSHOP, opt->photoshop_size, opt->photoshop);
    put_geo(t, &opt->geo);
}

// Rows of samples with fewer than 8 bits, the highest bit first.
static void pack_rows(const uint8_t *from, int64_t samples, int64_t rows, int bits, uint8_t *to)
{
    int64_t bytes = (samples * bits + 7) / 8;
    memset(to, 0, (size_t)(bytes * rows));
    for (int64_t y = 0; y < rows; y++, from += samples, to += bytes) {
        for (int64_t i = 0; i < samples; i++) {
            unsigned v = bits == 1 ? from[i] != 0 : from[i] & ((1u << bits) - 1);
            to[i * bits / 8] |= (uint8_t)(v << (8 - bits - i * bits % 8));
        }
    }
}

// libtiff may change what it is given, so that strips are copied.
static Status put_strips(TiffFile *f, const void *data, const TiffWriteOptions *opt)
{
    int across = opt->by_plane ? 1 : opt->channels;
    int64_t samples = opt->width * across, from_row = samples * (int64_t)type_size(opt->type);
    int64_t row = opt->bits < 8 ? (samples * opt->bits + 7) / 8 : from_row;
    int64_t rows = STRIP_BYTES / row < 1 ? 1 : STRIP_BYTES / row;
    if (opt->compression == 3) rows = (rows + 15) / 16 * 16; // JPEG: whole blocks
    if (rows > opt->height) rows = opt->height;
    TIFFSetField(f->tiff, TIFFTAG_ROWSPERSTRIP, (uint32_t)rows);
    uint8_t *piece = mem_alloc((size_t)(row * rows));
    if (!piece) return status_fail(E_NO_MEMORY, "Unable to allocate memory: for the TIFF file.");
    const uint8_t *p = data;
    uint32_t strip = 0;
    Status s = STATUS_OK;
    for (int plane = 0; plane < (opt->by_plane ? opt->channels : 1) && status_ok(s); plane++) {
        for (int64_t y = 0; y < opt->height && status_ok(s); y += rows) {
            int64_t n = y + rows > opt->height ? opt->height - y : rows;
            if (opt->bits < 8)
                pack_rows(p, samples, n, opt->bits, piece);
            else
                memcpy(piece, p, (size_t)(n * row));
            p += n * from_row;
            if (sys_interrupted())
                s = status_fail(E_INTERRUPT, "Interrupted.");
            else if (TIFFWriteEncodedStrip(f->tiff, strip++, piece, n * row) < 0)
                s = tiff_failure(f, f->said[0] ? f->said : "it cannot be written");
        }
    }
    mem_free(piece);
    return s;
}

static const char *open_mode(const TiffWriteOptions *opt, const Buf *file)
{
    if (file->len) return "a";
    return opt->big ? "w8" : "w";
}

Status tiff_write(const void *data, const TiffWriteOptions *opt, Buf *file)
{
    TiffFile *f = mem_zalloc(sizeof *f);
    if (!f) return status_fail(E_NO_MEMORY, "Unable to allocate memory: to encode an image.");
    *f = (TiffFile){.fd = -1, .out = file, .size = (int64_t)file->len};
    f->tiff = tiff_client(f, open_mode(opt, file));
    Status s = STATUS_OK;
    if (!f->tiff) {
        s = tiff_failure(f, f->said[0] ? f->said : "the file cannot be appended to");
    } else {
        put_tags(f->tiff, opt);
        s = f->said[0] ? tiff_failure(f, f->said) : put_strips(f, data, opt);
        if (status_ok(s) && !TIFFWriteDirectory(f->tiff))
            s = tiff_failure(f, f->said[0] ? f->said : "it cannot be written");
        if (!status_ok(s)) TIFFFreeDirectory(f->tiff);
    }
    tiff_close(f);
    if (status_ok(s) && !buf_ok(file)) s = status_fail(E_NO_MEMORY, "Unable to allocate memory: for the TIFF file.");
    return s;
}
