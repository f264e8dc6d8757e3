// The Mersenne Twister's next 624 words (Matsumoto and Nishimura 1998), and numbers from them.
static inline uint32_t twisted(uint32_t high, uint32_t low)
{
    uint32_t joined = (high & 0x80000000u) | (low & 0x7FFFFFFFu);
    return joined >> 1 ^ ((0 - (low & 1)) & 0x9908B0DFu);
}

static void twist(uint32_t *w)
{
    enum { WORDS = 624, MIDDLE = 397 };
    for (int i = 0; i < WORDS - MIDDLE; i++) w[i] = w[i + MIDDLE] ^ twisted(w[i], w[i + 1]);
    for (int i = WORDS - MIDDLE; i < WORDS - 1; i++) w[i] = w[i + MIDDLE - WORDS] ^ twisted(w[i], w[i + 1]);
    w[WORDS - 1] = w[MIDDLE - 1] ^ twisted(w[WORDS - 1], w[0]);
}

static void temper(uint32_t *out, const uint32_t *word, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t y = word[i];
        y ^= y >> 11;
        y ^= y << 7 & 0x9D2C5680u;
        y ^= y << 15 & 0xEFC60000u;
        out[i] = y ^ y >> 18;
    }
}

// In [0, 1): what would round up to 1 becomes the number below.
static void unit_floats(float *out, const uint32_t *word, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        float x = (float)(word[i] * (1.0 / 4294967296.0));
        out[i] = x < 1 ? x : 0x1.fffffep-1f;
    }
}
