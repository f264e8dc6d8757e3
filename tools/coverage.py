#!/usr/bin/env python3
"""Which of IDL's documented routines are here: writes doc/coverage.md.  coverage.py BUILD

tools/coverage/routines.tsv has the documented names and how often 28,669 public files call them, with the keywords they pass most (as spelled there).
What is here is asked of the program (routines in C) and read off doc/routines.md (those in IDL, classes). A keyword counts as done when its
spelling is, or begins, exactly one that the routine takes. Tests: files below tests/ that name the routine."""
import collections
import csv
import os
import pathlib
import re
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent
OUT = TOP / 'doc/coverage.md'

# What a name that is not here belongs to; the first that matches.
TOPICS = [
    ('scientific formats', r'(N?CDF|HDF5?|H5|EOS|GRIB|ASDF|FITS|NETCDF)_?|H5[A-Z]*_|SHAPE|IDLFFSHAPE|IDLFFMRSID|DB_|IDLDB|DIALOG_DBCONNECT'),
    ('widgets', r'WIDGET|CW_|XMANAGER|XREGISTERED|XDISPLAYFILE|XLOADCT|XPALETTE|XOBJVIEW|XROI|XVOLUME|XVAR|XFONT|XEDIT|XM|XS|XB|XP|XD|DIALOG_|PICKFILE|'
                r'EFONT|SLICER|ANNOTATE|LIVE_|CLIPBOARD|WINDOWSEL|MENU|WMENU|TVMENU|CALENDAR|SPECTRO|FOLDERWATCH|CLI_PROGRESS|WRITE_VIDEO|READ_VIDEO|QUERY_VIDEO|IDLFFVIDEO|'
                r'IDLFFMJPEG|MOVIE|ADJCT|C_EDIT|XINTERANIMATE|DRAW_ROI|CROSSHAIR'),
    ('function graphics', r'(I(PLOT|IMAGE|MAP|SURFACE|CONTOUR|VECTOR|VOLUME|TOOL|OPEN|PUT|GET|SET|DELETE|SAVE|RESOLVE|CONVERT|ELLIPSE|POLY|LINE|TEXT|RESET|CURRENT|'
                          r'ROTATE|SCALE|TRANS|ZOOM|REGISTER|UNREGISTER|EXPORT|LEGEND|COLOR|MAG|GRID)|IDLIT|ARROW$|AXIS$|BAR|BOXPLOT|BUBBLEPLOT|COLORBAR|COLORTABLE|CREATEBOX|ELLIPSE|'
                          r'ERRORPLOT|FILLPLOT|GETWINDOWS|GRAPHIC|IMAGE$|LEGEND|MAPCONT|MAPGRID|MAP$|PLOT3D|POLARPLOT|POLYGON|POLYLINE|SCATTERPLOT|STREAMLINE|'
                          r'SYMBOL|TEXT$|VECTOR$|VOLUME$|WINDOW$|LEGEND|CROSSECTION|RASTER|ICONVERT|GRAPHICSTREE|CONVERTCOORD|COLORMAP)'),
    ('object graphics', r'IDLGR|IDLAN|TRACKBALL|XOBJ|MESH_|PARTICLE|INTERVAL|TETRA_|VRML'),
    ('machine learning, tasks, clusters', r'IDLML|IDLASYNC|IDLTASK|IDLHYDRATE|IDLDEHYDRATE|IDLJAVA|IDLCOM|TASK|ROUTINETASK|IDLEXBR|PARALLEL'),
    ('IMSL', r'IMSL_'),
    ('pictures and sound', r'(READ|WRITE|QUERY)_(BMP|DICOM|GIF|IMAGE|INTERFILE|JPEG2000|JPEG|MRSID|NRIF|PICT|PNG|PPM|SPR|SRF|TIFF|WAV|WAVE|X11_BITMAP|XWD)|TIFF_|IDLFF|TVRDC'),
    ('network', r'IDLNET|HTTP|SOCK'),
    ('ENVI', r'ENVI'),
]


def topic(row):
    for name, pattern in TOPICS:
        if re.match(pattern, row['name']):
            return name
    return {'graphics': 'direct graphics', 'external': 'external', 'formats': 'files'}.get(row['topic'], 'routines')


