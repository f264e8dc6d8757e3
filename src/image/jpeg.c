// The JPEG codec, wrapping libjpeg-turbo; built as the module `jpeg`. Decoding writes each row straight to its place
// in the caller's memory, flipped and interleaved as asked. libjpeg reports errors by longjmp: all its calls are made
// inside decode_guarded and encode_guarded, whose locals do not change after setjmp. Start at jpeg_read.
#include "image/jpeg.h"

#include "base/mem.h"
#include "core/errors.h"
#include "image/source.h"
#include "sys/interrupt.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jerror.h>
#include <jpeglib.h>

#define MAX_SCANS        200             // of a progressive file; real ones have about ten
#define STOP_EVERY       64              // rows between questions whether to stop

// What error_exit needs: where to jump, and the text.
typedef struct Guard {
    struct jpeg_error_mgr mgr; // first: libjpeg knows the Guard by it
    jmp_buf jump;
    int code; // E_ of the failure
    char text[JMSG_LENGTH_MAX];
    char warning[JMSG_LENGTH_MAX]; // the first one
    struct jpeg_memory_mgr plain; // libjpeg's own methods
    int64_t claimed[JPOOL_NUMPOOLS], wanted; // bytes that count for it; those of virtual arrays not yet made
} Guard;

typedef struct Decoder {
    struct jpeg_decompress_struct info;
    struct jpeg_source_mgr source;
    struct jpeg_progress_mgr progress;
    Guard guard;
    SourceReader reader;
    bool at_end; // the source is used up and libjpeg lives on made-up end markers
    const JpegReadOptions *opt;
    JpegReadResult *res;
    bool cmyk, cmyk_inverted;
    uint8_t *out;  // the caller's memory
    int rows_done; // rows stored, from the top
} Decoder;

static void on_error(j_common_ptr info)
{
    Guard *g = (Guard *)info->err;
    info->err->format_message(info, g->text);
    int why = info->err->msg_code;  // it would go on in a file when its share is spent
    g->code = why == JERR_OUT_OF_MEMORY || why == JERR_NO_BACKING_STORE ? E_NO_MEMORY : E_IMAGE;
    longjmp(g->jump, 1);
}

static void on_message(j_common_ptr info, int level)
{
    Guard *g = (Guard *)info->err;
    if (level >= 0) return; // traces
    if (!g->warning[0]) info->err->format_message(info, g->warning);
    info->err->num_warnings++;
}

static void on_output(j_common_ptr info) { (void)info; }

static _Noreturn void refuse(Guard *g, int code, const char *text)
{
    snprintf(g->text, sizeof g->text, "%s", text);
    g->code = code;
    longjmp(g->jump, 1);
}

static struct jpeg_error_mgr *guard_init(Guard *g)
{
    jpeg_std_error(&g->mgr);
    g->mgr.error_exit = on_error;
    g->mgr.emit_message = on_message;
    g->mgr.output_message = on_output;
    return &g->mgr;
}

// --- libjpeg's memory: its manager has no hooks, so that its methods are wrapped

static void claim(j_common_ptr info, int pool, int64_t bytes)
{
    Guard *g = (Guard *)info->err;
    if (!mem_claim(bytes)) refuse(g, E_NO_MEMORY, "Unable to allocate memory: for the codec.");
    g->claimed[pool] += bytes;
}

static void unclaim(Guard *g, int pool)
{
    if (g->claimed[pool]) mem_unclaim(g->claimed[pool]);
    g->claimed[pool] = 0;
}

static void *alloc_small(j_common_ptr info, int pool, size_t n)
{
    claim(info, pool, (int64_t)n);
    return ((Guard *)info->err)->plain.alloc_small(info, pool, n);
}

static void *alloc_large(j_common_ptr info, int pool, size_t n)
{
    claim(info, pool, (int64_t)n);
    return ((Guard *)info->err)->plain.alloc_large(info, pool, n);
}

static JSAMPARRAY alloc_sarray(j_common_ptr info, int pool, JDIMENSION row, JDIMENSION rows)
{
    claim(info, pool, (int64_t)rows * ((int64_t)row * (int64_t)sizeof(JSAMPLE) + (int64_t)sizeof(JSAMPROW)));
    return ((Guard *)info->err)->plain.alloc_sarray(info, pool, row, rows);
}

