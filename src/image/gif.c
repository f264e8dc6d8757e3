// The GIF codec, wrapping giflib; built as the module `gif`. A file is read from memory, at its beginning or from a
// later image on: giflib then sees the header, and behind it what comes from there. Start at gif_read.
#include "image/gif.h"

#include "base/mem.h"
#include "core/errors.h"
#include "sys/interrupt.h"

#include <limits.h>
#include <string.h>

#include <gif_lib.h>

#define HEADER          13   // signature and screen
#define PIXELS_PER_BYTE 4096 // more than a code of LZW stands for
#define UNSUSPECTED     ((int64_t)1 << 20)
#define STOP_EVERY      64 // rows between questions whether to stop

typedef struct Reader {
    const uint8_t *p;
    size_t size, at, jump_from, jump_to;
    GifFileType *gif;
    const GifReadOptions *opt;
    GifReadResult *res;
} Reader;

static int on_read(GifFileType *gif, GifByteType *to, int n)
{
    Reader *r = gif->UserData;
    int got = 0;
    while (got < n && r->at < r->size) {
        if (r->at == r->jump_from) r->at = r->jump_to, r->jump_from = SIZE_MAX;
        if (r->at >= r->size) break;
        to[got++] = r->p[r->at++];
    }
    return got;
}

static Status failure(int code, const char *otherwise)
{
    const char *text = code ? GifErrorString(code) : NULL;
    if (code == D_GIF_ERR_NOT_ENOUGH_MEM || code == E_GIF_ERR_NOT_ENOUGH_MEM)
        return status_fail(E_NO_MEMORY, "Unable to allocate memory: for the codec.");
    return status_fail(E_IMAGE, "GIF: %s.", text ? text : otherwise);
}

static void take_control(GifControl *g, const GifByteType *block)
{
    if (block[0] < 4) return;
    *g = (GifControl){true, block[2] | block[3] << 8, block[1] >> 2 & 7, block[1] & 1 ? block[4] : -1,
                      block[1] >> 1 & 1};
}

static Status read_extension(Reader *r)
{
    int code;
    GifByteType *block;
    if (DGifGetExtension(r->gif, &code, &block) != GIF_OK) return failure(r->gif->Error, "damaged");
    bool is_loop = code == APPLICATION_EXT_FUNC_CODE && block && block[0] == 11 &&
                   (memcmp(block + 1, "NETSCAPE2.0", 11) == 0 || memcmp(block + 1, "ANIMEXTS1.0", 11) == 0);
    if (block && code == GRAPHICS_EXT_FUNC_CODE) take_control(&r->res->control, block);
    while (block) {
        if (DGifGetExtensionNext(r->gif, &block) != GIF_OK) return failure(r->gif->Error, "damaged");
        if (is_loop && block && block[0] >= 3 && block[1] == 1) r->res->repeat_count = block[2] | block[3] << 8;
    }
    return STATUS_OK;
}

static Status skip_pixels(Reader *r)
{
    int size;
    GifByteType *block;
    if (DGifGetCode(r->gif, &size, &block) != GIF_OK) return failure(r->gif->Error, "damaged");
    while (block) {
        if (DGifGetCodeNext(r->gif, &block) != GIF_OK) return failure(r->gif->Error, "damaged");
    }
    return STATUS_OK;
}

static void take_palette(Reader *r)
{
    const ColorMapObject *map = r->gif->Image.ColorMap;
    r->res->palette_is_local = map != NULL;
    if (!map) map = r->gif->SColorMap;
    int n = !map ? 0 : map->ColorCount > 256 ? 256 : map->ColorCount;
    r->res->palette_size = n;
    for (int i = 0; i < n; i++) {
        r->res->palette[0][i] = map->Colors[i].Red;
        r->res->palette[1][i] = map->Colors[i].Green;
        r->res->palette[2][i] = map->Colors[i].Blue;
    }
}

// The row of an interlaced image that comes as number i.
static int interlaced_row(int i, int height)
{
    static const int first[] = {0, 4, 2, 1}, step[] = {8, 8, 4, 2};
    for (int pass = 0; pass < 4; pass++) {
        int n = height > first[pass] ? (height - first[pass] + step[pass] - 1) / step[pass] : 0;
        if (i < n) return first[pass] + i * step[pass];
        i -= n;
    }
    return 0;
}

