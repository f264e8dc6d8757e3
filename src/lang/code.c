// Releasing compiled code, and looking things up in it.
#include "lang/code.h"

#include "base/mem.h"

#include <string.h>

static void free_names(char **name, int n)
{
    for (int i = 0; i < n; i++) mem_free(name[i]);
    mem_free(name);
}

static void free_paths(Code *c)
{
    for (int i = 0; i < c->npaths; i++) {
        for (int s = 0; s < c->path_site[i].n; s++) {
            mem_free(c->path_site[i].step[s].sub);
            mem_free(c->path_site[i].step[s].tag);
        }
        mem_free(c->path_site[i].step);
    }
    mem_free(c->path_site);
}

static void free_sites(Code *c)
{
    for (int i = 0; i < c->ncalls; i++) {
        mem_free(c->call_site[i].name);
        mem_free(c->call_site[i].class_name);
        mem_free(c->call_site[i].object_name);
        free_names(c->call_site[i].kw, c->call_site[i].nkw);
        mem_free(c->call_site[i].slot);
    }
    mem_free(c->call_site);
    for (int i = 0; i < c->nstructs; i++) {
        mem_free(c->struct_site[i].name);
        free_names(c->struct_site[i].tag, c->struct_site[i].n);
        mem_free(c->struct_site[i].is_inherits);
    }
    mem_free(c->struct_site);
    for (int i = 0; i < c->ncommons; i++) {
        mem_free(c->common_site[i].name);
        mem_free(c->common_site[i].reg);
        free_names(c->common_site[i].var, c->common_site[i].n);
    }
    mem_free(c->common_site);
    for (int i = 0; i < c->nsys; i++) mem_free(c->sys_site[i].name);
    mem_free(c->sys_site);
    for (int i = 0; i < c->ndetours; i++) mem_free(c->detour[i].name);
    mem_free(c->detour);
}

void code_drop(Code *c)
{
    if (!c || --c->refs) return;
    for (int i = 0; i < c->nk; i++) val_drop(&c->k[i]);
    mem_free(c->k);
    for (int i = 0; i < c->nparams; i++) mem_free(c->param[i].keyword);
    mem_free(c->param);
    free_names(c->var, c->nvars);
    free_paths(c);
    free_sites(c);
    for (int i = 0; c->fused && i < c->nins; i++) mem_free(c->fused[i]);
    mem_free(c->fused);
    if (c->loops) c->loops_free(c);
    mem_free(c->ins);
    mem_free(c->plain);
    mem_free(c->tally);
    mem_free(c->mark);
    mem_free(c->name);
    mem_free(c->class_name);
    mem_free(c->path);
    mem_free(c->text);
    mem_free(c);
}

const Detour *code_detour(const Code *c, uint32_t pc)
{
    int lo = 0, hi = c->ndetours;
    while (lo < hi) {
        int mid = (lo + hi) / 2;
        if (c->detour[mid].at < pc) lo = mid + 1;
        else hi = mid;
    }
    return lo < c->ndetours && c->detour[lo].at == pc ? &c->detour[lo] : NULL;
}

uint32_t code_home(const Code *c, uint32_t pc)
{
    int i = c->ndetours;
    while (i && c->detour[i - 1].to > pc) i--;
    return i ? c->detour[i - 1].at : pc;
}

int code_line(const Code *c, uint32_t pc)
{
    int column;
    return code_place(c, pc, &column);
}

int code_place(const Code *c, uint32_t pc, int *column)
{
    pc = code_home(c, pc);
    int lo = 0, hi = c->nmarks;
    while (lo < hi) {
        int mid = (lo + hi) / 2;
        if (c->mark[mid].pc <= pc) lo = mid + 1;
        else hi = mid;
    }
    *column = lo ? c->mark[lo - 1].column : 0;
    return lo ? c->mark[lo - 1].line : 0;
}

int code_mark(const Code *c, uint32_t pc)
{
    int lo = 0, hi = c->nmarks;
    while (lo < hi) {
        int mid = (lo + hi) / 2;
        if (c->mark[mid].pc < pc) lo = mid + 1;
        else hi = mid;
    }
    return lo < c->nmarks && c->mark[lo].pc == pc ? lo : -1;
}

int code_find_var(const Code *c, const char *name)
{
    for (int i = 0; i < c->nvars; i++) {
        if (strcmp(c->var[i], name) == 0) return i;
    }
    return -1;
}

const char *op_name(int op)
{
    static const char *const names[] = {
#define OP(name, text) #name,
#include "lang/ops.def"
#undef OP
    };
    return op < OP_FIRST_QUICK ? names[op] : "QUICK";
}
