
/*
 * What the files of ngx_eo_waf share.
 */


#ifndef _NGX_HTTP_EO_WAF_MODULE_H_INCLUDED_
#define _NGX_HTTP_EO_WAF_MODULE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include "ngx_eo_core.h"
#include "iplist/ngx_eo_ip_list.h"
#include "ddos/ngx_eo_ddos_conf.h"
#include "expr/ngx_eo_expr.h"
#include "managed/ngx_eo_managed_conf.h"


#define NGX_EO_WAF_OFF      0
#define NGX_EO_WAF_ON       1
#define NGX_EO_WAF_MONITOR  2


/* the modules of web protection that an exception can name */

#define NGX_EO_WAF_CUSTOM_RULES      0x01
#define NGX_EO_WAF_RATE_LIMITING     0x02
#define NGX_EO_WAF_MANAGED_RULES     0x04
#define NGX_EO_WAF_BOT               0x08
#define NGX_EO_WAF_ADAPTIVE_CONTROL  0x10


/* in the order in which they win if rules have the same priority */

typedef enum {
    NGX_EO_ACTION_MONITOR = 0,
    NGX_EO_ACTION_ALLOW,
    NGX_EO_ACTION_REDIRECT,
    NGX_EO_ACTION_PAGE,
    NGX_EO_ACTION_BLOCK_IP,
    NGX_EO_ACTION_STALL,
    NGX_EO_ACTION_DENY
} ngx_eo_action_e;


/* exceptions first, then basic rules, precise ones, rate limits */

typedef enum {
    NGX_EO_RULE_EXCEPTION = 0,
    NGX_EO_RULE_BASIC,
    NGX_EO_RULE_PRECISE,
    NGX_EO_RULE_RATE,
    NGX_EO_RULE_MANAGED,                     /* of logs only */
    NGX_EO_RULE_DDOS
} ngx_eo_rule_e;


typedef struct {
    ngx_eo_action_e             type;
    ngx_uint_t                  status;      /* of page and redirect */
    ngx_str_t                   page_name;
    ngx_eo_response_page_t     *page;
    ngx_http_complex_value_t   *url;
    ngx_msec_t                  duration;    /* of block_ip and stall */
} ngx_eo_action_t;


/* managed rules that an exception names */

typedef struct {
    ngx_array_t                *ids;         /* ngx_eo_exception_ids_t */
    uint64_t                    groups;      /* a bit for each */
    ngx_array_t                *fields;      /* ngx_eo_managed_field_t */
    ngx_eo_seclang_bitmap_t    *rules;       /* of each rule set read */
} ngx_eo_exception_t;


typedef struct ngx_eo_rate_rule_s  ngx_eo_rate_rule_t;


/*
 * Rules of the whole configuration are numbered in the order in which they
 * are looked at, so that any part of them is a bitmap, and one index serves
 * all locations.
 */

typedef struct {
    ngx_str_t                   name;
    ngx_eo_rule_e               type;
    ngx_uint_t                  priority;
    ngx_uint_t                  place;       /* in the configuration */
    ngx_uint_t                  number;
    ngx_eo_expr_t              *expr;
    ngx_eo_action_t             action;      /* of an exception: none */
    ngx_uint_t                  skip;        /* NGX_EO_WAF_CUSTOM_RULES ... */
    ngx_eo_exception_t         *exception;   /* NULL: no single rules */
    ngx_eo_rate_rule_t         *rate;        /* of a rate limit */
    ngx_str_t                   file;
    ngx_uint_t                  line;
    unsigned                    always:1;    /* the expression is "*" */
} ngx_eo_rule_t;


/* the rules of a location; a location without its own shares its parent's */

typedef struct ngx_eo_rule_set_s  ngx_eo_rule_set_t;

