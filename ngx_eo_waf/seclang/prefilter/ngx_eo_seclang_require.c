
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What operators require of a text, and how much a clause is worth.
 */


#include "ngx_eo_seclang_require.h"


/* clauses with words, which cost memory, and the estimate to be worth it */

#define NGX_EO_SECLANG_WORD_CLAUSES  2
#define NGX_EO_SECLANG_SHARE_MAX     0.9

/* an estimate up to which the best clause needs no second one above it */

#define NGX_EO_SECLANG_SHARE_MORE    0.05

/* of an ordinary text */

#define NGX_EO_SECLANG_TEXT_LENGTH   24


static double ngx_eo_seclang_frequency(u_char c);
static double ngx_eo_seclang_share(ngx_eo_seclang_clause_t *clause);
static ngx_int_t ngx_eo_seclang_require_words(ngx_pool_t *pool,
    ngx_str_t *words, ngx_uint_t n, ngx_eo_seclang_require_t *require);
static ngx_int_t ngx_eo_seclang_require_pm(ngx_pool_t *pool,
    ngx_eo_seclang_operator_t *op, ngx_eo_seclang_require_t *require);
static ngx_uint_t ngx_eo_seclang_require_byte(ngx_eo_seclang_operator_t *op,
    u_char c);
static void ngx_eo_seclang_require_bytes(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_require_t *require);


/* how often a byte occurs, roughly: names, prose, addresses, paths */

static double
ngx_eo_seclang_frequency(u_char c)
{
    if (c >= 'a' && c <= 'z') {
        return strchr("etaoinsrhl", c) ? 0.06 : 0.02;
    }

    if (c >= '0' && c <= '9') {
        return 0.02;
    }

    if (c == ' ') {
        return 0.05;
    }

    if (c != '\0' && strchr("./-_=:,;&+", c)) {
        return 0.015;
    }

    return (c > ' ' && c < 0x7f) ? 0.001 : 0.0001;
}


static double
ngx_eo_seclang_share(ngx_eo_seclang_clause_t *clause)
{
    size_t      k;
    double      share, word;
    ngx_uint_t  i;

    share = 0;

    for (i = 0; i < 256; i++) {
        if (ngx_eo_seclang_byte_bit(clause->bytes, i)) {
            share += ngx_eo_seclang_frequency((u_char) i);
        }
    }

    for (i = 0; i < clause->nwords; i++) {
        word = 1;

        for (k = 0; k < clause->words[i].len; k++) {
            word *= ngx_eo_seclang_frequency(clause->words[i].data[k]);
        }

        share += word;
    }

    share *= NGX_EO_SECLANG_TEXT_LENGTH;

    return (share < 1) ? share : 1;
}


void
ngx_eo_seclang_require_add(ngx_eo_seclang_require_t *require,
    ngx_eo_seclang_clause_t *clause)
{
    ngx_uint_t                i, n, words;
    ngx_eo_seclang_clause_t  *clauses;

    clause->share = ngx_eo_seclang_share(clause);

    if (clause->share > NGX_EO_SECLANG_SHARE_MAX) {
        return;
    }

    clauses = require->clauses;
    n = require->nclauses;

    for (i = n; i > 0 && clauses[i - 1].share > clause->share; i--) {
        /* void */
    }

    if (i == NGX_EO_SECLANG_CLAUSES) {
        return;
    }

    if (n < NGX_EO_SECLANG_CLAUSES) {
        n++;
    }

    ngx_memmove(&clauses[i + 1], &clauses[i],
                (n - 1 - i) * sizeof(ngx_eo_seclang_clause_t));
    clauses[i] = *clause;

    /* the best come first, so that those too many are the last */

    words = 0;

    for (i = 0; i < n; i++) {
        words += (clauses[i].nwords != 0);

        if (clauses[i].nwords
            && (words > NGX_EO_SECLANG_WORD_CLAUSES
                || (i > 0
                    && clauses[i].share > NGX_EO_SECLANG_SHARE_MORE
                    && clauses[0].share < NGX_EO_SECLANG_SHARE_MORE)))
        {
            ngx_memmove(&clauses[i], &clauses[i + 1],
                        (n - 1 - i) * sizeof(ngx_eo_seclang_clause_t));
            n--;
            break;
        }
    }

    require->nclauses = n;
}