static Status read_pixels(Reader *r)
{
    const GifImageDesc *d = &r->gif->Image;
    Pixels *p = &r->res->pixels;
    p->data = r->opt->place(r->opt->place_arg, p);
    if (!p->data) return status_fail(E_NO_MEMORY, "Unable to allocate memory: for the image.");
    memset(p->data, 0, (size_t)d->Width * (size_t)d->Height);
    for (int i = 0; i < d->Height; i++) {
        if (i % STOP_EVERY == 0 && r->opt->stop && r->opt->stop(NULL)) return status_fail(E_INTERRUPT, "Interrupted.");
        int y = d->Interlace ? interlaced_row(i, d->Height) : i;
        uint8_t *row = (uint8_t *)p->data + (size_t)(r->opt->bottom_up ? d->Height - 1 - y : y) * (size_t)d->Width;
        if (DGifGetLine(r->gif, row, d->Width) == GIF_OK) continue;
        if (i == 0) return failure(r->gif->Error, "damaged");
        r->res->is_damaged = true;
        r->at = r->size;
        return STATUS_OK;
    }
    return STATUS_OK;
}

static Status check_size(const Reader *r)
{
    const GifImageDesc *d = &r->gif->Image;
    int64_t pixels = (int64_t)d->Width * d->Height;
    if (d->Width < 1 || d->Height < 1) return status_fail(E_IMAGE, "GIF: an image without a size.");
    if (pixels > IMAGE_MAX_PIXELS) return status_fail(E_IMAGE, "GIF: image is too large.");
    if (pixels > UNSUSPECTED && pixels / PIXELS_PER_BYTE > (int64_t)(r->size - r->at))
        return status_fail(E_IMAGE, "GIF: file is too short for the size it declares.");
    return STATUS_OK;
}

// The image whose descriptor comes next, number i; sets *done when it is the one wanted.
static Status read_image(Reader *r, int i, bool *done)
{
    if (DGifGetImageDesc(r->gif) != GIF_OK) return failure(r->gif->Error, "damaged");
    if (i < r->opt->skip || r->res->found) {
        r->res->control = r->res->found ? r->res->control : (GifControl){.transparent = -1};
        return skip_pixels(r);
    }
    r->res->found = true;
    r->res->pixels = (Pixels){r->gif->Image.Width, r->gif->Image.Height, 1, 8, NULL};
    take_palette(r);
    Status s = check_size(r);
    if (!status_ok(s) || r->opt->only_ask) return status_ok(s) ? skip_pixels(r) : s;
    *done = true;
    return read_pixels(r);
}

static Status read_records(Reader *r)
{
    bool done = false;
    while (!done) {
        if (sys_interrupted()) return status_fail(E_INTERRUPT, "Interrupted.");
        GifRecordType type;
        Status s = STATUS_OK;
        GifControl kept = r->res->control;
        if (DGifGetRecordType(r->gif, &type) != GIF_OK)
            s = failure(r->gif->Error, "damaged");
        else if (type == TERMINATE_RECORD_TYPE)
            return STATUS_OK;
        else if (type == EXTENSION_RECORD_TYPE)
            s = read_extension(r);
        else if (type == IMAGE_DESC_RECORD_TYPE)
            s = read_image(r, r->res->images++, &done);
        if (r->res->found && !done) r->res->control = kept; // what belongs to later images
        if (status_ok(s)) continue;
        if (s.code != E_IMAGE || !r->opt->only_ask || !r->res->found) return s;
        status_drop(&s); // damage behind the image that was asked for
        return STATUS_OK;
    }
    return STATUS_OK;
}

static Status gif_read(const uint8_t *data, size_t size, const GifReadOptions *opt, GifReadResult *res)
{
    *res = (GifReadResult){.repeat_count = -1, .control = {.transparent = -1}};
    Reader r = {.p = data, .size = size, .jump_from = SIZE_MAX, .opt = opt, .res = res};
    if (size < HEADER) return status_fail(E_IMAGE, "GIF: file is too short.");
    if (opt->at > 0) {
        r.jump_from = HEADER + (data[10] & 0x80 ? (size_t)3 << ((data[10] & 7) + 1) : 0);
        r.jump_to = opt->at;
    }
    int code = 0;
    r.gif = DGifOpen(&r, on_read, &code);
    if (!r.gif) return failure(code, "not a GIF file");
    res->background = r.gif->SBackGroundColor;
    Status s = read_records(&r);
    res->next = r.at;
    DGifCloseFile(r.gif, &code);
    return s;
}

