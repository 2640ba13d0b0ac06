
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Directives of bot management that say what is known of robots and networks.
 */


#include "ngx_eo_bot_conf.h"
#include "ngx_eo_bot_agents_file.h"
#include "ngx_eo_bot_keys.h"
#include "ngx_eo_bot_name.h"
#include "ngx_eo_bot_table.h"


#define NGX_EO_BOT_NAME_LEN    64
#define NGX_EO_BOT_ASN_MAX     4294967295


/* the middle of "IPREP_WEB_SCRAPERS_AND_TRAFFIC_BOTS_HIGH" */

typedef struct {
    ngx_str_t         id;
    ngx_str_t         kind;
} ngx_eo_bot_kind_t;


static ngx_eo_bot_proof_t *ngx_eo_bot_proof_add(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_eo_bot_main_conf_t *main, ngx_str_t *name);
static void ngx_eo_bot_key_name(ngx_str_t *file, ngx_str_t *name);
static char *ngx_eo_bot_check_name(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *name);
static char *ngx_eo_bot_add_suffix(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_bot_proof_t *proof, ngx_str_t *value);
static ngx_eo_bot_list_t *ngx_eo_bot_list_add(ngx_conf_t *cf,
    ngx_array_t *lists, ngx_str_t *name, ngx_eo_rule_e type);
static char *ngx_eo_bot_add_asns(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_bot_list_t *list, ngx_str_t *value);
static ngx_int_t ngx_eo_bot_reputation_parse(ngx_str_t *id, ngx_uint_t *kind,
    ngx_uint_t *level);


static ngx_eo_bot_kind_t  ngx_eo_bot_kinds[] = {
    { ngx_string("WEB_AND_DDOS_ATTACKERS"), ngx_string("attacker") },
    { ngx_string("PROXIES_AND_ANONYMIZERS"), ngx_string("proxy") },
    { ngx_string("SCANNING_TOOLS"), ngx_string("scanner") },
    { ngx_string("ATO_ATTACKERS"), ngx_string("account_takeover") },
    { ngx_string("WEB_SCRAPERS_AND_TRAFFIC_BOTS"), ngx_string("bot") }
};


static ngx_str_t  ngx_eo_bot_levels[] = {
    ngx_string("low"),
    ngx_string("medium"),
    ngx_string("high")
};


ngx_str_t *
ngx_eo_bot_reputation_kind(ngx_uint_t kind)
{
    return &ngx_eo_bot_kinds[kind].kind;
}


ngx_str_t *
ngx_eo_bot_reputation_level(ngx_uint_t level)
{
    return &ngx_eo_bot_levels[level];
}


/* eo_bot_agents FILE */

