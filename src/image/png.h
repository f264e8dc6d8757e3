// The PNG codec's table, exported by the module `png` (libpng) as helio_png_table.
#ifndef HELIO_IMAGE_PNG_H
#define HELIO_IMAGE_PNG_H

#include "base/buf.h"
#include "image/pixels.h"

typedef struct PngReadOptions {
    bool bottom_up; // the first row in memory is the bottom one
    ImagePlace place;
    void *place_arg;
    ImageStop stop; // may be NULL
    void *stop_arg;
} PngReadOptions;

typedef struct PngReadResult {
    Pixels pixels;
    int palette_size; // 0: not an indexed image
    uint8_t palette[3][256];
    int alpha_size; // of an indexed image: entries with an opacity of their own (tRNS)
    uint8_t alpha[256];
    char *warning; // owned by the caller; NULL: none
} PngReadResult;

typedef struct PngWriteOptions {
    bool bottom_up;
    int palette_size; // 0: none; only with one channel of 8 bits
    uint8_t palette[3][256];
    int alpha_size; // opacities of the first palette entries
    uint8_t alpha[256];
    int compression;     // 0 to 9, -1: zlib's choice
    double x_dpi, y_dpi; // 0: not told
} PngWriteOptions;

typedef struct PngCodec {
    // Decodes one image: indexed ones give their indices, grey of less than 8 bits is scaled to 8, a transparent
    // colour of a grey or RGB image becomes an alpha channel. Truncated data yields what decoded and a warning.
    Status (*read)(const ImageSource *src, const PngReadOptions *opt, PngReadResult *res);
    // Appends the PNG file to out.
    Status (*write)(const Pixels *p, const PngWriteOptions *opt, Buf *out);
} PngCodec;

#define PNG_MODULE "png", "helio_png_table", "libpng16-16"

#endif
