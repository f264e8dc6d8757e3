// The module `archive`: libarchive behind one table (io/archive.h). Names are bytes on this side; libarchive converts
// them by the locale, so it works in a UTF-8 one, but for names of a ZIP that are no UTF-8. Start at reader_open and
// writer_begin.
#include "io/archive.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { PIECE = 64 << 10, CODEC_BYTES = 4 << 20 };

extern const ArchiveApi helio_archive;

struct ArchiveReader {
    struct archive *a;
    struct archive_entry *entry;
    ArchiveBytes in;
    ArchiveForm form;
    int64_t pos;
    bool at_end;
    size_t tail;      // how many zero bytes the input has ended with so far
    const char *said; // ours, before libarchive's
    char space[PIECE];
};

struct ArchiveWriter {
    struct archive *a;
    struct archive_entry *entry;
    ArchiveBytes out;
    ArchiveForm form;
};

// --- Names: the locale of this thread while libarchive works -------------------------------------------------------

static locale_t utf8_locale(void)
{
    static locale_t made;
    if (!made) made = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    return made;
}

static locale_t enter(void)
{
    locale_t l = utf8_locale();
    return uselocale(l ? l : (locale_t)0);
}

static bool is_utf8(const char *s)
{
    for (size_t n = strlen(s), k; n; s += k, n -= k) {
        uint32_t code;
        k = utf8_take(s, n, &code);
        if (!k) return false;
    }
    return true;
}

// --- Reading -------------------------------------------------------------------------------------------------------

static void note_tail(ArchiveReader *r, size_t n)
{
    size_t zeros = 0;
    while (zeros < n && !r->space[n - 1 - zeros]) zeros++;
    r->tail = zeros == n ? r->tail + n : zeros;
}

static la_ssize_t give(struct archive *a, void *ctx, const void **p)
{
    ArchiveReader *r = ctx;
    int64_t got = r->in.read(r->in.ctx, r->space, sizeof r->space);
    (void)a;
    if (got < 0) return ARCHIVE_FATAL;
    if (got == 0)
        r->at_end = true;
    else
        note_tail(r, (size_t)got);
    r->pos += got;
    *p = r->space;
    return (la_ssize_t)got;
}

static la_int64_t go_to(ArchiveReader *r, int64_t pos)
{
    if (!r->in.seek(r->in.ctx, pos)) return ARCHIVE_FATAL;
    r->pos = pos;
    r->at_end = false;
    return pos;
}

// Never beyond the end, so that what is missing there is noticed.
static la_int64_t skip(struct archive *a, void *ctx, la_int64_t n)
{
    ArchiveReader *r = ctx;
    int64_t left = r->in.size - r->pos, from = r->pos;
    (void)a;
    if (n > left) n = left;
    if (n <= 0) return 0;
    r->tail = 0;
    return go_to(r, r->pos + n) < 0 ? ARCHIVE_FATAL : r->pos - from;
}

static la_int64_t seek(struct archive *a, void *ctx, la_int64_t offset, int whence)
{
    ArchiveReader *r = ctx;
    int64_t base = whence == SEEK_END ? r->in.size : whence == SEEK_CUR ? r->pos : 0;
    (void)a;
    if (offset > 0 && base > INT64_MAX - offset) return ARCHIVE_FATAL;
    return base + offset < 0 ? ARCHIVE_FATAL : go_to(r, base + offset);
}

static void reader_close(ArchiveReader *r)
{
    if (!r) return;
    locale_t before = enter();
    archive_read_free(r->a);
    uselocale(before);
    mem_unclaim(CODEC_BYTES);
    mem_free(r);
}

static bool prepare(ArchiveReader *r)
{
    bool can_seek = r->in.seek && r->in.size >= 0;
    int bad = archive_read_support_filter_none(r->a);
    if (r->form == ARCHIVE_FORM_ZIP)
        bad |= archive_read_support_format_zip_seekable(r->a);
    else
        bad |= archive_read_support_format_tar(r->a);
    bad |= archive_read_set_read_callback(r->a, give) | archive_read_set_callback_data(r->a, r);
    if (can_seek) bad |= archive_read_set_skip_callback(r->a, skip) | archive_read_set_seek_callback(r->a, seek);
    return !bad;
}

