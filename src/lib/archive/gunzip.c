// FILE_GUNZIP. A file that is read in parts stays open between them, so that each part costs what it is long. Start at
// pro_file_gunzip.
#include "base/mem.h"
#include "lib/archive/packed.h"
#include "lib/archive/sink.h"
#include "lib/io/record.h"
#include "sys/entry.h"
#include "vm/fault/error_line.h"
#include "vm/names/library.h"
#include "vm/vm.h"

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#define FILE_GUNZIP_KEYWORDS(K, R)                                                                                     \
    K(R, BUFFER, OUT)                                                                                                  \
    K(R, CLOSE, FLAG) K(R, COUNT, OUT) K(R, DELETE, FLAG) K(R, NBYTES, "=value") K(R, OFFSET, "=value")                \
        K(R, VERBOSE, FLAG)
KEYWORDS(FILE_GUNZIP)

enum { PIECE = 1 << 20 };

typedef struct Gunzipped {
    Stream *stream; // NULL: none
    struct stat st; // of the file
} Gunzipped;

typedef struct Part {
    bool in_memory, has_offset, stays;
    int64_t offset, most;
    char *space;
} Part;

static void close_kept(Vm *vm)
{
    Gunzipped *g = vm->gunzipped;
    if (!g || !g->stream) return;
    Status closed = g->stream->ops->close(g->stream);
    status_drop(&closed);
    g->stream = NULL;
}

static void forget(Vm *vm)
{
    close_kept(vm);
    mem_free(vm->gunzipped);
    vm->gunzipped = NULL;
}

static void keep(Call *c, Packed *s, const struct stat *st)
{
    if (!c->vm->gunzipped) {
        c->vm->gunzipped = mem_must(sizeof *c->vm->gunzipped);
        *c->vm->gunzipped = (Gunzipped){0};
        vm_on_free(c->vm, forget);
    }
    *c->vm->gunzipped = (Gunzipped){.stream = s->stream, .st = *st};
    s->stream = NULL;
}

