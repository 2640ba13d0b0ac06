
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Reads classes: "[...]".
 */


#include "ngx_eo_rx_tree.h"


/* an item of a class: a byte, or a set that cannot begin a range */

#define NGX_EO_RX_CLASS_SET  256


static ngx_int_t ngx_eo_rx_class_item(ngx_eo_rx_parser_t *parser,
    ngx_eo_rx_set_t *set);
static ngx_int_t ngx_eo_rx_class_escape(ngx_eo_rx_parser_t *parser,
    ngx_eo_rx_set_t *set);
static ngx_int_t ngx_eo_rx_class_posix(ngx_eo_rx_parser_t *parser,
    ngx_eo_rx_set_t *set);
static u_char *ngx_eo_rx_class_posix_end(u_char *p, u_char *end);
static ngx_int_t ngx_eo_rx_class_range(ngx_eo_rx_parser_t *parser,
    ngx_eo_rx_set_t *set, ngx_int_t low);


ngx_eo_rx_node_t *
ngx_eo_rx_parse_class(ngx_eo_rx_parser_t *parser)
{
    ngx_int_t        c;
    ngx_uint_t       first, negated;
    ngx_eo_rx_set_t  set;

    ngx_eo_rx_set_clear(&set);

    negated = (parser->pos < parser->end && *parser->pos == '^');

    if (negated) {
        parser->pos++;
    }

    /* a bracket that comes first is in the class */

    for (first = 1; ; first = 0) {

        if (parser->pos == parser->end) {
            parser->reason = "it is not valid";
            return NULL;
        }

        if (*parser->pos == ']' && !first) {
            parser->pos++;
            break;
        }

        c = ngx_eo_rx_class_item(parser, &set);

        if (c == NGX_ERROR
            || ngx_eo_rx_class_range(parser, &set, c) != NGX_OK)
        {
            return NULL;
        }
    }

    if (negated) {
        ngx_eo_rx_set_invert_bytes(&set);
    }

    return ngx_eo_rx_node_set(parser, &set);
}


/* the rest of a range if there is one; else the byte alone */

static ngx_int_t
ngx_eo_rx_class_range(ngx_eo_rx_parser_t *parser, ngx_eo_rx_set_t *set,
    ngx_int_t low)
{
    ngx_int_t        high;
    ngx_eo_rx_set_t  range;

    high = low;

    if (parser->end - parser->pos >= 2
        && parser->pos[0] == '-' && parser->pos[1] != ']')
    {
        if (low != NGX_EO_RX_CLASS_SET) {
            parser->pos++;
            high = ngx_eo_rx_class_item(parser, set);
        }

        if (low == NGX_EO_RX_CLASS_SET || high == NGX_EO_RX_CLASS_SET) {
            parser->reason = "a hyphen beside a class";
            return NGX_ERROR;
        }
    }

    if (high == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (low == NGX_EO_RX_CLASS_SET) {
        return NGX_OK;
    }

    if (high < low) {
        parser->reason = "it is not valid";
        return NGX_ERROR;
    }

    ngx_eo_rx_set_clear(&range);
    ngx_eo_rx_set_range(&range, low, high);

    if (parser->options & NGX_EO_RX_CASELESS) {
        ngx_eo_rx_set_fold(&range);
    }

    ngx_eo_rx_set_add(set, &range);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_rx_class_item(ngx_eo_rx_parser_t *parser, ngx_eo_rx_set_t *set)
{
    u_char  c;

    c = *parser->pos++;

    if (c == '\\') {
        return ngx_eo_rx_class_escape(parser, set);
    }

    if (c == '[' && parser->pos < parser->end
        && (*parser->pos == ':' || *parser->pos == '.'
            || *parser->pos == '='))
    {
        return ngx_eo_rx_class_posix(parser, set);
    }

    return c;
}


static ngx_int_t
ngx_eo_rx_class_escape(ngx_eo_rx_parser_t *parser, ngx_eo_rx_set_t *set)
{
    ngx_eo_rx_set_t  escape;

    if (parser->pos < parser->end
        && *parser->pos != 'N'
        && ngx_eo_rx_set_escape(&escape, *parser->pos) == NGX_OK)
    {
        parser->pos++;
        ngx_eo_rx_set_add(set, &escape);
        return NGX_EO_RX_CLASS_SET;
    }

    return ngx_eo_rx_parse_byte(parser, 1);
}


/* "[:alpha:]"; without the end it is a bracket and what comes after it */

static ngx_int_t
ngx_eo_rx_class_posix(ngx_eo_rx_parser_t *parser, ngx_eo_rx_set_t *set)
{
    u_char           *last, *name;
    ngx_uint_t        negated;
    ngx_eo_rx_set_t   posix;

    last = ngx_eo_rx_class_posix_end(parser->pos, parser->end);

    if (last == NULL) {
        return '[';
    }

    name = parser->pos + 1;
    negated = (*name == '^');
    name += negated;

    if (*parser->pos != ':' || name > last
        || ngx_eo_rx_set_posix(&posix, name, last - name,
                               parser->options & NGX_EO_RX_CASELESS)
           != NGX_OK)
    {
        parser->reason = "a class of POSIX that only PCRE2 knows";
        return NGX_ERROR;
    }

    if (negated) {
        ngx_eo_rx_set_invert_bytes(&posix);
    }

    ngx_eo_rx_set_add(set, &posix);
    parser->pos = last + 2;

    return NGX_EO_RX_CLASS_SET;
}


/* as PCRE2 looks for it */

static u_char *
ngx_eo_rx_class_posix_end(u_char *p, u_char *end)
{
    u_char  c;

    c = *p++;

    for ( /* void */ ; end - p >= 2; p++) {

        if (p[0] == '\\' && (p[1] == ']' || p[1] == '\\')) {
            p++;

        } else if ((p[0] == '[' && p[1] == c) || p[0] == ']') {
            return NULL;

        } else if (p[0] == c && p[1] == ']') {
            return p;
        }
    }

    return NULL;
}
