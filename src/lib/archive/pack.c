// FILE_TAR and FILE_ZIP: files and folders, with all in them, into one archive. Start at pack.
#include "base/mem.h"
#include "io/archive.h"
#include "lib/archive/listing.h"
#include "lib/archive/names.h"
#include "lib/archive/sink.h"
#include "lib/io/record.h"
#include "sys/dynlib.h"
#include "sys/fd.h"
#include "sys/interrupt.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FILE_ZIP_KEYWORDS(K, R) K(R, FILES, OUT) K(R, LIST, FLAG) K(R, VERBOSE, FLAG)
KEYWORDS(FILE_ZIP)

#define FILE_TAR_KEYWORDS(K, R) FILE_ZIP_KEYWORDS(K, R) K(R, BUFFER, OUT) K(R, GZIP, FLAG)
KEYWORDS(FILE_TAR)

enum { DEPTH_MAX = 200, PIECE = 256 << 10, RUNS_MAX = 4096 };

typedef struct Packing {
    Call *c;
    const ArchiveApi *api;
    ArchiveForm form;
    ArchiveWriter *writer; // NULL: the names only
    Sink *sink;
    Listing listing;
    bool verbose;
    int fd; // of the file being read; -1 none
    char *space;
    int64_t *runs;
} Packing;

static void release(void *p)
{
    Packing *x = p;
    if (x->writer) x->api->drop(x->writer);
    if (x->fd >= 0) sys_close(x->fd);
}

static _Noreturn void failed(Packing *x, const char *path)
{
    if (x->sink->err) sink_throw(x->c, x->sink);
    throw_msg(x->c, E_WRITE, "%s: %s.", path, x->api->wrong(x->writer));
}

static _Noreturn void unreadable(Packing *x, int err, const char *path)
{
    call_poll(x->c);
    throw_status(x->c, status_sys(E_OPEN, err, "Error opening file: %s.", path));
}

static void describe(ArchiveEntry *e, const char *name, EntryKind kind, const struct stat *st)
{
    *e = (ArchiveEntry){.name = name,
                        .kind = kind,
                        .mode = st->st_mode & 07777,
                        .size = kind == ENTRY_FILE ? st->st_size : 0,
                        .seconds = st->st_mtim.tv_sec,
                        .nanoseconds = st->st_mtim.tv_nsec,
                        .user = st->st_uid,
                        .group = st->st_gid};
}

static void tell(Packing *x, const char *path, const ArchiveEntry *e)
{
    bool is_folder = e->kind == ENTRY_FOLDER;
    listing_name(x->c, &x->listing, path, is_folder);
    listing_count(&x->listing, e->size);
    if (x->verbose) listing_line(x->c, path, is_folder ? -1 : e->size);
}

// --- One file ------------------------------------------------------------------------------------------------------

// Where there are data in a file with holes.
static int find_runs(int fd, int64_t size, int64_t *runs)
{
    int n = 0;
    for (int64_t at = 0; at < size && n < RUNS_MAX; n++) {
        off_t from = lseek(fd, at, SEEK_DATA);
        if (from < 0 && errno == ENXIO) from = size; // nothing but a hole
        off_t to = from < 0 ? -1 : from < size ? lseek(fd, from, SEEK_HOLE) : size;
        if (from < 0 || to < from) return 0;
        runs[2 * n] = from;
        runs[2 * n + 1] = to - from;
        at = to;
    }
    return n < RUNS_MAX ? n : 0;
}

static void copy_content(Packing *x, const char *path, int64_t size)
{
    for (int64_t left = size; left > 0;) {
        ssize_t got = sys_read(x->fd, x->space, left < PIECE ? (size_t)left : PIECE);
        if (got < 0) unreadable(x, (int)-got, path);
        if (got == 0) throw_msg(x->c, E_READ, "%s has become shorter while it was read.", path);
        if (!x->api->put(x->writer, x->space, (size_t)got)) failed(x, path);
        left -= got;
        call_poll(x->c);
    }
}

static void add_file(Packing *x, const char *path, const char *name)
{
    ArchiveEntry e;
    struct stat st;
    x->fd = sys_open(path, O_RDONLY | O_NONBLOCK, 0);
    if (x->fd < 0 || fstat(x->fd, &st) < 0) unreadable(x, x->fd < 0 ? -x->fd : errno, path);
    if (!S_ISREG(st.st_mode)) throw_msg(x->c, E_FILE, "%s is no file any more.", path);
    describe(&e, name, ENTRY_FILE, &st);
    bool has_holes = x->form == ARCHIVE_FORM_TAR && st.st_blocks * 512 < st.st_size;
    if (has_holes && x->writer) {
        e.runs = x->runs;
        e.nruns = find_runs(x->fd, st.st_size, x->runs);
        if (lseek(x->fd, 0, SEEK_SET) < 0) unreadable(x, errno, path);
    }
    tell(x, path, &e);
    if (x->writer && !x->api->add(x->writer, &e)) failed(x, path);
    if (x->writer) copy_content(x, path, st.st_size);
    sys_close(x->fd);
    x->fd = -1;
}

