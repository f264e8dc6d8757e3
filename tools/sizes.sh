#!/bin/sh
# Limits on size: functions 60 lines, .c files 900, .h files 300, lines 130 columns (what to aim for is in
# CONTRIBUTING.md). tools/sizes.allow lists the exceptions, one "name reason" a line. Needs universal-ctags.
cd "$(dirname "$0")/.." || exit 2
allow=tools/sizes.allow
bad=0
long=$(ctags -R --languages=C --langmap=C:.c.h --kinds-C=f --fields=+ne -x --_xformat='%{end} %{line} %F %N' src |
    awk '$1 - $2 >= 60 {print $4, $1 - $2 + 1, $3 ":" $2}')
echo "$long" | while read -r name lines place; do
    [ -n "$name" ] && ! grep -q "^$name " "$allow" && echo "$place: $name has $lines lines (limit 60)"
done >"${TMPDIR:-/tmp}/helio-sizes.$$"
git ls-files src | grep '\.[ch]$' | while read -r f; do
    n=$(wc -l <"$f"); limit=900
    case $f in *.h) limit=300 ;; esac
    [ "$n" -gt $limit ] && ! grep -q "^$f " "$allow" && echo "$f: $n lines (limit $limit)"
    awk -v f="$f" 'length($0) > 130 {print f ":" NR ": " length($0) " columns (limit 130)"}' "$f"
done >>"${TMPDIR:-/tmp}/helio-sizes.$$"
[ -s "${TMPDIR:-/tmp}/helio-sizes.$$" ] && bad=1
cat "${TMPDIR:-/tmp}/helio-sizes.$$"
rm -f "${TMPDIR:-/tmp}/helio-sizes.$$"
exit $bad
