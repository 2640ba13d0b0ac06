
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_expr_internal.h"


static ngx_eo_expr_result_e ngx_eo_eval_and(ngx_eo_expr_ctx_t *ctx,
    ngx_eo_expr_t *expr);
static ngx_eo_expr_result_e ngx_eo_eval_or(ngx_eo_expr_ctx_t *ctx,
    ngx_eo_expr_t *expr);
static ngx_eo_expr_result_e ngx_eo_eval_test(ngx_eo_expr_ctx_t *ctx,
    ngx_eo_expr_test_t *test);
static ngx_eo_expr_result_e ngx_eo_eval_numbers(ngx_eo_expr_test_t *test,
    ngx_str_t *text, ngx_uint_t asn);
static ngx_eo_expr_result_e ngx_eo_eval_strings(ngx_eo_expr_ctx_t *ctx,
    ngx_eo_expr_test_t *test, ngx_str_t *lower);
static ngx_eo_expr_result_e ngx_eo_eval_addresses(ngx_eo_expr_ctx_t *ctx,
    ngx_eo_expr_test_t *test);
static ngx_uint_t ngx_eo_eval_ranges(ngx_eo_expr_test_t *test, u_char *addr);
static ngx_eo_expr_result_e ngx_eo_eval_contain(ngx_eo_expr_test_t *test,
    ngx_str_t *lower);
static ngx_eo_expr_result_e ngx_eo_eval_like(ngx_eo_expr_test_t *test,
    ngx_str_t *lower);
static ngx_eo_expr_result_e ngx_eo_eval_matches(ngx_eo_expr_ctx_t *ctx,
    ngx_eo_expr_test_t *test, ngx_str_t *text);
static ngx_eo_expr_value_t *ngx_eo_eval_value(ngx_eo_expr_ctx_t *ctx,
    ngx_uint_t slot);


static ngx_str_t  ngx_eo_eval_empty = ngx_string("");


ngx_int_t
ngx_eo_expr_ctx_init(ngx_eo_expr_ctx_t *ctx, ngx_eo_expr_env_t *env,
    ngx_pool_t *pool, void *data, ngx_eo_expr_get_pt get)
{
    ngx_eo_expr_value_t  *values;

    values = ngx_pcalloc(pool, (env->slots.nelts + 1)
                               * sizeof(ngx_eo_expr_value_t));

    ngx_eo_expr_ctx_set(ctx, env, pool, data, get, values);

    return values ? NGX_OK : NGX_ERROR;
}


ngx_uint_t
ngx_eo_expr_always(ngx_eo_expr_t *expr)
{
    return expr->type == NGX_EO_NODE_ALL;
}


/*
 * Kleene's logic with two kinds of "cannot say": UNKNOWN can turn into no
 * match only, LIMIT has to reach the caller unless the rest decides.
 */

ngx_eo_expr_result_e
ngx_eo_expr_eval(ngx_eo_expr_ctx_t *ctx, ngx_eo_expr_t *expr)
{
    ngx_eo_expr_result_e  result;

    switch (expr->type) {

    case NGX_EO_NODE_ALL:
        return NGX_EO_EXPR_TRUE;

    case NGX_EO_NODE_AND:
        return ngx_eo_eval_and(ctx, expr);

    case NGX_EO_NODE_OR:
        return ngx_eo_eval_or(ctx, expr);

    case NGX_EO_NODE_NOT:
        result = ngx_eo_expr_eval(ctx, expr->elts[0]);

        if (result == NGX_EO_EXPR_TRUE) {
            return NGX_EO_EXPR_FALSE;
        }

        return (result == NGX_EO_EXPR_FALSE) ? NGX_EO_EXPR_TRUE : result;

    default: /* NGX_EO_NODE_TEST */
        return ngx_eo_eval_test(ctx, expr->test);
    }
}


static ngx_eo_expr_result_e
ngx_eo_eval_and(ngx_eo_expr_ctx_t *ctx, ngx_eo_expr_t *expr)
{
    ngx_uint_t            i;
    ngx_eo_expr_result_e  result, all;

    all = NGX_EO_EXPR_TRUE;

    for (i = 0; i < expr->nelts; i++) {
        result = ngx_eo_expr_eval(ctx, expr->elts[i]);

        if (result == NGX_EO_EXPR_FALSE) {
            return NGX_EO_EXPR_FALSE;
        }

        if (result == NGX_EO_EXPR_LIMIT || all == NGX_EO_EXPR_TRUE) {
            all = result;
        }
    }

    return all;
}


