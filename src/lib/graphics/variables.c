// The system variables of direct graphics that hold settings: !P, !X, !Y, !Z, !MAP, !MOUSE, !ORDER, with IDL's tags and
// defaults. Start reading at graphics_variables.
#include "lib/graphics/variables.h"

#include "lib/control/system_record.h"
#include "vm/scope/sysvar.h"

static const SystemTag plot_tags[] = {
    {"BACKGROUND", T_LONG, 0, 0}, {"CHARSIZE", T_FLOAT, 0, 0}, {"CHARTHICK", T_FLOAT, 0, 0}, {"CLIP", T_LONG, 6, 0},
    {"COLOR", T_LONG, 0, 0}, {"FONT", T_LONG, 0, 0}, {"LINESTYLE", T_LONG, 0, 0}, {"MULTI", T_LONG, 5, 0},
    {"NOCLIP", T_LONG, 0, 0}, {"NOERASE", T_LONG, 0, 0}, {"NSUM", T_LONG, 0, 0}, {"POSITION", T_FLOAT, 4, 0},
    {"PSYM", T_LONG, 0, 0}, {"REGION", T_FLOAT, 4, 0}, {"SUBTITLE", T_STRING, 0, 0}, {"SYMSIZE", T_FLOAT, 0, 0},
    {"T", T_DOUBLE, 4, 4}, {"T3D", T_LONG, 0, 0}, {"THICK", T_FLOAT, 0, 0}, {"TITLE", T_STRING, 0, 0},
    {"TICKLEN", T_FLOAT, 0, 0}, {"CHANNEL", T_LONG, 0, 0},
};

static const SystemTag axis_tags[] = {
    {"TITLE", T_STRING, 0, 0}, {"TYPE", T_LONG, 0, 0}, {"STYLE", T_LONG, 0, 0}, {"TICKS", T_LONG, 0, 0},
    {"TICKLEN", T_FLOAT, 0, 0}, {"THICK", T_FLOAT, 0, 0}, {"RANGE", T_DOUBLE, 2, 0}, {"CRANGE", T_DOUBLE, 2, 0},
    {"S", T_DOUBLE, 2, 0}, {"MARGIN", T_FLOAT, 2, 0}, {"OMARGIN", T_FLOAT, 2, 0}, {"WINDOW", T_FLOAT, 2, 0},
    {"REGION", T_FLOAT, 2, 0}, {"CHARSIZE", T_FLOAT, 0, 0}, {"MINOR", T_LONG, 0, 0}, {"TICKV", T_DOUBLE, 60, 0},
    {"TICKNAME", T_STRING, 60, 0}, {"GRIDSTYLE", T_LONG, 0, 0}, {"TICKFORMAT", T_STRING, 10, 0},
    {"TICKINTERVAL", T_DOUBLE, 0, 0}, {"TICKLAYOUT", T_LONG, 0, 0}, {"TICKUNITS", T_STRING, 10, 0},
};

static const SystemTag map_tags[] = {
    {"PROJECTION", T_LONG, 0, 0}, {"SIMPLE", T_LONG, 0, 0}, {"FILL_METHOD", T_LONG, 0, 0}, {"UP_FLAGS", T_LONG, 0, 0},
    {"UP_NAME", T_STRING, 0, 0}, {"P0LON", T_DOUBLE, 0, 0}, {"P0LAT", T_DOUBLE, 0, 0}, {"U0", T_DOUBLE, 0, 0},
    {"V0", T_DOUBLE, 0, 0}, {"SINO", T_DOUBLE, 0, 0}, {"COSO", T_DOUBLE, 0, 0}, {"ROTATION", T_DOUBLE, 0, 0},
    {"SINR", T_DOUBLE, 0, 0}, {"COSR", T_DOUBLE, 0, 0}, {"A", T_DOUBLE, 0, 0}, {"E2", T_DOUBLE, 0, 0},
    {"UV", T_DOUBLE, 2, 0}, {"POLE", T_DOUBLE, 7, 0}, {"UV_BOX", T_DOUBLE, 4, 0}, {"LL_BOX", T_DOUBLE, 4, 0},
    {"SEGMENT_LENGTH", T_DOUBLE, 0, 0}, {"P", T_DOUBLE, 16, 0}, {"PIPELINE", T_DOUBLE, 8, 12},
};

static const SystemTag mouse_tags[] = {
    {"X", T_LONG, 0, 0}, {"Y", T_LONG, 0, 0}, {"BUTTON", T_LONG, 0, 0}, {"TIME", T_LONG, 0, 0},
};

#define RECORD(vm, name, tags) system_record(vm, name, tags, (int)(sizeof(tags) / sizeof(tags)[0]))

static void define_plot(Vm *vm)
{
    Val p = RECORD(vm, "!PLT", plot_tags);
    if (val_is_undef(&p)) return;
    *(int32_t *)system_tag(&p, "COLOR") = 0xFFFFFF;
    *(int32_t *)system_tag(&p, "FONT") = -1;
    *(float *)system_tag(&p, "TICKLEN") = 0.02f;
    int32_t *clip = system_tag(&p, "CLIP");
    clip[2] = 639, clip[3] = 511, clip[5] = 1000;
    double *t = system_tag(&p, "T");
    for (int i = 0; i < 4; i++) t[5 * i] = 1;
    sysvar_define_take(vm, "!P", p, false);
}

static void define_axis(Vm *vm, const char *name, float before, float after)
{
    Val x = RECORD(vm, "!AXIS", axis_tags);
    if (val_is_undef(&x)) return;
    float *margin = system_tag(&x, "MARGIN");
    margin[0] = before, margin[1] = after;
    double *s = system_tag(&x, "S");
    s[1] = 1;
    sysvar_define_take(vm, name, x, false);
}

void graphics_variables(Vm *vm)
{
    define_plot(vm);
    define_axis(vm, "!X", 10, 3);
    define_axis(vm, "!Y", 4, 2);
    define_axis(vm, "!Z", 0, 0);
    sysvar_define_take(vm, "!MAP", RECORD(vm, "!MAP", map_tags), false);
    sysvar_define_take(vm, "!MOUSE", RECORD(vm, "!MOUSE", mouse_tags), false);
    sysvar_define_take(vm, "!ORDER", val_long(0), false);
}
