// Reads the records of a SAVE file through a small window, so that the data of large arrays goes straight to its place.
// Start reading at save_in_next.
#include "io/save_file.h"

#include "base/mem.h"
#include "core/errors.h"
#include "base/inflate_memory.h"
#include "sys/interrupt.h"

#include <ctype.h>
#include <string.h>
#include <zlib.h>

enum { WINDOW = 1 << 16, PLAIN = 1 << 13, INFLATED_PIECE = 4 << 20, INFLATE_MAX = 1032 };  // zlib's best: 1032 bytes out of one

#define NO_ROOM "Unable to allocate memory for what the file holds."

struct SaveIn {
    Stream *s;
    char *name;
    bool compressed, promoted, in_record, ended;
    int64_t size;   // of the file
    int64_t at;     // place in the file of window[from]
    int64_t next;   // where the next record begins
    int64_t taken;  // bytes of the record's body given out
    z_stream z;     // of a compressed record
    bool z_open, z_ended;
    Status failure;
    size_t from, to;              // what is in the window
    size_t plain_from, plain_to;  // inflated bytes not yet given out
    unsigned char window[WINDOW], plain[PLAIN];
};

// --- Failures ------------------------------------------------------------------------------------------------------

bool save_in_ok(const SaveIn *in) { return in->failure.code == 0; }

static void keep_failure(SaveIn *in, Status s)
{
    if (save_in_ok(in)) in->failure = s;
    else status_drop(&s);
}

void save_in_fail(SaveIn *in, int code, const char *what)
{
    if (save_in_ok(in)) in->failure = status_fail(code, "%s File: %s", what, in->name);
}

static void fail_short(SaveIn *in)
{
    save_in_fail(in, E_READ, "Error encountered reading from file: it ends in the middle (cut short?).");
}

Status save_in_status(SaveIn *in)
{
    Status s = in->failure;
    in->failure = s.code ? (Status){s.code, s.sys, NULL} : STATUS_OK;
    return s;
}

// --- Bytes -----------------------------------------------------------------------------------------------------------

// Reads into p (the window, or an array); 0 at the end of the file and after a failure.
static size_t read_stream(SaveIn *in, void *p, size_t n)
{
    size_t got = 0;
    if (sys_interrupted()) keep_failure(in, (Status){E_INTERRUPT, 0, NULL});
    if (!save_in_ok(in)) return 0;
    Status s = in->s->ops->read(in->s, p, n, &got);
    if (status_ok(s)) return got;
    int sys = s.sys, code = s.code;
    status_drop(&s);
    keep_failure(in, status_sys(code, sys, "Error encountered reading from file. File: %s", in->name));
    return 0;
}

// How many bytes the record (a header: the file) still has.
static size_t left_of(const SaveIn *in)
{
    int64_t end = in->in_record ? in->next : in->size;
    return end > in->at ? (size_t)(end - in->at) : 0;
}

// Bytes of the record that are in the window now, after filling it if it is empty.
static size_t in_window(SaveIn *in)
{
    size_t left = left_of(in);
    if (in->from == in->to && left) {
        in->from = 0;
        in->to = read_stream(in, in->window, WINDOW);
    }
    return in->to - in->from < left ? in->to - in->from : left;
}

static void skip(SaveIn *in, size_t n)
{
    in->from += n;
    in->at += (int64_t)n;
}

// 1 to n bytes, not beyond the record's end; 0 there or after a failure.
static size_t take(SaveIn *in, void *p, size_t n)
{
    if (n > left_of(in)) n = left_of(in);
    if (in->from == in->to && n >= WINDOW / 2) {
        n = read_stream(in, p, n);
        in->at += (int64_t)n;
        return n;
    }
    size_t k = in_window(in);
    if (n > k) n = k;
    memcpy(p, in->window + in->from, n);
    skip(in, n);
    return n;
}

