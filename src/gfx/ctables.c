// The colour tables 0 to 74: names as IDL lists them, colours from our own ramps and formulas that follow the names
// (tables 0 is exact by definition; the others resemble IDL's and are not copies). 41 to 74 come from brewer.c.
// Start at ctable_make.
#include "gfx/ctables.h"

#include "gfx/colorspace.h"

#include <math.h>

#define RAMP_MAX 16

// A ramp: straight lines between stops, the first at 0 and the last at 255.
typedef struct Stop {
    uint8_t at;
    uint32_t rgb;
} Stop;

typedef struct TableRow {
    const char *name;
    void (*make)(ColorTable *t); // or NULL: the ramp
    Stop ramp[RAMP_MAX];
} TableRow;

static void set_rgb(ColorTable *t, int i, double r, double g, double b)
{
    t->r[i] = (uint8_t)(fmin(fmax(r, 0), 255) + 0.5);
    t->g[i] = (uint8_t)(fmin(fmax(g, 0), 255) + 0.5);
    t->b[i] = (uint8_t)(fmin(fmax(b, 0), 255) + 0.5);
}

static void set_hsv(ColorTable *t, int i, double h, double s, double v)
{
    uint8_t rgb[3];
    color_from_hsv(h, s, v, rgb);
    t->r[i] = rgb[0];
    t->g[i] = rgb[1];
    t->b[i] = rgb[2];
}

static void set_hls(ColorTable *t, int i, double h, double l, double s)
{
    uint8_t rgb[3];
    color_from_hls(h, l, s, rgb);
    t->r[i] = rgb[0];
    t->g[i] = rgb[1];
    t->b[i] = rgb[2];
}

// A wave between 0 and 255 with `turns` periods over the table, shifted by `phase` of a period.
static double wave(int i, double turns, double phase)
{
    return 127.5 - 127.5 * cos(2 * M_PI * (turns * i / 255 + phase));
}

// --- tables made by formulas; i runs over the 256 entries

static void make_gamma(ColorTable *t)
{
    for (int i = 0; i < 256; i++) {
        double x = i / 255.0;
        set_rgb(t, i, 255 * pow(x, 0.5), 255 * pow(x, 1.6), x < 0.35 ? 255 * x / 0.7 : 255 * pow(x, 3));
    }
}

static void make_prism(ColorTable *t)
{
    for (int i = 0; i < 256; i++) set_hsv(t, i, i * 6.0, 1, i == 0 ? 0 : 1);
}

static void make_green_exponential(ColorTable *t)
{
    for (int i = 0; i < 256; i++) {
        double x = i / 255.0;
        set_rgb(t, i, 255 * pow(x, 3), 255 * pow(x, 0.7), 255 * pow(x, 4));
    }
}

static void make_16_level(ColorTable *t)
{
    static const uint32_t level[16] = {0x000000, 0x005500, 0x00aa00, 0x00ff00, 0x00ff80, 0x00ffff, 0x00aaff, 0x0055ff,
                                       0x0000ff, 0x5500ff, 0xaa00ff, 0xff00ff, 0xff0080, 0xff0000, 0xff8080, 0xffffff};
    for (int i = 0; i < 256; i++) {
        uint32_t c = level[i / 16];
        set_rgb(t, i, c >> 16 & 255, c >> 8 & 255, c & 255);
    }
}

// Sixteen hues, each climbing from dark to bright.
static void make_steps(ColorTable *t)
{
    for (int i = 0; i < 256; i++) set_hsv(t, i, 240 - 240.0 * (i / 16) / 15, 0.9, 0.4 + 0.6 * (i % 16) / 15);
}

// A grey ramp in blue (doubled) and green, with a spike of red at the low end.
static void make_stern(ColorTable *t)
{
    for (int i = 0; i < 256; i++) {
        double r = i < 14 ? i * 255 / 14.0 : i < 64 ? 255 - (i - 14) * 195 / 50.0 : i;
        double b = i < 128 ? 2 * i : i < 192 ? 255 - (i - 128) * 255 / 64.0 : (i - 192) * 255 / 63.0;
        set_rgb(t, i, r, i, b);
    }
}

static void make_hls_light(ColorTable *t)
{
    for (int i = 0; i < 256; i++) set_hls(t, i, 360.0 * i / 256, i / 255.0, 0.5);
}

static void make_hls_soft(ColorTable *t)
{
    for (int i = 0; i < 256; i++) set_hls(t, i, 360.0 * i / 256, 0.3 + 0.4 * i / 255, 0.8);
}

static void make_hsv_pale(ColorTable *t)
{
    for (int i = 0; i < 256; i++) set_hsv(t, i, 360.0 * i / 256, 0.6, i / 255.0);
}

static void make_hsv_full(ColorTable *t)
{
    for (int i = 0; i < 256; i++) set_hsv(t, i, 360.0 * i / 256, 1 - 0.7 * i / 255, 0.35 + 0.65 * i / 255);
}

