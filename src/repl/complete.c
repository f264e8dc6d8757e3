// What may stand for the word before the cursor, from the engine's tables and the frame the prompt works in. Words
// keep the letters typed; the rest takes their case. Start reading at complete_words.
#include "repl/complete.h"

#include "repl/complete_place.h"
#include "vm/engine.h"
#include "vm/names/library.h"
#include "vm/scope/sysvar.h"
#include "vm/scope/variables.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { WORDS_MAX = 5000 };

static const char *const reserved[] = {
    "BEGIN", "BREAK", "CASE", "COMMON", "COMPILE_OPT", "CONTINUE", "ELSE", "END", "ENDCASE", "ENDELSE", "ENDFOR",
    "ENDFOREACH", "ENDIF", "ENDREP", "ENDSWITCH", "ENDWHILE", "FOR", "FOREACH", "FUNCTION", "GOTO", "IF", "PRO",
    "REPEAT", "SWITCH", "THEN", "UNTIL", "WHILE",
};
static const char *const operators[] = {
    "AND", "DO", "EQ", "GE", "GT", "LE", "LT", "MOD", "NE", "NOT", "OR", "THEN", "XOR",
};
static const char *const executive[] = {
    ".COMPILE", ".CONTINUE", ".FULL_RESET_SESSION", ".RESET_SESSION", ".RNEW", ".RUN", ".SKIP",
    ".TIMEIT",
};

// A candidate: taken when it begins as the name typed does.
static void offer(Completer *c, const char *name, size_t n, char append)
{
    const char *typed = c->typed + c->head;
    size_t len = c->len - c->head;
    if (n < len || strncasecmp(name, typed, len) != 0 || c->words.len >= WORDS_MAX) return;
    bool upper = false, lower = false;
    for (size_t i = 0; i < len; i++) {
        upper |= isupper((unsigned char)typed[i]) != 0;
        lower |= islower((unsigned char)typed[i]) != 0;
    }
    char *word = mem_must(c->head + n + 1);
    memcpy(word, c->typed, c->len);
    for (size_t i = len; i < n; i++) {
        int letter = (unsigned char)name[i];
        word[c->head + i] = (char)(upper && !lower ? toupper(letter) : tolower(letter));
    }
    VEC_PUSH(&c->words, word);
    c->append = append;
}

static void offer_list(Completer *c, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) offer(c, list[i], strlen(list[i]), '\0');
}
#define OFFER_LIST(c, list) offer_list((c), (list), sizeof(list) / sizeof *(list))

// --- Sources ------------------------------------------------------------------------------------------------------------

static void offer_map(Completer *c, const Map *m, char append)
{
    size_t at = 0;
    for (const MapEntry *x; (x = map_next(m, &at)) != NULL;) offer(c, x->key, strlen(x->key), append);
}

static void offer_file(void *completer, const char *file)
{
    offer(completer, file, strlen(file) - 4, '\0');
}

static void offer_routines(Completer *c, bool functions)
{
    const Engine *e = c->vm->engine;
    offer_map(c, functions ? &e->builtin_fun : &e->builtin_pro, functions ? '(' : '\0');
    offer_map(c, functions ? &e->functions : &e->procedures, functions ? '(' : '\0');
    for (int i = 0; i < e->ntexts; i++) {
        const LibraryText *t = &e->texts[i];
        if (t->is_function == functions) offer(c, t->name, strlen(t->name), functions ? '(' : '\0');
    }
    if (c->len > c->head) library_each_file(c->vm, offer_file, c);
}

static void offer_variables(Completer *c)
{
    Engine *e = c->vm->engine;
    const CallFrame *f = &e->frame[frame_top(e)->target];
    for (int i = 0; i < f->code->nvars; i++) offer(c, f->code->var[i], strlen(f->code->var[i]), '\0');
    for (int i = 0; f->cells && i < f->cells->names.len; i++) {
        offer(c, f->cells->names.p[i], strlen(f->cells->names.p[i]), '\0');
    }
}

static void offer_parameters(Completer *c, const Code *code, char append)
{
    for (int i = 0; i < code->nparams; i++) {
        const char *name = code->param[i].keyword;
        if (name && i != code->extra) offer(c, name, strlen(name), append);
    }
}

typedef struct InFile {
    Completer *c;
    const Place *p;
    char append;
} InFile;

static void offer_parameters_of(void *arg, const Code *code)
{
    InFile *f = arg;
    if (code->is_function == f->p->is_function && strcmp(code->name, f->p->routine) == 0) offer_parameters(f->c, code, f->append);
}

static void say_nothing(Vm *vm, const char *text, size_t n) { (void)vm, (void)text, (void)n; }

