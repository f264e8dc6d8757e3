// The JPEG 2000 codec, wrapping OpenJPEG; built as the module `jpeg2000`. OpenJPEG's memory has no hooks: what an image
// will take is worked out from its header and claimed. Start at jpeg2000_read.
#include "image/jpeg2000.h"

#include "base/mem.h"
#include "core/errors.h"
#include "sys/interrupt.h"

#include <stdio.h>
#include <string.h>

#include <openjpeg.h>

#define PIXELS_PER_BYTE (1032 * 8)
#define UNSUSPECTED     ((int64_t)1 << 24)
#define TILE_BYTES      8192 // OpenJPEG's own of a tile, and of a component in it
#define COMPONENT_BYTES 1200
#define TILES_BYTES_MAX ((int64_t)64 << 20)

typedef struct Memory {
    const uint8_t *p; // read
    size_t size, at;
    Buf *out; // or written
    char said[200];
} Memory;

static void on_error(const char *text, void *arg)
{
    Memory *m = arg;
    if (!m->said[0]) snprintf(m->said, sizeof m->said, "%.*s", (int)strcspn(text, "\n"), text);
}

static void on_message(const char *text, void *arg)
{
    (void)text;
    (void)arg;
}

static OPJ_SIZE_T on_read(void *to, OPJ_SIZE_T n, void *arg)
{
    Memory *m = arg;
    if (m->at >= m->size || sys_interrupted()) return (OPJ_SIZE_T)-1;
    if (n > m->size - m->at) n = m->size - m->at;
    memcpy(to, m->p + m->at, n);
    m->at += n;
    return n;
}

static OPJ_OFF_T on_skip(OPJ_OFF_T n, void *arg)
{
    Memory *m = arg;
    if (n < 0) return -1;
    if (m->out) {
        buf_fill(m->out, 0, (size_t)n);
        return buf_ok(m->out) ? n : -1;
    }
    if ((size_t)n > m->size - m->at) n = (OPJ_OFF_T)(m->size - m->at);
    m->at += (size_t)n;
    return n;
}

static OPJ_BOOL on_seek(OPJ_OFF_T to, void *arg)
{
    Memory *m = arg;
    if (m->out || to < 0 || (size_t)to > m->size) return OPJ_FALSE;
    m->at = (size_t)to;
    return OPJ_TRUE;
}

static OPJ_SIZE_T on_write(void *p, OPJ_SIZE_T n, void *arg)
{
    Memory *m = arg;
    if (sys_interrupted()) return (OPJ_SIZE_T)-1;
    buf_put(m->out, p, n);
    return buf_ok(m->out) ? n : (OPJ_SIZE_T)-1;
}

static opj_stream_t *stream_over(Memory *m)
{
    opj_stream_t *s = opj_stream_create(1 << 16, m->out == NULL);
    if (!s) return NULL;
    opj_stream_set_user_data(s, m, NULL);
    opj_stream_set_user_data_length(s, m->size);
    opj_stream_set_read_function(s, on_read);
    opj_stream_set_write_function(s, on_write);
    opj_stream_set_skip_function(s, on_skip);
    opj_stream_set_seek_function(s, on_seek);
    return s;
}

static Status failure(const Memory *m, const char *otherwise)
{
    if (sys_interrupted()) return status_fail(E_INTERRUPT, "Interrupted.");
    if (m->out && !buf_ok(m->out))
        return status_fail(E_NO_MEMORY, "Unable to allocate memory: for the JPEG 2000 file.");
    return status_fail(E_IMAGE, "JPEG 2000: %s.", m->said[0] ? m->said : otherwise);
}

static int64_t word32(const uint8_t *p) { return (int64_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3]; }