static size_t inflate_into(SaveIn *in, void *p, size_t n)
{
    if (n > INFLATED_PIECE) n = INFLATED_PIECE;
    in->z.next_out = p;
    in->z.avail_out = (unsigned)n;
    while (in->z.avail_out == n && !in->z_ended && save_in_ok(in)) {
        size_t k = in_window(in);
        in->z.next_in = in->window + in->from;
        in->z.avail_in = (unsigned)k;
        int r = inflate(&in->z, Z_NO_FLUSH);
        skip(in, k - in->z.avail_in);
        in->z_ended = r == Z_STREAM_END || !k;
        if (r != Z_OK && r != Z_STREAM_END && r != Z_BUF_ERROR) {
            save_in_fail(in, E_READ, "Error encountered reading from file: its compressed data is damaged.");
        }
    }
    return n - in->z.avail_out;
}

static size_t take_inflated(SaveIn *in, void *p, size_t n)
{
    if (in->plain_from == in->plain_to) {
        if (n >= PLAIN / 2) return inflate_into(in, p, n);
        in->plain_from = 0;
        in->plain_to = inflate_into(in, in->plain, PLAIN);
    }
    size_t k = in->plain_to - in->plain_from;
    if (n > k) n = k;
    memcpy(p, in->plain + in->plain_from, n);
    in->plain_from += n;
    return n;
}

void save_in_bytes(SaveIn *in, void *p, size_t n)
{
    for (char *to = p; n;) {
        size_t k = in->z_open ? take_inflated(in, to, n) : take(in, to, n);
        if (!k) {
            if (save_in_ok(in)) fail_short(in);
            if (in->failure.code != E_INTERRUPT) memset(to, 0, n);  // then nobody looks at it
            return;
        }
        in->taken += (int64_t)k;
        to += k;
        n -= k;
    }
}

bool save_in_holds(SaveIn *in, int64_t bytes)
{
    int64_t left = (int64_t)left_of(in);
    bool is_huge = left > INT64_MAX / INFLATE_MAX - WINDOW;
    if (in->z_open) left = is_huge ? INT64_MAX : left * INFLATE_MAX + WINDOW + PLAIN; // zlib itself holds some back
    if (bytes < 0 || bytes > left) save_in_fail(in, E_READ, "Error encountered reading from file: impossible sizes.");
    return save_in_ok(in);
}

static uint32_t word(SaveIn *in)
{
    uint32_t v = 0;
    save_in_bytes(in, &v, sizeof v);
    return __builtin_bswap32(v);
}

int32_t save_in_long(SaveIn *in) { return (int32_t)word(in); }

int64_t save_in_long64(SaveIn *in)
{
    uint64_t high = word(in);
    return (int64_t)(high << 32 | word(in));
}

void save_in_align(SaveIn *in)
{
    char pad[4];
    if (in->taken % 4) save_in_bytes(in, pad, (size_t)(4 - in->taken % 4));
}

bool save_in_room(SaveIn *in, size_t bytes)
{
    char *probe = mem_alloc(bytes);
    if (!probe) save_in_fail(in, E_NO_MEMORY, NO_ROOM);
    mem_free(probe);
    return save_in_ok(in);
}

char *save_in_text(SaveIn *in)
{
    int32_t n = save_in_long(in);
    if (n < 0 || !save_in_holds(in, n)) {
        save_in_fail(in, E_READ, "Error encountered reading from file: impossible sizes.");
        n = 0;
    }
    char *text = mem_alloc((size_t)n + 1);
    if (!text) {
        save_in_fail(in, E_NO_MEMORY, NO_ROOM);
        text = mem_must(1);
        *text = '\0';
        return text;
    }
    text[n] = '\0';
    save_in_bytes(in, text, (size_t)n);
    save_in_align(in);
    return text;
}

