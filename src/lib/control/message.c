// MESSAGE, and the blocks of messages that it can issue by name (vm/fault/messages.c). Start reading at pro_message.
#include "lib/control/levels.h"
#include "lib/control/passing.h"
#include "lib/string/texts.h"
#include "vm/dispatch/invoke.h"
#include "vm/fault/error_line.h"
#include "vm/fault/messages.h"
#include "vm/fault/throw.h"
#include "vm/fault/traceback.h"
#include "vm/frame/frames.h"

#include <string.h>

#define MESSAGE_KEYWORDS(K, R)                                                                                     \
    K(R, BLOCK, "=BlockName") K(R, CONTINUE, FLAG) K(R, INFORMATIONAL, FLAG) K(R, IOERROR, FLAG)                   \
    K(R, LEVEL, "=CallLevel") K(R, NAME, "=ErrorName") K(R, NONAME, FLAG) K(R, NOPREFIX, FLAG) K(R, NOPRINT, FLAG) \
    K(R, REISSUE_LAST, FLAG) K(R, RESET, FLAG) K(R, TRACEBACK, HIDDEN)
KEYWORDS(MESSAGE)

typedef struct Spoken {
    Message m;
    const char *speaker;  // whose name stands in front; NULL: nobody's
    const char *text;     // without it
} Spoken;

static void set_text(char **slot, const char *text)
{
    mem_free(*slot);
    *slot = mem_strdup(text);
}

static void reset_state(Call *c)
{
    traceback_forget(c->vm->engine);
    ErrorState *s = &c->vm->engine->error;
    s->code = s->sys = 0;
    set_text(&s->name, "IDL_M_SUCCESS");
    set_text(&s->block, CORE_BLOCK);
    set_text(&s->msg, "");
    set_text(&s->sys_msg, "");
}

// Whose name the message carries: LEVEL 0 (or absent) the caller's, -1 its caller's, 1 $MAIN$'s. Of parts of our
// library that call one another, it is the one that the program has called.
static const char *speaker(Call *c)
{
    int64_t level = call_kw_int(c, KW_MESSAGE_LEVEL, 0), current = levels_current(c->vm);
    if (level <= 0) level += current;
    int frame = levels_frame(c, level < 1 ? 1 : level > current ? current : level);
    const CallFrame *f = c->vm->engine->frame;
    while (frame > 1 && frame_is_library(&f[frame]) && frame_is_library(&f[frame - 1])) frame--;
    return f[frame].code->name;
}

// --- Messages by name -------------------------------------------------------------------------------------------------

// The format as FORMAT takes C's: (%"...").
static const char *c_format(Call *c, const char *format)
{
    char *out = call_alloc(c, 4 * strlen(format) + 8), *q = out;
    memcpy(q, "(%\"", 3), q += 3;
    for (const char *p = format; *p; p++) {
        if (*p == '"') memcpy(q, "\\x22", 4), q += 4;
        else if (*p == '\\') memcpy(q, "\\\\", 2), q += 2;
        else *q++ = *p;
    }
    memcpy(q, "\")", 2);
    return out;
}

// The kind of the format's conversion number i: 's', 'd', ... ; 0 behind the last.
static char conversion(const char *format, int i)
{
    for (const char *p = strchr(format, '%'); p; p = strchr(p, '%')) {
        p += 1 + strspn(p + 1, "-+ 0#.123456789hlL");
        if (*p && *p != '%' && i-- == 0) return *p;
        if (*p) p++;
    }
    return '\0';
}

// The arguments put into the format. Missing ones are empty, or 0.
static const char *fill(Call *c, const char *format)
{
    static const char *const keyword = "FORMAT";
    int n = c->argc;
    while (conversion(format, n)) n++;
    if (!n) {
        CallSite *plain = invoke_site(c->vm, NULL, "STRING", false, true, 0, 1, &keyword);
        Val only[] = {val_string(c_format(c, format))};
        return str_text(call_keep_take(c, invoke_take(c->vm, plain, 1, only))->s);
    }
    for (int i = 0; i < c->argc; i++) (void)call_arg(c, i);  // that each is defined, before any is held
    Val *v = call_alloc(c, ((size_t)n + 1) * sizeof *v);
    for (int i = 0; i < n; i++) {
        if (i < c->argc) v[i] = val_copy(call_arg(c, i));
        else v[i] = conversion(format, i) == 's' ? val_string("") : val_long(0);
    }
    v[n] = val_string(c_format(c, format));
    CallSite *s = invoke_site(c->vm, NULL, "STRING", false, true, n, 1, &keyword);
    const Val *text = call_keep_take(c, invoke_take(c->vm, s, n + 1, v));
    if (text->type != T_STRING || val_is_array(text)) throw_msg(c, E_VALUE, "The arguments do not fit the format '%s'.", format);
    return str_text(text->s);
}

