// See text.h.
#include "lib/table/text.h"

#include "base/mem.h"
#include "io/stream.h"
#include "lib/io/record.h"

#include <fcntl.h>
#include <string.h>

enum { PIECE = 4 << 20, COLUMNS_MAX = 1000000 };

typedef struct Loaded {
    Stream *stream;
    char *p;
    size_t n, cap;
} Loaded;

static void release(void *p)
{
    Loaded *l = p;
    if (l->stream) {
        Status closed = l->stream->ops->close(l->stream);
        status_drop(&closed);
    }
    mem_free(l->p);
}

static void make_room(Call *c, Loaded *l)
{
    if (l->cap - l->n >= PIECE / 4) return;
    size_t cap = l->cap + (l->cap > PIECE ? l->cap : PIECE);
    char *more = mem_alloc(cap);
    if (!more) throw_no_memory(c);
    if (l->n) memcpy(more, l->p, l->n);
    mem_free(l->p);
    l->p = more;
    l->cap = cap;
}

const char *text_path(Call *c)
{
    Paths paths = paths_of(c, 0, PATHS_FIRST);
    if (paths.n != 1) throw_msg(c, E_SHAPE, "Filename must be a scalar string.");
    return paths.p[0];
}

static void open_file(Call *c, Loaded *l, const char *path)
{
    Status s = file_open(path, O_RDONLY, &l->stream);
    if (status_ok(s)) return;
    int err = s.sys;
    if (!err) throw_status(c, s);
    status_drop(&s);
    throw_status(c, status_sys(E_OPEN, err, "Error opening file. File: %s", path));
}

void text_load(Call *c, const char *path, TableText *t)
{
    Loaded *l = call_alloc(c, sizeof *l);
    size_t got = 1;
    call_defer(c, release, l);
    open_file(c, l, path);
    int64_t size = l->stream->ops->size ? l->stream->ops->size(l->stream) : 0;
    if (size > 0) {
        l->cap = (size_t)size + PIECE;
        l->p = mem_alloc(l->cap);
        if (!l->p) throw_no_memory(c);
    }
    while (got > 0) {
        make_room(c, l);
        size_t room = l->cap - l->n;
        TRY(c, l->stream->ops->read(l->stream, l->p + l->n, room < PIECE ? room : PIECE, &got));
        l->n += got;
        call_poll(c);
    }
    bool has_mark = l->n >= 3 && !memcmp(l->p, "\xEF\xBB\xBF", 3);
    *t = (TableText){.all = l->p + (has_mark ? 3 : 0), .end = l->p + l->n};
    t->at = t->all;
}

bool text_line(TableText *t, Piece *line)
{
    if (t->at >= t->end) return false;
    const char *lf = memchr(t->at, '\n', (size_t)(t->end - t->at)), *end = lf ? lf : t->end;
    line->p = t->at;
    t->at = lf ? lf + 1 : t->end;
    line->n = (size_t)(end - line->p);
    if (line->n && line->p[line->n - 1] == '\r') line->n--;
    return true;
}

bool text_is_blank(const Piece *line)
{
    for (size_t i = 0; i < line->n; i++) {
        if (line->p[i] != ' ' && line->p[i] != '\t') return false;
    }
    return true;
}

void fields_add(Call *c, Fields *f, const char *p, size_t n, bool is_quoted)
{
    if (f->n == f->cap) {
        if (f->cap >= COLUMNS_MAX) throw_msg(c, E_VALUE, "A line has more than %d fields.", COLUMNS_MAX);
        int cap = f->cap ? 2 * f->cap : 64;
        Piece *more = call_scratch(c, (size_t)cap * sizeof *more);
        if (f->n) memcpy(more, f->p, (size_t)f->n * sizeof *more);
        f->p = more;
        f->cap = cap;
    }
    f->p[f->n++] = (Piece){p, n, is_quoted};
}
