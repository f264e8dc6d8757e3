// The PNG codec, wrapping libpng; built as the module `png`. Rows are decoded straight into the caller's memory.
// libpng reports errors by longjmp: all its calls are made inside read_guarded and write_guarded, whose locals do not
// change after setjmp. Start at png_read.
#include "image/png.h"

#include "base/mem.h"
#include "core/errors.h"
#include "image/source.h"
#include "sys/interrupt.h"

#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <png.h>

#define MAX_CHUNKS      1000 // ancillary ones kept
#define MAX_CHUNK_BYTES ((png_alloc_size_t)8 << 20)
#define STOP_EVERY      64 // rows between questions whether to stop

typedef struct Guard {
    int code; // E_ of the failure
    char text[200];
    char warning[200]; // the first one
} Guard;

typedef struct Reader {
    png_structp png;
    png_infop info;
    Guard guard;
    SourceReader source;
    const uint8_t *p; // bytes not yet given to libpng
    size_t n;
    const PngReadOptions *opt;
    PngReadResult *res;
    int64_t rows_done;
    int passes;
} Reader;

static _Noreturn void on_error(png_structp png, png_const_charp text)
{
    Guard *g = png_get_error_ptr(png);
    if (!g->code) {
        g->code = E_IMAGE;
        snprintf(g->text, sizeof g->text, "PNG: %s", text);
    }
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text)
{
    Guard *g = png_get_error_ptr(png);
    if (!g->warning[0]) snprintf(g->warning, sizeof g->warning, "PNG: %s", text);
}

static _Noreturn void refuse(png_structp png, int code, const char *text)
{
    Guard *g = png_get_error_ptr(png);
    g->code = code;
    snprintf(g->text, sizeof g->text, "%s", text);
    png_error(png, text);
}

static void on_read(png_structp png, png_bytep to, size_t n)
{
    Reader *r = png_get_io_ptr(png);
    while (n > 0) {
        if (r->n == 0) r->n = source_next(&r->source, &r->p);
        if (r->n == 0) refuse(png, E_IMAGE, "PNG: Premature end of file");
        size_t k = n < r->n ? n : r->n;
        memcpy(to, r->p, k);
        r->p += k;
        r->n -= k;
        to += k;
        n -= k;
    }
}

// libpng's memory, zlib's included.
static png_voidp get_memory(png_structp png, png_alloc_size_t n)
{
    Guard *g = png_get_mem_ptr(png);
    void *p = mem_alloc(n);
    if (!p && !g->code) {
        g->code = E_NO_MEMORY;
        snprintf(g->text, sizeof g->text, "Unable to allocate memory: for the codec.");
    }
    return p;
}

static void give_memory(png_structp png, png_voidp p)
{
    (void)png;
    mem_free(p);
}

static void take_palette(Reader *r)
{
    png_colorp colors = NULL;
    int n = 0;
    if (!png_get_PLTE(r->png, r->info, &colors, &n)) return;
    r->res->palette_size = n > 256 ? 256 : n;
    for (int i = 0; i < r->res->palette_size; i++) {
        r->res->palette[0][i] = colors[i].red;
        r->res->palette[1][i] = colors[i].green;
        r->res->palette[2][i] = colors[i].blue;
    }
    png_bytep alpha = NULL;
    if (png_get_tRNS(r->png, r->info, &alpha, &n, NULL) && alpha && n > 0) {
        r->res->alpha_size = n > 256 ? 256 : n;
        memcpy(r->res->alpha, alpha, (size_t)r->res->alpha_size);
    }
}

// Reads the header and sets the conversions.
static void read_header(Reader *r)
{
    png_structp png = r->png;
    png_set_user_limits(png, IMAGE_MAX_SIDE, IMAGE_MAX_SIDE);
    png_set_chunk_cache_max(png, MAX_CHUNKS);
    png_set_chunk_malloc_max(png, MAX_CHUNK_BYTES);
    png_set_read_fn(png, r, on_read);
    png_read_info(png, r->info);
    png_byte type = png_get_color_type(png, r->info), bits = png_get_bit_depth(png, r->info);
    if (type == PNG_COLOR_TYPE_PALETTE) {
        take_palette(r);
        png_set_packing(png);
    } else {
        if (bits < 8) png_set_expand_gray_1_2_4_to_8(png);
        if (png_get_valid(png, r->info, PNG_INFO_tRNS)) png_set_tRNS_to_alpha(png);
    }
    if (bits == 16) png_set_swap(png);
    r->passes = png_set_interlace_handling(png);
    png_read_update_info(png, r->info);
}

