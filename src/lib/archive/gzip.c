// FILE_GZIP. Start at pro_file_gzip.
#include "base/inflate_memory.h"
#include "lib/archive/sink.h"
#include "lib/io/record.h"
#include "sys/entry.h"
#include "sys/fd.h"
#include "vm/fault/error_line.h"
#include "vm/names/library.h"
#include "vm/vm.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_GZIP_KEYWORDS(K, R)                                                                                       \
    K(R, BUFFER, OUT)                                                                                                  \
    K(R, CLOSE, FLAG) K(R, COUNT, OUT) K(R, DELETE, FLAG) K(R, NBYTES, "=value") K(R, OFFSET, "=value")                \
        K(R, VERBOSE, FLAG)
KEYWORDS(FILE_GZIP)

enum { PIECE = 256 << 10, GZIP_BITS = 15 + 16, HEADER = 10, UNIX = 3 };

typedef struct Gzipping {
    Call *c;
    z_stream z;
    gz_header header;
    Sink *sink;
    int fd;
    bool is_begun; // z
    unsigned char *in, *out;
} Gzipping;

static void finish_file(void *p)
{
    Gzipping *x = p;
    if (x->is_begun) deflateEnd(&x->z);
    if (x->fd >= 0) sys_close(x->fd);
    x->is_begun = false;
    x->fd = -1;
}

static _Noreturn void unreadable(Call *c, int err, const char *path)
{
    call_poll(c);
    throw_status(c, status_sys(E_OPEN, err, "Error opening file: %s.", path));
}

