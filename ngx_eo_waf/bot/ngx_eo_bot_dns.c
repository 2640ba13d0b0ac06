
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Forward-confirmed reverse DNS.
 */


#include "ngx_eo_bot_dns.h"
#include "ngx_eo_bot_name.h"
#include "ngx_eo_bot_table.h"


#define NGX_EO_BOT_DNS_SIZE       1048576

/* names that this worker process asks for at a time */

#define NGX_EO_BOT_DNS_JOBS       64

/* seconds that an answer is good for */

#define NGX_EO_BOT_DNS_CONFIRMED_TIME  3600
#define NGX_EO_BOT_DNS_REFUTED_TIME    600
#define NGX_EO_BOT_DNS_FAILED_TIME     60


typedef struct {
    ngx_shm_zone_t         *zone;
    ngx_resolver_t         *resolver;
    ngx_msec_t              timeout;
    ngx_eo_bot_proof_t     *proof;
    uint64_t                key;
    uint64_t                network;     /* 0: none */
    ngx_sockaddr_t          sockaddr;
    socklen_t               socklen;
    ngx_str_t               name;
    u_char                  text[NGX_EO_BOT_NAME_MAX];
} ngx_eo_bot_dns_job_t;


static uint64_t ngx_eo_bot_dns_network(ngx_shm_zone_t *zone,
    ngx_eo_bot_proof_t *proof, u_char *addr);
static void ngx_eo_bot_dns_ask(ngx_http_request_t *r, ngx_shm_zone_t *zone,
    ngx_eo_bot_proof_t *proof, u_char *addr, uint64_t key, uint64_t network);
static void ngx_eo_bot_dns_sockaddr(ngx_eo_bot_dns_job_t *job, u_char *addr);
static ngx_eo_bot_dns_e ngx_eo_bot_dns_state(ngx_resolver_ctx_t *ctx);
static void ngx_eo_bot_dns_address(ngx_eo_bot_dns_job_t *job);
static void ngx_eo_bot_dns_address_handler(ngx_resolver_ctx_t *ctx);
static ngx_uint_t ngx_eo_bot_dns_named(ngx_eo_bot_dns_job_t *job,
    ngx_str_t *name);
static void ngx_eo_bot_dns_name(ngx_eo_bot_dns_job_t *job);
static void ngx_eo_bot_dns_name_handler(ngx_resolver_ctx_t *ctx);
static void ngx_eo_bot_dns_end(ngx_eo_bot_dns_job_t *job,
    ngx_eo_bot_dns_e state);


static ngx_uint_t  ngx_eo_bot_dns_jobs;


ngx_shm_zone_t *
ngx_eo_bot_dns_zone_add(ngx_conf_t *cf, size_t size)
{
    static ngx_str_t  name = ngx_string("eo_bot_dns");

    return ngx_eo_bot_table_zone(cf, &name, size ? size
                                                 : NGX_EO_BOT_DNS_SIZE,
                                 &ngx_http_eo_waf_module);
}


ngx_eo_bot_dns_e
ngx_eo_bot_dns(ngx_http_request_t *r, ngx_shm_zone_t *zone,
    ngx_eo_bot_proof_t *proof, u_char *addr)
{
    uint64_t    key, network;
    ngx_str_t   address;
    ngx_uint_t  state, others;

    address.data = addr;
    address.len = 16;

    key = ngx_eo_bot_table_key(zone, &address, &proof->name);
    network = ngx_eo_bot_dns_network(zone, proof, addr);

    if (!ngx_eo_bot_table_find(zone, key, &state)) {
        state = NGX_EO_BOT_DNS_PENDING;
        ngx_eo_bot_dns_ask(r, zone, proof, addr, key, network);
    }

    /* who is refuted has 2^64 more addresses to be unknown with */

    if (state == NGX_EO_BOT_DNS_PENDING && network
        && ngx_eo_bot_table_find(zone, network, &others))
    {
        return others;
    }

    return state;
}


