
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What the parts of the multipart processor share.
 *
 * It lists all parts, and raises a flag for whatever two parsers might read
 * differently.  That of custom rules, request/ngx_eo_waf_multipart.c, answers
 * what the value of one field is.
 */


#ifndef _NGX_EO_SECLANG_MULTIPART_H_INCLUDED_
#define _NGX_EO_SECLANG_MULTIPART_H_INCLUDED_


#include "seclang/variable/ngx_eo_seclang_tx.h"


#define NGX_EO_SECLANG_PART_HEADERS  16


/* a part while it is read */

typedef struct {
    ngx_str_t              name;
    ngx_str_t              filename;

    /* header lines without their ends, folded ones put together */
    ngx_uint_t             nlines;
    ngx_str_t              lines[NGX_EO_SECLANG_PART_HEADERS];

    /* memory of folded lines; 0 for those in the body itself */
    size_t                 sizes[NGX_EO_SECLANG_PART_HEADERS];

    /* length of the name in each of the lines, and where its value is */
    size_t                 names[NGX_EO_SECLANG_PART_HEADERS];
    size_t                 values[NGX_EO_SECLANG_PART_HEADERS];

    /* NULL until the headers have ended */
    u_char                *data;
} ngx_eo_seclang_part_t;


typedef struct {
    ngx_eo_seclang_tx_t   *tx;
    ngx_str_t              boundary;
    ngx_str_t              error;
    u_char                *last;

    ngx_uint_t             nboundaries;
    ngx_uint_t             nfiles;
    size_t                 files_len;
    size_t                 no_files_len;

    ngx_eo_seclang_part_t  part;

    ngx_uint_t             unmatched_boundary;

    unsigned               in_part:1;
    unsigned               in_headers:1;
    unsigned               data_read:1;
    unsigned               complete:1;

    /* the end of the body is not there, and falls into a part's header */
    unsigned               cut:1;
    unsigned               header_cut:1;

    /* the line before ended without a carriage return */
    unsigned               bare_newline:1;

    unsigned               failed:1;
    unsigned               data_before:1;
    unsigned               data_after:1;
    unsigned               header_folding:1;
    unsigned               invalid_header_folding:1;
    unsigned               boundary_quoted:1;
    unsigned               boundary_whitespace:1;
    unsigned               crlf_line:1;
    unsigned               lf_line:1;
    unsigned               missing_semicolon:1;
    unsigned               invalid_quoting:1;
    unsigned               invalid_part:1;
    unsigned               file_limit_exceeded:1;
} ngx_eo_seclang_multipart_t;


/*
 * Takes a line of a part's header, "p" to "end" with its line break.  What
 * is wrong with it is noted in "m" and does not end the parsing.
 *
 * Returns NGX_ERROR when out of memory.
 */

ngx_int_t ngx_eo_seclang_part_header(ngx_eo_seclang_multipart_t *m,
    u_char *p, u_char *end);

/*
 * Finds the boundary in a Content-Type.  Returns NGX_DECLINED, with "failed"
 * and the error of "m" set, if there is none that all parsers agree on.
 */

ngx_int_t ngx_eo_seclang_boundary(ngx_eo_seclang_multipart_t *m,
    ngx_str_t *type);

/* helpers of headers, and of what is like them */

ngx_uint_t ngx_eo_seclang_is_token(u_char c);
u_char *ngx_eo_seclang_skip_blanks(u_char *p, u_char *last);

void ngx_eo_seclang_part_error(ngx_eo_seclang_multipart_t *m,
    const char *text);


#endif /* _NGX_EO_SECLANG_MULTIPART_H_INCLUDED_ */
