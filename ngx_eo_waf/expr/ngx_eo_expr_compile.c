
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_expr_internal.h"


typedef struct {
    ngx_eo_expr_env_t         *env;
    ngx_pool_t                *pool;
    ngx_eo_node_t             *node;
    ngx_eo_expr_field_t       *field;
    ngx_eo_expr_test_t        *test;
    ngx_eo_expr_error_t       *error;
} ngx_eo_compile_t;


static ngx_eo_expr_t *ngx_eo_compile_node(ngx_eo_compile_t *c,
    ngx_eo_node_t *node);
static ngx_eo_expr_t *ngx_eo_compile_test(ngx_eo_compile_t *c,
    ngx_eo_node_t *node);
static ngx_int_t ngx_eo_compile_in(ngx_eo_compile_t *c);
static ngx_int_t ngx_eo_compile_in_field(ngx_eo_compile_t *c,
    ngx_eo_expr_token_t *value);
static ngx_int_t ngx_eo_compile_address(ngx_eo_compile_t *c,
    ngx_eo_expr_token_t *value);
static ngx_int_t ngx_eo_compile_group(ngx_eo_compile_t *c, size_t column,
    ngx_str_t *name);
static ngx_int_t ngx_eo_compile_string(ngx_eo_compile_t *c,
    ngx_eo_expr_token_t *value);
static ngx_int_t ngx_eo_compile_number(ngx_eo_compile_t *c,
    ngx_eo_expr_token_t *value);
static ngx_int_t ngx_eo_compile_texts(ngx_eo_compile_t *c);
static ngx_int_t ngx_eo_compile_country(ngx_eo_compile_t *c,
    ngx_eo_expr_token_t *value, ngx_str_t *text);
static ngx_int_t ngx_eo_compile_regexes(ngx_eo_compile_t *c);
static ngx_int_t ngx_eo_compile_slot(ngx_eo_compile_t *c,
    ngx_eo_expr_token_t *token);
static ngx_int_t ngx_eo_compile_unescape(ngx_eo_compile_t *c, ngx_str_t *raw,
    ngx_str_t *text);
static ngx_int_t ngx_eo_compile_lower(ngx_eo_compile_t *c, ngx_str_t *raw,
    ngx_str_t *text);
static ngx_int_t ngx_eo_compile_nomem(ngx_eo_compile_t *c);
static ngx_int_t ngx_eo_compile_reserve(ngx_eo_compile_t *c);
static int ngx_libc_cdecl ngx_eo_compile_cmp(const void *one,
    const void *two);


ngx_eo_expr_t *
ngx_eo_expr_compile(ngx_eo_expr_env_t *env, ngx_str_t *text,
    ngx_eo_expr_error_t *error)
{
    ngx_pool_t        *temp;
    ngx_eo_node_t     *node;
    ngx_eo_expr_t     *expr;
    ngx_eo_compile_t   c;

    temp = ngx_create_pool(NGX_DEFAULT_POOL_SIZE, env->pool->log);
    if (temp == NULL) {
        ngx_eo_expr_fail(error, 0, "out of memory");
        return NULL;
    }

    expr = NULL;
    node = ngx_eo_parse(temp, text, error);

    if (node) {
        ngx_memzero(&c, sizeof(ngx_eo_compile_t));

        c.env = env;
        c.pool = env->pool;
        c.error = error;

        expr = ngx_eo_compile_node(&c, node);
    }

    ngx_destroy_pool(temp);

    return expr;
}


/* the depth of the recursion is that of the parser */

