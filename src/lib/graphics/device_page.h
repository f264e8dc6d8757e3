// DEVICE for devices that write files of pages (PS).
#ifndef HELIO_LIB_GRAPHICS_DEVICE_PAGE_H
#define HELIO_LIB_GRAPHICS_DEVICE_PAGE_H

#include "lib/graphics/device_keywords.h"
#include "lib/graphics/state.h"

// Everything but CLOSE_FILE.
void device_page(Call *c, Page *page);
void device_close_page(Call *c, Page *page);

#endif
