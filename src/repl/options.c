// The command line: options may have one dash or two. Start reading at options_parse.
#include "repl/options.h"

#include "base/buf.h"
#include "base/mem.h"
#include "vm/settings/preferences.h"

#include <string.h>
#include <strings.h>

void options_usage(FILE *to)
{
    fputs("usage: helio [-quiet] [-i] [--safe[=FOLDER]] [-e STATEMENT] [-pref=FILE] [-IDL_NAME VALUE] [FILE [ARGS...]]\n"
          "  -e STATEMENT     run the statement and exit; several are run in their order\n"
          "  -i               stay at the prompt after FILE or -e\n"
          "  -quiet           no banner\n"
          "  --safe[=FOLDER]  no programs, no network, no devices, and files are written below FOLDER (the current one) only\n"
          "  -arg S           an argument of the program (COMMAND_LINE_ARGS); -args S...: all that follows\n"
          "  --disasm FILE    show what FILE compiles to, and exit\n"
          "  -pref=FILE       preferences from a file; -IDL_NAME VALUE: one of them (HELP, /PREFERENCES lists them)\n"
          "  -version         print the version and exit\n"
          "FILE with routines or a final END is compiled whole and its main program run; otherwise its statements run\n"
          "one by one. Without FILE, or when it is -: the prompt, or the statements on standard input when it is no terminal.\n"
          "Options of idl about licenses, splash screens and word sizes (-nodemowarn, -novm, -32, ...) are accepted.\n", to);
}

// The option's name behind its dashes; NULL: the word is none.
static const char *option_name(const char *arg)
{
    if (arg[0] != '-' || !arg[1]) return NULL;
    return arg + 1 + (arg[1] == '-');
}

static bool is_one_of(const char *name, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(name, list[i]) == 0) return true;
    }
    return false;
}

// Options of idl that speak of licenses, windows of the Workbench and processors: nothing here depends on them.
static bool is_without_meaning(const char *name)
{
    static const char *const names[] = {
        "32", "64", "autow", "demo", "minimized", "noconfirmexit", "noddgs", "nodemowarn", "nosplash", "novm", "nowait",
        "queue", "student", "ulicense",
    };
    return is_one_of(name, names, sizeof names / sizeof *names) || strncmp(name, "arch=", 5) == 0;
}

// -rt=FILE, -vm=FILE, -em=FILE run SAVE files.
static bool wants_save_file(const char *name)
{
    size_t n = strcspn(name, "=");
    return n == 2 && (strncmp(name, "rt", 2) == 0 || strncmp(name, "vm", 2) == 0 || strncmp(name, "em", 2) == 0);
}

static bool wrong(const char *text, const char *what)
{
    fprintf(stderr, "helio: %s%s\n", text, what);
    return false;
}

static void add_preference(Options *o, const char *name, const char *value)
{
    o->preferences[2 * o->npreferences] = name;
    o->preferences[2 * o->npreferences++ + 1] = value;
}

static void add_statement(Options *o, const char *word)
{
    Buf b = BUF_INIT(BUF_NO_LIMIT);
    if (o->statement) buf_printf(&b, "%s\n", o->statement);
    buf_puts(&b, word);
    mem_free(o->statement);
    o->statement = buf_take(&b);
}

// An option that takes the next word. False when it is another; *ok: it is there.
static bool take_word(Options *o, const char *name, const char *word, bool *ok)
{
    bool is_preference = strncasecmp(name, "IDL_", 4) == 0;
    static const char *const names[] = {"e", "arg", "pref", "disasm"};
    if (!is_preference && !is_one_of(name, names, sizeof names / sizeof *names)) return false;
    *ok = word != NULL;
    if (!word) wrong("a word is missing behind -", name);
    else if (is_preference) add_preference(o, name, word);
    else if (*name == 'e') add_statement(o, word);
    else if (*name == 'd') o->disasm = word;
    else if (*name == 'a') o->args[o->nargs++] = word;
    else add_preference(o, NULL, word);
    return true;
}

static bool take_flag(Options *o, const char *name)
{
    if (strcmp(name, "quiet") == 0) o->quiet = true;
    else if (strcmp(name, "i") == 0) o->interactive = true;
    else if (strcmp(name, "help") == 0 || strcmp(name, "h") == 0) o->help = true;
    else if (strcmp(name, "version") == 0) o->version = true;
    else if (strcmp(name, "bridge") == 0) o->is_bridged = true;
    else if (strcmp(name, "safe") == 0) o->safe = ".";
    else if (strncmp(name, "safe=", 5) == 0) o->safe = name + 5;
    else if (strncmp(name, "pref=", 5) == 0) add_preference(o, NULL, name + 5);
    else return is_without_meaning(name);
    return true;
}

static void take_rest(Options *o, char **argv)
{
    while (*argv) o->args[o->nargs++] = *argv++;
}

bool options_parse(char **argv, int argc, Options *o)
{
    *o = (Options){.args = mem_must((size_t)(argc + 1) * sizeof(char *)),
                   .preferences = mem_must((size_t)(argc + 1) * 2 * sizeof(char *))};
    for (; *argv; argv++) {
        const char *name = option_name(*argv);
        bool ok;
        if (!name) {
            o->from_input = strcmp(*argv, "-") == 0;
            if (!o->from_input) o->file = **argv == '@' ? *argv + 1 : *argv;
            take_rest(o, argv + 1);
            return true;
        }
        if (strcmp(name, "args") == 0) {
            take_rest(o, argv + 1);
            return true;
        }
        if (take_word(o, name, argv[1], &ok)) {
            if (!ok) return false;
            argv++;
        } else if (wants_save_file(name)) {
            return wrong("-rt, -vm and -em want a SAVE file with IDL's own compiled code, which cannot be run here.\n"
                         "Start the program's source instead: helio PROGRAM.pro [ARGS...]", "");
        } else if (!take_flag(o, name)) {
            return wrong("unknown option ", *argv);
        }
    }
    return true;
}

static Status take(Vm *vm, PrefId id, const char *text) { return pref_give(vm, PREF_COMMAND_LINE, id, text); }

bool options_give_preferences(Vm *vm, const Options *o)
{
    for (int i = 0; i < o->npreferences; i++) {
        const char *name = o->preferences[2 * i], *value = o->preferences[2 * i + 1];
        PrefId id = name ? pref_find(name) : PREF_COUNT;
        if (name && id == PREF_COUNT) return wrong("there is no preference ", name);
        Status s = name ? take(vm, id, value) : pref_read_file(vm, value, take);
        if (!status_ok(s)) wrong(s.text ? s.text : "the preference cannot be set: ", s.text ? "" : value);
        bool ok = status_ok(s);
        status_drop(&s);
        if (!ok) return false;
    }
    return true;
}

void options_free(Options *o)
{
    mem_free(o->statement);
    mem_free(o->args);
    mem_free(o->preferences);
}
