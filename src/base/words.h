// Words in the other byte order.
#ifndef HELIO_BASE_WORDS_H
#define HELIO_BASE_WORDS_H

#include <stddef.h>
#include <stdint.h>

// Reverses the bytes of each of n words of `size` bytes (2, 4 or 8; of others nothing happens).
static inline void words_swap(void *data, int64_t n, size_t size)
{
    if (size == 2) {
        for (uint16_t *p = data; n-- > 0; p++) *p = __builtin_bswap16(*p);
    } else if (size == 4) {
        for (uint32_t *p = data; n-- > 0; p++) *p = __builtin_bswap32(*p);
    } else if (size == 8) {
        for (uint64_t *p = data; n-- > 0; p++) *p = __builtin_bswap64(*p);
    }
}

#endif
