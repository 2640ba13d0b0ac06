
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_challenge_captcha_conf.h"


typedef struct {
    ngx_str_t                   provider;
    ngx_str_t                   name;
    ngx_str_t                   script;
    ngx_str_t                   sources;
} ngx_eo_challenge_provider_t;


static char *ngx_eo_challenge_captcha_provider(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_eo_challenge_captcha_t *captcha,
    ngx_str_t *provider);
static char *ngx_eo_challenge_captcha_param(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_eo_challenge_captcha_t *captcha,
    ngx_str_t *param);
static char *ngx_eo_challenge_captcha_secret(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_eo_challenge_captcha_t *captcha,
    ngx_str_t *name);
static char *ngx_eo_challenge_captcha_script(ngx_conf_t *cf,
    ngx_command_t *cmd, ngx_eo_challenge_captcha_t *captcha,
    ngx_str_t *url);
static ngx_uint_t ngx_eo_challenge_captcha_plain(ngx_str_t *text);


/* scripts and sources as the providers' documentation has them */

static ngx_eo_challenge_provider_t  ngx_eo_challenge_providers[] = {

    { ngx_string("turnstile"), ngx_string("turnstile"),
      ngx_string("https://challenges.cloudflare.com/turnstile/v0/api.js"),
      ngx_string("https://challenges.cloudflare.com") },

    { ngx_string("hcaptcha"), ngx_string("hcaptcha"),
      ngx_string("https://js.hcaptcha.com/1/api.js"),
      ngx_string("https://hcaptcha.com https://*.hcaptcha.com") },

    { ngx_string("recaptcha"), ngx_string("grecaptcha"),
      ngx_string("https://www.google.com/recaptcha/api.js"),
      ngx_string("https://www.google.com/recaptcha/ "
                 "https://www.gstatic.com/recaptcha/ "
                 "https://recaptcha.google.com/recaptcha/") },

    { ngx_null_string, ngx_null_string, ngx_null_string, ngx_null_string }
};


/*
 * eo_challenge_captcha off
 * eo_challenge_captcha PROVIDER site_key=KEY secret=FILE verify=URI
 *                      [fail=closed|open] [script=URL]
 */

