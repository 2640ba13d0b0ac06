
/*
 * Fields of a multipart/form-data body (RFC 7578) for rules.  Works on
 * strings; nothing is copied.
 */


#ifndef _NGX_EO_WAF_MULTIPART_H_INCLUDED_
#define _NGX_EO_WAF_MULTIPART_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * The boundary that a Content-Type names.
 *
 * type:      value of the header
 * boundary:  set to a part of it
 *
 * Returns NGX_OK, or NGX_DECLINED if the type is not multipart/form-data or
 * has no boundary of 1 to 70 characters (RFC 2046, 5.1.1).
 */

ngx_int_t ngx_eo_waf_multipart_boundary(ngx_str_t *type, ngx_str_t *boundary);


/*
 * The last field of a name; a part with a file name is no field.
 *
 * body:   may be cut off, and the value of its last part with it
 * name:   compared with its letter case
 * value:  set to a part of the body
 *
 * Returns NGX_OK or NGX_DECLINED.
 */

ngx_int_t ngx_eo_waf_multipart_field(ngx_str_t *body, ngx_str_t *boundary,
    ngx_str_t *name, ngx_str_t *value);


#endif /* _NGX_EO_WAF_MULTIPART_H_INCLUDED_ */
