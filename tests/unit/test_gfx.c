// Frames (copying, clipping, reading back), colour tables, and the devices that need no display.
// Expectations: hand; the colour model's round trip; IDL's manual for the tables' names and TVRD's maximum.
#include "base/buf.h"
#include "base/mem.h"
#include "check.h"
#include "core/errors.h"
#include "gfx/colorspace.h"
#include "gfx/ctables.h"
#include "gfx/gfx.h"

#include <stdlib.h>
#include <unistd.h>

static void test_put(void)
{
    Framebuffer f;
    Status s = frame_init(&f, 4, 3, 3);
    CHECK_INT(s.code, 0);
    uint8_t data[4] = {1, 2, 3, 4}; // 1 2 below, 3 4 above
    FrameImage img = {data, 2, 2, 1, 2, 0, 1};
    Rect r = frame_put(&f, &img, 1, 1, 0, NULL);
    CHECK(r.x == 1 && r.y == 1 && r.width == 2 && r.height == 2);
    CHECK_INT(frame_row(&f, 1)[3], 1);
    CHECK_INT(frame_row(&f, 2)[3 * 2 + 2], 4);
    CHECK_INT(f.px[3], 3); // the top row is first in memory
    // Clipped on each side: only one pixel stays.
    r = frame_put(&f, &img, -1, -1, 0, NULL);
    CHECK(r.x == 0 && r.y == 0 && r.width == 1 && r.height == 1);
    CHECK_INT(frame_row(&f, 0)[0], 4);
    r = frame_put(&f, &img, 3, 2, 1, NULL);
    CHECK_INT(frame_row(&f, 2)[9], 1);
    CHECK_INT(frame_row(&f, 2)[10], 0);
    CHECK(rect_empty(frame_put(&f, &img, 4, 0, 0, NULL)));
    CHECK(rect_empty(frame_put(&f, &img, INT64_MIN / 2, INT64_MAX / 2, 0, NULL)));
    // Through a colour table, and by planes.
    ColorTable t = {.r = {[2] = 10}, .g = {[2] = 20}, .b = {[2] = 30}};
    frame_put(&f, &img, 0, 0, 0, &t);
    CHECK(memcmp(frame_row(&f, 0) + 3, (uint8_t[]){10, 20, 30}, 3) == 0);
    uint8_t planes[12] = {0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23};
    FrameImage rgb = {planes, 2, 2, 1, 2, 4, 3};
    frame_put(&f, &rgb, 0, 0, 0, NULL);
    CHECK(memcmp(frame_row(&f, 1) + 3, (uint8_t[]){3, 13, 23}, 3) == 0);
    // Reading back: the largest of the three, one channel, all by pixel.
    uint8_t got[12];
    FrameImage one = {got, 2, 2, 1, 2, 0, 1};
    frame_get(&f, 0, 0, 0, &one);
    CHECK(memcmp(got, planes + 8, 4) == 0);
    frame_get(&f, 0, 0, 2, &one);
    CHECK(memcmp(got, planes + 4, 4) == 0);
    FrameImage all = {got, 2, 2, 1, 2, 4, 3};
    frame_get(&f, 0, 0, 0, &all);
    CHECK(memcmp(got, planes, 12) == 0);
    // Overlapping copies in both directions.
    frame_copy(&f, 1, 1, &f, (Rect){0, 0, 2, 2});
    CHECK(memcmp(frame_row(&f, 2) + 6, (uint8_t[]){3, 13, 23}, 3) == 0);
    frame_copy(&f, 0, 0, &f, (Rect){1, 1, 2, 2});
    CHECK(memcmp(frame_row(&f, 1) + 3, (uint8_t[]){3, 13, 23}, 3) == 0);
    // Resizing keeps the lower left.
    s = frame_resize(&f, 9, 7);
    CHECK_INT(s.code, 0);
    CHECK(memcmp(frame_row(&f, 1) + 3, (uint8_t[]){3, 13, 23}, 3) == 0);
    frame_free(&f);
    s = frame_init(&f, 0, 5, 3);
    CHECK_INT(s.code, E_WINDOW);
    status_drop(&s);
}

