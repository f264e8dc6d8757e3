// The module "readline": GNU readline behind EditorApi, through its callback interface, so that windows repaint and
// Ctrl-C works while the prompt waits. What to complete is the host's business (repl/complete.c). Start at ask.
#include "repl/editor.h"

#include "sys/await.h"
#include "sys/fd.h"
#include "sys/interrupt.h"
#include "sys/publish.h"
#include "sys/typed.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

// Blanks and operators end a word; inside quotes only the quote does, so that file names stay whole.
#define WORD_BREAKS " \t\n()[]{},;=+-*^<>#&|~?:@'\""

#define KEYS_OF_ONE 0.5 // seconds between the bytes of a key, at most: readline's own time

// Readline itself is one a process, with global state; this is the rest of it.
static struct {
    EditorHost host;
    char *line;
    char *history;  // the file
    char *recalled;  // the line as the arrows brought it
    bool searches;   // the arrows go through lines that begin alike
    bool asks, done, ended, completes;
    char breaks[2];
} editor;

static volatile sig_atomic_t continued;  // SIGCONT came: the terminal's modes are gone
static volatile sig_atomic_t resized;    // SIGWINCH came

static void on_continue(int sig)
{
    (void)sig;
    continued = 1;
}

static void on_resize(int sig)
{
    (void)sig;
    resized = 1;
}

// --- Completion -------------------------------------------------------------------------------------------------------

// The quote that is open where the cursor stands, or 0.
static char open_quote(const char *line, int point)
{
    char quote = 0;
    for (int i = 0; i < point; i++) {
        if (quote ? line[i] == quote : line[i] == '\'' || line[i] == '"') quote = quote ? 0 : line[i];
        else if (!quote && line[i] == ';') return 0;
    }
    return quote;
}

static char *word_breaks(void)
{
    static char all[] = WORD_BREAKS;
    char quote = open_quote(rl_line_buffer, rl_point);
    editor.breaks[0] = quote;
    return quote ? editor.breaks : all;
}

static char **copy_matches(char **word)
{
    int n = 0;
    while (word[n]) n++;
    if (!n) return NULL;
    char **matches = calloc((size_t)n + 2, sizeof *matches);
    if (!matches) return NULL;
    size_t common = strlen(word[0]);
    for (int i = 0; i < n; i++) {
        size_t k = 0;
        while (k < common && word[i][k] == word[0][k]) k++;
        common = k;
        matches[i + 1] = strdup(word[i]);
    }
    matches[0] = strndup(word[0], common);  // first what all share
    if (n == 1) {
        free(matches[1]);
        matches[1] = NULL;
    }
    return matches;
}

static char **complete(const char *text, int start, int end)
{
    EditorWords words = {0};
    rl_attempted_completion_over = 1;
    if (!editor.completes) return NULL;
    editor.host.complete(editor.host.arg, rl_line_buffer, (size_t)start, (size_t)end, &words);
    rl_completion_append_character = words.append;
    rl_completion_suppress_append = words.append == '\0';
    if (words.files) return rl_completion_matches(text, rl_filename_completion_function);
    return words.word ? copy_matches(words.word) : NULL;
}

// --- Arrows -----------------------------------------------------------------------------------------------------------

// Up and down: the lines that begin with what has been typed; all lines where nothing has, or only a line recalled.
static int recall(int count, int key, rl_command_func_t *search, rl_command_func_t *step)
{
    bool goes_on = editor.recalled && strcmp(editor.recalled, rl_line_buffer) == 0;
    if (!goes_on) editor.searches = rl_end > 0;
    if (editor.searches && goes_on) rl_last_func = search;  // for the same beginning
    if (!goes_on) rl_point = rl_end, rl_last_func = NULL;
    int result = editor.searches ? search(count, key) : step(count, key);
    rl_point = rl_end;
    free(editor.recalled);
    editor.recalled = strdup(rl_line_buffer);
    return result;
}

static int up(int count, int key) { return recall(count, key, rl_history_search_backward, rl_get_previous_history); }
static int down(int count, int key) { return recall(count, key, rl_history_search_forward, rl_get_next_history); }

// Before readline is initialized: its own defaults then keep off these keys, and the user's inputrc comes before them.
static void bind_arrows(void)
{
    rl_add_defun("helio-up", up, -1);
    rl_add_defun("helio-down", down, -1);
    rl_bind_keyseq("\\e[A", up);
    rl_bind_keyseq("\\eOA", up);
    rl_bind_keyseq("\\e[B", down);
    rl_bind_keyseq("\\eOB", down);
}

// Keys that were kept come before those of the terminal.
static int next_key(FILE *in)
{
    unsigned char c;
    return sys_typed_take(STDIN_FILENO, &c, 1) ? c : rl_getc(in);
}

static int has_key(void) { return sys_wait_fd(STDIN_FILENO, POLLIN, KEYS_OF_ONE) > 0; }

static void start(const EditorHost *host)
{
    bind_arrows();
    rl_getc_function = next_key;
    rl_input_available_hook = has_key;
    editor.host = *host;
    rl_readline_name = "helio";
    rl_catch_signals = rl_catch_sigwinch = 0;  // Ctrl-C is the engine's
    rl_attempted_completion_function = complete;
    rl_completion_word_break_hook = word_breaks;
    rl_basic_word_break_characters = WORD_BREAKS;
    rl_completer_quote_characters = "";
    rl_variable_bind("enable-bracketed-paste", "on");
    rl_variable_bind("completion-query-items", "200");
    using_history();
    struct sigaction sa;
    memset(&sa, 0, sizeof sa);
    sigemptyset(&sa.sa_mask);
    sa.sa_handler = on_continue;
    sa.sa_flags = SA_RESTART;
    sigaction(SIGCONT, &sa, NULL);
    sa.sa_handler = on_resize;
    sa.sa_flags = 0;  // a wait for keys ends
    sigaction(SIGWINCH, &sa, NULL);
}

