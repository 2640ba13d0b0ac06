
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_traceparent.h"


/* where the parts begin */

#define NGX_EO_TRACEPARENT_TRACE   3
#define NGX_EO_TRACEPARENT_PARENT  36
#define NGX_EO_TRACEPARENT_FLAGS   53


static ngx_uint_t ngx_eo_traceparent_valid(ngx_str_t *value);
static ngx_uint_t ngx_eo_traceparent_hex(u_char *p, size_t len,
    ngx_uint_t *zero);


ngx_uint_t
ngx_eo_traceparent(u_char *dst, ngx_str_t *value, const u_char *trace,
    const u_char *parent)
{
    u_char      *p, flags;
    ngx_uint_t   valid;

    valid = value && ngx_eo_traceparent_valid(value);

    p = ngx_cpymem(dst, "00-", 3);

    if (valid) {
        p = ngx_cpymem(p, value->data + NGX_EO_TRACEPARENT_TRACE, 32);

    } else {
        p = ngx_hex_dump(p, (u_char *) trace, 16);
    }

    *p++ = '-';
    p = ngx_hex_dump(p, (u_char *) parent, 8);
    *p++ = '-';
    *p++ = '0';

    /* of the flags, version 00 knows "sampled" only */

    flags = '0';

    if (valid && (ngx_strchr("13579bdf",
                             value->data[NGX_EO_TRACEPARENT_FLAGS + 1])))
    {
        flags = '1';
    }

    *p = flags;

    return valid;
}


/*
 * A version to come may have more behind a further "-"; ff is none, nor is
 * an identifier of zeros one (3.2.2).
 */

static ngx_uint_t
ngx_eo_traceparent_valid(ngx_str_t *value)
{
    u_char      *p;
    ngx_uint_t   zero;

    p = value->data;

    if (value->len < NGX_EO_TRACEPARENT_LEN
        || p[2] != '-' || p[35] != '-' || p[52] != '-'
        || !ngx_eo_traceparent_hex(p, 2, &zero)
        || (p[0] == 'f' && p[1] == 'f'))
    {
        return 0;
    }

    if (value->len > NGX_EO_TRACEPARENT_LEN
        && (zero || p[NGX_EO_TRACEPARENT_LEN] != '-'))
    {
        return 0;
    }

    if (!ngx_eo_traceparent_hex(p + NGX_EO_TRACEPARENT_TRACE, 32, &zero)
        || zero)
    {
        return 0;
    }

    if (!ngx_eo_traceparent_hex(p + NGX_EO_TRACEPARENT_PARENT, 16, &zero)
        || zero)
    {
        return 0;
    }

    return ngx_eo_traceparent_hex(p + NGX_EO_TRACEPARENT_FLAGS, 2, &zero);
}


/* lower case, and whether it is all zeros */

static ngx_uint_t
ngx_eo_traceparent_hex(u_char *p, size_t len, ngx_uint_t *zero)
{
    size_t  i;

    *zero = 1;

    for (i = 0; i < len; i++) {

        if (!((p[i] >= '0' && p[i] <= '9') || (p[i] >= 'a' && p[i] <= 'f'))) {
            return 0;
        }

        if (p[i] != '0') {
            *zero = 0;
        }
    }

    return 1;
}
