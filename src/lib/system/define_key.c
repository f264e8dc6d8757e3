// DEFINE_KEY, SETUP_KEYS: keys of the command line. Start at pro_define_key.
#include "lib/system/key_definitions.h"
#include "vm/call/call.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

// clang-format off
#define DEFINE_KEY_KEYWORDS(K, R)                                                                                      \
    K(R, BACK_CHARACTER, FLAG) K(R, BACK_WORD, OR_FLAG) K(R, DELETE_CHARACTER, OR_FLAG) K(R, DELETE_CURRENT, OR_FLAG)  \
    K(R, DELETE_EOL, OR_FLAG) K(R, DELETE_LINE, OR_FLAG) K(R, DELETE_WORD, OR_FLAG) K(R, END_OF_FILE, OR_FLAG)         \
    K(R, END_OF_LINE, OR_FLAG) K(R, ENTER_LINE, OR_FLAG) K(R, FORWARD_CHARACTER, OR_FLAG) K(R, FORWARD_WORD, OR_FLAG)  \
    K(R, INSERT_OVERSTRIKE_TOGGLE, OR_FLAG) K(R, NEXT_LINE, OR_FLAG) K(R, PREVIOUS_LINE, OR_FLAG)                      \
    K(R, RECALL, OR_FLAG) K(R, REDRAW, OR_FLAG) K(R, START_OF_LINE, OR_FLAG) K(R, MATCH_PREVIOUS, OR_FLAG)             \
    K(R, CONTROL, FLAG) K(R, ESCAPE, "=string") K(R, NOECHO, FLAG) K(R, TERMINATE, FLAG)
// clang-format on
KEYWORDS(DEFINE_KEY)

#define SETUP_KEYS_KEYWORDS(K, R)                                                                                      \
    K(R, EIGHTBIT, FLAG)                                                                                               \
    K(R, SUN, OR_FLAG)                                                                                                 \
    K(R, VT200, OR_FLAG) K(R, HP9000, OR_FLAG) K(R, MIPS, OR_FLAG) K(R, PSTERM, OR_FLAG) K(R, SGI, OR_FLAG)            \
        K(R, APP_KEYPAD, FLAG) K(R, NUM_KEYPAD, OR_FLAG)
KEYWORDS(SETUP_KEYS)

// What each of the first keywords does, in their order, by readline's names; end-of-file is the editor's (repl/readline.c).
static const char *const commands[] = {
    "backward-char",       "backward-word",     "backward-delete-char",   "delete-char",
    "kill-line",           "kill-whole-line",   "backward-kill-word",     "end-of-file",
    "end-of-line",         "accept-line",       "forward-char",           "forward-word",
    "overwrite-mode",      "next-history",      "previous-history",       "reverse-search-history",
    "redraw-current-line", "beginning-of-line", "history-search-backward"};
_Static_assert(sizeof commands / sizeof commands[0] == KW_DEFINE_KEY_MATCH_PREVIOUS + 1, "one for each");

// What terminals send: xterm and its kin, the older ones, Linux's console.
static const struct {
    const char *name, *sequence;
} known[] = {
    {"F1", "\\eOP \\e[11~ \\e[[A"},
    {"F2", "\\eOQ \\e[12~ \\e[[B"},
    {"F3", "\\eOR \\e[13~ \\e[[C"},
    {"F4", "\\eOS \\e[14~ \\e[[D"},
    {"F5", "\\e[15~ \\e[[E"},
    {"F6", "\\e[17~"},
    {"F7", "\\e[18~"},
    {"F8", "\\e[19~"},
    {"F9", "\\e[20~"},
    {"F10", "\\e[21~"},
    {"F11", "\\e[23~"},
    {"F12", "\\e[24~"},
    {"UP", "\\e[A \\eOA"},
    {"DOWN", "\\e[B \\eOB"},
    {"RIGHT", "\\e[C \\eOC"},
    {"LEFT", "\\e[D \\eOD"},
    {"HOME", "\\e[H \\eOH \\e[1~"},
    {"END", "\\e[F \\eOF \\e[4~"},
    {"INSERT", "\\e[2~"},
    {"REMOVE", "\\e[3~"},
    {"PREV", "\\e[5~"},
    {"NEXT", "\\e[6~"},
};

static KeyDefinition defined[KEY_DEFINITIONS_MAX];
static int n_defined;
static unsigned changes;

const KeyDefinition *key_definitions(int *n, unsigned *changed)
{
    *n = n_defined;
    *changed = changes;
    return defined;
}

// --- Names and sequences ---

