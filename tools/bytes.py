#!/usr/bin/env python3
"""Files as tables of bytes in C: bytes.py OUT.c FILE...; data/map_low.bin becomes `const unsigned char map_low[]` and map_low_size."""
import os
import sys

with open(sys.argv[1], "w") as out:
    for path in sys.argv[2:]:
        name = os.path.splitext(os.path.basename(path))[0]
        data = open(path, "rb").read()
        out.write("extern const unsigned char %s[];\nextern const unsigned %s_size;\nconst unsigned char %s[] = {" % (name, name, name))
        out.write(",".join(map(str, data)))
        out.write("};\nconst unsigned %s_size = %d;\n" % (name, len(data)))
