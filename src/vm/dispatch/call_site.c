// Calls: matching and binding arguments and keywords. The result of the match is kept at the call site. Start reading at
// site_check.
#include "vm/dispatch/call_site.h"

#include "base/mem.h"
#include "sys/stack.h"
#include "vm/call/ledger.h"
#include "vm/dispatch/classes.h"
#include "vm/engine.h"
#include "vm/fault/throw.h"
#include "vm/frame/frames.h"
#include "vm/names/usage.h"
#include "vm/structure/structure.h"

#include <stdio.h>
#include <string.h>

// Keyword is passed on as it stands; goes into _EXTRA; is a structure of keywords itself.
enum { SLOT_PASSED = 0xFFFD, SLOT_EXTRA = 0xFFFE, SLOT_IGNORED = 0xFFFF };

// --- Keywords ---------------------------------------------------------------------------------------------------------

// The name of what is called, with the class that a method belongs to.
static const char *full_name(const CallSite *s)
{
    if (!s->is_method) return s->name;
    return s->target_kind == TARGET_USER ? ((const UserRoutine *)s->target)->name : ((const Routine *)s->target)->name;
}

static _Noreturn void bad_keyword(Vm *vm, const CallSite *s, const char *kw)
{
    UnknownName u = unknown_name(UNKNOWN_KEYWORD, kw);
    u.target_kind = s->target_kind;
    u.target = s->target;
    throw_unknown(vm, NULL, E_KEYWORD, &u, "Keyword %s not allowed in call to: %s", kw, full_name(s));
}

// The position of a keyword in a list: exact, else the one it abbreviates. -1 none, -2 several.
static int match_keyword(const Keyword *list, int n, const char *name)
{
    size_t len = strlen(name);
    int found = -1;
    for (int i = 0; i < n; i++) {
        if (strncmp(list[i].name, name, len) != 0) continue;
        if (list[i].name[len] == '\0') return i;
        found = found == -1 ? i : -2;
    }
    return found;
}

// The slot of a keyword of a builtin; negative as match_keyword.
static int match_in_routine(const Routine *r, const char *name)
{
    int slot = match_keyword(r->keywords.p, r->keywords.n, name);
    if (slot != -1 || !r->pooled) return slot;
    slot = match_keyword(call_pool_keywords, POOL_KEYWORDS, name);
    return slot < 0 ? slot : r->keywords.n + slot;
}

static bool is_extra_name(const char *kw)
{
    return strcmp(kw, "_EXTRA") == 0 || strcmp(kw, "_REF_EXTRA") == 0 || strcmp(kw, "_STRICT_EXTRA") == 0;
}

static int match_in_code(const Code *code, const char *name)
{
    size_t len = strlen(name);
    int found = -1;
    for (int i = 0; i < code->nparams ; i++) {
        const char *keyword = i == code->extra ? NULL : code->param[i].keyword;
        if (!keyword || strncmp(keyword, name, len) != 0) continue;
        if (keyword[len] == '\0') return i;
        found = found == -1 ? i : -2;
    }
    return found;
}

bool site_takes_keyword(const Method *m, const char *name)
{
    if (m->kind == TARGET_BUILTIN) {
        const Routine *r = m->target;
        return r->passes_keywords || match_in_routine(r, name) != -1;
    }
    const Code *code = ((const UserRoutine *)m->target)->code;
    return code->extra >= 0 || match_in_code(code, name) != -1;
}

// A keyword may be given once, in whatever abbreviations.
static void refuse_duplicate(Vm *vm, const CallSite *s, int k)
{
    for (int i = 0; i < k; i++) {
        bool same = s->slot[i] == s->slot[k] &&
                    (s->slot[k] < SLOT_PASSED || (s->slot[k] == SLOT_EXTRA && strcmp(s->kw[i], s->kw[k]) == 0));
        if (!same) continue;
        const char *name = s->kw[k];
        if (s->slot[k] < SLOT_PASSED) {
            name = s->target_kind == TARGET_BUILTIN ? routine_keyword(s->target, s->slot[k])
                                                    : ((const UserRoutine *)s->target)->code->param[s->slot[k]].keyword;
        }
        vm_throw(vm, E_KEYWORD, "Duplicate keyword %s in call to: %s", name, s->name);
    }
}

