#!/usr/bin/env python3
"""Loops made at random, run by the interpreter and by the JIT: run.py BUILD|HELIO [LOOPS [SEED]]

Each loop is a routine, called twice: numbers and arrays of all types, nested FOR, WHILE and REPEAT, types that change in the
middle, strings and arrays that grow, subscripts inside and out of bounds in one to three dimensions, steps, overflow, NaN, two names for one variable,
values and variables as arguments, errors caught.
What it prints at the end (the bits of every variable, the error's text, CHECK_MATH) must be the same from HELIO_JIT=0 and
HELIO_JIT=1, which compiles each loop at its first way back; all NaN are one. Last line "N passed, N failed"; a failure is kept
in jit_failure.pro."""
import os
import random
import subprocess
import sys
import tempfile

BATCH, LIMIT = 250, 120
SCALARS = ["p", "q", "r", "s", "t", "u", "v", "w"]
ARRAYS = ["a", "b", "c", "d"]
CONSTANTS = ["0", "1", "2", "-1", "3b", "255b", "32767", "-32768", "7u", "65535u", "100L", "2147483647L", "-5L", "9ul",
             "4294967295ul", "1LL", "9223372036854775807LL", "-3LL", "0.5", "-2.25", "1e30", "0.0", "3d", "-0.1d", "1d300", "16", "8L", "1.5"]
MAKERS = ["bindgen", "indgen", "uindgen", "lindgen", "ulindgen", "l64indgen", "findgen", "dindgen"]
CASTS = ["byte", "fix", "uint", "long", "ulong", "long64", "float", "double"]
MATH = ["sqrt", "abs", "sin", "cos", "exp", "alog", "atan", "tan", "floor", "round", "ceil",
        "finite", "signum", "keyword_set"]

DUMP = """
pro dump, v
  if n_elements(v) eq 0 then begin
    print, 'undefined'
    return
  endif
  t = size(v, /type)
  w = t eq 4 ? long(v, 0, n_elements(v)) : t eq 5 ? long64(v, 0, n_elements(v)) : v
  if t eq 4 or t eq 5 then begin
    k = where(finite(v, /nan), n)
    if n gt 0 then w[k] = -1
  endif
  print, t, size(v, /dimensions), w
end
function twice, x
  return, x*2
end
function element, x, y
  return, x[y]
end
function smaller, x, y
  if x gt y then return, y
  return, x
end
function series, x, y
  z = x*0
  for t = 0, y < 9 do begin
    z = z*x + t
    if z gt 1000 then break
  endfor
  return, z
end
function both, x, y
  z = smaller(twice(x), y)
  z += series(y, 3)
  return, abs(z) + z
end
function tree, x, y
  if y le 0 then return, x
  return, tree(x + 1, y - 1) - tree(x*2, y - 2)
end
function halve, x
  if x gt 10 then return, halve(x/2) + 1b
  if x lt -10 then return, halve(x/3)*2.5
  return, x
end
function search, x, y, z
  if x gt y then return, z
  s = 0
  for t = 0, 3 do s += smaller(t*y, 7)/(x + 2)
  if s mod 3 eq 1 then return, search(x + 1, y, sqrt(abs(z)))
  return, search(x + 1, y, s)
end
pro grow, x
  x = x + 1
end
"""