// Before OpenJPEG sees it: every beginning of a codestream (SOC, SIZ; ITU-T T.800, A.5.1), whose tiles it would lay up
// at once.
static Status check_headers(const uint8_t *p, size_t n)
{
    static const uint8_t head[] = {0xff, 0x4f, 0xff, 0x51};
    const uint8_t *end = p + n;
    for (const uint8_t *at = p;
         end - at > 42 && (at = memmem(at, (size_t)(end - at), head, sizeof head)) != NULL && end - at > 42; at += 4) {
        int64_t x1 = word32(at + 8), y1 = word32(at + 12), tw = word32(at + 24), th = word32(at + 28);
        int64_t tx0 = word32(at + 32), ty0 = word32(at + 36), components = at[40] << 8 | at[41];
        if (tw < 1 || th < 1 || x1 < tx0 || y1 < ty0) continue;
        int64_t across = (x1 - tx0 + tw - 1) / tw, down = (y1 - ty0 + th - 1) / th;
        int64_t tiles = across > 65535 || down > 65535 ? INT32_MAX : across * down;
        if (tiles * (TILE_BYTES + components * COMPONENT_BYTES) > TILES_BYTES_MAX + (int64_t)n * 64)
            return status_fail(E_IMAGE, "JPEG 2000: file is too short for the tiles it declares.");
    }
    return STATUS_OK;
}

// --- reading

typedef struct Decoder {
    Memory memory;
    opj_codec_t *codec;
    opj_stream_t *stream;
    opj_image_t *image;
    int64_t claimed;
    const Jpeg2000ReadOptions *opt;
} Decoder;

static Status check_size(Decoder *d)
{
    const opj_image_t *m = d->image;
    const int64_t *r = d->opt->region;
    int64_t w = (int64_t)m->x1 - m->x0, h = (int64_t)m->y1 - m->y0, n = m->numcomps;
    if (n < 1 || n > JPEG2000_COMPONENTS_MAX || w < 1 || h < 1)
        return status_fail(E_IMAGE, "JPEG 2000: it has no pixels.");
    if (r[2] > 0) {
        if (r[0] < m->x0 || r[1] < m->y0 || r[0] + r[2] > m->x1 || r[1] + r[3] > m->y1)
            return status_fail(E_IMAGE, "JPEG 2000: the region is not within the image.");
        w = r[2];
        h = r[3];
    }
    w = (w >> d->opt->discard_levels) + 1;
    h = (h >> d->opt->discard_levels) + 1;
    if (w > IMAGE_MAX_PIXELS || h > IMAGE_MAX_PIXELS || w * h > IMAGE_MAX_PIXELS / n)
        return status_fail(E_IMAGE, "JPEG 2000: image is too large.");
    int64_t pixels = w * h;
    if (pixels > UNSUSPECTED && pixels / PIXELS_PER_BYTE > (int64_t)d->memory.size)
        return status_fail(E_IMAGE, "JPEG 2000: file is too short for the size it declares.");
    int64_t bytes = pixels * n * 8; // samples, and the tile's coefficients
    if (!mem_claim(bytes)) return status_fail(E_NO_MEMORY, "Unable to allocate memory: to decode an image.");
    d->claimed = bytes;
    return STATUS_OK;
}

static Status decode(Decoder *d)
{
    const Jpeg2000ReadOptions *opt = d->opt;
    opj_dparameters_t p;
    opj_set_default_decoder_parameters(&p);
    p.cp_reduce = (OPJ_UINT32)opt->discard_levels;
    p.cp_layer = (OPJ_UINT32)opt->max_layers;
    p.flags |= OPJ_DPARAMETERS_IGNORE_PCLR_CMAP_CDEF_FLAG;
    if (!opj_setup_decoder(d->codec, &p)) return failure(&d->memory, "it cannot be read");
    opj_decoder_set_strict_mode(d->codec, OPJ_FALSE);
    if (!opj_read_header(d->stream, d->codec, &d->image)) return failure(&d->memory, "its header is damaged");
    Status s = check_size(d);
    if (!status_ok(s)) return s;
    const int64_t *r = opt->region;
    if (r[2] > 0 &&
        !opj_set_decode_area(d->codec, d->image, (int)r[0], (int)r[1], (int)(r[0] + r[2]), (int)(r[1] + r[3])))
        return failure(&d->memory, "the region cannot be read");
    if (!opj_decode(d->codec, d->stream, d->image)) return failure(&d->memory, "it is damaged");
    if (sys_interrupted()) return failure(&d->memory, "");
    return STATUS_OK;
}

