
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Texts with macros: "%{ARGS.foo}".
 */


#ifndef _NGX_EO_SECLANG_MACRO_H_INCLUDED_
#define _NGX_EO_SECLANG_MACRO_H_INCLUDED_


#include "ngx_eo_seclang_tx.h"


/*
 * The value of a macro; "out" refers to memory of the set or of the arena.
 */

ngx_int_t ngx_eo_seclang_expand(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_macro_t *macro, ngx_str_t *out);


/* "ARGS:foo" in memory of the arena */

ngx_int_t ngx_eo_seclang_full_name(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t variable, ngx_str_t *name, ngx_str_t *out);


#endif /* _NGX_EO_SECLANG_MACRO_H_INCLUDED_ */
