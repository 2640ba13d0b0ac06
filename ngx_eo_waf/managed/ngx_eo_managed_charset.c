
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The charset of a response whose header is held.
 *
 * The configuration of nginx's charset filter is its own.  What is known of it
 * is its directive: that it sets a number in the configuration of a location,
 * and where.  The same directive tells which number "utf-8" has.
 */


#include "ngx_eo_managed_charset.h"


static ngx_module_t  *ngx_eo_managed_charset_module;
static ngx_uint_t     ngx_eo_managed_charset_offset;
static ngx_int_t      ngx_eo_managed_charset_utf8;

static ngx_str_t  ngx_eo_managed_utf8 = ngx_string("utf-8");


static ngx_module_t *ngx_eo_managed_find_module(ngx_cycle_t *cycle,
    const char *name);
static ngx_command_t *ngx_eo_managed_find_command(ngx_module_t *module,
    const char *name);


static ngx_module_t *
ngx_eo_managed_find_module(ngx_cycle_t *cycle, const char *name)
{
    ngx_uint_t  i;

    for (i = 0; cycle->modules[i] != NULL; i++) {
        if (ngx_strcmp(cycle->modules[i]->name, name) == 0) {
            return cycle->modules[i];
        }
    }

    return NULL;
}


static ngx_command_t *
ngx_eo_managed_find_command(ngx_module_t *module, const char *name)
{
    ngx_command_t  *cmd;

    for (cmd = module->commands; cmd != NULL && cmd->name.len; cmd++) {
        if (ngx_strcmp(cmd->name.data, name) == 0) {
            return cmd;
        }
    }

    return NULL;
}


ngx_int_t
ngx_eo_managed_charset_init(ngx_conf_t *cf)
{
    void               *conf;
    ngx_str_t          *value;
    ngx_conf_t          own;
    ngx_array_t         args;
    ngx_module_t       *module;
    ngx_command_t      *cmd;
    ngx_http_module_t  *ctx;

    ngx_eo_managed_charset_module = NULL;

    module = ngx_eo_managed_find_module(cf->cycle,
                                        "ngx_http_charset_filter_module");
    if (module == NULL) {
        return NGX_OK;
    }

    cmd = ngx_eo_managed_find_command(module, "charset");
    ctx = module->ctx;

    if (cmd == NULL || ctx->create_loc_conf == NULL) {
        return NGX_OK;
    }

    conf = ctx->create_loc_conf(cf);

    if (conf == NULL
        || ngx_array_init(&args, cf->pool, 2, sizeof(ngx_str_t)) != NGX_OK)
    {
        return NGX_ERROR;
    }

    value = ngx_array_push_n(&args, 2);
    value[0] = cmd->name;
    value[1] = ngx_eo_managed_utf8;

    own = *cf;
    own.args = &args;

    if (cmd->set(&own, cmd, conf) != NGX_CONF_OK) {
        return NGX_ERROR;
    }

    ngx_eo_managed_charset_module = module;
    ngx_eo_managed_charset_offset = cmd->offset;
    ngx_eo_managed_charset_utf8 = *(ngx_int_t *) ((u_char *) conf
                                                  + cmd->offset);

    return NGX_OK;
}


void
ngx_eo_managed_charset_set(ngx_http_request_t *r)
{
    u_char     *conf;
    ngx_int_t   charset;

    if (ngx_eo_managed_charset_module == NULL || r->headers_out.charset.len) {
        return;
    }

    conf = r->loc_conf[ngx_eo_managed_charset_module->ctx_index];
    charset = *(ngx_int_t *) (conf + ngx_eo_managed_charset_offset);

    if (charset == ngx_eo_managed_charset_utf8) {
        r->headers_out.charset = ngx_eo_managed_utf8;
    }
}


void
ngx_eo_managed_charset_unset(ngx_http_request_t *r)
{
    if (r->headers_out.charset.data == ngx_eo_managed_utf8.data) {
        ngx_str_null(&r->headers_out.charset);
    }
}