// --- writing

static int on_write(GifFileType *gif, const GifByteType *p, int n)
{
    buf_put(gif->UserData, p, (size_t)n);
    return buf_ok(gif->UserData) ? n : 0;
}

static ColorMapObject *map_of(const GifWriteOptions *opt)
{
    ColorMapObject *map = GifMakeMapObject(256, NULL);
    for (int i = 0; map && i < 256; i++) {
        map->Colors[i] = (GifColorType){opt->palette[0][i], opt->palette[1][i], opt->palette[2][i]};
    }
    return map;
}

static bool put_extensions(GifFileType *gif, const GifWriteOptions *opt)
{
    const GifControl *g = &opt->control;
    if (opt->is_first && opt->repeat_count >= 0) {
        const uint8_t loop[] = {1, (uint8_t)opt->repeat_count, (uint8_t)(opt->repeat_count >> 8)};
        if (EGifPutExtensionLeader(gif, APPLICATION_EXT_FUNC_CODE) != GIF_OK ||
            EGifPutExtensionBlock(gif, 11, "NETSCAPE2.0") != GIF_OK ||
            EGifPutExtensionBlock(gif, sizeof loop, loop) != GIF_OK || EGifPutExtensionTrailer(gif) != GIF_OK)
            return false;
    }
    if (!g->is_given) return true;
    int flags = g->disposal << 2 | g->user_input << 1 | (g->transparent >= 0);
    const uint8_t control[] = {(uint8_t)flags, (uint8_t)g->delay, (uint8_t)(g->delay >> 8),
                               (uint8_t)(g->transparent < 0 ? 0 : g->transparent)};
    return EGifPutExtension(gif, GRAPHICS_EXT_FUNC_CODE, sizeof control, control) == GIF_OK;
}

static Status put_rows(GifFileType *gif, const uint8_t *pixels, const GifWriteOptions *opt, uint8_t *row)
{
    for (int y = 0; y < opt->height; y++) {
        if (y % STOP_EVERY == 0 && sys_interrupted()) return status_fail(E_INTERRUPT, "Interrupted.");
        memcpy(row, pixels + (size_t)(opt->bottom_up ? opt->height - 1 - y : y) * (size_t)opt->width,
               (size_t)opt->width);
        if (EGifPutLine(gif, row, opt->width) != GIF_OK) return failure(gif->Error, "cannot be written");
    }
    return STATUS_OK;
}

static Status put_image(GifFileType *gif, const uint8_t *pixels, const GifWriteOptions *opt, ColorMapObject *map)
{
    EGifSetGifVersion(gif, true);
    bool is_local = opt->is_local && !opt->is_first;
    uint8_t *row = mem_alloc((size_t)opt->width);
    if (!row) return status_fail(E_NO_MEMORY, "Unable to allocate memory: for the GIF file.");
    Status s = STATUS_OK;
    if (EGifPutScreenDesc(gif, opt->width, opt->height, 256, opt->background, map) != GIF_OK ||
        !put_extensions(gif, opt) ||
        EGifPutImageDesc(gif, 0, 0, opt->width, opt->height, false, is_local ? map : NULL) != GIF_OK)
        s = failure(gif->Error, "cannot be written");
    else
        s = put_rows(gif, pixels, opt, row);
    mem_free(row);
    return s;
}

static Status gif_write(const uint8_t *pixels, const GifWriteOptions *opt, Buf *out)
{
    Buf file = BUF_INIT(BUF_NO_LIMIT);
    int code = 0;
    GifFileType *gif = EGifOpen(&file, on_write, &code);
    if (!gif) return failure(code, "cannot be written");
    ColorMapObject *map = map_of(opt);
    Status s = map ? put_image(gif, pixels, opt, map) : failure(E_GIF_ERR_NOT_ENOUGH_MEM, "");
    if (map) GifFreeMapObject(map);
    EGifCloseFile(gif, &code);
    size_t first = opt->is_first ? 0 : HEADER + 3 * 256; // what the file has already
    if (status_ok(s) && file.len > first) buf_put(out, file.p + first, file.len - first);
    if (status_ok(s) && (!buf_ok(out) || !buf_ok(&file)))
        s = status_fail(E_NO_MEMORY, "Unable to allocate memory: for the GIF file.");
    buf_free(&file);
    return s;
}

extern const GifCodec helio_gif_table;
const GifCodec helio_gif_table = {gif_read, gif_write};
