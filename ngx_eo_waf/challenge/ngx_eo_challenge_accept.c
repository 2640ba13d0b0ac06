
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_challenge_accept.h"


static ngx_uint_t ngx_eo_challenge_is(const ngx_str_t *value,
    const char *text);
static ngx_uint_t ngx_eo_challenge_accepts(const ngx_str_t *accept);
static ngx_uint_t ngx_eo_challenge_origin(const ngx_str_t *url,
    const ngx_str_t *scheme, const ngx_str_t *host, ngx_uint_t whole);
static ngx_uint_t ngx_eo_challenge_weight(u_char *p, u_char *last);


ngx_uint_t
ngx_eo_challenge_navigates(const ngx_eo_challenge_headers_t *headers)
{
    if (headers->mode.len) {
        return ngx_eo_challenge_is(&headers->mode, "navigate");
    }

    if (headers->requested.len) {
        return 0;
    }

    return ngx_eo_challenge_accepts(&headers->accept);
}


static ngx_uint_t
ngx_eo_challenge_is(const ngx_str_t *value, const char *text)
{
    return value->len == ngx_strlen(text)
           && ngx_strncasecmp(value->data, (u_char *) text, value->len) == 0;
}


static ngx_uint_t
ngx_eo_challenge_accepts(const ngx_str_t *accept)
{
    u_char  *p, *end, *last;

    last = accept->data + accept->len;

    for (p = accept->data; p < last; p = end + 1) {

        while (p < last && (*p == ' ' || *p == '\t')) {
            p++;
        }

        end = ngx_strlchr(p, last, ',');

        if (end == NULL) {
            end = last;
        }

        if (end - p >= 9
            && (ngx_strncasecmp(p, (u_char *) "text/html", 9) == 0)
            && (end - p == 9 || p[9] == ';' || p[9] == ' ')
            && ngx_eo_challenge_weight(p + 9, end) > 0)
        {
            return 1;
        }
    }

    return 0;
}


/* RFC 9110, 12.4.2, in thousandths; what is garbled is as if not there */

static ngx_uint_t
ngx_eo_challenge_weight(u_char *p, u_char *last)
{
    ngx_uint_t  weight, unit;

    for ( /* void */ ; p < last; p++) {

        if (*p != ';') {
            continue;
        }

        do {
            p++;
        } while (p < last && (*p == ' ' || *p == '\t'));

        if (last - p < 3 || (*p != 'q' && *p != 'Q') || p[1] != '=') {
            p--;
            continue;
        }

        p += 2;

        if (*p == '1') {
            return 1000;
        }

        if (*p != '0' || ++p == last || *p != '.') {
            return 0;
        }

        weight = 0;

        for (unit = 100, p++; p < last && unit; p++, unit /= 10) {

            if (*p < '0' || *p > '9') {
                break;
            }

            weight += (ngx_uint_t) (*p - '0') * unit;
        }

        return weight;
    }

    return 1000;
}


ngx_uint_t
ngx_eo_challenge_same_origin(const ngx_eo_challenge_headers_t *headers,
    const ngx_str_t *scheme, const ngx_str_t *host)
{
    if (headers->site.len) {
        return ngx_eo_challenge_is(&headers->site, "same-origin")
               || ngx_eo_challenge_is(&headers->site, "none");
    }

    if (headers->origin.len) {
        return ngx_eo_challenge_origin(&headers->origin, scheme, host, 1);
    }

    return ngx_eo_challenge_origin(&headers->referer, scheme, host, 0);
}


/* whole: nothing may follow */

static ngx_uint_t
ngx_eo_challenge_origin(const ngx_str_t *url, const ngx_str_t *scheme,
    const ngx_str_t *host, ngx_uint_t whole)
{
    size_t   len;
    u_char  *p;

    len = scheme->len + 3 + host->len;

    if (host->len == 0
        || url->len < len
        || ngx_strncasecmp(url->data, scheme->data, scheme->len) != 0
        || ngx_memcmp(url->data + scheme->len, "://", 3) != 0)
    {
        return 0;
    }

    p = url->data + scheme->len + 3;

    if (ngx_strncasecmp(p, host->data, host->len) != 0) {
        return 0;
    }

    if (url->len == len) {
        return 1;
    }

    return !whole && p[host->len] == '/';
}


ngx_uint_t
ngx_eo_challenge_chinese(const ngx_str_t *accept_language)
{
    u_char      *p, *end, *last;
    ngx_uint_t   weight, chinese, english;

    last = accept_language->data + accept_language->len;

    chinese = 0;
    english = 0;

    for (p = accept_language->data; p < last; p = end + 1) {

        while (p < last && (*p == ' ' || *p == '\t')) {
            p++;
        }

        end = ngx_strlchr(p, last, ',');

        if (end == NULL) {
            end = last;
        }

        if (end - p < 2
            || (end - p > 2 && p[2] != '-' && p[2] != ';' && p[2] != ' '))
        {
            continue;
        }

        weight = ngx_eo_challenge_weight(p + 2, end);

        /* of two that are wanted as much, the first */

        if (ngx_strncasecmp(p, (u_char *) "zh", 2) == 0
            && weight > ngx_max(chinese, english))
        {
            chinese = weight;

        } else if (ngx_strncasecmp(p, (u_char *) "en", 2) == 0
                   && weight > ngx_max(chinese, english))
        {
            english = weight;
        }
    }

    return chinese > english;
}
