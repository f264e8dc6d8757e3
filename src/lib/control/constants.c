// !COLOR, the names and values of the W3C's list of web colours, and !CONST, physical constants (CODATA 2010, IAU). Both
// are read-only. Start reading at constants_define.
#include "lib/control/constants.h"

#include "lib/control/system_record.h"
#include "vm/scope/sysvar.h"

#include <math.h>
#include <string.h>

static const struct {
    const char *name;
    uint8_t rgb[3];
} colors[] = {
    {"ALICE_BLUE", {240, 248, 255}}, {"ANTIQUE_WHITE", {250, 235, 215}}, {"AQUA", {0, 255, 255}},
    {"AQUAMARINE", {127, 255, 212}}, {"AZURE", {240, 255, 255}}, {"BEIGE", {245, 245, 220}},
    {"BISQUE", {255, 228, 196}}, {"BLACK", {0, 0, 0}}, {"BLANCHED_ALMOND", {255, 235, 205}}, {"BLUE", {0, 0, 255}},
    {"BLUE_VIOLET", {138, 43, 226}}, {"BROWN", {165, 42, 42}}, {"BURLYWOOD", {222, 184, 135}},
    {"CADET_BLUE", {95, 158, 160}}, {"CHARTREUSE", {127, 255, 0}}, {"CHOCOLATE", {210, 105, 30}},
    {"CORAL", {255, 127, 80}}, {"CORNFLOWER", {100, 149, 237}}, {"CORNSILK", {255, 248, 220}},
    {"CRIMSON", {220, 20, 60}}, {"CYAN", {0, 255, 255}}, {"DARK_BLUE", {0, 0, 139}}, {"DARK_CYAN", {0, 139, 139}},
    {"DARK_GOLDENROD", {184, 134, 11}}, {"DARK_GRAY", {169, 169, 169}}, {"DARK_GREY", {169, 169, 169}},
    {"DARK_GREEN", {0, 100, 0}}, {"DARK_KHAKI", {189, 183, 107}}, {"DARK_MAGENTA", {139, 0, 139}},
    {"DARK_OLIVE_GREEN", {85, 107, 47}}, {"DARK_ORANGE", {255, 140, 0}}, {"DARK_ORCHID", {153, 50, 204}},
    {"DARK_RED", {139, 0, 0}}, {"DARK_SALMON", {233, 150, 122}}, {"DARK_SEA_GREEN", {143, 188, 143}},
    {"DARK_SLATE_BLUE", {72, 61, 139}}, {"DARK_SLATE_GRAY", {47, 79, 79}}, {"DARK_SLATE_GREY", {47, 79, 79}},
    {"DARK_TURQUOISE", {0, 206, 209}}, {"DARK_VIOLET", {148, 0, 211}}, {"DEEP_PINK", {255, 20, 147}},
    {"DEEP_SKY_BLUE", {0, 191, 255}}, {"DIM_GRAY", {105, 105, 105}}, {"DIM_GREY", {105, 105, 105}},
    {"DODGER_BLUE", {30, 144, 255}}, {"FIREBRICK", {178, 34, 34}}, {"FLORAL_WHITE", {255, 250, 240}},
    {"FOREST_GREEN", {34, 139, 34}}, {"FUCHSIA", {255, 0, 255}}, {"GAINSBORO", {220, 220, 220}},
    {"GHOST_WHITE", {248, 248, 255}}, {"GOLD", {255, 215, 0}}, {"GOLDENROD", {218, 165, 32}},
    {"GRAY", {127, 127, 127}}, {"GREEN", {0, 127, 0}}, {"GREEN_YELLOW", {173, 255, 47}}, {"GREY", {127, 127, 127}},
    {"HONEYDEW", {240, 255, 240}}, {"HOT_PINK", {255, 105, 180}}, {"INDIAN_RED", {205, 92, 92}},
    {"INDIGO", {75, 0, 130}}, {"IVORY", {255, 255, 240}}, {"KHAKI", {240, 230, 140}}, {"LAVENDER", {230, 230, 250}},
    {"LAVENDER_BLUSH", {255, 240, 245}}, {"LAWN_GREEN", {124, 252, 0}}, {"LEMON_CHIFFON", {255, 250, 205}},
    {"LIGHT_BLUE", {173, 216, 230}}, {"LIGHT_CORAL", {240, 128, 128}}, {"LIGHT_CYAN", {224, 255, 255}},
    {"LIGHT_GOLDENROD", {250, 250, 210}}, {"LIGHT_GREEN", {144, 238, 144}}, {"LIGHT_GRAY", {211, 211, 211}},
    {"LIGHT_GREY", {211, 211, 211}}, {"LIGHT_PINK", {255, 182, 193}}, {"LIGHT_SALMON", {255, 160, 122}},
    {"LIGHT_SEA_GREEN", {32, 178, 170}}, {"LIGHT_SKY_BLUE", {135, 206, 250}}, {"LIGHT_SLATE_GRAY", {119, 136, 153}},
    {"LIGHT_SLATE_GREY", {119, 136, 153}}, {"LIGHT_STEEL_BLUE", {176, 196, 222}}, {"LIGHT_YELLOW", {255, 255, 224}},
    {"LIME", {0, 255, 0}}, {"LIME_GREEN", {50, 205, 50}}, {"LINEN", {250, 240, 230}}, {"MAGENTA", {255, 0, 255}},
    {"MAROON", {127, 0, 0}}, {"MEDIUM_AQUAMARINE", {102, 205, 170}}, {"MEDIUM_BLUE", {0, 0, 205}},
    {"MEDIUM_ORCHID", {186, 85, 211}}, {"MEDIUM_PURPLE", {147, 112, 219}}, {"MEDIUM_SEA_GREEN", {60, 179, 113}},
    {"MEDIUM_SLATE_BLUE", {123, 104, 238}}, {"MEDIUM_SPRING_GREEN", {0, 250, 154}},
    {"MEDIUM_TURQUOISE", {72, 209, 204}}, {"MEDIUM_VIOLET_RED", {199, 21, 133}}, {"MIDNIGHT_BLUE", {21, 25, 112}},
    {"MINT_CREAM", {245, 255, 250}}, {"MISTY_ROSE", {255, 228, 225}}, {"MOCCASIN", {255, 228, 181}},
    {"NAVAJO_WHITE", {255, 222, 173}}, {"NAVY", {0, 0, 128}}, {"OLD_LACE", {253, 245, 230}},
    {"OLIVE", {128, 128, 0}}, {"OLIVE_DRAB", {107, 142, 35}}, {"ORANGE", {255, 165, 0}},
    {"ORANGE_RED", {255, 69, 0}}, {"ORCHID", {218, 112, 214}}, {"PALE_GOLDENROD", {238, 232, 170}},
    {"PALE_GREEN", {152, 251, 152}}, {"PALE_TURQUOISE", {175, 238, 238}}, {"PALE_VIOLET_RED", {219, 112, 147}},
    {"PAPAYA_WHIP", {255, 239, 213}}, {"PEACH_PUFF", {255, 218, 185}}, {"PERU", {205, 133, 63}},
    {"PINK", {255, 192, 203}}, {"PLUM", {221, 160, 221}}, {"POWDER_BLUE", {176, 224, 230}},
    {"PURPLE", {127, 0, 127}}, {"RED", {255, 0, 0}}, {"ROSY_BROWN", {188, 143, 143}}, {"ROYAL_BLUE", {65, 105, 225}},
    {"SADDLE_BROWN", {139, 69, 19}}, {"SALMON", {250, 128, 114}}, {"SANDY_BROWN", {244, 164, 96}},
    {"SEA_GREEN", {46, 139, 87}}, {"SEASHELL", {255, 245, 238}}, {"SIENNA", {160, 82, 45}},
    {"SILVER", {192, 192, 192}}, {"SKY_BLUE", {135, 206, 235}}, {"SLATE_BLUE", {106, 90, 205}},
    {"SLATE_GRAY", {112, 128, 144}}, {"SLATE_GREY", {112, 128, 144}}, {"SNOW", {255, 250, 250}},
    {"SPRING_GREEN", {0, 255, 127}}, {"STEEL_BLUE", {70, 130, 180}}, {"TAN", {210, 180, 140}},
    {"TEAL", {0, 128, 128}}, {"THISTLE", {216, 191, 216}}, {"TOMATO", {255, 99, 71}}, {"TURQUOISE", {64, 224, 208}},
    {"VIOLET", {238, 130, 238}}, {"WHEAT", {245, 222, 179}}, {"WHITE", {255, 255, 255}},
    {"WHITE_SMOKE", {245, 245, 245}}, {"YELLOW", {255, 255, 0}}, {"YELLOW_GREEN", {154, 205, 50}},
};

