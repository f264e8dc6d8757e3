// Heap variables that a loop works on: *p, *s.p, *self.p, each followed by subscripts or tags. No loop that is compiled changes a
// pointer, so the heap variable is found before it starts. A temporary that holds the pointer (it keeps the heap variable alive)
// and one that refers to the heap variable exist only where the code leaves to the interpreter. Start reading at
// pointers_deref.
#include "core/heap.h"
#include "lang/code.h"
#include "vm/jit/gen.h"

#include <stddef.h>

static bool same_pointer(const JitPointer *a, const JitPointer *b)
{
    return a->reg == b->reg && a->of_object == b->of_object && a->def == b->def && a->offset == b->offset;
}

HeapVar *pointer_find(const CallFrame *f, const JitPointer *p)
{
    const Val *v = val_deref_const(&f->base[p->reg]);
    HeapVar *h = NULL;
    if (p->def) {
        JitUse record = {.reg = p->reg, .of_object = p->of_object, .def = p->def};
        const Arr *a = owner_find(f, &record, NULL);
        if (a && a->n == 1) h = *(HeapVar *const *)(a->data + p->offset);
    } else if (v->type == T_PTR && !val_is_array(v)) {
        h = v->h;
    }
    return h && !h->freed ? h : NULL;
}

// Its number, -1: it is not for us.
static int number_of(Gen *g, const JitPointer *want)
{
    int k = 0;
    while (k < g->npointed && !same_pointer(&g->pointed[k], want)) k++;
    if (k == JIT_POINTED || !pointer_find(g->f, want)) return -1;
    if (k == g->npointed) g->pointed[g->npointed++] = *want;
    g->touched[want->reg] = true;
    return k;
}

static bool become(Gen *g, uint16_t dst, unsigned type, int number)
{
    // What the register holds at the beginning would have to be dropped.
    bool may = dst < K_BASE && g->s->kind[dst] != KIND_VARIABLE && g->now.type[dst] != TYPE_OTHER;
    if (number < 0 || !may) return false;
    g->touched[dst] = g->written[dst] = true;
    g->now.type[dst] = (uint8_t)type;
    g->now.to[dst] = (uint8_t)number;
    return true;
}

static bool may_point(const Gen *g, uint16_t x)
{
    return g->f && x < g->code->nvars && g->now.type[x] == TYPE_OTHER && g->s->kind[x] == KIND_VARIABLE;
}

bool pointers_move(Gen *g, uint16_t dst, uint16_t src)
{
    src = operand_variable(g, src);
    return src < K_BASE && may_point(g, src) && become(g, dst, TYPE_POINTER, number_of(g, &(JitPointer){.reg = src}));
}

bool pointers_get(Gen *g, Instr i)
{
    uint16_t base = operand_variable(g, i.b);
    if (i.op != OP_PATH_GET || base >= K_BASE || !may_point(g, base)) return false;
    JitPointer p = {.reg = base};
    return elements_pointer_tag(g, &origin_now(g)->code->path_site[i.c], &p) && become(g, i.a, TYPE_POINTER, number_of(g, &p));
}

bool pointers_deref(Gen *g, Instr i)
{
    int number = -1;
    uint16_t variable = operand_variable(g, i.b);
    if (i.b < K_BASE && g->now.type[i.b] == TYPE_POINTER) number = g->now.to[i.b];
    else if (variable < K_BASE && may_point(g, variable)) number = number_of(g, &(JitPointer){.reg = variable});
    return become(g, i.a, TYPE_HEAP, number);
}

void pointers_write(Gen *g, uint16_t x, unsigned type, int number)
{
    asm_rm(&g->a, X_MOV, true, RDX, mem_at(RBP, (int32_t)(offsetof(JitEnv, heap) + 8 * (size_t)number)));
    if (type == TYPE_POINTER) {
        count_reference(g, mem_at(RDX, offsetof(HeapVar, refs)));
    } else {
        asm_ri(&g->a, X_ADD, true, RDX, offsetof(HeapVar, v));
    }
    Mem to = register_address(g, x, RAX);
    asm_rm(&g->a, X_STORE, true, RDX, to);
    to.disp -= (int32_t)offsetof(Val, bits);
    asm_store_imm16(&g->a, to, type == TYPE_POINTER ? T_PTR | VF_CELL << 8 : T_REF);
}
