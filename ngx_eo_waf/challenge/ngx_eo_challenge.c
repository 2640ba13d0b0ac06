
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_challenge.h"
#include "ngx_eo_challenge_zone.h"
#include "request/ngx_eo_waf_fields.h"

#include <openssl/rand.h>


/* where certificate authorities look (RFC 8555, 8.3) */

#define NGX_EO_CHALLENGE_ACME  "/.well-known/acme-challenge/"


ngx_eo_challenge_ctx_t *
ngx_eo_challenge_ctx(ngx_http_request_t *r)
{
    ngx_eo_waf_state_t  *state;

    state = ngx_eo_waf_state(r);

    if (state == NULL) {
        return NULL;
    }

    if (state->challenge_ctx == NULL) {
        state->challenge_ctx = ngx_pcalloc(r->pool,
                                       sizeof(ngx_eo_challenge_ctx_t));
    }

    return state->challenge_ctx;
}


/* a client of a Unix socket has no address, as if it were bound to none */

void
ngx_eo_challenge_client(ngx_http_request_t *r,
    ngx_eo_challenge_client_t *client)
{
    if (ngx_eo_waf_client_addr(r, client->addr) != NGX_OK) {
        ngx_memzero(client->addr, sizeof(client->addr));
    }

    client->host = r->headers_in.server;

    if (r->headers_in.user_agent) {
        client->agent = r->headers_in.user_agent->value;

    } else {
        ngx_str_null(&client->agent);
    }
}


ngx_uint_t
ngx_eo_challenge_secure(ngx_http_request_t *r)
{
#if (NGX_HTTP_SSL)
    return r->connection->ssl != NULL;
#else
    return 0;
#endif
}


/*
 * What is in the name is what makes all passes useless: how they are written,
 * and what they are bound to.  Over TLS it is another one, as browsers do not
 * let a plain connection replace a cookie that is Secure.
 */

void
ngx_eo_challenge_cookie_name(ngx_http_request_t *r, ngx_uint_t bind,
    ngx_str_t *name)
{
    static ngx_str_t  names[][2] = {
        { ngx_string("eo_pass_1a"), ngx_string("eo_pass_1as") },
        { ngx_string("eo_pass_1p"), ngx_string("eo_pass_1ps") },
        { ngx_string("eo_pass_1n"), ngx_string("eo_pass_1ns") }
    };

    *name = names[bind][ngx_eo_challenge_secure(r)];
}


ngx_uint_t
ngx_eo_challenge_passed(ngx_http_request_t *r, ngx_eo_waf_loc_conf_t *wlcf,
    ngx_eo_challenge_level_e level)
{
    ngx_int_t                   rc;
    ngx_eo_challenge_ctx_t     *ctx;
    ngx_eo_challenge_look_t     look;
    ngx_eo_challenge_client_t   client;

    if (r->uri.len > sizeof(NGX_EO_CHALLENGE_ACME) - 1
        && ngx_memcmp(r->uri.data, NGX_EO_CHALLENGE_ACME,
                      sizeof(NGX_EO_CHALLENGE_ACME) - 1)
           == 0)
    {
        return 1;
    }

    ctx = ngx_eo_challenge_ctx(r);
    if (ctx == NULL) {
        return 0;
    }

    ngx_memzero(&look, sizeof(ngx_eo_challenge_look_t));

    look.level = level;
    look.difficulty = wlcf->challenge->difficulty;

    rc = ngx_eo_challenge_look(r, &look, &client, wlcf->challenge->bind);

    if (rc == NGX_OK) {
        ngx_str_set(&ctx->status, "passed");
        ngx_str_set(&ctx->reason, "pass");
        return 1;
    }

    ctx->reason = *ngx_eo_challenge_status_name(look.status);

    return 0;
}