class Maker:
    def __init__(self, rng):
        self.rng = rng
        self.loops = 0
        self.whole = False

    def pick(self, items):
        return self.rng.choice(items)

    def chance(self, percent):
        return self.rng.random()*100 < percent

    def subscript(self):
        inside = self.pick(["i", "j", "k", "i", "i + 1", "n - 1 - i", "k mod 7", "3", "0", "abs(j) mod 5", "(i + j) and 7"])
        return inside if self.chance(97) else self.pick(["-1", "i + 100", "1000L", "-40", "2.7", "p", "1b", "q"])

    def tag(self, near):
        """A number in a record; near: makes a subscript."""
        return self.pick(["rec.x", "rec.y", "rec.x", f"rec.v[{near()}]", f"rec.v[{near()}]", "rec.in.z", f"rec.in.g[{near()}, {near()} mod 3]",
                          f"recs[{near()}].u", f"recs[{near()}].k", f"recs[{near()}].in.w", "one_rec[0].f", "one_rec.f", f"one_rec[{near()}].f",
                          f"(*pt)[{near()}]", f"(*pt)[{near()}]", f"(*rec.p)[{near()}, 1]", "(*ph).x", f"(*ph).v[{near()}]", "*pn"])

    def element(self):
        if self.chance(15):
            return self.tag(self.subscript)
        if self.chance(20):
            return f"m[{self.subscript()} mod 6, {self.subscript()} mod 5]" if self.chance(95) else "m[i, j]"
        return f"{self.pick(ARRAYS)}[{self.subscript()}]"

    def atom(self):
        kind = self.rng.random()
        if kind < 0.35:
            return self.pick(SCALARS)
        if kind < 0.5:
            return self.pick(["i", "j", "k"])
        if kind < 0.75:
            return self.pick(CONSTANTS)
        return self.element()

    def expression(self, depth):
        if depth == 0 or self.chance(15):
            return self.atom()
        kind = self.rng.random()
        if kind < 0.6:
            op = self.pick(["+", "-", "*", "+", "-", "*", "/", "mod", "<", ">", "and", "or", "xor"])
            return f"({self.expression(depth - 1)} {op} {self.expression(depth - 1)})"
        if kind < 0.63:
            return f"({self.expression(depth - 1)})^{self.pick(['2', '2', '3', '0.5', '2L', '2b', '2ll', '-1', 'p', '2d', 'i'])}"
        if kind < 0.7:
            return f"({self.pick(['- ', 'not ', '~'])}{self.expression(depth - 1)})"
        if kind < 0.8:
            return self.condition(depth - 1)
        if kind < 0.87:
            return f"{self.pick(CASTS)}({self.expression(depth - 1)})"
        if kind < 0.94:
            return f"{self.pick(MATH)}({self.expression(depth - 1)})"
        if kind < 0.945:
            return f"{self.pick(['atan', 'ishft'])}({self.expression(depth - 1)}, {self.expression(depth - 1)})"
        if kind < 0.96:
            return f"n_elements({self.pick(SCALARS + ARRAYS)})"
        if kind < 0.965:
            return f"twice({self.atom()})"
        if kind < 0.975:
            return self.pick([f"halve({self.atom()})", f"tree({self.atom()}, {self.atom()} < 6)",
                              f"search({self.pick(['0', '-3', '1L', '0.5'])}, {self.pick(['4', '6L', '5'])}, {self.atom()})"])
        if kind < 0.985:
            return f"{self.pick(['smaller', 'series', 'both', 'element'])}({self.pick(SCALARS + ARRAYS[:2])}, {self.expression(depth - 1)})"
        return f"({self.condition(0)} ? {self.expression(depth - 1)} : {self.expression(depth - 1)})"

    def condition(self, depth):
        if depth > 0 and self.chance(25):
            return f"({self.condition(depth - 1)} {self.pick(['&&', '||', 'and', 'or'])} {self.condition(depth - 1)})"
        op = self.pick(["eq", "ne", "lt", "le", "gt", "ge"])
        return f"({self.expression(depth)} {op} {self.expression(depth)})"

    def upset(self):
        """Something that the JIT leaves to the interpreter, or that changes what a variable is."""
        s, a = self.pick(SCALARS), self.pick(ARRAYS)
        return self.pick([f"{s} = double({s})", f"{s} = '5'", f"{s} = {a}", f"{s} = fix({s})", f"{a} = {a}*2", f"{a} = float({a})",
                          f"grow, {s}", f"{s} = twice({s})", f"{s} = complex({s}, 1)", f"{a} = [{a}, {a}[0]]", f"x = {a}", "rec = {x:1, y:2.5, v:[1L, 2, 3], in:{z:1b, g:[1, 2]}}", "other = rec", "recs = recs[2:5]", "rec.x = 7", "rec.v = 1",
                          "recs.u = 3", "*pt = 5", "pt = ptr_new([1, 2, 3.5])", "ptr_free, pt", "pt = ph", "*pt = [*pt, 1]", "rec.p = pt", "*pn = 2d",
                          "(*ph).v = 3", "other = *pt", "other = *ph", "recs = reverse(recs)", "rec = 5",
                          f"{s} = temporary({s})",
                          f"{a}[*] = {s}", f"{s} = n_params()", f"{a} = {s}", "i = i + 1", f"{s} = total({a})", f"grow, {a}[1]"])

    def growth(self):
        """A string or an array that grows, or something that gets in its way."""
        if self.chance(50):
            word = lambda: self.pick(["'x'", "'x'", "', '", "''", "word", "word", "'a longer constant'", "suffix", "'seven b'", "'eight by'",
                                      "'fifteen bytes: '", "'sixteen bytes : '", "line"])
            text = "text"  # never twice as long at each turn
            if self.chance(20):
                return self.pick(["line += 'q'", "line = line + word", "line += 'eight by' + suffix", "if strlen(line) gt 40 then line = ''"])
            if self.chance(12):
                return self.pick(["word = strmid(text, 0, 4)", "text = strmid(text, 0, 3)", "if strlen(text) lt 200 then text = text + text", "word = 'w'",
                                  "text = text + strtrim(i, 2)", "text = word + text", "keep = text", "text = ''", "keep = text"])
            if self.chance(30):
                return f"{text} += {word()}"
            return f"{text} = {text} + " + " + ".join(word() for _ in range(self.pick([1, 1, 1, 2, 2, 3, 5])))
        a = self.pick(["g", "g", "g"] + ARRAYS)
        if a == "g" and self.chance(12):
            return self.pick(["for q = 0L, n_elements(g) - 1 do s += g[q]", "for q = 1L, n_elements(g) - 1 do g[q] = g[q - 1]", "t = n_elements(g)",
                              "foreach q, g do t += q", "s += sin(g[n_elements(g) - 1])", "s = g[-1]"])
        if self.chance(12):
            return self.pick([f"keep = {a}", f"g = {a}", f"{a} = {a}[1:*]", "g = [g, c[0:1]]", "g = [0L]", f"g = [g, transpose(g)]", f"x = [g, i]",
                              "g = [g, [i, j]]", f"{a} = [i, {a}]"])
        cast = self.pick(["", "", "long", "float", "byte", "double"])
        parts = [f"{cast}({self.expression(self.rng.randint(0, 2))})" for _ in range(self.pick([1, 1, 1, 2, 3]))]
        limit = self.pick(["", f"if n_elements({a}) lt 200 then "]) if a == "g" else f"if n_elements({a}) lt 40 then "
        return f"{limit}{a} = [{a}, {', '.join(parts)}]"

    def assignment(self):
        if self.chance(9):
            return self.growth()
        if self.chance(55):
            target = self.pick(SCALARS)
            if self.chance(15):
                return f"{target}{self.pick(['++', '--'])}"
            if self.chance(25):
                return f"{target} {self.pick(['+=', '-=', '*=', '/=', '<=', '>=', 'and=', 'mod='])} {self.expression(1)}"
        else:
            target = self.element()
            if self.chance(15):
                return f"{target} {self.pick(['+=', '-=', '*='])} {self.expression(1)}"
        return f"{target} = {self.expression(self.rng.randint(1, 3))}"

    def statement(self, depth, in_loop):
        kind = self.rng.random()
        if depth > 0 and kind < 0.12:
            return self.loop(depth - 1) if self.chance(60) else self.walk(depth - 1)
        if depth > 0 and kind < 0.3:
            other = f" else begin\n{self.block(depth - 1, in_loop)}\nendelse" if self.chance(40) else ""
            return f"if {self.condition(1)} then begin\n{self.block(depth - 1, in_loop)}\nendif{other}"
        if kind < 0.33 and in_loop:
            return f"if {self.condition(0)} then {self.pick(['break', 'continue', 'continue'])}"
        if kind < 0.36:
            return f"if i eq {self.rng.randint(0, 12)} then {self.upset()}" if self.chance(80) else self.upset()
        return self.assignment()

    def near(self, var):
        """A subscript that is a loop's variable plus a constant, or that the loop does not change."""
        return self.pick([var, var, var, f"{var} + 1", f"{var} - 1", f"{var} + {self.rng.randint(0, 4)}", f"1 + {var}", f"{var} - 2L",
                          "i", "j", "k", "fixed", "fixed - 1", "2", "0", "n - 1 - i"])

    def place(self, var):
        if self.chance(15):
            return self.tag(lambda: self.near(var))
        if self.chance(50):
            return f"{self.pick(ARRAYS)}[{self.near(var)}]"
        if self.chance(80):
            return f"m[{self.near(var)}, {self.near(self.pick([var, var, 'i', 'j', 'fixed']))}]"
        return f"h[{self.near(var)}, {self.near(self.pick([var, 'i', 'j']))}, {self.pick([var, 'fixed', '1', 'i', 'j'])}]"

    def walk(self, depth):
        """FOR over elements: subscripts that can be looked at before the loop starts, and that are all inside or not."""
        self.loops += 1
        var = self.pick(["i", "j", "k"])
        start = self.pick(["0", "0L", "1", "1L", "2", "0LL", "-1", "-2L", "i", "j", "fixed", "0b", "1u"])
        limit = self.pick(["3", "4L", "4", "5", "7LL", "n - 1", "n_elements(a) - 1", "n_elements(b) - 2", "j + 2", "i + 3", "fixed + 2"])
        step = self.pick(["", "", "", "", "", ", 1", ", 2", ", 3L", ", fixed", ", by"])
        if self.chance(15):
            start, limit, step = limit, start, self.pick([", -1", ", -2", ", -fixed"])
        if self.chance(4):
            big = self.pick([32767, 2147483647, 9223372036854775807])
            start, limit, step = f"{big - self.rng.randint(0, 5)}", str(big), self.pick(["", ", 1", ", 2", ", fixed"])
            if big > 2**31:
                start, limit = start + "LL", limit + "LL"
        lines = ["steps++ & if steps gt 300 then goto, out"]
        for _ in range(self.rng.randint(1, 4)):
            kind = self.rng.random()
            if kind < 0.04:
                lines.append(self.growth())
            elif kind < 0.1:
                lines.append(self.chain(self.pick([x for x in 'ijk' if x != var])))
            elif kind < 0.35:
                lines.append(f"{self.place(var)} = {self.place(var)} {self.pick(['+', '-', '*', '<'])} {self.atom_near(var)}")
            elif kind < 0.5:
                lines.append(f"{self.place(var)} {self.pick(['+=', '-=', '*='])} {self.atom_near(var)}")
            elif kind < 0.7:
                lines.append(f"{self.pick(SCALARS)} {self.pick(['+=', '=', '-='])} {self.place(var)}*{self.atom_near(var)}")
            elif kind < 0.8 and depth > 0 and self.loops < 5:
                lines.append(self.walk(depth - 1))
            elif kind < 0.84:
                lines.append(f"if {self.place(var)} gt {self.atom_near(var)} then {self.pick(['continue', 'break', self.assignment()])}")
            elif kind < 0.88:
                lines.append(f"if {var} eq {self.rng.randint(0, 5)} then {self.upset()}")
            elif kind < 0.9:
                lines.append(self.pick(["m = m*2", "m = transpose(m)", "b = shift(b, 1)", "fixed = fixed + 1", "by = -by", f"{var} = {var} + 1",
                                        "limit = 2", f"h = h[*, *, 0:{self.rng.randint(0, 2)}]", "c = reform(c, n_elements(c)/1, 1)"]))
            else:
                lines.append(self.statement(0, True))
        body = "\n".join(lines)
        return f"for {var} = {start}, {limit}{step} do begin\n{body}\nendfor"

    def chain(self, var):
        """A loop without branches, where an element depends on one that a turn before has stored."""
        a, near = self.pick(ARRAYS), [var, f"{var} - 1", f"{var} + 1", f"{var} - 2"]
        step = self.pick(["", "", "", ", 1", ", 2", ", -1"])
        start, limit = self.pick(["1", "2L", "1L", "0"]), self.pick(["n - 1", "6", "4L", f"n_elements({a}) - 2", f"n_elements({a}) - 1"])
        if step == ", -1":
            start, limit = limit, start
        first = self.pick(["", "", f"s = {a}[{self.pick(near)}] & ", f"t += {self.pick(ARRAYS)}[{var}] & "])
        more = self.pick(["", "", "", f" & r = {a}[{self.pick(near)}]", f" & {self.pick(ARRAYS)}[{var}] = 3"])
        return (f"for {var} = {start}, {limit}{step} do begin\n{first}{a}[{self.pick(near)}] = "
                f"{self.pick(['', '', '', 'float', 'double'])}({a}[{self.pick(near)}] + {self.pick([a, self.pick(ARRAYS)])}"
                f"[{self.pick(near)}])*{self.pick(['0.5', '2', '0.5d', var])}{more}\nendfor")

    def real(self, var, depth):
        """Of a turn of `straight`."""
        if depth == 0 or self.chance(20):
            far = self.pick(["", "", " + 1", " - 1", " + 2", " + 7", " - 5"])
            return self.pick([f"{self.pick(['fa', 'fb', 'fc'])}[{var}{far}]", f"{self.pick(['fa', 'fb', 'fc'])}[{var}]", f"fm[{var}{far}, {self.pick(['2', 'fixed'])}]",
                              "fm[3, fixed]", "fa[fixed]", "y", "z", "y", "fb[fixed + 1]", f"({var} + 2)", var, "5b", "3" if self.chance(50) else "1b",
                              "fc[fixed]" if self.whole else "0.5", self.pick(SCALARS + CONSTANTS + ["2d"])])
        kind = self.rng.random()
        if kind < 0.75 or self.whole:
            operators = ["+", "-", "*", "<", ">", "and", "or", "xor"] if self.whole else ["+", "-", "*", "+", "-", "*", "/", "<", ">"]
            return f"({self.real(var, depth - 1)} {self.pick(operators)} {self.real(var, depth - 1)})"
        if kind < 0.77:
            return f"({self.real(var, depth - 1)})^{self.pick(['2', '2', '2L', '3'])}"
        if kind < 0.8:
            return f"(-({self.real(var, depth - 1)}))"
        return f"{self.pick(['sqrt', 'abs', 'float', 'double', 'sin', 'exp', 'atan', 'alog', 'cos', 'erf'])}({self.real(var, depth - 1)})"

    def straight(self):
        """A long loop without branches over FLOAT or DOUBLE elements: what may be done for several turns at a time, or nearly."""
        var = self.pick(["i", "j", "k"])
        start = self.pick(["5", "5L", "6", "9L", "5", "5L", "0", "7LL"])
        limit = self.pick([str(self.rng.randint(5, 14)), str(self.rng.randint(60, 142)) + "L", "142", "141L", "n_elements(fa) - 8", "n_elements(fb) - 1"])
        lines = []
        for _ in range(self.pick([1, 1, 1, 2, 2, 3])):
            kind, value = self.rng.random(), self.real(var, self.rng.randint(1, 3))
            target = f"{self.pick(['fa', 'fa', 'fb', 'fc'])}[{var}{self.pick(['', '', '', '', ' + 1', ' - 1', ' + 3'])}]"
            if kind < 0.5:
                lines.append(f"{target} = {value}")
            elif kind < 0.6:
                lines.append(f"{target} {self.pick(['+=', '-=', '*='])} {value}")
            elif kind < 0.68:
                lines.append(f"fm[{var}{self.pick(['', ' - 2'])}, {self.pick(['fixed', '2'])}] = {value}")
            elif kind < 0.85:
                lines.append(f"{self.pick(['y', 'z'])} = {value}")
            else:
                lines.append(f"{self.pick(['s', 't', 'y'])} {self.pick(['+=', '-=', '*='])} {value}")
        step = self.pick(["", "", "", "", "", "", "", ", 1", ", 2", ", -1"])
        return f"for {var} = {start}, {limit}{step} do begin\n" + "\n".join(lines) + "\nendfor"

    def straights(self):
        self.whole = self.chance(25)
        if self.whole:
            cast = self.pick(CASTS[:6])
            casts = [cast if self.chance(93) else self.pick(CASTS) for _ in range(4)]
            zero = f"{cast}(0)"
        else:
            cast = self.pick(["float", "double"])
            casts = [cast if self.chance(85) else self.pick(CASTS) for _ in range(4)]
            zero = f"{cast}(0)"
        values = ["findgen(150)*0.25 - 7", "reverse(findgen(150))", "sqrt(findgen(150))", "findgen(150, 5)/8"]
        arrays = [f"{name} = {c}({v})" for name, c, v in zip(["fa", "fb", "fc", "fm"], casts, values)]
        return [" & ".join(arrays),
                f"y = {zero} + {self.pick(['2b', '0b'])} & z = {self.pick([zero, zero, '1', '0.5'])}" + (f" & s = {zero} & t = {zero}" if self.chance(70) else "")]

    def atom_near(self, var):
        return self.pick([self.place(var), self.pick(SCALARS), var, f"({var} + 2)", "0.5", "2", "3d", f"({var} - 1)*2"])

    def block(self, depth, in_loop):
        return "\n".join(self.statement(depth, in_loop) for _ in range(self.rng.randint(1, 4)))

    def loop(self, depth):
        self.loops += 1
        body = self.block(depth, True)
        if self.loops > 4:
            return self.assignment()
        var = self.pick(["i", "j", "k"])
        kind = self.rng.random()
        count = self.rng.randint(1, 14)
        guard = f"steps++ & if steps gt 300 then goto, out\n"
        if kind < 0.12:
            key = self.pick(["", ", i", ", k", ", j"])
            over = self.pick(ARRAYS + ["m", "[1, 2, 3]", "p", "c + 1", "rec.v", "*pt", "findgen(20)", "['a', 'b']"])
            return f"foreach {self.pick(SCALARS + ['i', 'one_more'])}, {over}{key} do begin\n{guard}{body}\nendforeach"
        if kind < 0.65:
            start = self.pick(["0", "0L", "0", "1", "0b", "0u", "2LL", "0.0", "0d", "1ul"])
            limit = self.pick([str(count), f"{count}L", "n - 1", "n_elements(a) - 1", f"{count}.5", f"{count}b"])
            step = self.pick(["", "", "", "", ", 1", ", 2", ", 2L", ", 0.5"])
            if self.chance(12):
                start, limit, step = limit, start, self.pick([", -1", ", -2L", ", -1.5"])
            return f"for {var} = {start}, {limit}{step} do begin\n{guard}{body}\nendfor"
        if kind < 0.85:
            return f"while {self.condition(1)} do begin\n{guard}{body}\nendwhile"
        return f"repeat begin\n{guard}{body}\nendrep until {self.condition(1)}"

    def routine(self, number):
        self.loops = 0
        lines = [f"pro loop{number}, p, q, a, b", "common shared, r, c", "i = 0 & j = 1L & k = 2 & n = 12 & steps = 0"]
        for x in SCALARS[2:]:
            lines.append(f"{x} = {self.pick(CONSTANTS)}" if self.chance(96) else f";{x} stays undefined")
        for x in ARRAYS[2:]:
            lines.append(f"{x} = {self.pick(MAKERS + ['findgen', 'dindgen'])}({self.rng.randint(5, 20)})")
        lines.append(f"m = {self.pick(MAKERS)}(6, 5) & h = {self.pick(MAKERS)}(7, 6, 5) & fixed = {self.pick(['1', '1L', '2', '3LL', '1b'])}"
                     f" & by = {self.pick(['1L', '2', '-1', '0', '2L'])}")
        one = [self.pick(["0b", "0", "0L", "0.0", "0d", "0LL"]) for _ in range(8)]
        lines.append(f"rec = {{x:{one[0]}, y:{one[1]}, v:{self.pick(MAKERS)}(9), in:{{z:{one[2]}, g:{self.pick(MAKERS)}(4, 3)}}, "
                     f"p:ptr_new({self.pick(MAKERS)}(9, 3))}} & "
                     f"recs = replicate({{u:{one[3]}, k:{one[4]}, in:{{s:'t', w:{one[5]}}}}}, 10) & one_rec = {{f:{one[6]}}} & "
                     f"pt = ptr_new({self.pick(MAKERS)}(12)) & ph = ptr_new({{x:{one[7]}, v:{self.pick(MAKERS)}(10)}}) & pn = ptr_new({one[0]})")
        lines.append(f"text = 'text' & word = 'word' & suffix = '{self.pick(['', 'z', 'fifteen letters', 'sixteen  letters', 'twenty-three letters!!'])}' & line = 'l' & keep = 0 & "
                     f"g = {self.pick(['[0L]', '[0b]', '[0.5]', '[1d]', 'indgen(3)', 'text', 'lindgen(2, 2)'])}")
        lines.append("catch, e\nif e ne 0 then begin\n  catch, /cancel\n  print, !error_state.msg\n  goto, out\nendif")
        more = []
        if self.chance(30):
            more = ["fa", "fb", "fc", "fm", "y", "z"]
            lines += self.straights() + [self.straight() for _ in range(self.rng.randint(1, 2))]
        if self.chance(30):
            lines.append(self.chain(self.pick(["i", "j", "k"])))
        lines += [self.walk(2) if self.chance(50) else self.loop(2) for _ in range(self.rng.randint(1, 2))]
        lines.append("out: catch, /cancel")
        lines += [f"dump, {x}" for x in SCALARS + ARRAYS + ["m", "h", "x", "i", "j", "k", "g", "text", "word", "line", "keep"] + more]
        lines.append("if size(rec, /tname) eq 'STRUCT' && n_tags(rec) eq 5 then if ptr_valid(rec.p) then print, *rec.p")
        lines.append("if size(rec, /tname) eq 'STRUCT' then print, rec.x, rec.y, rec.v, rec.in else print, rec")
        lines.append("print, recs, one_rec & foreach x, [pt, ph, pn] do if ptr_valid(x) then print, *x")
        lines.append("print, steps, check_math()\nend")
        return "\n".join(lines)

    def call(self, number):
        a, b, p, q = "one", "two", "three", "four"
        setup = (f"one = {self.pick(MAKERS)}(14) & two = {self.pick(MAKERS)}(16) & three = {self.pick(CONSTANTS)} & "
                 f"four = {self.pick(CONSTANTS)}")
        if self.chance(10):
            q = p
        if self.chance(10):
            b = a
        first = f"loop{number}, {p}, {q}, {a}, {b}"
        # again, with the code there is: values instead of variables, other types
        values = [x if self.chance(60) else f"{x} + {self.pick(['0', '0', '0d'])}" for x in (p, q, a, b)]
        return f"{setup}\n{first}\nloop{number}, {', '.join(values)}\nprint, ptr_valid()\nprint, {number}, ' end'"


