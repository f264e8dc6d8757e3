// All loops of an integer type. Given: T, TN, W, IS_SIGNED, perhaps Q; all undefined at the end.
#include "kern/ops_int.tmpl.h"

#include "kern/binary_arith.tmpl.h"
#include "kern/binary_compare.tmpl.h"
#define R T
#define OP mod
#define CHECK_ZERO
#include "kern/binary.tmpl.h"
#define OP xor
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
#define OP odd
#include "kern/unary.tmpl.h"
#undef R
#undef FN
#undef T
#undef TN
#undef W
#undef IS_SIGNED
#undef Q