static void add_other(Packing *x, const char *path, const char *name, EntryKind kind, const struct stat *st,
                      const char *target)
{
    ArchiveEntry e;
    describe(&e, name, kind, st);
    e.target = target;
    tell(x, path, &e);
    if (x->writer && !x->api->add(x->writer, &e)) failed(x, path);
}

// --- Folders -------------------------------------------------------------------------------------------------------

static void add(Packing *x, const char *path, const char *name, int depth);

static Names *names_in(Packing *x, const char *path)
{
    Names *names = call_alloc(x->c, sizeof *names);
    call_defer(x->c, names_free, names);
    DIR *d = opendir(path);
    if (!d) unreadable(x, errno, path);
    Status s = STATUS_OK;
    for (const struct dirent *e; status_ok(s) && (e = readdir(d));) {
        if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..")) s = names_add(names, e->d_name, false);
    }
    closedir(d);
    TRY(x->c, s);
    if (names->n) qsort(names->p, (size_t)names->n, sizeof *names->p, names_compare);
    return names;
}

static void add_folder(Packing *x, const char *path, const char *name, const struct stat *st, int depth)
{
    char inner[PATH_MAX], inner_name[PATH_MAX];
    if (depth > DEPTH_MAX)
        throw_msg(x->c, E_FILE, "%s: folders lie in one another more than %d deep.", path, DEPTH_MAX);
    snprintf(inner_name, sizeof inner_name, "%s/", name);
    add_other(x, path, inner_name, ENTRY_FOLDER, st, NULL);
    Names *names = names_in(x, path);
    const char *slash = path[strlen(path) - 1] == '/' ? "" : "/";
    for (int64_t i = 0; i < names->n; i++) {
        if (snprintf(inner, sizeof inner, "%s%s%s", path, slash, names->p[i]) >= PATH_MAX ||
            snprintf(inner_name, sizeof inner_name, "%s/%s", name, names->p[i]) >= PATH_MAX) {
            unreadable(x, ENAMETOOLONG, path);
        }
        add(x, inner, inner_name, depth + 1);
    }
    names_free(names);
    call_undefer(x->c, names);
}

// A link in a folder stays one if it leads to something in the archive; else the file that it stands for goes in.
static bool add_link(Packing *x, const char *path, const char *name, const struct stat *st)
{
    char target[PATH_MAX];
    const char *below = strchr(name, '/'); // below the folder that is packed
    ssize_t n = readlink(path, target, sizeof target - 1);
    if (n < 0) unreadable(x, errno, path);
    target[n] = '\0';
    if (!below || !archive_link_stays(below + 1, target)) return false;
    add_other(x, path, name, ENTRY_LINK, st, target);
    return true;
}

static void add(Packing *x, const char *path, const char *name, int depth)
{
    struct stat st, old = x->sink && x->sink->path ? x->sink->file.old : (struct stat){0};
    call_poll(x->c);
    if (lstat(path, &st) < 0) unreadable(x, errno, path);
    bool is_link = S_ISLNK(st.st_mode);
    if (is_link && depth > 0 && add_link(x, path, name, &st)) return;
    if (is_link && stat(path, &st) < 0) unreadable(x, errno, path);
    if (x->sink && x->sink->path && x->sink->file.exists && st.st_ino == old.st_ino && st.st_dev == old.st_dev) {
        call_warn(x->c, true, "%s: the archive itself is left out.", path);
    } else if (S_ISREG(st.st_mode)) {
        add_file(x, path, name);
    } else if (S_ISDIR(st.st_mode) && !(is_link && depth > 0)) {
        add_folder(x, path, name, &st, depth);
    } else {
        call_warn(x->c, true, "%s: %s is left out.", path,
                  S_ISDIR(st.st_mode) ? "a link to a folder outside" : "a device or pipe");
    }
}

