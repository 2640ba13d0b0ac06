
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Arguments, as in a query string or a form.
 */


#ifndef _NGX_EO_SECLANG_ARGUMENT_H_INCLUDED_
#define _NGX_EO_SECLANG_ARGUMENT_H_INCLUDED_


#include "ngx_eo_seclang_tx.h"


/*
 * Adds an argument, unless there are as many as the rule set allows.
 *
 * name, value:  decoded
 * origin:       NGX_EO_SECLANG_FROM_...
 */

ngx_int_t ngx_eo_seclang_add_argument(ngx_eo_seclang_tx_t *tx,
    ngx_str_t *name, ngx_str_t *value, ngx_uint_t origin);


/* adds those of a text such as "a=1&b=2", and decodes them */

ngx_int_t ngx_eo_seclang_parse_arguments(ngx_eo_seclang_tx_t *tx,
    ngx_str_t *text, ngx_uint_t origin);


#endif /* _NGX_EO_SECLANG_ARGUMENT_H_INCLUDED_ */
