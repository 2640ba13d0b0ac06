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

fetch_libinjection() {
    local dir=$1 suite version tree=$build/modsecurity-source

    need dpkg-dev patch xz-utils

    for suite in trixie bookworm sid; do
        suite_lists "$suite" deb-src || continue

        version=$(source_versions "$suite" modsecurity | sed -n 1p)
        [ -n "$version" ] || continue

        rm -rf "$tree"
        fetch_source "$suite" modsecurity "$version" "$tree"

        if [ -f "$tree/others/libinjection/src/libinjection_sqli.c" ]; then
            mkdir -p "$dir"
            cp "$tree"/others/libinjection/src/libinjection*.[ch] "$dir/"
            rm -rf "$tree"
            return
        fi
    done

    die "no suite on this mirror has the source package modsecurity" \
        "with the sources of libinjection in a folder of yours: \
EO_LIBINJECTION=DIR"
}

[ $# -eq 1 ] || die "usage: tools/libinjection.sh DIR"

[ -f "$1/libinjection_sqli.c" ] || fetch_libinjection "$1"
