
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Reads what follows a backslash.
 */


#include "ngx_eo_rx_tree.h"


static ngx_int_t ngx_eo_rx_escape_hex(ngx_eo_rx_parser_t *parser);
static ngx_int_t ngx_eo_rx_escape_braced(ngx_eo_rx_parser_t *parser,
    ngx_uint_t base);
static ngx_int_t ngx_eo_rx_escape_octal(ngx_eo_rx_parser_t *parser,
    ngx_uint_t n, ngx_uint_t digits);
static ngx_int_t ngx_eo_rx_escape_digit(u_char c);

static ngx_eo_rx_node_t *ngx_eo_rx_escape_boundary(
    ngx_eo_rx_parser_t *parser, ngx_uint_t negated);
static ngx_eo_rx_node_t *ngx_eo_rx_escape_begin(ngx_eo_rx_parser_t *parser);
static ngx_eo_rx_node_t *ngx_eo_rx_escape_end(ngx_eo_rx_parser_t *parser,
    ngx_uint_t before_last);
static ngx_eo_rx_node_t *ngx_eo_rx_escape_newline(
    ngx_eo_rx_parser_t *parser);
static ngx_eo_rx_node_t *ngx_eo_rx_escape_byte(ngx_eo_rx_parser_t *parser);
static ngx_eo_rx_node_t *ngx_eo_rx_escape_any(ngx_eo_rx_parser_t *parser);


ngx_eo_rx_node_t *
ngx_eo_rx_parse_escape(ngx_eo_rx_parser_t *parser)
{
    u_char           c;
    ngx_eo_rx_set_t  set;

    if (parser->pos == parser->end) {
        parser->reason = "it is not valid";
        return NULL;
    }

    c = *parser->pos;

    if (ngx_eo_rx_set_escape(&set, c) == NGX_OK) {

        /* "\N{...}" is a character by its number */

        if (c == 'N' && parser->end - parser->pos > 1
            && parser->pos[1] == '{')
        {
            parser->reason = "\\N{...}";
            return NULL;
        }

        parser->pos++;
        return ngx_eo_rx_node_set(parser, &set);
    }

    switch (c) {

    case 'b':
    case 'B':
        parser->pos++;
        return ngx_eo_rx_escape_boundary(parser, c == 'B');

    case 'A':
        parser->pos++;
        return ngx_eo_rx_escape_begin(parser);

    case 'z':
    case 'Z':
        parser->pos++;
        return ngx_eo_rx_escape_end(parser, c == 'Z');

    case 'R':
        parser->pos++;
        return ngx_eo_rx_escape_newline(parser);

    default:

        if (c >= '1' && c <= '9' && (parser->options & NGX_EO_RX_ROUGH)) {
            return ngx_eo_rx_escape_any(parser);
        }

        return ngx_eo_rx_escape_byte(parser);
    }
}


static ngx_eo_rx_node_t *
ngx_eo_rx_escape_byte(ngx_eo_rx_parser_t *parser)
{
    ngx_int_t        c;
    ngx_eo_rx_set_t  set;

    c = ngx_eo_rx_parse_byte(parser, 0);
    if (c == NGX_ERROR) {
        return NULL;
    }

    ngx_eo_rx_set_clear(&set);
    ngx_eo_rx_set_put(&set, c);

    if (parser->options & NGX_EO_RX_CASELESS) {
        ngx_eo_rx_set_fold(&set);
    }

    return ngx_eo_rx_node_set(parser, &set);
}


/* in place of a back-reference, or of a byte by its number */

static ngx_eo_rx_node_t *
ngx_eo_rx_escape_any(ngx_eo_rx_parser_t *parser)
{
    ngx_eo_rx_set_t    set;
    ngx_eo_rx_node_t  *node;

    while (parser->pos < parser->end
           && *parser->pos >= '0' && *parser->pos <= '9')
    {
        parser->pos++;
    }

    ngx_eo_rx_set_clear(&set);
    ngx_eo_rx_set_invert_bytes(&set);

    node = ngx_eo_rx_node_set(parser, &set);
    if (node == NULL) {
        return NULL;
    }

    return ngx_eo_rx_node_repeat(parser, node, 0, NGX_EO_RX_UNBOUNDED, 0);
}


