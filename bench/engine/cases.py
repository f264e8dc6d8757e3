"""What bench/engine measures. Start reading at CASES.

A case is an IDL statement, what prepares it, and the same in Python (NumPy, SciPy) and C. `{n}` is the size. In C, the
text of `c` runs with `n`; `c_setup` stands before main (arrays are not static: the compiler must not know what is in them). `out` is the NumPy statement that reuses its arrays."""
from dataclasses import dataclass


@dataclass
class Case:
    group: str
    name: str
    n: int
    setup: str
    idl: str
    py_setup: str = ""
    py: str = ""
    out: str = ""
    c_setup: str = ""
    c: str = ""
    routines: str = ""


CASES = []


def case(group, name, n, setup, idl, **more):
    CASES.append(Case(group, name, n, setup, idl, **more))


# --- Loops: one element, one number at a time -------------------------------------------------------------------------

case("loop", "sum", 3000000, "", "s = 0d & for i = 0L, {n}-1 do s = s + i*0.5d",
     c="double s = 0; for (long i = 0; i < n; i++) s = s + i*0.5; sink = s;")
case("loop", "while", 1000000, "", "i = 0L & s = 0L & while i lt {n} do begin & s += i and 7 & i++ & endwhile",
     c="int s = 0; for (int i = 0; i < n; i++) { s += i & 7; KEEP(s); } sink = s;")
case("loop", "elements", 1000000, "a = fltarr({n}) & b = findgen({n})", "for i = 0L, {n}-1 do a[i] = b[i]*0.5 + a[i]",
     c_setup="float a[1000000], b[1000000];", c="for (long i = 0; i < n; i++) a[i] = b[i]*0.5f + a[i]; sink = a[9];")
case("loop", "relaxation", 1000000, "a = dindgen({n}) mod 17", "for i = 1L, {n}-2 do a[i] = (a[i-1] + a[i+1])*0.5d",
     c_setup="double a[1000000];", c="for (long i = 1; i < n-1; i++) a[i] = (a[i-1] + a[i+1])*0.5; sink = a[9];")
case("loop", "mandelbrot", 100, "", "mandelbrot, {n}", routines="""
pro mandelbrot, n
  m = intarr(n, n)
  for j = 0, n-1 do begin
    for i = 0, n-1 do begin
      x0 = 3.0d*i/n - 2 & y0 = 2.0d*j/n - 1 & x = 0d & y = 0d & k = 0
      while x*x + y*y lt 4 && k lt 50 do begin
        t = x*x - y*y + x0 & y = 2*x*y + y0 & x = t & k++
      endwhile
      m[i, j] = k
    endfor
  endfor
end
""", c_setup="short m[100][100];", c="""for (int j = 0; j < n; j++) for (int i = 0; i < n; i++) {
    double x0 = 3.0*i/n - 2, y0 = 2.0*j/n - 1, x = 0, y = 0; int k = 0;
    while (x*x + y*y < 4 && k < 50) { double t = x*x - y*y + x0; y = 2*x*y + y0; x = t; k++; }
    m[j][i] = (short)k; } sink = m[50][50];""")
case("loop", "sieve", 500000, "", "sieve, {n}", routines="""
pro sieve, n
  p = bytarr(n) + 1b
  for i = 2L, long(sqrt(n)) do if p[i] then for j = i*i, n-1, i do p[j] = 0b
end
""", c_setup="char p[500000];", c="""memset(p, 1, n);
    for (long i = 2; i <= (long)sqrt(n); i++) if (p[i]) for (long j = i*i; j < n; j += i) p[j] = 0; sink = p[9];""")
