// The system variables: constants, the state of errors, the search path, who we are. A device's own (!D) are the
// graphics library's.
#include "base/mem.h"
#include "lib/control/constants.h"
#include "lib/control/preferences.h"
#include "lib/control/system_record.h"
#include "lib/format/formatting.h"
#include "lib/graphics/state.h"
#include "lib/system/resources.h"
#include "lib/tables.h"
#include "net/options.h"
#include "sys/clock.h"
#include "vm/array/convert.h"
#include "vm/engine.h"
#include "vm/frame/debug.h"
#include "vm/names/library.h"
#include "vm/scope/sysvar.h"
#include "vm/settings/preferences.h"
#include "vm/structure/structure.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { VALUES_MAX = 24 };

typedef struct Builder {  // a structure under construction
    const char *tag[VALUES_MAX];
    Val v[VALUES_MAX];
    int n;
} Builder;

static void put(Builder *b, const char *tag, Val owned)
{
    b->tag[b->n] = tag;
    b->v[b->n++] = owned;
}

// Memory for so little is always there (mem_must behind it), so the Status can only be success.
static Val build(Vm *vm, const char *name, Builder *b)
{
    Val out = VAL_UNDEF;
    Status s = struct_make(vm, name, b->tag, b->v, b->n, &out);
    status_drop(&s);
    for (int i = 0; i < b->n; i++) val_drop(&b->v[i]);
    return out;
}

static const Val *tag_of(const Val *s, const char *name, Val *keep)
{
    int i = sdef_find(s->a->def, name);
    Status st = struct_get_tag(s, i, keep);
    status_drop(&st);
    return keep;
}

static Val get_error_state(Vm *vm)
{
    const ErrorState *s = &vm->engine->error;
    Builder b = {.n = 0};
    Arr *sys = arr_new1(T_LONG, 2, true);
    if (!sys) return VAL_UNDEF;
    ((int32_t *)sys->data)[0] = s->sys;
    put(&b, "NAME", val_string(s->name));
    put(&b, "BLOCK", val_string(s->block));
    put(&b, "CODE", val_long(s->code));
    put(&b, "SYS_CODE", val_arr_take(sys));
    put(&b, "SYS_CODE_TYPE", val_string(s->sys ? "errno" : ""));
    put(&b, "MSG", val_string(s->msg));
    put(&b, "SYS_MSG", val_string(s->sys_msg));
    put(&b, "MSG_PREFIX", val_string(s->msg_prefix));
    return build(vm, "!ERROR_STATE", &b);
}

// Only the prefix, and code and message for programs that clear them, may be written.
static void set_error_state(Vm *vm, const Val *v)
{
    ErrorState *s = &vm->engine->error;
    Val keep = VAL_UNDEF;
    mem_free(s->msg_prefix);
    s->msg_prefix = mem_strdup(str_text(tag_of(v, "MSG_PREFIX", &keep)->s));
    val_drop(&keep);
    mem_free(s->msg);
    s->msg = mem_strdup(str_text(tag_of(v, "MSG", &keep)->s));
    val_drop(&keep);
    s->code = tag_of(v, "CODE", &keep)->l;
}

static Val get_err(Vm *vm) { return val_long(vm->engine->error.code); }
static Val get_err_string(Vm *vm) { return val_string(vm->engine->error.msg); }
// What programs write into !ERR is what they find there, until the next error.
static void set_err(Vm *vm, const Val *v) { vm->engine->error.code = v->l; }

static Val get_msg_prefix(Vm *vm) { return val_string(vm->engine->error.msg_prefix); }

static void set_msg_prefix(Vm *vm, const Val *v)
{
    mem_free(vm->engine->error.msg_prefix);
    vm->engine->error.msg_prefix = mem_strdup(str_text(v->s));
}

static Val get_journal(Vm *vm) { return val_long(vm->engine->journal); }
static Val get_syserror(Vm *vm) { return val_long(vm->engine->error.sys); }
static Val get_syserr_string(Vm *vm) { return val_string(vm->engine->error.sys_msg); }

// The time as "23-Nov-2026 08:39:29.00".
static Val get_stime(Vm *vm)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char text[64];
    struct tm t;
    double now = sys_wall();
    time_t seconds = (time_t)now;
    (void)vm;
    if (!localtime_r(&seconds, &t)) return val_string("");
    snprintf(text, sizeof text, "%02d-%s-%d %02d:%02d:%02d.%02d", t.tm_mday, months[t.tm_mon], t.tm_year + 1900, t.tm_hour,
             t.tm_min, t.tm_sec, (int)((now - (double)seconds) * 100));
    return val_string(text);
}

static Val get_path(Vm *vm) { return val_string(library_path(vm)); }

