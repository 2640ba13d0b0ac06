
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * A form that was challenged, as the page of the challenge gets it to send it
 * again.
 */


#ifndef _NGX_EO_CHALLENGE_FORM_H_INCLUDED_
#define _NGX_EO_CHALLENGE_FORM_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_EO_CHALLENGE_FORM_MAX  65536


/*
 * Writes the fields of a form as JSON:
 *
 *     [["name","value"],["file",null]]
 *
 * in which null stands for a choice of a file that was left empty.
 *
 * body:      the whole of it
 * boundary:  of multipart/form-data; empty for an urlencoded form
 * json:      allocated from the pool
 *
 * Returns NGX_OK; NGX_DECLINED if a browser could not send the same again out
 * of text fields: it has files, over a thousand fields, is no UTF-8, has a zero
 * byte, or is garbled; or NGX_ERROR when out of memory.
 */

ngx_int_t ngx_eo_challenge_form(ngx_pool_t *pool, const ngx_str_t *body,
    const ngx_str_t *boundary, ngx_str_t *json);


#endif /* _NGX_EO_CHALLENGE_FORM_H_INCLUDED_ */
