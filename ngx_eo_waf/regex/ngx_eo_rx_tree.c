
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Nodes of an expression.
 */


#include "ngx_eo_rx_tree.h"


static ngx_uint_t ngx_eo_rx_node_merge_sets(ngx_eo_rx_node_t *list);


ngx_eo_rx_node_t *
ngx_eo_rx_node(ngx_eo_rx_parser_t *parser, ngx_eo_rx_kind_e kind)
{
    ngx_eo_rx_node_t  *node;

    node = ngx_pcalloc(parser->pool, sizeof(ngx_eo_rx_node_t));

    if (node == NULL) {
        parser->reason = NULL;
        return NULL;
    }

    node->kind = kind;
    node->nullable = (kind == NGX_EO_RX_EMPTY || kind == NGX_EO_RX_ASSERT);

    return node;
}


ngx_eo_rx_node_t *
ngx_eo_rx_node_set(ngx_eo_rx_parser_t *parser, ngx_eo_rx_set_t *set)
{
    ngx_eo_rx_node_t  *node;

    node = ngx_eo_rx_node(parser, NGX_EO_RX_SET);
    if (node == NULL) {
        return NULL;
    }

    node->set = ngx_palloc(parser->pool, sizeof(ngx_eo_rx_set_t));

    if (node->set == NULL) {
        parser->reason = NULL;
        return NULL;
    }

    *node->set = *set;
    ngx_eo_rx_set_settle(node->set);

    return node;
}


/* holds nowhere as yet */

ngx_eo_rx_node_t *
ngx_eo_rx_node_assert(ngx_eo_rx_parser_t *parser)
{
    ngx_eo_rx_node_t  *node;

    node = ngx_eo_rx_node(parser, NGX_EO_RX_ASSERT);
    if (node == NULL) {
        return NULL;
    }

    node->assert = ngx_pcalloc(parser->pool, sizeof(ngx_eo_rx_assert_t));

    if (node->assert == NULL) {
        parser->reason = NULL;
        return NULL;
    }

    return node;
}


/* the next symbol is one of these */

ngx_eo_rx_node_t *
ngx_eo_rx_node_after(ngx_eo_rx_parser_t *parser, ngx_eo_rx_set_t *set)
{
    ngx_eo_rx_node_t  *node;

    node = ngx_eo_rx_node_assert(parser);
    if (node == NULL) {
        return NULL;
    }

    ngx_eo_rx_set_invert(&node->assert->before[0]);
    node->assert->after[0] = *set;

    return node;
}


ngx_eo_rx_node_t *
ngx_eo_rx_node_repeat(ngx_eo_rx_parser_t *parser, ngx_eo_rx_node_t *child,
    ngx_uint_t min, ngx_uint_t max, ngx_uint_t lazy)
{
    ngx_eo_rx_node_t  *node;

    node = ngx_eo_rx_node(parser, max ? NGX_EO_RX_REPEAT : NGX_EO_RX_EMPTY);

    if (node == NULL || max == 0) {
        return node;
    }

    node->first = child;
    node->last = child;
    node->min = min;
    node->max = max;
    node->lazy = (lazy != 0);
    node->nullable = (min == 0 || child->nullable);

    return node;
}


void
ngx_eo_rx_node_append(ngx_eo_rx_node_t *list, ngx_eo_rx_node_t *node)
{
    /* nothing after nothing would be repeated without an end in sight */

    if (list->kind == NGX_EO_RX_CAT && node->kind == NGX_EO_RX_EMPTY) {
        return;
    }

    if (list->last) {
        list->last->next = node;

    } else {
        list->first = node;
    }

    list->last = node;
}


/* alternatives of one byte each are a set */

static ngx_uint_t
ngx_eo_rx_node_merge_sets(ngx_eo_rx_node_t *list)
{
    ngx_eo_rx_node_t  *node;

    for (node = list->first; node; node = node->next) {
        if (node->kind != NGX_EO_RX_SET) {
            return 0;
        }
    }

    for (node = list->first->next; node; node = node->next) {
        ngx_eo_rx_set_add(list->first->set, node->set);
    }

    return 1;
}


/* a list whose nodes are known becomes as simple as it can */

ngx_eo_rx_node_t *
ngx_eo_rx_node_settle(ngx_eo_rx_node_t *list)
{
    ngx_eo_rx_node_t  *node;

    if (list->first == NULL) {
        list->kind = NGX_EO_RX_EMPTY;
        list->nullable = 1;
        return list;
    }

    if (list->first == list->last
        || (list->kind == NGX_EO_RX_ALT && ngx_eo_rx_node_merge_sets(list)))
    {
        list->first->next = NULL;
        return list->first;
    }

    list->nullable = (list->kind == NGX_EO_RX_CAT);

    for (node = list->first; node; node = node->next) {

        if (node->nullable != (list->kind == NGX_EO_RX_CAT)) {
            list->nullable = node->nullable;
            break;
        }
    }

    return list;
}
