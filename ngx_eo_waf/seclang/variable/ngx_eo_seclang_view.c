
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Views: the members of a variable, and the variables that are one text.
 */


#include "ngx_eo_seclang_view.h"
#include "ngx_eo_seclang_list.h"
#include "ngx_eo_seclang_macro.h"
#include "ngx_eo_seclang_text.h"
#include "ngx_eo_seclang_variable.h"


/* where the members of a variable are, and which of them */

typedef struct {
    ngx_uint_t   list;

    /* NGX_EO_SECLANG_FROM_..., or 0 for all */
    ngx_uint_t   origin;

    /* the names are the values */
    ngx_uint_t   names;
} ngx_eo_seclang_source_t;


static ngx_int_t ngx_eo_seclang_source(ngx_uint_t variable,
    ngx_eo_seclang_source_t *source);
static ngx_int_t ngx_eo_seclang_view_alloc(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t n);
static void ngx_eo_seclang_view_push(ngx_eo_seclang_view_t *view,
    ngx_str_t *name, ngx_eo_seclang_text_t *text);
static ngx_int_t ngx_eo_seclang_view_list(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_eo_seclang_source_t *source);
static ngx_int_t ngx_eo_seclang_view_tx(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t named);
static ngx_int_t ngx_eo_seclang_view_matched(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t variable);
static ngx_int_t ngx_eo_seclang_view_collection(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t variable);
static ngx_int_t ngx_eo_seclang_view_xml(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t variable);
static ngx_eo_seclang_text_t *ngx_eo_seclang_rule_text(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_macro_t *macro);
static ngx_eo_seclang_text_t *ngx_eo_seclang_rule_field(
    ngx_eo_seclang_tx_t *tx, ngx_str_t *name);
static ngx_int_t ngx_eo_seclang_view_rule(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view);
static ngx_int_t ngx_eo_seclang_time_field(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t variable);
static ngx_eo_seclang_text_t *ngx_eo_seclang_time_text(
    ngx_eo_seclang_tx_t *tx);
static ngx_eo_seclang_text_t *ngx_eo_seclang_full_request(
    ngx_eo_seclang_tx_t *tx);
static ngx_eo_seclang_text_t *ngx_eo_seclang_matched_text(
    ngx_eo_seclang_tx_t *tx, ngx_uint_t variable);
static ngx_eo_seclang_text_t *ngx_eo_seclang_scalar(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t variable, ngx_uint_t *cache);
static ngx_int_t ngx_eo_seclang_view_scalar(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t variable);
static ngx_eo_seclang_text_t *ngx_eo_seclang_status_line(
    ngx_eo_seclang_tx_t *tx);


static ngx_str_t  ngx_eo_seclang_empty = ngx_null_string;


void
ngx_eo_seclang_forget_views(ngx_eo_seclang_tx_t *tx)
{
    ngx_uint_t  i;

    for (i = 0; i < NGX_EO_SECLANG_VARIABLES; i++) {
        tx->views[i].valid = 0;
    }
}


