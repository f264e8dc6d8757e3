// The textbook hexagon models of hue: HSV and HLS (A. R. Smith 1978; Joblove and Greenberg 1978).
#include "gfx/colorspace.h"

#include <math.h>

static double clamp01(double x)
{
    return x > 0 ? (x < 1 ? x : 1) : 0; // NaN becomes 0
}

static uint8_t to_byte(double x) { return (uint8_t)(clamp01(x) * 255 + 0.5); }

// A colour of full saturation: chroma c over the floor m.
static void from_hue(double hue, double c, double m, uint8_t rgb[3])
{
    double h = isfinite(hue) ? fmod(hue, 360) : 0;
    if (h < 0) h += 360;
    h /= 60;
    double x = c * (1 - fabs(fmod(h, 2) - 1));
    double r = 0, g = 0, b = 0;
    switch ((int)h % 6) {
    case 0: r = c, g = x; break;
    case 1: r = x, g = c; break;
    case 2: g = c, b = x; break;
    case 3: g = x, b = c; break;
    case 4: r = x, b = c; break;
    default: r = c, b = x; break;
    }
    rgb[0] = to_byte(r + m);
    rgb[1] = to_byte(g + m);
    rgb[2] = to_byte(b + m);
}

void color_from_hsv(double hue, double saturation, double value, uint8_t rgb[3])
{
    double v = clamp01(value), c = v * clamp01(saturation);
    from_hue(hue, c, v - c, rgb);
}

void color_from_hls(double hue, double lightness, double saturation, uint8_t rgb[3])
{
    double l = clamp01(lightness), c = (1 - fabs(2 * l - 1)) * clamp01(saturation);
    from_hue(hue, c, l - c / 2, rgb);
}

// Hue in degrees, and the largest and smallest channel, 0 to 1.
static double hue_of(const uint8_t rgb[3], double *most, double *least)
{
    double r = rgb[0] / 255.0, g = rgb[1] / 255.0, b = rgb[2] / 255.0;
    double hi = fmax(r, fmax(g, b)), lo = fmin(r, fmin(g, b)), c = hi - lo;
    *most = hi;
    *least = lo;
    if (c == 0) return 0;
    double h = hi == r ? (g - b) / c : hi == g ? 2 + (b - r) / c : 4 + (r - g) / c;
    return h < 0 ? 60 * (h + 6) : 60 * h;
}

void color_to_hsv(const uint8_t rgb[3], float *hue, float *saturation, float *value)
{
    double hi, lo;
    *hue = (float)hue_of(rgb, &hi, &lo);
    *saturation = (float)(hi > 0 ? (hi - lo) / hi : 0);
    *value = (float)hi;
}

void color_to_hls(const uint8_t rgb[3], float *hue, float *lightness, float *saturation)
{
    double hi, lo;
    *hue = (float)hue_of(rgb, &hi, &lo);
    double l = (hi + lo) / 2, room = 1 - fabs(2 * l - 1);
    *lightness = (float)l;
    *saturation = (float)(room > 0 ? (hi - lo) / room : 0);
}
