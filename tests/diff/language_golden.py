#!/usr/bin/env python3
"""Records what GDL makes of small generated statements into tests/golden/language.txt: "# statements", then the lines they
print ("!error" where GDL stops with an error). tests/diff/run.py replays them. Statements on which GDL crashes or hangs are
dropped. Run from the repository: tests/diff/language_golden.py (needs gdl)."""
import os
import random
import subprocess
import tempfile

random.seed(11)
MARK = "@@"
ROUTINES = """
pro lg_swap, a, b
 t = a & a = b & b = t
end
pro lg_key, x, scale=s, out=o, flag=f
 if n_elements(s) eq 0 then s = 2
 o = x * s + keyword_set(f)
end
function lg_next, x, by=by
 x = x + (n_elements(by) gt 0 ? by : 1)
 return, x * 10
end
function lg_fact, n
 if n le 1 then return, 1L
 return, n * lg_fact(n - 1)
end
function lg_count, a, b, c
 return, n_params()
end
pro lg_extra, x, _extra=e
 lg_key, x, _extra=e
end
pro lg_refextra, x, _ref_extra=e
 lg_key, x, _extra=e
end
function lg_case, x
 case 1 of
  x lt 0: return, 'negative'
  x eq 0: return, 'zero'
  else: return, 'positive'
 endcase
end
function lg_switch, x
 r = ''
 switch x of
  1: r = r + 'a'
  2: begin
   r = r + 'b'
   break
  end
  3: r = r + 'c'
  else: r = r + 'z'
 endswitch
 return, r
end
function lg_loop, n
 s = 0
 for i = 0, n do begin
  if i eq 3 then continue
  if i gt 6 then break
  s = s + i
 endfor
 return, [s, i]
end
function lg_while, n
 k = 0
 while n gt 1 do begin
  n = n mod 2 eq 0 ? n / 2 : 3 * n + 1
  k++
 endwhile
 return, k
end
"""
TYPES = {
    "B": ["7b", "200b", "0b"], "I": ["5", "-3", "30000", "2"], "U": ["9u", "60000u"], "L": ["-7L", "70000L", "3L"],
    "UL": ["4ul", "3000000000ul"], "LL": ["-11LL", "5000000000LL", "2LL"], "ULL": ["6ull", "10000000000ull"],
    "F": ["2.5", "-1.25", "3.0"], "D": ["1.5d", "-4.25d", "2d"], "C": ["complex(1,2)", "complex(-2.5,0.5)"],
    "Z": ["dcomplex(2,-1)", "dcomplex(0.5,3)"], "S": ["'12'", "' 3.5'", "'abc'"],
}
MAKE = {"B": "bindgen", "I": "indgen", "U": "uindgen", "L": "lindgen", "UL": "ulindgen", "LL": "l64indgen",
        "ULL": "ul64indgen", "F": "findgen", "D": "dindgen", "C": "cindgen", "Z": "dcindgen", "S": "sindgen"}
ARITH, COMPARE = ["+", "-", "*", "/", " mod ", "^", " < ", " > "], [" eq ", " ne ", " lt ", " le ", " gt ", " ge "]
BITS = [" and ", " or ", " xor "]
INTEGERS, pick = ["B", "I", "U", "L", "UL", "LL", "ULL"], random.choice


def scalar(t):
    return pick(TYPES[t])


def operand(t):
    shape = random.random()
    if shape < 0.5:
        return scalar(t)
    if shape < 0.6:
        return "[%s]" % scalar(t)
    if shape < 0.85:
        return "[%s]" % ",".join(scalar(t) for _ in range(pick([2, 3])))
    return "(%s(%s)+%s(1))" % (MAKE[t], pick(["2,2", "3", "2,3"]), {"S": "string"}.get(t, "fix")) if t != "S" else scalar(t)


def show(expression):
    return "r=%s & help,r & print,r" % expression