static ngx_eo_expr_result_e
ngx_eo_eval_or(ngx_eo_expr_ctx_t *ctx, ngx_eo_expr_t *expr)
{
    ngx_uint_t            i;
    ngx_eo_expr_result_e  result, any;

    any = NGX_EO_EXPR_FALSE;

    for (i = 0; i < expr->nelts; i++) {
        result = ngx_eo_expr_eval(ctx, expr->elts[i]);

        if (result == NGX_EO_EXPR_TRUE) {
            return NGX_EO_EXPR_TRUE;
        }

        if (result > any) {
            any = result;
        }
    }

    return any;
}


static ngx_eo_expr_result_e
ngx_eo_eval_test(ngx_eo_expr_ctx_t *ctx, ngx_eo_expr_test_t *test)
{
    u_char                length[NGX_INT64_LEN];
    ngx_str_t            *text, digits;
    ngx_uint_t            asn;
    ngx_eo_expr_slot_t   *slots;
    ngx_eo_expr_result_e  result;

    text = ngx_eo_expr_text(ctx, test->slot);

    if (text == NULL
        && (ctx->failed || ngx_eo_expr_undecided(ctx, test->slot)))
    {
        return NGX_EO_EXPR_LIMIT;
    }

    if (test->type == NGX_EO_TEST_EXISTS) {
        return text ? NGX_EO_EXPR_TRUE : NGX_EO_EXPR_FALSE;
    }

    if (text == NULL) {

        if (test->optional) {
            return NGX_EO_EXPR_UNKNOWN;
        }

        text = &ngx_eo_eval_empty;
    }

    if (test->length) {
        digits.data = length;
        digits.len = ngx_sprintf(length, "%uz", text->len) - length;

        return ngx_eo_eval_numbers(test, &digits, 0);
    }

    if (test->optional && text->len == 0) {
        return test->empty ? NGX_EO_EXPR_TRUE : NGX_EO_EXPR_UNKNOWN;
    }

    switch (test->type) {

    case NGX_EO_TEST_NUMBERS:
    case NGX_EO_TEST_GREATER:
    case NGX_EO_TEST_LESS:
        slots = ctx->env->slots.elts;
        asn = (slots[test->slot].field->flags & NGX_EO_FIELD_NUMBER) != 0;

        return ngx_eo_eval_numbers(test, text, asn);

    case NGX_EO_TEST_ADDRESSES:
        return ngx_eo_eval_addresses(ctx, test);

    case NGX_EO_TEST_MATCHES:
        return ngx_eo_eval_matches(ctx, test, text);

    default:
        break;
    }

    if (text->len) {
        text = ngx_eo_expr_lower(ctx, test->slot);
        if (text == NULL) {
            return NGX_EO_EXPR_LIMIT;
        }
    }

    switch (test->type) {

    case NGX_EO_TEST_STRINGS:
        result = ngx_eo_eval_strings(ctx, test, text);
        break;

    case NGX_EO_TEST_CONTAIN:
        result = ngx_eo_eval_contain(test, text);
        break;

    default: /* NGX_EO_TEST_LIKE */
        result = ngx_eo_eval_like(test, text);
        break;
    }

    return result;
}


/* what is no number is neither in a list, nor more, nor less */

static ngx_eo_expr_result_e
ngx_eo_eval_numbers(ngx_eo_expr_test_t *test, ngx_str_t *text,
    ngx_uint_t asn)
{
    uint64_t    n;
    ngx_str_t   digits;
    ngx_uint_t  i, found;

    digits = *text;

    if (asn && digits.len > 2
        && ngx_strncasecmp(digits.data, (u_char *) "AS", 2) == 0)
    {
        digits.data += 2;
        digits.len -= 2;
    }

    if (ngx_eo_expr_number(&digits, &n) != NGX_OK) {
        return NGX_EO_EXPR_FALSE;
    }

    found = 0;

    switch (test->type) {

    case NGX_EO_TEST_GREATER:
        found = (n > test->numbers[0]);
        break;

    case NGX_EO_TEST_LESS:
        found = (n < test->numbers[0]);
        break;

    default:

        for (i = 0; i < test->nnumbers && !found; i++) {
            found = (n == test->numbers[i]);
        }
    }

    return found ? NGX_EO_EXPR_TRUE : NGX_EO_EXPR_FALSE;
}


