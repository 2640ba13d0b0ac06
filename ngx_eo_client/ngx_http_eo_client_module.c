
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Directives, variables and wiring of the client module.
 */


#include <ngx_eo_core.h>

#include "ngx_eo_geo_database.h"
#include "ngx_eo_tls_fingerprint.h"
#include "ngx_eo_user_agent.h"


#define NGX_EO_CLIENT_HEADER_MAX  100


typedef struct {
    ngx_array_t              *databases;  /* of ngx_eo_live_file_t * */
    ngx_uint_t                country_header;
    ngx_uint_t                origin_headers;
} ngx_http_eo_client_main_conf_t;


typedef struct {
    ngx_str_t                 country_header;
    ngx_flag_t                device_headers;
} ngx_http_eo_client_loc_conf_t;


/*
 * What is known of the client so far.  sockaddr is what geo is about: realip
 * puts another one in its place.  databases is how many were asked.
 */

typedef struct {
    struct sockaddr          *sockaddr;
    ngx_uint_t                databases;
    ngx_eo_geo_t              geo;
    ngx_eo_user_agent_t       user_agent;
    unsigned                  user_agent_parsed:1;
} ngx_http_eo_client_ctx_t;


static ngx_http_eo_client_ctx_t *ngx_http_eo_client_ctx(
    ngx_http_request_t *r);
static ngx_str_t *ngx_http_eo_client_geo(ngx_http_request_t *r,
    ngx_eo_geo_field_e field);
static ngx_eo_user_agent_t *ngx_http_eo_client_user_agent(
    ngx_http_request_t *r);
