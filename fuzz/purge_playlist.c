
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fuzz target: playlists.  Each reference lies within the text, and what it is
 * resolved to is a URL that resolves to itself.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_eo_prefetch_playlist.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
fuzz_resolve(ngx_eo_prefetch_url_t *base, ngx_str_t *reference)
{
    u_char                 *first, *second;
    ngx_str_t               url, again;
    ngx_eo_prefetch_url_t   parts;

    first = malloc(NGX_EO_PREFETCH_URL_MAX);
    second = malloc(NGX_EO_PREFETCH_URL_MAX);

    if (ngx_eo_playlist_resolve(base, reference, first, &url) == NGX_OK) {

        if (url.data != first || url.len > NGX_EO_PREFETCH_URL_MAX
            || ngx_eo_prefetch_url(&url, &parts) != NGX_OK
            || memchr(url.data, LF, url.len)
            || ngx_eo_playlist_resolve(base, &url, second, &again) != NGX_OK
            || again.len != url.len
            || ngx_memcmp(again.data, url.data, url.len) != 0)
        {
            abort();
        }
    }

    free(first);
    free(second);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    u_char                 *copy, *end;
    ngx_str_t               text, reference, base;
    ngx_eo_prefetch_url_t   url;

    copy = malloc(size + (size == 0));
    ngx_memcpy(copy, data, size);

    text.data = copy;
    text.len = size;
    end = copy + size;

    (void) ngx_eo_playlist(&text);

    ngx_str_set(&base, "https://www.example.com/a/b/c.m3u8?x=y");

    while (ngx_eo_playlist_next(&text, &reference)) {

        if (reference.len == 0 || reference.data < copy
            || reference.data + reference.len > end)
        {
            abort();
        }

        if (ngx_eo_prefetch_url(&base, &url) != NGX_OK) {
            abort();
        }

        fuzz_resolve(&url, &reference);

        /* the next one is relative to this one, if it is a URL */

        if (ngx_eo_prefetch_url(&reference, &url) == NGX_OK) {
            base = reference;
        }
    }

    free(copy);

    return 0;
}
