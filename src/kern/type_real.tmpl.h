// All loops of FLOAT or DOUBLE. Given: T, TN, M; all undefined at the end.
#include "kern/ops_real.tmpl.h"

#include "kern/powl.tmpl.h"
#include "kern/binary_arith.tmpl.h"
#include "kern/binary_compare.tmpl.h"
#define R T
#define OP mod
#include "kern/binary.tmpl.h"
#define OP neg
#include "kern/unary.tmpl.h"
#define OP not
#include "kern/unary.tmpl.h"
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
#undef T
#undef TN
#undef M
