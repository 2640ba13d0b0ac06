
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Recursive descent over
 *
 *     or       = and { "or" and }
 *     and      = not { "and" not }
 *     not      = "not" not | "(" or ")" | "*" | test
 *     test     = operand operator
 *     operand  = text | "length" "(" text ")"
 *     text     = field | "lower" "(" field ")"
 *     operator = "exists" | ">" number | "<" number | "in" list
 *              | ( "contain" | "like" | "matches" ) ( list | value )
 *     list     = "[" value { "," value } "]"
 *     value    = string | number | field
 */


#include "ngx_eo_expr_internal.h"


typedef struct {
    ngx_pool_t                *pool;
    ngx_eo_lexer_t             lexer;
    ngx_eo_expr_token_t        token;
    ngx_eo_expr_error_t       *error;
    ngx_uint_t                 nesting;
} ngx_eo_parser_t;


static ngx_eo_node_t *ngx_eo_parse_chain(ngx_eo_parser_t *parser,
    ngx_eo_node_e type);
static ngx_eo_node_t *ngx_eo_parse_not(ngx_eo_parser_t *parser);
static ngx_eo_node_t *ngx_eo_parse_nested(ngx_eo_parser_t *parser);
static ngx_eo_node_t *ngx_eo_parse_test(ngx_eo_parser_t *parser);
static ngx_int_t ngx_eo_parse_operand(ngx_eo_parser_t *parser,
    ngx_eo_node_t *test);
static ngx_int_t ngx_eo_parse_text(ngx_eo_parser_t *parser,
    ngx_eo_node_t *test, const char *expected);
static ngx_int_t ngx_eo_parse_operator(ngx_eo_parser_t *parser,
    ngx_eo_node_t *test);
static ngx_int_t ngx_eo_parse_list(ngx_eo_parser_t *parser,
    ngx_eo_node_t *test);
static ngx_int_t ngx_eo_parse_value(ngx_eo_parser_t *parser,
    ngx_eo_node_t *test);
static ngx_eo_node_t *ngx_eo_parse_node(ngx_eo_parser_t *parser,
    ngx_eo_node_e type);
static ngx_int_t ngx_eo_parse_advance(ngx_eo_parser_t *parser);
static ngx_int_t ngx_eo_parse_expect(ngx_eo_parser_t *parser,
    ngx_eo_token_e type);
static void ngx_eo_parse_unexpected(ngx_eo_parser_t *parser,
    const char *expected);


ngx_eo_node_t *
ngx_eo_parse(ngx_pool_t *pool, ngx_str_t *text, ngx_eo_expr_error_t *error)
{
    ngx_eo_node_t    *node;
    ngx_eo_parser_t   parser;

    ngx_memzero(&parser, sizeof(ngx_eo_parser_t));

    parser.pool = pool;
    parser.error = error;

    if (text->len > NGX_EO_EXPR_MAX_SIZE) {
        ngx_eo_expr_fail(error, NGX_EO_EXPR_MAX_SIZE + 1,
                         "the expression is longer than %d bytes",
                         NGX_EO_EXPR_MAX_SIZE);
        return NULL;
    }

    ngx_eo_lexer_init(&parser.lexer, text, error);

    if (ngx_eo_parse_advance(&parser) != NGX_OK) {
        return NULL;
    }

    node = ngx_eo_parse_chain(&parser, NGX_EO_NODE_OR);

    if (node == NULL) {
        return NULL;
    }

    if (parser.token.type != NGX_EO_TOKEN_END) {
        ngx_eo_parse_unexpected(&parser, "\"and\", \"or\" or the end");
        return NULL;
    }

    return node;
}


static ngx_eo_node_t *
ngx_eo_parse_chain(ngx_eo_parser_t *parser, ngx_eo_node_e type)
{
    ngx_eo_node_t   *node, *chain, **last;
    ngx_eo_token_e   op;

    op = (type == NGX_EO_NODE_OR) ? NGX_EO_TOKEN_OR : NGX_EO_TOKEN_AND;

    chain = NULL;
    last = NULL;

    for ( ;; ) {
        node = (type == NGX_EO_NODE_OR)
               ? ngx_eo_parse_chain(parser, NGX_EO_NODE_AND)
               : ngx_eo_parse_not(parser);

        if (node == NULL) {
            return NULL;
        }

        if (chain) {
            *last = node;
            last = &node->next;
            chain->children++;
        }

        if (parser->token.type != op) {
            return chain ? chain : node;
        }

        if (chain == NULL) {
            chain = ngx_eo_parse_node(parser, type);
            if (chain == NULL) {
                return NULL;
            }

            chain->child = node;
            chain->children = 1;
            last = &node->next;
        }

        if (ngx_eo_parse_advance(parser) != NGX_OK) {
            return NULL;
        }
    }
}


