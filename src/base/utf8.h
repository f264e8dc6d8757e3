// Characters of UTF-8 (RFC 3629).
#ifndef HELIO_BASE_UTF8_H
#define HELIO_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UTF8_MAX = 4 };  // bytes of a character

// How many bytes there are now at `to`.
static inline size_t utf8_put(char to[UTF8_MAX], uint32_t code)
{
    static const uint8_t lead[] = {0, 0xC0, 0xE0, 0xF0};
    size_t more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    to[0] = (char)(lead[more] | code >> (6 * more));
    for (size_t i = 1; i <= more; i++) to[i] = (char)(0x80 | (code >> (6 * (more - i)) & 0x3F));
    return more + 1;
}

// The character at p, n bytes at most: how many it has; 0: these bytes are none.
static inline size_t utf8_take(const char *p, size_t n, uint32_t *code)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    const unsigned char *s = (const unsigned char *)p;
    size_t more = *s < 0x80 ? 0 : *s < 0xE0 ? 1 : *s < 0xF0 ? 2 : 3;
    if (more >= n || (*s >= 0x80 && *s < 0xC2) || *s > 0xF4) return 0;
    uint32_t c = more ? *s & (0x3Fu >> more) : *s;
    for (size_t i = 1; i <= more; i++) {
        if ((s[i] & 0xC0) != 0x80) return 0;
        c = c << 6 | (s[i] & 0x3F);
    }
    if (c < least[more] || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) return 0;
    *code = c;
    return more + 1;
}

#endif
