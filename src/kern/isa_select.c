// Truths as bits, and the numbers of those that are set. Compiled once per instruction set; compilers do not find these
// instructions themselves. Start reading at pack and expand.
#include "kern/isa.h"

#include <immintrin.h>
#include <string.h>

// 64 bytes as bits: set where not zero.
static inline uint64_t pack_word(const uint8_t *t)
{
#if defined __AVX512BW__
    __m512i x = _mm512_loadu_si512(t);
    return _mm512_test_epi8_mask(x, x);
#elif defined __AVX2__
    uint64_t zeros = 0;
    for (int i = 0; i < 2; i++) {
        __m256i x = _mm256_loadu_si256((const __m256i *)(t + 32 * i));
        zeros |= (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(x, _mm256_setzero_si256())) << 32 * i;
    }
    return ~zeros;
#else
    uint64_t zeros = 0;
    for (int i = 0; i < 4; i++) {
        __m128i x = _mm_loadu_si128((const __m128i *)(t + 16 * i));
        zeros |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(x, _mm_setzero_si128())) << 16 * i;
    }
    return ~zeros;
#endif
}

static int64_t pack(uint64_t *bits, const uint8_t *t, size_t n)
{
    int64_t count = 0;
    size_t w = 0;
    for (; (w + 1) * 64 <= n; w++) {
        bits[w] = pack_word(t + w * 64);
        count += __builtin_popcountll(bits[w]);
    }
    if (w * 64 < n) {
        uint8_t last[64] = {0};
        memcpy(last, t + w * 64, n - w * 64);
        bits[w] = pack_word(last);
        count += __builtin_popcountll(bits[w]);
    }
    return count;
}

// One by one: sparse words, and the last ones, where a whole vector would not fit.
static inline int64_t expand_each32(int32_t *out, uint64_t word, int32_t base)
{
    int64_t k = 0;
    for (; word; word &= word - 1) out[k++] = base + __builtin_ctzll(word);
    return k;
}

static inline int64_t expand_each64(int64_t *out, uint64_t word, int64_t base)
{
    int64_t k = 0;
    for (; word; word &= word - 1) out[k++] = base + __builtin_ctzll(word);
    return k;
}

// All 64 bits of a word; elements behind the last one are written too, but none behind out[63].
static inline int64_t expand_word(int32_t *out, uint64_t word, int32_t base)
{
    int64_t k = 0;
#if defined __AVX512F__
    const __m512i first = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    __m512i at = _mm512_add_epi32(_mm512_set1_epi32(base), first);
    for (int i = 0; i < 64; i += 16) {
        uint32_t m = (uint32_t)(word >> i) & 0xFFFF;
        _mm512_storeu_si512(out + k, _mm512_maskz_compress_epi32((__mmask16)m, at));
        k += __builtin_popcount(m);
        at = _mm512_add_epi32(at, _mm512_set1_epi32(16));
    }
#elif defined __AVX2__
    for (int i = 0; i < 64; i += 8) {
        uint64_t m = word >> i & 0xFF, places = _pext_u64(0x0706050403020100u, _pdep_u64(m, 0x0101010101010101u) * 0xFF);
        __m256i at = _mm256_cvtepu8_epi32(_mm_cvtsi64_si128((int64_t)places));
        _mm256_storeu_si256((__m256i *)(out + k), _mm256_add_epi32(at, _mm256_set1_epi32(base + i)));
        k += __builtin_popcountll(m);
    }
#else
    k = expand_each32(out, word, base);
#endif
    return k;
}

static void expand(void *out, bool wide, const uint64_t *bits, size_t n, int64_t count, bool wanted)
{
    int32_t *narrow = out;
    int64_t *broad = out;
    int64_t k = 0;
    for (size_t at = 0; at < n; at += 64) {
        uint64_t word = wanted ? bits[at / 64] : ~bits[at / 64];
        if (n - at < 64) word &= ((uint64_t)1 << (n - at)) - 1;
        if (!word) continue;
        if (wide) k += expand_each64(broad + k, word, (int64_t)at);
        else if (count - k >= 80 && (word & (word - 1)) != 0) k += expand_word(narrow + k, word, (int32_t)at);
        else k += expand_each32(narrow + k, word, (int32_t)at);
    }
}

const KernSelect ISA_NAME(kern_select_table) = {pack, expand};
