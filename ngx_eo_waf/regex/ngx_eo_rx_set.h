
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Sets of symbols.  A symbol is a byte, the edge of the text (before its
 * first byte or after its last), or a line feed that is the last byte of the
 * text, which "$" may have after it.
 */


#ifndef _NGX_EO_RX_SET_H_INCLUDED_
#define _NGX_EO_RX_SET_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_EO_RX_EDGE       256
#define NGX_EO_RX_LAST       257
#define NGX_EO_RX_SYMBOLS    258

#define NGX_EO_RX_SET_WORDS  9


typedef struct {
    uint32_t  words[NGX_EO_RX_SET_WORDS];
} ngx_eo_rx_set_t;


#define ngx_eo_rx_set_has(set, n)                                             \
    (((set)->words[(n) >> 5] >> ((n) & 31)) & 1)

#define ngx_eo_rx_set_put(set, n)                                             \
    ((set)->words[(n) >> 5] |= (uint32_t) 1 << ((n) & 31))

#define ngx_eo_rx_set_clear(set)                                              \
    ngx_memzero(set, sizeof(ngx_eo_rx_set_t))


void ngx_eo_rx_set_range(ngx_eo_rx_set_t *set, ngx_uint_t low,
    ngx_uint_t high);
void ngx_eo_rx_set_add(ngx_eo_rx_set_t *set, const ngx_eo_rx_set_t *other);

/* of the symbols, or of the bytes alone */
void ngx_eo_rx_set_invert(ngx_eo_rx_set_t *set);
void ngx_eo_rx_set_invert_bytes(ngx_eo_rx_set_t *set);

/* the last line feed is a line feed: to be called when the bytes are known */
void ngx_eo_rx_set_settle(ngx_eo_rx_set_t *set);

/* letters of ASCII in both cases */
void ngx_eo_rx_set_fold(ngx_eo_rx_set_t *set);

ngx_uint_t ngx_eo_rx_set_is_empty(const ngx_eo_rx_set_t *set);
ngx_uint_t ngx_eo_rx_set_is_equal(const ngx_eo_rx_set_t *a,
    const ngx_eo_rx_set_t *b);

/* the bytes of \d, \s, \w, \h, \v, \N and their opposites */
ngx_int_t ngx_eo_rx_set_escape(ngx_eo_rx_set_t *set, u_char c);

/* the bytes of a class of POSIX, such as "alpha" */
ngx_int_t ngx_eo_rx_set_posix(ngx_eo_rx_set_t *set, u_char *name, size_t len,
    ngx_uint_t caseless);


#endif /* _NGX_EO_RX_SET_H_INCLUDED_ */