static ngx_int_t
ngx_eo_seclang_source(ngx_uint_t variable, ngx_eo_seclang_source_t *source)
{
    source->origin = 0;
    source->names = 0;

    switch (variable) {

    case NGX_EO_SECLANG_VAR_ARGS_NAMES:
        source->names = 1;
        /* fall through */
    case NGX_EO_SECLANG_VAR_ARGS:
        source->list = NGX_EO_SECLANG_LIST_ARGS;
        return NGX_OK;

    case NGX_EO_SECLANG_VAR_ARGS_GET_NAMES:
        source->names = 1;
        /* fall through */
    case NGX_EO_SECLANG_VAR_ARGS_GET:
        source->list = NGX_EO_SECLANG_LIST_ARGS;
        source->origin = NGX_EO_SECLANG_FROM_QUERY;
        return NGX_OK;

    case NGX_EO_SECLANG_VAR_ARGS_POST_NAMES:
        source->names = 1;
        /* fall through */
    case NGX_EO_SECLANG_VAR_ARGS_POST:
        source->list = NGX_EO_SECLANG_LIST_ARGS;
        source->origin = NGX_EO_SECLANG_FROM_BODY;
        return NGX_OK;

    case NGX_EO_SECLANG_VAR_REQUEST_COOKIES_NAMES:
        source->names = 1;
        /* fall through */
    case NGX_EO_SECLANG_VAR_REQUEST_COOKIES:
        source->list = NGX_EO_SECLANG_LIST_COOKIES;
        return NGX_OK;

    case NGX_EO_SECLANG_VAR_REQUEST_HEADERS_NAMES:
        source->names = 1;
        /* fall through */
    case NGX_EO_SECLANG_VAR_REQUEST_HEADERS:
        source->list = NGX_EO_SECLANG_LIST_HEADERS;
        return NGX_OK;

    case NGX_EO_SECLANG_VAR_RESPONSE_HEADERS_NAMES:
        source->names = 1;
        /* fall through */
    case NGX_EO_SECLANG_VAR_RESPONSE_HEADERS:
        source->list = NGX_EO_SECLANG_LIST_RESPONSE_HEADERS;
        return NGX_OK;

    case NGX_EO_SECLANG_VAR_FILES_NAMES:
        source->names = 1;
        /* fall through */
    case NGX_EO_SECLANG_VAR_FILES:
        source->list = NGX_EO_SECLANG_LIST_FILES;
        return NGX_OK;

    case NGX_EO_SECLANG_VAR_FILES_TMP_CONTENT:
        source->list = NGX_EO_SECLANG_LIST_FILE_CONTENTS;
        return NGX_OK;

    case NGX_EO_SECLANG_VAR_RESPONSE_ARGS:
        source->list = NGX_EO_SECLANG_LIST_RESPONSE_ARGS;
        return NGX_OK;

    case NGX_EO_SECLANG_VAR_FILES_SIZES:
        source->list = NGX_EO_SECLANG_LIST_FILE_SIZES;
        return NGX_OK;

    case NGX_EO_SECLANG_VAR_MULTIPART_PART_HEADERS:
        source->list = NGX_EO_SECLANG_LIST_PART_HEADERS;
        return NGX_OK;

    case NGX_EO_SECLANG_VAR_MULTIPART_NAME:
        source->list = NGX_EO_SECLANG_LIST_PART_NAMES;
        return NGX_OK;

    case NGX_EO_SECLANG_VAR_MULTIPART_FILENAME:
        source->list = NGX_EO_SECLANG_LIST_PART_FILENAMES;
        return NGX_OK;

    case NGX_EO_SECLANG_VAR_ENV:
        source->list = NGX_EO_SECLANG_LIST_ENV;
        return NGX_OK;

    case NGX_EO_SECLANG_VAR_GEO:
        source->list = NGX_EO_SECLANG_LIST_GEO;
        return NGX_OK;

    default:
        return NGX_DECLINED;
    }
}


ngx_uint_t
ngx_eo_seclang_collection_list(ngx_uint_t variable)
{
    switch (variable) {
    case NGX_EO_SECLANG_VAR_IP:
        return NGX_EO_SECLANG_LIST_IP;
    case NGX_EO_SECLANG_VAR_GLOBAL:
        return NGX_EO_SECLANG_LIST_GLOBAL;
    case NGX_EO_SECLANG_VAR_SESSION:
        return NGX_EO_SECLANG_LIST_SESSION;
    case NGX_EO_SECLANG_VAR_USER:
        return NGX_EO_SECLANG_LIST_USER;
    default:
        return NGX_EO_SECLANG_LIST_RESOURCE;
    }
}


static ngx_int_t
ngx_eo_seclang_view_alloc(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t n)
{
    view->nitems = 0;
    view->items = ngx_eo_seclang_alloc(&tx->arena,
                                  (n + 1) * sizeof(ngx_eo_seclang_item_t));

    return (view->items == NULL) ? NGX_ERROR : NGX_OK;
}


static void
ngx_eo_seclang_view_push(ngx_eo_seclang_view_t *view, ngx_str_t *name,
    ngx_eo_seclang_text_t *text)
{
    view->items[view->nitems].name = name;
    view->items[view->nitems].text = text;
    view->nitems++;
}


static ngx_int_t
ngx_eo_seclang_view_list(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_view_t *view,
    ngx_eo_seclang_source_t *source)
{
    ngx_uint_t                i;
    ngx_eo_seclang_list_t    *list;
    ngx_eo_seclang_member_t  *member;

    list = &tx->lists[source->list];

    if (ngx_eo_seclang_view_alloc(tx, view, list->nelts) != NGX_OK) {
        return NGX_ERROR;
    }

    for (i = 0; i < list->nelts; i++) {
        member = list->elts[i];

        if (source->origin && member->origin != source->origin) {
            continue;
        }

        if (member->origin == NGX_EO_SECLANG_FROM_NAME && !source->names) {
            continue;
        }

        ngx_eo_seclang_view_push(view, &member->name.str,
                                 source->names ? &member->name
                                               : &member->value);
    }

    view->valid = 1;

    return NGX_OK;
}