static JBLOCKARRAY alloc_barray(j_common_ptr info, int pool, JDIMENSION row, JDIMENSION rows)
{
    claim(info, pool, (int64_t)rows * ((int64_t)row * (int64_t)sizeof(JBLOCK) + (int64_t)sizeof(JBLOCKROW)));
    return ((Guard *)info->err)->plain.alloc_barray(info, pool, row, rows);
}

static jvirt_sarray_ptr request_samples(j_common_ptr info, int pool, boolean zero, JDIMENSION row, JDIMENSION rows,
                                        JDIMENSION at_once)
{
    Guard *g = (Guard *)info->err;
    g->wanted += (int64_t)rows * ((int64_t)row * (int64_t)sizeof(JSAMPLE) + (int64_t)sizeof(JSAMPROW));
    return g->plain.request_virt_sarray(info, pool, zero, row, rows, at_once);
}

static jvirt_barray_ptr request_blocks(j_common_ptr info, int pool, boolean zero, JDIMENSION row, JDIMENSION rows,
                                       JDIMENSION at_once)
{
    Guard *g = (Guard *)info->err;
    g->wanted += (int64_t)rows * ((int64_t)row * (int64_t)sizeof(JBLOCK) + (int64_t)sizeof(JBLOCKROW));
    return g->plain.request_virt_barray(info, pool, zero, row, rows, at_once);
}

static void realize(j_common_ptr info)
{
    Guard *g = (Guard *)info->err;
    int64_t bytes = g->wanted;
    g->wanted = 0;
    claim(info, JPOOL_IMAGE, bytes);
    g->plain.realize_virt_arrays(info);
}

static void free_pool(j_common_ptr info, int pool)
{
    Guard *g = (Guard *)info->err;
    g->plain.free_pool(info, pool);
    unclaim(g, pool);
}

static void self_destruct(j_common_ptr info)
{
    Guard *g = (Guard *)info->err;
    g->plain.self_destruct(info);
    for (int pool = 0; pool < JPOOL_NUMPOOLS; pool++) unclaim(g, pool);
}

// When libjpeg has made its manager.
static void count_memory(j_common_ptr info)
{
    Guard *g = (Guard *)info->err;
    struct jpeg_memory_mgr *m = info->mem;
    g->plain = *m;
    m->alloc_small = alloc_small;
    m->alloc_large = alloc_large;
    m->alloc_sarray = alloc_sarray;
    m->alloc_barray = alloc_barray;
    m->request_virt_sarray = request_samples;
    m->request_virt_barray = request_blocks;
    m->realize_virt_arrays = realize;
    m->free_pool = free_pool;
    m->self_destruct = self_destruct;
    m->max_memory_to_use = 0;  // all that is asked for, or the failure above: no files
}

// --- the source

static void source_begin(j_decompress_ptr info) { (void)info; }

static boolean source_fill(j_decompress_ptr info)
{
    static const JOCTET end_marker[2] = {0xFF, JPEG_EOI};
    Decoder *d = info->client_data;
    const uint8_t *p = NULL;
    size_t n = d->at_end ? 0 : source_next(&d->reader, &p);
    if (n == 0) {
        if (!d->at_end && d->reader.src.size == 0 && info->src->next_input_byte == NULL)
            ERREXIT(info, JERR_INPUT_EMPTY);
        if (!d->at_end) WARNMS(info, JWRN_JPEG_EOF);
        d->at_end = true;
        p = end_marker;
        n = sizeof end_marker;
    }
    info->src->next_input_byte = p;
    info->src->bytes_in_buffer = n;
    return TRUE;
}

static void source_skip(j_decompress_ptr info, long n)
{
    Decoder *d = info->client_data;
    while (n > (long)info->src->bytes_in_buffer && !d->at_end) {
        n -= (long)info->src->bytes_in_buffer;
        source_fill(info);
    }
    if (d->at_end || n <= 0) return;
    info->src->next_input_byte += n;
    info->src->bytes_in_buffer -= (size_t)n;
}

static void source_finish(j_decompress_ptr info) { (void)info; }

static bool wants_stop(const Decoder *d) { return d->opt->stop && d->opt->stop(d->opt->stop_arg); }

// Called by libjpeg as it works through the scans of a progressive file.
static void on_progress(j_common_ptr info)
{
    Decoder *d = info->client_data;
    if (d->info.input_scan_number > MAX_SCANS) refuse(&d->guard, E_IMAGE, "file has too many scans");
    if (wants_stop(d)) refuse(&d->guard, E_INTERRUPT, "Interrupted.");
}

// --- decoding

