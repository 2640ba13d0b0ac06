
/*
 * Which rules can match at all: the prefilter, applied to the texts that
 * rules look at.
 *
 * A feed is what one target yields after one chain of transformations.  Rules
 * share feeds, so that the texts of one are gone through once a phase,
 * however many rules look at it.  Feeds are of variables only that no rule
 * changes within a phase.
 */


#include "ngx_eo_seclang_tx.h"


/* from this length on it is worth it to look for a text that is the same */

#define NGX_EO_SECLANG_COMPARED  2048


static ngx_uint_t ngx_eo_seclang_is_stable(ngx_uint_t variable);
static ngx_uint_t ngx_eo_seclang_is_fixed(ngx_uint_t variable);
static ngx_uint_t ngx_eo_seclang_scan_node(ngx_eo_seclang_ruleset_t *set,
    ngx_uint_t n);
static ngx_uint_t ngx_eo_seclang_same_target(ngx_eo_seclang_target_t *a,
    ngx_eo_seclang_target_t *b);
static ngx_int_t ngx_eo_seclang_feed_of(ngx_eo_seclang_ruleset_t *set,
    ngx_eo_seclang_target_t *target, ngx_uint_t node);
static ngx_int_t ngx_eo_seclang_link_feeds(ngx_eo_seclang_ruleset_t *set,
    ngx_eo_seclang_rule_t *rule);
static void ngx_eo_seclang_link_unnamed(ngx_eo_seclang_ruleset_t *set,
    ngx_eo_seclang_rule_t *rule);
static void ngx_eo_seclang_link_scanned(ngx_eo_seclang_ruleset_t *set,
    ngx_eo_seclang_rule_t *rule);
static ngx_int_t ngx_eo_seclang_link_unit(ngx_eo_seclang_ruleset_t *set,
    ngx_eo_seclang_rule_t *rule, ngx_array_t *requires, ngx_pool_t *temp);
static ngx_int_t ngx_eo_seclang_link_units(ngx_eo_seclang_ruleset_t *set,
    ngx_array_t *requires, ngx_pool_t *temp);
static ngx_int_t ngx_eo_seclang_link_prefilter(ngx_eo_seclang_ruleset_t *set,
    ngx_pool_t *temp);
static ngx_int_t ngx_eo_seclang_link_fixed(ngx_eo_seclang_ruleset_t *set);
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


static ngx_uint_t
ngx_eo_seclang_is_stable(ngx_uint_t variable)
{
    switch (variable) {

    case NGX_EO_SECLANG_VAR_ARGS:
    case NGX_EO_SECLANG_VAR_ARGS_GET:
    case NGX_EO_SECLANG_VAR_ARGS_GET_NAMES:
    case NGX_EO_SECLANG_VAR_ARGS_NAMES:
    case NGX_EO_SECLANG_VAR_ARGS_POST:
    case NGX_EO_SECLANG_VAR_ARGS_POST_NAMES:
    case NGX_EO_SECLANG_VAR_FILES:
    case NGX_EO_SECLANG_VAR_FILES_NAMES:
    case NGX_EO_SECLANG_VAR_MULTIPART_FILENAME:
    case NGX_EO_SECLANG_VAR_MULTIPART_NAME:
    case NGX_EO_SECLANG_VAR_MULTIPART_PART_HEADERS:
    case NGX_EO_SECLANG_VAR_PATH_INFO:
    case NGX_EO_SECLANG_VAR_QUERY_STRING:
    case NGX_EO_SECLANG_VAR_REQUEST_BASENAME:
    case NGX_EO_SECLANG_VAR_REQUEST_BODY:
    case NGX_EO_SECLANG_VAR_REQUEST_COOKIES:
    case NGX_EO_SECLANG_VAR_REQUEST_COOKIES_NAMES:
    case NGX_EO_SECLANG_VAR_REQUEST_FILENAME:
    case NGX_EO_SECLANG_VAR_REQUEST_HEADERS:
    case NGX_EO_SECLANG_VAR_REQUEST_HEADERS_NAMES:
    case NGX_EO_SECLANG_VAR_REQUEST_LINE:
    case NGX_EO_SECLANG_VAR_REQUEST_METHOD:
    case NGX_EO_SECLANG_VAR_REQUEST_PROTOCOL:
    case NGX_EO_SECLANG_VAR_REQUEST_URI:
    case NGX_EO_SECLANG_VAR_REQUEST_URI_RAW:
    case NGX_EO_SECLANG_VAR_RESPONSE_BODY:
    case NGX_EO_SECLANG_VAR_RESPONSE_HEADERS:
    case NGX_EO_SECLANG_VAR_RESPONSE_HEADERS_NAMES:
    case NGX_EO_SECLANG_VAR_XML:
        return 1;

    default:
        return 0;
    }
}


