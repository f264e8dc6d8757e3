// Array elements: the loop never changes what its arrays are, so their data and sizes are known before it starts. A
// subscript that is not inside leaves to the interpreter, which counts negative ones from the end and makes the errors.
// Start reading at elements_get.
#include "vm/jit/gen.h"

#include <stddef.h>

enum { DATA, COUNT };

static int array_value(int array, int what) { return VALUE_ARRAYS + 2 * array + what; }

Mem elements_field(int array, size_t field)
{
    return mem_at(RBP, (int32_t)(offsetof(JitEnv, array) + (size_t)array * sizeof(JitArray) + field));
}

static void save_count(Gen *g, int array)
{
    int home = g->home[array_value(array, COUNT)];
    bool changes = g->array[array].is_grown && home >= 0;
    if (changes) asm_rm(&g->a, X_STORE, true, home, elements_field(array, offsetof(JitArray, n)));
}

void elements_save_counts(Gen *g)
{
    for (int k = 0; k < g->narrays; k++) save_count(g, k);
}

Mem elements_count(Gen *g, int array)
{
    save_count(g, array);
    return elements_field(array, offsetof(JitArray, n));
}

int elements_count_in(Gen *g, int array, int scratch)
{
    int home = value_home(g, array_value(array, COUNT));
    if (home < 0) asm_rm(&g->a, X_MOV, true, scratch, elements_field(array, offsetof(JitArray, n)));
    return home < 0 ? scratch : home;
}

int elements_data(Gen *g, int array, int scratch)
{
    int home = value_home(g, array_value(array, DATA));
    if (home >= 0) return home;
    asm_rm(&g->a, X_MOV, true, scratch, elements_field(array, offsetof(JitArray, data)));
    return scratch;
}

static void check_inside(Gen *g, int index, bool wide, int array, int dimension)
{
    int home = dimension < 0 ? value_home(g, array_value(array, COUNT)) : -1;
    size_t field = dimension < 0 ? offsetof(JitArray, n) : offsetof(JitArray, dim) + 8 * (size_t)dimension;
    if (home >= 0) asm_rr(&g->a, X_CMP, wide, index, home);
    else asm_rm(&g->a, X_CMP, wide, index, elements_field(array, field));
    asm_jcc(&g->a, CC_AE, flow_exit(g));
}

static bool is_whole(Gen *g, uint16_t x, bool *wide)
{
    bool ok;
    TypeCode t = operand_type(g, x, &ok);
    *wide = t == T_LONG64;
    return ok && class_of(t) == WHOLE;
}

static bool is_scale(uint32_t stride) { return stride == 1 || stride == 2 || stride == 4 || stride == 8; }

// Element number `at` (a register).
static Mem scaled(Gen *g, int array, int at)
{
    uint32_t stride = g->array[array].stride;
    if (!is_scale(stride)) asm_imul_imm(&g->a, true, RCX, at, (int32_t)stride);
    int to = is_scale(stride) ? at : RCX, data = elements_data(g, array, to == RCX ? RAX : RCX);
    return (Mem){data, to, is_scale(stride) ? (int)stride : 1, 0};
}

// Where the element is; scratch: RAX, RCX.
static Mem address(Gen *g, const Target *t)
{
    bool ok, wide;
    int at = RCX;
    Mem known;
    if (t->n == 0) return mem_at(elements_data(g, t->array, RAX), 0);
    if (ranges_place(g, t, &known)) return known;
    for (int k = t->n; k-- > 0;) {
        is_whole(g, t->sub[k], &wide);
        int i = whole_in(g, t->sub[k], operand_type(g, t->sub[k], &ok), RAX);
        check_inside(g, i, wide, t->array, t->n == 1 ? -1 : k);
        if (t->n == 1) {
            at = i;
        } else if (k == t->n - 1) {
            asm_rr(&g->a, X_MOV, true, RCX, i);
        } else {
            asm_rm(&g->a, X_IMUL, true, RCX, elements_field(t->array, offsetof(JitArray, dim) + 8 * (size_t)k));
            asm_rr(&g->a, X_ADD, true, RCX, i);
        }
    }
    return scaled(g, t->array, at);
}

unsigned elements_load_op(TypeCode t)
{
    static const unsigned op[T_COUNT] = {
        [T_BYTE] = X_MOVZX8, [T_INT] = X_MOVSX16, [T_UINT] = X_MOVZX16, [T_LONG] = X_MOV, [T_ULONG] = X_MOV, [T_LONG64] = X_MOV,
        [T_FLOAT] = X_MOVSS, [T_DOUBLE] = X_MOVSD,
    };
    return op[t];
}

static void load(Gen *g, uint16_t dst, TypeCode t, Mem m)
{
    int to = result_in(g, dst, t, class_of(t) == REAL ? 0 : RAX);
    asm_rm(&g->a, elements_load_op(t), t == T_LONG64, to, m);
    result_done(g, dst, t, to);
}

void elements_store(Gen *g, int value, TypeCode t, Mem m)
{
    static const unsigned op[T_COUNT] = {
        [T_BYTE] = X_STORE8, [T_INT] = X_STORE16, [T_UINT] = X_STORE16,
        [T_LONG] = X_STORE, [T_ULONG] = X_STORE, [T_LONG64] = X_STORE,
        [T_FLOAT] = X_STORESS, [T_DOUBLE] = X_STORESD,
    };
    asm_rm(&g->a, op[t], t == T_LONG64, value, m);
}

// False: it has been left to the interpreter.
static bool find_target(Gen *g, Instr i, uint16_t base, bool stores, Target *t)
{
    bool wide;
    if (!elements_target(g, i, base, stores, t))
        return flow_leave(g, "elements of something else than numbers, or a range", NULL);
    for (int k = 0; k < t->n; k++) {
        if (!is_whole(g, t->sub[k], &wide)) return flow_leave(g, "a subscript that is not a whole number", NULL);
    }
    if (t->n > 1) g->array[t->array].rank = (uint8_t)t->n;
    return true;
}

bool elements_get(Gen *g, Instr i)
{
    Target t;
    if (!find_target(g, i, i.b, false, &t)) return false;
    if (!result_fits(g, i.a)) return flow_leave(g, "a variable that holds something else becomes a number", NULL);
    int carried = ranges_carried(g, false);
    Mem m = address(g, &t);
    ranges_note(g, &t, false);
    for (int k = 0; k < t.n; k++) consume(g, t.sub[k]);
    if (g->now.type[i.b] == TYPE_HEAP) consume(g, i.b);
    if (carried >= 0) result_done(g, i.a, g->array[t.array].type, carried);
    else load(g, i.a, g->array[t.array].type, m);
    return true;
}

bool elements_set(Gen *g, Instr i)
{
    bool ok;
    Target t;
    uint16_t value = i.op == OP_PATH_SET ? i.b : i.c;
    if (!find_target(g, i, i.a, true, &t)) return false;
    operand_type(g, value, &ok);
    if (!ok) return flow_leave(g, "an element becomes something else than a number", NULL);
    TypeCode type = g->array[t.array].type;
    int from = class_of(type) == REAL ? real_in(g, value, type, 0) : whole_in(g, value, type, RDX);
    Mem m = address(g, &t);
    ranges_note(g, &t, true);
    elements_store(g, from, type, m);
    int carried = ranges_carried(g, true);
    if (carried >= 0) asm_rr(&g->a, X_MOVAPS, false, carried, from);
    for (int k = 0; k < t.n; k++) consume(g, t.sub[k]);
    consume(g, value);
    consume(g, i.a);
    return true;
}