static ngx_eo_expr_t *
ngx_eo_compile_node(ngx_eo_compile_t *c, ngx_eo_node_t *node)
{
    ngx_uint_t      i;
    ngx_eo_expr_t  *expr;
    ngx_eo_node_t  *child;

    if (node->type == NGX_EO_NODE_TEST) {
        return ngx_eo_compile_test(c, node);
    }

    expr = ngx_pcalloc(c->pool, sizeof(ngx_eo_expr_t));
    if (expr == NULL) {
        (void) ngx_eo_compile_nomem(c);
        return NULL;
    }

    expr->type = node->type;
    expr->nelts = node->children;

    if (expr->nelts == 0) {
        return expr;
    }

    expr->elts = ngx_palloc(c->pool, expr->nelts * sizeof(ngx_eo_expr_t *));
    if (expr->elts == NULL) {
        (void) ngx_eo_compile_nomem(c);
        return NULL;
    }

    for (i = 0, child = node->child; child; i++, child = child->next) {
        expr->elts[i] = ngx_eo_compile_node(c, child);

        if (expr->elts[i] == NULL) {
            return NULL;
        }
    }

    return expr;
}


static ngx_eo_expr_t *
ngx_eo_compile_test(ngx_eo_compile_t *c, ngx_eo_node_t *node)
{
    ngx_int_t            n;
    ngx_eo_expr_t       *expr;
    ngx_eo_expr_slot_t  *slots;

    c->node = node;

    n = ngx_eo_compile_slot(c, &node->field);
    if (n == NGX_ERROR) {
        return NULL;
    }

    expr = ngx_pcalloc(c->pool, sizeof(ngx_eo_expr_t));
    if (expr == NULL) {
        (void) ngx_eo_compile_nomem(c);
        return NULL;
    }

    c->test = ngx_pcalloc(c->pool, sizeof(ngx_eo_expr_test_t));
    if (c->test == NULL) {
        (void) ngx_eo_compile_nomem(c);
        return NULL;
    }

    expr->type = NGX_EO_NODE_TEST;
    expr->test = c->test;

    slots = c->env->slots.elts;

    c->field = slots[n].field;
    c->test->slot = n;
    c->test->length = node->length;
    c->test->optional = (c->field->flags & NGX_EO_FIELD_OPTIONAL) != 0;

    if (node->length
        && node->op.type != NGX_EO_TOKEN_GREATER
        && node->op.type != NGX_EO_TOKEN_LESS
        && node->op.type != NGX_EO_TOKEN_IN)
    {
        ngx_eo_expr_fail(c->error, node->op.column,
                         "unexpected %s after a length, expected \">\", "
                         "\"<\" or \"in\"",
                         ngx_eo_token_name(node->op.type));
        return NULL;
    }

    switch (node->op.type) {

    case NGX_EO_TOKEN_EXISTS:
        c->test->type = NGX_EO_TEST_EXISTS;
        return expr;

    case NGX_EO_TOKEN_IN:
        n = ngx_eo_compile_in(c);
        break;

    case NGX_EO_TOKEN_GREATER:
    case NGX_EO_TOKEN_LESS:
        c->test->type = (node->op.type == NGX_EO_TOKEN_GREATER)
                        ? NGX_EO_TEST_GREATER : NGX_EO_TEST_LESS;

        if (ngx_eo_compile_reserve(c) != NGX_OK) {
            return NULL;
        }

        n = ngx_eo_compile_number(c, node->values->elts);
        break;

    case NGX_EO_TOKEN_MATCHES:
        c->test->type = NGX_EO_TEST_MATCHES;
        n = ngx_eo_compile_regexes(c);
        break;

    default: /* NGX_EO_TOKEN_LIKE, NGX_EO_TOKEN_CONTAIN */
        c->test->type = (node->op.type == NGX_EO_TOKEN_LIKE)
                        ? NGX_EO_TEST_LIKE : NGX_EO_TEST_CONTAIN;
        n = ngx_eo_compile_texts(c);
    }

    return (n == NGX_OK) ? expr : NULL;
}


