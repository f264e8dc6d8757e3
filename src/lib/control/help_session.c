// How HELP shows the session: units, memory, the graphics device, modules, the search path, preferences, what was typed.
#include "base/mem.h"
#include "gfx/gfx.h"
#include "gfx/screen_font.h"
#include "io/lun.h"
#include "lib/control/help.h"
#include "lib/control/preferences.h"
#include "lib/graphics/state.h"
#include "sys/dynlib.h"
#include "vm/engine.h"
#include "vm/fault/traceback.h"
#include "vm/names/library.h"
#include "vm/session/recall.h"

#include <stdlib.h>
#include <string.h>

// --- Units ------------------------------------------------------------------------------------------------------------

static void put_unit(Buf *b, int lun, const LunStat *st)
{
    char attributes[80] = "";
    if (st->read) strcat(attributes, "Read,");
    if (st->write) strcat(attributes, "Write,");
    if (st->rawio) strcat(attributes, "RawIO,");
    if (st->compress) strcat(attributes, "Compress,");
    if (st->is_a_tty) strcat(attributes, "Tty,");
    if (!st->open) strcat(attributes, "Closed,");
    if (st->is_reserved || lun <= 0) strcat(attributes, "Reserved,");
    if (*attributes) attributes[strlen(attributes) - 1] = '\0';
    buf_printf(b, "%3d      %-29s %s\n", lun, attributes, st->name);
}

// The units that are asked for, else those in use, but for the three standard ones.
void help_units(Call *c, Buf *b)
{
    static const char head[] = "Unit     Attributes                    Name\n";
    LunStat st;
    bool any = false;
    for (int i = 0; i < c->argc; i++) {
        const Val *lun = call_convert(c, call_arg(c, i), T_LONG);
        for (int64_t k = 0; k < val_count(lun); k++) {
            int n = val_is_array(lun) ? ((const int32_t *)lun->a->data)[k] : lun->l;
            TRY(c, lun_stat(c->vm->units, n, &st));
            if (!any) buf_puts(b, head);
            any = true;
            put_unit(b, n, &st);
        }
    }
    for (int lun = 1; lun <= lun_last(c->vm->units) && !c->argc; lun++) {
        TRY(c, lun_stat(c->vm->units, lun, &st));
        if (!st.open && !st.is_reserved) continue;
        if (!any) buf_puts(b, head);
        any = true;
        put_unit(b, lun, &st);
    }
    if (!any) buf_puts(b, "No files are open.\n");
}

void help_memory(Buf *b)
{
    MemStats m = mem_stats();
    buf_printf(b, "heap memory used: %lld, max: %lld, gets: %lld, frees: %lld\n", (long long)m.in_use,
               (long long)m.high_water, (long long)m.gets, (long long)m.frees);
    mem_reset_high_water();
}

// The text, and where it happened.
void help_last_message(Vm *vm, Buf *b)
{
    const ErrorState *s = &vm->engine->error;
    buf_printf(b, "%s%s\n", *s->msg ? s->msg_prefix : "", s->msg);
    if (*s->msg) traceback_last(vm->engine, b);
}

// --- Graphics ---------------------------------------------------------------------------------------------------------

static void put_windows(Buf *b, const Screen *s)
{
    bool any = false;
    for (int i = 0; i < GFX_MAX_WINDOWS; i++) {
        const GfxWindow *w = s->win[i];
        if (!w || w->was_closed) continue;
        if (!any) buf_puts(b, "    Window Status: ---------------------------\n     id    typ(    x,    y,   xs,   ys)\n");
        any = true;
        buf_printf(b, "    %3d: %6s(%5d,%5d,%5d,%5d)%s\n", i, w->is_pixmap ? "Pixmap" : "Window", w->x, w->y,
                   w->frame.width, w->frame.height, i == s->current ? "  current" : "");
    }
}

static void put_page(Buf *b, const Page *p)
{
    const PageSetup *s = &p->setup;
    buf_printf(b, "    File: %s%s\n", page_filename(p), p->is_open ? "" : " (not open)");
    buf_printf(b, "    Mode: %s, %s, %s\n", s->is_landscape ? "Landscape" : "Portrait",
               s->is_encapsulated ? "Encapsulated" : "Non-Encapsulated", s->is_color ? "Color" : "Monochrome");
    buf_printf(b, "    Size (X,Y): (%g,%g) cm., Offset (X,Y): (%g,%g) points, Scale Factor: %g\n", s->width / PAGE_UNITS_CM,
               s->height / PAGE_UNITS_CM, s->x_offset, s->y_offset, s->scale);
    buf_printf(b, "    Font: %s, Font Size: %g\n    # bits per image pixel: %d\n", psfonts[s->font].name, s->font_size, s->bits);
}

