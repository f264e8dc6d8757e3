// TiffFile: where libtiff reads and writes, and what it says. Inside the module `tiff`.
#ifndef HELIO_IMAGE_TIFF_FILE_H
#define HELIO_IMAGE_TIFF_FILE_H

#include "image/tiff.h"

#include <tiffio.h>

struct TiffFile {
    TIFF *tiff;
    int fd;              // of a path, else -1
    const uint8_t *data; // bytes in memory that are read
    Buf *out;            // or read and written
    int64_t size, at;
    int images;
    ImageStop stop;
    bool failed;    // memory ran out in `out`
    char said[200]; // libtiff's first complaint since it was last asked
};

MUST_USE Status tiff_open(const ImageSource *src, ImageStop stop, TiffFile **out);
void tiff_close(TiffFile *f);
// libtiff over the bytes of f, in its mode.
TIFF *tiff_client(TiffFile *f, const char *mode);
// E_IMAGE (or what memory has to say), with `why`.
MUST_USE Status tiff_failure(TiffFile *f, const char *why);
MUST_USE Status tiff_write(const void *data, const TiffWriteOptions *opt, Buf *file);

#endif