def binary():
    out = []
    for a in TYPES:
        for b in TYPES:
            ops = ARITH + COMPARE if "S" in (a, b) else ARITH + COMPARE + BITS
            for op in random.sample(ops, 4):
                if (a in "CZ" or b in "CZ") and op in [" mod ", " < ", " > "] + COMPARE[2:] + BITS:
                    op = pick(["+", "*", " eq ", "/"])
                if "S" in (a, b) and op in ["/", "^", " mod "]:
                    op = pick(["+", "-", " eq ", " lt "])
                out.append(show(operand(a) + op + operand(b)))
    return out


def unary():
    out = []
    for t in TYPES:
        for f in ["-%s", "~%s", "not %s", "%s && 1", "%s || 0", "(%s) ? 'yes' : 'no'", "--%s", "+%s"]:
            if t == "S" and f == "not %s" or t in "CZ" and f == "not %s":
                continue
            out.append(show(f % scalar(t)))
        for f in ["-%s", "~%s"]:
            out.append(show(f % ("[%s,%s]" % (scalar(t), scalar(t)))))
        if t not in "SCZ":
            for op in ["+=", "-=", "*=", "/=", "<=", ">=", "mod="]:
                out.append("r=%s & r %s %s & help,r & print,r" % (scalar(t), op, pick(["2", "3L", "1.5", "2b", "[1,2]"])))
            out.append("r=%s & r++ & ++r & q=r-- & help,r,q" % scalar(t))
    return out


def index(size):
    """One subscript of a dimension."""
    n = size
    def one():
        return str(random.randint(-n, n - 1) if random.random() < 0.3 else random.randint(0, n - 1))
    lo = random.randint(0, n - 1)
    hi = random.randint(lo, n - 1)
    kinds = [one(), one(), "*", "%d:%d" % (lo, hi), "%d:*" % lo, "%d:*:2" % lo, "*:*:2" if random.random() < .3 else "*",
             "0:%d" % hi, "[%s]" % ",".join(one().lstrip("-") for _ in range(pick([1, 2, 3]))),
             "%d:-1" % lo, one() + pick(["L", "b", ".7", "ull"]) if random.random() < .5 else "0"]
    return pick(kinds)


ARRAYS = [("indgen(6)", [6]), ("indgen(4,3)", [4, 3]), ("lindgen(2,3,4)", [2, 3, 4]), ("findgen(3,1)", [3]),
          ("indgen(1,4)", [1, 4]), ("7", [1]), ("sindgen(3)", [3])]
FIXED_SUBSCRIPTS = ["[[0,99]]", "[[-5,2]]", "[6]", "[-7]", "[[[0,1],[2,3]]]", "[2:1]", "[0:6]", "[5:0:-1]", "[4:1:-2]", "[*:*:3]",
                    "[[1.9,2.2]]", "['2']", "[0,0]", "[0,0,0]", "[*,0]", "[2,1]", "[[1]]", "[3:3]", "[-3:-1]", "[-1:-3:-1]"]


def subscripts():
    out = []
    for _ in range(260):
        text, dims = pick(ARRAYS)
        total = 1
        for d in dims:
            total *= d
        subs = [index(total)] if random.random() < 0.35 else [index(d) for d in dims]
        out.append("a=%s & %s" % (text, show("a[%s]" % ",".join(subs))))
    for s in FIXED_SUBSCRIPTS:
        out.append("a=indgen(6)*2 & %s" % show("a" + s))
    for s in ["[0,[0,1]]", "[[0,1],1]", "[[0,1],[0,1]]", "[[0,1],*]", "[*,[2,0]]", "[[3,0,1],[2,1,0]]", "[1:2,[0,2]]", "[[0,1],[0,1,2]]",
              "[*]", "[*,*]", "[3,*]", "[*,2]", "[1:2,1]", "[2:3,1:2]", "[-1,-1]", "[-1,*]", "[4,0]", "[[9],[9]]"]:
        out.append("a=indgen(4,3) & %s" % show("a" + s))
    return out


