// The record layer of IDL's SAVE files: a signature, then records, each with a header that says where the next one
// begins. Numbers are XDR: big-endian, in units of four bytes. In compressed files each record's body is a zlib stream.
// What lies inside variables is io/save_value.h. Format: C. Markwardt, "Unofficial Format Specification of the IDL SAVE
// File". Reading trusts nothing: lengths are checked against what the file can still hold before memory is asked for.
#ifndef HELIO_IO_SAVE_FILE_H
#define HELIO_IO_SAVE_FILE_H

#include "io/stream.h"

#include <stdbool.h>

typedef enum SaveKind {
    SAVE_START = 0,
    SAVE_COMMON = 1,
    SAVE_VARIABLE = 2,
    SAVE_SYSTEM_VARIABLE = 3,
    SAVE_END = 6,
    SAVE_TIMESTAMP = 10,
    SAVE_COMPILED = 12,  // a routine in IDL's own compiled form, which only IDL knows
    SAVE_IDENTIFICATION = 13,
    SAVE_VERSION = 14,
    SAVE_HEAP_HEADER = 15,
    SAVE_HEAP_DATA = 16,
    SAVE_PROMOTE64 = 17,
    SAVE_NOTICE = 19,
    SAVE_DESCRIPTION = 20,
    SAVE_SOURCE = 0x48454C49,  // ours: a routine as source text
} SaveKind;

// Limits of what SAVE writes and RESTORE reads; structures nest up to SDEF_NESTING_MAX.
enum { SAVE_TEXT_MAX = 0x7FFFFFFF }; // bytes of a string, a name, a description, a routine's source

// --- Reading: failures are kept (the first one), after which everything reads as zero ------------------------------
typedef struct SaveIn SaveIn;

// The file's signature is checked; the stream is taken, also on failure. name is for messages.
MUST_USE Status save_in_open(Stream *s, const char *name, SaveIn **out);
void save_in_free(SaveIn *in);  // NULL is fine
bool save_in_is_compressed(const SaveIn *in);
// The next record, whatever is left of the current one. False at the end marker and after a failure.
bool save_in_next(SaveIn *in, SaveKind *kind);
// The failure, if any; the caller's.
MUST_USE Status save_in_status(SaveIn *in);
bool save_in_ok(const SaveIn *in);
// Notes a failure: "text. File: name".
void save_in_fail(SaveIn *in, int code, const char *what);

int32_t save_in_long(SaveIn *in);
int64_t save_in_long64(SaveIn *in);
void save_in_bytes(SaveIn *in, void *p, size_t n);
void save_in_align(SaveIn *in);             // to the next unit of four bytes
char *save_in_text(SaveIn *in);             // a STRING: owned, NUL-terminated, at most SAVE_TEXT_MAX bytes; never NULL
// Whether there is memory for that many bytes more; if not, that is a failure. For what is then taken by mem_must.
bool save_in_room(SaveIn *in, size_t bytes);
// Whether the record can hold that many more bytes; if not, that is a failure.
bool save_in_holds(SaveIn *in, int64_t bytes);
char *save_in_name(SaveIn *in);             // a name at the beginning of a record of unknown form; owned, NULL: there is none

// --- Writing: failures are kept; save_out_finish answers with the first -------------------------------------------------
typedef struct SaveOut SaveOut;

// Writes beside `path`, which is replaced only when all has been written.
MUST_USE Status save_out_open(const char *path, bool compressed, SaveOut **out);
void save_out_begin(SaveOut *out, SaveKind kind);
void save_out_end(SaveOut *out);
void save_out_long(SaveOut *out, int32_t v);
void save_out_long64(SaveOut *out, int64_t v);
void save_out_bytes(SaveOut *out, const void *p, size_t n);
void save_out_align(SaveOut *out);
void save_out_text(SaveOut *out, const char *p, size_t n);  // a STRING; more than SAVE_TEXT_MAX is a failure
bool save_out_ok(const SaveOut *out);
void save_out_fail(SaveOut *out, Status s);                 // takes s
// Writes the end marker and puts the file in its place. Frees out in every case. *lost: what went with the old file
// (sys/publish.h), NULL nothing.
MUST_USE Status save_out_finish(SaveOut *out, const char **lost);
void save_out_abandon(SaveOut *out);                        // the old file stays; NULL is fine

#endif
