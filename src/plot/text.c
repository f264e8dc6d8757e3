// Start reading at text_layout.
#include "plot/text.h"

#include "base/utf8.h"
#include "plot/hershey.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

// Sizes and heights of levels, in the size of the text (measured: spec graphics.md 2.2; !A, !B and !L are not known).
#define SMALL       0.62
#define SMALLEST    0.44
#define RAISED      15.2
#define LOWERED     (-8.0)
#define LOWER_STILL (-12.0)
#define HALF_LINE   9.0
enum { STROKE_POINTS = 256, SAVED_MAX = 16, LONGEST = 1 << 30 };

typedef struct Pen {
    double x, y, size; // y and size: the level
    int font;
} Pen;

typedef struct Typist {
    TextLayout *out;
    const TextMetrics *metrics;
    Pen pen, saved[SAVED_MAX];
    int nsaved, entry_font, once; // once: the font of the next character alone, 0: none
    double alignment, baseline;   // baseline of the line
    int line_start;               // first glyph of the line
} Typist;

static void put_glyph(Typist *t, unsigned code, bool is_byte)
{
    TextGlyph g = {t->once ? t->once : t->pen.font, code, is_byte, t->pen.x, t->baseline + t->pen.y, t->pen.size};
    t->once = 0;
    VEC_PUSH(&t->out->glyphs, g);
    t->pen.x += t->metrics->advance(t->metrics->arg, &g) * t->pen.size;
}

static void end_line(Typist *t)
{
    double shift = t->alignment * t->pen.x;
    for (int i = t->line_start; i < t->out->glyphs.len; i++) t->out->glyphs.p[i].x -= shift;
    if (t->pen.x > t->out->width) t->out->width = t->pen.x;
    t->out->end_x = t->pen.x - shift;
    t->out->end_y = t->baseline;
    t->line_start = t->out->glyphs.len;
}

static void new_line(Typist *t)
{
    end_line(t);
    t->pen.x = 0;
    t->baseline -= t->metrics->line;
}

static void level(Typist *t, double y, double size)
{
    t->pen.y = y;
    t->pen.size = size;
}

static void save(Typist *t)
{
    if (t->nsaved < SAVED_MAX) t->saved[t->nsaved++] = t->pen;
}

static void restore(Typist *t)
{
    if (t->nsaved > 0) t->pen = t->saved[--t->nsaved];
}

static void set_font(Typist *t, int font) { t->pen.font = font; }

// !3 to !20: as many digits as make a font. Returns what was read.
static size_t take_font(Typist *t, const char *p, size_t n)
{
    int one = p[0] - '0', two = n > 1 && isdigit((unsigned char)p[1]) ? 10 * one + p[1] - '0' : 0;
    bool is_two = two >= 10 && two <= 20;
    if (one == HERSHEY_MATH && !is_two)
        set_font(t, HERSHEY_MATH);
    else
        set_font(t, is_two ? two : one);
    return is_two ? 2 : 1;
}

// !Z(u0,u1,...): characters by their numbers in hexadecimal. Returns what was read.
static size_t take_unicode(Typist *t, const char *p, size_t n)
{
    const char *close = n && *p == '(' ? memchr(p, ')', n) : NULL;
    if (!close) return 0;
    for (const char *q = p + 1; q < close;) {
        while (q < close && (*q == ',' || *q == ' ')) q++;
        if (close - q > 2 && toupper((unsigned char)*q) == 'U' && q[1] == '+') q += 2;
        char *end;
        unsigned long code = strtoul(q, &end, 16);
        if (end == q || end > close) break;
        put_glyph(t, (unsigned)code, false);
        q = end;
    }
    return (size_t)(close - p) + 1;
}

