// What the routines for pictures share: bytes of a file or URL, and the structure that the QUERY_ functions return.
#ifndef HELIO_LIB_PICTURE_H
#define HELIO_LIB_PICTURE_H

#include "image/pixels.h"
#include "vm/call/call.h"

// Argument i for a codec that wants positions: the path of a file, or all that a URL gives, in memory of the call.
MUST_USE Status picture_source(Call *c, int i, ImageSource *src);
// The bytes of argument i, or at least `most` of them, in memory of the call.
ImageSource picture_bytes(Call *c, int i, size_t most);
bool picture_is_stopped(void *arg); // an ImageStop

// What all QUERY_ functions tell.
typedef struct PictureInfo {
    int64_t width, height;
    int channels, images, index;
    bool has_palette;
    TypeCode type;
    const char *format; // "TIFF"
} PictureInfo;

enum { PICTURE_TAGS = 7, PICTURE_TAGS_MAX = 32 };
typedef struct PictureRecord {
    const char *tag[PICTURE_TAGS_MAX];
    Val value[PICTURE_TAGS_MAX];
    int n;
} PictureRecord;

// A record of the call, with the tags of `info`.
PictureRecord *picture_record(Call *c, const PictureInfo *info);
void picture_record_take(Call *c, PictureRecord *r, const char *tag, Val v); // one more; consumes v
// It becomes argument `arg`, if there is one; the function returns 1.
void picture_record_return(Call *c, PictureRecord *r, int arg);
// For QUERY_: true when the status is good. Else the function returns 0, and what was wrong with the file is dropped;
// what has nothing to do with it (memory, Ctrl-C, a module that is not there) is thrown.
bool picture_is_readable(Call *c, Status s);

Val picture_vector(Call *c, TypeCode t, const void *p, int64_t n);

#endif
