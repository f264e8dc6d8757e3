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

typedef enum RoutineKind { PROCEDURE, FUNCTION } RoutineKind;
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

// A keyword: its name in capitals, and how the usage line shows it (KEYWORDS, below). Without pointers, so that nothing is
// relocated when the program starts.
typedef struct Keyword {
    char name[32], form[40];
} Keyword;

// A row of a topic's table declares a routine. Attributes that it does not name it does not have.
//     {"WHERE", FUNCTION, {1, 2}, fn_where, "Array [, Count]", KEYS(WHERE), .takes_bits = true, .pooled = true},
//     {"EMPTY", PROCEDURE, {0, 0}, pro_empty, ""},
typedef struct Routine {
    const char *name;  // upper case; of a method "LIST::ADD"
    RoutineKind kind;
    struct {
        uint8_t min, max;
    } nargs;  // as many as `args` shows; max: ARGS_ANY for any number
    void (*fn)(Call *c);
    const char *args;  // as the usage line shows them (usage_put_routine, vm/names/usage.h); a procedure's may begin with "[, "
    struct {
        const Keyword *p;  // slot numbers are positions here
        uint8_t n;
    } keywords;
    const char *spelling;  // of a method's name in the usage line: "List::Add"; NULL: as it is
    bool passes_keywords;  // to a routine of the program's choice: any are allowed
    bool pooled;      // it knows the TPOOL_ keywords too: slots keywords.n and on (call_pool_keywords, vm/call/sharing.h)
    bool takes_bits;  // its first argument may be FuseBits
    bool is_idle;     // a CLEANUP that has nothing to do: an object that has no other dies at once
    uint8_t each;  // EACH_: with one argument it maps elements one by one, as this loop does (vm/peephole/fuse.h); 0: it does not
    const Reducer *reducer;  // NULL: it wants its array whole
    // What it gives for values without keywords (b: NULL where there is one), without a Call; false: these take the long way,
    // which makes the errors. Of numbers the result is a number whose type depends on their types alone. NULL: there is none.
    bool (*alone)(const Val *a, const Val *b, Val *out);
    const char *defines;  // the named structure of its result, which is known before it is called (then with "0"); NULL: none
} Routine;

// TPOOL_MAX_ELTS, TPOOL_MIN_ELTS, TPOOL_NOTHREAD. Manual: Thread Pool Keywords.
enum { POOL_KEYWORDS = 3 };
extern const Keyword call_pool_keywords[POOL_KEYWORDS];
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

// Keywords of a routine: one list makes the slot numbers, the names and their part of the usage line, in its order.
//     #define EOF_KEYWORDS(K, R) K(R, COUNT, OUT) K(R, FAST, FLAG) K(R, SLOW, OR_FLAG) K(R, WIDTH, "=value")
//     KEYWORDS(EOF)
// defines KW_EOF_COUNT, KW_EOF_FAST, ...; the usage line of a row with "Unit", KEYS(EOF) is
//     Result = EOF(Unit [, COUNT=variable] [, /FAST | /SLOW] [, WIDTH=value])
// Several rows may have one list. A list may begin with another one, which has the same slots in both:
//     #define TVSCL_KEYWORDS(K, R) TV_KEYWORDS(K, R) K(R, NAN, FLAG)
#define FLAG "/"
#define OUT ">"     // it returns something and reads nothing, so an expression is refused before the routine runs
#define HIDDEN "-"  // taken, but not shown: without effect here, or another name of one that is shown
#define OR_FLAG "|/"  // instead of the one before; "|=value" is one with a value
#define OR_OUT "|>"
#define KW_SLOT_(prefix, name, form) prefix##name,
#define KW_ROW_(prefix, name, form) {#name, form},
#define KEYWORDS(R)                                                 \
    enum { R##_KEYWORDS(KW_SLOT_, KW_##R##_) KW_COUNT_##R };        \
    static const Keyword keywords_##R[] = {R##_KEYWORDS(KW_ROW_, )};
#define KEYS(R) {keywords_##R, KW_COUNT_##R}
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
void call_keep_arguments(Call *c);  // the values of all arguments and keywords, whatever becomes of the variables they came from
void call_undefer(Call *c, void *arg);             // the caller has released arg itself

// --- Failure --------------------------------------------------------------------------------------------------------
_Noreturn void throw_msg(Call *c, int code, const char *format, ...) PRINTF_LIKE(3, 4);
_Noreturn void throw_status(Call *c, Status s);    // consumes s
_Noreturn void throw_no_memory(Call *c);
// Whose name stands before what is said: the routine's; of one of the engine's own (HELIO_...) that of the routine in IDL that
// it works for.
const char *call_speaker(const Call *c);
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