static bool is_same(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_dev == b->st_dev && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

// The file, where the last part of it ended if it has been left open.
static Packed *open_file(Call *c, const char *path, struct stat *st)
{
    Gunzipped *g = c->vm->gunzipped;
    if (stat(path, st) == 0 && g && g->stream && is_same(st, &g->st)) {
        Stream *kept = g->stream;
        g->stream = NULL;
        return packed_over(c, path, kept, st->st_size);
    }
    close_kept(c->vm);
    return packed_file(c, path, true);
}

// --- One file ------------------------------------------------------------------------------------------------------

static bool read_some(Call *c, Packed *s, char *space, int64_t most, int64_t *got)
{
    *got = packed_read(s, space, most < PIECE ? (size_t)most : PIECE);
    if (*got < 0) packed_throw(c, s);
    if (gzip_is_plain(s->stream)) throw_msg(c, E_READ, "%s is no GZIP file.", s->name);
    return *got > 0;
}

static void go_to_offset(Call *c, Packed *s, const Part *p)
{
    int64_t got, at = p->has_offset ? p->offset : s->stream->pos;
    if (at < s->stream->pos) s->failure = s->stream->ops->seek(s->stream, at);
    if (!status_ok(s->failure)) packed_throw(c, s);
    while (s->stream->pos < at && read_some(c, s, p->space, at - s->stream->pos, &got)) call_poll(c);
}

// How many bytes came out; *end: there are no more.
static int64_t copy_part(Call *c, Packed *s, Sink *to, const Part *p, bool *end)
{
    int64_t done = 0, got = 1;
    go_to_offset(c, s, p);
    while (done < p->most && read_some(c, s, p->space, p->most - done, &got)) {
        packed_count(c, s, got, got);
        if (!sink_put(to, p->space, (size_t)got)) sink_throw(c, to);
        done += got;
        call_poll(c);
    }
    *end = !got;
    return done;
}

static void tell(Call *c, const char *path, const struct stat *st, int64_t n)
{
    double saved = n > 0 ? 100.0 * (1 - (double)st->st_size / (double)n) : 0;
    if (!c->vm->quiet) vm_error_line(c->vm, "%% Uncompress %s%s %.1f%%", strchr(path, '/') ? "" : "./", path, saved);
}

static int64_t uncompress_file(Call *c, const char *path, const char *to, const Part *p)
{
    struct stat st;
    bool end;
    Packed *s = open_file(c, path, &st);
    Sink *sink = to ? sink_file(c, to, (int)(st.st_mode & 0777)) : sink_bytes(c);
    int64_t n = copy_part(c, s, sink, p, &end);
    if (to)
        sink_keep(c, sink);
    else
        call_kw_set_take(c, KW_FILE_GUNZIP_BUFFER, sink_value(c, sink));
    if (end && gzip_has_rest(s->stream))
        call_warn(c, true, "%s: what stands behind the compressed data is left out.", path);
    if (call_kw_set(c, KW_FILE_GUNZIP_VERBOSE)) tell(c, path, &st, n);
    if (p->stays && !end) keep(c, s, &st);
    packed_close(s);
    return n;
}

// --- The routine ---------------------------------------------------------------------------------------------------

static const char *name_of_output(Call *c, const char *path)
{
    size_t n = strlen(path);
    char *name = call_alloc(c, n + 2);
    strcpy(name, path);
    if (n > 4 && !strcasecmp(path + n - 4, ".tgz")) return strcpy(name + n - 4, ".tar") - (n - 4);
    if (n < 4 || strcasecmp(path + n - 3, ".gz") || path[n - 4] == '/') {
        throw_msg(c, E_VALUE, "%s does not end in .gz: FileOut must say where to.", path);
    }
    name[n - 3] = '\0';
    return name;
}

static Part part_of(Call *c)
{
    Part p = {.in_memory = call_kw_given(c, KW_FILE_GUNZIP_BUFFER),
              .has_offset = call_kw(c, KW_FILE_GUNZIP_OFFSET) != NULL,
              .offset = call_kw_int(c, KW_FILE_GUNZIP_OFFSET, 0),
              .most = call_kw_int(c, KW_FILE_GUNZIP_NBYTES, INT64_MAX)};
    if (p.offset < 0) throw_msg(c, E_VALUE, "OFFSET must not be negative.");
    if (p.most < 0) throw_msg(c, E_VALUE, "NBYTES must not be negative.");
    p.stays = call_kw(c, KW_FILE_GUNZIP_NBYTES) && !call_kw_set(c, KW_FILE_GUNZIP_CLOSE);
    if (!call_kw(c, KW_FILE_GUNZIP_NBYTES) && !p.has_offset) p.has_offset = true; // the whole file
    p.space = call_scratch(c, PIECE);
    return p;
}

// FILE_GUNZIP, File [, FileOut] [, BUFFER=variable] [, /CLOSE] [, COUNT=variable] [, /DELETE] [, NBYTES=n] [, OFFSET=n]
// [, /VERBOSE]: uncompresses files, each into FileOut, or a file of its name without ".gz", or one into the bytes of
// BUFFER. NBYTES, OFFSET: a part of what comes out; without OFFSET the next part of a file that was read with NBYTES,
// unless CLOSE was set. COUNT: how many bytes came out; DELETE: the compressed file goes. Manual: FILE_GZIP.
static void pro_file_gunzip(Call *c)
{
    int64_t n = 0;
    Part p = part_of(c);
    library_look_again(c->vm);
    Paths from = paths_of(c, 0, PATHS_ALL), to = c->argc > 1 ? paths_of(c, 1, PATHS_NAMES) : (Paths){0};
    if (p.in_memory && from.n != 1) throw_msg(c, E_SHAPE, "With BUFFER there must be one file.");
    if (!p.in_memory && c->argc > 1 && to.n != from.n)
        throw_msg(c, E_SHAPE, "File and FileOut must have the same number of elements.");
    for (int64_t i = 0; i < from.n; i++) {
        const char *out = p.in_memory ? NULL : c->argc > 1 ? to.p[i] : name_of_output(c, from.p[i]);
        n += uncompress_file(c, from.p[i], out, &p);
        int err = call_kw_set(c, KW_FILE_GUNZIP_DELETE) ? sys_unlink(from.p[i]) : 0;
        if (err) throw_status(c, status_sys(E_FILE, err, "Unable to delete file: %s.", from.p[i]));
    }
    if (call_kw_set(c, KW_FILE_GUNZIP_CLOSE)) close_kept(c->vm);
    call_kw_set_take(c, KW_FILE_GUNZIP_COUNT, val_long64(n));
}

static const Routine rows[] = {
    {"FILE_GUNZIP", PROCEDURE, {1, 2}, pro_file_gunzip, "File [, FileOut]", KEYS(FILE_GUNZIP)},
};
ROUTINE_TABLE(lib_gunzip, rows)
