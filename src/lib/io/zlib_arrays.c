// ZLIB_COMPRESS and ZLIB_UNCOMPRESS. Start reading at fn_zlib_compress.
#include "base/buf.h"
#include "base/inflate_memory.h"
#include "vm/call/call.h"

#include <string.h>

#define ZLIB_COMPRESS_KEYWORDS(K, R) K(R, GZIP_HEADER, FLAG) K(R, LEVEL, "={0 to 9}") K(R, NO_HEADER, OR_FLAG)
KEYWORDS(ZLIB_COMPRESS)

#define ZLIB_UNCOMPRESS_KEYWORDS(K, R)                                                                                 \
    K(R, DIMENSIONS, "=dimensions") K(R, GZIP_HEADER, FLAG) K(R, NO_HEADER, OR_FLAG) K(R, TYPE, "=code")
KEYWORDS(ZLIB_UNCOMPRESS)

enum { PIECE = 1 << 20, BITS = 15, GZIP_BITS = 16 };

typedef struct Bytes {
    const unsigned char *p;
    size_t n;
} Bytes;

static Bytes bytes_of(Call *c)
{
    const Val *v = call_arg(c, 0);
    if (!type_is_numeric((TypeCode)v->type)) throw_msg(c, E_TYPE, "Array must be of a numeric type.");
    if (!val_is_array(v)) return (Bytes){(const unsigned char *)&v->bits, type_size((TypeCode)v->type)};
    return (Bytes){v->a->data, (size_t)v->a->n * v->a->elem};
}

// How zlib is told of the header: none, zlib's own or gzip's.
static int window_bits(Call *c, int gzip, int none)
{
    bool is_gzip = call_kw_set(c, gzip);
    if (is_gzip && call_kw_set(c, none)) throw_msg(c, E_KEYWORD, "Conflicting keywords: GZIP_HEADER, NO_HEADER.");
    return call_kw_set(c, none) ? -BITS : is_gzip ? BITS + GZIP_BITS : BITS;
}

static void feed(z_stream *z, Bytes *in)
{
    if (z->avail_in || !in->n) return;
    z->next_in = (z_const Bytef *)in->p;
    z->avail_in = in->n < PIECE ? (uInt)in->n : PIECE;
    in->p += z->avail_in;
    in->n -= z->avail_in;
}

static void release_buf(void *b) { buf_free(b); }
static void end_deflate(void *z) { deflateEnd(z); }
static void end_inflate(void *z) { inflateEnd(z); }

static Buf *new_buf(Call *c)
{
    Buf *b = call_alloc(c, sizeof *b);
    *b = BUF_INIT(BUF_NO_LIMIT);
    call_defer(c, release_buf, b);
    return b;
}

// Room for the next piece; b->len is what is there.
static void make_room(Call *c, z_stream *z, Buf *b)
{
    call_poll(c);
    if (!buf_reserve(b, PIECE)) throw_no_memory(c);
    z->next_out = (Bytef *)b->p + b->len;
    z->avail_out = PIECE;
}

