#!/bin/sh
# Makes heliograph_VERSION_ARCHITECTURE.deb in the project's top from a build folder: what `meson install` installs under /usr,
# with the libraries' packages as dependencies. Usage: deb.sh BUILD
set -eu
cd "$(dirname "$0")/.."
build=$1
root=$PWD/$build/deb
version=$(sed -n "s/.*version: '\([0-9.]*\)', license.*/\1/p" meson.build)
arch=$(dpkg --print-architecture)
package=heliograph_${version}_$arch.deb
before=$(meson introspect --buildoptions "$build" | python3 -c 'import json, sys
print([o["value"] for o in json.load(sys.stdin) if o["name"] == "prefix"][0])')

rm -rf "$root"
meson configure "$build" -Dprefix=/usr
trap 'meson configure "$build" -Dprefix="$before"' EXIT
ninja -C "$build" >/dev/null
DESTDIR=$root meson install -C "$build" --no-rebuild --strip --quiet
doc=$root/usr/share/doc/heliograph
mkdir -p "$doc" "$root/DEBIAN"
cp dist/copyright README.md "$doc"
cp -r doc/*.md "$doc"
gzip -9nc CHANGELOG.md >"$doc/changelog.gz"
find "$root/usr/share/man" -name '*.1' -exec gzip -9n {} +

# dpkg-shlibdeps wants to stand beside a debian/control.
work=$build/shlibdeps
mkdir -p "$work/debian"
printf 'Source: heliograph\n\nPackage: heliograph\nArchitecture: any\n' >"$work/debian/control"
depends=$(cd "$work" && find "$root/usr" -type f \( -name '*.so' -o -name helio -path '*/bin/*' \) -exec dpkg-shlibdeps -O {} + 2>/dev/null |
    sed -n 's/^shlibs:Depends=//p')
[ -n "$depends" ] || { echo "dpkg-shlibdeps found no dependencies" >&2; exit 1; }

cat >"$root/DEBIAN/control" <<TXT
Package: heliograph
Version: $version
Section: science
Priority: optional
Architecture: $arch
Depends: $depends, ca-certificates
Installed-Size: $(du -sk "$root/usr" | cut -f1)
Maintainer: the Heliograph project <heliograph@localhost>
Description: engine for IDL, the language of astronomers
 Runs programs written in IDL: the language, formats, units that may be files,
 sockets or TLS, pictures in an X window, in the terminal or as PNG, SAVE files,
 and the routines that the Astronomy Library and MPFIT call.
TXT
(cd "$root" && find usr -type f -exec md5sum {} + >DEBIAN/md5sums)
dpkg-deb --root-owner-group --build "$root" "$package" >/dev/null
echo "$package"
