// The device TERM: pictures in the terminal itself, as kitty's, iTerm2's or sixel graphics where the terminal says that it has
// them, else as half-block characters in 24-bit colour. A window is printed, scaled down to fit, when the program pauses with
// something new drawn in it. HELIO_TERM overrides the choice. Start at term_present.
#include "gfx/device.h"
#include "gfx/smooth.h"
#include "gfx/term_ask.h"
#include "gfx/term_pictures.h"

#include "base/mem.h"
#include "core/errors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define MAX_OUTPUT  ((size_t)512 << 20)
#define KITTY_SIDE  10000 // what kitty takes
#define USUAL_CELL  (Cell){8, 16}
enum { ROWS_LEFT = 2 };   // for the prompt and what was typed

typedef enum Way { WAY_BLOCKS, WAY_KITTY, WAY_ITERM, WAY_SIXEL, WAYS } Way;
static const char *const way_names[WAYS] = {"blocks", "kitty", "iterm2", "sixel"};

typedef struct TermDevice {
    const GfxHost *host;
    unsigned pictures; // shown so far
} TermDevice;

typedef struct Cell {
    double width, height; // of a character, pixels
} Cell;

static Status term_connect(const DeviceSetup *setup, void **state)
{
    TermDevice *d = mem_must(sizeof *d);
    *d = (TermDevice){.host = setup->host};
    *state = d;
    return STATUS_OK;
}

static void term_disconnect(void *state) { mem_free(state); }

// --- which way, and how large

// Of a terminal that cannot be asked: what it has put into the environment.
static Way way_by_environment(void)
{
    const char *term = getenv("TERM"), *program = getenv("TERM_PROGRAM");
    if (getenv("TMUX") || getenv("STY")) return WAY_BLOCKS; // they do not pass pictures on
    if (getenv("KITTY_WINDOW_ID") || getenv("KONSOLE_VERSION") || getenv("GHOSTTY_RESOURCES_DIR")) return WAY_KITTY;
    if (term && (strstr(term, "kitty") || strstr(term, "ghostty"))) return WAY_KITTY;
    if (!program) return WAY_BLOCKS;
    if (strcmp(program, "WezTerm") == 0 || strcmp(program, "ghostty") == 0) return WAY_KITTY;
    return strcmp(program, "iTerm.app") == 0 ? WAY_ITERM : WAY_BLOCKS;
}

static Status choose_way(const TermAnswers *a, Way *way)
{
    const char *choice = getenv("HELIO_TERM");
    if (choice && *choice) {
        for (int i = 0; i < WAYS; i++) {
            *way = (Way)i;
            if (strcmp(choice, way_names[i]) == 0) return STATUS_OK;
        }
        return status_fail(E_VALUE, "HELIO_TERM is kitty, iterm2, sixel or blocks, not: %s", choice);
    }
    bool is_iterm = a->has_iterm || strncmp(a->name, "iTerm2", 6) == 0;
    if (a->has_kitty || is_iterm || a->has_sixel)
        *way = a->has_kitty ? WAY_KITTY : is_iterm ? WAY_ITERM : WAY_SIXEL;
    else
        *way = a->is_done ? WAY_BLOCKS : way_by_environment();
    return STATUS_OK;
}

static struct winsize term_cells(void)
{
    struct winsize ws = {0};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) < 0 || !ws.ws_col || !ws.ws_row)
        ws = (struct winsize){.ws_col = 80, .ws_row = 24};
    return ws;
}

// As the terminal has answered, or told the system; else as usual.
static Cell term_cell(const TermAnswers *a, const struct winsize *ws, Way way)
{
    if (way == WAY_ITERM && a->has_iterm) return (Cell){a->iterm_cell[0], a->iterm_cell[1]};
    if (ws->ws_xpixel >= ws->ws_col && ws->ws_ypixel >= ws->ws_row)
        return (Cell){(double)ws->ws_xpixel / ws->ws_col, (double)ws->ws_ypixel / ws->ws_row};
    if (a->cell_width > 0 && a->cell_height > 0) return (Cell){a->cell_width, a->cell_height};
    if (a->area_width >= ws->ws_col && a->area_height >= ws->ws_row)
        return (Cell){(double)a->area_width / ws->ws_col, (double)a->area_height / ws->ws_row};
    return USUAL_CELL;
}

