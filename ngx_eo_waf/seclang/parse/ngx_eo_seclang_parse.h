
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Reading rule files.
 */


#ifndef _NGX_EO_SECLANG_PARSE_H_INCLUDED_
#define _NGX_EO_SECLANG_PARSE_H_INCLUDED_


#include "seclang/ruleset/ngx_eo_seclang_ruleset.h"


/*
 * Reads a file and what it includes into a rule set.
 *
 * name:    full name, null-terminated; a glob pattern reads all that match,
 *          in the order of their names
 * errstr:  of NGX_MAX_CONF_ERRSTR bytes; a sentence with file and line in it
 *          on failure, null-terminated
 *
 * Returns NGX_OK or NGX_ERROR.
 */

ngx_int_t ngx_eo_seclang_read_file(ngx_eo_seclang_ruleset_t *set,
    ngx_str_t *name, u_char *errstr);


/*
 * Reads directives from a text.
 *
 * name:  what messages call the text; data files and includes are looked for
 *        in its folder
 *
 * Other arguments and the result as of ngx_eo_seclang_read_file().
 */

ngx_int_t ngx_eo_seclang_read_text(ngx_eo_seclang_ruleset_t *set,
    ngx_str_t *name, ngx_str_t *text, u_char *errstr);


#endif /* _NGX_EO_SECLANG_PARSE_H_INCLUDED_ */
