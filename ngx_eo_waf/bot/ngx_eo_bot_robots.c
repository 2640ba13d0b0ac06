
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * robots.txt (RFC 9309) of the policy for AI crawlers: those that are denied
 * or challenged here are asked not to come.
 */


#include "ngx_eo_bot.h"


static ngx_int_t ngx_eo_bot_robots_handler(ngx_http_request_t *r);
static ngx_int_t ngx_eo_bot_robots_text(ngx_http_request_t *r,
    ngx_eo_bot_conf_t *conf, ngx_eo_bot_agents_t *agents, ngx_str_t *text);
static ngx_uint_t ngx_eo_bot_robots_denied(ngx_eo_bot_conf_t *conf,
    ngx_eo_bot_agent_t *agent);
static ngx_uint_t ngx_eo_bot_robots_token(ngx_str_t *word);


/* eo_ai_robots_txt */

char *
ngx_eo_bot_robots_txt(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_eo_waf_loc_conf_t  *wlcf = conf;

    ngx_eo_waf_main_conf_t    *mcf;
    ngx_http_core_loc_conf_t  *clcf;

    mcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_eo_waf_module);

    if (mcf->bot_main->agents == NULL) {
        return "needs \"eo_bot_agents\" before it, in the \"http\" block";
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);

    if (clcf->handler) {
        return "is in a location that something else answers";
    }

    clcf->handler = ngx_eo_bot_robots_handler;

    /* who may not read it takes everything for allowed */

    wlcf->bot->robots = 1;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_eo_bot_robots_handler(ngx_http_request_t *r)
{
    ngx_buf_t               *b;
    ngx_int_t                rc;
    ngx_str_t                text;
    ngx_chain_t              out;
    ngx_eo_waf_loc_conf_t   *wlcf;
    ngx_eo_waf_main_conf_t  *mcf;

    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return NGX_HTTP_NOT_ALLOWED;
    }

    rc = ngx_http_discard_request_body(r);

    if (rc != NGX_OK) {
        return rc;
    }

    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_waf_module);
    wlcf = ngx_http_get_module_loc_conf(r, ngx_http_eo_waf_module);

    if (ngx_eo_bot_robots_text(r, wlcf->bot,
                               ngx_eo_live_file_get(mcf->bot_main->agents),
                               &text)
        != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->headers_out.status = NGX_HTTP_OK;
    r->headers_out.content_length_n = text.len;

    ngx_str_set(&r->headers_out.content_type, "text/plain; charset=utf-8");
    r->headers_out.content_type_len = sizeof("text/plain") - 1;

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    b->pos = text.data;
    b->last = text.data + text.len;
    b->memory = 1;
    b->last_buf = (r == r->main) ? 1 : 0;
    b->last_in_chain = 1;

    out.buf = b;
    out.next = NULL;

    return ngx_http_output_filter(r, &out);
}


static ngx_int_t
ngx_eo_bot_robots_text(ngx_http_request_t *r, ngx_eo_bot_conf_t *conf,
    ngx_eo_bot_agents_t *agents, ngx_str_t *text)
{
    u_char              *p;
    size_t               size;
    ngx_uint_t           i, n, denied;
    ngx_eo_bot_agent_t  *agent;

    static ngx_str_t  everybody = ngx_string("User-agent: *\nDisallow:\n");

    agent = ngx_eo_bot_agents_list(agents, &n);

    size = everybody.len + sizeof("Disallow: /\n\n");

    for (i = 0; i < n; i++) {
        size += agent[i].word.len + sizeof("User-agent: \n");
    }

    p = ngx_pnalloc(r->pool, size);
    if (p == NULL) {
        return NGX_ERROR;
    }

    text->data = p;
    denied = 0;

    for (i = 0; i < n; i++) {

        if (ngx_eo_bot_robots_denied(conf, &agent[i])) {
            p = ngx_sprintf(p, "User-agent: %V\n", &agent[i].word);
            denied = 1;
        }
    }

    if (denied) {
        p = ngx_cpymem(p, "Disallow: /\n\n", sizeof("Disallow: /\n\n") - 1);
    }

    p = ngx_cpymem(p, everybody.data, everybody.len);

    text->len = p - text->data;

    return NGX_OK;
}


static ngx_uint_t
ngx_eo_bot_robots_denied(ngx_eo_bot_conf_t *conf, ngx_eo_bot_agent_t *agent)
{
    ngx_uint_t          i;
    ngx_eo_action_e     type;
    ngx_eo_bot_part_t  *part;

    for (i = 0; i < NGX_EO_BOT_AI_PURPOSES; i++) {

        if (agent->category != ngx_eo_bot_ai_category(i)) {
            continue;
        }

        part = conf->ai[i];

        if (part == NULL) {
            return 0;
        }

        type = part->act.choices[0].action.type;

        return type != NGX_EO_ACTION_ALLOW && type != NGX_EO_ACTION_MONITOR
               && ngx_eo_bot_robots_token(&agent->word);
    }

    return 0;
}


/* a product token of RFC 9309 has letters, "-" and "_"; many have digits */

static ngx_uint_t
ngx_eo_bot_robots_token(ngx_str_t *word)
{
    u_char  c;
    size_t  i;

    for (i = 0; i < word->len; i++) {
        c = word->data[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-'
            && c != '_' && c != '.')
        {
            return 0;
        }
    }

    return 1;
}