case("loop", "n-body", 2000, "", "nbody, {n}", routines="""
pro nbody, n
  x = [0d, 1, 2, 3, 4] & y = [0d, 1, 4, 9, 16]/4 & u = dblarr(5) & v = dblarr(5) & m = [1d, .1, .2, .1, .3]
  for t = 1L, n do begin
    for i = 0, 3 do for j = i+1, 4 do begin
      dx = x[i] - x[j] & dy = y[i] - y[j] & d = dx*dx + dy*dy + 0.01d & f = 0.001d/(d*sqrt(d))
      u[i] -= dx*m[j]*f & v[i] -= dy*m[j]*f & u[j] += dx*m[i]*f & v[j] += dy*m[i]*f
    endfor
    for i = 0, 4 do begin & x[i] += u[i]*0.001d & y[i] += v[i]*0.001d & endfor
  endfor
end
""", c="""double x[] = {0, 1, 2, 3, 4}, y[] = {0, .25, 1, 2.25, 4}, u[5] = {0}, v[5] = {0}, m[] = {1, .1, .2, .1, .3};
    for (int t = 1; t <= n; t++) {
        for (int i = 0; i < 4; i++) for (int j = i+1; j < 5; j++) {
            double dx = x[i] - x[j], dy = y[i] - y[j], d = dx*dx + dy*dy + 0.01, f = 0.001/(d*sqrt(d));
            u[i] -= dx*m[j]*f; v[i] -= dy*m[j]*f; u[j] += dx*m[i]*f; v[j] += dy*m[i]*f; }
        for (int i = 0; i < 5; i++) { x[i] += u[i]*0.001; y[i] += v[i]*0.001; } } sink = x[0];""")
case("loop", "matrix product by hand", 60, "a = dindgen({n}, {n}) & b = a & c = a",
     "for i = 0, {n}-1 do for j = 0, {n}-1 do begin & s = 0d & for k = 0, {n}-1 do s += a[k, i]*b[j, k] & c[j, i] = s & endfor",
     c_setup="double a[60][60], b[60][60], c[60][60];", c="""for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) {
    double s = 0; for (int k = 0; k < n; k++) s += a[i][k]*b[k][j]; c[i][j] = s; } sink = c[3][3];""")
case("loop", "fibonacci", 20, "", "f = fib({n})", routines="""
function fib, n
  if n lt 2 then return, n
  return, fib(n-1) + fib(n-2)
end
""", c_setup="static int __attribute__((noinline)) fib(int n) { return n < 2 ? n : fib(n-1) + fib(n-2); }", c="sink = fib(n);")
case("loop", "collatz", 3000, "", "collatz, {n}", routines="""
pro collatz, n
  best = 0L
  for i = 1L, n do begin
    x = i & k = 0L
    while x ne 1 do begin
      if x and 1 then x = 3*x + 1 else x = x/2
      k++
    endwhile
    best = best > k
  endfor
end
""", c="""int best = 0; for (int i = 1; i <= n; i++) { int x = i, k = 0;
    while (x != 1) { if (x & 1) x = 3*x + 1; else x = x/2; k++; } best = best > k ? best : k; } sink = best;""")
case("loop", "sines", 300000, "", "s = 0d & for i = 0L, {n}-1 do s += sin(i*0.001d)*cos(i*0.002d)",
     c="double s = 0; for (long i = 0; i < n; i++) s += sin(i*0.001)*cos(i*0.002); sink = s;")
case("loop", "angles and floors", 300000, "", "s = 0d & for i = 0L, {n}-1 do s += floor(atan(i, 3.5d)*i)^2 mod 7",
     c="double s = 0; for (long i = 0; i < n; i++) { int k = (int)floor(atan2(i, 3.5)*i); s += k*k % 7; } sink = s;")
case("loop", "records", 1000, "s = replicate({id:0L, mag:1.5, flux:0d}, {n})",
     "for i = 1L, {n}-1 do s[i].flux = s[i-1].flux*0.5d + s[i].mag",
     c_setup="struct { int id; float mag; double flux; } s[1000];",
     c="for (long i = 1; i < n; i++) s[i].flux = s[i-1].flux*0.5 + s[i].mag; sink = s[9].flux;")
case("loop", "string building", 100000, "", "s = '' & for i = 0L, {n}-1 do s = s + 'x'",
     c="char *s = malloc(n + 1); for (long i = 0; i < n; i++) { s[i] = 'x'; KEEP(s); } sink = s[5]; free(s);")
case("loop", "string of words", 30000, "w = 'word'", "s = '' & for i = 0L, {n}-1 do s = s + w + ', '",
     c="char *s = malloc(6*n); for (long i = 0; i < n; i++) { memcpy(s + 6*i, \"word, \", 6); KEEP(s); } sink = s[5]; free(s);")
case("loop", "append to an array", 30000, "", "a = [0L] & for i = 1L, {n}-1 do a = [a, i]",
     py="x = [0]\n    for i in range(1, {n}): x.append(i)",
     c="""int *a = malloc(4), size = 1; a[0] = 0;
    for (int i = 1; i < n; i++) { if (i == size) a = realloc(a, 4L*(size *= 2)); a[i] = i; KEEP(a); } sink = a[5]; free(a);""")
