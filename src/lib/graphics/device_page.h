// DEVICE for devices that write files of pages (PS).
#ifndef HELIO_LIB_GRAPHICS_DEVICE_PAGE_H
#define HELIO_LIB_GRAPHICS_DEVICE_PAGE_H

#include "lib/graphics/device_keywords.h"
#include "lib/graphics/state.h"

// Throws for keywords that the selected device does not have; page: NULL if it is none of pages.
void device_refuse(Call *c, const Page *page);
// Everything but CLOSE_FILE.
void device_page(Call *c, Page *page);
void device_close_page(Call *c, Page *page);

#endif
