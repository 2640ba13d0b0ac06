#!/bin/sh
# Writes a C header with a file's text as a string constant:
#
#     embed.sh NAME FILE [NAME FILE ...] > HEADER
#
# NAME is that of the macro.

set -e

while [ $# -ge 2 ]; do
    echo "#define $1 \\"
    sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/    "/' -e 's/$/\\n" \\/' "$2"
    echo
    shift 2
done
