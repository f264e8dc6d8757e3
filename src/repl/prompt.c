// The interactive prompt: lines from the editor (a loadable module), or plain ones where there is no terminal to edit
// on. The editor also serves READ, as the source of unit 0. Start reading at prompt_run.
#include "repl/prompt.h"

#include "base/mem.h"
#include "core/errors.h"
#include "gfx/gfx.h"
#include "io/lun.h"
#include "lib/control/timer.h"
#include "lib/system/key_definitions.h"
#include "repl/batch.h"
#include "repl/complete.h"
#include "repl/history.h"
#include "repl/idle.h"
#include "sys/dynlib.h"
#include "sys/interrupt.h"
#include "sys/safe.h"
#include "sys/terminal.h"
#include "vm/engine.h"
#include "vm/fault/error_line.h"
#include "vm/fault/journal.h"
#include "vm/scope/sysvar.h"
#include "vm/session/recall.h"
#include "vm/settings/preferences.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CONTINUATION "...> "

typedef struct Prompt {
    Vm *vm;
    LineFeed feed;
    const EditorApi *editor;  // NULL: plain lines
    Completer completer;
    bool wants_statement;     // the prompt itself asks, not READ
    bool history_failed;      // and that has been said
    Buf entry;                // what has been typed and is not in the history yet: a statement or a block, whole
    bool in_block;            // the line that is asked for belongs to it
    bool has_left;            // what ran while the prompt waited called EXIT
    unsigned key_changes;     // of DEFINE_KEY, that the editor has
    bool pasted_transcript;   // the lines that the editor gave last are a session's text, output and all
} Prompt;

static void report(Vm *vm, Status s)
{
    if (!status_ok(s)) vm_error_line(vm, "%% %s", s.text ? s.text : error_row(s.code)->text);
    if (s.sys) vm_error_line(vm, "  %s", sys_error_text(s.sys));
    status_drop(&s);
}

static const char *prompt_text(Vm *vm)
{
    const SysVar *p = sysvar_find(vm, "!PROMPT");
    return p && p->v.type == T_STRING && !val_is_array(&p->v) ? str_text(p->v.s) : "IDL> ";
}

static void history_trouble(Prompt *p, int err)
{
    if (err == 0 || err == SAFE_WRITE || p->history_failed) return;  // --safe keeps none outside its folder, and does not nag
    p->history_failed = true;
    vm_error_line(p->vm, "%% The history is not kept: %s (HELIO_HISTORY names its file).", sys_error_text(err));
}

// --- While no key is pressed: timers ------------------------------------------------------------------------------------

// READ's lines are waited for in sys_wait, which runs them then (timers_serve).
static double next_idle(void *arg, double most)
{
    const Prompt *p = arg;
    return p->wants_statement ? timers_next(p->vm, most) : most;
}

static bool idle(void *arg)
{
    Prompt *p = arg;
    if (!p->wants_statement) return true;
    p->has_left |= !idle_run(p->vm);
    return !p->has_left;
}

// --- Unit 0 -----------------------------------------------------------------------------------------------------------

// A block is one entry: it is added when its last line has been read.
static void keep_entry(Prompt *p)
{
    if (p->editor && p->entry.len && buf_ok(&p->entry)) {
        buf_putc(&p->entry, '\0');
        if (buf_ok(&p->entry)) history_trouble(p, p->editor->history_add(p->entry.p));
    }
    buf_clear(&p->entry);
}

// Of several lines pasted together, one begins with a prompt.
static bool has_prompted_line(const char *text)
{
    const char *stop = strchr(text, '\n');
    bool found = false;
    for (const char *p = text; stop && p && !found; p = strchr(p, '\n')) {
        p += *p == '\n';
        found = batch_has_prompt(p, strcspn(p, "\n"));
    }
    return found;
}

// What DEFINE_KEY has said since the last prompt.
static void bind_keys(Prompt *p)
{
    int n;
    unsigned changes;
    const KeyDefinition *k = key_definitions(&n, &changes);
    if (changes == p->key_changes) return;
    p->key_changes = changes;
    for (; n > 0; n--, k++) {
        char sequences[KEY_SEQUENCE_MAX], text[KEY_TEXT_MAX + 8], *rest = NULL;
        snprintf(sequences, sizeof sequences, "%s", k->sequence);
        snprintf(text, sizeof text, "%s%s", k->text, k->is_entered ? "\\C-m" : "");
        for (char *s = strtok_r(sequences, " ", &rest); s; s = strtok_r(NULL, " ", &rest)) p->editor->bind(s, k->command, text);
    }
}

static bool edited_line(void *arg, Buf *line)
{
    Prompt *p = arg;
    Unit *u = &p->vm->units->unit[LUN_STDIN + 2];
    const char *asked = tty_prompt(u->stream), *text;
    bool is_statement = p->wants_statement;
    bind_keys(p);
    EditorAnswer answer = p->editor->ask(asked ? asked : "", is_statement, &text);
    p->vm->units->unit[LUN_STDOUT + 2].column = 0;
    if (answer != EDITOR_LINE) return false;
    buf_puts(line, text);
    buf_putc(line, '\n');
    if (is_statement) p->pasted_transcript = has_prompted_line(text);
    if (is_statement) {
        if (p->in_block && p->entry.len) buf_putc(&p->entry, '\n');
        buf_puts(&p->entry, text);
    }
    return true;
}

