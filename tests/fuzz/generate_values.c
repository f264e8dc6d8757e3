// The grammar of values: names, literals, operators, calls, paths, and elementwise expressions over arrays of all types.
#include "generate_internal.h"

#include <stddef.h>

#define WAYS(...) (const char *const[]){__VA_ARGS__, NULL}

// %n any variable; %w arrays of the types and several shapes (generate.c declares them); %u, %x scalars of loops
#define NAMES WAYS("a", "b", "c", "s", "p", "k", "x", "l", "h", "o", "d", "r", "t", "w0", "w3", "w6", "undefined_one", "e", "m")
#define ARRAYS                                                                                                       \
    WAYS("w0", "w1", "w2", "w3", "w4", "w5", "w6", "w7", "w8", "w9", "wa", "wb", "wc", "wd", "we", "w0[*]", "w3[0:9]", \
         "w4[wc]", "wd.q", "p")
#define LITERALS                                                                                                      \
    WAYS("1", "0", "2b", "-3", "7L", "40000", "3000000000", "5uL", "9LL", "18446744073709551615ULL", "1.5", "2d", "0.0", \
         "!values", "'abc'", "\"q\"", "''", "complex(1,2)", "dcomplex(0,1)", "!null", "255b", "-32768", "'7FFF'x",      \
         "0b101", "0x1Fu", "'17'o", "\"17", "1e38", "1d307", "!pi", "!dpi", "!true", "!false", "-2147483648", "32767us", \
         "9223372036854775807", "!values.d_nan", "!values.f_infinity", "!d.name", "!error_state.msg", "1.e-45", "1d3")
#define MADE                                                                                                           \
    WAYS("[1,2,3]", "[[1.,2],[3,4]]", "indgen(4)", "findgen(2,3)", "bytarr(5)", "strarr(2)", "['a','bc']",              \
         "lindgen(2,2,2)", "fltarr(1)", "dcindgen(3)", "[!null]", "[]", "[1:9:3]", "[0:%e]", "make_array(3,value=%e)",  \
         "sindgen(600)", "findgen(600)", "[%e,%e]", "[[%e],[%e]]", "[[[%e]],[[%e]]]", "replicate(%e,3)", "ptrarr(2)",   \
         "ptrarr(2,/allocate_heap)", "objarr(2)", "make_array(2,2,type=%e,/index)", "dindgen(40,20)", "bindgen(40)")
#define STRUCTURES                                                                                                     \
    WAYS("{q: 1, r: [1,2]}", "{q: %e, r: %e}", "{one, 1, [%e,2]}", "{one}", "{two}", "{two, inherits one, z: ''}",       \
         "{q: {r: {q: %e}}}", "replicate({q: 1, r: [1,2]}, 3)", "replicate({one},2,2)", "create_struct('q',%e,'r',%e)",  \
         "create_struct(s,'y',%e)", "{q: p, r: ptr_new(%e)}", "{x: l, inherits one}", "{absent_one}", "create_struct(name='one')")
#define HEAP                                                                                                            \
    WAYS("ptr_new(5)", "ptr_new(%e)", "ptr_new(%n,/no_copy)", "ptr_new(/allocate_heap)", "ptr_new()", "list(1,'a',[2,3])",  \
         "list()", "list(%e,%e,/extract)", "list(length=3)", "hash('a',1,2,'b')", "hash()", "hash(%e,%e)", "hash(['a','b'],%e)", \
         "dictionary('x',1)", "dictionary('q',%e,'r',2)", "orderedhash(['a','b'],%e)", "hash(s,/extract)", "obj_new('o',%e)", \
         "obj_new('o2')", "obj_new('ol',1,2)", "obj_new('oh','a',1)", "o(%e)", "obj_new()", "obj_new('absent_one')",        \
         "lambda(x: x+1)", "lambda('x,y: x*y')", "lambda(u: u[0])", "lambdap(x: x=%e)", "`t ${a} ${b, \"%%5.1f\"}`", "`${%e}`", \
         "`${`${k}`}\\n`", "idl_container", "obj_new('idl_container')", "hash('k',list(1,hash('q',2)))")
#define BINARY                                                                                                           \
    WAYS(" + ", " - ", " * ", " / ", " mod ", "^", " < ", " > ", " eq ", " ne ", " lt ", " le ", " gt ", " ge ", " and ",   \
         " or ", " xor ", " # ", " ## ", " && ", " || ")
