
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Feeds, and what rules require of their texts.
 *
 * A feed is what one target yields after one chain of transformations.  Rules
 * share feeds, so that the texts of one are gone through once a phase,
 * however many rules look at it.  Feeds are of variables only that no rule
 * changes within a phase.
 */


#include "ngx_eo_seclang_plan.h"
#include "seclang/variable/ngx_eo_seclang_variable.h"


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
    feed->fixed = ngx_eo_seclang_variables[target->variable].change
                  == NGX_EO_SECLANG_FIXED;
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
            || ngx_eo_seclang_variables[target[i].variable].change
               == NGX_EO_SECLANG_LOOSE)
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
