
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The cover of an expression: triggers of which at least one has to be there
 * if the expression holds.  Of the parts of an "and" the rarest stands for
 * all, an "or" needs those of each part, and what is negated has none.
 */


#include "ngx_eo_expr_internal.h"
#include "ngx_eo_expr_cover.h"


/* how often a trigger is expected among requests, relative to each other */

#define NGX_EO_WEIGHT_VALUE    1
#define NGX_EO_WEIGHT_LONG     2
#define NGX_EO_WEIGHT_GROUP    4
#define NGX_EO_WEIGHT_MEDIUM   6
#define NGX_EO_WEIGHT_SHORT    20
#define NGX_EO_WEIGHT_EXISTS   40
#define NGX_EO_WEIGHT_COMMON   50
#define NGX_EO_WEIGHT_BYTE     100


static ngx_int_t ngx_eo_cover_node(ngx_eo_cover_t *cover,
    ngx_eo_expr_t *expr, ngx_uint_t negated);
static ngx_int_t ngx_eo_cover_all(ngx_eo_cover_t *cover, ngx_eo_expr_t *expr,
    ngx_uint_t negated);
static ngx_int_t ngx_eo_cover_any(ngx_eo_cover_t *cover, ngx_eo_expr_t *expr,
    ngx_uint_t negated);
static ngx_int_t ngx_eo_cover_test(ngx_eo_cover_t *cover,
    ngx_eo_expr_test_t *test);
static ngx_int_t ngx_eo_cover_strings(ngx_eo_cover_t *cover,
    ngx_eo_expr_test_t *test);
static ngx_int_t ngx_eo_cover_numbers(ngx_eo_cover_t *cover,
    ngx_eo_expr_test_t *test);
static ngx_int_t ngx_eo_cover_addresses(ngx_eo_cover_t *cover,
    ngx_eo_expr_test_t *test);
static ngx_int_t ngx_eo_cover_like(ngx_eo_cover_t *cover,
    ngx_eo_expr_test_t *test);
static ngx_int_t ngx_eo_cover_matches(ngx_eo_cover_t *cover,
    ngx_eo_expr_test_t *test);
static ngx_int_t ngx_eo_cover_value(ngx_eo_cover_t *cover,
    ngx_eo_expr_test_t *test, ngx_str_t *value);
static ngx_int_t ngx_eo_cover_literal(ngx_eo_cover_t *cover,
    ngx_eo_expr_test_t *test, ngx_str_t *literal);
static ngx_eo_trigger_t *ngx_eo_cover_push(ngx_eo_cover_t *cover,
    ngx_eo_trigger_e type, ngx_uint_t slot, ngx_uint_t weight);


ngx_int_t
ngx_eo_cover(ngx_eo_expr_env_t *env, ngx_pool_t *pool, ngx_eo_expr_t *expr,
    ngx_eo_cover_t *cover)
{
    cover->env = env;
    cover->pool = pool;

    return ngx_eo_cover_node(cover, expr, 0);
}


/* NGX_DECLINED: there is no cover */