static void place_image(Reader *r)
{
    png_structp png = r->png;
    int64_t w = png_get_image_width(png, r->info), h = png_get_image_height(png, r->info);
    if (w * h > IMAGE_MAX_PIXELS) refuse(png, E_IMAGE, "PNG: image is too large");
    if (source_is_bomb(&r->source, w * h)) {
        refuse(png, E_IMAGE, "PNG: file is too short for the size it declares");
    }
    Pixels *p = &r->res->pixels;
    *p = (Pixels){w, h, png_get_channels(png, r->info), png_get_bit_depth(png, r->info), NULL};
    if (pixels_row_bytes(p) != png_get_rowbytes(png, r->info)) refuse(png, E_IMAGE, "PNG: unexpected row size");
    void *data = r->opt->place(r->opt->place_arg, p);
    if (!data) refuse(png, E_NO_MEMORY, "Unable to allocate memory: for the image.");
    p->data = data;
    // The passes of an interlaced image write only their pixels; a damaged file leaves rows unwritten.
    memset(data, 0, pixels_row_bytes(p) * (size_t)h);
}

static void read_rows(Reader *r)
{
    const Pixels *p = &r->res->pixels;
    size_t bytes = pixels_row_bytes(p);
    for (int pass = 0; pass < r->passes; pass++) {
        for (int64_t y = 0; y < p->height; y++) {
            if (y % STOP_EVERY == 0 && r->opt->stop && r->opt->stop(r->opt->stop_arg)) {
                refuse(r->png, E_INTERRUPT, "Interrupted.");
            }
            int64_t at = r->opt->bottom_up ? p->height - 1 - y : y;
            png_read_row(r->png, (png_bytep)p->data + (size_t)at * bytes, NULL);
            r->rows_done++;
        }
    }
    png_read_end(r->png, NULL);
}

// All calls of libpng; false when it failed (the reason is in the guard).
static bool read_guarded(Reader *r)
{
    Guard *g = &r->guard;
    r->png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, g, on_error, on_warning, g, get_memory, give_memory);
    if (!r->png || setjmp(png_jmpbuf(r->png))) return false;
    r->info = png_create_info_struct(r->png);
    if (!r->info) refuse(r->png, E_NO_MEMORY, "Unable to allocate memory: to decode an image.");
    read_header(r);
    place_image(r);
    read_rows(r);
    return true;
}

static Status png_read(const ImageSource *src, const PngReadOptions *opt, PngReadResult *res)
{
    *res = (PngReadResult){.palette_size = 0};
    Reader *r = mem_zalloc(sizeof *r);
    if (!r) return status_fail(E_NO_MEMORY, "Unable to allocate memory: to decode an image.");
    r->opt = opt;
    r->res = res;
    Status s = source_start(&r->source, src);
    if (!status_ok(s)) goto out;
    if (!read_guarded(r)) {
        if (!r->guard.code) r->guard.code = E_NO_MEMORY;
        if (r->rows_done == 0 || r->guard.code == E_INTERRUPT) {
            s = status_fail(r->guard.code, "%s", r->guard.text);
        } else if (!r->guard.warning[0]) {
            memcpy(r->guard.warning, r->guard.text, sizeof r->guard.warning);
        }
    }
    if (status_ok(s) && r->guard.warning[0]) res->warning = mem_strdup(r->guard.warning);
    png_destroy_read_struct(&r->png, &r->info, NULL);
    source_end(&r->source);
out:
    mem_free(r);
    return s;
}

// --- writing

typedef struct Writer {
    png_structp png;
    png_infop info;
    Guard guard;
    const Pixels *pixels;
    const PngWriteOptions *opt;
    Buf *out;
} Writer;

