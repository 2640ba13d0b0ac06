
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Rules that are named by id, tag or message, and directives that change them.
 */


#include "ngx_eo_seclang_update.h"


static ngx_int_t ngx_eo_seclang_next_range(u_char **pos, u_char *last,
    ngx_uint_t *from, ngx_uint_t *to);
static ngx_int_t ngx_eo_seclang_in_ids(ngx_str_t *ids, ngx_uint_t id);
static ngx_int_t ngx_eo_seclang_is_named(ngx_eo_seclang_rule_t *rule,
    ngx_eo_seclang_update_e type, ngx_str_t *which);
static ngx_int_t ngx_eo_seclang_append_targets(ngx_array_t *to,
    ngx_array_t *from);
static ngx_int_t ngx_eo_seclang_apply(ngx_eo_seclang_rule_t *rule,
    ngx_eo_seclang_update_t *update);
static ngx_int_t ngx_eo_seclang_append(ngx_array_t *to, ngx_array_t *from);
static ngx_int_t ngx_eo_seclang_actions_update(ngx_eo_seclang_actions_t *to,
    ngx_eo_seclang_actions_t *from);


ngx_uint_t
ngx_eo_seclang_has_tag(ngx_eo_seclang_rule_t *rule, ngx_str_t *tag)
{
    ngx_uint_t               i;
    ngx_eo_seclang_macro_t  *own;

    own = rule->actions.tags.elts;

    for (i = 0; i < rule->actions.tags.nelts; i++) {
        if (own[i].text.len == tag->len
            && ngx_strncasecmp(own[i].text.data, tag->data, tag->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


/* takes the next id or range off a list; NGX_DONE at its end */

static ngx_int_t
ngx_eo_seclang_next_range(u_char **pos, u_char *last, ngx_uint_t *from,
    ngx_uint_t *to)
{
    u_char     *p, *start, *dash;
    ngx_int_t   a, b;

    p = *pos;

    while (p < last && (*p == ' ' || *p == ',')) {
        p++;
    }

    if (p == last) {
        return NGX_DONE;
    }

    start = p;

    while (p < last && *p != ' ' && *p != ',') {
        p++;
    }

    *pos = p;

    dash = ngx_strlchr(start, p, '-');

    if (dash == NULL) {
        a = ngx_atoi(start, p - start);
        b = a;

    } else {
        a = ngx_atoi(start, dash - start);
        b = ngx_atoi(dash + 1, p - dash - 1);
    }

    if (a == NGX_ERROR || b == NGX_ERROR) {
        return NGX_ERROR;
    }

    *from = a;
    *to = b;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_in_ids(ngx_str_t *ids, ngx_uint_t id)
{
    u_char      *p, *last;
    ngx_int_t    rc;
    ngx_uint_t   from, to;

    p = ids->data;
    last = p + ids->len;

    for ( ;; ) {
        rc = ngx_eo_seclang_next_range(&p, last, &from, &to);

        if (rc == NGX_DONE) {
            return 0;
        }

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (id >= from && id <= to) {
            return 1;
        }
    }
}


static ngx_int_t
ngx_eo_seclang_is_named(ngx_eo_seclang_rule_t *rule,
    ngx_eo_seclang_update_e type, ngx_str_t *which)
{
    ngx_str_t  *msg;

    switch (type) {

    case NGX_EO_SECLANG_REMOVE_BY_TAG:
    case NGX_EO_SECLANG_UPDATE_TARGET_BY_TAG:
        return ngx_eo_seclang_has_tag(rule, which);

    case NGX_EO_SECLANG_REMOVE_BY_MSG:
    case NGX_EO_SECLANG_UPDATE_TARGET_BY_MSG:
        msg = &rule->actions.msg.text;

        return msg->len == which->len
               && ngx_memcmp(msg->data, which->data, msg->len) == 0;

    default:
        return ngx_eo_seclang_in_ids(which, rule->actions.id);
    }
}


ngx_int_t
ngx_eo_seclang_mark(ngx_eo_seclang_ruleset_t *set,
    ngx_eo_seclang_update_e type, ngx_str_t *which,
    ngx_eo_seclang_bitmap_t map)
{
    ngx_int_t                rc;
    ngx_uint_t               i;
    ngx_eo_seclang_rule_t  **rules;

    rules = set->plan.elts;

    for (i = 0; i < set->plan.nelts; i++) {

        if (rules[i]->actions.id == 0) {
            continue;
        }

        rc = ngx_eo_seclang_is_named(rules[i], type, which);

        if (rc == NGX_ERROR) {
            return NGX_ERROR;
        }

        if (rc) {
            ngx_eo_seclang_set_bit(map, i);
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_append_targets(ngx_array_t *to, ngx_array_t *from)
{
    void  *elts;

    if (from->nelts == 0) {
        return NGX_OK;
    }

    elts = ngx_array_push_n(to, from->nelts);
    if (elts == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(elts, from->elts, from->nelts * from->size);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_apply(ngx_eo_seclang_rule_t *rule,
    ngx_eo_seclang_update_t *update)
{
    switch (update->type) {

    case NGX_EO_SECLANG_REMOVE_BY_ID:
    case NGX_EO_SECLANG_REMOVE_BY_TAG:
    case NGX_EO_SECLANG_REMOVE_BY_MSG:
        rule->removed = 1;
        return NGX_OK;

    case NGX_EO_SECLANG_UPDATE_ACTION_BY_ID:
        return ngx_eo_seclang_actions_update(&rule->actions,
                                             &update->actions);

    default:
        if (ngx_eo_seclang_append_targets(&rule->targets, &update->targets)
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        return ngx_eo_seclang_append_targets(&rule->exclusions,
                                             &update->exclusions);
    }
}


ngx_int_t
ngx_eo_seclang_apply_updates(ngx_eo_seclang_ruleset_t *set)
{
    ngx_int_t                 rc;
    ngx_uint_t                i, j;
    ngx_eo_seclang_rule_t   **rules;
    ngx_eo_seclang_update_t  *update;

    update = set->updates.elts;
    rules = set->all.elts;

    for (i = 0; i < set->updates.nelts; i++) {

        for (j = 0; j < set->all.nelts; j++) {

            if (rules[j]->is_marker) {
                continue;
            }

            rc = ngx_eo_seclang_is_named(rules[j], update[i].type,
                                         &update[i].which);

            if (rc == NGX_ERROR
                || (rc && ngx_eo_seclang_apply(rules[j], &update[i])
                          != NGX_OK))
            {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}

static ngx_int_t
ngx_eo_seclang_append(ngx_array_t *to, ngx_array_t *from)
{
    void  *elts;

    if (from->nelts == 0) {
        return NGX_OK;
    }

    elts = ngx_array_push_n(to, from->nelts);
    if (elts == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(elts, from->elts, from->nelts * from->size);

    return NGX_OK;
}


/*
 * Lays the actions of "from" over "to", as SecRuleUpdateActionById does.
 */

static ngx_int_t
ngx_eo_seclang_actions_update(ngx_eo_seclang_actions_t *to,
    ngx_eo_seclang_actions_t *from)
{
    if (from->disruptive != NGX_EO_SECLANG_DISRUPTIVE_UNSET) {
        to->disruptive = from->disruptive;
        to->redirect = from->redirect;
    }

    if (from->log != NGX_EO_SECLANG_LOG_UNSET) {
        to->log = from->log;
    }

    if (from->status) {
        to->status = from->status;
    }

    if (from->has_severity) {
        to->has_severity = 1;
        to->severity = from->severity;
    }

    if (from->msg_set) {
        to->msg_set = 1;
        to->msg = from->msg;
    }

    if (from->logdata.text.len) {
        to->logdata = from->logdata;
    }

    if (from->no_transforms) {
        to->no_transforms = 1;
        to->transforms.nelts = 0;
    }

    if (from->capture) {
        to->capture = 1;
    }

    if (from->multi_match) {
        to->multi_match = 1;
    }

    if (ngx_eo_seclang_append(&to->tags, &from->tags) != NGX_OK
        || ngx_eo_seclang_append(&to->transforms, &from->transforms) != NGX_OK
        || ngx_eo_seclang_append(&to->setvars, &from->setvars) != NGX_OK
        || ngx_eo_seclang_append(&to->expires, &from->expires) != NGX_OK
        || ngx_eo_seclang_append(&to->env, &from->env) != NGX_OK
        || ngx_eo_seclang_append(&to->initcols, &from->initcols) != NGX_OK
        || ngx_eo_seclang_append(&to->ctls, &from->ctls) != NGX_OK
        || ngx_eo_seclang_append(&to->namespaces, &from->namespaces)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}
