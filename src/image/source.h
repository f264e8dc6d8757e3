// SourceReader: an ImageSource delivered in chunks, for the codecs.
#ifndef HELIO_IMAGE_SOURCE_H
#define HELIO_IMAGE_SOURCE_H

#include "image/pixels.h"

typedef struct SourceReader {
    ImageSource src;
    int fd;         // of a path, else -1
    int64_t size;   // bytes in all; -1: not known
    uint8_t *chunk; // where read() puts bytes
    bool gave_data; // src.data has been handed out
} SourceReader;

// Opens the file of a path. On failure E_OPEN, and nothing to end.
MUST_USE Status source_start(SourceReader *r, const ImageSource *src);
// The next bytes, valid until the next call; 0 at the end.
size_t source_next(SourceReader *r, const uint8_t **p);
void source_end(SourceReader *r);
// True when so many pixels cannot come out of so small a source even if it is all there: a decompression bomb, or a
// download that broke off in its first bytes. Only large images are suspected.
bool source_is_bomb(const SourceReader *r, int64_t pixels);

#endif