static ngx_eo_expr_result_e
ngx_eo_eval_strings(ngx_eo_expr_ctx_t *ctx, ngx_eo_expr_test_t *test,
    ngx_str_t *lower)
{
    ngx_int_t   cmp;
    ngx_str_t  *string, *other;
    ngx_uint_t  i, low, high;

    if (lower->len == 0 && test->empty) {
        return NGX_EO_EXPR_TRUE;
    }

    low = 0;
    high = test->nstrings;

    while (low < high) {
        i = low + (high - low) / 2;
        string = &test->strings[i];

        cmp = (lower->len == string->len)
              ? ngx_memcmp(lower->data, string->data, lower->len)
              : (lower->len < string->len) ? -1 : 1;

        if (cmp == 0) {
            return NGX_EO_EXPR_TRUE;
        }

        if (cmp < 0) {
            high = i;

        } else {
            low = i + 1;
        }
    }

    for (i = 0; i < test->nothers; i++) {
        other = ngx_eo_expr_lower(ctx, test->others[i]);

        if (other == NULL
            && (ctx->failed || ngx_eo_expr_undecided(ctx, test->others[i])))
        {
            return NGX_EO_EXPR_LIMIT;
        }

        if (other && other->len && other->len == lower->len
            && ngx_memcmp(other->data, lower->data, lower->len) == 0)
        {
            return NGX_EO_EXPR_TRUE;
        }
    }

    return NGX_EO_EXPR_FALSE;
}


static ngx_eo_expr_result_e
ngx_eo_eval_addresses(ngx_eo_expr_ctx_t *ctx, ngx_eo_expr_test_t *test)
{
    u_char      *addr, *other, *bytes;
    ngx_int_t    family;
    ngx_uint_t   i;

    addr = ngx_eo_expr_addr(ctx, test->slot);

    if (addr == NULL) {
        return NGX_EO_EXPR_FALSE;
    }

    if (ngx_eo_eval_ranges(test, addr)) {
        return NGX_EO_EXPR_TRUE;
    }

    for (i = 0; i < test->nothers; i++) {
        other = ngx_eo_expr_addr(ctx, test->others[i]);

        if (other && ngx_memcmp(other, addr, 16) == 0) {
            return NGX_EO_EXPR_TRUE;
        }
    }

    bytes = ngx_eo_expr_addr_bytes(addr, &family);

    for (i = 0; i < test->ngroups; i++) {

        if (ctx->env->group_match(test->groups[i], family, bytes)) {
            return NGX_EO_EXPR_TRUE;
        }
    }

    return NGX_EO_EXPR_FALSE;
}


static ngx_uint_t
ngx_eo_eval_ranges(ngx_eo_expr_test_t *test, u_char *addr)
{
    ngx_uint_t  i, low, high;

    low = 0;
    high = test->nranges;

    while (low < high) {
        i = low + (high - low) / 2;

        if (ngx_memcmp(addr, test->ranges[i].first, 16) < 0) {
            high = i;

        } else if (ngx_memcmp(addr, test->ranges[i].last, 16) > 0) {
            low = i + 1;

        } else {
            return 1;
        }
    }

    return 0;
}


static ngx_eo_expr_result_e
ngx_eo_eval_contain(ngx_eo_expr_test_t *test, ngx_str_t *lower)
{
    ngx_uint_t  i;

    for (i = 0; i < test->nstrings; i++) {

        if (lower->len >= test->strings[i].len
            && memmem(lower->data, lower->len, test->strings[i].data,
                      test->strings[i].len))
        {
            return NGX_EO_EXPR_TRUE;
        }
    }

    return NGX_EO_EXPR_FALSE;
}


static ngx_eo_expr_result_e
ngx_eo_eval_like(ngx_eo_expr_test_t *test, ngx_str_t *lower)
{
    ngx_uint_t  i;

    for (i = 0; i < test->nstrings; i++) {

        if (ngx_eo_like_match(&test->strings[i], lower)) {
            return NGX_EO_EXPR_TRUE;
        }
    }

    return NGX_EO_EXPR_FALSE;
}


