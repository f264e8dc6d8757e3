// Reasons that lie in a statement's words: blocks closed by the wrong END, THEN and DO that are missing, words of other
// languages. Start reading at reason_statement.
#include "lang/reason.h"

#include <string.h>

// --- Blocks ---------------------------------------------------------------------------------------------------------------

static const struct {
    TokenKind end, opener;
    const char *before_begin;  // the word that BEGIN follows
} end_rows[] = {
    {KW_TK_ENDIF, KW_TK_IF, "THEN"},      {KW_TK_ENDELSE, KW_TK_ELSE, "ELSE"},     {KW_TK_ENDFOR, KW_TK_FOR, "DO"},
    {KW_TK_ENDFOREACH, KW_TK_FOREACH, "DO"}, {KW_TK_ENDWHILE, KW_TK_WHILE, "DO"}, {KW_TK_ENDREP, KW_TK_REPEAT,
    "REPEAT"},
    {KW_TK_ENDCASE, KW_TK_CASE, NULL},    {KW_TK_ENDSWITCH, KW_TK_SWITCH, NULL},
};
enum { ENDS = sizeof end_rows / sizeof *end_rows };

static const char *end_of(TokenKind opener)
{
    for (int i = 0; i < ENDS; i++) {
        if (end_rows[i].opener == opener) return token_kind_text(end_rows[i].end);
    }
    return "END";
}

static bool is_routine(TokenKind opener) { return opener == KW_TK_PRO || opener == KW_TK_FUNCTION; }

static const char *stray_end(const Wrong *w)
{
    const ParseBlock *b = w->p->open;
    const char *word = reason_word(w, w->at);
    if (reason_kind(w, w->at + 1) == P_ASSIGN) return reason_say(w, "%s is a reserved word: no variable can have that "
        "name.", word);
    if (b && !is_routine(b->opener)) {
        return reason_say(w, "%s cannot end the %s that began on line %d; %s does.", word, token_kind_text(b->opener),
            b->line,
                          end_of(b->opener));
    }
    for (int i = 0; i < ENDS; i++) {
        if (end_rows[i].end != reason_kind(w, w->at) || !end_rows[i].before_begin) continue;
        return reason_say(w, "%s ends no block: there is no BEGIN behind the %s.", word, end_rows[i].before_begin);
    }
    return reason_say(w, "%s ends no block: none is open here.", word);
}

const char *reason_block(const Wrong *w)
{
    TokenKind k = reason_kind(w, w->at), before = reason_kind(w, w->at - 1);
    const ParseBlock *b = w->p->open;
    if (before == KW_TK_END && (k == KW_TK_IF || k == KW_TK_FOR || k == KW_TK_WHILE || k == KW_TK_CASE ||
        k == KW_TK_SWITCH))
        return reason_say(w, "END %s is one word: END%s.", reason_word(w, w->at), reason_word(w, w->at));
    if (k == KW_TK_END && (before == P_COLON || before == P_LPAREN || before == P_LBRACKET || before == P_COMMA))
        return "The last element has the subscript * in a range, or -1: a[1:*], a[-1].";
    if (k >= KW_TK_END && k <= KW_TK_ENDWHILE && !parse_can_start_operand(before)) return stray_end(w);
    if (k >= KW_TK_END && k <= KW_TK_ENDWHILE && w->at > w->start && reason_kind(w,
        w->start) != KW_TK_IF) return stray_end(w);
    if (is_routine(k) && b && (w->at == 0 || is_separator(before))) {
        return reason_say(w, "%s cannot begin here: the %s that began on line %d has no %s.", reason_word(w, w->at),
                          token_kind_text(b->opener), b->line, end_of(b->opener));
    }
    return NULL;
}

// --- Control flow ---------------------------------------------------------------------------------------------------------

static bool is_seen(const Wrong *w, TokenKind k)
{
    for (int i = w->start; i < w->at; i++) {
        if (reason_kind(w, i) == k) return true;
    }
    return false;
}

static bool is_inside_brackets(const Wrong *w)
{
    int depth = 0;
    for (int i = w->start; i < w->at; i++) {
        TokenKind k = reason_kind(w, i);
        depth += (k == P_LPAREN || k == P_LBRACKET || k == P_LBRACE) - (k == P_RPAREN || k == P_RBRACKET ||
            k == P_RBRACE);
    }
    return depth > 0;
}

