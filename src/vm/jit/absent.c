// In place of the JIT on processors that it does not know: every loop is interpreted.
#include "vm/jit/jit.h"

int jit_warm(Vm *vm, CallFrame *f, uint32_t pc)
{
    (void)vm, (void)f, (void)pc;
    return 1021;
}

// No jump back is ever a Q_LOOP.
bool jit_enter(Vm *vm, CallFrame *f, uint32_t *pc, uint16_t *op)
{
    (void)vm, (void)f, (void)pc;
    *op = OP_NOP;
    return false;
}

bool jit_call(Vm *vm, const CallSite *s, Val *args, Val *out)
{
    (void)vm, (void)s, (void)args, (void)out;
    return false;
}

int64_t jit_hot_calls(void) { return INT64_MAX; }

uint16_t jit_plain(const Code *code, uint32_t pc)
{
    (void)code, (void)pc;
    return OP_NOP;
}

void jit_forget(Code *code) { (void)code; }
void jit_describe(const Code *code, Buf *out) { (void)code, (void)out; }

void jit_describe_state(Vm *vm, Buf *out)
{
    (void)vm;
    buf_puts(out, "This build of Helio has no machine code for loops: it knows x86-64 only.\n");
}
