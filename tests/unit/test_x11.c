// The device X on a real server: an Xvfb of its own. What is on the screen is read back by a second connection; the
// window is unmapped, resized and closed by it as a window manager would. Expectations: hand.
// Skipped (exit status 77) where Xvfb is not installed.
#include "base/mem.h"
#include "check.h"
#include "core/errors.h"
#include "gfx/gfx.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <xcb/xcb.h>

static pid_t server;

// Starts Xvfb on a free display and sets DISPLAY; false if there is none to start.
static bool start_server(void)
{
    int ends[2];
    if (pipe(ends) != 0) return false;
    server = fork();
    if (server == 0) {
        char number[12];
        snprintf(number, sizeof number, "%d", ends[1]);
        close(ends[0]);
        execlp("Xvfb", "Xvfb", "-displayfd", number, "-screen", "0", "800x600x24", "-nolisten", "tcp", "-noreset",
               (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    char text[16] = "", display[20];
    struct pollfd p = {ends[0], POLLIN, 0};
    // The number and its line end may come apart; closing before the latter kills the server.
    size_t n = 0;
    while (n < sizeof text - 1 && !strchr(text, '\n') && poll(&p, 1, 20000) == 1) {
        ssize_t got = read(ends[0], text + n, sizeof text - 1 - n);
        if (got <= 0) break;
        n += (size_t)got;
    }
    close(ends[0]);
    if (n == 0) return false;
    snprintf(display, sizeof display, ":%d", atoi(text));
    setenv("DISPLAY", display, 1);
    return true;
}

static void stop_server(void)
{
    kill(server, SIGTERM);
    waitpid(server, NULL, 0);
}

static void host_note(void *arg, const char *text)
{
    (void)arg;
    fprintf(stderr, "note: %s\n", text);
}

static void host_write(void *arg, const void *p, size_t n)
{
    (void)arg;
    (void)p;
    (void)n;
}

static void check_ok(Status s)
{
    CHECK_STR(s.text ? s.text : "", "");
    CHECK_INT(s.code, 0);
    status_drop(&s);
}

// The colour at (x, y) from the upper left of the screen.
static uint32_t screen_pixel(xcb_connection_t *conn, xcb_window_t root, int x, int y)
{
    xcb_get_image_cookie_t cookie =
        xcb_get_image(conn, XCB_IMAGE_FORMAT_Z_PIXMAP, root, (int16_t)x, (int16_t)y, 1, 1, ~0u);
    xcb_get_image_reply_t *reply = xcb_get_image_reply(conn, cookie, NULL);
    uint32_t v = reply ? *(uint32_t *)xcb_get_image_data(reply) & 0xffffff : 0xdeadbeef;
    free(reply);
    return v;
}

static void pump_for(Gfx *g, int ms)
{
    for (int i = 0; i < ms / 10; i++) {
        struct pollfd p = {gfx_fd(g), POLLIN, 0};
        poll(&p, 1, 10);
        check_ok(gfx_pump(g));
    }
}

// The pixel once it has the colour wanted, or after 5 s whatever it has: the server works at its own pace.
static uint32_t settled_pixel(xcb_connection_t *conn, xcb_window_t root, Gfx *g, int x, int y, uint32_t want)
{
    uint32_t got = screen_pixel(conn, root, x, y);
    for (int tries = 0; got != want && tries < 100; tries++) {
        pump_for(g, 50);
        got = screen_pixel(conn, root, x, y);
    }
    return got;
}

// The topmost window on the screen.
static xcb_window_t top_window(xcb_connection_t *conn, xcb_window_t root)
{
    xcb_query_tree_reply_t *tree = xcb_query_tree_reply(conn, xcb_query_tree(conn, root), NULL);
    int n = tree ? xcb_query_tree_children_length(tree) : 0;
    xcb_window_t top = n ? xcb_query_tree_children(tree)[n - 1] : 0;
    free(tree);
    return top;
}

static void send_close(xcb_connection_t *conn, xcb_window_t window)
{
    xcb_intern_atom_reply_t *protocols =
        xcb_intern_atom_reply(conn, xcb_intern_atom(conn, 0, 12, "WM_PROTOCOLS"), NULL);
    xcb_intern_atom_reply_t *wm_delete =
        xcb_intern_atom_reply(conn, xcb_intern_atom(conn, 0, 16, "WM_DELETE_WINDOW"), NULL);
    CHECK(protocols && wm_delete);
    if (protocols && wm_delete) {
        xcb_client_message_event_t m = {.response_type = XCB_CLIENT_MESSAGE,
                                        .format = 32,
                                        .window = window,
                                        .type = protocols->atom,
                                        .data.data32 = {wm_delete->atom}};
        xcb_send_event(conn, 0, window, 0, (const char *)&m);
        xcb_flush(conn);
    }
    free(protocols);
    free(wm_delete);
}

static void test_window(xcb_connection_t *conn, xcb_window_t root)
{
    Gfx *g = gfx_new(&(GfxHost){NULL, host_write, host_note});
    GfxWindow *w;
    check_ok(gfx_target(g, &w));
    CHECK_STR(g->on->dev->name, "X");
    CHECK_INT(w->frame.width, 400); // half the screen each way
    CHECK_INT(w->frame.height, 300);

    // A pixel in the lower left corner and one in the upper right, seen on the screen at once.
    uint8_t red[3] = {255, 16, 1}, blue[3] = {2, 32, 255};
    FrameImage img = {red, 2, 2, 0, 0, 1, 3};
    check_ok(gfx_changed(g, w, frame_put(&w->frame, &img, 0, 0, 0, NULL)));
    img.data = blue;
    check_ok(gfx_changed(g, w, frame_put(&w->frame, &img, 398, 298, 0, NULL)));
    CHECK_INT(settled_pixel(conn, root, g, 0, 299, 0xff1001), 0xff1001);
    CHECK_INT(settled_pixel(conn, root, g, 399, 0, 0x0220ff), 0x0220ff);
    CHECK_INT(settled_pixel(conn, root, g, 200, 150, 0), 0);

    // Hidden and shown again: the window repaints itself.
    xcb_window_t id = top_window(conn, root);
    xcb_unmap_window(conn, id);
    xcb_map_window(conn, id);
    xcb_flush(conn);
    pump_for(g, 200);
    CHECK_INT(settled_pixel(conn, root, g, 0, 299, 0xff1001), 0xff1001);

    // Resized by the user: the frame follows, what was in its corners is in them again.
    drawing_pixels(&w->drawing, frame_rect(&w->frame));
    xcb_configure_window(conn, id, XCB_CONFIG_WINDOW_WIDTH | XCB_CONFIG_WINDOW_HEIGHT, (uint32_t[]){500, 350});
    xcb_flush(conn);
    for (int i = 0; w->frame.width != 500 && i < 25; i++) pump_for(g, 200);
    CHECK_INT(w->frame.width, 500);
    CHECK_INT(w->frame.height, 350);
    CHECK_INT(settled_pixel(conn, root, g, 0, 349, 0xff1001), 0xff1001);
    CHECK_INT(settled_pixel(conn, root, g, 499, 0, 0x0220ff), 0x0220ff);

    // Closed by the user: no window is current, and the next drawing opens one.
    send_close(conn, id);
    for (int i = 0; gfx_current(g) && i < 25; i++) pump_for(g, 200);
    CHECK(gfx_current(g) == NULL);
    check_ok(gfx_target(g, &w));
    CHECK_INT(w->index, 0);
    CHECK_INT(w->frame.width, 400);

    // A window at a place of its own: pixels counted from the upper left of the screen.
    check_ok(gfx_window_open(g, &(WindowSpec){.index = 3, .width = 20, .height = 10, .x = 600, .y = 500}, &w));
    img = (FrameImage){red, 20, 10, 0, 0, 1, 3};
    check_ok(gfx_changed(g, w, frame_put(&w->frame, &img, 0, 0, 0, NULL)));
    CHECK_INT(settled_pixel(conn, root, g, 600, 500, 0xff1001), 0xff1001);
    CHECK_INT(settled_pixel(conn, root, g, 619, 509, 0xff1001), 0xff1001);
    CHECK_INT(settled_pixel(conn, root, g, 620, 500, 0), 0);
    gfx_window_close(g, 3);
    xcb_connection_t *again = xcb_connect(NULL, NULL); // a round trip after the close
    CHECK(!xcb_connection_has_error(again));
    CHECK_INT(screen_pixel(again, root, 600, 500), 0);
    xcb_disconnect(again);
    gfx_free(g);
}

// The server dies while a window is open: an error once; then drawing goes on elsewhere.
static void test_lost_server(void)
{
    Gfx *g = gfx_new(&(GfxHost){NULL, host_write, host_note});
    GfxWindow *w;
    check_ok(gfx_target(g, &w));
    stop_server();
    Status s = STATUS_OK;
    for (int i = 0; i < 100 && status_ok(s); i++) {
        poll(NULL, 0, 10);
        s = gfx_pump(g);
    }
    CHECK_INT(s.code, E_DEVICE);
    status_drop(&s);
    CHECK(gfx_current(g) == NULL);
    CHECK_INT(gfx_fd(g), -1);
    check_ok(gfx_target(g, &w)); // another device takes its place
    CHECK(g->stands_for_x && gfx_current(g) == w);
    gfx_free(g);
}

int main(void)
{
    if (!start_server()) {
        fprintf(stderr, "no Xvfb: skipped\n");
        return 77;
    }
    xcb_connection_t *conn = xcb_connect(NULL, NULL);
    xcb_screen_t *screen = xcb_setup_roots_iterator(xcb_get_setup(conn)).data;
    test_window(conn, screen->root);
    xcb_disconnect(conn);
    test_lost_server();
    CHECK_DONE();
}