static const struct {
    const char *name;
    double x;  // of I: its real part
} constants[] = {
    {"ALPHA", 7.2973525698e-3}, {"AU", 149597870700.0}, {"C", 299792458.0}, {"DTOR", M_PI / 180},
    {"E", 1.602176565e-19}, {"EPS0", 8.854187817620389e-12}, {"EULER", M_E}, {"F", 96485.3365}, {"G", 6.67384e-11},
    {"GN", 9.80665}, {"H", 6.62606957e-34}, {"HBAR", 1.054571726e-34}, {"I", 0}, {"K", 1.3806488e-23},
    {"LY", 9460730472580800.0}, {"M_EARTH", 5.9721864e24}, {"M_SUN", 1.9884159e30}, {"ME", 9.10938291e-31},
    {"MN", 1.674927351e-27}, {"MP", 1.672621777e-27}, {"MU0", 4e-7 * M_PI}, {"N0", 2.6867805e25},
    {"NA", 6.02214129e23}, {"P0", 101325.0}, {"PARSEC", 3.0856775814913673e16}, {"PHI", 1.6180339887498949},
    {"PI", M_PI}, {"R", 8.3144621}, {"R_EARTH", 6378136.6}, {"RTOD", 180 / M_PI}, {"RE", 2.8179403267e-15},
    {"RYDBERG", 10973731.568539}, {"SIGMA", 5.670373e-8}, {"T0", 273.15}, {"U", 1.660538921e-27},
    {"VM", 22.413968e-3},
};