static ngx_int_t
ngx_eo_cover_node(ngx_eo_cover_t *cover, ngx_eo_expr_t *expr,
    ngx_uint_t negated)
{
    cover->weight = 0;

    if (ngx_array_init(&cover->triggers, cover->pool, 1,
                       sizeof(ngx_eo_trigger_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    switch (expr->type) {

    case NGX_EO_NODE_ALL:
        return NGX_DECLINED;

    case NGX_EO_NODE_NOT:
        return ngx_eo_cover_node(cover, expr->elts[0], !negated);

    case NGX_EO_NODE_AND:
        return negated ? ngx_eo_cover_any(cover, expr, negated)
                       : ngx_eo_cover_all(cover, expr, negated);

    case NGX_EO_NODE_OR:
        return negated ? ngx_eo_cover_all(cover, expr, negated)
                       : ngx_eo_cover_any(cover, expr, negated);

    default: /* NGX_EO_NODE_TEST */
        return negated ? NGX_DECLINED : ngx_eo_cover_test(cover, expr->test);
    }
}


static ngx_int_t
ngx_eo_cover_all(ngx_eo_cover_t *cover, ngx_eo_expr_t *expr,
    ngx_uint_t negated)
{
    ngx_int_t       rc;
    ngx_uint_t      i, found;
    ngx_eo_cover_t  part;

    found = 0;
    part = *cover;

    for (i = 0; i < expr->nelts; i++) {
        rc = ngx_eo_cover_node(&part, expr->elts[i], negated);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc == NGX_OK && (!found || part.weight < cover->weight)) {
            *cover = part;
            found = 1;
        }
    }

    return found ? NGX_OK : NGX_DECLINED;
}


static ngx_int_t
ngx_eo_cover_any(ngx_eo_cover_t *cover, ngx_eo_expr_t *expr,
    ngx_uint_t negated)
{
    void            *triggers;
    ngx_int_t        rc;
    ngx_uint_t       i;
    ngx_eo_cover_t   part;

    part = *cover;

    for (i = 0; i < expr->nelts; i++) {
        rc = ngx_eo_cover_node(&part, expr->elts[i], negated);

        if (rc != NGX_OK) {
            return rc;
        }

        if (part.triggers.nelts == 0) {
            continue;
        }

        triggers = ngx_array_push_n(&cover->triggers, part.triggers.nelts);
        if (triggers == NULL) {
            return NGX_ERROR;
        }

        ngx_memcpy(triggers, part.triggers.elts,
                   part.triggers.nelts * sizeof(ngx_eo_trigger_t));

        cover->weight += part.weight;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_cover_test(ngx_eo_cover_t *cover, ngx_eo_expr_test_t *test)
{
    ngx_uint_t  i;

    if (test->length || test->nothers) {
        return NGX_DECLINED;
    }

    switch (test->type) {

    case NGX_EO_TEST_EXISTS:
        return ngx_eo_cover_push(cover, NGX_EO_TRIGGER_EXISTS, test->slot,
                                 NGX_EO_WEIGHT_EXISTS)
               ? NGX_OK : NGX_ERROR;

    case NGX_EO_TEST_STRINGS:
        return ngx_eo_cover_strings(cover, test);

    case NGX_EO_TEST_NUMBERS:
        return ngx_eo_cover_numbers(cover, test);

    case NGX_EO_TEST_ADDRESSES:
        return ngx_eo_cover_addresses(cover, test);

    case NGX_EO_TEST_CONTAIN:

        for (i = 0; i < test->nstrings; i++) {
            if (ngx_eo_cover_literal(cover, test, &test->strings[i])
                != NGX_OK)
            {
                return NGX_ERROR;
            }
        }

        return NGX_OK;

    case NGX_EO_TEST_LIKE:
        return ngx_eo_cover_like(cover, test);

    case NGX_EO_TEST_MATCHES:
        return ngx_eo_cover_matches(cover, test);

    default: /* NGX_EO_TEST_GREATER, NGX_EO_TEST_LESS */
        return NGX_DECLINED;
    }
}


static ngx_int_t
ngx_eo_cover_strings(ngx_eo_cover_t *cover, ngx_eo_expr_test_t *test)
{
    ngx_str_t   empty;
    ngx_uint_t  i;

    for (i = 0; i < test->nstrings; i++) {
        if (ngx_eo_cover_value(cover, test, &test->strings[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (test->empty) {
        ngx_str_set(&empty, "");
        return ngx_eo_cover_value(cover, test, &empty);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_cover_numbers(ngx_eo_cover_t *cover, ngx_eo_expr_test_t *test)
{
    ngx_uint_t         i;
    ngx_eo_trigger_t  *trigger;

    for (i = 0; i < test->nnumbers; i++) {
        trigger = ngx_eo_cover_push(cover, NGX_EO_TRIGGER_NUMBER, test->slot,
                                    NGX_EO_WEIGHT_VALUE);
        if (trigger == NULL) {
            return NGX_ERROR;
        }

        trigger->key.data = (u_char *) &test->numbers[i];
        trigger->key.len = sizeof(uint64_t);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_cover_addresses(ngx_eo_cover_t *cover, ngx_eo_expr_test_t *test)
{
    ngx_uint_t         i;
    ngx_eo_trigger_t  *trigger;

    for (i = 0; i < test->nprefixes; i++) {
        trigger = ngx_eo_cover_push(cover, NGX_EO_TRIGGER_PREFIX, test->slot,
                                    NGX_EO_WEIGHT_VALUE);
        if (trigger == NULL) {
            return NGX_ERROR;
        }

        trigger->key.data = test->prefixes[i].addr;
        trigger->key.len = 16;
        trigger->bits = test->prefixes[i].bits;
    }

    for (i = 0; i < test->ngroups; i++) {
        trigger = ngx_eo_cover_push(cover, NGX_EO_TRIGGER_GROUP, test->slot,
                                    NGX_EO_WEIGHT_GROUP);
        if (trigger == NULL) {
            return NGX_ERROR;
        }

        trigger->key.data = (u_char *) &test->groups[i];
        trigger->key.len = sizeof(void *);
        trigger->group = test->groups[i];
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_cover_like(ngx_eo_cover_t *cover, ngx_eo_expr_test_t *test)
{
    ngx_int_t   rc;
    ngx_str_t   literal;
    ngx_uint_t  i, exact;

    for (i = 0; i < test->nstrings; i++) {
        literal = ngx_eo_like_literal(&test->strings[i], &exact);

        if (literal.len == 0) {
            return NGX_DECLINED;
        }

        rc = exact ? ngx_eo_cover_value(cover, test, &literal)
                   : ngx_eo_cover_literal(cover, test, &literal);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_cover_matches(ngx_eo_cover_t *cover, ngx_eo_expr_test_t *test)
{
    ngx_uint_t         i, k;
    ngx_eo_literals_t  literals;

    for (i = 0; i < test->nregexes; i++) {

        if (ngx_eo_regex_literals(cover->pool,
                                  ngx_eo_regex_pattern(test->regexes[i]),
                                  &literals)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (literals.nelts == 0) {
            return NGX_DECLINED;
        }

        for (k = 0; k < literals.nelts; k++) {
            if (ngx_eo_cover_literal(cover, test, &literals.elts[k])
                != NGX_OK)
            {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_cover_value(ngx_eo_cover_t *cover, ngx_eo_expr_test_t *test,
    ngx_str_t *value)
{
    ngx_uint_t           weight;
    ngx_eo_trigger_t    *trigger;
    ngx_eo_expr_slot_t  *slots;

    slots = cover->env->slots.elts;

    weight = (slots[test->slot].field->flags & NGX_EO_FIELD_COMMON)
             ? NGX_EO_WEIGHT_COMMON : NGX_EO_WEIGHT_VALUE;

    trigger = ngx_eo_cover_push(cover, NGX_EO_TRIGGER_VALUE, test->slot,
                                weight);
    if (trigger == NULL) {
        return NGX_ERROR;
    }

    trigger->key = *value;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_cover_literal(ngx_eo_cover_t *cover, ngx_eo_expr_test_t *test,
    ngx_str_t *literal)
{
    ngx_uint_t         weight;
    ngx_eo_trigger_t  *trigger;

    switch (literal->len) {

    case 1:
        weight = NGX_EO_WEIGHT_BYTE;
        break;

    case 2:
        weight = NGX_EO_WEIGHT_SHORT;
        break;

    case 3:
    case 4:
        weight = NGX_EO_WEIGHT_MEDIUM;
        break;

    default:
        weight = NGX_EO_WEIGHT_LONG;
    }

    trigger = ngx_eo_cover_push(cover, NGX_EO_TRIGGER_LITERAL, test->slot,
                                weight);
    if (trigger == NULL) {
        return NGX_ERROR;
    }

    trigger->key = *literal;

    return NGX_OK;
}


static ngx_eo_trigger_t *
ngx_eo_cover_push(ngx_eo_cover_t *cover, ngx_eo_trigger_e type,
    ngx_uint_t slot, ngx_uint_t weight)
{
    ngx_eo_trigger_t  *trigger;

    trigger = ngx_array_push(&cover->triggers);
    if (trigger == NULL) {
        return NULL;
    }

    ngx_memzero(trigger, sizeof(ngx_eo_trigger_t));

    trigger->type = type;
    trigger->slot = slot;

    cover->weight += weight;

    return trigger;
}