def assignments():
    out = []
    for _ in range(230):
        text, dims = pick(ARRAYS)
        total = 1
        for d in dims:
            total *= d
        subs = [index(total)] if random.random() < 0.4 else [index(d) for d in dims]
        value = pick(["9", "9", "-1.7", "'4'", "[8]", "[5,6]", "[5,6,7]", "40000L", "300", "2b", "3.9d", "complex(4,5)"])
        out.append("a=%s & a[%s]=%s & help,a & print,a" % (text, ",".join(subs), value))
    for s in ["a[1]=[7,8,9]", "a[4]=[7,8,9]", "a[*]=3", "a[*]=[1,2]", "a[1:3]=a[0:2]", "a[0]=a[1:4]", "a[[0,0,1]]=[7,8,9]",
              "a[[1,99]]=5", "a[*:*:2]=0", "a[5:0:-1]=indgen(6)", "a[-1]=77", "a[a]=a+1", "a=a[a>1]", "a[1]++", "a[2]+=10",
              "a[1:2]*=3", "a[[1,2]]-=1", "a[1:*]=5", "i=0 & a[i++]=9 & print,i", "i=0 & a[i++]+=9 & print,i", "a[2]='x'",
              "a[1]=99999L", "a[6]=1", "a[-7]=1", "a[2:1]=0", "a[0:6]=0", "b=a & b[0]=5 & print,a,b"]:
        out.append("a=indgen(6) & %s & help,a & print,a" % s)
    for s in ["a[0,0]=[[91,92],[93,94]]", "a[1,*]=[7,8,9]", "a[*,1]=[5,6,7,8]", "a[1:2,0:1]=[[1,2],[3,4]]", "a[1:2,0:1]=[1,2,3,4]",
              "a[*,0]=a[*,2]", "a[[0,1],[1,2]]=[50,60]", "a[[0,1],*]=0", "a[3,2]=[1]", "a[3,2]=[1,2]", "a[0,1]=[1,2,3,4]",
              "a[0,1]=[1,2,3,4,5]", "a[*]=indgen(12)*2", "a[2,1]=-1", "a[*,*]=5", "a[0]=[1,2,3,4,5]", "a[*,1]=[1,2]"]:
        out.append("a=indgen(4,3) & %s & help,a & print,a" % s)
    return out


def arrays():
    out = []
    parts = ["1", "2L", "[3,4]", "[5]", "'s'", "2.5", "[1b,2b]", "[[1,2],[3,4]]", "[[7,8]]", "indgen(2,2)", "3d", "complex(1,1)", "[9,9,9]"]
    for _ in range(90):
        out.append(show("[%s]" % ",".join(pick(parts) for _ in range(pick([1, 2, 2, 3])))))
    for _ in range(40):
        out.append(show("[%s]" % ",".join("[%s]" % pick(parts) for _ in range(pick([1, 2, 2, 3])))))
    for _ in range(15):
        out.append(show("[%s]" % ",".join("[[%s]]" % pick(parts) for _ in range(pick([1, 2])))))
    for op in ["#", "##"]:
        for x, y in [("[1,2,3]", "[4,5]"), ("indgen(2,3)", "indgen(3,2)"), ("indgen(2,3)", "[1,2,3]"), ("[1,2]", "indgen(2,3)"),
                     ("[1.5,2]", "[[1],[2]]"), ("indgen(3,2)", "[1,2,3]"), ("[1b,200b]", "[2b,3b]"), ("5", "[1,2]")]:
            out.append(show("%s %s %s" % (x, op, y)))
    return out


