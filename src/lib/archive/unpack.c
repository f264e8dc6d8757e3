// FILE_UNTAR and FILE_UNZIP. What is refused is told by name, when all else has been unpacked. Start at unpack.
#include "base/mem.h"
#include "lib/archive/listing.h"
#include "lib/archive/names.h"
#include "lib/archive/packed.h"
#include "lib/archive/place.h"
#include "lib/io/record.h"
#include "sys/clock.h"
#include "sys/dynlib.h"
#include "sys/interrupt.h"
#include "vm/names/library.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FILE_UNTAR_KEYWORDS(K, R) K(R, EXTRACT_FILES, "=names") K(R, FILES, OUT) K(R, LIST, FLAG) K(R, VERBOSE, FLAG)
KEYWORDS(FILE_UNTAR)

#define FILE_UNZIP_KEYWORDS(K, R) FILE_UNTAR_KEYWORDS(K, R)
KEYWORDS(FILE_UNZIP)

enum { REFUSED_SHOWN = 5, ENTRIES_MAX = 10000000 };

// Of EXTRACT_FILES.
typedef struct Wanted {
    const char *name;
    bool found;
} Wanted;

typedef struct Unpacking {
    Call *c;
    const ArchiveApi *api;
    ArchiveReader *reader;
    Packed *source;
    Place place;
    Publication out;
    bool is_open;   // `out`
    Wanted *wanted; // sorted; NULL: all
    int64_t nwanted;
    Listing listing;
    Buf refused; // "name: why; name: why"
    int64_t nrefused;
} Unpacking;

static void release(void *p)
{
    Unpacking *x = p;
    if (x->is_open) publish_abandon(&x->out);
    if (x->reader) x->api->close(x->reader);
    place_release(&x->place);
    buf_free(&x->refused);
}

static void refuse(void *ctx, const char *name, const char *why)
{
    Unpacking *x = ctx;
    if (x->nrefused++ < REFUSED_SHOWN) buf_printf(&x->refused, "%s%s: %s", x->nrefused > 1 ? "; " : "", name, why);
}

static _Noreturn void broken(Unpacking *x, const char *name)
{
    call_poll(x->c);
    if (!status_ok(x->source->failure)) packed_throw(x->c, x->source);
    const char *why = x->api->why(x->reader);
    throw_msg(x->c, E_READ, "%s is damaged or cut short%s%s: %s.", x->source->name, name ? ", at " : "",
              name ? name : "", why);
}

static _Noreturn void failed(Unpacking *x, int err)
{
    call_poll(x->c);
    throw_status(x->c, status_sys(E_WRITE, err, "Unable to write file: %s.", x->place.path));
}

// --- Which ---------------------------------------------------------------------------------------------------------

static int compare_wanted(const void *a, const void *b)
{
    return strcmp(((const Wanted *)a)->name, ((const Wanted *)b)->name);
}

static void read_wanted(Unpacking *x, const Val *v)
{
    Call *c = x->c;
    if (!v) return;
    if (v->type != T_STRING) throw_msg(c, E_TYPE, "EXTRACT_FILES must be of type STRING.");
    x->nwanted = val_count(v);
    x->wanted = call_alloc(c, (size_t)x->nwanted * sizeof *x->wanted);
    for (int64_t i = 0; i < x->nwanted; i++)
        x->wanted[i].name = str_text(val_is_array(v) ? ((const StrSlot *)v->a->data)[i].p : v->s);
    qsort(x->wanted, (size_t)x->nwanted, sizeof *x->wanted, compare_wanted);
}

static bool is_wanted(Unpacking *x, const char *name)
{
    if (!x->wanted) return true;
    Wanted key = {.name = name};
    Wanted *w = bsearch(&key, x->wanted, (size_t)x->nwanted, sizeof *x->wanted, compare_wanted);
    if (!w) return false;
    while (w > x->wanted && !strcmp(w[-1].name, name)) w--;
    for (; w < x->wanted + x->nwanted && !strcmp(w->name, name); w++) w->found = true;
    return true;
}

static void report_missing(const Unpacking *x)
{
    for (int64_t i = 0; i < x->nwanted; i++) {
        if (!x->wanted[i].found) throw_msg(x->c, E_FILE, "%s: not in %s.", x->wanted[i].name, x->source->name);
    }
}

