
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_waf_action.h"
#include "ngx_eo_waf_ban.h"
#include "challenge/ngx_eo_challenge.h"
#include "request/ngx_eo_waf_fields.h"


#define NGX_EO_WAF_OTHER_STATUS  567


static ngx_int_t ngx_eo_action_run_challenge(ngx_http_request_t *r,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_action_t *action, ngx_uint_t type,
    ngx_str_t *name);
static ngx_int_t ngx_eo_action_run_redirect(ngx_http_request_t *r,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_action_t *action, ngx_uint_t type,
    ngx_str_t *name);
static ngx_int_t ngx_eo_action_run_page(ngx_http_request_t *r,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_action_t *action, ngx_uint_t type,
    ngx_str_t *name);
static ngx_int_t ngx_eo_action_run_block_ip(ngx_http_request_t *r,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_action_t *action, ngx_uint_t type,
    ngx_str_t *name);
static ngx_int_t ngx_eo_action_run_stall(ngx_http_request_t *r,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_action_t *action, ngx_uint_t type,
    ngx_str_t *name);
static ngx_int_t ngx_eo_action_run_deny(ngx_http_request_t *r,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_action_t *action, ngx_uint_t type,
    ngx_str_t *name);
static void ngx_eo_action_stall_end(ngx_http_request_t *r);
static void ngx_eo_action_stall_cleanup(void *data);


/* connections that this worker process keeps stalled */

static ngx_int_t  ngx_eo_action_stalled;


#define ngx_eo_action_row(number, name, log, may, must, longest, challenge,   \
    run)                                                                      \
    { ngx_string(name), ngx_string(log), may, must, ngx_string(longest),      \
      challenge, run },

static ngx_eo_action_kind_t  ngx_eo_action_kinds[] = {
    NGX_EO_ACTIONS(ngx_eo_action_row)
};


ngx_eo_action_kind_t *
ngx_eo_action_kind(ngx_eo_action_e type)
{
    return &ngx_eo_action_kinds[type];
}


ngx_uint_t
ngx_eo_action_passed(ngx_http_request_t *r, ngx_eo_waf_loc_conf_t *wlcf,
    ngx_eo_action_e type)
{
    ngx_uint_t  challenge;

    challenge = ngx_eo_action_kinds[type].challenge;

    return challenge && ngx_eo_challenge_passed(r, wlcf, challenge);
}


ngx_int_t
ngx_eo_action_run(ngx_http_request_t *r, ngx_eo_waf_loc_conf_t *wlcf,
    ngx_eo_action_t *action, ngx_uint_t type, ngx_str_t *name)
{
    return ngx_eo_action_kinds[action->type].run(r, wlcf, action, type, name);
}


static ngx_int_t
ngx_eo_action_run_challenge(ngx_http_request_t *r,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_action_t *action, ngx_uint_t type,
    ngx_str_t *name)
{
    return ngx_eo_challenge_issue(r, wlcf,
                                 ngx_eo_action_kinds[action->type].challenge);
}


