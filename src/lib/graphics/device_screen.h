// DEVICE for screens: what belongs to the display, and which keywords which device has.
#ifndef HELIO_LIB_GRAPHICS_DEVICE_SCREEN_H
#define HELIO_LIB_GRAPHICS_DEVICE_SCREEN_H

#include "lib/graphics/device_keywords.h"
#include "lib/graphics/state.h"

// Throws for keywords that the selected device does not have; page: NULL if it is none of pages.
void device_refuse(Call *c, const Page *page);
// The pointer, the display's colours.
void device_screen(Call *c);
// The numbers of an array keyword: at least lo, at most hi of them; returns how many.
int device_numbers(Call *c, int slot, int lo, int hi, int *out);

#endif