/* set before the first phase, and for good */

static ngx_uint_t
ngx_eo_seclang_is_fixed(ngx_uint_t variable)
{
    switch (variable) {

    case NGX_EO_SECLANG_VAR_REQUEST_COOKIES:
    case NGX_EO_SECLANG_VAR_REQUEST_COOKIES_NAMES:
    case NGX_EO_SECLANG_VAR_REQUEST_FILENAME:
    case NGX_EO_SECLANG_VAR_REQUEST_HEADERS:
    case NGX_EO_SECLANG_VAR_REQUEST_HEADERS_NAMES:
    case NGX_EO_SECLANG_VAR_REQUEST_LINE:
    case NGX_EO_SECLANG_VAR_REQUEST_METHOD:
    case NGX_EO_SECLANG_VAR_REQUEST_PROTOCOL:
    case NGX_EO_SECLANG_VAR_REQUEST_URI:
    case NGX_EO_SECLANG_VAR_REQUEST_URI_RAW:
        return 1;

    default:
        return 0;
    }
}


/* the prefilter does not see letter case */

static ngx_uint_t
ngx_eo_seclang_scan_node(ngx_eo_seclang_ruleset_t *set, ngx_uint_t n)
{
    ngx_str_t              *name;
    ngx_eo_seclang_node_t  *node;

    node = set->nodes.elts;

    while (n) {
        name = &ngx_eo_seclang_transform_get(node[n].transform)->name;

        if (name->len != 9
            || (ngx_strncmp(name->data, "lowercase", 9) != 0
                && ngx_strncmp(name->data, "uppercase", 9) != 0))
        {
            break;
        }

        n = node[n].parent;
    }

    return n;
}


static ngx_uint_t
ngx_eo_seclang_same_target(ngx_eo_seclang_target_t *a,
    ngx_eo_seclang_target_t *b)
{
    ngx_str_t  *x, *y;

    if (a->variable != b->variable
        || a->name.len != b->name.len
        || ngx_strncasecmp(a->name.data, b->name.data, a->name.len) != 0
        || (a->regex == NULL) != (b->regex == NULL))
    {
        return 0;
    }

    if (a->regex == NULL) {
        return 1;
    }

    x = ngx_eo_seclang_regex_pattern(a->regex);
    y = ngx_eo_seclang_regex_pattern(b->regex);

    return x->len == y->len && ngx_memcmp(x->data, y->data, x->len) == 0;
}


static ngx_int_t
ngx_eo_seclang_feed_of(ngx_eo_seclang_ruleset_t *set,
    ngx_eo_seclang_target_t *target, ngx_uint_t node)
{
    ngx_int_t               base;
    ngx_uint_t              i;
    ngx_eo_seclang_feed_t  *feed;

    node = ngx_eo_seclang_scan_node(set, node);
    base = 0;

    if (node) {
        base = ngx_eo_seclang_feed_of(set, target, 0);

        if (base == NGX_ERROR) {
            return NGX_ERROR;
        }
    }

    feed = set->feeds.elts;

    for (i = 0; i < set->feeds.nelts; i++) {
        if (feed[i].node == node
            && ngx_eo_seclang_same_target(&feed[i].target, target))
        {
            return i;
        }
    }

    feed = ngx_array_push(&set->feeds);
    if (feed == NULL) {
        return NGX_ERROR;
    }

    feed->target = *target;
    feed->node = node;
    feed->base = node ? (ngx_uint_t) base : i;
    feed->fixed = ngx_eo_seclang_is_fixed(target->variable);
    feed->scanned = 0;

    return i;
}


