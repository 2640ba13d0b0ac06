
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Bot management in the configuration: making, inheriting, completing.
 */


#include "ngx_eo_bot_conf.h"
#include "ngx_eo_bot_dns.h"
#include "ngx_eo_bot_table.h"


#define NGX_EO_BOT_NONCES_SIZE  1048576


static ngx_int_t ngx_eo_bot_variable(ngx_conf_t *cf, const char *name);
static char *ngx_eo_bot_init_lists(ngx_conf_t *cf, ngx_eo_ip_lists_t *lists,
    ngx_array_t *array);
static char *ngx_eo_bot_init_proofs(ngx_conf_t *cf,
    ngx_eo_bot_main_conf_t *main);
static char *ngx_eo_bot_merge_part(ngx_conf_t *cf,
    ngx_eo_bot_main_conf_t *main, ngx_eo_bot_part_t **conf,
    ngx_eo_bot_part_t *prev);
static char *ngx_eo_bot_merge_lists(ngx_conf_t *cf,
    ngx_eo_bot_main_conf_t *main, ngx_array_t **conf, ngx_array_t *prev);
static char *ngx_eo_bot_merge_rules(ngx_conf_t *cf,
    ngx_eo_bot_main_conf_t *main, ngx_eo_bot_conf_t *prev,
    ngx_eo_bot_conf_t *conf);
static int ngx_libc_cdecl ngx_eo_bot_rule_cmp(const void *one,
    const void *two);
static char *ngx_eo_bot_check_agents(ngx_conf_t *cf,
    ngx_eo_bot_main_conf_t *main, ngx_eo_bot_conf_t *conf);
static char *ngx_eo_bot_check_resolver(ngx_conf_t *cf);


ngx_eo_bot_main_conf_t *
ngx_eo_bot_create_main(ngx_conf_t *cf)
{
    ngx_eo_bot_main_conf_t  *main;

    main = ngx_pcalloc(cf->pool, sizeof(ngx_eo_bot_main_conf_t));
    if (main == NULL) {
        return NULL;
    }

    main->files = ngx_array_create(cf->pool, 2,
                                   sizeof(ngx_eo_live_file_t *));
    main->proofs = ngx_array_create(cf->pool, 8, sizeof(ngx_eo_bot_proof_t));
    main->idc = ngx_array_create(cf->pool, 4, sizeof(ngx_eo_bot_list_t));
    main->reputation = ngx_array_create(cf->pool, 4,
                                        sizeof(ngx_eo_bot_list_t));

    if (main->files == NULL || main->proofs == NULL || main->idc == NULL
        || main->reputation == NULL)
    {
        return NULL;
    }

    main->ja3_index = NGX_ERROR;
    main->ja4_index = NGX_ERROR;
    main->asn_index = NGX_ERROR;

    return main;
}


ngx_eo_bot_conf_t *
ngx_eo_bot_create_conf(ngx_conf_t *cf)
{
    ngx_eo_bot_conf_t  *conf;

    conf = ngx_pcalloc(cf->pool, sizeof(ngx_eo_bot_conf_t));
    if (conf == NULL) {
        return NULL;
    }

    conf->mode = NGX_CONF_UNSET_UINT;

    return conf;
}


