"""Reads lines of ESRI's shapefiles (NAME.shp with NAME.dbf): for each shape its record, as texts by column, and its parts, lists of
places."""
import struct


def records(path):
    with open(path + ".dbf", "rb") as f:
        data = f.read()
    count, head, length = struct.unpack("<IHH", data[4:12])
    columns, at = [], 32
    while data[at] != 13:
        columns.append((data[at:at + 11].split(b"\0")[0].decode(), data[at + 16]))
        at += 32
    for i in range(count):
        at, row = head + i * length + 1, {}
        for name, width in columns:
            row[name] = data[at:at + width].decode("utf-8", "replace").strip()
            at += width
        yield row


def shapes(path):
    with open(path + ".shp", "rb") as f:
        data = f.read()
    at = 100
    while at < len(data):
        length, kind = struct.unpack(">i", data[at + 4:at + 8])[0], struct.unpack("<i", data[at + 8:at + 12])[0]
        if kind == 0:
            yield []
        else:
            parts, points = struct.unpack("<2i", data[at + 44:at + 52])
            first = list(struct.unpack("<%di" % parts, data[at + 52:at + 52 + 4 * parts])) + [points]
            xy = struct.unpack("<%dd" % (2 * points), data[at + 52 + 4 * parts:at + 52 + 4 * parts + 16 * points])
            places = list(zip(xy[::2], xy[1::2]))
            yield [places[a:b] for a, b in zip(first, first[1:])]
        at += 8 + 2 * length


def load(path):
    return list(zip(records(path), shapes(path)))
