// The codecs through their modules: JPEG against djpeg pixel for pixel, PNG there and back, damaged files.
// Expectations: djpeg (the libjpeg-turbo program), hand.
#include "base/buf.h"
#include "base/mem.h"
#include "check.h"
#include "core/errors.h"
#include "image/jpeg.h"
#include "image/png.h"
#include "sys/dynlib.h"

#include <stdlib.h>
#include <unistd.h>

static const JpegCodec *jpeg;
static const PngCodec *png;

static void *place(void *arg, const Pixels *shape)
{
    (void)arg;
    return mem_alloc(pixels_row_bytes(shape) * (size_t)shape->height);
}

// A picture with something in every channel.
static uint8_t *test_picture(int w, int h, int channels)
{
    uint8_t *p = mem_must((size_t)(w * h * channels));
    for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++) {
            for (int c = 0; c < channels; c++) {
                p[(y * w + x) * channels + c] = (uint8_t)((x * (3 + c) + y * (5 - c) + (x / 8 ^ y / 8) * 7) & 255);
            }
        }
    }
    return p;
}

static void write_file(const char *path, const void *p, size_t n)
{
    FILE *f = fopen(path, "wb");
    CHECK(f != NULL);
    if (!f) return;
    CHECK_INT(fwrite(p, 1, n, f), n);
    fclose(f);
}

// Runs djpeg and returns the samples of its PNM output, or NULL.
static uint8_t *run_djpeg(const char *options, const char *path, size_t want)
{
    char command[300];
    snprintf(command, sizeof command, "djpeg -pnm %s %s 2>/dev/null", options, path);
    FILE *f = popen(command, "r");
    int w = 0, h = 0, most = 0;
    char kind[3] = "";
    if (!f || fscanf(f, "%2s %d %d %d", kind, &w, &h, &most) != 4) {
        if (f) pclose(f);
        return NULL;
    }
    fgetc(f);
    uint8_t *p = mem_must(want);
    CHECK_INT(fread(p, 1, want, f), want);
    pclose(f);
    return p;
}

static JpegReadResult read_jpeg(const char *path, JpegReadOptions opt, int want_code)
{
    ImageSource src = {.path = path};
    JpegReadResult res;
    opt.place = place;
    Status s = jpeg->read(&src, &opt, &res);
    CHECK_INT(s.code, want_code);
    status_drop(&s);
    return res;
}

static void free_jpeg(JpegReadResult *res)
{
    mem_free(res->pixels.data);
    mem_free(res->warning);
    mem_free(res->rest);
}

static void check_like_djpeg(const char *path, const char *options, JpegReadOptions opt, int w, int h)
{
    JpegReadResult res = read_jpeg(path, opt, 0);
    CHECK_INT(res.pixels.width, w);
    CHECK_INT(res.pixels.height, h);
    bool is_colour = res.pixels.channels == 3 || res.palette_size > 0;
    size_t n = (size_t)w * (size_t)h, bytes = n * (is_colour ? 3 : 1);
    uint8_t *want = run_djpeg(options, path, bytes);
    CHECK(want != NULL);
    const uint8_t *got = res.pixels.data;
    size_t wrong = 0;
    for (size_t i = 0; want && got && i < n; i++) {
        size_t x = i % (size_t)w, y = i / (size_t)w;
        size_t at = opt.bottom_up ? (size_t)h - 1 - y : y;
        for (size_t c = 0; c < (is_colour ? 3 : 1); c++) {
            uint8_t g;
            if (res.palette_size)
                g = res.palette[c][got[at * (size_t)w + x]];
            else if (!is_colour)
                g = got[at * (size_t)w + x];
            else if (opt.interleave == 2)
                g = got[(at * 3 + c) * (size_t)w + x];
            else if (opt.interleave == 3)
                g = got[(c * (size_t)h + at) * (size_t)w + x];
            else
                g = got[(at * (size_t)w + x) * 3 + c];
            wrong += g != want[i * (is_colour ? 3 : 1) + c];
        }
    }
    CHECK_INT(wrong, 0);
    mem_free(want);
    free_jpeg(&res);
}

