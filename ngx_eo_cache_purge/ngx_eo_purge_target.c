
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Targets of a purge and identities of objects.
 */


#include "ngx_eo_purge_target.h"
#include <ngx_md5.h>


static ngx_int_t ngx_eo_purge_parse_url(ngx_pool_t *pool, ngx_str_t *text,
    ngx_eo_purge_url_t *url, const char **reason);
static ngx_int_t ngx_eo_purge_parse_host(ngx_pool_t *pool, ngx_str_t *text,
    ngx_str_t *host, const char **reason);
static ngx_int_t ngx_eo_purge_check_prefix(ngx_eo_purge_url_t *url,
    const char **reason);
static ngx_int_t ngx_eo_purge_check_tag(ngx_str_t *tag, const char **reason);
static ngx_uint_t ngx_eo_purge_between_tags(u_char c);
static u_char *ngx_eo_purge_segment(u_char *dst, u_char *start, u_char *end);
static void ngx_eo_purge_key_begin(ngx_md5_t *md5, ngx_eo_purge_kind_e kind,
    ngx_str_t *host);


ngx_int_t
ngx_eo_purge_normalize(u_char *dst, ngx_str_t *path)
{
    u_char      c, *p, *end, *out, *segment;
    ngx_int_t   n;

    p = path->data;
    end = p + path->len;

    if (p == end || *p != '/') {
        return NGX_DECLINED;
    }

    p++;
    out = dst;
    *out++ = '/';
    segment = out;

    while (p < end) {

        c = *p++;

        if (c == '%') {

            n = (end - p < 2) ? NGX_ERROR : ngx_hextoi(p, 2);

            if (n == NGX_ERROR || n == 0) {
                return NGX_DECLINED;
            }

            c = (u_char) n;
            p += 2;
        }

        if (c != '/') {
            *out++ = c;
            continue;
        }

        out = ngx_eo_purge_segment(dst, segment, out);
        if (out == NULL) {
            return NGX_DECLINED;
        }

        if (out[-1] != '/') {
            *out++ = '/';
        }

        segment = out;
    }

    out = ngx_eo_purge_segment(dst, segment, out);
    if (out == NULL) {
        return NGX_DECLINED;
    }

    path->data = dst;
    path->len = out - dst;

    return NGX_OK;
}


/*
 * Ends a segment: "." goes, ".." takes the one before with it.  Returns where
 * the output goes on, NULL above the root.
 */

static u_char *
ngx_eo_purge_segment(u_char *dst, u_char *start, u_char *end)
{
    size_t  len;

    len = end - start;

    if (len == 1 && start[0] == '.') {
        return start;
    }

    if (len != 2 || start[0] != '.' || start[1] != '.') {
        return end;
    }

    start--;

    do {
        if (start == dst) {
            return NULL;
        }

        start--;

    } while (*start != '/');

    return start + 1;
}


ngx_int_t
ngx_eo_purge_target_key(ngx_pool_t *pool, ngx_eo_purge_kind_e kind,
    ngx_str_t *text, ngx_str_t *domain, u_char *key, const char **reason)
{
    ngx_int_t           rc;
    ngx_str_t           host;
    ngx_eo_purge_url_t  url;

    ngx_str_null(&host);

    switch (kind) {

    case NGX_EO_PURGE_URL:
        rc = ngx_eo_purge_parse_url(pool, text, &url, reason);
        if (rc == NGX_OK) {
            ngx_eo_purge_url_key(&url, key);
        }
        return rc;

    case NGX_EO_PURGE_PREFIX:
        rc = ngx_eo_purge_parse_url(pool, text, &url, reason);
        if (rc == NGX_OK) {
            rc = ngx_eo_purge_check_prefix(&url, reason);
        }
        if (rc == NGX_OK) {
            ngx_eo_purge_prefix_key(&url, url.path.len, key);
        }
        return rc;

    case NGX_EO_PURGE_HOST:
        rc = ngx_eo_purge_parse_host(pool, text, &host, reason);
        if (rc == NGX_OK) {
            ngx_eo_purge_host_key(&host, key);
        }
        return rc;

    case NGX_EO_PURGE_TAG:
        rc = ngx_eo_purge_check_tag(text, reason);
        if (rc == NGX_OK && domain->len) {
            rc = ngx_eo_purge_parse_host(pool, domain, &host, reason);
        }
        if (rc == NGX_OK) {
            ngx_eo_purge_tag_key(text, &host, key);
        }
        return rc;

    default: /* NGX_EO_PURGE_ALL */
        ngx_eo_purge_all_key(key);
        return NGX_OK;
    }
}