ngx_int_t
ngx_eo_challenge_look(ngx_http_request_t *r, ngx_eo_challenge_look_t *look,
    ngx_eo_challenge_client_t *client, ngx_uint_t bind)
{
    ngx_eo_waf_main_conf_t  *mcf;
#if (nginx_version >= 1023000)
    ngx_table_elt_t         *h;
#else
    ngx_uint_t               i;
    ngx_table_elt_t        **h;
#endif

    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_waf_module);

    ngx_eo_challenge_client(r, client);
    ngx_eo_challenge_bind(client, bind);
    ngx_eo_challenge_cookie_name(r, bind, &look->name);

    look->keys = &mcf->challenge_main->keys;
    look->client = client;
    look->now = ngx_time();
    look->status = NGX_EO_CHALLENGE_MISSING;

#if (nginx_version >= 1023000)

    for (h = r->headers_in.cookie; h; h = h->next) {
        if (ngx_eo_challenge_pass_find(look, &h->value) == NGX_OK) {
            return NGX_OK;
        }
    }

#else

    h = r->headers_in.cookies.elts;

    for (i = 0; i < r->headers_in.cookies.nelts; i++) {
        if (ngx_eo_challenge_pass_find(look, &h[i]->value) == NGX_OK) {
            return NGX_OK;
        }
    }

#endif

    return NGX_DECLINED;
}


void
ngx_eo_challenge_jar(ngx_http_request_t *r, ngx_uint_t bind,
    ngx_eo_challenge_jar_t *jar)
{
#if (nginx_version >= 1023000)
    ngx_table_elt_t   *h;
#else
    ngx_uint_t         i;
    ngx_table_elt_t  **h;
#endif

    ngx_memzero(jar, sizeof(ngx_eo_challenge_jar_t));

    ngx_eo_challenge_cookie_name(r, bind, &jar->name);
    jar->now = ngx_time();

#if (nginx_version >= 1023000)

    for (h = r->headers_in.cookie; h; h = h->next) {
        ngx_eo_challenge_jar_read(jar, &h->value);
    }

#else

    h = r->headers_in.cookies.elts;

    for (i = 0; i < r->headers_in.cookies.nelts; i++) {
        ngx_eo_challenge_jar_read(jar, &h[i]->value);
    }

#endif
}


ngx_uint_t
ngx_eo_challenge_behaved(ngx_http_request_t *r, ngx_uint_t points)
{
    ngx_eo_waf_main_conf_t     *mcf;
    ngx_eo_challenge_client_t   client;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_waf_module);

    ngx_eo_challenge_client(r, &client);
    ngx_eo_challenge_bind(&client, NGX_EO_CHALLENGE_ADDRESS);

    client.host.len = 0;
    client.agent.len = 0;

    return ngx_eo_challenge_zone_behave(mcf->challenge_main->zone,
                      ngx_eo_challenge_tag(&mcf->challenge_main->keys.key[0],
                                           &client),
                      points);
}


ngx_int_t
ngx_eo_challenge_new_token(ngx_http_request_t *r,
    ngx_eo_challenge_token_t *token, ngx_str_t *text)
{
    ngx_eo_waf_main_conf_t     *mcf;
    ngx_eo_challenge_client_t   client;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_waf_module);

    if (RAND_bytes((u_char *) &token->nonce, sizeof(token->nonce)) != 1) {
        ngx_log_error(NGX_LOG_ALERT, r->connection->log, 0,
                      "RAND_bytes() failed: no challenge can be made");
        return NGX_ERROR;
    }

    token->expires = ngx_time()
                     + (token->step == NGX_EO_CHALLENGE_WORK
                        ? NGX_EO_CHALLENGE_WORK_TIME
                        : NGX_EO_CHALLENGE_STEP_TIME);

    text->data = ngx_pnalloc(r->pool, NGX_EO_CHALLENGE_TOKEN_LEN);
    if (text->data == NULL) {
        return NGX_ERROR;
    }

    text->len = NGX_EO_CHALLENGE_TOKEN_LEN;

    ngx_eo_challenge_client(r, &client);

    (void) ngx_eo_challenge_token_write(&mcf->challenge_main->keys, &client,
                                        token, text->data);

    return NGX_OK;
}
