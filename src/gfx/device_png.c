// The device PNG: windows that end up in files. Window 0 is written to FILENAME, window n to FILENAME with _n before
// its ending, whenever the program pauses with something new drawn; the last state is what stays.
#include "gfx/device.h"

#include "base/mem.h"
#include "core/errors.h"
#include "gfx/smooth.h"
#include "image/png.h"
#include "sys/dynlib.h"
#include "sys/publish.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

typedef struct PngDevice {
    const PngCodec *codec;
    char *filename;
    int name_flags;  // PUBLISH_NO_LINK when the engine has chosen the name
} PngDevice;

static Status png_connect(const DeviceSetup *setup, void **state)
{
    const void *codec;
    STATUS_TRY(dynlib_table(PNG_MODULE, &codec));
    PngDevice *d = mem_must(sizeof *d);
    d->codec = codec;
    d->filename = mem_strdup(setup->filename);
    d->name_flags = setup->is_chosen ? PUBLISH_NO_LINK : 0;
    *state = d;
    return STATUS_OK;
}

static void png_disconnect(void *state)
{
    PngDevice *d = state;
    mem_free(d->filename);
    mem_free(d);
}

static void png_set_name(void *state, const char *filename)
{
    PngDevice *d = state;
    mem_free(d->filename);
    d->filename = mem_strdup(filename);
    d->name_flags = 0;
}

static Status png_present(void *state, GfxWindow *w, Rect r)
{
    (void)r;
    PngDevice *d = state;
    char path[PATH_MAX + 16];
    const char *dot = strrchr(d->filename, '.');
    int stem = (int)(dot && !strchr(dot, '/') ? dot - d->filename : (long)strlen(d->filename));
    if (w->index == 0)
        snprintf(path, sizeof path, "%s", d->filename);
    else
        snprintf(path, sizeof path, "%.*s_%d%s", stem, d->filename, w->index, d->filename + stem);

    Framebuffer smooth = {0}, *f = &w->frame;
    if (w->is_smooth && smooth_matters(&w->drawing, f)) {
        STATUS_TRY(smooth_picture(&w->drawing, f, f->width, f->height, true, device_png.px_cm, NULL, &smooth));
        f = &smooth;
    }
    Pixels pixels = {f->width, f->height, f->bytes, 8, f->px};
    Buf file = BUF_INIT(BUF_NO_LIMIT);
    Status s = d->codec->write(&pixels, &(PngWriteOptions){.compression = -1}, &file);
    frame_free(&smooth);
    int err = status_ok(s) ? publish_bytes(path, file.p, file.len, 0666 | d->name_flags, NULL) : 0;
    if (err) s = status_sys(E_WRITE, err, "Error writing file. File: %s", path);
    buf_free(&file);
    return s;
}

const Device device_png = {.name = "PNG",
                           .idl_flags = 328124,
                           .flags = DEVICE_WINDOWS | DEVICE_FRAME,
                           .width = 640,
                           .height = 512,
                           .px_cm = 40,
                           .char_width = 6,
                           .char_height = 10,
                           .screen_width = 1280,
                           .screen_height = 1024,
                           .connect = png_connect,
                           .disconnect = png_disconnect,
                           .present = png_present,
                           .set_filename = png_set_name};