static void match_keywords(Vm *vm, CallSite *s)
{
    if (!s->slot) s->slot = mem_must(((size_t)s->nkw + 1) * sizeof *s->slot);
    for (int k = 0; k < s->nkw; k++) {
        const char *kw = s->kw[k];
        int slot;
        if (is_extra_name(kw)) {
            s->slot[k] = SLOT_IGNORED;
            continue;
        }
        if (s->target_kind == TARGET_BUILTIN && ((const Routine *)s->target)->passes_keywords) {
            s->slot[k] = SLOT_PASSED;
            continue;
        }
        if (s->target_kind == TARGET_BUILTIN) {
            slot = match_in_routine(s->target, kw);
        } else {
            const Code *code = ((const UserRoutine *)s->target)->code;
            slot = match_in_code(code, kw);
            if (slot < 0 && code->extra >= 0) slot = SLOT_EXTRA;
        }
        if (slot == -2) vm_throw(vm, E_KEYWORD, "Ambiguous keyword abbreviation: %s.", kw);
        if (slot < 0) bad_keyword(vm, s, kw);
        s->slot[k] = (uint16_t)slot;
        refuse_duplicate(vm, s, k);
    }
}

static _Noreturn void wrong_count(Vm *vm, const CallSite *s)
{
    Buf usage = BUF_INIT(1 << 16);
    if (s->target_kind == TARGET_BUILTIN) usage_put_routine(s->target, &usage);
    else usage_put_compiled(((const UserRoutine *)s->target)->code, &usage);
    bool fits = usage.len <= 110;
    char text[120];
    snprintf(text, sizeof text, "%.*s%s", fits ? 110 : 107, buf_ok(&usage) && usage.len ? usage.p : "", fits ? "" : "...");
    buf_free(&usage);
    vm_throw(vm, E_ARGS, "%s: Incorrect number of arguments.\n  %s", full_name(s), text);
}

static void check_count(Vm *vm, const CallSite *s)
{
    int lo = 0, hi = ARGS_ANY;
    if (s->target_kind == TARGET_BUILTIN) {
        const Routine *r = s->target;
        lo = r->nargs.min, hi = r->nargs.max;
    } else {
        hi = ((const UserRoutine *)s->target)->code->npositional;
    }
    if (s->npos >= lo && (s->npos <= hi || hi == ARGS_ANY)) return;
    wrong_count(vm, s);
}

void site_check(Vm *vm, CallSite *s)
{
    s->generation = 0;  // until all is known to fit
    if (s->target_kind >= TARGET_OBJECT) return;
    check_count(vm, s);
    match_keywords(vm, s);
    const UserRoutine *u = s->target_kind == TARGET_USER && !s->is_method ? s->target : NULL;
    bool keeps = !u || strcmp(u->name, s->name) == 0;  // the variable that names a lambda function may change
    s->generation = keeps ? vm->engine->generation : 0;
}

// --- Builtins ---------------------------------------------------------------------------------------------------------

static void set_keyword(Call *c, int slot, Val *v)
{
    bool is_ref = v->type == T_REF;
    c->kw[slot] = is_ref ? v->ref : v;
    if (is_ref) c->kw_is_var[slot / 64] |= (uint64_t)1 << (slot % 64);
    else if (routine_keyword_is_output(c->routine, slot))
        throw_no_variable(c, v);
}

// The keywords behind _EXTRA=v when v is the _REF_EXTRA variable of the routine that calls; NULL: it is a structure.
static RefExtra *refs_behind(const CallFrame *caller, const Val *v)
{
    if (!caller->refs || v->type != T_REF) return NULL;
    return v->ref == &caller->base[caller->code->param[caller->code->extra].reg] ? caller->refs : NULL;
}