static void make_stripes(ColorTable *t)
{
    for (int i = 0; i < 256; i++) {
        double dim = i % 16 == 15 ? 0.3 : 1;
        set_rgb(t, i, dim * (80 + 175.0 * i / 255), 0, dim * (160 - 160.0 * i / 255));
    }
}

static void make_eos_a(ColorTable *t)
{
    for (int i = 0; i < 256; i++)
        set_hsv(t, i, 270 - 270.0 * i / 255, 0.85, i < 16 ? i / 16.0 : 0.75 + 0.25 * (i / 32 % 2));
}

static void make_eos_b(ColorTable *t)
{
    for (int i = 0; i < 256; i++)
        set_hsv(t, i, 270 - 270.0 * (i / 16) / 15, 0.85, i < 16 ? 0.2 : 0.6 + 0.4 * (i % 16) / 15);
}

static void make_hardcandy(ColorTable *t)
{
    for (int i = 0; i < 256; i++) set_rgb(t, i, wave(i, 4, 0.5), wave(i, 5, 0), wave(i, 3, 0.25));
}

static void make_peppermint(ColorTable *t)
{
    for (int i = 0; i < 256; i++) {
        double v = 80 + 175.0 * (i % 16) / 15;
        bool is_red = i / 16 % 2 == 0;
        set_rgb(t, i, v, is_red ? v / 4 : v, is_red ? v / 4 : v);
    }
}

static void make_plasma(ColorTable *t)
{
    for (int i = 0; i < 256; i++) set_rgb(t, i, wave(i, 1.5, 0), wave(i, 1.2, 0.8), wave(i, 1.3, 0.45));
}

static void make_blue_waves(ColorTable *t)
{
    for (int i = 0; i < 256; i++) {
        double v = wave(i, 6, 0);
        set_rgb(t, i, 0.15 * v, 0.45 * v, 60 + 0.76 * v);
    }
}

static void make_waves(ColorTable *t)
{
    for (int i = 0; i < 256; i++) set_rgb(t, i, wave(i, 4, 0), wave(i, 4, 1 / 3.0), wave(i, 4, 2 / 3.0));
}

static void make_rainbow18(ColorTable *t)
{
    for (int i = 0; i < 256; i++) {
        int k = i * 18 / 256;
        if (k == 0)
            set_rgb(t, i, 0, 0, 0);
        else if (k == 17)
            set_rgb(t, i, 255, 255, 255);
        else
            set_hsv(t, i, 280 - 280.0 * (k - 1) / 15, 1, 1);
    }
}

// Violet to red, from black; the ends of the two variants are fixed.
static void make_rainbow(ColorTable *t)
{
    for (int i = 0; i < 256; i++) set_hsv(t, i, 285 - 285.0 * (i < 24 ? 0 : i - 24) / 231, 1, i < 24 ? i / 24.0 : 1);
}

static void make_rainbow_white(ColorTable *t)
{
    make_rainbow(t);
    set_rgb(t, 255, 255, 255, 255);
}

static void make_rainbow_black(ColorTable *t)
{
    make_rainbow(t);
    set_rgb(t, 255, 0, 0, 0);
}

