
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Sets of symbols, and the named sets of PCRE2 as its tables for the locale
 * "C" have them.
 */


#include "ngx_eo_rx_set.h"


typedef struct {
    const char  *name;
    const char  *ranges;
} ngx_eo_rx_named_t;


/* pairs of the first and the last byte */

static const ngx_eo_rx_named_t  ngx_eo_rx_posix[] = {
    { "alpha",  "AZaz" },
    { "lower",  "az" },
    { "upper",  "AZ" },
    { "alnum",  "09AZaz" },
    { "ascii",  "\x01\x7f" },
    { "blank",  "\t\t  " },
    { "cntrl",  "\x01\x1f\x7f\x7f" },
    { "digit",  "09" },
    { "graph",  "!~" },
    { "print",  " ~" },
    { "punct",  "!/:@[`{~" },
    { "space",  "\t\r  " },
    { "word",   "09AZ__az" },
    { "xdigit", "09AFaf" },
    { NULL,     NULL }
};


static const ngx_eo_rx_named_t  ngx_eo_rx_escapes[] = {
    { "d",      "09" },
    { "h",      "\t\t  \xa0\xa0" },
    { "s",      "\t\r  " },
    { "v",      "\n\r\x85\x85" },
    { "w",      "09AZ__az" },
    { NULL,     NULL }
};


static void ngx_eo_rx_set_ranges(ngx_eo_rx_set_t *set, const char *ranges);


void
ngx_eo_rx_set_range(ngx_eo_rx_set_t *set, ngx_uint_t low, ngx_uint_t high)
{
    ngx_uint_t  n;

    for (n = low; n <= high; n++) {
        ngx_eo_rx_set_put(set, n);
    }
}


void
ngx_eo_rx_set_add(ngx_eo_rx_set_t *set, const ngx_eo_rx_set_t *other)
{
    ngx_uint_t  i;

    for (i = 0; i < NGX_EO_RX_SET_WORDS; i++) {
        set->words[i] |= other->words[i];
    }
}


void
ngx_eo_rx_set_invert(ngx_eo_rx_set_t *set)
{
    ngx_uint_t  i;

    for (i = 0; i < NGX_EO_RX_SET_WORDS; i++) {
        set->words[i] = ~set->words[i];
    }

    set->words[i - 1] &= 3;
}


void
ngx_eo_rx_set_invert_bytes(ngx_eo_rx_set_t *set)
{
    ngx_eo_rx_set_invert(set);

    set->words[NGX_EO_RX_SET_WORDS - 1] = 0;
}


void
ngx_eo_rx_set_settle(ngx_eo_rx_set_t *set)
{
    if (ngx_eo_rx_set_has(set, '\n')) {
        ngx_eo_rx_set_put(set, NGX_EO_RX_LAST);
    }
}


void
ngx_eo_rx_set_fold(ngx_eo_rx_set_t *set)
{
    ngx_uint_t  c;

    for (c = 'a'; c <= 'z'; c++) {

        if (ngx_eo_rx_set_has(set, c)) {
            ngx_eo_rx_set_put(set, c - 'a' + 'A');

        } else if (ngx_eo_rx_set_has(set, c - 'a' + 'A')) {
            ngx_eo_rx_set_put(set, c);
        }
    }
}


ngx_uint_t
ngx_eo_rx_set_is_empty(const ngx_eo_rx_set_t *set)
{
    ngx_uint_t  i;

    for (i = 0; i < NGX_EO_RX_SET_WORDS; i++) {
        if (set->words[i]) {
            return 0;
        }
    }

    return 1;
}


ngx_uint_t
ngx_eo_rx_set_is_equal(const ngx_eo_rx_set_t *a, const ngx_eo_rx_set_t *b)
{
    return ngx_memcmp(a, b, sizeof(ngx_eo_rx_set_t)) == 0;
}


static void
ngx_eo_rx_set_ranges(ngx_eo_rx_set_t *set, const char *ranges)
{
    const char  *p;

    for (p = ranges; *p; p += 2) {
        ngx_eo_rx_set_range(set, (u_char) p[0], (u_char) p[1]);
    }
}


ngx_int_t
ngx_eo_rx_set_escape(ngx_eo_rx_set_t *set, u_char c)
{
    const ngx_eo_rx_named_t  *named;

    ngx_eo_rx_set_clear(set);

    if (c == 'N') {
        ngx_eo_rx_set_put(set, '\n');
        ngx_eo_rx_set_invert_bytes(set);
        return NGX_OK;
    }

    for (named = ngx_eo_rx_escapes; named->name; named++) {

        if (named->name[0] != (c | 0x20)) {
            continue;
        }

        ngx_eo_rx_set_ranges(set, named->ranges);

        if (named->name[0] != c) {
            ngx_eo_rx_set_invert_bytes(set);
        }

        return NGX_OK;
    }

    return NGX_DECLINED;
}


ngx_int_t
ngx_eo_rx_set_posix(ngx_eo_rx_set_t *set, u_char *name, size_t len,
    ngx_uint_t caseless)
{
    const ngx_eo_rx_named_t  *named;

    ngx_eo_rx_set_clear(set);

    for (named = ngx_eo_rx_posix; named->name; named++) {

        if (ngx_strlen(named->name) != len
            || ngx_strncmp(named->name, name, len) != 0)
        {
            continue;
        }

        /* "lower" and "upper" are "alpha" then */

        if (caseless && named < &ngx_eo_rx_posix[3]) {
            named = ngx_eo_rx_posix;
        }

        ngx_eo_rx_set_ranges(set, named->ranges);

        if (named->ranges[0] == '\x01') {
            ngx_eo_rx_set_put(set, 0);
        }

        return NGX_OK;
    }

    return NGX_DECLINED;
}
