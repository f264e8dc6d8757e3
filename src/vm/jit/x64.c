// The encoder: prefixes, REX, opcode, ModRM, SIB, displacement. Start reading at encode.
#include "vm/jit/x64.h"

#include <string.h>

void asm_reset(Asm *a)
{
    a->code.len = a->label.len = a->jump.len = a->pool_use.len = a->pool.len = 0;
}

void asm_free(Asm *a)
{
    VEC_FREE(&a->code);
    VEC_FREE(&a->label);
    VEC_FREE(&a->jump);
    VEC_FREE(&a->pool_use);
    VEC_FREE(&a->pool);
}

static void byte(Asm *a, unsigned b) { VEC_PUSH(&a->code, (uint8_t)b); }

static void word32(Asm *a, uint32_t w)
{
    for (int i = 0; i < 4; i++) byte(a, w >> 8 * i & 0xFF);
}

static void word64(Asm *a, uint64_t w)
{
    word32(a, (uint32_t)w);
    word32(a, (uint32_t)(w >> 32));
}

static void set32(Asm *a, int at, int32_t w)
{
    memcpy(a->code.p + at, &w, sizeof w);
}

int asm_label(Asm *a)
{
    VEC_PUSH(&a->label, -1);
    return a->label.len - 1;
}

AsmMark asm_mark(const Asm *a) { return (AsmMark){a->code.len, a->jump.len, a->pool_use.len}; }

void asm_take_back(Asm *a, AsmMark m)
{
    a->code.len = m.code;
    a->jump.len = m.jumps;
    a->pool_use.len = m.pool_uses;
}

void asm_bind(Asm *a, int label) { a->label.p[label] = a->code.len; }

Mem asm_constant(Asm *a, uint64_t bits)
{
    int n = 0;
    while (n < a->pool.len && a->pool.p[n] != bits) n++;
    if (n == a->pool.len) VEC_PUSH(&a->pool, bits);
    return mem_at(POOL, n);
}

void asm_finish(Asm *a)
{
    for (int i = 0; i < a->jump.len; i++) set32(a, a->jump.p[i].at, a->label.p[a->jump.p[i].target] - (a->jump.p[i].at + 4));
    while (a->code.len % 16) byte(a, 0xCC);
    int pool = a->code.len;
    for (int i = 0; i < a->pool.len; i++) {
        word64(a, a->pool.p[i]);
        word64(a, 0);  // ANDPS and XORPS read 16 bytes
    }
    for (int i = 0; i < a->pool_use.len; i++)
        set32(a, a->pool_use.p[i].at, pool + 16 * a->pool_use.p[i].target - (a->pool_use.p[i].at + 4));
}

// Prefix, REX, opcode. is_byte: a register operand may be SIL, DIL, which need REX.
static void opcode(Asm *a, unsigned op, bool wide, int reg, int index, int base, bool is_byte)
{
    if (op >> 16) byte(a, op >> 16);
    else if ((op & 0xFF00) == 0x6600) byte(a, 0x66);
    unsigned rex = (wide ? 8u : 0) | (reg > 7 ? 4u : 0) | (index > 7 ? 2u : 0) | (base > 7 ? 1u : 0);
    if (rex || is_byte) byte(a, 0x40 | rex);
    if ((op & 0xFF00) == 0x0F00) byte(a, 0x0F);
    byte(a, op & 0xFF);
}

static bool takes_bytes(unsigned op) { return op == X_STORE8 || op == X_MOVZX8; }

void asm_rr(Asm *a, unsigned op, bool wide, int reg, int rm)
{
    opcode(a, op, wide, reg, 0, rm, takes_bytes(op));
    byte(a, 0xC0u | (unsigned)(reg & 7) << 3 | (unsigned)(rm & 7));
}

void asm_rr_imm8(Asm *a, unsigned op, int reg, int rm, int imm)
{
    asm_rr(a, op, false, reg, rm);
    byte(a, (unsigned)imm & 0xFF);
}

void asm_rm(Asm *a, unsigned op, bool wide, int reg, Mem m)
{
    unsigned r = (unsigned)(reg & 7) << 3;
    if (m.base == POOL) {
        opcode(a, op, wide, reg, 0, 0, takes_bytes(op));
        byte(a, r | 5);
        VEC_PUSH(&a->pool_use, (Fixup64){a->code.len, m.disp});
        word32(a, 0);
        return;
    }
    opcode(a, op, wide, reg, m.index == NO_INDEX ? 0 : m.index, m.base, takes_bytes(op));
    bool is_short = m.disp >= -128 && m.disp < 128;
    unsigned mod = is_short ? 0x40 : 0x80;
    if (m.index == NO_INDEX && (m.base & 7) != RSP) {
        byte(a, mod | r | (unsigned)(m.base & 7));
    } else {
        unsigned scale = m.scale == 8 ? 3 : m.scale == 4 ? 2 : m.scale == 2 ? 1 : 0;
        unsigned index = m.index == NO_INDEX ? RSP : (unsigned)m.index & 7;
        byte(a, mod | r | 4);
        byte(a, scale << 6 | index << 3 | (unsigned)(m.base & 7));
    }
    if (is_short) byte(a, (unsigned)m.disp & 0xFF);
    else word32(a, (uint32_t)m.disp);
}