static void on_write(png_structp png, png_bytep p, size_t n)
{
    Writer *w = png_get_io_ptr(png);
    buf_put(w->out, p, n);
    if (!buf_ok(w->out)) refuse(png, E_NO_MEMORY, "Unable to allocate memory: for the PNG file.");
}

static void on_flush(png_structp png) { (void)png; }

static void put_palette(Writer *w)
{
    const PngWriteOptions *opt = w->opt;
    png_color colors[256];
    for (int i = 0; i < opt->palette_size; i++) {
        colors[i] = (png_color){opt->palette[0][i], opt->palette[1][i], opt->palette[2][i]};
    }
    png_set_PLTE(w->png, w->info, colors, opt->palette_size);
    if (opt->alpha_size > 0) png_set_tRNS(w->png, w->info, opt->alpha, opt->alpha_size, NULL);
}

static void put_header(Writer *w)
{
    static const int types[] = {0, PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                                PNG_COLOR_TYPE_RGB_ALPHA};
    const Pixels *p = w->pixels;
    const PngWriteOptions *opt = w->opt;
    bool is_indexed = opt->palette_size > 0 && p->channels == 1 && p->bits == 8;
    png_set_write_fn(w->png, w, on_write, on_flush);
    if (opt->compression >= 0) png_set_compression_level(w->png, opt->compression > 9 ? 9 : opt->compression);
    png_set_IHDR(w->png, w->info, (png_uint_32)p->width, (png_uint_32)p->height, p->bits,
                 is_indexed ? PNG_COLOR_TYPE_PALETTE : types[p->channels], PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (is_indexed) put_palette(w);
    if (opt->x_dpi > 0 || opt->y_dpi > 0) {
        double x = opt->x_dpi > 0 ? opt->x_dpi : opt->y_dpi, y = opt->y_dpi > 0 ? opt->y_dpi : opt->x_dpi;
        double most = 0x7fffffff * 0.0254;
        x = x > most ? most : x;
        y = y > most ? most : y;
        png_set_pHYs(w->png, w->info, (png_uint_32)fmin(x / 0.0254 + 0.5, 0x7fffffff),
                     (png_uint_32)fmin(y / 0.0254 + 0.5, 0x7fffffff), PNG_RESOLUTION_METER);
    }
    png_write_info(w->png, w->info);
    if (p->bits == 16) png_set_swap(w->png);
}

static bool write_guarded(Writer *w)
{
    Guard *g = &w->guard;
    w->png = png_create_write_struct_2(PNG_LIBPNG_VER_STRING, g, on_error, on_warning, g, get_memory, give_memory);
    if (!w->png || setjmp(png_jmpbuf(w->png))) return false;
    w->info = png_create_info_struct(w->png);
    if (!w->info) refuse(w->png, E_NO_MEMORY, "Unable to allocate memory: to encode an image.");
    put_header(w);
    const Pixels *p = w->pixels;
    size_t bytes = pixels_row_bytes(p);
    for (int64_t y = 0; y < p->height; y++) {
        int64_t at = w->opt->bottom_up ? p->height - 1 - y : y;
        if (sys_interrupted()) refuse(w->png, E_INTERRUPT, "Interrupted.");
        png_write_row(w->png, (png_const_bytep)p->data + (size_t)at * bytes);
    }
    png_write_end(w->png, w->info);
    return true;
}

static Status png_write(const Pixels *p, const PngWriteOptions *opt, Buf *out)
{
    if (p->width < 1 || p->height < 1 || p->width > IMAGE_MAX_SIDE || p->height > IMAGE_MAX_SIDE || p->channels < 1 ||
        p->channels > 4) {
        return status_fail(E_IMAGE, "A PNG file holds 1 to 4 channels of 1 to %d pixels each way.", IMAGE_MAX_SIDE);
    }
    Writer w = {.pixels = p, .opt = opt, .out = out};
    Status s = STATUS_OK;
    if (!write_guarded(&w)) s = status_fail(w.guard.code ? w.guard.code : E_NO_MEMORY, "%s", w.guard.text);
    png_destroy_write_struct(&w.png, &w.info);
    return s;
}

extern const PngCodec helio_png_table;
const PngCodec helio_png_table = {png_read, png_write};