/* a byte by its name or number, or itself; in a class some differ */

ngx_int_t
ngx_eo_rx_parse_byte(ngx_eo_rx_parser_t *parser, ngx_uint_t class)
{
    u_char  c;

    if (parser->pos == parser->end) {
        parser->reason = "it is not valid";
        return NGX_ERROR;
    }

    c = *parser->pos++;

    switch (c) {

    case 'a':
        return '\a';

    case 'e':
        return 0x1b;

    case 'f':
        return '\f';

    case 'n':
        return '\n';

    case 'r':
        return '\r';

    case 't':
        return '\t';

    case 'x':
        return ngx_eo_rx_escape_hex(parser);

    case 'o':
        return ngx_eo_rx_escape_braced(parser, 8);

    case '0':
        return ngx_eo_rx_escape_octal(parser, 0, 2);

    case 'c':

        if (parser->pos == parser->end) {
            break;
        }

        c = *parser->pos++;

        return ngx_toupper(c) ^ 0x40;

    case 'b':

        if (class) {
            return '\b';
        }

        break;
    }

    if (c >= '1' && c <= '9') {

        if (!class) {
            parser->reason = "a back-reference";
            return NGX_ERROR;
        }

        return (c < '8') ? ngx_eo_rx_escape_octal(parser, c - '0', 2) : c;
    }

    if (c == 'g' || c == 'k') {
        parser->reason = "a back-reference";
        return NGX_ERROR;
    }

    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
        parser->reason = "an escape that only PCRE2 knows";
        return NGX_ERROR;
    }

    return c;
}


static ngx_int_t
ngx_eo_rx_escape_digit(u_char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    c |= 0x20;

    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }

    return 16;
}


static ngx_int_t
ngx_eo_rx_escape_hex(ngx_eo_rx_parser_t *parser)
{
    ngx_int_t   digit, n;
    ngx_uint_t  i;

    if (parser->pos < parser->end && *parser->pos == '{') {
        return ngx_eo_rx_escape_braced(parser, 16);
    }

    n = 0;

    for (i = 0; i < 2 && parser->pos < parser->end; i++) {
        digit = ngx_eo_rx_escape_digit(*parser->pos);

        if (digit == 16) {
            break;
        }

        n = n * 16 + digit;
        parser->pos++;
    }

    return n;
}


/* "{...}" of "\x" and "\o" */

static ngx_int_t
ngx_eo_rx_escape_braced(ngx_eo_rx_parser_t *parser, ngx_uint_t base)
{
    u_char      *p;
    ngx_int_t    digit, n;

    parser->reason = "it is not valid";

    p = parser->pos;

    if (p == parser->end || *p != '{') {
        return NGX_ERROR;
    }

    n = 0;

    for (p++; p < parser->end && *p != '}'; p++) {
        digit = ngx_eo_rx_escape_digit(*p);

        if (digit >= (ngx_int_t) base) {
            return NGX_ERROR;
        }

        n = n * base + digit;

        if (n > 255) {
            return NGX_ERROR;
        }
    }

    if (p == parser->end || p == parser->pos + 1) {
        return NGX_ERROR;
    }

    parser->pos = p + 1;

    return n;
}


static ngx_int_t
ngx_eo_rx_escape_octal(ngx_eo_rx_parser_t *parser, ngx_uint_t n,
    ngx_uint_t digits)
{
    while (digits-- && parser->pos < parser->end
           && *parser->pos >= '0' && *parser->pos <= '7')
    {
        n = n * 8 + *parser->pos++ - '0';
    }

    if (n > 255) {
        parser->reason = "it is not valid";
        return NGX_ERROR;
    }

    return n;
}


