// The grammar of statements: assignments, control flow, calls, errors, heap, and what is typed at a prompt.
#include "generate_internal.h"

#include <stddef.h>

#define WAYS(...) (const char *const[]){__VA_ARGS__, NULL}

#define ASSIGNS WAYS(" = ", " = ", " = ", " += ", " *= ", " mod= ", " <= ", " #= ", " -= ", " and= ", " eq= ", " ^= ", " >= ", " ##= ", " xor= ")
#define ASSIGNMENTS                                                                                                     \
    WAYS("%P%=%e\n", "%P = %e\n", "%n = %e\n", "%w%=%m\n", "%w = %m\n", "x = %M\n", "%P = %m\n", "%n++\n", "--%n\n", "%n[%u]++\n", "++%n.q\n", \
         "a = temporary(a) + %e\n", "%n = %n\n", "%n = [%n, %e]\n", "*p = p\n", "*p = %e\n", "p = ptr_new(p)\n", "l.add, l\n", "h['h'] = h\n",    \
         "s = {q: s, r: 1}\n", "o.v = ptr_new(o)\n", "(%P) = %e\n", "w6[%u].r = %m\n", "l[%u] = %e\n", "a[*] = %e\n", "h[%e] = %e\n")
#define LOOPS                                                                                                           \
    WAYS("for i=0,3 do %s", "for i=0,3 do begin\n%s if %e then break\n%s continue\n%s endfor\n", "for i=0,3 do %B endfor\n", "for i=5b,0,-1 do %B endfor\n", "for k=0L,2 do %B end\n", "for x=0.,1,0.3 do %B endfor\n",    \
         "for i=32760,32770 do %B endfor\n", "for i=%e,%e do %B endfor\n", "for i=%e,%e,%e do %B endfor\n", "foreach x, %e do %B endforeach\n", \
         "foreach x, %e, k do %B endforeach\n", "foreach x, %n do %s", "foreach x, l do l.add, x\n", "foreach x, h, k do h.remove, k\n",   \
         "foreach x, o, k do print, x\n", "while n_elements(a) lt 20 and %e do begin %b a=[a,1] & endwhile\n", "repeat %B endrep until 1\n",   \
         "repeat %s until %e\n", "i=0 & while i++ lt 3 do %B endwhile\n", "for i=1L,3 do a=temporary(i)+1\n", "foreach x, [%e,%e], k do %B endforeach\n", \
         "for i=250b,255b do %s", "for i=0,2 do for k=0,2 do %s", "foreach x, 'abc' do %s", "foreach x, *p do %s")
#define BRANCHES                                                                                                        \
    WAYS("if %e then %s", "if %e then %B endif else c=1\n", "if %e then %B endif else %B endelse\n", "if %e then begin\n%b endif else if %e then %s",    \
         "case %e of\n%e: %s%e: %B end\nelse: %s endcase\n", "case 1 of\n%e: %s else:\nendcase\n", "switch %e of\n%e: %s%e: %B end\n%e: break\nelse: %s endswitch\n",  \
         "case %e of\n%e: %sendcase\n", "goto, j%j\n%sj%j: %s", "k=0\nj%j: k++\n%s if k lt 3 then goto, j%j\n", "if %e then begin\n%s goto, j%j\nendif\n%sj%j:\n",  \
         "for i=0,3 do begin\n%s if i eq 1 then goto, j%j\nendfor\nj%j: %s", "goto, j%j\nif 0 then begin\nj%j: %s endif\n", "switch 'a' of\n'a': %s'b':\nendswitch\n", \
         "if %n then if %n then begin\n%s endif else %s", "if (%e) && (%e) || ~(%e) then %s")
