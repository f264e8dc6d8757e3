// See cursor_typed.h. Start at cursor_typed.
#include "lib/graphics/cursor_typed.h"

#include "io/lun.h"
#include "io/stream.h"
#include "kern/truncate.h"
#include "sys/clock.h"
#include "sys/terminal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LEFT = 1, RIGHT = 4, ALL_BUTTONS = 7, LINE_MAX_LENGTH = 128 };

typedef struct Entry {
    double x, y;
    int button;
    bool is_empty;
} Entry;

bool cursor_is_typed(Call *c)
{
    const Device *d = gfx_of(c->vm)->on->dev;
    bool is_screen = d->flags & DEVICE_WINDOWS && !d->find_pointer;
    return is_screen && sys_is_tty(STDIN_FILENO) && sys_is_tty(STDOUT_FILENO);
}

static void ask(Call *c, Unit *in, const char *prompt, char *line)
{
    Unit *out;
    const char *p;
    size_t n, length = strlen(prompt);
    TRY(c, lun_for_text(c->vm->units, LUN_STDOUT, UF_WRITE, &out));
    if (!tty_offer_prompt(in->stream, prompt, length)) {
        TRY(c, unit_write_text(out, prompt, length));
        TRY(c, unit_end_text(out));
    }
    TRY(c, unit_read_line(in, &p, &n));
    out->column = 0;
    if (n > LINE_MAX_LENGTH - 1) n = LINE_MAX_LENGTH - 1;
    for (size_t i = 0; i < n; i++) line[i] = p[i] == ',' ? ' ' : p[i];
    line[n] = 0;
}

// "x y", "x y button" or nothing.
static bool parse(const char *line, Entry *e)
{
    int end = 0;
    e->is_empty = line[strspn(line, " \t")] == 0;
    if (e->is_empty) return true;
    if (sscanf(line, "%lf %lf %n", &e->x, &e->y, &end) < 2 || !isfinite(e->x) || !isfinite(e->y)) return false;
    if (!line[end]) return true;
    const char *rest = line + end;
    end = 0;
    if (sscanf(rest, "%d %n", &e->button, &end) < 1 || rest[end]) return false;
    return e->button >= 0 && e->button <= ALL_BUTTONS;
}

static Entry ask_entry(Call *c, const GfxWindow *w, CursorWait wait, CoordSystem system)
{
    char prompt[160], line[LINE_MAX_LENGTH], where[64] = "data";
    Unit *in;
    TRY(c, lun_for_text(c->vm->units, LUN_STDIN, UF_READ, &in));
    if (system == COORD_NORMAL) snprintf(where, sizeof where, "0 to 1");
    if (system == COORD_DEVICE) snprintf(where, sizeof where, "pixels below %d %d", w->frame.width, w->frame.height);
    snprintf(prompt, sizeof prompt, "x y [button 1 2 4] (%s; nothing: %s): ", where,
             wait == CURSOR_UP ? "let go there" : "right button");
    for (;;) {
        Entry e = {.button = wait == CURSOR_WAIT || wait == CURSOR_DOWN ? LEFT : 0};
        ask(c, in, prompt, line);
        if (parse(line, &e)) return e;
        call_warn(c, false, "Two numbers, or three, or nothing (Ctrl-C stops).");
    }
}

Pointer cursor_typed(Call *c, GfxWindow *w, CursorWait wait, CoordSystem system, Place *exact)
{
    *exact = (Place){NAN, NAN, 0};
    Pointer *p = &w->pointer;
    if (!p->ms) p->x = p->y = -1; // nothing has been typed yet
    if (wait == CURSOR_NOWAIT) return *p;
    TRY(c, gfx_settle(gfx_of(c->vm)));
    int index = w->index;
    Entry e = ask_entry(c, w, wait, system);
    w = gfx_need_window(c, index); // timers may have closed it
    p = &w->pointer;
    if (e.is_empty) {
        e.button = wait == CURSOR_UP ? 0 : RIGHT;
    } else {
        Coords s = coords_now(c, w->frame.width, w->frame.height, false);
        s.is_3d = false;
        Point at = coords_to_device(&s, (Place){e.x, e.y, 0}, system);
        bool is_inside = at.x >= 0 && at.y >= 0 && at.x < w->frame.width && at.y < w->frame.height;
        p->x = is_inside ? truncate_i32(floor(at.x)) : -1;
        p->y = is_inside ? truncate_i32(floor(at.y)) : -1;
        if (is_inside) *exact = (Place){e.x, e.y, 0};
    }
    p->buttons = e.button;
    p->ms = (uint32_t)(sys_now() * 1000) | 1;
    return *p;
}
