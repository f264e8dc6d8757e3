// Texts in fonts of the system's, as filled outlines. Start at outline_write.
#include "lib/graphics/writing.h"

#include <math.h>
#include <string.h>
#include <strings.h>

// The face and the character of Unicode that a glyph stands for.
static void *face_of(const OutlineFont *f, const TextGlyph *g, unsigned *code)
{
    const Gfx *gfx = gfx_of(f->call->vm);
    ScreenFont font = screen_font_numbered(f->font, g->font);
    bool is_symbol = strcasecmp(font.family, "Symbol") == 0;
    void *face;
    *code = is_symbol && g->code < 256 ? psfont_symbol_meaning(g->code) : g->code;
    const char *family = is_symbol ? "Helvetica" : font.family; // whose letters of Greek stand upright
    TRY(f->call, gfx->fonts->face(gfx->font_library, family, font.is_bold, font.is_slanted, &face));
    return face;
}

static double fitting(const OutlineFont *f, const TextGlyph *g) { return f->is_fitted ? f->px * g->size : 0; }

double outline_advance(const void *font, const TextGlyph *g)
{
    const OutlineFont *f = font;
    unsigned code;
    void *face = face_of(f, g, &code);
    return gfx_of(f->call->vm)->fonts->advance(face, code, fitting(f, g)) * f->px / f->unit;
}

static void free_outline(void *outline) { VEC_FREE((Outline *)outline); }

void outline_write(const Writing *w, const OutlineFont *f)
{
    Outline *out = call_alloc(f->call, sizeof *out);
    *out = (Outline){0};
    call_defer(f->call, free_outline, out);
    for (int i = 0; i < w->layout->glyphs.len; i++) {
        const TextGlyph *g = &w->layout->glyphs.p[i];
        unsigned code;
        void *face = face_of(f, g, &code);
        double em = f->px * g->size;
        Point at = writing_place(w, g->x, g->y);
        if (f->is_fitted) at = (Point){round(at.x), round(at.y)};
        out->len = 0;
        TRY(f->call, gfx_of(f->call->vm)->fonts->outline(face, code, fitting(f, g), out));
        for (int k = 0; k < out->len; k++) {
            double x = out->p[k].x * em, y = out->p[k].y * em;
            out->p[k] = (Point){at.x + x * w->cosine - y * w->sine, at.y + x * w->sine + y * w->cosine};
        }
        canvas_fill(w->canvas, out->p, out->len);
    }
}