// Chooses the output colours from the header and the options.
static void choose_output(Decoder *d)
{
    struct jpeg_decompress_struct *info = &d->info;
    const JpegReadOptions *opt = d->opt;
    d->cmyk = info->jpeg_color_space == JCS_CMYK || info->jpeg_color_space == JCS_YCCK;
    d->cmyk_inverted = info->saw_Adobe_marker;
    if (d->cmyk) {
        info->out_color_space = JCS_CMYK;
    } else if (opt->grayscale || info->num_components < 3) {
        info->out_color_space = JCS_GRAYSCALE;
    } else {
        info->out_color_space = JCS_RGB;
        if (opt->colors > 0) {
            static const J_DITHER_MODE modes[] = {JDITHER_NONE, JDITHER_FS, JDITHER_ORDERED};
            info->quantize_colors = TRUE;
            info->desired_number_of_colors = opt->colors;
            info->two_pass_quantize = opt->two_pass;
            info->dither_mode = modes[opt->dither >= 0 && opt->dither <= 2 ? opt->dither : 1];
        }
    }
}

// Asks the caller for the memory of the image.
static void place_image(Decoder *d)
{
    struct jpeg_decompress_struct *info = &d->info;
    jpeg_calc_output_dimensions(info);
    int64_t pixels = (int64_t)info->output_width * info->output_height;
    if (pixels > IMAGE_MAX_PIXELS) refuse(&d->guard, E_IMAGE, "image is too large");
    if (source_is_bomb(&d->reader, pixels)) refuse(&d->guard, E_IMAGE, "file is too short for the size it declares");
    bool is_flat = info->quantize_colors || info->out_color_space == JCS_GRAYSCALE || (d->cmyk && d->opt->grayscale);
    d->res->pixels = (Pixels){info->output_width, info->output_height, is_flat ? 1 : 3, 8, NULL};
    d->out = d->opt->place(d->opt->place_arg, &d->res->pixels);
    if (!d->out) refuse(&d->guard, E_NO_MEMORY, "Unable to allocate memory: for the image.");
    d->res->pixels.data = d->out;
}

static size_t memory_row(const Decoder *d, int y)
{
    return (size_t)(d->opt->bottom_up ? (int)d->info.output_height - 1 - y : y);
}

// Turns a CMYK row into RGB or grey in place.
static void convert_cmyk(const Decoder *d, uint8_t *row)
{
    unsigned flip = d->cmyk_inverted ? 0 : 255;
    int channels = d->res->pixels.channels;
    for (size_t x = 0; x < d->info.output_width; x++) {
        const uint8_t *p = row + 4 * x;
        unsigned k = p[3] ^ flip;
        unsigned rgb[3];
        for (int c = 0; c < 3; c++) rgb[c] = ((p[c] ^ flip) * k + 127) / 255;
        if (channels == 1) {
            row[x] = (uint8_t)((299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2] + 500) / 1000);
        } else {
            for (int c = 0; c < 3; c++) row[3 * x + (size_t)c] = (uint8_t)rgb[c];
        }
    }
}

// Stores an RGB or grey row for interleaving 2 and 3, and rows that had to be converted.
static void store_row(const Decoder *d, const uint8_t *row, int y)
{
    size_t w = d->info.output_width, h = d->info.output_height, at = memory_row(d, y);
    int channels = d->res->pixels.channels;
    if (channels == 1 || d->opt->interleave <= 1) {
        memcpy(d->out + at * w * (size_t)channels, row, w * (size_t)channels);
        return;
    }
    size_t step = d->opt->interleave == 2 ? w : w * h;
    uint8_t *r = d->out + at * (d->opt->interleave == 2 ? 3 * w : w), *g = r + step, *b = g + step;
    for (size_t x = 0; x < w; x++) {
        r[x] = row[3 * x];
        g[x] = row[3 * x + 1];
        b[x] = row[3 * x + 2];
    }
}

static void read_rows(Decoder *d)
{
    struct jpeg_decompress_struct *info = &d->info;
    size_t w = info->output_width, channels = (size_t)d->res->pixels.channels;
    bool is_direct = !d->cmyk && (channels == 1 || d->opt->interleave <= 1);
    JSAMPROW row = NULL;
    if (!is_direct) {
        row = info->mem->alloc_large((j_common_ptr)info, JPOOL_IMAGE, w * (d->cmyk ? 4 : 3));
    }
    while (info->output_scanline < info->output_height) {
        int y = (int)info->output_scanline;
        if (y % STOP_EVERY == 0 && wants_stop(d)) refuse(&d->guard, E_INTERRUPT, "Interrupted.");
        if (is_direct) {
            row = d->out + memory_row(d, y) * w * channels;
            jpeg_read_scanlines(info, &row, 1);
        } else {
            jpeg_read_scanlines(info, &row, 1);
            if (d->cmyk) convert_cmyk(d, row);
            store_row(d, row, y);
        }
        d->rows_done = y + 1;
    }
}

