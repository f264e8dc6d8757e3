// WINDOW, WSET, WSHOW, WDELETE: the windows of the current device.
#include "lib/graphics/state.h"

// clang-format off
#define WINDOW_KEYWORDS(K, R)                                                                                  \
    K(R, COLORS, "=value") K(R, FREE, FLAG) K(R, PIXMAP, FLAG) K(R, RETAIN, "={0|1|2}") K(R, TITLE, "=string") \
    K(R, XPOS, "=value") K(R, XSIZE, "=pixels") K(R, YPOS, "=value") K(R, YSIZE, "=pixels")
// clang-format on
KEYWORDS(WINDOW)
#define WSHOW_KEYWORDS(K, R) K(R, ICONIC, FLAG)
KEYWORDS(WSHOW)

static int size_kw(Call *c, int slot, int otherwise, const char *name)
{
    if (!call_kw(c, slot)) return otherwise;
    return gfx_ranged(c, call_kw_int(c, slot, 0), 1, FRAME_MAX_SIDE, name);
}

// WINDOW [, Index]: opens window Index (0), or with FREE the first free one from 32 on, and makes it current.
static void pro_window(Call *c)
{
    Gfx *g = gfx_of(c->vm);
    gfx_need_windows(c);
    bool is_free = call_kw_set(c, KW_WINDOW_FREE);
    int64_t index = is_free ? -1 : c->argc > 0 ? call_int(c, 0) : 0;
    if (!is_free && (index < 0 || index >= GFX_FIRST_FREE)) {
        throw_msg(c, E_WINDOW, "Window number %lld out of range or no more windows.", (long long)index);
    }
    int width, height, screen_width, screen_height;
    TRY(c, gfx_default_size(g, &width, &height));
    TRY(c, gfx_screen_size(g, &screen_width, &screen_height));
    const Str *title = call_kw_str_peek(c, KW_WINDOW_TITLE);
    WindowSpec spec = {.index = (int)index,
                       .x = -1,
                       .y = -1,
                       .title = title ? str_text(title) : NULL,
                       .is_pixmap = call_kw_set(c, KW_WINDOW_PIXMAP)};
    spec.width = size_kw(c, KW_WINDOW_XSIZE, width, "XSIZE keyword");
    spec.height = size_kw(c, KW_WINDOW_YSIZE, height, "YSIZE keyword");
    if (call_kw(c, KW_WINDOW_XPOS)) {
        spec.x = gfx_ranged(c, call_kw_int(c, KW_WINDOW_XPOS, 0), -FRAME_MAX_SIDE, FRAME_MAX_SIDE, "XPOS keyword");
        if (spec.x < 0) spec.x = 0;
    }
    if (call_kw(c, KW_WINDOW_YPOS)) { // of the lower left corner, from below
        int y = gfx_ranged(c, call_kw_int(c, KW_WINDOW_YPOS, 0), -FRAME_MAX_SIDE, FRAME_MAX_SIDE, "YPOS keyword");
        spec.y = screen_height - y - spec.height;
        if (spec.y < 0) spec.y = 0;
    }
    GfxWindow *w;
    TRY(c, gfx_window_open(g, &spec, &w));
}

// WSET [, Index]: makes an open window current.
static void pro_wset(Call *c)
{
    int64_t index = c->argc > 0 ? call_int(c, 0) : 0;
    gfx_of(c->vm)->on->current = gfx_need_window(c, index)->index;
}

// The window an optional argument names, else the current one.
static GfxWindow *window_arg(Call *c, int i)
{
    gfx_need_windows(c);
    return gfx_need_window(c, c->argc > i ? call_int(c, i) : gfx_of(c->vm)->on->current);
}

// WSHOW [, Index [, Show]]: brings a window to the front (Show 0: to the back), or makes it an icon.
static void pro_wshow(Call *c)
{
    GfxWindow *w = window_arg(c, 0);
    const Screen *s = gfx_of(c->vm)->on;
    bool front = c->argc < 2 || call_int(c, 1) != 0;
    int iconic = call_kw(c, KW_WSHOW_ICONIC) ? call_kw_set(c, KW_WSHOW_ICONIC) : -1;
    if (s->dev->show && !w->is_pixmap) s->dev->show(s->state, w, front, iconic);
}

// WDELETE [, Index, ...]: closes windows. When the current one goes, the lowest open one becomes current.
static void pro_wdelete(Call *c)
{
    Gfx *g = gfx_of(c->vm);
    TRY(c, gfx_settle(g));
    for (int i = 0; i < (c->argc > 0 ? c->argc : 1); i++) gfx_window_close(g, window_arg(c, i)->index);
    for (int k = 0; g->on->current < 0 && k < GFX_MAX_WINDOWS; k++) {
        if (gfx_window(g, k)) g->on->current = k;
    }
}

static const Routine rows[] = {
    {"WDELETE", PROCEDURE, {0, ARGS_ANY}, pro_wdelete, "[, Index1, ..., IndexN]"},
    {"WINDOW", PROCEDURE, {0, 1}, pro_window, "[, Index]", KEYS(WINDOW)},
    {"WSET", PROCEDURE, {0, 1}, pro_wset, "[, Index]"},
    {"WSHOW", PROCEDURE, {0, 2}, pro_wshow, "[, Index [, Show]]", KEYS(WSHOW)},
};
ROUTINE_TABLE(lib_window, rows)
