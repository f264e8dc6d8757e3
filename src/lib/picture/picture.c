// What the routines for pictures share. Start at picture_source.
#include "lib/picture/picture.h"

#include "base/buf.h"
#include "lib/graphics/picture_file.h"
#include "lib/graphics/state.h"
#include "sys/fd.h"
#include "sys/interrupt.h"
#include "vm/structure/structure.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { STEP = 1 << 16 };

// At most `most` bytes, or a few more.
static void read_all(Call *c, const ImageSource *src, PictureFile *file, Buf *b, size_t most)
{
    while (b->len < most) {
        if (!buf_reserve(b, STEP)) throw_no_memory(c);
        call_poll(c);
        ssize_t n = src->read(src->read_arg, b->p + b->len, STEP);
        if (n <= 0) break;
        b->len += (size_t)n;
    }
    Status s = STATUS_OK;
    picture_file_check(c, file, &s);
}

static Status find_source(Call *c, int i, size_t most, ImageSource *src)
{
    PictureFile *file = call_alloc(c, sizeof *file);
    Status s = picture_file_try(c, i, file, src);
    if (!status_ok(s) || src->path) return s;
    Buf *b = gfx_new_buf(c);
    read_all(c, src, file, b, most);
    *src = (ImageSource){.data = (const uint8_t *)b->p, .size = b->len};
    return STATUS_OK;
}

Status picture_source(Call *c, int i, ImageSource *src) { return find_source(c, i, SIZE_MAX, src); }

typedef struct OpenFile {
    int fd, err;
} OpenFile;

static void close_file(void *f) { close(((OpenFile *)f)->fd); }

static ssize_t read_fd(void *arg, void *p, size_t n)
{
    OpenFile *f = arg;
    ssize_t got = sys_read(f->fd, p, n);
    if (got < 0) f->err = (int)-got;
    return got;
}

ImageSource picture_bytes(Call *c, int i, size_t most)
{
    ImageSource src;
    TRY(c, find_source(c, i, most, &src));
    if (!src.path) return src;
    OpenFile *f = call_alloc(c, sizeof *f);
    f->fd = sys_open(src.path, O_RDONLY, 0);
    if (f->fd < 0) TRY(c, status_sys(E_OPEN, -f->fd, "Error opening file. File: %s", src.path));
    call_defer(c, close_file, f);
    Buf *b = gfx_new_buf(c);
    PictureFile *file = call_alloc(c, sizeof *file);
    ImageSource bytes = {.read = read_fd, .read_arg = f};
    read_all(c, &bytes, file, b, most);
    if (f->err) TRY(c, status_sys(E_READ, f->err, "Error reading file. File: %s", src.path));
    return (ImageSource){.data = (const uint8_t *)b->p, .size = b->len};
}

bool picture_is_stopped(void *arg)
{
    (void)arg;
    return sys_interrupted();
}

Val picture_vector(Call *c, TypeCode t, const void *p, int64_t n)
{
    Arr *a = call_new_array(c, t, 1, (int64_t[]){n}, false);
    memcpy(a->data, p, (size_t)n * type_size(t));
    return val_arr_take(arr_ref(a));
}

void picture_record_take(Call *c, PictureRecord *r, const char *tag, Val v)
{
    r->tag[r->n] = tag;
    r->value[r->n++] = *call_keep_take(c, v);
}

PictureRecord *picture_record(Call *c, const PictureInfo *info)
{
    PictureRecord *r = call_alloc(c, sizeof *r);
    int32_t size[2] = {(int32_t)info->width, (int32_t)info->height};
    picture_record_take(c, r, "CHANNELS", val_long(info->channels));
    picture_record_take(c, r, "DIMENSIONS", picture_vector(c, T_LONG, size, 2));
    picture_record_take(c, r, "HAS_PALETTE", val_int(info->has_palette));
    picture_record_take(c, r, "IMAGE_INDEX", val_long(info->index));
    picture_record_take(c, r, "NUM_IMAGES", val_long(info->images));
    picture_record_take(c, r, "PIXEL_TYPE", val_int((int16_t)info->type));
    picture_record_take(c, r, "TYPE", val_string(info->format));
    return r;
}

void picture_record_return(Call *c, PictureRecord *r, int arg)
{
    if (arg < c->argc) {
        Val out = VAL_UNDEF;
        TRY(c, struct_make(c->vm, NULL, r->tag, r->value, r->n, &out));
        call_set_take(c, arg, out);
    }
    call_return_take(c, val_long(1));
}

bool picture_is_readable(Call *c, Status s)
{
    if (status_ok(s)) return true;
    if (s.code == E_NO_MEMORY || s.code == E_INTERRUPT || s.code == E_MODULE) throw_status(c, s);
    status_drop(&s);
    call_return_take(c, val_long(0));
    return false;
}

// HELIO_PICTURE_BYTES(File [, Most]): all bytes of a file, or of what a URL gives, or the first of them; !NULL when
// there are none. Used by the engine itself.
static void fn_bytes(Call *c)
{
    int64_t most = c->argc > 1 ? call_int(c, 1) : INT64_MAX;
    ImageSource src = picture_bytes(c, 0, most < 1 ? 1 : (size_t)most);
    if (src.size > (size_t)most) src.size = (size_t)most;
    call_return_take(c, src.size ? picture_vector(c, T_BYTE, src.data, (int64_t)src.size) : VAL_NULL);
}

static const Routine rows[] = {
    {"HELIO_PICTURE_BYTES", FUNCTION, {1, 2}, fn_bytes, "File [, Most]"},
};
ROUTINE_TABLE(lib_picture, rows)
