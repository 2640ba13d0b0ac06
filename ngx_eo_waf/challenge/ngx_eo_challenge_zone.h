
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What all workers know of challenges, in shared memory that outlives
 * reloads: a secret for those who have set none, answers that were used, and
 * what clients did lately.
 */


#ifndef _NGX_EO_CHALLENGE_ZONE_H_INCLUDED_
#define _NGX_EO_CHALLENGE_ZONE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_EO_CHALLENGE_SECRET_LEN  32


/* Makes the zone; returns NULL with a message. */

ngx_shm_zone_t *ngx_eo_challenge_zone(ngx_conf_t *cf, void *tag);

/* The secret: NGX_EO_CHALLENGE_SECRET_LEN bytes. */

u_char *ngx_eo_challenge_zone_secret(ngx_shm_zone_t *zone);

/*
 * Takes the nonce of an answer, that is good until it expires.  Returns 1 if
 * it is the first answer of that nonce, else 0.
 */

ngx_uint_t ngx_eo_challenge_zone_spend(ngx_shm_zone_t *zone, uint64_t nonce,
    time_t expires);

/*
 * Adds points to a client, see ngx_eo_challenge_behaviour.h; returns the steps
 * by which its next challenge is more difficult.
 */

ngx_uint_t ngx_eo_challenge_zone_behave(ngx_shm_zone_t *zone,
    uint32_t client, ngx_uint_t points);


#endif /* _NGX_EO_CHALLENGE_ZONE_H_INCLUDED_ */