static ngx_int_t ngx_http_eo_client_geo_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_eo_client_user_agent_variable(
    ngx_http_request_t *r, ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_eo_client_fingerprint_variable(
    ngx_http_request_t *r, ngx_http_variable_value_t *v, uintptr_t data);
static void ngx_http_eo_client_value(ngx_http_variable_value_t *v,
    ngx_str_t *value);
static ngx_int_t ngx_http_eo_client_headers_handler(ngx_http_request_t *r);

static char *ngx_http_eo_client_database(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_eo_client_country_header(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
static ngx_uint_t ngx_http_eo_client_header_reserved(ngx_str_t *name);

static ngx_int_t ngx_http_eo_client_preconfiguration(ngx_conf_t *cf);
static ngx_int_t ngx_http_eo_client_postconfiguration(ngx_conf_t *cf);
static void ngx_http_eo_client_warn(ngx_conf_t *cf);
static ngx_str_t *ngx_http_eo_client_used(ngx_conf_t *cf,
    ngx_http_get_variable_pt handler, ngx_uint_t *key);
static void *ngx_http_eo_client_create_main_conf(ngx_conf_t *cf);
static void *ngx_http_eo_client_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_eo_client_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child);
static ngx_int_t ngx_http_eo_client_init_process(ngx_cycle_t *cycle);


static ngx_str_t  ngx_http_eo_client_device_name =
    ngx_string("EO-Client-Device");
static ngx_str_t  ngx_http_eo_client_os_name = ngx_string("EO-Client-OS");
static ngx_str_t  ngx_http_eo_client_browser_name =
    ngx_string("EO-Client-Browser");


static ngx_command_t  ngx_http_eo_client_commands[] = {

    { ngx_string("eo_geo_database"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_1MORE,
      ngx_http_eo_client_database,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_client_country_header"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS
                        |NGX_CONF_TAKE1,
      ngx_http_eo_client_country_header,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_client_device_headers"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_eo_client_loc_conf_t, device_headers),
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_eo_client_module_ctx = {
    ngx_http_eo_client_preconfiguration,   /* preconfiguration */
    ngx_http_eo_client_postconfiguration,  /* postconfiguration */

    ngx_http_eo_client_create_main_conf,   /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    ngx_http_eo_client_create_loc_conf,    /* create location configuration */
    ngx_http_eo_client_merge_loc_conf      /* merge location configuration */
};


ngx_module_t  ngx_http_eo_client_module = {
    NGX_MODULE_V1,
    &ngx_http_eo_client_module_ctx,        /* module context */
    ngx_http_eo_client_commands,           /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    ngx_http_eo_client_init_process,       /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


/* another module, or a "map", may provide them in our place */

#define NGX_EO_CLIENT_VARIABLE                                                \
    (NGX_HTTP_VAR_NOCACHEABLE|NGX_HTTP_VAR_CHANGEABLE)


static ngx_http_variable_t  ngx_http_eo_client_variables[] = {

    { ngx_string("eo_client_country"), NULL,
      ngx_http_eo_client_geo_variable, NGX_EO_GEO_COUNTRY,
      NGX_EO_CLIENT_VARIABLE, 0 },

    { ngx_string("eo_client_continent"), NULL,
      ngx_http_eo_client_geo_variable, NGX_EO_GEO_CONTINENT,
      NGX_EO_CLIENT_VARIABLE, 0 },

    { ngx_string("eo_client_region"), NULL,
      ngx_http_eo_client_geo_variable, NGX_EO_GEO_REGION,
      NGX_EO_CLIENT_VARIABLE, 0 },

    { ngx_string("eo_client_city"), NULL,
      ngx_http_eo_client_geo_variable, NGX_EO_GEO_CITY,
      NGX_EO_CLIENT_VARIABLE, 0 },

    { ngx_string("eo_client_asn"), NULL,
      ngx_http_eo_client_geo_variable, NGX_EO_GEO_ASN,
      NGX_EO_CLIENT_VARIABLE, 0 },

    { ngx_string("eo_client_isp"), NULL,
      ngx_http_eo_client_geo_variable, NGX_EO_GEO_ISP,
      NGX_EO_CLIENT_VARIABLE, 0 },

    { ngx_string("eo_client_device"), NULL,
      ngx_http_eo_client_user_agent_variable,
      offsetof(ngx_eo_user_agent_t, device),
      NGX_EO_CLIENT_VARIABLE, 0 },

    { ngx_string("eo_client_device_type"), NULL,
      ngx_http_eo_client_user_agent_variable,
      offsetof(ngx_eo_user_agent_t, device_type),
      NGX_EO_CLIENT_VARIABLE, 0 },

    { ngx_string("eo_client_os"), NULL,
      ngx_http_eo_client_user_agent_variable,
      offsetof(ngx_eo_user_agent_t, os),
      NGX_EO_CLIENT_VARIABLE, 0 },

    { ngx_string("eo_client_browser"), NULL,
      ngx_http_eo_client_user_agent_variable,
      offsetof(ngx_eo_user_agent_t, browser),
      NGX_EO_CLIENT_VARIABLE, 0 },

    { ngx_string("eo_client_ja3"), NULL,
      ngx_http_eo_client_fingerprint_variable, NGX_EO_TLS_JA3,
      NGX_EO_CLIENT_VARIABLE, 0 },

    { ngx_string("eo_client_ja3_text"), NULL,
      ngx_http_eo_client_fingerprint_variable, NGX_EO_TLS_JA3_TEXT,
      NGX_EO_CLIENT_VARIABLE, 0 },

    { ngx_string("eo_client_ja4"), NULL,
      ngx_http_eo_client_fingerprint_variable, NGX_EO_TLS_JA4,
      NGX_EO_CLIENT_VARIABLE, 0 },

    { ngx_string("eo_client_ja4_raw"), NULL,
      ngx_http_eo_client_fingerprint_variable, NGX_EO_TLS_JA4_RAW,
      NGX_EO_CLIENT_VARIABLE, 0 },

      ngx_http_null_variable
};


static ngx_http_eo_client_ctx_t *
ngx_http_eo_client_ctx(ngx_http_request_t *r)
{
    ngx_http_eo_client_ctx_t  *ctx;

    ctx = ngx_eo_get_ctx(r, NGX_EO_SLOT_CLIENT);

    if (ctx == NULL) {

        ctx = ngx_pcalloc(r->main->pool, sizeof(ngx_http_eo_client_ctx_t));
        if (ctx == NULL
            || ngx_eo_set_ctx(r, NGX_EO_SLOT_CLIENT, ctx) != NGX_OK)
        {
            return NULL;
        }
    }

    return ctx;
}


/*
 * Asks one database after the other, and only until the field is known.
 */

static ngx_str_t *
ngx_http_eo_client_geo(ngx_http_request_t *r, ngx_eo_geo_field_e field)
{
    ngx_eo_live_file_t              **databases;
    ngx_http_eo_client_ctx_t         *ctx;
    ngx_http_eo_client_main_conf_t   *mcf;

    ctx = ngx_http_eo_client_ctx(r);
    if (ctx == NULL) {
        return NULL;
    }

    if (ctx->sockaddr != r->connection->sockaddr) {
        ctx->sockaddr = r->connection->sockaddr;
        ctx->databases = 0;
        ngx_memzero(&ctx->geo, sizeof(ngx_eo_geo_t));
    }

    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_client_module);

    if (mcf->databases == NULL) {
        return &ctx->geo.fields[field];
    }

    databases = mcf->databases->elts;

    while (ctx->geo.fields[field].len == 0
           && ctx->databases < mcf->databases->nelts)
    {
        if (ngx_eo_geo_database_look_up(databases[ctx->databases],
                                        r->main->pool, ctx->sockaddr,
                                        &ctx->geo)
            != NGX_OK)
        {
            return NULL;
        }

        ctx->databases++;
    }

    /* better where the network is registered than nothing */

    if (field == NGX_EO_GEO_COUNTRY && ctx->geo.fields[field].len == 0) {
        field = NGX_EO_GEO_REGISTERED;
    }

    return &ctx->geo.fields[field];
}


static ngx_eo_user_agent_t *
ngx_http_eo_client_user_agent(ngx_http_request_t *r)
{
    ngx_str_t                  text;
    ngx_http_eo_client_ctx_t  *ctx;

    ctx = ngx_http_eo_client_ctx(r);
    if (ctx == NULL) {
        return NULL;
    }

    if (!ctx->user_agent_parsed) {
        ngx_str_null(&text);

        if (r->headers_in.user_agent) {
            text = r->headers_in.user_agent->value;
        }

        ngx_eo_user_agent_parse(&ctx->user_agent, text.data, text.len);
        ctx->user_agent_parsed = 1;
    }

    return &ctx->user_agent;
}


static ngx_int_t
ngx_http_eo_client_geo_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t  *value;

    value = ngx_http_eo_client_geo(r, (ngx_eo_geo_field_e) data);
    if (value == NULL) {
        return NGX_ERROR;
    }

    ngx_http_eo_client_value(v, value);

    return NGX_OK;
}


static ngx_int_t
ngx_http_eo_client_user_agent_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_eo_user_agent_t  *ua;

    ua = ngx_http_eo_client_user_agent(r);
    if (ua == NULL) {
        return NGX_ERROR;
    }

    ngx_http_eo_client_value(v, (ngx_str_t *) ((u_char *) ua + data));

    return NGX_OK;
}


static ngx_int_t
ngx_http_eo_client_fingerprint_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_str_t  value;

    if (ngx_eo_tls_fingerprint(r, (ngx_eo_tls_fingerprint_e) data, &value)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    ngx_http_eo_client_value(v, &value);

    return NGX_OK;
}


static void
ngx_http_eo_client_value(ngx_http_variable_value_t *v, ngx_str_t *value)
{
    if (value->len == 0) {
        v->not_found = 1;
        return;
    }

    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;
    v->len = value->len;
    v->data = value->data;
}


/*
 * What is not known is removed, so that no client passes for what it likes.
 */

static ngx_int_t
ngx_http_eo_client_headers_handler(ngx_http_request_t *r)
{
    ngx_str_t                      *country;
    ngx_eo_user_agent_t            *ua;
    ngx_http_eo_client_loc_conf_t  *clcf;

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_client_module);

    if (r->content_handler == NULL) {
        return NGX_DECLINED;
    }

    if (clcf->country_header.len) {
        country = ngx_http_eo_client_geo(r, NGX_EO_GEO_COUNTRY);

        if (country == NULL
            || ngx_eo_set_origin_header(r, &clcf->country_header, country)
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (clcf->device_headers) {
        ua = ngx_http_eo_client_user_agent(r);

        if (ua == NULL
            || ngx_eo_set_origin_header(r, &ngx_http_eo_client_device_name,
                                        &ua->device)
               != NGX_OK
            || ngx_eo_set_origin_header(r, &ngx_http_eo_client_os_name,
                                        &ua->os)
               != NGX_OK
            || ngx_eo_set_origin_header(r, &ngx_http_eo_client_browser_name,
                                        &ua->browser)
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_DECLINED;
}


static char *
ngx_http_eo_client_database(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_eo_client_main_conf_t *cmcf = conf;

    ngx_str_t   *value;
    ngx_uint_t   i;

    if (cmcf->databases == NULL) {
        cmcf->databases = ngx_array_create(cf->pool, 2,
                                           sizeof(ngx_eo_live_file_t *));
        if (cmcf->databases == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        if (value[i].len == 0) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "empty value in \"%V\": MaxMind DB files are "
                               "needed", &cmd->name);
            return NGX_CONF_ERROR;
        }

        if (ngx_conf_full_name(cf->cycle, &value[i], 1) != NGX_OK
            || ngx_eo_geo_database_add(cf, cmcf->databases, &value[i])
               == NULL)
        {
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_eo_client_country_header(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_eo_client_loc_conf_t *clcf = conf;

    u_char                           c;
    size_t                           i;
    ngx_str_t                       *value;
    ngx_http_eo_client_main_conf_t  *cmcf;

    if (clcf->country_header.data) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (cf->args->nelts == 1) {
        ngx_str_set(&clcf->country_header, "EO-Client-IPCountry");

    } else if (ngx_strcmp(value[1].data, "off") == 0) {
        ngx_str_set(&clcf->country_header, "");
        return NGX_CONF_OK;

    } else {
        clcf->country_header = value[1];
    }

    for (i = 0; i < clcf->country_header.len; i++) {
        c = clcf->country_header.data[i];

        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z')
            && !(c >= 'A' && c <= 'Z') && c != '-')
        {
            break;
        }
    }

    if (i == 0
        || i != clcf->country_header.len
        || i > NGX_EO_CLIENT_HEADER_MAX
        || ngx_http_eo_client_header_reserved(&clcf->country_header))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\": a header name of "
                           "1 to 100 letters, digits and dashes that nothing "
                           "else sets, or \"off\", is needed",
                           &clcf->country_header, &cmd->name);
        return NGX_CONF_ERROR;
    }

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_eo_client_module);
    cmcf->country_header = 1;

    return NGX_CONF_OK;
}


/* headers that nginx or the core module put in, or that frame the request */

static ngx_uint_t
ngx_http_eo_client_header_reserved(ngx_str_t *name)
{
    ngx_str_t  *reserved;

    static ngx_str_t  names[] = {
        ngx_string("Host"),
        ngx_string("Connection"),
        ngx_string("Content-Length"),
        ngx_string("Transfer-Encoding"),
        ngx_string("Expect"),
        ngx_string("Upgrade"),
        ngx_string("CDN-Loop"),
        ngx_string("X-Forwarded-For"),
        ngx_string("X-Forwarded-Proto"),
        ngx_string("EO-Connecting-IP"),
        ngx_string("EO-LOG-UUID"),
        ngx_string("EO-Bot-Tag"),
        ngx_string("EO-Client-Device"),
        ngx_string("EO-Client-OS"),
        ngx_string("EO-Client-Browser"),
        ngx_null_string
    };

    for (reserved = names; reserved->len; reserved++) {

        if (reserved->len == name->len
            && ngx_strncasecmp(reserved->data, name->data, name->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


static ngx_int_t
ngx_http_eo_client_preconfiguration(ngx_conf_t *cf)
{
    if (ngx_eo_core_require(cf, "ngx_http_eo_client_module.so") != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_eo_add_variables(cf, ngx_http_eo_client_variables);
}


static ngx_int_t
ngx_http_eo_client_postconfiguration(ngx_conf_t *cf)
{
    ngx_uint_t                       key;
    ngx_http_eo_client_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_eo_client_module);

    if (cmcf->country_header && cmcf->databases == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"eo_client_country_header\" needs a database: name "
                      "one by \"eo_geo_database\" in the \"http\" block");
        return NGX_ERROR;
    }

    if (cmcf->databases == NULL) {
        ngx_http_eo_client_warn(cf);
    }

    key = 0;

    if (ngx_http_eo_client_used(cf, ngx_http_eo_client_fingerprint_variable,
                                &key)
        && ngx_eo_tls_fingerprint_init(cf) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (!cmcf->origin_headers) {
        return NGX_OK;
    }

    return ngx_eo_stage_add(cf, NGX_EO_STAGE_ORIGIN_CLIENT_HEADERS,
                            ngx_http_eo_client_headers_handler);
}


/*
 * Without a database every client is one of nowhere, also for a rule that
 * lets only one country in.
 */

static void
ngx_http_eo_client_warn(ngx_conf_t *cf)
{
    ngx_str_t   *name;
    ngx_uint_t   key;

    key = 0;

    for ( ;; ) {
        name = ngx_http_eo_client_used(cf, ngx_http_eo_client_geo_variable,
                                       &key);
        if (name == NULL) {
            return;
        }

        ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                      "\"$%V\" is in use and empty for every client: name a "
                      "database by \"eo_geo_database\"", name);
    }
}


/*
 * The next variable that the configuration uses and the handler makes.
 * Variables that another module or a "map" provides in our place are not
 * meant.
 *
 * key:  where to begin, 0 at first
 */

static ngx_str_t *
ngx_http_eo_client_used(ngx_conf_t *cf, ngx_http_get_variable_pt handler,
    ngx_uint_t *key)
{
    ngx_uint_t                  i, k;
    ngx_hash_key_t             *keys;
    ngx_http_variable_t        *used, *defined;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    keys = cmcf->variables_keys->keys.elts;
    used = cmcf->variables.elts;

    while (*key < cmcf->variables_keys->keys.nelts) {
        i = (*key)++;
        defined = keys[i].value;

        if (defined->get_handler != handler) {
            continue;
        }

        for (k = 0; k < cmcf->variables.nelts; k++) {

            if (used[k].name.len == keys[i].key.len
                && ngx_strncmp(used[k].name.data, keys[i].key.data,
                               keys[i].key.len)
                   == 0)
            {
                return &used[k].name;
            }
        }
    }

    return NULL;
}


static void *
ngx_http_eo_client_create_main_conf(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(ngx_http_eo_client_main_conf_t));
}


static void *
ngx_http_eo_client_create_loc_conf(ngx_conf_t *cf)
{
    ngx_http_eo_client_loc_conf_t  *clcf;

    /* an unset header has no data, one that is off has no length */

    clcf = ngx_pcalloc(cf->pool, sizeof(ngx_http_eo_client_loc_conf_t));
    if (clcf == NULL) {
        return NULL;
    }

    clcf->device_headers = NGX_CONF_UNSET;

    return clcf;
}


static char *
ngx_http_eo_client_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ngx_http_eo_client_loc_conf_t *prev = parent;
    ngx_http_eo_client_loc_conf_t *conf = child;

    ngx_http_eo_client_main_conf_t  *cmcf;

    ngx_conf_merge_str_value(conf->country_header, prev->country_header, "");
    ngx_conf_merge_value(conf->device_headers, prev->device_headers, 0);

    if (conf->country_header.len || conf->device_headers) {
        cmcf = ngx_http_conf_get_module_main_conf(cf,
                                                  ngx_http_eo_client_module);
        cmcf->origin_headers = 1;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_eo_client_init_process(ngx_cycle_t *cycle)
{
    ngx_http_eo_client_main_conf_t  *cmcf;

    cmcf = ngx_http_cycle_get_module_main_conf(cycle,
                                               ngx_http_eo_client_module);

    if (cmcf == NULL || cmcf->databases == NULL) {
        return NGX_OK;
    }

    return ngx_eo_live_files_watch(cycle, cmcf->databases);
}
