// DEVICE's fonts of screens, and of FONT=1 everywhere.
#ifndef HELIO_LIB_GRAPHICS_DEVICE_FONTS_H
#define HELIO_LIB_GRAPHICS_DEVICE_FONTS_H

#include "lib/graphics/state.h"

void device_fonts(Call *c, const Page *page);
// SET_FONT, or FONT, as old versions call it; NULL: neither.
const char *device_font_name(Call *c);

#endif
