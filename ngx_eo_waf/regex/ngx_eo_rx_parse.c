
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Reads an expression.  Groups within groups are read by recursion, which
 * their depth bounds.
 */


#include "ngx_eo_rx_tree.h"


static ngx_eo_rx_node_t *ngx_eo_rx_parse_alternatives(
    ngx_eo_rx_parser_t *parser);
static ngx_eo_rx_node_t *ngx_eo_rx_parse_sequence(ngx_eo_rx_parser_t *parser);
static ngx_int_t ngx_eo_rx_parse_item(ngx_eo_rx_parser_t *parser,
    ngx_eo_rx_node_t *list);
static ngx_eo_rx_node_t *ngx_eo_rx_parse_atom(ngx_eo_rx_parser_t *parser);
static ngx_int_t ngx_eo_rx_parse_skip(ngx_eo_rx_parser_t *parser);
static ngx_int_t ngx_eo_rx_parse_quoted(ngx_eo_rx_parser_t *parser,
    ngx_eo_rx_node_t *list);

static ngx_eo_rx_node_t *ngx_eo_rx_parse_group(ngx_eo_rx_parser_t *parser);
static ngx_int_t ngx_eo_rx_parse_group_kind(ngx_eo_rx_parser_t *parser,
    ngx_eo_rx_group_e *group);
static ngx_int_t ngx_eo_rx_parse_group_name(ngx_eo_rx_parser_t *parser,
    u_char last);
static ngx_int_t ngx_eo_rx_parse_flags(ngx_eo_rx_parser_t *parser);
static ngx_int_t ngx_eo_rx_parse_flag(ngx_eo_rx_parser_t *parser, u_char c,
    ngx_uint_t on);

static ngx_eo_rx_node_t *ngx_eo_rx_parse_repeat(ngx_eo_rx_parser_t *parser,
    ngx_eo_rx_node_t *atom);
static ngx_int_t ngx_eo_rx_parse_quantifier(ngx_eo_rx_parser_t *parser,
    ngx_uint_t *min, ngx_uint_t *max);
static ngx_int_t ngx_eo_rx_parse_braces(ngx_eo_rx_parser_t *parser,
    ngx_uint_t *min, ngx_uint_t *max);
static ngx_int_t ngx_eo_rx_parse_number(u_char **pos, u_char *end,
    ngx_uint_t *number);

static ngx_eo_rx_node_t *ngx_eo_rx_parse_dot(ngx_eo_rx_parser_t *parser);
static ngx_eo_rx_node_t *ngx_eo_rx_parse_circumflex(
    ngx_eo_rx_parser_t *parser);
static ngx_eo_rx_node_t *ngx_eo_rx_parse_dollar(ngx_eo_rx_parser_t *parser);
static ngx_eo_rx_node_t *ngx_eo_rx_parse_literal(ngx_eo_rx_parser_t *parser,
    ngx_uint_t c);
static ngx_uint_t ngx_eo_rx_parse_tails(ngx_eo_rx_node_t *node,
    ngx_uint_t last);


ngx_eo_rx_node_t *
ngx_eo_rx_parse(ngx_eo_rx_parser_t *parser)
{
    ngx_eo_rx_node_t  *node;

    parser->reason = "it is not valid";

    node = ngx_eo_rx_parse_alternatives(parser);

    if (node == NULL) {
        return NULL;
    }

    if (parser->pos != parser->end) {
        parser->reason = "it is not valid";
        return NULL;
    }

    if (parser->no_ends && !ngx_eo_rx_parse_tails(node, 1)) {
        parser->reason = "a look-ahead of several bytes that is not last";
        return NULL;
    }

    return node;
}


/* what reads on after the match is nowhere but at the end */

static ngx_uint_t
ngx_eo_rx_parse_tails(ngx_eo_rx_node_t *node, ngx_uint_t last)
{
    ngx_eo_rx_node_t  *child;

    if (node->tail) {
        return last;
    }

    for (child = node->first; child; child = child->next) {

        if (!ngx_eo_rx_parse_tails(child,
                                   last && node->kind != NGX_EO_RX_REPEAT
                                   && (node->kind == NGX_EO_RX_ALT
                                       || child->next == NULL)))
        {
            return 0;
        }
    }

    return 1;
}