#define CALLS                                                                                                           \
    WAYS("q, %a\n", "q, k=%n\n", "q, %e, _extra=s\n", "r, %e\n", "message, %e\n", "message, 'no', /info\n", "message, %e, /continue\n", "print, %a\n", \
         "print, %e, %e, format='(3(a,1x))'\n", "print, %e, format=%e\n", "help, %a\n", "help, %n, /structures\n", "help, /memory\n", "print, %n, /implied_print\n",  \
         "via, %e\n", "call_procedure, 'q', %a\n", "call_procedure, %e\n", "call_method, 'set', o, %a\n", "o->set, %e\n", "o.set, %a\n", "o->o::set, %e\n",  \
         "o.setproperty, w=%e\n", "o.getproperty, w=%n, v=%P\n", "o2.static_two\n", "l.add, %e\n", "l.add, /extract, %e\n", "l.add, %e, %e\n", "l.remove, %e\n",  \
         "l.move, 0, %e\n", "l.swap, 0, 1\n", "l.reverse\n", "h.remove, %e\n", "h.remove, /all\n", "l.remove, /all\n", "l = l + list(%e)\n", "h = h + hash('z',%e)\n", \
         "obj_destroy, %e\n", "obj_destroy, o\n", "ptr_free, %e\n", "ptr_free, p\n", "heap_free, %e\n", "heap_free, %n, /ptr\n", "heap_gc\n", "heap_gc, /verbose\n",      \
         "heap_gc, /obj\n", "delvar, %n\n", "struct_assign, %e, %n\n", "struct_assign, s, w6, /nozero\n", "swap, %n, %n\n", "strput, %n, %e, %e\n", "reads, %e, a, b, c\n", \
         "defsysv, '!mine', %e\n", "!mine = %e\n", "x = execute('%n = %n + 1')\n", "x = execute(\"x=execute('%n=1')\")\n", \
         "x = execute('print, %n', 1, 1)\n", "x = execute('foreach z, %n do print, z')\n", "x = execute('goto, %n')\n", "x = execute(%e)\n", "x = execute('return')\n", \
         "x = execute('retall')\n", "rec\n", "recm = o.again(1)\n", "x = rec(1)\n", "setenv, 'A=%n'\n", "q, %P, %P\n", "q, s.q, w0[3], k=*p\n", "x = collatz(%e)\n", "byteorder, %n\n")
#define ERRORS                                                                                                         \
    WAYS("catch, e & if e ne 0 then catch, /cancel\n", "catch, e\nif e ne 0 then begin\n%s catch, /cancel\nendif\n", "catch, e\nif e ne 0 then begin\nm = !error_state.msg\nreturn\nendif\n", \
         "catch, /cancel\n", "on_error, 2\n", "on_error, %e\n", "on_error, 1\n", "on_ioerror, null\n", "on_ioerror, j%j\n%sj%j: on_ioerror, null\n",  \
         "on_ioerror, j%j\na = fix('x')\nj%j: %s", "print, a[99999]\n", "message, /reset\n", "message, /reissue_last\n", "x = check_math()\n", "!except = 2\n", "!quiet = 1\n", \
         "catch, e\nx = undefined_one\n", "stop\n", "stop, %e\n", "return\n", "retall\n", "catch, e\nif e eq 0 then print, a[99999]\n", "x = [1,2,3] & x[%e] = 1\n")
#define DECLARATIONS                                                                                                  \
    WAYS("common z, a, b\n", "common z\n", "common y, c, d, e\n", "compile_opt idl2\n", "compile_opt strictarr, logical_predicate\n", "compile_opt idl3\n", \
         "compile_opt float64, hidden\n", "forward_function f, g\n", "compile_opt defint32\n", "compile_opt strictarrsubs\n", "compile_opt nosave, obsolete\n", "common z, l, h, o\n")
#define STATEMENTS                                                                                                     \
    WAYS("b=1\n", "%1", "%1", "%1", "%1", "%1", "%2", "%3", "%3", "%4", "%4", "%4", "%5", "%5")
#define BODIES WAYS("%s", "%s%s", "%s%s%s", "%s%s & %s", "%s")
// Lines of a session: statements, implied print, executive commands
#define LINES                                                                                                            \
    WAYS("%s", "%s", "%s", "%e\n", "%n\n", "%e & %s", "print, %e\n", ".continue\n", ".step\n", ".step 3\n", ".stepover\n", ".out\n", ".return\n", ".skip\n", ".trace\n",       \
         ".run\n%b end\n", ".rnew\n%b end\n", ".run\npro q, a, k=k\n%b end\nend\n", ".compile\nfunction f, a, b\n%b return, %e\nend\nend\n", ".reset_session\n", ".full_reset_session\n", \
         ".go\n", ".run absent_one\n", "pro q, a, k=k\n%bend\n", "function f, a\n%breturn, %e\nend\n", "breakpoint, 'q', 1\n", "breakpoint, /clear, 1\n", "retall\n", "if %e then begin\n%bendif\n",  \
         "for i=0,2 do begin & %s & endfor\n", "x = [1, $\n %e]\n", "delvar, %n\n", "@absent_one\n", "?print\n", "help, /traceback\n", "%n = %e ; note\n", "help, %e\n", ".xyz\n", "%k\n", "%6", "compile_opt absent_one\n", "goto, absent_label\n", "break\n", "return, %e\n", "profiler\n", "help, /breakpoints\n")

const Rule generate_statement_rules[] = {
    {'=', true, ASSIGNS}, {'1', false, ASSIGNMENTS}, {'2', false, LOOPS},  {'3', false, BRANCHES}, {'4', false, CALLS}, {'5', false, ERRORS},
    {'6', false, DECLARATIONS}, {'s', false, STATEMENTS}, {'b', false, BODIES}, {'B', false, WAYS("begin\n%b")}, {'L', false, LINES}, {0, false, NULL},
};