/* the key of the /64 of an address of IPv6, or 0 */

static uint64_t
ngx_eo_bot_dns_network(ngx_shm_zone_t *zone, ngx_eo_bot_proof_t *proof,
    u_char *addr)
{
    ngx_str_t  prefix;

    static u_char  mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

    if (ngx_memcmp(addr, mapped, 12) == 0) {
        return 0;
    }

    prefix.data = addr;
    prefix.len = 8;

    return ngx_eo_bot_table_key(zone, &prefix, &proof->name);
}


/*
 * The job is of no request, which may be over before the answer is there.
 */

static void
ngx_eo_bot_dns_ask(ngx_http_request_t *r, ngx_shm_zone_t *zone,
    ngx_eo_bot_proof_t *proof, u_char *addr, uint64_t key, uint64_t network)
{
    ngx_eo_bot_dns_job_t      *job;
    ngx_http_core_loc_conf_t  *clcf;

    if (ngx_eo_bot_dns_jobs >= NGX_EO_BOT_DNS_JOBS) {
        return;
    }

    job = ngx_calloc(sizeof(ngx_eo_bot_dns_job_t), r->connection->log);
    if (job == NULL) {
        return;
    }

    clcf = ngx_http_get_module_loc_conf(r, ngx_http_core_module);

    job->zone = zone;
    job->resolver = clcf->resolver;
    job->timeout = clcf->resolver_timeout;
    job->proof = proof;
    job->key = key;
    job->network = network;

    ngx_eo_bot_dns_sockaddr(job, addr);

    ngx_eo_bot_dns_jobs++;

    /* no other request has to ask meanwhile */

    ngx_eo_bot_table_store(zone, key, NGX_EO_BOT_DNS_PENDING,
                           2 * job->timeout / 1000 + 2);

    ngx_eo_bot_dns_address(job);
}


/* the address of a client is in 16 bytes whatever its family */

static void
ngx_eo_bot_dns_sockaddr(ngx_eo_bot_dns_job_t *job, u_char *addr)
{
    struct sockaddr_in   *sin;
#if (NGX_HAVE_INET6)
    struct sockaddr_in6  *sin6;
#endif

#if (NGX_HAVE_INET6)

    static u_char  mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

    if (ngx_memcmp(addr, mapped, 12) != 0) {
        sin6 = &job->sockaddr.sockaddr_in6;
        sin6->sin6_family = AF_INET6;
        ngx_memcpy(&sin6->sin6_addr, addr, 16);
        job->socklen = sizeof(struct sockaddr_in6);
        return;
    }

#endif

    sin = &job->sockaddr.sockaddr_in;
    sin->sin_family = AF_INET;
    ngx_memcpy(&sin->sin_addr, addr + 12, 4);
    job->socklen = sizeof(struct sockaddr_in);
}


/* what an answer without the right content is worth */

static ngx_eo_bot_dns_e
ngx_eo_bot_dns_state(ngx_resolver_ctx_t *ctx)
{
    return (ctx->state == NGX_OK || ctx->state == NGX_RESOLVE_NXDOMAIN)
           ? NGX_EO_BOT_DNS_REFUTED : NGX_EO_BOT_DNS_FAILED;
}


static void
ngx_eo_bot_dns_address(ngx_eo_bot_dns_job_t *job)
{
    ngx_resolver_ctx_t  *ctx;

    ctx = ngx_resolve_start(job->resolver, NULL);

    if (ctx == NULL || ctx == NGX_NO_RESOLVER) {
        ngx_eo_bot_dns_end(job, NGX_EO_BOT_DNS_FAILED);
        return;
    }

    ctx->addr.sockaddr = &job->sockaddr.sockaddr;
    ctx->addr.socklen = job->socklen;
    ctx->handler = ngx_eo_bot_dns_address_handler;
    ctx->data = job;
    ctx->timeout = job->timeout;

    /* the job may be over by then, but not if it fails */

    if (ngx_resolve_addr(ctx) != NGX_OK) {
        ngx_eo_bot_dns_end(job, NGX_EO_BOT_DNS_FAILED);
    }
}


