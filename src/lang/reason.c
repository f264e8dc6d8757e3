// See reason.h. Start reading at parse_reason.
#include "lang/reason.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

const char *reason_say(const Wrong *w, const char *format, ...)
{
    char text[400];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return arena_strndup(&w->p->tree->arena, text, strlen(text));
}

TokenKind reason_kind(const Wrong *w, int i)
{
    return i >= 0 && i < w->p->tokens.len ? (TokenKind)w->p->tokens.p[i].kind : TK_END;
}

bool reason_ends(TokenKind k) { return is_separator(k) || k == TK_END; }

const char *reason_word(const Wrong *w, int i)
{
    if (reason_kind(w, i) == TK_AMP) return "&";
    if (reason_ends(reason_kind(w, i))) return "the end of the line";
    const Token *t = &w->p->tokens.p[i];
    bool is_name = t->kind != TK_STRING && t->kind != TK_TEMPLATE;
    const char *text = w->p->src->text + t->pos;
    const char *word = is_name ? token_upper(w->p, t) : arena_strndup(&w->p->tree->arena, text, t->len);
    return t->len <= 30 ? word : reason_say(w, "%.27s...", word);
}

bool reason_is(const Wrong *w, int i, const char *upper)
{
    if (reason_ends(reason_kind(w, i))) return false;
    const Token *t = &w->p->tokens.p[i];
    return strlen(upper) == t->len && strncasecmp(w->p->src->text + t->pos, upper, t->len) == 0;
}

bool reason_touches(const Wrong *w, int i)
{
    if (i < 0 || i + 1 >= w->p->tokens.len) return false;
    return w->p->tokens.p[i].pos + w->p->tokens.p[i].len == w->p->tokens.p[i + 1].pos;
}

// A string that the line's end has ended.
static const char *open_quote(const Wrong *w)
{
    for (int i = w->start; i < w->end; i++) {
        const Token *t = &w->p->tokens.p[i];
        const char *s = w->p->src->text + t->pos;
        if (t->kind != TK_STRING || (t->len > 1 && s[t->len - 1] == *s)) continue;
        return *s == '\'' ? "A quote (') is not closed; an apostrophe inside '...' is written twice, or the text goes "
            "into \"...\"."
                          : "A quote (\") is not closed; one inside \"...\" is written twice, or the text goes into "
                              "'...'.";
    }
    return NULL;
}

const char *parse_reason(Parser *p, const char *otherwise)
{
    Wrong w = {.p = p, .start = p->statement, .at = p->stuck > p->at ? p->stuck : p->at};
    if (w.start > w.at || reason_ends(reason_kind(&w, w.at - 1))) w.start = w.at;
    for (w.end = w.at; !reason_ends(reason_kind(&w, w.end));) w.end++;
    const char *why = open_quote(&w);
    if (!why) why = reason_operator(&w);
    if (!why) why = reason_block(&w);
    if (!why) why = reason_statement(&w);
    if (!why) why = reason_expression(&w);
    return why ? reason_say(&w, "Syntax error. %s", why) : otherwise;
}
