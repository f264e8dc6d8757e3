// Special functions of two and three numbers, exported by the module `special` (GSL) as helio_special_table. Outside their
// domain they return NaN, where they overflow Inf.
#ifndef HELIO_KERN_SPECIAL_H
#define HELIO_KERN_SPECIAL_H

typedef double (*SpecialFn)(double a, double b, double x);

// X(member, what it is). Those of fewer numbers leave the first ones out of account.
#define SPECIAL_LIST(X)                                                   \
    X(igamma)       /* (-, a, x): P(a, x) */                              \
    X(ibeta)        /* (a, b, x): regularised */                          \
    X(beta)         /* (-, a, x) */                                       \
    X(expint)       /* (-, n, x): E_n(x) */                               \
    X(besel_i)      /* (-, order, x) */                                   \
    X(besel_j)                                                            \
    X(besel_k)                                                            \
    X(besel_y)                                                            \
    X(erfcx)        /* (-, -, x) */                                       \
    X(chisqr_pdf)   /* (-, df, v): probability of less than v */          \
    X(chisqr_cvf)   /* (-, df, p): exceeded with probability p */         \
    X(f_pdf)        /* (dfn, dfd, v) */                                   \
    X(f_cvf)                                                              \
    X(gauss_pdf)                                                          \
    X(gauss_cvf)                                                          \
    X(t_pdf)        /* (-, df, v) */                                      \
    X(t_cvf)

typedef struct SpecialTable {
#define X(name) SpecialFn name;
    SPECIAL_LIST(X)
#undef X
} SpecialTable;

#define SPECIAL_MODULE "special", "helio_special_table", "libgsl27"

#endif
