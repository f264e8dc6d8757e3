"""Reads what R has serialised, as far as maps need it: load(folder, name) gives a value of a package's lazy-load data.

Lists become Value objects with .items and .attributes (a dict); vectors Python lists; S4 objects Value with attributes alone.
"""
import bz2
import gzip
import lzma
import os
import struct
import zlib


class Value:
    def __init__(self, items, attributes):
        self.items = items
        self.attributes = attributes

    def __getitem__(self, name):
        names = self.attributes.get("names")
        names = names.items if isinstance(names, Value) else names
        return self.items[names.index(name)]


class Reader:
    def __init__(self, data):
        self.data, self.at, self.refs = data, 14, []
        assert data[:2] == b"X\n", data[:2]
        if struct.unpack(">i", data[2:6])[0] == 3:
            self.at = 18 + struct.unpack(">i", data[14:18])[0]

    def ints(self, n):
        self.at += 4 * n
        return list(struct.unpack(">%di" % n, self.data[self.at - 4 * n:self.at]))

    def length(self):
        return self.ints(1)[0]

    def pairs(self, flags):
        out = {}
        while flags & 255 == 2:
            if flags & 512:
                self.item()
            tag = self.item() if flags & 1024 else "?"
            out[tag] = self.item()
            flags = self.ints(1)[0]
        assert flags & 255 == 254, flags & 255
        return out

    def with_attributes(self, items, flags):
        return Value(items, self.pairs(self.ints(1)[0])) if flags & 512 else items

    def item(self):
        flags = self.ints(1)[0]
        kind = flags & 255
        if kind == 254:
            return None
        if kind in (253, 242, 241, 251, 252):  # environments and the like
            return None
        if kind == 255:
            index = flags >> 8
            return self.refs[(index if index else self.ints(1)[0]) - 1]
        if kind == 1:
            name = self.item()
            self.refs.append(name)
            return name
        if kind == 2:
            self.at -= 4
            return self.pairs(self.ints(1)[0])
        if kind == 9:
            n = self.length()
            self.at += max(n, 0)
            return self.data[self.at - n:self.at].decode("utf-8", "replace") if n >= 0 else None
        if kind in (10, 13):
            return self.with_attributes(self.ints(self.length()), flags)
        if kind == 14:
            n = self.length()
            self.at += 8 * n
            return self.with_attributes(list(struct.unpack(">%dd" % n, self.data[self.at - 8 * n:self.at])), flags)
        if kind in (16, 19):
            items = [self.item() for _ in range(self.length())]
            return self.with_attributes(items, flags)
        if kind == 25:
            return self.with_attributes(None, flags | 512)
        if kind in (247, 249, 250):  # namespaces, packages
            self.ints(1)
            self.refs.append([self.item() for _ in range(self.length())])
            return self.refs[-1]
        if kind == 238:  # ALTREP: what it is made of, its state, its attributes
            info, state, attributes = self.item(), self.item(), self.item()
            return state if not isinstance(state, Value) else state.items
        raise ValueError("R type %d at %d" % (kind, self.at))


def unpacked(chunk):
    rest = chunk[4:]
    if rest[:1] == b"2":
        return bz2.decompress(rest[1:])
    if rest[:1] == b"Z":
        return lzma.decompress(rest[1:], lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA2, "preset": 6}])
    return zlib.decompress(rest)


def load(folder, name):
    index = Reader(zlib.decompress(open(os.path.join(folder, "Rdata.rdx"), "rb").read())).item() \
        if open(os.path.join(folder, "Rdata.rdx"), "rb").read(2) != b"\x1f\x8b" \
        else Reader(gzip.open(os.path.join(folder, "Rdata.rdx")).read()).item()
    offset, size = index["variables"][name]
    with open(os.path.join(folder, "Rdata.rdb"), "rb") as f:
        f.seek(offset)
        return Reader(unpacked(f.read(size))).item()