/* one of a list of words, as they are written */

static ngx_int_t
ngx_eo_seclang_require_words(ngx_pool_t *pool, ngx_str_t *words,
    ngx_uint_t n, ngx_eo_seclang_require_t *require)
{
    ngx_str_t                *word;
    ngx_uint_t                i;
    ngx_eo_seclang_clause_t   clause;

    ngx_memzero(&clause, sizeof(ngx_eo_seclang_clause_t));

    clause.words = ngx_palloc(pool, (n + 1) * sizeof(ngx_str_t));
    if (clause.words == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {

        if (words[i].len == 1) {
            ngx_eo_seclang_set_byte(clause.bytes,
                                    ngx_tolower(words[i].data[0]));
            continue;
        }

        word = &clause.words[clause.nwords++];
        word->len = words[i].len;
        word->data = ngx_pnalloc(pool, word->len);

        if (word->data == NULL) {
            return NGX_ERROR;
        }

        ngx_strlow(word->data, words[i].data, word->len);
    }

    ngx_eo_seclang_require_add(require, &clause);

    return NGX_OK;
}


/* words of @pm, of which empty ones never match */

static ngx_int_t
ngx_eo_seclang_require_pm(ngx_pool_t *pool, ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_require_t *require)
{
    ngx_str_t   *words, *word;
    ngx_uint_t   i, n;

    word = op->words->elts;

    words = ngx_palloc(pool, (op->words->nelts + 1) * sizeof(ngx_str_t));
    if (words == NULL) {
        return NGX_ERROR;
    }

    n = 0;

    for (i = 0; i < op->words->nelts; i++) {
        if (word[i].len) {
            words[n++] = word[i];
        }
    }

    return ngx_eo_seclang_require_words(pool, words, n, require);
}


/* whether an operator that looks for bytes looks for this one */

static ngx_uint_t
ngx_eo_seclang_require_byte(ngx_eo_seclang_operator_t *op, u_char c)
{
    ngx_uint_t  flags;

    flags = op->def->flags;

    if (flags & NGX_EO_SECLANG_OP_BYTES) {
        return !((u_char *) op->data)[c];
    }

    if (flags & NGX_EO_SECLANG_OP_XSS) {
        return c == '<' || c == '=';
    }

    if (flags & NGX_EO_SECLANG_OP_SQLI) {
        return !((c | 0x20) >= 'a' && (c | 0x20) <= 'z') && c != '_';
    }

    return c == '%';
}


static void
ngx_eo_seclang_require_bytes(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_require_t *require)
{
    ngx_uint_t                i;
    ngx_eo_seclang_clause_t   clause;

    ngx_memzero(&clause, sizeof(ngx_eo_seclang_clause_t));

    for (i = 0; i < 256; i++) {
        if (ngx_eo_seclang_require_byte(op, (u_char) i)) {
            ngx_eo_seclang_set_byte(clause.bytes, ngx_tolower(i));
        }
    }

    /* these operators cost so much that any text left out is worth it */

    clause.share = 0;

    require->clauses[0] = clause;
    require->nclauses = 1;
}


ngx_int_t
ngx_eo_seclang_require(ngx_pool_t *pool, ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_require_t *require)
{
    ngx_uint_t  flags;

    require->nclauses = 0;
    flags = op->def->flags;

    if (op->macro) {
        return NGX_OK;
    }

    if (flags & NGX_EO_SECLANG_OP_RX) {
        return ngx_eo_seclang_require_rx(pool, &op->argument, require);
    }

    if (flags & NGX_EO_SECLANG_OP_PM) {
        return ngx_eo_seclang_require_pm(pool, op, require);
    }

    if (flags & NGX_EO_SECLANG_OP_ARGUMENT) {
        return (op->argument.len == 0)
               ? NGX_OK
               : ngx_eo_seclang_require_words(pool, &op->argument, 1,
                                              require);
    }

    if (flags & (NGX_EO_SECLANG_OP_BYTES|NGX_EO_SECLANG_OP_XSS
                 |NGX_EO_SECLANG_OP_SQLI|NGX_EO_SECLANG_OP_PERCENT))
    {
        ngx_eo_seclang_require_bytes(op, require);
    }

    return NGX_OK;
}