static ngx_eo_node_t *
ngx_eo_parse_not(ngx_eo_parser_t *parser)
{
    ngx_eo_node_t  *node;

    switch (parser->token.type) {

    case NGX_EO_TOKEN_NOT:
    case NGX_EO_TOKEN_LPAREN:

        if (parser->nesting == NGX_EO_EXPR_MAX_NESTING) {
            ngx_eo_expr_fail(parser->error, parser->token.column,
                             "parentheses and \"not\" are nested deeper than "
                             "%d", NGX_EO_EXPR_MAX_NESTING);
            return NULL;
        }

        parser->nesting++;
        node = ngx_eo_parse_nested(parser);
        parser->nesting--;

        return node;

    case NGX_EO_TOKEN_ALL:
        node = ngx_eo_parse_node(parser, NGX_EO_NODE_ALL);

        if (node == NULL || ngx_eo_parse_advance(parser) != NGX_OK) {
            return NULL;
        }

        return node;

    default:
        return ngx_eo_parse_test(parser);
    }
}


static ngx_eo_node_t *
ngx_eo_parse_nested(ngx_eo_parser_t *parser)
{
    ngx_eo_node_t   *node;
    ngx_eo_token_e   type;

    type = parser->token.type;

    if (ngx_eo_parse_advance(parser) != NGX_OK) {
        return NULL;
    }

    if (type == NGX_EO_TOKEN_LPAREN) {
        node = ngx_eo_parse_chain(parser, NGX_EO_NODE_OR);

        if (node == NULL
            || ngx_eo_parse_expect(parser, NGX_EO_TOKEN_RPAREN) != NGX_OK)
        {
            return NULL;
        }

        return node;
    }

    node = ngx_eo_parse_node(parser, NGX_EO_NODE_NOT);
    if (node == NULL) {
        return NULL;
    }

    node->child = ngx_eo_parse_not(parser);
    node->children = 1;

    return node->child ? node : NULL;
}


static ngx_eo_node_t *
ngx_eo_parse_test(ngx_eo_parser_t *parser)
{
    ngx_eo_node_t  *test;

    test = ngx_eo_parse_node(parser, NGX_EO_NODE_TEST);

    if (test == NULL
        || ngx_eo_parse_operand(parser, test) != NGX_OK
        || ngx_eo_parse_operator(parser, test) != NGX_OK)
    {
        return NULL;
    }

    return test;
}


