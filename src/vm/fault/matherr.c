// The processor keeps flags of what floating-point operations met, at no cost; they are read when somebody asks. Start
// reading at math_status.
#include "vm/fault/matherr.h"

#include "kern/kern.h"
#include "vm/fault/error_line.h"

#include <fenv.h>

static const struct {
    unsigned bit;
    int flag;
    const char *text;
} errors[] = {
    {KMATH_INT_DIVIDE_BY_ZERO, 0, "Integer divide by 0"},
    {KMATH_INT_OVERFLOW, 0, "Integer overflow"},
    {KMATH_FLOAT_DIVIDE_BY_ZERO, FE_DIVBYZERO, "Floating divide by 0"},
    {KMATH_UNDERFLOW, FE_UNDERFLOW, "Floating underflow"},
    {KMATH_OVERFLOW, FE_OVERFLOW, "Floating overflow"},
    {KMATH_ILLEGAL, FE_INVALID, "Floating illegal operand"},
};
enum { ERRORS = sizeof errors / sizeof errors[0] };

unsigned math_status(Vm *vm)
{
    Engine *e = vm->engine;
    int flags = fetestexcept(FE_DIVBYZERO | FE_UNDERFLOW | FE_OVERFLOW | FE_INVALID);
    for (int i = 0; i < ERRORS && flags; i++) {
        if (flags & errors[i].flag) e->math |= errors[i].bit;
    }
    return e->math;
}

void math_clear(Vm *vm, unsigned bits)
{
    int flags = 0;
    for (int i = 0; i < ERRORS; i++) {
        if (bits & errors[i].bit) flags |= errors[i].flag;
    }
    feclearexcept(flags);
    vm->engine->math &= ~bits;
}

void math_show(Vm *vm, unsigned bits)
{
    for (int i = 0; i < ERRORS; i++) {
        if (bits & errors[i].bit) vm_error_line(vm, "%% Program caused arithmetic error: %s", errors[i].text);
    }
}

void math_report(Vm *vm)
{
    if (!vm->engine->except) return;
    unsigned bits = math_status(vm);
    if (!bits) return;
    math_clear(vm, bits);
    math_show(vm, bits);
}