static void take_palette(Decoder *d)
{
    struct jpeg_decompress_struct *info = &d->info;
    if (!info->quantize_colors || !info->colormap) return;
    int n = info->actual_number_of_colors;
    d->res->palette_size = n;
    for (int c = 0; c < 3; c++) memcpy(d->res->palette[c], info->colormap[c], (size_t)n);
}

static void decode(Decoder *d)
{
    struct jpeg_decompress_struct *info = &d->info;
    info->progress = &d->progress;
    d->progress.progress_monitor = on_progress;
    d->source.init_source = source_begin;
    d->source.fill_input_buffer = source_fill;
    d->source.skip_input_data = source_skip;
    d->source.resync_to_restart = jpeg_resync_to_restart;
    d->source.term_source = source_finish;
    info->src = &d->source;
    jpeg_read_header(info, TRUE);
    choose_output(d);
    place_image(d);
    jpeg_start_decompress(info);
    take_palette(d);
    read_rows(d);
    jpeg_finish_decompress(info);
}

// All calls of libjpeg; false when it failed (the reason is in the guard).
static bool decode_guarded(Decoder *d)
{
    d->info.err = guard_init(&d->guard);
    d->info.client_data = d;
    if (setjmp(d->guard.jump)) return false;
    jpeg_create_decompress(&d->info);
    count_memory((j_common_ptr)&d->info);
    d->info.client_data = d;
    decode(d);
    return true;
}

// Blackens the rows that never came.
static void blank_rows(Decoder *d)
{
    static const uint8_t nothing[4096];
    size_t w = d->info.output_width;
    for (int y = d->rows_done; y < (int)d->info.output_height; y++) {
        if (d->res->pixels.channels == 1 || d->opt->interleave <= 1) {
            memset(d->out + memory_row(d, y) * w * (size_t)d->res->pixels.channels, 0,
                   w * (size_t)d->res->pixels.channels);
        } else if (3 * w <= sizeof nothing) {
            store_row(d, nothing, y);
        } else {
            size_t h = d->info.output_height, at = memory_row(d, y);
            size_t step = d->opt->interleave == 2 ? w : w * h;
            uint8_t *r = d->out + at * (d->opt->interleave == 2 ? 3 * w : w);
            for (int c = 0; c < 3; c++) memset(r + (size_t)c * step, 0, w);
        }
    }
}

// The bytes after the image.
static Status keep_rest(Decoder *d)
{
    size_t n = d->source.bytes_in_buffer;
    if (d->reader.src.path || d->at_end || n == 0) return STATUS_OK;
    d->res->rest = mem_alloc(n);
    if (!d->res->rest) return status_fail(E_NO_MEMORY, "Unable to allocate memory: for what follows the image.");
    memcpy(d->res->rest, d->source.next_input_byte, n);
    d->res->rest_size = n;
    return STATUS_OK;
}

static Status jpeg_read(const ImageSource *src, const JpegReadOptions *opt, JpegReadResult *res)
{
    *res = (JpegReadResult){.palette_size = 0};
    Decoder *d = mem_zalloc(sizeof *d);
    if (!d) return status_fail(E_NO_MEMORY, "Unable to allocate memory: to decode an image.");
    d->opt = opt;
    d->res = res;
    Status s = source_start(&d->reader, src);
    if (!status_ok(s)) goto out;
    if (!decode_guarded(d)) {
        if (d->rows_done == 0 || d->guard.code == E_INTERRUPT) {
            s = status_fail(d->guard.code, "%s", d->guard.text);
            goto end;
        }
        if (!d->guard.warning[0]) memcpy(d->guard.warning, d->guard.text, sizeof d->guard.warning);
        blank_rows(d);
    }
    if (d->guard.warning[0]) res->warning = mem_strdup(d->guard.warning);
    s = keep_rest(d);
end:
    jpeg_destroy_decompress(&d->info);
    source_end(&d->reader);
out:
    mem_free(d);
    return s;
}

// --- encoding

