#!/usr/bin/env python3
"""Writes data/map_low.bin and data/map_high.bin, the outlines of MAP_CONTINENTS, of Natural Earth (naturalearthdata.com, public domain).

map_data.py FOLDER RIVERS: where Debian's r-cran-rnaturalearthdata has its data (.../site-library/rnaturalearthdata/data), and the
shapefile of the 1:50m rivers, which that does not have, without its ending (.../ne_50m_rivers_lake_centerlines).
The low rivers are the greatest ones, with fewer points. Edges that two countries share are borders, the others coasts; what the data cut along the 180th meridian is joined again.
The file: for each kind (coasts, borders, American states, rivers) how many chains; of each its number of points times two, plus one if it
is closed; then places in units of 0.01 (low) or 0.002 degrees, each as the difference to the one before. Numbers are signed ones,
zigzag, seven bits a byte.
"""
import os
import sys

import rdata
import shapefile

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def rings_of(value, wanted=lambda row: True):
    data = value.attributes["data"]
    polygons = value.attributes["polygons"]
    for i, p in enumerate(polygons):
        if not wanted(lambda name: text(data[name], i)):
            continue
        for part in p.attributes["Polygons"]:
            c = part.attributes["coords"].items
            n = len(c) // 2
            yield list(zip(c[:n], c[n:]))


def text(column, i):
    if isinstance(column, rdata.Value):  # a factor
        return column.attributes["levels"][column.items[i] - 1] if column.attributes.get("levels") else column.items[i]
    return column[i]


def edges_of(rings, unit):
    """Edges with how often they occur, in whole units; those along the cut are left out."""
    count, half = {}, round(180 / unit)
    for ring in rings:
        q = [(round(x / unit), round(y / unit)) for x, y in ring]
        for a, b in zip(q, q[1:]):
            is_cut = abs(a[0]) >= half - 1 and abs(b[0]) >= half - 1 or min(a[1], b[1]) <= 2 - half // 2
            if a != b and not is_cut:
                key = (a, b) if a < b else (b, a)
                count[key] = count.get(key, 0) + 1
    return count, half


def chains_of(edges, half):
    """Joins edges end to end; at points where three meet chains end."""
    def place(p):
        return (-half, p[1]) if abs(p[0]) >= half - 1 else p

    at = {}
    for e in edges:
        for p in e:
            at.setdefault(place(p), []).append(e)
    left = set(edges)

    def walk(edge, start):
        chain = [start]
        while edge in left:
            left.discard(edge)
            other = edge[1] if place(edge[0]) == place(chain[-1]) else edge[0]
            chain.append(other)
            around = at[place(other)]
            following = [e for e in around if e in left]
            if len(around) != 2 or not following:
                break
            edge = following[0]
        return chain

    chains = []
    for p in sorted(at):
        if len(at[p]) != 2:
            for e in sorted(at[p]):
                if e in left:
                    chains.append(walk(e, e[0] if place(e[0]) == p else e[1]))
    for e in sorted(edges):
        if e in left:
            chains.append(walk(e, e[0]))
    closed = [place(c[0]) == place(c[-1]) for c in chains]
    return [(c[:-1] + c[:1] if is_closed else c, is_closed) for c, is_closed in zip(chains, closed)]


def thinned(line, most):
    """Without the places that lie within `most` of the line that is left (Douglas and Peucker)."""
    kept, spans = {0, len(line) - 1}, [(0, len(line) - 1)]
    while spans:
        a, b = spans.pop()
        (ax, ay), (bx, by) = line[a], line[b]
        length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
        far, at = most, None
        for i in range(a + 1, b):
            x, y = line[i]
            d = abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length if length else ((x - ax) ** 2 + (y - ay) ** 2) ** 0.5
            if d > far:
                far, at = d, i
        if at is not None:
            kept.add(at)
            spans += [(a, at), (at, b)]
    return [line[i] for i in sorted(kept)]


def rivers_of(path, unit, rank, most):
    chains = []
    for row, parts in shapefile.load(path):
        if int(row["scalerank"]) > rank:
            continue
        for part in parts:
            q = [(round(x / unit), round(y / unit)) for x, y in thinned(part, most)]
            q = [p for i, p in enumerate(q) if i == 0 or p != q[i - 1]]
            if len(q) > 1:
                chains.append((q, False))
    return chains


def coded(chains):
    out = bytearray()

    def put(n):
        n = n * 2 if n >= 0 else -n * 2 - 1
        while n > 127:
            out.append(n & 127 | 128)
            n >>= 7
        out.append(n)

    put(len(chains))
    for chain, is_closed in chains:
        put(2 * len(chain) + is_closed)
        x = y = 0
        for px, py in chain:
            put(px - x)
            put(py - y)
            x, y = px, py
    return bytes(out)


def write(name, folder, countries, states, unit, rivers):
    count, half = edges_of(rings_of(rdata.load(folder, countries)), unit)
    own, _ = edges_of(rings_of(rdata.load(folder, states), lambda row: row("iso_a2") == "US"), unit)
    kinds = [chains_of({e for e, n in count.items() if n == 1}, half), chains_of({e for e, n in count.items() if n > 1}, half),
             chains_of(set(own), half), rivers]
    data = b"".join(coded(k) for k in kinds)
    with open(os.path.join(TOP, "data", name), "wb") as f:
        f.write(data)
    print(name, len(data), [(len(k), sum(len(c) for c, _ in k), sum(closed for _, closed in k)) for k in kinds])


def main():
    folder, rivers = sys.argv[1:3]
    write("map_low.bin", folder, "countries110", "states50", 0.01, rivers_of(rivers, 0.01, 3, 0.1))
    write("map_high.bin", folder, "countries50", "states50", 0.002, rivers_of(rivers, 0.002, 12, 0.004))


main()