case("loop", "count by bytes", 1000000, "b = byte(lindgen({n}) mod 251)",
     "h = lonarr(256) & for i = 0L, {n}-1 do h[b[i]] += 1",
     c_setup="unsigned char b[1000000]; int h[256];", c="memset(h, 0, sizeof h); for (long i = 0; i < n; i++) h[b[i]] += 1; sink = h[3];")

# --- Expressions over arrays ------------------------------------------------------------------------------------------

TWO = "a = findgen({n})/{n} & b = reverse(a) + 1"
PY_TWO = "a = (np.arange({n})/{n}).astype('f4'); b = a[::-1] + np.float32(1); c = a.copy(); d = a.copy()"
DOUBLE = "a = dindgen({n})/{n} & b = reverse(a) + 1"
PY_DOUBLE = "a = np.arange({n})/{n}; b = a[::-1] + 1; c = a.copy(); d = a.copy()"
WHOLE = "a = lindgen({n}) & b = reverse(a) + 1"
PY_WHOLE = "a = np.arange({n}, dtype='i4'); b = a[::-1] + np.int32(1); c = a.copy(); d = a.copy()"


def sizes(name, setup, idl, **more):
    for n in (1000, 100000, 10000000):
        case("expression", f"{name}, {n:.0e}".replace("e+0", "e"), n, setup, idl, **more)


sizes("a+b float", TWO, "c = a + b", py_setup=PY_TWO, py="c = a + b", out="np.add(a, b, out=c)",
      c_setup="float a[10000000], b[10000000], c[10000000];", c="for (long i = 0; i < n; i++) c[i] = a[i] + b[i]; KEEP(c); sink = c[5];")
sizes("a+b long", WHOLE, "c = a + b", py_setup=PY_WHOLE, py="c = a + b", out="np.add(a, b, out=c)",
      c_setup="int a[10000000], b[10000000], c[10000000];", c="for (long i = 0; i < n; i++) c[i] = a[i] + b[i]; KEEP(c); sink = c[5];")
sizes("a*2+b/3-sqrt(a) double", DOUBLE, "c = a*2.0d + b/3.0d - sqrt(a)", py_setup=PY_DOUBLE, py="c = a*2.0 + b/3.0 - np.sqrt(a)",
      out="np.multiply(a, 2.0, out=c); np.divide(b, 3.0, out=d); np.add(c, d, out=c); np.sqrt(a, out=d); np.subtract(c, d, out=c)",
      c_setup="double a[10000000], b[10000000], c[10000000];",
      c="for (long i = 0; i < n; i++) c[i] = a[i]*2.0 + b[i]/3.0 - sqrt(a[i]); KEEP(c); sink = c[5];")
sizes("a=a*2+1 float", TWO, "a = a*0.5 + 1", py_setup=PY_TWO, py="a = a*np.float32(.5) + np.float32(1)",
      out="np.multiply(a, np.float32(.5), out=a); np.add(a, np.float32(1), out=a)",
      c_setup="float a[10000000];", c="for (long i = 0; i < n; i++) a[i] = a[i]*0.5f + 1; KEEP(a); sink = a[5];")
sizes("masks", TWO, "c = (a gt 0.3) and (b lt 1.7)", py_setup=PY_TWO + "; p = a > 0; q = p.copy()", py="c = (a > .3) & (b < 1.7)",
      out="np.greater(a, np.float32(.3), out=p); np.less(b, np.float32(1.7), out=q); np.logical_and(p, q, out=p)",
      c_setup="float a[10000000], b[10000000]; char c[10000000];",
      c="for (long i = 0; i < n; i++) c[i] = (a[i] > 0.3f) & (b[i] < 1.7f); KEEP(c); sink = c[5];")
sizes("total(a*b)", TWO, "s = total(a*b)", py_setup=PY_TWO, py="s = (a*b).sum()", out="np.multiply(a, b, out=c); s = c.sum()",
      c_setup="float a[10000000], b[10000000];", c="float s = 0; for (long i = 0; i < n; i++) s += a[i]*b[i]; sink = s;")
