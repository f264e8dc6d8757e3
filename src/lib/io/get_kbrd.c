// GET_KBRD. Start reading at fn_get_kbrd.
#include "io/lun.h"
#include "io/unit.h"
#include "sys/fd.h"
#include "sys/terminal.h"
#include "vm/call/call.h"
#include "vm/vm.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define GET_KBRD_KEYWORDS(K, R) K(R, ESCAPE, FLAG) K(R, KEY_NAME, FLAG)
KEYWORDS(GET_KBRD)

enum { KEY_MAX = 32, ESC = 27 };
#define REST_SECONDS 0.05 // the bytes of one key come together

// What terminals send for a key, behind the escape character; the first that fits counts.
static const struct {
    const char *text, *name;
} keys[] = {
    {"[A", "UP"},      {"[B", "DOWN"}, {"[C", "RIGHT"}, {"[D", "LEFT"},  {"[H", "HOME"},  {"[F", "END"},
    {"OA", "UP"},      {"OB", "DOWN"}, {"OC", "RIGHT"}, {"OD", "LEFT"},  {"OH", "HOME"},  {"OF", "END"},
    {"OP", "F1"},      {"OQ", "F2"},   {"OR", "F3"},    {"OS", "F4"},    {"[1~", "HOME"}, {"[2~", "INSERT"},
    {"[3~", "DELETE"}, {"[4~", "END"}, {"[5~", "PGUP"}, {"[6~", "PGDN"}, {"[7~", "HOME"}, {"[8~", "END"},
    {"[11~", "F1"},    {"[12~", "F2"}, {"[13~", "F3"},  {"[14~", "F4"},  {"[15~", "F5"},  {"[17~", "F6"},
    {"[18~", "F7"},    {"[19~", "F8"}, {"[20~", "F9"},  {"[21~", "F10"}, {"[23~", "F11"}, {"[24~", "F12"},
    {"[[A", "F1"},     {"[[B", "F2"},  {"[[C", "F3"},   {"[[D", "F4"},   {"[[E", "F5"},
};

typedef struct Keyboard {
    Call *call;
    Unit *unit;
    SysTermSave save;
    bool is_terminal;
} Keyboard;

static void restore(void *keyboard) { sys_term_restore(&((Keyboard *)keyboard)->save); }

// One byte: of a terminal as soon as it is typed, else of unit 0, whose end is an error for who waits (a loop until
// some key would not end). False: none has come in that time (negative: for ever).
static bool take_byte(Keyboard *k, double seconds, char *byte)
{
    size_t got = 0;
    if (k->is_terminal && !unit_has_buffered(k->unit)) {
        ssize_t n = sys_read_wait(STDIN_FILENO, byte, 1, seconds);
        if (n == -ETIMEDOUT) return false;
        call_poll(k->call);
        if (n < 0)
            throw_status(k->call,
                         status_sys(E_READ, (int)-n, "Error encountered reading from file. Unit: 0, File: <stdin>"));
        got = (size_t)n;
    } else {
        if (seconds >= 0 && !unit_is_ready(k->unit)) return false;
        TRY(k->call, unit_read_some(k->unit, byte, 1, &got));
    }
    if (got == 0 && seconds >= 0) return false;
    if (got == 0) throw_msg(k->call, E_EOF, "End of file encountered. Unit: 0, File: <stdin>");
    return true;
}

// Whether the bytes of a key that begins with the escape character are complete: ESC [ numbers letter, ESC O letter,
// ESC letter.
static bool is_complete(const char *key, size_t n)
{
    if (n < 2) return false;
    if (key[1] == 'O' || (key[1] == '[' && n > 2 && key[2] == '[')) return n > 2 + (key[1] == '[');
    if (key[1] != '[') return key[1] != ESC || n > 2;
    return n > 2 && (isalpha((unsigned char)key[n - 1]) || key[n - 1] == '~');
}

static size_t take_key(Keyboard *k, char key[KEY_MAX])
{
    size_t n = 1;
    while (key[0] == ESC && n < KEY_MAX && !is_complete(key, n) && take_byte(k, REST_SECONDS, key + n)) n++;
    return n;
}

static Val named(const char *key, size_t n)
{
    for (size_t i = 0; i < sizeof keys / sizeof *keys && key[0] == ESC; i++) {
        if (strlen(keys[i].text) == n - 1 && memcmp(keys[i].text, key + 1, n - 1) == 0) return val_string(keys[i].name);
    }
    return val_stringn(key, n);
}

// Result = GET_KBRD([Wait] [, /ESCAPE] [, /KEY_NAME]): the next character from the keyboard (without a terminal: of
// standard input), not shown and without Enter; waits for it, unless Wait is 0: '' if there is none. Of keys like the
// arrows, which send several characters, the first, which is ESC; ESCAPE: all of them; KEY_NAME: the key's name (UP,
// DOWN, LEFT, RIGHT, HOME, END, PGUP, PGDN, INSERT, DELETE, F1 to F12). Enter is string(10b). Manual: GET_KBRD.
static void fn_get_kbrd(Call *c)
{
    bool waits = c->argc == 0 || call_int(c, 0) != 0, is_named = call_kw_set(c, KW_GET_KBRD_KEY_NAME);
    Keyboard *k = call_alloc(c, sizeof *k);
    k->call = c;
    TRY(c, lun_for_bytes(c->vm->units, 0, UF_READ, &k->unit));
    k->is_terminal = sys_is_tty(STDIN_FILENO) && sys_term_quiet(STDIN_FILENO, &k->save);
    if (k->is_terminal) call_defer(c, restore, k);
    char key[KEY_MAX];
    size_t n = take_byte(k, waits ? -1 : 0, key) ? 1 : 0;
    if (n && (is_named || call_kw_set(c, KW_GET_KBRD_ESCAPE))) n = take_key(k, key);
    call_return_take(c, n && is_named ? named(key, n) : val_stringn(key, n));
}

static const Routine rows[] = {
    {"GET_KBRD", FUNCTION, {0, 1}, fn_get_kbrd, "[Wait]", KEYS(GET_KBRD)},
};
ROUTINE_TABLE(lib_get_kbrd, rows)
