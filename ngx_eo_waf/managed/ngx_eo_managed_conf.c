
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The directives of managed rules.
 */


#include "ngx_eo_managed_collection.h"
#include "ngx_eo_managed_conf.h"
#include "seclang/parse/ngx_eo_seclang_parse.h"
#include "seclang/plan/ngx_eo_seclang_plan.h"
#include "seclang/variable/ngx_eo_seclang_text.h"


#define NGX_EO_MANAGED_BODY       (10 * 1024)
#define NGX_EO_MANAGED_ZONE_SIZE  (4 * 1024 * 1024)

/* milliseconds of the processor for a request */
#define NGX_EO_MANAGED_TIME       7
#define NGX_EO_MANAGED_TIME_MAX   10000


static ngx_eo_seclang_ruleset_t *ngx_eo_managed_load(ngx_conf_t *cf,
    ngx_eo_managed_main_conf_t *main, ngx_array_t *files);
static ngx_int_t ngx_eo_managed_key(ngx_conf_t *cf, ngx_array_t *files,
    ngx_str_t *key);
static ngx_eo_seclang_ruleset_t *ngx_eo_managed_read(ngx_conf_t *cf,
    ngx_array_t *files);
static void ngx_eo_managed_notes(ngx_conf_t *cf,
    ngx_eo_seclang_ruleset_t *set);
static ngx_int_t ngx_eo_managed_mark_groups(ngx_conf_t *cf,
    ngx_eo_managed_conf_t *conf);
static ngx_uint_t ngx_eo_managed_has_collections(
    ngx_eo_seclang_ruleset_t *set);
static ngx_int_t ngx_eo_managed_init_presets(ngx_conf_t *cf,
    ngx_eo_managed_conf_t *conf);
static ngx_int_t ngx_eo_managed_group_action(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_str_t *value, ngx_eo_managed_action_e *action);
static ngx_int_t ngx_eo_managed_preset(ngx_conf_t *cf,
    ngx_eo_managed_conf_t *conf, ngx_str_t *name, ngx_uint_t n);


ngx_conf_enum_t  ngx_eo_managed_modes[] = {
    { ngx_string("off"), NGX_EO_MANAGED_OFF },
    { ngx_string("on"), NGX_EO_MANAGED_ON },
    { ngx_string("monitor"), NGX_EO_MANAGED_MONITOR },
    { ngx_null_string, 0 }
};


ngx_conf_enum_t  ngx_eo_managed_levels[] = {
    { ngx_string("loose"), 1 },
    { ngx_string("normal"), 2 },
    { ngx_string("strict"), 3 },
    { ngx_string("extreme"), 4 },
    { ngx_null_string, 0 }
};


ngx_eo_managed_conf_t *
ngx_eo_managed_create_conf(ngx_conf_t *cf)
{
    ngx_eo_managed_conf_t  *conf;

    conf = ngx_pcalloc(cf->pool, sizeof(ngx_eo_managed_conf_t));
    if (conf == NULL) {
        return NULL;
    }

    conf->mode = NGX_CONF_UNSET_UINT;
    conf->files = NGX_CONF_UNSET_PTR;
    conf->groups = NGX_CONF_UNSET_PTR;
    conf->scanning = NGX_CONF_UNSET_PTR;
    conf->level = NGX_CONF_UNSET_UINT;
    conf->inbound = NGX_CONF_UNSET;
    conf->outbound = NGX_CONF_UNSET;
    conf->body = NGX_CONF_UNSET_SIZE;
    conf->longer = NGX_CONF_UNSET_UINT;
    conf->decompress = NGX_CONF_UNSET;
    conf->prefilter = NGX_CONF_UNSET;
    conf->time = NGX_CONF_UNSET_MSEC;

    return conf;
}


char *
ngx_eo_managed_flag(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_loc_conf_t  *wlcf = conf;

    return ngx_conf_set_flag_slot(cf, cmd, wlcf->managed_rules);
}