// Keywords of the caller's _REF_EXTRA that the builtin knows.
static void spread_refs_to_builtin(Call *c, RefExtra *given, bool strict)
{
    for (int i = 0; i < given->n; i++) {
        struct RefKeyword *k = &given->item[i];
        int slot = match_in_routine(c->routine, k->name);
        if (slot < 0 && strict) throw_msg(c, E_KEYWORD, "Keyword %s not allowed in call to: %s", k->name, c->routine->name);
        if (slot < 0) continue;
        Val v = k->v.type == T_REF ? k->v : (Val){.type = T_REF, .ref = &k->v};
        set_keyword(c, slot, &v);
    }
}

// _EXTRA=structure: each tag that names a keyword is given; others are ignored (_STRICT_EXTRA: an error).
static void spread_extra(Call *c, const Val *v, bool strict)
{
    if (v->type != T_STRUCT) return;
    const SDef *d = v->a->def;
    for (int i = 0; i < d->ntags; i++) {
        int slot = match_in_routine(c->routine, d->tag[i].name);
        if (slot < 0) {
            if (strict) throw_msg(c, E_KEYWORD, "Keyword %s not allowed in call to: %s", d->tag[i].name, c->routine->name);
            continue;
        }
        Val *kept = call_keep_take(c, VAL_UNDEF);
        TRY(c, struct_get_tag(v, i, kept));
        c->kw[slot] = kept;
    }
}

static Call *begin_call(Vm *vm, const Routine *r, int argc, Val *args)
{
    Engine *e = vm->engine;
    if (sys_stack_is_low()) vm_throw(vm, E_DEPTH, "Built-in routines call back too deeply for this stack.");
    if (e->ncalls >= CALLS_MAX) vm_throw(vm, E_DEPTH, "Built-in routines call back too deeply (limit %d).", CALLS_MAX);
    Call *c = &e->calls[e->ncalls++];
    Val **kw = &e->kw_slots[(e->ncalls - 1) * KEYWORDS_MAX];
    memset((void *)kw, 0, ((size_t)r->keywords.n + (r->pooled ? POOL_KEYWORDS : 0)) * sizeof *kw);
    *c = (Call){.vm = vm, .routine = r, .argc = argc, .args = args, .kw = kw, .depth = e->depth};
    return c;
}

void call_builtin(Vm *vm, CallSite *s, Val *args, Val *dst)
{
    const Routine *r = s->target;
    Call *c = begin_call(vm, r, s->npos, args);
    c->npassed = r->passes_keywords ? s->nkw : 0;
    c->passed = s->kw;
    c->is_place = s->is_place;
    c->constructs = s->is_constructor ? s->name : NULL;
    c->self = s->is_method ? val_deref(&args[-1]) : NULL;
    for (int k = 0; k < s->nkw; k++) {
        Val *v = &args[s->npos + k];
        if (s->slot[k] < SLOT_PASSED) set_keyword(c, s->slot[k], v);
    }
    for (int k = 0; k < s->nkw; k++) {
        if (s->slot[k] == SLOT_IGNORED && !r->passes_keywords) {
            bool strict = strcmp(s->kw[k], "_STRICT_EXTRA") == 0;
            RefExtra *refs = refs_behind(frame_top(vm->engine), &args[s->npos + k]);
            if (refs) spread_refs_to_builtin(c, refs, strict);
            else spread_extra(c, val_deref(&args[s->npos + k]), strict);
        }
    }
    r->fn(c);
    if (__builtin_expect(mem_is_low(), 0)) {
        mem_clear_low();
        throw_no_memory(c);
    }
    Val result = val_take(&c->result);
    if (c->ledger) call_release(vm, c);
    vm->engine->ncalls--;
    for (int i = 0; i < s->npos + s->nkw; i++) val_drop(&args[i]);
    if (dst) val_set_take(dst, result);
    else val_drop(&result);
}

bool call_alone(const CallSite *s, Val *args, Val *out)
{
    const Routine *r = s->target;
    if (!r->alone || s->nkw || s->npos < 1 || s->npos > 2) return false;
    const Val *second = s->npos > 1 ? val_deref_const(&args[1]) : NULL;
    if (!r->alone(val_deref_const(&args[0]), second, out)) return false;
    for (int i = 0; i < s->npos; i++) val_drop(&args[i]);
    return true;
}

// --- IDL routines -------------------------------------------------------------------------------------------------------

