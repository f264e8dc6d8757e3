// The devices PDF and SVG: the table of the module `cairo` (gfx/cairo_pages.c).
#ifndef HELIO_GFX_CAIRO_PAGES_H
#define HELIO_GFX_CAIRO_PAGES_H

#include "gfx/page.h"

typedef struct CairoTable {
    PageFormat pdf, svg;
} CairoTable;

#define CAIRO_MODULE "cairo", "helio_cairo", "libcairo2"

#endif
