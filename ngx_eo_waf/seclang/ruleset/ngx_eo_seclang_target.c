
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Which members of a variable a target selects.
 */


#include "ngx_eo_seclang_target.h"


static ngx_uint_t ngx_eo_seclang_matches_name(ngx_eo_seclang_target_t *target,
    ngx_str_t *name);


static ngx_uint_t
ngx_eo_seclang_matches_name(ngx_eo_seclang_target_t *target, ngx_str_t *name)
{
    u_char      first;
    size_t      i, n;
    ngx_str_t  *literal;

    literal = &target->literal;

    if (literal->len == 0) {
        return ngx_eo_seclang_regex_match(target->regex, name, NULL, NULL)
               == NGX_EO_SECLANG_MATCH;
    }

    if (name->len < literal->len) {
        return 0;
    }

    n = target->anchored ? 0 : name->len - literal->len;

    first = ngx_tolower(literal->data[0]);

    for (i = 0; i <= n; i++) {
        if (ngx_tolower(name->data[i]) == first
            && ngx_strncasecmp(name->data + i, literal->data, literal->len)
               == 0)
        {
            return 1;
        }
    }

    return 0;
}


ngx_uint_t
ngx_eo_seclang_selects_slow(ngx_eo_seclang_target_t *target, ngx_str_t *name)
{
    if (target->regex != NULL) {
        return ngx_eo_seclang_matches_name(target, name);
    }

    /* names are mostly written as rules have them */

    return target->name.len == name->len
           && (ngx_memcmp(target->name.data, name->data, name->len) == 0
               || ngx_strncasecmp(target->name.data, name->data, name->len)
                  == 0);
}