def here(build):
    """Name -> its keywords, of everything that is here."""
    found = collections.defaultdict(set)
    text = subprocess.run([os.path.join(build, 'tests/unit/test_tables'), 'keywords'], stdout=subprocess.PIPE, text=True, check=True).stdout
    for line in text.splitlines():
        name, *keywords = line.split()
        found[name].update(keywords)
    for line in (TOP / 'doc/routines.md').read_text().splitlines():
        m = re.match(r'    (?:\w+ = )?([A-Z][A-Z0-9_]*)(::\w+|->\w+)?(?=$|[(, ])', line, re.I)
        if not m:
            continue
        name = m.group(1).upper()
        found[name]  # classes count by their methods
        if not m.group(2):
            found[name].update(re.findall(r'/([A-Z][A-Z0-9_]*)', line))
            found[name].update(re.findall(r'\b([A-Z][A-Z0-9_]*)=', line))
    for source in (TOP / 'pro').glob('*__define.pro'):
        found[source.name[:-len('__define.pro')].upper()]
    for name in ('BREAK', 'RETURN', 'COMMON', 'CONTINUE', 'GOTO', 'FORWARD_FUNCTION', 'COMPILE_OPT', 'IF', 'FOR', 'FOREACH', 'WHILE', 'REPEAT', 'CASE', 'SWITCH', 'INHERITS'):
        found[name]  # statements
    return found


def is_known(spelled, keywords):
    fits = [k for k in keywords if k.startswith(spelled)]
    return spelled in keywords or len(fits) == 1 or '_EXTRA' in keywords or '_REF_EXTRA' in keywords


def tests_by_name():
    counts = collections.Counter()
    for path in (TOP / 'tests').rglob('*'):
        if path.suffix in ('.pro', '.py', '.txt', '.c', '.def') and path.is_file() and 'corpus' not in path.parts:
            counts.update(set(re.findall(r'[A-Z_][A-Z0-9_]+', path.read_text(errors='replace').upper())))
    return counts


def rows(build):
    known, tests = here(build), tests_by_name()
    with open(TOP / 'tools/coverage/routines.tsv') as f:
        for row in csv.DictReader(f, delimiter='\t'):
            row = {k: v or '' for k, v in row.items()}
            row['is_here'] = row['name'] in known
            used = [(k.upper(), int(n)) for k, n in (x.rsplit(':', 1) for x in row['keywords'].split()) if k.upper() not in ('_EXTRA', '_REF_EXTRA')]
            row['used'], row['done'] = sum(n for _, n in used), sum(n for k, n in used if is_known(k, known[row['name']])) if row['is_here'] else 0
            row['not_known'] = [k for k, _ in used if row['is_here'] and not is_known(k, known[row['name']])]
            row['tests'] = tests[row['name']]
            row['calls'], row['files'] = int(row['calls']), int(row['files'])
            row['topic'] = topic(row)
            yield row


def share(part, whole):
    return f'{100 * part / whole:.2f} %' if whole else ''


def report(table):
    out = ["# Coverage", '', 'Made by `./do coverage`. IDL\'s documented routines, by how often 28,669 public files call them (`tools/coverage/routines.tsv`). Keywords: of those that',
           'these files pass most often, how many of the uses are of keywords that are known here. Tests: files below `tests/` that name the routine.', '',
           '| topic | routines | here | calls | of these resolve |', '|---|--:|--:|--:|--:|']
    groups = collections.defaultdict(list)
    for row in table:
        groups[row['topic']].append(row)
    order = sorted(groups, key=lambda t: -sum(r['calls'] for r in groups[t]))
    for name in order + ['all']:
        g = groups[name] if name != 'all' else table
        calls, done = sum(r['calls'] for r in g), sum(r['calls'] for r in g if r['is_here'])
        out.append(f"| {name} | {len(g)} | {sum(r['is_here'] for r in g)} | {calls} | {share(done, calls)} |")
    for name in order:
        out += ['', f'## {name[0].upper() + name[1:]}', '']
        absent = [r for r in groups[name] if not r['is_here']]
        present = [r for r in groups[name] if r['is_here']]
        if present:
            out += ['| routine | calls | files | keyword uses known | not known | tests |', '|---|--:|--:|--:|---|--:|']
            for r in sorted(present, key=lambda r: (-r['calls'], r['name'])):
                out.append(f"| {r['name']} | {r['calls']} | {r['files']} | {share(r['done'], r['used'])} | {' '.join(r['not_known'])} | {r['tests']} |")
        if absent:
            out += ['', 'Not here: ' + ', '.join(r['name'] + (f" ({r['calls']})" if r['calls'] else '')
                                               for r in sorted(absent, key=lambda r: (-r['calls'], r['name']))) + '.']
    return '\n'.join(out) + '\n'


def main():
    table = list(rows(sys.argv[1]))
    text = report(table)
    OUT.write_text(text)
    print(text[text.index('| topic'):text.index('\n\n## ')])
    untested = [r['name'] for r in table if r['is_here'] and not r['tests']]
    if untested:
        print('Without a test: ' + ' '.join(untested))
    return bool(untested)


if __name__ == '__main__':
    sys.exit(main())
