// Where what is packed goes: a file that appears when it is whole (sys/publish.h), or bytes for a variable.
#ifndef HELIO_LIB_ARCHIVE_SINK_H
#define HELIO_LIB_ARCHIVE_SINK_H

#include "base/buf.h"
#include "sys/publish.h"
#include "vm/call/call.h"

typedef struct Sink {
    Publication file;
    Buf bytes;
    const char *path; // NULL: bytes
    int64_t n;        // written so far
    int err;          // the first failure; ENOMEM of bytes
} Sink;

// Released with the call, and the file with it, if it has not been kept.
Sink *sink_file(Call *c, const char *path, int mode);
Sink *sink_bytes(Call *c);
bool sink_put(void *sink, const void *p, size_t n); // false: err
_Noreturn void sink_throw(Call *c, const Sink *s);
void sink_keep(Call *c, Sink *s);       // the file takes its place
Val sink_value(Call *c, const Sink *s); // the bytes as a vector; 0B when there are none

#endif
