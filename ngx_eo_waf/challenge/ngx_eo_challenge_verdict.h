
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What a CAPTCHA provider says of an answer.
 */


#ifndef _NGX_EO_CHALLENGE_VERDICT_H_INCLUDED_
#define _NGX_EO_CHALLENGE_VERDICT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * Reads the member "success" of a JSON object, as all providers of the
 * siteverify kind send it.
 *
 * Returns NGX_OK if it is true; NGX_DECLINED if it is false; NGX_ERROR if the
 * text is no object that ends, or has no such member or more than one, or one
 * that is neither true nor false.
 */

ngx_int_t ngx_eo_challenge_verdict(const ngx_str_t *json);


#endif /* _NGX_EO_CHALLENGE_VERDICT_H_INCLUDED_ */