def programs():
    out = []
    for a, b, s in [("0", "3", None), ("3", "0", "-1"), ("0b", "3", None), ("1", "2", "0.5"), ("0.0", "1", "0.25"), ("5", "1", None),
                    ("32766", "32768L", None), ("1L", "3b", None), ("0", "10", "4"), ("1.5", "4", None), ("10", "1", "-3"),
                    ("0u", "3", None), ("0ll", "2", None), ("1d", "2.5d", None), ("'1'", "3", None), ("0", "2.9", None), ("3u", "0", "-1"),
                    ("2b", "0b", "-1"), ("0", "[3]", None), ("[0]", "3", None), ("0", "-1", None)]:
        loop = "%s,%s%s" % (a, b, "," + s if s else "")
        out.append("for i=%s do print,i & help,i" % loop)
        out.append("n=0 & for i=%s do n=n+1 & help,i,n" % loop)
    for n in [-1, 0, 2, 3, 5, 9]:
        out.append(show("lg_loop(%d)" % n))
    for n in [1, 6, 7, 11]:
        out.append(show("lg_while(%d)" % n))
    for x in ["-1", "0", "5", "2.5", "'3'", "[1]", "0b"]:
        out.append(show("lg_case(%s)" % x))
        out.append(show("lg_switch(%s)" % x))
    for x in ["1", "2", "3", "4", "2.0", "'1'"]:
        out.append(show("lg_switch(%s)" % x))
    for x in ["1", "5", "10", "12"]:
        out.append(show("lg_fact(%s)" % x))
    for c in ["1", "2", "0", "2.0", "0.5", "3b", "'a'", "''", "[1]", "[2]", "0L", "-1", "1d-30", "2LL", "[1,2]", "complex(0,1)", "'0'"]:
        out.append("if %s then print,'yes' else print,'no'" % c)
        out.append("n=0 & while (%s) and (n lt 2) do n=n+1 & print,n" % c)
        out.append("n=0 & repeat n=n+1 until (%s) or (n ge 3) & print,n" % c)
        out.append(show("(%s) ? 1 : 2.5" % c))
    for c in ["foreach x,[3,4,5] do print,x", "foreach x,[3,4,5],i do print,i,x", "foreach x,7 do print,x", "a=[1,2] & foreach a,a do print,a",
              "foreach x,['a','b'] do print,x", "a=[1,2,3] & foreach x,a do a=[a,x] & print,a", "foreach x,indgen(2,2),i do print,i,x"]:
        out.append(c)
    return out


def calls():
    out = []
    for x in ["1", "2.5", "[1,2]", "'3'", "4b"]:
        out.append("x=%s & y=9 & lg_swap,x,y & help,x,y" % x)
        out.append("x=%s & lg_swap,x,x & help,x" % x)
        out.append("a=[1,2] & lg_swap,a[0],a[1] & print,a & lg_key,%s,out=o & help,o" % x)
        out.append("lg_key,%s,scale=3,out=o,/flag & help,o" % x)
        out.append("lg_key,%s,sc=2.5,ou=o & help,o" % x)
        out.append("s=5 & lg_key,%s,scale=s,out=o,flag=0 & help,o,s" % x)
        out.append("lg_extra,%s,scale=4,/flag & print,'done'" % x)
        out.append("lg_refextra,%s,scale=4,out=o & help,o" % x)
        out.append("x=%s & r=lg_next(x) & help,x,r" % x)
        out.append("x=%s & r=lg_next(x,by=2) & help,x,r" % x)
        out.append("x=%s & x=lg_next(x) & help,x" % x)
        out.append("x=%s & r=lg_next(x+1)+lg_next(x) & help,x,r" % x)
    for c in ["lg_count()", "lg_count(1)", "lg_count(1,2,3)", "lg_count(1,2,3,4)", "lg_count(u1,u2)", "lg_next()", "lg_fact('4')",
              "lg_fact([3])", "lg_next(1,bogus=2)"]:
        out.append(show(c))
    for c in ["p=ptr_new([1,2,3]) & (*p)[1]=9 & print,*p", "p=ptr_new(5) & *p=*p+1 & print,*p", "p=ptr_new({a:1,b:[2,3]}) & (*p).b[1]=7 & print,(*p).b",
              "p=ptr_new(ptr_new(3)) & print,**p", "p=[ptr_new(1),ptr_new(2)] & *p[1]=8 & print,*p[0],*p[1]", "p=ptr_new([1,2]) & x=3 & lg_swap,*p,x & print,*p,x",
              "s={a:1,b:[1,2,3]} & s.b[1]=9 & s.a=2.7 & print,s.a,s.b", "s=replicate({a:1,b:[2,3]},2) & s.a=[5,6] & print,s.a & help,s.b",
              "s=replicate({a:1,b:[2,3]},2) & print,s.b[1]", "s=replicate({a:1,b:[2,3]},2) & s.b[1]=4 & print,s.b", "s=replicate({a:1,b:[2,3]},3) & s[1].b=[8,9] & print,s.b",
              "s=replicate({a:1,b:[2,3]},3) & s[1:2].a=[8,9] & print,s.a", "s=replicate({a:1,b:[2,3]},3) & s[*].b[0]=[5,6,7] & print,s.b",
              "s=replicate({a:1,b:[2,3]},3) & print,s[1:2].b[0]", "s={a:{b:{c:5}}} & s.a.b.c++ & print,s.a.b.c", "s={a:1} & s={x:s,y:s} & s.y.a=4 & print,s.x.a,s.y.a",
              "s={a:1,b:2} & s.(1)=7 & print,s.(0),s.b", "s={a:'x',b:[1.5,2]} & t=s & t.a='y' & print,s.a,t.a", "s=replicate({a:1},2,2) & help,s.a & help,s[0].a",
              "s=replicate({a:indgen(2,2)},3) & help,s.a,s[0].a,s[0:1].a", "s=replicate({a:indgen(2,2)},3) & help,s.a[0],s.a[0,1],s.a[*,1] & print,s.a[1,*]",
              "s=replicate({a:[1,2,3]},2) & s.a[0:1]=0 & print,s.a", "s=replicate({a:[1,2,3]},2) & s.a[[0,2]]=[7,8] & print,s.a", "s=[{a:1},{a:2}] & print,s.a & s=[s,{a:3}] & print,s.a"]:
        out.append(c)
    return out


