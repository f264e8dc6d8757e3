// The JPEG codec's table, exported by the module `jpeg` (libjpeg-turbo) as helio_jpeg_table.
#ifndef HELIO_IMAGE_JPEG_H
#define HELIO_IMAGE_JPEG_H

#include "base/buf.h"
#include "image/pixels.h"

typedef struct JpegReadOptions {
    bool grayscale; // one channel, whatever the file holds
    int colors;     // 8 to 256: quantise a colour image to that many colours; 0: do not
    int dither;     // 0 none, 1 Floyd-Steinberg, 2 ordered
    bool two_pass;  // choose the colours from the image
    int interleave; // of colour: 1 (3,x,y), 2 (x,3,y), 3 (x,y,3)
    bool bottom_up; // the first row in memory is the bottom one
    ImagePlace place;
    void *place_arg;
    ImageStop stop; // may be NULL
    void *stop_arg;
} JpegReadOptions;

typedef struct JpegReadResult {
    Pixels pixels;    // as given to place, with data
    int palette_size; // colours chosen by quantisation; 0: none
    uint8_t palette[3][256];
    char *warning; // owned by the caller (mem_free); NULL: none. What the first damage was
    // Bytes taken from the source but not used by the image: those after it, in memory or read ahead.
    uint8_t *rest; // owned by the caller; NULL when there are none, or the source is a path
    size_t rest_size;
} JpegReadResult;

typedef struct JpegWriteOptions {
    int quality; // 0 to 100
    bool progressive;
    int interleave; // 0: one channel; else as for reading
    bool bottom_up; // the first row in memory is the bottom one
    int width, height;
} JpegWriteOptions;

typedef struct JpegCodec {
    // Decodes one image. A damaged or truncated file yields what decoded (grey or black below) and a warning; a header
    // that cannot be understood, too large an image, or too many scans is E_IMAGE.
    Status (*read)(const ImageSource *src, const JpegReadOptions *opt, JpegReadResult *res);
    // Appends the JPEG file to out.
    Status (*write)(const uint8_t *data, const JpegWriteOptions *opt, Buf *out);
} JpegCodec;

#define JPEG_MODULE "jpeg", "helio_jpeg_table", "libjpeg62-turbo"

#endif
