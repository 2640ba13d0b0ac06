
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The log line of a rule.
 */


#ifndef _NGX_EO_SECLANG_LOG_H_INCLUDED_
#define _NGX_EO_SECLANG_LOG_H_INCLUDED_


#include "seclang/variable/ngx_eo_seclang_tx.h"


/*
 * The log line of a rule that matched, without what nginx puts before it.
 *
 * buf, last:  where to write; control characters and quotes are escaped
 *
 * Returns the end of what was written.
 */

u_char *ngx_eo_seclang_log_line(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_report_t *report, u_char *buf, u_char *last);


#endif /* _NGX_EO_SECLANG_LOG_H_INCLUDED_ */
