// The geometry of plots: axes against what licensed IDL drew, regions by hand from the manual's margins, texts by
// Hershey's widths.
#include "check.h"
#include "gfx/raster.h"
#include "plot/axis.h"
#include "plot/clip.h"
#include "plot/dash.h"
#include "plot/dense.h"
#include "plot/hershey.h"
#include "plot/label.h"
#include "plot/psfont.h"
#include "plot/region.h"
#include "plot/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define CHECK_NEAR(got, want, most) CHECK(fabs((got) - (want)) <= (most))

typedef struct Measured {
    bool is_log;
    double lo, hi;
    int style, ticks, minor;
    double interval;
    int marks;
    const char *labels;
} Measured;

static const Measured measured[] = {
#define M(...) {__VA_ARGS__},
#include "measured_axes.def"
#undef M
};

static int marks_between_ticks(const Axis *a)
{
    double place[1000], p0 = axis_place(a, a->tick[0]), p1 = a->n > 1 ? axis_place(a, a->tick[1]) : 2;
    int n = axis_minor_places(a, place, 1000), count = 0;
    for (int i = 0; i < n; i++) count += place[i] > p0 && place[i] < p1;
    return count;
}

static void test_measured(void)
{
    for (size_t i = 0; i < sizeof measured / sizeof *measured; i++) {
        const Measured *m = &measured[i];
        AxisWish w = {.is_log = m->is_log,
                      .style = m->style,
                      .data = {0, 1},
                      .intervals = m->ticks,
                      .minor = m->minor,
                      .interval = m->interval};
        w.range[0] = m->is_log ? pow(10, m->lo) : m->lo;
        w.range[1] = m->is_log ? pow(10, m->hi) : m->hi;
        Axis a;
        char got[2000] = "", label[LABEL_MAX];
        CHECK(axis_plan(&w, &a) == AXIS_FINE);
        for (int k = 0; k < a.n; k++) {
            axis_label(&a, k, label);
            snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s", k ? " " : "", label);
        }
        CHECK_STR(got, m->labels);
        if (m->marks) CHECK_INT(marks_between_ticks(&a), m->marks);
    }
}

// Ranges that IDL chose, quoted in gnudatalanguage/gdl #2126, PR 1785 and its tests: data, and !X.CRANGE.
static void test_free_ranges(void)
{
    static const double seen[][4] = {
        {0, 9, 0, 10},           {0, 52, 0, 60},           {0, 62, 0, 80},
        {0, 70, 0, 80},          {-500, -438, -500, -420}, {-500, -430, -500, -420},
        {0, 119, 0, 120},        {0, 239, 0, 250},         {0, 134.2, 0, 150},
        {0, 40.46, 0, 50},       {0, 37.6, 0, 40},         {1948, 2006, 1940, 2020},
        {400, 1500, 400, 1600},  {2400, 2975, 2400, 3000}, {-0.51, 2.51, -1, 3},
        {-400, -10, -400, 0},    {-400, -120, -400, -100}, {-400, -151, -400, -150},
        {-0.001, 8.999, -2, 10},
    };
    for (size_t i = 0; i < sizeof seen / sizeof *seen; i++) {
        Axis a;
        AxisWish w = {.data = {seen[i][0], seen[i][1]}};
        CHECK(axis_plan(&w, &a) == AXIS_FINE);
        CHECK_NEAR(a.range[0], seen[i][2], 1e-9);
        CHECK_NEAR(a.range[1], seen[i][3], 1e-9);
    }
}

// Nothing that can be asked for makes an endless loop or a tick that is no number.
static void test_hostile_ranges(void)
{
    static const double values[] = {0,       -0.0,   1,   -1,       1e-300,    1e300, -1e300,
                                    1.7e308, 5e-324, NAN, INFINITY, -INFINITY, 1e15,  3.3};
    enum { N = sizeof values / sizeof *values };
    for (int i = 0; i < N * N * 16; i++) {
        AxisWish w = {.is_log = i & 1,
                      .style = i >> 1 & 3,
                      .data = {0, 1},
                      .intervals = i & 8 ? 7 : 0,
                      .interval = i % 3 == 0 ? values[i / 16 % N] : 0,
                      .minor = i % 5 - 1};
        w.range[0] = values[i / 16 / N];
        w.range[1] = values[i / 16 % N];
        Axis a;
        double place[100];
        axis_plan(&w, &a);
        CHECK(a.n >= 0 && a.n <= AXIS_TICKS_MAX);
        CHECK(isfinite(a.range[0]) && isfinite(a.range[1]) && a.range[0] != a.range[1]);
        CHECK(axis_minor_places(&a, place, 100) <= 100);
        for (int k = 0; k < a.n; k++) {
            char label[LABEL_MAX];
            axis_label(&a, k, label);
            CHECK(strlen(label) < LABEL_MAX);
        }
    }
}