static ngx_int_t
ngx_eo_action_run_redirect(ngx_http_request_t *r, ngx_eo_waf_loc_conf_t *wlcf,
    ngx_eo_action_t *action, ngx_uint_t type, ngx_str_t *name)
{
    ngx_str_t  url;

    if (ngx_http_complex_value(r, action->url, &url) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_eo_action_redirect(r, &url, action->status);
}


ngx_int_t
ngx_eo_action_redirect(ngx_http_request_t *r, ngx_str_t *url,
    ngx_uint_t status)
{
    ngx_uint_t        i;
    ngx_table_elt_t  *location;

    for (i = 0; i < url->len; i++) {
        if (url->data[i] < 0x20 || url->data[i] == 0x7f) {
            return NGX_HTTP_BAD_REQUEST;
        }
    }

    ngx_http_clear_location(r);

    location = ngx_list_push(&r->headers_out.headers);
    if (location == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    location->hash = 1;
#if (nginx_version >= 1023000)
    location->next = NULL;
#endif
    ngx_str_set(&location->key, "Location");
    location->value.len = url->len;
    location->value.data = ngx_pstrdup(r->pool, url);

    if (location->value.data == NULL) {
        location->hash = 0;
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->headers_out.location = location;

    return status;
}


static ngx_int_t
ngx_eo_action_run_page(ngx_http_request_t *r, ngx_eo_waf_loc_conf_t *wlcf,
    ngx_eo_action_t *action, ngx_uint_t type, ngx_str_t *name)
{
    if (action->status == NGX_HTTP_OK) {
        return ngx_eo_respond_ok(r, action->page);
    }

    return ngx_eo_respond(r, action->status ? action->status
                                            : NGX_EO_WAF_OTHER_STATUS,
                          action->page, NULL);
}


static ngx_int_t
ngx_eo_action_run_deny(ngx_http_request_t *r, ngx_eo_waf_loc_conf_t *wlcf,
    ngx_eo_action_t *action, ngx_uint_t type, ngx_str_t *name)
{
    if (action->status == NGX_HTTP_OK) {
        return ngx_eo_respond_ok(r, action->page);
    }

    return ngx_eo_respond(r, action->status ? action->status
                                            : wlcf->other_block.status,
                          action->page ? action->page
                                       : wlcf->other_block.page, NULL);
}


/* the address of the connection, not one out of a header */

static ngx_int_t
ngx_eo_action_run_block_ip(ngx_http_request_t *r,
    ngx_eo_waf_loc_conf_t *wlcf, ngx_eo_action_t *action, ngx_uint_t type,
    ngx_str_t *name)
{
    u_char                   addr[16];
    ngx_eo_waf_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_waf_module);

    if (ngx_eo_waf_client_addr(r, addr) == NGX_OK) {
        ngx_eo_ban_add(mcf->bans, addr, action->duration, type, name);
    }

    return NGX_HTTP_CLOSE;
}


/*
 * Keeps the connection open and silent, as limit_req delays one.  Only so
 * many: more would use up the worker's connections, and are closed.
 */

static ngx_int_t
ngx_eo_action_run_stall(ngx_http_request_t *r, ngx_eo_waf_loc_conf_t *wlcf,
    ngx_eo_action_t *action, ngx_uint_t type, ngx_str_t *name)
{
    ngx_event_t             *wev;
    ngx_pool_cleanup_t      *cln;
    ngx_eo_waf_main_conf_t  *mcf;

    mcf = ngx_http_get_module_main_conf(r, ngx_http_eo_waf_module);

    if (ngx_eo_action_stalled >= mcf->max_stalled) {
        return NGX_HTTP_CLOSE;
    }

    cln = ngx_pool_cleanup_add(r->pool, 0);
    if (cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    cln->handler = ngx_eo_action_stall_cleanup;
    ngx_eo_action_stalled++;

    wev = r->connection->write;

    if (r->connection->read->ready) {
        ngx_post_event(r->connection->read, &ngx_posted_events);

    } else if (ngx_handle_read_event(r->connection->read, 0) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->read_event_handler = ngx_http_test_reading;
    r->write_event_handler = ngx_eo_action_stall_end;

    wev->delayed = 1;
    ngx_add_timer(wev, action->duration);

    return NGX_AGAIN;
}


static void
ngx_eo_action_stall_end(ngx_http_request_t *r)
{
    ngx_event_t  *wev;

    wev = r->connection->write;

    if (wev->delayed) {

        if (ngx_handle_write_event(wev, 0) != NGX_OK) {
            ngx_http_finalize_request(r, NGX_HTTP_INTERNAL_SERVER_ERROR);
        }

        return;
    }

    ngx_http_finalize_request(r, NGX_HTTP_CLOSE);
}


static void
ngx_eo_action_stall_cleanup(void *data)
{
    ngx_eo_action_stalled--;
}
