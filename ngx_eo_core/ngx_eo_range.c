
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * RFC 9110, 14.1.2:  bytes=first-last, bytes=first-, bytes=-suffix, several
 * of them in a list.  Unlike the RFC, which has a server ignore what it does
 * not understand, and compares the unit without case, an EdgeOne node answers
 * 416 to every unit but "bytes" and to everything malformed
 * (docs/behaviour.md, 5.1).
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_eo_range.h"


static ngx_int_t ngx_eo_range_spec(u_char **p, u_char *last, off_t size,
    ngx_uint_t *satisfiable);
static ngx_int_t ngx_eo_range_number(u_char **p, u_char *last, off_t *n);
static u_char *ngx_eo_range_skip_space(u_char *p, u_char *last);


ngx_int_t
ngx_eo_range_check(ngx_str_t *value, off_t size)
{
    u_char      *p, *last;
    ngx_uint_t   satisfiable;

    if (value->len < sizeof("bytes=") - 1
        || ngx_strncmp(value->data, "bytes=", sizeof("bytes=") - 1) != 0)
    {
        return NGX_DECLINED;
    }

    satisfiable = 0;
    p = value->data + sizeof("bytes=") - 1;
    last = value->data + value->len;

    for ( ;; ) {

        if (ngx_eo_range_spec(&p, last, size, &satisfiable) != NGX_OK) {
            return NGX_DECLINED;
        }

        if (p == last) {
            return satisfiable ? NGX_OK : NGX_DECLINED;
        }

        if (*p++ != ',') {
            return NGX_DECLINED;
        }
    }
}


static ngx_int_t
ngx_eo_range_spec(u_char **p, u_char *last, off_t size,
    ngx_uint_t *satisfiable)
{
    off_t       start, end;
    ngx_uint_t  suffix;

    *p = ngx_eo_range_skip_space(*p, last);

    suffix = (*p < last && **p == '-');

    if (suffix) {
        (*p)++;

        if (ngx_eo_range_number(p, last, &end) != NGX_OK) {
            return NGX_DECLINED;
        }

        /* the last 0 bytes begin where the representation ends */

        if (end > 0 || size == 0) {
            *satisfiable = 1;
        }

        *p = ngx_eo_range_skip_space(*p, last);

        return NGX_OK;
    }

    if (ngx_eo_range_number(p, last, &start) != NGX_OK
        || *p == last || *(*p)++ != '-')
    {
        return NGX_DECLINED;
    }

    end = NGX_MAX_OFF_T_VALUE;

    if (*p < last && **p >= '0' && **p <= '9') {
        (void) ngx_eo_range_number(p, last, &end);
    }

    if (start > end) {
        return NGX_DECLINED;
    }

    /* no representation reaches a position that off_t cannot express */

    if (start != NGX_MAX_OFF_T_VALUE
        && (size == -1 || start < size || start == 0))
    {
        *satisfiable = 1;
    }

    *p = ngx_eo_range_skip_space(*p, last);

    return NGX_OK;
}


/* reads 1*DIGIT; a number too large for off_t reads as the largest off_t */

static ngx_int_t
ngx_eo_range_number(u_char **p, u_char *last, off_t *n)
{
    off_t   value;
    u_char  digit, *first;

    value = 0;
    first = *p;

    while (*p < last && **p >= '0' && **p <= '9') {
        digit = *(*p)++ - '0';

        if (value > (NGX_MAX_OFF_T_VALUE - digit) / 10) {
            value = NGX_MAX_OFF_T_VALUE;

        } else {
            value = value * 10 + digit;
        }
    }

    *n = value;

    return (*p == first) ? NGX_DECLINED : NGX_OK;
}


static u_char *
ngx_eo_range_skip_space(u_char *p, u_char *last)
{
    while (p < last && (*p == ' ' || *p == '\t')) {
        p++;
    }

    return p;
}