static ngx_int_t
ngx_eo_parse_operand(ngx_eo_parser_t *parser, ngx_eo_node_t *test)
{
    if (parser->token.type != NGX_EO_TOKEN_LENGTH) {
        return ngx_eo_parse_text(parser, test,
                                 "a field, \"not\", \"(\", \"*\", "
                                 "\"length\" or \"lower\"");
    }

    test->length = 1;

    if (ngx_eo_parse_advance(parser) != NGX_OK
        || ngx_eo_parse_expect(parser, NGX_EO_TOKEN_LPAREN) != NGX_OK
        || ngx_eo_parse_text(parser, test, "a field or \"lower\"") != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_eo_parse_expect(parser, NGX_EO_TOKEN_RPAREN);
}


/* comparisons do not see letter case, so lower() leaves no trace */

static ngx_int_t
ngx_eo_parse_text(ngx_eo_parser_t *parser, ngx_eo_node_t *test,
    const char *expected)
{
    ngx_uint_t  lower;

    lower = (parser->token.type == NGX_EO_TOKEN_LOWER);

    if (lower) {
        expected = "a field";

        if (ngx_eo_parse_advance(parser) != NGX_OK
            || ngx_eo_parse_expect(parser, NGX_EO_TOKEN_LPAREN) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (parser->token.type != NGX_EO_TOKEN_FIELD) {
        ngx_eo_parse_unexpected(parser, expected);
        return NGX_ERROR;
    }

    test->field = parser->token;

    if (ngx_eo_parse_advance(parser) != NGX_OK) {
        return NGX_ERROR;
    }

    return lower ? ngx_eo_parse_expect(parser, NGX_EO_TOKEN_RPAREN) : NGX_OK;
}


static ngx_int_t
ngx_eo_parse_operator(ngx_eo_parser_t *parser, ngx_eo_node_t *test)
{
    test->op = parser->token;

    switch (parser->token.type) {

    case NGX_EO_TOKEN_EXISTS:
        return ngx_eo_parse_advance(parser);

    case NGX_EO_TOKEN_GREATER:
    case NGX_EO_TOKEN_LESS:
    case NGX_EO_TOKEN_IN:
    case NGX_EO_TOKEN_LIKE:
    case NGX_EO_TOKEN_CONTAIN:
    case NGX_EO_TOKEN_MATCHES:
        break;

    default:
        ngx_eo_parse_unexpected(parser,
                                "\"in\", \"matches\", \"exists\", \"like\", "
                                "\"contain\", \">\" or \"<\"");
        return NGX_ERROR;
    }

    if (ngx_eo_parse_advance(parser) != NGX_OK) {
        return NGX_ERROR;
    }

    test->values = ngx_array_create(parser->pool, 4,
                                    sizeof(ngx_eo_expr_token_t));
    if (test->values == NULL) {
        ngx_eo_expr_fail(parser->error, 0, "out of memory");
        return NGX_ERROR;
    }

    if (test->op.type == NGX_EO_TOKEN_IN
        && parser->token.type != NGX_EO_TOKEN_LBRACKET)
    {
        ngx_eo_parse_unexpected(parser, "\"[\"");
        return NGX_ERROR;
    }

    if (test->op.type != NGX_EO_TOKEN_GREATER
        && test->op.type != NGX_EO_TOKEN_LESS
        && parser->token.type == NGX_EO_TOKEN_LBRACKET)
    {
        return ngx_eo_parse_list(parser, test);
    }

    return ngx_eo_parse_value(parser, test);
}


static ngx_int_t
ngx_eo_parse_list(ngx_eo_parser_t *parser, ngx_eo_node_t *test)
{
    do {
        if (ngx_eo_parse_advance(parser) != NGX_OK
            || ngx_eo_parse_value(parser, test) != NGX_OK)
        {
            return NGX_ERROR;
        }

    } while (parser->token.type == NGX_EO_TOKEN_COMMA);

    if (parser->token.type != NGX_EO_TOKEN_RBRACKET) {
        ngx_eo_parse_unexpected(parser, "\",\" or \"]\"");
        return NGX_ERROR;
    }

    return ngx_eo_parse_advance(parser);
}


static ngx_int_t
ngx_eo_parse_value(ngx_eo_parser_t *parser, ngx_eo_node_t *test)
{
    ngx_eo_expr_token_t  *value;

    switch (parser->token.type) {

    case NGX_EO_TOKEN_STRING:
    case NGX_EO_TOKEN_NUMBER:
        break;

    case NGX_EO_TOKEN_FIELD:

        if (test->op.type == NGX_EO_TOKEN_IN) {
            break;
        }

        /* fall through */

    default:
        ngx_eo_parse_unexpected(parser, test->op.type == NGX_EO_TOKEN_IN
                                        ? "a string, a number or a field"
                                        : "a string or a number");
        return NGX_ERROR;
    }

    if (test->values->nelts == NGX_EO_EXPR_MAX_LIST) {
        ngx_eo_expr_fail(parser->error, parser->token.column,
                         "the list has more than %d values",
                         NGX_EO_EXPR_MAX_LIST);
        return NGX_ERROR;
    }

    value = ngx_array_push(test->values);
    if (value == NULL) {
        ngx_eo_expr_fail(parser->error, 0, "out of memory");
        return NGX_ERROR;
    }

    *value = parser->token;

    return ngx_eo_parse_advance(parser);
}


static ngx_eo_node_t *
ngx_eo_parse_node(ngx_eo_parser_t *parser, ngx_eo_node_e type)
{
    ngx_eo_node_t  *node;

    node = ngx_pcalloc(parser->pool, sizeof(ngx_eo_node_t));
    if (node == NULL) {
        ngx_eo_expr_fail(parser->error, 0, "out of memory");
        return NULL;
    }

    node->type = type;

    return node;
}


static ngx_int_t
ngx_eo_parse_advance(ngx_eo_parser_t *parser)
{
    return ngx_eo_lexer_next(&parser->lexer, &parser->token);
}


static ngx_int_t
ngx_eo_parse_expect(ngx_eo_parser_t *parser, ngx_eo_token_e type)
{
    if (parser->token.type != type) {
        ngx_eo_parse_unexpected(parser, ngx_eo_token_name(type));
        return NGX_ERROR;
    }

    return ngx_eo_parse_advance(parser);
}


static void
ngx_eo_parse_unexpected(ngx_eo_parser_t *parser, const char *expected)
{
    ngx_eo_expr_fail(parser->error, parser->token.column,
                     "unexpected %s, expected %s",
                     ngx_eo_token_name(parser->token.type), expected);
}
