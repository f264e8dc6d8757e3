// The module `truetype`: FreeType reads fonts that fontconfig has found. Start at truetype_face and truetype_outline.
#include "gfx/truetype.h"

#include "base/mem.h"
#include "core/errors.h"

#include <fontconfig/fontconfig.h>
#include <ft2build.h>
#include <math.h>
#include <string.h>
#include <strings.h>
#include FT_FREETYPE_H
#include FT_OUTLINE_H

extern const TrueTypeTable helio_truetype;

enum { FACES_MAX = 200, NAME_MAX_LENGTH = 64, SIZE_MAX_PX = 4000, FAMILIES_MAX = 400 };
#define DESIGN_PX 1000 // pixels of an em for outlines as they were designed

struct Library;

typedef struct Face {
    struct Library *library;
    FT_Face font;
    char family[NAME_MAX_LENGTH];
    bool is_bold, is_slanted;
} Face;

typedef struct Library {
    FT_Library freetype;
    FcConfig *config;
    Face face[FACES_MAX];
    int n;
} Library;

static Status truetype_open(void **library)
{
    Library *l = mem_must(sizeof *l);
    *l = (Library){0};
    *library = l;
    l->config = FcInitLoadConfigAndFonts();
    if (l->config && FT_Init_FreeType(&l->freetype) == 0) return STATUS_OK;
    if (l->config) FcConfigDestroy(l->config);
    mem_free(l);
    return status_fail(E_DEVICE, "FreeType or fontconfig cannot be started.");
}

static void truetype_close(void *library)
{
    Library *l = library;
    for (int i = 0; i < l->n; i++) FT_Done_Face(l->face[i].font);
    FT_Done_FreeType(l->freetype);
    FcConfigDestroy(l->config);
    mem_free(l);
}

// The file and the number in it of the font that fontconfig takes for a name.
static FcPattern *match(Library *l, const char *family, bool is_bold, bool is_slanted)
{
    FcResult result;
    FcPattern *p = FcPatternCreate();
    FcPatternAddString(p, FC_FAMILY, (const FcChar8 *)family);
    FcPatternAddInteger(p, FC_WEIGHT, is_bold ? FC_WEIGHT_BOLD : FC_WEIGHT_REGULAR);
    FcPatternAddInteger(p, FC_SLANT, is_slanted ? FC_SLANT_OBLIQUE : FC_SLANT_ROMAN);
    FcPatternAddBool(p, FC_SCALABLE, FcTrue);
    FcPatternAddBool(p, FC_COLOR, FcFalse);
    FcConfigSubstitute(l->config, p, FcMatchPattern);
    FcDefaultSubstitute(p);
    FcPattern *found = FcFontMatch(l->config, p, &result);
    FcPatternDestroy(p);
    return found;
}

static bool is_wanted(const Face *f, const char *family, bool is_bold, bool is_slanted)
{
    return f->is_bold == is_bold && f->is_slanted == is_slanted && strcasecmp(f->family, family) == 0;
}

static Status truetype_face(void *library, const char *family, bool is_bold, bool is_slanted, void **face)
{
    Library *l = library;
    for (int i = 0; i < l->n; i++) {
        *face = &l->face[i];
        if (is_wanted(*face, family, is_bold, is_slanted)) return STATUS_OK;
    }
    if (l->n == FACES_MAX) return status_fail(E_DEVICE, "More than %d fonts are in use.", FACES_MAX);
    FcPattern *found = match(l, family, is_bold, is_slanted);
    FcChar8 *file;
    int index = 0;
    Face *f = &l->face[l->n];
    *f = (Face){.library = l, .is_bold = is_bold, .is_slanted = is_slanted};
    snprintf(f->family, sizeof f->family, "%s", family);
    bool is_there = found && FcPatternGetString(found, FC_FILE, 0, &file) == FcResultMatch;
    if (is_there) FcPatternGetInteger(found, FC_INDEX, 0, &index);
    is_there = is_there && FT_New_Face(l->freetype, (const char *)file, index, &f->font) == 0;
    if (found) FcPatternDestroy(found);
    if (!is_there) return status_fail(E_DEVICE, "No font can be read for: %s (is fonts-dejavu-core installed?)", family);
    *face = f;
    l->n++;
    return STATUS_OK;
}

static FcFontSet *fonts_of(Library *l, const char *family)
{
    FcPattern *p = FcPatternCreate();
    if (family) FcPatternAddString(p, FC_FAMILY, (const FcChar8 *)family);
    FcPatternAddBool(p, FC_SCALABLE, FcTrue);
    FcObjectSet *what = FcObjectSetBuild(FC_FAMILY, (char *)NULL);
    FcFontSet *set = FcFontList(l->config, p, what);
    FcObjectSetDestroy(what);
    FcPatternDestroy(p);
    return set;
}

static bool truetype_is_family(void *library, const char *family)
{
    static const char *const usual[] = {"Helvetica", "Times", "Courier", "Symbol", "Monospace", "Sans", "Serif", "Fixed"};
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        if (strcasecmp(usual[i], family) == 0) return true;
    }
    FcFontSet *set = fonts_of(library, family);
    bool is_there = set && set->nfont > 0;
    if (set) FcFontSetDestroy(set);
    return is_there;
}

