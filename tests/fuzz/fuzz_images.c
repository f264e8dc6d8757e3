// Fuzz target of the image decoders: the first byte chooses the codec and its options, the rest is the file.
// Any outcome but a crash, a hang or an image beyond the ceilings is fine.
#include "base/mem.h"
#include "image/jpeg.h"
#include "image/png.h"
#include "sys/dynlib.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_PLACED ((size_t)16 << 20)

static void *place(void *arg, const Pixels *shape)
{
    size_t n = pixels_row_bytes(shape) * (size_t)shape->height;
    void **kept = arg;
    *kept = n <= MAX_PLACED ? mem_alloc(n) : NULL;
    return *kept;
}

static void read_jpeg(const ImageSource *src, unsigned options)
{
    static const void *codec;
    void *kept = NULL;
    if (!codec && dynlib_table(JPEG_MODULE, &codec).code) abort();
    JpegReadOptions opt = {.grayscale = options & 1,
                           .colors = options & 2 ? 16 : 0,
                           .dither = (int)(options >> 2 & 1),
                           .two_pass = options & 8,
                           .interleave = 1 + (int)(options >> 4) % 3,
                           .bottom_up = options & 4,
                           .place = place,
                           .place_arg = &kept};
    JpegReadResult res;
    Status s = ((const JpegCodec *)codec)->read(src, &opt, &res);
    status_drop(&s);
    mem_free(res.warning);
    mem_free(res.rest);
    mem_free(kept);
}

static void read_png(const ImageSource *src)
{
    static const void *codec;
    void *kept = NULL;
    if (!codec && dynlib_table(PNG_MODULE, &codec).code) abort();
    PngReadResult res;
    Status s = ((const PngCodec *)codec)->read(src, &(PngReadOptions){.place = place, .place_arg = &kept}, &res);
    status_drop(&s);
    mem_free(res.warning);
    mem_free(kept);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) return 0;
    ImageSource src = {.data = data + 1, .size = size - 1};
    if (data[0] & 0x80)
        read_png(&src);
    else
        read_jpeg(&src, data[0]);
    return 0;
}