/* like ngx_conf_set_enum_slot(), and says what is allowed */

char *
ngx_eo_managed_enum(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_loc_conf_t  *wlcf = conf;

    u_char           *p, *last, names[128];
    ngx_str_t        *value;
    ngx_uint_t       *np, i;
    ngx_conf_enum_t  *e;

    np = (ngx_uint_t *) ((u_char *) wlcf->managed_rules + cmd->offset);

    if (*np != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;
    e = cmd->post;

    p = names;
    last = names + sizeof(names);

    for (i = 0; e[i].name.len; i++) {
        if (e[i].name.len == value[1].len
            && ngx_strcmp(e[i].name.data, value[1].data) == 0)
        {
            *np = e[i].value;
            return NGX_CONF_OK;
        }

        p = ngx_slprintf(p, last, "%s\"%V\"", i ? ", " : "", &e[i].name);
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid value \"%V\" in \"%V\": it must be one of "
                       "%*s", &value[1], &cmd->name, (size_t) (p - names),
                       names);

    return NGX_CONF_ERROR;
}


/* eo_managed_rules_file FILE... */

char *
ngx_eo_managed_file(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_loc_conf_t  *wlcf = conf;

    ngx_str_t              *value, *file;
    ngx_uint_t              i;
    ngx_eo_managed_conf_t  *mlcf;

    mlcf = wlcf->managed_rules;

    if (mlcf->files == NGX_CONF_UNSET_PTR) {
        mlcf->files = ngx_array_create(cf->pool, 4, sizeof(ngx_str_t));
        if (mlcf->files == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {
        file = ngx_array_push(mlcf->files);
        if (file == NULL) {
            return NGX_CONF_ERROR;
        }

        *file = value[i];

        if (ngx_conf_full_name(cf->cycle, file, 1) != NGX_OK) {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


/* eo_managed_rules_score INBOUND [OUTBOUND] */

char *
ngx_eo_managed_score(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_loc_conf_t  *wlcf = conf;

    ngx_int_t               n, *score;
    ngx_str_t              *value;
    ngx_uint_t              i;
    ngx_eo_managed_conf_t  *mlcf;

    mlcf = wlcf->managed_rules;

    if (mlcf->inbound != NGX_CONF_UNSET) {
        return "is duplicate";
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {
        n = ngx_atoi(value[i].data, value[i].len);

        if (n == NGX_ERROR || n < 1 || n > 100000) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid value \"%V\" in \"%V\": it must be "
                               "a score from 1 to 100000", &value[i],
                               &cmd->name);
            return NGX_CONF_ERROR;
        }

        score = (i == 1) ? &mlcf->inbound : &mlcf->outbound;
        *score = n;
    }

    return NGX_CONF_OK;
}


/* eo_managed_rules_body SIZE [scan|skip|deny] */

char *
ngx_eo_managed_body(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_loc_conf_t  *wlcf = conf;

    ssize_t                 size;
    ngx_str_t              *value;
    ngx_eo_managed_conf_t  *mlcf;

    mlcf = wlcf->managed_rules;

    if (mlcf->body != NGX_CONF_UNSET_SIZE) {
        return "is duplicate";
    }

    value = cf->args->elts;

    size = (ngx_strcmp(value[1].data, "off") == 0)
           ? 0 : ngx_parse_size(&value[1]);

    if (size == NGX_ERROR || size > 64 * 1024 * 1024) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\": it must be a size "
                           "up to \"64m\", or \"off\"", &value[1],
                           &cmd->name);
        return NGX_CONF_ERROR;
    }

    mlcf->body = size;

    if (cf->args->nelts == 2 || ngx_strcmp(value[2].data, "scan") == 0) {
        mlcf->longer = NGX_EO_MANAGED_SCAN;

    } else if (ngx_strcmp(value[2].data, "skip") == 0) {
        mlcf->longer = NGX_EO_MANAGED_SKIP;

    } else if (ngx_strcmp(value[2].data, "deny") == 0) {
        mlcf->longer = NGX_EO_MANAGED_DENY;

    } else {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\": it must be "
                           "\"scan\", \"skip\" or \"deny\"", &value[2],
                           &cmd->name);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/* eo_managed_rules_time TIME | off */

char *
ngx_eo_managed_time(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_loc_conf_t  *wlcf = conf;

    ngx_int_t               time;
    ngx_str_t              *value;
    ngx_eo_managed_conf_t  *mlcf;

    mlcf = wlcf->managed_rules;

    if (mlcf->time != NGX_CONF_UNSET_MSEC) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_strcmp(value[1].data, "off") == 0) {
        mlcf->time = 0;
        return NGX_CONF_OK;
    }

    time = ngx_parse_time(&value[1], 0);

    if (time == NGX_ERROR || time < 1 || time > NGX_EO_MANAGED_TIME_MAX) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\": it must be a "
                           "time from \"1ms\" to \"10s\", or \"off\"",
                           &value[1], &cmd->name);
        return NGX_CONF_ERROR;
    }

    mlcf->time = time;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_eo_managed_group_action(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *value, ngx_eo_managed_action_e *action)
{
    if (ngx_strcmp(value->data, "action=deny") == 0) {
        *action = NGX_EO_MANAGED_GROUP_DENY;

    } else if (ngx_strcmp(value->data, "action=monitor") == 0) {
        *action = NGX_EO_MANAGED_GROUP_MONITOR;

    } else if (ngx_strcmp(value->data, "action=disabled") == 0) {
        *action = NGX_EO_MANAGED_GROUP_DISABLED;

    } else {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\" in \"%V\": it must be "
                           "\"action=deny\", \"action=monitor\" or "
                           "\"action=disabled\"", value, &cmd->name);
        return NGX_ERROR;
    }

    return NGX_OK;
}


/* eo_managed_rules_group NAME... action=deny|monitor|disabled */

char *
ngx_eo_managed_group(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_loc_conf_t  *wlcf = conf;

    u_char                   names[1024];
    ngx_int_t                n;
    ngx_str_t               *value;
    ngx_uint_t               i, last;
    ngx_eo_managed_conf_t   *mlcf;
    ngx_eo_managed_group_t  *group;
    ngx_eo_managed_action_e  action;

    mlcf = wlcf->managed_rules;

    if (mlcf->groups == NGX_CONF_UNSET_PTR) {
        mlcf->groups = ngx_array_create(cf->pool, 4,
                                        sizeof(ngx_eo_managed_group_t));
        if (mlcf->groups == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    value = cf->args->elts;
    last = cf->args->nelts - 1;

    if (ngx_eo_managed_group_action(cf, cmd, &value[last], &action)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    for (i = 1; i < last; i++) {
        n = ngx_eo_managed_group_find(&value[i]);

        if (n == NGX_ERROR) {
            *ngx_eo_managed_group_names(names, names + sizeof(names) - 1)
                = '\0';
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "unknown group \"%V\" in \"%V\": it must be "
                               "one of %s", &value[i], &cmd->name, names);
            return NGX_CONF_ERROR;
        }

        group = ngx_array_push(mlcf->groups);
        if (group == NULL) {
            return NGX_CONF_ERROR;
        }

        group->group = n;
        group->action = action;
    }

    return NGX_CONF_OK;
}


char *
ngx_eo_managed_merge_conf(ngx_conf_t *cf, ngx_eo_managed_main_conf_t *main,
    ngx_eo_managed_conf_t *prev, ngx_eo_managed_conf_t *conf,
    ngx_uint_t enabled)
{
    ngx_conf_merge_uint_value(conf->mode, prev->mode, NGX_EO_MANAGED_OFF);
    ngx_conf_merge_ptr_value(conf->files, prev->files, NULL);
    ngx_conf_merge_ptr_value(conf->groups, prev->groups, NULL);
    ngx_conf_merge_ptr_value(conf->scanning, prev->scanning, NULL);
    ngx_conf_merge_uint_value(conf->level, prev->level, 0);
    ngx_conf_merge_value(conf->inbound, prev->inbound, 0);
    ngx_conf_merge_value(conf->outbound, prev->outbound, 0);
    ngx_conf_merge_size_value(conf->body, prev->body, NGX_EO_MANAGED_BODY);
    ngx_conf_merge_uint_value(conf->longer, prev->longer,
                              NGX_EO_MANAGED_SCAN);
    ngx_conf_merge_value(conf->decompress, prev->decompress, 0);
    ngx_conf_merge_value(conf->prefilter, prev->prefilter, 1);
    ngx_conf_merge_msec_value(conf->time, prev->time, NGX_EO_MANAGED_TIME);

    if (!enabled || conf->mode == NGX_EO_MANAGED_OFF) {
        return NGX_CONF_OK;
    }

    if (conf->files == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"eo_managed_rules\" has no rules: name them "
                           "with \"eo_managed_rules_file\"");
        return NGX_CONF_ERROR;
    }

    conf->set = ngx_eo_managed_load(cf, main, conf->files);

    if (conf->set == NULL
        || ngx_eo_managed_mark_groups(cf, conf) != NGX_OK
        || ngx_eo_managed_init_presets(cf, conf) != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    main->enabled = 1;

    if (ngx_eo_managed_has_collections(conf->set)) {
        main->collections = 1;
    }

    if (conf->set->phases[NGX_EO_SECLANG_RESPONSE_HEADERS].nrules
        || conf->set->phases[NGX_EO_SECLANG_RESPONSE_BODY].nrules)
    {
        main->response = 1;
    }

    return NGX_CONF_OK;
}


/* eo_managed_rules_zone SIZE */

char *
ngx_eo_managed_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_main_conf_t  *mcf = conf;

    ssize_t                      size;
    ngx_str_t                   *value;
    ngx_eo_managed_main_conf_t  *main;

    main = mcf->managed_main;

    if (main->zone_size) {
        return "is duplicate";
    }

    value = cf->args->elts;
    size = ngx_parse_size(&value[1]);

    if (size < (ssize_t) (8 * ngx_pagesize)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\": it must be a "
                           "size of at least %uz bytes, such as \"4m\"",
                           &value[1], &cmd->name, 8 * ngx_pagesize);
        return NGX_CONF_ERROR;
    }

    main->zone_size = size;

    return NGX_CONF_OK;
}


ngx_int_t
ngx_eo_managed_init_zone(ngx_conf_t *cf, ngx_eo_managed_main_conf_t *main,
    void *tag)
{
    size_t  size;

    if (!main->collections) {
        return NGX_OK;
    }

    main->store = ngx_pcalloc(cf->pool, sizeof(ngx_eo_seclang_store_t));
    if (main->store == NULL) {
        return NGX_ERROR;
    }

    size = main->zone_size ? main->zone_size : NGX_EO_MANAGED_ZONE_SIZE;

    return ngx_eo_managed_collections(cf, size, tag, main->store)
           ? NGX_OK : NGX_ERROR;
}


/* whether a rule set has collections that outlive a request */

static ngx_uint_t
ngx_eo_managed_has_collections(ngx_eo_seclang_ruleset_t *set)
{
    ngx_uint_t               i;
    ngx_eo_seclang_rule_t  **rules;

    rules = set->plan.elts;

    for (i = 0; i < set->plan.nelts; i++) {
        if (rules[i]->actions.initcols.nelts) {
            return 1;
        }
    }

    return 0;
}


static ngx_int_t
ngx_eo_managed_preset(ngx_conf_t *cf, ngx_eo_managed_conf_t *conf,
    ngx_str_t *name, ngx_uint_t n)
{
    ngx_int_t                 slot;
    ngx_str_t                 value;
    ngx_eo_managed_preset_t  *preset;

    slot = ngx_eo_seclang_slot_find(conf->set, name);

    if (n == 0 || slot < 0) {
        return NGX_OK;
    }

    value.data = ngx_pnalloc(cf->pool, NGX_INT_T_LEN);
    if (value.data == NULL) {
        return NGX_ERROR;
    }

    value.len = ngx_sprintf(value.data, "%ui", n) - value.data;

    preset = &conf->presets[conf->npresets++];

    preset->slot = slot;
    preset->text = ngx_eo_seclang_text_constant(cf->pool, &value);

    return (preset->text == NULL) ? NGX_ERROR : NGX_OK;
}


/*
 * The names are those of version 3 and of version 4 of the rule set; both
 * take a value that is there already for the operator's.
 */

static ngx_int_t
ngx_eo_managed_init_presets(ngx_conf_t *cf, ngx_eo_managed_conf_t *conf)
{
    ngx_uint_t  i;

    struct {
        ngx_str_t   name;
        ngx_uint_t  value;
    } variables[NGX_EO_MANAGED_PRESETS] = {
        { ngx_string("paranoia_level"), conf->level },
        { ngx_string("blocking_paranoia_level"), conf->level },
        { ngx_string("inbound_anomaly_score_threshold"), conf->inbound },
        { ngx_string("outbound_anomaly_score_threshold"), conf->outbound }
    };

    for (i = 0; i < NGX_EO_MANAGED_PRESETS; i++) {
        if (ngx_eo_managed_preset(cf, conf, &variables[i].name,
                                  variables[i].value)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* servers and locations that name the same files share what they say */

static ngx_eo_seclang_ruleset_t *
ngx_eo_managed_load(ngx_conf_t *cf, ngx_eo_managed_main_conf_t *main,
    ngx_array_t *files)
{
    ngx_str_t              key;
    ngx_uint_t             i;
    ngx_eo_managed_set_t  *set;

    if (main->sets == NULL) {
        main->sets = ngx_array_create(cf->pool, 1,
                                      sizeof(ngx_eo_managed_set_t));
        if (main->sets == NULL) {
            return NULL;
        }
    }

    if (ngx_eo_managed_key(cf, files, &key) != NGX_OK) {
        return NULL;
    }

    set = main->sets->elts;

    for (i = 0; i < main->sets->nelts; i++) {
        if (set[i].key.len == key.len
            && ngx_memcmp(set[i].key.data, key.data, key.len) == 0)
        {
            return set[i].set;
        }
    }

    set = ngx_array_push(main->sets);
    if (set == NULL) {
        return NULL;
    }

    set->key = key;
    set->set = ngx_eo_managed_read(cf, files);

    return set->set;
}


static ngx_int_t
ngx_eo_managed_key(ngx_conf_t *cf, ngx_array_t *files, ngx_str_t *key)
{
    u_char      *p;
    ngx_str_t   *file;
    ngx_uint_t   i;

    file = files->elts;
    key->len = 0;

    for (i = 0; i < files->nelts; i++) {
        key->len += file[i].len + 1;
    }

    p = ngx_pnalloc(cf->pool, key->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    key->data = p;

    for (i = 0; i < files->nelts; i++) {
        p = ngx_cpymem(p, file[i].data, file[i].len);
        *p++ = '\0';
    }

    return NGX_OK;
}


static ngx_eo_seclang_ruleset_t *
ngx_eo_managed_read(ngx_conf_t *cf, ngx_array_t *files)
{
    u_char                     errstr[NGX_MAX_CONF_ERRSTR];
    ngx_str_t                 *file;
    ngx_uint_t                 i;
    ngx_eo_seclang_ruleset_t  *set;

    set = ngx_eo_seclang_create(cf->pool);
    if (set == NULL) {
        return NULL;
    }

    file = files->elts;
    ngx_memzero(errstr, sizeof(errstr));

    for (i = 0; i < files->nelts; i++) {
        if (ngx_eo_seclang_read_file(set, &file[i], errstr) != NGX_OK) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "managed rules: %s",
                               errstr);
            return NULL;
        }
    }

    if (ngx_eo_seclang_link(set, errstr) != NGX_OK) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "managed rules: %s",
                           errstr);
        return NULL;
    }

    ngx_eo_managed_notes(cf, set);

    return set;
}


/* what is read but means nothing here, each but once */

static void
ngx_eo_managed_notes(ngx_conf_t *cf, ngx_eo_seclang_ruleset_t *set)
{
    u_char                   names[1024], *p;
    ngx_str_t               *name;
    ngx_uint_t               i, flags;
    ngx_eo_seclang_rule_t  **rules;

    name = set->warnings.elts;
    p = names;

    for (i = 0; i < set->warnings.nelts; i++) {
        p = ngx_slprintf(p, names + sizeof(names), "%s%V", i ? ", " : "",
                         &name[i]);
    }

    if (p > names) {
        ngx_conf_log_error(NGX_LOG_NOTICE, cf, 0,
                           "managed rules: without effect in nginx: %*s",
                           (size_t) (p - names), names);
    }

    rules = set->plan.elts;
    flags = 0;

    for (i = 0; i < set->plan.nelts; i++) {
        if (rules[i]->op.def != NULL) {
            flags |= rules[i]->op.def->flags;
        }
    }

    if (flags & NGX_EO_SECLANG_OP_RBL) {
        ngx_conf_log_error(NGX_LOG_NOTICE, cf, 0,
                           "managed rules: \"@rbl\" never matches, since a "
                           "rule cannot wait for a resolver; use "
                           "\"eo_ip_group\" for lists of addresses");
    }

    if (flags & NGX_EO_SECLANG_OP_GEO) {
        ngx_conf_log_error(NGX_LOG_NOTICE, cf, 0,
                           "managed rules: \"@geoLookup\" looks only the "
                           "client's address up, in $eo_client_country");
    }

    if (set->geo_database.len) {
        ngx_conf_log_error(NGX_LOG_NOTICE, cf, 0,
                           "managed rules: the file of \"SecGeoLookupDB\" "
                           "is not read: name it in \"eo_geo_database\", "
                           "for $eo_client_country");
    }
}


static ngx_int_t
ngx_eo_managed_mark_groups(ngx_conf_t *cf, ngx_eo_managed_conf_t *conf)
{
    ngx_int_t                 n;
    ngx_uint_t                i, words, actions[NGX_EO_MANAGED_GROUPS];
    ngx_array_t              *plan;
    ngx_eo_seclang_rule_t   **rules, *rule;
    ngx_eo_managed_group_t   *group;

    if (conf->groups == NULL) {
        return NGX_OK;
    }

    ngx_memzero(actions, sizeof(actions));

    group = conf->groups->elts;

    for (i = 0; i < conf->groups->nelts; i++) {
        actions[group[i].group] = group[i].action;
    }

    plan = &conf->set->plan;
    words = plan->nelts / 64 + 1;

    conf->disabled = ngx_pcalloc(cf->pool, words * sizeof(uint64_t));
    conf->monitored = ngx_pcalloc(cf->pool, words * sizeof(uint64_t));

    if (conf->disabled == NULL || conf->monitored == NULL) {
        return NGX_ERROR;
    }

    rules = plan->elts;

    for (i = 0; i < plan->nelts; i++) {

        if (rules[i]->actions.id == 0) {
            continue;
        }

        n = ngx_eo_managed_group_of(rules[i]);

        if (n == NGX_DECLINED) {
            continue;
        }

        /* scores are often added by the last rule of a chain */

        for (rule = rules[i]; rule != NULL; rule = rule->next) {

            if (actions[n] == NGX_EO_MANAGED_GROUP_DISABLED) {
                ngx_eo_seclang_set_bit(conf->disabled, rule->ordinal);

            } else if (actions[n] == NGX_EO_MANAGED_GROUP_MONITOR) {
                ngx_eo_seclang_set_bit(conf->monitored, rule->ordinal);
            }
        }
    }

    return NGX_OK;
}
