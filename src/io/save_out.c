// Writes the records of a SAVE file into a new file beside the old one, which it replaces at the end: a full disk, a
// failure or the program's end leave the old file as it was. Start reading at save_out_begin.
#include "io/save_file.h"

#include "base/mem.h"
#include "core/errors.h"
#include "sys/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { BLOCK = 1 << 16, TRIES = 100, LINKS_MAX = 40 };

struct SaveOut {
    Stream *s;
    char *path;
    char *working;         // what the new file beside the old one is called; NULL: it has no name, or there is none
    int fd;                // of the new file
    bool is_beside;        // there is one; else written in place (devices, folders that cannot be written)
    bool replaces, copies; // an old file; by writing into it
    bool compressed;
    z_stream z;
    bool z_open;
    int64_t header;  // place of the record's header
    int64_t given;   // bytes of the record's body
    Status failure;
    int64_t start;   // place in the file of block[0]
    size_t used, plain_used;
    unsigned char block[BLOCK], plain[BLOCK];  // for the file; for zlib
};

bool save_out_ok(const SaveOut *out) { return out->failure.code == 0; }

void save_out_fail(SaveOut *out, Status s)
{
    if (save_out_ok(out)) out->failure = s;
    else status_drop(&s);
}

static void fail_writing(SaveOut *out, Status s)
{
    int code = s.code, sys = s.sys;
    status_drop(&s);
    save_out_fail(out, status_sys(code, sys, "Error encountered writing to file. File: %s", out->path));
}

// --- Bytes -----------------------------------------------------------------------------------------------------------

static void write_stream(SaveOut *out, const void *p, size_t n)
{
    const char *from = p;
    while (n && save_out_ok(out)) {
        size_t k = 0;
        Status s = out->s->ops->write(out->s, from, n, &k);
        if (!status_ok(s)) fail_writing(out, s);
        from += k;
        n -= k;
    }
}

static void flush_block(SaveOut *out)
{
    write_stream(out, out->block, out->used);
    out->start += (int64_t)out->used;
    out->used = 0;
}

// Into the block, whole blocks straight to the file.
static void put(SaveOut *out, const void *p, size_t n)
{
    const char *from = p;
    while (n && save_out_ok(out)) {
        size_t k = BLOCK - out->used < n ? BLOCK - out->used : n;
        if (!out->used && n >= BLOCK) {
            k = n;
            write_stream(out, from, k);
            out->start += (int64_t)k;
        } else {
            memcpy(out->block + out->used, from, k);
            out->used += k;
            if (out->used == BLOCK) flush_block(out);
        }
        from += k;
        n -= k;
    }
}

static void deflate_plain(SaveOut *out, bool last)
{
    int r = Z_OK;
    out->z.next_in = out->plain;
    out->z.avail_in = (unsigned)out->plain_used;
    do {
        out->z.next_out = out->block + out->used;
        out->z.avail_out = (unsigned)(BLOCK - out->used);
        r = deflate(&out->z, last ? Z_FINISH : Z_NO_FLUSH);
        out->used = BLOCK - out->z.avail_out;
        if (out->used == BLOCK) flush_block(out);
    } while (save_out_ok(out) && (last ? r != Z_STREAM_END : !out->z.avail_out));
    out->plain_used = 0;
}

void save_out_bytes(SaveOut *out, const void *p, size_t n)
{
    const char *from = p;
    out->given += (int64_t)n;
    if (!out->z_open) put(out, p, n);
    while (out->z_open && n && save_out_ok(out)) {
        size_t k = BLOCK - out->plain_used < n ? BLOCK - out->plain_used : n;
        memcpy(out->plain + out->plain_used, from, k);
        out->plain_used += k;
        from += k;
        n -= k;
        if (out->plain_used == BLOCK) deflate_plain(out, false);
    }
}

void save_out_long(SaveOut *out, int32_t v)
{
    uint32_t x = __builtin_bswap32((uint32_t)v);
    save_out_bytes(out, &x, sizeof x);
}

void save_out_long64(SaveOut *out, int64_t v)
{
    uint64_t x = __builtin_bswap64((uint64_t)v);
    save_out_bytes(out, &x, sizeof x);
}

void save_out_align(SaveOut *out)
{
    static const char zeros[4];
    if (out->given % 4) save_out_bytes(out, zeros, (size_t)(4 - out->given % 4));
}

void save_out_text(SaveOut *out, const char *p, size_t n)
{
    if (n > SAVE_TEXT_MAX) {
        save_out_fail(out, status_fail(E_VALUE, "Text is too long for a SAVE file: %zu bytes.", n));
        return;
    }
    save_out_long(out, (int32_t)n);
    save_out_bytes(out, p, n);
    save_out_align(out);
}

