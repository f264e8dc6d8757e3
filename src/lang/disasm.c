// Bytecode as text. How each instruction's operands are written is a row of `shapes`; start reading there, then at
// disasm_put. What the VM makes of instructions when they run (quick forms, breakpoints) is not shown.
#include "lang/disasm.h"

#include "base/mem.h"

#include <stdio.h>
#include <string.h>

typedef struct Listing {
    const Code *code;
    Buf *out;
    int *label;          // by place: number of the label there; 0: nobody jumps to it
    const char *text, *end;
    const char *at;      // the beginning of line `line`
    int line;
} Listing;

// %a %b %c: registers or constants; %B: the register b+1; %D: " : " and the register b+2 if c is 3. %J: the place in b
// and c, %X: that of the next instruction, which belongs to this one. The others are functions in put_special.
static const char *const shapes[OP_FIRST_QUICK] = {
    [OP_NOP] = "",
    [OP_MOVE] = "%a = %b",
    [OP_LOADK] = "%a = %K",
    [OP_CLEAR] = "%a",
    [OP_ADD ... OP_MATMUL2] = "%a = %b, %c",
    [OP_NEG ... OP_LNOT] = "%a = %b",
    [OP_JUMP] = "to %J",
    [OP_JUMP_IF ... OP_JUMP_UNLESS_NZ] = "%a to %J",
    [OP_FOR_PREP] = "%a = %c, limit %b, step %B, past it to %X",
    [OP_FOR_NEXT] = "%a, limit %b, step %B, again to %X",
    [OP_EACH_PREP] = "%a = %b",
    [OP_EACH_NEXT] = "%b%k of %a, at its end to %X",
    [OP_INDEX1] = "%a = %b[%c]",
    [OP_STORE1] = "%a[%b] = %c",
    [OP_PATH_GET] = "%a = %b%P",
    [OP_PATH_SET] = "%a%P = %b",
    [OP_SET_REF] = "what %a refers to = %b",
    [OP_SYSVAR] = "%a = reference to %Y",
    [OP_SYSVAR_DONE] = "%Y%d",
    [OP_DEREF] = "%a = reference to *%b, kept by %c",
    [OP_REF] = "%a = reference to %b",
    [OP_CONCAT] = "%a = %L",
    [OP_SEQUENCE] = "%a = [%b : %B%D]",
    [OP_STRUCT] = "%a = %T",
    [OP_CALL_FUN] = "%a = %F",
    [OP_CALL_PRO] = "%F",
    [OP_METHOD] = "%m",
    [OP_HAS_METHOD] = "%a = %b has %c",
    [OP_INCR] = "%a%i",
    [OP_PRINT] = "%a",
    [OP_COMMON] = "%M",
    [OP_ON_IOERROR] = "%O",
    [OP_UNSUPPORTED] = "%E",
    [OP_CASE_NONE] = "",
    [OP_BREAK] = "",
    [OP_RETURN] = "%R",
    [OP_STOP_AT_END] = "",
};

static bool takes_next(int op) { return op == OP_FOR_PREP || op == OP_FOR_NEXT || op == OP_EACH_NEXT || op == OP_CONCAT; }

static int plain_op(const Code *c, int pc) { return c->ins[pc].op == OP_BREAK && c->plain ? c->plain[pc] : c->ins[pc].op; }

// --- Places -------------------------------------------------------------------------------------------------------------

// Where the instruction may jump to, or NO_PLACE.
static uint32_t target(const Code *c, int pc)
{
    int op = plain_op(c, pc);
    if ((op >= OP_JUMP && op <= OP_JUMP_UNLESS_NZ) || (op == OP_ON_IOERROR && c->ins[pc].a)) return instr_place(c->ins[pc]);
    bool in_next = takes_next(op) && op != OP_CONCAT && pc + 1 < c->nins;
    return in_next ? instr_place(c->ins[pc + 1]) : NO_PLACE;
}

static void number_labels(Listing *l)
{
    const Code *c = l->code;
    int n = 0;
    for (int pc = 0; pc < c->nins; pc++) {
        uint32_t to = target(c, pc);
        if (to < (uint32_t)c->nins) l->label[to] = 1;
    }
    for (int pc = 0; pc < c->nins; pc++) {
        if (l->label[pc]) l->label[pc] = ++n;
    }
}

static void put_label(Listing *l, uint32_t place)
{
    if (place < (uint32_t)l->code->nins) buf_printf(l->out, "L%d", l->label[place]);
    else buf_puts(l->out, "nowhere");
}

// --- Operands -----------------------------------------------------------------------------------------------------------