// PostScript's default page (17780 x 12700, characters 222 x 352) and Z's (640 x 480, 8 x 12): spec graphics.md 1.1
// and 9.
static void test_regions(void)
{
    RegionWish w = {.char_width = 222.0 / 17780, .char_height = 352.0 / 12700, .x_margin = {10, 3}, .y_margin = {4, 2}};
    Region r = region_plan(&w);
    CHECK_NEAR(r.window.x0 * 17780, 2220, 1e-6);
    CHECK_NEAR(r.window.x1 * 17780, 17114, 1e-6);
    CHECK_NEAR(r.window.y0 * 12700, 1408, 1e-6);
    CHECK_NEAR(r.window.y1 * 12700, 11996, 1e-6);
    w = (RegionWish){.char_width = 4.0 / 640,
                     .char_height = 6.0 / 480,
                     .x_margin = {10, 3},
                     .y_margin = {4, 2},
                     .multi = {0, 3, 3, 0, false}};
    r = region_plan(&w);
    CHECK(r.is_new_page);
    CHECK_INT(r.left, 8);
    CHECK_NEAR(r.window.x0, 0.0625, 1e-6);
    CHECK_NEAR(r.window.x1, 0.314583, 1e-6);
    CHECK_NEAR(r.window.y0, 0.716667, 1e-6);
    CHECK_NEAR(r.window.y1, 0.975, 1e-6);
    w.multi = (Multi){3, 2, 2, 0, true}; // by columns: the second cell is below the first
    w.keeps_count = true;
    r = region_plan(&w);
    CHECK(!r.is_new_page);
    CHECK_INT(r.left, 3);
    CHECK_NEAR(r.region.y1, 0.5, 1e-9);
    CHECK_NEAR(r.region.x0, 0, 1e-9);
}

static void test_texts(void)
{
    TextMetrics metrics = text_hershey(28.5);
    TextLayout t;
    text_layout("00000", 5, 3, 0, &metrics, &t); // digits are 20 wide in the simplex font
    CHECK_NEAR(t.width, 100, 1e-9);
    text_free(&t);
    text_layout("10!U-3!N", 8, 3, 0, &metrics, &t); // sizes and heights: measured
    CHECK_INT(t.glyphs.len, 4);
    CHECK_NEAR(t.glyphs.p[2].size, 0.62, 1e-9);
    CHECK_NEAR(t.glyphs.p[2].y, 15.2, 1e-9);
    CHECK_NEAR(t.width, 40 + 0.62 * (26 + 20), 1e-9);
    text_free(&t);
    text_layout("a!7b!4c!Xd!!", 12, 3, 0.5, &metrics, &t);
    CHECK_INT(t.glyphs.len, 5);
    CHECK_INT(t.glyphs.p[1].font, 7);
    CHECK_INT(t.glyphs.p[2].font, 4);
    CHECK_INT(t.glyphs.p[3].font, 3);
    CHECK_INT(t.glyphs.p[4].code, '!');
    CHECK_NEAR(t.end_x, t.width / 2, 1e-9);
    text_free(&t);
    text_layout("1!C0!7", 6, 3, 1, &metrics, &t);
    CHECK_NEAR(t.glyphs.p[1].y, -28.5, 1e-9);
    CHECK_NEAR(t.glyphs.p[1].x, -20, 1e-9);
    CHECK_INT(t.font, 7);
    text_free(&t);
    text_layout("\xc3\x85\xe9!Z(41,U+42)", 14, 3, 0, &metrics, &t); // UTF-8, Latin-1, !Z
    CHECK_INT(t.glyphs.len, 4);
    CHECK_INT(t.glyphs.p[0].code, 0xC5);
    CHECK_INT(t.glyphs.p[1].code, 0xE9);
    CHECK_INT(t.glyphs.p[3].code, 'B');
    text_free(&t);
}

