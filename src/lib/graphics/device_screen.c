// See device_screen.h. Start at device_screen.
#include "lib/graphics/device_screen.h"

#include <string.h>

enum { DEVICE_KEYWORDS(KW_SLOT_, KW_DEVICE_) KW_DEVICE_COUNT };

enum { GLYPHS = 154, TABLE = 256 }; // of X's cursor font; entries of a colour table

// --- Which keywords

static bool among(int slot, const int *slots, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (slots[i] == slot) return true;
    }
    return false;
}

// Of the display: not for Z.
static bool is_of_display(int slot)
{
    static const int slots[] = {
        KW_DEVICE_BYPASS_TRANSLATION, KW_DEVICE_CURSOR_CROSSHAIR, KW_DEVICE_CURSOR_IMAGE,    KW_DEVICE_CURSOR_MASK,
        KW_DEVICE_CURSOR_ORIGINAL,    KW_DEVICE_CURSOR_STANDARD,  KW_DEVICE_CURSOR_XY,       KW_DEVICE_DIRECT_COLOR,
        KW_DEVICE_FILENAME,           KW_DEVICE_FLOYD,            KW_DEVICE_ORDERED,         KW_DEVICE_PSEUDO_COLOR,
        KW_DEVICE_RETAIN,             KW_DEVICE_SET_TRANSLATION,  KW_DEVICE_STATIC_COLOR,    KW_DEVICE_STATIC_GRAY,
        KW_DEVICE_THRESHOLD,          KW_DEVICE_TRANSLATION,      KW_DEVICE_TRUE_COLOR,
    };
    return among(slot, slots, sizeof slots / sizeof *slots);
}

// Of the buffer that Z has, and in part the pictures of PNG: not for screens.
static bool is_of_buffer(const Gfx *g, int slot)
{
    static const int slots[] = {KW_DEVICE_SET_COLORS, KW_DEVICE_SET_PIXEL_DEPTH, KW_DEVICE_Z_BUFFERING};
    bool is_png = g->on == &g->screen[SCREEN_PNG], is_waiting_x = g->on == &g->screen[SCREEN_X] && !g->on->is_connected;
    if (slot == KW_DEVICE_SET_RESOLUTION) return !is_png;
    if (slot == KW_DEVICE_FILENAME) return !is_png && !is_waiting_x; // X may give way to PNG
    return among(slot, slots, sizeof slots / sizeof *slots);
}

static bool is_foreign(const Gfx *g, const Page *page, int slot)
{
    if (slot == KW_DEVICE_GLYPH_CACHE) return false;
    if (page) return slot >= KW_DEVICE_COPY && slot < KW_DEVICE_AVANTGARDE;
    if (slot >= KW_DEVICE_AVANTGARDE) return true;
    return g->on == &g->screen[SCREEN_Z] ? is_of_display(slot) : is_of_buffer(g, slot);
}

void device_refuse(Call *c, const Page *page)
{
    const Gfx *g = gfx_of(c->vm);
    bool takes_all = g->on == &g->screen[SCREEN_NULL];
    for (int slot = 0; slot < KW_DEVICE_COUNT && !takes_all; slot++) {
        if (call_kw_given(c, slot) && is_foreign(g, page, slot))
            throw_msg(c, E_KEYWORD, "Keyword %s not allowed in call to: DEVICE", c->routine->keywords.p[slot].name);
    }
}

int device_numbers(Call *c, int slot, int lo, int hi, int *out)
{
    const Val *v = call_convert(c, call_kw(c, slot), T_LONG);
    int64_t n = val_count(v);
    if (n < lo || n > hi)
        throw_msg(c, E_VALUE, "Keyword array parameter %s must have %d elements.", c->routine->keywords.p[slot].name, hi);
    const int32_t *p = val_data_peek(v);
    for (int i = 0; i < n; i++) out[i] = p[i];
    return (int)n;
}

// --- The pointer

static void take_rows(Call *c, int slot, uint16_t *rows)
{
    int n[POINTER_SIDE];
    device_numbers(c, slot, POINTER_SIDE, POINTER_SIDE, n);
    for (int i = 0; i < POINTER_SIDE; i++) rows[i] = (uint16_t)n[i];
}