// --- Records -------------------------------------------------------------------------------------------------------

static void put_header(SaveOut *out, SaveKind kind, int64_t next)
{
    uint32_t h[4] = {__builtin_bswap32((uint32_t)kind), __builtin_bswap32((uint32_t)next),
                     __builtin_bswap32((uint32_t)((uint64_t)next >> 32)), 0};
    put(out, h, sizeof h);
}

void save_out_begin(SaveOut *out, SaveKind kind)
{
    out->header = out->start + (int64_t)out->used;
    put_header(out, kind, 0);
    out->given = 0;
    if (!out->compressed || !save_out_ok(out)) return;
    out->z = (z_stream){0};
    out->z_open = deflateInit(&out->z, Z_DEFAULT_COMPRESSION) == Z_OK;
    if (!out->z_open) save_out_fail(out, (Status){E_NO_MEMORY, 0, NULL});
}

// Writes the place of the next record into the header, which is in the block still or in the file.
static void complete_header(SaveOut *out)
{
    int64_t next = out->start + (int64_t)out->used;
    uint32_t h[2] = {__builtin_bswap32((uint32_t)next), __builtin_bswap32((uint32_t)((uint64_t)next >> 32))};
    if (out->header >= out->start) {
        memcpy(out->block + (out->header - out->start) + 4, h, sizeof h);
        return;
    }
    flush_block(out);
    Status s = out->s->ops->seek(out->s, out->header + 4);
    if (!status_ok(s)) fail_writing(out, s);
    write_stream(out, h, sizeof h);
    s = out->s->ops->seek(out->s, next);
    if (!status_ok(s)) fail_writing(out, s);
}

void save_out_end(SaveOut *out)
{
    save_out_align(out);
    if (out->z_open) {
        deflate_plain(out, true);
        deflateEnd(&out->z);
    }
    out->z_open = false;
    if (save_out_ok(out)) complete_header(out);
}

// --- Files -----------------------------------------------------------------------------------------------------------

static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return !slash ? mem_strdup(".") : mem_strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

// A file of its own in the folder: without a name where the system can do that, so that nothing is left when the
// program is killed. *name: what it is called, NULL: nothing. Below 0: -errno.
static int open_new(const char *folder, mode_t mode, char **name)
{
    int fd = -EOPNOTSUPP;
    *name = NULL;
#ifdef O_TMPFILE
    fd = sys_open(folder, O_RDWR | O_TMPFILE, (int)mode);
    if (fd >= 0 || fd == -EACCES || fd == -EPERM || fd == -EROFS) return fd;
#endif
    size_t n = strlen(folder) + 60;
    *name = mem_must(n);
    for (int i = 0; i < TRIES; i++) {
        snprintf(*name, n, "%s/.helio-save-%d-%d.tmp", folder, (int)getpid(), i);
        fd = sys_open(*name, O_RDWR | O_CREAT | O_EXCL, (int)mode);
        if (fd != -EEXIST) break;
    }
    return fd;
}

// The new file gets the old one's owner and permissions. What only the old file itself can keep (its names, an owner
// that we may not give) is kept by writing into it at the end.
static Status imitate(SaveOut *out, int fd, const struct stat *old)
{
    bool ours = old->st_uid == geteuid() && old->st_gid == getegid();
    out->copies = old->st_nlink > 1 || (!ours && fchown(fd, old->st_uid, old->st_gid) < 0);
    return fchmod(fd, old->st_mode & 07777) < 0 ? (Status){E_OPEN, errno, NULL} : STATUS_OK;
}

// A new file beside the old one; in a folder where none can be made, the old one.
static Status open_working(SaveOut *out)
{
    struct stat st;
    bool exists = stat(out->path, &st) == 0;
    if (exists && S_ISDIR(st.st_mode)) return (Status){E_OPEN, EISDIR, NULL};
    if (exists && !S_ISREG(st.st_mode)) return file_open(out->path, O_WRONLY, &out->s);
    if (exists && access(out->path, W_OK) < 0) return (Status){E_OPEN, errno, NULL};
    char *folder = folder_of(out->path);
    out->fd = open_new(folder, exists ? 0600 : 0666, &out->working);
    mem_free(folder);
    if (exists && (out->fd == -EACCES || out->fd == -EPERM || out->fd == -EROFS)) {
        mem_free(out->working);
        out->working = NULL;
        return file_open(out->path, O_WRONLY | O_TRUNC, &out->s);
    }
    if (out->fd < 0) {
        mem_free(out->working); // another program's
        out->working = NULL;
        return (Status){E_OPEN, -out->fd, NULL};
    }
    out->s = file_wrap(out->fd, SF_WRITE);
    out->is_beside = true;
    out->replaces = exists;
    return exists ? imitate(out, out->fd, &st) : STATUS_OK;
}

