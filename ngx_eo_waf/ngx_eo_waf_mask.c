
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_waf_mask.h"
#include "text/ngx_eo_text.h"


static ngx_uint_t ngx_eo_waf_mask_named(u_char *p, u_char *last,
    ngx_str_t *names, ngx_uint_t n);


u_char *
ngx_eo_waf_mask(u_char *dst, ngx_str_t *uri, ngx_str_t *names, ngx_uint_t n)
{
    u_char  *p, *last, *name, *equals;

    p = uri->data;
    last = p + uri->len;

    while (p < last && *p != '?') {
        *dst++ = *p++;
    }

    while (p < last) {

        /* a "?" or "&", the name, and the value */

        *dst++ = *p++;
        name = p;

        while (p < last && *p != '&' && *p != '=') {
            p++;
        }

        dst = ngx_cpymem(dst, name, p - name);

        if (p == last || *p == '&') {
            continue;
        }

        equals = p++;
        *dst++ = '=';

        while (p < last && *p != '&') {
            p++;
        }

        if (p - equals > 1 && ngx_eo_waf_mask_named(name, equals, names, n)) {
            dst = ngx_cpymem(dst, "***", 3);

        } else {
            dst = ngx_cpymem(dst, equals + 1, p - equals - 1);
        }
    }

    return dst;
}


/* a long name need not be decoded whole to be known as none of them */

static ngx_uint_t
ngx_eo_waf_mask_named(u_char *p, u_char *last, ngx_str_t *names, ngx_uint_t n)
{
    u_char      name[NGX_EO_WAF_MASK_NAME * 3];
    size_t      len;
    ngx_uint_t  i;

    if ((size_t) (last - p) > sizeof(name)) {
        return 0;
    }

    len = ngx_eo_percent_decode(name, p, last, 1, NULL) - name;

    for (i = 0; i < n; i++) {

        if (names[i].len == len
            && ngx_strncasecmp(names[i].data, name, len) == 0)
        {
            return 1;
        }
    }

    return 0;
}