static void truetype_families(void *library, Buf *names)
{
    buf_puts(names, " Helvetica, Times, Courier, Symbol");
    FcFontSet *set = fonts_of(library, NULL);
    for (int i = 0; set && i < set->nfont && i < FAMILIES_MAX; i++) {
        FcChar8 *family;
        if (FcPatternGetString(set->fonts[i], FC_FAMILY, 0, &family) == FcResultMatch) buf_printf(names, ", %s", (char *)family);
    }
    if (set) FcFontSetDestroy(set);
}

// Loads a glyph, fitted so that no stem falls between pixels (fonts' own hints do not see to that in both directions), of
// another font where this one does not have it. False: there is none at all.
static bool load(Face *f, unsigned code, double px, FT_Face *from)
{
    FT_UInt glyph = FT_Get_Char_Index(f->font, code);
    *from = f->font;
    if (!glyph) {
        void *other;
        Status s = truetype_face(f->library, "DejaVu Sans", f->is_bold, f->is_slanted, &other);
        if (status_ok(s)) *from = ((Face *)other)->font;
        status_drop(&s);
        glyph = FT_Get_Char_Index(*from, code);
    }
    bool is_fitted = px > 0 && px < SIZE_MAX_PX;
    FT_F26Dot6 size = is_fitted ? (FT_F26Dot6)lround(px * 64) : DESIGN_PX * 64;
    if (FT_Set_Char_Size(*from, 0, size, 72, 72)) return false;
    FT_Int32 how = FT_LOAD_NO_BITMAP | (is_fitted ? FT_LOAD_TARGET_MONO | FT_LOAD_FORCE_AUTOHINT : FT_LOAD_NO_HINTING);
    return FT_Load_Glyph(*from, glyph, how) == 0;
}

static double em_of(double px) { return 64 * (px > 0 && px < SIZE_MAX_PX ? px : DESIGN_PX); }

static double truetype_advance(void *face, unsigned code, double px)
{
    FT_Face from;
    return load(face, code, px, &from) ? (double)from->glyph->advance.x / em_of(px) : 0;
}

// --- Outlines

typedef struct Walk {
    Outline *out;
    double em;
    Point at, start;
    bool is_open;
    int pieces; // of a curve
} Walk;

static Point point_of(const Walk *w, const FT_Vector *v) { return (Point){(double)v->x / w->em, (double)v->y / w->em}; }

static void end_contour(Walk *w)
{
    if (!w->is_open) return;
    VEC_PUSH(w->out, w->start);
    VEC_PUSH(w->out, ((Point){NAN, NAN}));
    w->is_open = false;
}

static int move_to(const FT_Vector *to, void *walk)
{
    Walk *w = walk;
    end_contour(w);
    w->at = w->start = point_of(w, to);
    w->is_open = true;
    VEC_PUSH(w->out, w->at);
    return 0;
}

static int line_to(const FT_Vector *to, void *walk)
{
    Walk *w = walk;
    w->at = point_of(w, to);
    VEC_PUSH(w->out, w->at);
    return 0;
}

static int cubic_to(const FT_Vector *c1, const FT_Vector *c2, const FT_Vector *to, void *walk)
{
    Walk *w = walk;
    Point a = w->at, b = point_of(w, c1), c = point_of(w, c2), d = point_of(w, to);
    for (int i = 1; i <= w->pieces; i++) {
        double t = (double)i / w->pieces, u = 1 - t, k[4] = {u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t};
        VEC_PUSH(w->out, ((Point){k[0] * a.x + k[1] * b.x + k[2] * c.x + k[3] * d.x,
                                  k[0] * a.y + k[1] * b.y + k[2] * c.y + k[3] * d.y}));
    }
    w->at = d;
    return 0;
}

static int conic_to(const FT_Vector *control, const FT_Vector *to, void *walk)
{
    Walk *w = walk;
    Point a = w->at, b = point_of(w, control), c = point_of(w, to);
    for (int i = 1; i <= w->pieces; i++) {
        double t = (double)i / w->pieces, u = 1 - t, k[3] = {u * u, 2 * u * t, t * t};
        VEC_PUSH(w->out, ((Point){k[0] * a.x + k[1] * b.x + k[2] * c.x, k[0] * a.y + k[1] * b.y + k[2] * c.y}));
    }
    w->at = c;
    return 0;
}

static Status truetype_outline(void *face, unsigned code, double px, Outline *out)
{
    static const FT_Outline_Funcs funcs = {move_to, line_to, conic_to, cubic_to, 0, 0};
    FT_Face from;
    Walk w = {.out = out, .em = em_of(px), .pieces = px > 0 && px < 100 ? 6 : 12};
    if (!load(face, code, px, &from) || from->glyph->format != FT_GLYPH_FORMAT_OUTLINE) return STATUS_OK; // a blank
    if (FT_Outline_Decompose(&from->glyph->outline, &funcs, &w)) return status_fail(E_DEVICE, "A font has a broken outline.");
    end_contour(&w);
    return STATUS_OK;
}

const TrueTypeTable helio_truetype = {truetype_open,     truetype_close,   truetype_face,   truetype_is_family,
                                      truetype_families, truetype_advance, truetype_outline};