/* one side is of a word and the other is not, or both or neither are */

static ngx_eo_rx_node_t *
ngx_eo_rx_escape_boundary(ngx_eo_rx_parser_t *parser, ngx_uint_t negated)
{
    ngx_eo_rx_set_t      word, other;
    ngx_eo_rx_node_t    *node;
    ngx_eo_rx_assert_t  *assert;

    node = ngx_eo_rx_node_assert(parser);
    if (node == NULL) {
        return NULL;
    }

    (void) ngx_eo_rx_set_escape(&word, 'w');

    other = word;
    ngx_eo_rx_set_invert(&other);

    assert = node->assert;

    assert->before[0] = word;
    assert->after[0] = negated ? word : other;
    assert->before[1] = other;
    assert->after[1] = negated ? other : word;

    return node;
}


static ngx_eo_rx_node_t *
ngx_eo_rx_escape_begin(ngx_eo_rx_parser_t *parser)
{
    ngx_eo_rx_node_t  *node;

    node = ngx_eo_rx_node_assert(parser);
    if (node == NULL) {
        return NULL;
    }

    ngx_eo_rx_set_put(&node->assert->before[0], NGX_EO_RX_EDGE);
    ngx_eo_rx_set_invert(&node->assert->after[0]);

    return node;
}


static ngx_eo_rx_node_t *
ngx_eo_rx_escape_end(ngx_eo_rx_parser_t *parser, ngx_uint_t before_last)
{
    ngx_eo_rx_set_t  set;

    ngx_eo_rx_set_clear(&set);
    ngx_eo_rx_set_put(&set, NGX_EO_RX_EDGE);

    if (before_last) {
        ngx_eo_rx_set_put(&set, NGX_EO_RX_LAST);
    }

    return ngx_eo_rx_node_after(parser, &set);
}


/* "\R": a return that has a line feed after it is not a newline by itself */

static ngx_eo_rx_node_t *
ngx_eo_rx_escape_newline(ngx_eo_rx_parser_t *parser)
{
    ngx_uint_t         i;
    ngx_eo_rx_set_t    set;
    ngx_eo_rx_node_t  *list, *pair[2], *nodes[4];

    ngx_eo_rx_set_clear(&set);
    ngx_eo_rx_set_put(&set, '\r');
    nodes[0] = ngx_eo_rx_node_set(parser, &set);
    nodes[2] = ngx_eo_rx_node_set(parser, &set);

    ngx_eo_rx_set_clear(&set);
    ngx_eo_rx_set_put(&set, '\n');
    nodes[1] = ngx_eo_rx_node_set(parser, &set);

    ngx_eo_rx_set_settle(&set);
    ngx_eo_rx_set_invert(&set);
    nodes[3] = ngx_eo_rx_node_after(parser, &set);

    list = ngx_eo_rx_node(parser, NGX_EO_RX_ALT);

    for (i = 0; i < 2; i++) {
        pair[i] = ngx_eo_rx_node(parser, NGX_EO_RX_CAT);

        if (pair[i] == NULL || list == NULL || nodes[i * 2] == NULL
            || nodes[i * 2 + 1] == NULL)
        {
            return NULL;
        }

        ngx_eo_rx_node_append(pair[i], nodes[i * 2]);
        ngx_eo_rx_node_append(pair[i], nodes[i * 2 + 1]);
        ngx_eo_rx_node_append(list, pair[i]);
    }

    ngx_eo_rx_set_clear(&set);
    ngx_eo_rx_set_range(&set, '\n', '\f');
    ngx_eo_rx_set_put(&set, 0x85);
    nodes[0] = ngx_eo_rx_node_set(parser, &set);

    if (nodes[0] == NULL) {
        return NULL;
    }

    ngx_eo_rx_node_append(list, nodes[0]);

    return list;
}