// Every code in every font has a glyph.
static void test_glyphs(void)
{
    for (int font = -1; font < 30; font++) {
        for (unsigned code = 0; code < 300; code++) {
            Glyph g = hershey_glyph(font, code);
            CHECK(g.right >= g.left && g.body.n >= 0);
        }
    }
    CHECK_INT(hershey_glyph(3, ' ').right - hershey_glyph(3, ' ').left, 16);
    CHECK_INT(hershey_glyph(3, 'M').right - hershey_glyph(3, 'M').left, 24);
    CHECK(hershey_glyph(3, 0xC5).mark.n > 0);
    // font 9 as public programs use it: X is a cross of two strokes, 6 an arrow to the right, n the Sun, A a wave
    CHECK_INT(hershey_glyph(9, 'X').body.n, 5);
    CHECK(hershey_glyph(9, '6').body.n > 5 && hershey_glyph(9, '4').body.n == hershey_glyph(9, '6').body.n);
    CHECK_INT(hershey_glyph(9, 'n').right - hershey_glyph(9, 'n').left, 22);
    CHECK(hershey_glyph(9, 'A').body.n > 6 && hershey_glyph(9, '%').body.n > 8);
}

static int lit(const Framebuffer *f)
{
    int n = 0;
    for (int i = 0; i < f->width * f->height; i++) n += f->px[i] != 0;
    return n;
}

static void test_raster(void)
{
    Framebuffer f;
    Status s = frame_init(&f, 40, 30, 1);
    CHECK(status_ok(s));
    Raster r = raster_on(&f);
    r.pixel[0] = 1;
    raster_line(&r, (Point){3, 5}, (Point){12, 5}, 1, true);
    CHECK_INT(lit(&f), 10);
    raster_line(&r, (Point){-1e12, 7.5}, (Point){1e12, 7.5}, 1, true);
    CHECK_INT(lit(&f), 50);
    raster_line(&r, (Point){NAN, 1}, (Point){1, 1}, 3, true);
    CHECK_INT(lit(&f), 50);
    memset(f.px, 0, 1200);
    // Two halves of a square share no pixel and leave none out.
    raster_polygon(&r, (Point[]){{5, 5}, {25, 5}, {25, 25}}, 3);
    int half = lit(&f);
    r.function = 6; // XOR
    raster_polygon(&r, (Point[]){{5, 5}, {25, 25}, {5, 25}}, 3);
    CHECK(half > 150 && half < 250);
    CHECK_INT(lit(&f), 400);
    raster_polygon(&r, (Point[]){{5, 5}, {25, 5}, {25, 25}, {5, 25}}, 4);
    CHECK_INT(lit(&f), 0);
    r.function = RASTER_COPY;
    raster_polygon(&r, (Point[]){{-1e9, -1e9}, {1e9, -1e9}, {0, 1e5}}, 3);
    raster_polygon(&r, (Point[]){{INFINITY, 0}, {1, 1}, {2, NAN}}, 3);
    frame_free(&f);
}

static void count_pieces(void *arg, Point a, Point b)
{
    double *sum = arg;
    sum[0] += hypot(b.x - a.x, b.y - a.y);
    sum[1]++;
}

static void test_dashes(void)
{
    const Box all = {-1e4, -1e4, 1e4, 1e4}, part = {350, -1, 1250, 1};
    double sum[2] = {0}, seen[2] = {0};
    DashWalk w = dash_begin(2, 1000); // 200 on, 200 off at 1000 pixels a centimetre
    for (int i = 0; i < 10; i++) dash_line(&w, &all, (Point){i * 100, 0}, (Point){(i + 1) * 100, 0}, count_pieces, sum);
    CHECK_NEAR(sum[0], 600, 1e-6);
    // What is not seen is not walked along, and the pattern goes on behind it: 400 to 600, 800 to 1000, 1200 to 1250.
    w = dash_begin(2, 1000);
    dash_line(&w, &part, (Point){0, 0}, (Point){1e9 + 100, 0}, count_pieces, seen);
    CHECK_NEAR(seen[0], 450, 1e-6);
    CHECK_INT((int)seen[1], 3);
    CHECK_NEAR(w.left, 100, 1e-6);
    dash_line(&w, &part, (Point){0, 5}, (Point){1e300, 5}, count_pieces, seen);
    CHECK_INT((int)seen[1], 3);
    CHECK(dash_begin(0, 40).pattern == NULL && dash_begin(9, 40).pattern == NULL);
}

static double area_of(const Point *p, int64_t n)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++) sum += p[i].x * p[(i + 1) % n].y - p[(i + 1) % n].x * p[i].y;
    return fabs(sum) / 2;
}

