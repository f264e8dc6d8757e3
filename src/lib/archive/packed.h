// Where what is unpacked comes from: a file or bytes of the program, gzip undone on the way. What comes out of it has a
// ceiling.
#ifndef HELIO_LIB_ARCHIVE_PACKED_H
#define HELIO_LIB_ARCHIVE_PACKED_H

#include "io/archive.h"
#include "io/stream.h"
#include "vm/call/call.h"

typedef struct Packed {
    Stream *stream;
    Status failure;     // of the last read or seek
    const char *name;   // for messages
    int64_t packed;     // bytes of the file; -1 unknown
    int64_t made, most; // bytes unpacked, and how many there may be
} Packed;

// The file of that name, or the bytes (`data`: a BYTE array); gzip: undone, if it is there. Released with the call.
Packed *packed_file(Call *c, const char *path, bool gzip);
Packed *packed_over(Call *c, const char *path, Stream *stream, int64_t packed); // one that is open already
Packed *packed_data(Call *c, const Val *data, bool gzip);
ArchiveBytes packed_bytes(Packed *s);
void packed_close(Packed *s);
_Noreturn void packed_throw(Call *c, Packed *s); // the failure, or Ctrl-C
// n more bytes have been unpacked, `real` of them out of what was packed (the rest are holes that the archive only
// mentions).
void packed_count(Call *c, Packed *s, int64_t n, int64_t real);
// A gzip is read through once, so that a wrong check sum at its end is known before anything has been made of it.
// Afterwards it is at its beginning again. Nothing happens to what is no gzip, or comes from a pipe.
void packed_verify(Call *c, Packed *s);
int64_t packed_read(void *source, void *p, size_t n); // as ArchiveBytes' read

#endif