enum { COLORS = sizeof colors / sizeof colors[0], CONSTANTS = sizeof constants / sizeof constants[0] };

static void define_colors(Vm *vm)
{
    SystemTag tags[COLORS];
    for (int i = 0; i < COLORS; i++) tags[i] = (SystemTag){colors[i].name, T_BYTE, 3, 0};
    Val v = system_record(vm, "!COLOR", tags, COLORS);
    for (int i = 0; i < COLORS && !val_is_undef(&v); i++) memcpy(system_tag(&v, colors[i].name), colors[i].rgb, 3);
    sysvar_define_take(vm, "!COLOR", v, true);
}

static void define_constants(Vm *vm)
{
    SystemTag tags[CONSTANTS];
    for (int i = 0; i < CONSTANTS; i++) {
        bool is_i = strcmp(constants[i].name, "I") == 0;
        tags[i] = (SystemTag){constants[i].name, is_i ? T_DCOMPLEX : T_DOUBLE, 0, 0};
    }
    Val v = system_record(vm, "!CONST", tags, CONSTANTS);
    if (val_is_undef(&v)) return;
    for (int i = 0; i < CONSTANTS; i++) *(double *)system_tag(&v, constants[i].name) = constants[i].x;
    ((double *)system_tag(&v, "I"))[1] = 1;
    sysvar_define_take(vm, "!CONST", v, true);
}

void constants_define(Vm *vm)
{
    define_colors(vm);
    define_constants(vm);
}
