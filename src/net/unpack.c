// The module `unpack`: zlib, libbrotlidec and libzstd behind one table (net/unpack.h). Start at unpack_step.
#include "net/unpack.h"

#include "base/inflate_memory.h"
#include "base/mem.h"

#include <brotli/decode.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

enum { WINDOW_LOG_MAX = 23, GZIP_WINDOW = 15 + 16, ZLIB_WINDOW = 15, RAW_WINDOW = -15, PIECE = 1 << 20 };

typedef enum Kind { NONE, GZIP, DEFLATE, BROTLI, ZSTANDARD } Kind;

struct Unpacker {
    Kind kind;
    z_stream z;
    bool is_begun;  // deflate: the first byte has told zlib's form from the bare one
    BrotliDecoderState *brotli;
    ZSTD_DStream *zstd;
};

static Kind kind_of(const char *coding)
{
    if (strcmp(coding, "gzip") == 0 || strcmp(coding, "x-gzip") == 0) return GZIP;
    if (strcmp(coding, "deflate") == 0) return DEFLATE;
    if (strcmp(coding, "br") == 0) return BROTLI;
    return strcmp(coding, "zstd") == 0 ? ZSTANDARD : NONE;
}

static bool unpack_knows(const char *coding) { return kind_of(coding) != NONE; }

static void *brotli_get(void *unused, size_t n)
{
    (void)unused;
    return mem_alloc(n);
}

static void brotli_give(void *unused, void *p)
{
    (void)unused;
    mem_free(p);
}

static bool prepare(Unpacker *u)
{
    switch (u->kind) {
    case GZIP: u->z = inflate_memory_stream(); return inflateInit2(&u->z, GZIP_WINDOW) == Z_OK;
    case DEFLATE: u->z = inflate_memory_stream(); return inflateInit2(&u->z, ZLIB_WINDOW) == Z_OK;
    case BROTLI: return (u->brotli = BrotliDecoderCreateInstance(brotli_get, brotli_give, NULL)) != NULL;
    default:
        u->zstd = ZSTD_createDStream();
        return u->zstd && !ZSTD_isError(ZSTD_DCtx_setParameter(u->zstd, ZSTD_d_windowLogMax, WINDOW_LOG_MAX));
    }
}

static void unpack_close(Unpacker *u)
{
    if (!u) return;
    if (u->kind == GZIP || u->kind == DEFLATE) inflateEnd(&u->z);
    if (u->brotli) BrotliDecoderDestroyInstance(u->brotli);
    ZSTD_freeDStream(u->zstd);
    mem_free(u);
}

static Unpacker *unpack_open(const char *coding)
{
    Kind kind = kind_of(coding);
    Unpacker *u = kind ? mem_alloc(sizeof *u) : NULL;
    if (!u) return NULL;
    memset(u, 0, sizeof *u);
    u->kind = kind;
    if (prepare(u)) return u;
    unpack_close(u);
    return NULL;
}

// "deflate" is zlib's form (RFC 9110, 8.4.1.2), but some servers send it bare: the first byte tells.
static void choose_form(Unpacker *u, const unsigned char *p)
{
    u->is_begun = true;
    if (u->kind == DEFLATE && ((p[0] & 15) != Z_DEFLATED || p[0] >> 4 > 7)) inflateReset2(&u->z, RAW_WINDOW);
}

static UnpackResult step_zlib(Unpacker *u, const void *in, size_t n, size_t *used, void *out, size_t size, size_t *made)
{
    unsigned give = n > PIECE ? PIECE : (unsigned)n, take = size > PIECE ? PIECE : (unsigned)size;
    if (!u->is_begun && n) choose_form(u, in);
    u->z.next_in = (unsigned char *)in;
    u->z.avail_in = give;
    u->z.next_out = out;
    u->z.avail_out = take;
    int r = inflate(&u->z, Z_NO_FLUSH);
    *used = give - u->z.avail_in;
    *made = take - u->z.avail_out;
    if (r == Z_STREAM_END) return UNPACK_END;
    if (r == Z_MEM_ERROR) return UNPACK_NO_MEMORY;
    return r == Z_OK || r == Z_BUF_ERROR ? UNPACK_MORE : UNPACK_BAD;
}

static UnpackResult step_brotli(Unpacker *u, const void *in, size_t n, size_t *used, void *out, size_t size, size_t *made)
{
    const uint8_t *next_in = in;
    uint8_t *next_out = out;
    size_t left = n, room = size;
    BrotliDecoderResult r = BrotliDecoderDecompressStream(u->brotli, &left, &next_in, &room, &next_out, NULL);
    *used = n - left;
    *made = size - room;
    if (r == BROTLI_DECODER_RESULT_SUCCESS) return UNPACK_END;
    if (r != BROTLI_DECODER_RESULT_ERROR) return UNPACK_MORE;
    int code = BrotliDecoderGetErrorCode(u->brotli);
    bool is_memory = code <= BROTLI_DECODER_ERROR_ALLOC_CONTEXT_MODES && code >= BROTLI_DECODER_ERROR_ALLOC_BLOCK_TYPE_TREES;
    return is_memory ? UNPACK_NO_MEMORY : UNPACK_BAD;
}

static UnpackResult step_zstd(Unpacker *u, const void *in, size_t n, size_t *used, void *out, size_t size, size_t *made)
{
    ZSTD_inBuffer from = {in, n, 0};
    ZSTD_outBuffer to = {out, size, 0};
    size_t r = ZSTD_decompressStream(u->zstd, &to, &from);
    *used = from.pos;
    *made = to.pos;
    if (!ZSTD_isError(r)) return r == 0 ? UNPACK_END : UNPACK_MORE;
    int code = (int)ZSTD_getErrorCode(r);
    bool is_memory = code == ZSTD_error_memory_allocation || code == ZSTD_error_frameParameter_windowTooLarge;
    return is_memory ? UNPACK_NO_MEMORY : UNPACK_BAD;
}

static UnpackResult unpack_step(Unpacker *u, const void *in, size_t n, size_t *used, void *out, size_t size, size_t *made)
{
    *used = *made = 0;
    switch (u->kind) {
    case BROTLI: return step_brotli(u, in, n, used, out, size, made);
    case ZSTANDARD: return step_zstd(u, in, n, used, out, size, made);
    default: return step_zlib(u, in, n, used, out, size, made);
    }
}

const UnpackApi unpack_api = {
    .open = unpack_open,
    .knows = unpack_knows,
    .step = unpack_step,
    .close = unpack_close,
};
