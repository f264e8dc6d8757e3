// TrueType (and OpenType) fonts as outlines: the table of the module `truetype` (gfx/truetype.c), FreeType with fontconfig.
#ifndef HELIO_GFX_TRUETYPE_H
#define HELIO_GFX_TRUETYPE_H

#include "base/buf.h"
#include "base/vec.h"
#include "plot/point.h"

// NaN stands between contours, each of which ends where it began; in ems from the pen, y upwards.
typedef VEC(Point) Outline;

typedef struct TrueTypeTable {
    Status (*open)(void **library);
    void (*close)(void *library);
    // The font that is nearest to a family's name and style; the library keeps it. There is always one.
    Status (*face)(void *library, const char *family, bool is_bold, bool is_slanted, void **face);
    // Is there a font of that name, or one that is known to stand for it?
    bool (*is_family)(void *library, const char *family);
    void (*families)(void *library, Buf *names); // each after a comma
    // In ems. px: the size of an em in pixels, if the glyph is to fit into them; 0: as it was designed.
    double (*advance)(void *face, unsigned code, double px);
    Status (*outline)(void *face, unsigned code, double px, Outline *out);
} TrueTypeTable;

#define TRUETYPE_MODULE "truetype", "helio_truetype", "libfreetype6, libfontconfig1 and a font, such as fonts-dejavu-core"

#endif
