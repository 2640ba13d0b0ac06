
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * URLs, playlists and what they refer to.
 */


#include "ngx_eo_prefetch_playlist.h"


static ngx_uint_t ngx_eo_playlist_line(ngx_str_t *text, ngx_str_t *line);
static ngx_uint_t ngx_eo_playlist_tag(ngx_str_t *line, ngx_str_t *reference);
static ngx_uint_t ngx_eo_playlist_has_scheme(ngx_str_t *reference);
static u_char *ngx_eo_playlist_merge(u_char *p, u_char *last,
    ngx_eo_prefetch_url_t *base, ngx_str_t *reference);
static u_char *ngx_eo_playlist_path(u_char *p, ngx_str_t *path);


/* the tags with a URI that names media or another playlist */

static ngx_str_t  ngx_eo_playlist_tags[] = {
    ngx_string("#EXT-X-MAP:"),
    ngx_string("#EXT-X-MEDIA:"),
    ngx_string("#EXT-X-I-FRAME-STREAM-INF:"),
    ngx_string("#EXT-X-PART:"),
    ngx_null_string
};


ngx_int_t
ngx_eo_prefetch_url(ngx_str_t *text, ngx_eo_prefetch_url_t *url)
{
    u_char  *p, *end;

    p = text->data;
    end = p + text->len;

    if (text->len > NGX_EO_PREFETCH_URL_MAX) {
        return NGX_DECLINED;
    }

    for ( /* void */ ; p < end; p++) {
        if (*p <= ' ' || *p == 0x7f) {
            return NGX_DECLINED;
        }
    }

    p = text->data;

    if (text->len > 7 && ngx_strncasecmp(p, (u_char *) "http://", 7) == 0) {
        url->https = 0;
        p += 7;

    } else if (text->len > 8
               && ngx_strncasecmp(p, (u_char *) "https://", 8) == 0)
    {
        url->https = 1;
        p += 8;

    } else {
        return NGX_DECLINED;
    }

    url->host.data = p;

    while (p < end && *p != '/' && *p != '?' && *p != '#') {
        p++;
    }

    url->host.len = p - url->host.data;
    url->path.data = p;

    while (p < end && *p != '?' && *p != '#') {
        p++;
    }

    url->path.len = p - url->path.data;
    url->args.data = p;

    while (p < end && *p != '#') {
        p++;
    }

    url->args.len = p - url->args.data;

    return url->host.len ? NGX_OK : NGX_DECLINED;
}


ngx_uint_t
ngx_eo_playlist(ngx_str_t *text)
{
    static u_char  bom[] = { 0xef, 0xbb, 0xbf };

    if (text->len >= sizeof(bom)
        && ngx_memcmp(text->data, bom, sizeof(bom)) == 0)
    {
        text->data += sizeof(bom);
        text->len -= sizeof(bom);
    }

    return text->len >= 7 && ngx_memcmp(text->data, "#EXTM3U", 7) == 0;
}