static void set_path(Vm *vm, const Val *v)
{
    if (v->type == T_STRING && !val_is_array(v)) library_set_path(vm, str_text(v->s));
}

static Val get_quiet(Vm *vm) { return val_long(vm->quiet); }

static void set_quiet(Vm *vm, const Val *v)
{
    vm->quiet = v->type == T_LONG ? v->l : v->type == T_INT ? v->i : v->b;
}

static Val get_except(Vm *vm) { return val_int((int16_t)vm->engine->except); }

static void set_except(Vm *vm, const Val *v)
{
    int64_t n = 0;
    Status s = val_int64(v, &n);
    status_drop(&s);
    debug_set_except(vm, n < 0 ? 0 : n > 2 ? 2 : (int)n);
}

static Val get_net(Vm *vm)
{
    const NetOptions *o = vm->net;
    Builder b = {.n = 0};
    put(&b, "UPGRADE", val_int(o->upgrade));
    put(&b, "HTTP_TEXT", val_int(o->http_text));
    put(&b, "HINTS", val_int(o->hints));
    put(&b, "MAP", val_string(o->map ? o->map : ""));
    put(&b, "CA_FILE", val_string(o->ca_file ? o->ca_file : ""));
    put(&b, "UNITS", val_long64(o->units));
    put(&b, "HANDSHAKE", val_long64(o->handshake));
    put(&b, "MAX_HEAD", val_long64(o->limits.head));
    put(&b, "MAX_INTERIM", val_long64(o->limits.interims));
    put(&b, "MAX_HOPS", val_long64(o->limits.hops));
    put(&b, "MAX_UNPACKED", val_long64(o->limits.unpacked));
    put(&b, "MAX_RATIO", val_long64(o->limits.ratio));
    return build(vm, "!NET", &b);
}

// A limit is at least `least` and at most `most`, whatever was assigned.
static void set_limit(const Val *v, const char *tag, int64_t least, int64_t most, int64_t *limit)
{
    Val keep = VAL_UNDEF;
    int64_t n = tag_of(v, tag, &keep)->ll;
    *limit = n < least ? least : n > most ? most : n;
    val_drop(&keep);
}

static void set_net(Vm *vm, const Val *v)
{
    NetOptions *o = vm->net;
    Val keep = VAL_UNDEF;
    o->upgrade = tag_of(v, "UPGRADE", &keep)->i != 0;
    o->http_text = tag_of(v, "HTTP_TEXT", &keep)->i != 0;
    o->hints = tag_of(v, "HINTS", &keep)->i != 0;
    net_set_text(&o->map, str_text(tag_of(v, "MAP", &keep)->s));
    val_drop(&keep);
    net_set_text(&o->ca_file, str_text(tag_of(v, "CA_FILE", &keep)->s));
    val_drop(&keep);
    set_limit(v, "UNITS", 0, 65536, &o->units);
    set_limit(v, "HANDSHAKE", 1, 86400, &o->handshake);
    set_limit(v, "MAX_HEAD", 1024, 1 << 30, &o->limits.head);
    set_limit(v, "MAX_INTERIM", 0, 1000000, &o->limits.interims);
    set_limit(v, "MAX_HOPS", 0, 64, &o->limits.hops);
    set_limit(v, "MAX_UNPACKED", 1 << 20, (int64_t)1 << 46, &o->limits.unpacked);
    set_limit(v, "MAX_RATIO", 2, 1000000, &o->limits.ratio);
}

static void dynamic(Vm *vm, const char *name, Val (*get)(Vm *), void (*set)(Vm *, const Val *))
{
    SysVar *s = sysvar_define_take(vm, name, VAL_UNDEF, !set);
    s->get = get;
    s->set = set;
}

// IDL's own release number, recent enough for the version checks of libraries; !HELIO says who we are.
static Val version(Vm *vm)
{
    Builder b = {.n = 0};
    put(&b, "ARCH", val_string("x86_64"));
    put(&b, "OS", val_string("linux"));
    put(&b, "OS_FAMILY", val_string("unix"));
    put(&b, "OS_NAME", val_string("linux"));
    put(&b, "RELEASE", val_string("9.1"));
    put(&b, "BUILD_DATE", val_string("Nov 22 2026"));
    put(&b, "MEMORY_BITS", val_int(64));
    put(&b, "FILE_OFFSET_BITS", val_int(64));
    return build(vm, "!VERSION", &b);
}

static Val helio(Vm *vm)
{
    Builder b = {.n = 0};
    put(&b, "NAME", val_string("Heliograph"));
    put(&b, "VERSION", val_string("0.1.0"));
    put(&b, "LICENSE", val_string("GPL-3.0-or-later"));
    return build(vm, "!HELIO", &b);
}