// The name and time that gzip -N knows, in files. Bytes for a variable depend on the content alone.
static void begin(Gzipping *x, const char *path, const struct stat *st)
{
    size_t n;
    const char *base = record_base_part(path, &n);
    x->z = inflate_memory_stream();
    if (deflateInit2(&x->z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_BITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        throw_no_memory(x->c);
    x->is_begun = true;
    x->header = (gz_header){.os = UNIX};
    if (x->sink->path) {
        x->header.name = (Bytef *)base;
        x->header.time = st->st_mtime > 0 && st->st_mtime <= UINT32_MAX ? (uLong)st->st_mtime : 0;
    }
    deflateSetHeader(&x->z, &x->header);
}

static void deflate_piece(Gzipping *x, size_t n, int mode)
{
    x->z.next_in = x->in;
    x->z.avail_in = (uInt)n;
    do {
        x->z.next_out = x->out;
        x->z.avail_out = PIECE;
        if (deflate(&x->z, mode) == Z_STREAM_ERROR) throw_msg(x->c, E_WRITE, "Compression failed.");
        if (!sink_put(x->sink, x->out, PIECE - x->z.avail_out)) sink_throw(x->c, x->sink);
        call_poll(x->c);
    } while (!x->z.avail_out);
}

// Bytes [offset, offset+most) of the file: how many there were.
static int64_t compress_part(Gzipping *x, const char *path, int64_t offset, int64_t most)
{
    struct stat st;
    int64_t done = 0;
    x->fd = sys_open(path, O_RDONLY, 0);
    if (x->fd < 0 || fstat(x->fd, &st) < 0) unreadable(x->c, x->fd < 0 ? -x->fd : errno, path);
    if (S_ISDIR(st.st_mode)) unreadable(x->c, EISDIR, path);
    if (offset && lseek(x->fd, offset, SEEK_SET) < 0) unreadable(x->c, errno, path);
    begin(x, path, &st);
    while (done < most) {
        ssize_t got = sys_read_wait(x->fd, x->in, most - done < PIECE ? (size_t)(most - done) : PIECE, -1);
        if (got < 0) unreadable(x->c, (int)-got, path);
        if (got == 0) break;
        deflate_piece(x, (size_t)got, Z_NO_FLUSH);
        done += got;
    }
    deflate_piece(x, 0, Z_FINISH);
    return done;
}

// How much less it is now, gzip's header left out of account: the manual's example is 86.9% for 14213 bytes that become
// 1870.
static void tell(Call *c, const char *path, int64_t before, int64_t after)
{
    double saved = before > 0 ? 100.0 * (1 - (double)(after - HEADER) / (double)before) : 0;
    if (!c->vm->quiet) vm_error_line(c->vm, "%% Compress %s%s %.1f%%", strchr(path, '/') ? "" : "./", path, saved);
}

static int64_t compress_file(Gzipping *x, const char *path, const char *to, int64_t offset, int64_t most)
{
    struct stat st;
    Call *c = x->c;
    if (stat(path, &st) < 0) unreadable(c, errno, path);
    x->sink = to ? sink_file(c, to, (int)(st.st_mode & 0777)) : sink_bytes(c);
    int64_t n = compress_part(x, path, offset, most);
    if (to)
        sink_keep(c, x->sink);
    else
        call_kw_set_take(c, KW_FILE_GZIP_BUFFER, sink_value(c, x->sink));
    if (call_kw_set(c, KW_FILE_GZIP_VERBOSE)) tell(c, path, n, x->sink->n);
    finish_file(x);
    return n;
}

static Gzipping *start(Call *c)
{
    Gzipping *x = call_alloc(c, sizeof *x);
    x->c = c;
    x->fd = -1;
    x->in = call_scratch(c, PIECE);
    x->out = call_scratch(c, PIECE);
    call_defer(c, finish_file, x);
    return x;
}

static const char *name_of_output(Call *c, const char *path)
{
    char *name = call_alloc(c, strlen(path) + 4);
    strcpy(name, path);
    return strcat(name, ".gz");
}

static int64_t limit_of(Call *c, int slot, const char *name, int64_t otherwise)
{
    int64_t v = call_kw_int(c, slot, otherwise);
    if (v < 0) throw_msg(c, E_VALUE, "%s must not be negative.", name);
    return v;
}

// FILE_GZIP, File [, FileOut] [, BUFFER=variable] [, /CLOSE] [, COUNT=variable] [, /DELETE] [, NBYTES=n] [, OFFSET=n]
// [, /VERBOSE]: compresses files, each into FileOut, or a file of its name with ".gz", or one into the bytes of BUFFER.
// NBYTES, OFFSET: a part of it; COUNT: how many bytes were read; DELETE: the file goes. The file is always closed
// afterwards, as CLOSE says. Manual: FILE_GZIP.
static void pro_file_gzip(Call *c)
{
    bool in_memory = call_kw_given(c, KW_FILE_GZIP_BUFFER);
    int64_t offset = limit_of(c, KW_FILE_GZIP_OFFSET, "OFFSET", 0),
            most = limit_of(c, KW_FILE_GZIP_NBYTES, "NBYTES", INT64_MAX), n = 0;
    library_look_again(c->vm);
    Paths from = paths_of(c, 0, PATHS_ALL), to = c->argc > 1 ? paths_of(c, 1, PATHS_NAMES) : (Paths){0};
    if (in_memory && from.n != 1) throw_msg(c, E_SHAPE, "With BUFFER there must be one file.");
    if (!in_memory && c->argc > 1 && to.n != from.n)
        throw_msg(c, E_SHAPE, "File and FileOut must have the same number of elements.");
    Gzipping *x = start(c);
    for (int64_t i = 0; i < from.n; i++) {
        const char *out = in_memory ? NULL : c->argc > 1 ? to.p[i] : name_of_output(c, from.p[i]);
        n += compress_file(x, from.p[i], out, offset, most);
        int err = call_kw_set(c, KW_FILE_GZIP_DELETE) ? sys_unlink(from.p[i]) : 0;
        if (err) throw_status(c, status_sys(E_FILE, err, "Unable to delete file: %s.", from.p[i]));
    }
    call_kw_set_take(c, KW_FILE_GZIP_COUNT, val_long64(n));
}

static const Routine rows[] = {
    {"FILE_GZIP", PROCEDURE, {1, 2}, pro_file_gzip, "File [, FileOut]", KEYS(FILE_GZIP)},
};
ROUTINE_TABLE(lib_gzip, rows)
