// READ, READF and READS: formatted input from the terminal, a unit, or strings. Parsing is fmt/'s. Start at pro_readf.
#include "lib/format/formatting.h"
#include "vm/fault/journal.h"

#define TEXT_KEYWORDS(K, R)                                                                              \
    K(R, AM_PM, "=[string, string]") K(R, DAYS_OF_WEEK, "=string_array{7 names}") K(R, FORMAT, "=value") \
    K(R, MONTHS, "=string_array{12 names}")
#define READ_KEYWORDS(K, R) TEXT_KEYWORDS(K, R) K(R, PROMPT, "=string")
KEYWORDS(READ)
#define READS_KEYWORDS(K, R) TEXT_KEYWORDS(K, R) K(R, PROMPT, HIDDEN)
KEYWORDS(READS)

static const FormatKeywords keywords = {KW_READ_FORMAT, KW_READ_AM_PM, KW_READ_DAYS_OF_WEEK, KW_READ_MONTHS};

// The prompt is written before each line asked of a terminal.
typedef struct Prompted {
    Vm *vm;
    Unit *in, *out;
    const char *prompt;
    size_t n;
} Prompted;

static Status next_prompted_line(void *src, const char **p, size_t *n)
{
    Prompted *s = src;
    if (s->out && !tty_offer_prompt(s->in->stream, s->prompt, s->n)) {
        STATUS_TRY(unit_write_text(s->out, s->prompt, s->n));
        STATUS_TRY(unit_end_text(s->out));
    }
    STATUS_TRY(unit_read_line(s->in, p, n));
    if (s->out) s->out->column = 0;
    if (s->vm->engine->journal) {
        journal_shown(s->vm, *p, *n);
        if (s->vm->engine->journal_mid_line) journal_shown(s->vm, "\n", 1);
    }
    return STATUS_OK;
}

// READ, 'Name? ', name: an expression in the first place is the prompt.
static void pro_read(Call *c)
{
    Prompted s = {.vm = c->vm, .prompt = ": ", .n = 2};
    int first = 0;
    TRY(c, lun_for_text(c->vm->units, LUN_STDIN, UF_READ, &s.in));
    if (c->argc && !call_arg_is_var(c, 0)) {
        const Str *text = call_str_peek(c, first++);
        s.prompt = str_text(text);
        s.n = str_len(text);
    }
    const Str *given = call_kw_str_peek(c, KW_READ_PROMPT);
    if (call_kw_given(c, KW_READ_PROMPT)) {
        s.prompt = str_text(given);
        s.n = str_len(given);
    }
    if (unit_is_tty(s.in)) TRY(c, lun_for_text(c->vm->units, LUN_STDOUT, UF_WRITE, &s.out));
    LineSource lines = {next_prompted_line, &s};
    formatting_read(c, &keywords, first, &lines, s.in);
}

static void pro_readf(Call *c)
{
    Unit *u;
    TRY(c, lun_for_text(c->vm->units, call_int(c, 0), UF_READ, &u));
    LineSource lines = formatting_unit_lines(u);
    formatting_read(c, &keywords, 1, &lines, u);
}

// Elements of the input are its lines.
typedef struct StringLines {
    const Val *v;
    int64_t at;
} StringLines;

static Status next_string_line(void *src, const char **p, size_t *n)
{
    StringLines *s = src;
    if (s->at >= val_count(s->v)) return status_fail(E_EOF, "End of input record encountered.");
    const Str *t = val_is_array(s->v) ? ((const StrSlot *)s->v->a->data)[s->at].p : s->v->s;
    s->at++;
    *p = str_text(t);
    *n = str_len(t);
    return STATUS_OK;
}

static void pro_reads(Call *c)
{
    // A second reference: the input may also be one of the variables read into.
    StringLines s = {.v = call_keep_take(c, val_copy(call_convert(c, call_arg(c, 0), T_STRING)))};
    LineSource lines = {next_string_line, &s};
    formatting_read(c, &keywords, 1, &lines, NULL);
}

static const Routine rows[] = {
    {"READ", PROCEDURE, {0, ARGS_ANY}, pro_read, "[, Prompt] [, Var1, ..., Varn]", KEYS(READ)},
    {"READF", PROCEDURE, {1, ARGS_ANY}, pro_readf, "[Prompt,] Unit [, Var1, ..., Varn]", KEYS(READ)},
    {"READS", PROCEDURE, {2, ARGS_ANY}, pro_reads, "Input, Var1, ..., Varn", KEYS(READS)},
};
ROUTINE_TABLE(lib_format_read, rows)
