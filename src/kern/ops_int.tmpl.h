// Element operations of an integer type. Given: T the type, TN its name, W an unsigned type at least as wide as T and
// int, IS_SIGNED, and Q, a floating type in which T/T truncates exactly (so that division vectorises), or none.
#define FN(op) CAT2(op, TN)

static inline T FN(add)(T a, T b) { return (T)((W)a + (W)b); }
static inline T FN(sub)(T a, T b) { return (T)((W)a - (W)b); }
static inline T FN(mul)(T a, T b) { return (T)((W)a * (W)b); }

// The quotient is a where b is 0, and the most negative number divided by -1 wraps to itself.
static inline T FN(div)(T a, T b)
{
#ifdef Q
    T q = (T)(int32_t)((Q)a / (Q)(b ? b : 1));
    return b ? q : a;
#elif IS_SIGNED
    if (b == -1) return (T)(0 - (W)a);
    return b ? (T)(a / b) : a;
#else
    return b ? (T)(a / b) : a;
#endif
}

static inline T FN(mod)(T a, T b)
{
#ifdef Q
    T d = b ? b : 1;
    T q = (T)(int32_t)((Q)a / (Q)d);
    return (T)((W)a - (W)q * (W)d);
#elif IS_SIGNED
    return b == 0 || b == -1 ? 0 : (T)(a % b);
#else
    return b ? (T)(a % b) : 0;
#endif
}

// Negative exponents: only 1 and -1 have an integer result other than 0.
static inline T FN(pow)(T a, T e)
{
#if IS_SIGNED
    if (e < 0) return a == 1 ? 1 : a == -1 ? (e & 1 ? -1 : 1) : 0;
#endif
    W r = 1, base = (W)a;
    for (W k = (W)e; k; k >>= 1) {
        if (k & 1) r *= base;
        base *= base;
    }
    return (T)r;
}

static inline T FN(min)(T a, T b) { return a < b ? a : b; }
static inline T FN(max)(T a, T b) { return a > b ? a : b; }
static inline uint8_t FN(eq)(T a, T b) { return a == b; }
static inline uint8_t FN(ne)(T a, T b) { return a != b; }
static inline uint8_t FN(lt)(T a, T b) { return a < b; }
static inline uint8_t FN(le)(T a, T b) { return a <= b; }
static inline uint8_t FN(gt)(T a, T b) { return a > b; }
static inline uint8_t FN(ge)(T a, T b) { return a >= b; }
static inline T FN(and)(T a, T b) { return (T)(a & b); }
static inline T FN(or)(T a, T b) { return (T)(a | b); }
static inline T FN(xor)(T a, T b) { return (T)(a ^ b); }

static inline T FN(neg)(T a) { return (T)(0 - (W)a); }
static inline T FN(not)(T a) { return (T)~a; }
static inline uint8_t FN(lognot)(T a) { return a == 0; }
static inline uint8_t FN(truth)(T a) { return a != 0; }
static inline uint8_t FN(odd)(T a) { return (uint8_t)(a & 1); }
#if IS_SIGNED
static inline T FN(abs)(T a) { return a < 0 ? (T)(0 - (W)a) : a; }
#else
static inline T FN(abs)(T a) { return a; }
#endif