static void test_jpeg_read(const char *path, int w, int h)
{
    for (int interleave = 1; interleave <= 3; interleave++) {
        check_like_djpeg(path, "", (JpegReadOptions){.interleave = interleave}, w, h);
        check_like_djpeg(path, "", (JpegReadOptions){.interleave = interleave, .bottom_up = true}, w, h);
    }
    check_like_djpeg(path, "-grayscale", (JpegReadOptions){.grayscale = true, .bottom_up = true}, w, h);
    static const char *const dither[] = {"none", "fs", "ordered"};
    for (int d = 0; d < 3; d++) {
        char options[80];
        snprintf(options, sizeof options, "-colors 64 -dither %s", dither[d]);
        check_like_djpeg(path, options, (JpegReadOptions){.colors = 64, .dither = d, .two_pass = true}, w, h);
        snprintf(options, sizeof options, "-colors 64 -onepass -dither %s", dither[d]);
        check_like_djpeg(path, options, (JpegReadOptions){.colors = 64, .dither = d, .bottom_up = true}, w, h);
    }
}

static void test_jpeg_damage(const char *path, const Buf *file, int w, int h)
{
    write_file(path, file->p, file->len / 2);
    JpegReadResult res = read_jpeg(path, (JpegReadOptions){.interleave = 1}, 0);
    CHECK_STR(res.warning, "Premature end of JPEG file");
    free_jpeg(&res);
    check_like_djpeg(path, "", (JpegReadOptions){.interleave = 1}, w, h);
    write_file(path, "GIF89a", 6);
    res = read_jpeg(path, (JpegReadOptions){.interleave = 1}, E_IMAGE);
    write_file(path, file->p, 10);
    res = read_jpeg(path, (JpegReadOptions){.interleave = 1}, E_IMAGE);
    write_file(path, "", 0);
    res = read_jpeg(path, (JpegReadOptions){.interleave = 1}, E_IMAGE);
    res = read_jpeg("/nonexistent", (JpegReadOptions){.interleave = 1}, E_OPEN);
    // Every byte changed in turn: an image or an error, never a crash.
    uint8_t *copy = mem_must(file->len);
    for (size_t i = 0; i < file->len && i < 700; i++) {
        memcpy(copy, file->p, file->len);
        copy[i] ^= 0x55;
        // A changed height or width stays cheap: the dimensions' high bytes are left alone.
        JpegReadOptions opt = {.interleave = 3, .place = place};
        ImageSource src = {.data = copy, .size = file->len};
        Status s = jpeg->read(&src, &opt, &res);
        CHECK(s.code == 0 || s.code == E_IMAGE || s.code == E_NO_MEMORY);
        status_drop(&s);
        free_jpeg(&res);
    }
    mem_free(copy);
}

// A header that declares far more than the file can hold is refused before anything is allocated.
static void test_jpeg_bomb(const Buf *file)
{
    uint8_t *copy = mem_must(file->len);
    memcpy(copy, file->p, file->len);
    for (size_t i = 0; i + 9 < file->len; i++) {
        if (copy[i] == 0xFF && (copy[i + 1] == 0xC0 || copy[i + 1] == 0xC2)) {
            memcpy(copy + i + 5, (uint8_t[]){0x75, 0x30, 0x75, 0x30}, 4); // 30,000 each way
            break;
        }
    }
    ImageSource src = {.data = copy, .size = file->len};
    JpegReadResult res;
    Status s = jpeg->read(&src, &(JpegReadOptions){.interleave = 1, .place = place}, &res);
    CHECK_INT(s.code, E_IMAGE);
    CHECK_STR(s.text, "file is too short for the size it declares");
    status_drop(&s);
    free_jpeg(&res);
    mem_free(copy);
}

static void test_jpeg_rest(const Buf *file)
{
    // Two images and three bytes in one buffer: each read leaves what follows it.
    Buf two = BUF_INIT(BUF_NO_LIMIT);
    buf_put(&two, file->p, file->len);
    buf_put(&two, file->p, file->len);
    buf_put(&two, "end", 3);
    JpegReadOptions opt = {.interleave = 1, .place = place};
    ImageSource src = {.data = (const uint8_t *)two.p, .size = two.len};
    JpegReadResult first, second;
    Status s = jpeg->read(&src, &opt, &first);
    CHECK_INT(s.code, 0);
    CHECK_INT(first.rest_size, file->len + 3);
    src = (ImageSource){.data = first.rest, .size = first.rest_size};
    s = jpeg->read(&src, &opt, &second);
    CHECK_INT(s.code, 0);
    CHECK_INT(second.rest_size, 3);
    CHECK(second.rest && memcmp(second.rest, "end", 3) == 0);
    free_jpeg(&first);
    free_jpeg(&second);
    buf_free(&two);
}

