
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_challenge_conf.h"
#include "ngx_eo_challenge_pass.h"
#include "ngx_eo_challenge_send.h"
#include "ngx_eo_challenge_work.h"
#include "ngx_eo_challenge_zone.h"
#include "ngx_eo_waf_pages.h"


#define NGX_EO_CHALLENGE_SECRET_MIN   16
#define NGX_EO_CHALLENGE_SECRET_MAX   4096

#define NGX_EO_CHALLENGE_TTL          1800
#define NGX_EO_CHALLENGE_MIN_TTL      60
#define NGX_EO_CHALLENGE_STATUS_CODE  567

/* where the page has the script in it */

#define NGX_EO_CHALLENGE_SCRIPT_MARK  "@script@"


static char *ngx_eo_challenge_check_ttl(ngx_conf_t *cf, void *post,
    void *data);
static char *ngx_eo_challenge_check_status(ngx_conf_t *cf, void *post,
    void *data);
static char *ngx_eo_challenge_check_difficulty(ngx_conf_t *cf, void *post,
    void *data);
static ngx_uint_t ngx_eo_challenge_file_exists(ngx_conf_t *cf,
    ngx_str_t *name);
static size_t ngx_eo_challenge_outdent(ngx_str_t *text, u_char *dst);
static ngx_int_t ngx_eo_challenge_builtin_page(ngx_conf_t *cf,
    ngx_eo_challenge_main_conf_t *main);


ngx_conf_post_t  ngx_eo_challenge_ttl_check = {
    ngx_eo_challenge_check_ttl
};

ngx_conf_post_t  ngx_eo_challenge_status_check = {
    ngx_eo_challenge_check_status
};

ngx_conf_post_t  ngx_eo_challenge_difficulty_check = {
    ngx_eo_challenge_check_difficulty
};


ngx_conf_enum_t  ngx_eo_challenge_binds[] = {
    { ngx_string("address"), NGX_EO_CHALLENGE_ADDRESS },
    { ngx_string("prefix"), NGX_EO_CHALLENGE_PREFIX },
    { ngx_string("none"), NGX_EO_CHALLENGE_NONE },
    { ngx_null_string, 0 }
};


ngx_conf_enum_t  ngx_eo_challenge_same_sites[] = {
    { ngx_string("lax"), NGX_EO_CHALLENGE_LAX },
    { ngx_string("none"), NGX_EO_CHALLENGE_SITE_NONE },
    { ngx_null_string, 0 }
};


static char *
ngx_eo_challenge_check_ttl(ngx_conf_t *cf, void *post, void *data)
{
    time_t  *ttl = data;

    if (*ttl < NGX_EO_CHALLENGE_MIN_TTL || *ttl > NGX_EO_CHALLENGE_MAX_TTL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%V\" in \"eo_challenge_ttl\": it "
                           "must be a time between 1m and 30d",
                           (ngx_str_t *) cf->args->elts + 1);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static char *
ngx_eo_challenge_check_status(ngx_conf_t *cf, void *post, void *data)
{
    ngx_int_t  *status = data;

    if (*status != NGX_HTTP_OK && (*status < 400 || *status > 599)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%i\" in \"eo_challenge_status\": "
                           "it must be 200, or a status between 400 and 599",
                           *status);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static char *
ngx_eo_challenge_check_difficulty(ngx_conf_t *cf, void *post, void *data)
{
    ngx_int_t  *difficulty = data;

    if (*difficulty < NGX_EO_CHALLENGE_MIN_DIFFICULTY
        || *difficulty > NGX_EO_CHALLENGE_MAX_DIFFICULTY)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "invalid value \"%i\" in "
                           "\"eo_challenge_difficulty\": it must be a number "
                           "between %d and %d", *difficulty,
                           NGX_EO_CHALLENGE_MIN_DIFFICULTY,
                           NGX_EO_CHALLENGE_MAX_DIFFICULTY);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


/* eo_challenge_secret FILE|STRING */

char *
ngx_eo_challenge_secret(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_main_conf_t *mcf = conf;

    ngx_str_t                     *value, secret;
    ngx_eo_challenge_main_conf_t  *main;

    main = mcf->challenge_main;

    if (main->nsecrets == NGX_EO_CHALLENGE_KEYS) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" can be there but twice: the secret that "
                           "signs, and the one before it", &cmd->name);
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;
    secret = value[1];

    /* a file that is missing must not become a secret that can be guessed */

    if (ngx_strlchr(secret.data, secret.data + secret.len, '/')
        || ngx_eo_challenge_file_exists(cf, &secret))
    {
        if (ngx_eo_challenge_secret_file(cf, cmd, &value[1], &secret)
            != NGX_CONF_OK)
        {
            return NGX_CONF_ERROR;
        }
    }

    if (secret.len < NGX_EO_CHALLENGE_SECRET_MIN) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "the secret of \"%V\" is too short: it must have "
                           "%d characters at least, as \"openssl rand -hex "
                           "32\" makes them, or be the name of a file with "
                           "one", &cmd->name, NGX_EO_CHALLENGE_SECRET_MIN);
        return NGX_CONF_ERROR;
    }

    main->secrets[main->nsecrets++] = secret;

    return NGX_CONF_OK;
}