static ngx_int_t
ngx_eo_purge_parse_url(ngx_pool_t *pool, ngx_str_t *text,
    ngx_eo_purge_url_t *url, const char **reason)
{
    u_char     *p, *end, *last;
    ngx_int_t   rc;
    ngx_str_t   host;

    p = text->data;
    end = p + text->len;

    for (last = p; last < end; last++) {
        if (*last <= ' ' || *last == 0x7f) {
            *reason = "blanks and control characters have to be encoded";
            return NGX_DECLINED;
        }
    }

    if (text->len > 7 && ngx_strncasecmp(p, (u_char *) "http://", 7) == 0) {
        p += 7;

    } else if (text->len > 8
               && ngx_strncasecmp(p, (u_char *) "https://", 8) == 0)
    {
        p += 8;

    } else {
        *reason = "begins neither with http:// nor with https://";
        return NGX_DECLINED;
    }

    for (host.data = p; p < end && *p != '/' && *p != '?' && *p != '#'; p++) {
        /* void */
    }

    host.len = p - host.data;

    rc = ngx_eo_purge_parse_host(pool, &host, &url->host, reason);
    if (rc != NGX_OK) {
        return rc;
    }

    last = memchr(p, '#', end - p);
    if (last) {
        end = last;
    }

    last = memchr(p, '?', end - p);

    url->has_args = (last != NULL);
    url->args.data = last ? last + 1 : end;
    url->args.len = end - url->args.data;

    url->path.data = p;
    url->path.len = (last ? last : end) - p;

    if (url->path.len == 0) {
        ngx_str_set(&url->path, "/");
        return NGX_OK;
    }

    p = ngx_pnalloc(pool, url->path.len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    if (ngx_eo_purge_normalize(p, &url->path) != NGX_OK) {
        *reason = "the path has a wrong percent-encoding or leads above \"/\"";
        return NGX_DECLINED;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_purge_parse_host(ngx_pool_t *pool, ngx_str_t *text, ngx_str_t *host,
    const char **reason)
{
    u_char  *p, *last, c;
    size_t   i;

    host->len = text->len;

    /* a port, but not the end of an IPv6 address */

    last = ngx_strlchr(text->data, text->data + text->len, ']');
    p = ngx_strlchr(last ? last : text->data, text->data + text->len, ':');

    if (p) {
        host->len = p - text->data;

        for (p++; p < text->data + text->len; p++) {
            if (*p < '0' || *p > '9') {
                *reason = "what follows the host's colon is no port";
                return NGX_DECLINED;
            }
        }
    }

    if (host->len && text->data[host->len - 1] == '.') {
        host->len--;
    }

    if (host->len == 0 || host->len > 255) {
        *reason = "has no host name of up to 255 bytes";
        return NGX_DECLINED;
    }

    host->data = ngx_pnalloc(pool, host->len);
    if (host->data == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < host->len; i++) {
        c = ngx_tolower(text->data[i]);

        if (c == '*') {
            *reason = "wildcards are not possible: name each host";
            return NGX_DECLINED;
        }

        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')
              || c == '-' || c == '.' || c == '_'
              || c == '[' || c == ']' || c == ':'))
        {
            *reason = "the host has a character that no host name has; "
                      "international names are written as xn--...";
            return NGX_DECLINED;
        }

        host->data[i] = c;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_purge_check_prefix(ngx_eo_purge_url_t *url, const char **reason)
{
    size_t      i;
    ngx_uint_t  depth;

    if (url->has_args) {
        *reason = "a prefix has no query";
        return NGX_DECLINED;
    }

    if (url->path.data[url->path.len - 1] != '/') {
        *reason = "a prefix is a folder and ends with \"/\"";
        return NGX_DECLINED;
    }

    depth = 0;

    for (i = 0; i < url->path.len; i++) {
        if (url->path.data[i] == '/') {
            depth++;
        }
    }

    if (depth > NGX_EO_PURGE_MAX_DEPTH) {
        *reason = "a prefix has 32 folders at most";
        return NGX_DECLINED;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_purge_check_tag(ngx_str_t *tag, const char **reason)
{
    size_t  i;

    if (tag->len == 0 || tag->len > 1024) {
        *reason = "a tag has 1 to 1024 bytes";
        return NGX_DECLINED;
    }

    for (i = 0; i < tag->len; i++) {
        if (tag->data[i] <= ' ' || tag->data[i] == 0x7f
            || tag->data[i] == ',' || tag->data[i] == '"')
        {
            *reason = "a tag has no blanks, commas, quotes or control "
                      "characters";
            return NGX_DECLINED;
        }
    }

    return NGX_OK;
}


void
ngx_eo_purge_url_key(ngx_eo_purge_url_t *url, u_char *key)
{
    ngx_md5_t  md5;

    ngx_eo_purge_key_begin(&md5, NGX_EO_PURGE_URL, &url->host);
    ngx_md5_update(&md5, url->path.data, url->path.len);

    if (url->has_args) {
        ngx_md5_update(&md5, "\0?", 2);
        ngx_md5_update(&md5, url->args.data, url->args.len);
    }

    ngx_md5_final(key, &md5);
}


void
ngx_eo_purge_prefix_key(ngx_eo_purge_url_t *url, size_t len, u_char *key)
{
    ngx_md5_t  md5;

    ngx_eo_purge_key_begin(&md5, NGX_EO_PURGE_PREFIX, &url->host);
    ngx_md5_update(&md5, url->path.data, len);
    ngx_md5_final(key, &md5);
}


void
ngx_eo_purge_host_key(ngx_str_t *host, u_char *key)
{
    ngx_md5_t  md5;

    ngx_eo_purge_key_begin(&md5, NGX_EO_PURGE_HOST, host);
    ngx_md5_final(key, &md5);
}


void
ngx_eo_purge_tag_key(ngx_str_t *tag, ngx_str_t *host, u_char *key)
{
    u_char     c;
    size_t     i;
    ngx_md5_t  md5;

    ngx_eo_purge_key_begin(&md5, NGX_EO_PURGE_TAG, host);

    for (i = 0; i < tag->len; i++) {
        c = ngx_tolower(tag->data[i]);
        ngx_md5_update(&md5, &c, 1);
    }

    ngx_md5_final(key, &md5);
}


void
ngx_eo_purge_all_key(u_char *key)
{
    ngx_md5_t  md5;
    ngx_str_t  host = ngx_null_string;

    ngx_eo_purge_key_begin(&md5, NGX_EO_PURGE_ALL, &host);
    ngx_md5_final(key, &md5);
}


static void
ngx_eo_purge_key_begin(ngx_md5_t *md5, ngx_eo_purge_kind_e kind,
    ngx_str_t *host)
{
    u_char  c;

    c = (u_char) kind;

    ngx_md5_init(md5);
    ngx_md5_update(md5, &c, 1);

    if (host->len) {
        ngx_md5_update(md5, host->data, host->len);
    }

    ngx_md5_update(md5, "", 1);
}


/*
 * Cache-Tag separates by commas, Surrogate-Key by blanks, and Cache-Groups
 * (RFC 9875) has strings in quotes; no tag of a target has any of these.
 */

static ngx_uint_t
ngx_eo_purge_between_tags(u_char c)
{
    return c == ',' || c == '"' || c <= ' ';
}


ngx_uint_t
ngx_eo_purge_next_tag(ngx_str_t *list, ngx_str_t *tag)
{
    u_char  *p, *end;

    end = list->data + list->len;

    for (p = list->data; p < end && ngx_eo_purge_between_tags(*p); p++) {
        /* void */
    }

    tag->data = p;

    while (p < end && !ngx_eo_purge_between_tags(*p)) {
        p++;
    }

    tag->len = p - tag->data;
    list->data = p;
    list->len = end - p;

    return tag->len != 0;
}