static void bind(CallFrame *f, int param, Val *arg)
{
    Val *cell = &f->base[f->code->param[param].reg];
    val_drop(cell);
    *cell = *arg;  // a reference, or the value moved in
    arg->tag = T_UNDEF;
}

// The structure without the tag, which another value is to take.
static Status without_tag(const Val *s, int tag, Val *out)
{
    *out = VAL_UNDEF;
    for (int i = 0; i < s->a->def->ntags; i++) {
        Val v, grown;
        if (i == tag) continue;
        STATUS_TRY(struct_get_tag(s, i, &v));
        Status st = struct_append(out, s->a->def->tag[i].name, &v, &grown);
        val_drop(&v);
        if (!status_ok(st)) {
            val_drop(out);
            return st;
        }
        val_set_take(out, grown);
    }
    return STATUS_OK;
}

// Adds one more tag to the structure of leftover keywords, in place of one of its name.
static void add_extra(Vm *vm, Val *extra, const char *name, const Val *value)
{
    Val grown, others;
    if (value->type == T_UNDEF) return;
    int was = extra->type == T_STRUCT ? sdef_find(extra->a->def, name) : -1;
    Status st = was >= 0 ? without_tag(extra, was, &others) : STATUS_OK;
    if (was >= 0 && status_ok(st)) val_set_take(extra, others);
    if (status_ok(st)) st = struct_append(extra, name, value, &grown);
    if (!status_ok(st)) {
        val_drop(extra);
        vm_throw_status(vm, st);
    }
    val_set_take(extra, grown);
}

// A keyword passed on that the callee does not take: ignored, or with _STRICT_EXTRA an error of the caller.
static void refuse_strict(Vm *vm, const CallSite *s, int k, const char *name)
{
    if (strcmp(s->kw[k], "_STRICT_EXTRA") != 0) return;
    frame_pop(vm);
    vm_throw(vm, E_KEYWORD, "Keyword %s not allowed in call to: %s", name, s->name);
}

// Spreads a caller's _EXTRA structure over the callee's keywords; what does not fit goes on as its _EXTRA.
static void spread_to_frame(Vm *vm, CallFrame *f, const CallSite *s, int k, const Val *given, Val *extra)
{
    if (given->type != T_STRUCT) return;
    for (int i = 0; i < given->a->def->ntags; i++) {
        const char *name = given->a->def->tag[i].name;
        Val v;
        Status st = struct_get_tag(given, i, &v);
        if (!status_ok(st)) vm_throw_status(vm, st);
        int p = match_in_code(f->code, name);
        if (p >= 0) bind(f, p, &v);
        else if (f->code->extra >= 0) add_extra(vm, extra, name, &v);
        val_drop(&v);
        if (p < 0 && f->code->extra < 0) refuse_strict(vm, s, k, name);
    }
}

static int extra_count(const CallSite *s, const Val *args, const CallFrame *caller)
{
    int n = 0;
    for (int k = 0; k < s->nkw; k++) {
        const Val *v = &args[s->npos + k], *given = val_deref_const(v);
        RefExtra *r = s->slot[k] == SLOT_IGNORED ? refs_behind(caller, v) : NULL;
        n += r ? r->n : s->slot[k] == SLOT_IGNORED && given->type == T_STRUCT ? given->a->def->ntags : 1;
    }
    return n;
}

// One more keyword for the callee's _REF_EXTRA, or another value; v (a reference or a value) is consumed.
static void add_ref_take(CallFrame *f, int room, const char *name, Val v)
{
    for (int i = 0; f->refs && i < f->refs->n; i++) {
        if (strcmp(f->refs->item[i].name, name) != 0) continue;
        val_drop(&f->refs->item[i].v);
        f->refs->item[i].v = v;
        return;
    }
    if (!f->refs) {
        f->refs = mem_must(sizeof *f->refs + (size_t)room * sizeof f->refs->item[0]);
        f->refs->cap = room;
    }
    f->refs->item[f->refs->n++] = (struct RefKeyword){mem_strdup(name), v};
}

static Val reference_to(Val *v) { return v->type == T_REF ? *v : (Val){.type = T_REF, .ref = v}; }

