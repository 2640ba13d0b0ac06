
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The Range faults that an EdgeOne node answers with 416
 * (docs/behaviour.md, 5.1).
 */


#ifndef _NGX_EO_RANGE_H_INCLUDED_
#define _NGX_EO_RANGE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * Checks the value of a Range header.
 *
 * value:  as it was received
 * size:   of the representation in bytes, or -1 while it is not known
 *
 * Returns NGX_OK if the ranges are well formed and at least one of them can
 * be satisfied, else NGX_DECLINED.
 */

ngx_int_t ngx_eo_range_check(ngx_str_t *value, off_t size);


#endif /* _NGX_EO_RANGE_H_INCLUDED_ */