def batch(rng, first, count):
    maker = Maker(rng)
    routines = [maker.routine(first + k) for k in range(count)]
    calls = [maker.call(first + k) for k in range(count)]
    return DUMP + "\n".join(routines) + "\n!except = 0\n" + "\n".join(calls) + "\nend\n"


def run(helio, path, jit):
    env = dict(os.environ, HELIO_JIT=jit)
    done = subprocess.run([helio, "-quiet", path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env=env, timeout=LIMIT, check=False)
    return done.returncode, done.stdout.decode("utf-8", "replace")


def parts(text):
    """What each routine printed."""
    found, lines = {}, []
    for line in text.split("\n"):
        lines.append(line)
        if line.endswith(" end"):
            found[int(line.split()[0])] = lines
            lines = []
    return found


def main():
    build, total = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    helio, passed, failed = os.path.join(build, "helio"), 0, 0
    if os.path.isfile(build):
        helio = build
    with tempfile.TemporaryDirectory() as folder:
        for first in range(0, total, BATCH):
            path = os.path.join(folder, "loops.pro")
            text = batch(random.Random(seed*1000003 + first), first, min(BATCH, total - first))
            with open(path, "w", encoding="ascii") as out:
                out.write(text)
            plain, compiled = run(helio, path, "0"), run(helio, path, "1")
            want, have = parts(plain[1]), parts(compiled[1])
            for number in range(first, min(first + BATCH, total)):
                if number in want and want[number] == have.get(number):
                    passed += 1
                    continue
                failed += 1
                if failed <= 3:
                    with open("jit_failure.pro", "w", encoding="ascii") as out:
                        out.write(text)
                    print(f"loop{number} differs (exit {plain[0]}, {compiled[0]}; kept in jit_failure.pro)")
                    for a, b in zip(want.get(number, ["nothing"]), have.get(number, ["nothing"])):
                        if a != b:
                            print(f"  interpreter {a}\n  JIT         {b}")
    print(f"{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
