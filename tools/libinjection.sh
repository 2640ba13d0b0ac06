#!/bin/bash
# libinjection, the library behind @detectSQLi and @detectXSS.  Debian has no
# package of it and ships its source within that of modsecurity, from where
# it is fetched; EO_LIBINJECTION names a folder with the sources instead.
#
#   tools/libinjection.sh DIR     puts the sources into DIR, if they are not
#                                 there yet

set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$top/build
mkdir -p "$build/log"

for part in common packages later-suite; do
    # shellcheck source=/dev/null
    . "$top/tools/$part.sh"
done

at_exit() {
    :
}

# fetch_libinjection DIR: from the system's own suite first, since that is
# what its mirror is most likely to have
fetch_libinjection() {
    local dir=$1 suites tree=$build/modsecurity-source
    local sources=others/libinjection/src

    mapfile -t suites < <(suites_own_first bookworm trixie forky sid)

    source_package modsecurity any "$tree" "$sources/libinjection_sqli.c" \
        "${suites[@]}"

    mkdir -p "$dir"
    cp "$tree/$sources"/libinjection*.[ch] "$dir/"
    rm -rf "$tree"
}

[ $# -eq 1 ] || die "usage: tools/libinjection.sh DIR"

[ -f "$1/libinjection_sqli.c" ] || fetch_libinjection "$1"