char *save_in_name(SaveIn *in)
{
    char name[256] = "";
    int32_t n = left_of(in) >= 4 ? save_in_long(in) : 0;
    if (n < 1 || n >= (int32_t)sizeof name || (size_t)n > left_of(in)) return NULL;
    save_in_bytes(in, name, (size_t)n);
    for (int i = 0; i < n; i++) {
        if (!isgraph((unsigned char)name[i])) return NULL;
    }
    return mem_strdup(name);
}

// --- Records -------------------------------------------------------------------------------------------------------

static void leave_record(SaveIn *in)
{
    if (in->z_open) inflateEnd(&in->z);
    in->z = (z_stream){0};
    in->z_open = in->z_ended = in->in_record = false;
    in->plain_from = in->plain_to = 0;
}

static bool go_to(SaveIn *in, int64_t place)
{
    if (place >= in->at && place - in->at <= (int64_t)(in->to - in->from)) {
        skip(in, (size_t)(place - in->at));
        return true;
    }
    Status s = in->s->ops->seek ? in->s->ops->seek(in->s, place) : (Status){E_SEEK, 0, NULL};
    in->at = place;
    in->from = in->to = 0;
    if (!status_ok(s)) keep_failure(in, s);
    return save_in_ok(in);
}

// Two words: the low one first, except after PROMOTE64 (IDL 5.4), where they are one 64-bit number.
static int64_t next_place(const SaveIn *in, uint32_t first, uint32_t second)
{
    int64_t low_first = (int64_t)((uint64_t)second << 32 | first), high_first = (int64_t)((uint64_t)first << 32 | second);
    bool fits = low_first >= in->at && low_first <= in->size;
    return in->promoted && !fits ? high_first : low_first;
}

static void begin_inflating(SaveIn *in)
{
    in->z = inflate_memory_stream();
    in->z_open = inflateInit(&in->z) == Z_OK;
    if (!in->z_open) keep_failure(in, (Status){E_NO_MEMORY, 0, NULL});
}

bool save_in_next(SaveIn *in, SaveKind *kind)
{
    leave_record(in);
    if (in->ended || !save_in_ok(in) || (in->next && !go_to(in, in->next))) return false;
    int32_t code = save_in_long(in);
    uint32_t a = word(in), b = word(in);
    word(in);
    if (!save_in_ok(in) || code == SAVE_END) {
        in->ended = true;
        return false;
    }
    in->next = next_place(in, a, b);
    if (in->next > in->size) fail_short(in);
    else if (in->next < in->at) save_in_fail(in, E_READ, "Error encountered reading from file: records overlap.");
    if (code == SAVE_PROMOTE64) in->promoted = true;
    in->in_record = true;
    in->taken = 0;
    if (in->compressed && code != SAVE_COMPILED && in->next > in->at && save_in_ok(in)) begin_inflating(in);
    *kind = (SaveKind)code;
    return save_in_ok(in);
}

bool save_in_is_compressed(const SaveIn *in) { return in->compressed; }

Status save_in_open(Stream *s, const char *name, SaveIn **out)
{
    SaveIn *in = mem_must(sizeof *in);
    unsigned char head[4];
    *in = (SaveIn){.s = s, .name = mem_strdup(name), .size = s->ops->size ? s->ops->size(s) : -1};
    save_in_bytes(in, head, sizeof head);
    in->compressed = head[3] == 6;
    if (memcmp(head, "SR\0\4", 4) != 0 && memcmp(head, "SR\0\6", 4) != 0) {
        status_drop(&in->failure);
        save_in_fail(in, E_READ, "Not an IDL SAVE file.");
    }
    in->taken = 0;
    if (save_in_ok(in)) {
        *out = in;
        return STATUS_OK;
    }
    Status failure = save_in_status(in);
    save_in_free(in);
    *out = NULL;
    return failure;
}

void save_in_free(SaveIn *in)
{
    if (!in) return;
    leave_record(in);
    status_drop(&in->failure);
    Status s = in->s->ops->close(in->s);
    status_drop(&s);  // nothing was written
    mem_free(in->name);
    mem_free(in);
}