static void test_jpeg(void)
{
    enum { W = 157, H = 93 };
    char path[] = "/tmp/helio_image_XXXXXX";
    int fd = mkstemp(path);
    CHECK(fd >= 0);
    uint8_t *rgb = test_picture(W, H, 3), *grey = test_picture(W, H, 1);
    for (int progressive = 0; progressive < 2; progressive++) {
        Buf file = BUF_INIT(BUF_NO_LIMIT);
        JpegWriteOptions opt = {.quality = 75, .progressive = progressive, .interleave = 1, .width = W, .height = H};
        Status s = jpeg->write(rgb, &opt, &file);
        CHECK_INT(s.code, 0);
        write_file(path, file.p, file.len);
        test_jpeg_read(path, W, H);
        test_jpeg_rest(&file);
        test_jpeg_bomb(&file);
        test_jpeg_damage(path, &file, W, H);
        buf_free(&file);
    }
    Buf file = BUF_INIT(BUF_NO_LIMIT);
    Status s = jpeg->write(grey, &(JpegWriteOptions){.quality = 90, .width = W, .height = H, .bottom_up = true}, &file);
    CHECK_INT(s.code, 0);
    write_file(path, file.p, file.len);
    check_like_djpeg(path, "", (JpegReadOptions){.interleave = 1, .bottom_up = true}, W, H);
    buf_free(&file);
    s = jpeg->write(grey, &(JpegWriteOptions){.quality = 90, .width = 70000, .height = 1}, &file);
    CHECK_INT(s.code, E_IMAGE);
    status_drop(&s);
    mem_free(rgb);
    mem_free(grey);
    close(fd);
    unlink(path);
}

// Writes p, reads it back, and checks the samples.
static void check_png_trip(Pixels p, PngWriteOptions opt)
{
    Buf file = BUF_INIT(BUF_NO_LIMIT);
    Status s = png->write(&p, &opt, &file);
    CHECK_INT(s.code, 0);
    ImageSource src = {.data = (const uint8_t *)file.p, .size = file.len};
    PngReadResult res;
    s = png->read(&src, &(PngReadOptions){.bottom_up = opt.bottom_up, .place = place}, &res);
    CHECK_INT(s.code, 0);
    CHECK_INT(res.pixels.channels, p.channels);
    CHECK_INT(res.pixels.bits, p.bits);
    CHECK(res.pixels.data && memcmp(res.pixels.data, p.data, pixels_row_bytes(&p) * (size_t)p.height) == 0);
    CHECK_INT(res.palette_size, opt.palette_size);
    CHECK_INT(res.alpha_size, opt.alpha_size);
    CHECK(memcmp(res.palette, opt.palette, sizeof res.palette) == 0);
    CHECK(memcmp(res.alpha, opt.alpha, sizeof res.alpha) == 0);
    mem_free(res.pixels.data);
    mem_free(res.warning);
    for (size_t cut = 0; cut < file.len; cut += 1 + file.len / 50) {
        src.size = cut;
        s = png->read(&src, &(PngReadOptions){.place = place}, &res);
        CHECK(s.code == E_IMAGE || (s.code == 0 && res.warning));
        status_drop(&s);
        mem_free(res.pixels.data);
        mem_free(res.warning);
    }
    buf_free(&file);
}

static void test_png(void)
{
    for (int channels = 1; channels <= 4; channels++) {
        uint8_t *p = test_picture(2 * 61, 40, channels);
        for (int bits = 8; bits <= 16; bits += 8) {
            Pixels pixels = {bits == 8 ? 122 : 61, 40, channels, bits, p};
            check_png_trip(pixels, (PngWriteOptions){.compression = -1});
            check_png_trip(pixels, (PngWriteOptions){.bottom_up = true, .compression = 1, .x_dpi = 300, .y_dpi = 300});
        }
        if (channels == 1) {
            PngWriteOptions opt = {.palette_size = 256, .alpha_size = 3, .compression = 9, .alpha = {0, 128, 255}};
            for (int i = 0; i < 256; i++) {
                opt.palette[0][i] = (uint8_t)i;
                opt.palette[1][i] = (uint8_t)(255 - i);
                opt.palette[2][i] = (uint8_t)(i / 2);
            }
            check_png_trip((Pixels){122, 40, 1, 8, p}, opt);
        }
        mem_free(p);
    }
}

int main(void)
{
    const void *table = NULL;
    Status s = dynlib_table(JPEG_MODULE, &table);
    CHECK_STR(s.text ? s.text : "", "");
    jpeg = table;
    s = dynlib_table(PNG_MODULE, &table);
    CHECK_INT(s.code, 0);
    png = table;
    s = dynlib_table("nothing", "x", "libnothing1", &table);
    CHECK_INT(s.code, E_MODULE);
    CHECK(s.text && strstr(s.text, "libnothing1"));
    status_drop(&s);
    if (jpeg) test_jpeg();
    if (png) test_png();
    CHECK_DONE();
}