WORDS = ["'abc'", "'Hello World'", "'  two  blanks '", "'a,b,,c'", "''", "'x'", "'12 34'", "['ab','Cd','e']", "'a'+string(9b)+'b'"]


def strings():
    out = []
    one = ["strlen(%s)", "strupcase(%s)", "strlowcase(%s)", "strtrim(%s)", "strtrim(%s,1)", "strtrim(%s,2)", "strcompress(%s)",
           "strcompress(%s,/remove_all)", "byte(%s)", "string(%s)", "strmid(%s,1)", "strmid(%s,0,2)", "strmid(%s,2,9)", "strmid(%s,-1,2)",
           "strpos(%s,'b')", "strpos(%s,'l',4)", "strpos(%s,'l',/reverse_search)", "strsplit(%s)", "strsplit(%s,/extract)",
           "strsplit(%s,',',/extract)", "strsplit(%s,',',/extract,/preserve_null)", "strjoin(%s)", "strjoin(%s,'-')", "reverse(%s)",
           "strmatch(%s,'*b*')", "strmatch(%s,'a*',/fold_case)", "stregex(%s,'[a-z]+')", "stregex(%s,'[a-z]+',/extract)",
           "stregex(%s,'b',/boolean)", "strcmp(%s,'abc')", "strcmp(%s,'AB',2,/fold_case)", "n_elements(%s)", "%s eq 'abc'",
           "%s lt 'b'", "%s+'!'", "'['+%s+']'", "size(%s)", "sort(%s)", "max(%s)", "where(%s eq 'e')", "strmid(%s,[0,1],2)"]
    for f in one:
        for w in random.sample(WORDS, 6):
            out.append(show(f % w))
    for f in ["s='abcdef' & strput,s,'XY',%d & print,s", "s='abcdef' & strput,s,'XYZ',%d & print,s", "print,strmid('abcdef',%d,3)",
              "print,strmid('abcdef',%d,3,/reverse_offset)", "print,string(65b+%d)", "print,string([72b,105b]+%d)"]:
        for n in [0, 1, 4, 5, 7, -1]:
            out.append(f % n)
    return out