// --- One entry -----------------------------------------------------------------------------------------------------

// The content of the entry that next has answered.
static int copy_content(Unpacking *x, const ArchiveEntry *e)
{
    const void *p;
    size_t n;
    int64_t at, end = 0, size = e->size;
    int got, err = 0;
    while (!err && (got = x->api->data(x->reader, &p, &n, &at)) > 0) {
        if (at < end || at > INT64_MAX - (int64_t)n) return EFBIG;
        packed_count(x->c, x->source, at + (int64_t)n - end, (int64_t)n);
        end = at + (int64_t)n;
        err = place_write(&x->out, p, n, at);
        call_poll(x->c);
    }
    if (!err && got < 0) broken(x, e->name);
    if (size > end) packed_count(x->c, x->source, size - end, 0); // a hole at its end
    return err ? err : place_end(&x->place, &x->out, size > end ? size : end, e);
}

static int extract_file(Unpacking *x, const char *name, const ArchiveEntry *e)
{
    const char *lost;
    int err = place_open(&x->place, name, e, &x->out);
    if (err) return err;
    x->is_open = true;
    err = copy_content(x, e);
    if (!err) {
        err = publish_commit(&x->out, &lost);
        x->is_open = false;
    }
    return err;
}

static int extract_hard_link(Unpacking *x, const char *name, const char *target)
{
    char clean[PATH_MAX];
    const char *why = archive_name_clean(target, clean);
    if (!why) return place_hard_link(&x->place, name, clean);
    x->place.why = "it is another name of a file outside of the folder";
    return -1;
}

// True: it is there now.
static bool extract(Unpacking *x, const ArchiveEntry *e)
{
    char name[PATH_MAX];
    x->place.why = e->is_encrypted ? "it is encrypted" : archive_name_clean(e->name, name);
    int err = -1;
    if (x->place.why) {
        refuse(x, e->name, x->place.why);
        return false;
    }
    switch (e->kind) {
    case ENTRY_FILE: err = extract_file(x, name, e); break;
    case ENTRY_FOLDER: err = place_folder(&x->place, name, e); break;
    case ENTRY_LINK: err = place_link(&x->place, name, e->target ? e->target : "", e); break;
    case ENTRY_HARD_LINK: err = extract_hard_link(x, name, e->target); break;
    default: x->place.why = "it is a device or pipe";
    }
    if (err == -1)
        refuse(x, e->name, x->place.why);
    else if (err)
        failed(x, err);
    return !err;
}

static void one_entry(Unpacking *x, const ArchiveEntry *e, bool list, bool verbose)
{
    bool wanted = is_wanted(x, e->name);
    int64_t size = e->kind == ENTRY_FILE && e->size > 0 ? e->size : 0;
    listing_name(x->c, &x->listing, e->name, e->kind == ENTRY_FOLDER);
    if (verbose) listing_line(x->c, e->name, e->kind == ENTRY_FOLDER ? -1 : size);
    if (!list) wanted = wanted && extract(x, e);
    if (wanted) listing_count(&x->listing, size);
    if (verbose && x->wanted && !list) listing_fate(x->c, wanted, e->name);
}

// --- All of them ---------------------------------------------------------------------------------------------------

// The archive's own folder, or for bytes the current one.
static const char *folder_beside(Call *c, const char *path)
{
    const char *slash = path ? strrchr(path, '/') : NULL;
    if (!slash) return ".";
    size_t n = slash == path ? 1 : (size_t)(slash - path);
    char *folder = call_alloc(c, n + 1);
    memcpy(folder, path, n);
    return folder;
}

static Packed *open_source(Call *c, ArchiveForm form, const char **path)
{
    const Val *v = call_arg(c, 0);
    bool gzip = form == ARCHIVE_FORM_TAR;
    if (v->type == T_BYTE) return packed_data(c, v, gzip);
    Paths paths = paths_of(c, 0, PATHS_FIRST);
    if (paths.n != 1) throw_msg(c, E_SHAPE, "File must be a scalar string, or a BYTE array with the archive's bytes.");
    *path = paths.p[0];
    return packed_file(c, *path, gzip);
}

