
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The directives of challenges.
 */


#ifndef _NGX_EO_CHALLENGE_CONF_H_INCLUDED_
#define _NGX_EO_CHALLENGE_CONF_H_INCLUDED_


#include "conf/ngx_eo_waf_conf.h"
#include "ngx_eo_challenge_key.h"


/* SameSite of the cookie; None is for TLS only */

#define NGX_EO_CHALLENGE_LAX        0
#define NGX_EO_CHALLENGE_SITE_NONE  1


/* of the whole configuration */

struct ngx_eo_challenge_main_conf_s {
    ngx_eo_challenge_keys_t     keys;
    ngx_str_t                   secrets[NGX_EO_CHALLENGE_KEYS];
    ngx_uint_t                  nsecrets;
    ngx_shm_zone_t             *zone;
    ngx_eo_response_page_t     *page;        /* the built-in one */
    ngx_str_t                   script;      /* of all pages */
    ngx_eo_challenge_conf_t    *locations;   /* a list by their "next" */

    unsigned                    used:1;      /* an action asks for one */
};


typedef struct ngx_eo_challenge_captcha_s  ngx_eo_challenge_captcha_t;


/* of a location */

struct ngx_eo_challenge_conf_s {
    time_t                      ttl;
    ngx_uint_t                  status;
    ngx_uint_t                  difficulty;
    ngx_uint_t                  bind;
    ngx_uint_t                  same_site;
    ngx_str_t                   page_name;
    ngx_eo_response_page_t     *page;
    ngx_eo_challenge_captcha_t *captcha;     /* of the server; NULL: none */

    void                      **loc_conf;    /* the location's, of nginx */
    void                      **plain;       /* see ngx_eo_challenge_send.c */
    ngx_eo_challenge_conf_t    *next;
};


extern ngx_conf_post_t  ngx_eo_challenge_ttl_check;
extern ngx_conf_post_t  ngx_eo_challenge_status_check;
extern ngx_conf_post_t  ngx_eo_challenge_difficulty_check;
extern ngx_conf_enum_t  ngx_eo_challenge_binds[];
extern ngx_conf_enum_t  ngx_eo_challenge_same_sites[];


char *ngx_eo_challenge_secret(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/* Reads a file with a secret, whose blanks at the end do not count. */

char *ngx_eo_challenge_secret_file(ngx_conf_t *cf, ngx_command_t *cmd,
    ngx_str_t *name, ngx_str_t *secret);

/*
 * Directives of a location with one value; cmd->offset is that of a member of
 * ngx_eo_challenge_conf_t.
 */

char *ngx_eo_challenge_time(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_eo_challenge_number(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);
char *ngx_eo_challenge_enum(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ngx_eo_challenge_string(ngx_conf_t *cf, ngx_command_t *cmd,
    void *conf);

/* A configuration that says nothing; NULL: out of memory. */

ngx_eo_challenge_conf_t *ngx_eo_challenge_create_conf(ngx_conf_t *cf);

char *ngx_eo_challenge_merge_conf(ngx_conf_t *cf,
    ngx_eo_challenge_main_conf_t *main, ngx_eo_challenge_conf_t *prev,
    ngx_eo_challenge_conf_t *conf);

/*
 * Makes what is needed if a challenge is in use: secrets, the zone, the page.
 * From postconfiguration; returns NGX_ERROR with a message.
 */

ngx_int_t ngx_eo_challenge_init(ngx_conf_t *cf,
    ngx_eo_challenge_main_conf_t *main, void *tag);

/* Takes the secret out of the zone, which has its content by now. */

void ngx_eo_challenge_init_keys(ngx_eo_challenge_main_conf_t *main);


#endif /* _NGX_EO_CHALLENGE_CONF_H_INCLUDED_ */