static ngx_int_t
ngx_eo_compile_in(ngx_eo_compile_t *c)
{
    ngx_int_t             rc;
    ngx_uint_t            i;
    ngx_eo_expr_token_t  *value;
    ngx_eo_expr_test_t   *test;

    test = c->test;

    if (test->length || (c->field->flags & NGX_EO_FIELD_NUMBER)) {
        test->type = NGX_EO_TEST_NUMBERS;

    } else if (c->field->flags & NGX_EO_FIELD_ADDRESS) {
        test->type = NGX_EO_TEST_ADDRESSES;

    } else {
        test->type = NGX_EO_TEST_STRINGS;
    }

    if (ngx_eo_compile_reserve(c) != NGX_OK) {
        return NGX_ERROR;
    }

    value = c->node->values->elts;

    for (i = 0; i < c->node->values->nelts; i++) {

        if (value[i].type == NGX_EO_TOKEN_FIELD) {
            rc = ngx_eo_compile_in_field(c, &value[i]);

        } else if (test->type == NGX_EO_TEST_NUMBERS) {
            rc = ngx_eo_compile_number(c, &value[i]);

        } else if (test->type == NGX_EO_TEST_ADDRESSES) {
            rc = ngx_eo_compile_address(c, &value[i]);

        } else {
            rc = ngx_eo_compile_string(c, &value[i]);
        }

        if (rc != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (test->nstrings) {
        ngx_qsort(test->strings, test->nstrings, sizeof(ngx_str_t),
                  ngx_eo_compile_cmp);
    }

    if (ngx_eo_expr_ranges(c->pool, test) != NGX_OK) {
        return ngx_eo_compile_nomem(c);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_compile_in_field(ngx_eo_compile_t *c, ngx_eo_expr_token_t *value)
{
    ngx_int_t  n;

    static ngx_str_t  group = ngx_string("security.ip_group");
    static ngx_str_t  resource = ngx_string("api_resource");

    if (value->text.len == group.len
        && ngx_strncasecmp(value->text.data, group.data, group.len) == 0)
    {
        if (c->test->type != NGX_EO_TEST_ADDRESSES || value->key.len == 0) {
            ngx_eo_expr_fail(c->error, value->column, value->key.len
                             ? "an address group can hold no value of this "
                               "field, expected a string"
                             : "expected ${security.ip_group[\"name\"]}");
            return NGX_ERROR;
        }

        return ngx_eo_compile_group(c, value->column, &value->key);
    }

    /* a resource is known by its id, which is the key */

    if (value->text.len == resource.len && value->key.len
        && ngx_strncasecmp(value->text.data, resource.data, resource.len) == 0
        && c->test->type == NGX_EO_TEST_STRINGS)
    {
        value->text = value->key;
        return ngx_eo_compile_string(c, value);
    }

    if (c->test->type == NGX_EO_TEST_NUMBERS) {
        ngx_eo_expr_fail(c->error, value->column,
                         "unexpected field in a list of numbers, expected a "
                         "number");
        return NGX_ERROR;
    }

    n = ngx_eo_compile_slot(c, value);
    if (n == NGX_ERROR) {
        return NGX_ERROR;
    }

    c->test->others[c->test->nothers++] = n;

    return NGX_OK;
}


/* what is no address is the short form of a group */

static ngx_int_t
ngx_eo_compile_address(ngx_eo_compile_t *c, ngx_eo_expr_token_t *value)
{
    ngx_int_t            rc;
    ngx_eo_expr_test_t  *test;

    test = c->test;

    rc = ngx_eo_expr_prefix(&value->text, &test->prefixes[test->nprefixes]);

    if (rc == NGX_DECLINED) {
        return ngx_eo_compile_group(c, value->column, &value->text);
    }

    test->nprefixes++;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_compile_group(ngx_eo_compile_t *c, size_t column, ngx_str_t *name)
{
    void                *group;
    u_char              *p;
    ngx_str_t            text;
    ngx_uint_t           i;
    ngx_eo_expr_test_t  *test;

    test = c->test;

    text = *name;
    text.len = ngx_min(text.len, 64);

    for (p = name->data, i = 0; i < name->len; i++) {

        if ((p[i] >= 'a' && p[i] <= 'z') || (p[i] >= 'A' && p[i] <= 'Z')
            || (p[i] >= '0' && p[i] <= '9') || p[i] == '_' || p[i] == '-')
        {
            continue;
        }

        break;
    }

    if (c->env->group == NULL || i < name->len || name->len == 0) {
        ngx_eo_expr_fail(c->error, column,
                         "\"%V\" is no address, expected an IPv4 or IPv6 "
                         "address, a prefix such as 192.0.2.0/24 or the name "
                         "of an address group", &text);
        return NGX_ERROR;
    }

    if (test->ngroups == NGX_EO_EXPR_MAX_GROUPS) {
        ngx_eo_expr_fail(c->error, column,
                         "the list names more than %d address groups",
                         NGX_EO_EXPR_MAX_GROUPS);
        return NGX_ERROR;
    }

    group = c->env->group(c->env->data, name);
    if (group == NULL) {
        return ngx_eo_compile_nomem(c);
    }

    test->groups[test->ngroups++] = group;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_compile_string(ngx_eo_compile_t *c, ngx_eo_expr_token_t *value)
{
    ngx_str_t            text, *string;
    ngx_eo_expr_test_t  *test;

    test = c->test;
    string = &test->strings[test->nstrings];

    if (ngx_eo_compile_lower(c, &value->text, &text) != NGX_OK) {
        return NGX_ERROR;
    }

    if (text.len == 0) {
        test->empty = 1;
        return NGX_OK;
    }

    if (ngx_eo_compile_country(c, value, &text) != NGX_OK) {
        return NGX_ERROR;
    }

    /* "jpg" and ".jpg" are the same extension */

    if ((c->field->flags & NGX_EO_FIELD_DOTTED) && text.data[0] != '.') {

        string->data = ngx_pnalloc(c->pool, text.len + 1);
        if (string->data == NULL) {
            return ngx_eo_compile_nomem(c);
        }

        string->data[0] = '.';
        ngx_memcpy(string->data + 1, text.data, text.len);
        string->len = text.len + 1;

    } else {
        *string = text;
    }

    test->nstrings++;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_compile_number(ngx_eo_compile_t *c, ngx_eo_expr_token_t *value)
{
    ngx_str_t  text;

    text = value->text;

    /* a network is also written AS64496 */

    if (text.len > 2 && (c->field->flags & NGX_EO_FIELD_NUMBER)
        && ngx_strncasecmp(text.data, (u_char *) "AS", 2) == 0)
    {
        text.data += 2;
        text.len -= 2;
    }

    if (ngx_eo_expr_number(&text, &c->test->numbers[c->test->nnumbers])
        != NGX_OK)
    {
        text = value->text;
        text.len = ngx_min(text.len, 64);

        ngx_eo_expr_fail(c->error, value->column,
                         "\"%V\" is no number, expected 0 to "
                         "18446744073709551615", &text);
        return NGX_ERROR;
    }

    c->test->nnumbers++;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_compile_texts(ngx_eo_compile_t *c)
{
    ngx_uint_t            i;
    ngx_eo_expr_token_t  *value;
    ngx_eo_expr_test_t   *test;

    if (ngx_eo_compile_reserve(c) != NGX_OK) {
        return NGX_ERROR;
    }

    test = c->test;
    value = c->node->values->elts;

    for (i = 0; i < c->node->values->nelts; i++) {

        if (value[i].text.len == 0) {
            ngx_eo_expr_fail(c->error, value[i].column,
                             "an empty string after %s, expected at least "
                             "one character",
                             ngx_eo_token_name(c->node->op.type));
            return NGX_ERROR;
        }

        if (ngx_eo_compile_lower(c, &value[i].text, &test->strings[i])
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        /* a single letter may be any, and so may a wildcard */

        if (test->strings[i].len > 1
            && ngx_strlchr(test->strings[i].data,
                           test->strings[i].data + test->strings[i].len, '*')
               == NULL
            && ngx_strlchr(test->strings[i].data,
                           test->strings[i].data + test->strings[i].len, '?')
               == NULL
            && ngx_eo_compile_country(c, &value[i], &test->strings[i])
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        test->nstrings++;
    }

    return NGX_OK;
}


/* a rule for a country that is none would hold for nobody */

static ngx_int_t
ngx_eo_compile_country(ngx_eo_compile_t *c, ngx_eo_expr_token_t *value,
    ngx_str_t *text)
{
    const char  *expected;

    if (!(c->field->flags & NGX_EO_FIELD_COUNTRY)) {
        return NGX_OK;
    }

    expected = ngx_eo_expr_country(text);

    if (expected == NULL) {
        return NGX_OK;
    }

    ngx_eo_expr_fail(c->error, value->column,
                     "\"%V\" is no country of ISO 3166-1, expected %s",
                     &value->text, expected);

    return NGX_ERROR;
}


/*
 * In a regular expression a backslash is its own: \" and \' mean the quote
 * there as well, so the text is taken as it was written.
 */

static ngx_int_t
ngx_eo_compile_regexes(ngx_eo_compile_t *c)
{
    size_t                at;
    ngx_str_t             reason;
    ngx_uint_t            i, n;
    ngx_eo_expr_token_t  *value;
    ngx_eo_expr_test_t   *test;

    test = c->test;
    value = c->node->values->elts;
    n = c->node->values->nelts;

    test->regexes = ngx_palloc(c->pool, n * sizeof(ngx_eo_expr_regex_t *));
    if (test->regexes == NULL) {
        return ngx_eo_compile_nomem(c);
    }

    for (i = 0; i < n; i++) {

        if (value[i].text.len == 0
            || value[i].text.len > NGX_EO_EXPR_MAX_REGEX)
        {
            ngx_eo_expr_fail(c->error, value[i].column,
                             "a regular expression of %uz bytes, expected 1 "
                             "to %d", value[i].text.len,
                             NGX_EO_EXPR_MAX_REGEX);
            return NGX_ERROR;
        }

        test->regexes[i] = ngx_eo_regex_compile(c->env->regex,
                                                &value[i].text, &reason, &at);

        if (test->regexes[i] == NULL) {
            at += (value[i].type == NGX_EO_TOKEN_STRING);
            ngx_eo_expr_fail(c->error, value[i].column + at,
                             "wrong regular expression: %V", &reason);
            return NGX_ERROR;
        }
    }

    test->nregexes = n;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_compile_slot(ngx_eo_compile_t *c, ngx_eo_expr_token_t *token)
{
    ngx_int_t  n;
    ngx_str_t  key;

    ngx_str_null(&key);

    if (token->key.len
        && ngx_eo_compile_unescape(c, &token->key, &key) != NGX_OK)
    {
        return NGX_ERROR;
    }

    n = ngx_eo_expr_slot(c->env, &token->text, &key, c->error);

    if (n == NGX_ERROR) {
        c->error->column = token->column;
    }

    return n;
}


/* resolves \\, \' and \" */

static ngx_int_t
ngx_eo_compile_unescape(ngx_eo_compile_t *c, ngx_str_t *raw, ngx_str_t *text)
{
    u_char  *p, *last, *dst;

    dst = ngx_pnalloc(c->pool, raw->len + 1);
    if (dst == NULL) {
        return ngx_eo_compile_nomem(c);
    }

    text->data = dst;
    last = raw->data + raw->len;

    for (p = raw->data; p < last; p++) {

        if (*p == '\\' && p + 1 < last
            && (p[1] == '\\' || p[1] == '\'' || p[1] == '"'))
        {
            p++;
        }

        *dst++ = *p;
    }

    text->len = dst - text->data;

    return NGX_OK;
}


/* the same for a value, which is compared without letter case */

static ngx_int_t
ngx_eo_compile_lower(ngx_eo_compile_t *c, ngx_str_t *raw, ngx_str_t *text)
{
    if (ngx_eo_compile_unescape(c, raw, text) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_strlow(text->data, text->data, text->len);

    return NGX_OK;
}


/* room for all values of the list, whatever their kind */

static ngx_int_t
ngx_eo_compile_reserve(ngx_eo_compile_t *c)
{
    ngx_uint_t           n;
    ngx_eo_expr_test_t  *test;

    n = c->node->values->nelts;
    test = c->test;

    switch (test->type) {

    case NGX_EO_TEST_ADDRESSES:
        test->prefixes = ngx_palloc(c->pool,
                                    n * sizeof(ngx_eo_expr_prefix_t));
        test->groups = ngx_palloc(c->pool,
                                  NGX_EO_EXPR_MAX_GROUPS * sizeof(void *));
        test->others = ngx_palloc(c->pool, n * sizeof(ngx_uint_t));

        if (test->prefixes && test->groups && test->others) {
            return NGX_OK;
        }

        break;

    case NGX_EO_TEST_NUMBERS:
    case NGX_EO_TEST_GREATER:
    case NGX_EO_TEST_LESS:
        test->numbers = ngx_palloc(c->pool, n * sizeof(uint64_t));

        if (test->numbers) {
            return NGX_OK;
        }

        break;

    default:
        test->strings = ngx_palloc(c->pool, n * sizeof(ngx_str_t));
        test->others = ngx_palloc(c->pool, n * sizeof(ngx_uint_t));

        if (test->strings && test->others) {
            return NGX_OK;
        }
    }

    return ngx_eo_compile_nomem(c);
}


static ngx_int_t
ngx_eo_compile_nomem(ngx_eo_compile_t *c)
{
    ngx_eo_expr_fail(c->error, 0, "out of memory");

    return NGX_ERROR;
}


static int ngx_libc_cdecl
ngx_eo_compile_cmp(const void *one, const void *two)
{
    const ngx_str_t  *a = one;
    const ngx_str_t  *b = two;

    if (a->len != b->len) {
        return (a->len < b->len) ? -1 : 1;
    }

    return ngx_memcmp(a->data, b->data, a->len);
}


ngx_int_t
ngx_eo_expr_number(ngx_str_t *text, uint64_t *number)
{
    u_char     *p, *last;
    uint64_t    n;
    ngx_uint_t  digit;

    if (text->len == 0) {
        return NGX_ERROR;
    }

    last = text->data + text->len;

    for (n = 0, p = text->data; p < last; p++) {

        if (*p < '0' || *p > '9') {
            return NGX_ERROR;
        }

        digit = *p - '0';

        if (n > (UINT64_MAX - digit) / 10) {
            return NGX_ERROR;
        }

        n = n * 10 + digit;
    }

    *number = n;

    return NGX_OK;
}


ngx_int_t
ngx_eo_expr_texts(ngx_eo_expr_env_t *env, ngx_eo_expr_t *expr,
    ngx_eo_field_e id, ngx_eo_expr_text_pt handler, void *data)
{
    ngx_int_t            rc;
    ngx_uint_t           i;
    ngx_eo_expr_slot_t  *slots;
    ngx_eo_expr_test_t  *test;

    for (i = 0; i < expr->nelts; i++) {
        rc = ngx_eo_expr_texts(env, expr->elts[i], id, handler, data);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    test = expr->test;
    slots = env->slots.elts;

    if (test == NULL || slots[test->slot].field->id != id
        || (test->type != NGX_EO_TEST_STRINGS
            && test->type != NGX_EO_TEST_LIKE))
    {
        return NGX_OK;
    }

    for (i = 0; i < test->nstrings; i++) {
        rc = handler(data, &test->strings[i]);

        if (rc != NGX_OK) {
            return rc;
        }
    }

    /* cut texts may have another order */

    if (test->type == NGX_EO_TEST_STRINGS && test->nstrings) {
        ngx_qsort(test->strings, test->nstrings, sizeof(ngx_str_t),
                  ngx_eo_compile_cmp);
    }

    return NGX_OK;
}


ngx_uint_t
ngx_eo_expr_reads(ngx_eo_expr_env_t *env, ngx_eo_expr_t *expr,
    ngx_eo_field_e id)
{
    ngx_uint_t           i;
    ngx_eo_expr_slot_t  *slots;
    ngx_eo_expr_test_t  *test;

    for (i = 0; i < expr->nelts; i++) {
        if (ngx_eo_expr_reads(env, expr->elts[i], id)) {
            return 1;
        }
    }

    test = expr->test;

    if (test == NULL) {
        return 0;
    }

    slots = env->slots.elts;

    if (slots[test->slot].field->id == id) {
        return 1;
    }

    for (i = 0; i < test->nothers; i++) {
        if (slots[test->others[i]].field->id == id) {
            return 1;
        }
    }

    return 0;
}