static ArchiveReader *reader_open(ArchiveForm form, const ArchiveBytes *in)
{
    ArchiveReader *r = mem_alloc(sizeof *r);
    if (!r || !mem_claim(CODEC_BYTES)) {
        mem_free(r);
        return NULL;
    }
    *r = (ArchiveReader){.in = *in, .form = form};
    locale_t before = enter();
    r->a = archive_read_new();
    bool good = r->a && prepare(r);
    if (good && archive_read_open1(r->a) < ARCHIVE_WARN) r->said = form ? "It is no ZIP file" : "It is no TAR file";
    uselocale(before);
    if (good) return r;
    reader_close(r);
    return NULL;
}

static void describe(struct archive_entry *from, ArchiveEntry *e)
{
    const char *name = archive_entry_pathname(from), *hard = archive_entry_hardlink(from);
    const char *link = archive_entry_symlink(from);
    unsigned type = archive_entry_filetype(from);
    *e = (ArchiveEntry){.name = name ? name : archive_entry_pathname_utf8(from), .mode = archive_entry_perm(from)};
    if (hard)
        e->kind = ENTRY_HARD_LINK;
    else
        e->kind = type == AE_IFDIR   ? ENTRY_FOLDER
                  : type == AE_IFLNK ? ENTRY_LINK
                  : type == AE_IFREG ? ENTRY_FILE
                                     : ENTRY_OTHER;
    e->target = hard ? hard : link ? link : archive_entry_symlink_utf8(from);
    e->size = archive_entry_size_is_set(from) ? archive_entry_size(from) : -1;
    e->seconds = archive_entry_mtime_is_set(from) ? archive_entry_mtime(from) : -1;
    e->nanoseconds = archive_entry_mtime_nsec(from);
    e->is_encrypted = archive_entry_is_encrypted(from) > 0;
}

// TAR ends with blocks of zeros. A file that stops before them has been cut between two entries.
static int finish(ArchiveReader *r)
{
    bool is_cut = r->form == ARCHIVE_FORM_TAR && r->at_end && r->tail < 512;
    if (is_cut) r->said = "The archive ends too early";
    return is_cut ? -1 : 0;
}

static int reader_next(ArchiveReader *r, ArchiveEntry *e)
{
    if (r->said) return -1;
    locale_t before = enter();
    int got = archive_read_next_header(r->a, &r->entry);
    bool good = got == ARCHIVE_OK || got == ARCHIVE_WARN;
    if (good) describe(r->entry, e);
    uselocale(before);
    if (got == ARCHIVE_EOF) return finish(r);
    if (good && e->name) return 1;
    if (good) r->said = "An entry has no name";
    return -1;
}

static int reader_data(ArchiveReader *r, const void **p, size_t *n, int64_t *at)
{
    locale_t before = enter();
    int got = archive_read_data_block(r->a, p, n, at);
    uselocale(before);
    return got == ARCHIVE_EOF ? 0 : got == ARCHIVE_OK ? 1 : -1;
}

static const char *reader_why(ArchiveReader *r)
{
    const char *text = r->said ? r->said : archive_error_string(r->a);
    return text ? text : "It is damaged";
}

// --- Writing -------------------------------------------------------------------------------------------------------

static la_ssize_t take(struct archive *a, void *ctx, const void *p, size_t n)
{
    const ArchiveWriter *w = ctx;
    (void)a;
    return w->out.write(w->out.ctx, p, n) ? (la_ssize_t)n : ARCHIVE_FATAL;
}

static void writer_drop(ArchiveWriter *w)
{
    if (!w) return;
    locale_t before = enter();
    archive_entry_free(w->entry);
    if (w->a) archive_write_fail(w->a);
    archive_write_free(w->a);
    uselocale(before);
    mem_unclaim(CODEC_BYTES);
    mem_free(w);
}

