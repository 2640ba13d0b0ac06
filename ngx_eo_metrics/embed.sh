#!/bin/sh
# Writes a C header with the page as string constants, and the hashes of its
# style and script by which the Content-Security-Policy knows them:
#
#     embed.sh TOP PAGES > HEADER

set -e

top=$1
pages=$2

# hash FILE: of the text between the tags, which begins with a line's end
hash_of() {
    digest=$({ echo; cat "$1"; } | sha256sum | awk '{
        for (i = 1; i <= 64; i += 2) {
            high = index("0123456789abcdef", substr($1, i, 1)) - 1
            low = index("0123456789abcdef", substr($1, i + 1, 1)) - 1
            printf "\\%03o", high * 16 + low
        }
    }')

    # shellcheck disable=SC2059
    printf "$digest" | base64
}

sh "$top/ngx_eo_core/embed.sh" \
    NGX_EO_METRICS_PAGE_TOP "$pages/top.html" \
    NGX_EO_METRICS_PAGE_STYLE "$pages/page.css" \
    NGX_EO_METRICS_PAGE_BODY "$pages/body.html" \
    NGX_EO_METRICS_PAGE_SCRIPT "$pages/page.js"

echo "#define NGX_EO_METRICS_PAGE_STYLE_HASH \"$(hash_of "$pages/page.css")\""
echo "#define NGX_EO_METRICS_PAGE_SCRIPT_HASH \"$(hash_of "$pages/page.js")\""