ngx_uint_t
ngx_eo_playlist_next(ngx_str_t *text, ngx_str_t *reference)
{
    ngx_str_t  line;

    while (ngx_eo_playlist_line(text, &line)) {

        if (line.len == 0) {
            continue;
        }

        if (line.data[0] != '#') {
            *reference = line;
            return 1;
        }

        if (ngx_eo_playlist_tag(&line, reference)) {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
ngx_eo_playlist_line(ngx_str_t *text, ngx_str_t *line)
{
    u_char  *p, *end;

    if (text->len == 0) {
        return 0;
    }

    end = text->data + text->len;
    p = memchr(text->data, LF, text->len);

    line->data = text->data;
    line->len = (p ? p : end) - line->data;

    text->data = p ? p + 1 : end;
    text->len = end - text->data;

    while (line->len && line->data[line->len - 1] <= ' ') {
        line->len--;
    }

    while (line->len && line->data[0] <= ' ') {
        line->data++;
        line->len--;
    }

    return 1;
}


/* the attribute URI, which another one's quoted value may only look like */

static ngx_uint_t
ngx_eo_playlist_tag(ngx_str_t *line, ngx_str_t *reference)
{
    u_char     *p, *end, *name, *value;
    ngx_str_t  *tag;

    for (tag = ngx_eo_playlist_tags; tag->len; tag++) {

        if (line->len > tag->len
            && ngx_memcmp(line->data, tag->data, tag->len) == 0)
        {
            break;
        }
    }

    if (tag->len == 0) {
        return 0;
    }

    p = line->data + tag->len;
    end = line->data + line->len;

    while (p < end) {

        while (p < end && (*p == ',' || *p == ' ')) {
            p++;
        }

        name = p;
        p = memchr(p, '=', end - p);

        if (p == NULL) {
            return 0;
        }

        value = p + 1;

        if (value < end && *value == '"') {
            value++;
            p = memchr(value, '"', end - value);

            if (p == NULL) {
                return 0;
            }

            if (value - 2 - name == 3 && ngx_memcmp(name, "URI", 3) == 0) {
                reference->data = value;
                reference->len = p - value;
                return p != value;
            }

            p++;
            continue;
        }

        p = memchr(value, ',', end - value);

        if (p == NULL) {
            return 0;
        }
    }

    return 0;
}


ngx_int_t
ngx_eo_playlist_resolve(ngx_eo_prefetch_url_t *base, ngx_str_t *reference,
    u_char *dst, ngx_str_t *text)
{
    u_char                 *p, *last;
    ngx_str_t               ref;
    ngx_eo_prefetch_url_t   url;

    ref = *reference;
    last = dst + NGX_EO_PREFETCH_URL_MAX;

    p = memchr(ref.data, '#', ref.len);
    if (p) {
        ref.len = p - ref.data;
    }

    if (ref.len > NGX_EO_PREFETCH_URL_MAX) {
        return NGX_DECLINED;
    }

    if (ngx_eo_playlist_has_scheme(&ref)) {
        p = ngx_cpymem(dst, ref.data, ref.len);

    } else {
        p = ngx_slprintf(dst, last, "%s:", base->https ? "https" : "http");

        if (ref.len > 1 && ref.data[0] == '/' && ref.data[1] == '/') {
            p = ngx_slprintf(p, last, "%V", &ref);

        } else {
            p = ngx_slprintf(p, last, "//%V", &base->host);
            p = ngx_eo_playlist_merge(p, last, base, &ref);
        }
    }

    if (p >= last) {
        return NGX_DECLINED;
    }

    text->data = dst;
    text->len = p - dst;

    return ngx_eo_prefetch_url(text, &url);
}


/* a scheme comes before the first slash; a colon may be in a later segment */

static ngx_uint_t
ngx_eo_playlist_has_scheme(ngx_str_t *reference)
{
    size_t  i;
    u_char  c;

    for (i = 0; i < reference->len; i++) {
        c = reference->data[i];

        if (c == ':') {
            return i != 0;
        }

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.'))
        {
            return 0;
        }
    }

    return 0;
}


/* path and query; returns "last" if there is no room for them */

static u_char *
ngx_eo_playlist_merge(u_char *p, u_char *last, ngx_eo_prefetch_url_t *base,
    ngx_str_t *reference)
{
    u_char     *start, *args;
    ngx_str_t   path;

    if (reference->len == 0) {
        return ngx_slprintf(p, last, "%V%V", &base->path, &base->args);
    }

    if (reference->data[0] == '?') {
        return ngx_slprintf(p, last, "%V%V", &base->path, reference);
    }

    start = p;
    path = base->path;

    if (reference->data[0] == '/') {
        path.len = 0;

    } else {
        while (path.len && path.data[path.len - 1] != '/') {
            path.len--;
        }

        if (path.len == 0) {
            ngx_str_set(&path, "/");
        }
    }

    p = ngx_slprintf(p, last, "%V%V", &path, reference);

    if (p >= last) {
        return last;
    }

    args = memchr(start, '?', p - start);

    path.data = start;
    path.len = (args ? args : p) - start;

    start = ngx_eo_playlist_path(start, &path);

    if (args == NULL) {
        return start;
    }

    return ngx_movemem(start, args, p - args);
}


/* removes dot segments in place (RFC 3986, 5.2.4); the path begins with "/" */

static u_char *
ngx_eo_playlist_path(u_char *p, ngx_str_t *path)
{
    u_char  *from, *end, *next, *start;
    size_t   len;

    start = p;
    from = path->data;
    end = from + path->len;

    while (from < end) {

        /* *from is the slash before a segment */

        next = memchr(from + 1, '/', end - from - 1);
        if (next == NULL) {
            next = end;
        }

        len = next - from - 1;

        if (len == 1 && from[1] == '.') {
            if (next == end) {
                *p++ = '/';
            }

        } else if (len == 2 && from[1] == '.' && from[2] == '.') {

            while (p > start && *--p != '/') { /* void */ }

            if (next == end) {
                *p++ = '/';
            }

        } else {
            p = ngx_movemem(p, from, next - from);
        }

        from = next;
    }

    return p;
}
