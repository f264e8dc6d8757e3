// The GIF codec's table, exported by the module `gif` (giflib) as helio_gif_table.
#ifndef HELIO_IMAGE_GIF_H
#define HELIO_IMAGE_GIF_H

#include "base/buf.h"
#include "image/pixels.h"

// One image of a file that is in memory as a whole.
typedef struct GifReadOptions {
    size_t at;      // where to go on: `next` of the image before; 0: at the first
    int skip;       // images to be left out
    bool only_ask;  // what it is, without its pixels; the images behind it are counted
    bool bottom_up; // the first row in memory is the bottom one
    ImagePlace place;
    void *place_arg;
    ImageStop stop; // may be NULL
} GifReadOptions;

// What the extensions before an image say.
typedef struct GifControl {
    bool is_given;
    int delay, disposal, transparent; // 1/100 s; 0 to 7; -1: no colour
    bool user_input;
} GifControl;

typedef struct GifReadResult {
    bool found; // false: there are no more images
    Pixels pixels;
    size_t next;
    int images; // counted from `at` on (only_ask)
    int palette_size;
    bool palette_is_local;
    uint8_t palette[3][256];
    int background, repeat_count; // -1: the file does not say
    GifControl control;
    bool is_damaged; // rows are missing at the end
} GifReadResult;

typedef struct GifWriteOptions {
    int width, height;
    const uint8_t *palette[3]; // 256 each
    bool is_first;             // with what begins a file; else the palette, if `is_local`, is the image's own
    bool is_local;
    int background, repeat_count; // -1: none
    GifControl control;
    bool bottom_up;
} GifWriteOptions;

typedef struct GifCodec {
    Status (*read)(const uint8_t *data, size_t size, const GifReadOptions *opt, GifReadResult *res);
    // Appends one image to `out`, and what ends a file: a further one begins a byte before.
    Status (*write)(const uint8_t *pixels, const GifWriteOptions *opt, Buf *out);
} GifCodec;

#define GIF_MODULE "gif", "helio_gif_table", "libgif7"

#endif