static double least(double a, double b) { return a < b ? a : b; }

// The largest picture that leaves room for the prompt.
static void room_for(Way way, const TermAnswers *a, int *width, int *height)
{
    struct winsize ws = term_cells();
    Cell cell = way == WAY_BLOCKS ? (Cell){1, 2} : term_cell(a, &ws, way);
    int rows = ws.ws_row > ROWS_LEFT ? ws.ws_row - ROWS_LEFT : 1;
    double w = ws.ws_col * cell.width, h = rows * cell.height;
    if (way == WAY_KITTY) w = least(w, KITTY_SIDE), h = least(h, KITTY_SIDE);
    if (way == WAY_SIXEL && a->sixel_width && a->sixel_height) w = least(w, a->sixel_width), h = least(h, a->sixel_height);
    *width = (int)least(w, FRAME_MAX_SIDE);
    *height = (int)least(h, FRAME_MAX_SIDE);
}

// f in the size of `to`: each new pixel is the mean of those it covers.
static void scale_frame(const Framebuffer *f, const Framebuffer *to)
{
    const int width = to->width, height = to->height;
    uint8_t *out = to->px;
    for (int y = 0; y < height; y++) {
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

// The window in that size, smooth if it is to be; free *out with frame_free.
static Status make_picture(GfxWindow *w, int width, int height, const LabelTaker *labels, Framebuffer *out)
{
    const Framebuffer *f = &w->frame;
    if (w->is_smooth && smooth_matters(&w->drawing, f))
        return smooth_picture(&w->drawing, f, width, height, true, device_term.px_cm, labels, out);
    STATUS_TRY(frame_init(out, width, height, 3));
    scale_frame(f, out);
    return STATUS_OK;
}

// Where blocks are too coarse for letters, level texts are characters.
static Status print_blocks(Buf *out, GfxWindow *w, int width, int height)
{
    TermTexts texts;
    Framebuffer picture;
    STATUS_TRY(term_texts_init(&texts, width, height));
    Status s = make_picture(w, width, height, &(LabelTaker){term_texts_take, &texts}, &picture);
    if (status_ok(s)) {
        term_blocks(out, &picture, &texts);
        frame_free(&picture);
    }
    term_texts_free(&texts);
    return s;
}

// tmux is there, and the program says (HELIO_TERM) that it passes kitty's pictures on.
static Status relay(Buf *out, const Framebuffer *f, unsigned number)
{
    struct winsize ws = term_cells();
    Cell cell = term_cell(term_ask(), &ws, WAY_KITTY);
    int columns = (int)ceil(f->width / cell.width), rows = (int)ceil(f->height / cell.height);
    columns = columns < ws.ws_col ? columns : ws.ws_col;
    return term_kitty_relayed(out, f, columns, rows < TERM_RELAYED_ROWS ? rows : TERM_RELAYED_ROWS, number);
}

static Status print_picture(Buf *out, GfxWindow *w, unsigned number)
{
    const TermAnswers *a = term_ask();
    Way way;
    STATUS_TRY(choose_way(a, &way));
    int width, height, room_x, room_y;
    room_for(way, a, &room_x, &room_y);
    fit(&w->frame, room_x, room_y, &width, &height);
    if (way == WAY_BLOCKS) return print_blocks(out, w, width, height);
    Framebuffer picture;
    STATUS_TRY(make_picture(w, width, height, NULL, &picture));
    Status s = STATUS_OK;
    switch (way) {
    case WAY_KITTY: s = getenv("TMUX") ? relay(out, &picture, number) : term_kitty(out, &picture); break;
    case WAY_ITERM: s = term_iterm(out, &picture); break;
    case WAY_SIXEL: s = term_sixel(out, &picture, a->registers); break;
    default: break;
    }
    frame_free(&picture);
    return s;
}

static Status term_present(void *state, GfxWindow *w, Rect r)
{
    (void)r; // the terminal scrolls: the picture is printed whole
    TermDevice *d = state;
    Buf out = BUF_INIT(MAX_OUTPUT);
    Status s = print_picture(&out, w, ((unsigned)getpid() << 8) + d->pictures++);
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