// The device Z, in IDL's words (its output in gdl#132).
static void put_buffers(Buf *b, const Screen *s)
{
    static const char *const function[] = {"Clear", "And", "And Reverse", "Copy",   "And Inverted", "Noop",
                                           "Xor",   "Or",  "Nor",         "Equiv",  "Invert",       "Or Reverse",
                                           "Copy Inverted", "Or Inverted", "Nand", "Set"};
    const GfxWindow *w = s->current >= 0 ? s->win[s->current] : NULL;
    int width = w ? w->frame.width : s->width ? s->width : s->dev->width;
    int height = w ? w->frame.height : s->height ? s->height : s->dev->height;
    long long bytes = (long long)width * height * (s->bytes + (s->keeps_depth ? 2 : 0));
    unsigned mask = s->write_mask & (s->bytes == 3 ? 0xffffff : 0xff);
    bool is_usual = strcmp(s->truetype.family, "Helvetica") == 0 && !s->truetype.is_bold && !s->truetype.is_slanted;
    char font[100] = "<default>";
    if (!is_usual) screen_font_name(&s->truetype, font, sizeof font);
    buf_printf(b, "        Resolution: %d x %d\n", width, height);
    buf_printf(b, "        Buffers allocated: (%d-bit) Pixels%s (%lld total bytes).  Z Buffering: %s.\n", 8 * s->bytes,
               s->keeps_depth ? " and (16-bit) Z" : "", bytes, s->keeps_depth ? "On" : "Off");
    buf_printf(b, "        Graphics function: %d (%s), Write Mask: %u (0x%x).\n", s->function, function[s->function],
               mask, mask);
    buf_printf(b, "        Current TrueType Font: %s\n", font);
}

static int by_name(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

// Nothing is connected for it: what a display tells is shown once something was drawn.
void help_device(Vm *vm, Buf *b)
{
    const Gfx *g = gfx_of(vm);
    const Screen *s = g->on;
    const char *name[SCREEN_COUNT];
    for (int i = 0; i < SCREEN_COUNT; i++) name[i] = g->screen[i].dev->name;
    qsort(name, SCREEN_COUNT, sizeof *name, by_name);
    buf_puts(b, "Available Graphics Devices:");
    for (int i = 0; i < SCREEN_COUNT; i++) buf_printf(b, " %s", name[i]);
    bool is_buffer = s == &g->screen[SCREEN_Z];
    const char *note = is_buffer || s->is_connected ? "" : " (not used yet)";
    if (g->stands_for_x) note = " (for X, without a display)";
    buf_printf(b, "\nCurrent graphics device: %s%s\n", s->dev->name, note);
    if (is_buffer) put_buffers(b, s);
    if (is_buffer || s == &g->screen[SCREEN_NULL]) return;
    if (s == &g->screen[SCREEN_PNG]) buf_printf(b, "    File: %s\n", g->filename ? g->filename : "helio.png");
    buf_printf(b, "    Graphics pixels: %s, %d bits\n", s->is_decomposed ? "Decomposed" : "Indexed", 8 * s->bytes);
    buf_printf(b, "    Character size: (%d,%d)\n", s->char_width, s->char_height);
    if (gfx_page(g)) put_page(b, gfx_page(g));
    put_windows(b, s);
}

// --- Lists ------------------------------------------------------------------------------------------------------------

typedef struct Lines {
    Buf *b;
    const HelpHow *how;
    int n;
    int64_t files;
} Lines;

static void put_module(void *arg, const char *name, const char *path, bool is_open)
{
    Lines *x = arg;
    if (!help_is_named(x->how, name)) return;
    x->n++;
    if (x->how->brief) buf_printf(x->b, "%s\n", name);
    else buf_printf(x->b, "** %s (%s)\n    Path: %s\n", name, is_open ? "loaded" : "not loaded", path);
}

// The loadable modules of our own; IDL's cannot be used. SPEDAS looks for the word "Unknown" in the line of a name that is none.
void help_modules(Call *c, Buf *b, const HelpHow *how)
{
    for (int i = 0; i < c->argc; i++) {
        HelpHow one = {how->brief, how->full, call_convert(c, call_arg(c, i), T_STRING)};
        Lines x = {b, &one, 0, 0};
        dynlib_each(put_module, &x);
        if (!x.n) buf_printf(b, "Unknown DLM: %s\n", str_text(call_str_peek(c, i)));
    }
    if (c->argc) return;
    Lines x = {b, how, 0, 0};
    dynlib_each(put_module, &x);
    if (!x.n) buf_puts(b, "No modules were found.\n");
}

static void count_folder(void *arg, const char *folder, int files)
{
    Lines *x = arg;
    (void)folder;
    x->n++;
    x->files += files;
}

static void put_folder(void *arg, const char *folder, int files)
{
    buf_printf(((Lines *)arg)->b, "%s (%d files)\n", folder, files);
}

void help_path(Vm *vm, Buf *b)
{
    Lines x = {.b = b};
    library_each_folder(vm, count_folder, &x);
    buf_printf(b, "!PATH Cache (%d directories, %lld files)\n", x.n, (long long)x.files);
    library_each_folder(vm, put_folder, &x);
}

void help_preferences(Vm *vm, Buf *b, const HelpHow *how)
{
    for (int i = 0; i < PREF_COUNT; i++) {
        if (help_is_named(how, pref_row((PrefId)i)->name)) preference_lines(vm, b, (PrefId)i, how->full);
    }
}

// The newest line first, numbered.
void help_recall(Vm *vm, Buf *b)
{
    int n = recall_count(vm);
    buf_printf(b, "Recall buffer length: %d lines\n", n);
    for (int i = 0; i < n; i++) buf_printf(b, "%d\t%s\n", i + 1, recall_line(vm, i));
}

void help_keys(Buf *b)
{
    buf_puts(b, "No keys are defined. Those of the prompt are GNU readline's, as its manual and your ~/.inputrc have them.\n");
}

void help_shared_memory(Buf *b) { buf_puts(b, "No shared memory segments are mapped.\n"); }
