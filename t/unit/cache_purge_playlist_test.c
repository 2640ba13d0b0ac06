
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Playlists: what they refer to, and how it is resolved.
 */


#include "ngx_eo_unit.h"
#include "ngx_eo_prefetch_playlist.h"


typedef struct {
    const char   *reference;
    const char   *url;          /* NULL: none */
} playlist_case_t;


/* RFC 3986, 5.4: the examples, with another scheme and path */

static playlist_case_t  playlist_cases[] = {
    { "g", "http://a/b/c/g" },
    { "./g", "http://a/b/c/g" },
    { "g/", "http://a/b/c/g/" },
    { "/g", "http://a/g" },
    { "//g", "http://g" },
    { "?y", "http://a/b/c/d;p?y" },
    { "g?y", "http://a/b/c/g?y" },
    { "#s", "http://a/b/c/d;p?q" },
    { "g#s", "http://a/b/c/g" },
    { "g?y#s", "http://a/b/c/g?y" },
    { ";x", "http://a/b/c/;x" },
    { "g;x", "http://a/b/c/g;x" },
    { "", "http://a/b/c/d;p?q" },
    { ".", "http://a/b/c/" },
    { "./", "http://a/b/c/" },
    { "..", "http://a/b/" },
    { "../", "http://a/b/" },
    { "../g", "http://a/b/g" },
    { "../..", "http://a/" },
    { "../../", "http://a/" },
    { "../../g", "http://a/g" },
    { "../../../g", "http://a/g" },
    { "../../../../g", "http://a/g" },
    { "/./g", "http://a/g" },
    { "/../g", "http://a/g" },
    { "g.", "http://a/b/c/g." },
    { ".g", "http://a/b/c/.g" },
    { "g..", "http://a/b/c/g.." },
    { "..g", "http://a/b/c/..g" },
    { "./../g", "http://a/b/g" },
    { "./g/.", "http://a/b/c/g/" },
    { "g/./h", "http://a/b/c/g/h" },
    { "g/../h", "http://a/b/c/h" },
    { "g;x=1/./y", "http://a/b/c/g;x=1/y" },
    { "g;x=1/../y", "http://a/b/c/y" },
    { "g?y/./x", "http://a/b/c/g?y/./x" },
    { "g?y/../x", "http://a/b/c/g?y/../x" },
    { "seg-1.ts?t=10:20", "http://a/b/c/seg-1.ts?t=10:20" },
    { "d/a:b", "http://a/b/c/d/a:b" },

    { "http://o/x", "http://o/x" },
    { "HTTPS://o/x?y#z", "HTTPS://o/x?y" },

    { "data:text/plain,x", NULL },
    { "ftp://a/x", NULL },
    { "a b", NULL },
    { "a\rb", NULL },
    { "http:///x", NULL },
    { "http://", NULL },
};


static const char  playlist_text[] =
    "\xef\xbb\xbf#EXTM3U\r\n"
    "#EXT-X-VERSION:7\r\n"
    "\r\n"
    "#EXT-X-MEDIA:TYPE=AUDIO,NAME=\"a,URI=x\",URI=\"audio/en.m3u8\"\r\n"
    "#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID=\"cc\"\r\n"
    "#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS=\"a,b\"\r\n"
    "low/index.m3u8\r\n"
    "#EXT-X-I-FRAME-STREAM-INF:URI=\"iframe.m3u8\",BANDWIDTH=1\r\n"
    "#EXT-X-KEY:METHOD=AES-128,URI=\"https://keys/k\"\r\n"
    "#EXT-X-MAP:URI=\"init.mp4\",BYTERANGE=\"10@0\"\r\n"
    "#EXTINF:4.0, a title with URI=\"none\"\n"
    "  seg 1.ts \n"
    "#EXT-X-MAP:URI=\"cut\n"
    "#EXT-X-MAP:URI=\"\"\n"
    "last.ts";


static const char  *playlist_references[] = {
    "audio/en.m3u8", "low/index.m3u8", "iframe.m3u8", "init.mp4", "seg 1.ts",
    "last.ts"
};


ngx_eo_unit_test(cache_purge_playlist_resolve)
{
    u_char                 *dst;
    ngx_int_t               rc;
    ngx_str_t               base, reference, url;
    ngx_uint_t              i;
    playlist_case_t        *c;
    ngx_eo_prefetch_url_t   parts;

    ngx_str_set(&base, "http://a/b/c/d;p?q");
    dst = ngx_pnalloc(t->pool, NGX_EO_PREFETCH_URL_MAX);

    ngx_eo_is_int(ngx_eo_prefetch_url(&base, &parts), NGX_OK, "the base");

    for (i = 0; i < sizeof(playlist_cases) / sizeof(playlist_case_t); i++) {
        c = &playlist_cases[i];

        reference.len = ngx_strlen(c->reference);
        reference.data = ngx_pnalloc(t->pool,
                                     reference.len + (reference.len == 0));
        ngx_memcpy(reference.data, c->reference, reference.len);

        ngx_memzero(dst, NGX_EO_PREFETCH_URL_MAX);
        rc = ngx_eo_playlist_resolve(&parts, &reference, dst, &url);

        /* a fragment of an absolute one is still there, and not of its URL */

        if (rc == NGX_OK) {
            (void) ngx_eo_prefetch_url(&url, &parts);
            url.len = parts.args.data + parts.args.len - url.data;
            (void) ngx_eo_prefetch_url(&base, &parts);
        }

        ngx_eo_is_int(rc == NGX_OK ? url.len : 0,
                      c->url ? ngx_strlen(c->url) : 0, "\"%s\"",
                      c->reference);
        ngx_eo_is_int(c->url ? ngx_strncmp(dst, c->url, url.len) : 0, 0,
                      "\"%s\" is \"%s\"", c->reference,
                      c->url ? c->url : "none");
    }
}


ngx_eo_unit_test(cache_purge_playlist_next)
{
    ngx_str_t   text, reference;
    ngx_uint_t  i, n;

    n = sizeof(playlist_references) / sizeof(playlist_references[0]);

    text.len = sizeof(playlist_text) - 1;
    text.data = ngx_pnalloc(t->pool, text.len);
    ngx_memcpy(text.data, playlist_text, text.len);

    ngx_eo_is_int(ngx_eo_playlist(&text), 1, "a playlist behind a BOM");

    for (i = 0; i < n; i++) {
        ngx_eo_is_int(ngx_eo_playlist_next(&text, &reference), 1,
                      "a reference: %s", playlist_references[i]);
        ngx_eo_is_int(reference.len == ngx_strlen(playlist_references[i])
                      && ngx_strncmp(reference.data, playlist_references[i],
                                     reference.len)
                         == 0, 1, "... as it is");
    }

    ngx_eo_is_int(ngx_eo_playlist_next(&text, &reference), 0, "no more");

    ngx_str_set(&text, "<html>");
    ngx_eo_is_int(ngx_eo_playlist(&text), 0, "a page is no playlist");
    ngx_str_set(&text, "#EXTM3");
    ngx_eo_is_int(ngx_eo_playlist(&text), 0, "nor is a cut one");
}
