
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_waf_json.h"


u_char *
ngx_eo_json_string(u_char *dst, ngx_str_t *src)
{
    u_char    *p, *start, *last;
    uint32_t   code;

    p = src->data;
    last = p + src->len;

    *dst++ = '"';

    while (p < last) {

        if (*p >= 0x80) {
            start = p;
            code = ngx_utf8_decode(&p, last - p);

            if (code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)) {
                dst = ngx_cpymem(dst, start, p - start);
                continue;
            }

            p = start + 1;
            dst = ngx_cpymem(dst, "\\ufffd", 6);
            continue;
        }

        if (*p == '"' || *p == '\\') {
            *dst++ = '\\';
            *dst++ = *p++;

        } else if (*p < 0x20 || *p == 0x7f) {
            dst = ngx_sprintf(dst, "\\u%04xd", (int) *p++);

        } else {
            *dst++ = *p++;
        }
    }

    *dst++ = '"';

    return dst;
}
