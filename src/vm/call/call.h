// The interface between the VM and a built-in routine: its table row, its arguments and keywords, its result, and how
// it fails. A builtin reads linearly: every accessor throws IDL's error when the program gave something wrong, and
// whatever the call holds (call_alloc, call_keep_take, call_defer) is released on return and on throw alike.
#ifndef HELIO_VM_CALL_H
#define HELIO_VM_CALL_H

#include "core/arr.h"
#include "core/errors.h"
#include "core/val.h"

typedef struct Vm Vm;
typedef struct Call Call;

typedef enum RoutineKind { ROUTINE_PRO, ROUTINE_FUN } RoutineKind;
enum { ARGS_ANY = 255, KEYWORDS_MAX = 128 };

// A function of one argument that can take its elements as they are computed, in order, FUSE_PIECE at a time
// (vm/peephole/fuse.h), so that TOTAL(A*B) needs no array for the product. The result is the one the routine would give for the
// whole array.
enum { REDUCER_STATE = 64, CHUNK_PIECES = 64, REDUCER_CHUNK = REDUCER_STATE + 8 * CHUNK_PIECES };
typedef struct Reducer {
    bool (*begin)(void *state, TypeCode t, int64_t n);  // false: not for this type
    void (*piece)(void *state, const void *p, int64_t n);
    Val (*end)(void *state);
    // For threads: up to CHUNK_PIECES pieces that follow one another are taken by a state of their own (chunk_piece), made of
    // the one that the very first piece has left (fork), `skip` elements behind it; they are joined in order. The result is the
    // same to the bit.
    void (*fork)(void *chunk, const void *state, int64_t skip);
    void (*chunk_piece)(void *chunk, const void *p, int64_t n);
    void (*join)(void *state, const void *chunk);
} Reducer;

// What a function with `takes_bits` may get as its first argument instead of an array of truths: a byte array marked is_bits
// whose data are this. Only such a function ever sees one.
typedef struct FuseBits {
    int64_t n, count;  // elements, and how many of them are true
    uint64_t bits[];   // as kern_select's
} FuseBits;

// One row of a topic's table.
typedef struct Routine {
    const char *name;  // upper case
    RoutineKind kind;
    uint8_t min_args, max_args;
    uint8_t nkeywords;
    const char *const *keywords; // upper case; slot numbers are positions here; OUT stands behind the name's NUL
    void (*fn)(Call *c);
    const char *usage;  // "Result = WHERE(Array [, Count] [, /NULL])": HELP, completion and the manual show it
    bool passes_keywords;  // to a routine of the program's choice: any are allowed
    uint8_t each;  // EACH_: with one argument it maps elements one by one, as this loop does (vm/peephole/fuse.h); 0: it does not
    const Reducer *reducer;  // NULL: it wants its array whole
    bool takes_bits;  // its first argument may be FuseBits
    // What it gives for values without keywords (b: NULL where there is one), without a Call; false: these take the long way,
    // which makes the errors. Of numbers the result is a number whose type depends on their types alone. NULL: there is none.
    bool (*alone)(const Val *a, const Val *b, Val *out);
    bool is_idle;     // a CLEANUP that has nothing to do: an object that has no other dies at once
    bool pooled;      // it knows the TPOOL_ keywords too: slots nkeywords and on (call_pool_keywords, vm/call/sharing.h)
} Routine;

// TPOOL_MAX_ELTS, TPOOL_MIN_ELTS, TPOOL_NOTHREAD. Manual: Thread Pool Keywords.
enum { POOL_KEYWORDS = 3 };
extern const char *const call_pool_keywords[POOL_KEYWORDS];
// Keyword i of a routine, those included; NULL: there are no more.
const char *routine_keyword(const Routine *r, int i);
bool routine_keyword_is_output(const Routine *r, int i);

// Which loop: a function (KernMathFn), a conversion (TypeCode), ABS.
#define EACH_MATH(fn) (1 + (fn))
#define EACH_CAST(t) (0x80 + (t))
enum { EACH_NONE, EACH_ABS = 0xFF };

typedef struct RoutineTable {
    const Routine *rows;
    int count;
} RoutineTable;