// Result = ZLIB_COMPRESS(Array [, /GZIP_HEADER] [, LEVEL=0 to 9 (6)] [, /NO_HEADER]): the bytes of an array (as they
// lie in memory) by DEFLATE, with zlib's header and check sum, gzip's, or none. A byte vector. Manual: ZLIB_COMPRESS;
// RFC 1950 to 1952.
static void fn_zlib_compress(Call *c)
{
    Bytes in = bytes_of(c);
    int64_t level = call_kw_int(c, KW_ZLIB_COMPRESS_LEVEL, 6);
    if (level < 0 || level > 9) throw_msg(c, E_VALUE, "Value of LEVEL keyword is out of allowed range.");
    int bits = window_bits(c, KW_ZLIB_COMPRESS_GZIP_HEADER, KW_ZLIB_COMPRESS_NO_HEADER);
    z_stream *z = call_alloc(c, sizeof *z);
    *z = inflate_memory_stream();
    if (deflateInit2(z, (int)level, Z_DEFLATED, bits, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw_no_memory(c);
    call_defer(c, end_deflate, z);
    Buf *b = new_buf(c);
    for (int r = Z_OK; r != Z_STREAM_END;) {
        feed(z, &in);
        make_room(c, z, b);
        r = deflate(z, in.n ? Z_NO_FLUSH : Z_FINISH);
        b->len += PIECE - z->avail_out;
    }
    Arr *a = call_new_array(c, T_BYTE, 1, (int64_t[]){(int64_t)b->len}, false);
    memcpy(a->data, b->p, b->len);
    call_return_take(c, val_arr_take(arr_ref(a)));
}

static void fail(Call *c, const z_stream *z, int r)
{
    if (r == Z_MEM_ERROR) throw_no_memory(c);
    if (r == Z_NEED_DICT) throw_msg(c, E_VALUE, "The data need a dictionary.");
    if (r == Z_BUF_ERROR || r == Z_OK) throw_msg(c, E_VALUE, "The compressed data end too early.");
    throw_msg(c, E_VALUE, "These are no such compressed data: %s.", z->msg ? z->msg : "broken");
}

// gzip's may be several, one behind the other; what follows them is left alone.
static bool goes_on(z_stream *z, const Bytes *in, int bits)
{
    bool is_gzip =
        bits > BITS && z->avail_in + in->n >= 2 && z->next_in[0] == 0x1F && z->next_in[1] == 0x8B; // of one block
    return is_gzip && inflateReset(z) == Z_OK;
}

static Buf *unpack(Call *c, Bytes in, int bits)
{
    z_stream *z = call_alloc(c, sizeof *z);
    *z = inflate_memory_stream();
    if (inflateInit2(z, bits) != Z_OK) throw_no_memory(c);
    call_defer(c, end_inflate, z);
    Buf *b = new_buf(c);
    for (bool more = true; more;) {
        feed(z, &in);
        make_room(c, z, b);
        int r = inflate(z, Z_NO_FLUSH);
        b->len += PIECE - z->avail_out;
        if (r == Z_STREAM_END)
            more = goes_on(z, &in, bits);
        else if (r != Z_OK || (!z->avail_in && !in.n && z->avail_out))
            fail(c, z, r);
    }
    return b;
}

// Result = ZLIB_UNCOMPRESS(Array [, DIMENSIONS=d] [, /GZIP_HEADER] [, /NO_HEADER] [, TYPE=code]): what ZLIB_COMPRESS,
// or any other program, has compressed, as a byte vector, or as an array of that type and those dimensions, which must
// be what the data are. Manual: ZLIB_UNCOMPRESS; RFC 1950 to 1952.
static void fn_zlib_uncompress(Call *c)
{
    int64_t code = call_kw_int(c, KW_ZLIB_UNCOMPRESS_TYPE, T_BYTE), dim[MAX_RANK] = {0}, wanted = 1;
    TypeCode t = code >= T_BYTE && code < T_COUNT ? (TypeCode)code : T_UNDEF;
    if (!type_is_numeric(t)) throw_msg(c, E_VALUE, "TYPE must be the code of a numeric type.");
    Buf *b = unpack(c, bytes_of(c), window_bits(c, KW_ZLIB_UNCOMPRESS_GZIP_HEADER, KW_ZLIB_UNCOMPRESS_NO_HEADER));
    const Val *given = call_kw(c, KW_ZLIB_UNCOMPRESS_DIMENSIONS);
    int64_t elem = (int64_t)type_size(t), n = (int64_t)b->len / elem;
    int rank = 1;
    if (given) {
        given = call_convert(c, given, T_LONG64);
        if (val_count(given) > MAX_RANK) throw_msg(c, E_SHAPE, "Only 8 dimensions allowed.");
        rank = (int)val_count(given);
        for (int k = 0; k < rank; k++) {
            dim[k] = val_is_array(given) ? ((const int64_t *)given->a->data)[k] : given->ll;
            if (dim[k] < 1) throw_msg(c, E_SHAPE, "Array dimensions must be greater than 0.");
            wanted = dim[k] > n / wanted ? n + 1 : wanted * dim[k];
        }
    } else {
        dim[0] = wanted = n;
    }
    if (!b->len) throw_msg(c, E_VALUE, "There are no data within.");
    if (wanted != n || n * elem != (int64_t)b->len)
        throw_msg(c, E_SHAPE,
                  "There are %lld bytes within, which do not make an array of that type and those dimensions.",
                  (long long)b->len);
    Arr *a = call_new_array(c, t, rank, dim, false);
    memcpy(a->data, b->p, b->len);
    call_return_take(c, val_arr_take(arr_ref(a)));
}

static const Routine rows[] = {
    {"ZLIB_COMPRESS", FUNCTION, {1, 1}, fn_zlib_compress, "Array", KEYS(ZLIB_COMPRESS)},
    {"ZLIB_UNCOMPRESS", FUNCTION, {1, 1}, fn_zlib_uncompress, "Array", KEYS(ZLIB_UNCOMPRESS)},
};
ROUTINE_TABLE(lib_zlib_arrays, rows)
