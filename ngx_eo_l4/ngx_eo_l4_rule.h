
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Rules of a server: "eo_l4_rule".
 */


#ifndef _NGX_EO_L4_RULE_H_INCLUDED_
#define _NGX_EO_L4_RULE_H_INCLUDED_


#include "ngx_eo_l4_session.h"


/*
 * Evaluates the rules that ask for the first bytes, or the others, by
 * priority, until one allows or blocks.
 *
 * Returns NGX_DECLINED, NGX_STREAM_FORBIDDEN, or NGX_ERROR when out of
 * memory.
 */

ngx_int_t ngx_eo_l4_rules(ngx_eo_l4_ctx_t *ctx, ngx_uint_t payload);


#endif /* _NGX_EO_L4_RULE_H_INCLUDED_ */

