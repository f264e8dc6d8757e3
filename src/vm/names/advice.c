// What to do about a name that is not known: it is a routine of the other kind, IDL has it and we do not yet, another language
// calls it so, or it is a typing error. Start reading at advice_put.
#include "vm/names/advice.h"

#include "vm/fault/throw.h"
#include "vm/names/library.h"
#include "vm/names/suggest.h"

#include <stdlib.h>
#include <string.h>

// --- What the manual documents ------------------------------------------------------------------------------------------

typedef struct Name {
    const char *name;
    Documented kind;
} Name;

static const Name documented[] = {
#define F(name) {#name, DOCUMENTED_FUNCTION},
#define P(name) {#name, DOCUMENTED_PROCEDURE},
#define B(name) {#name, DOCUMENTED_BOTH},
#include "vm/names/documented.def"
#undef F
#undef P
#undef B
};

static int by_name(const void *a, const void *b) { return strcmp(((const Name *)a)->name, ((const Name *)b)->name); }

Documented advice_documented(const char *name)
{
    Name key = {.name = name};
    const Name *found = bsearch(&key, documented, sizeof documented / sizeof *documented, sizeof *documented, by_name);
    return found ? found->kind : DOCUMENTED_NOT;
}

// --- Names of other languages -------------------------------------------------------------------------------------------

typedef struct Foreign {
    const char *name, *ours;
} Foreign;