// --- Asking -----------------------------------------------------------------------------------------------------------

static void on_line(char *line)
{
    rl_callback_handler_remove();
    editor.line = line;
    editor.ended = line == NULL;
    rl_eof_found = 0;  // else each later line is followed by an empty one
    editor.done = true;
}

static EditorAnswer give_up(void)
{
    editor.asks = false;
    rl_free_line_state();
    rl_callback_sigcleanup();
    fputs("^C", rl_outstream);
    rl_replace_line("", 0);
    rl_crlf();
    fflush(rl_outstream);
    rl_callback_handler_remove();
    return EDITOR_INTERRUPTED;
}

// After a stop (Ctrl-Z) and fg.
static void take_terminal_back(void)
{
    continued = 0;
    rl_prep_terminal(1);
    rl_forced_update_display();
}

// The line is drawn anew in the terminal's new width.
static void take_new_size(void)
{
    resized = 0;
    rl_resize_terminal();
}

// What the host does meanwhile may print: the line goes away for it and comes back below.
static void serve_idle(void)
{
    if (editor.host.next_idle(editor.host.arg, 1) > 0) return;
    rl_clear_visible_line();
    fflush(rl_outstream);
    if (!editor.host.idle(editor.host.arg)) editor.ended = editor.done = true;
    rl_on_new_line();
    if (!editor.done) rl_redisplay();
}

static EditorAnswer ask(const char *prompt, bool completes, const char **line)
{
    if (editor.asks) return EDITOR_END;  // what runs while the prompt waits can ask nothing
    editor.asks = true;
    free(editor.line);
    editor.line = NULL;
    editor.done = editor.ended = false;
    free(editor.recalled);
    editor.recalled = NULL;
    editor.completes = completes;
    continued = 0;
    rl_callback_handler_install(prompt, on_line);
    while (!editor.done) {
        int ready = sys_wait_fd(STDIN_FILENO, POLLIN, editor.host.next_idle(editor.host.arg, 0.3));
        if (ready == SYS_INTERRUPTED) return give_up();
        if (ready < 0) editor.ended = editor.done = true;
        if (continued) take_terminal_back();
        if (resized) take_new_size();
        if (ready > 0 && (sys_typed_kept(STDIN_FILENO) || sys_typed_sift(STDIN_FILENO))) rl_callback_read_char();
        if (ready == 0) serve_idle();
    }
    editor.asks = false;
    if (editor.ended) rl_callback_handler_remove();
    *line = editor.line;
    return editor.line ? EDITOR_LINE : EDITOR_END;
}

// --- History ----------------------------------------------------------------------------------------------------------

static void put_entry(FILE *f, const HIST_ENTRY *e)
{
    if (e->timestamp && *e->timestamp) fprintf(f, "%s\n", e->timestamp);
    fprintf(f, "%s\n", e->line);
}

// 0 or errno.
static int append_entry(const char *path, const HIST_ENTRY *e)
{
    char *text = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&text, &n);
    if (!f) return errno;
    put_entry(f, e);
    ssize_t put = fclose(f) != 0 ? -errno : 0;
    int fd = put < 0 ? (int)put : sys_open(path, O_WRONLY | O_APPEND, 0);
    if (fd >= 0) {
        put = sys_write(fd, text, n);
        sys_close(fd);
    }
    free(text);
    return fd < 0 ? -fd : put < 0 ? (int)-put : (size_t)put < n ? ENOSPC : 0;
}

// Each entry is appended at once: sessions side by side share the file, and none is lost.
static int add(const char *line)
{
    if (!line[strspn(line, " \t\n")]) return 0;
    const HIST_ENTRY *last = history_length ? history_get(history_base + history_length - 1) : NULL;
    if (last && strcmp(last->line, line) == 0) return 0;
    add_history(line);
    return editor.history ? append_entry(editor.history, history_get(history_base + history_length - 1)) : 0;
}

// The entries that are kept, as readline writes them.
static int rewrite_history(const char *path)
{
    char *text = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&text, &n);
    if (!f) return errno;
    for (HIST_ENTRY **e = history_list(); e && *e; e++) put_entry(f, *e);
    int failed = fclose(f) != 0 ? errno : publish_bytes(path, text, n, 0600, NULL);
    free(text);
    return failed;
}

static int open_history(const char *path, int most)
{
    history_write_timestamps = 1;  // lines pasted together stay one entry
    history_comment_char = '#';
    history_multiline_entries = 1;
    struct stat st;
    int fd = sys_open(path, O_RDWR | O_CREAT | O_NONBLOCK | O_NOCTTY, 0600);
    if (fd < 0) return -fd;
    bool is_file = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
    sys_close(fd);
    if (!is_file) return EINVAL;
    int failed = read_history(path);
    bool is_longer = history_length > most;
    stifle_history(most);
    if (!failed && is_longer) failed = rewrite_history(path);
    if (!failed) editor.history = strdup(path);
    return failed;
}

// --- Keys of the program's -----------------------------------------------------------------------------------------------

static int end_of_file(int count, int key)
{
    (void)count;
    (void)key;
    if (rl_end == 0) on_line(NULL);
    return 0;
}

static void bind_key(const char *sequence, const char *command, const char *text)
{
    rl_command_func_t *what = !command ? NULL : strcmp(command, "end-of-file") == 0 ? end_of_file : rl_named_function(command);
    if (what) rl_bind_keyseq(sequence, what);
    else if (!command) rl_macro_bind(sequence, text, rl_get_keymap());
}

extern const EditorApi helio_editor;
const EditorApi helio_editor = {start, ask, open_history, add, bind_key};