/* the feeds of a rule; none if there are none to rely on */

static ngx_int_t
ngx_eo_seclang_link_feeds(ngx_eo_seclang_ruleset_t *set,
    ngx_eo_seclang_rule_t *rule)
{
    ngx_int_t                 feed;
    ngx_uint_t                i, k, n, *nodes;
    ngx_eo_seclang_target_t  *target;

    n = rule->targets.nelts;
    target = rule->targets.elts;

    for (i = 0; i < n; i++) {
        if (target[i].count || target[i].slot >= 0
            || !ngx_eo_seclang_is_stable(target[i].variable))
        {
            return NGX_OK;
        }
    }

    nodes = rule->actions.multi_match ? rule->nodes : &rule->node;
    k = rule->actions.multi_match ? rule->nnodes : 1;

    rule->feeds = ngx_palloc(set->pool, (n * k + 1) * sizeof(ngx_uint_t));
    rule->scan_nodes = ngx_palloc(set->pool, k * sizeof(ngx_uint_t));

    if (rule->feeds == NULL || rule->scan_nodes == NULL) {
        return NGX_ERROR;
    }

    while (k--) {
        rule->scan_nodes[k] = ngx_eo_seclang_scan_node(set, nodes[k]);

        for (i = 0; i < n; i++) {
            feed = ngx_eo_seclang_feed_of(set, &target[i], nodes[k]);

            if (feed == NGX_ERROR) {
                return NGX_ERROR;
            }

            rule->feeds[rule->nfeeds++] = feed;
        }
    }

    rule->scan_node = ngx_eo_seclang_scan_node(set, rule->node);

    return NGX_OK;
}


/*
 * Variables with a slot have a known name: whether a pattern selects one of
 * them does not have to be found out for each request.
 */

static void
ngx_eo_seclang_link_unnamed(ngx_eo_seclang_ruleset_t *set,
    ngx_eo_seclang_rule_t *rule)
{
    ngx_str_t                *slot;
    ngx_uint_t                i, k;
    ngx_eo_seclang_target_t  *target;

    slot = set->slots.elts;
    target = rule->targets.elts;

    for (i = 0; i < rule->targets.nelts; i++) {

        if (target[i].variable != NGX_EO_SECLANG_VAR_TX
            || target[i].regex == NULL)
        {
            continue;
        }

        for (k = 0; k < set->slots.nelts; k++) {
            if (ngx_eo_seclang_selects(&target[i], &slot[k])) {
                break;
            }
        }

        target[i].unnamed = (k == set->slots.nelts);
    }
}


/* the prefilter has to look at the texts of a rule */

static void
ngx_eo_seclang_link_scanned(ngx_eo_seclang_ruleset_t *set,
    ngx_eo_seclang_rule_t *rule)
{
    ngx_uint_t              i;
    ngx_eo_seclang_feed_t  *feed;

    feed = set->feeds.elts;

    for (i = 0; i < rule->nfeeds; i++) {
        feed[rule->feeds[i]].scanned = 1;
        feed[feed[rule->feeds[i]].base].scanned = 1;
    }
}


/* gives a rule its number in the prefilter, and says what it requires */

static ngx_int_t
ngx_eo_seclang_link_unit(ngx_eo_seclang_ruleset_t *set,
    ngx_eo_seclang_rule_t *rule, ngx_array_t *requires, ngx_pool_t *temp)
{
    ngx_eo_seclang_require_t  *require;

    require = ngx_array_push(requires);
    if (require == NULL) {
        return NGX_ERROR;
    }

    rule->unit = requires->nelts - 1;
    require->nclauses = 0;

    /* what is negated matches where the operator does not */

    if (rule->op.negated) {
        return NGX_OK;
    }

    if (ngx_eo_seclang_require(temp, &rule->op, require) != NGX_OK) {
        return NGX_ERROR;
    }

    if (require->nclauses) {
        ngx_eo_seclang_link_scanned(set, rule);
    }

    return NGX_OK;
}


