// Bytes for the decoders, from memory, a function, or a file, always in chunks of bounded size. Knows no format.
#include "image/source.h"

#include "base/mem.h"
#include "core/errors.h"
#include "sys/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK_SIZE ((size_t)256 << 10)
// Deflate packs at most 1032 to 1, and a byte holds eight pixels of one bit; a JPEG block of 64 takes at least a bit.
#define MAX_PIXELS_PER_BYTE (1032 * 8)
#define UNSUSPECTED_PIXELS  ((int64_t)1 << 24)

Status source_start(SourceReader *r, const ImageSource *src)
{
    *r = (SourceReader){.src = *src, .fd = -1, .size = src->path || src->read ? -1 : (int64_t)src->size};
    if (src->path) {
        r->fd = sys_open(src->path, O_RDONLY, 0);
        if (r->fd < 0) return status_sys(E_OPEN, -r->fd, "Error opening file. File: %s", src->path);
        struct stat st;
        if (fstat(r->fd, &st) == 0 && S_ISREG(st.st_mode)) r->size = st.st_size;
    }
    if (src->path || src->read) {
        r->chunk = mem_alloc(CHUNK_SIZE);
        if (!r->chunk) {
            source_end(r);
            return status_fail(E_NO_MEMORY, "Unable to allocate memory: to read an image.");
        }
    }
    return STATUS_OK;
}

size_t source_next(SourceReader *r, const uint8_t **p)
{
    if (!r->gave_data && r->src.data && r->src.size > 0) {
        r->gave_data = true;
        *p = r->src.data;
        return r->src.size;
    }
    *p = r->chunk;
    if (!r->chunk) return 0;
    if (r->src.read) {
        ssize_t n = r->src.read(r->src.read_arg, r->chunk, CHUNK_SIZE);
        return n > 0 ? (size_t)n : 0;
    }
    ssize_t n;
    do n = read(r->fd, r->chunk, CHUNK_SIZE);
    while (n < 0 && errno == EINTR);
    return n > 0 ? (size_t)n : 0;
}

void source_end(SourceReader *r)
{
    if (r->fd >= 0) close(r->fd);
    mem_free(r->chunk);
    r->fd = -1;
    r->chunk = NULL;
}

bool source_is_bomb(const SourceReader *r, int64_t pixels)
{
    return r->size >= 0 && pixels > UNSUSPECTED_PIXELS && pixels / MAX_PIXELS_PER_BYTE > r->size;
}
