
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Variables that are one text, and made when a rule asks for them.
 */


#include "ngx_eo_seclang_made.h"
#include "ngx_eo_seclang_macro.h"
#include "ngx_eo_seclang_text.h"


static ngx_eo_seclang_matched_t *ngx_eo_seclang_last_matched(
    ngx_eo_seclang_tx_t *tx);


static ngx_str_t  ngx_eo_seclang_empty = ngx_null_string;


ngx_eo_seclang_text_t *
ngx_eo_seclang_made_arguments_size(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t variable)
{
    return ngx_eo_seclang_text_from_number(tx, tx->arguments_size);
}


ngx_eo_seclang_text_t *
ngx_eo_seclang_made_web_app_id(ngx_eo_seclang_tx_t *tx, ngx_uint_t variable)
{
    return ngx_eo_seclang_text(tx, &tx->set->web_app_id);
}


ngx_eo_seclang_text_t *
ngx_eo_seclang_made_highest_severity(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t variable)
{
    return ngx_eo_seclang_text_from_number(tx, tx->highest_severity);
}


ngx_eo_seclang_text_t *
ngx_eo_seclang_made_duration(ngx_eo_seclang_tx_t *tx, ngx_uint_t variable)
{
    return ngx_eo_seclang_text_from_number(tx, ngx_current_msec - tx->start);
}


ngx_eo_seclang_text_t *
ngx_eo_seclang_made_limits_exceeded(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t variable)
{
    return ngx_eo_seclang_text_from_number(tx,
                             tx->slots[NGX_EO_SECLANG_LIMIT_SLOT] != NULL);
}


/* what has matched last, or NULL */

static ngx_eo_seclang_matched_t *
ngx_eo_seclang_last_matched(ngx_eo_seclang_tx_t *tx)
{
    return tx->nmatched ? &tx->matched[tx->nmatched - 1] : NULL;
}


ngx_eo_seclang_text_t *
ngx_eo_seclang_made_matched_value(ngx_eo_seclang_tx_t *tx, ngx_uint_t variable)
{
    ngx_eo_seclang_matched_t  *matched;

    matched = ngx_eo_seclang_last_matched(tx);

    return matched ? matched->text
                   : ngx_eo_seclang_text(tx, &ngx_eo_seclang_empty);
}


ngx_eo_seclang_text_t *
ngx_eo_seclang_made_matched_name(ngx_eo_seclang_tx_t *tx, ngx_uint_t variable)
{
    ngx_str_t                  name;
    ngx_eo_seclang_matched_t  *matched;

    matched = ngx_eo_seclang_last_matched(tx);

    if (matched == NULL) {
        return ngx_eo_seclang_text(tx, &ngx_eo_seclang_empty);
    }

    if (ngx_eo_seclang_full_name(tx, matched->variable, matched->name, &name)
        != NGX_OK)
    {
        return NULL;
    }

    return ngx_eo_seclang_text(tx, &name);
}


/* "HTTP/1.1 200", once the response has a status */

ngx_eo_seclang_text_t *
ngx_eo_seclang_made_status_line(ngx_eo_seclang_tx_t *tx, ngx_uint_t variable)
{
    u_char                 *p;
    ngx_str_t               value, *protocol, *status;
    ngx_eo_seclang_text_t  *first, *second;

    first = tx->scalars[NGX_EO_SECLANG_VAR_RESPONSE_PROTOCOL];
    second = tx->scalars[NGX_EO_SECLANG_VAR_RESPONSE_STATUS];

    if (first == NULL || second == NULL) {
        return ngx_eo_seclang_text(tx, &ngx_eo_seclang_empty);
    }

    protocol = ngx_eo_seclang_text_string(tx, first);
    status = ngx_eo_seclang_text_string(tx, second);

    if (protocol == NULL || status == NULL) {
        return NULL;
    }

    value.len = protocol->len + 1 + status->len;
    value.data = ngx_eo_seclang_alloc(&tx->arena, value.len);

    if (value.data == NULL) {
        return NULL;
    }

    p = ngx_cpymem(value.data, protocol->data, protocol->len);
    *p++ = ' ';
    ngx_memcpy(p, status->data, status->len);

    return ngx_eo_seclang_text(tx, &value);
}


