#!/bin/sh
# Makes heliograph_VERSION_ARCHITECTURE.deb in the project's top from a build folder: what `meson install` installs under /usr,
# with the libraries' packages as dependencies. Usage: deb.sh BUILD
# DEBFULLNAME, DEBEMAIL: who makes it. Dates are the last commit's.
set -eu
cd "$(dirname "$0")/.."
build=$1
root=$PWD/$build/deb
version=$(sed -n "s/.*version: '\([0-9.]*\)', license.*/\1/p" meson.build)
arch=$(dpkg --print-architecture)
package=heliograph_${version}_$arch.deb
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md)}
export SOURCE_DATE_EPOCH
before=$(meson introspect --buildoptions "$build" | python3 -c 'import json, sys
print([o["value"] for o in json.load(sys.stdin) if o["name"] == "prefix"][0])')

rm -rf "$root"
meson configure "$build" -Dprefix=/usr
trap 'meson configure "$build" -Dprefix="$before"' EXIT
trap 'exit 1' INT TERM
ninja -C "$build" >/dev/null
DESTDIR=$root meson install -C "$build" --no-rebuild --strip --quiet
maintainer="${DEBFULLNAME:-the Heliograph project} <${DEBEMAIL:-heliograph@localhost}>"
doc=$root/usr/share/doc/heliograph
mkdir -p "$doc/doc" "$root/DEBIAN" "$root/usr/share/lintian/overrides"
cp dist/copyright README.md ARCHITECTURE.md CONTRIBUTING.md SECURITY.md CHANGELOG.md "$doc"
cp doc/*.md doc/sun.jpg "$doc/doc"
cp -r demo "$doc/examples"
cat <<TXT | gzip -9n >"$doc/changelog.gz"
heliograph ($version) unstable; urgency=medium

  * What has changed: /usr/share/doc/heliograph/CHANGELOG.md

 -- $maintainer  $(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")
TXT
cat >"$root/usr/share/lintian/overrides/heliograph" <<TXT
# calls OpenBLAS only, and nothing of the C library
heliograph: library-not-linked-against-libc [usr/lib/*/helio/modules/blas.so]
TXT
find "$root/usr/share/man" -name '*.1' -exec gzip -9n {} +
chmod -R u=rwX,go=rX "$root" # whatever the umask
find "$root/usr" -exec touch -hd "@$SOURCE_DATE_EPOCH" {} +

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
Depends: $depends, ca-certificates, netbase
Recommends: fonts-urw-base35, fonts-dejavu-core
Installed-Size: $(du -sk --apparent-size "$root/usr" | cut -f1)
Maintainer: $maintainer
Description: engine for IDL, the language of astronomers
 Runs programs written in IDL: the language, formats, units that may be files,
 sockets or TLS, pictures in an X window, in the terminal or as PNG, SAVE files,
 and the routines that the Astronomy Library and MPFIT call.
TXT
(cd "$root" && find usr -type f -exec md5sum {} + | LC_ALL=C sort -k 2 >DEBIAN/md5sums)
dpkg-deb --root-owner-group --build "$root" "$package" >/dev/null
echo "$package"