static KeyDefinition *place_of(Call *c, const char *name)
{
    for (int i = 0; i < n_defined; i++) {
        if (strcasecmp(defined[i].name, name) == 0) return &defined[i];
    }
    if (n_defined == KEY_DEFINITIONS_MAX)
        throw_msg(c, E_VALUE, "No more than %d keys can be defined.", KEY_DEFINITIONS_MAX);
    KeyDefinition *k = &defined[n_defined++];
    *k = (KeyDefinition){.command = NULL};
    snprintf(k->name, sizeof k->name, "%s", name);
    return k;
}

// As readline writes it: control characters by their names. "\033" and the like are what the manual writes for ESC.
static void spell(const char *text, char *out, size_t room)
{
    size_t at = 0;
    for (; *text && at + 5 < room; text++) {
        unsigned char ch = (unsigned char)*text;
        if (ch == '\\' && isdigit((unsigned char)text[1])) {
            char *end, digits[4];
            snprintf(digits, sizeof digits, "%.3s", text + 1);
            ch = (unsigned char)strtol(digits, &end, 8);
            text += end - digits;
        } else if (ch == '\\' && text[1] == 'e') {
            ch = 27;
            text++;
        }
        if (ch == 27)
            at += (size_t)snprintf(out + at, room - at, "\\e");
        else if (ch < ' ')
            at += (size_t)snprintf(out + at, room - at, "\\C-%c", ch + '`');
        else if (ch == '\\' || ch == '"')
            at += (size_t)snprintf(out + at, room - at, "\\%c", ch);
        else
            out[at++] = (char)ch;
    }
    out[at] = '\0';
}

// What the terminal sends for the key.
static void find_sequence(Call *c, const char *name, char *out, size_t room)
{
    if (call_kw_given(c, KW_DEFINE_KEY_ESCAPE)) {
        const Str *s = call_kw_str_peek(c, KW_DEFINE_KEY_ESCAPE);
        spell(str_text(s), out, room);
        return;
    }
    const char *letter = *name == '^' ? name + 1 : name;
    if (call_kw_set(c, KW_DEFINE_KEY_CONTROL) || *name == '^') {
        if (strlen(letter) != 1 || !(isalpha((unsigned char)*letter) || strchr("@[\\]^_", *letter)))
            throw_msg(c, E_VALUE, "Not the name of a control key: %s.", name);
        snprintf(out, room, "\\C-%c", tolower((unsigned char)*letter));
        return;
    }
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcasecmp(known[i].name, name) == 0) {
            snprintf(out, room, "%s", known[i].sequence);
            return;
        }
    }
    throw_msg(c, E_VALUE, "Unknown key: %s. ESCAPE tells what the terminal sends for it.", name);
}

static void check_string(Call *c, int i, size_t most)
{
    if (call_arg(c, i)->type != T_STRING || val_is_array(call_arg(c, i)))
        throw_msg(c, E_TYPE, "String expression required in this context: %s.", call_arg_name(c, i));
    if (str_len(call_arg(c, i)->s) >= most) throw_msg(c, E_VALUE, "String is longer than %zu characters.", most - 1);
}

// DEFINE_KEY, Key [, Value]: what a key does at the prompt: types Value, with TERMINATE as a whole line, or what one of
// the keywords says. Key is F1 to F12, UP, DOWN, LEFT, RIGHT, HOME, END, INSERT, REMOVE, PREV, NEXT, with CONTROL (or a
// ^ before it) a letter, or any name, with ESCAPE what the terminal sends for it. Value is shown also with NOECHO.
// Source: manual.
static void pro_define_key(Call *c)
{
    char sequence[KEY_SEQUENCE_MAX] = "";
    check_string(c, 0, KEY_NAME_MAX);
    if (c->argc > 1) check_string(c, 1, KEY_TEXT_MAX / 2);
    const char *name = str_text(call_str_peek(c, 0));
    find_sequence(c, name, sequence, sizeof sequence);
    KeyDefinition *k = place_of(c, name);
    memcpy(k->sequence, sequence, sizeof sequence);
    k->command = NULL;
    k->text[0] = '\0';
    if (c->argc > 1) spell(str_text(call_str_peek(c, 1)), k->text, sizeof k->text);
    for (int i = 0; i <= KW_DEFINE_KEY_MATCH_PREVIOUS; i++) {
        if (call_kw_set(c, i)) k->command = commands[i];
    }
    k->is_entered = call_kw_set(c, KW_DEFINE_KEY_TERMINATE);
    changes++;
}

// SETUP_KEYS: the function keys of terminals, which are known here whatever the terminal; without effect. Source:
// manual.
static void pro_setup_keys(Call *c) { (void)c; }

static const Routine rows[] = {
    {"DEFINE_KEY", PROCEDURE, {1, 2}, pro_define_key, "Key [, Value]", KEYS(DEFINE_KEY)},
    {"SETUP_KEYS", PROCEDURE, {0, 0}, pro_setup_keys, "", KEYS(SETUP_KEYS)},
};
ROUTINE_TABLE(lib_define_key, rows)