static Val values(Vm *vm)
{
    Builder b = {.n = 0};
    put(&b, "F_INFINITY", val_float(INFINITY));
    put(&b, "F_NAN", val_float(NAN));
    put(&b, "D_INFINITY", val_double(INFINITY));
    put(&b, "D_NAN", val_double(NAN));
    return build(vm, "!VALUES", &b);
}

static Val warn(Vm *vm)
{
    static const SystemTag tags[] = {
        {"OBS_ROUTINES", T_BYTE, 0, 0}, {"OBS_SYSVARS", T_BYTE, 0, 0}, {"PARENS", T_BYTE, 0, 0},
        {"TRUNCATED_FILENAME", T_BYTE, 0, 0}, {"UNSUPPORTED", T_BYTE, 0, 0},
    };
    return system_record(vm, "!WARN", tags, (int)(sizeof tags / sizeof *tags));
}

static Val make_dll(Vm *vm)
{
    Builder b = {.n = 0};
    put(&b, "COMPILE_DIRECTORY", val_string(pref_text(vm, PREF_MAKE_DLL_COMPILE_DIRECTORY)));
    put(&b, "COMPILER_NAME", val_string("GCC"));
    put(&b, "CC", val_string("gcc -fPIC -I%Z -c -D_REENTRANT %X %C -o %O"));
    put(&b, "LD", val_string("gcc -shared -o %L %O %X"));
    return build(vm, "!MAKE_DLL", &b);
}

static void define_environment(Vm *vm)
{
    sysvar_define_take(vm, "!DIR", val_string(pref_text(vm, PREF_DIR)), false);
    sysvar_define_take(vm, "!DLM_PATH", val_string(pref_text(vm, PREF_DLM_PATH)), true);
    sysvar_define_take(vm, "!HELP_PATH", val_string(pref_text(vm, PREF_HELP_PATH)), false);
    sysvar_define_take(vm, "!CPU", resources_cpu(vm), true);
    sysvar_define_take(vm, "!WARN", warn(vm), false);
    sysvar_define_take(vm, "!MAKE_DLL", make_dll(vm), false);
    sysvar_define_take(vm, "!EDIT_INPUT", val_int(1), false);
    dynamic(vm, "!JOURNAL", get_journal, NULL);
    dynamic(vm, "!STIME", get_stime, NULL);
}

void lib_add_system_variables(Vm *vm)
{
    sysvar_define_take(vm, "!PI", val_float((float)M_PI), true);
    sysvar_define_take(vm, "!DPI", val_double(M_PI), true);
    sysvar_define_take(vm, "!DTOR", val_float((float)(M_PI / 180)), true);
    sysvar_define_take(vm, "!RADEG", val_float((float)(180 / M_PI)), true);
    sysvar_define_take(vm, "!NULL", VAL_NULL, true);
    sysvar_define_take(vm, "!TRUE", val_bool(true), true);
    sysvar_define_take(vm, "!FALSE", val_bool(false), true);
    sysvar_define_take(vm, "!VERSION", version(vm), true);
    sysvar_define_take(vm, "!HELIO", helio(vm), true);
    sysvar_define_take(vm, "!VALUES", values(vm), true);
    sysvar_define_take(vm, "!PROMPT", val_string("IDL> "), false);
    dynamic(vm, "!EXCEPT", get_except, set_except);
    sysvar_define_take(vm, "!MORE", val_int(1), false);
    sysvar_define_take(vm, "!DEBUG_PROCESS_EVENTS", val_long(1), false);
    sysvar_define_take(vm, "!C", val_long(0), false);
    dynamic(vm, "!ERROR_STATE", get_error_state, set_error_state);
    dynamic(vm, "!ERR", get_err, set_err);
    dynamic(vm, "!ERROR", get_err, set_err);
    dynamic(vm, "!MSG_PREFIX", get_msg_prefix, set_msg_prefix);
    dynamic(vm, "!SYSERROR", get_syserror, NULL);
    dynamic(vm, "!SYSERR_STRING", get_syserr_string, NULL);
    dynamic(vm, "!ERR_STRING", get_err_string, NULL);
    dynamic(vm, "!PATH", get_path, set_path);
    dynamic(vm, "!QUIET", get_quiet, set_quiet);
    dynamic(vm, "!NET", get_net, set_net);
    define_environment(vm);
    constants_define(vm);
}

void lib_start(Vm *vm)
{
    lib_add_tables(vm);
    lib_add_system_variables(vm);
    lib_graphics_start(vm);
    preferences_start(vm);
    vm->engine->print_hook = formatting_implied_print;
}
