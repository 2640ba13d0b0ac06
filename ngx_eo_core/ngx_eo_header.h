
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Names of headers.
 */


#ifndef _NGX_EO_HEADER_H_INCLUDED_
#define _NGX_EO_HEADER_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * Whether two names, both in lower case, are one to an origin: FastCGI and
 * its kin turn "-" into "_", so these count as the same.
 */

static ngx_inline ngx_uint_t
ngx_eo_header_equal(u_char *one, size_t one_len, u_char *two, size_t two_len)
{
    size_t  i;

    if (one_len != two_len) {
        return 0;
    }

    for (i = 0; i < one_len; i++) {

        if (one[i] != two[i]
            && (one[i] != '_' || two[i] != '-')
            && (one[i] != '-' || two[i] != '_'))
        {
            return 0;
        }
    }

    return 1;
}


#endif /* _NGX_EO_HEADER_H_INCLUDED_ */