// Keywords that came by reference go on by reference, to the parameters they name or to the callee's own _REF_EXTRA.
static void spread_refs(Vm *vm, CallFrame *f, const CallSite *s, int k, RefExtra *given, int room, Val *extra)
{
    for (int i = 0; i < given->n; i++) {
        const char *name = given->item[i].name;
        Val v = reference_to(&given->item[i].v);
        int p = match_in_code(f->code, name);
        if (p >= 0) bind(f, p, &v);
        else if (p < 0 && f->code->extra_is_ref) add_ref_take(f, room, name, v);
        else if (p < 0 && f->code->extra >= 0) add_extra(vm, extra, name, v.ref);
        else if (p < 0) refuse_strict(vm, s, k, name);
    }
}

// A structure of keywords for a callee with _REF_EXTRA.
static void spread_tags_to_refs(Vm *vm, CallFrame *f, const Val *given, int room)
{
    if (given->type != T_STRUCT) return;
    for (int i = 0; i < given->a->def->ntags; i++) {
        const char *name = given->a->def->tag[i].name;
        Val v;
        Status st = struct_get_tag(given, i, &v);
        if (!status_ok(st)) vm_throw_status(vm, st);
        int p = match_in_code(f->code, name);
        if (p >= 0) bind(f, p, &v);
        else if (p < 0) add_ref_take(f, room, name, val_take(&v));
        val_drop(&v);
    }
}

// What the routine sees of its _REF_EXTRA: the names.
static void show_ref_names(Vm *vm, CallFrame *f)
{
    if (!f->refs) return;
    Arr *names = arr_new1(T_STRING, f->refs->n, true);
    if (!names) vm_throw(vm, E_NO_MEMORY, "Unable to allocate memory: to make array.");
    for (int i = 0; i < f->refs->n; i++) arr_set_take(names, i, val_string(f->refs->item[i].name));
    Val v = val_arr_take(names);
    bind(f, f->code->extra, &v);
}

static void bind_keywords(Vm *vm, CallFrame *f, const CallSite *s, Val *args)
{
    const CallFrame *caller = f - 1;
    bool by_ref = f->code->extra_is_ref;
    int room = by_ref ? extra_count(s, args, caller) : 0;
    Val extra = VAL_UNDEF;
    for (int k = 0; k < s->nkw; k++) {
        Val *v = &args[s->npos + k];
        if (s->slot[k] < SLOT_PASSED) bind(f, s->slot[k], v);
        else if (s->slot[k] == SLOT_EXTRA && by_ref) add_ref_take(f, room, s->kw[k], val_take(v));
        else if (s->slot[k] == SLOT_EXTRA) add_extra(vm, &extra, s->kw[k], val_deref(v));
        if (s->slot[k] != SLOT_IGNORED) val_drop(v);
    }
    for (int k = 0; k < s->nkw; k++) {  // what is passed on replaces what is written in the call
        if (s->slot[k] != SLOT_IGNORED) continue;
        Val *v = &args[s->npos + k];
        RefExtra *refs = refs_behind(caller, v);
        if (refs) spread_refs(vm, f, s, k, refs, room, &extra);
        else if (by_ref) spread_tags_to_refs(vm, f, val_deref(v), room);
        else spread_to_frame(vm, f, s, k, val_deref(v), &extra);
        val_drop(v);
    }
    if (extra.tag != T_UNDEF) bind(f, f->code->extra, &extra);
    show_ref_names(vm, f);
}

void call_user(Vm *vm, CallSite *s, Val *args, uint16_t dst)
{
    const UserRoutine *u = s->target;
    CallFrame *f = frame_push(vm, u->code, FRAME_ROUTINE, 0);
    f->dst = dst;
    f->nargs = s->npos;
    f->site = s;
    if (s->is_method) f->base[f->code->self_reg] = val_copy(val_deref(&args[-1]));
    for (int i = 0, p = 0; i < s->npos; p++) {
        if (f->code->param[p].keyword) continue;
        bind(f, p, &args[i++]);
    }
    if (s->nkw) bind_keywords(vm, f, s, args);
}