/* flags set in an alternative hold for those after it, too */

static ngx_eo_rx_node_t *
ngx_eo_rx_parse_alternatives(ngx_eo_rx_parser_t *parser)
{
    ngx_eo_rx_node_t  *list, *node;

    if (parser->depth++ == NGX_EO_RX_DEPTH) {
        parser->reason = "groups are nested too deeply";
        return NULL;
    }

    list = ngx_eo_rx_node(parser, NGX_EO_RX_ALT);
    if (list == NULL) {
        return NULL;
    }

    for ( ;; ) {
        node = ngx_eo_rx_parse_sequence(parser);
        if (node == NULL) {
            return NULL;
        }

        ngx_eo_rx_node_append(list, node);

        if (parser->pos == parser->end || *parser->pos != '|') {
            break;
        }

        parser->pos++;
    }

    parser->depth--;

    return ngx_eo_rx_node_settle(list);
}


static ngx_eo_rx_node_t *
ngx_eo_rx_parse_sequence(ngx_eo_rx_parser_t *parser)
{
    ngx_eo_rx_node_t  *list;

    list = ngx_eo_rx_node(parser, NGX_EO_RX_CAT);
    if (list == NULL) {
        return NULL;
    }

    for ( ;; ) {

        if (ngx_eo_rx_parse_skip(parser) != NGX_OK) {
            return NULL;
        }

        if (parser->pos == parser->end
            || *parser->pos == '|' || *parser->pos == ')')
        {
            return ngx_eo_rx_node_settle(list);
        }

        if (ngx_eo_rx_parse_item(parser, list) != NGX_OK) {
            return NULL;
        }
    }
}


/* comments, and white space where it means nothing */

