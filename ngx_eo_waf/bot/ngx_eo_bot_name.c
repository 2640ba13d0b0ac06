
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Names of hosts out of reverse DNS, which whoever owns an address writes.
 */


#include "ngx_eo_bot_name.h"


size_t
ngx_eo_bot_name(u_char *dst, ngx_str_t *src)
{
    u_char  c;
    size_t  i, len;

    len = src->len;

    if (len && src->data[len - 1] == '.') {
        len--;
    }

    if (len == 0 || len > NGX_EO_BOT_NAME_MAX) {
        return 0;
    }

    for (i = 0; i < len; i++) {
        c = ngx_tolower(src->data[i]);

        if (c == '.') {
            if (i == 0 || i == len - 1 || dst[i - 1] == '.') {
                return 0;
            }

        } else if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9')
                   && c != '-' && c != '_')
        {
            return 0;
        }

        dst[i] = c;
    }

    return len;
}


ngx_uint_t
ngx_eo_bot_name_within(ngx_str_t *name, ngx_str_t *domain)
{
    size_t  at;

    if (name->len < domain->len) {
        return 0;
    }

    at = name->len - domain->len;

    return ngx_memcmp(name->data + at, domain->data, domain->len) == 0
           && (at == 0 || name->data[at - 1] == '.');
}
