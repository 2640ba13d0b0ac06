
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The header "traceparent" (W3C Trace Context, level 1).
 */


#ifndef _NGX_EO_TRACEPARENT_H_INCLUDED_
#define _NGX_EO_TRACEPARENT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* "00-TRACE ID-PARENT ID-FLAGS" */

#define NGX_EO_TRACEPARENT_LEN  55


/*
 * Writes the header for the next in line: the trace goes on with the given
 * identifier in place of the sender's.
 *
 * dst:     room for NGX_EO_TRACEPARENT_LEN bytes
 * value:   the header that came; NULL, or not a valid one, begins a trace
 * trace:   16 bytes for a trace that begins, not all of them 0
 * parent:  8 bytes, not all of them 0
 *
 * Returns 1 if the trace goes on, 0 if it begins.
 */

ngx_uint_t ngx_eo_traceparent(u_char *dst, ngx_str_t *value,
    const u_char *trace, const u_char *parent);


#endif /* _NGX_EO_TRACEPARENT_H_INCLUDED_ */
