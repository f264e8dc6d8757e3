// The device TERM: pictures in the terminal itself, by the kitty graphics protocol where the terminal is known to
// have it, else as half-block characters in 24-bit colour. A window is printed, scaled down to fit, when the program
// pauses with something new drawn in it. HELIO_TERM=kitty or blocks overrides the choice. Start at term_present.
#include "gfx/device.h"
#include "gfx/smooth.h"

#include "base/buf.h"
#include "base/mem.h"
#include "core/errors.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <zlib.h>

#define MAX_OUTPUT     ((size_t)512 << 20)
#define KITTY_CHUNK    4096 // base64 characters in one escape sequence
#define KITTY_MAX_SIDE 2048

typedef struct TermDevice {
    const GfxHost *host;
} TermDevice;

typedef struct TermSize {
    int columns, rows; // of characters
    int width, height; // of pixels
} TermSize;

static Status term_connect(const DeviceSetup *setup, void **state)
{
    TermDevice *d = mem_must(sizeof *d);
    d->host = setup->host;
    *state = d;
    return STATUS_OK;
}

static void term_disconnect(void *state) { mem_free(state); }

static TermSize term_size(void)
{
    struct winsize ws = {0};
    TermSize t = {80, 24, 0, 0};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_col > 0 && ws.ws_row > 0) {
        t = (TermSize){ws.ws_col, ws.ws_row, ws.ws_xpixel, ws.ws_ypixel};
    }
    // A terminal that does not tell its pixels: the usual cell.
    if (t.width < t.columns || t.height < t.rows) {
        t.width = 8 * t.columns;
        t.height = 16 * t.rows;
    }
    return t;
}

static bool has_kitty(void)
{
    const char *choice = getenv("HELIO_TERM"), *term = getenv("TERM"), *program = getenv("TERM_PROGRAM");
    if (choice) return strcmp(choice, "kitty") == 0;
    if (getenv("TMUX") || getenv("STY")) return false; // they do not pass it on
    if (getenv("KITTY_WINDOW_ID") || getenv("KONSOLE_VERSION") || getenv("GHOSTTY_RESOURCES_DIR")) return true;
    if (term && (strstr(term, "kitty") || strstr(term, "ghostty"))) return true;
    return program && (strcmp(program, "WezTerm") == 0 || strcmp(program, "ghostty") == 0);
}

// The picture at another size: each new pixel is the mean of those it covers. NULL when memory is out.
static uint8_t *scale_frame(const Framebuffer *f, int width, int height)
{
    uint8_t *out = mem_alloc((size_t)width * (size_t)height * 3);
    for (int y = 0; out && y < height; y++) {
        int y0 = (int)((int64_t)y * f->height / height), y1 = (int)((int64_t)(y + 1) * f->height / height);
        if (y1 <= y0) y1 = y0 + 1;
        for (int x = 0; x < width; x++) {
            int x0 = (int)((int64_t)x * f->width / width), x1 = (int)((int64_t)(x + 1) * f->width / width);
            if (x1 <= x0) x1 = x0 + 1;
            uint64_t sum[3] = {0, 0, 0}, n = (uint64_t)(y1 - y0) * (uint64_t)(x1 - x0);
            for (int j = y0; j < y1; j++) {
                const uint8_t *p = f->px + ((size_t)j * (size_t)f->width + (size_t)x0) * 3;
                for (int i = x0; i < x1; i++, p += 3) {
                    for (int c = 0; c < 3; c++) sum[c] += p[c];
                }
            }
            for (int c = 0; c < 3; c++)
                out[((size_t)y * (size_t)width + (size_t)x) * 3 + (size_t)c] = (uint8_t)((sum[c] + n / 2) / n);
        }
    }
    return out;
}

// The largest size of f's proportions within the limits; never larger than f.
static void fit(const Framebuffer *f, int max_width, int max_height, int *width, int *height)
{
    double scale = 1;
    if (f->width * scale > max_width) scale = (double)max_width / f->width;
    if (f->height * scale > max_height) scale = (double)max_height / f->height;
    *width = (int)(f->width * scale);
    *height = (int)(f->height * scale);
    if (*width < 1) *width = 1;
    if (*height < 1) *height = 1;
}

// --- half blocks: each character shows an upper pixel by its foreground and a lower one by its background

