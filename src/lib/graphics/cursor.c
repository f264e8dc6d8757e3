// CURSOR and TVCRS: the pointer over the current window. Start reading at pro_cursor.
#include "lib/graphics/cursor_typed.h"
#include "lib/graphics/keywords.h"
#include "lib/graphics/settings.h"
#include "sys/await.h"
#include "kern/truncate.h"

#include <math.h>

// clang-format off
#define CURSOR_KEYWORDS(K, R)                                                                                        \
    K(R, DATA, FLAG) K(R, DEVICE, OR_FLAG) K(R, NORMAL, OR_FLAG) K(R, CHANGE, FLAG) \
    K(R, DOWN, OR_FLAG) K(R, NOWAIT, OR_FLAG) K(R, UP, OR_FLAG) K(R, WAIT, OR_FLAG)
#define TVCRS_KEYWORDS(K, R)                                                                                         \
    COORD_LIST(K, R) K(R, CENTIMETERS, FLAG) K(R, INCHES, FLAG) K(R, HIDE_CURSOR, FLAG) K(R, Z, "=value")
// clang-format on
KEYWORDS(CURSOR)
KEYWORDS(TVCRS)
_Static_assert((int)KW_CURSOR_NORMAL == (int)G_NORMAL, "the common keywords come first");

#define LOOK_EVERY 0.02                  // seconds

static int asked_wait(Call *c)
{
    static const struct {
        int slot, wait;
    } flags[] = {{KW_CURSOR_NOWAIT, CURSOR_NOWAIT}, {KW_CURSOR_WAIT, CURSOR_WAIT}, {KW_CURSOR_CHANGE, CURSOR_CHANGE},
                 {KW_CURSOR_DOWN, CURSOR_DOWN}, {KW_CURSOR_UP, CURSOR_UP}};
    for (int i = 0; i < 5; i++) {
        if (call_kw_set(c, flags[i].slot)) return flags[i].wait;
    }
    return c->argc > 2 ? gfx_ranged(c, call_int(c, 2), CURSOR_NOWAIT, CURSOR_UP, "Wait argument") : CURSOR_WAIT;
}

// The window of a device that has a pointer.
static GfxWindow *pointed_window(Call *c)
{
    GfxWindow *w = gfx_canvas(c);
    const Device *d = gfx_of(c->vm)->on->dev;
    if (!d->find_pointer) throw_msg(c, E_DEVICE, "The device %s has no pointer (CURSOR, TVCRS).", d->name);
    if (!w->shown) throw_msg(c, E_WINDOW, "Window %d is a pixmap and has no pointer.", w->index);
    return w;
}

static bool has_happened(int wait, const Pointer *before, const Pointer *now)
{
    bool is_down = now->downs != before->downs, is_up = now->ups != before->ups;
    if (wait == CURSOR_NOWAIT) return true;
    if (wait == CURSOR_WAIT) return is_down || now->buttons != 0;
    if (wait == CURSOR_CHANGE) return is_down || is_up || now->moves != before->moves;
    return wait == CURSOR_DOWN ? is_down : is_up;
}

static Pointer await_pointer(Call *c, int wait)
{
    Gfx *g = gfx_of(c->vm);
    GfxWindow *w = pointed_window(c);
    TRY(c, gfx_settle(g)); // the user is to see what has been drawn
    TRY(c, gfx_pump(g));
    int index = w->index;
    g->on->dev->find_pointer(g->on->state, w);
    Pointer before = wait == CURSOR_CHANGE ? w->told : w->pointer; // a change since the last call counts
    while (!has_happened(wait, &before, &w->pointer)) {
        if (sys_wait(NULL, 0, LOOK_EVERY) == SYS_INTERRUPTED) call_poll(c);
        TRY(c, gfx_pump(g));
        w = gfx_need_window(c, index);
    }
    Pointer now = w->pointer;
    bool is_click = now.downs != before.downs || now.ups != before.ups;
    if (is_click && wait != CURSOR_CHANGE && wait != CURSOR_NOWAIT) now.x = now.at[0], now.y = now.at[1];
    w->told = now;
    if (wait != CURSOR_UP && wait != CURSOR_NOWAIT && now.downs != before.downs) now.buttons |= now.last; // it may be up again
    return now;
}