// The file that a link stands for, even if it is not there yet; the link itself stays.
static char *real_path(const char *path)
{
    char to[4096];
    char *at = mem_strdup(path);
    for (int i = 0; i < LINKS_MAX; i++) {
        ssize_t n = readlink(at, to, sizeof to - 1);
        if (n <= 0) break;
        to[n] = '\0';
        char *folder = folder_of(at), *next = mem_must(strlen(folder) + (size_t)n + 2);
        if (*to == '/')
            strcpy(next, to);
        else
            strcat(strcat(strcpy(next, folder), "/"), to);
        mem_free(folder);
        mem_free(at);
        at = next;
    }
    return at;
}

Status save_out_open(const char *path, bool compressed, SaveOut **result)
{
    SaveOut *out = mem_must(sizeof *out);
    out->path = real_path(path);
    out->compressed = compressed;
    Status s = open_working(out);
    if (!status_ok(s)) {
        int sys = s.sys;
        status_drop(&s);
        save_out_abandon(out);
        *result = NULL;
        return status_sys(E_OPEN, sys, "Error opening file. File: %s", path);
    }
    put(out, compressed ? "SR\0\6" : "SR\0\4", 4);
    *result = out;
    return STATUS_OK;
}

// The bytes into the file that is to have them.
static int copy_into(const SaveOut *out)
{
    int to = sys_open(out->path, O_WRONLY | O_CREAT | O_TRUNC, 0666), err = to < 0 ? -to : 0;
    char *room = mem_must(BLOCK);
    for (off_t at = 0; !err;) {
        ssize_t n = pread(out->fd, room, BLOCK, at), done = 0;
        if (n <= 0) {
            err = n < 0 ? errno : 0;
            break;
        }
        while (done < n && !err) {
            ssize_t k = write(to, room + done, (size_t)(n - done));
            if (k < 0 && errno != EINTR)
                err = errno;
            else if (k > 0)
                done += k;
        }
        at += n;
    }
    mem_free(room);
    if (to >= 0 && fsync(to) < 0 && errno != EINVAL && !err) err = errno;
    if (to >= 0 && close(to) < 0 && !err) err = errno;
    return err;
}

// A name for a file that has none.
static bool give_name(SaveOut *out)
{
    char *folder = folder_of(out->path), from[40];
    size_t n = strlen(folder) + 60;
    bool named = false;
    out->working = mem_must(n);
    snprintf(from, sizeof from, "/proc/self/fd/%d", out->fd);
    for (int i = 0; i < TRIES && !named; i++) {
        snprintf(out->working, n, "%s/.helio-save-%d-%d.tmp", folder, (int)getpid(), i);
        named = linkat(AT_FDCWD, from, AT_FDCWD, out->working, AT_SYMLINK_FOLLOW) == 0;
        if (!named && errno != EEXIST) break;
    }
    mem_free(folder);
    if (named) return true;
    mem_free(out->working);
    out->working = NULL;
    return false;
}

// All has been written: into its place. An errno, or 0.
static int put_into_place(SaveOut *out)
{
    if (!out->is_beside) return 0;
    if (out->copies || (!out->working && !give_name(out))) return copy_into(out);
    if (out->replaces && fsync(out->fd) < 0 && errno != EINVAL) return errno;
    if (rename(out->working, out->path) < 0) return errno;
    mem_free(out->working);
    out->working = NULL;
    return 0;
}

static void close_stream(SaveOut *out)
{
    if (!out->s) return;
    Status s = out->s->ops->close(out->s);
    out->s = NULL;
    if (!status_ok(s)) fail_writing(out, s);
}

static void free_out(SaveOut *out)
{
    if (out->z_open) deflateEnd(&out->z);
    mem_free(out->path);
    mem_free(out->working);
    mem_free(out);
}

void save_out_abandon(SaveOut *out)
{
    if (!out) return;
    close_stream(out);
    if (out->working) unlink(out->working);
    status_drop(&out->failure);
    free_out(out);
}

Status save_out_finish(SaveOut *out)
{
    if (save_out_ok(out)) put_header(out, SAVE_END, 0);
    if (save_out_ok(out)) flush_block(out);
    int err = save_out_ok(out) ? put_into_place(out) : 0;
    if (err) fail_writing(out, (Status){E_WRITE, err, NULL});
    close_stream(out);
    Status failure = out->failure;
    out->failure = STATUS_OK;
    if (out->working) unlink(out->working);
    free_out(out);
    return failure;
}
