
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The short forms of basic rules.  They are put into the expression language
 * and compiled as every other rule.
 */


#include "ngx_eo_waf_custom.h"
#include "action/ngx_eo_waf_action_conf.h"


typedef struct {
    ngx_str_t                   directive;
    const char                 *field;
    const char                 *op;
    unsigned                    header:1;    /* takes "empty" */
    unsigned                    country:1;
    unsigned                    referer:1;
} ngx_eo_basic_t;


static ngx_eo_basic_t *ngx_eo_basic_find(ngx_str_t *directive);
static char *ngx_eo_basic_value(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_basic_t *basic, ngx_str_t *value);
static ngx_int_t ngx_eo_basic_text(ngx_conf_t *cf, ngx_eo_basic_t *basic,
    ngx_array_t *values, ngx_uint_t mismatch, ngx_uint_t empty,
    ngx_str_t *text);
static u_char *ngx_eo_basic_quote(u_char *p, ngx_str_t *value);
static u_char *ngx_eo_basic_referer(u_char *p, ngx_str_t *value);
static ngx_int_t ngx_eo_basic_name(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *name);


static ngx_eo_basic_t  ngx_eo_basics[] = {
    { ngx_string("eo_client_ip"), "http.request.ip", "in", 0, 0, 0 },
    { ngx_string("eo_region"), "http.request.ip.country", "in", 0, 1, 0 },
    { ngx_string("eo_asn"), "http.request.ip.asn", "in", 0, 0, 0 },
    { ngx_string("eo_url"), "http.request.uri.path", "like", 0, 0, 0 },
    { ngx_string("eo_user_agent"), "http.request.headers[\"user-agent\"]",
      "like", 1, 0, 0 },
    { ngx_string("eo_referer"), "http.request.headers[\"referer\"]",
      "matches", 1, 0, 1 },
    { ngx_null_string, NULL, NULL, 0, 0, 0 }
};


/* eo_... match|mismatch VALUE... [empty] action=... [name=] ... */

char *
ngx_eo_waf_basic_rule(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_loc_conf_t  *wlcf = conf;

    ngx_str_t             *value, *push, text, name;
    ngx_uint_t             i, mismatch, empty;
    ngx_array_t            values;
    ngx_eo_rule_t         *rule;
    ngx_eo_basic_t        *basic;
    ngx_eo_action_args_t   args;

    basic = ngx_eo_basic_find(&cmd->name);
    value = cf->args->elts;

    mismatch = (ngx_strcmp(value[1].data, "mismatch") == 0);

    if (!mismatch && ngx_strcmp(value[1].data, "match") != 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"%V\": it must be "
                           "\"match\" or \"mismatch\"", &value[1],
                           &cmd->name);
        return NGX_CONF_ERROR;
    }

    if (ngx_array_init(&values, cf->temp_pool, cf->args->nelts,
                       sizeof(ngx_str_t))
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(&args, sizeof(ngx_eo_action_args_t));
    ngx_str_null(&name);
    empty = 0;

    for (i = 2; i < cf->args->nelts; i++) {

        if (ngx_eo_action_arg(&args, &value[i]) == NGX_OK) {
            continue;
        }

        if (value[i].len > 5
            && ngx_strncmp(value[i].data, "name=", 5) == 0)
        {
            name.data = value[i].data + 5;
            name.len = value[i].len - 5;
            continue;
        }

        if (basic->header && ngx_strcmp(value[i].data, "empty") == 0) {
            empty = 1;
            continue;
        }

        if (ngx_eo_basic_value(cf, cmd, basic, &value[i]) != NGX_CONF_OK) {
            return NGX_CONF_ERROR;
        }

        push = ngx_array_push(&values);
        if (push == NULL) {
            return NGX_CONF_ERROR;
        }

        *push = value[i];
    }

    if (values.nelts == 0 && !empty) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" needs a value to compare with",
                           &cmd->name);
        return NGX_CONF_ERROR;
    }

    if (values.nelts == 0 && mismatch) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V mismatch\" needs a value beside \"empty\"",
                           &cmd->name);
        return NGX_CONF_ERROR;
    }

    if (ngx_eo_basic_text(cf, basic, &values, mismatch, empty, &text)
        != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (name.len == 0 && ngx_eo_basic_name(cf, cmd, &name) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    rule = ngx_eo_waf_rule_add(cf, wlcf, &name, &text);
    if (rule == NULL) {
        return NGX_CONF_ERROR;
    }

    rule->type = NGX_EO_RULE_BASIC;

    return ngx_eo_action_parse(cf, cmd, &args, &rule->action);
}


static ngx_eo_basic_t *
ngx_eo_basic_find(ngx_str_t *directive)
{
    ngx_eo_basic_t  *basic;

    for (basic = ngx_eo_basics; basic->directive.len; basic++) {

        if (basic->directive.len == directive->len
            && ngx_strncmp(basic->directive.data, directive->data,
                           directive->len)
               == 0)
        {
            break;
        }
    }

    return basic;
}


/* what the expression would accept, but cannot be meant */

static char *
ngx_eo_basic_value(ngx_conf_t *cf, ngx_command_t *cmd, ngx_eo_basic_t *basic,
    ngx_str_t *value)
{
    const char  *expected;

    if (value->len == 0 || ngx_strlchr(value->data,
                                       value->data + value->len, '='))
    {
        if (value->len && !basic->country && basic->op[0] != 'i') {
            return NGX_CONF_OK;
        }

        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid parameter \"%V\" in \"%V\"", value,
                           &cmd->name);
        return NGX_CONF_ERROR;
    }

    if (!basic->country) {
        return NGX_CONF_OK;
    }

    expected = ngx_eo_expr_country(value);

    if (expected) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid region \"%V\" in \"%V\": it must be the "
                           "two letters of ISO 3166-1, such as \"CN\"; "
                           "expected %s", value, &cmd->name, expected);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_eo_basic_text(ngx_conf_t *cf, ngx_eo_basic_t *basic, ngx_array_t *values,
    ngx_uint_t mismatch, ngx_uint_t empty, ngx_str_t *text)
{
    u_char      *p;
    size_t       size;
    ngx_str_t   *value;
    ngx_uint_t   i;

    value = values->elts;

    size = 512;

    for (i = 0; i < values->nelts; i++) {
        size += value[i].len * 16 + 64;
    }

    p = ngx_pnalloc(cf->temp_pool, size);
    if (p == NULL) {
        return NGX_ERROR;
    }

    text->data = p;

    if (values->nelts) {
        p = ngx_sprintf(p, "%s${%s} %s [", mismatch ? "not " : "",
                        basic->field, basic->op);

        for (i = 0; i < values->nelts; i++) {

            if (i) {
                *p++ = ',';
            }

            p = basic->referer ? ngx_eo_basic_referer(p, &value[i])
                               : ngx_eo_basic_quote(p, &value[i]);
        }

        *p++ = ']';
    }

    if (empty) {
        p = ngx_sprintf(p, "%snot ${%s} exists or ${%s} in [\"\"]",
                        values->nelts ? " or " : "", basic->field,
                        basic->field);
    }

    text->len = p - text->data;

    return NGX_OK;
}


