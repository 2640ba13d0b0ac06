
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Token authentication: directives, variables and wiring.
 */


#include "ngx_http_eo_token_auth_module.h"


/* as ngx_eo_token.c has it, in words */

#define NGX_EO_TOKEN_AUTH_METHODS  "off, A, B, C, D, VOD, HMAC"


/* the most that a file of keys may have */

#define NGX_EO_TOKEN_AUTH_FILE     65536


static char *ngx_http_eo_token_auth(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_eo_token_auth_key(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_eo_token_auth_key_file(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
static ngx_int_t ngx_http_eo_token_auth_key_file_read(ngx_conf_t *cf,
    ngx_str_t *name, ngx_str_t *text);
static char *ngx_http_eo_token_auth_timeout(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);
static char *ngx_http_eo_token_auth_param(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_eo_token_auth_enum(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
static char *ngx_http_eo_token_auth_sign(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

static char *ngx_http_eo_remote_auth_refused(ngx_conf_t *cf,
    ngx_command_t *cmd, void *conf);

static void *ngx_http_eo_token_auth_create_main_conf(ngx_conf_t *cf);
static void *ngx_http_eo_token_auth_create_srv_conf(ngx_conf_t *cf);
static void *ngx_http_eo_token_auth_create_loc_conf(ngx_conf_t *cf);
static char *ngx_http_eo_token_auth_merge_loc_conf(ngx_conf_t *cf,
    void *parent, void *child);
static char *ngx_http_eo_token_auth_set_rule(ngx_conf_t *cf,
    ngx_http_eo_token_auth_loc_conf_t *conf);
static ngx_eo_token_rule_t *ngx_http_eo_token_auth_unique(ngx_conf_t *cf,
    ngx_eo_token_rule_t *rule);
static ngx_uint_t ngx_http_eo_token_auth_same(ngx_eo_token_rule_t *a,
    ngx_eo_token_rule_t *b);

static ngx_int_t ngx_http_eo_token_auth_preconfiguration(ngx_conf_t *cf);
static ngx_int_t ngx_http_eo_token_auth_init(ngx_conf_t *cf);

static ngx_int_t ngx_http_eo_token_auth_status_variable(
    ngx_http_request_t *r, ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ngx_http_eo_token_auth_number_variable(
    ngx_http_request_t *r, ngx_http_variable_value_t *v, uintptr_t data);


static ngx_conf_enum_t  ngx_http_eo_token_auth_time_formats[] = {
    { ngx_string("dec"), 0 },
    { ngx_string("hex"), 1 },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_http_eo_token_auth_scopes[] = {
    { ngx_string("path"), 0 },
    { ngx_string("prefix"), 1 },
    { ngx_null_string, 0 }
};


static ngx_conf_enum_t  ngx_http_eo_token_auth_vod_us[] = {
    { ngx_string("apart"), 0 },
    { ngx_string("any"), 1 },
    { ngx_null_string, 0 }
};


static ngx_command_t  ngx_http_eo_token_auth_commands[] = {

    { ngx_string("eo_token_auth"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_eo_token_auth,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_token_auth_key"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE12,
      ngx_http_eo_token_auth_key,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_token_auth_key_file"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_eo_token_auth_key_file,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_token_auth_timeout"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_eo_token_auth_timeout,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_token_auth_param"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_eo_token_auth_param,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_eo_token_auth_loc_conf_t, param),
      NULL },

    { ngx_string("eo_token_auth_time_param"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_eo_token_auth_param,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_eo_token_auth_loc_conf_t, time_param),
      NULL },

    { ngx_string("eo_token_auth_time_format"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_eo_token_auth_enum,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_eo_token_auth_loc_conf_t, hex),
      &ngx_http_eo_token_auth_time_formats },

    { ngx_string("eo_token_auth_scope"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_eo_token_auth_enum,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_eo_token_auth_loc_conf_t, folder),
      &ngx_http_eo_token_auth_scopes },

    { ngx_string("eo_token_auth_vod_us"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ngx_http_eo_token_auth_enum,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_eo_token_auth_loc_conf_t, any_us),
      &ngx_http_eo_token_auth_vod_us },

    { ngx_string("eo_token_auth_strip"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ngx_http_eo_token_auth_loc_conf_t, strip),
      NULL },

    { ngx_string("eo_token_auth_sign"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_eo_token_auth_sign,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("eo_remote_auth_refused"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_eo_remote_auth_refused,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_eo_token_auth_module_ctx = {
    ngx_http_eo_token_auth_preconfiguration,  /* preconfiguration */
    ngx_http_eo_token_auth_init,              /* postconfiguration */

    ngx_http_eo_token_auth_create_main_conf,  /* create main configuration */
    NULL,                                     /* init main configuration */

    ngx_http_eo_token_auth_create_srv_conf,   /* create server configuration */
    NULL,                                     /* merge server configuration */

    ngx_http_eo_token_auth_create_loc_conf,   /* create location conf */
    ngx_http_eo_token_auth_merge_loc_conf     /* merge location configuration */
};


ngx_module_t  ngx_http_eo_token_auth_module = {
    NGX_MODULE_V1,
    &ngx_http_eo_token_auth_module_ctx,    /* module context */
    ngx_http_eo_token_auth_commands,       /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    NULL,                                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_http_variable_t  ngx_http_eo_token_auth_variables[] = {

    { ngx_string("eo_token_auth_status"), NULL,
      ngx_http_eo_token_auth_status_variable, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_token_auth_expires"), NULL,
      ngx_http_eo_token_auth_number_variable, 0,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

    { ngx_string("eo_token_auth_preview"), NULL,
      ngx_http_eo_token_auth_number_variable, 1,
      NGX_HTTP_VAR_NOCACHEABLE, 0 },

      ngx_http_null_variable
};


static char *
ngx_http_eo_token_auth(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_eo_token_auth_loc_conf_t  *lcf = conf;

    ngx_str_t  *value;

    if (lcf->method != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;

    lcf->method = ngx_eo_token_method(&value[1]);

    if (lcf->method == NGX_EO_TOKEN_METHODS) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\" directive, it must "
                           "be one of: " NGX_EO_TOKEN_AUTH_METHODS,
                           &value[1], &cmd->name);
        return NGX_CONF_ERROR;
    }

    if (cf->conf_file) {
        lcf->file = cf->conf_file->file.name.data;
        lcf->line = cf->conf_file->line;
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_eo_token_auth_key(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_eo_token_auth_loc_conf_t  *lcf = conf;

    ngx_str_t           *value;
    ngx_uint_t           i;
    const char          *error;
    ngx_eo_token_key_t  *key;

    if (lcf->keys != NGX_CONF_UNSET_PTR) {
        return "is duplicate, or stands beside \"eo_token_auth_key_file\"";
    }

    lcf->keys = ngx_array_create(cf->pool, 2, sizeof(ngx_eo_token_key_t));
    if (lcf->keys == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        key = ngx_array_push(lcf->keys);
        if (key == NULL) {
            return NGX_CONF_ERROR;
        }

        error = ngx_eo_token_key_parse(&value[i], key);

        if (error) {

            /* the value is a secret, even if it is a wrong one */

            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid %s key in \"%V\" directive: %s",
                               i == 1 ? "primary" : "backup", &cmd->name,
                               error);
            return NGX_CONF_ERROR;
        }
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_eo_token_auth_key_file(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_eo_token_auth_loc_conf_t  *lcf = conf;

    ngx_str_t    *value, text;
    ngx_uint_t    nkeys, line;
    const char   *error;

    if (lcf->keys != NGX_CONF_UNSET_PTR) {
        return "is duplicate, or stands beside \"eo_token_auth_key\"";
    }

    value = cf->args->elts;

    if (ngx_conf_full_name(cf->cycle, &value[1], 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (ngx_http_eo_token_auth_key_file_read(cf, &value[1], &text)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    lcf->keys = ngx_array_create(cf->pool, NGX_EO_TOKEN_MAX_KEYS,
                                 sizeof(ngx_eo_token_key_t));
    if (lcf->keys == NULL) {
        return NGX_CONF_ERROR;
    }

    error = ngx_eo_token_key_file_parse(&text, lcf->keys->elts, &nkeys,
                                        &line);
    if (error) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid key file \"%V\" in \"%V\" directive, "
                           "line %ui: %s", &value[1], &cmd->name, line,
                           error);
        return NGX_CONF_ERROR;
    }

    lcf->keys->nelts = nkeys;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_eo_token_auth_key_file_read(ngx_conf_t *cf, ngx_str_t *name,
    ngx_str_t *text)
{
    ssize_t          n;
    ngx_fd_t         fd;
    ngx_err_t        err;
    ngx_int_t        rc;
    ngx_file_info_t  fi;

    fd = ngx_open_file(name->data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    if (fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_open_file_n " \"%V\" failed", name);
        return NGX_ERROR;
    }

    rc = NGX_ERROR;

    if (ngx_fd_info(fd, &fi) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_fd_info_n " \"%V\" failed", name);
        goto done;
    }

    if (!ngx_is_file(&fi) || ngx_file_size(&fi) > NGX_EO_TOKEN_AUTH_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" is no file of keys: it must be a regular "
                           "file of up to %d bytes", name,
                           NGX_EO_TOKEN_AUTH_FILE);
        goto done;
    }

    if (ngx_file_access(&fi) & (S_IROTH|S_IWOTH)) {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "the keys in \"%V\" can be read or written by "
                           "everybody: take the rights of others away "
                           "(chmod o-rw)", name);
    }

    text->data = ngx_pnalloc(cf->pool, ngx_file_size(&fi) + 1);
    if (text->data == NULL) {
        goto done;
    }

    n = ngx_read_fd(fd, text->data, ngx_file_size(&fi));

    if (n == -1 || n != ngx_file_size(&fi)) {
        err = (n == -1) ? ngx_errno : 0;
        ngx_conf_log_error(NGX_LOG_EMERG, cf, err,
                           ngx_read_fd_n " \"%V\" failed", name);
        goto done;
    }

    text->len = n;
    rc = NGX_OK;

done:

    if (ngx_close_file(fd) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_ALERT, cf, ngx_errno,
                           ngx_close_file_n " \"%V\" failed", name);
    }

    return rc;
}


static char *
ngx_http_eo_token_auth_timeout(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_eo_token_auth_loc_conf_t  *lcf = conf;

    ngx_str_t  *value;

    if (lcf->timeout != NGX_CONF_UNSET) {
        return "is duplicate";
    }

    value = cf->args->elts;

    lcf->timeout = ngx_parse_time(&value[1], 1);

    if (lcf->timeout == (time_t) NGX_ERROR
        || lcf->timeout < NGX_EO_TOKEN_MIN_TIMEOUT
        || lcf->timeout > NGX_EO_TOKEN_MAX_TIMEOUT)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\" directive, it must "
                           "be a time of 1s to 630720000s",
                           &value[1], &cmd->name);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static char *
ngx_http_eo_token_auth_param(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t  *value, *param;

    param = (ngx_str_t *) ((u_char *) conf + cmd->offset);

    if (param->data) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (!ngx_eo_token_param_valid(&value[1])) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\" directive, it must "
                           "be 1 to 100 letters, digits and underscores",
                           &value[1], &cmd->name);
        return NGX_CONF_ERROR;
    }

    *param = value[1];

    return NGX_CONF_OK;
}


/* as ngx_conf_set_enum_slot(), but a wrong value is answered with the list */

static char *
ngx_http_eo_token_auth_enum(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_str_t        *value;
    ngx_uint_t       *field, i;
    ngx_conf_enum_t  *e;

    field = (ngx_uint_t *) ((u_char *) conf + cmd->offset);

    if (*field != NGX_CONF_UNSET_UINT) {
        return "is duplicate";
    }

    value = cf->args->elts;
    e = cmd->post;

    for (i = 0; e[i].name.len; i++) {
        if (e[i].name.len == value[1].len
            && ngx_strncmp(e[i].name.data, value[1].data, value[1].len) == 0)
        {
            *field = e[i].value;
            return NGX_CONF_OK;
        }
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid value \"%V\" in \"%V\" directive, it must "
                       "be \"%V\" or \"%V\"",
                       &value[1], &cmd->name, &e[0].name, &e[1].name);

    return NGX_CONF_ERROR;
}


static char *
ngx_http_eo_token_auth_sign(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_eo_token_auth_loc_conf_t  *lcf = conf;

    ngx_http_core_loc_conf_t  *clcf;

    if (lcf->sign) {
        return "is duplicate";
    }

    lcf->sign = 1;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = ngx_eo_token_sign_handler;

    return NGX_CONF_OK;
}


static char *
ngx_http_eo_remote_auth_refused(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_http_core_loc_conf_t            *clcf;
    ngx_http_eo_token_auth_main_conf_t  *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf,
                                             ngx_http_eo_token_auth_module);
    mcf->refused = 1;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = ngx_eo_token_refused_handler;

    return NGX_CONF_OK;
}


static void *
ngx_http_eo_token_auth_create_main_conf(ngx_conf_t *cf)
{
    ngx_http_eo_token_auth_main_conf_t  *conf;

    conf = ngx_pcalloc(cf->pool, sizeof(ngx_http_eo_token_auth_main_conf_t));
    if (conf == NULL) {
        return NULL;
    }

    if (ngx_array_init(&conf->rules, cf->pool, 4,
                       sizeof(ngx_eo_token_rule_t *))
        != NGX_OK)
    {
        return NULL;
    }

    return conf;
}


static void *
ngx_http_eo_token_auth_create_srv_conf(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(ngx_http_eo_token_auth_srv_conf_t));
}


static void *
ngx_http_eo_token_auth_create_loc_conf(ngx_conf_t *cf)
{
    ngx_http_eo_token_auth_loc_conf_t  *conf;

    conf = ngx_pcalloc(cf->pool, sizeof(ngx_http_eo_token_auth_loc_conf_t));
    if (conf == NULL) {
        return NULL;
    }

    /*
     * set by ngx_pcalloc():
     *
     *     conf->rule = NULL;
     *     conf->param = { 0, NULL };
     *     conf->time_param = { 0, NULL };
     *     conf->sign = 0;
     *     conf->file = NULL;
     *     conf->line = 0;
     */

    conf->method = NGX_CONF_UNSET_UINT;
    conf->hex = NGX_CONF_UNSET_UINT;
    conf->folder = NGX_CONF_UNSET_UINT;
    conf->any_us = NGX_CONF_UNSET_UINT;
    conf->keys = NGX_CONF_UNSET_PTR;
    conf->timeout = NGX_CONF_UNSET;
    conf->strip = NGX_CONF_UNSET;

    return conf;
}


static char *
ngx_http_eo_token_auth_merge_loc_conf(ngx_conf_t *cf, void *parent,
    void *child)
{
    ngx_http_eo_token_auth_loc_conf_t *prev = parent;
    ngx_http_eo_token_auth_loc_conf_t *conf = child;

    if (conf->method == NGX_CONF_UNSET_UINT) {
        conf->file = prev->file;
        conf->line = prev->line;
    }

    ngx_conf_merge_uint_value(conf->method, prev->method, NGX_EO_TOKEN_OFF);
    ngx_conf_merge_uint_value(conf->hex, prev->hex, 1);
    ngx_conf_merge_uint_value(conf->folder, prev->folder, 0);
    ngx_conf_merge_uint_value(conf->any_us, prev->any_us, 0);
    ngx_conf_merge_ptr_value(conf->keys, prev->keys, NULL);
    ngx_conf_merge_sec_value(conf->timeout, prev->timeout,
                             NGX_EO_TOKEN_DEFAULT_TIMEOUT);
    ngx_conf_merge_str_value(conf->param, prev->param, "sign");
    ngx_conf_merge_str_value(conf->time_param, prev->time_param, "t");
    ngx_conf_merge_value(conf->strip, prev->strip, 1);

    if (conf->method == NGX_EO_TOKEN_OFF) {

        if (conf->sign) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "\"eo_token_auth_sign\" needs an "
                               "\"eo_token_auth\" that says by which method "
                               "links are to be made");
            return NGX_CONF_ERROR;
        }

        return NGX_CONF_OK;
    }

    return ngx_http_eo_token_auth_set_rule(cf, conf);
}


static char *
ngx_http_eo_token_auth_set_rule(ngx_conf_t *cf,
    ngx_http_eo_token_auth_loc_conf_t *conf)
{
    const char                         *error;
    ngx_eo_token_rule_t                 rule;
    ngx_http_eo_token_auth_srv_conf_t  *scf;

    ngx_memzero(&rule, sizeof(ngx_eo_token_rule_t));

    rule.method = conf->method;
    rule.hex = conf->hex;
    rule.folder = conf->folder;
    rule.any_us = conf->any_us;
    rule.timeout = conf->timeout;
    rule.param = conf->param;
    rule.time_param = conf->time_param;

    if (conf->keys) {
        rule.keys = conf->keys->elts;
        rule.nkeys = conf->keys->nelts;
    }

    error = ngx_eo_token_rule_check(&rule);

    if (error) {
        ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                      "\"eo_token_auth %s\" in %s:%ui cannot work with the "
                      "other \"eo_token_auth_*\" directives there: %s",
                      ngx_eo_token_method_names[conf->method],
                      conf->file ? conf->file : (u_char *) "-", conf->line,
                      error);
        return NGX_CONF_ERROR;
    }

    conf->rule = ngx_http_eo_token_auth_unique(cf, &rule);
    if (conf->rule == NULL) {
        return NGX_CONF_ERROR;
    }

    if (conf->strip && !conf->sign
        && (conf->method == NGX_EO_TOKEN_B || conf->method == NGX_EO_TOKEN_C
            || conf->folder))
    {
        scf = ngx_http_conf_get_module_srv_conf(cf,
                                                ngx_http_eo_token_auth_module);
        scf->prefixes |= (ngx_uint_t) 1 << conf->method;
    }

    return NGX_CONF_OK;
}


/* rules are compared by address when a request goes through locations */

static ngx_eo_token_rule_t *
ngx_http_eo_token_auth_unique(ngx_conf_t *cf, ngx_eo_token_rule_t *rule)
{
    ngx_uint_t                            i;
    ngx_eo_token_rule_t                 **rules, *copy;
    ngx_http_eo_token_auth_main_conf_t   *mcf;

    mcf = ngx_http_conf_get_module_main_conf(cf,
                                             ngx_http_eo_token_auth_module);

    if (rule->method == NGX_EO_TOKEN_B || rule->method == NGX_EO_TOKEN_C
        || rule->folder)
    {
        mcf->prefixes = 1;
    }

    rules = mcf->rules.elts;

    for (i = 0; i < mcf->rules.nelts; i++) {
        if (ngx_http_eo_token_auth_same(rules[i], rule)) {
            return rules[i];
        }
    }

    rules = ngx_array_push(&mcf->rules);
    if (rules == NULL) {
        return NULL;
    }

    copy = ngx_palloc(cf->pool, sizeof(ngx_eo_token_rule_t));
    if (copy == NULL) {
        return NULL;
    }

    *copy = *rule;
    *rules = copy;

    return copy;
}


static ngx_uint_t
ngx_http_eo_token_auth_same(ngx_eo_token_rule_t *a, ngx_eo_token_rule_t *b)
{
    ngx_uint_t           i;
    ngx_eo_token_key_t  *ka, *kb;

    if (a->method != b->method
        || a->hex != b->hex
        || a->folder != b->folder
        || a->any_us != b->any_us
        || a->timeout != b->timeout
        || a->nkeys != b->nkeys
        || a->param.len != b->param.len
        || ngx_memcmp(a->param.data, b->param.data, a->param.len) != 0
        || a->time_param.len != b->time_param.len
        || ngx_memcmp(a->time_param.data, b->time_param.data,
                      a->time_param.len)
           != 0)
    {
        return 0;
    }

    for (i = 0; i < a->nkeys; i++) {
        ka = &a->keys[i];
        kb = &b->keys[i];

        if (ka->id.len != kb->id.len
            || ka->value.len != kb->value.len
            || ngx_memcmp(ka->value.data, kb->value.data, ka->value.len) != 0
            || (ka->id.len
                && ngx_memcmp(ka->id.data, kb->id.data, ka->id.len) != 0))
        {
            return 0;
        }
    }

    return 1;
}


static ngx_int_t
ngx_http_eo_token_auth_preconfiguration(ngx_conf_t *cf)
{
    if (ngx_eo_core_require(cf, "ngx_http_eo_token_auth_module.so")
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_eo_add_variables(cf, ngx_http_eo_token_auth_variables);
}


static ngx_int_t
ngx_http_eo_token_auth_init(ngx_conf_t *cf)
{
    ngx_http_handler_pt                 *h;
    ngx_http_core_main_conf_t           *cmcf;
    ngx_http_eo_token_auth_main_conf_t  *mcf;

    static ngx_str_t  request_uri = ngx_string("request_uri");

    mcf = ngx_http_conf_get_module_main_conf(cf,
                                             ngx_http_eo_token_auth_module);

    if (mcf->rules.nelts == 0 && !mcf->refused) {
        return NGX_OK;
    }

    mcf->request_uri_index = ngx_http_get_variable_index(cf, &request_uri);
    if (mcf->request_uri_index == NGX_ERROR) {
        return NGX_ERROR;
    }

    if (ngx_eo_stage_add(cf, NGX_EO_STAGE_TOKEN_AUTH,
                         ngx_eo_token_access_handler)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (!mcf->prefixes) {
        return NGX_OK;
    }

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    h = ngx_array_push(&cmcf->phases[NGX_HTTP_SERVER_REWRITE_PHASE].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = ngx_eo_token_prefix_try_handler;

    h = ngx_array_push(&cmcf->phases[NGX_HTTP_REWRITE_PHASE].handlers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    *h = ngx_eo_token_prefix_keep_handler;

    return NGX_OK;
}


static ngx_int_t
ngx_http_eo_token_auth_status_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_eo_token_auth_ctx_t  *ctx;

    ctx = ngx_eo_get_ctx(r, NGX_EO_SLOT_TOKEN_AUTH);

    if (ctx == NULL || !ctx->checked) {
        v->not_found = 1;
        return NGX_OK;
    }

    v->data = (u_char *) ngx_eo_token_status_names[ctx->result.status];
    v->len = ngx_strlen(v->data);
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}


/* data: 0 for the last second of the link, 1 for the seconds of a preview */

static ngx_int_t
ngx_http_eo_token_auth_number_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    u_char                   *p;
    int64_t                   value;
    ngx_eo_token_auth_ctx_t  *ctx;

    ctx = ngx_eo_get_ctx(r, NGX_EO_SLOT_TOKEN_AUTH);

    value = 0;

    if (ctx && ctx->checked) {
        value = data ? (int64_t) ctx->result.preview : ctx->result.expires;
    }

    if (value == 0) {
        v->not_found = 1;
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, NGX_INT64_LEN);
    if (p == NULL) {
        return NGX_ERROR;
    }

    v->len = ngx_sprintf(p, "%L", value) - p;
    v->data = p;
    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;

    return NGX_OK;
}
