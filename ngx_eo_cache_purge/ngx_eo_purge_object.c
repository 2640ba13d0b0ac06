
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The header of a cached object: its tags, and the line with its URL.
 */


#include "ngx_eo_purge_object.h"


#define NGX_EO_PURGE_FASTCGI_RECORD  8


static ngx_uint_t ngx_eo_purge_field(u_char *p, u_char *end, ngx_str_t *name,
    ngx_str_t *value);
static ngx_uint_t ngx_eo_purge_marker_escaped(u_char c);


static ngx_str_t  ngx_eo_purge_marker_name = ngx_string("eo-cache-object");


static ngx_str_t  ngx_eo_purge_tag_names[] = {
    ngx_string("cache-tag"),
    ngx_string("surrogate-key"),
    ngx_string("cache-groups"),
    ngx_null_string
};


void
ngx_eo_purge_header_read(u_char *start, u_char *end,
    ngx_eo_purge_header_t *header)
{
    u_char     *p;
    ngx_str_t  *name, value;

    ngx_str_null(&header->marker);
    header->ntags = 0;

    p = start;

    /* where the header begins with a record of FastCGI, a field follows it */

    if (end - p > NGX_EO_PURGE_FASTCGI_RECORD && *p == 1) {
        p += NGX_EO_PURGE_FASTCGI_RECORD;
    }

    while (p < end) {

        for (name = ngx_eo_purge_tag_names; name->len; name++) {

            if (header->ntags < NGX_EO_PURGE_HEADERS
                && ngx_eo_purge_field(p, end, name, &value))
            {
                header->tags[header->ntags++] = value;
            }
        }

        if (header->marker.len == 0
            && ngx_eo_purge_field(p, end, &ngx_eo_purge_marker_name, &value))
        {
            header->marker = value;
        }

        p = memchr(p, LF, end - p);

        if (p == NULL) {
            break;
        }

        p++;
    }
}


/* whether a line is the field of this name */

static ngx_uint_t
ngx_eo_purge_field(u_char *p, u_char *end, ngx_str_t *name, ngx_str_t *value)
{
    u_char  *last;

    if ((size_t) (end - p) <= name->len
        || p[name->len] != ':'
        || ngx_strncasecmp(p, name->data, name->len) != 0)
    {
        return 0;
    }

    p += name->len + 1;

    last = memchr(p, LF, end - p);

    if (last == NULL) {
        last = end;
    }

    while (p < last && (*p == ' ' || *p == '\t')) {
        p++;
    }

    while (last > p && last[-1] <= ' ') {
        last--;
    }

    value->data = p;
    value->len = last - p;

    if (value->len > NGX_EO_PURGE_MAX_TAG_BYTES) {
        value->len = NGX_EO_PURGE_MAX_TAG_BYTES;
    }

    return 1;
}


ngx_int_t
ngx_eo_purge_marker_read(u_char *dst, ngx_str_t *value,
    ngx_eo_purge_url_t *url)
{
    u_char  *p, *end;

    end = value->data + value->len;

    p = memchr(value->data, '/', value->len);
    if (p == NULL) {
        return NGX_DECLINED;
    }

    url->host.data = value->data;
    url->host.len = p - value->data;

    url->args.data = memchr(p, '?', end - p);
    url->has_args = (url->args.data != NULL);
    url->args.len = 0;

    if (url->has_args) {
        url->args.data++;
        url->args.len = end - url->args.data;
        end = url->args.data - 1;
    }

    url->path.data = p;
    url->path.len = end - p;

    return ngx_eo_purge_normalize(dst, &url->path);
}


ngx_uint_t
ngx_eo_purge_header_marker(ngx_str_t *name)
{
    return name->len == ngx_eo_purge_marker_name.len
           && ngx_strncasecmp(name->data, ngx_eo_purge_marker_name.data,
                              name->len)
              == 0;
}


ngx_uint_t
ngx_eo_purge_header_tags(ngx_str_t *name)
{
    ngx_str_t  *own;

    for (own = ngx_eo_purge_tag_names; own->len; own++) {

        if (name->len == own->len
            && ngx_strncasecmp(name->data, own->data, own->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


/* what would end the line or the path, and the escape itself */

static ngx_uint_t
ngx_eo_purge_marker_escaped(u_char c)
{
    return c <= ' ' || c == 0x7f || c == '%' || c == '?';
}


size_t
ngx_eo_purge_marker_len(ngx_eo_purge_url_t *url)
{
    size_t  i, len;

    len = sizeof(NGX_EO_PURGE_MARKER) - 1 + url->host.len + url->path.len
          + (url->has_args ? 1 + url->args.len : 0) + sizeof(CRLF) - 1;

    for (i = 0; i < url->path.len; i++) {
        len += ngx_eo_purge_marker_escaped(url->path.data[i]) ? 2 : 0;
    }

    return len;
}


u_char *
ngx_eo_purge_marker(u_char *p, ngx_eo_purge_url_t *url)
{
    size_t  i;

    p = ngx_cpymem(p, NGX_EO_PURGE_MARKER, sizeof(NGX_EO_PURGE_MARKER) - 1);
    p = ngx_cpymem(p, url->host.data, url->host.len);

    for (i = 0; i < url->path.len; i++) {

        if (ngx_eo_purge_marker_escaped(url->path.data[i])) {
            p = ngx_sprintf(p, "%%%02Xd", (ngx_int_t) url->path.data[i]);
            continue;
        }

        *p++ = url->path.data[i];
    }

    if (url->has_args) {
        *p++ = '?';
        p = ngx_cpymem(p, url->args.data, url->args.len);
    }

    *p++ = CR;
    *p++ = LF;

    return p;
}
