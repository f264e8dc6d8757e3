// The TIFF codec's table, exported by the module `tiff` (libtiff) as helio_tiff_table.
#ifndef HELIO_IMAGE_TIFF_H
#define HELIO_IMAGE_TIFF_H

#include "base/buf.h"
#include "core/type.h"
#include "image/pixels.h"

enum { TIFF_IMAGES_MAX = 10000 };

// The tags that GeoTIFF adds (OGC 19-008r4, 7.1).
enum {
    TIFF_GEO_SCALE = 33550,
    TIFF_GEO_TIEPOINTS = 33922,
    TIFF_GEO_TRANSFORMATION = 34264,
    TIFF_GEO_KEYS = 34735,
    TIFF_GEO_DOUBLES = 34736,
    TIFF_GEO_TEXT = 34737,
};

typedef struct TiffFile TiffFile;

// What one image (directory) of a file is. Texts live until another one is chosen or the file is closed; NULL: not
// there.
typedef struct TiffInfo {
    int64_t width, height, tile_width, tile_height; // a strip counts as a tile
    int channels, bits, images, index;
    TypeCode type;                               // of its samples; UNDEF: such samples are not supported
    int orientation, planar, photometric, units; // as in the file, or their defaults
    float x_resolution, y_resolution, x_position, y_position;
    int palette_size;
    uint8_t palette[3][256];
    const char *description, *document_name, *date_time;
    bool has_dot_range;
    uint16_t dot_range[2];
    const void *icc, *photoshop;
    uint32_t icc_size, photoshop_size;
} TiffInfo;

// A rectangle out of the image as it lies in the file, and which channels of it.
typedef struct TiffPart {
    int64_t x, y, width, height;
    int nchannels;
    const int *channel;
    int64_t step_x, step_y, step_channel; // in the caller's memory, in samples
} TiffPart;

typedef struct TiffGeo {
    const double *scale, *tiepoints, *transformation, *doubles;
    const uint16_t *keys;
    const char *text;
    uint32_t nscale, ntiepoints, ntransformation, ndoubles, nkeys;
} TiffGeo;

typedef struct TiffWriteOptions {
    int64_t width, height;
    int channels, bits;
    TypeCode type;
    bool by_plane;   // the data are (width, height, channels), and so is the file
    int compression; // 0 none, 1 LZW, 2 PackBits, 3 JPEG, 4 Deflate
    int photometric, orientation, units;
    float x_resolution, y_resolution;
    bool has_position[2];
    float position[2];
    bool has_palette;
    uint8_t palette[3][256];
    const char *description, *document_name; // NULL: none
    bool has_dot_range;
    uint16_t dot_range[2];
    const void *icc, *photoshop;
    uint32_t icc_size, photoshop_size;
    TiffGeo geo;
    bool big; // BigTIFF
} TiffWriteOptions;

typedef struct TiffCodec {
    // A file (src.path), or bytes in memory that stay while it is open. `stop` may be NULL.
    Status (*open)(const ImageSource *src, ImageStop stop, TiffFile **out);
    void (*close)(TiffFile *f);
    // Chooses the image and tells what it is; E_IMAGE when there is none of that number.
    Status (*choose)(TiffFile *f, int index, TiffInfo *info);
    void (*geo)(TiffFile *f, TiffGeo *geo);
    // Whether that part can be read at all: before memory is laid up for it.
    Status (*check)(TiffFile *f, const TiffInfo *info, const TiffPart *part);
    // Samples of the image chosen, in its type.
    Status (*read)(TiffFile *f, const TiffInfo *info, const TiffPart *part, void *to);
    // Appends one image to the file in memory, which may be empty.
    Status (*write)(const void *data, const TiffWriteOptions *opt, Buf *file);
} TiffCodec;

#define TIFF_MODULE "tiff", "helio_tiff_table", "libtiff6"

#endif
