
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What rules do at a match: variables, collections, options.
 */


#include "ngx_eo_seclang_effect.h"
#include "seclang/variable/ngx_eo_seclang_list.h"
#include "seclang/variable/ngx_eo_seclang_macro.h"
#include "seclang/variable/ngx_eo_seclang_text.h"
#include "seclang/variable/ngx_eo_seclang_variable.h"
#include "seclang/variable/ngx_eo_seclang_view.h"


static ngx_int_t ngx_eo_seclang_setvar_slot(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_setvar_t *set, ngx_str_t *name);
static ngx_eo_seclang_text_t *ngx_eo_seclang_current(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_setvar_t *set, ngx_str_t *name);
static ngx_int_t ngx_eo_seclang_keep(ngx_eo_seclang_tx_t *tx, ngx_str_t *str);
static void ngx_eo_seclang_list_unset(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t which, ngx_str_t *name);
static ngx_int_t ngx_eo_seclang_list_set(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t which, ngx_str_t *name, ngx_str_t *value);
static ngx_str_t *ngx_eo_seclang_stored_key(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t variable);
static ngx_int_t ngx_eo_seclang_assign(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_setvar_t *set, ngx_str_t *name,
    ngx_eo_seclang_text_t *text);
static void ngx_eo_seclang_unset(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_setvar_t *set, ngx_str_t *name);
static ngx_int_t ngx_eo_seclang_setvar_number(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_setvar_t *set, ngx_int_t *number);
static ngx_eo_seclang_text_t *ngx_eo_seclang_setvar_value(
    ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_setvar_t *set, ngx_str_t *name);
static ngx_int_t ngx_eo_seclang_setvar(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_setvar_t *set);
static ngx_int_t ngx_eo_seclang_initcol(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_initcol_t *initcol);
static ngx_int_t ngx_eo_seclang_initcols(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_rule_t *rule);
static ngx_int_t ngx_eo_seclang_expirevar(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_setvar_t *set);
static ngx_int_t ngx_eo_seclang_setenv(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_setvar_t *set);
static ngx_int_t ngx_eo_seclang_set_processor(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_body_e processor);
static ngx_int_t ngx_eo_seclang_ctl(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_ctl_t *ctl);


/* of a TX variable, or -1 */

static ngx_int_t
ngx_eo_seclang_setvar_slot(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_setvar_t *set, ngx_str_t *name)
{
    if (set->slot >= 0) {
        return set->slot;
    }

    if (set->variable != NGX_EO_SECLANG_VAR_TX || set->unnamed) {
        return -1;
    }

    return ngx_eo_seclang_slot_find(tx->set, name);
}


static ngx_eo_seclang_text_t *
ngx_eo_seclang_current(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_setvar_t *set,
    ngx_str_t *name)
{
    ngx_eo_seclang_target_t  target;

    if (set->slot >= 0) {
        return tx->slots[set->slot];
    }

    ngx_memzero(&target, sizeof(ngx_eo_seclang_target_t));

    target.variable = set->variable;
    target.name = *name;
    target.slot = ngx_eo_seclang_setvar_slot(tx, set, name);

    return ngx_eo_seclang_first(tx, &target);
}


/* a name or a value that may be of a text that does not last */

