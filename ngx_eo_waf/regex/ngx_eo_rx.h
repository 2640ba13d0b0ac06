
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Regular expressions matched in time linear in the text.
 *
 * An expression in the syntax of PCRE2 is read once and becomes an automaton
 * whose states are found while texts are read, and kept.  What an automaton
 * cannot say is refused with the reason, and left to PCRE2 by the caller,
 * who has compiled it there first: only valid expressions come here.
 */


#ifndef _NGX_EO_RX_H_INCLUDED_
#define _NGX_EO_RX_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/* as the options of PCRE2 of these names */

#define NGX_EO_RX_CASELESS        0x01
#define NGX_EO_RX_DOTALL          0x02
#define NGX_EO_RX_MULTILINE       0x04
#define NGX_EO_RX_DOLLAR_ENDONLY  0x08
#define NGX_EO_RX_EXTENDED        0x10

/*
 * Takes more expressions, and more texts than they match: a back-reference
 * is any text, and a condition that cannot be said holds.
 */

#define NGX_EO_RX_ROUGH           0x20


typedef struct ngx_eo_rx_s  ngx_eo_rx_t;


/*
 * What reading texts costs: bytes, and what it takes to find states that
 * have not been seen since ngx_eo_rx_begin().  Whether they are in memory
 * still from texts before that makes no difference, so that the number
 * depends on the texts alone.
 */

typedef struct {
    int64_t                left;
} ngx_eo_rx_work_t;


/*
 * Compiles an expression.
 *
 * pool:    owns it, and what is kept while texts are read
 * options: NGX_EO_RX_*
 * reason:  why it is not taken
 *
 * Returns NGX_OK, NGX_DECLINED if it is not taken, or NGX_ERROR if memory is
 * short.
 */
ngx_int_t ngx_eo_rx_compile(ngx_pool_t *pool, ngx_str_t *pattern,
    ngx_uint_t options, ngx_eo_rx_t **rx, const char **reason);

/* whether ngx_eo_rx_find() may be called */
ngx_uint_t ngx_eo_rx_has_ends(ngx_eo_rx_t *rx);

/* texts from here on are counted together: those of a request */
void ngx_eo_rx_begin(void);

/*
 * Tells whether a text matches.
 *
 * Returns NGX_OK if it does, NGX_DECLINED if not, NGX_BUSY if work->left does
 * not suffice to tell and is below zero now, or NGX_ERROR if memory is short.
 */
ngx_int_t ngx_eo_rx_test(ngx_eo_rx_t *rx, ngx_str_t *text,
    ngx_eo_rx_work_t *work);

/*
 * Finds the match that PCRE2 finds, from an offset on.
 *
 * ends:  receives its start and its end
 *
 * Returns as ngx_eo_rx_test().
 */
ngx_int_t ngx_eo_rx_find(ngx_eo_rx_t *rx, ngx_str_t *text, size_t from,
    size_t *ends, ngx_eo_rx_work_t *work);

/* bytes that the states of all expressions take */
size_t ngx_eo_rx_memory(void);


#endif /* _NGX_EO_RX_H_INCLUDED_ */
