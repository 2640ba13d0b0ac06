
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The state of a request.
 */


#ifndef _NGX_EO_WAF_STATE_H_INCLUDED_
#define _NGX_EO_WAF_STATE_H_INCLUDED_


#include "ngx_eo_waf_form.h"
#include "conf/ngx_eo_waf_conf.h"


typedef struct ngx_eo_bot_ctx_s  ngx_eo_bot_ctx_t;
typedef struct ngx_eo_challenge_ctx_s  ngx_eo_challenge_ctx_t;
typedef struct ngx_eo_ddos_ctx_s  ngx_eo_ddos_ctx_t;
typedef struct ngx_eo_managed_ctx_s  ngx_eo_managed_ctx_t;


/* the modules of web protection that an exception can name */

#define NGX_EO_WAF_CUSTOM_RULES      0x01
#define NGX_EO_WAF_RATE_LIMITING     0x02
#define NGX_EO_WAF_MANAGED_RULES     0x04
#define NGX_EO_WAF_ADAPTIVE_CONTROL  0x10

/* parts of bot management, and all of them */

#define NGX_EO_WAF_BOT_BASIC         0x0100
#define NGX_EO_WAF_BOT_REPUTATION    0x0200
#define NGX_EO_WAF_BOT_RATING        0x0400
#define NGX_EO_WAF_BOT_RULES         0x0800
#define NGX_EO_WAF_BOT_AI            0x1000
#define NGX_EO_WAF_BOT               0x1f00


/* rate limits */

typedef enum {
    NGX_EO_RATE_PASSED = 0,
    NGX_EO_RATE_NOTED,                       /* exceeded, but for a monitor */
    NGX_EO_RATE_EXCEEDED
} ngx_eo_rate_status_e;


typedef struct {
    ngx_eo_rule_set_t          *set;         /* evaluated last */
    ngx_array_t                *pending;     /* counted by the response */

    /* the rule that was exceeded, or is nearest to that; or NULL */

    ngx_eo_rule_t              *rule;
    ngx_uint_t                  count;
    ngx_msec_t                  wait;
    ngx_eo_rate_status_e        status;
} ngx_eo_rate_ctx_t;


/* the request target as rules see it */

typedef struct {
    ngx_str_t                   path;
    ngx_str_t                   uri;
    ngx_str_t                   full_uri;

    unsigned                    has_path:1;
    unsigned                    has_uri:1;
} ngx_eo_waf_target_t;


/* a request body that is looked at on its way */

typedef struct {
    ngx_str_t                   text;        /* its beginning */
    size_t                      size;        /* of the memory for it */
    size_t                      limit;
    off_t                       total;

    unsigned                    complete:1;  /* the end was there */
    unsigned                    seen:1;      /* the handler was called */
} ngx_eo_waf_watch_t;


/*
 * The state of one client request, kept in NGX_EO_SLOT_WAF.  The values of
 * expressions and the bitmaps lie behind it, in the same allocation.
 */

typedef struct {
    ngx_eo_expr_ctx_t           ctx;
    uint64_t                   *candidates;
    uint64_t                   *evaluated;
    ngx_eo_rule_set_t          *set;         /* evaluated last */

    ngx_uint_t                  skip;        /* modules excepted */
    ngx_array_t                *exceptions;  /* ngx_eo_exception_t * */
    ngx_array_t                *matches;     /* ngx_eo_waf_match_t */
    ngx_eo_waf_loc_conf_t      *conf;        /* of the last match */
    ngx_eo_rule_t              *verdict;     /* the last that did not pass it */
    ngx_uint_t                  refused;     /* the status, or 0 */
    ngx_str_t                   refused_uri;
    ngx_eo_managed_ctx_t       *managed_ctx;
    ngx_eo_ddos_ctx_t          *ddos_ctx;
    ngx_eo_challenge_ctx_t     *challenge_ctx;
    ngx_eo_bot_ctx_t           *bot_ctx;
    ngx_eo_rate_ctx_t           rate;

    /* of nginx, and of a back end that reads more into a request */

    ngx_eo_waf_target_t         targets[2];
    ngx_eo_expr_ctx_t          *loose;       /* the second one, if made */

    ngx_eo_waf_form_t           form;
    ngx_str_t                   body;        /* of a form that was read */
    ngx_eo_waf_watch_t         *watch;
    ngx_eo_waf_loc_conf_t      *watch_conf;  /* of what waits for the body */

    unsigned                    indexed:1;   /* candidates are known */
    unsigned                    differs:1;   /* between the two readings */
    unsigned                    form_known:1;
    unsigned                    has_form:1;
    unsigned                    reading:1;
    unsigned                    form_waits:1;     /* rules for the body */
    unsigned                    managed_waits:1;
    unsigned                    watch_over:1;     /* or there was nothing */
    unsigned                    allowed:1;
    unsigned                    done:1;      /* a verdict ended the request */
    unsigned                    stalled:1;
    unsigned                    limit_logged:1;
} ngx_eo_waf_state_t;


/* The state of a request, made at the first call; NULL: out of memory. */

ngx_eo_waf_state_t *ngx_eo_waf_state(ngx_http_request_t *r);

/*
 * Notes that a request has been refused, before an error_page can lead it
 * elsewhere.
 *
 * rc:  what the stage returns; nothing is noted if that is no status
 *
 * Returns rc.
 */

ngx_int_t ngx_eo_waf_refused(ngx_http_request_t *r,
    ngx_eo_waf_state_t *state, ngx_int_t rc);


#endif /* _NGX_EO_WAF_STATE_H_INCLUDED_ */