// Names in the archive begin with the last part of what was given.
static void add_top(Packing *x, const char *path)
{
    char full[PATH_MAX], name[NAME_MAX + 2];
    size_t n;
    const char *base = record_base_part(path, &n);
    if (n == 2 && !memcmp(base, "..", 2) && realpath(path, full)) base = record_base_part(full, &n);
    if (!n) unreadable(x, ENOENT, path);
    if (n > NAME_MAX) unreadable(x, ENAMETOOLONG, path);
    snprintf(name, sizeof name, "%.*s", (int)n, *base == '/' ? "." : base);
    add(x, path, name, 0);
}

// --- The archive ---------------------------------------------------------------------------------------------------

static const char *default_name(Call *c, const char *first, const char *suffix)
{
    size_t n = strlen(first);
    while (n > 1 && first[n - 1] == '/') n--;
    char *name = call_alloc(c, n + strlen(suffix) + 1);
    memcpy(name, first, n);
    strcpy(name + n, suffix);
    return name;
}

static void open_archive(Packing *x, const Paths *paths, bool in_memory, bool gzip)
{
    Call *c = x->c;
    const char *suffix = x->form == ARCHIVE_FORM_ZIP ? ".zip" : gzip ? ".tar.gz" : ".tar";
    if (in_memory) {
        x->sink = sink_bytes(c);
    } else {
        const char *path = c->argc > 1 ? paths_of(c, 1, PATHS_NAMES).p[0] : default_name(c, paths->p[0], suffix);
        x->sink = sink_file(c, path, 0666);
    }
    x->space = call_scratch(c, PIECE);
    x->runs = call_scratch(c, 2 * RUNS_MAX * sizeof *x->runs);
    x->writer = x->api->begin(x->form, gzip, &(ArchiveBytes){.ctx = x->sink, .write = sink_put});
    if (!x->writer) throw_no_memory(c);
}

static void pack(Call *c, ArchiveForm form, bool in_memory, bool gzip)
{
    const void *table;
    TRY(c, dynlib_table(ARCHIVE_MODULE, &table));
    Paths paths = paths_of(c, 0, PATHS_ALL);
    bool list = call_kw_set(c, KW_FILE_ZIP_LIST);
    if (!paths.n) throw_msg(c, E_FILE, "There are no files to be packed.");
    Packing *x = call_alloc(c, sizeof *x);
    *x = (Packing){.c = c, .api = table, .form = form, .fd = -1, .verbose = call_kw_set(c, KW_FILE_ZIP_VERBOSE)};
    x->verbose |= list && !call_kw_given(c, KW_FILE_ZIP_FILES);
    listing_begin(c, &x->listing);
    if (!list) open_archive(x, &paths, in_memory, gzip);
    call_defer(c, release, x);
    for (int64_t i = 0; i < paths.n; i++) add_top(x, paths.p[i]);
    if (!list && !x->api->end(x->writer)) failed(x, x->sink->path ? x->sink->path : "The archive");
    if (!list && x->sink->path) sink_keep(c, x->sink);
    if (!list && in_memory) call_kw_set_take(c, KW_FILE_TAR_BUFFER, sink_value(c, x->sink));
    if (call_kw_given(c, KW_FILE_ZIP_FILES)) call_kw_set_take(c, KW_FILE_ZIP_FILES, listing_value(c, &x->listing));
    if (x->verbose) listing_total(c, &x->listing);
}

// FILE_TAR, Files [, FileOut] [, FILES=variable] [, /LIST] [, /VERBOSE] [, BUFFER=variable] [, /GZIP]: files and
// folders (with all in them) as a TAR file, by default named as the first of them, with ".tar", or as bytes in BUFFER.
// Names begin with the last part of what was given; long ones and those of other letters are pax's; holes stay holes.
// LIST: only the names, in FILES, or printed. Manual: FILE_TAR.
static void pro_file_tar(Call *c)
{
    pack(c, ARCHIVE_FORM_TAR, call_kw_given(c, KW_FILE_TAR_BUFFER), call_kw_set(c, KW_FILE_TAR_GZIP));
}

// FILE_ZIP, Files [, FileOut] [, FILES=variable] [, /LIST] [, /VERBOSE]: as FILE_TAR, into a ZIP file (DEFLATE; ZIP64
// where it needs be). Manual: FILE_TAR.
static void pro_file_zip(Call *c) { pack(c, ARCHIVE_FORM_ZIP, false, false); }

static const Routine rows[] = {
    {"FILE_TAR", PROCEDURE, {1, 2}, pro_file_tar, "Files [, FileOut]", KEYS(FILE_TAR)},
    {"FILE_ZIP", PROCEDURE, {1, 2}, pro_file_zip, "Files [, FileOut]", KEYS(FILE_ZIP)},
};
ROUTINE_TABLE(lib_pack, rows)
