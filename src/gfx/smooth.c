// See smooth.h. In a smaller picture lines stay a pixel wide, since thinner ones are hard to see.
#include "gfx/smooth.h"

#include "gfx/paint_frame.h"

#include <math.h>

enum { FINE = 4, FINE_BYTES = 256 << 20 };

// Each pixel the mean of `times` by `times` ones, in place.
static void shrink(Framebuffer *f, int times)
{
    int width = f->width / times, height = f->height / times, area = times * times;
    size_t row = (size_t)f->width * 3;
    uint8_t *to = f->px;
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            const uint8_t *from = f->px + (size_t)y * (size_t)times * row + (size_t)x * (size_t)times * 3;
            int sum[3] = {area / 2, area / 2, area / 2};
            for (int b = 0; b < times; b++) {
                for (int a = 0; a < 3 * times; a++) sum[a % 3] += from[(size_t)b * row + (size_t)a];
            }
            for (int k = 0; k < 3; k++) *to++ = (uint8_t)(sum[k] / area);
        }
    }
    f->width = width;
    f->height = height;
}

bool smooth_matters(const Drawing *d, const Framebuffer *f) { return f->bytes == 3 && d->has_state && buf_ok(&d->ops); }

Status smooth_picture(Drawing *d, const Framebuffer *f, int width, int height, bool is_smooth, double px_cm,
                      const LabelTaker *labels, Framebuffer *out)
{
    int times = is_smooth ? FINE : 1;
    while (times > 1 &&
           ((double)width * height * 3 * times * times > FINE_BYTES || fmax(width, height) * times > FRAME_MAX_SIDE))
        times /= 2;
    STATUS_TRY(frame_init(out, width * times, height * times, 3));
    double finer = fmin((double)out->width / f->width, (double)out->height / f->height);
    FramePainter painter = {raster_on(out), px_cm * finer};
    Status s = drawing_replay(d, f, &(DrawingTarget){.paint = &frame_painter, .on = &painter, .frame = out, .width = out->width,
                                                  .height = out->height, .thinnest = 1, .least = width < f->width ? times : 0,
                                                  .labels = labels});
    if (!status_ok(s)) {
        frame_free(out);
        return s;
    }
    if (times > 1) shrink(out, times);
    return STATUS_OK;
}
