// Element operations of FLOAT or DOUBLE. Given: T, TN, perhaps OWN_POW, and M(name), the libm function of the type.
#define FN(op) CAT2(op, TN)

static inline T FN(add)(T a, T b) { return a + b; }
static inline T FN(sub)(T a, T b) { return a - b; }
static inline T FN(mul)(T a, T b) { return a * b; }
static inline T FN(div)(T a, T b) { return a / b; }
static inline T FN(mod)(T a, T b) { return M(fmod)(a, b); }
#ifndef OWN_POW
static inline T FN(pow)(T a, T b) { return M(pow)(a, b); }
#endif

static inline T FN(min)(T a, T b) { return a < b ? a : b; }
static inline T FN(max)(T a, T b) { return a > b ? a : b; }
static inline uint8_t FN(eq)(T a, T b) { return a == b; }
static inline uint8_t FN(ne)(T a, T b) { return a != b; }
static inline uint8_t FN(lt)(T a, T b) { return a < b; }
static inline uint8_t FN(le)(T a, T b) { return a <= b; }
static inline uint8_t FN(gt)(T a, T b) { return a > b; }
static inline uint8_t FN(ge)(T a, T b) { return a >= b; }
static inline T FN(and)(T a, T b) { return a != 0 ? b : 0; }
static inline T FN(or)(T a, T b) { return a != 0 ? a : b; }

static inline T FN(neg)(T a) { return -a; }
static inline T FN(not)(T a) { return a == 0; }
static inline uint8_t FN(lognot)(T a) { return a == 0; }
static inline uint8_t FN(truth)(T a) { return a != 0; }
static inline T FN(abs)(T a) { return M(fabs)(a); }
