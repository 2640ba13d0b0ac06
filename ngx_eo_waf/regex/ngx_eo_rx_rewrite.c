
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What an automaton cannot say, where the same can be said otherwise.
 *
 * An automaton does not go back, and does not know what it has read.  But it
 * knows the byte before a place, and waits for the one after it.  So
 *
 *  - a look-around at one byte is a condition on that byte;
 *  - a possessive repeat of a set stops where a byte that is not in the set
 *    follows: "[ab]*+" is "[ab]*(?![ab])";
 *  - what has one way to match a text is atomic by itself;
 *  - a look-ahead at several bytes that is the last thing in an expression
 *    reads them: the end of the match is another one then, but not whether
 *    there is a match.
 */


#include "ngx_eo_rx_tree.h"


static ngx_eo_rx_node_t *ngx_eo_rx_rewrite_atomic(ngx_eo_rx_parser_t *parser,
    ngx_eo_rx_node_t *node);
static ngx_eo_rx_node_t *ngx_eo_rx_rewrite_look(ngx_eo_rx_parser_t *parser,
    ngx_eo_rx_group_e group, ngx_eo_rx_node_t *node);
static ngx_int_t ngx_eo_rx_rewrite_symbols(ngx_eo_rx_node_t *node,
    ngx_eo_rx_set_t *set);
static ngx_eo_rx_node_t *ngx_eo_rx_rewrite_tail(ngx_eo_rx_parser_t *parser,
    ngx_eo_rx_node_t *node, ngx_uint_t negated);
static ngx_eo_rx_node_t *ngx_eo_rx_rewrite_not(ngx_eo_rx_parser_t *parser,
    ngx_eo_rx_set_t *set);
static ngx_eo_rx_node_t *ngx_eo_rx_rewrite_up_to(ngx_eo_rx_parser_t *parser,
    ngx_eo_rx_node_t *node, ngx_uint_t min, ngx_uint_t max);
static ngx_uint_t ngx_eo_rx_rewrite_is_string(ngx_eo_rx_node_t *node);


ngx_eo_rx_node_t *
ngx_eo_rx_rewrite_group(ngx_eo_rx_parser_t *parser, ngx_eo_rx_group_e group,
    ngx_eo_rx_node_t *node)
{
    switch (group) {

    case NGX_EO_RX_PLAIN:
        return node;

    case NGX_EO_RX_ATOMIC:
        return ngx_eo_rx_rewrite_atomic(parser, node);

    default:
        return ngx_eo_rx_rewrite_look(parser, group, node);
    }
}


/* sets one after another match in one way */

static ngx_uint_t
ngx_eo_rx_rewrite_is_string(ngx_eo_rx_node_t *node)
{
    ngx_eo_rx_node_t  *child;

    if (node->kind == NGX_EO_RX_SET) {
        return 1;
    }

    if (node->kind != NGX_EO_RX_CAT) {
        return 0;
    }

    for (child = node->first; child; child = child->next) {
        if (child->kind != NGX_EO_RX_SET) {
            return 0;
        }
    }

    return 1;
}


static ngx_eo_rx_node_t *
ngx_eo_rx_rewrite_atomic(ngx_eo_rx_parser_t *parser, ngx_eo_rx_node_t *node)
{
    if (ngx_eo_rx_rewrite_is_string(node)) {
        return node;
    }

    if (node->kind == NGX_EO_RX_REPEAT && !node->lazy
        && node->first->kind == NGX_EO_RX_SET)
    {
        return ngx_eo_rx_rewrite_possessive(parser, node->first, node->min,
                                            node->max);
    }

    if (parser->options & NGX_EO_RX_ROUGH) {
        return node;
    }

    parser->reason = "an atomic group";

    return NULL;
}


ngx_eo_rx_node_t *
ngx_eo_rx_rewrite_possessive(ngx_eo_rx_parser_t *parser,
    ngx_eo_rx_node_t *node, ngx_uint_t min, ngx_uint_t max)
{
    ngx_eo_rx_node_t  *list, *most, *less;

    if (min == max && (max <= 1 || ngx_eo_rx_rewrite_is_string(node))) {
        return ngx_eo_rx_node_repeat(parser, node, min, max, 0);
    }

    if (node->kind != NGX_EO_RX_SET && (parser->options & NGX_EO_RX_ROUGH)) {
        return ngx_eo_rx_node_repeat(parser, node, min, max, 0);
    }

    if (node->kind != NGX_EO_RX_SET) {
        parser->reason = "a possessive repeat of more than a byte";
        return NULL;
    }

    if (max == NGX_EO_RX_UNBOUNDED) {
        return ngx_eo_rx_rewrite_up_to(parser, node, min, max);
    }

    /* as many as may be, or fewer and none after them */

    list = ngx_eo_rx_node(parser, NGX_EO_RX_ALT);
    most = ngx_eo_rx_node_repeat(parser, node, max, max, 0);
    less = ngx_eo_rx_rewrite_up_to(parser, node, min, max - 1);

    if (list == NULL || most == NULL || less == NULL) {
        return NULL;
    }

    ngx_eo_rx_node_append(list, most);
    ngx_eo_rx_node_append(list, less);

    return ngx_eo_rx_node_settle(list);
}


