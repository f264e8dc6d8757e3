// All loops of COMPLEX or DCOMPLEX. Given: T, TN, P, IS_WIDE; all undefined at the end.
#include "kern/ops_complex.tmpl.h"

#include "kern/binary_arith.tmpl.h"
#include "kern/binary_compare.tmpl.h"
#define R T
#define B int32_t
#define OP powl
#include "kern/binary.tmpl.h"
#undef B
#define OP neg
#include "kern/unary.tmpl.h"
#undef R
#define R P
#define OP abs
#include "kern/unary.tmpl.h"
#undef R
#define R uint8_t
#define OP lognot
#include "kern/unary.tmpl.h"
#define OP truth
#include "kern/unary.tmpl.h"
#undef R
#undef FN
#undef KEEP
#undef T
#undef TN
#undef P
#undef IS_WIDE