static bool make_ready(ArchiveWriter *w, bool gzip)
{
    int bad = 0;
    if (w->form == ARCHIVE_FORM_ZIP)
        bad = archive_write_set_format_zip(w->a) | archive_write_set_bytes_in_last_block(w->a, 1);
    else
        bad = archive_write_set_format_pax_restricted(w->a);
    if (gzip) {
        bad |= archive_write_add_filter_gzip(w->a) | archive_write_set_filter_option(w->a, "gzip", "timestamp", NULL);
        bad |= archive_write_set_bytes_in_last_block(w->a, 1);
    }
    return bad >= ARCHIVE_OK && archive_write_open(w->a, w, NULL, take, NULL) == ARCHIVE_OK;
}

static ArchiveWriter *writer_begin(ArchiveForm form, bool gzip, const ArchiveBytes *out)
{
    ArchiveWriter *w = mem_alloc(sizeof *w);
    if (!w || !mem_claim(CODEC_BYTES)) {
        mem_free(w);
        return NULL;
    }
    *w = (ArchiveWriter){.out = *out, .form = form};
    locale_t before = enter();
    w->a = archive_write_new();
    w->entry = archive_entry_new();
    bool good = w->a && w->entry && make_ready(w, gzip);
    uselocale(before);
    if (good) return w;
    writer_drop(w);
    return NULL;
}

static void fill(struct archive_entry *to, const ArchiveEntry *e)
{
    archive_entry_clear(to);
    archive_entry_copy_pathname(to, e->name);
    archive_entry_set_filetype(to, e->kind == ENTRY_FOLDER ? AE_IFDIR : e->kind == ENTRY_LINK ? AE_IFLNK : AE_IFREG);
    archive_entry_set_perm(to, e->mode);
    archive_entry_set_size(to, e->kind == ENTRY_FILE ? e->size : 0);
    archive_entry_set_mtime(to, e->seconds, e->nanoseconds);
    archive_entry_set_uid(to, e->user);
    archive_entry_set_gid(to, e->group);
    if (e->kind == ENTRY_LINK) archive_entry_copy_symlink(to, e->target);
    for (int i = 0; i < e->nruns; i++) archive_entry_sparse_add_entry(to, e->runs[2 * i], e->runs[2 * i + 1]);
}

// The flag that says UTF-8 must not stand at a name of a ZIP that is none: in the locale C it is left out.
static bool writer_add(ArchiveWriter *w, const ArchiveEntry *e)
{
    locale_t plain =
        w->form == ARCHIVE_FORM_ZIP && !is_utf8(e->name) ? newlocale(LC_CTYPE_MASK, "C", (locale_t)0) : (locale_t)0;
    locale_t before = enter();
    if (plain) uselocale(plain);
    fill(w->entry, e);
    int got = archive_write_header(w->a, w->entry);
    uselocale(before);
    if (plain) freelocale(plain);
    return got >= ARCHIVE_WARN;
}

static bool writer_put(ArchiveWriter *w, const void *p, size_t n)
{
    const char *from = p;
    while (n) {
        la_ssize_t put = archive_write_data(w->a, from, n);
        if (put <= 0) return false;
        from += put;
        n -= (size_t)put;
    }
    return true;
}

static bool writer_end(ArchiveWriter *w)
{
    locale_t before = enter();
    int got = archive_write_close(w->a);
    uselocale(before);
    return got == ARCHIVE_OK;
}

static const char *writer_wrong(ArchiveWriter *w)
{
    const char *text = archive_error_string(w->a);
    return text ? text : "It cannot be written";
}

const ArchiveApi helio_archive = {
    .open = reader_open,
    .next = reader_next,
    .data = reader_data,
    .why = reader_why,
    .close = reader_close,
    .begin = writer_begin,
    .add = writer_add,
    .put = writer_put,
    .end = writer_end,
    .wrong = writer_wrong,
    .drop = writer_drop,
};