char *
ngx_eo_bot_init_main(ngx_conf_t *cf, ngx_eo_bot_main_conf_t *main)
{
    static ngx_str_t  nonces = ngx_string("eo_bot_nonces");

    if (ngx_eo_bot_init_lists(cf, &main->idc_lists, main->idc)
        != NGX_CONF_OK
        || ngx_eo_bot_init_lists(cf, &main->reputation_lists,
                                 main->reputation)
           != NGX_CONF_OK
        || ngx_eo_bot_init_proofs(cf, main) != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (!main->used) {
        return NGX_CONF_OK;
    }

    if (main->keys) {
        main->nonces = ngx_eo_bot_table_zone(cf, &nonces,
                                             NGX_EO_BOT_NONCES_SIZE,
                                             &ngx_http_eo_waf_module);
        if (main->nonces == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    /* the variables of another module, if there is one */

    main->ja3_index = ngx_eo_bot_variable(cf, "eo_client_ja3");
    main->ja4_index = ngx_eo_bot_variable(cf, "eo_client_ja4");

    if (!main->asn) {
        return NGX_CONF_OK;
    }

    main->asn_index = ngx_eo_bot_variable(cf, "eo_client_asn");

    if (main->asn_index == NGX_ERROR) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"asn=\" of \"eo_bot_idc_list\" needs the variable "
                      "\"$eo_client_asn\": load "
                      "ngx_http_eo_client_module.so");
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


ngx_int_t
ngx_eo_bot_init_process(ngx_cycle_t *cycle, ngx_eo_bot_main_conf_t *main)
{
    if (ngx_eo_ip_list_init_process(cycle, &main->range_lists) != NGX_OK
        || ngx_eo_ip_list_init_process(cycle, &main->idc_lists) != NGX_OK
        || ngx_eo_ip_list_init_process(cycle, &main->reputation_lists)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return main->files->nelts ? ngx_eo_live_files_watch(cycle, main->files)
                              : NGX_OK;
}


static ngx_int_t
ngx_eo_bot_variable(ngx_conf_t *cf, const char *name)
{
    ngx_str_t                   text;
    ngx_uint_t                  i;
    ngx_hash_key_t             *keys;
    ngx_http_core_main_conf_t  *cmcf;

    text.data = (u_char *) name;
    text.len = ngx_strlen(name);

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);
    keys = cmcf->variables_keys->keys.elts;

    for (i = 0; i < cmcf->variables_keys->keys.nelts; i++) {

        if (keys[i].key.len == text.len
            && ngx_strncmp(keys[i].key.data, text.data, text.len) == 0)
        {
            return ngx_http_get_variable_index(cf, &text);
        }
    }

    return NGX_ERROR;
}


static char *
ngx_eo_bot_init_lists(ngx_conf_t *cf, ngx_eo_ip_lists_t *lists,
    ngx_array_t *array)
{
    ngx_uint_t          i;
    ngx_eo_bot_list_t  *list;

    if (ngx_eo_ip_lists_finish(cf, lists) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    list = array->elts;

    for (i = 0; i < array->nelts; i++) {
        if (list[i].addresses) {
            list[i].list = ngx_eo_ip_list_find(lists, &list[i].rule.name);
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_eo_bot_init_proofs(ngx_conf_t *cf, ngx_eo_bot_main_conf_t *main)
{
    ngx_uint_t           i;
    ngx_eo_bot_proof_t  *proof;

    if (ngx_eo_ip_lists_finish(cf, &main->range_lists) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    proof = main->proofs->elts;

    for (i = 0; i < main->proofs->nelts; i++) {
        if (proof[i].ranges) {
            proof[i].list = ngx_eo_ip_list_find(&main->range_lists,
                                                &proof[i].name);
        }

        if (proof[i].suffixes) {
            main->names_dns = 1;
        }
    }

    if (!main->names_dns || !main->used) {
        return NGX_CONF_OK;
    }

    main->dns = ngx_eo_bot_dns_zone_add(cf, main->dns_size);

    return main->dns ? NGX_CONF_OK : NGX_CONF_ERROR;
}


ngx_eo_bot_proof_t *
ngx_eo_bot_proof(ngx_eo_bot_main_conf_t *main, ngx_str_t *name)
{
    ngx_uint_t           i;
    ngx_eo_bot_proof_t  *proof;

    proof = main->proofs->elts;

    for (i = 0; i < main->proofs->nelts; i++) {

        if (proof[i].name.len == name->len
            && ngx_strncasecmp(proof[i].name.data, name->data, name->len)
               == 0)
        {
            return &proof[i];
        }
    }

    return NULL;
}


char *
ngx_eo_bot_merge_conf(ngx_conf_t *cf, ngx_eo_bot_main_conf_t *main,
    ngx_eo_bot_conf_t *prev, ngx_eo_bot_conf_t *conf, ngx_uint_t enabled)
{
    ngx_uint_t  i;

    ngx_conf_merge_uint_value(conf->mode, prev->mode, NGX_EO_WAF_OFF);

    for (i = 0; i < NGX_EO_BOT_CATEGORIES; i++) {
        if (ngx_eo_bot_merge_part(cf, main, &conf->categories[i],
                                  prev->categories[i])
            != NGX_CONF_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    for (i = 0; i < NGX_EO_BOT_RATINGS; i++) {
        if (ngx_eo_bot_merge_part(cf, main, &conf->ratings[i],
                                  prev->ratings[i])
            != NGX_CONF_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    for (i = 0; i < NGX_EO_BOT_AI_PURPOSES; i++) {
        if (ngx_eo_bot_merge_part(cf, main, &conf->ai[i], prev->ai[i])
            != NGX_CONF_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    if (ngx_eo_bot_merge_lists(cf, main, &conf->idc, prev->idc)
        != NGX_CONF_OK
        || ngx_eo_bot_merge_lists(cf, main, &conf->reputation,
                                  prev->reputation)
           != NGX_CONF_OK
        || ngx_eo_bot_merge_rules(cf, main, prev, conf) != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (conf->mode == NGX_EO_WAF_OFF || !enabled) {
        return NGX_CONF_OK;
    }

    main->enabled = 1;

    if (ngx_eo_bot_check_agents(cf, main, conf) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    return main->names_dns ? ngx_eo_bot_check_resolver(cf) : NGX_CONF_OK;
}


static char *
ngx_eo_bot_merge_part(ngx_conf_t *cf, ngx_eo_bot_main_conf_t *main,
    ngx_eo_bot_part_t **conf, ngx_eo_bot_part_t *prev)
{
    if (*conf == NULL) {
        *conf = prev;
    }

    if (*conf == NULL) {
        return NGX_CONF_OK;
    }

    main->bans |= ngx_eo_bot_act_bans(&(*conf)->act);

    return ngx_eo_bot_act_pages(cf, &(*conf)->act);
}


static char *
ngx_eo_bot_merge_lists(ngx_conf_t *cf, ngx_eo_bot_main_conf_t *main,
    ngx_array_t **conf, ngx_array_t *prev)
{
    ngx_uint_t               i;
    ngx_eo_bot_list_part_t  *parts;

    if (*conf == NULL) {
        *conf = prev;
    }

    if (*conf == NULL) {
        return NGX_CONF_OK;
    }

    parts = (*conf)->elts;

    for (i = 0; i < (*conf)->nelts; i++) {
        if (ngx_eo_bot_merge_part(cf, main, &parts[i].part, NULL)
            != NGX_CONF_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


/* those of the levels above are added, as custom rules are */

static char *
ngx_eo_bot_merge_rules(ngx_conf_t *cf, ngx_eo_bot_main_conf_t *main,
    ngx_eo_bot_conf_t *prev, ngx_eo_bot_conf_t *conf)
{
    ngx_uint_t           i;
    ngx_array_t         *all[2];
    ngx_eo_bot_part_t  **parts, **part;

    /* the http level is nobody's child */

    if (prev->sorted == NULL && prev->rules) {
        prev->sorted = prev->rules;
    }

    if (conf->rules == NULL) {
        conf->sorted = prev->sorted;

    } else {
        all[0] = conf->rules;
        all[1] = prev->sorted;

        conf->sorted = ngx_array_create(cf->pool, 4,
                                        sizeof(ngx_eo_bot_part_t *));
        if (conf->sorted == NULL) {
            return NGX_CONF_ERROR;
        }

        for (i = 0; i < 2; i++) {

            if (all[i] == NULL) {
                continue;
            }

            part = ngx_array_push_n(conf->sorted, all[i]->nelts);
            if (part == NULL) {
                return NGX_CONF_ERROR;
            }

            ngx_memcpy(part, all[i]->elts, all[i]->nelts * sizeof(*part));
        }
    }

    if (conf->sorted == NULL) {
        return NGX_CONF_OK;
    }

    parts = conf->sorted->elts;

    ngx_qsort(parts, conf->sorted->nelts, sizeof(ngx_eo_bot_part_t *),
              ngx_eo_bot_rule_cmp);

    for (i = 0; i < conf->sorted->nelts; i++) {
        if (ngx_eo_bot_merge_part(cf, main, &parts[i], NULL)
            != NGX_CONF_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


static int ngx_libc_cdecl
ngx_eo_bot_rule_cmp(const void *one, const void *two)
{
    const ngx_eo_rule_t  *a = &(*(ngx_eo_bot_part_t **) one)->rule;
    const ngx_eo_rule_t  *b = &(*(ngx_eo_bot_part_t **) two)->rule;

    if (a->priority != b->priority) {
        return (a->priority < b->priority) ? -1 : 1;
    }

    return (a->place < b->place) ? -1 : 1;
}


/* without the list nobody has a category but who sends no User-Agent */

static char *
ngx_eo_bot_check_agents(ngx_conf_t *cf, ngx_eo_bot_main_conf_t *main,
    ngx_eo_bot_conf_t *conf)
{
    ngx_uint_t           i;
    const char          *needs;
    ngx_eo_bot_proof_t  *proof;

    if (main->agents) {
        return NGX_CONF_OK;
    }

    needs = NULL;

    for (i = 0; i < NGX_EO_BOT_NO_USER_AGENT; i++) {
        if (conf->categories[i]) {
            needs = "eo_bot_category";
        }
    }

    for (i = 0; i < NGX_EO_BOT_AI_PURPOSES; i++) {
        if (conf->ai[i]) {
            needs = "eo_ai_crawlers";
        }
    }

    proof = main->proofs->elts;

    for (i = 0; i < main->proofs->nelts; i++) {
        if (proof[i].ranges || proof[i].suffixes) {
            needs = "eo_bot_ranges\" or \"eo_bot_dns";
        }
    }

    if (needs == NULL) {
        return NGX_CONF_OK;
    }

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "\"%s\" needs a list of user agents: name one by "
                  "\"eo_bot_agents\" in the \"http\" block, such as "
                  "agents.tsv of conf.d/bots/", needs);

    return NGX_CONF_ERROR;
}


static char *
ngx_eo_bot_check_resolver(ngx_conf_t *cf)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (clcf->resolver && clcf->resolver->connections.nelts) {
        return NGX_CONF_OK;
    }

    ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                  "\"eo_bot_dns\" needs a \"resolver\" wherever \"eo_bot\" "
                  "is on");

    return NGX_CONF_ERROR;
}
