
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What the tests of the token units share.
 */


#ifndef _TOKEN_AUTH_TEST_H_INCLUDED_
#define _TOKEN_AUTH_TEST_H_INCLUDED_


#include "ngx_eo_unit.h"
#include "ngx_eo_token_part.h"
#include "ngx_eo_token_batch.h"
#include "ngx_eo_token_json.h"


static inline ngx_str_t
token_str(const char *text)
{
    ngx_str_t  s;

    s.data = (u_char *) text;
    s.len = strlen(text);

    return s;
}


#endif /* _TOKEN_AUTH_TEST_H_INCLUDED_ */
