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

int elements_array(Gen *g, uint16_t x, bool stores)
{
    x = operand_variable(g, x);
    if (x >= K_BASE || !(g->now.type[x] & TYPE_ARRAY)) return -1;
    TypeCode t = g->now.type[x] & ~TYPE_ARRAY;
    if (!type_is_simple(t)) return -1;
    int n = 0;
    while (n < g->narrays && g->array[n].reg != x) n++;
    if (n == JIT_ARRAYS) return -1;
    if (n == g->narrays) g->array[g->narrays++] = (JitUse){.reg = x, .type = t};
    g->array[n].is_stored |= stores;
    g->touched[x] = true;
    return n;
}

Mem elements_count(Gen *g, int array)
{
    (void)g;
    return elements_field(array, offsetof(JitArray, n));
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

// Where the element with these subscripts is; scratch: RAX, RCX.
static Mem address(Gen *g, int array, const uint16_t *subs, int n)
{
    bool ok, wide;
    int at = RCX;
    Mem known;
    if (ranges_place(g, array, subs, n, &known)) return known;
    for (int k = n; k-- > 0;) {
        is_whole(g, subs[k], &wide);
        int i = whole_in(g, subs[k], operand_type(g, subs[k], &ok), RAX);
        check_inside(g, i, wide, array, n == 1 ? -1 : k);
        if (n == 1) {
            at = i;
        } else if (k == n - 1) {
            asm_rr(&g->a, X_MOV, true, RCX, i);
        } else {
            asm_rm(&g->a, X_IMUL, true, RCX, elements_field(array, offsetof(JitArray, dim) + 8 * (size_t)k));
            asm_rr(&g->a, X_ADD, true, RCX, i);
        }
    }
    int data = elements_data(g, array, at == RCX ? RAX : RCX);
    return (Mem){data, at, (int)type_size(g->array[array].type), 0};
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

static void store(Gen *g, int value, TypeCode t, Mem m)
{
    static const unsigned op[T_COUNT] = {
        [T_BYTE] = X_STORE8, [T_INT] = X_STORE16, [T_UINT] = X_STORE16,
        [T_LONG] = X_STORE, [T_ULONG] = X_STORE, [T_LONG64] = X_STORE,
        [T_FLOAT] = X_STORESS, [T_DOUBLE] = X_STORESD,
    };
    asm_rm(&g->a, op[t], t == T_LONG64, value, m);
}

static const char not_whole[] = "a subscript that is not a whole number";
static const char no_array[] = "elements of something else than an array of numbers";

static bool get(Gen *g, uint16_t dst, uint16_t base, const uint16_t *subs, int n)
{
    bool wide;
    int array = elements_array(g, base, false);
    if (array < 0) return flow_leave(g, no_array, NULL);
    for (int k = 0; k < n; k++) {
        if (!is_whole(g, subs[k], &wide)) return flow_leave(g, not_whole, NULL);
    }
    if (!result_fits(g, dst)) return flow_leave(g, "a variable that holds something else becomes a number", NULL);
    if (n > 1) g->array[array].rank = (uint8_t)n;
    int carried = ranges_carried(g, false);
    Mem m = address(g, array, subs, n);
    ranges_note(g, array, subs[0], n, false);
    for (int k = 0; k < n; k++) consume(g, subs[k]);
    if (carried >= 0) result_done(g, dst, g->array[array].type, carried);
    else load(g, dst, g->array[array].type, m);
    return true;
}

static bool set(Gen *g, uint16_t base, const uint16_t *subs, int n, uint16_t value)
{
    bool wide, ok;
    int array = elements_array(g, base, true);
    if (array < 0) return flow_leave(g, no_array, NULL);
    for (int k = 0; k < n; k++) {
        if (!is_whole(g, subs[k], &wide)) return flow_leave(g, not_whole, NULL);
    }
    operand_type(g, value, &ok);
    if (!ok) return flow_leave(g, "an element becomes something else than a number", NULL);
    if (n > 1) g->array[array].rank = (uint8_t)n;
    TypeCode t = g->array[array].type;
    int from = class_of(t) == REAL ? real_in(g, value, t, 0) : whole_in(g, value, t, RDX);
    Mem m = address(g, array, subs, n);
    ranges_note(g, array, subs[0], n, true);
    store(g, from, t, m);
    int carried = ranges_carried(g, true);
    if (carried >= 0) asm_rr(&g->a, X_MOVAPS, false, carried, from);
    for (int k = 0; k < n; k++) consume(g, subs[k]);
    consume(g, value);
    consume(g, base);
    return true;
}

bool elements_get(Gen *g, Instr i) { return get(g, i.a, i.b, &i.c, 1); }
bool elements_set(Gen *g, Instr i) { return set(g, i.a, &i.b, 1, i.c); }

// The subscripts of a[i, j, ...]; their number, or 0 for another path.
static int plain_subscripts(const Gen *g, int path, uint16_t *subs)
{
    const Origin *o = origin_now(g);
    const Path *p = &o->code->path_site[path];
    if (p->n != 1 || p->step[0].kind != STEP_INDEX || p->step[0].nsubs > MAX_RANK) return 0;
    for (int k = 0; k < p->step[0].nsubs; k++) {
        if (p->step[0].sub[k].kind != SUB_EXPR) return 0;
        subs[k] = splice_number(o, p->step[0].sub[k].reg);
    }
    return p->step[0].nsubs;
}

int elements_subscripts(const Gen *g, Instr i, uint16_t *subs)
{
    if (i.op == OP_PATH_GET || i.op == OP_PATH_SET) return plain_subscripts(g, i.c, subs);
    subs[0] = i.op == OP_INDEX1 ? i.c : i.b;
    return 1;
}

bool elements_path_get(Gen *g, Instr i)
{
    uint16_t subs[MAX_RANK];
    int n = plain_subscripts(g, i.c, subs);
    return n ? get(g, i.a, i.b, subs, n) : flow_leave(g, "a range, a tag or a pointer", NULL);
}

bool elements_path_set(Gen *g, Instr i)
{
    uint16_t subs[MAX_RANK];
    int n = plain_subscripts(g, i.c, subs);
    return n ? set(g, i.a, subs, n, i.b) : flow_leave(g, "a range, a tag or a pointer", NULL);
}