static void
ngx_eo_bot_dns_address_handler(ngx_resolver_ctx_t *ctx)
{
    ngx_uint_t             named;
    ngx_eo_bot_dns_e       state;
    ngx_eo_bot_dns_job_t  *job;

    job = ctx->data;

    state = ngx_eo_bot_dns_state(ctx);

    named = (ctx->state == NGX_OK && ngx_eo_bot_dns_named(job, &ctx->name));

    ngx_resolve_addr_done(ctx);

    if (named) {
        ngx_eo_bot_dns_name(job);

    } else {
        ngx_eo_bot_dns_end(job, state);
    }
}


static ngx_uint_t
ngx_eo_bot_dns_named(ngx_eo_bot_dns_job_t *job, ngx_str_t *name)
{
    ngx_str_t   *suffix;
    ngx_uint_t   i;

    job->name.data = job->text;
    job->name.len = ngx_eo_bot_name(job->text, name);

    if (job->name.len == 0) {
        return 0;
    }

    suffix = job->proof->suffixes->elts;

    for (i = 0; i < job->proof->suffixes->nelts; i++) {
        if (ngx_eo_bot_name_within(&job->name, &suffix[i])) {
            return 1;
        }
    }

    return 0;
}


static void
ngx_eo_bot_dns_name(ngx_eo_bot_dns_job_t *job)
{
    ngx_resolver_ctx_t  *ctx;

    ctx = ngx_resolve_start(job->resolver, NULL);

    if (ctx == NULL || ctx == NGX_NO_RESOLVER) {
        ngx_eo_bot_dns_end(job, NGX_EO_BOT_DNS_FAILED);
        return;
    }

    ctx->name = job->name;
    ctx->handler = ngx_eo_bot_dns_name_handler;
    ctx->data = job;
    ctx->timeout = job->timeout;

    if (ngx_resolve_name(ctx) != NGX_OK) {
        ngx_eo_bot_dns_end(job, NGX_EO_BOT_DNS_FAILED);
    }
}


static void
ngx_eo_bot_dns_name_handler(ngx_resolver_ctx_t *ctx)
{
    ngx_uint_t             i;
    ngx_eo_bot_dns_e       state;
    ngx_eo_bot_dns_job_t  *job;

    job = ctx->data;

    state = ngx_eo_bot_dns_state(ctx);

    if (ctx->state == NGX_OK) {

        for (i = 0; i < ctx->naddrs; i++) {

            if (ngx_cmp_sockaddr(ctx->addrs[i].sockaddr,
                                 ctx->addrs[i].socklen,
                                 &job->sockaddr.sockaddr, job->socklen, 0)
                == NGX_OK)
            {
                state = NGX_EO_BOT_DNS_CONFIRMED;
                break;
            }
        }
    }

    ngx_resolve_name_done(ctx);

    ngx_eo_bot_dns_end(job, state);
}


static void
ngx_eo_bot_dns_end(ngx_eo_bot_dns_job_t *job, ngx_eo_bot_dns_e state)
{
    ngx_uint_t  seconds;

    switch (state) {

    case NGX_EO_BOT_DNS_CONFIRMED:
        seconds = NGX_EO_BOT_DNS_CONFIRMED_TIME;
        break;

    case NGX_EO_BOT_DNS_REFUTED:
        seconds = NGX_EO_BOT_DNS_REFUTED_TIME;
        break;

    default: /* NGX_EO_BOT_DNS_FAILED */
        seconds = NGX_EO_BOT_DNS_FAILED_TIME;
    }

    ngx_eo_bot_table_store(job->zone, job->key, state, seconds);

    if (job->network && state != NGX_EO_BOT_DNS_CONFIRMED) {
        ngx_eo_bot_table_store(job->zone, job->network, state, seconds);
    }

    ngx_eo_bot_dns_jobs--;

    ngx_free(job);
}
