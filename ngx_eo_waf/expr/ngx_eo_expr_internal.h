
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What the files of the expression language share: tokens, the syntax tree
 * and the compiled form.
 */


#ifndef _NGX_EO_EXPR_INTERNAL_H_INCLUDED_
#define _NGX_EO_EXPR_INTERNAL_H_INCLUDED_


#include "ngx_eo_expr.h"


typedef enum {
    NGX_EO_TOKEN_END = 0,
    NGX_EO_TOKEN_LPAREN,
    NGX_EO_TOKEN_RPAREN,
    NGX_EO_TOKEN_LBRACKET,
    NGX_EO_TOKEN_RBRACKET,
    NGX_EO_TOKEN_COMMA,
    NGX_EO_TOKEN_ALL,
    NGX_EO_TOKEN_GREATER,
    NGX_EO_TOKEN_LESS,
    NGX_EO_TOKEN_STRING,
    NGX_EO_TOKEN_NUMBER,
    NGX_EO_TOKEN_FIELD,
    NGX_EO_TOKEN_AND,
    NGX_EO_TOKEN_OR,
    NGX_EO_TOKEN_NOT,
    NGX_EO_TOKEN_IN,
    NGX_EO_TOKEN_LIKE,
    NGX_EO_TOKEN_CONTAIN,
    NGX_EO_TOKEN_MATCHES,
    NGX_EO_TOKEN_EXISTS,
    NGX_EO_TOKEN_LENGTH,
    NGX_EO_TOKEN_LOWER
} ngx_eo_token_e;


typedef struct {
    ngx_eo_token_e             type;
    size_t                     column;

    /* a string between its quotes as written, digits, or a field's name */
    ngx_str_t                  text;

    ngx_str_t                  key;        /* of a field, as written */
} ngx_eo_expr_token_t;


typedef struct {
    u_char                    *start;
    u_char                    *pos;
    u_char                    *end;
    ngx_eo_expr_error_t       *error;
} ngx_eo_lexer_t;


typedef enum {
    NGX_EO_NODE_ALL = 0,
    NGX_EO_NODE_AND,
    NGX_EO_NODE_OR,
    NGX_EO_NODE_NOT,
    NGX_EO_NODE_TEST
} ngx_eo_node_e;


typedef struct ngx_eo_node_s  ngx_eo_node_t;

struct ngx_eo_node_s {
    ngx_eo_node_e              type;
    ngx_uint_t                 children;
    ngx_eo_node_t             *child;
    ngx_eo_node_t             *next;

    /* of a test */

    ngx_eo_expr_token_t        field;
    ngx_eo_expr_token_t        op;
    ngx_array_t               *values;     /* of ngx_eo_expr_token_t */
    unsigned                   length:1;
};


typedef enum {
    NGX_EO_TEST_EXISTS = 0,
    NGX_EO_TEST_STRINGS,
    NGX_EO_TEST_ADDRESSES,
    NGX_EO_TEST_NUMBERS,
    NGX_EO_TEST_GREATER,
    NGX_EO_TEST_LESS,
    NGX_EO_TEST_CONTAIN,
    NGX_EO_TEST_LIKE,
    NGX_EO_TEST_MATCHES
} ngx_eo_test_e;


typedef struct {
    u_char                     addr[16];
    ngx_uint_t                 bits;       /* 0 to 128 */
} ngx_eo_expr_prefix_t;


typedef struct {
    u_char                     first[16];
    u_char                     last[16];
} ngx_eo_expr_range_t;


typedef struct {
    ngx_eo_test_e              type;
    ngx_uint_t                 slot;

    ngx_str_t                 *strings;    /* lower case, sorted if "in" */
    ngx_uint_t                 nstrings;

    uint64_t                  *numbers;
    ngx_uint_t                 nnumbers;

    ngx_eo_expr_prefix_t      *prefixes;
    ngx_uint_t                 nprefixes;
    ngx_eo_expr_range_t       *ranges;     /* the prefixes, sorted, joined */
    ngx_uint_t                 nranges;
    void                     **groups;
    ngx_uint_t                 ngroups;

    ngx_uint_t                *others;     /* slots named in a list */
    ngx_uint_t                 nothers;

    ngx_eo_expr_regex_t      **regexes;
    ngx_uint_t                 nregexes;

    unsigned                   length:1;
    unsigned                   optional:1;
    unsigned                   empty:1;    /* the list has an empty value */
} ngx_eo_expr_test_t;