def formats():
    out = []
    codes = ["I5", "I0", "I2", "I6.4", "I05", "F8.2", "F0.3", "F6.0", "E12.4", "E10.2", "G12.5", "G0", "A", "A5", "A2", "Z", "Z4", "Z08", "O", "O6",
             "B", "B10", "B08.6", "D12.3", "3I4", "2(I3,1X)", "I3,:,','", "'x',I3", "I3,T10,'y'", "5X,I2", "%d", "%5d|", "%-6d|", "%08.3f", "%10.2e", "%s",
             "%x", "%+d", "I3,/,I3", "2A3", "(I2,(I3))", "F5.1,$", "Q,I2"]
    values = {"I": ["7", "-42", "12345L", "200b", "5000000000LL", "3.9", "[1,2,3]"], "F": ["3.14159", "-0.5", "1d10", "7", "1e-5", "[1.5,2.5]"],
              "A": ["'ab'", "'longer text'", "['p','q']", "5", "2.5"]}
    for c in codes:
        kind = "A" if "A" in c or "%s" in c else "F" if any(x in c for x in "FEGDfe") else "I"
        for v in random.sample(values[kind], 4):
            text = c if not c.startswith("%") else "\"" + c + "\""
            out.append("print,%s,format='(%s)'" % (v, text))
            if random.random() < .5:
                out.append("print,'['+string(%s,format='(%s)')+']'" % (v, text))
    for v in ["1.5", "[1,2]", "'s'", "1b", "2d", "complex(1,2)", "{a:1,b:'x'}", "[1e10,1e-10]", "!pi", "indgen(3,2)", "['a','bb']", "-0.0", "1e38*10",
              "lindgen(12)", "findgen(7)", "dindgen(6)", "bindgen(25)", "5u", "7ull", "sindgen(2)"]:
        out += ["print,%s" % v, "print,string(%s)" % v, "print,strtrim(%s,2)" % v, "print,%s,%s" % (v, v), "help,%s" % v, "print,'a',%s,'b'" % v]
    return out


REDUCE = ["total(%s)", "total(%s,1)", "total(%s,/double)", "total(%s,/cumulative)", "total(%s,/integer)", "product(%s)", "max(%s)", "min(%s)", "max(%s,i)",
          "min(%s,i,max=m)", "max(%s,dimension=1)", "mean(%s)", "where(%s gt 2)", "where(%s lt 0)", "where(%s gt 1,n)", "sort(%s)", "uniq(%s)", "reverse(%s)",
          "shift(%s,1)", "shift(%s,-2)", "transpose(%s)", "reform(%s,n_elements(%s))", "size(%s)", "size(%s,/dimensions)", "size(%s,/type)", "n_elements(%s)",
          "abs(%s)", "sqrt(abs(%s))", "fix(%s)", "long(%s)", "byte(%s)", "double(%s)", "float(%s)", "string(%s)", "round(%s)", "floor(%s)", "ceil(%s)", "finite(%s)",
          "exp(%s*0.1)", "sin(%s)", "alog(abs(%s)+1)", "(%s) mod 3", "(%s) > 1", "-(%s)", "array_equal(%s,%s)", "rotate(%s,1)", "histogram(%s)", "rebin(%s,n_elements(%s))",
          "cos(%s)", "atan(%s,2)", "long64(%s)", "uint(abs(%s))", "complex(%s)", "imaginary(complex(%s))", "keyword_set(%s)", "signum(%s)"]
DATA = ["[3,1,2]", "[1.5,-2.5,0]", "[2b,200b]", "[-5L,70000L,3L]", "indgen(3,2)-2", "findgen(2,3)", "[1d,2.5d]", "5", "-2.5", "[7]", "lindgen(2,2,2)", "[4u,9u]"]


def reductions():
    out = []
    for f in REDUCE:
        for d in random.sample(DATA, 6):
            n = f.count("%s")
            tail = " & print,i" if ",i" in f else " & print,n" if ",n)" in f else ""
            out.append(show(f % ((d,) * n)) + tail)
    return out


FIELDS = {"a": ["1", "2.5", "'s'", "[1,2,3]", "3L", "5b"], "b": ["[1.5,2]", "'text'", "7", "indgen(2,2)", "2d"], "c": ["{x:1,y:2}", "{x:[1,2],y:'z'}", "{x:1.5,y:0L}"]}
READS = ["s.a", "s.b", "s.c.x", "s.c.y", "s.(0)", "s.(1)", "s.c.(0)", "n_tags(s)", "tag_names(s)", "n_tags(s.c)", "s.c", "s", "size(s)"]
WRITES = ["s.a=9", "s.b=0", "s.c.x=4", "s.a=2.9", "s.c.y=s.c.x", "s.(0)=8", "s.c.(0)=5", "s.a+=1", "s.c.x++", "t=s & t.a=77 & print,t.a", "s.b[0]=3", "s.c.x[0]=6"]


