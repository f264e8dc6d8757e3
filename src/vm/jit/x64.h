// Writing x86-64 instructions (baseline, SSE2) into a buffer. An operation is named by its opcode as the manual prints it,
// mandatory prefix first: 0xF20F58 is ADDSD. Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2.
#ifndef HELIO_VM_JIT_X64_H
#define HELIO_VM_JIT_X64_H

#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>

enum { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15 };
enum { NO_INDEX = -1, POOL = -2 };

typedef enum X64Op {
    X_ADD = 0x03, X_OR = 0x0B, X_AND = 0x23, X_SUB = 0x2B, X_XOR = 0x33, X_CMP = 0x3B, X_MOV = 0x8B, X_LEA = 0x8D, X_TEST = 0x85,
    X_MOVSXD = 0x63, X_IMUL = 0x0FAF, X_MOVZX8 = 0x0FB6, X_MOVZX16 = 0x0FB7, X_MOVSX16 = 0x0FBF, X_CMOV = 0x0F40,
    X_STORE = 0x89, X_STORE8 = 0x88, X_STORE16 = 0x6689,
    X_MOVSS = 0xF30F10, X_MOVSD = 0xF20F10, X_STORESS = 0xF30F11, X_STORESD = 0xF20F11, X_MOVAPS = 0x0F28, X_XORPS = 0x0F57,
    X_ANDPS = 0x0F54, X_ADDS = 0x0F58, X_MULS = 0x0F59, X_SUBS = 0x0F5C, X_MINS = 0x0F5D, X_DIVS = 0x0F5E, X_MAXS = 0x0F5F,
    X_SQRTS = 0x0F51, X_UCOMIS = 0x0F2E, X_COMIS = 0x0F2F, X_CVTSI2SS = 0xF30F2A, X_CVTSI2SD = 0xF20F2A,
    X_CVTTSS2SI = 0xF30F2C, X_CVTTSD2SI = 0xF20F2C, X_CVTSS2SD = 0xF30F5A, X_CVTSD2SS = 0xF20F5A,
    X_SS = 0xF30000, X_SD = 0xF20000, X_PD = 0x660000,  // added to the scalar ones that have neither: X_SD | X_ADDS
    // of whole registers; without X_SS or X_SD the arithmetic above is, too (X_PD: of two DOUBLE, else of four FLOAT)
    X_MOVUPS = 0x0F10, X_STOREUPS = 0x0F11, X_MOVD = 0x660F6E, X_MOVLHPS = 0x0F16, X_UNPCKLPD = 0x660F14, X_SHUFPS = 0x0FC6,
    X_PSHUFD = 0x660F70, X_PSHUFLW = 0xF20F70, X_PSRLDQ = 0x660F73, X_PSRAD = 0x660F72, X_PUNPCKLBW = 0x660F60,
    X_PUNPCKLWD = 0x660F61, X_PXOR = 0x660FEF, X_POR = 0x660FEB, X_PAND = 0x660FDB, X_CVTDQ2PS = 0x0F5B, X_CVTDQ2PD = 0xF30FE6,
    X_CVTPS2PD = 0x0F5A, X_PADDB = 0x660FFC, X_PADDW = 0x660FFD, X_PADDD = 0x660FFE, X_PADDQ = 0x660FD4, X_PSUBB = 0x660FF8,
    X_PSUBW = 0x660FF9, X_PSUBD = 0x660FFA, X_PSUBQ = 0x660FFB, X_PMULLW = 0x660FD5, X_PMINUB = 0x660FDA, X_PMAXUB = 0x660FDE,
    X_PMINSW = 0x660FEA, X_PMAXSW = 0x660FEE,
} X64Op;

// Conditions, as in Jcc, SETcc, CMOVcc.
typedef enum Cond {
    CC_O, CC_NO, CC_B, CC_AE, CC_E, CC_NE, CC_BE, CC_A, CC_S, CC_NS, CC_P, CC_NP, CC_L, CC_GE, CC_LE, CC_G,
} Cond;

// [base + index*scale + disp]; base POOL: constant number disp.
typedef struct Mem {
    int base, index, scale;
    int32_t disp;
} Mem;

typedef struct Fixup64 {
    int at;     // of the 32-bit displacement
    int target; // label, or constant
} Fixup64;

typedef struct Asm {
    VEC(uint8_t) code;
    VEC(int) label;           // place of each, -1: not yet
    VEC(Fixup64) jump, pool_use;
    VEC(uint64_t) pool;
} Asm;

typedef struct AsmMark {
    int code, jumps, pool_uses;
} AsmMark;

static inline Mem mem_at(int base, int32_t disp) { return (Mem){base, NO_INDEX, 1, disp}; }

void asm_reset(Asm *a);
void asm_free(Asm *a);
int asm_label(Asm *a);              // a new one, to be bound
void asm_bind(Asm *a, int label);
AsmMark asm_mark(const Asm *a);
void asm_take_back(Asm *a, AsmMark m);  // what was written since; its labels are not to be jumped to
Mem asm_constant(Asm *a, uint64_t bits);
void asm_finish(Asm *a);            // resolves jumps and constants; the pool stands at the end

// reg op= rm, or rm op= reg for the X_STORE family. wide: 64 bits.
void asm_rr(Asm *a, unsigned op, bool wide, int reg, int rm);
void asm_rm(Asm *a, unsigned op, bool wide, int reg, Mem m);
// With a byte behind: X_SHUFPS, X_PSHUFD, X_PSHUFLW; rm shifted right: X_PSRLDQ by bytes, reg is 3, X_PSRAD by bits, reg is 4.
void asm_rr_imm8(Asm *a, unsigned op, int reg, int rm, int imm);
// reg op= imm: op is X_ADD, X_OR, X_AND, X_SUB, X_XOR, X_CMP.
void asm_ri(Asm *a, unsigned op, bool wide, int reg, int32_t imm);
void asm_imul_imm(Asm *a, bool wide, int reg, int rm, int32_t imm);  // reg = rm*imm
void asm_mov_imm(Asm *a, int reg, uint64_t imm);
void asm_shift(Asm *a, int kind, bool wide, int reg, int by);  // kind: 4 SHL, 5 SHR, 7 SAR
void asm_f7(Asm *a, int kind, bool wide, int reg);             // kind: 2 NOT, 3 NEG, 6 DIV, 7 IDIV
void asm_test_imm(Asm *a, bool wide, int reg, int32_t imm);    // only the flags of reg AND imm
void asm_sign_to_rdx(Asm *a, bool wide);                       // CDQ, CQO
void asm_setcc(Asm *a, Cond c, int reg);                       // zero-extended by the caller (X_MOVZX8)
void asm_jcc(Asm *a, Cond c, int label);
void asm_jmp(Asm *a, int label);
void asm_call_label(Asm *a, int label);
void asm_call(Asm *a, const void *target);                     // by way of RAX
void asm_store_imm16(Asm *a, Mem m, uint16_t imm);
void asm_cmp_mem_imm8(Asm *a, Mem m, int8_t imm);              // 32 bits
void asm_push(Asm *a, int reg);
void asm_pop(Asm *a, int reg);
void asm_ret(Asm *a);

#endif
