#!/usr/bin/env python3
"""Writes tests/unit/projected.def: places projected by PROJ's program `proj` (Debian: proj-bin), for tests/unit/test_projection.c.

projections.py OUT. A row: kind, lon0, lat0, rotation, e2, k0, parallels, height, omega, gamma, lon, lat, u, v (degrees; radius 1).
"""
import random
import subprocess
import sys

E2 = 0.00676866
CASES = [  # kind, PROJ's arguments, lon0, lat0, e2, k0, parallels, height, omega, gamma, how far from the centre
    ("STEREOGRAPHIC", "stere +lat_0=35 +lon_0=-80", -80, 35, 0, 1, (0, 0), 0, 0, 0, 80),
    ("ORTHOGRAPHIC", "ortho +lat_0=-50 +lon_0=20", 20, -50, 0, 1, (0, 0), 0, 0, 0, 85),
    ("LAMBERT_AZIMUTHAL", "laea +lat_0=52 +lon_0=10", 10, 52, 0, 1, (0, 0), 0, 0, 0, 170),
    ("LAMBERT_AZIMUTHAL", "laea +lat_0=90 +lon_0=30", 30, 90, 0, 1, (0, 0), 0, 0, 0, 170),
    ("GNOMIC", "gnom +lat_0=-90 +lon_0=0", 0, -90, 0, 1, (0, 0), 0, 0, 0, 70),
    ("AZIMUTHAL_EQUIDISTANT", "aeqd +lat_0=40 +lon_0=140", 140, 40, 0, 1, (0, 0), 0, 0, 0, 170),
    ("SATELLITE", "nsper +h=1.5 +lat_0=20 +lon_0=-60", -60, 20, 0, 1, (0, 0), 2.5, 0, 0, 60),
    ("SATELLITE", "tpers +h=0.5 +tilt=20 +azi=35 +lat_0=20 +lon_0=-60", -60, 20, 0, 1, (0, 0), 1.5, 20, 35, 30),
    ("CYLINDRICAL", "eqc +lon_0=30", 30, 0, 0, 1, (0, 0), 0, 0, 0, 180),
    ("CYLINDRICAL", "ob_tran +o_proj=eqc +o_lat_p=50 +o_lon_p=0 +lon_0=30", 30, 40, 0, 1, (0, 0), 0, 0, 0, 150),
    ("MERCATOR", "merc +lon_0=-100", -100, 0, 0, 1, (0, 0), 0, 0, 0, 180),
    ("MERCATOR", "ob_tran +o_proj=merc +o_lat_p=35 +o_lon_p=0 +lon_0=-20", -20, 55, 0, 1, (0, 0), 0, 0, 0, 150),
    ("MOLLWEIDE", "moll +lon_0=100", 100, 0, 0, 1, (0, 0), 0, 0, 0, 180),
    ("SINUSOIDAL", "sinu +lon_0=-45", -45, 0, 0, 1, (0, 0), 0, 0, 0, 180),
    ("AITOFF", "aitoff +lon_0=10", 10, 0, 0, 1, (0, 0), 0, 0, 0, 180),
    ("HAMMER_AITOFF", "hammer +lon_0=-150", -150, 0, 0, 1, (0, 0), 0, 0, 0, 180),
    ("MILLER", "mill +lon_0=60", 60, 0, 0, 1, (0, 0), 0, 0, 0, 180),
    ("ROBINSON", "robin +lon_0=0", 0, 0, 0, 1, (0, 0), 0, 0, 0, 180),
    ("GOODES_HOMOLOSINE", "igh +lon_0=0", 0, 0, 0, 1, (0, 0), 0, 0, 0, 180),
    ("LAMBERT_CONIC", "lcc +lat_0=40 +lon_0=-96 +lat_1=33 +lat_2=45", -96, 40, 0, 1, (33, 45), 0, 0, 0, 100),
    ("LAMBERT_CONIC", "lcc +lat_0=-30 +lon_0=135 +lat_1=-20 +lat_2=-20", 135, -30, 0, 1, (-20, -20), 0, 0, 0, 100),
    ("LAMBERT_CONIC_ELLIPSOID", "lcc +lat_0=23 +lon_0=-96 +lat_1=33 +lat_2=45 +es=%r" % E2, -96, 23, E2, 1, (33, 45), 0, 0, 0, 80),
    ("ALBERS", "aea +lat_0=37.5 +lon_0=-96 +lat_1=29.5 +lat_2=45.5", -96, 37.5, 0, 1, (29.5, 45.5), 0, 0, 0, 170),
    ("ALBERS", "aea +lat_0=-20 +lon_0=25 +lat_1=-10 +lat_2=-40", 25, -20, 0, 1, (-10, -40), 0, 0, 0, 170),
    ("TRANSVERSE_MERCATOR", "tmerc +lat_0=10 +lon_0=9 +k_0=0.9996 +es=%r" % E2, 9, 10, E2, 0.9996, (0, 0), 0, 0, 0, 60),
    ("TRANSVERSE_MERCATOR", "tmerc +lat_0=0 +lon_0=-75", -75, 0, 0, 1, (0, 0), 0, 0, 0, 80),
]


def near(lon0, lat0, degrees, dice):
    from math import acos, asin, atan2, cos, degrees as deg, pi, radians as rad, sin
    far = acos(1 - dice.random() * (1 - cos(rad(degrees))))
    way = 2 * pi * dice.random()
    lat = asin(sin(rad(lat0)) * cos(far) + cos(rad(lat0)) * sin(far) * cos(way))
    lon = rad(lon0) + atan2(sin(far) * sin(way), cos(rad(lat0)) * cos(far) - sin(rad(lat0)) * sin(far) * cos(way))
    return round((deg(lon) + 540) % 360 - 180, 4), round(deg(lat), 4)


def main():
    dice = random.Random(1)
    with open(sys.argv[1], "w") as out:
        out.write("// Made by tools/projections.py with PROJ's proj.\n")
        for kind, args, lon0, lat0, e2, k0, par, height, omega, gamma, far in CASES:
            points = [near(lon0, lat0, far, dice) for _ in range(24)]
            body = "+a=1" if "+es=" in args else "+R=1"
            run = subprocess.run(["proj", "+proj=" + args.split()[0], *args.split()[1:], body, "-f", "%.10f"], text=True, check=True,
                                 input="".join("%r %r\n" % p for p in points), capture_output=True)
            for (lon, lat), line in zip(points, run.stdout.splitlines()):
                u, v = line.split()[:2]
                if "*" in line:
                    continue
                out.write(f"P({kind}, {lon0}, {lat0}, 0, {e2}, {k0}, {par[0]}, {par[1]}, {height}, {omega}, {gamma}, {lon}, {lat}, {u}, {v})\n")


main()