#define ELEMENTWISE WAYS(" + ", " - ", " * ", " / ", " < ", " > ", " eq ", " gt ", " and ", " or ", " xor ", " mod ", "^", " ne ")
#define UNARY WAYS("-", "not ", "~", "*", "++", "+", "--", "- -", "~~")
#define FUNCTIONS                                                                                                        \
    WAYS("string", "fix", "byte", "double", "complex", "strlen", "strtrim", "strsplit", "n_elements", "size", "f", "long64",  \
         "strmid", "isa", "array_equal", "strjoin", "strpos", "uint", "temporary", "reform", "make_array", "strcompress",    \
         "list", "hash", "obj_valid", "ptr_valid", "create_struct", "typename", "where", "o", "lambda", "scope_varfetch",    \
         "total", "max", "min", "mean", "product", "sort", "uniq", "reverse", "rotate", "transpose", "histogram", "rebin",    \
         "congrid", "smooth", "median", "interpol", "abs", "sqrt", "exp", "alog", "sin", "atan", "round", "floor", "finite",  \
         "invert", "determ", "fft", "convol", "shift", "stregex", "strmatch", "strupcase", "strput", "n_tags", "tag_names",  \
         "arg_present", "keyword_set", "n_params", "variance", "value_locate", "bytscl", "dialog", "obj_class", "obj_isa",   \
         "obj_hasmethod", "ptr_copy", "heap_refcount", "struct_hide", "routine_info", "scope_level", "scope_traceback",      \
         "scope_varname", "execute", "json_serialize", "array_indices", "cumulate", "g", "gcd", "fact", "message", "conj", "imaginary", "real_part", "strarr", "intarr", "signum", "factorial",  \
         "swap_endian", "ishft", "poly", "randomu", "randomn", "fixed_one", "rec", "collatz", "via")
#define ARGUMENTS                                                                                                        \
    WAYS("%e", "%e", "%e,%e", "%n", "%e,%e,%e", "%n", "%e,%k", "%k", "%n,%n,%k")
#define KEYWORDS                                                                                                          \
    WAYS("k=%n", "/overwrite", "format='(i3)'", "k=%e", "_extra=s", "_extra=%n", "_strict_extra=s", "count=c", "/nan",      \
         "dimension=%e", "/double", "/extract", "type=%e", "absent=%e", "min=a", "subscript_max=b", "/l64", "/no_copy", "_ref_extra=%n")
#define SUBSCRIPTS                                                                                                        \
    WAYS("%e", "*", "-1", "%e:%e", "1:*", "0:-1", "*:*:2", "1:0", "-2:*:-1", "%e,%e", "*,%e", "%e:%e:%e", "wc",        \
         "where(%e)", "0,0,0,0,0,0,0,0", "[0,1],[1,0]", "*,*", "!null", "'a'", "'a',0", "%n,*")
// What may stand behind a name
#define SUFFIXES                                                                                                          \
    WAYS("[%u]", "[%u]", ".q", ".r", ".r[%u]", ".(0)", ".(%e)", ".(0)[%u]", ".w", ".x", ".q.r", "[0].q", "[%u].r[%u]", "(0)",  \
         ".q.r.q", ".r[%u].q[%u]", "['k']", "['k','q']", "[0,'k']", ".one::get()", ".(1).(0)")
#define ATTRIBUTES                                                                                                        \
    WAYS(".length", ".dim", ".typename", ".typecode", ".ndim", ".name", ".tname", ".count()", ".count(%e)", ".keys()", ".values()", ".toarray()", ".remove()",   \
         ".remove(%e)", "->get()", "->get(%a)", ".map(lambda(x: x))", ".map('f')", ".filter('f')", ".filter(lambda(x: x gt %e))", ".where(%e)", ".haskey(%e)",   \
         ".sort()", ".reduce('f')", ".reduce(lambda(x,y: x+y))", ".tostruct()", ".toarray(/promote)", ".toarray(type=%e)", ".tolist()", ".tohash()",       \
         ".split(',')", ".replace('a','b')", ".tostring()", ".tointeger()", ".todouble()", "->o::get()", "->o2::get()", ".isempty()", ".make(%e)", ".swap(0,1)",     \
         ".join(',')", ".contains('a')", ".indexof('b')", ".substring(1)", ".toupper()", ".total()", ".mean()", ".max()", ".isfinite()",   \
         ".hasvalue(%e)", ".next()", ".each('f')", ".isa('o')", ".sum(%e)", ".reverse()", ".trim()", ".charat(0)", ".compare('a')", ".dictionary", ".tojson()")
