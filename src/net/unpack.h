// Content codings of HTTP undone, a piece at a time: gzip, deflate, br and zstd. The work is done by the loadable module `unpack`
// (net/unpack.c: zlib, libbrotlidec, libzstd), which exports one UnpackApi named unpack_api.
#ifndef HELIO_NET_UNPACK_H
#define HELIO_NET_UNPACK_H

#include <stdbool.h>
#include <stddef.h>

typedef struct Unpacker Unpacker;

typedef enum UnpackResult {
    UNPACK_MORE,       // go on: with more input when some is missing, with more room otherwise
    UNPACK_END,        // the data are complete; *used may be less than n
    UNPACK_BAD,        // damaged, or not of this coding
    UNPACK_NO_MEMORY,  // HELIO_MAX_MEMORY, or a window beyond 8 MB (RFC 9659)
} UnpackResult;

typedef struct UnpackApi {
    // For "gzip", "x-gzip", "deflate", "br" or "zstd". NULL: another coding, or no memory.
    Unpacker *(*open)(const char *coding);
    bool (*knows)(const char *coding);
    // Takes *used of n bytes and makes *made of at most `size`.
    UnpackResult (*step)(Unpacker *u, const void *in, size_t n, size_t *used, void *out, size_t size, size_t *made);
    void (*close)(Unpacker *u);
} UnpackApi;

#endif
