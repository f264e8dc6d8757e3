// TAR and ZIP, entry by entry. The work is done by the loadable module `archive` (io/archive.c: libarchive), which
// exports one ArchiveApi. It sees bytes only: files are opened, made and named by who calls it (lib/archive).
#ifndef HELIO_IO_ARCHIVE_H
#define HELIO_IO_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ArchiveReader ArchiveReader;
typedef struct ArchiveWriter ArchiveWriter;

typedef enum ArchiveForm { ARCHIVE_FORM_TAR, ARCHIVE_FORM_ZIP } ArchiveForm;
typedef enum EntryKind { ENTRY_FILE, ENTRY_FOLDER, ENTRY_LINK, ENTRY_HARD_LINK, ENTRY_OTHER } EntryKind;

typedef struct ArchiveEntry {
    const char *name;   // bytes as they are in the archive; until the next entry
    const char *target; // of a link
    EntryKind kind;
    unsigned mode;   // permission bits
    int64_t size;    // -1: not known before the end
    int64_t seconds; // of its last change
    long nanoseconds;
    uint32_t user, group;
    bool is_encrypted;
    const int64_t
        *runs; // writing TAR: where a file with holes has data, nruns pairs (offset, length); nruns 0: everywhere
    int nruns;
} ArchiveEntry;

typedef struct ArchiveBytes {
    void *ctx;
    int64_t (*read)(void *ctx, void *p, size_t n); // 0: the end; -1: failed, ctx knows why
    bool (*seek)(void *ctx, int64_t pos);          // NULL: cannot
    bool (*write)(void *ctx, const void *p, size_t n);
    int64_t size; // to read; -1: unknown
} ArchiveBytes;

typedef struct ArchiveApi {
    // NULL: no memory. `in` is copied. What is wrong with the bytes is told by the first `next`.
    ArchiveReader *(*open)(ArchiveForm form, const ArchiveBytes *in);
    // 1: an entry; 0: the end; -1: failed.
    int (*next)(ArchiveReader *r, ArchiveEntry *e);
    // The next piece of its content, and where that stands: 1, 0 (the end), -1.
    int (*data)(ArchiveReader *r, const void **p, size_t *n, int64_t *at);
    const char *(*why)(ArchiveReader *r);
    void (*close)(ArchiveReader *r);
    ArchiveWriter *(*begin)(ArchiveForm form, bool gzip, const ArchiveBytes *out);
    bool (*add)(ArchiveWriter *w, const ArchiveEntry *e);
    bool (*put)(ArchiveWriter *w, const void *p, size_t n);
    bool (*end)(ArchiveWriter *w);
    const char *(*wrong)(ArchiveWriter *w);
    void (*drop)(ArchiveWriter *w);
} ArchiveApi;

#define ARCHIVE_MODULE "archive", "helio_archive", "libarchive13"

#endif