char *
ngx_eo_challenge_captcha(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_loc_conf_t *wlcf = conf;

    ngx_str_t                   *value;
    ngx_uint_t                   i;
    ngx_eo_challenge_captcha_t  *captcha;

    if (wlcf->challenge->captcha != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (cf->args->nelts == 2 && ngx_strcmp(value[1].data, "off") == 0) {
        wlcf->challenge->captcha = NULL;
        return NGX_CONF_OK;
    }

    captcha = ngx_pcalloc(cf->pool, sizeof(ngx_eo_challenge_captcha_t));

    if (captcha == NULL
        || ngx_eo_challenge_captcha_provider(cf, cmd, captcha, &value[1])
           != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    for (i = 2; i < cf->args->nelts; i++) {
        if (ngx_eo_challenge_captcha_param(cf, cmd, captcha, &value[i])
            != NGX_CONF_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    if (captcha->site_key.len == 0 || captcha->secret.len == 0
        || captcha->verify.len == 0)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" needs \"site_key=\", \"secret=\" and "
                           "\"verify=\"", &cmd->name);
        return NGX_CONF_ERROR;
    }

    wlcf->challenge->captcha = captcha;

    return NGX_CONF_OK;
}


static char *
ngx_eo_challenge_captcha_provider(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_challenge_captcha_t *captcha, ngx_str_t *provider)
{
    ngx_eo_challenge_provider_t  *known;

    for (known = ngx_eo_challenge_providers; known->provider.len; known++) {

        if (known->provider.len == provider->len
            && ngx_strncmp(known->provider.data, provider->data,
                           provider->len)
               == 0)
        {
            captcha->name = known->name;
            captcha->script = known->script;
            captcha->sources = known->sources;

            return NGX_CONF_OK;
        }
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid value \"%V\" in \"%V\": it must be \"off\", "
                       "\"turnstile\", \"hcaptcha\" or \"recaptcha\"",
                       provider, &cmd->name);

    return NGX_CONF_ERROR;
}


static char *
ngx_eo_challenge_captcha_param(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_challenge_captcha_t *captcha, ngx_str_t *param)
{
    ngx_str_t  value;

    if (ngx_strncmp(param->data, "site_key=", 9) == 0) {
        value.data = param->data + 9;
        value.len = param->len - 9;

        if (ngx_eo_challenge_captcha_plain(&value)) {
            captcha->site_key = value;
            return NGX_CONF_OK;
        }

    } else if (ngx_strncmp(param->data, "secret=", 7) == 0) {
        value.data = param->data + 7;
        value.len = param->len - 7;

        return ngx_eo_challenge_captcha_secret(cf, cmd, captcha, &value);

    } else if (ngx_strncmp(param->data, "verify=/", 8) == 0) {
        captcha->verify.data = param->data + 7;
        captcha->verify.len = param->len - 7;
        return NGX_CONF_OK;

    } else if (ngx_strcmp(param->data, "fail=closed") == 0) {
        captcha->fail_open = 0;
        return NGX_CONF_OK;

    } else if (ngx_strcmp(param->data, "fail=open") == 0) {
        captcha->fail_open = 1;
        return NGX_CONF_OK;

    } else if (ngx_strncmp(param->data, "script=", 7) == 0) {
        value.data = param->data + 7;
        value.len = param->len - 7;

        return ngx_eo_challenge_captcha_script(cf, cmd, captcha, &value);
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "invalid parameter \"%V\" in \"%V\": it must be "
                       "\"site_key=\" with letters, digits, \"-\", \"_\" and "
                       "\".\", \"secret=\" with the name of a file, "
                       "\"verify=\" with the URI of a location, "
                       "\"fail=closed\", \"fail=open\" or \"script=\" with a "
                       "URL", param, &cmd->name);

    return NGX_CONF_ERROR;
}


static char *
ngx_eo_challenge_captcha_secret(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_challenge_captcha_t *captcha, ngx_str_t *name)
{
    uintptr_t  escape;
    ngx_str_t  secret;

    if (ngx_eo_challenge_secret_file(cf, cmd, name, &secret) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    if (secret.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "the file \"%V\" of \"%V\" is empty: it must have "
                           "the provider's secret key in it", name,
                           &cmd->name);
        return NGX_CONF_ERROR;
    }

    escape = ngx_escape_uri(NULL, secret.data, secret.len,
                            NGX_ESCAPE_URI_COMPONENT);

    captcha->secret.len = secret.len + 2 * escape;
    captcha->secret.data = ngx_pnalloc(cf->pool, captcha->secret.len);

    if (captcha->secret.data == NULL) {
        return NGX_CONF_ERROR;
    }

    if (escape) {
        (void) ngx_escape_uri(captcha->secret.data, secret.data, secret.len,
                              NGX_ESCAPE_URI_COMPONENT);

    } else {
        ngx_memcpy(captcha->secret.data, secret.data, secret.len);
    }

    return NGX_CONF_OK;
}


/* another address of the script, whose site the page then trusts as well */

static char *
ngx_eo_challenge_captcha_script(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_eo_challenge_captcha_t *captcha, ngx_str_t *url)
{
    u_char      *p, *slash;
    ngx_str_t    sources;
    ngx_uint_t   i, begin;

    begin = 0;

    if (ngx_strncmp(url->data, "https://", 8) == 0) {
        begin = 8;

    } else if (ngx_strncmp(url->data, "http://", 7) == 0) {
        begin = 7;
    }

    slash = begin ? ngx_strlchr(url->data + begin, url->data + url->len, '/')
                  : NULL;

    for (i = 0; i < url->len; i++) {
        if (url->data[i] <= ' ' || url->data[i] >= 0x7f
            || ngx_strchr(";,'\"\\<>", url->data[i]))
        {
            slash = NULL;
        }
    }

    if (slash == NULL || slash == url->data + begin) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" of \"script\" in \"%V\": it "
                           "must be a URL with \"http://\" or \"https://\" "
                           "and a path", url, &cmd->name);
        return NGX_CONF_ERROR;
    }

    captcha->script = *url;

    sources.len = captcha->sources.len + 1 + (slash - url->data);
    sources.data = ngx_pnalloc(cf->pool, sources.len);

    if (sources.data == NULL) {
        return NGX_CONF_ERROR;
    }

    p = ngx_cpymem(sources.data, captcha->sources.data, captcha->sources.len);
    *p++ = ' ';
    ngx_memcpy(p, url->data, slash - url->data);

    captcha->sources = sources;

    return NGX_CONF_OK;
}


static ngx_uint_t
ngx_eo_challenge_captcha_plain(ngx_str_t *text)
{
    u_char      ch;
    ngx_uint_t  i;

    for (i = 0; i < text->len; i++) {
        ch = text->data[i];

        if (!((ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z')
              || (ch >= 'A' && ch <= 'Z') || ch == '-' || ch == '_'
              || ch == '.'))
        {
            return 0;
        }
    }

    return text->len > 0;
}
