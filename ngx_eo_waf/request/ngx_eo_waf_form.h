
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Forms in request bodies, for rules that look at their fields.  Works on
 * strings; nothing is copied.
 *
 * Back ends do not read all forms alike.  What one of them may read in
 * another way is reported as ambiguous, so that nobody takes it for a form
 * that has no such field.
 */


#ifndef _NGX_EO_WAF_FORM_H_INCLUDED_
#define _NGX_EO_WAF_FORM_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


typedef enum {
    NGX_EO_WAF_FORM_NONE = 0,
    NGX_EO_WAF_FORM_URLENCODED,
    NGX_EO_WAF_FORM_MULTIPART,
    NGX_EO_WAF_FORM_AMBIGUOUS
} ngx_eo_waf_form_e;


typedef struct {
    ngx_eo_waf_form_e           kind;
    ngx_str_t                   boundary;    /* of a multipart form */
    const char                 *why;         /* it is ambiguous */
    unsigned                    other:1;     /* multipart, no form-data */
} ngx_eo_waf_form_t;


/*
 * What a body is.
 *
 * type:  the value of the only Content-Type, or NULL if there is none, which
 *        Rack takes for an urlencoded form
 * form:  boundary is set to a part of type
 */

void ngx_eo_waf_form_type(ngx_str_t *type, ngx_eo_waf_form_t *form);

/* Whether a type, or one of several, has the name of a form in it. */

ngx_uint_t ngx_eo_waf_form_named(ngx_str_t *type);

/*
 * Takes a parameter of a header up to the next ";", whose place it returns,
 * or last.
 *
 * p:       behind the ";" before it
 * strict:  set to 0 if it is not written as in RFC 9110, 5.6.6
 */

typedef struct {
    ngx_str_t                   name;
    ngx_str_t                   value;       /* without quotes */
    unsigned                    quoted:1;
    unsigned                    escaped:1;   /* has a backslash */
    unsigned                    strict:1;
} ngx_eo_waf_parameter_t;

u_char *ngx_eo_waf_form_parameter(u_char *p, u_char *last,
    ngx_eo_waf_parameter_t *parameter);

/* Whether ASCII means the same in a charset. */

ngx_uint_t ngx_eo_waf_form_charset(ngx_str_t *charset);


#endif /* _NGX_EO_WAF_FORM_H_INCLUDED_ */
