// Conversions between RGB and the two hue systems of TVLCT and COLOR_CONVERT: hue in degrees, the rest 0 to 1.
#ifndef HELIO_GFX_COLORSPACE_H
#define HELIO_GFX_COLORSPACE_H

#include <stdint.h>

void color_from_hsv(double hue, double saturation, double value, uint8_t rgb[3]);
void color_from_hls(double hue, double lightness, double saturation, uint8_t rgb[3]);
void color_to_hsv(const uint8_t rgb[3], float *hue, float *saturation, float *value);
void color_to_hls(const uint8_t rgb[3], float *hue, float *lightness, float *saturation);

#endif