static void set_mouse(Call *c, const Pointer *p)
{
    static const char *const tags[] = {"X", "Y", "BUTTON", "TIME"};
    const int32_t values[] = {p->x, p->y, p->buttons, (int32_t)p->ms};
    for (int i = 0; i < 4; i++) *(int32_t *)setting_of(c, "!MOUSE", tags[i]) = values[i];
}

// CURSOR, X, Y [, Wait]: where the pointer is in the current window, in coordinates of the data (or DEVICE, NORMAL):
// at once (Wait 0, NOWAIT), when a button is down (1, WAIT, the default), when it moves or a button changes (2,
// CHANGE), when a button goes down (3, DOWN) or up (4, UP). !MOUSE has the place in pixels, the buttons that are down
// (1 left, 2 middle, 4 right) and the time in ms; outside of the window X and Y are -1. Where there is no pointer (in the
// terminal) the place is typed. Manual: CURSOR.
static void pro_cursor(Call *c)
{
    int wait = asked_wait(c);
    for (int i = 0; i < 2; i++) (void)call_var_mut(c, i); // before the user is asked
    CoordSystem to = coords_asked(c, COORD_DATA);
    GfxWindow *w = gfx_canvas(c);
    Place exact = {NAN, NAN, 0};
    Pointer p = cursor_is_typed(c) ? cursor_typed(c, w, wait, to, &exact) : await_pointer(c, wait);
    w = gfx_current(gfx_of(c->vm));
    set_mouse(c, &p);
    if (p.x < 0 || to == COORD_DEVICE) {
        call_set_take(c, 0, val_long(p.x));
        call_set_take(c, 1, val_long(p.y));
        return;
    }
    Coords s = coords_now(c, w->frame.width, w->frame.height, false);
    s.is_3d = false;
    Place at = isnan(exact.x) ? coords_from_normal(&s, coords_to_normal(&s, (Place){p.x, p.y, 0}, COORD_DEVICE), to) : exact;
    call_set_take(c, 0, val_float((float)at.x));
    call_set_take(c, 1, val_float((float)at.y));
}

// TVCRS [, On] | TVCRS, X, Y: shows the pointer over the current window (1) or lets it look as elsewhere (0; with
// HIDE_CURSOR it is not seen), or moves it to a place: device coordinates, unless DATA, NORMAL, CENTIMETERS or INCHES
// is set. Manual: TVCRS.
static void pro_tvcrs(Call *c)
{
    Gfx *g = gfx_of(c->vm);
    GfxWindow *w = gfx_canvas(c);
    bool is_typed = cursor_is_typed(c);
    if (!is_typed) w = pointed_window(c);
    if (is_typed && c->argc < 2) return; // there is nothing to see
    if (c->argc < 2) {
        bool is_on = c->argc > 0 && call_int(c, 0) != 0;
        g->on->dev->hide_pointer(g->on->state, w, !is_on && call_kw_set(c, KW_TVCRS_HIDE_CURSOR));
        return;
    }
    CoordSystem from = coords_asked(c, COORD_DEVICE);
    double unit = call_kw_set(c, KW_TVCRS_CENTIMETERS) ? g->on->dev->px_cm
                  : call_kw_set(c, KW_TVCRS_INCHES)    ? 2.54 * g->on->dev->px_cm
                                                       : 1;
    Coords s = coords_now(c, w->frame.width, w->frame.height, call_kw_set(c, G_T3D));
    Place at = {call_double(c, 0) * unit, call_double(c, 1) * unit, call_kw_double(c, KW_TVCRS_Z, 0)};
    Point p = coords_to_device(&s, at, from);
    bool is_inside = p.x >= 0 && p.y >= 0 && p.x < w->frame.width && p.y < w->frame.height;
    if (!is_inside) throw_msg(c, E_VALUE, "The place is outside of the window.");
    int to[2] = {truncate_i32(floor(p.x)), truncate_i32(floor(p.y))};
    if (is_typed)
        w->pointer = (Pointer){.x = to[0], .y = to[1], .ms = 1};
    else
        g->on->dev->move_pointer(g->on->state, w, to[0], to[1]);
}

static const Routine rows[] = {
    {"CURSOR", PROCEDURE, {2, 3}, pro_cursor, "X, Y [, Wait]", KEYS(CURSOR)},
    {"TVCRS", PROCEDURE, {0, 2}, pro_tvcrs, "[, On | , X, Y]", KEYS(TVCRS)},
};
ROUTINE_TABLE(lib_cursor, rows)