// The type that holds all components: of the deepest, signed if any is.
static TypeCode sample_type(const opj_image_t *m)
{
    unsigned depth = 0;
    bool is_signed = false;
    for (unsigned i = 0; i < m->numcomps; i++) {
        if (m->comps[i].prec > depth) depth = m->comps[i].prec;
        is_signed |= m->comps[i].sgnd;
    }
    if (depth <= 8) return is_signed ? T_INT : T_BYTE;
    if (depth <= 16) return is_signed ? T_INT : T_UINT;
    return is_signed ? T_LONG : T_ULONG;
}

static void store(const opj_image_comp_t *comp, int64_t w, int64_t h, bool bottom_up, TypeCode t, void *plane)
{
    for (int64_t y = 0; y < h; y++) {
        int64_t to = (bottom_up ? h - 1 - y : y) * w, sy = y * comp->h / h;
        const OPJ_INT32 *row = comp->data + sy * comp->w;
        for (int64_t x = 0; x < w; x++) {
            OPJ_INT32 v = row[comp->w == w ? x : x * comp->w / w];
            if (t == T_BYTE)
                ((uint8_t *)plane)[to + x] = (uint8_t)v;
            else if (t == T_INT || t == T_UINT)
                ((uint16_t *)plane)[to + x] = (uint16_t)v;
            else
                ((int32_t *)plane)[to + x] = v;
        }
    }
}

static Status store_all(Decoder *d)
{
    const opj_image_t *m = d->image;
    int64_t w = 0, h = 0;
    for (unsigned i = 0; i < m->numcomps; i++) {
        const opj_image_comp_t *comp = &m->comps[i];
        if (!comp->data || comp->w < 1 || comp->h < 1) return failure(&d->memory, "it is damaged");
        if (comp->w > w) w = comp->w;
        if (comp->h > h) h = comp->h;
    }
    TypeCode t = sample_type(m);
    Pixels shape = {w, h, (int)m->numcomps, 8 * (int)type_size(t), NULL};
    uint8_t *to = d->opt->place(d->opt->place_arg, &shape, t);
    if (!to) return status_fail(E_NO_MEMORY, "Unable to allocate memory: for the image.");
    for (unsigned i = 0; i < m->numcomps; i++) {
        store(&m->comps[i], w, h, d->opt->bottom_up, t, to + (size_t)i * (size_t)(w * h) * type_size(t));
    }
    return STATUS_OK;
}

static Status jpeg2000_read(const uint8_t *data, size_t size, const Jpeg2000ReadOptions *opt)
{
    Decoder d = {.memory = {.p = data, .size = size}, .opt = opt};
    if (size < 12) return status_fail(E_IMAGE, "JPEG 2000: file is too short.");
    Status s = check_headers(data, size);
    if (!status_ok(s)) return s;
    bool is_raw = data[0] == 0xff && data[1] == 0x4f;
    d.codec = opj_create_decompress(is_raw ? OPJ_CODEC_J2K : OPJ_CODEC_JP2);
    d.stream = stream_over(&d.memory);
    if (d.codec && d.stream) {
        opj_set_error_handler(d.codec, on_error, &d.memory);
        opj_set_warning_handler(d.codec, on_message, NULL);
        opj_set_info_handler(d.codec, on_message, NULL);
        s = decode(&d);
        if (status_ok(s)) s = store_all(&d);
    } else {
        s = status_fail(E_NO_MEMORY, "Unable to allocate memory: to decode an image.");
    }
    if (d.stream) opj_stream_destroy(d.stream);
    if (d.codec) opj_destroy_codec(d.codec);
    if (d.image) opj_image_destroy(d.image);
    if (d.claimed) mem_unclaim(d.claimed);
    return s;
}

// --- writing