// What was pasted or typed ahead goes with the line that Ctrl-C clears.
static void forget_input(Unit *u)
{
    buf_clear(&u->in);
    u->at = 0;
}

static void show_prompt(Prompt *p, Unit *u, bool more)
{
    const char *text = p->feed.asks_program ? "- " : more ? CONTINUATION : prompt_text(p->vm);
    if (unit_has_buffered(u)) return;  // lines pasted together: shown already
    if (p->vm->gfx) report(p->vm, gfx_settle(p->vm->gfx));
    if (tty_offer_prompt(u->stream, text, strlen(text))) return;
    fputs(text, stdout);
    fflush(stdout);
}

// Ctrl-D where a block is open: the block goes, the session stays. A second one leaves.
static bool ends_block(Prompt *p)
{
    if (p->feed.asks_program || p->feed.is_cleared) return false;
    if (!p->editor) puts("");
    vm_error_line(p->vm, "%% The open block is dropped (EXIT, or Ctrl-D at the prompt, leaves).");
    return p->feed.is_cleared = true;
}

static bool next_typed_line(void *arg, bool more, const char **line, size_t *n)
{
    Prompt *p = arg;
    Unit *u;
    for (;;) {
        Status s = lun_for_text(p->vm->units, LUN_STDIN, UF_READ, &u);
        if (status_ok(s)) {
            bool is_first = !unit_has_buffered(u);
            show_prompt(p, u, more && !p->feed.is_cleared);
            p->in_block = more && !p->feed.is_cleared;
            if (is_first) p->pasted_transcript = false;
            if (is_first && !p->in_block) keep_entry(p);
            p->wants_statement = true;
            if (!p->editor && is_first) p->has_left = !idle_until_input(p->vm);
            s = p->has_left ? (Status){E_EOF, 0, NULL} : unit_read_line(u, line, n);
            p->wants_statement = false;
            p->feed.is_transcript = p->pasted_transcript && !is_first;
        }
        int code = s.code;
        if (code && code != E_INTERRUPT && code != E_EOF) report(p->vm, s);
        else status_drop(&s);
        if (code == 0) {
            journal_typed(p->vm, *line, *n);
            recall_add(p->vm, *line, *n);
            return true;
        }
        if (p->has_left) return false;
        if (code == E_EOF && more && ends_block(p)) continue;
        if (code != E_INTERRUPT) return false;
        sys_clear_interrupt();
        forget_input(u);
        if (!p->editor) puts("");
        p->feed.is_cleared = true;
    }
}

// --- Start and end ------------------------------------------------------------------------------------------------------

static void complete(void *arg, const char *line, size_t start, size_t end, EditorWords *out)
{
    complete_words(&((Prompt *)arg)->completer, line, start, end, out);
}

static void open_editor(Prompt *p)
{
    const char *term = getenv("TERM");
    const void *table;
    if (!pref_number(p->vm, PREF_EDIT_INPUT)) return;
    if (!sys_is_tty(STDIN_FILENO) || !sys_is_tty(STDOUT_FILENO) || !term || !*term || strcmp(term, "dumb") == 0) return;
    Status s = dynlib_table("readline", "helio_editor", "libreadline8", &table);
    if (!status_ok(s)) {
        report(p->vm, s);
        return;
    }
    EditorHost host = {p, complete, next_idle, idle};
    p->editor = table;
    p->editor->start(&host);
    tty_set_source(p->vm->units->unit[LUN_STDIN + 2].stream, edited_line, p);
    int err = 0;
    AUTO_FREE char *path = pref_number(p->vm, PREF_RBUF_PERSIST) ? history_path(&err) : NULL;
    if (path && !err) err = p->editor->history_open(path, pref_number(p->vm, PREF_RBUF_SIZE));
    history_trouble(p, err);
}

void prompt_greet(void)
{
    puts("Heliograph 0.1.0, an engine for IDL (GPL-3.0-or-later).\n"
         "?NAME shows how a routine is called, Tab completes, Ctrl-C stops, EXIT or Ctrl-D leaves.\n");
    fflush(stdout);
}

static void enter_start_folder(Vm *vm)
{
    const char *folder = pref_text(vm, PREF_START_DIR);
    if (!*folder || chdir(folder) == 0) return;
    vm_error_line(vm, "%% The folder of IDL_START_DIR cannot be entered: %s (%s).", folder, sys_error_text(errno));
}

RunResult prompt_run(Vm *vm)
{
    Prompt p = {.vm = vm, .completer = {.vm = vm}, .entry = BUF_INIT((size_t)1 << 20)};
    p.feed = (LineFeed){.next = next_typed_line, .arg = &p, .is_prompt = true, .is_live = true};
    enter_start_folder(vm);
    open_editor(&p);
    RunResult r = batch_lines(vm, &p.feed);
    if (p.has_left) r = RAN_EXIT;
    if (p.editor) tty_set_source(vm->units->unit[LUN_STDIN + 2].stream, NULL, NULL);
    keep_entry(&p);
    buf_free(&p.entry);
    completer_free(&p.completer);
    if (r != RAN_EXIT) puts("");
    return r;
}
