// The JPEG 2000 codec's table, exported by the module `jpeg2000` (OpenJPEG) as helio_jpeg2000_table. Boxes of JP2 files
// are read and written in pro/.
#ifndef HELIO_IMAGE_JPEG2000_H
#define HELIO_IMAGE_JPEG2000_H

#include "base/buf.h"
#include "core/type.h"
#include "image/pixels.h"

enum { JPEG2000_LAYERS_MAX = 100, JPEG2000_COMPONENTS_MAX = 16384 };

typedef struct Jpeg2000ReadOptions {
    int discard_levels, max_layers; // 0: none, all
    int64_t region[4];              // left, top, width, height on the canvas; width 0: all
    bool bottom_up;
    // Memory for planes (width, height, components), whose type is told in *type.
    void *(*place)(void *arg, const Pixels *shape, TypeCode type);
    void *place_arg;
} Jpeg2000ReadOptions;

typedef struct Jpeg2000WriteOptions {
    int width, height, components;
    int depth;
    bool is_signed, bottom_up, reversible, ycc;
    int levels, layers, progression; // LRCP RLCP RPCL PCRL CPRL
    int tile_width, tile_height;     // 0: one tile
    const float *ratio;              // of compression, for each layer; 0: all there is. NULL: chosen
} Jpeg2000WriteOptions;

typedef struct Jpeg2000Codec {
    // Decodes the first codestream of a JP2 file or a codestream in memory. Indices of a palette stay indices.
    Status (*read)(const uint8_t *data, size_t size, const Jpeg2000ReadOptions *opt);
    // Appends a codestream: planes of 32-bit samples.
    Status (*write)(const int32_t *planes, const Jpeg2000WriteOptions *opt, Buf *out);
} Jpeg2000Codec;

#define JPEG2000_MODULE "jpeg2000", "helio_jpeg2000_table", "libopenjp2-7"

#endif