static ngx_uint_t
ngx_eo_challenge_file_exists(ngx_conf_t *cf, ngx_str_t *name)
{
    ngx_str_t        full;
    ngx_file_info_t  info;

    full = *name;

    return ngx_conf_full_name(cf->cycle, &full, 1) == NGX_OK
           && ngx_file_info(full.data, &info) != NGX_FILE_ERROR;
}


char *
ngx_eo_challenge_secret_file(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *name, ngx_str_t *secret)
{
    ssize_t      n;
    ngx_str_t    full;
    ngx_file_t   file;

    full = *name;

    if (ngx_conf_full_name(cf->cycle, &full, 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    ngx_memzero(&file, sizeof(ngx_file_t));

    file.name = full;
    file.log = cf->log;
    file.fd = ngx_open_file(full.data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    if (file.fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_open_file_n " \"%V\" of \"%V\" failed; a "
                           "secret with a slash in it has to be in a file",
                           &full, &cmd->name);
        return NGX_CONF_ERROR;
    }

    secret->data = ngx_pnalloc(cf->pool, NGX_EO_CHALLENGE_SECRET_MAX);

    n = secret->data ? ngx_read_file(&file, secret->data,
                                     NGX_EO_CHALLENGE_SECRET_MAX, 0)
                     : NGX_ERROR;

    if (ngx_close_file(file.fd) == NGX_FILE_ERROR) {
        ngx_log_error(NGX_LOG_ALERT, cf->log, ngx_errno,
                      ngx_close_file_n " \"%V\" failed", &full);
    }

    if (n == NGX_ERROR) {
        return NGX_CONF_ERROR;
    }

    while (n && (secret->data[n - 1] == LF || secret->data[n - 1] == CR
                 || secret->data[n - 1] == ' '))
    {
        n--;
    }

    secret->len = n;

    return NGX_CONF_OK;
}


char *
ngx_eo_challenge_time(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_loc_conf_t  *wlcf = conf;

    return ngx_conf_set_sec_slot(cf, cmd, wlcf->challenge);
}


char *
ngx_eo_challenge_number(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_loc_conf_t  *wlcf = conf;

    return ngx_conf_set_num_slot(cf, cmd, wlcf->challenge);
}


char *
ngx_eo_challenge_enum(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_loc_conf_t  *wlcf = conf;

    return ngx_conf_set_enum_slot(cf, cmd, wlcf->challenge);
}


char *
ngx_eo_challenge_string(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_loc_conf_t  *wlcf = conf;

    return ngx_conf_set_str_slot(cf, cmd, wlcf->challenge);
}


ngx_eo_challenge_conf_t *
ngx_eo_challenge_create_conf(ngx_conf_t *cf)
{
    ngx_eo_challenge_conf_t  *conf;

    conf = ngx_pcalloc(cf->pool, sizeof(ngx_eo_challenge_conf_t));
    if (conf == NULL) {
        return NULL;
    }

    conf->ttl = NGX_CONF_UNSET;
    conf->status = NGX_CONF_UNSET_UINT;
    conf->difficulty = NGX_CONF_UNSET_UINT;
    conf->bind = NGX_CONF_UNSET_UINT;
    conf->same_site = NGX_CONF_UNSET_UINT;
    conf->captcha = NGX_CONF_UNSET_PTR;

    return conf;
}


char *
ngx_eo_challenge_merge_conf(ngx_conf_t *cf,
    ngx_eo_challenge_main_conf_t *main, ngx_eo_challenge_conf_t *prev,
    ngx_eo_challenge_conf_t *conf)
{
    conf->loc_conf = ((ngx_http_conf_ctx_t *) cf->ctx)->loc_conf;
    conf->next = main->locations;
    main->locations = conf;

    ngx_conf_merge_sec_value(conf->ttl, prev->ttl, NGX_EO_CHALLENGE_TTL);
    ngx_conf_merge_uint_value(conf->status, prev->status,
                              NGX_EO_CHALLENGE_STATUS_CODE);
    ngx_conf_merge_uint_value(conf->difficulty, prev->difficulty,
                              NGX_EO_CHALLENGE_DIFFICULTY);
    ngx_conf_merge_uint_value(conf->bind, prev->bind,
                              NGX_EO_CHALLENGE_ADDRESS);
    ngx_conf_merge_uint_value(conf->same_site, prev->same_site,
                              NGX_EO_CHALLENGE_LAX);
    ngx_conf_merge_ptr_value(conf->captcha, prev->captcha, NULL);

    if (conf->page_name.data == NULL) {
        conf->page_name = prev->page_name;
        conf->page = prev->page;
    }

    if (conf->page_name.len == 0 || conf->page) {
        return NGX_CONF_OK;
    }

    conf->page = ngx_eo_response_page_find(cf, &conf->page_name);

    if (conf->page == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "unknown page \"%V\" in \"eo_challenge_page\": "
                           "define it with \"eo_response_page\"",
                           &conf->page_name);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


ngx_int_t
ngx_eo_challenge_init(ngx_conf_t *cf, ngx_eo_challenge_main_conf_t *main,
    void *tag)
{
    ngx_uint_t  i;

    if (!main->used) {
        return NGX_OK;
    }

    main->zone = ngx_eo_challenge_zone(cf, tag);
    if (main->zone == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < main->nsecrets; i++) {
        ngx_eo_challenge_key(&main->keys.key[i], main->secrets[i].data,
                             main->secrets[i].len);
    }

    main->keys.n = main->nsecrets;

    if (main->nsecrets == 0) {
        ngx_log_error(NGX_LOG_WARN, cf->log, 0,
                      "there is no \"eo_challenge_secret\": challenges are "
                      "signed with a secret that neither other nodes nor "
                      "this one after a restart know");
    }

    if (ngx_eo_challenge_builtin_page(cf, main) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_eo_challenge_plain(cf, main->locations);
}


void
ngx_eo_challenge_init_keys(ngx_eo_challenge_main_conf_t *main)
{
    if (main->zone == NULL || main->nsecrets) {
        return;
    }

    ngx_eo_challenge_key(&main->keys.key[0],
                         ngx_eo_challenge_zone_secret(main->zone),
                         NGX_EO_CHALLENGE_SECRET_LEN);
    main->keys.n = 1;
}


/*
 * A script without what is there for its readers: blanks and comments in front
 * of lines.  Returns its length.
 */

static size_t
ngx_eo_challenge_outdent(ngx_str_t *text, u_char *dst)
{
    u_char  *p, *end, *last, *start;

    start = dst;
    last = text->data + text->len;

    for (p = text->data; p < last; /* void */ ) {

        while (p < last && (*p == ' ' || *p == LF)) {
            p++;
        }

        if (last - p > 2 && p[0] == '/' && p[1] == '*') {
            end = ngx_strnstr(p, "*/", last - p);

            if (end) {
                p = end + 2;
                continue;
            }
        }

        while (p < last) {
            *dst++ = *p;

            if (*p++ == LF) {
                break;
            }
        }
    }

    return dst - start;
}


/* the page and its script are files of their own, and one text for clients */

static ngx_int_t
ngx_eo_challenge_builtin_page(ngx_conf_t *cf,
    ngx_eo_challenge_main_conf_t *main)
{
    u_char     *p;
    ngx_str_t   text;

    static ngx_str_t  html = ngx_string(NGX_EO_WAF_CHALLENGE_HTML);
    static ngx_str_t  script = ngx_string(NGX_EO_WAF_CHALLENGE_JS);
    static ngx_str_t  type = ngx_string("text/html");

    main->script.data = ngx_pnalloc(cf->pool, script.len);
    text.data = ngx_pnalloc(cf->pool, html.len + script.len);
    if (main->script.data == NULL || text.data == NULL) {
        return NGX_ERROR;
    }

    main->script.len = ngx_eo_challenge_outdent(&script, main->script.data);

    p = ngx_strnstr(html.data, NGX_EO_CHALLENGE_SCRIPT_MARK, html.len);

    text.len = p - html.data;
    ngx_memcpy(text.data, html.data, text.len);

    p += sizeof(NGX_EO_CHALLENGE_SCRIPT_MARK) - 1;

    ngx_memcpy(text.data + text.len, main->script.data, main->script.len);
    text.len += main->script.len;

    ngx_memcpy(text.data + text.len, p, html.data + html.len - p);
    text.len += html.data + html.len - p;

    main->page = ngx_eo_response_page_compile(cf, &text, &type);

    return main->page ? NGX_OK : NGX_ERROR;
}