sizes("total(a gt x)", TWO, "s = total(a gt 0.5)", py_setup=PY_TWO + "; p = a > 0", py="s = np.sum(a > .5)",
      out="np.greater(a, np.float32(.5), out=p); s = np.count_nonzero(p)",
      c_setup="float a[10000000];", c="long s = 0; for (long i = 0; i < n; i++) s += a[i] > 0.5f; sink = s;")
sizes("max(abs(a-b))", TWO, "s = max(abs(a - b))", py_setup=PY_TWO, py="s = np.abs(a - b).max()",
      out="np.subtract(a, b, out=c); np.abs(c, out=c); s = c.max()",
      c_setup="float a[10000000], b[10000000];",
      c="float s = 0; for (long i = 0; i < n; i++) s = fmaxf(s, fabsf(a[i] - b[i])); sink = s;")
sizes("where(a gt x)", TWO, "w = where(a gt 0.5)", py_setup=PY_TWO, py="w = np.flatnonzero(a > .5)",
      out="w = np.flatnonzero(np.greater(a, np.float32(.5)))",
      c_setup="float a[10000000]; int w[10000000];",
      c="long k = 0; for (long i = 0; i < n; i++) if (a[i] > 0.5f) w[k++] = (int)i; KEEP(w); sink = k;")
sizes("exp(-a^2) double", DOUBLE, "c = exp(-a^2)", py_setup=PY_DOUBLE, py="c = np.exp(-a**2)",
      out="np.square(a, out=c); np.negative(c, out=c); np.exp(c, out=c)",
      c_setup="double a[10000000], c[10000000];", c="for (long i = 0; i < n; i++) c[i] = exp(-a[i]*a[i]); KEEP(c); sink = c[5];")
sizes("sin(a) float", TWO, "c = sin(a)", py_setup=PY_TWO, py="c = np.sin(a)", out="np.sin(a, out=c)",
      c_setup="float a[10000000], c[10000000];", c="for (long i = 0; i < n; i++) c[i] = sinf(a[i]); KEEP(c); sink = c[5];")
sizes("bytes to float", "a = byte(lindgen({n}) mod 251)", "c = a*0.5 - 3", py_setup="a = (np.arange({n}) % 251).astype('u1'); c = a.astype('f4')",
      py="c = a*np.float32(.5) - np.float32(3)", out="np.multiply(a, np.float32(.5), out=c); np.subtract(c, np.float32(3), out=c)",
      c_setup="unsigned char a[10000000]; float c[10000000];", c="for (long i = 0; i < n; i++) c[i] = a[i]*0.5f - 3; KEEP(c); sink = c[5];")
sizes("complex a*b+a", "a = complex(findgen({n})/{n}, 1) & b = conj(a)", "c = a*b + a",
      py_setup="a = (np.arange({n})/{n} + 1j).astype('c8'); b = a.conj(); c = a.copy()", py="c = a*b + a", out="np.multiply(a, b, out=c); np.add(c, a, out=c)")
sizes("ranges", TWO, "a[5:{n}-5] = b[4:{n}-6]", py_setup=PY_TWO, py="a[5:-4] = b[4:-5]")

# --- Routines with a known best algorithm -----------------------------------------------------------------------------

NOISE = "a = float((lindgen({n})*1103515245L + 12345L) mod 65536L)/65536"
PY_NOISE = "a = ((np.arange({n})*1103515245 + 12345) % 65536).astype('f4')/np.float32(65536)"
IMAGE = "a = reform(float((lindgen({n}L*{n})*1103515245L + 12345L) mod 65536L)/65536, {n}, {n})"
PY_IMAGE = "a = (((np.arange({n}*{n})*1103515245 + 12345) % 65536).astype('f4')/np.float32(65536)).reshape({n}, {n})"


def routine(name, n, setup, idl, py_setup="", py="", **more):
    case("routine", name, n, setup, idl, py_setup=py_setup, py=py, **more)


def noise(name, n, idl, py, **more):
    routine(name, n, NOISE, idl, PY_NOISE, py, **more)


def image(name, n, idl, py, **more):
    routine(name, n, IMAGE, idl, PY_IMAGE + "; from scipy import ndimage", py, **more)


