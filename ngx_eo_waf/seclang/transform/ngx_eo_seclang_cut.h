
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The end of a body that was cut at a limit: what of it cannot be judged,
 * as the rest of it is not there.
 */


#ifndef _NGX_EO_SECLANG_CUT_H_INCLUDED_
#define _NGX_EO_SECLANG_CUT_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * The length of a text without a UTF-8 character at its end whose last bytes
 * are missing.
 */

size_t ngx_eo_seclang_cut_utf8(ngx_str_t *text);


/*
 * The same for a form: without half an escape, too, and without a character
 * some bytes of which may be escaped.
 */

size_t ngx_eo_seclang_cut_form(ngx_str_t *text);


#endif /* _NGX_EO_SECLANG_CUT_H_INCLUDED_ */
