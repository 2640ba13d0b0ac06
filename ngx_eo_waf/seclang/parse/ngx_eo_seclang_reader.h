
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What the parts of the SecLang reader share.
 */


#ifndef _NGX_EO_SECLANG_READER_H_INCLUDED_
#define _NGX_EO_SECLANG_READER_H_INCLUDED_


#include "seclang/ruleset/ngx_eo_seclang_ruleset.h"


#define NGX_EO_SECLANG_MAX_ARGS    8
#define NGX_EO_SECLANG_MAX_DEPTH   16
#define NGX_EO_SECLANG_MAX_LINE    (1024 * 1024)
#define NGX_EO_SECLANG_MAX_FILE    (64 * 1024 * 1024)


typedef struct ngx_eo_seclang_reader_s  ngx_eo_seclang_reader_t;


struct ngx_eo_seclang_reader_s {
    ngx_eo_seclang_ruleset_t  *set;
    ngx_pool_t                *pool;

    /* file being read, its folder with the slash, and the line */
    ngx_str_t                  file;
    ngx_str_t                  directory;
    ngx_uint_t                 line;

    /* the file that includes this one */
    ngx_eo_seclang_reader_t   *parent;
    ngx_uint_t                 depth;

    /* rule whose chain the next rule continues */
    ngx_eo_seclang_rule_t     *chain;
    ngx_eo_seclang_rule_t     *starter;

    /* words of the directive, its name first */
    ngx_str_t                  args[NGX_EO_SECLANG_MAX_ARGS];
    ngx_uint_t                 nargs;

    u_char                    *errstr;
};


/*
 * Writes a message with file and line into reader->errstr; the arguments are
 * those of ngx_snprintf().  Returns NGX_ERROR.
 */

ngx_int_t ngx_eo_seclang_error(ngx_eo_seclang_reader_t *reader,
    const char *fmt, ...);


/* what a name may be of that a reader does not know */

typedef enum {
    NGX_EO_SECLANG_KIND_DIRECTIVE = 0,
    NGX_EO_SECLANG_KIND_VARIABLE,
    NGX_EO_SECLANG_KIND_OPERATOR,
    NGX_EO_SECLANG_KIND_ACTION,
    NGX_EO_SECLANG_KIND_CTL,
    NGX_EO_SECLANG_KINDS
} ngx_eo_seclang_kind_e;


/*
 * Says that there is no such name, or why there is none here.  Returns
 * NGX_ERROR.
 */

ngx_int_t ngx_eo_seclang_unknown(ngx_eo_seclang_reader_t *reader,
    ngx_eo_seclang_kind_e kind, ngx_str_t *name);


/* carries out the directive in reader->args */

ngx_int_t ngx_eo_seclang_directive(ngx_eo_seclang_reader_t *reader);


ngx_int_t ngx_eo_seclang_include(ngx_eo_seclang_reader_t *reader,
    ngx_uint_t optional);


ngx_int_t ngx_eo_seclang_sec_rule(ngx_eo_seclang_reader_t *reader);
ngx_int_t ngx_eo_seclang_sec_action(ngx_eo_seclang_reader_t *reader);
ngx_int_t ngx_eo_seclang_sec_marker(ngx_eo_seclang_reader_t *reader);
ngx_int_t ngx_eo_seclang_sec_default_action(ngx_eo_seclang_reader_t *reader);
ngx_int_t ngx_eo_seclang_sec_unicode_map(ngx_eo_seclang_reader_t *reader);


/*
 * Parses a list of targets, "ARGS|!ARGS:foo|&TX:bar".
 *
 * targets, exclusions:  arrays of ngx_eo_seclang_target_t, appended to
 */

ngx_int_t ngx_eo_seclang_parse_targets(ngx_eo_seclang_reader_t *reader,
    ngx_str_t *text, ngx_array_t *targets, ngx_array_t *exclusions);


/*
 * Parses one variable with its selection, "ARGS:foo".
 */

ngx_int_t ngx_eo_seclang_parse_target(ngx_eo_seclang_reader_t *reader,
    ngx_str_t *text, ngx_eo_seclang_target_t *target);


/*
 * Parses a list of actions, "id:1,phase:2,deny".
 */

ngx_int_t ngx_eo_seclang_parse_actions(ngx_eo_seclang_reader_t *reader,
    ngx_str_t *text, ngx_eo_seclang_actions_t *actions);


/*
 * Compiles a text with macros; the text is kept, not copied.
 */

ngx_int_t ngx_eo_seclang_parse_macro(ngx_eo_seclang_reader_t *reader,
    ngx_str_t *text, ngx_eo_seclang_macro_t *macro);


#endif /* _NGX_EO_SECLANG_READER_H_INCLUDED_ */