static const TableRow rows[] = {
    {"B-W LINEAR", NULL, {{0, 0x000000}, {255, 0xffffff}}},
    {"BLUE/WHITE", NULL, {{0, 0x000000}, {94, 0x000ab4}, {136, 0x0050ff}, {200, 0x80b4ff}, {255, 0xffffff}}},
    {"GRN-RED-BLU-WHT",
     NULL,
     {{0, 0x000000},
      {50, 0x00b000},
      {90, 0x806000},
      {130, 0xe00000},
      {180, 0x6000d0},
      {215, 0x4060ff},
      {255, 0xffffff}}},
    {"RED TEMPERATURE", NULL, {{0, 0x000000}, {120, 0xad0000}, {176, 0xff6a00}, {190, 0xff8400}, {255, 0xffffff}}},
    {"BLUE/GREEN/RED/YELLOW",
     NULL,
     {{0, 0x000000}, {50, 0x0000a0}, {100, 0x008060}, {130, 0x30a000}, {180, 0xd02000}, {255, 0xffff00}}},
    {"STD GAMMA-II", make_gamma, {{0, 0}}},
    {"PRISM", make_prism, {{0, 0}}},
    {"RED-PURPLE", NULL, {{0, 0x000000}, {90, 0x900000}, {170, 0xd02080}, {255, 0xffe0ff}}},
    {"GREEN/WHITE LINEAR", NULL, {{0, 0x000000}, {128, 0x109000}, {255, 0xffffff}}},
    {"GRN/WHT EXPONENTIAL", make_green_exponential, {{0, 0}}},
    {"GREEN-PINK", NULL, {{0, 0x000000}, {80, 0x006030}, {140, 0x609060}, {200, 0xd0a0a0}, {255, 0xffd8e8}}},
    {"BLUE-RED",
     NULL,
     {{0, 0x000000}, {50, 0x0000ff}, {128, 0x00ffff}, {160, 0x80ff00}, {200, 0xffff00}, {255, 0xff0000}}},
    {"16 LEVEL", make_16_level, {{0, 0}}},
    {"RAINBOW", make_rainbow, {{0, 0}}},
    {"STEPS", make_steps, {{0, 0}}},
    {"STERN SPECIAL", make_stern, {{0, 0}}},
    {"Haze", NULL, {{0, 0xa080ff}, {64, 0x705090}, {127, 0x302820}, {128, 0x302820}, {190, 0xa07050}, {255, 0xffe0c0}}},
    {"Blue - Pastel - Red",
     NULL,
     {{0, 0x0000ff}, {64, 0x80c0ff}, {110, 0xa0ffc0}, {150, 0xffffa0}, {200, 0xff9060}, {255, 0xff0000}}},
    {"Pastels",
     NULL,
     {{0, 0x8060c0},
      {43, 0x8080ff},
      {86, 0x80e0ff},
      {128, 0x90ffb0},
      {170, 0xffff90},
      {213, 0xffb080},
      {255, 0xff8080}}},
    {"Hue Sat Lightness 1", make_hls_light, {{0, 0}}},
    {"Hue Sat Lightness 2", make_hls_soft, {{0, 0}}},
    {"Hue Sat Value 1", make_hsv_pale, {{0, 0}}},
    {"Hue Sat Value 2", make_hsv_full, {{0, 0}}},
    {"Purple-Red + Stripes", make_stripes, {{0, 0}}},
    {"Beach",
     NULL,
     {{0, 0xc09060}, {60, 0xf0dca8}, {110, 0xa0e0e0}, {170, 0x3080c0}, {225, 0x105090}, {255, 0xffffff}}},
    {"Mac Style", NULL, {{0, 0x8000ff}, {64, 0x0080ff}, {128, 0x00ff40}, {192, 0xffe000}, {255, 0xff0000}}},
    {"Eos A", make_eos_a, {{0, 0}}},
    {"Eos B", make_eos_b, {{0, 0}}},
    {"Hardcandy", make_hardcandy, {{0, 0}}},
    {"Nature",
     NULL,
     {{0, 0x402010}, {50, 0x805030}, {100, 0x507030}, {150, 0x208040}, {200, 0x40a0c0}, {255, 0xe0f0ff}}},
    {"Ocean", NULL, {{0, 0x000000}, {85, 0x000080}, {150, 0x0060a0}, {205, 0x20c0b0}, {255, 0xffffff}}},
    {"Peppermint", make_peppermint, {{0, 0}}},
    {"Plasma", make_plasma, {{0, 0}}},
    {"Blue-Red",
     NULL,
     {{0, 0x000080}, {32, 0x0000ff}, {96, 0x00ffff}, {160, 0xffff00}, {224, 0xff0000}, {255, 0x800000}}},
    {"Rainbow",
     NULL,
     {{0, 0x6000a0}, {51, 0x0000ff}, {102, 0x00ffff}, {153, 0x00ff00}, {204, 0xffff00}, {255, 0xff0000}}},
    {"Blue Waves", make_blue_waves, {{0, 0}}},
    {"Volcano",
     NULL,
     {{0, 0x202020},
      {60, 0x601010},
      {110, 0xc02000},
      {150, 0xff8000},
      {180, 0x808080},
      {220, 0x506080},
      {255, 0xe0e8ff}}},
    {"Waves", make_waves, {{0, 0}}},
    {"Rainbow18", make_rainbow18, {{0, 0}}},
    {"Rainbow + white", make_rainbow_white, {{0, 0}}},
    {"Rainbow + black", make_rainbow_black, {{0, 0}}},
};

enum { ROWS = sizeof rows / sizeof *rows };
_Static_assert(ROWS + BREWER_COUNT == CTABLE_COUNT, "tables are numbered 0 to 74");

const char *ctable_name(int n) { return n < ROWS ? rows[n].name : brewer_name(n - ROWS); }

static void make_ramp(const Stop *stop, ColorTable *t)
{
    int k = 0;
    for (int i = 0; i < 256; i++) {
        while (k + 2 < RAMP_MAX && i > stop[k + 1].at && stop[k + 2].at > stop[k + 1].at) k++;
        double part = (double)(i - stop[k].at) / (stop[k + 1].at - stop[k].at);
        double rgb[3];
        for (int c = 0; c < 3; c++) {
            int shift = 16 - 8 * c;
            double from = stop[k].rgb >> shift & 255, to = stop[k + 1].rgb >> shift & 255;
            rgb[c] = from + (to - from) * part;
        }
        set_rgb(t, i, rgb[0], rgb[1], rgb[2]);
    }
}

void ctable_make(int n, ColorTable *t)
{
    if (n >= ROWS)
        brewer_make(n - ROWS, t);
    else if (rows[n].make)
        rows[n].make(t);
    else
        make_ramp(rows[n].ramp, t);
}
