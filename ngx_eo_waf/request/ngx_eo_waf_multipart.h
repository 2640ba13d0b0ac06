
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fields of a multipart/form-data body (RFC 7578) for rules.  Works on
 * strings; nothing is copied.
 *
 * There is another parser of such bodies, seclang/body/ngx_eo_seclang_part.c
 * and multipart.c.  This one answers what the value of one field is, as a
 * back end would read it; that one lists all parts, and raises a flag for
 * whatever two parsers might read differently, so that rules can refuse it.
 */


#ifndef _NGX_EO_WAF_MULTIPART_H_INCLUDED_
#define _NGX_EO_WAF_MULTIPART_H_INCLUDED_


#include "ngx_eo_waf_form.h"


/*
 * The last field of a name; a part with a file name is no field.
 *
 * form:   of ngx_eo_waf_form_type(); why is set with NGX_ABORT
 * body:   may be cut off, and the value of its last part with it
 * name:   compared with its letter case
 * value:  set to a part of the body
 *
 * Returns NGX_OK, NGX_DECLINED, or NGX_ABORT if a back end may read another
 * value, or one where there is none.
 */

ngx_int_t ngx_eo_waf_multipart_field(ngx_eo_waf_form_t *form,
    ngx_str_t *body, ngx_str_t *name, ngx_str_t *value);


#endif /* _NGX_EO_WAF_MULTIPART_H_INCLUDED_ */