static void put_operand(Listing *l, unsigned r)
{
    const Code *c = l->code;
    if (r == NO_REG) buf_puts(l->out, "nothing");
    else if (r >= K_BASE && (int)(r - K_BASE) < c->nk) disasm_put_value(&c->k[r - K_BASE], l->out);
    else if ((int)r < c->nvars) buf_puts(l->out, c->var[r]);
    else buf_printf(l->out, "%%%d", (int)r - c->nvars);
}

static void put_sub(Listing *l, const Sub *s)
{
    if (s->kind == SUB_EXPR) {
        put_operand(l, s->reg);
        return;
    }
    if (s->kind == SUB_RANGE && s->reg != NO_REG) {
        put_operand(l, s->reg);
        buf_putc(l->out, ':');
    }
    if (s->kind == SUB_RANGE && s->hi != NO_REG) put_operand(l, s->hi);
    else buf_putc(l->out, '*');
    if (s->kind == SUB_RANGE && s->step != NO_REG) {
        buf_putc(l->out, ':');
        put_operand(l, s->step);
    }
}

static void put_path(Listing *l, const Path *path)
{
    for (const Step *s = path->step; s < path->step + path->n; s++) {
        if (s->kind == STEP_TAG) {
            buf_printf(l->out, ".%s", s->tag);
        } else if (s->kind == STEP_TAGN) {
            buf_puts(l->out, ".(");
            put_operand(l, s->reg);
            buf_putc(l->out, ')');
        } else {
            for (int i = 0; i < s->nsubs; i++) {
                buf_puts(l->out, i ? ", " : "[");
                put_sub(l, &s->sub[i]);
            }
            buf_putc(l->out, ']');
        }
    }
}

// The arguments of a site from register r on: positional ones, then keywords.
static void put_arguments(Listing *l, const CallSite *s, unsigned r, const char *before)
{
    for (int i = 0; i < s->npos + s->nkw; i++) {
        buf_puts(l->out, i ? ", " : before);
        if (i >= s->npos) buf_printf(l->out, "%s=", s->kw[i - s->npos]);
        put_operand(l, r + (unsigned)i);
    }
}

static void put_call(Listing *l, const CallSite *s, unsigned r)
{
    if (s->class_name) buf_printf(l->out, "%s::", s->class_name);
    buf_puts(l->out, s->name);
    put_arguments(l, s, r, s->is_function ? "(" : ", ");
    if (s->is_function) buf_puts(l->out, s->npos + s->nkw ? ")" : "()");
}

static void put_method(Listing *l, Instr i)
{
    const CallSite *s = &l->code->call_site[i.c];
    if (s->is_function) {
        put_operand(l, i.a);
        buf_puts(l->out, " = ");
    }
    put_operand(l, i.b);
    buf_puts(l->out, "->");
    put_call(l, s, i.b + 1u);
}

static void put_struct(Listing *l, const StructSite *s, unsigned r)
{
    buf_printf(l->out, "{%s", s->name ? s->name : "");
    for (int i = 0; i < s->n; i++) {
        buf_puts(l->out, i || s->name ? ", " : "");
        if (s->tag[i]) buf_printf(l->out, s->is_inherits[i] ? "INHERITS %s" : "%s: ", s->tag[i]);
        if (!s->is_inherits[i]) put_operand(l, r + (unsigned)i);
    }
    buf_putc(l->out, '}');
}

static void put_common(Listing *l, const CommonSite *s)
{
    buf_puts(l->out, s->name);
    for (int i = 0; i < s->n; i++) buf_printf(l->out, ", %s", s->var[i]);
}

// The ext instruction has how many there are, and the variable that grows in place.
static void put_list(Listing *l, Instr i, Instr ext)
{
    for (unsigned k = 0; k < ext.a; k++) {
        buf_puts(l->out, k ? ", " : "[");
        put_operand(l, i.b + k);
    }
    buf_printf(l->out, "] along dimension %d", i.c);
    if (!ext.b) return;
    buf_puts(l->out, ", may grow ");
    put_operand(l, ext.b - 1u);
}

static void put_increment(Listing *l, Instr i)
{
    buf_puts(l->out, i.b == OP_ADD ? " + 1" : " - 1");
    if (!i.c) return;
    buf_puts(l->out, ", before it ");
    put_operand(l, i.c - 1u);
}

// --- Instructions -------------------------------------------------------------------------------------------------------

static void put_if(Listing *l, bool there, const char *before, unsigned r)
{
    if (!there) return;
    buf_puts(l->out, before);
    put_operand(l, r);
}

