// Where the readers of pictures read from: a file's name, or a URL, which is read as it comes.
#ifndef HELIO_LIB_GRAPHICS_PICTURE_FILE_H
#define HELIO_LIB_GRAPHICS_PICTURE_FILE_H

#include "image/pixels.h"
#include "vm/call/call.h"

typedef struct PictureFile {
    struct Stream *stream; // of a URL; closed when the call ends
    Status failed;
} PictureFile;

// Argument i as a source; of a URL that cannot be had it throws.
ImageSource picture_file_open(Call *c, int i, PictureFile *f);
MUST_USE Status picture_file_try(Call *c, int i, PictureFile *f, ImageSource *src); // the same, but it tells
// After the decoder: throws what reading ran into, which the decoder takes for the end.
void picture_file_check(Call *c, PictureFile *f, Status *decoded);

#endif