char *
ngx_eo_bot_agents_file(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_main_conf_t  *mcf = conf;

    ngx_str_t  *value;

    if (mcf->bot_main->agents) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (ngx_conf_full_name(cf->cycle, &value[1], 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    mcf->bot_main->agents = ngx_eo_live_file_add(cf, mcf->bot_main->files,
                                                 &value[1],
                                                &ngx_eo_bot_agents_file_type);

    return mcf->bot_main->agents ? NGX_CONF_OK : NGX_CONF_ERROR;
}


/* eo_bot_ranges NAME FILE|ADDRESS... */

char *
ngx_eo_bot_ranges(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_main_conf_t  *mcf = conf;

    ngx_str_t           *value;
    ngx_eo_bot_proof_t  *proof;

    value = cf->args->elts;

    proof = ngx_eo_bot_proof_add(cf, cmd, mcf->bot_main, &value[1]);
    if (proof == NULL) {
        return NGX_CONF_ERROR;
    }

    proof->ranges = 1;

    if (ngx_eo_ip_list_add(cf, &mcf->bot_main->range_lists, &proof->name,
                           &value[2], cf->args->nelts - 2)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/* eo_bot_dns NAME DOMAIN... */

char *
ngx_eo_bot_names(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_main_conf_t  *mcf = conf;

    ngx_str_t           *value;
    ngx_uint_t           i;
    ngx_eo_bot_proof_t  *proof;

    value = cf->args->elts;

    proof = ngx_eo_bot_proof_add(cf, cmd, mcf->bot_main, &value[1]);
    if (proof == NULL) {
        return NGX_CONF_ERROR;
    }

    if (proof->suffixes == NULL) {
        proof->suffixes = ngx_array_create(cf->pool, 2, sizeof(ngx_str_t));
        if (proof->suffixes == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    for (i = 2; i < cf->args->nelts; i++) {
        if (ngx_eo_bot_add_suffix(cf, cmd, proof, &value[i])
            != NGX_CONF_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_eo_bot_add_suffix(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_bot_proof_t *proof, ngx_str_t *value)
{
    u_char      text[NGX_EO_BOT_NAME_MAX];
    ngx_str_t   domain, *suffix;

    domain = *value;

    if (domain.len && domain.data[0] == '.') {
        domain.data++;
        domain.len--;
    }

    domain.len = ngx_eo_bot_name(text, &domain);
    domain.data = text;

    /* everybody may have a name within "com" */

    if (domain.len == 0
        || ngx_strlchr(text, text + domain.len, '.') == NULL)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid domain \"%V\" in \"%V\": it must be one "
                           "such as \"googlebot.com\"", value, &cmd->name);
        return NGX_CONF_ERROR;
    }

    suffix = ngx_array_push(proof->suffixes);
    if (suffix == NULL) {
        return NGX_CONF_ERROR;
    }

    suffix->len = domain.len;
    suffix->data = ngx_pstrdup(cf->pool, &domain);

    return suffix->data ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static ngx_eo_bot_proof_t *
ngx_eo_bot_proof_add(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_bot_main_conf_t *main, ngx_str_t *name)
{
    ngx_eo_bot_proof_t  *proof;

    if (ngx_eo_bot_check_name(cf, cmd, name) != NGX_CONF_OK) {
        return NULL;
    }

    proof = ngx_eo_bot_proof(main, name);

    if (proof) {
        return proof;
    }

    proof = ngx_array_push(main->proofs);
    if (proof == NULL) {
        return NULL;
    }

    ngx_memzero(proof, sizeof(ngx_eo_bot_proof_t));
    proof->name = *name;

    return proof;
}


/* names go to logs, and into headers */

static char *
ngx_eo_bot_check_name(ngx_conf_t *cf, ngx_command_t *cmd, ngx_str_t *name)
{
    size_t  i;

    for (i = 0; i < name->len; i++) {
        if (name->data[i] < ' ' || name->data[i] > '~'
            || name->data[i] == '"' || name->data[i] == '\\')
        {
            break;
        }
    }

    if (name->len && i == name->len && name->len <= NGX_EO_BOT_NAME_LEN) {
        return NGX_CONF_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid name \"%V\" in \"%V\": it must be 1 to 64 "
                       "printable characters without quotes and backslashes",
                       name, &cmd->name);

    return NGX_CONF_ERROR;
}


/* eo_bot_keys FILE [name=NAME] */

char *
ngx_eo_bot_keys(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_main_conf_t  *mcf = conf;

    ngx_str_t               *value, name;
    ngx_eo_bot_proof_t      *proof;
    ngx_eo_bot_key_file_t   *file;
    ngx_eo_bot_main_conf_t  *main;

    main = mcf->bot_main;
    value = cf->args->elts;

    if (cf->args->nelts == 2) {
        ngx_eo_bot_key_name(&value[1], &name);

    } else if (ngx_strncmp(value[2].data, "name=", 5) == 0) {
        name.data = value[2].data + 5;
        name.len = value[2].len - 5;

    } else {
        return ngx_eo_waf_invalid(cf, cmd, &value[2]);
    }

    proof = ngx_eo_bot_proof_add(cf, cmd, main, &name);
    if (proof == NULL) {
        return NGX_CONF_ERROR;
    }

    proof->keys = 1;

    if (main->keys == NULL) {
        main->keys = ngx_array_create(cf->pool, 2,
                                      sizeof(ngx_eo_bot_key_file_t));
        if (main->keys == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    if (ngx_conf_full_name(cf->cycle, &value[1], 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    file = ngx_array_push(main->keys);
    if (file == NULL) {
        return NGX_CONF_ERROR;
    }

    file->name = name;
    file->file = ngx_eo_live_file_add(cf, main->files, &value[1],
                                      &ngx_eo_bot_keys_file_type);

    return file->file ? NGX_CONF_OK : NGX_CONF_ERROR;
}


/* "keys/agent.json" has keys of "agent" */

static void
ngx_eo_bot_key_name(ngx_str_t *file, ngx_str_t *name)
{
    size_t  i;

    *name = *file;

    for (i = file->len; i > 0; i--) {

        if (file->data[i - 1] == '/') {
            name->data = file->data + i;
            name->len -= i;
            break;
        }
    }

    for (i = name->len; i > 1; i--) {

        if (name->data[i - 1] == '.') {
            name->len = i - 1;
            break;
        }
    }
}


/* eo_bot_dns_zone SIZE */

char *
ngx_eo_bot_dns_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_main_conf_t  *mcf = conf;

    ssize_t     size;
    ngx_str_t  *value;

    if (mcf->bot_main->dns_size) {
        return "is duplicate";
    }

    value = cf->args->elts;
    size = ngx_parse_size(&value[1]);

    if (size < (ssize_t) ngx_eo_bot_table_min()) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\": it must be a size "
                           "of at least %uz bytes, such as \"1m\"",
                           &value[1], &cmd->name, ngx_eo_bot_table_min());
        return NGX_CONF_ERROR;
    }

    mcf->bot_main->dns_size = size;

    return NGX_CONF_OK;
}


/* eo_bot_idc_list NAME [asn=NUMBER[,NUMBER...]] [FILE|ADDRESS...] */

char *
ngx_eo_bot_idc_list(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_main_conf_t  *mcf = conf;

    ngx_str_t          *value;
    ngx_uint_t          i;
    ngx_eo_bot_list_t  *list;

    value = cf->args->elts;

    if (ngx_eo_bot_check_name(cf, cmd, &value[1]) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    list = ngx_eo_bot_list_add(cf, mcf->bot_main->idc, &value[1],
                               NGX_EO_RULE_BOT);
    if (list == NULL) {
        return NGX_CONF_ERROR;
    }

    for (i = 2; i < cf->args->nelts; i++) {

        if (ngx_strncmp(value[i].data, "asn=", 4) == 0) {
            value[i].data += 4;
            value[i].len -= 4;

            if (ngx_eo_bot_add_asns(cf, cmd, list, &value[i])
                != NGX_CONF_OK)
            {
                return NGX_CONF_ERROR;
            }

            mcf->bot_main->asn = 1;
            continue;
        }

        list->addresses = 1;

        if (ngx_eo_ip_list_add(cf, &mcf->bot_main->idc_lists, &list->rule.name,
                               &value[i], 1)
            != NGX_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_eo_bot_add_asns(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_bot_list_t *list, ngx_str_t *value)
{
    u_char     *p, *last, *comma;
    ngx_str_t  *asn, number;
    ngx_int_t   n;

    if (list->asns == NULL) {
        list->asns = ngx_array_create(cf->pool, 4, sizeof(ngx_str_t));
        if (list->asns == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    p = value->data;
    last = p + value->len;

    while (p <= last) {
        comma = ngx_strlchr(p, last, ',');
        comma = comma ? comma : last;

        number.data = p;
        number.len = comma - p;
        p = comma + 1;

        if (number.len > 2 && (number.data[0] | 0x20) == 'a'
            && (number.data[1] | 0x20) == 's')
        {
            number.data += 2;
            number.len -= 2;
        }

        n = ngx_atoi(number.data, number.len);

        if (n < 1 || n > NGX_EO_BOT_ASN_MAX || number.data[0] == '0') {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid value \"%V\" of \"asn\" in \"%V\": "
                               "numbers of networks with commas between them "
                               "are needed, such as \"asn=64496,AS64497\"",
                               value, &cmd->name);
            return NGX_CONF_ERROR;
        }

        asn = ngx_array_push(list->asns);
        if (asn == NULL) {
            return NGX_CONF_ERROR;
        }

        *asn = number;
    }

    return NGX_CONF_OK;
}


/* eo_bot_reputation_list ID FILE|ADDRESS... */

char *
ngx_eo_bot_reputation_list(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_main_conf_t  *mcf = conf;

    ngx_str_t          *value;
    ngx_uint_t          kind, level;
    ngx_eo_bot_list_t  *list;

    value = cf->args->elts;

    if (ngx_eo_bot_reputation_parse(&value[1], &kind, &level) != NGX_OK) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid name \"%V\" in \"%V\": it must be "
                           "\"IPREP_\", one of WEB_AND_DDOS_ATTACKERS, "
                           "PROXIES_AND_ANONYMIZERS, SCANNING_TOOLS, "
                           "ATO_ATTACKERS and WEB_SCRAPERS_AND_TRAFFIC_BOTS, "
                           "and \"_LOW\", \"_MID\" or \"_HIGH\"",
                           &value[1], &cmd->name);
        return NGX_CONF_ERROR;
    }

    list = ngx_eo_bot_list_add(cf, mcf->bot_main->reputation, &value[1],
                               NGX_EO_RULE_BOT_REPUTATION);
    if (list == NULL) {
        return NGX_CONF_ERROR;
    }

    list->kind = kind;
    list->level = level;
    list->addresses = 1;

    if (ngx_eo_ip_list_add(cf, &mcf->bot_main->reputation_lists,
                           &list->rule.name, &value[2], cf->args->nelts - 2)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_eo_bot_reputation_parse(ngx_str_t *id, ngx_uint_t *kind,
    ngx_uint_t *level)
{
    ngx_str_t   rest, *known;
    ngx_uint_t  i;

    static ngx_str_t  levels[] = {
        ngx_string("_LOW"), ngx_string("_MID"), ngx_string("_HIGH")
    };

    if (id->len < 6 || ngx_strncmp(id->data, "IPREP_", 6) != 0) {
        return NGX_DECLINED;
    }

    rest.data = id->data + 6;
    rest.len = id->len - 6;

    for (i = 0; i < sizeof(ngx_eo_bot_kinds) / sizeof(ngx_eo_bot_kinds[0]);
         i++)
    {
        known = &ngx_eo_bot_kinds[i].id;

        if (rest.len > known->len
            && ngx_strncmp(rest.data, known->data, known->len) == 0)
        {
            break;
        }
    }

    if (i == sizeof(ngx_eo_bot_kinds) / sizeof(ngx_eo_bot_kinds[0])) {
        return NGX_DECLINED;
    }

    *kind = i;
    rest.data += known->len;
    rest.len -= known->len;

    for (i = 0; i < 3; i++) {
        if (rest.len == levels[i].len
            && ngx_strncmp(rest.data, levels[i].data, rest.len) == 0)
        {
            *level = i;
            return NGX_OK;
        }
    }

    return NGX_DECLINED;
}


static ngx_eo_bot_list_t *
ngx_eo_bot_list_add(ngx_conf_t *cf, ngx_array_t *lists, ngx_str_t *name,
    ngx_eo_rule_e type)
{
    ngx_uint_t          i;
    ngx_eo_bot_list_t  *list;

    list = lists->elts;

    for (i = 0; i < lists->nelts; i++) {
        if (list[i].rule.name.len == name->len
            && ngx_strncmp(list[i].rule.name.data, name->data, name->len)
               == 0)
        {
            return &list[i];
        }
    }

    list = ngx_array_push(lists);
    if (list == NULL) {
        return NULL;
    }

    ngx_memzero(list, sizeof(ngx_eo_bot_list_t));
    list->rule.name = *name;
    list->rule.type = type;

    return list;
}