static const Foreign foreign_routines[] = {
    {"APPEND", "a = [a, x]"}, {"ARANGE", "FINDGEN(n) or INDGEN(n)"}, {"ARRAY", "[1, 2, 3]"},
    {"CLC", "ERASE clears a window"}, {"CLEAR", "DELVAR, x or .RESET_SESSION"},
    {"COMPILE_OPT", "COMPILE_OPT idl2, without a comma in front of the option"}, {"COUT", "PRINT, x"},
    {"DIR", "HELP"}, {"DISP", "PRINT, x"}, {"DISPLAY", "TV, x or PRINT, x"}, {"ECHO", "PRINT, x"},
    {"FCLOSE", "FREE_LUN, unit"}, {"FOPEN", "OPENR, unit, file, /GET_LUN"}, {"FPRINTF", "PRINTF, unit, x"},
    {"IMREAD", "READ_IMAGE or READ_PNG, READ_JPEG"}, {"IMSHOW", "TVSCL, x"}, {"INPUT", "READ, 'prompt', x"},
    {"INT", "FIX(x) or LONG(x)"}, {"ISEMPTY", "N_ELEMENTS(x) EQ 0"}, {"ISNAN", "~FINITE(x)"},
    {"LEN", "N_ELEMENTS(x), or STRLEN(x) of a string"}, {"LENGTH", "N_ELEMENTS(x), or STRLEN(x) of a string"},
    {"LINSPACE", "a + FINDGEN(n)*(b - a)/(n - 1)"}, {"LN", "ALOG(x)"}, {"LOG", "ALOG(x)"}, {"LOG10", "ALOG10(x)"},
    {"LOG2", "ALOG2(x)"}, {"LOWER", "STRLOWCASE(x)"}, {"NDIMS", "SIZE(x, /N_DIMENSIONS)"}, {"NUMEL", "N_ELEMENTS(x)"},
    {"ONES", "REPLICATE(1.0, n, m)"}, {"OPEN", "OPENR, unit, file, /GET_LUN (OPENW writes, OPENU does both)"},
    {"POW", "x^y"}, {"POWER", "x^y"}, {"PRINTLN", "PRINT, x"}, {"PUTS", "PRINT, x"}, {"QUIT", "EXIT"},
    {"RAND", "RANDOMU(seed, n, m)"}, {"RANDN", "RANDOMN(seed, n, m)"}, {"RANGE", "INDGEN(n); or FOR i = 0, n - 1 DO"},
    {"REPMAT", "REBIN(x, n, m)"}, {"SPLIT", "STRSPLIT(x, ' ', /EXTRACT)"}, {"SPRINTF", "STRING(x, FORMAT='(I5)')"},
    {"STR", "STRTRIM(x, 2) or STRING(x)"}, {"STRCAT", "a + b"}, {"STRREP", "x.REPLACE(a, b)"},
    {"SUBSTR", "STRMID(x, first, length)"}, {"SUM", "TOTAL(x)"}, {"TYPE", "TYPENAME(x) or SIZE(x, /TYPE)"},
    {"UPPER", "STRUPCASE(x)"}, {"WHO", "HELP"}, {"WHOS", "HELP"}, {"ZEROS", "FLTARR(n, m)"},
};
// Names of routines that IDL gave up long ago, after Numerical Recipes, behind "NR_".
static const Foreign former_routines[] = {
    {"BROYDN", "BROYDEN"}, {"CHOLDC", "CHOLDC"}, {"CHOLSL", "CHOLSOL"}, {"DFPMIN", "DFPMIN"}, {"ELMHES", "ELMHES"},
    {"EXPINT", "EXPINT"}, {"FULSTR", "FULSTR"}, {"HQR", "HQR"}, {"INVERT", "INVERT"}, {"LINBCG", "LINBCG"},
    {"LUBKSB", "LUSOL"}, {"LUDCMP", "LUDC"}, {"MACHAR", "MACHAR"}, {"MPROVE", "LUMPROVE"}, {"NEWT", "NEWTON"},
    {"POWELL", "POWELL"}, {"QROMB", "QROMB"}, {"QROMO", "QROMO"}, {"QSIMP", "QSIMP"}, {"RK4", "RK4"},
    {"SPLINE", "SPL_INIT"}, {"SPLINT", "SPL_INTERP"}, {"SPRSAB", "SPRSAB"}, {"SPRSAX", "SPRSAX"}, {"SPRSIN", "SPRSIN"},
    {"SVBKSB", "SVSOL"}, {"SVD", "SVDC"}, {"TQLI", "TRIQL"}, {"TRED2", "TRIRED"}, {"TRIDAG", "TRISOL"},
};
// What does the work of routines of IDL Analyst, behind "IMSL_".
static const Foreign analyst_routines[] = {
    {"BESSI", "BESELI"}, {"BESSJ", "BESELJ"}, {"BESSK", "BESELK"}, {"BESSY", "BESELY"}, {"BETA", "BETA"},
    {"BETAI", "IBETA"}, {"BINOMIALCDF", "BINOMIAL"}, {"CHFAC", "LA_CHOLDC"}, {"CHISQCDF", "CHISQR_PDF"},
    {"CHISQTEST", "XSQ_TEST"}, {"CHSOL", "LA_CHOLSOL"}, {"CONSTRAINED_NLP", "CONSTRAINED_MIN"}, {"CONVOL1D", "CONVOL"},
    {"COVARIANCES", "CORRELATE, /COVARIANCE"}, {"EIG", "LA_EIGENPROBLEM"}, {"EIGSYMGEN", "LA_EIGENQL"}, {"ERF", "ERF"},
    {"FCDF", "F_PDF"}, {"FFTCOMP", "FFT"}, {"FMIN", "AMOEBA"}, {"FMINV", "POWELL"}, {"GAMMA", "GAMMA"}, {"GAMMAI", "IGAMMA"},
    {"INTFCN", "QROMB"}, {"INV", "LA_INVERT"}, {"KW_TEST", "KW_TEST"}, {"LINPROG", "SIMPLEX"}, {"LNGAMMA", "LNGAMMA"},
    {"LUFAC", "LA_LUDC"}, {"LUSOL", "LA_LUSOL"}, {"MULTIREGRESS", "REGRESS"}, {"NONLINLSQ", "LMFIT"},
    {"NONLINREGRESS", "CURVEFIT"}, {"NORMALCDF", "GAUSS_PDF"}, {"ODE", "LSODE or RK4"}, {"POLYREGRESS", "POLY_FIT"},
    {"PRINC_COMP", "PCOMP"}, {"QRFAC", "LA_LEAST_SQUARES"}, {"RANDOM", "RANDOMU or RANDOMN"},
    {"RANDOMOPT", "the seed of RANDOMU"}, {"SORTDATA", "SORT"}, {"SPINTERP", "SPL_INIT and SPL_INTERP"},
    {"SVDCOMP", "LA_SVD"}, {"TCDF", "T_PDF"}, {"ZEROFCN", "FX_ROOT"}, {"ZEROPOLY", "FZ_ROOTS"}, {"ZEROSYS", "NEWTON"},
};
static const Foreign foreign_values[] = {
    {"E", "EXP(1)"}, {"FALSE", "0 (or 0B, !FALSE)"}, {"INF", "!VALUES.F_INFINITY"},
    {"INFINITY", "!VALUES.F_INFINITY"}, {"NAN", "!VALUES.F_NAN"}, {"NONE", "!NULL"}, {"NULL", "!NULL"},
    {"PI", "!PI (or !DPI)"}, {"TRUE", "1 (or 1B, !TRUE)"},
};