void asm_ri(Asm *a, unsigned op, bool wide, int reg, int32_t imm)
{
    bool is_short = imm >= -128 && imm < 128;
    opcode(a, is_short ? 0x83 : 0x81, wide, 0, 0, reg, false);
    byte(a, 0xC0u | (op & 0x38) | (unsigned)(reg & 7));
    if (is_short) byte(a, (unsigned)imm & 0xFF);
    else word32(a, (uint32_t)imm);
}

void asm_imul_imm(Asm *a, bool wide, int reg, int rm, int32_t imm)
{
    bool is_short = imm >= -128 && imm < 128;
    opcode(a, is_short ? 0x6B : 0x69, wide, reg, 0, rm, false);
    byte(a, 0xC0u | (unsigned)(reg & 7) << 3 | (unsigned)(rm & 7));
    if (is_short) byte(a, (unsigned)imm & 0xFF);
    else word32(a, (uint32_t)imm);
}

void asm_mov_imm(Asm *a, int reg, uint64_t imm)
{
    bool wide = imm > UINT32_MAX;
    opcode(a, 0xB8u | (unsigned)(reg & 7), wide, 0, 0, reg, false);
    if (wide) word64(a, imm);
    else word32(a, (uint32_t)imm);
}

void asm_shift(Asm *a, int kind, bool wide, int reg, int by)
{
    opcode(a, 0xC1, wide, 0, 0, reg, false);
    byte(a, 0xC0u | (unsigned)kind << 3 | (unsigned)(reg & 7));
    byte(a, (unsigned)by);
}

void asm_f7(Asm *a, int kind, bool wide, int reg)
{
    opcode(a, 0xF7, wide, 0, 0, reg, false);
    byte(a, 0xC0u | (unsigned)kind << 3 | (unsigned)(reg & 7));
}

void asm_test_imm(Asm *a, bool wide, int reg, int32_t imm)
{
    asm_f7(a, 0, wide, reg);
    word32(a, (uint32_t)imm);
}

void asm_sign_to_rdx(Asm *a, bool wide)
{
    if (wide) byte(a, 0x48);
    byte(a, 0x99);
}

void asm_setcc(Asm *a, Cond c, int reg)
{
    opcode(a, 0x0F90u | c, false, 0, 0, reg, true);
    byte(a, 0xC0u | (unsigned)(reg & 7));
}

void asm_jcc(Asm *a, Cond c, int label)
{
    byte(a, 0x0F);
    byte(a, 0x80u | c);
    VEC_PUSH(&a->jump, (Fixup64){a->code.len, label});
    word32(a, 0);
}

void asm_jmp(Asm *a, int label)
{
    byte(a, 0xE9);
    VEC_PUSH(&a->jump, (Fixup64){a->code.len, label});
    word32(a, 0);
}

void asm_call_label(Asm *a, int label)
{
    byte(a, 0xE8);
    VEC_PUSH(&a->jump, (Fixup64){a->code.len, label});
    word32(a, 0);
}

void asm_call(Asm *a, const void *target)
{
    asm_mov_imm(a, RAX, (uint64_t)(uintptr_t)target);
    byte(a, 0xFF);
    byte(a, 0xD0);
}

void asm_store_imm16(Asm *a, Mem m, uint16_t imm)
{
    asm_rm(a, 0x66C7, false, 0, m);
    byte(a, imm & 0xFF);
    byte(a, imm >> 8);
}

void asm_cmp_mem_imm8(Asm *a, Mem m, int8_t imm)
{
    asm_rm(a, 0x83, false, 7, m);
    byte(a, (uint8_t)imm);
}

void asm_push(Asm *a, int reg) { opcode(a, 0x50u | (unsigned)(reg & 7), false, 0, 0, reg, false); }
void asm_pop(Asm *a, int reg) { opcode(a, 0x58u | (unsigned)(reg & 7), false, 0, 0, reg, false); }
void asm_ret(Asm *a) { byte(a, 0xC3); }