typedef struct Encoder {
    struct jpeg_compress_struct info;
    struct jpeg_destination_mgr dest;
    Guard guard;
    const uint8_t *data;
    const JpegWriteOptions *opt;
    Buf *out;
    JOCTET chunk[65536];
} Encoder;

static void dest_begin(j_compress_ptr info)
{
    Encoder *e = info->client_data;
    e->dest.next_output_byte = e->chunk;
    e->dest.free_in_buffer = sizeof e->chunk;
}

static boolean dest_empty(j_compress_ptr info)
{
    Encoder *e = info->client_data;
    buf_put(e->out, e->chunk, sizeof e->chunk);
    if (!buf_ok(e->out)) refuse(&e->guard, E_NO_MEMORY, "Unable to allocate memory: for the JPEG file.");
    dest_begin(info);
    return TRUE;
}

static void dest_finish(j_compress_ptr info)
{
    Encoder *e = info->client_data;
    buf_put(e->out, e->chunk, sizeof e->chunk - e->dest.free_in_buffer);
    if (!buf_ok(e->out)) refuse(&e->guard, E_NO_MEMORY, "Unable to allocate memory: for the JPEG file.");
}

// The row to encode: in the caller's memory, or gathered into `row`.
static const uint8_t *gather_row(const Encoder *e, int y, uint8_t *row)
{
    const JpegWriteOptions *opt = e->opt;
    size_t w = (size_t)opt->width, h = (size_t)opt->height;
    size_t at = opt->bottom_up ? h - 1 - (size_t)y : (size_t)y;
    if (opt->interleave <= 1) return e->data + at * w * (opt->interleave == 1 ? 3 : 1);
    size_t step = opt->interleave == 2 ? w : w * h;
    const uint8_t *r = e->data + at * (opt->interleave == 2 ? 3 * w : w);
    for (size_t x = 0; x < w; x++) {
        row[3 * x] = r[x];
        row[3 * x + 1] = r[x + step];
        row[3 * x + 2] = r[x + 2 * step];
    }
    return row;
}

static void encode(Encoder *e)
{
    struct jpeg_compress_struct *info = &e->info;
    e->dest.init_destination = dest_begin;
    e->dest.empty_output_buffer = dest_empty;
    e->dest.term_destination = dest_finish;
    info->dest = &e->dest;
    info->image_width = (JDIMENSION)e->opt->width;
    info->image_height = (JDIMENSION)e->opt->height;
    info->input_components = e->opt->interleave ? 3 : 1;
    info->in_color_space = e->opt->interleave ? JCS_RGB : JCS_GRAYSCALE;
    jpeg_set_defaults(info);
    jpeg_set_quality(info, e->opt->quality, TRUE);
    if (e->opt->progressive) jpeg_simple_progression(info);
    jpeg_start_compress(info, TRUE);
    uint8_t *row = info->mem->alloc_large((j_common_ptr)info, JPOOL_IMAGE, 3 * (size_t)e->opt->width);
    for (int y = 0; y < e->opt->height; y++) {
        if (sys_interrupted()) refuse(&e->guard, E_INTERRUPT, "Interrupted.");
        JSAMPROW p = (JSAMPROW)gather_row(e, y, row);
        jpeg_write_scanlines(info, &p, 1);
    }
    jpeg_finish_compress(info);
}

static bool encode_guarded(Encoder *e)
{
    e->info.err = guard_init(&e->guard);
    if (setjmp(e->guard.jump)) return false;
    jpeg_create_compress(&e->info);
    count_memory((j_common_ptr)&e->info);
    e->info.client_data = e;
    encode(e);
    return true;
}

static Status jpeg_write(const uint8_t *data, const JpegWriteOptions *opt, Buf *out)
{
    if (opt->width < 1 || opt->height < 1 || opt->width > JPEG_MAX_DIMENSION || opt->height > JPEG_MAX_DIMENSION) {
        return status_fail(E_IMAGE, "A JPEG file holds 1 to %ld pixels each way.", JPEG_MAX_DIMENSION);
    }
    Encoder *e = mem_zalloc(sizeof *e);
    if (!e) return status_fail(E_NO_MEMORY, "Unable to allocate memory: to encode an image.");
    e->data = data;
    e->opt = opt;
    e->out = out;
    Status s = STATUS_OK;
    if (!encode_guarded(e)) s = status_fail(e->guard.code, "%s", e->guard.text);
    jpeg_destroy_compress(&e->info);
    mem_free(e);
    return s;
}

extern const JpegCodec helio_jpeg_table;
const JpegCodec helio_jpeg_table = {jpeg_read, jpeg_write};