static ngx_eo_rx_node_t *
ngx_eo_rx_rewrite_up_to(ngx_eo_rx_parser_t *parser, ngx_eo_rx_node_t *node,
    ngx_uint_t min, ngx_uint_t max)
{
    ngx_eo_rx_node_t  *list, *repeat, *end;

    list = ngx_eo_rx_node(parser, NGX_EO_RX_CAT);
    repeat = ngx_eo_rx_node_repeat(parser, node, min, max, 0);
    end = ngx_eo_rx_rewrite_not(parser, node->set);

    if (list == NULL || repeat == NULL || end == NULL) {
        return NULL;
    }

    ngx_eo_rx_node_append(list, repeat);
    ngx_eo_rx_node_append(list, end);

    return ngx_eo_rx_node_settle(list);
}


/* the next byte is not of the set, or there is none */

static ngx_eo_rx_node_t *
ngx_eo_rx_rewrite_not(ngx_eo_rx_parser_t *parser, ngx_eo_rx_set_t *set)
{
    ngx_eo_rx_set_t  other;

    other = *set;
    ngx_eo_rx_set_invert(&other);

    return ngx_eo_rx_node_after(parser, &other);
}


static ngx_eo_rx_node_t *
ngx_eo_rx_rewrite_look(ngx_eo_rx_parser_t *parser, ngx_eo_rx_group_e group,
    ngx_eo_rx_node_t *node)
{
    ngx_uint_t         negated;
    ngx_eo_rx_set_t    set;
    ngx_eo_rx_node_t  *look;

    negated = (group == NGX_EO_RX_NOT_AHEAD || group == NGX_EO_RX_NOT_BEHIND);

    ngx_eo_rx_set_clear(&set);

    if (ngx_eo_rx_rewrite_symbols(node, &set) == NGX_OK) {

        if (negated) {
            ngx_eo_rx_set_invert(&set);
        }

        look = ngx_eo_rx_node_after(parser, &set);

        if (look && group >= NGX_EO_RX_BEHIND) {
            look->assert->after[0] = look->assert->before[0];
            look->assert->before[0] = set;
        }

        return look;
    }

    if (parser->options & NGX_EO_RX_ROUGH) {
        return ngx_eo_rx_node(parser, NGX_EO_RX_EMPTY);
    }

    if (group >= NGX_EO_RX_BEHIND) {
        parser->reason = "a look-behind of several bytes";
        return NULL;
    }

    if (negated && !ngx_eo_rx_rewrite_is_string(node)) {
        parser->reason = "a look-ahead of several bytes";
        return NULL;
    }

    return ngx_eo_rx_rewrite_tail(parser, node, negated);
}


/* a set is all that there is to see */

static ngx_int_t
ngx_eo_rx_rewrite_symbols(ngx_eo_rx_node_t *node, ngx_eo_rx_set_t *set)
{
    if (node->kind != NGX_EO_RX_SET) {
        return NGX_DECLINED;
    }

    ngx_eo_rx_set_add(set, node->set);

    return NGX_OK;
}


/*
 * "(?!abc)" becomes "(?:(?!a)|a(?:(?!b)|b(?!c)))", "(?=abc)" is "abc".
 */

static ngx_eo_rx_node_t *
ngx_eo_rx_rewrite_tail(ngx_eo_rx_parser_t *parser, ngx_eo_rx_node_t *node,
    ngx_uint_t negated)
{
    ngx_eo_rx_set_t   *set;
    ngx_eo_rx_node_t  *tail, *list, *rest, *child, *next, *end;

    tail = ngx_eo_rx_node(parser, NGX_EO_RX_ALT);
    if (tail == NULL) {
        return NULL;
    }

    parser->no_ends = 1;

    tail->tail = 1;
    list = tail;

    if (!negated) {
        ngx_eo_rx_node_append(tail, node);
        tail->nullable = node->nullable;
        return tail;
    }

    tail->nullable = 1;

    for (child = node->first; child; child = next) {
        next = child->next;
        child->next = NULL;
        set = child->set;

        end = ngx_eo_rx_rewrite_not(parser, set);
        if (end == NULL) {
            return NULL;
        }

        ngx_eo_rx_node_append(list, end);

        if (next == NULL) {
            break;
        }

        rest = ngx_eo_rx_node(parser, NGX_EO_RX_CAT);
        if (rest == NULL) {
            return NULL;
        }

        ngx_eo_rx_node_append(rest, child);
        ngx_eo_rx_node_append(list, rest);

        list = ngx_eo_rx_node(parser, NGX_EO_RX_ALT);
        if (list == NULL) {
            return NULL;
        }

        list->nullable = 1;
        ngx_eo_rx_node_append(rest, list);
    }

    return tail;
}