static const char *foreign(const Foreign *row, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(row[i].name, name) == 0) return row[i].ours;
    }
    return NULL;
}
#define FOREIGN(rows, name) foreign((rows), sizeof(rows) / sizeof *(rows), (name))

// --- Advice -------------------------------------------------------------------------------------------------------------

static bool is_there(Vm *vm, const char *name, bool is_function)
{
    const Engine *e = vm->engine;
    return map_get(is_function ? &e->builtin_fun : &e->builtin_pro, name) || user_routine(vm, name, is_function) ||
           library_text(vm, name, is_function);
}

static bool put_as_procedure(const UnknownName *u, Buf *out)
{
    const char *arguments = *u->arguments ? u->arguments : "argument, ...";
    buf_printf(out, "  %s is a procedure: %s, %s (?%s tells more)", u->name, u->name, arguments, u->name);
    return true;
}

static bool put_as_function(const UnknownName *u, Buf *out)
{
    const char *arguments = *u->arguments ? u->arguments : "argument, ...";
    buf_printf(out, "  %s is a function: result = %s(%s) (?%s tells more)", u->name, u->name, arguments, u->name);
    return true;
}

static bool put_documented(const char *name, Buf *out)
{
    static const char *const kind[] = {"", "procedure", "function", "procedure and function"};
    Documented d = advice_documented(name);
    if (d) buf_printf(out, "  %s is a %s of IDL's, and not here yet (planned).", name, kind[d]);
    return d;
}

static bool put_near(Vm *vm, const UnknownName *u, Buf *out)
{
    char near[SUGGEST_MAX];
    if (!suggest_for(vm, u, near)) return false;
    buf_printf(out, "  Did you mean %s?", near);
    return true;
}

static bool put_foreign(const char *ours, const char *name, Buf *out)
{
    if (ours) buf_printf(out, "  In IDL %s is %s.", name, ours);
    return ours;
}

// Routines of IDL Analyst, and by names that IDL gave up.
static bool put_by_prefix(const char *name, Buf *out)
{
    const char *ours = strncmp(name, "NR_", 3) == 0 ? FOREIGN(former_routines, name + 3) : NULL;
    if (ours) buf_printf(out, "  %s is an old name of %s.", name, ours);
    if (ours || strncmp(name, "IMSL_", 5) != 0) return ours;
    ours = FOREIGN(analyst_routines, name + 5);
    buf_printf(out, "  %s is of IDL Analyst, which is not part of Heliograph%s%s.", name, ours ? "; see " : "", ours ? ours : "");
    return true;
}

// NAME__DEFINE is looked for when a structure or an object of the class is made.
static bool put_class(const char *name, Buf *out)
{
    static const char define[] = "__DEFINE";
    size_t n = strlen(name), k = sizeof define - 1;
    char class_name[UNKNOWN_NAME_MAX];
    if (n <= k || strcmp(name + n - k, define) != 0) return false;
    memcpy(class_name, name, n - k);
    class_name[n - k] = '\0';
    if (!advice_documented(class_name)) return false;
    buf_printf(out, "  %s is a class of IDL's, and not here yet (planned).", class_name);
    return true;
}

static bool put_for_variable(Vm *vm, const UnknownName *u, Buf *out)
{
    if (put_near(vm, u, out) || put_foreign(FOREIGN(foreign_values, u->name), u->name, out)) return true;
    if (is_there(vm, u->name, true)) return put_as_function(u, out);
    if (is_there(vm, u->name, false)) return put_as_procedure(u, out);
    return false;
}

bool advice_put(Vm *vm, const UnknownName *u, Buf *out)
{
    bool is_function = u->kind == UNKNOWN_FUNCTION;
    switch (u->kind) {
    case UNKNOWN_NOTHING: return false;
    case UNKNOWN_VARIABLE: return put_for_variable(vm, u, out);
    case UNKNOWN_KEYWORD: return put_near(vm, u, out);
    default:
        if (is_there(vm, u->name, !is_function)) return is_function ? put_as_procedure(u, out) : put_as_function(u,
            out);
        return put_by_prefix(u->name, out) || put_documented(u->name, out) || put_class(u->name, out) ||
               put_foreign(FOREIGN(foreign_routines, u->name), u->name, out) || put_near(vm, u, out);
    }
}