def structures():
    out = []
    for _ in range(220):
        make = "s={%s}" % ",".join("%s:%s" % (k, pick(v)) for k, v in FIELDS.items())
        if random.random() < .35:
            make += " & s=replicate(s,%s)" % pick(["2", "3", "2,2"])
        steps = [pick(WRITES) for _ in range(pick([0, 1, 2]))] + ["print,%s" % pick(READS), "help,%s" % pick(READS[:8])]
        out.append(" & ".join([make] + steps))
    return out


NAMES, STEPS = ["a", "b", "c"], [
    "%n=%e", "%n=%e", "%n=[%n,%e]", "%n+=%s", "%n=%n*%s", "if max(%n) gt %s then %n=%e else %n=%s", "for i=0,%k do %n=%n+i", "%n=%n[0]",
    "%n=reverse([%n])", "%n=lg_next(%n)", "lg_swap,%n,%n", "%n=fix(%n)", "%n=%n > %s", "%n=where([%n] gt %s)", "%n=n_elements(%n)", "%n=[%n]", "%n=total(%n)",
    "foreach x,[%n] do %n=x", "%n=(%n)[0] gt %s ? %e : %s", "k=0 & while k lt %k do k++ & %n=k", "lg_key,%n,scale=%s,out=%n", "%n=lg_count(%n,%n)", "%n=shift([%n],1)"]


def mixed():
    """Programs of four to eight steps over three variables."""
    out = []
    def fill(step):
        while "%" in step:
            for code, text in (("%n", pick(NAMES)), ("%s", pick(["2", "-1", "3L", "1.5", "4b", "10"])), ("%k", str(random.randint(1, 4))),
                               ("%e", "(%s%s%s)" % (pick(NAMES), pick(["+", "-", "*", " > ", " < "]), pick(NAMES + ["2", "0.5", "[1,2]"])))):
                step = step.replace(code, text, 1)
        return step
    for _ in range(520):
        start = "a=%s & b=%s & c=%s" % (pick(["1", "5L", "[1,2,3]"]), pick(["2.5", "7", "[4.,5]"]), pick(["3", "0b", "[9,8]"]))
        steps = [fill(pick(STEPS)) for _ in range(random.randint(2, 6))]
        out.append(" & ".join([start] + steps + ["help,a,b,c", "print,a,b,c"]))
    return out


def run_gdl(cases, routines):
    """Outputs by case number; where GDL dies or hangs, the case is left out and the rest tried again."""
    env = {k: v for k, v in os.environ.items() if k != "DISPLAY"}
    found, at = {}, 0
    while at < len(cases):
        program = ".compile %s\n" % routines
        program += "".join("print,'%s%d'\n%s\n" % (MARK, i, cases[i]) for i in range(at, len(cases))) + "print,'%send'\n" % MARK
        try:
            text = subprocess.run(["gdl", "-quiet"], input=program.encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  env=env, timeout=20).stdout.decode("utf-8", "replace")
        except subprocess.TimeoutExpired as stopped:
            text = (stopped.stdout or b"").decode("utf-8", "replace")
        parts = text.split(MARK)[1:]
        last = at
        for part in parts:
            head, _, body = part.partition("\n")
            if head == "end":
                return found
            last = int(head)
            found[last] = body
        found.pop(last, None)
        print("dropped:", cases[last])
        at = last + 1
    return found


def main():
    cases = []
    for family in (binary, unary, subscripts, assignments, arrays, programs, calls, strings, formats, reductions, structures, mixed):
        cases += family()
    cases = list(dict.fromkeys(cases))
    with tempfile.TemporaryDirectory() as folder:
        routines = os.path.join(folder, "routines.pro")
        open(routines, "w").write(ROUTINES)
        found = run_gdl(cases, routines)
    with open("tests/golden/language.txt", "w") as f:
        for i, text in sorted(found.items()):
            lines = text.split("\n")[:-1]
            if any(x.startswith("% ") and "Program caused arithmetic error" not in x for x in lines):
                lines = ["!error"]
            f.write("# %s\n%s" % (cases[i], "".join(x + "\n" for x in lines)))
    print("%d statements recorded" % len(found))


if __name__ == "__main__":
    main()