// Whether the parser is stuck where THEN, DO or OF should stand: behind an operand, outside of brackets.
static bool lacks(const Wrong *w, TokenKind k)
{
    TokenKind here = reason_kind(w, w->at), before = reason_kind(w, w->at - 1);
    bool behind_operand = before == TK_NAME || before == TK_NUMBER || before == TK_STRING || before == TK_SYSVAR ||
                          before == P_RPAREN || before == P_RBRACKET || before == P_INC || before == P_DEC;
    bool may_be_missing = reason_ends(here) || here == KW_TK_BEGIN || here == P_COLON || here == P_COMMA ||
        here == P_LBRACE ||
                          parse_can_start_operand(here) || (here >= KW_TK_BEGIN && here <= KW_TK_XOR);
    return behind_operand && may_be_missing && !is_seen(w, k) && !is_inside_brackets(w);
}

static const char *reason_for(const Wrong *w)
{
    if (reason_kind(w, w->start + 1) == P_LPAREN) return "FOR has no parentheses: FOR i = 0, 9 DO statement.";
    if (reason_is(w, w->start + 2, "IN")) return "A loop over elements is FOREACH element, array DO; one over numbers "
        "FOR i = 0, n - 1 DO.";
    if (reason_kind(w, w->at) == P_COLON) return "The bounds of FOR are separated by commas, and DO follows: FOR i = "
        "0, 9 DO statement.";
    if (lacks(w, KW_TK_DO)) return is_seen(w, P_COMMA) ? "DO is missing: FOR i = 0, 9 DO statement." : "The last "
        "value is missing: FOR i = 0, 9 DO statement.";
    return NULL;
}

static const char *reason_of_opener(const Wrong *w)
{
    switch (reason_kind(w, w->start)) {
    case KW_TK_IF: return lacks(w, KW_TK_THEN) ? "THEN is missing: IF condition THEN statement." : NULL;
    case KW_TK_FOR: return reason_for(w);
    case KW_TK_FOREACH:
        if (reason_is(w, w->start + 2, "IN")) return "Element and array are separated by a comma: FOREACH element, "
            "array DO statement.";
        return lacks(w, KW_TK_DO) ? "DO is missing: FOREACH element, array DO statement." : NULL;
    case KW_TK_WHILE: return lacks(w, KW_TK_DO) ? "DO is missing: WHILE condition DO statement." : NULL;
    case KW_TK_CASE: return lacks(w, KW_TK_OF) ? "OF is missing: CASE value OF, then 1: statement, ..., ELSE: "
        "statement, ENDCASE." : NULL;
    case KW_TK_SWITCH: return lacks(w, KW_TK_OF) ? "OF is missing: SWITCH value OF, then 1: statement, ..., "
        "ENDSWITCH." : NULL;
    case KW_TK_REPEAT: return lacks(w, KW_TK_UNTIL) ? "UNTIL is missing: REPEAT statement UNTIL condition." : NULL;
    case KW_TK_GOTO: return "A comma is missing: GOTO, label.";
    case KW_TK_ON_IOERROR: return "A comma is missing: ON_IOERROR, label.";
    case KW_TK_COMPILE_OPT: return "COMPILE_OPT takes no comma in front: COMPILE_OPT idl2, hidden.";
    case KW_TK_COMMON: return "The name of a COMMON block follows without a comma, its variables with: COMMON name, "
        "a, b.";
    case KW_TK_PRO:
    case KW_TK_FUNCTION:
        if (reason_kind(w, w->at) == P_LPAREN || reason_kind(w, w->at) == P_ASSIGN)
            return reason_say(w, "Parameters follow the name behind commas, without parentheses: %s name, x, y.",
                reason_word(w, w->start));
        return reason_say(w, "A comma is missing: %s name, x, y.", reason_word(w, w->start));
    default: return NULL;
    }
}

// --- Words that begin no statement ----------------------------------------------------------------------------------------

static const struct {
    const char *word, *why;
} foreign[] = {
    {"DEF", "Python's DEF is FUNCTION name, x, y ... RETURN, value ... END (or PRO name ... END, without a value)."},
    {"IMPORT", "There is no IMPORT: a routine is found in the file of its name (name.pro) here or along !PATH."},
    {"FROM", "There is no IMPORT: a routine is found in the file of its name (name.pro) here or along !PATH."},
    {"ELIF", "ELIF is ELSE IF."}, {"ELSEIF", "ELSEIF is ELSE IF."}, {"ELSIF", "ELSIF is ELSE IF."},
    {"CALL", "There is no CALL: a procedure is called by its name, NAME, x, y."},
    {"SUBROUTINE", "A SUBROUTINE is a procedure: PRO name, x, y ... END."},
    {"CLASS", "A class is a structure that PRO name__define defines; its methods are PRO name::method."},
    {"TRY", "Errors are caught by CATCH: CATCH, status, and behind it IF status NE 0 THEN BEGIN ... ENDIF."},
    {"EXCEPT", "Errors are caught by CATCH: CATCH, status, and behind it IF status NE 0 THEN BEGIN ... ENDIF."},
    {"RAISE", "An error is raised by MESSAGE, 'text'."}, {"THROW", "An error is raised by MESSAGE, 'text'."},
    {"DEL", "DEL x is DELVAR, x (in a routine: UNDEFINE a variable by x = !NULL)."},
    {"GLOBAL", "Variables that routines share are in a COMMON block: COMMON name, a, b."},
    {"LAMBDA", "A short function is LAMBDA(x: x + 1)."},
    {"HOLD", "A second curve is drawn by OPLOT, x, y."}, {"CLEAR", "CLEAR x is DELVAR, x."}, {"LOAD",
    "A file of variables is read by RESTORE, 'file'."},
    {"FORMAT", "A format is the keyword FORMAT: PRINT, x, FORMAT='(I5)'."}, {"#INCLUDE", "@file includes a file."},
};

