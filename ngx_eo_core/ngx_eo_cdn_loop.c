
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * CDN-Loop, RFC 8586, section 2:
 *
 *     CDN-Loop  = #cdn-info
 *     cdn-info  = cdn-id *( OWS ";" OWS parameter )
 *     parameter = token "=" ( token / quoted-string )
 *
 * Members of other networks are kept byte for byte.  Several members of ours
 * count with the highest value; there is one of ours in what is sent on.
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_eo_cdn_loop.h"


/* more digits than these are no count of passes but an attempt to overflow */

#define NGX_EO_CDN_LOOP_DIGITS  15


static ngx_int_t ngx_eo_cdn_loop_next(ngx_str_t *rest, u_char separator,
    ngx_str_t *item);
static ngx_uint_t ngx_eo_cdn_loop_is_own(ngx_eo_cdn_loop_t *loop,
    ngx_str_t *member, ngx_str_t *parameters);
static ngx_uint_t ngx_eo_cdn_loop_count(ngx_str_t *parameters);
static ngx_uint_t ngx_eo_cdn_loop_number(ngx_str_t *value);
static void ngx_eo_cdn_loop_trim(ngx_str_t *s);


void
ngx_eo_cdn_loop_read(ngx_eo_cdn_loop_t *loop, ngx_str_t *line)
{
    ngx_int_t   rc;
    ngx_str_t   rest, member, parameters;
    ngx_uint_t  loops;

    rest = *line;

    while ((rc = ngx_eo_cdn_loop_next(&rest, ',', &member)) != NGX_DONE) {

        if (rc == NGX_ERROR) {

            /* sent on, it would hide our member behind it */

            loop->loops = NGX_EO_CDN_LOOP_GARBLED;
        }

        if (member.len == 0) {
            continue;
        }

        if (!ngx_eo_cdn_loop_is_own(loop, &member, &parameters)) {
            loop->foreign += member.len + 2;
            continue;
        }

        loop->present = 1;

        loops = ngx_eo_cdn_loop_count(&parameters);

        if (loops > loop->loops) {
            loop->loops = loops;
        }
    }
}


u_char *
ngx_eo_cdn_loop_copy_foreign(u_char *p, ngx_eo_cdn_loop_t *loop,
    ngx_str_t *line)
{
    ngx_str_t  rest, member, parameters;

    rest = *line;

    while (ngx_eo_cdn_loop_next(&rest, ',', &member) != NGX_DONE) {

        if (member.len == 0
            || ngx_eo_cdn_loop_is_own(loop, &member, &parameters))
        {
            continue;
        }

        p = ngx_cpymem(p, member.data, member.len);
        *p++ = ',';
        *p++ = ' ';
    }

    return p;
}


/*
 * Takes the next item off the rest of a list; separators within a
 * quoted-string (RFC 9110, 5.6.4) do not count.  Returns NGX_OK; NGX_ERROR if
 * the quoted-string of the item does not end; NGX_DONE after the last item.
 */

static ngx_int_t
ngx_eo_cdn_loop_next(ngx_str_t *rest, u_char separator, ngx_str_t *item)
{
    u_char      *p, *last;
    ngx_uint_t   quoted;

    if (rest->data == NULL) {
        return NGX_DONE;
    }

    quoted = 0;
    last = rest->data + rest->len;

    for (p = rest->data; p < last; p++) {

        if (quoted && *p == '\\' && p + 1 < last) {
            p++;
            continue;
        }

        if (*p == '"') {
            quoted = !quoted;
            continue;
        }

        if (*p == separator && !quoted) {
            break;
        }
    }

    item->data = rest->data;
    item->len = p - rest->data;

    ngx_eo_cdn_loop_trim(item);

    if (p == last) {
        rest->data = NULL;
        rest->len = 0;

    } else {
        rest->data = p + 1;
        rest->len = last - (p + 1);
    }

    return quoted ? NGX_ERROR : NGX_OK;
}


static ngx_uint_t
ngx_eo_cdn_loop_is_own(ngx_eo_cdn_loop_t *loop, ngx_str_t *member,
    ngx_str_t *parameters)
{
    ngx_str_t  id;

    *parameters = *member;

    (void) ngx_eo_cdn_loop_next(parameters, ';', &id);

    return id.len == loop->name.len
           && ngx_strncasecmp(id.data, loop->name.data, id.len) == 0;
}


static ngx_uint_t
ngx_eo_cdn_loop_count(ngx_str_t *parameters)
{
    u_char      *p;
    ngx_str_t    rest, parameter, name, value;
    ngx_uint_t   n, loops;

    loops = 0;
    rest = *parameters;

    while (ngx_eo_cdn_loop_next(&rest, ';', &parameter) != NGX_DONE) {

        p = ngx_strlchr(parameter.data, parameter.data + parameter.len, '=');

        name.data = parameter.data;
        name.len = p ? (size_t) (p - parameter.data) : parameter.len;

        ngx_eo_cdn_loop_trim(&name);

        if (name.len != sizeof("loops") - 1
            || ngx_strncasecmp(name.data, (u_char *) "loops", name.len) != 0)
        {
            continue;
        }

        if (p == NULL) {
            return NGX_EO_CDN_LOOP_GARBLED;
        }

        value.data = p + 1;
        value.len = parameter.data + parameter.len - value.data;

        n = ngx_eo_cdn_loop_number(&value);

        if (n > loops) {
            loops = n;
        }
    }

    return loops;
}


static ngx_uint_t
ngx_eo_cdn_loop_number(ngx_str_t *value)
{
    size_t    i;
    uint64_t  n;

    ngx_eo_cdn_loop_trim(value);

    if (value->len >= 2
        && value->data[0] == '"'
        && value->data[value->len - 1] == '"')
    {
        value->data++;
        value->len -= 2;
    }

    if (value->len == 0 || value->len > NGX_EO_CDN_LOOP_DIGITS) {
        return NGX_EO_CDN_LOOP_GARBLED;
    }

    n = 0;

    for (i = 0; i < value->len; i++) {

        if (value->data[i] < '0' || value->data[i] > '9') {
            return NGX_EO_CDN_LOOP_GARBLED;
        }

        n = n * 10 + (value->data[i] - '0');
    }

    return (n > NGX_EO_CDN_LOOP_GARBLED) ? NGX_EO_CDN_LOOP_GARBLED
                                         : (ngx_uint_t) n;
}


static void
ngx_eo_cdn_loop_trim(ngx_str_t *s)
{
    while (s->len && (s->data[0] == ' ' || s->data[0] == '\t')) {
        s->data++;
        s->len--;
    }

    while (s->len
           && (s->data[s->len - 1] == ' ' || s->data[s->len - 1] == '\t'))
    {
        s->len--;
    }
}
