// Usage lines. Start reading at usage_put and usage_put_routine.
#include "vm/names/usage.h"

#include "vm/names/library.h"

#include <ctype.h>
#include <string.h>

static void put_lower(Buf *b, const char *name)
{
    for (; *name; name++) buf_putc(b, (char)tolower((unsigned char)*name));
}

void usage_put_folded(Buf *out, const char *text, size_t width, size_t indent)
{
    size_t column = 0;
    while (*text) {
        size_t n = strcspn(text, " ");
        if (n == 2 && strncmp(text, "[, ", 3) == 0) n += 1 + strcspn(text + 3, " ");  // with what it opens
        if (column && column + 1 + n > width) {
            buf_printf(out, "\n%*s", (int)indent, "");
            column = indent;
        } else if (column) {
            buf_putc(out, ' ');
            column++;
        }
        buf_put(out, text, n);
        column += n;
        text += n + (text[n] == ' ');
    }
    buf_putc(out, '\n');
}

static void put_keyword(const Keyword *k, const char *form, Buf *b)
{
    if (*form == FLAG[0]) buf_printf(b, "/%s", k->name);
    else buf_printf(b, "%s%s", k->name, *form == OUT[0] ? "=variable" : form);
}

// Each keyword has brackets of its own, alternatives have one pair.
void usage_put_routine(const Routine *r, Buf *out)
{
    const char *name = r->spelling ? r->spelling : r->name, *opens = " [, ", *closes = "";
    bool is_function = r->kind == FUNCTION, is_first_optional = strncmp(r->args, "[, ", 3) == 0;
    if (is_function) buf_printf(out, "Result = %s(%s", name, r->args);
    else buf_printf(out, "%s%s%s", name, !*r->args ? "" : is_first_optional ? " " : ", ", r->args);
    if (is_function && !*r->args) opens = "[";
    for (int i = 0; i < r->keywords.n; i++) {
        const Keyword *k = &r->keywords.p[i];
        if (*k->form == HIDDEN[0]) continue;
        bool is_other = *k->form == OR_FLAG[0];
        if (is_other) buf_puts(out, " | ");
        else buf_printf(out, "%s%s", closes, opens);
        put_keyword(k, k->form + is_other, out);
        opens = " [, ";
        closes = "]";
    }
    buf_printf(out, "%s%s", closes, is_function ? ")" : "");
}

void usage_put_compiled(const Code *code, Buf *b)
{
    bool first = true;
    buf_printf(b, code->is_function ? "Result = %s(" : "%s", code->name);
    for (int pass = 0; pass < 2; pass++) {  // positional parameters, then keywords
        for (int i = 0; i < code->nparams; i++) {
            const CodeParam *p = &code->param[i];
            if ((p->keyword != NULL) != (pass == 1)) continue;
            buf_puts(b, first && code->is_function ? "" : ", ");
            first = false;
            if (p->keyword) buf_printf(b, "%s=", p->keyword);
            put_lower(b, code->var[p->reg]);
        }
    }
    if (code->is_function) buf_putc(b, ')');
}

static int put_one(Vm *vm, const char *name, bool is_function, int width, Buf *out)
{
    const Engine *e = vm->engine;
    const Routine *r = map_get(is_function ? &e->builtin_fun : &e->builtin_pro, name);
    const UserRoutine *u = map_get(is_function ? &e->functions : &e->procedures, name);
    Buf b = BUF_INIT(1 << 20);
    const LibraryText *t = u && (u->code->options & OPT_HIDDEN) ? library_text(vm, name, is_function) : NULL;
    if (r) usage_put_routine(r, &b);
    else if (t) buf_puts(&b, t->usage);
    else if (u) usage_put_compiled(u->code, &b);
    if (!r && !t && u && u->code->path) buf_printf(&b, "  [%s]", u->code->path);
    bool found = (r || u) && buf_ok(&b);
    if (found) usage_put_folded(out, b.p ? b.p : "", (size_t)width, 4);
    buf_free(&b);
    return found;
}

int usage_put(Vm *vm, const char *name, int width, Buf *out)
{
    const Engine *e = vm->engine;
    bool known = map_get(&e->builtin_pro, name) || map_get(&e->builtin_fun, name);
    if (!known && !library_find(vm, name, false)) library_find(vm, name, true);
    return put_one(vm, name, false, width, out) + put_one(vm, name, true, width, out);
}

void usage_put_brief(const Code *code, Buf *out)
{
    buf_printf(out, "%-15s", code->name);
    for (int i = 0; i < code->nparams; i++) {
        const CodeParam *p = &code->param[i];
        if (p->keyword) continue;
        buf_putc(out, ' ');
        put_lower(out, code->var[p->reg]);
    }
    for (int i = 0; i < code->nparams; i++) {
        if (code->param[i].keyword) buf_printf(out, " %s", code->param[i].keyword);
    }
}
