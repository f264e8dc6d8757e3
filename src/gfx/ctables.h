// The numbered colour tables of LOADCT. Their names are IDL's list; their colours are our own, made from ramps and
// hue formulas that follow the names, except 41 to 74, which interpolate the ColorBrewer schemes.
#ifndef HELIO_GFX_CTABLES_H
#define HELIO_GFX_CTABLES_H

#include "gfx/framebuffer.h"

#define CTABLE_COUNT 75

const char *ctable_name(int n); // n from 0 to CTABLE_COUNT-1
void ctable_make(int n, ColorTable *t);

// The ColorBrewer schemes (brewer.c): n from 0 (Accent) to 33 (Spectral).
#define BREWER_COUNT 34
const char *brewer_name(int n);
void brewer_make(int n, ColorTable *t);

#endif