struct ngx_eo_rule_set_s {
    ngx_eo_rule_set_t          *parent;
    ngx_array_t                *rules;       /* ngx_eo_rule_t *, own ones */
    uint64_t                   *members;
    ngx_uint_t                  nmembers;
    ngx_uint_t                  nrates;      /* of the members */
    ngx_eo_rule_t              *ahead;       /* see ngx_eo_rate_ahead.h */
    unsigned                    afresh:1;    /* no custom rules of parents */
    unsigned                    rate_afresh:1;
    unsigned                    form:1;      /* reads the request body */
    unsigned                    plain:1;     /* rate limits with "*" only */
};


/* an address group that an expression names; defined before it or after */

typedef struct {
    ngx_str_t                   name;
    ngx_eo_ip_list_t           *list;
    ngx_str_t                   file;
    ngx_uint_t                  line;
} ngx_eo_ip_group_t;


typedef struct {
    ngx_eo_expr_env_t          *env;
    ngx_eo_expr_env_t          *members_env; /* of fields of exceptions */
    ngx_array_t                 rules;       /* ngx_eo_rule_t * */
    ngx_array_t                 sets;        /* ngx_eo_rule_set_t * */
    ngx_array_t                 groups;      /* ngx_eo_ip_group_t * */
    ngx_eo_expr_index_t        *index;
    ngx_uint_t                  nwords;
    ngx_uint_t                  nexceptions;
    ngx_uint_t                  first_rate;  /* number of a rule */
    ngx_eo_ip_lists_t           lists;
    ngx_shm_zone_t             *bans;
    size_t                      ban_zone_size;
    ngx_int_t                   max_stalled; /* in each worker process */
    ngx_conf_t                 *conf;        /* while it is read */
    ngx_eo_managed_main_conf_t  managed;
    ngx_eo_ddos_main_conf_t     ddos;

    unsigned                    enabled:1;
    unsigned                    log:1;
    unsigned                    block_ip:1;
    unsigned                    rate_response:1;
    unsigned                    rate_ahead:1;
} ngx_eo_waf_main_conf_t;


typedef struct {
    ngx_uint_t                  status;
    ngx_str_t                   page_name;
    ngx_eo_response_page_t     *page;
} ngx_eo_block_t;


typedef struct {
    ngx_uint_t                  mode;
    ngx_flag_t                  afresh;
    ngx_flag_t                  rate_afresh;
    ngx_array_t                *rules;       /* ngx_eo_rule_t *, own ones */
    ngx_eo_rule_set_t          *set;
    ngx_eo_block_t              managed;
    ngx_eo_block_t              other;
    ngx_open_file_t            *log;
    ngx_eo_managed_conf_t       managed_rules;
    ngx_eo_ddos_conf_t          ddos;
} ngx_eo_waf_loc_conf_t;


typedef struct {
    ngx_eo_rule_t              *rule;
    ngx_str_t                  *action;      /* as the log names it */
} ngx_eo_waf_match_t;


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
    void                       *managed;     /* ngx_eo_managed_ctx_t */
    void                       *ddos;        /* ngx_eo_ddos_ctx_t */
    ngx_eo_rate_ctx_t           rate;

    ngx_str_t                   path;
    ngx_str_t                   uri;
    ngx_str_t                   full_uri;
    ngx_str_t                   form;        /* the body, if one is read */
    ngx_str_t                   boundary;    /* of a multipart form */

    unsigned                    indexed:1;   /* candidates are known */
    unsigned                    has_path:1;
    unsigned                    has_uri:1;
    unsigned                    has_form:1;
    unsigned                    reading:1;
    unsigned                    allowed:1;
    unsigned                    done:1;      /* a verdict ended the request */
    unsigned                    stalled:1;
    unsigned                    limit_logged:1;
} ngx_eo_waf_state_t;


extern ngx_module_t  ngx_http_eo_waf_module;


/* The state of a request, made at the first call; NULL: out of memory. */

ngx_eo_waf_state_t *ngx_eo_waf_state(ngx_http_request_t *r);


#endif /* _NGX_HTTP_EO_WAF_MODULE_H_INCLUDED_ */
