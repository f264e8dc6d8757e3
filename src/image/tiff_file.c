// Files as libtiff sees them: read by position from a file or from memory, written into memory. It never opens a name
// itself.
#include "image/tiff_file.h"

#include "base/mem.h"
#include "core/errors.h"
#include "sys/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SINGLE_MAX ((int64_t)64 << 20) // what libtiff may take at once, beside as much as the file has

static tmsize_t on_read(thandle_t handle, void *p, tmsize_t n)
{
    TiffFile *f = handle;
    if (n < 0 || f->at < 0 || f->at >= f->size) return 0;
    if (n > f->size - f->at) n = (tmsize_t)(f->size - f->at);
    if (f->fd >= 0) {
        ssize_t got;
        do got = pread(f->fd, p, (size_t)n, f->at);
        while (got < 0 && errno == EINTR);
        n = got;
    } else {
        memcpy(p, (f->out ? (const uint8_t *)f->out->p : f->data) + f->at, (size_t)n);
    }
    if (n > 0) f->at += n;
    return n;
}

static tmsize_t on_write(thandle_t handle, void *p, tmsize_t n)
{
    TiffFile *f = handle;
    if (!f->out || n < 0 || f->at < 0) return -1;
    size_t at = (size_t)f->at, end = at + (size_t)n;
    if (at > f->out->len) buf_fill(f->out, 0, at - f->out->len);
    size_t over = end <= f->out->len ? (size_t)n : f->out->len > at ? f->out->len - at : 0;
    if (buf_ok(f->out) && over) memcpy(f->out->p + at, p, over);
    buf_put(f->out, (const char *)p + over, (size_t)n - over);
    f->failed |= !buf_ok(f->out);
    if (f->failed) return -1;
    f->at = (int64_t)end;
    f->size = (int64_t)f->out->len;
    return n;
}

static toff_t on_seek(thandle_t handle, toff_t to, int whence)
{
    TiffFile *f = handle;
    int64_t from = whence == SEEK_CUR ? f->at : whence == SEEK_END ? f->size : 0, at;
    if (__builtin_add_overflow(from, (int64_t)to, &at) || at < 0) return (toff_t)-1;
    f->at = at;
    return (toff_t)at;
}

static int on_close(thandle_t handle)
{
    (void)handle;
    return 0;
}

static toff_t on_size(thandle_t handle) { return (toff_t)((TiffFile *)handle)->size; }

static int on_error(TIFF *t, void *arg, const char *module, const char *format, va_list args)
{
    (void)t;
    (void)module;
    TiffFile *f = arg;
    if (!f->said[0]) vsnprintf(f->said, sizeof f->said, format, args);
    return 1;
}

static int on_warning(TIFF *t, void *arg, const char *module, const char *format, va_list args)
{
    (void)t;
    (void)arg;
    (void)module;
    (void)format;
    (void)args;
    return 1;
}

static TIFFExtendProc next_extender;

static void add_geo_tags(TIFF *t)
{
    static const TIFFFieldInfo tags[] = {
        {TIFF_GEO_SCALE, -3, -3, TIFF_DOUBLE, FIELD_CUSTOM, 1, 1, "ModelPixelScale"},
        {TIFF_GEO_TIEPOINTS, -3, -3, TIFF_DOUBLE, FIELD_CUSTOM, 1, 1, "ModelTiepoint"},
        {TIFF_GEO_TRANSFORMATION, -3, -3, TIFF_DOUBLE, FIELD_CUSTOM, 1, 1, "ModelTransformation"},
        {TIFF_GEO_KEYS, -3, -3, TIFF_SHORT, FIELD_CUSTOM, 1, 1, "GeoKeyDirectory"},
        {TIFF_GEO_DOUBLES, -3, -3, TIFF_DOUBLE, FIELD_CUSTOM, 1, 1, "GeoDoubleParams"},
        {TIFF_GEO_TEXT, -1, -1, TIFF_ASCII, FIELD_CUSTOM, 1, 0, "GeoAsciiParams"},
    };
    TIFFMergeFieldInfo(t, tags, sizeof tags / sizeof *tags);
    if (next_extender) next_extender(t);
}

TIFF *tiff_client(TiffFile *f, const char *mode)
{
    static bool is_extended;
    if (!is_extended) next_extender = TIFFSetTagExtender(add_geo_tags);
    is_extended = true;
    TIFFOpenOptions *opts = TIFFOpenOptionsAlloc();
    if (!opts) return NULL;
    TIFFOpenOptionsSetErrorHandlerExtR(opts, on_error, f);
    TIFFOpenOptionsSetWarningHandlerExtR(opts, on_warning, f);
    TIFFOpenOptionsSetMaxSingleMemAlloc(opts, f->out ? 0 : SINGLE_MAX + f->size);
    TIFF *t = TIFFClientOpenExt("TIFF", mode, f, on_read, on_write, on_seek, on_close, on_size, NULL, NULL, opts);
    TIFFOpenOptionsFree(opts);
    return t;
}

Status tiff_failure(TiffFile *f, const char *why)
{
    if (f->failed) return status_fail(E_NO_MEMORY, "Unable to allocate memory: for the TIFF file.");
    char text[sizeof f->said];
    snprintf(text, sizeof text, "%s", why);
    f->said[0] = 0;
    size_t n = strlen(text);
    return status_fail(E_IMAGE, "TIFF: %s%s", text, n && text[n - 1] == '.' ? "" : ".");
}

Status tiff_open(const ImageSource *src, ImageStop stop, TiffFile **out)
{
    TiffFile *f = mem_zalloc(sizeof *f);
    if (!f) return status_fail(E_NO_MEMORY, "Unable to allocate memory: to decode an image.");
    *f = (TiffFile){.fd = -1, .data = src->data, .size = (int64_t)src->size, .stop = stop};
    if (src->path) {
        f->fd = sys_open(src->path, O_RDONLY, 0);
        struct stat st;
        int err = f->fd < 0               ? -f->fd
                  : fstat(f->fd, &st) < 0 ? errno
                  : S_ISREG(st.st_mode)   ? 0
                  : S_ISDIR(st.st_mode)   ? EISDIR
                                          : ESPIPE;
        if (err) {
            tiff_close(f);
            return status_sys(E_OPEN, err, "Error opening file. File: %s", src->path);
        }
        f->size = st.st_size;
    }
    f->tiff = tiff_client(f, "r");
    if (!f->tiff) {
        Status s = tiff_failure(f, f->said[0] ? f->said : "it cannot be read");
        tiff_close(f);
        return s;
    }
    for (f->images = 1; f->images < TIFF_IMAGES_MAX && TIFFReadDirectory(f->tiff);) f->images++;
    f->said[0] = 0;
    *out = f;
    return STATUS_OK;
}

void tiff_close(TiffFile *f)
{
    if (f->tiff) TIFFClose(f->tiff);
    if (f->fd >= 0) close(f->fd);
    mem_free(f);
}
