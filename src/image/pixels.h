// Pixels: a decoded raster, and where a codec writes one. Codecs never allocate the result: once they know its shape
// they ask the caller for memory (ImagePlace), so that an image lands in an array without a second copy.
#ifndef HELIO_IMAGE_PIXELS_H
#define HELIO_IMAGE_PIXELS_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// A raster in memory: interleaved by pixel, rows without padding, the first row in memory is the top one unless the
// user of it says otherwise. 16-bit samples are in the machine's order.
typedef struct Pixels {
    int64_t width, height;
    int channels; // 1 grey or index, 2 grey and alpha, 3 RGB, 4 RGBA
    int bits;     // of a sample: 8 or 16
    void *data;
} Pixels;

static inline size_t pixels_row_bytes(const Pixels *p)
{
    return (size_t)p->width * (size_t)p->channels * (size_t)(p->bits / 8);
}

// Gives memory for the raster described by *shape (data is not set): width * height * channels * bits/8 bytes.
// NULL: the caller has none, and the decoder fails with E_NO_MEMORY. It must not jump out of the decoder.
typedef void *(*ImagePlace)(void *arg, const Pixels *shape);

// True when the user wants to stop (Ctrl-C); decoders ask every few rows and then fail with E_INTERRUPT.
typedef bool (*ImageStop)(void *arg);

// Where a decoder reads from: the bytes at data, or a function, or a file. Exactly one of data, read, path is set;
// data may be followed by read (a buffer left over from an earlier image of the same stream).
typedef struct ImageSource {
    const uint8_t *data;
    size_t size;
    // Reads up to n bytes; 0 at the end, -1 on failure (then treated as the end).
    ssize_t (*read)(void *arg, void *p, size_t n);
    void *read_arg;
    const char *path;
} ImageSource;

// Dimensions above these are refused before anything is allocated.
#define IMAGE_MAX_SIDE   1000000
#define IMAGE_MAX_PIXELS ((int64_t)1 << 30)

#endif
