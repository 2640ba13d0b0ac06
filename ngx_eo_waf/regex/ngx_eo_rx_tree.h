
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * An expression as it was read.
 */


#ifndef _NGX_EO_RX_TREE_H_INCLUDED_
#define _NGX_EO_RX_TREE_H_INCLUDED_


#include "ngx_eo_rx.h"
#include "ngx_eo_rx_set.h"


/* groups within groups, as PCRE2 has it by default */
#define NGX_EO_RX_DEPTH      250

/* no upper bound of a repeat */
#define NGX_EO_RX_UNBOUNDED  ((ngx_uint_t) -1)


typedef enum {
    NGX_EO_RX_EMPTY = 0,
    NGX_EO_RX_SET,
    NGX_EO_RX_ASSERT,
    NGX_EO_RX_CAT,
    NGX_EO_RX_ALT,
    NGX_EO_RX_REPEAT
} ngx_eo_rx_kind_e;


/*
 * A condition on the symbols on both sides of a place.  It holds if both are
 * in the sets of one of the two pairs.
 */

typedef struct {
    ngx_eo_rx_set_t         before[2];
    ngx_eo_rx_set_t         after[2];
} ngx_eo_rx_assert_t;


typedef struct ngx_eo_rx_node_s  ngx_eo_rx_node_t;

struct ngx_eo_rx_node_s {
    ngx_eo_rx_kind_e        kind;

    /* of the one after another and of alternatives */
    ngx_eo_rx_node_t       *first;
    ngx_eo_rx_node_t       *last;
    ngx_eo_rx_node_t       *next;

    ngx_eo_rx_set_t        *set;
    ngx_eo_rx_assert_t     *assert;

    /* of its set or condition in a program, from 1 on */
    ngx_uint_t              id[2];

    /* of a repeat, whose child is the first */
    ngx_uint_t              min;
    ngx_uint_t              max;
    unsigned                lazy:1;

    /* may match without a byte */
    unsigned                nullable:1;

    /* reads bytes that are not of the match: only at the end */
    unsigned                tail:1;
};


typedef struct {
    ngx_pool_t             *pool;
    u_char                 *pos;
    u_char                 *end;
    ngx_uint_t              options;
    ngx_uint_t              depth;

    /* "(?U)" */
    unsigned                ungreedy:1;

    /* an outcome of yes or no is right, but not the end of the match */
    unsigned                no_ends:1;

    /* NULL: memory is short */
    const char             *reason;
} ngx_eo_rx_parser_t;


/* the whole expression; NULL on failure, with the reason */
ngx_eo_rx_node_t *ngx_eo_rx_parse(ngx_eo_rx_parser_t *parser);

/* what follows a backslash, "pos" being there */
ngx_eo_rx_node_t *ngx_eo_rx_parse_escape(ngx_eo_rx_parser_t *parser);
ngx_int_t ngx_eo_rx_parse_byte(ngx_eo_rx_parser_t *parser, ngx_uint_t class);

/* "[...]", "pos" being after the bracket */
ngx_eo_rx_node_t *ngx_eo_rx_parse_class(ngx_eo_rx_parser_t *parser);

/* what a group does to its content: "(?>", "(?=", "(?!", "(?<=", "(?<!" */

typedef enum {
    NGX_EO_RX_PLAIN = 0,
    NGX_EO_RX_ATOMIC,
    NGX_EO_RX_AHEAD,
    NGX_EO_RX_NOT_AHEAD,
    NGX_EO_RX_BEHIND,
    NGX_EO_RX_NOT_BEHIND
} ngx_eo_rx_group_e;

ngx_eo_rx_node_t *ngx_eo_rx_rewrite_group(ngx_eo_rx_parser_t *parser,
    ngx_eo_rx_group_e group, ngx_eo_rx_node_t *node);
ngx_eo_rx_node_t *ngx_eo_rx_rewrite_possessive(ngx_eo_rx_parser_t *parser,
    ngx_eo_rx_node_t *node, ngx_uint_t min, ngx_uint_t max);

/* nodes; NULL if memory is short */
ngx_eo_rx_node_t *ngx_eo_rx_node(ngx_eo_rx_parser_t *parser,
    ngx_eo_rx_kind_e kind);
ngx_eo_rx_node_t *ngx_eo_rx_node_set(ngx_eo_rx_parser_t *parser,
    ngx_eo_rx_set_t *set);
ngx_eo_rx_node_t *ngx_eo_rx_node_assert(ngx_eo_rx_parser_t *parser);
ngx_eo_rx_node_t *ngx_eo_rx_node_after(ngx_eo_rx_parser_t *parser,
    ngx_eo_rx_set_t *set);
ngx_eo_rx_node_t *ngx_eo_rx_node_repeat(ngx_eo_rx_parser_t *parser,
    ngx_eo_rx_node_t *child, ngx_uint_t min, ngx_uint_t max,
    ngx_uint_t lazy);
void ngx_eo_rx_node_append(ngx_eo_rx_node_t *list, ngx_eo_rx_node_t *node);
ngx_eo_rx_node_t *ngx_eo_rx_node_settle(ngx_eo_rx_node_t *list);


#endif /* _NGX_EO_RX_TREE_H_INCLUDED_ */