static ngx_eo_expr_result_e
ngx_eo_eval_matches(ngx_eo_expr_ctx_t *ctx, ngx_eo_expr_test_t *test,
    ngx_str_t *text)
{
    ngx_int_t             rc;
    ngx_uint_t            i;
    ngx_eo_expr_result_e  result;

    result = NGX_EO_EXPR_FALSE;

    for (i = 0; i < test->nregexes; i++) {

        if (ctx->limits >= NGX_EO_EXPR_MATCH_LIMITS) {
            return NGX_EO_EXPR_LIMIT;
        }

        rc = ngx_eo_regex_match(ctx->env->regex, test->regexes[i], text);

        if (rc == NGX_OK) {
            return NGX_EO_EXPR_TRUE;
        }

        if (rc == NGX_ABORT) {
            ctx->limits++;
            result = NGX_EO_EXPR_LIMIT;
        }
    }

    return result;
}


ngx_str_t *
ngx_eo_expr_text(ngx_eo_expr_ctx_t *ctx, ngx_uint_t slot)
{
    ngx_eo_expr_value_t  *value;

    value = ngx_eo_eval_value(ctx, slot);

    return value->present ? &value->text : NULL;
}


ngx_uint_t
ngx_eo_expr_undecided(ngx_eo_expr_ctx_t *ctx, ngx_uint_t slot)
{
    return ngx_eo_eval_value(ctx, slot)->undecided;
}


ngx_str_t *
ngx_eo_expr_lower(ngx_eo_expr_ctx_t *ctx, ngx_uint_t slot)
{
    u_char               *p, *last, *dst;
    ngx_eo_expr_value_t  *value;

    value = ngx_eo_eval_value(ctx, slot);

    if (!value->present) {
        return NULL;
    }

    if (value->lowered) {
        return &value->lower;
    }

    p = value->text.data;
    last = p + value->text.len;

    while (p < last && !(*p >= 'A' && *p <= 'Z')) {
        p++;
    }

    value->lower = value->text;

    if (p < last) {
        dst = ngx_pnalloc(ctx->pool, value->text.len);
        if (dst == NULL) {
            ctx->failed = 1;
            return NULL;
        }

        ngx_strlow(dst, value->text.data, value->text.len);
        value->lower.data = dst;
    }

    value->lowered = 1;

    return &value->lower;
}


u_char *
ngx_eo_expr_addr(ngx_eo_expr_ctx_t *ctx, ngx_uint_t slot)
{
    ngx_eo_expr_value_t   *value;
    ngx_eo_expr_prefix_t   prefix;

    value = ngx_eo_eval_value(ctx, slot);

    if (!value->present) {
        return NULL;
    }

    if (!value->addr_known) {
        value->addr_known = 1;

        if (!value->has_addr
            && ngx_eo_expr_prefix(&value->text, &prefix) == NGX_OK
            && prefix.bits == 128)
        {
            ngx_memcpy(value->addr, prefix.addr, 16);
            value->has_addr = 1;
        }
    }

    return value->has_addr ? value->addr : NULL;
}


/* the form in which groups take an address */

u_char *
ngx_eo_expr_addr_bytes(u_char *addr, ngx_int_t *family)
{
    static u_char  mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

    if (ngx_memcmp(addr, mapped, 12) == 0) {
        *family = AF_INET;
        return addr + 12;
    }

    *family = AF_INET6;

    return addr;
}


static ngx_eo_expr_value_t *
ngx_eo_eval_value(ngx_eo_expr_ctx_t *ctx, ngx_uint_t slot)
{
    ngx_int_t             rc;
    ngx_eo_expr_slot_t   *slots;
    ngx_eo_expr_value_t  *value;

    value = &ctx->values[slot];

    if (value->known) {
        return value;
    }

    value->known = 1;

    slots = ctx->env->slots.elts;
    rc = ctx->get(ctx->data, &slots[slot], value);

    if (rc == NGX_OK) {
        value->present = 1;

        if (value->text.len == 0) {
            value->text.data = (u_char *) "";
        }

    } else if (rc == NGX_ABORT) {
        value->undecided = 1;
        ctx->undecided = 1;

    } else if (rc == NGX_ERROR) {
        ctx->failed = 1;
    }

    return value;
}
