// Names of the system's fonts as programs give them, and which of them IDL's !3 to !20 mean.
#ifndef HELIO_GFX_SCREEN_FONT_H
#define HELIO_GFX_SCREEN_FONT_H

#include "gfx/gfx.h"

// "Helvetica Bold Italic", "helvetica*bold*14", "-adobe-times-medium-r-normal--18-...", "9x15".
ScreenFont screen_font_parse(const char *name);
void screen_font_name(const ScreenFont *f, char *out, size_t room); // "Helvetica Bold*14"
// Of number 3 to 20; 0: the usual one.
ScreenFont screen_font_numbered(const ScreenFont *usual, int number);

#endif