static void put_blocks(Buf *out, const uint8_t *px, int width, int height)
{
    for (int y = 0; y < height; y += 2) {
        int last_up = -1, last_down = -1;
        for (int x = 0; x < width; x++) {
            const uint8_t *up = px + ((size_t)y * (size_t)width + (size_t)x) * 3, *down = up + 3 * (size_t)width;
            bool has_down = y + 1 < height;
            int a = up[0] << 16 | up[1] << 8 | up[2], b = has_down ? down[0] << 16 | down[1] << 8 | down[2] : -1;
            if (a != last_up) buf_printf(out, "\033[38;2;%d;%d;%dm", up[0], up[1], up[2]);
            if (has_down && b != last_down) buf_printf(out, "\033[48;2;%d;%d;%dm", down[0], down[1], down[2]);
            last_up = a;
            last_down = b;
            buf_puts(out, "\xe2\x96\x80"); // upper half block
        }
        buf_puts(out, "\033[0m\n");
    }
}

static Status print_blocks(Buf *out, const Framebuffer *f)
{
    TermSize t = term_size();
    int width, height;
    fit(f, t.columns, 2 * (t.rows > 2 ? t.rows - 2 : 1), &width, &height);
    uint8_t *px = scale_frame(f, width, height);
    if (!px) return status_fail(E_NO_MEMORY, "Unable to allocate memory: to show a picture.");
    put_blocks(out, px, width, height);
    mem_free(px);
    return STATUS_OK;
}

// --- kitty

static void put_base64(Buf *out, const uint8_t *p, size_t n)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < n; i += 3) {
        unsigned v = (unsigned)p[i] << 16 | (i + 1 < n ? (unsigned)p[i + 1] << 8 : 0) | (i + 2 < n ? p[i + 2] : 0);
        char c[4] = {digit[v >> 18], digit[v >> 12 & 63], i + 1 < n ? digit[v >> 6 & 63] : '=',
                     i + 2 < n ? digit[v & 63] : '='};
        buf_put(out, c, 4);
    }
}

// The picture as one image command in chunks; `place` says how many cells it fills, or is empty.
static void put_kitty(Buf *out, const uint8_t *data, size_t n, int width, int height, const char *place)
{
    size_t step = KITTY_CHUNK / 4 * 3;
    for (size_t at = 0; at < n; at += step) {
        size_t k = n - at < step ? n - at : step;
        int more = at + k < n;
        if (at == 0)
            buf_printf(out, "\033_Ga=T,f=24,o=z,q=2,s=%d,v=%d%s,m=%d;", width, height, place, more);
        else
            buf_printf(out, "\033_Gq=2,m=%d;", more);
        put_base64(out, data + at, k);
        buf_puts(out, "\033\\");
    }
    buf_putc(out, '\n');
}

static Status print_kitty(Buf *out, const Framebuffer *f)
{
    TermSize t = term_size();
    int width, height, limit_x = t.width, limit_y = t.height * (t.rows > 2 ? t.rows - 2 : 1) / t.rows;
    fit(f, limit_x < KITTY_MAX_SIDE ? limit_x : KITTY_MAX_SIDE, limit_y < KITTY_MAX_SIDE ? limit_y : KITTY_MAX_SIDE,
        &width, &height);
    size_t n = (size_t)width * (size_t)height * 3;
    uLongf packed = compressBound(n);
    uint8_t *px = scale_frame(f, width, height), *z = mem_alloc(packed);
    Status s = STATUS_OK;
    if (!px || !z || compress2(z, &packed, px, n, 1) != Z_OK) {
        s = status_fail(E_NO_MEMORY, "Unable to allocate memory: to show a picture.");
    } else {
        put_kitty(out, z, packed, width, height, "");
    }
    mem_free(px);
    mem_free(z);
    return s;
}

static Status term_present(void *state, GfxWindow *w, Rect r)
{
    (void)r; // the terminal scrolls: the picture is printed whole
    TermDevice *d = state;
    Buf out = BUF_INIT(MAX_OUTPUT);
    Framebuffer smooth = {0}, *f = &w->frame;
    if (w->is_smooth && smooth_matters(&w->drawing, f)) {
        STATUS_TRY(smooth_picture(&w->drawing, f, f->width, f->height, true, device_term.px_cm, &smooth));
        f = &smooth;
    }
    Status s = has_kitty() ? print_kitty(&out, f) : print_blocks(&out, f);
    frame_free(&smooth);
    if (status_ok(s) && !buf_ok(&out)) s = status_fail(E_NO_MEMORY, "Unable to allocate memory: to show a picture.");
    if (status_ok(s)) d->host->write(d->host->arg, out.p, out.len);
    buf_free(&out);
    return s;
}

const Device device_term = {.name = "TERM",
                            .idl_flags = 328124,
                            .flags = DEVICE_WINDOWS | DEVICE_FRAME,
                            .width = 640,
                            .height = 512,
                            .px_cm = 40,
                            .char_width = 6,
                            .char_height = 10,
                            .screen_width = 1280,
                            .screen_height = 1024,
                            .connect = term_connect,
                            .disconnect = term_disconnect,
                            .present = term_present};
