// The arithmetic loops every numeric type has. Given: T, TN; OWN_POW where powers are elsewhere.
#define R T
#define OP add
#include "kern/binary.tmpl.h"
#define OP sub
#include "kern/binary.tmpl.h"
#define OP mul
#include "kern/binary.tmpl.h"
#ifndef OWN_POW
#define OP pow
#include "kern/binary.tmpl.h"
#endif
#define OP min
#include "kern/binary.tmpl.h"
#define OP max
#include "kern/binary.tmpl.h"
#define OP and
#include "kern/binary.tmpl.h"
#define OP or
#include "kern/binary.tmpl.h"
#define OP div
#ifdef W
#define CHECK_ZERO
#endif
#include "kern/binary.tmpl.h"
#undef R
