#!/bin/sh
# Makes the pictures of doc/gallery.md, and the page itself, from the programs in doc/gallery. Usage: gallery.sh HELIO
set -eu
helio=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
cd "$(dirname "$0")/../doc"
page=gallery.md
{
    echo "# Gallery"
    echo
    echo "Each picture is made by the program below it, on a white page of 600 x 420 pixels (\`./do gallery\` remakes them all):"
    echo
    echo '```idl'
    echo "set_plot, 'png' & device, set_resolution=[600, 420] & !p.background = 'ffffff'x & !p.color = 0"
    echo "@doc/gallery/NAME"
    echo "wsave, 'NAME.png', width=900"
    echo '```'
} >"$page"
for program in gallery/*.pro; do
    name=$(basename "$program" .pro)
    printf '%s\n' "set_plot, 'png' & device, set_resolution=[600, 420], filename='/dev/null'" "!p.background = 'ffffff'x & !p.color = 0 & erase" \
        "@$program" "wsave, 'gallery/$name.png', width=900" | env -u DISPLAY HELIO_PREFERENCES= "$helio" -quiet
    {
        printf '\n## %s\n\n![](gallery/%s.png)\n\n```idl\n' "$(sed -n '1s/^; //p' "$program" | sed 's/\..*//')" "$name"
        cat "$program"
        printf '```\n'
    } >>"$page"
done
