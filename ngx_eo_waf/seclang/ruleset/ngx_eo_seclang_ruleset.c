
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * An empty rule set, and the slots of its TX variables.
 */


#include "ngx_eo_seclang_ruleset.h"


/* what ModSecurity takes for what a configuration does not say */

#define NGX_EO_SECLANG_MATCH_LIMIT        100000
#define NGX_EO_SECLANG_BODY_LIMIT         (128 * 1024 * 1024)
#define NGX_EO_SECLANG_NO_FILES_LIMIT     (1024 * 1024)
#define NGX_EO_SECLANG_RESPONSE_LIMIT     (512 * 1024)
#define NGX_EO_SECLANG_JSON_DEPTH         512
#define NGX_EO_SECLANG_ARGUMENTS          1000
#define NGX_EO_SECLANG_UPLOAD_FILES       100
#define NGX_EO_SECLANG_COLLECTION_TIME    3600


static ngx_int_t ngx_eo_seclang_init_slots(ngx_eo_seclang_ruleset_t *set);


static ngx_int_t
ngx_eo_seclang_init_slots(ngx_eo_seclang_ruleset_t *set)
{
    ngx_str_t   *name;
    ngx_uint_t   i;

    static u_char  digits[] = "0123456789";

    for (i = 0; i < NGX_EO_SECLANG_CAPTURE_SLOTS; i++) {
        name = ngx_array_push(&set->slots);
        if (name == NULL) {
            return NGX_ERROR;
        }

        name->len = 1;
        name->data = &digits[i];
    }

    name = ngx_array_push(&set->slots);
    if (name == NULL) {
        return NGX_ERROR;
    }

    ngx_str_set(name, "MSC_PCRE_LIMITS_EXCEEDED");

    return NGX_OK;
}


ngx_eo_seclang_ruleset_t *
ngx_eo_seclang_create(ngx_pool_t *pool)
{
    ngx_uint_t                 i;
    ngx_eo_seclang_actions_t  *actions;
    ngx_eo_seclang_ruleset_t  *set;

    set = ngx_pcalloc(pool, sizeof(ngx_eo_seclang_ruleset_t));
    if (set == NULL) {
        return NULL;
    }

    set->pool = pool;
    set->engine = NGX_EO_SECLANG_ENGINE_OFF;
    set->request_body_limit = NGX_EO_SECLANG_BODY_LIMIT;
    set->request_body_no_files_limit = NGX_EO_SECLANG_NO_FILES_LIMIT;
    set->request_body_reject = 1;
    set->response_body_limit = NGX_EO_SECLANG_RESPONSE_LIMIT;
    set->json_depth_limit = NGX_EO_SECLANG_JSON_DEPTH;
    set->arguments_limit = NGX_EO_SECLANG_ARGUMENTS;
    set->upload_file_limit = NGX_EO_SECLANG_UPLOAD_FILES;
    set->collection_timeout = NGX_EO_SECLANG_COLLECTION_TIME;
    set->match_limit = NGX_EO_SECLANG_MATCH_LIMIT;
    set->argument_separator = '&';
    ngx_str_set(&set->web_app_id, "default");

    if (ngx_array_init(&set->all, pool, 256, sizeof(void *)) != NGX_OK
        || ngx_array_init(&set->plan, pool, 256, sizeof(void *)) != NGX_OK
        || ngx_array_init(&set->updates, pool, 4,
                          sizeof(ngx_eo_seclang_update_t))
           != NGX_OK
        || ngx_array_init(&set->nodes, pool, 64,
                          sizeof(ngx_eo_seclang_node_t))
           != NGX_OK
        || ngx_array_init(&set->slots, pool, 128, sizeof(ngx_str_t))
           != NGX_OK
        || ngx_array_init(&set->warnings, pool, 4, sizeof(ngx_str_t))
           != NGX_OK
        || ngx_array_init(&set->response_mime_types, pool, 4,
                          sizeof(ngx_str_t))
           != NGX_OK
        || ngx_array_init(&set->xpaths, pool, 1,
                          sizeof(ngx_eo_seclang_xpath_t))
           != NGX_OK
        || ngx_array_push(&set->nodes) == NULL
        || ngx_eo_seclang_init_slots(set) != NGX_OK)
    {
        return NULL;
    }

    ngx_memzero(set->nodes.elts, sizeof(ngx_eo_seclang_node_t));

    for (i = 0; i < NGX_EO_SECLANG_PHASES; i++) {
        actions = ngx_palloc(pool, sizeof(ngx_eo_seclang_actions_t));

        if (actions == NULL
            || ngx_eo_seclang_actions_init(pool, actions) != NGX_OK)
        {
            return NULL;
        }

        actions->phase = i;
        actions->log = 1;
        actions->disruptive = NGX_EO_SECLANG_PASS;

        set->defaults[i] = actions;
    }

    return set;
}


ngx_int_t
ngx_eo_seclang_slot_find(ngx_eo_seclang_ruleset_t *set, ngx_str_t *name)
{
    ngx_str_t   *slot;
    ngx_uint_t   i;

    slot = set->slots.elts;

    for (i = 0; i < set->slots.nelts; i++) {
        if (slot[i].len == name->len
            && ngx_strncasecmp(slot[i].data, name->data, name->len) == 0)
        {
            return i;
        }
    }

    return -1;
}


ngx_int_t
ngx_eo_seclang_slot_add(ngx_eo_seclang_ruleset_t *set, ngx_str_t *name)
{
    ngx_int_t   n;
    ngx_str_t  *slot;

    n = ngx_eo_seclang_slot_find(set, name);
    if (n >= 0) {
        return n;
    }

    slot = ngx_array_push(&set->slots);
    if (slot == NULL) {
        return NGX_ERROR;
    }

    *slot = *name;

    return set->slots.nelts - 1;
}


ngx_int_t
ngx_eo_seclang_actions_init(ngx_pool_t *pool,
    ngx_eo_seclang_actions_t *actions)
{
    ngx_memzero(actions, sizeof(ngx_eo_seclang_actions_t));

    actions->disruptive = NGX_EO_SECLANG_DISRUPTIVE_UNSET;
    actions->log = NGX_EO_SECLANG_LOG_UNSET;

    if (ngx_array_init(&actions->tags, pool, 4,
                       sizeof(ngx_eo_seclang_macro_t))
        != NGX_OK
        || ngx_array_init(&actions->transforms, pool, 4, sizeof(ngx_uint_t))
           != NGX_OK
        || ngx_array_init(&actions->setvars, pool, 2,
                          sizeof(ngx_eo_seclang_setvar_t))
           != NGX_OK
        || ngx_array_init(&actions->expires, pool, 1,
                          sizeof(ngx_eo_seclang_setvar_t))
           != NGX_OK
        || ngx_array_init(&actions->env, pool, 1,
                          sizeof(ngx_eo_seclang_setvar_t))
           != NGX_OK
        || ngx_array_init(&actions->initcols, pool, 1,
                          sizeof(ngx_eo_seclang_initcol_t))
           != NGX_OK
        || ngx_array_init(&actions->ctls, pool, 1,
                          sizeof(ngx_eo_seclang_ctl_t))
           != NGX_OK
        || ngx_array_init(&actions->namespaces, pool, 1, sizeof(ngx_keyval_t))
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}