// The command behind "!"; returns how many bytes it has.
static size_t take_command(Typist *t, const char *p, size_t n)
{
    if (isdigit((unsigned char)*p)) return take_font(t, p, n);
    switch (toupper((unsigned char)*p)) {
    case 'A': level(t, HALF_LINE, 1); break;
    case 'B': level(t, -HALF_LINE, 1); break;
    case 'C': new_line(t); break;
    case 'D': level(t, LOWERED, SMALL); break;
    case 'E': level(t, RAISED, SMALLEST); break;
    case 'G': set_font(t, 11); break;
    case 'I': level(t, LOWERED, SMALLEST); break;
    case 'L': level(t, LOWER_STILL, SMALL); break;
    case 'M': t->once = HERSHEY_MATH; break;
    case 'N': level(t, 0, 1); break;
    case 'R': restore(t); break;
    case 'S': save(t); break;
    case 'U': level(t, RAISED, SMALL); break;
    case 'W': set_font(t, 12); break;
    case 'X': set_font(t, t->entry_font); break;
    case 'Z': return 1 + take_unicode(t, p + 1, n - 1);
    case '!': put_glyph(t, '!', true); break;
    default: break; // unknown ones vanish
    }
    return 1;
}

// A character of UTF-8 where there is one whole, else a byte of Latin-1. Returns how many bytes it has.
static size_t take_character(const char *p, size_t n, unsigned *code)
{
    uint32_t c;
    size_t length = utf8_take(p, n, &c);
    *code = length ? c : (unsigned char)*p;
    return length ? length : 1;
}

bool text_layout(const char *text, size_t n, int font, double alignment, const TextMetrics *metrics, TextLayout *out)
{
    *out = (TextLayout){0};
    if (n > LONGEST || !(out->glyphs.p = mem_alloc((n + 1) * sizeof *out->glyphs.p))) return false;
    out->glyphs.cap = (int)n + 1; // a glyph takes a byte or more
    Typist t = {
        .out = out, .metrics = metrics, .pen = {.size = 1, .font = font}, .entry_font = font, .alignment = alignment};
    for (size_t i = 0; i < n;) {
        unsigned code;
        if (text[i] == '!' && i + 1 < n) {
            i += 1 + take_command(&t, text + i + 1, n - i - 1);
        } else if (text[i] == '\n') {
            new_line(&t);
            i++;
        } else {
            size_t bytes = take_character(text + i, n - i, &code);
            put_glyph(&t, code, bytes == 1);
            i += bytes;
        }
    }
    end_line(&t);
    out->font = t.pen.font;
    return true;
}

void text_free(TextLayout *t) { VEC_FREE(&t->glyphs); }

static double hershey_advance(const void *arg, const TextGlyph *g)
{
    (void)arg;
    Glyph shape = hershey_glyph(g->font, g->code);
    return shape.right - shape.left;
}

TextMetrics text_hershey(double line) { return (TextMetrics){hershey_advance, NULL, line}; }

// Every glyph is drawn one unit of its size left of the pen.
static void stroke_out(const TextGlyph *g, const Glyph *shape, Strokes s, int raise, TextStroke *stroke, void *arg)
{
    double run[STROKE_POINTS][2];
    int n = 0;
    for (int i = 0; i < s.n; i++) {
        int px = s.points[2 * i], py = s.points[2 * i + 1];
        bool is_up = px == HERSHEY_PEN_UP;
        if (!is_up) {
            run[n][0] = g->x + (px - shape->left - 1) * g->size;
            run[n++][1] = g->y + (py + raise) * g->size;
        }
        bool is_full = n == STROKE_POINTS;
        if (n && (is_up || is_full || i == s.n - 1)) stroke(arg, run, n);
        if (is_full) memcpy(run[0], run[STROKE_POINTS - 1], sizeof run[0]);
        if (is_up)
            n = 0;
        else if (is_full)
            n = 1;
    }
}

void text_strokes(const TextLayout *t, TextStroke *stroke, void *arg)
{
    for (int i = 0; i < t->glyphs.len; i++) {
        const TextGlyph *g = &t->glyphs.p[i];
        Glyph shape = hershey_glyph(g->font, g->code);
        stroke_out(g, &shape, shape.body, 0, stroke, arg);
        stroke_out(g, &shape, shape.mark, shape.raise, stroke, arg);
    }
}