static opj_image_t *image_of(const int32_t *planes, const Jpeg2000WriteOptions *opt)
{
    opj_image_cmptparm_t *parts = mem_zalloc((size_t)opt->components * sizeof *parts);
    if (!parts) return NULL;
    for (int i = 0; i < opt->components; i++) {
        parts[i].dx = parts[i].dy = 1;
        parts[i].w = (OPJ_UINT32)opt->width;
        parts[i].h = (OPJ_UINT32)opt->height;
        parts[i].prec = (OPJ_UINT32)opt->depth;
        parts[i].sgnd = opt->is_signed;
    }
    opj_image_t *m =
        opj_image_create((OPJ_UINT32)opt->components, parts, opt->components >= 3 ? OPJ_CLRSPC_SRGB : OPJ_CLRSPC_GRAY);
    mem_free(parts);
    if (!m) return NULL;
    m->x1 = (OPJ_UINT32)opt->width;
    m->y1 = (OPJ_UINT32)opt->height;
    size_t row = (size_t)opt->width, plane = row * (size_t)opt->height;
    for (int i = 0; i < opt->components; i++) {
        for (int y = 0; y < opt->height; y++) {
            size_t from = (size_t)(opt->bottom_up ? opt->height - 1 - y : y) * row;
            memcpy(m->comps[i].data + (size_t)y * row, planes + (size_t)i * plane + from, row * sizeof *planes);
        }
    }
    return m;
}

static void set_parameters(const Jpeg2000WriteOptions *opt, opj_cparameters_t *p)
{
    opj_set_default_encoder_parameters(p);
    p->numresolution = opt->levels + 1;
    p->irreversible = !opt->reversible;
    p->prog_order = (OPJ_PROG_ORDER)opt->progression;
    p->tcp_mct = opt->ycc;
    p->tcp_numlayers = opt->layers;
    p->cp_disto_alloc = 1;
    for (int i = 0; i < opt->layers; i++) { // the last layer has all, those before it half as much each
        int behind = opt->layers - 1 - i;
        p->tcp_rates[i] = opt->ratio ? opt->ratio[i] : behind ? (float)(2 << (behind > 20 ? 20 : behind)) : 0;
    }
    if (opt->tile_width > 0) {
        p->tile_size_on = OPJ_TRUE;
        p->cp_tdx = opt->tile_width;
        p->cp_tdy = opt->tile_height;
    }
}

static Status encode(Memory *m, opj_codec_t *codec, opj_stream_t *stream, opj_image_t *image,
                     const Jpeg2000WriteOptions *opt)
{
    opj_cparameters_t p;
    set_parameters(opt, &p);
    opj_set_error_handler(codec, on_error, m);
    opj_set_warning_handler(codec, on_message, NULL);
    opj_set_info_handler(codec, on_message, NULL);
    bool done = opj_setup_encoder(codec, &p, image) && opj_start_compress(codec, image, stream) &&
                opj_encode(codec, stream) && opj_end_compress(codec, stream);
    return done ? STATUS_OK : failure(m, "it cannot be written");
}

static Status jpeg2000_write(const int32_t *planes, const Jpeg2000WriteOptions *opt, Buf *out)
{
    int64_t bytes = (int64_t)opt->width * opt->height * opt->components * 8;
    if (!mem_claim(bytes)) return status_fail(E_NO_MEMORY, "Unable to allocate memory: to encode an image.");
    Memory m = {.out = out};
    opj_codec_t *codec = opj_create_compress(OPJ_CODEC_J2K);
    opj_stream_t *stream = stream_over(&m);
    opj_image_t *image = image_of(planes, opt);
    Status s = codec && stream && image ? encode(&m, codec, stream, image, opt)
                                        : status_fail(E_NO_MEMORY, "Unable to allocate memory: to encode an image.");
    if (stream) opj_stream_destroy(stream);
    if (codec) opj_destroy_codec(codec);
    if (image) opj_image_destroy(image);
    mem_unclaim(bytes);
    return s;
}

extern const Jpeg2000Codec helio_jpeg2000_table;
const Jpeg2000Codec helio_jpeg2000_table = {jpeg2000_read, jpeg2000_write};