struct ngx_eo_expr_s {
    ngx_eo_node_e              type;
    ngx_uint_t                 nelts;
    ngx_eo_expr_t            **elts;
    ngx_eo_expr_test_t        *test;
};


/* literals one of which is in every text that a regular expression matches */

typedef struct {
    ngx_str_t                 *elts;       /* lower case */
    ngx_uint_t                 nelts;      /* 0: none is known */
} ngx_eo_literals_t;


typedef struct ngx_eo_scan_s  ngx_eo_scan_t;

typedef void (*ngx_eo_scan_found_pt)(void *data, ngx_uint_t pattern);


void ngx_eo_lexer_init(ngx_eo_lexer_t *lexer, ngx_str_t *text,
    ngx_eo_expr_error_t *error);
ngx_int_t ngx_eo_lexer_next(ngx_eo_lexer_t *lexer, ngx_eo_expr_token_t *token);
const char *ngx_eo_token_name(ngx_eo_token_e type);

ngx_eo_node_t *ngx_eo_parse(ngx_pool_t *pool, ngx_str_t *text,
    ngx_eo_expr_error_t *error);

void ngx_cdecl ngx_eo_expr_fail(ngx_eo_expr_error_t *error, size_t column,
    const char *fmt, ...);

/*
 * Takes an address or a prefix in CIDR notation, IPv4 as ::ffff:a.b.c.d.
 * Returns NGX_OK, NGX_DECLINED if the text is neither, NGX_DONE if it is but
 * has bits set behind its mask (which are cleared).
 */

ngx_int_t ngx_eo_expr_prefix(ngx_str_t *text, ngx_eo_expr_prefix_t *prefix);
void ngx_eo_expr_mask(u_char *addr, ngx_uint_t bits);
ngx_int_t ngx_eo_expr_ranges(ngx_pool_t *pool, ngx_eo_expr_test_t *test);

/* the form in which address groups take an address */

u_char *ngx_eo_expr_addr_bytes(u_char *addr, ngx_int_t *family);

ngx_eo_regex_env_t *ngx_eo_regex_env_create(ngx_pool_t *pool);
ngx_eo_expr_regex_t *ngx_eo_regex_compile(ngx_eo_regex_env_t *env,
    ngx_str_t *pattern, ngx_str_t *error, size_t *offset);
ngx_int_t ngx_eo_regex_match(ngx_eo_regex_env_t *env,
    ngx_eo_expr_regex_t *regex, ngx_str_t *text);
ngx_str_t *ngx_eo_regex_pattern(ngx_eo_expr_regex_t *regex);

/*
 * Finds what a regular expression cannot match without; nelts is 0 when
 * nothing is known.  Returns NGX_ERROR when out of memory.
 */

ngx_int_t ngx_eo_regex_literals(ngx_pool_t *pool, ngx_str_t *pattern,
    ngx_eo_literals_t *literals);

/*
 * The longest literal part of a wildcard pattern; the whole of it, with
 * *exact set, if it has no wildcard.
 */

ngx_str_t ngx_eo_like_literal(ngx_str_t *pattern, ngx_uint_t *exact);
ngx_uint_t ngx_eo_like_match(ngx_str_t *pattern, ngx_str_t *text);

ngx_int_t ngx_eo_expr_number(ngx_str_t *text, uint64_t *number);

/*
 * A scanner for many literals at once.  Patterns are distinct, in lower case
 * and not empty; ngx_eo_scan_run() does not see letter case, and reports each
 * pattern at every place where it ends.
 */

ngx_eo_scan_t *ngx_eo_scan_create(ngx_pool_t *pool, ngx_pool_t *temp,
    ngx_str_t *patterns, ngx_uint_t n);
void ngx_eo_scan_run(ngx_eo_scan_t *scan, ngx_str_t *text, void *data,
    ngx_eo_scan_found_pt found);


#endif /* _NGX_EO_EXPR_INTERNAL_H_INCLUDED_ */