static void put_special(Listing *l, char what, Instr i, Instr next)
{
    const Code *c = l->code;
    switch (what) {
    case 'K': disasm_put_value(&c->k[instr_place(i)], l->out); break;
    case 'k': put_if(l, i.c != NO_REG, ", key ", i.c); break;
    case 'P': put_path(l, &c->path_site[i.c]); break;
    case 'Y': buf_puts(l->out, c->sys_site[i.b].name); break;
    case 'd': put_if(l, i.a, " = ", i.c); break;
    case 'L': put_list(l, i, next); break;
    case 'T': put_struct(l, &c->struct_site[i.c], i.b); break;
    case 'F': put_call(l, &c->call_site[i.c], i.b); break;
    case 'm': put_method(l, i); break;
    case 'i': put_increment(l, i); break;
    case 'M': put_common(l, &c->common_site[i.a]); break;
    case 'E': disasm_put_value(&c->k[i.a], l->out); break;
    case 'R': put_if(l, i.b, "", i.a); break;
    case 'O':
        buf_puts(l->out, i.a ? "to " : "none");
        if (i.a) put_label(l, instr_place(i));
        break;
    default: break;
    }
}

static void put_operands(Listing *l, const char *shape, Instr i, Instr next)
{
    for (const char *p = shape; *p; p++) {
        if (*p != '%') {
            buf_putc(l->out, *p);
            continue;
        }
        switch (*++p) {
        case 'a': put_operand(l, i.a); break;
        case 'b': put_operand(l, i.b); break;
        case 'c': put_operand(l, i.c); break;
        case 'B': put_operand(l, i.b + 1u); break;
        case 'D':
            if (i.c != 3) break;
            buf_puts(l->out, " : ");
            put_operand(l, i.b + 2u);
            break;
        case 'J': put_label(l, instr_place(i)); break;
        case 'X': put_label(l, instr_place(next)); break;
        default: put_special(l, *p, i, next);
        }
    }
}

// Returns how many instructions have been shown.
static int put_instruction(Listing *l, int pc)
{
    const Code *c = l->code;
    int op = plain_op(c, pc);
    Instr next = pc + 1 < c->nins ? c->ins[pc + 1] : (Instr){OP_NOP, 0, 0, 0};
    char label[16] = "";
    if (l->label[pc]) snprintf(label, sizeof label, "L%d:", l->label[pc]);
    const char *shape = op == OP_RETURN && !c->ins[pc].b ? "" : op < OP_FIRST_QUICK ? shapes[op] : "%a = %b, %c";
    buf_printf(l->out, *shape ? "%8s %-15s " : "%8s %s", label, op_name(op));
    put_operands(l, shape, c->ins[pc], next);
    buf_putc(l->out, '\n');
    return takes_next(op) && pc + 1 < c->nins ? 2 : 1;
}

// --- Lines --------------------------------------------------------------------------------------------------------------

// Moves to a line near the last one; false when the text is shorter.
static bool find_line(Listing *l, int line)
{
    while (l->line < line) {
        const char *stop = memchr(l->at, '\n', (size_t)(l->end - l->at));
        if (!stop) return false;
        l->at = stop + 1;
        l->line++;
    }
    while (l->line > line && l->at > l->text) {
        const char *stop = l->at - 1;
        while (stop > l->text && stop[-1] != '\n') stop--;
        l->at = stop;
        l->line--;
    }
    return l->line == line;
}

static void put_line(Listing *l, int line)
{
    buf_printf(l->out, "%5d  ", line);
    if (find_line(l, line)) {
        const char *stop = memchr(l->at, '\n', (size_t)(l->end - l->at));
        size_t n = (size_t)((stop ? stop : l->end) - l->at);
        while (n && strchr(" \t\r", l->at[n - 1])) n--;
        buf_put(l->out, l->at, n);
    }
    buf_putc(l->out, '\n');
}

static void put_heading(const Code *c, Buf *out)
{
    buf_printf(out, "%s%s", c->is_main ? "" : c->is_function ? "FUNCTION " : "PRO ", c->name);
    for (int i = 0; i < c->nparams; i++) {
        const CodeParam *p = &c->param[i];
        if (p->keyword) buf_printf(out, ", %s=%s", p->keyword, c->var[p->reg]);
        else buf_printf(out, ", %s", c->var[p->reg]);
    }
    if (c->path) buf_printf(out, "  (%s)", c->path);
    buf_putc(out, '\n');
}

void disasm_put(const Code *code, const Source *src, Buf *out)
{
    AUTO_FREE int *label = mem_must((size_t)code->nins * sizeof *label + 1);
    Listing l = {code, out, label, src->text, src->text + src->len, src->text, src->first_line};
    put_heading(code, out);
    number_labels(&l);
    for (int pc = 0, m = 0; pc < code->nins;) {
        int line = 0;
        for (; m < code->nmarks && code->mark[m].pc <= (uint32_t)pc; m++) line = code->mark[m].line;
        if (line) put_line(&l, line);
        pc += put_instruction(&l, pc);
    }
}