static ngx_int_t
ngx_eo_rx_parse_skip(ngx_eo_rx_parser_t *parser)
{
    u_char  *p, c, stop;

    for (p = parser->pos; p < parser->end; p++) {
        c = *p;

        if (parser->end - p >= 3 && c == '(' && p[1] == '?' && p[2] == '#') {
            stop = ')';

        } else if (!(parser->options & NGX_EO_RX_EXTENDED)) {
            break;

        } else if (c == ' ' || (c >= '\t' && c <= '\r')) {
            continue;

        } else if (c == '#') {
            stop = '\n';

        } else {
            break;
        }

        p = ngx_strlchr(p, parser->end, stop);

        if (p == NULL && stop == ')') {
            parser->reason = "it is not valid";
            return NGX_ERROR;
        }

        if (p == NULL) {
            p = parser->end;
            break;
        }
    }

    parser->pos = p;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_rx_parse_item(ngx_eo_rx_parser_t *parser, ngx_eo_rx_node_t *list)
{
    ngx_eo_rx_node_t  *atom, *node;

    if (parser->end - parser->pos >= 2
        && parser->pos[0] == '\\'
        && (parser->pos[1] == 'Q' || parser->pos[1] == 'E'))
    {
        return ngx_eo_rx_parse_quoted(parser, list);
    }

    atom = ngx_eo_rx_parse_atom(parser);

    if (atom == NULL || ngx_eo_rx_parse_skip(parser) != NGX_OK) {
        return NGX_ERROR;
    }

    node = ngx_eo_rx_parse_repeat(parser, atom);
    if (node == NULL) {
        return NGX_ERROR;
    }

    ngx_eo_rx_node_append(list, node);

    return NGX_OK;
}


/* "\Q...\E", the last byte of which a quantifier would repeat */

static ngx_int_t
ngx_eo_rx_parse_quoted(ngx_eo_rx_parser_t *parser, ngx_eo_rx_node_t *list)
{
    u_char            *p;
    ngx_uint_t         literal;
    ngx_eo_rx_node_t  *node;

    literal = (parser->pos[1] == 'Q');
    parser->pos += 2;

    for (p = parser->pos; literal && p < parser->end; p++) {

        if (parser->end - p >= 2 && p[0] == '\\' && p[1] == 'E') {
            p += 2;
            break;
        }

        node = ngx_eo_rx_parse_literal(parser, *p);
        if (node == NULL) {
            return NGX_ERROR;
        }

        ngx_eo_rx_node_append(list, node);
    }

    parser->pos = p;

    if (ngx_eo_rx_parse_skip(parser) != NGX_OK) {
        return NGX_ERROR;
    }

    if (parser->pos < parser->end && ngx_strchr("*+?{", *parser->pos)) {
        parser->reason = "a repeat after \\E";
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_eo_rx_node_t *
ngx_eo_rx_parse_atom(ngx_eo_rx_parser_t *parser)
{
    u_char  c;

    c = *parser->pos++;

    switch (c) {

    case '\\':
        return ngx_eo_rx_parse_escape(parser);

    case '[':
        return ngx_eo_rx_parse_class(parser);

    case '(':
        return ngx_eo_rx_parse_group(parser);

    case '.':
        return ngx_eo_rx_parse_dot(parser);

    case '^':
        return ngx_eo_rx_parse_circumflex(parser);

    case '$':
        return ngx_eo_rx_parse_dollar(parser);

    case '*':
    case '+':
    case '?':
        parser->reason = "it is not valid";
        return NULL;

    default:
        return ngx_eo_rx_parse_literal(parser, c);
    }
}


static ngx_eo_rx_node_t *
ngx_eo_rx_parse_literal(ngx_eo_rx_parser_t *parser, ngx_uint_t c)
{
    ngx_eo_rx_set_t  set;

    ngx_eo_rx_set_clear(&set);
    ngx_eo_rx_set_put(&set, c);

    if (parser->options & NGX_EO_RX_CASELESS) {
        ngx_eo_rx_set_fold(&set);
    }

    return ngx_eo_rx_node_set(parser, &set);
}


static ngx_eo_rx_node_t *
ngx_eo_rx_parse_dot(ngx_eo_rx_parser_t *parser)
{
    ngx_eo_rx_set_t  set;

    ngx_eo_rx_set_clear(&set);

    if (!(parser->options & NGX_EO_RX_DOTALL)) {
        ngx_eo_rx_set_put(&set, '\n');
    }

    ngx_eo_rx_set_invert_bytes(&set);

    return ngx_eo_rx_node_set(parser, &set);
}


static ngx_eo_rx_node_t *
ngx_eo_rx_parse_circumflex(ngx_eo_rx_parser_t *parser)
{
    ngx_eo_rx_node_t    *node;
    ngx_eo_rx_assert_t  *assert;

    node = ngx_eo_rx_node_assert(parser);
    if (node == NULL) {
        return NULL;
    }

    assert = node->assert;

    ngx_eo_rx_set_put(&assert->before[0], NGX_EO_RX_EDGE);
    ngx_eo_rx_set_invert(&assert->after[0]);

    /* not after a line feed that is the last byte */

    if (parser->options & NGX_EO_RX_MULTILINE) {
        ngx_eo_rx_set_put(&assert->before[1], '\n');
        ngx_eo_rx_set_put(&assert->after[1], NGX_EO_RX_EDGE);
        ngx_eo_rx_set_invert(&assert->after[1]);
    }

    return node;
}


static ngx_eo_rx_node_t *
ngx_eo_rx_parse_dollar(ngx_eo_rx_parser_t *parser)
{
    ngx_eo_rx_set_t  set;

    ngx_eo_rx_set_clear(&set);
    ngx_eo_rx_set_put(&set, NGX_EO_RX_EDGE);

    if (parser->options & NGX_EO_RX_MULTILINE) {
        ngx_eo_rx_set_put(&set, '\n');
        ngx_eo_rx_set_put(&set, NGX_EO_RX_LAST);

    } else if (!(parser->options & NGX_EO_RX_DOLLAR_ENDONLY)) {
        ngx_eo_rx_set_put(&set, NGX_EO_RX_LAST);
    }

    return ngx_eo_rx_node_after(parser, &set);
}


static ngx_eo_rx_node_t *
ngx_eo_rx_parse_group(ngx_eo_rx_parser_t *parser)
{
    ngx_int_t           rc;
    ngx_uint_t          options, ungreedy;
    ngx_eo_rx_node_t   *node;
    ngx_eo_rx_group_e   group;

    options = parser->options;
    ungreedy = parser->ungreedy;

    rc = ngx_eo_rx_parse_group_kind(parser, &group);

    if (rc == NGX_ERROR) {
        return NULL;
    }

    /* "(?i)": to the end of the group around it */

    if (rc == NGX_DONE) {
        return ngx_eo_rx_node(parser, NGX_EO_RX_EMPTY);
    }

    node = ngx_eo_rx_parse_alternatives(parser);
    if (node == NULL) {
        return NULL;
    }

    if (parser->pos == parser->end) {
        parser->reason = "it is not valid";
        return NULL;
    }

    parser->pos++;
    parser->options = options;
    parser->ungreedy = (ungreedy != 0);

    return ngx_eo_rx_rewrite_group(parser, group, node);
}


/* Returns NGX_DONE for "(?i)", which is no group */

static ngx_int_t
ngx_eo_rx_parse_group_kind(ngx_eo_rx_parser_t *parser,
    ngx_eo_rx_group_e *group)
{
    u_char  *p;

    p = parser->pos;
    *group = NGX_EO_RX_PLAIN;

    if (p < parser->end && *p == '*') {
        parser->reason = "a verb \"(*...\"";
        return NGX_ERROR;
    }

    if (p == parser->end || *p != '?') {
        return NGX_OK;
    }

    parser->reason = "it is not valid";

    if (parser->end - p < 3) {
        return NGX_ERROR;
    }

    p++;
    parser->pos = p + 1;

    switch (*p) {

    case ':':
    case '|':
        return NGX_OK;

    case '>':
        *group = NGX_EO_RX_ATOMIC;
        return NGX_OK;

    case '=':
        *group = NGX_EO_RX_AHEAD;
        return NGX_OK;

    case '!':
        *group = NGX_EO_RX_NOT_AHEAD;
        return NGX_OK;

    case '\'':
        return ngx_eo_rx_parse_group_name(parser, '\'');

    case 'P':

        if (p[1] != '<') {
            parser->reason = "a reference to a group";
            return NGX_ERROR;
        }

        parser->pos++;
        return ngx_eo_rx_parse_group_name(parser, '>');

    case '<':

        if (p[1] == '=' || p[1] == '!') {
            *group = (p[1] == '=') ? NGX_EO_RX_BEHIND : NGX_EO_RX_NOT_BEHIND;
            parser->pos++;
            return NGX_OK;
        }

        return ngx_eo_rx_parse_group_name(parser, '>');

    default:
        parser->pos = p;
        return ngx_eo_rx_parse_flags(parser);
    }
}


static ngx_int_t
ngx_eo_rx_parse_group_name(ngx_eo_rx_parser_t *parser, u_char last)
{
    u_char  *p;

    p = ngx_strlchr(parser->pos, parser->end, last);

    if (p == NULL) {
        return NGX_ERROR;
    }

    parser->pos = p + 1;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_rx_parse_flags(ngx_eo_rx_parser_t *parser)
{
    u_char      c;
    ngx_uint_t  on;

    on = 1;

    while (parser->pos < parser->end) {
        c = *parser->pos++;

        switch (c) {

        case ':':
            return NGX_OK;

        case ')':
            return NGX_DONE;

        case '^':
            parser->options &= ~(NGX_EO_RX_CASELESS|NGX_EO_RX_DOTALL
                                 |NGX_EO_RX_MULTILINE|NGX_EO_RX_EXTENDED);
            break;

        case '-':
            on = 0;
            break;

        default:
            if (ngx_eo_rx_parse_flag(parser, c, on) != NGX_OK) {
                return NGX_ERROR;
            }
        }
    }

    parser->reason = "it is not valid";

    return NGX_ERROR;
}


static ngx_int_t
ngx_eo_rx_parse_flag(ngx_eo_rx_parser_t *parser, u_char c, ngx_uint_t on)
{
    ngx_uint_t  flag;

    flag = 0;

    switch (c) {

    case 'i':
        flag = NGX_EO_RX_CASELESS;
        break;

    case 's':
        flag = NGX_EO_RX_DOTALL;
        break;

    case 'm':
        flag = NGX_EO_RX_MULTILINE;
        break;

    case 'x':
        if (parser->pos < parser->end && *parser->pos == 'x') {
            parser->reason = "the flag \"xx\"";
            return NGX_ERROR;
        }

        flag = NGX_EO_RX_EXTENDED;
        break;

    case 'U':
        parser->ungreedy = (on != 0);
        break;

    /* which only number and name groups */

    case 'n':
    case 'J':
        break;

    default:
        parser->reason = "a condition, a recursion or a call-out";
        return NGX_ERROR;
    }

    if (on) {
        parser->options |= flag;

    } else {
        parser->options &= ~flag;
    }

    return NGX_OK;
}


static ngx_eo_rx_node_t *
ngx_eo_rx_parse_repeat(ngx_eo_rx_parser_t *parser, ngx_eo_rx_node_t *atom)
{
    u_char      c;
    ngx_int_t   rc;
    ngx_uint_t  min, max, lazy;

    rc = ngx_eo_rx_parse_quantifier(parser, &min, &max);

    if (rc == NGX_ERROR) {
        return NULL;
    }

    if (rc == NGX_DECLINED) {
        return atom;
    }

    if (atom->kind == NGX_EO_RX_ASSERT || atom->kind == NGX_EO_RX_EMPTY
        || atom->tail)
    {
        parser->reason = "a repeat of something without bytes";
        return NULL;
    }

    c = (parser->pos < parser->end) ? *parser->pos : 0;

    if (c == '+') {
        parser->pos++;
        return ngx_eo_rx_rewrite_possessive(parser, atom, min, max);
    }

    lazy = parser->ungreedy;

    if (c == '?') {
        parser->pos++;
        lazy = !lazy;
    }

    return ngx_eo_rx_node_repeat(parser, atom, min, max, lazy);
}


/* Returns NGX_DECLINED if there is none */

static ngx_int_t
ngx_eo_rx_parse_quantifier(ngx_eo_rx_parser_t *parser, ngx_uint_t *min,
    ngx_uint_t *max)
{
    if (parser->pos == parser->end) {
        return NGX_DECLINED;
    }

    *min = 0;
    *max = NGX_EO_RX_UNBOUNDED;

    switch (*parser->pos) {

    case '{':
        return ngx_eo_rx_parse_braces(parser, min, max);

    case '*':
        break;

    case '+':
        *min = 1;
        break;

    case '?':
        *max = 1;
        break;

    default:
        return NGX_DECLINED;
    }

    parser->pos++;

    return NGX_OK;
}


/*
 * "{2}", "{2,}", "{2,3}"; anything else is a brace and what comes after it.
 * What some versions of PCRE2 take for a quantifier and others do not is left
 * to the one at hand.
 */

static ngx_int_t
ngx_eo_rx_parse_braces(ngx_eo_rx_parser_t *parser, ngx_uint_t *min,
    ngx_uint_t *max)
{
    u_char  *p;

    p = parser->pos + 1;

    if (p < parser->end && (*p == ',' || *p == ' ' || *p == '\t')) {
        parser->reason = "braces that versions of PCRE2 read differently";
        return NGX_ERROR;
    }

    if (ngx_eo_rx_parse_number(&p, parser->end, min) != NGX_OK) {
        return NGX_DECLINED;
    }

    *max = *min;

    if (p < parser->end && (*p == ' ' || *p == '\t')) {
        parser->reason = "braces that versions of PCRE2 read differently";
        return NGX_ERROR;
    }

    if (p < parser->end && *p == ',') {
        p++;

        if (ngx_eo_rx_parse_number(&p, parser->end, max) != NGX_OK) {
            *max = NGX_EO_RX_UNBOUNDED;
        }
    }

    if (p < parser->end && (*p == ' ' || *p == '\t')) {
        parser->reason = "braces that versions of PCRE2 read differently";
        return NGX_ERROR;
    }

    if (p == parser->end || *p != '}') {
        return NGX_DECLINED;
    }

    parser->pos = p + 1;

    if (*max < *min) {
        parser->reason = "it is not valid";
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_rx_parse_number(u_char **pos, u_char *end, ngx_uint_t *number)
{
    u_char      *p;
    ngx_uint_t   n;

    n = 0;

    for (p = *pos; p < end && *p >= '0' && *p <= '9' && n <= 65535; p++) {
        n = n * 10 + *p - '0';
    }

    if (p == *pos) {
        return NGX_DECLINED;
    }

    *number = n;
    *pos = p;

    return NGX_OK;
}
