// Conversions between all numeric types, and their table. Compiled once per instruction set; the rules are in
// convert_from.tmpl.h.
#include "kern/isa.h"
#include "kern/truncate.h"

#define FROM BYTE
#define F uint8_t
#define RE(x) (x)
#define IM(x) 0
#include "kern/convert_from.tmpl.h"
#define FROM INT
#define F int16_t
#define RE(x) (x)
#define IM(x) 0
#include "kern/convert_from.tmpl.h"
#define FROM UINT
#define F uint16_t
#define RE(x) (x)
#define IM(x) 0
#include "kern/convert_from.tmpl.h"
#define FROM LONG
#define F int32_t
#define RE(x) (x)
#define IM(x) 0
#include "kern/convert_from.tmpl.h"
#define FROM ULONG
#define F uint32_t
#define RE(x) (x)
#define IM(x) 0
#include "kern/convert_from.tmpl.h"
#define FROM LONG64
#define F int64_t
#define RE(x) (x)
#define IM(x) 0
#include "kern/convert_from.tmpl.h"
#define FROM ULONG64
#define F uint64_t
#define RE(x) (x)
#define IM(x) 0
#include "kern/convert_from.tmpl.h"
#define FROM FLOAT
#define F float
#define RE(x) (x)
#define IM(x) 0
#define FROM_REAL
#include "kern/convert_from.tmpl.h"
#define FROM DOUBLE
#define F double
#define RE(x) (x)
#define IM(x) 0
#define FROM_REAL
#include "kern/convert_from.tmpl.h"
#define FROM COMPLEX
#define F Cx
#define RE(x) ((x).re)
#define IM(x) ((x).im)
#define FROM_REAL
#include "kern/convert_from.tmpl.h"
#define FROM DCOMPLEX
#define F Dcx
#define RE(x) ((x).re)
#define IM(x) ((x).im)
#define FROM_REAL
#include "kern/convert_from.tmpl.h"

#define ROW(to)                                                                                               \
    [T_##to] = {[T_BYTE] = cvt_##to##_BYTE,       [T_INT] = cvt_##to##_INT,       [T_UINT] = cvt_##to##_UINT,       \
                [T_LONG] = cvt_##to##_LONG,       [T_ULONG] = cvt_##to##_ULONG,   [T_LONG64] = cvt_##to##_LONG64,   \
                [T_ULONG64] = cvt_##to##_ULONG64, [T_FLOAT] = cvt_##to##_FLOAT,   [T_DOUBLE] = cvt_##to##_DOUBLE,   \
                [T_COMPLEX] = cvt_##to##_COMPLEX, [T_DCOMPLEX] = cvt_##to##_DCOMPLEX}

const KernUnary ISA_NAME(kern_convert_table)[T_COUNT][T_COUNT] = {
    ROW(BYTE), ROW(INT),   ROW(UINT),   ROW(LONG),    ROW(ULONG),    ROW(LONG64),
    ROW(ULONG64), ROW(FLOAT), ROW(DOUBLE), ROW(COMPLEX), ROW(DCOMPLEX),
};
