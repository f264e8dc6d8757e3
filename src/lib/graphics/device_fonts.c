// See device_fonts.h. Start at device_fonts.
#include "lib/graphics/device_fonts.h"

#include "gfx/screen_font.h"
#include "lib/graphics/device_keywords.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
enum { DEVICE_KEYWORDS(KW_SLOT_, KW_DEVICE_) KW_DEVICE_COUNT };

const char *device_font_name(Call *c)
{
    int slot = call_kw(c, KW_DEVICE_SET_FONT) ? KW_DEVICE_SET_FONT : KW_DEVICE_FONT;
    return call_kw(c, slot) ? str_text(call_kw_str_peek(c, slot)) : NULL;
}

// SET_FONT: with TT_FONT the one of FONT=1, else that of FONT=0; of pages, device_page.c has the latter.
static void set_font(Call *c, const Page *page)
{
    Gfx *g = gfx_of(c->vm);
    bool is_truetype = call_kw_set(c, KW_DEVICE_TT_FONT);
    const char *name = device_font_name(c);
    if (!name || (page && !is_truetype)) return;
    ScreenFont font = screen_font_parse(name);
    TRY(c, gfx_fonts(g));
    if (!g->fonts->is_family(g->font_library, font.family)) {
        Buf *b = gfx_new_buf(c);
        g->fonts->families(g->font_library, b);
        throw_msg(c, E_VALUE, "Font is not available: %s. There are:%s", name, b->p);
    }
    if (is_truetype)
        g->on->truetype = font;
    else
        g->on->own = font;
}

// * stands for any characters, ? for one; case does not matter.
static bool matches(const char *pattern, const char *name)
{
    const char *star = NULL, *from = NULL;
    while (*name) {
        if (*pattern == '*') {
            star = pattern++;
            from = name;
        } else if (*pattern == '?' || tolower((unsigned char)*pattern) == tolower((unsigned char)*name)) {
            pattern++, name++;
        } else if (star) {
            pattern = star + 1;
            name = ++from;
        } else {
            return false;
        }
    }
    while (*pattern == '*') pattern++;
    return !*pattern;
}

static bool is_among(const char *const *names, int64_t n, const char *name)
{
    for (int64_t i = 0; i < n; i++) {
        if (strcasecmp(names[i], name) == 0) return true;
    }
    return false;
}

// The families that the system has, each once, of those that match a pattern.
static const char **families(Call *c, const char *pattern, int64_t *n)
{
    Gfx *g = gfx_of(c->vm);
    Buf *b = gfx_new_buf(c);
    TRY(c, gfx_fonts(g));
    g->fonts->families(g->font_library, b);
    const char **names = call_scratch(c, (b->len + 1) * sizeof *names);
    *n = 0;
    for (char *at = b->p + strspn(b->p, ", "); *at;) {
        char *end = at + strcspn(at, ",");
        char *next = end + strspn(end, ", ");
        *end = 0;
        if (matches(pattern, at) && !is_among(names, *n, at)) names[(*n)++] = at;
        at = next;
    }
    return names;
}

static void return_names(Call *c, const char *const *names, int64_t n)
{
    if (n == 0) {
        call_kw_set_take(c, KW_DEVICE_GET_FONTNAMES, val_string(""));
        return;
    }
    Arr *a = call_new_array(c, T_STRING, 1, &n, true);
    for (int64_t i = 0; i < n; i++) ((StrSlot *)a->data)[i].p = str_from(names[i]);
    call_kw_set_take(c, KW_DEVICE_GET_FONTNAMES, val_arr_take(arr_ref(a)));
}

// Sets a font, or lists those whose names match SET_FONT; then says which one is set.
void device_fonts(Call *c, const Page *page)
{
    char name[100];
    if (call_kw_given(c, KW_DEVICE_GET_FONTNAMES) || call_kw_given(c, KW_DEVICE_GET_FONTNUM)) {
        int64_t n;
        const char *pattern = device_font_name(c);
        ScreenFont font = screen_font_parse(pattern ? pattern : "*");
        if (pattern && *pattern == '-' && strpbrk(pattern, LETTERS)) pattern = font.family; // "-adobe-times-*", as X has it
        const char **names = families(c, pattern ? pattern : "*", &n);
        if (call_kw_given(c, KW_DEVICE_GET_FONTNUM)) call_kw_set_take(c, KW_DEVICE_GET_FONTNUM, val_long((int32_t)n));
        if (call_kw_given(c, KW_DEVICE_GET_FONTNAMES)) return_names(c, names, n);
    } else {
        set_font(c, page);
    }
    if (!call_kw_given(c, KW_DEVICE_GET_CURRENT_FONT)) return;
    screen_font_name(&gfx_of(c->vm)->on->own, name, sizeof name);
    call_kw_set_take(c, KW_DEVICE_GET_CURRENT_FONT, val_string(name));
}
