// Changes of a SAVE file that keep its frames: each record's header says where the next begins, and its body, if compressed, is a
// whole zlib stream; so what RESTORE makes of wrong contents is tried, and not how it finds wrong frames. Start at save_change_frames.
#include "save_made.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { RECORDS_MAX = 400, HEADER = 16, BODY_MAX = 1 << 20, MORE = 4096, END = 6 };  // MORE: what a body may grow by

typedef struct Record {
    uint32_t kind;
    uint8_t *body;  // inflated; owned
    size_t n, room;
} Record;

static uint32_t word_at(const uint8_t *p) { return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]; }

static void put_word(uint8_t *p, uint32_t v)
{
    for (int i = 0; i < 4; i++) p[i] = (uint8_t)(v >> (24 - 8 * i));
}

static bool take_body(Record *r, const uint8_t *p, size_t n, bool compressed)
{
    static uint8_t plain[BODY_MAX];
    uLongf got = sizeof plain;
    if (compressed && uncompress(plain, &got, p, n) != Z_OK) return false;
    r->n = compressed ? got : n;
    r->room = r->n + MORE;
    r->body = malloc(r->room);
    if (!r->body) exit(2);
    memcpy(r->body, compressed ? plain : p, r->n);
    return true;
}

static int take_records(const uint8_t *file, size_t n, Record *r, bool *whole)
{
    int count = 0;
    *whole = false;
    for (size_t at = 4; n - at >= HEADER && count < RECORDS_MAX;) {
        uint32_t kind = word_at(file + at), next = word_at(file + at + 4);
        if (kind == END) {
            *whole = true;
            break;
        }
        if (next < at + HEADER || next > n) break;
        bool compressed = file[3] == 6;
        r[count] = (Record){.kind = kind};
        if (!take_body(&r[count], file + at + HEADER, next - at - HEADER, compressed)) break;
        count++;
        at = next;
    }
    return count;
}

static void put_record(Buf *out, const Record *r, bool compressed)
{
    uint8_t head[HEADER] = {0};
    uLongf n = compressBound(r->n);
    uint8_t *packed = malloc(n);
    if (!packed) exit(2);
    bool ok = compressed && compress2(packed, &n, r->body, r->n, 1) == Z_OK;
    put_word(head, r->kind);
    put_word(head + 4, (uint32_t)(out->len + HEADER + (ok ? n : r->n)));
    buf_put(out, head, HEADER);
    buf_put(out, ok ? packed : r->body, ok ? n : r->n);
    free(packed);
}

// A word becomes another: of the marks and codes that the format has, of what stands elsewhere, a little more or less.
static void change_word(Choices *c, Record *r)
{
    static const uint32_t words[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 15, 16, 18, 20, 32, 34, 36, 52, 100, 0x7FFF, 0x10000, 0x7FFFFFFF, 0x80000000,
                                     0xFFFFFFFF, 0x40000000, 0x20000000, 1000000};
    if (r->n < 4) return;
    size_t at = choose(c, r->n / 4) * 4, from = choose(c, r->n / 4) * 4;
    uint32_t v = word_at(r->body + at);
    switch (choose(c, 6)) {
    case 0: v++; break;
    case 1: v--; break;
    case 2: v = word_at(r->body + from); break;
    case 3: v ^= (uint32_t)1 << choose(c, 32); break;
    default: v = words[choose(c, sizeof words / sizeof *words)];
    }
    put_word(r->body + at, v);
}

// Four to 400 bytes go, or come twice.
static void change_length(Choices *c, Record *r)
{
    size_t words = r->n / 4, at = words ? choose(c, words) * 4 : 0, n = 4 * (1 + choose(c, choose(c, 3) ? 4 : 100));
    if (n > r->n - at) n = (r->n - at) / 4 * 4;
    if (choose(c, 2)) {
        memmove(r->body + at, r->body + at + n, r->n - at - n);
        r->n -= n;
    } else if (r->n + n <= r->room) {
        memmove(r->body + at + n, r->body + at, r->n - at);
        r->n += n;
    }
}

static void change_records(Choices *c, Record *r, int n)
{
    Record *x = &r[choose(c, (uint64_t)n)], *y = &r[choose(c, (uint64_t)n)], old;
    switch (choose(c, 4)) {
    case 0:
        old = *x;
        *x = *y;
        *y = old;
        break;
    case 1: x->kind = (uint32_t)choose(c, 22); break;
    case 2: x->kind = y->kind; break;
    default: x->n = 0; break;
    }
}

bool save_change_frames(Choices *c, const uint8_t *file, size_t n, Buf *out)
{
    static Record r[RECORDS_MAX];
    bool whole, compressed = n > 4 && file[3] == 6;
    int count = n < 4 + HEADER ? 0 : take_records(file, n, r, &whole);
    for (int k = 1 + (int)choose(c, 4); k > 0 && count; k--) {
        Record *x = &r[choose(c, (uint64_t)count)];
        uint64_t how = choose(c, 20);
        if (how == 0) change_records(c, r, count);
        else if (how < 4) change_length(c, x);
        else change_word(c, x);
    }
    buf_put(out, file, n < 4 ? n : 4);
    for (int i = 0; i < count; i++) {
        if (choose(c, 40)) put_record(out, &r[i], compressed);
        if (choose(c, 40) == 0) put_record(out, &r[i], compressed);
    }
    buf_put(out, (uint8_t[HEADER]){0, 0, 0, END}, HEADER);
    for (int i = 0; i < count; i++) free(r[i].body);
    return count > 0;
}
