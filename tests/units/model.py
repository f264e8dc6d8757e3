"""A file as bytes and a unit as a place in it: what pread and pwrite would do. Makes random programs and what they print."""
import itertools
import operator
import random
import struct

WEIGHTS = [i + 1 for i in range(997)]
SIZES = {1: 1, 2: 2, 3: 4, 4: 4, 5: 8}  # bytes by type code


def bytes_of(n, seed):
    period = bytes((i * (2 * (seed % 100) + 1) + seed) % 255 + 1 for i in range(255))
    return (period * (n // 255 + 1))[:n]


def check_of(data):
    return sum(map(operator.mul, data, itertools.cycle(WEIGHTS)))


def letters_of(n, seed):
    return bytes(b % 26 + 97 for b in bytes_of(n, seed))


def swapped(data, size):
    whole = len(data) // size * size
    turned = b"".join(data[i:i + size][::-1] for i in range(0, whole, size))
    return turned + data[whole:]


class End(Exception):
    pass


class Unit:
    def __init__(self, file, mode, swap, f77, compress):
        self.file, self.mode, self.swap, self.f77, self.compress = file, mode, swap, f77, compress
        self.at = 0

    def take(self, n):
        """n bytes; fewer at the end."""
        data = bytes(self.file[self.at:self.at + n])
        self.at += len(data)
        return data

    def exactly(self, n):
        data = self.take(n)
        if len(data) < n:
            raise End
        return data

    def put(self, data):
        if not data:
            return
        if self.at > len(self.file):
            self.file.extend(bytes(self.at - len(self.file)))
        self.file[self.at:self.at + len(data)] = data
        self.at += len(data)

    def mark(self, n):
        return struct.pack(">I" if self.swap else "<I", n)

    def read_mark(self):
        return struct.unpack(">I" if self.swap else "<I", self.exactly(4))[0]

    def end(self):
        return (self.compress and self.mode != "r") or self.at >= len(self.file)


class Model:
    """The files, the open units, and what each line of ops.txt makes driver.pro print."""

    def __init__(self, rng):
        self.rng = rng
        self.files = {"a.dat": bytearray(), "b.dat": bytearray(), "c.gz": bytearray()}
        self.units = {}
        self.ops, self.lines = [], []

    def say(self, op, *words):
        self.ops.append(op)
        self.lines.append(" " + " ".join(str(w) for w in words))

    # --- the operations ------------------------------------------------------------------------------------------

    def open(self, n, name, mode, append=False, swap=False, f77=False):
        compress = name.endswith(".gz")
        words = [mode] + ["append"] * append + ["swap"] * swap + ["f77"] * f77 + ["compress"] * compress
        words += ["bufsize"] * (self.rng.random() < 0.2)
        if mode == "w" and not append:
            del self.files[name][:]
        u = Unit(self.files[name], mode, swap, f77, compress)
        u.name = name
        if append and not compress:
            u.at = len(u.file)
        if compress and mode != "r":
            u.base = len(u.file)  # places in what is appended are counted from there
        self.units[n] = u
        self.say(f"open {n} {name} {' '.join(words)}", "open")

    def close(self, n):
        self.units.pop(n, None)
        self.say(f"close {n}", "close")

    def readu(self, n, kind, count):
        u, size = self.units[n], SIZES[kind]
        want, op = max(count, 1) * size, f"readu {n} {kind} {count}"
        data, ok = b"", True
        try:
            left = u.read_mark() if u.f77 else want
            data = u.take(min(want, left))
            ok = len(data) == want
            if u.f77 and ok:
                rest = left - want
                ok = len(u.take(rest)) == rest
                u.read_mark()
        except End:
            u.take(1 << 40)
            ok = False
        if u.swap:
            data = swapped(data, size)
        self.say(op, "ok" if ok else "error", len(data) // size, check_of(data))

    def readu_two(self, n, first, second):
        u = self.units[n]
        a = u.take(first)
        b = u.take(second) if len(a) == first else b""
        ok = len(a) == first and len(b) == second
        self.say(f"readu2 {n} {first} {second}", "ok" if ok else "error", check_of(a), check_of(b))

    def line(self, u):
        if u.at >= len(u.file):
            raise End
        ends = [at for at in (u.file.find(b"\n", u.at), u.file.find(b"\r", u.at)) if at >= 0]
        data = u.take(min(ends, default=len(u.file)) - u.at)
        if ends:
            u.take(2 if u.file[u.at:u.at + 2] == b"\r\n" else 1)
        return data

    def readf(self, n):
        u = self.units[n]
        try:
            data = self.line(u)
            self.say(f"readf {n}", "ok", len(data), check_of(data))
        except End:
            self.say(f"readf {n}", "error")

    def writeu(self, n, kind, count, seed):
        u = self.units[n]
        data = bytes_of(count * SIZES[kind], seed)
        if u.swap:
            data = swapped(data, SIZES[kind])
        mark = u.mark(len(data)) if u.f77 else b""
        self.put(u, mark + data + mark)
        self.say(f"writeu {n} {kind} {count} {seed}", "written")

    def put(self, u, data):
        if u.compress:
            u.file.extend(data)
            u.at += len(data)
        else:
            u.put(data)

    def printf(self, n, count, seed):
        self.put(self.units[n], letters_of(count, seed) + b"\n")
        self.say(f"printf {n} {count} {seed}", "printed")

    def point(self, n, place):
        u = self.units[n]
        if u.compress and u.mode == "r":
            place = min(place, len(u.file))
        if u.compress and u.mode != "r":
            place = max(place, u.at)
            u.file.extend(bytes(place - u.at))
        u.at = place
        self.say(f"point {n} {place}", "pointed")

    def where(self, n):
        self.say(f"where {n}", "where", self.units[n].at)

    def eof(self, n):
        self.say(f"eof {n}", "eof", int(self.units[n].end()))

    def stat(self, n):
        u = self.units[n]
        if u.compress:
            self.say(f"place {n}", "place", u.at)
        else:
            self.say(f"stat {n}", "stat", u.at, len(u.file))

    def cut(self, n):
        u = self.units[n]
        del u.file[u.at:]
        u.file.extend(bytes(u.at - len(u.file)))
        self.say(f"cut {n}", "cut")

    def flush(self, n):
        self.say(f"flush {n}", "flush")

    def assoc(self, n, length, offset, record):
        u = self.units[n]
        u.at = offset + record * length
        if u.compress:
            u.at = min(u.at, len(u.file))
        data = u.take(length)
        words = ("ok", check_of(data)) if len(data) == length else ("error",)
        self.say(f"assoc {n} {length} {offset} {record}", *words)

    def assoc_set(self, n, length, offset, record, seed):
        u = self.units[n]
        u.at = offset + record * length
        u.put(bytes_of(length, seed))
        self.say(f"assocset {n} {length} {offset} {record} {seed}", "set")

    def copy(self, n, to, count):
        u = self.units[n]
        data = u.take(count)
        self.put(self.units[to], data)
        self.say(f"copy {n} {to} {count}", "ok" if len(data) == count else "error", len(data))

    def skip(self, n, count):
        got = len(self.units[n].take(count))
        self.say(f"skip {n} {count} 0", "ok" if got == count else "error", got)

    def skip_lines(self, n, count):
        done = 0
        try:
            while done < count:
                self.line(self.units[n])
                done += 1
            self.say(f"skip {n} {count} 1", "ok", done)
        except End:
            self.say(f"skip {n} {count} 1", "error", done)

    def dump(self, name):
        data, compress = self.files[name], name.endswith(".gz")
        check = check_of(data) if len(data) > 1 else 0
        at_end = int(len(data) != 1)
        self.say(f"dump {name} {int(compress)} {len(data)}", "dump", 0 if compress else len(data), at_end, check)

    # --- random programs -----------------------------------------------------------------------------------------

    def length(self):
        r = self.rng
        return r.choices((r.randint(1, 40), r.randint(1, 3000), 4096 * r.randint(1, 4) + r.randint(-2, 2),
                          65536 + r.randint(-3, 3), r.randint(60000, 200000)), (60, 30, 6, 3, 3))[0]

    def somewhere(self, u):
        r, n = self.rng, len(u.file)
        return r.choice((0, n, r.randint(0, n), r.randint(0, n), max(0, u.at - r.randint(0, 70000)),
                         u.at + r.randint(0, 5000), n + r.randint(0, 300) if u.mode != "r" else n))

    def open_some(self, n):
        r = self.rng
        name = r.choice(("a.dat", "a.dat", "a.dat", "b.dat", "c.gz"))
        others = [u for u in self.units.values() if u.name == name]
        mode = r.choice("rruuw") if name != "c.gz" else r.choice("rrw")
        if name == "c.gz" and others:
            return
        append = mode in "uw" and r.random() < 0.3
        if name == "c.gz" and mode == "r" and not self.files[name]:
            return
        self.open(n, name, mode, append, r.random() < 0.25, r.random() < 0.15)

    def header_and_data(self, n):
        """A small read, one that is larger than any buffer, back into it, a small read."""
        r, u = self.rng, self.units[n]
        self.point(n, r.randint(0, len(u.file) // 4))
        self.readu(n, 1, r.randint(1, 3000))
        self.readu(n, 1, r.randint(len(u.file) // 4, len(u.file)))
        self.point(n, max(0, u.at - r.randint(0, 70000)))
        self.readu(n, 1, r.randint(1, 3000))

    def read_something(self, n):
        r, u = self.rng, self.units[n]
        if r.random() < 0.1:
            self.header_and_data(n)
            return
        choice = r.randrange(7)
        if choice < 3 or u.f77:
            kind = r.choice((1, 1, 1, 2, 3, 5))
            self.readu(n, kind, r.choice((0, self.length() // SIZES[kind])))
        elif choice == 3:
            self.readu_two(n, self.length(), self.length())
        elif choice == 4:
            self.readf(n)
        elif choice == 5:
            self.assoc(n, r.choice((1, 7, 512, 512, 4096, 5, 30, 70000)), r.randint(0, 50), r.randint(0, 20))
        else:
            r.choice((self.skip_lines, self.skip))(n, r.randint(1, 9))

    def write_something(self, n):
        r, u = self.rng, self.units[n]
        choice = r.randrange(6)
        if choice < 3:
            kind = r.choice((1, 1, 2, 3, 5))
            self.writeu(n, kind, 1 + self.length() // SIZES[kind], r.randint(0, 254))
        elif choice == 3 and not u.compress:
            self.assoc_set(n, r.choice((1, 7, 512, 512, 4096, 5, 30, 70000)), r.randint(0, 50), r.randint(0, 20), r.randint(0, 254))
        elif choice == 4 and not u.compress:
            self.cut(n)
        else:
            self.printf(n, r.randint(1, 70), r.randint(0, 254))

    def ask(self, n):
        self.rng.choice((self.eof, self.stat, self.where, self.flush))(n)

    def step(self):
        r = self.rng
        n = r.choice(list(self.units)) if self.units else 0
        if not n or r.random() < 0.08 and len(self.units) < 3:
            self.open_some(next(k for k in (1, 2, 3) if k not in self.units))
            return
        u = self.units[n]
        reads, writes = not u.compress or u.mode == "r", u.mode != "r"
        act = r.random()
        if act < 0.05:
            self.close(n)
        elif act < 0.2:
            self.ask(n)
        elif act < 0.4:
            self.point(n, self.somewhere(u))
        elif act < 0.44 and reads:
            self.copy_somewhere(n)
        elif reads and (not writes or act < 0.75):
            self.read_something(n)
        else:
            self.write_something(n)

    def copy_somewhere(self, n):
        to = [k for k, u in self.units.items() if u.mode != "r" and u.file is not self.units[n].file and not u.f77]
        if to and not self.units[n].f77:
            self.copy(n, self.rng.choice(to), self.length())

    def program(self, number):
        r = self.rng
        self.say(f"program {number}", "program", number)
        for name in self.files:
            self.open(1, name, "w")
            for _ in range(r.randint(0, 3)):
                self.writeu(1, 1, self.length(), r.randint(0, 254))
            if r.random() < 0.1:
                self.writeu(1, 1, r.randint(150000, 300000), r.randint(0, 254))
            self.close(1)
        for _ in range(r.randint(5, 30)):
            self.step()
        for n in sorted(self.units):
            self.close(n)
        for name in self.files:
            self.dump(name)


def programs(seed, first, count):
    """ops.txt, and the lines that must come out."""
    model = Model(random.Random(seed))
    for number in range(first, first + count):
        model.program(number)
    return model