noise("SORT float", 1000000, "s = sort(a)", "s = a.argsort(kind='stable')")
routine("SORT long", 1000000, "a = lindgen({n})*1103515245L", "s = sort(a)", "a = (np.arange({n})*1103515245).astype('i4')", "s = a.argsort(kind='stable')")
routine("SORT strings", 100000, "a = strtrim(lindgen({n})*1103515245L, 2)", "s = sort(a)",
        "a = (np.arange({n})*1103515245).astype('i4').astype(str)", "s = a.argsort(kind='stable')")
noise("UNIQ", 1000000, "u = uniq(a)", "u = np.flatnonzero(np.append(a[1:] != a[:-1], True))")
noise("MEDIAN", 1000000, "m = median(a)", "m = np.partition(a, a.size//2)[a.size//2]")
image("MEDIAN, 5", 512, "m = median(a, 5)", "m = ndimage.median_filter(a, 5)")
noise("HISTOGRAM", 1000000, "h = histogram(a, binsize=0.01)", "h = np.histogram(a, 100, (0, 1))")
routine("HISTOGRAM bytes", 10000000, "a = byte(lindgen({n}) mod 251)", "h = histogram(a)", "a = (np.arange({n}) % 251).astype('u1')", "h = np.bincount(a)")
noise("HISTOGRAM, REVERSE_INDICES", 1000000, "h = histogram(a, binsize=0.01, reverse_indices=r)", "i = (a*100).astype('i4'); h = np.bincount(i); r = i.argsort(kind='stable')")
routine("HIST_2D", 1000000, NOISE + " & x = fix(a*100) & y = reverse(x)", "h = hist_2d(x, y)", PY_NOISE + "; x = (a*100).astype('i2'); y = x[::-1].copy()",
        "h = np.bincount(x.astype('i4')*100 + y, minlength=10000)")
noise("WHERE, COMPLEMENT", 1000000, "w = where(a gt 0.5, complement=c)", "m = a > .5; w = np.flatnonzero(m); c = np.flatnonzero(~m)")
image("TOTAL, 1", 1000, "t = total(a, 1)", "t = a.sum(1)")
image("TOTAL, 2", 1000, "t = total(a, 2)", "t = a.sum(0)")
noise("TOTAL, CUMULATIVE", 1000000, "t = total(a, /cumulative)", "t = a.cumsum()")
noise("TOTAL", 1000000, "t = total(a)", "t = a.sum()")
noise("TOTAL, DOUBLE", 1000000, "t = total(a, /double)", "t = a.sum(dtype='f8')")
noise("MAX", 1000000, "t = max(a, i)", "i = a.argmax(); t = a[i]")
image("MAX, DIMENSION=1", 1000, "t = max(a, dimension=1)", "t = a.max(1)")
image("MIN, DIMENSION=2", 1000, "t = min(a, dimension=2)", "t = a.min(0)")
image("MEAN, DIMENSION=2", 1000, "t = mean(a, dimension=2)", "t = a.mean(0)")
noise("VARIANCE", 1000000, "t = variance(a)", "t = a.var(ddof=1)")
image("SMOOTH, 7", 1000, "t = smooth(a, 7)", "t = ndimage.uniform_filter(a, 7)")
image("CONVOL 3x3", 1000, "t = convol(a, [[0., 1, 0], [1, -4, 1], [0, 1, 0]])", "t = ndimage.convolve(a, np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]], 'f4'))")
routine("FFT 2^20", 1048576, "a = complex(findgen({n}) mod 97)", "t = fft(a)", "a = (np.arange({n}) % 97).astype('c8'); from scipy import fft", "t = fft.fft(a)")
routine("FFT 1e6", 1000000, "a = complex(findgen({n}) mod 97)", "t = fft(a)", "a = (np.arange({n}) % 97).astype('c8'); from scipy import fft", "t = fft.fft(a)")
image("FFT 1000x1000", 1000, "t = fft(a)", "t = fft.fft2(a)")
CASES[-1].py_setup += "; from scipy import fft"
image("FFT 1024x1024", 1024, "t = fft(a)", "t = fft.fft2(a)")
CASES[-1].py_setup += "; from scipy import fft"
image("a # a", 500, "t = a # a", "t = a @ a")
routine("a ## a double", 500, "a = dindgen({n}, {n})/{n}", "t = a ## a", "a = np.arange({n}*{n}).reshape({n}, {n})/{n}", "t = a @ a")
image("TRANSPOSE", 2000, "t = transpose(a)", "t = np.ascontiguousarray(a.T)")
image("REBIN smaller", 1000, "t = rebin(a, 250, 250)", "t = a.reshape(250, 4, 250, 4).mean((1, 3))")
image("REBIN larger", 500, "t = rebin(a, 2000, 2000)", "t = ndimage.zoom(a, 4, order=1)")
image("CONGRID", 1000, "t = congrid(a, 1500, 1500, /interp)", "t = ndimage.zoom(a, 1.5, order=1)")
image("REVERSE", 1000, "t = reverse(a)", "t = a[:, ::-1].copy()")
image("ROTATE", 1000, "t = rotate(a, 1)", "t = np.rot90(a).copy()")
image("SHIFT", 1000, "t = shift(a, 17, 5)", "t = np.roll(a, (5, 17), (0, 1))")
routine("INTERPOLATE", 1000000, IMAGE.replace("{n}", "1000") + " & x = findgen({n})/1001 & y = 999 - x", "t = interpolate(a, x, y)",
        PY_IMAGE.replace("{n}", "1000") + "; x = np.arange({n})/1001; p = np.array([999 - x, x]); from scipy import ndimage", "t = ndimage.map_coordinates(a, p, order=1)")