/* those that rules name, and those that have got their name at run time */

static ngx_int_t
ngx_eo_seclang_view_tx(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_view_t *view,
    ngx_uint_t named)
{
    ngx_str_t              *names;
    ngx_uint_t              i;
    ngx_eo_seclang_list_t  *list;

    names = tx->set->slots.elts;
    list = &tx->lists[NGX_EO_SECLANG_LIST_TX];
    named = named ? tx->set->slots.nelts : 0;

    if (ngx_eo_seclang_view_alloc(tx, view, named + list->nelts) != NGX_OK) {
        return NGX_ERROR;
    }

    for (i = 0; i < named; i++) {
        if (tx->slots[i] != NULL) {
            ngx_eo_seclang_view_push(view, &names[i], tx->slots[i]);
        }
    }

    for (i = 0; i < list->nelts; i++) {
        ngx_eo_seclang_view_push(view, &list->elts[i]->name.str,
                                 &list->elts[i]->value);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_view_matched(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t variable)
{
    ngx_str_t                 *name;
    ngx_uint_t                 i;
    ngx_eo_seclang_text_t     *text;
    ngx_eo_seclang_matched_t  *matched;

    if (ngx_eo_seclang_view_alloc(tx, view, tx->nmatched) != NGX_OK) {
        return NGX_ERROR;
    }

    for (i = 0; i < tx->nmatched; i++) {
        matched = &tx->matched[i];

        name = ngx_eo_seclang_alloc(&tx->arena, sizeof(ngx_str_t));

        if (name == NULL
            || ngx_eo_seclang_full_name(tx, matched->variable, matched->name,
                                        name)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        text = matched->text;

        if (variable == NGX_EO_SECLANG_VAR_MATCHED_VARS_NAMES) {
            text = ngx_eo_seclang_text(tx, name);

            if (text == NULL) {
                return NGX_ERROR;
            }
        }

        ngx_eo_seclang_view_push(view, name, text);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_view_collection(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t variable)
{
    ngx_eo_seclang_source_t  source;

    source.list = ngx_eo_seclang_collection_list(variable);
    source.origin = 0;
    source.names = 0;

    if (ngx_eo_seclang_view_list(tx, view, &source) != NGX_OK) {
        return NGX_ERROR;
    }

    view->valid = 0;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_view_xml(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_view_t *view,
    ngx_uint_t variable)
{
    ngx_uint_t              i, n;
    ngx_eo_seclang_list_t  *list;

    list = &tx->lists[(variable == NGX_EO_SECLANG_VAR_XML)
                      ? NGX_EO_SECLANG_LIST_XML_TEXT
                      : NGX_EO_SECLANG_LIST_RESPONSE_XML_TEXT];
    n = list[0].nelts + list[1].nelts;

    if (ngx_eo_seclang_view_alloc(tx, view, n) != NGX_OK) {
        return NGX_ERROR;
    }

    /* the two lists follow each other; the names tell them apart */

    for (n = 0; n < 2; n++) {
        for (i = 0; i < list[n].nelts; i++) {
            ngx_eo_seclang_view_push(view, &list[n].elts[i]->name.str,
                                     &list[n].elts[i]->value);
        }
    }

    view->valid = 1;

    return NGX_OK;
}


static ngx_str_t  ngx_eo_seclang_rule_fields[] = {
    ngx_string("id"),
    ngx_string("rev"),
    ngx_string("severity"),
    ngx_string("msg"),
    ngx_string("logdata"),
    ngx_null_string
};


static ngx_eo_seclang_text_t *
ngx_eo_seclang_rule_text(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_macro_t *macro)
{
    ngx_int_t               rc;
    ngx_str_t               value;
    ngx_eo_seclang_rule_t  *rule;

    /* a message may name itself: within it there is no rule */

    rule = tx->rule;
    tx->rule = NULL;

    rc = ngx_eo_seclang_expand(tx, macro, &value);

    tx->rule = rule;

    return (rc == NGX_OK) ? ngx_eo_seclang_text(tx, &value) : NULL;
}


static ngx_eo_seclang_text_t *
ngx_eo_seclang_rule_field(ngx_eo_seclang_tx_t *tx, ngx_str_t *name)
{
    ngx_str_t                 *field;
    ngx_uint_t                 n;
    ngx_eo_seclang_actions_t  *actions;

    if (tx->rule == NULL) {
        return NULL;
    }

    actions = &tx->rule->actions;
    field = ngx_eo_seclang_rule_fields;

    for (n = 0; field[n].len; n++) {
        if (field[n].len == name->len
            && ngx_strncasecmp(field[n].data, name->data, name->len) == 0)
        {
            break;
        }
    }

    switch (n) {
    case 0:
        return ngx_eo_seclang_text_from_number(tx, actions->id);
    case 1:
        return ngx_eo_seclang_text(tx, &actions->rev);
    case 2:
        return ngx_eo_seclang_text_from_number(tx, actions->severity);
    case 3:
        return ngx_eo_seclang_rule_text(tx, &actions->msg);
    case 4:
        return ngx_eo_seclang_rule_text(tx, &actions->logdata);
    default:
        return NULL;
    }
}


static ngx_int_t
ngx_eo_seclang_view_rule(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_view_t *view)
{
    ngx_str_t              *name;
    ngx_eo_seclang_text_t  *text;

    if (ngx_eo_seclang_view_alloc(tx, view,
                                  sizeof(ngx_eo_seclang_rule_fields)
                                  / sizeof(ngx_str_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (name = ngx_eo_seclang_rule_fields; name->len; name++) {
        text = ngx_eo_seclang_rule_field(tx, name);

        if (text != NULL) {
            ngx_eo_seclang_view_push(view, name, text);
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_time_field(ngx_eo_seclang_tx_t *tx, ngx_uint_t variable)
{
    ngx_tm_t  tm;

    ngx_localtime(tx->now, &tm);

    switch (variable) {
    case NGX_EO_SECLANG_VAR_TIME_DAY:
        return tm.ngx_tm_mday;
    case NGX_EO_SECLANG_VAR_TIME_EPOCH:
        return (ngx_int_t) tx->now;
    case NGX_EO_SECLANG_VAR_TIME_HOUR:
        return tm.ngx_tm_hour;
    case NGX_EO_SECLANG_VAR_TIME_MIN:
        return tm.ngx_tm_min;
    case NGX_EO_SECLANG_VAR_TIME_MON:
        return tm.ngx_tm_mon - 1;
    case NGX_EO_SECLANG_VAR_TIME_SEC:
        return tm.ngx_tm_sec;
    case NGX_EO_SECLANG_VAR_TIME_WDAY:
        return tm.ngx_tm_wday;
    default:
        return tm.ngx_tm_year;
    }
}


static ngx_eo_seclang_text_t *
ngx_eo_seclang_time_text(ngx_eo_seclang_tx_t *tx)
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


/*
 * Request line, headers and body in one piece, which only a rule that asks for
 * it costs.
 */

static ngx_eo_seclang_text_t *
ngx_eo_seclang_full_request(ngx_eo_seclang_tx_t *tx)
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


/* "HTTP/1.1 200", once the response has a status */

static ngx_eo_seclang_text_t *
ngx_eo_seclang_status_line(ngx_eo_seclang_tx_t *tx)
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


static ngx_eo_seclang_text_t *
ngx_eo_seclang_matched_text(ngx_eo_seclang_tx_t *tx, ngx_uint_t variable)
{
    ngx_str_t                  name;
    ngx_eo_seclang_matched_t  *matched;

    if (tx->nmatched == 0) {
        return ngx_eo_seclang_text(tx, &ngx_eo_seclang_empty);
    }

    matched = &tx->matched[tx->nmatched - 1];

    if (variable == NGX_EO_SECLANG_VAR_MATCHED_VAR) {
        return matched->text;
    }

    if (ngx_eo_seclang_full_name(tx, matched->variable, matched->name, &name)
        != NGX_OK)
    {
        return NULL;
    }

    return ngx_eo_seclang_text(tx, &name);
}


/* "cache" is cleared for what may differ the next time */

static ngx_eo_seclang_text_t *
ngx_eo_seclang_scalar(ngx_eo_seclang_tx_t *tx, ngx_uint_t variable,
    ngx_uint_t *cache)
{
    ngx_str_t              *full;
    ngx_eo_seclang_text_t  *text;

    *cache = 1;

    if (tx->scalars[variable] != NULL) {
        return tx->scalars[variable];
    }

    switch (variable) {

    case NGX_EO_SECLANG_VAR_ARGS_COMBINED_SIZE:
        return ngx_eo_seclang_text_from_number(tx, tx->arguments_size);

    case NGX_EO_SECLANG_VAR_DURATION:
        *cache = 0;
        return ngx_eo_seclang_text_from_number(tx,
                                            ngx_current_msec - tx->start);

    case NGX_EO_SECLANG_VAR_HIGHEST_SEVERITY:
        *cache = 0;
        return ngx_eo_seclang_text_from_number(tx, tx->highest_severity);

    case NGX_EO_SECLANG_VAR_MATCHED_VAR:
    case NGX_EO_SECLANG_VAR_MATCHED_VAR_NAME:
        *cache = 0;
        return ngx_eo_seclang_matched_text(tx, variable);

    case NGX_EO_SECLANG_VAR_MSC_PCRE_LIMITS_EXCEEDED:
        *cache = 0;
        return ngx_eo_seclang_text_from_number(tx,
                             tx->slots[NGX_EO_SECLANG_LIMIT_SLOT] != NULL);

    case NGX_EO_SECLANG_VAR_STATUS_LINE:
        *cache = 0;
        return ngx_eo_seclang_status_line(tx);

    case NGX_EO_SECLANG_VAR_WEBAPPID:
        return ngx_eo_seclang_text(tx, &tx->set->web_app_id);

    case NGX_EO_SECLANG_VAR_FILES_COMBINED_SIZE:
    case NGX_EO_SECLANG_VAR_INBOUND_DATA_ERROR:
    case NGX_EO_SECLANG_VAR_MULTIPART_BOUNDARY_QUOTED:
    case NGX_EO_SECLANG_VAR_MULTIPART_BOUNDARY_WHITESPACE:
    case NGX_EO_SECLANG_VAR_MULTIPART_CRLF_LF_LINES:
    case NGX_EO_SECLANG_VAR_MULTIPART_DATA_AFTER:
    case NGX_EO_SECLANG_VAR_MULTIPART_DATA_BEFORE:
    case NGX_EO_SECLANG_VAR_MULTIPART_FILE_LIMIT_EXCEEDED:
    case NGX_EO_SECLANG_VAR_MULTIPART_HEADER_FOLDING:
    case NGX_EO_SECLANG_VAR_MULTIPART_INVALID_HEADER_FOLDING:
    case NGX_EO_SECLANG_VAR_MULTIPART_INVALID_PART:
    case NGX_EO_SECLANG_VAR_MULTIPART_INVALID_QUOTING:
    case NGX_EO_SECLANG_VAR_MULTIPART_LF_LINE:
    case NGX_EO_SECLANG_VAR_MULTIPART_MISSING_SEMICOLON:
    case NGX_EO_SECLANG_VAR_MULTIPART_STRICT_ERROR:
    case NGX_EO_SECLANG_VAR_MULTIPART_UNMATCHED_BOUNDARY:
    case NGX_EO_SECLANG_VAR_OUTBOUND_DATA_ERROR:
    case NGX_EO_SECLANG_VAR_REQBODY_ERROR:
    case NGX_EO_SECLANG_VAR_REQBODY_PROCESSOR_ERROR:
    case NGX_EO_SECLANG_VAR_REQUEST_BODY_LENGTH:
    case NGX_EO_SECLANG_VAR_RES_BODY_PROCESSOR_ERROR:
    case NGX_EO_SECLANG_VAR_URLENCODED_ERROR:
        return ngx_eo_seclang_text_from_number(tx, 0);

    case NGX_EO_SECLANG_VAR_FULL_REQUEST:
        return ngx_eo_seclang_full_request(tx);

    case NGX_EO_SECLANG_VAR_FULL_REQUEST_LENGTH:
        text = ngx_eo_seclang_full_request(tx);
        full = (text != NULL) ? &text->str : &ngx_eo_seclang_empty;
        return ngx_eo_seclang_text_from_number(tx, full->len);

    case NGX_EO_SECLANG_VAR_TIME:
        return ngx_eo_seclang_time_text(tx);

    case NGX_EO_SECLANG_VAR_TIME_DAY:
    case NGX_EO_SECLANG_VAR_TIME_EPOCH:
    case NGX_EO_SECLANG_VAR_TIME_HOUR:
    case NGX_EO_SECLANG_VAR_TIME_MIN:
    case NGX_EO_SECLANG_VAR_TIME_MON:
    case NGX_EO_SECLANG_VAR_TIME_SEC:
    case NGX_EO_SECLANG_VAR_TIME_WDAY:
    case NGX_EO_SECLANG_VAR_TIME_YEAR:
        return ngx_eo_seclang_text_from_number(tx,
                                    ngx_eo_seclang_time_field(tx, variable));

    default:
        return ngx_eo_seclang_text(tx, &ngx_eo_seclang_empty);
    }
}


static ngx_int_t
ngx_eo_seclang_view_scalar(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t variable)
{
    ngx_uint_t              cache;
    ngx_eo_seclang_text_t  *text;

    text = ngx_eo_seclang_scalar(tx, variable, &cache);

    if (text == NULL || ngx_eo_seclang_view_alloc(tx, view, 1) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_eo_seclang_view_push(view, &ngx_eo_seclang_empty, text);
    view->valid = cache;

    return NGX_OK;
}


ngx_eo_seclang_view_t *
ngx_eo_seclang_view(ngx_eo_seclang_tx_t *tx, ngx_uint_t variable)
{
    ngx_int_t                 rc;
    ngx_eo_seclang_view_t    *view;
    ngx_eo_seclang_source_t   source;

    view = &tx->views[variable];

    if (view->valid) {
        return view;
    }

    if (!ngx_eo_seclang_variables[variable].collection) {
        rc = ngx_eo_seclang_view_scalar(tx, view, variable);

    } else if (ngx_eo_seclang_source(variable, &source) == NGX_OK) {
        rc = ngx_eo_seclang_view_list(tx, view, &source);

    } else if (ngx_eo_seclang_is_collection(variable)) {
        rc = ngx_eo_seclang_view_collection(tx, view, variable);

    } else if (variable == NGX_EO_SECLANG_VAR_TX) {
        rc = ngx_eo_seclang_view_tx(tx, view, 1);

    } else if (variable == NGX_EO_SECLANG_VAR_MATCHED_VARS
               || variable == NGX_EO_SECLANG_VAR_MATCHED_VARS_NAMES)
    {
        rc = ngx_eo_seclang_view_matched(tx, view, variable);

    } else if (variable == NGX_EO_SECLANG_VAR_XML
               || variable == NGX_EO_SECLANG_VAR_RESPONSE_XML)
    {
        rc = ngx_eo_seclang_view_xml(tx, view, variable);

    } else if (variable == NGX_EO_SECLANG_VAR_RULE) {
        rc = ngx_eo_seclang_view_rule(tx, view);

    } else {
        rc = ngx_eo_seclang_view_alloc(tx, view, 0);
    }

    return (rc == NGX_OK) ? view : NULL;
}


ngx_eo_seclang_view_t *
ngx_eo_seclang_target_view(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_target_t *target)
{
    ngx_eo_seclang_view_t  *view;

    if (!target->unnamed) {
        return ngx_eo_seclang_view(tx, target->variable);
    }

    view = &tx->views[NGX_EO_SECLANG_VAR_TX];

    return (ngx_eo_seclang_view_tx(tx, view, 0) == NGX_OK) ? view : NULL;
}


ngx_eo_seclang_text_t *
ngx_eo_seclang_first(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_target_t *target)
{
    ngx_int_t               found;
    ngx_uint_t              i;
    ngx_eo_seclang_list_t  *list;
    ngx_eo_seclang_view_t  *view;

    if (target->slot >= 0) {
        return tx->slots[target->slot];
    }

    if (target->variable == NGX_EO_SECLANG_VAR_RULE) {
        return ngx_eo_seclang_rule_field(tx, &target->name);
    }

    /* those that have a slot are not asked for by name */

    if (target->variable == NGX_EO_SECLANG_VAR_TX && target->regex == NULL) {
        list = &tx->lists[NGX_EO_SECLANG_LIST_TX];
        found = ngx_eo_seclang_list_find(list, &target->name);

        return (found >= 0) ? &list->elts[found]->value : NULL;
    }

    view = ngx_eo_seclang_view(tx, target->variable);
    if (view == NULL) {
        return NULL;
    }

    for (i = 0; i < view->nitems; i++) {
        if (ngx_eo_seclang_selects(target, view->items[i].name)) {
            return view->items[i].text;
        }
    }

    return NULL;
}
