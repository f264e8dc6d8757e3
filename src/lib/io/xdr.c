// XDR units. BYTE data are counted opaque data, one count for all of a variable or tag; a 2-byte integer takes 4 bytes; a
// string has its length twice, since IDL counts in front of xdr_string, and nothing else when it is empty. What is
// counted is filled with zeros to a multiple of 4. Sources: RFC 4506; manual, "Portable Unformatted Input/Output".
#include "lib/io/xdr.h"

#include "vm/call/call.h"

enum { XDR_UNIT = 4, XDR_CHUNK = 4096 };

bool xdr_packs(TypeCode type) { return type == T_STRING || type == T_BYTE || type == T_INT || type == T_UINT; }

static size_t padding(size_t n) { return (XDR_UNIT - n % XDR_UNIT) % XDR_UNIT; }

static uint32_t word_at(const uint8_t *b)
{
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static void word_put(uint8_t *b, uint32_t w)
{
    for (int i = 0; i < XDR_UNIT; i++) b[i] = (uint8_t)(w >> (24 - 8 * i));
}

// --- reading --------------------------------------------------------------------------------------------------------

static bool read_all(Transfer *t, void *p, size_t n)
{
    size_t got = 0;
    t->failure = unit_read_exact(t->u, p, n, &got);
    return status_ok(t->failure) && got == n;
}

static bool read_word(Transfer *t, uint32_t *w)
{
    uint8_t b[XDR_UNIT];
    if (!read_all(t, b, sizeof b)) return false;
    *w = word_at(b);
    return true;
}

static bool read_counted(Transfer *t, void *p, size_t n)
{
    uint8_t fill[XDR_UNIT];
    return read_all(t, p, n) && (padding(n) == 0 || read_all(t, fill, padding(n)));
}

static bool not_as_written(Transfer *t)
{
    t->failure = status_fail(E_READ, "Error encountered reading from file unit: %d.", t->u->lun);
    return false;
}

// All bytes that were written together are read together.
static bool read_bytes(Transfer *t, void *p, int64_t n)
{
    uint32_t count;
    if (!read_word(t, &count)) return false;
    if (count != (uint64_t)n) return not_as_written(t);
    if (!read_counted(t, p, (size_t)n)) return false;
    t->elements += n;
    return true;
}

static bool read_shorts(Transfer *t, uint16_t *p, int64_t n)
{
    uint8_t b[XDR_CHUNK];
    while (n > 0) {
        size_t k = n < XDR_CHUNK / XDR_UNIT ? (size_t)n : XDR_CHUNK / XDR_UNIT, got = 0;
        t->failure = unit_read_exact(t->u, b, k * XDR_UNIT, &got);
        for (size_t i = 0; i < got / XDR_UNIT; i++) p[i] = (uint16_t)word_at(b + i * XDR_UNIT);
        t->elements += (int64_t)(got / XDR_UNIT);
        if (!status_ok(t->failure) || got < k * XDR_UNIT) return false;
        p += k;
        n -= (int64_t)k;
    }
    return true;
}

// The string gets the length that is stored.
static bool read_string(Transfer *t, StrSlot *slot)
{
    uint32_t length, again;
    if (!read_word(t, &length)) return false;
    if (length && !read_word(t, &again)) return false;
    if (length > INT32_MAX || (length && again != length)) return not_as_written(t);
    Str *s = str_new(NULL, length);
    if (!s && length) {
        t->failure = status_fail(E_NO_MEMORY, "Unable to allocate memory.");
        return false;
    }
    if (length && !read_counted(t, s->s, length)) {
        str_drop(s);
        return false;
    }
    str_drop(slot->p);
    slot->p = s;
    t->elements++;
    return true;
}

bool xdr_read(Transfer *t, TypeCode type, void *p, int64_t n)
{
    if (type == T_BYTE) return read_bytes(t, p, n);
    if (type != T_STRING) return read_shorts(t, p, n);
    for (int64_t i = 0; i < n; i++) {
        if (!read_string(t, (StrSlot *)p + i)) return false;
    }
    return true;
}

// --- writing --------------------------------------------------------------------------------------------------------

static bool write_all(Transfer *t, const void *p, size_t n)
{
    size_t put = 0;
    t->failure = unit_write_bytes(t->u, p, n, &put);
    return status_ok(t->failure) && put == n;
}

static bool write_word(Transfer *t, uint32_t w)
{
    uint8_t b[XDR_UNIT];
    word_put(b, w);
    return write_all(t, b, sizeof b);
}

static bool write_counted(Transfer *t, const void *p, size_t n)
{
    static const uint8_t zeros[XDR_UNIT];
    if (n > UINT32_MAX) {
        t->failure = status_fail(E_VALUE, "XDR counts no more than %lu bytes.", (unsigned long)UINT32_MAX);
        return false;
    }
    return write_word(t, (uint32_t)n) && write_all(t, p, n) && (padding(n) == 0 || write_all(t, zeros, padding(n)));
}

static bool write_shorts(Transfer *t, TypeCode type, const uint16_t *p, int64_t n)
{
    uint8_t b[XDR_CHUNK];
    while (n > 0) {
        size_t k = n < XDR_CHUNK / XDR_UNIT ? (size_t)n : XDR_CHUNK / XDR_UNIT;
        for (size_t i = 0; i < k; i++) word_put(b + i * XDR_UNIT, type == T_INT ? (uint32_t)(int16_t)p[i] : p[i]);
        if (!write_all(t, b, k * XDR_UNIT)) return false;
        t->elements += (int64_t)k;
        p += k;
        n -= (int64_t)k;
    }
    return true;
}

bool xdr_write(Transfer *t, TypeCode type, const void *p, int64_t n)
{
    if (type == T_BYTE) {
        if (!write_counted(t, p, (size_t)n)) return false;
        t->elements += n;
        return true;
    }
    if (type != T_STRING) return write_shorts(t, type, p, n);
    for (int64_t i = 0; i < n; i++, t->elements++) {
        const Str *s = ((const StrSlot *)p)[i].p;
        size_t len = str_len(s);
        if (!write_word(t, (uint32_t)len) || (len && !write_counted(t, str_text(s), len))) return false;
    }
    return true;
}