routine("INTERPOLATE, cubic", 1000000, IMAGE.replace("{n}", "1000") + " & x = findgen({n})/1001 & y = 999 - x", "t = interpolate(a, x, y, cubic=-0.5)",
        PY_IMAGE.replace("{n}", "1000") + "; x = np.arange({n})/1001; p = np.array([999 - x, x]); from scipy import ndimage", "t = ndimage.map_coordinates(a, p, order=3)")
routine("BILINEAR", 300, IMAGE + " & x = findgen(1000)*0.29 & y = x", "t = bilinear(a, x, y)",
        PY_IMAGE + "; x = np.arange(1000)*.29; p = np.array(np.meshgrid(x, x)); from scipy import ndimage", "t = ndimage.map_coordinates(a, p, order=1)")
routine("INTERPOL", 1000000, "x = findgen(1000) & v = sqrt(x) & u = findgen({n})/1001", "t = interpol(v, x, u)",
        "x = np.arange(1000.); v = np.sqrt(x); u = np.arange({n})/1001", "t = np.interp(u, x, v)")
routine("VALUE_LOCATE", 1000000, NOISE + " & x = findgen(1000)/1000", "t = value_locate(x, a)", PY_NOISE + "; x = (np.arange(1000)/1000).astype('f4')", "t = np.searchsorted(x, a, 'right') - 1")
routine("RANDOMU", 1000000, "s = 1", "t = randomu(s, {n})", "r = np.random.RandomState(1)", "t = r.random_sample({n}).astype('f4')")
routine("RANDOMN", 1000000, "s = 1", "t = randomn(s, {n})", "r = np.random.RandomState(1)", "t = r.standard_normal({n}).astype('f4')")
noise("BYTSCL", 1000000, "t = bytscl(a)", "lo = a.min(); t = ((a - lo)*(255.99/(a.max() - lo))).astype('u1')")
noise("STRING", 100000, "t = string(a)", "t = np.char.mod('%13.7g', a)")
routine("READS", 100000, "s = string(findgen({n}), format='(100000f9.1)') & v = fltarr({n})", "reads, s, v",
        "s = ''.join('%9.1f' % x for x in range({n}))", "v = np.fromstring(s, 'f4', sep=' ')")
WORDS = "a = 'word ' + strtrim(lindgen({n}), 2) + ' end'"
PY_WORDS = "a = ['word ' + str(i) + ' end' for i in range({n})]"
routine("STRMID of an array", 100000, WORDS, "t = strmid(a, 5, 3)", PY_WORDS, "t = [s[5:8] for s in a]")
routine("STRPOS of an array", 100000, WORDS, "t = strpos(a, 'end')", PY_WORDS, "t = [s.find('end') for s in a]")
routine("STRJOIN", 100000, WORDS, "t = strjoin(a, ',')", PY_WORDS, "t = ','.join(a)")
routine("STRSPLIT", 100000, WORDS + " & s = strjoin(a, ' ')", "t = strsplit(s, ' ', /extract)", PY_WORDS + "; s = ' '.join(a)", "t = s.split(' ')")
routine("STRUPCASE of an array", 100000, WORDS, "t = strupcase(a)", PY_WORDS, "t = [s.upper() for s in a]")