static void test_tables(void)
{
    ColorTable t;
    for (int n = 0; n < CTABLE_COUNT; n++) {
        CHECK(ctable_name(n) && ctable_name(n)[0]);
        ctable_make(n, &t);
        int colours = 0;
        for (int i = 1; i < 256; i++) {
            colours += t.r[i] != t.r[i - 1] || t.g[i] != t.g[i - 1] || t.b[i] != t.b[i - 1];
        }
        CHECK(colours >= 7);
    }
    CHECK_STR(ctable_name(13), "RAINBOW");
    CHECK_STR(ctable_name(40), "Rainbow + black");
    CHECK_STR(ctable_name(41), "CB-Accent");
    CHECK_STR(ctable_name(74), "CB-Spectral");
    ctable_make(0, &t);
    for (int i = 0; i < 256; i++) CHECK(t.r[i] == i && t.g[i] == i && t.b[i] == i);
    ctable_make(39, &t);
    CHECK(t.r[255] == 255 && t.g[255] == 255 && t.b[255] == 255);
    ctable_make(40, &t);
    CHECK(t.r[255] == 0 && t.g[255] == 0 && t.b[255] == 0);
    for (int i = 0; i < 4096; i++) {
        uint8_t rgb[3] = {(uint8_t)(i % 16 * 17), (uint8_t)(i / 16 % 16 * 17), (uint8_t)(i / 256 * 17)}, back[3];
        float h, a, b;
        color_to_hsv(rgb, &h, &a, &b);
        color_from_hsv(h, a, b, back);
        CHECK(memcmp(rgb, back, 3) == 0);
        color_to_hls(rgb, &h, &a, &b);
        color_from_hls(h, a, b, back);
        CHECK(memcmp(rgb, back, 3) == 0);
    }
}

static Buf notes = BUF_INIT(BUF_NO_LIMIT), terminal = BUF_INIT(BUF_NO_LIMIT);

static void host_note(void *arg, const char *text)
{
    (void)arg;
    buf_puts(&notes, text);
}

static void host_write(void *arg, const void *p, size_t n)
{
    (void)arg;
    buf_put(&terminal, p, n);
}

static Status draw(Gfx *g)
{
    GfxWindow *w;
    STATUS_TRY(gfx_target(g, &w));
    if (!w) return STATUS_OK;
    uint8_t value = 200;
    FrameImage img = {&value, 100, 100, 0, 0, 0, 1};
    return gfx_changed(g, w, frame_put(&w->frame, &img, 0, 0, 0, NULL));
}

static void check_ok(Status s)
{
    CHECK_STR(s.text ? s.text : "", "");
    CHECK_INT(s.code, 0);
    status_drop(&s);
}

static void test_devices(void)
{
    char folder[] = "/tmp/helio_gfx_XXXXXX", path[100], path2[100];
    CHECK(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/a.png", folder);
    snprintf(path2, sizeof path2, "%s/a_33.png", folder);
    unsetenv("DISPLAY");
    unsetenv("TMUX");
    Gfx *g = gfx_new(&(GfxHost){NULL, host_write, host_note});
    CHECK_STR(g->on->dev->name, "X");
    gfx_set_filename(g, path);
    CHECK(freopen("/dev/null", "w", stdout) != NULL); // no terminal: the choice is PNG
    check_ok(draw(g));
    CHECK_STR(g->on->dev->name, "PNG");
    CHECK(notes.p && strstr(notes.p, "DISPLAY is not set") && strstr(notes.p, path));
    CHECK_INT(gfx_current(g)->frame.width, 640);
    CHECK_INT(gfx_current(g)->frame.height, 512);
    check_ok(gfx_settle(g));
    CHECK(access(path, R_OK) == 0);
    GfxWindow *w;
    check_ok(gfx_window_open(g, &(WindowSpec){.index = -1, .width = 20, .height = 30}, &w));
    CHECK_INT(w->index, 32);
    check_ok(gfx_window_open(g, &(WindowSpec){.index = -1, .width = 20, .height = 30}, &w));
    CHECK_INT(w->index, 33);
    check_ok(draw(g));
    gfx_window_close(g, 32);
    CHECK(gfx_current(g) == w);
    // Leaving a device shows what is pending.
    check_ok(gfx_select_device(g, "Z"));
    CHECK(access(path2, R_OK) == 0);
    check_ok(draw(g));
    CHECK_INT(gfx_current(g)->frame.width, 640);
    CHECK_INT(gfx_current(g)->frame.bytes, 1);
    check_ok(gfx_reshape_buffer(g, 100, 50, 3));
    CHECK_INT(gfx_current(g)->frame.width, 100);
    check_ok(gfx_select_device(g, "NULL"));
    check_ok(draw(g));
    CHECK(gfx_current(g) == NULL);
    Status s = gfx_select_device(g, "NOSUCH");
    CHECK_INT(s.code, E_DEVICE);
    status_drop(&s);
    setenv("HELIO_TERM", "blocks", 1);
    check_ok(gfx_select_device(g, "TERM"));
    check_ok(draw(g));
    CHECK_INT(terminal.len, 0);
    check_ok(gfx_settle(g));
    CHECK(terminal.len > 0 && strstr(terminal.p, "38;2;200;200;200m"));
    buf_clear(&terminal);
    setenv("HELIO_TERM", "kitty", 1);
    check_ok(draw(g));
    gfx_free(g);
    CHECK(terminal.p && strncmp(terminal.p, "\033_Ga=T,f=24,o=z", 15) == 0);
    buf_free(&terminal);
    buf_free(&notes);
    unlink(path);
    unlink(path2);
    rmdir(folder);
}

int main(void)
{
    test_put();
    test_tables();
    test_devices();
    fprintf(stderr, "%d checks, %d failed\n", check_count, check_failures);
    return check_failures != 0;
}
