
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Bot management as a part of web protection: who sends a request, and what
 * is done about it.
 */


#ifndef _NGX_EO_BOT_H_INCLUDED_
#define _NGX_EO_BOT_H_INCLUDED_


#include "ngx_eo_bot_conf.h"


/* what there is of a proof, in the order of the names in ngx_eo_bot.c */

typedef enum {
    NGX_EO_BOT_UNPROVEN = 0,                 /* or nothing to prove */
    NGX_EO_BOT_PENDING,
    NGX_EO_BOT_REFUTED,
    NGX_EO_BOT_BY_RANGES,
    NGX_EO_BOT_BY_DNS,
    NGX_EO_BOT_BY_SIGNATURE
} ngx_eo_bot_proof_e;

#define ngx_eo_bot_proven(proof)  ((proof) >= NGX_EO_BOT_BY_RANGES)


/* what is known of the sender of a request */

struct ngx_eo_bot_ctx_s {
    ngx_str_t                name;        /* of a robot or tool; or empty */
    ngx_eo_bot_category_e    category;    /* if has_category */
    ngx_eo_bot_category_e    claimed;     /* by the User-Agent */
    ngx_eo_bot_proof_e       proof;
    ngx_eo_bot_list_t       *idc;         /* NULL: in no list */
    ngx_eo_bot_list_t       *reputation;  /* the worst one */
    ngx_uint_t               levels[5];   /* of each kind, 0: none, or 1-3 */
    ngx_uint_t               signals;
    ngx_eo_bot_rating_e      rating;
    ngx_str_t                ja3;
    ngx_str_t                ja4;
    const char              *signature;   /* what is to say of one, or "" */
    ngx_str_t                applied;     /* action, as EO-Bot-Tag has it */
    ngx_array_t             *acted;       /* ngx_eo_bot_act_t * */

    unsigned                 has_category:1;
    unsigned                 on:1;        /* and not only monitor */
    unsigned                 over:1;
};


ngx_int_t ngx_eo_bot_add_variables(ngx_conf_t *cf);

/*
 * What is known of the sender, found out at the first call; NULL where bot
 * management is off, or when out of memory.
 */

ngx_eo_bot_ctx_t *ngx_eo_bot_ctx(ngx_http_request_t *r,
    ngx_eo_waf_loc_conf_t *wlcf);

/* Fills in ctx; NGX_ERROR when out of memory. */

ngx_int_t ngx_eo_bot_identify(ngx_http_request_t *r,
    ngx_eo_bot_main_conf_t *main, ngx_eo_bot_ctx_t *ctx);

/* Part of the access phase; returns what that has to return. */

ngx_int_t ngx_eo_bot_stage(ngx_http_request_t *r, ngx_eo_waf_state_t *state,
    ngx_eo_waf_loc_conf_t *wlcf);

/* A handler of the precontent phase. */

ngx_int_t ngx_eo_bot_headers_handler(ngx_http_request_t *r);

/* the name of a proof in logs */

ngx_str_t *ngx_eo_bot_proof_name(ngx_eo_bot_proof_e proof);

/* eo_ai_robots_txt */

char *ngx_eo_bot_robots_txt(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);


#endif /* _NGX_EO_BOT_H_INCLUDED_ */
