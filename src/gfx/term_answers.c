// See term_answers.h. The forms are those of xterm's ctlseqs (CSI), of kitty's graphics protocol (APC G) and of iTerm2's
// documentation (OSC 1337). Anything else that begins with an escape is a key.
#include "gfx/term_answers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ESC '\033'
#define BEL '\a'

typedef enum Kind { UNFINISHED, ANSWER, TYPED } Kind;

enum { MOST_NUMBERS = 16, SIXEL_ATTRIBUTE = 4, SIDE_MAX = 100000 };

// The numbers of a control sequence; how many.
static int numbers(const char *p, int *out)
{
    int n = 0;
    for (; n < MOST_NUMBERS; p++) {
        char *end;
        long v = strtol(p, &end, 10);
        out[n++] = v > 0 && v <= SIDE_MAX ? (int)v : 0;
        p = end;
        if (*p != ';') break;
    }
    return n;
}

static Kind device_attributes(TermAnswers *a, const int *v, int n)
{
    for (int i = 1; i < n; i++) a->has_sixel |= v[i] == SIXEL_ATTRIBUTE;
    a->is_done = true;
    return ANSWER;
}

// The largest sixel picture and its colours: item; 0 when it succeeded; values.
static Kind graphics_attributes(TermAnswers *a, const int *v, int n)
{
    if (n == 3 && v[0] == 1 && v[1] == 0) a->registers = v[2];
    if (n == 4 && v[0] == 2 && v[1] == 0) a->sixel_width = v[2], a->sixel_height = v[3];
    return n >= 2 ? ANSWER : TYPED;
}

static Kind sizes(TermAnswers *a, const int *v, int n)
{
    if (n != 3 || (v[0] != 4 && v[0] != 6)) return TYPED;
    if (v[0] == 4) a->area_height = v[1], a->area_width = v[2];
    if (v[0] == 6) a->cell_height = v[1], a->cell_width = v[2];
    return ANSWER;
}

static Kind control_sequence(TermAnswers *a)
{
    int v[MOST_NUMBERS];
    const char *p = a->held + 2;
    char last = a->held[a->n - 1];
    if (a->n == 2 || (last >= 0x20 && last <= 0x3f)) return UNFINISHED;
    bool is_private = *p == '?';
    int n = numbers(p + is_private, v);
    if (is_private && last == 'c') return device_attributes(a, v, n);
    if (is_private && last == 'S') return graphics_attributes(a, v, n);
    return !is_private && last == 't' ? sizes(a, v, n) : TYPED;
}

static void iterm_cell(TermAnswers *a, const char *text)
{
    double height, width;
    if (sscanf(text, "%lf;%lf", &height, &width) != 2 || !(height >= 1 && width >= 1)) return;
    if (height > SIDE_MAX || width > SIDE_MAX) return;
    a->has_iterm = true;
    a->iterm_cell[0] = width, a->iterm_cell[1] = height;
}

// A string that begins as `held` and ends by ST or BEL.
static Kind string_sequence(TermAnswers *a)
{
    static const char kitty[] = "\033_Gi=" TERM_QUERY_IMAGE ";", name[] = "\033P>|", cell[] = "\033]1337;ReportCellSize=";
    static const char *const forms[] = {kitty, name, cell};
    const char *form = NULL;
    for (int i = 0; i < 3 && !form; i++) {
        size_t k = strlen(forms[i]);
        if (strncmp(a->held, forms[i], k < a->n ? k : a->n) == 0) form = forms[i];
    }
    if (!form) return TYPED;
    size_t begin = strlen(form), end = a->n;
    if (a->held[end - 1] == BEL)
        end--;
    else if (end >= begin + 2 && a->held[end - 2] == ESC && a->held[end - 1] == '\\')
        end -= 2;
    else
        return UNFINISHED;
    if (end < begin) return TYPED;
    a->held[end] = 0;
    const char *text = a->held + begin;
    if (form == kitty) a->has_kitty = strcmp(text, "OK") == 0;
    if (form == name) snprintf(a->name, sizeof a->name, "%s", text);
    if (form == cell) iterm_cell(a, text);
    return ANSWER;
}

static Kind look(TermAnswers *a)
{
    if (a->n == 1) return UNFINISHED;
    switch (a->held[1]) {
    case '[': return control_sequence(a);
    case '_':
    case 'P':
    case ']': return string_sequence(a);
    default: return TYPED;
    }
}

void term_answers_release(TermAnswers *a, Buf *rest)
{
    buf_put(rest, a->held, a->n);
    a->n = 0;
}

static void take_byte(TermAnswers *a, char c, Buf *rest)
{
    if (!a->n && c != ESC) {
        buf_putc(rest, c);
        return;
    }
    if (a->n == sizeof a->held - 1) term_answers_release(a, rest); // longer than any answer
    a->held[a->n++] = c;
    Kind kind = a->held[0] == ESC ? look(a) : TYPED;
    if (kind == UNFINISHED) return;
    if (kind == ANSWER) {
        a->n = 0;
        return;
    }
    bool may_begin = c == ESC; // and so another one
    a->n -= may_begin;
    term_answers_release(a, rest);
    if (may_begin) a->held[a->n++] = ESC;
}

void term_answers_take(TermAnswers *a, const char *p, size_t n, Buf *rest)
{
    for (size_t i = 0; i < n; i++) take_byte(a, p[i], rest);
}