// Of a routine that has not been compiled: its file is, for its keywords alone.
static void offer_keywords_in_file(Completer *c, const Place *p, char append)
{
    Engine *e = c->vm->engine;
    char file[sizeof p->routine + 4], *path = NULL;
    size_t len, n = strlen(p->routine);
    if (!n || strchr(p->routine, '/')) return;
    for (size_t i = 0; i <= n; i++) file[i] = (char)tolower((unsigned char)p->routine[i]);
    char *text = library_read_file(c->vm, file, &len, &path);
    void (*outer)(Vm *, const char *, size_t) = e->error_text;
    InFile f = {c, p, append};
    e->error_text = say_nothing;
    if (text) library_each_code(c->vm, path, text, len, offer_parameters_of, &f);
    e->error_text = outer;
    mem_free(text);
    mem_free(path);
}

static void offer_keywords(Completer *c, const Place *p, char append)
{
    Engine *e = c->vm->engine;
    const Routine *r = map_get(p->is_function ? &e->builtin_fun : &e->builtin_pro, p->routine);
    for (int i = 0; r && routine_keyword(r, i); i++) offer(c, routine_keyword(r, i), strlen(routine_keyword(r, i)), append);
    if (r) return;
    const UserRoutine *u = map_get(p->is_function ? &e->functions : &e->procedures, p->routine);
    if (!u && library_text(c->vm, p->routine, p->is_function)) u = library_find(c->vm, p->routine, p->is_function);
    if (u) offer_parameters(c, u->code, append);
    else offer_keywords_in_file(c, p, append);
}

// --- Tags ---------------------------------------------------------------------------------------------------------------

static const Val *variable(Completer *c, const char *name)
{
    Engine *e = c->vm->engine;
    if (*name != '!') {
        Val *cell = frame_cell(c->vm, frame_top(e)->target, name, false);
        return cell ? val_deref(cell) : NULL;
    }
    SysVar *s = sysvar_find(c->vm, name);
    if (s && s->get) val_set_take(&s->v, s->get(c->vm));
    return s ? &s->v : NULL;
}

// Those of the object's class and of its ancestors, also where their files have not been compiled.
typedef struct Methods {
    Completer *c;
    const SDef *class;
} Methods;

static void offer_method(const Methods *m, const char *name, char append)
{
    char class_name[128];
    const char *colons = strstr(name, "::");
    size_t n = colons ? (size_t)(colons - name) : 0;
    if (!n || n >= sizeof class_name || colons[2] == '_') return;
    memcpy(class_name, name, n);
    class_name[n] = '\0';
    if (sdef_is_a(m->class, class_name)) offer(m->c, colons + 2, strlen(colons + 2), append);
}

static void offer_method_map(const Methods *m, const Map *map, char append)
{
    size_t at = 0;
    for (const MapEntry *x; (x = map_next(map, &at)) != NULL;) offer_method(m, x->key, append);
}

// class__method.pro
static void offer_method_file(void *methods, const char *file)
{
    const Methods *m = methods;
    const char *name = m->class->name;
    size_t n = strlen(name), len = strlen(file) - 4;
    if (len <= n + 2 || strncasecmp(file, name, n) != 0 || strncmp(file + n, "__", 2) != 0) return;
    if (strncasecmp(file + n + 2, "define.", 7) != 0) offer(m->c, file + n + 2, len - n - 2, '\0');
}

static void offer_methods(Completer *c, const Val *v)
{
    const Engine *e = c->vm->engine;
    if (v->type != T_OBJ || val_is_array(v) || !v->h || v->h->freed || !val_is_array(&v->h->v) || !v->h->v.a->def) return;
    Methods m = {c, v->h->v.a->def};
    offer_method_map(&m, &e->builtin_fun, '(');
    offer_method_map(&m, &e->functions, '(');
    offer_method_map(&m, &e->builtin_pro, '\0');
    offer_method_map(&m, &e->procedures, '\0');
    if (m.class->name) library_each_file(c->vm, offer_method_file, &m);
}

// "object->me": the arrow ends just before the word.
static bool offer_behind_arrow(Completer *c, const char *line, size_t start)
{
    char name[128];
    if (start < 3 || strncmp(line + start - 2, "->", 2) != 0) return false;
    size_t end = start - 2, from = end;
    while (from && (isalnum((unsigned char)line[from - 1]) || strchr("_$!", line[from - 1]))) from--;
    if (from == end || end - from >= sizeof name) return true;
    for (size_t i = from; i <= end; i++) name[i - from] = i < end ? (char)toupper((unsigned char)line[i]) : '\0';
    const Val *v = variable(c, name);
    if (v) offer_methods(c, v);
    return true;
}

// "s.inner.ta": the tags of s.inner.
static void offer_tags(Completer *c)
{
    size_t n = c->len - c->head, dot = n;
    const char *path = c->typed + c->head;
    while (dot && path[dot - 1] != '.') dot--;
    char *upper = mem_strndup(path, dot - 1), *rest = upper;
    for (char *p = upper; *p; p++) *p = (char)toupper((unsigned char)*p);
    const Val *v = variable(c, strsep(&rest, "."));
    const SDef *d = v && v->type == T_STRUCT ? v->a->def : NULL;
    bool is_object = v && v->type == T_OBJ && !rest;
    for (char *tag; d && (tag = strsep(&rest, ".")) != NULL;) {
        int i = sdef_find(d, tag);
        d = i >= 0 && d->tag[i].type == T_STRUCT ? d->tag[i].def : NULL;
    }
    c->head += dot;
    if (is_object) offer_methods(c, v);
    for (int i = 0; d && i < d->ntags; i++) offer(c, d->tag[i].name, strlen(d->tag[i].name), '\0');
    mem_free(upper);
}

