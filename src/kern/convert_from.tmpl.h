// All conversions from one type. Given: FROM, F, and RE(x), the real value of an element, IM(x), its imaginary part;
// FROM_REAL for types whose values may lie outside the integers. Everything is undefined at the end.
#ifdef FROM_REAL
// By way of LONG for the short types and of LONG64 for ULONG, as the x86 instructions give it; written out so that
// every instruction set agrees on what is out of range.
#define NARROW(x) truncate_i32(RE(x))
#define WIDE(x) truncate_i64(RE(x))
#define HUGE_(x) truncate_u64((double)RE(x))
#else
#define NARROW(x) RE(x)
#define WIDE(x) RE(x)
#define HUGE_(x) RE(x)
#endif

#define TO BYTE
#define R uint8_t
#define CVT(x) (uint8_t) NARROW(x)
#include "kern/convert.tmpl.h"
#define TO INT
#define R int16_t
#define CVT(x) (int16_t) NARROW(x)
#include "kern/convert.tmpl.h"
#define TO UINT
#define R uint16_t
#define CVT(x) (uint16_t) NARROW(x)
#include "kern/convert.tmpl.h"
#define TO LONG
#define R int32_t
#define CVT(x) (int32_t) NARROW(x)
#include "kern/convert.tmpl.h"
#define TO ULONG
#define R uint32_t
#define CVT(x) (uint32_t) WIDE(x)
#include "kern/convert.tmpl.h"
#define TO LONG64
#define R int64_t
#define CVT(x) (int64_t) WIDE(x)
#include "kern/convert.tmpl.h"
#define TO ULONG64
#define R uint64_t
#define CVT(x) (uint64_t) HUGE_(x)
#include "kern/convert.tmpl.h"
#define TO FLOAT
#define R float
#define CVT(x) (float)RE(x)
#include "kern/convert.tmpl.h"
#define TO DOUBLE
#define R double
#define CVT(x) (double)RE(x)
#include "kern/convert.tmpl.h"
#define TO COMPLEX
#define R Cx
#define CVT(x) ((Cx){(float)RE(x), (float)IM(x)})
#include "kern/convert.tmpl.h"
#define TO DCOMPLEX
#define R Dcx
#define CVT(x) ((Dcx){(double)RE(x), (double)IM(x)})
#include "kern/convert.tmpl.h"

#undef FROM
#undef F
#undef RE
#undef IM
#undef FROM_REAL
#undef NARROW
#undef WIDE
#undef HUGE_