static Spoken named_message(Call *c)
{
    const Str *block = call_kw_str_peek(c, KW_MESSAGE_BLOCK), *name = call_kw_str_peek(c, KW_MESSAGE_NAME);
    Spoken s = {.speaker = NULL};
    if (!str_len(name)) throw_msg(c, E_ARGS, "BLOCK needs NAME.");
    const char *in = str_len(block) ? upper_name(c, block) : CORE_BLOCK;
    if (!messages_find(c->vm, in, upper_name(c, name), &s.m)) {
        throw_msg(c, E_VALUE, "Undefined message: %s in block %s.", upper_name(c, name), in);
    }
    bool says_who = strncmp(s.m.format, "%N", 2) == 0;
    if (says_who && !call_kw_set(c, KW_MESSAGE_NONAME)) s.speaker = speaker(c);
    s.text = fill(c, s.m.format + (says_who ? 2 : 0));
    return s;
}

// What stands behind the text is for messages of a block (GDL 1.0.1 takes it too).
static Spoken plain_message(Call *c)
{
    return (Spoken){.m = {.name = "IDL_M_USER_ERR", .block = CORE_BLOCK, .code = E_USER_ERR},
                    .text = str_text(call_str_peek(c, 0)),
                    .speaker = call_kw_set(c, KW_MESSAGE_NONAME) ? NULL : speaker(c)};
}

// --- MESSAGE ----------------------------------------------------------------------------------------------------------

static _Noreturn void raise(Call *c, const Spoken *s)
{
    Thrown *t = &c->vm->engine->thrown;
    char *text = mem_strdup(s->text);
    mem_free(t->text);
    *t = (Thrown){.reason = STOP_ERROR, .code = s->m.code, .text = text, .routine = s->speaker, .name = s->m.name,
                  .block = s->m.block, .no_prefix = call_kw_set(c, KW_MESSAGE_NOPREFIX),
                  .no_print = call_kw_set(c, KW_MESSAGE_NOPRINT), .is_io = call_kw_set(c, KW_MESSAGE_IOERROR)};
    longjmp(*c->vm->engine->jump, 1);
}

// The last error once more, as it was.
static _Noreturn void reissue(Call *c)
{
    Engine *e = c->vm->engine;
    Thrown *t = &e->thrown;
    Message m = {.name = NULL};
    bool is_named = messages_by_code(c->vm, e->error.code, &m);
    bool is_io = call_kw_set(c, KW_MESSAGE_IOERROR) || (!is_named && error_row(e->error.code)->kind == EK_IO);
    mem_free(t->text);
    *t = (Thrown){.reason = STOP_ERROR, .code = e->error.code, .sys = e->error.sys, .text = mem_strdup(e->error.msg),
                  .name = m.name, .block = m.block, .is_io = is_io, .no_prefix = call_kw_set(c, KW_MESSAGE_NOPREFIX),
                  .no_print = call_kw_set(c, KW_MESSAGE_NOPRINT)};
    longjmp(*e->jump, 1);
}

static void show(Call *c, const Spoken *s)
{
    if (call_kw_set(c, KW_MESSAGE_NOPRINT)) return;
    vm_error_line(c->vm, "%s%s%s%s", call_kw_set(c, KW_MESSAGE_NOPREFIX) ? "" : c->vm->engine->error.msg_prefix,
                  s->speaker ? s->speaker : "", s->speaker ? ": " : "", s->text);
}

static void note_state(Call *c, const Spoken *spoken)
{
    ErrorState *s = &c->vm->engine->error;
    const char *who = spoken->speaker ? spoken->speaker : "";
    char *msg = mem_must(strlen(who) + strlen(spoken->text) + 3);
    if (*who) strcat(strcat(msg, who), ": ");
    strcat(msg, spoken->text);
    mem_free(s->msg);
    s->msg = msg;
    s->code = spoken->m.code;
    s->sys = 0;
    set_text(&s->name, spoken->m.name);
    set_text(&s->block, spoken->m.block);
    set_text(&s->sys_msg, "");
}

// MESSAGE [, Text] [, /CONTINUE] [, /INFORMATIONAL] [, /IOERROR] [, LEVEL=n] [, /NONAME] [, /NOPREFIX] [, /NOPRINT]
// [, /RESET] [, /REISSUE_LAST]; MESSAGE, NAME=name [, BLOCK=block] [, Arg1, ..., Argn]: raises an error or shows a note in
// IDL's form. TRACEBACK is of old programs and changes nothing (manual). Manual: MESSAGE.
static void pro_message(Call *c)
{
    if (call_kw_set(c, KW_MESSAGE_RESET)) {
        reset_state(c);
        return;
    }
    if (call_kw_set(c, KW_MESSAGE_REISSUE_LAST)) {
        if (!c->vm->engine->error.code) return;
        reissue(c);
    }
    bool by_name = call_kw_given(c, KW_MESSAGE_BLOCK) || call_kw_given(c, KW_MESSAGE_NAME);
    if (!by_name && !c->argc) return;
    Spoken s = by_name ? named_message(c) : plain_message(c);
    if (call_kw_set(c, KW_MESSAGE_INFORMATIONAL)) {
        if (!c->vm->quiet) show(c, &s);
        return;
    }
    if (!call_kw_set(c, KW_MESSAGE_CONTINUE)) raise(c, &s);
    show(c, &s);
    note_state(c, &s);
}

