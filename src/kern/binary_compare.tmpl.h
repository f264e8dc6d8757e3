// The comparison loops, which write bytes. Given: T, TN.
#define R uint8_t
#define OP eq
#include "kern/binary.tmpl.h"
#define OP ne
#include "kern/binary.tmpl.h"
#define OP lt
#include "kern/binary.tmpl.h"
#define OP le
#include "kern/binary.tmpl.h"
#define OP gt
#include "kern/binary.tmpl.h"
#define OP ge
#include "kern/binary.tmpl.h"
#undef R