#define EXPRESSIONS                                                                                                       \
    WAYS("%n", "%l", "%l", "%n", "%A", "%A", "(%e%o%e)", "(%e%o%e)", "%e%o%e", "%f(%a)", "%f(%a)", "%n%S", "%n%S", "%n%T", "%n%T", "%Y%n",    \
         "%Y(%e)", "%R", "%H", "%H", "(%e ? %e : %e)", "(%n = %e)", "(%n)[%u]", "%f()", "*p", "(*p)%S", "(*p)%T", "o.static_one(%e)", "call_function('f',%a)",  \
         "call_function(%e,%a)", "call_method('get',o,%a)", "(scope_varfetch('a'))[%u]", "scope_varfetch('%n',/enter)", "(%n++)", "(*%n)", "%M", "%I",   \
         "execute('%n=%n')", "%f(%a)%S", "(%n)%T", "%A%S", "`${%e}-${%n}`", "f(f(f(%e)))", "o%T%T", "l[%u]%S", "temporary(%n)", "(%n += %e)")
#define PLACES                                                                                                             \
    WAYS("%n", "%n", "%n%S", "%n%S", "*p", "(*p)%S", "*%n", "%n[%u]", "s.q", "s.r[%u]", "w6[%u].r[%u]", "h['k']", "l[0]", "d.q",      \
         "o.w", "o[%u]", "(scope_varfetch('a'))", "(scope_varfetch('a'))[%u]", "!p.multi", "!x.title", "s.(%e)", "(%n)[%u]", "h['h','a']", "(*p)[%u].q",   \
         "l[1,'k']", "h['k'].q", "*s.q", "(*s.r).q", "w6.q", "w6[%u]", "!prompt", "self.w", "e[%e,*]")
// Fused: elementwise all the way down, and what takes it in one pass
#define MATH                                                                                                                 \
    WAYS("%w", "%w", "%l", "(%m%E%m)", "(%m%E%m)", "(%m%E%m)", "%m%E%m", "abs(%m)", "sqrt(%m)", "float(%m)", "double(%m)", "fix(%m)",         \
         "long(%m)", "byte(%m)", "complex(%m)", "-%m", "not %m", "~%m", "exp(%m)", "sin(%m)", "alog(%m)", "long64(%m)", "ulong64(%m)",           \
         "uint(%m)", "floor(%m)", "finite(%m)", "%n", "round(%m)", "atan(%m)", "dcomplex(%m)", "(%w=%m)", "temporary(%w)", "f(%w)", "string(%m)")
#define REDUCERS                                                                                                             \
    WAYS("total(%m)", "mean(%m)", "max(%m)", "min(%m)", "total(%m,/nan)", "max(%m,k)", "total(%m,1)", "max(%m,k,min=c)", "mean(%m,/double)",   \
         "total(%m,/cumulative)", "min(%m,/nan)", "product(%m)", "total(%m,/integer)", "n_elements(%m)", "stddev(%m)", "max(abs(%m))", "where(%m)",   \
         "array_equal(%m,%m)", "mean(%m,dimension=1)", "variance(%m)", "total(%m gt %m)")

const Rule generate_value_rules[] = {
    {'n', true, NAMES},        {'l', true, LITERALS},    {'o', true, BINARY},      {'E', true, ELEMENTWISE}, {'Y', true, UNARY},
    {'w', true, ARRAYS},       {'f', true, FUNCTIONS},   {'a', false, ARGUMENTS},  {'k', false, KEYWORDS},   {'u', false, SUBSCRIPTS},
    {'S', false, SUFFIXES},    {'T', false, ATTRIBUTES}, {'A', false, MADE},       {'R', false, STRUCTURES}, {'H', false, HEAP},
    {'e', false, EXPRESSIONS}, {'P', false, PLACES},     {'m', false, MATH},       {'M', false, REDUCERS},   {'I', false, MATH},
    {0, false, NULL},
};