static u_char *
ngx_eo_basic_quote(u_char *p, ngx_str_t *value)
{
    size_t  i;

    *p++ = '"';

    for (i = 0; i < value->len; i++) {

        if (value->data[i] == '"' || value->data[i] == '\\') {
            *p++ = '\\';
        }

        *p++ = value->data[i];
    }

    *p++ = '"';

    return p;
}


/*
 * A host pattern is held against the host of the Referer only: in a plain
 * wildcard comparison "*.example.com" would be met by a path of a stranger.
 * A pattern with a slash is for the whole header.
 */

static u_char *
ngx_eo_basic_referer(u_char *p, ngx_str_t *value)
{
    u_char      ch;
    size_t      i;
    ngx_uint_t  whole;

    whole = (ngx_strlchr(value->data, value->data + value->len, '/') != NULL);

    p = ngx_sprintf(p, whole ? "\"^" : "\"^[a-z][a-z0-9+.-]*://");

    for (i = 0; i < value->len; i++) {
        ch = value->data[i];

        if (ch == '*' || ch == '?') {
            p = ngx_sprintf(p, "%s%s", whole ? "." : "[^/?#@\\\\]",
                            (ch == '*') ? "*" : "");
            continue;
        }

        /* escaped letters and digits would mean something else */

        if (!((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z')
              || (ch >= '0' && ch <= '9') || ch >= 0x80))
        {
            *p++ = '\\';
        }

        *p++ = ch;
    }

    return ngx_sprintf(p, whole ? "$\"" : "(:[0-9]+)?([/?#]|$)\"");
}


/* a rule without a name is known by its place */

static ngx_int_t
ngx_eo_basic_name(ngx_conf_t *cf, ngx_command_t *cmd, ngx_str_t *name)
{
    name->data = ngx_pnalloc(cf->pool, cmd->name.len + 1 + NGX_INT64_LEN);
    if (name->data == NULL) {
        return NGX_ERROR;
    }

    name->len = ngx_sprintf(name->data, "%V:%ui", &cmd->name,
                            (ngx_uint_t) cf->conf_file->line)
                - name->data;

    return NGX_OK;
}