// --- The answer -----------------------------------------------------------------------------------------------------------

static void drop_words(Completer *c)
{
    for (int i = 0; i < c->words.len; i++) mem_free(c->words.p[i]);
    c->words.len = 0;
}

static int by_text(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

// Sorted, each once, NULL at the end.
static void put_in_order(Completer *c)
{
    int kept = 0;
    if (c->words.len) qsort(c->words.p, (size_t)c->words.len, sizeof *c->words.p, by_text);
    for (int i = 0; i < c->words.len; i++) {
        if (kept && strcmp(c->words.p[kept - 1], c->words.p[i]) == 0) mem_free(c->words.p[i]);
        else c->words.p[kept++] = c->words.p[i];
    }
    c->words.len = kept;
    VEC_PUSH(&c->words, NULL);
    c->words.len = kept;  // the NULL is no word
}

// The first word is a keyword with which all others begin (FORMAT and FORMAT_AXIS_VALUES): it alone is meant.
static void prefer_keyword(Completer *c)
{
    const char *keyword = c->words.p[0];
    for (int i = 1; i < c->words.len; i++) {
        if (strncmp(c->words.p[i], keyword, strlen(keyword)) != 0) return;
    }
    for (int i = 1; i < c->words.len; i++) mem_free(c->words.p[i]);
    c->words.len = 1;
    c->append = '=';
}

static void offer_names(Completer *c, const Place *p)
{
    bool is_one_keyword = false;
    if (p->is_statement) {
        offer_routines(c, false);
        OFFER_LIST(c, reserved);
    } else {
        if (p->is_argument) offer_keywords(c, p, '=');
        is_one_keyword = c->words.len == 1;
        offer_routines(c, true);
        OFFER_LIST(c, operators);
    }
    offer_variables(c);
    if (is_one_keyword) prefer_keyword(c);
}

// A name after an operator that is no word break: "a/wh".
static size_t head_length(const char *word, size_t n, bool slash_is_keyword)
{
    size_t head = n;
    while (head && word[head - 1] != '/') head--;
    return head == 1 && slash_is_keyword ? 0 : head;
}

// Lines that are executive commands: true when they have been dealt with.
static bool offer_executive(Completer *c, const char *line, size_t start, EditorWords *out)
{
    size_t first = strspn(line, " \t");
    if (line[first] == '.' && start <= first) {
        OFFER_LIST(c, executive);
    } else if (line[first] == '?') {
        offer_routines(c, false);
        offer_routines(c, true);
        c->append = '\0';
    } else if (strchr(".@$", line[first]) && line[first]) {
        out->files = true;
    } else {
        return false;
    }
    return true;
}

// The length of ".TIMEIT", abbreviated or not, when the word at `start` belongs to the statement behind it; else 0.
static size_t before_statement(const char *line, size_t start)
{
    size_t first = strspn(line, " \t"), n = first + 1;
    if (line[first] != '.') return 0;
    while (isalpha((unsigned char)line[n])) n++;
    size_t len = n - first;
    bool is_timeit = len >= sizeof ".TI" - 1 && len < sizeof ".TIMEIT" && strncasecmp(line + first, ".TIMEIT", len) == 0;
    return is_timeit && n < start ? n : 0;
}

void complete_words(void *completer, const char *line, size_t start, size_t end, EditorWords *out)
{
    Completer *c = completer;
    size_t skipped = before_statement(line, start);
    line += skipped, start -= skipped, end -= skipped;
    drop_words(c);
    *out = (EditorWords){0};
    c->typed = line + start;
    c->len = end - start;
    c->head = 0;
    c->append = '\0';
    Place p = place_find(line, start);
    if (p.is_comment) return;
    if (p.quote) {
        *out = (EditorWords){.files = true, .append = p.quote};
        return;
    }
    if (!offer_executive(c, line, start, out)) {
        bool is_flag = p.is_argument && c->len && *c->typed == '/';
        c->head = head_length(c->typed, c->len, is_flag);
        if (offer_behind_arrow(c, line, start)) c->head = 0;
        else if (is_flag && c->head == 0) c->head = 1, offer_keywords(c, &p, '\0');
        else if (memchr(c->typed + c->head, '.', c->len - c->head)) offer_tags(c);
        else if (c->len > c->head && c->typed[c->head] == '!') offer_map(c, &c->vm->sysvars, '\0');
        else offer_names(c, &p);
    }
    put_in_order(c);
    out->word = c->words.p;
    out->append = c->words.len == 1 ? c->append : '\0';
}

void completer_free(Completer *c)
{
    drop_words(c);
    VEC_FREE(&c->words);
}