static const struct {
    const char *part, *advice;
} advices[] = {
    {"File unit is not open:", "A unit is opened by OPENR, OPENW, OPENU or SOCKET: OPENR, unit, file, /GET_LUN."},
    {"Operands of matrix multiply", "a # b wants as many columns (second dimension) of a as rows (first dimension) of "
        "b; HELP, a, b shows them."},
    {"Unable to concatenate variables because", "All rows of [[...], [...]] have the same length; HELP shows the "
        "dimensions."},
    {"Operation illegal with structures", "Operate on tags: s.tag + 1. HELP, s, /STRUCTURES lists them."},
    {"Tag name", "HELP, s, /STRUCTURES lists the tags that there are."},
    {"Expression must be a structure in this context", "HELP shows what the variable is; a point follows structures "
        "and objects only."},
    {"Expression must be a scalar or 1 element array", "Of an array say whether all or any elements are meant: "
        "ARRAY_EQUAL(a, b), TOTAL(a) GT 0."},
    {"Loop limits must be scalars", "The bounds of FOR are numbers: FOR i = 0, 9 DO; FOREACH goes over elements."},
    {"must have same size as source expression", "The left side has another number of elements; HELP shows both."},
    {"Subscript range values of the form", "Subscripts begin at 0, and the last one is the number of elements minus 1 "
        "(or *): a[2:*]."},
    {"Unable to dereference NULL pointer", "PTR_NEW(value) makes a pointer to a value; PTR_VALID tells."},
    {"Unable to invoke method on NULL", "OBJ_NEW('CLASS') makes an object; OBJ_VALID tells."},
    {"Pointer type required", "* in front of a value follows a pointer; a power is a^2."},
    {"Unable to convert given STRING", "The text is no number; STRING(x) or STRTRIM(x, 2) turns numbers into text."},
    {"Not a legal system variable", "HELP, /SYSTEM_VARIABLES lists them; DEFSYSV, '!NAME', value defines one."},
    {"Result dimensions must be integer factor", "CONGRID takes any dimensions."},
    {"must not change the number of elements", "The product of the dimensions is the number of elements; REBIN and "
        "CONGRID resize."},
    {"Array dimensions must be greater than 0", "Each dimension is 1 or more."},
    {"duplicate structure tag", "Each tag of a structure has a name of its own."},
    {"Key \"", "HASH.KEYS() lists the keys, HASKEY tells whether there is one."},
    {"Value must be an integer", "FIX or LONG makes one."},
    {"error: 401, Curl", "AUTHENTICATION=3 with URL_USERNAME and URL_PASSWORD logs in."},
    {"error: 404, Curl", "The server has nothing there; URL_PATH is what follows the host's slash."},
    {"Curl Error Code = 6..", "The host's name is not known: a typing error, or no network."},
    {"Curl Error Code = 7..", "Nobody listens there, or something is between; URL_PORT is the port."},
    {"Curl Error Code = 18..", "The reply broke off, and nothing of it was kept: ask again."},
    {"Curl Error Code = 28..", "TIMEOUT is that of the whole transfer, CONNECT_TIMEOUT that of the connection, in seconds."},
    {"Curl Error Code = 35..", "No TLS was agreed on: URL_SCHEME='http' speaks plainly, SSL_VERSION asks for another version."},
    {"Curl Error Code = 42..", "The callback has returned 0, which cancels."},
    {"Curl Error Code = 60..", "SSL_CERTIFICATE_FILE names certificates to trust; SSL_VERIFY_PEER=0 and SSL_VERIFY_HOST=0 "
        "trust anybody."},
    {"Curl Error Code = 67..", "The FTP server refuses URL_USERNAME and URL_PASSWORD."},
    {"Expression must be an array", "An array is wanted here; [x] makes one of a number."},
};

bool advice_put_for_text(const char *text, Buf *out)
{
    for (size_t i = 0; i < sizeof advices / sizeof *advices; i++) {
        if (!strstr(text, advices[i].part)) continue;
        buf_printf(out, "  %s", advices[i].advice);
        return true;
    }
    return false;
}

bool advice_put_for_routine(Vm *vm, const char *name, Buf *out)
{
    UnknownName procedure = unknown_name(UNKNOWN_PROCEDURE, name), function = unknown_name(UNKNOWN_FUNCTION, name);
    return put_documented(name, out) || put_foreign(FOREIGN(foreign_routines, name), name, out) ||
           put_near(vm, &procedure, out) || put_near(vm, &function, out);
}
