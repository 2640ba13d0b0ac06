
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Runs the rules of a phase.
 */


#ifndef _NGX_EO_SECLANG_RUN_H_INCLUDED_
#define _NGX_EO_SECLANG_RUN_H_INCLUDED_


#include "seclang/variable/ngx_eo_seclang_tx.h"


/*
 * Runs a phase.
 *
 * Returns NGX_DECLINED to go on; NGX_DONE with tx->verdict, action, status
 * and url set if a rule ends the request; NGX_BUSY if the time is used up,
 * at tx->rule if that is not NULL; NGX_ERROR when out of memory.
 */

ngx_int_t ngx_eo_seclang_run(ngx_eo_seclang_tx_t *tx, ngx_uint_t phase);


#endif /* _NGX_EO_SECLANG_RUN_H_INCLUDED_ */