/*
 * The rules that chains start with get numbers that follow each other, so
 * that those of a block have theirs in one word.
 */

static ngx_int_t
ngx_eo_seclang_link_units(ngx_eo_seclang_ruleset_t *set,
    ngx_array_t *requires, ngx_pool_t *temp)
{
    ngx_uint_t               i, phase;
    ngx_eo_seclang_rule_t   *rule;
    ngx_eo_seclang_phase_t  *plan;

    for (phase = 1; phase < NGX_EO_SECLANG_PHASES; phase++) {
        plan = &set->phases[phase];

        for (i = 0; i < plan->nrules; i++) {
            if (plan->rules[i]->feeds != NULL
                && ngx_eo_seclang_link_unit(set, plan->rules[i], requires,
                                            temp)
                   != NGX_OK)
            {
                return NGX_ERROR;
            }
        }
    }

    for (phase = 1; phase < NGX_EO_SECLANG_PHASES; phase++) {
        plan = &set->phases[phase];

        for (i = 0; i < plan->nrules; i++) {
            rule = plan->rules[i];

            while ((rule = rule->next) != NULL) {
                if (rule->feeds != NULL
                    && ngx_eo_seclang_link_unit(set, rule, requires, temp)
                       != NGX_OK)
                {
                    return NGX_ERROR;
                }
            }
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_link_prefilter(ngx_eo_seclang_ruleset_t *set, ngx_pool_t *temp)
{
    ngx_uint_t               i;
    ngx_array_t              requires;
    ngx_eo_seclang_rule_t  **rules;

    rules = set->plan.elts;

    if (ngx_array_init(&requires, temp, 256, sizeof(ngx_eo_seclang_require_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (i = 0; i < set->plan.nelts; i++) {
        ngx_eo_seclang_link_unnamed(set, rules[i]);

        if (!rules[i]->unconditional
            && ngx_eo_seclang_link_feeds(set, rules[i]) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (ngx_eo_seclang_link_units(set, &requires, temp) != NGX_OK) {
        return NGX_ERROR;
    }

    set->prefilter = ngx_eo_seclang_prefilter_build(set->pool, requires.elts,
                                                    requires.nelts);

    if (set->prefilter == NULL) {
        return NGX_ERROR;
    }

    i = ngx_eo_seclang_prefilter_words(set->prefilter) * sizeof(uint64_t);

    set->unscanned = ngx_palloc(set->pool, i + 1);
    if (set->unscanned == NULL) {
        return NGX_ERROR;
    }

    ngx_memset(set->unscanned, 0xff, i);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_link_fixed(ngx_eo_seclang_ruleset_t *set)
{
    u_char                 *p;
    ngx_uint_t              i;
    ngx_eo_seclang_feed_t  *feed;

    set->nfixed = set->feeds.nelts / 8 + 1;

    set->fixed = ngx_pcalloc(set->pool, set->nfixed * sizeof(uint64_t));
    if (set->fixed == NULL) {
        return NGX_ERROR;
    }

    p = (u_char *) set->fixed;
    feed = set->feeds.elts;

    for (i = 0; i < set->feeds.nelts; i++) {
        *p++ = feed[i].fixed ? 0xff : 0;
    }

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_link_candidates(ngx_eo_seclang_ruleset_t *set)
{
    ngx_int_t    rc;
    ngx_pool_t  *temp;

    if (ngx_array_init(&set->feeds, set->pool, 64,
                       sizeof(ngx_eo_seclang_feed_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    temp = ngx_create_pool(NGX_DEFAULT_POOL_SIZE, set->pool->log);
    if (temp == NULL) {
        return NGX_ERROR;
    }

    rc = ngx_eo_seclang_link_prefilter(set, temp);

    ngx_destroy_pool(temp);

    return (rc == NGX_OK) ? ngx_eo_seclang_link_fixed(set) : rc;
}


/* nanoseconds, by estimate */

#define ngx_eo_seclang_scan_time(len)  (50 + 2 * (len))


/* eight bytes at a time: bits of each byte, and of those that are letters */

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