static void take_bitmap(Call *c, PointerShape *s)
{
    int at[2] = {0, 0};
    s->kind = POINTER_BITMAP;
    take_rows(c, KW_DEVICE_CURSOR_IMAGE, s->image);
    memset(s->mask, 0xff, sizeof s->mask);
    if (call_kw(c, KW_DEVICE_CURSOR_MASK)) take_rows(c, KW_DEVICE_CURSOR_MASK, s->mask);
    if (call_kw(c, KW_DEVICE_CURSOR_XY)) device_numbers(c, KW_DEVICE_CURSOR_XY, 2, 2, at);
    for (int i = 0; i < 2; i++) gfx_ranged(c, at[i], 0, POINTER_SIDE - 1, "CURSOR_XY keyword");
    s->x = at[0];
    s->y = POINTER_SIDE - 1 - at[1]; // CURSOR_XY counts from below
}

static void take_pointer(Call *c)
{
    PointerShape s = {.kind = POINTER_GLYPH, .glyph = POINTER_CROSSHAIR};
    bool has_parts = call_kw(c, KW_DEVICE_CURSOR_MASK) || call_kw(c, KW_DEVICE_CURSOR_XY);
    if (call_kw(c, KW_DEVICE_CURSOR_IMAGE))
        take_bitmap(c, &s);
    else if (has_parts)
        throw_msg(c, E_KEYWORD, "CURSOR_MASK and CURSOR_XY belong to CURSOR_IMAGE.");
    else if (call_kw(c, KW_DEVICE_CURSOR_STANDARD))
        s.glyph = gfx_ranged(c, call_kw_int(c, KW_DEVICE_CURSOR_STANDARD, 0), 0, GLYPHS - 1, "CURSOR_STANDARD keyword");
    else if (call_kw_set(c, KW_DEVICE_CURSOR_ORIGINAL))
        s = (PointerShape){.kind = POINTER_ORIGINAL};
    else if (!call_kw_set(c, KW_DEVICE_CURSOR_CROSSHAIR))
        return;
    TRY(c, gfx_shape_pointer(gfx_of(c->vm), &s));
}

// --- The display's colours: they are 24 bits a pixel, whatever visual is asked for

static void take_visual(Call *c)
{
    static const struct {
        int slot;
        const char *name;
    } visuals[] = {{KW_DEVICE_DIRECT_COLOR, "DirectColor"}, {KW_DEVICE_PSEUDO_COLOR, "PseudoColor"},
                   {KW_DEVICE_STATIC_COLOR, "StaticColor"}, {KW_DEVICE_STATIC_GRAY, "StaticGray"}};
    for (int i = 0; i < 4; i++) {
        int depth = call_kw(c, visuals[i].slot) ? (int)call_kw_int(c, visuals[i].slot, 0) : 0;
        if (!depth) continue;
        call_warn(c, false,
                  "Unsupported X Windows visual (class: %s, depth: %d). Substituting default (class: TrueColor, "
                  "Depth: 24).",
                  visuals[i].name, depth);
    }
}

static void take_translation(Call *c)
{
    if (call_kw(c, KW_DEVICE_SET_TRANSLATION))
        throw_msg(c, E_UNSUPPORTED, "SET_TRANSLATION is for displays with colour maps; this one has none.");
    if (!call_kw_given(c, KW_DEVICE_TRANSLATION)) return;
    Arr *a = call_new_array(c, T_BYTE, 1, (int64_t[]){TABLE}, false);
    for (int i = 0; i < TABLE; i++) ((uint8_t *)a->data)[i] = (uint8_t)i; // colours are not translated
    call_kw_set_take(c, KW_DEVICE_TRANSLATION, val_arr_take(arr_ref(a)));
}

void device_screen(Call *c)
{
    take_pointer(c);
    take_visual(c);
    take_translation(c);
    // Windows keep their contents in any case.
    if (call_kw(c, KW_DEVICE_RETAIN)) gfx_ranged(c, call_kw_int(c, KW_DEVICE_RETAIN, 0), 0, 2, "RETAIN keyword");
}