static Unpacking *start(Call *c, ArchiveForm form, bool list)
{
    const char *path = NULL;
    const void *table;
    TRY(c, dynlib_table(ARCHIVE_MODULE, &table));
    Unpacking *x = call_alloc(c, sizeof *x);
    x->c = c;
    x->api = table;
    x->refused = BUF_INIT(1 << 20);
    listing_begin(c, &x->listing);
    x->source = open_source(c, form, &path);
    call_defer(c, release, x);
    if (form == ARCHIVE_FORM_TAR && !list) packed_verify(c, x->source);
    const char *folder = c->argc > 1 ? paths_of(c, 1, PATHS_NAMES).p[0] : folder_beside(c, path);
    if (!list) {
        library_look_again(c->vm);
        int err = place_root(&x->place, *folder ? folder : ".");
        if (err) throw_status(c, status_sys(E_FILE, err, "Unable to create directory: %s.", folder));
    }
    ArchiveBytes bytes = packed_bytes(x->source);
    x->reader = x->api->open(form, &bytes);
    if (!x->reader) throw_no_memory(c);
    return x;
}

static void finish(Unpacking *x)
{
    int err = place_finish(&x->place, refuse, x);
    if (err) failed(x, err);
    report_missing(x);
    if (!x->nrefused) return;
    int64_t more = x->nrefused - REFUSED_SHOWN;
    if (more > 0) throw_msg(x->c, E_FILE, "Refused: %s; and %lld more.", x->refused.p, (long long)more);
    throw_msg(x->c, E_FILE, "Refused: %s.", x->refused.p ? x->refused.p : "");
}

// Both routines have the same keywords in the same slots.
static void unpack(Call *c, ArchiveForm form)
{
    ArchiveEntry e;
    int got;
    bool list = call_kw_set(c, KW_FILE_UNTAR_LIST), verbose = call_kw_set(c, KW_FILE_UNTAR_VERBOSE);
    Unpacking *x = start(c, form, list);
    read_wanted(x, call_kw(c, KW_FILE_UNTAR_EXTRACT_FILES));
    verbose |= list && !call_kw_given(c, KW_FILE_UNTAR_FILES);
    while ((got = x->api->next(x->reader, &e)) > 0) {
        call_poll(c);
        if (x->listing.names.n >= ENTRIES_MAX)
            throw_msg(c, E_VALUE, "%s: more than %d entries.", x->source->name, ENTRIES_MAX);
        one_entry(x, &e, list, verbose);
    }
    if (got < 0) broken(x, NULL);
    if (call_kw_given(c, KW_FILE_UNTAR_FILES)) call_kw_set_take(c, KW_FILE_UNTAR_FILES, listing_value(c, &x->listing));
    if (verbose) listing_total(c, &x->listing);
    if (!list) finish(x);
}

// FILE_UNTAR, File [, DirectoryOut] [, EXTRACT_FILES=names] [, FILES=variable] [, /LIST] [, /VERBOSE]: unpacks a TAR
// file, or the bytes of one; gzip is undone. DirectoryOut (else the archive's own folder) is made if need be. Nothing
// is written outside of it: entries with absolute names or "..", links out of it and devices are refused by name, after
// all others have been unpacked. LIST: only the names, in FILES, or printed. Manual: FILE_UNTAR.
static void pro_file_untar(Call *c) { unpack(c, ARCHIVE_FORM_TAR); }

// FILE_UNZIP, File [, DirectoryOut] [, EXTRACT_FILES=names] [, FILES=variable] [, /LIST] [, /VERBOSE]: unpacks a ZIP
// file, as FILE_UNTAR does a TAR file. Encrypted entries are refused by name. Manual: FILE_UNTAR.
static void pro_file_unzip(Call *c) { unpack(c, ARCHIVE_FORM_ZIP); }

static const Routine rows[] = {
    {"FILE_UNTAR", PROCEDURE, {1, 2}, pro_file_untar, "File [, DirectoryOut]", KEYS(FILE_UNTAR)},
    {"FILE_UNZIP", PROCEDURE, {1, 2}, pro_file_unzip, "File [, DirectoryOut]", KEYS(FILE_UNZIP)},
};
ROUTINE_TABLE(lib_unpack, rows)