// Keywords of a routine: one list makes the slot numbers and the names.
//     #define EOF_KEYWORDS(K) K(EOF, FIRST) K(EOF, SECOND, OUT)
//     KEYWORDS(EOF)                 -> KW_EOF_FIRST, KW_EOF_SECOND and eof's name list
// OUT: the routine returns something in it and reads nothing from it, so an expression is refused before the routine
// runs. Rows: ROW_FUN(EOF, 1, 1, fn_eof, "Result = EOF(Unit)"); without keywords ROW_FUN0 / ROW_PRO0, methods
// ROW_FUN_NAMED("LIST::COUNT", 0, 1, fn_count, usage) / ROW_PRO_NAMED. When the keyword list is shared between routines
// or the C identifier differs: ROW_FUN_AS("NAME", LIST, min, max, fn, usage).
#define KW_ENUM_(routine, name, ...) KW_##routine##_##name,
#define KW_NAME_(routine, name, ...) #name "\0" #__VA_ARGS__,
#define KEYWORDS(R)                                       \
    enum { R##_KEYWORDS(KW_ENUM_) KW_COUNT_##R };         \
    static const char *const keywords_##R[] = {R##_KEYWORDS(KW_NAME_)};
#define ROW_PRO_AS(NAME, R, lo, hi, cfn, use) {NAME, ROUTINE_PRO, lo, hi, KW_COUNT_##R, keywords_##R, cfn, use, .each = 0}
#define ROW_FUN_AS(NAME, R, lo, hi, cfn, use) {NAME, ROUTINE_FUN, lo, hi, KW_COUNT_##R, keywords_##R, cfn, use, .each = 0}
#define ROW_PRO(R, lo, hi, cfn, use) ROW_PRO_AS(#R, R, lo, hi, cfn, use)
#define ROW_FUN(R, lo, hi, cfn, use) ROW_FUN_AS(#R, R, lo, hi, cfn, use)
#define ROW_PRO0(R, lo, hi, cfn, use) {#R, ROUTINE_PRO, lo, hi, 0, NULL, cfn, use, .each = 0}
#define ROW_FUN_NAMED(NAME, lo, hi, cfn, use) {NAME, ROUTINE_FUN, lo, hi, 0, NULL, cfn, use, .each = 0}
#define ROW_PRO_NAMED(NAME, lo, hi, cfn, use) {NAME, ROUTINE_PRO, lo, hi, 0, NULL, cfn, use, .each = 0}
#define ROW_FUN_PASSING(R, lo, cfn, use) {#R, ROUTINE_FUN, lo, ARGS_ANY, 0, NULL, cfn, use, .passes_keywords = true}
#define ROW_PRO_PASSING(R, lo, cfn, use) {#R, ROUTINE_PRO, lo, ARGS_ANY, 0, NULL, cfn, use, .passes_keywords = true}
#define ROW_FUN0(R, lo, hi, cfn, use) {#R, ROUTINE_FUN, lo, hi, 0, NULL, cfn, use, .each = 0}
#define ROW_FUN_EACH(R, cfn, loop, use) {#R, ROUTINE_FUN, 1, 1, 0, NULL, cfn, use, .each = loop, .pooled = true}
#define ROW_FUN_REDUCER(NAME, R, lo, hi, cfn, how, use) \
    {NAME, ROUTINE_FUN, lo, hi, KW_COUNT_##R, keywords_##R, cfn, use, .reducer = how, .pooled = true}
// Routines for which the manual lists the thread pool's keywords.
#define ROW_FUN_AS_POOLED(NAME, R, lo, hi, cfn, use) \
    {NAME, ROUTINE_FUN, lo, hi, KW_COUNT_##R, keywords_##R, cfn, use, .pooled = true}
#define ROW_FUN_POOLED(R, lo, hi, cfn, use) ROW_FUN_AS_POOLED(#R, R, lo, hi, cfn, use)
#define ROW_FUN0_POOLED(R, lo, hi, cfn, use) {#R, ROUTINE_FUN, lo, hi, 0, NULL, cfn, use, .pooled = true}
#define ROW_FUN_AS_ALONE(NAME, R, lo, hi, cfn, how, use) \
    {NAME, ROUTINE_FUN, lo, hi, KW_COUNT_##R, keywords_##R, cfn, use, .alone = how, .pooled = true}
#define ROW_FUN0_ALONE(R, lo, hi, cfn, how, use) {#R, ROUTINE_FUN, lo, hi, 0, NULL, cfn, use, .alone = how}
#define ROW_PRO_POOLED(R, lo, hi, cfn, use) {#R, ROUTINE_PRO, lo, hi, KW_COUNT_##R, keywords_##R, cfn, use, .pooled = true}
// At the end of a topic file; lib/tables.c lists all tables: `extern const RoutineTable lib_sockets;`
#define ROUTINE_TABLE(symbol, rows)      \
    extern const RoutineTable symbol;    \
    const RoutineTable symbol = {rows, (int)(sizeof(rows) / sizeof((rows)[0]))};

struct Call {
    Vm *vm;
    const Routine *routine;
    int argc;      // positional arguments given
    Val *args;     // argc cells; T_REF stands for the caller's variable
    Val **kw;      // by slot; NULL: not given. Deref'd cells
    Val result;    // what a function returns; set by call_return_take
    Val *self;     // of a method: the object
    char *const *passed;  // names of npassed keywords to pass on; their values are args[argc...]
    int npassed;
    const char *constructs;  // the class whose name was called as a function; NULL
    bool is_place;  // a function's result is assigned to, or passed by reference: it may return a T_REF
    int depth;      // of the frame that calls
    struct LedgerEntry *ledger;
    Call *outer;
    uint64_t kw_is_var[KEYWORDS_MAX / 64];  // slots given by reference
};

// --- Positional arguments, counted from 0 -------------------------------------------------------------------------
const Val *call_arg(Call *c, int i);       // a defined value (or !NULL); throws "Variable is undefined: NAME."
const Val *call_arg_peek(Call *c, int i);  // may be undefined; NULL when not given
bool call_arg_is_var(Call *c, int i);      // given as a named variable
Val *call_var_mut(Call *c, int i);         // the caller's variable itself; throws unless it is a named variable
void call_set_take(Call *c, int i, Val v);  // variable i := v; throws (dropping v) unless it is a named variable
const char *call_arg_variable(Call *c, int i);  // "TEXT", or "<PtrHeapVar1>" for *p; NULL for an expression
const char *call_arg_name(Call *c, int i);  // "TEXT", or "<INT      (       5)>" for an expression
_Noreturn void throw_no_variable(Call *c,
                                 const Val *v); // "Expression must be named variable in this context: <INT ...>."

// --- Keywords, by slot --------------------------------------------------------------------------------------------
bool call_kw_given(Call *c, int slot);             // written in the call, whatever its value
const Val *call_kw(Call *c, int slot);             // its value; NULL when not given or undefined
bool call_kw_set(Call *c, int slot);               // KEYWORD_SET: given and true
bool call_kw_is_var(Call *c, int slot);            // given as a named variable: the routine may return something in it
void call_kw_set_take(Call *c, int slot, Val v);   // := v when given by reference, else v is dropped
int64_t call_kw_int(Call *c, int slot, int64_t otherwise);
double call_kw_double(Call *c, int slot, double otherwise);
const Str *call_kw_str_peek(Call *c, int slot);    // converted to a string; NULL when not given (or empty: see kw_given)

// --- Scalars out of arguments: converted as IDL does; one-element arrays count as scalars ---------------------------
int64_t call_int(Call *c, int i);
double call_double(Call *c, int i);
const Str *call_str_peek(Call *c, int i);          // lives as long as the call; NULL is the empty string
int64_t val_to_int(Call *c, const Val *v, const char *what);
double val_to_double(Call *c, const Val *v, const char *what);
const Str *val_to_str_peek(Call *c, const Val *v, const char *what);
// A name for the system (path, host): text without NULs, throws otherwise. NUL-terminated, lives as long as the call.
const char *call_path(Call *c, int i);
// Whole values converted to another type (arrays too); the result is owned by the call.
const Val *call_convert(Call *c, const Val *v, TypeCode to);
// Dimensions from arguments i.. (scalars, or one array): FLTARR(3,4), REFORM(a,[2,3]). Throws on nonsense.
int call_dims(Call *c, int first, int64_t *dim);

// --- Results ------------------------------------------------------------------------------------------------------
void call_return_take(Call *c, Val v);
// A new array owned by the call until returned; throws when memory is out.
Arr *call_new_array(Call *c, TypeCode t, int rank, const int64_t *dim, bool zero);

// --- The ledger: released when the call ends, by return or throw ------------------------------------------------------
void *call_alloc(Call *c, size_t n);               // zeroed; throws when memory is out
void *call_scratch(Call *c, size_t n);             // not zeroed
Val *call_keep_take(Call *c, Val v);               // dropped at the end, unless val_take'n out of the returned cell
void call_defer(Call *c, void (*release)(void *), void *arg);
void call_undefer(Call *c, void *arg);             // the caller has released arg itself

// --- Failure --------------------------------------------------------------------------------------------------------
_Noreturn void throw_msg(Call *c, int code, const char *format, ...) PRINTF_LIKE(3, 4);
_Noreturn void throw_status(Call *c, Status s);    // consumes s
_Noreturn void throw_no_memory(Call *c);
_Noreturn void throw_no_class(Call *c, const char *name);  // NAME__DEFINE is not there
// For ERROR= keywords: !ERROR_STATE as after a throw, but nothing is printed and the routine goes on. Consumes s.
void call_note_error_take(Call *c, Status s);
#define TRY(c, status)                                        \
    do {                                                      \
        Status try_ = (status);                               \
        if (__builtin_expect(try_.code != 0, 0)) throw_status((c), try_); \
    } while (0)
// Ctrl-C: throws E_INTERRUPT when the user asked to stop. For long loops in builtins.
void call_poll(Call *c);
// A string that is no number has become 0: the interpreter's warning, or an error for ON_IOERROR.
void call_bad_text(Call *c, TypeCode to);
// What the routine's own arithmetic does from here on (values left out, places beside the data) is no math error.
void call_hush_math(Call *c);
// Prints "% NAME: text" to the error unit and goes on (warnings, MESSAGE,/INFORMATIONAL style; silent under !QUIET if `quiet`).
void call_warn(Call *c, bool quiet, const char *format, ...) PRINTF_LIKE(3, 4);

#endif