/*
 * Request line, headers and body in one piece, which only a rule that asks for
 * it costs.
 */

ngx_eo_seclang_text_t *
ngx_eo_seclang_made_full_request(ngx_eo_seclang_tx_t *tx, ngx_uint_t variable)
{
    u_char                   *p;
    ngx_str_t                 value, *line;
    ngx_uint_t                i;
    ngx_eo_seclang_list_t    *list;
    ngx_eo_seclang_text_t    *text;
    ngx_eo_seclang_member_t  *member;

    text = tx->scalars[NGX_EO_SECLANG_VAR_REQUEST_LINE];
    line = (text != NULL) ? &text->str : &ngx_eo_seclang_empty;

    list = &tx->lists[NGX_EO_SECLANG_LIST_HEADERS];
    value.len = line->len + tx->body.len + 3;

    for (i = 0; i < list->nelts; i++) {
        member = list->elts[i];
        value.len += member->name.str.len + member->value.str.len + 3;
    }

    p = ngx_eo_seclang_alloc(&tx->arena, value.len);
    if (p == NULL) {
        return NULL;
    }

    value.data = p;

    p = ngx_cpymem(p, line->data, line->len);
    *p++ = '\n';

    for (i = 0; i < list->nelts; i++) {
        member = list->elts[i];
        p = ngx_cpymem(p, member->name.str.data, member->name.str.len);
        *p++ = ':';
        *p++ = ' ';
        p = ngx_cpymem(p, member->value.str.data, member->value.str.len);
        *p++ = '\n';
    }

    *p++ = '\n';
    *p++ = '\n';
    ngx_memcpy(p, tx->body.data, tx->body.len);

    return ngx_eo_seclang_text(tx, &value);
}


ngx_eo_seclang_text_t *
ngx_eo_seclang_made_full_request_length(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t variable)
{
    ngx_eo_seclang_text_t  *text;

    text = ngx_eo_seclang_made_full_request(tx, variable);

    return ngx_eo_seclang_text_from_number(tx, text ? text->str.len : 0);
}


ngx_eo_seclang_text_t *
ngx_eo_seclang_made_time(ngx_eo_seclang_tx_t *tx, ngx_uint_t variable)
{
    ngx_tm_t   tm;
    ngx_str_t  value;

    value.data = ngx_eo_seclang_alloc(&tx->arena, sizeof("00:00:00"));
    if (value.data == NULL) {
        return NULL;
    }

    ngx_localtime(tx->now, &tm);

    value.len = ngx_sprintf(value.data, "%02d:%02d:%02d", tm.ngx_tm_hour,
                            tm.ngx_tm_min, tm.ngx_tm_sec)
                - value.data;

    return ngx_eo_seclang_text(tx, &value);
}


ngx_eo_seclang_text_t *
ngx_eo_seclang_made_time_field(ngx_eo_seclang_tx_t *tx, ngx_uint_t variable)
{
    ngx_tm_t   tm;
    ngx_int_t  value;

    ngx_localtime(tx->now, &tm);

    switch (variable) {

    case NGX_EO_SECLANG_VAR_TIME_DAY:
        value = tm.ngx_tm_mday;
        break;

    case NGX_EO_SECLANG_VAR_TIME_EPOCH:
        value = (ngx_int_t) tx->now;
        break;

    case NGX_EO_SECLANG_VAR_TIME_HOUR:
        value = tm.ngx_tm_hour;
        break;

    case NGX_EO_SECLANG_VAR_TIME_MIN:
        value = tm.ngx_tm_min;
        break;

    case NGX_EO_SECLANG_VAR_TIME_MON:
        value = tm.ngx_tm_mon - 1;
        break;

    case NGX_EO_SECLANG_VAR_TIME_SEC:
        value = tm.ngx_tm_sec;
        break;

    case NGX_EO_SECLANG_VAR_TIME_WDAY:
        value = tm.ngx_tm_wday;
        break;

    default:
        value = tm.ngx_tm_year;
        break;
    }

    return ngx_eo_seclang_text_from_number(tx, value);
}
