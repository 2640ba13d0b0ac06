
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Which rules can match at all: the prefilter, applied to the texts that
 * rules look at.
 */


#include "ngx_eo_seclang_candidate.h"
#include "seclang/variable/ngx_eo_seclang_text.h"
#include "seclang/variable/ngx_eo_seclang_view.h"


/* from this length on it is worth it to look for a text that is the same */

#define NGX_EO_SECLANG_COMPARED  2048


static ngx_inline uint64_t ngx_eo_seclang_letters(uint64_t bytes);
static uint64_t *ngx_eo_seclang_known_candidates(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_text_t *base, ngx_str_t *str);
static uint64_t *ngx_eo_seclang_text_candidates(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_text_t *base, ngx_eo_seclang_text_t *text);
static ngx_inline void ngx_eo_seclang_candidates_add(uint64_t **bits,
    uint64_t *own, uint64_t *more, ngx_uint_t n);
static ngx_int_t ngx_eo_seclang_scan_base(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t n);
static ngx_int_t ngx_eo_seclang_scan_changed(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t n);
static ngx_int_t ngx_eo_seclang_scan_feed(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t n);


/* nanoseconds, by estimate */

#define ngx_eo_seclang_scan_time(len)  (50 + 2 * (len))


/* eight bytes at a time: a byte in each, and a comparison mask of letters */

#define NGX_EO_SECLANG_EACH(c)  ((uint64_t) 0x0101010101010101ULL * (c))


static ngx_inline uint64_t
ngx_eo_seclang_letters(uint64_t bytes)
{
    uint64_t  low;

    low = (bytes | NGX_EO_SECLANG_EACH(0x20)) & NGX_EO_SECLANG_EACH(0x7f);

    return (low + NGX_EO_SECLANG_EACH(0x80 - 'a'))
           & ~(low + NGX_EO_SECLANG_EACH(0x7f - 'z'))
           & ~bytes & NGX_EO_SECLANG_EACH(0x80);
}


ngx_uint_t
ngx_eo_seclang_same_but_case(ngx_str_t *a, ngx_str_t *b)
{
    size_t    i;
    uint64_t  x, y, differ;

    if (a->len != b->len || a->len < sizeof(uint64_t)) {
        return 0;
    }

    for (i = 0; i < a->len; i += sizeof(uint64_t)) {

        /* the last bytes are read together with some of those before them */

        i = ngx_min(i, a->len - sizeof(uint64_t));

        ngx_memcpy(&x, a->data + i, sizeof(uint64_t));
        ngx_memcpy(&y, b->data + i, sizeof(uint64_t));

        differ = x ^ y;

        if ((differ & ~NGX_EO_SECLANG_EACH(0x20))
            || ((differ << 2) & ~ngx_eo_seclang_letters(x)))
        {
            return 0;
        }
    }

    return 1;
}


/*
 * What is known of a long text that was made of the same one, if that differs
 * by letter case only: many chains have a lowercase somewhere.
 */

static uint64_t *
ngx_eo_seclang_known_candidates(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_text_t *base, ngx_str_t *str)
{
    ngx_uint_t              i;
    ngx_eo_seclang_text_t  *other;

    if (base->derived == NULL) {
        return NULL;
    }

    for (i = 0; i < tx->set->nodes.nelts; i++) {

        /* nothing is derived for the first node, which has no transformation */

        other = i ? base->derived[i] : base;

        if (other != NULL && other->candidates != NULL
            && ngx_eo_seclang_same_but_case(&other->str, str))
        {
            return other->candidates;
        }
    }

    return NULL;
}


/* what the prefilter says of a text made of "base", computed once */

