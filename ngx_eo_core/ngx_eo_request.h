
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The request context: one for a client request, shared by its subrequests,
 * kept through internal redirects and named locations.
 */


#ifndef _NGX_EO_REQUEST_H_INCLUDED_
#define _NGX_EO_REQUEST_H_INCLUDED_


#include "ngx_http_eo_core_module.h"
#include "ngx_eo_log_uuid.h"
#include "ngx_eo_origin_cause.h"
#include "ngx_eo_origin_times.h"
#include "ngx_eo_status.h"


/* the response that the suite gives in place of nginx's own */

typedef struct {
    ngx_uint_t                  status;      /* as sent; 0 for none */
    ngx_uint_t                  expected;    /* as nginx comes to send it */
    const ngx_eo_status_t      *reason;
    ngx_eo_response_page_t     *page;        /* NULL for the built-in one */
    ngx_str_t                   body;
    unsigned                    replace:1;   /* the body is to be replaced */
    unsigned                    sent:1;
} ngx_eo_response_t;


/* around the origin request that is under way */

typedef struct {
    ngx_http_upstream_t        *upstream;    /* the one that is watched */
    ngx_http_upstream_t        *before;      /* that of an earlier round */
    ngx_http_handler_pt         content_handler;

    /* what the watched upstream had in place of ours */

    ngx_int_t                 (*create_request)(ngx_http_request_t *r);
    ngx_int_t                 (*process_header)(ngx_http_request_t *r);
    ngx_int_t                 (*reinit_request)(ngx_http_request_t *r);
    void                      (*finalize_request)(ngx_http_request_t *r,
                                                  ngx_int_t rc);
    ngx_event_free_peer_pt      free_peer;
    ngx_event_set_peer_session_pt  set_session;
    ngx_resolver_handler_pt     resolve_handler;

    ngx_event_t                 look;        /* for what has come up since */

    ngx_int_t                   resolve_state;
    ngx_eo_origin_cause_e       certificate;
    ngx_eo_origin_cause_e       attempt;     /* of the peer tried before */

    /* a failure that has not been answered yet */

    ngx_int_t                   failed;      /* nginx's status for it, or 0 */
    ngx_uint_t                  code;        /* ours */

    unsigned                    starting:1;  /* within the content handler */
    unsigned                    noted:1;     /* a failure meanwhile */
    unsigned                    error_page:1;  /* is followed already */
} ngx_eo_origin_probe_t;


/* an error_page that is being followed */

typedef struct {
    ngx_str_t                   uri;
    ngx_uint_t                  status;
    unsigned                    header_only:1;
} ngx_eo_error_page_t;


typedef struct ngx_eo_request_s  ngx_eo_request_t;

struct ngx_eo_request_s {
    size_t                      used;        /* bytes of the memory behind */

    ngx_str_t                   log_uuid;    /* empty until it is asked for */
    ngx_str_t                   peer_addr;

    const char                 *exception;
    ngx_eo_origin_cause_e       origin_cause;

    ngx_str_t                   security_module;
    ngx_str_t                   security_action;
    ngx_str_t                   security_rule_id;

    ngx_msec_t                  first_byte;  /* since the request began */
    off_t                       header_length;  /* of the request; 0: unknown */

    ngx_eo_origin_times_t       origin_times;
    ngx_str_t                   traceparent; /* empty until it is asked for */

    ngx_uint_t                  followed;    /* status that led to a page */

    ngx_eo_response_t           response;
    ngx_eo_origin_probe_t       probe;
    ngx_eo_error_page_t         error_page;

    void                       *slots[NGX_EO_SLOT_MAX];

    unsigned                    edge_checked:1;
    unsigned                    first_byte_sent:1;
    unsigned                    first_pass:1;     /* no CDN-Loop came */
    unsigned                    headers_kept:1;

    ngx_list_t                  client_headers;   /* as they came, if kept */
    ngx_uint_t                  plain_headers;    /* all, if none is ours */
    u_char                      log_uuid_text[NGX_EO_LOG_UUID_LEN];
};


/* Looks for the context where an internal redirect has left it. */

ngx_eo_request_t *ngx_eo_request_recover(ngx_http_request_t *r);


/* Makes the context of a main request; NULL when out of memory. */

ngx_eo_request_t *ngx_eo_request_create(ngx_http_request_t *r);


/*
 * Returns the context of the client request that r belongs to, NULL if there
 * is none yet.
 */

static ngx_inline ngx_eo_request_t *
ngx_eo_request_find(ngx_http_request_t *r)
{
    ngx_eo_request_t  *ctx;

    ctx = ngx_http_get_module_ctx(r->main, ngx_http_eo_core_module);

    return ctx ? ctx : ngx_eo_request_recover(r->main);
}


/* The same, made at the first call; NULL when out of memory. */

static ngx_inline ngx_eo_request_t *
ngx_eo_request(ngx_http_request_t *r)
{
    ngx_eo_request_t  *ctx;

    ctx = ngx_eo_request_find(r);

    return ctx ? ctx : ngx_eo_request_create(r->main);
}


/*
 * The handler of NGX_EO_STAGE_REQUEST: makes the context while the peer's
 * address is still that of the connection.
 */

ngx_int_t ngx_eo_request_handler(ngx_http_request_t *r);


/* Seeds the generator of EO-LOG-UUID; to be called in each worker. */

ngx_int_t ngx_eo_request_init_process(ngx_cycle_t *cycle);


#endif /* _NGX_EO_REQUEST_H_INCLUDED_ */
