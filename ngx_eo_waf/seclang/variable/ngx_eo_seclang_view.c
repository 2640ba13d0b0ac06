
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


static ngx_int_t ngx_eo_seclang_view_alloc(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t n);
static void ngx_eo_seclang_view_push(ngx_eo_seclang_view_t *view,
    ngx_str_t *name, ngx_eo_seclang_text_t *text);
static ngx_int_t ngx_eo_seclang_tx_members(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t named);
static ngx_int_t ngx_eo_seclang_matched_members(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t names);
static ngx_int_t ngx_eo_seclang_xml_members(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t first);
static ngx_eo_seclang_text_t *ngx_eo_seclang_rule_text(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_macro_t *macro);
static ngx_eo_seclang_text_t *ngx_eo_seclang_rule_field(
    ngx_eo_seclang_tx_t *tx, ngx_str_t *name);


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


ngx_int_t
ngx_eo_seclang_view_text(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_view_t *view,
    ngx_uint_t variable)
{
    ngx_eo_seclang_text_t      *text;
    ngx_eo_seclang_variable_t  *row;

    row = &ngx_eo_seclang_variables[variable];
    text = tx->scalars[variable];
    view->valid = 1;

    if (text == NULL && row->made) {
        text = row->made(tx, variable);
        view->valid = !row->anew;

    } else if (text == NULL) {
        text = row->number ? ngx_eo_seclang_text_from_number(tx, 0)
                           : ngx_eo_seclang_text(tx, &ngx_eo_seclang_empty);
    }

    if (text == NULL || ngx_eo_seclang_view_alloc(tx, view, 1) != NGX_OK) {
        view->valid = 0;
        return NGX_ERROR;
    }

    ngx_eo_seclang_view_push(view, &ngx_eo_seclang_empty, text);

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_view_list(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_view_t *view,
    ngx_uint_t variable)
{
    ngx_uint_t                  i;
    ngx_eo_seclang_list_t      *list;
    ngx_eo_seclang_member_t    *member;
    ngx_eo_seclang_variable_t  *row;

    row = &ngx_eo_seclang_variables[variable];
    list = &tx->lists[row->list];

    if (ngx_eo_seclang_view_alloc(tx, view, list->nelts) != NGX_OK) {
        return NGX_ERROR;
    }

    for (i = 0; i < list->nelts; i++) {
        member = list->elts[i];

        if (row->from && member->origin != row->from) {
            continue;
        }

        if (member->origin == NGX_EO_SECLANG_FROM_NAME && !row->names) {
            continue;
        }

        ngx_eo_seclang_view_push(view, &member->name.str,
                                 row->names ? &member->name
                                            : &member->value);
    }

    view->valid = !row->stored;

    return NGX_OK;
}


/* those that rules name, and those that have got their name at run time */

static ngx_int_t
ngx_eo_seclang_tx_members(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t named)
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


ngx_int_t
ngx_eo_seclang_view_tx(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_view_t *view,
    ngx_uint_t variable)
{
    return ngx_eo_seclang_tx_members(tx, view, 1);
}


static ngx_int_t
ngx_eo_seclang_matched_members(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t names)
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

        if (names) {
            text = ngx_eo_seclang_text(tx, name);

            if (text == NULL) {
                return NGX_ERROR;
            }
        }

        ngx_eo_seclang_view_push(view, name, text);
    }

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_view_matched(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t variable)
{
    return ngx_eo_seclang_matched_members(tx, view, 0);
}


ngx_int_t
ngx_eo_seclang_view_matched_names(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t variable)
{
    return ngx_eo_seclang_matched_members(tx, view, 1);
}


/* two lists that follow each other: names tell texts and attributes apart */

static ngx_int_t
ngx_eo_seclang_xml_members(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t first)
{
    ngx_uint_t              i, n;
    ngx_eo_seclang_list_t  *list;

    list = &tx->lists[first];
    n = list[0].nelts + list[1].nelts;

    if (ngx_eo_seclang_view_alloc(tx, view, n) != NGX_OK) {
        return NGX_ERROR;
    }

    for (n = 0; n < 2; n++) {
        for (i = 0; i < list[n].nelts; i++) {
            ngx_eo_seclang_view_push(view, &list[n].elts[i]->name.str,
                                     &list[n].elts[i]->value);
        }
    }

    view->valid = 1;

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_view_xml(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t variable)
{
    return ngx_eo_seclang_xml_members(tx, view,
                                      NGX_EO_SECLANG_LIST_XML_TEXT);
}


ngx_int_t
ngx_eo_seclang_view_response_xml(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t variable)
{
    return ngx_eo_seclang_xml_members(tx, view,
                                      NGX_EO_SECLANG_LIST_RESPONSE_XML_TEXT);
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


ngx_int_t
ngx_eo_seclang_view_rule(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_view_t *view,
    ngx_uint_t variable)
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


ngx_eo_seclang_view_t *
ngx_eo_seclang_view(ngx_eo_seclang_tx_t *tx, ngx_uint_t variable)
{
    ngx_eo_seclang_view_t  *view;

    view = &tx->views[variable];

    if (view->valid) {
        return view;
    }

    return (ngx_eo_seclang_variables[variable].view(tx, view, variable)
            == NGX_OK)
           ? view : NULL;
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

    return (ngx_eo_seclang_tx_members(tx, view, 0) == NGX_OK) ? view : NULL;
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