// By hand.
static void test_clip(void)
{
    Box b = {0, 0, 10, 10};
    Point p = {-5, 5}, q = {15, 5}, room[2][CLIP_ROOM(7)];
    CHECK(clip_line(&b, &p, &q) && p.x == 0 && p.y == 5 && q.x == 10 && q.y == 5);
    p = (Point){-5, 0}, q = (Point){0, -5};
    CHECK(!clip_line(&b, &p, &q));
    p = (Point){NAN, 0}, q = (Point){1, 1};
    CHECK(!clip_line(&b, &p, &q));
    p = (Point){-1e300, 3}, q = (Point){5, 3};
    CHECK(clip_line(&b, &p, &q) && p.x == 0 && q.x == 5);
    const Point square[] = {{-5, -5}, {5, -5}, {5, 5}, {-5, 5}}, around[] = {{-1, -1}, {11, -1}, {11, 11}, {-1, 11}};
    CHECK_NEAR(area_of(room[0], clip_polygon(&b, square, 4, room[0], room[1])), 25, 1e-9);
    CHECK_NEAR(area_of(room[0], clip_polygon(&b, around, 4, room[0], room[1])), 100, 1e-9);
    const Point far[] = {{20, 20}, {30, 20}, {30, 30}}, comb[] = {{-2, 2}, {12, 3}, {-2, 4}, {12, 5}, {-2, 6}, {12, 7}, {-2, 8}};
    CHECK_INT(clip_polygon(&b, far, 3, room[0], room[1]), 0);
    CHECK(clip_polygon(&b, comb, 7, room[0], room[1]) <= CLIP_ROOM(7));
}

typedef struct Points {
    long xy[32][2];
    int n;
} Points;

static void keep_point(void *arg, long x, long y)
{
    Points *p = arg;
    if (p->n < 32) p->xy[p->n][0] = x, p->xy[p->n][1] = y;
    p->n++;
}

// By hand: of a column the first, the extremes in their order, the last.
static void test_dense(void)
{
    Points p = {.n = 0};
    Dense d = {keep_point, &p};
    const double y[] = {5, 2, 9, 3, 4, 1, 7};
    for (int i = 0; i < 7; i++) dense_point(&d, 0.1 * (i % 3), y[i]);
    dense_point(&d, 1, 7);
    dense_point(&d, 2, 7);
    dense_point(&d, 2, 8);
    dense_end(&d);
    const long want[][2] = {{0, 5}, {0, 9}, {0, 1}, {0, 7}, {1, 7}, {2, 7}, {2, 8}};
    CHECK_INT(p.n, 7);
    for (int i = 0; i < 7; i++) CHECK(p.xy[i][0] == want[i][0] && p.xy[i][1] == want[i][1]);
}

// Widths of Adobe's metrics: Helvetica 0 556, W 944; Times-Roman A 722; Courier 600; Symbol alpha 631.
static void test_ps_fonts(void)
{
    int helvetica = psfont_named("helvetica"), times = psfont_of(PS_TIMES, false, false), symbol = psfont_usual(9);
    CHECK_STR(psfonts[psfont_usual(6)].name, "Helvetica-Narrow-BoldOblique");
    CHECK_STR(psfonts[psfont_of(PS_ZAPFDINGBATS, true, true)].name, "ZapfDingbats");
    CHECK_INT(psfont_named("Nobody"), -1);
    CHECK_INT(psfont_char(helvetica, '0', true, false).width, 556);
    CHECK_INT(psfont_char(helvetica, 'W', true, true).width, 944);
    CHECK_INT(psfont_char(times, 'A', true, false).width, 722);
    CHECK_INT(psfont_char(psfont_usual(11), 'i', true, false).width, 600);
    CHECK_INT(psfont_char(symbol, 'a', true, false).width, 631);
    PsChar alpha = psfont_char(helvetica, 0x3B1, false, false), cross = psfont_char(helvetica, 0xD7, true, false);
    CHECK(alpha.font == symbol && alpha.code == 'a');
    CHECK(cross.font == symbol && cross.code == 0264);
    PsChar accent = psfont_char(helvetica, 0xE9, false, false), byte = psfont_char(helvetica, 0xE9, true, false);
    CHECK(accent.is_latin1 && accent.width == 556); // eacute
    CHECK(!byte.is_latin1 && byte.width == 778); // Oslash in StandardEncoding
    CHECK_INT(psfont_char(helvetica, 0x4E00, false, false).code, '?');
}

int main(void)
{
    test_measured();
    test_free_ranges();
    test_hostile_ranges();
    test_regions();
    test_texts();
    test_glyphs();
    test_raster();
    test_dashes();
    test_clip();
    test_dense();
    test_ps_fonts();
    CHECK_DONE();
}