// --- DEFINE_MSGBLK ----------------------------------------------------------------------------------------------------

#define DEFINE_MSGBLK_KEYWORDS(K, R) K(R, IGNORE_DUPLICATE, FLAG) K(R, PREFIX, "=PrefixStr")
KEYWORDS(DEFINE_MSGBLK)

// PREFIX and name, in upper case.
static const char *full_name(Call *c, const Str *prefix, const Str *name)
{
    size_t n = str_len(prefix);
    char *out = call_alloc(c, n + str_len(name) + 1);
    if (n) memcpy(out, upper_name(c, prefix), n);
    memcpy(out + n, upper_name(c, name), str_len(name));
    return out;
}

// DEFINE_MSGBLK, BlockName, ErrorNames, ErrorFormats [, /IGNORE_DUPLICATE] [, PREFIX=text]: a block of messages for MESSAGE,
// a format (printf's codes) for each name. Names are in upper case, PREFIX before each. Manual: DEFINE_MSGBLK.
static void pro_define_msgblk(Call *c)
{
    const char *block = upper_name(c, call_str_peek(c, 0));
    Texts names = texts_arg(c, 1), formats = texts_arg(c, 2);
    const Str *prefix = call_kw_str_peek(c, KW_DEFINE_MSGBLK_PREFIX);
    if (!*block) throw_msg(c, E_VALUE, "A message block must have a name.");
    if (names.n != formats.n) throw_msg(c, E_SHAPE, "ErrorNames and ErrorFormats must have the same number of elements.");
    if (names.n > 100000) throw_msg(c, E_VALUE, "A message block has at most 100000 messages.");
    for (int64_t i = 0; i < names.n; i++) {
        if (!str_len(texts_at(&names, i))) throw_msg(c, E_VALUE, "A message must have a name.");
    }
    MessageBlock *b = messages_define(c->vm, block, (int)names.n);
    if (!b && call_kw_set(c, KW_DEFINE_MSGBLK_IGNORE_DUPLICATE)) return;
    if (!b) vm_throw(c->vm, E_VALUE, "Attempt to install an existing message block: %s.", block);
    for (int i = 0; i < b->n; i++) {
        messages_put(b, i, full_name(c, prefix, texts_at(&names, i)), str_text(texts_at(&formats, i)));
    }
}

#define STRMESSAGE_KEYWORDS(K, R) K(R, BLOCK, OUT) K(R, CODE, OUT) K(R, NAME, OUT)
KEYWORDS(STRMESSAGE)

// STRMESSAGE(Err [, BLOCK=variable] [, CODE=variable] [, NAME=variable]): the text of an error, given by its number
// (!ERROR_STATE.CODE) or name, with printf's codes where words are put in; the name of its block, its number and its name.
// Manual: STRMESSAGE.
static void fn_strmessage(Call *c)
{
    Message m;
    const Val *v = call_arg(c, 0);
    if (val_is_array(v)) throw_msg(c, E_SCALAR, "Err must be a scalar.");
    bool is_name = v->type == T_STRING;
    int code = is_name ? 0 : (int)call_int(c, 0);
    bool found = !is_name && messages_by_code(c->vm, code, &m);
    if (!found) found = messages_find(c->vm, CORE_BLOCK, is_name ? str_text(v->s) : error_row(code)->name, &m);
    if (found && !is_name && m.code != code) found = false;
    if (!found && is_name) throw_msg(c, E_VALUE, "There is no such error message: %s.", str_text(v->s));
    if (!found) throw_msg(c, E_VALUE, "There is no such error message: %d.", code);
    call_kw_set_take(c, KW_STRMESSAGE_BLOCK, val_string(m.block));
    call_kw_set_take(c, KW_STRMESSAGE_CODE, val_long(m.code));
    call_kw_set_take(c, KW_STRMESSAGE_NAME, val_string(m.name));
    call_return_take(c, val_string(strncmp(m.format, "%N", 2) == 0 ? m.format + 2 : m.format));
}

static const Routine rows[] = {
    {"STRMESSAGE", FUNCTION, {1, 1}, fn_strmessage, "Err", KEYS(STRMESSAGE)},
    {"MESSAGE", PROCEDURE, {0, ARGS_ANY}, pro_message, "[, Text | Arg1, ..., Argn]", KEYS(MESSAGE)},
    {"DEFINE_MSGBLK", PROCEDURE, {3, 3}, pro_define_msgblk, "BlockName, ErrorNames, ErrorFormats", KEYS(DEFINE_MSGBLK)},
};
ROUTINE_TABLE(lib_message, rows)