static const char *const declarations[] = {
    "INT", "FLOAT", "DOUBLE", "CHAR", "VOID", "LONG", "BOOL", "STRING", "VAR", "LET", "CONST", "AUTO", "REAL",
    "INTEGER", "LOGICAL",
    "CHARACTER", "DIM", "UNSIGNED", "STATIC",
};

static const char *reason_of_word(const Wrong *w)
{
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
        if (reason_is(w, w->start, foreign[i].word) || (w->at > w->start && reason_is(w, w->at - 1, foreign[i].word)))
            return foreign[i].why;
    }
    for (size_t i = 0; i < sizeof declarations / sizeof *declarations && w->at == w->start + 1; i++) {
        if (reason_is(w, w->start, declarations[i]) && reason_kind(w, w->at) == TK_NAME)
            return "Variables are not declared: a value gives its type, as x = 0L, x = 0.0D, x = FLTARR(10).";
    }
    return NULL;
}

static const char *reason_of_beginning(const Wrong *w)
{
    TokenKind k = reason_kind(w, w->at), next = reason_kind(w, w->at + 1);
    if (k >= KW_TK_AND && k <= KW_TK_XOR && next == P_ASSIGN)
        return reason_say(w, "%s is a reserved word: no variable can have that name.", reason_word(w, w->at));
    switch (k) {
    case KW_TK_ELSE: return "ELSE belongs on the line where the statement before it ends: ... ENDIF ELSE statement.";
    case KW_TK_THEN: return "THEN belongs on the line of its IF (or $ ends the line before).";
    case KW_TK_DO: return "DO belongs behind FOR, FOREACH or WHILE, on the same line: FOR i = 0, 9 DO statement.";
    case KW_TK_OF: return "OF belongs on the line of its CASE or SWITCH.";
    case KW_TK_UNTIL: return "UNTIL ends a REPEAT: REPEAT statement UNTIL condition.";
    case P_RBRACE: return "Blocks are BEGIN ... END, not { ... }.";
    case P_HASH: return "A comment begins with ;, not with #.";
    case P_ASSIGN: case P_COMMA: case P_RPAREN: case P_RBRACKET: case P_SLASH: case P_CARET:
    case KW_TK_AND: case KW_TK_OR: case P_COLON:
        return reason_say(w, "No statement begins with %s; where the line before goes on here, it ends in $.",
            reason_word(w, w->at));
    default: return NULL;
    }
}

const char *reason_statement(const Wrong *w)
{
    TokenKind k = reason_kind(w, w->at), next = reason_kind(w, w->at + 1), before = reason_kind(w, w->at - 1);
    if (k == P_SLASH && next == P_SLASH && reason_touches(w, w->at)) return "A comment begins with ;, not with //.";
    if (before == P_SLASH && k == P_SLASH && reason_touches(w, w->at - 1)) return "A comment begins with ;, not with "
        "//.";
    if ((k == P_STAR && before == P_SLASH) || (k == P_SLASH && next == P_STAR && reason_touches(w, w->at)))
        return "A comment begins with ; and ends with its line; there is no /* ... */.";
    if (k == P_LBRACE || (before == P_LBRACE && reason_ends(k))) {
        if (!reason_ends(reason_kind(w, w->start)) && (next == TK_EOL || next == TK_END || before == P_LBRACE))
            return "Blocks are BEGIN ... END, not { ... }.";
    }
    if (before == P_COLON && k == P_ASSIGN) return "A value is assigned by =, not by :=.";
    const char *why = w->at == w->start ? reason_of_beginning(w) : NULL;
    if (!why) why = reason_of_word(w);
    return why ? why : reason_of_opener(w);
}
