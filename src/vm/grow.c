// Values that grow where they are, so that appending in a loop is linear. Start reading at grow_string_may.
#include "vm/grow.h"

#include "core/arr.h"

bool grow_array_may(const Val *v, const Val *variable)
{
    return val_is_array(v) && arr_has_owners(v->a, val_is_array(variable) && variable->a == v->a ? 2 : 1);
}

static const Val *operand(const CallFrame *f, uint16_t r)
{
    return r >= K_BASE ? &f->code->k[r - K_BASE] : val_deref_const(&f->base[r]);
}

static bool is_text(const Val *v) { return v->type == T_STRING && !val_is_array(v); }

// s = s + x + y is t = s + x, s = t + y, with nothing between them that could miss the old s.
bool grow_string_may(CallFrame *f, const Val *s, size_t *bytes)
{
    const Instr *i = &f->code->ins[f->pc];
    uint16_t t = i->a;
    *bytes = 0;
    if (t < f->code->nvars || !is_text(s) || !s->s || s->s->refs != 1) return false;
    for (;; i++) {
        const Val *v = operand(f, i->c);
        if (i->op != OP_ADD || !is_text(v) || v == s || __builtin_add_overflow(*bytes, str_len(v->s), bytes)) return false;
        if (i->a != t) return i->a < f->code->nvars && operand(f, i->a) == s;
        if (i[1].b != t) return false;
    }
}