static ngx_int_t
ngx_eo_seclang_keep(ngx_eo_seclang_tx_t *tx, ngx_str_t *str)
{
    u_char  *p;

    p = ngx_eo_seclang_alloc(&tx->arena, str->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(p, str->data, str->len);
    str->data = p;

    return NGX_OK;
}


/* a matched value may still refer to the member that is taken out */

static void
ngx_eo_seclang_list_unset(ngx_eo_seclang_tx_t *tx, ngx_uint_t which,
    ngx_str_t *name)
{
    ngx_int_t               i;
    ngx_eo_seclang_list_t  *list;

    list = &tx->lists[which];
    i = ngx_eo_seclang_list_find(list, name);

    if (i >= 0) {
        list->elts[i] = list->elts[--list->nelts];
    }
}


static ngx_int_t
ngx_eo_seclang_list_set(ngx_eo_seclang_tx_t *tx, ngx_uint_t which,
    ngx_str_t *name, ngx_str_t *value)
{
    ngx_eo_seclang_list_unset(tx, which, name);

    return ngx_eo_seclang_add(tx, which, name, value, 0);
}


/* the key of a collection that outlives the transaction, or NULL */

static ngx_str_t *
ngx_eo_seclang_stored_key(ngx_eo_seclang_tx_t *tx, ngx_uint_t variable)
{
    ngx_str_t  *key;

    if (tx->store == NULL || !ngx_eo_seclang_is_collection(variable)) {
        return NULL;
    }

    key = &tx->keys[ngx_eo_seclang_collection_list(variable)
                    - NGX_EO_SECLANG_LIST_IP];

    return key->len ? key : NULL;
}


static ngx_int_t
ngx_eo_seclang_assign(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_setvar_t *set,
    ngx_str_t *name, ngx_eo_seclang_text_t *text)
{
    ngx_int_t    slot;
    ngx_str_t   *value;
    ngx_uint_t   list;

    slot = ngx_eo_seclang_setvar_slot(tx, set, name);

    if (slot >= 0) {
        tx->slots[slot] = text;
        return NGX_OK;
    }

    value = ngx_eo_seclang_text_string(tx, text);

    if (value == NULL || ngx_eo_seclang_keep(tx, name) != NGX_OK) {
        return NGX_ERROR;
    }

    if (set->variable == NGX_EO_SECLANG_VAR_TX) {
        return ngx_eo_seclang_list_set(tx, NGX_EO_SECLANG_LIST_TX, name,
                                       value);
    }

    list = ngx_eo_seclang_collection_list(set->variable);

    if (tx->keys[list - NGX_EO_SECLANG_LIST_IP].len == 0) {
        return NGX_OK;
    }

    return ngx_eo_seclang_list_set(tx, list, name, value);
}


static void
ngx_eo_seclang_unset(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_setvar_t *set,
    ngx_str_t *name)
{
    ngx_int_t   slot;
    ngx_str_t  *key;
    ngx_uint_t  list;

    slot = ngx_eo_seclang_setvar_slot(tx, set, name);

    if (slot >= 0) {
        tx->slots[slot] = NULL;
        return;
    }

    if (set->variable == NGX_EO_SECLANG_VAR_TX) {
        ngx_eo_seclang_list_unset(tx, NGX_EO_SECLANG_LIST_TX, name);
        return;
    }

    key = ngx_eo_seclang_stored_key(tx, set->variable);

    if (key != NULL) {
        tx->store->unset(tx->store, set->variable, key, name);
    }

    list = ngx_eo_seclang_collection_list(set->variable);

    ngx_eo_seclang_list_unset(tx, list, name);
}


static ngx_int_t
ngx_eo_seclang_setvar_number(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_setvar_t *set, ngx_int_t *number)
{
    ngx_str_t               value;
    ngx_eo_seclang_text_t  *text;

    if (set->value.nparts == 0) {
        *number = set->number;
        return NGX_OK;
    }

    /* the common "=+%{tx.critical_anomaly_score}": no text is needed */

    if (set->value.nparts == 1 && set->value.parts[0].target != NULL) {
        text = ngx_eo_seclang_first(tx, set->value.parts[0].target);
        *number = (text == NULL) ? 0 : ngx_eo_seclang_text_number(text);
        return NGX_OK;
    }

    if (ngx_eo_seclang_expand(tx, &set->value, &value) != NGX_OK) {
        return NGX_ERROR;
    }

    *number = ngx_eo_seclang_number(&value);

    return NGX_OK;
}


/* the value that a variable gets; NULL when out of memory */

static ngx_eo_seclang_text_t *
ngx_eo_seclang_setvar_value(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_setvar_t *set, ngx_str_t *name)
{
    ngx_int_t               number;
    ngx_str_t               value, *key;
    ngx_eo_seclang_text_t  *text;

    key = ngx_eo_seclang_stored_key(tx, set->variable);

    if (set->op == NGX_EO_SECLANG_SET) {

        if (ngx_eo_seclang_expand(tx, &set->value, &value) != NGX_OK) {
            return NULL;
        }

        if (key != NULL) {
            tx->store->set(tx->store, set->variable, key, name, &value,
                           tx->set->collection_timeout);
        }

        return ngx_eo_seclang_text(tx, &value);
    }

    if (ngx_eo_seclang_setvar_number(tx, set, &number) != NGX_OK) {
        return NULL;
    }

    if (set->op == NGX_EO_SECLANG_SUBTRACT) {
        number = -number;
    }

    if (key != NULL) {
        number = tx->store->add(tx->store, set->variable, key, name, number,
                                tx->set->collection_timeout);

        return ngx_eo_seclang_text_from_number(tx, number);
    }

    text = ngx_eo_seclang_current(tx, set, name);

    if (text != NULL) {
        number += ngx_eo_seclang_text_number(text);
    }

    return ngx_eo_seclang_text_from_number(tx, number);
}


static ngx_int_t
ngx_eo_seclang_setvar(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_setvar_t *set)
{
    ngx_str_t               name;
    ngx_eo_seclang_text_t  *text;

    ngx_str_null(&name);

    if (set->slot < 0
        && ngx_eo_seclang_expand(tx, &set->name, &name) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (set->op == NGX_EO_SECLANG_UNSET) {
        ngx_eo_seclang_unset(tx, set, &name);
        return NGX_OK;
    }

    text = ngx_eo_seclang_setvar_value(tx, set, &name);
    if (text == NULL) {
        return NGX_ERROR;
    }

    return ngx_eo_seclang_assign(tx, set, &name, text);
}


static ngx_int_t
ngx_eo_seclang_initcol(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_initcol_t *initcol)
{
    ngx_str_t   key;
    ngx_uint_t  list;

    static ngx_uint_t  ids[] = {
        0, 0, NGX_EO_SECLANG_VAR_SESSIONID, NGX_EO_SECLANG_VAR_USERID, 0
    };

    if (ngx_eo_seclang_expand(tx, &initcol->key, &key) != NGX_OK) {
        return NGX_ERROR;
    }

    list = ngx_eo_seclang_collection_list(initcol->variable)
           - NGX_EO_SECLANG_LIST_IP;

    /* what the transaction has made of it since stays */

    if (key.len && key.len == tx->keys[list].len
        && ngx_memcmp(key.data, tx->keys[list].data, key.len) == 0)
    {
        return NGX_OK;
    }

    if (ngx_eo_seclang_keep(tx, &key) != NGX_OK) {
        return NGX_ERROR;
    }

    tx->keys[list] = key;
    tx->lists[NGX_EO_SECLANG_LIST_IP + list].nelts = 0;

    if (tx->store != NULL && key.len
        && tx->store->load(tx->store, tx, initcol->variable, &key) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (ids[list] == 0) {
        return NGX_OK;
    }

    return ngx_eo_seclang_set_scalar(tx, ids[list], &key);
}


static ngx_int_t
ngx_eo_seclang_initcols(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_rule_t *rule)
{
    ngx_uint_t                 i;
    ngx_eo_seclang_initcol_t  *initcol;

    initcol = rule->actions.initcols.elts;

    for (i = 0; i < rule->actions.initcols.nelts; i++) {
        if (ngx_eo_seclang_initcol(tx, &initcol[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_at_match(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_rule_t *rule)
{
    ngx_uint_t                i, monitored;
    ngx_eo_seclang_setvar_t  *set;

    /* a collection begins before the same rule sets variables in it */

    if (rule->actions.initcols.nelts
        && ngx_eo_seclang_initcols(tx, rule) != NGX_OK)
    {
        return NGX_ERROR;
    }

    set = rule->actions.setvars.elts;
    monitored = (tx->monitored != NULL
                 && ngx_eo_seclang_bit(tx->monitored, rule->ordinal));

    for (i = 0; i < rule->actions.setvars.nelts; i++) {

        if (monitored && set[i].op == NGX_EO_SECLANG_ADD
            && set[i].variable == NGX_EO_SECLANG_VAR_TX)
        {
            continue;
        }

        if (set[i].constant != NULL) {
            tx->slots[set[i].slot] = set[i].constant;
            continue;
        }

        if (ngx_eo_seclang_setvar(tx, &set[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_expirevar(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_setvar_t *set)
{
    ngx_int_t   seconds;
    ngx_str_t   name, *key;

    key = ngx_eo_seclang_stored_key(tx, set->variable);

    if (key == NULL) {
        /* nothing of it outlives the transaction */
        return NGX_OK;
    }

    if (ngx_eo_seclang_expand(tx, &set->name, &name) != NGX_OK
        || ngx_eo_seclang_setvar_number(tx, set, &seconds) != NGX_OK)
    {
        return NGX_ERROR;
    }

    tx->store->expire(tx->store, set->variable, key, &name,
                      seconds > 0 ? seconds : 0);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_setenv(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_setvar_t *set)
{
    ngx_str_t  value;

    if (set->op == NGX_EO_SECLANG_UNSET) {
        ngx_eo_seclang_list_unset(tx, NGX_EO_SECLANG_LIST_ENV,
                                  &set->name.text);

    } else {

        if (ngx_eo_seclang_expand(tx, &set->value, &value) != NGX_OK
            || ngx_eo_seclang_list_set(tx, NGX_EO_SECLANG_LIST_ENV,
                                       &set->name.text, &value)
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    tx->views[NGX_EO_SECLANG_VAR_ENV].valid = 0;

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_tx_remove(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_bitmap_t rules, ngx_eo_seclang_target_t *target)
{
    ngx_uint_t                 i, n;
    ngx_eo_seclang_removal_t  *removals;

    if (target == NULL) {
        n = tx->set->plan.nelts / 64 + 1;

        if (tx->skipped == NULL) {
            tx->skipped = ngx_eo_seclang_calloc(&tx->arena,
                                                n * sizeof(uint64_t));
            if (tx->skipped == NULL) {
                return NGX_ERROR;
            }
        }

        for (i = 0; i < n; i++) {
            tx->skipped[i] |= rules[i];
        }

        return NGX_OK;
    }

    if (tx->nremovals == tx->nremovals_alloc) {
        n = tx->nremovals_alloc ? tx->nremovals_alloc * 2 : 8;

        removals = ngx_eo_seclang_alloc(&tx->arena,
                                        n * sizeof(ngx_eo_seclang_removal_t));
        if (removals == NULL) {
            return NGX_ERROR;
        }

        if (tx->nremovals) {
            ngx_memcpy(removals, tx->removals,
                       tx->nremovals * sizeof(ngx_eo_seclang_removal_t));
        }

        tx->removals = removals;
        tx->nremovals_alloc = n;
    }

    tx->removals[tx->nremovals].rules = rules;
    tx->removals[tx->nremovals].target = target;
    tx->nremovals++;

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_text_except(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_text_t *text, ngx_eo_seclang_bitmap_t rules)
{
    ngx_uint_t               i, n;
    ngx_eo_seclang_bitmap_t  both;

    if (text->excepted == NULL || text->excepted == rules) {
        text->excepted = rules;
        return NGX_OK;
    }

    n = tx->set->plan.nelts / 64 + 1;

    both = ngx_eo_seclang_alloc(&tx->arena, n * sizeof(uint64_t));
    if (both == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        both[i] = text->excepted[i] | rules[i];
    }

    text->excepted = both;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_set_processor(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_body_e processor)
{
    static ngx_str_t  names[] = {
        ngx_null_string,
        ngx_string("URLENCODED"),
        ngx_string("MULTIPART"),
        ngx_string("JSON"),
        ngx_string("XML")
    };

    tx->body_processor = processor;

    return ngx_eo_seclang_set_scalar(tx, NGX_EO_SECLANG_VAR_REQBODY_PROCESSOR,
                                     &names[processor]);
}


static ngx_int_t
ngx_eo_seclang_ctl(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_ctl_t *ctl)
{
    switch (ctl->type) {

    case NGX_EO_SECLANG_CTL_RULE_ENGINE:
        tx->engine = ctl->value;

        if (tx->monitor && tx->engine == NGX_EO_SECLANG_ENGINE_ON) {
            tx->engine = NGX_EO_SECLANG_ENGINE_DETECTION;
        }

        return NGX_OK;

    case NGX_EO_SECLANG_CTL_REQUEST_BODY_ACCESS:
        tx->request_body_access = ctl->value;
        return NGX_OK;

    case NGX_EO_SECLANG_CTL_RESPONSE_BODY_ACCESS:
        tx->response_body_access = ctl->value;
        return NGX_OK;

    case NGX_EO_SECLANG_CTL_REQUEST_BODY_PROCESSOR:
        return ngx_eo_seclang_set_processor(tx, ctl->value);

    case NGX_EO_SECLANG_CTL_RESPONSE_BODY_PROCESSOR:
        tx->response_processor = ctl->value;
        return NGX_OK;

    case NGX_EO_SECLANG_CTL_FORCE_REQUEST_BODY:
        tx->force_body = ctl->value;
        return NGX_OK;

    case NGX_EO_SECLANG_CTL_NONE:
        return NGX_OK;

    default:
        return ngx_eo_seclang_tx_remove(tx, ctl->rules, ctl->target);
    }
}


ngx_int_t
ngx_eo_seclang_at_end(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_rule_t *rule)
{
    ngx_uint_t                 i;
    ngx_eo_seclang_ctl_t      *ctl;
    ngx_eo_seclang_setvar_t   *set;
    ngx_eo_seclang_actions_t  *actions;

    actions = &rule->actions;

    ctl = actions->ctls.elts;
    for (i = 0; i < actions->ctls.nelts; i++) {
        if (ngx_eo_seclang_ctl(tx, &ctl[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    set = actions->expires.elts;
    for (i = 0; i < actions->expires.nelts; i++) {
        if (ngx_eo_seclang_expirevar(tx, &set[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    set = actions->env.elts;
    for (i = 0; i < actions->env.nelts; i++) {
        if (ngx_eo_seclang_setenv(tx, &set[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}
