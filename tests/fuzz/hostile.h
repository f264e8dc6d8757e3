// What fuzz_calls passes: values that routines do not expect, as IDL writes them.
#ifndef HELIO_TESTS_FUZZ_HOSTILE_H
#define HELIO_TESTS_FUZZ_HOSTILE_H

static const char *const hostile_values[] = {
    // scalars: small, at the ends of their types, out of the range of others
    "0", "1", "-1", "2", "3", "0b", "255b", "32767", "-32768", "65535u", "100000L", "2147483647L", "-2147483647L-1", "4294967295ul",
    "1000000000L", "9223372036854775807LL", "-9223372036854775807LL-1", "18446744073709551615ull", "0.5", "-0.0", "1e-40", "-1e10", "1e38",
    "3d0", "1d300", "-1d300", "5d-324", "!values.f_nan", "!values.d_nan", "!values.f_infinity", "-!values.d_infinity",
    "complex(1,2)", "dcomplex(!values.d_nan,1d300)", "boolean(1)",
    // texts: none, names, patterns, formats, paths, long ones
    "''", "'a'", "' '", "'x1'", "'12'", "'1e999'", "'nan'", "'Abc,def;ghi'", "'%s%n%d'", "'(A'", "'(I5,F8.3,999(1X))'", "'(b+)*c'", "'[['", "'*'",
    "'.'", "'..'", "'/'", "'one'", "'two/three'", "'nosuch'", "string(bindgen(255)+1b)", "strjoin(replicate('ab', 50000L))", "'!x'", "'print, 1'",
    "'lambda(x: x)'", "'list'", "'{a: 1}'",
    // nothing
    "!null", "nothing", "ptr_new()", "obj_new()", "list()", "hash()",
    // arrays: of every rank, with one element, with bad ones
    "[1]", "[-1]", "[0L, 2147483647L]", "bytarr(3)", "bindgen(300)", "indgen(5)", "-indgen(4)", "indgen(2, 3)", "uindgen(4)", "lindgen(100)",
    "lindgen(3, 3, 3)", "ulindgen(7)", "l64indgen(6)", "findgen(10)", "findgen(2, 3, 4)", "fltarr(1, 1, 1, 1, 1, 1, 1, 1)",
    "findgen(2, 2, 2, 2, 2, 2, 2, 2)", "dindgen(5)", "dindgen(4, 4)", "identity(3)", "fltarr(3, 3)", "randomu(1L, 50)", "randomn(2L, 20, 20)",
    "replicate(!values.f_nan, 7)", "[1., !values.f_nan, !values.f_infinity, -1e38]", "dblarr(6) - !values.d_infinity", "[1d300, -1d300]",
    "complexarr(4)", "dcomplexarr(2, 2)", "boolarr(3)", "strarr(3)", "['b', 'a', '', 'a']", "['one', 'two']", "strarr(2, 2) + '1'",
    "ptrarr(2)", "objarr(2)", "[ptr_new(1), ptr_new('x')]", "fltarr(300, 300)", "lindgen(200000L)", "bytarr(4000000L)", "dindgen(100000L) * 1d305",
    // structures, heap variables, objects
    "{a: 1, b: 'x'}", "{a: ptr_new(3), b: {c: fltarr(2)}}", "replicate({a: 1., b: 2b}, 3)", "{one, x: 0, y: ''}", "!p", "!d", "ptr_new(findgen(3))",
    "ptr_new(ptr_new(1))", "list(1, 'a', !null)", "list(list(1), hash('k', 2))", "hash('a', 1, 'b', 'x')", "orderedhash(1, 2)",
    "dictionary('a', 1)", "obj_new('idl_container')", "obj_new('idl_object')",
};

// Routines that are left out, and why.
static const struct Skipped {
    const char *name, *reason;
} skipped[] = {
    {"EXIT", "ends the session"},
    {"FULL_RESET_SESSION", "ends the session"},
    {"SETENV", "changes what later inputs meet"},
    {"WAIT", "waits by design, as long as it is told"},
};

#endif