static uint64_t *
ngx_eo_seclang_text_candidates(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_text_t *base, ngx_eo_seclang_text_t *text)
{
    ngx_str_t  *str;

    if (text->candidates != NULL) {
        return text->candidates;
    }

    str = ngx_eo_seclang_text_string(tx, text);
    if (str == NULL) {
        return NULL;
    }

    if (str->len >= NGX_EO_SECLANG_COMPARED && base != text) {
        text->candidates = ngx_eo_seclang_known_candidates(tx, base, str);

        if (text->candidates != NULL) {
            return text->candidates;
        }
    }

    if (ngx_eo_seclang_spend(ngx_eo_seclang_scan_time(str->len)) != NGX_OK) {
        return NULL;
    }

    text->candidates = ngx_eo_seclang_alloc(&tx->arena,
                                            tx->nwords * sizeof(uint64_t));
    if (text->candidates == NULL) {
        return NULL;
    }

    ngx_eo_seclang_prefilter_scan(tx->set->prefilter, str, text->candidates);

    return text->candidates;
}


/*
 * Adds the candidates of one text to those of a feed.  The first ones are
 * only referred to; "own" takes what comes of several.
 */

static ngx_inline void
ngx_eo_seclang_candidates_add(uint64_t **bits, uint64_t *own, uint64_t *more,
    ngx_uint_t n)
{
    uint64_t    *sum;
    ngx_uint_t   k;

    sum = *bits;

    if (sum == more) {
        return;
    }

    if (sum == NULL) {
        *bits = more;
        return;
    }

    for (k = 0; k < n; k++) {
        own[k] = sum[k] | more[k];
    }

    *bits = own;
}


/* texts as they are */

static ngx_int_t
ngx_eo_seclang_scan_base(ngx_eo_seclang_tx_t *tx, ngx_uint_t n)
{
    uint64_t                *own, *more, *bits, classes;
    ngx_uint_t               i;
    ngx_eo_seclang_feed_t   *feed;
    ngx_eo_seclang_text_t   *text;
    ngx_eo_seclang_view_t   *view;

    feed = tx->set->feeds.elts;
    feed += n;

    view = ngx_eo_seclang_view(tx, feed->target.variable);
    if (view == NULL) {
        return NGX_ERROR;
    }

    bits = NULL;
    own = tx->candidates + n * tx->nwords;
    classes = 0;

    for (i = 0; i < view->nitems; i++) {

        if (!ngx_eo_seclang_selects(&feed->target, view->items[i].name)) {
            continue;
        }

        if (!feed->scanned) {
            bits = tx->set->unscanned;
            break;
        }

        text = view->items[i].text;

        more = ngx_eo_seclang_text_candidates(tx, text, text);
        if (more == NULL) {
            return NGX_ERROR;
        }

        classes |= ngx_eo_seclang_text_classes(text);
        ngx_eo_seclang_candidates_add(&bits, own, more, tx->nwords);
    }

    tx->feeds[n].bits = bits;
    tx->feeds[n].classes = classes;
    tx->feeds_done[n] = 1;

    return NGX_OK;
}


/*
 * Texts that some transformation changes: to what is known of all texts as
 * they are, it adds what these have become.
 */

