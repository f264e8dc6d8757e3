// Element operations of COMPLEX or DCOMPLEX. Given: T, TN, P the type of a part, and IS_WIDE for DCOMPLEX.
// COMPLEX is computed in double where that avoids overflow; DCOMPLEX divides with scaling. gcc 12 makes fused
// multiply-adds of a product and an alternating sum even where contraction is off; KEEP stops it, so that every
// instruction set gives the same bits.
#define KEEP(x) __builtin_assoc_barrier(x)
#define FN(op) CAT2(op, TN)

static inline T FN(add)(T a, T b) { return (T){a.re + b.re, a.im + b.im}; }
static inline T FN(sub)(T a, T b) { return (T){a.re - b.re, a.im - b.im}; }
static inline T FN(mul)(T a, T b) 
{
    return (T){KEEP(a.re * b.re) - KEEP(a.im * b.im), KEEP(a.re * b.im) + KEEP(a.im * b.re)};
}

static inline T FN(div)(T a, T b)
{
#if IS_WIDE
    // by the greater part, chosen by bits: both ways computed would report divisions by zero
    int swap = !(fabs(b.re) >= fabs(b.im));
    double great = pick(swap, b.im, b.re), less = pick(swap, b.re, b.im), u = pick(swap, a.im, a.re), v = pick(swap, a.re, a.im);
    int zero = great == 0;
    double r = pick(zero, 0, less / pick(zero, 1, great)), d = great + KEEP(less * r), ur = KEEP(u * r);
    return (T){(u + KEEP(v * r)) / d, (pick(swap, ur, v) - pick(swap, v, ur)) / d};
#else
    double br = b.re, bi = b.im, d = br * br + bi * bi;
    return (T){(float)((KEEP(a.re * br) + KEEP(a.im * bi)) / d), (float)((KEEP(a.im * br) - KEEP(a.re * bi)) / d)};
#endif
}

static inline double FN(norm)(T a)
{
#if IS_WIDE
    return hypot(a.re, a.im);
#else
    return sqrt((double)a.re * a.re + (double)a.im * a.im);
#endif
}

static inline P FN(abs)(T a) { return (P)FN(norm)(a); }

// Integer powers by repeated squaring, in double.
static inline T FN(powl)(T a, int32_t e)
{
    double rr = 1, ri = 0, br = a.re, bi = a.im;
    for (uint32_t k = e < 0 ? 0u - (uint32_t)e : (uint32_t)e; k; k >>= 1) {
        if (k & 1) {
            double t = KEEP(rr * br) - KEEP(ri * bi);
            ri = KEEP(rr * bi) + KEEP(ri * br);
            rr = t;
        }
        double t = KEEP(br * br) - KEEP(bi * bi);
        bi = 2 * br * bi;
        br = t;
    }
    if (e >= 0) return (T){(P)rr, (P)ri};
    double d = rr * rr + ri * ri;
    return (T){(P)(rr / d), (P)(-ri / d)};
}

static inline T FN(pow)(T a, T b)
{
    if (b.im == 0 && fabs((double)b.re) <= 1024 && b.re == (P)(int32_t)b.re) return FN(powl)(a, (int32_t)b.re);
    double r = FN(norm)(a);
    if (r == 0) return (T){0, 0};
    double lr = log(r), th = atan2(a.im, a.re);
    double m = exp(b.re * lr - b.im * th), ang = b.im * lr + b.re * th;
    return (T){(P)(m * cos(ang)), (P)(m * sin(ang))};
}

static inline T FN(min)(T a, T b) { return FN(norm)(a) < FN(norm)(b) ? a : b; }
static inline T FN(max)(T a, T b) { return FN(norm)(a) > FN(norm)(b) ? a : b; }
static inline uint8_t FN(eq)(T a, T b) { return a.re == b.re && a.im == b.im; }
static inline uint8_t FN(ne)(T a, T b) { return a.re != b.re || a.im != b.im; }
static inline uint8_t FN(lt)(T a, T b) { return FN(norm)(a) < FN(norm)(b); }
static inline uint8_t FN(le)(T a, T b) { return FN(norm)(a) <= FN(norm)(b); }
static inline uint8_t FN(gt)(T a, T b) { return FN(norm)(a) > FN(norm)(b); }
static inline uint8_t FN(ge)(T a, T b) { return FN(norm)(a) >= FN(norm)(b); }
static inline uint8_t FN(truth)(T a) { return a.re != 0 || a.im != 0; }
static inline uint8_t FN(lognot)(T a) { return !FN(truth)(a); }
static inline T FN(and)(T a, T b) { return FN(truth)(a) ? b : (T){0, 0}; }
static inline T FN(or)(T a, T b) { return FN(truth)(a) ? a : b; }
static inline T FN(neg)(T a) { return (T){-a.re, -a.im}; }
