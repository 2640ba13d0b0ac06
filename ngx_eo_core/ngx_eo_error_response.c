
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_error_response.h"
#include "ngx_eo_status.h"


static ngx_int_t ngx_eo_error_response_options(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_eo_error_response_t *options);
static char *ngx_eo_error_response_add(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_array_t *responses, ngx_str_t *value,
    ngx_eo_error_response_t *options);
static ngx_int_t ngx_eo_error_response_code(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_str_t *value);


char *
ngx_eo_error_response_directive(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf)
{
    ngx_eo_core_loc_conf_t *lcf = conf;

    char                     *rv;
    ngx_int_t                 i, n;
    ngx_str_t                *value;
    ngx_eo_error_response_t   options;

    n = ngx_eo_error_response_options(cf, cmd, &options);

    if (n == NGX_ERROR) {
        return NGX_CONF_ERROR;
    }

    if (lcf->error_responses == NULL) {
        lcf->error_responses = ngx_array_create(cf->pool, 4,
                                             sizeof(ngx_eo_error_response_t));
        if (lcf->error_responses == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    value = cf->args->elts;

    for (i = 1; i <= n; i++) {

        rv = ngx_eo_error_response_add(cf, cmd, lcf->error_responses,
                                       &value[i], &options);
        if (rv != NGX_CONF_OK) {
            return rv;
        }
    }

    return NGX_CONF_OK;
}


/* returns the number of statuses before the options */

static ngx_int_t
ngx_eo_error_response_options(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_error_response_t *options)
{
    ngx_int_t    code;
    ngx_str_t   *value, s;
    ngx_uint_t   last;

    ngx_memzero(options, sizeof(ngx_eo_error_response_t));

    options->file = cf->conf_file->file.name;
    options->line = cf->conf_file->line;

    value = cf->args->elts;

    for (last = cf->args->nelts - 1; last > 0; last--) {

        if (ngx_strncmp(value[last].data, "page=", 5) == 0) {
            options->page_name.data = value[last].data + 5;
            options->page_name.len = value[last].len - 5;
            continue;
        }

        if (ngx_strncmp(value[last].data, "code=", 5) == 0) {
            s.data = value[last].data + 5;
            s.len = value[last].len - 5;

            code = ngx_eo_error_response_code(cf, cmd, &s);
            if (code == NGX_ERROR) {
                return NGX_ERROR;
            }

            options->code = code;
            continue;
        }

        break;
    }

    if (last == 0 || (options->code == 0 && options->page_name.len == 0)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\" in \"%V\": it needs "
                           "one or more statuses and then \"page=NAME\", "
                           "\"code=STATUS\" or both",
                           &value[cf->args->nelts - 1], &cmd->name);
        return NGX_ERROR;
    }

    return last;
}


static char *
ngx_eo_error_response_add(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_array_t *responses, ngx_str_t *value,
    ngx_eo_error_response_t *options)
{
    ngx_int_t                 status;
    ngx_eo_error_response_t  *er;

    status = ngx_atoi(value->data, value->len);

    if (status == NGX_ERROR || ngx_eo_status_find(status) == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid status \"%V\" in \"%V\": it must be one "
                           "that the suite answers with, 400, 403, 413, 416, "
                           "418, 423, 520 to 525, 550 to 555, 566 or 567",
                           value, &cmd->name);
        return NGX_CONF_ERROR;
    }

    if (ngx_eo_error_response_find(responses, status)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "duplicate status \"%V\" in \"%V\": one level may "
                           "say only once what is sent for it",
                           value, &cmd->name);
        return NGX_CONF_ERROR;
    }

    er = ngx_array_push(responses);
    if (er == NULL) {
        return NGX_CONF_ERROR;
    }

    *er = *options;
    er->status = status;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_eo_error_response_code(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *value)
{
    ngx_int_t  n;

    n = ngx_atoi(value->data, value->len);

    if (!ngx_eo_status_allowed(n)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid status \"%V\" in \"%V\": it must be "
                           NGX_EO_STATUS_ALLOWED,
                           value, &cmd->name);
        return NGX_ERROR;
    }

    return n;
}


ngx_int_t
ngx_eo_error_response_find_pages(ngx_conf_t *cf, ngx_array_t *responses)
{
    ngx_uint_t                i;
    ngx_eo_error_response_t  *er;

    if (responses == NULL) {
        return NGX_OK;
    }

    er = responses->elts;

    for (i = 0; i < responses->nelts; i++) {

        if (er[i].page_name.len == 0 || er[i].page) {
            continue;
        }

        er[i].page = ngx_eo_response_page_find(cf, &er[i].page_name);

        if (er[i].page == NULL) {
            ngx_log_error(NGX_LOG_EMERG, cf->log, 0,
                          "no \"eo_response_page\" defines the page \"%V\" "
                          "that \"eo_error_response\" names in %V:%ui",
                          &er[i].page_name, &er[i].file, er[i].line);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_eo_error_response_t *
ngx_eo_error_response_find(ngx_array_t *responses, ngx_uint_t status)
{
    ngx_uint_t                i;
    ngx_eo_error_response_t  *er;

    if (responses == NULL) {
        return NULL;
    }

    er = responses->elts;

    for (i = 0; i < responses->nelts; i++) {

        if (er[i].status == status) {
            return &er[i];
        }
    }

    return NULL;
}