static ngx_int_t
ngx_eo_seclang_scan_changed(ngx_eo_seclang_tx_t *tx, ngx_uint_t n)
{
    uint64_t                *own, *more, *bits;
    ngx_uint_t               i;
    ngx_eo_seclang_feed_t   *feed;
    ngx_eo_seclang_node_t   *node;
    ngx_eo_seclang_text_t   *text, *derived;
    ngx_eo_seclang_view_t   *view;

    feed = tx->set->feeds.elts;
    feed += n;

    node = tx->set->nodes.elts;
    node += feed->node;

    view = ngx_eo_seclang_view(tx, feed->target.variable);
    if (view == NULL) {
        return NGX_ERROR;
    }

    bits = tx->feeds[feed->base].bits;
    own = tx->candidates + n * tx->nwords;

    for (i = 0; i < view->nitems; i++) {
        text = view->items[i].text;

        if (!(ngx_eo_seclang_text_classes(text) & node->classes)
            || !ngx_eo_seclang_selects(&feed->target, view->items[i].name))
        {
            continue;
        }

        derived = ngx_eo_seclang_derive(tx, text, feed->node);
        if (derived == NULL) {
            return NGX_ERROR;
        }

        if (derived == text) {
            continue;
        }

        more = ngx_eo_seclang_text_candidates(tx, text, derived);
        if (more == NULL) {
            return NGX_ERROR;
        }

        ngx_eo_seclang_candidates_add(&bits, own, more, tx->nwords);
    }

    tx->feeds[n].bits = bits;
    tx->feeds_done[n] = 1;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_scan_feed(ngx_eo_seclang_tx_t *tx, ngx_uint_t n)
{
    ngx_eo_seclang_feed_t       *feed;
    ngx_eo_seclang_node_t       *node;
    ngx_eo_seclang_feed_bits_t  *base;

    feed = tx->set->feeds.elts;
    feed += n;

    if (feed->node == 0) {
        return ngx_eo_seclang_scan_base(tx, n);
    }

    base = &tx->feeds[feed->base];

    if (!tx->feeds_done[feed->base]
        && ngx_eo_seclang_scan_base(tx, feed->base) != NGX_OK)
    {
        return NGX_ERROR;
    }

    node = tx->set->nodes.elts;
    node += feed->node;

    if (!feed->scanned || base->bits == NULL
        || !(base->classes & node->classes))
    {
        tx->feeds[n].bits = base->bits;
        tx->feeds_done[n] = 1;
        return NGX_OK;
    }

    return ngx_eo_seclang_scan_changed(tx, n);
}


ngx_int_t
ngx_eo_seclang_forget_candidates(ngx_eo_seclang_tx_t *tx)
{
    uint64_t    *done;
    ngx_uint_t   i, n;

    n = tx->set->feeds.nelts;

    if (tx->feeds == NULL) {
        tx->nwords = ngx_eo_seclang_prefilter_words(tx->set->prefilter);

        tx->candidates = ngx_eo_seclang_alloc(&tx->arena,
                                         n * tx->nwords * sizeof(uint64_t));
        tx->feeds = ngx_eo_seclang_alloc(&tx->arena,
                                     n * sizeof(ngx_eo_seclang_feed_bits_t));

        tx->feeds_done = ngx_eo_seclang_calloc(&tx->arena,
                                       tx->set->nfixed * sizeof(uint64_t));

        if (tx->candidates == NULL || tx->feeds == NULL
            || tx->feeds_done == NULL)
        {
            return NGX_ERROR;
        }

        return NGX_OK;
    }

    done = (uint64_t *) tx->feeds_done;

    for (i = 0; i < tx->set->nfixed; i++) {
        done[i] &= tx->set->fixed[i];
    }

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_is_candidate(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_rule_t *rule)
{
    uint64_t    *bits;
    ngx_uint_t   i, n;

    for (i = 0; i < rule->nfeeds; i++) {
        n = rule->feeds[i];

        if (!tx->feeds_done[n] && ngx_eo_seclang_scan_feed(tx, n) != NGX_OK) {
            return NGX_ERROR;
        }

        bits = tx->feeds[n].bits;

        if (bits != NULL && ngx_eo_seclang_bit(bits, rule->unit)) {
            return 1;
        }
    }

    return 0;
}


ngx_int_t
ngx_eo_seclang_block_candidates(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_block_t *block, uint64_t *bits)
{
    uint64_t                sum, *feed;
    ngx_uint_t              i;
    ngx_eo_seclang_look_t  *look;

    look = block->looks;
    sum = 0;

    for (i = 0; i < block->nlooks; i++) {

        if (!tx->feeds_done[look[i].feed]
            && ngx_eo_seclang_scan_feed(tx, look[i].feed) != NGX_OK)
        {
            return NGX_ERROR;
        }

        feed = tx->feeds[look[i].feed].bits;

        if (feed != NULL) {
            sum |= feed[block->word] & look[i].rules;
        }
    }

    *bits = sum;

    return NGX_OK;
}
