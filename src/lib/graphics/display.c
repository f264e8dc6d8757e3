// GET_SCREEN_SIZE: the display, whatever device is selected.
#include "lib/graphics/frame.h"

#include <stdlib.h>
#include <string.h>

#define GET_SCREEN_SIZE_KEYWORDS(K, R) K(R, DISPLAY_NAME, "=string") K(R, RESOLUTION, OUT)
KEYWORDS(GET_SCREEN_SIZE)

// GET_SCREEN_SIZE([Display_name]): the display's width and height in pixels, DOUBLE[2], whatever device is selected.
// RESOLUTION: the sides of a pixel in cm, FLOAT[2]. Without a display: those of the device that stands in for it. There
// is one display to a session: DISPLAY_NAME (or the argument) may name it. Source: manual.
static void fn_get_screen_size(Call *c)
{
    if (c->argc && call_arg(c, 0)->type != T_STRING)
        throw_msg(c, E_TYPE, "String expression required in this context: %s.", call_arg_name(c, 0));
    int w, h;
    double cm;
    const Str *name = c->argc ? call_str_peek(c, 0) : call_kw_str_peek(c, KW_GET_SCREEN_SIZE_DISPLAY_NAME);
    const char *display = getenv("DISPLAY");
    if (name && str_len(name) && strcmp(str_text(name), display ? display : "") != 0)
        throw_msg(c, E_DEVICE, "Unable to open display: %s. This session's is %s.", str_text(name),
                  display ? display : "none");
    gfx_display_size(gfx_of(c->vm), &w, &h, &cm);
    Arr *a = call_new_array(c, T_DOUBLE, 1, (int64_t[]){2}, false);
    ((double *)a->data)[0] = w;
    ((double *)a->data)[1] = h;
    call_return_take(c, val_arr_take(arr_ref(a)));
    if (!call_kw_given(c, KW_GET_SCREEN_SIZE_RESOLUTION)) return;
    Arr *side = call_new_array(c, T_FLOAT, 1, (int64_t[]){2}, false);
    ((float *)side->data)[0] = ((float *)side->data)[1] = (float)cm;
    call_kw_set_take(c, KW_GET_SCREEN_SIZE_RESOLUTION, val_arr_take(arr_ref(side)));
}

static const Routine rows[] = {
    {"GET_SCREEN_SIZE", FUNCTION, {0, 1}, fn_get_screen_size, "[Display_name]", KEYS(GET_SCREEN_SIZE)},
};
ROUTINE_TABLE(lib_display, rows)
