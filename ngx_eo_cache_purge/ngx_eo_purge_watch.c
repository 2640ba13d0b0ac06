
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * An object that has been purged is found out here, between nginx's opening of
 * its file and the response.
 *
 * ngx_http_upstream_cache() evaluates the conditions of "proxy_cache_bypass"
 * when r->upstream and r->cache exist and before it opens the object's file;
 * that is where u->process_header and u->create_request are wrapped.
 * ngx_http_upstream_cache_send() then calls the former with the object's
 * header: if it answers NGX_HTTP_UPSTREAM_INVALID_HEADER,
 * ngx_http_upstream_init_request() goes on as for a miss.
 */


#include "ngx_eo_purge_watch.h"
#include "ngx_eo_purge_object.h"
#include "ngx_eo_purge_file.h"
#include "ngx_http_eo_cache_purge_module.h"


typedef struct {
    ngx_http_upstream_t   *upstream;
    ngx_eo_purge_zone_t   *zone;

    ngx_int_t            (*process_header)(ngx_http_request_t *r);
    ngx_int_t            (*create_request)(ngx_http_request_t *r);
    ngx_int_t            (*reinit_request)(ngx_http_request_t *r);

    ngx_eo_purge_url_t     urls[2];
    ngx_uint_t             nurls;

    ngx_uint_t             log_level;
    uint64_t               task;         /* that the verdict is of */
    uint16_t               sequence;     /* when the fetch began */
    unsigned               fetching:1;
    unsigned               quiet:1;      /* log_level is to be put back */
    unsigned               verdict:2;    /* on the object found */
} ngx_eo_purge_watch_t;


#define NGX_EO_PURGE_FRESH  0
#define NGX_EO_PURGE_STALE  1
#define NGX_EO_PURGE_GONE   2


static ngx_int_t ngx_eo_purge_watch_begin(ngx_http_request_t *r,
    ngx_eo_purge_zone_t *zone);
static ngx_int_t ngx_eo_purge_watch_urls(ngx_http_request_t *r,
    ngx_eo_purge_watch_t *watch);
static ngx_eo_purge_watch_t *ngx_eo_purge_watched(ngx_http_request_t *r);
static ngx_int_t ngx_eo_purge_process_header(ngx_http_request_t *r);
static ngx_int_t ngx_eo_purge_create_request(ngx_http_request_t *r);
static ngx_int_t ngx_eo_purge_reinit_request(ngx_http_request_t *r);
static void ngx_eo_purge_keep_watch(ngx_http_request_t *r,
    ngx_eo_purge_watch_t *watch);
static ngx_int_t ngx_eo_purge_cached_header(ngx_http_request_t *r,
    ngx_eo_purge_watch_t *watch);
static ngx_uint_t ngx_eo_purge_judge(ngx_http_request_t *r,
    ngx_eo_purge_watch_t *watch);
static void ngx_eo_purge_put_away(ngx_http_request_t *r,
    ngx_eo_purge_watch_t *watch);
static void ngx_eo_purge_refuse(ngx_http_request_t *r,
    ngx_eo_purge_watch_t *watch);
static void ngx_eo_purge_leave_stamp(ngx_http_request_t *r,
    ngx_eo_purge_watch_t *watch);
static u_char *ngx_eo_purge_marker_place(u_char *start, u_char *end);
static void ngx_eo_purge_insert_marker(ngx_http_request_t *r,
    ngx_eo_purge_watch_t *watch);
static ngx_int_t ngx_eo_purge_watch_cache(ngx_conf_t *cf,
    ngx_eo_purge_zone_t *zone, ngx_module_t *module, ngx_command_t *cmd);
static ngx_array_t *ngx_eo_purge_conditions(ngx_conf_t *cf,
    ngx_array_t *others);
static ngx_int_t ngx_eo_purge_zone_of_cache(ngx_eo_purge_zone_t *zone,
    ngx_shm_zone_t *cache);


static ngx_str_t  ngx_eo_purge_bypass_directives[] = {
    ngx_string("proxy_cache_bypass"),
    ngx_string("fastcgi_cache_bypass"),
    ngx_string("uwsgi_cache_bypass"),
    ngx_string("scgi_cache_bypass"),
    ngx_null_string
};


ngx_int_t
ngx_eo_purge_watch_variable(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data)
{
    ngx_eo_cache_purge_loc_conf_t  *conf;

    conf = ngx_http_get_module_loc_conf(r, ngx_http_eo_cache_purge_module);

    v->len = 0;
    v->data = (u_char *) "";
    v->valid = 1;
    v->no_cacheable = 1;
    v->not_found = 0;

    if (conf->zone == NULL || r->upstream == NULL || r->cache == NULL) {
        return NGX_OK;
    }

    return ngx_eo_purge_watch_begin(r, conf->zone);
}


static ngx_int_t
ngx_eo_purge_watch_begin(ngx_http_request_t *r, ngx_eo_purge_zone_t *zone)
{
    ngx_http_upstream_t   *u;
    ngx_eo_purge_watch_t  *watch;

    u = r->upstream;

    watch = ngx_http_get_module_ctx(r, ngx_http_eo_cache_purge_module);

    if (watch && watch->upstream == u) {
        return NGX_OK;
    }

    watch = ngx_pcalloc(r->pool, sizeof(ngx_eo_purge_watch_t));
    if (watch == NULL) {
        return NGX_ERROR;
    }

    watch->upstream = u;
    watch->zone = zone;

    if (ngx_eo_purge_watch_urls(r, watch) != NGX_OK) {
        return NGX_ERROR;
    }

    watch->process_header = u->process_header;
    watch->create_request = u->create_request;
    watch->reinit_request = u->reinit_request;

    u->process_header = ngx_eo_purge_process_header;
    u->create_request = ngx_eo_purge_create_request;
    u->reinit_request = ngx_eo_purge_reinit_request;

    ngx_http_set_ctx(r, watch, ngx_http_eo_cache_purge_module);

    return NGX_OK;
}


/*
 * The URL that the location was found by, and the one that the client asked
 * for if that is another: before a rewrite.  A subrequest has the main
 * request's r->unparsed_uri, which is its own if it is for a slice or an update
 * in the background.
 */

static ngx_int_t
ngx_eo_purge_watch_urls(ngx_http_request_t *r, ngx_eo_purge_watch_t *watch)
{
    u_char                    *p;
    ngx_str_t                  host;
    ngx_eo_purge_url_t        *url;
    ngx_http_core_srv_conf_t  *cscf;

    host = r->headers_in.server;

    if (host.len == 0) {
        cscf = ngx_http_get_module_srv_conf(r, ngx_http_core_module);
        host = cscf->server_name;
    }

    url = watch->urls;
    url->host = host;
    url->path = r->uri;
    url->args = r->args;
    url->has_args = (r->args.len != 0);
    watch->nurls = 1;

    if (r != r->main
        && (r->uri.len != r->main->uri.len
            || ngx_memcmp(r->uri.data, r->main->uri.data, r->uri.len) != 0))
    {
        return NGX_OK;
    }

    url = &watch->urls[1];
    url->host = host;
    url->path = r->unparsed_uri;
    url->args.len = 0;

    p = ngx_strlchr(url->path.data, url->path.data + url->path.len, '#');
    if (p) {
        url->path.len = p - url->path.data;
    }

    p = ngx_strlchr(url->path.data, url->path.data + url->path.len, '?');
    url->has_args = (p != NULL);

    if (p) {
        url->args.data = p + 1;
        url->args.len = url->path.data + url->path.len - url->args.data;
        url->path.len = p - url->path.data;
    }

    p = ngx_pnalloc(r->pool, url->path.len + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    if (ngx_eo_purge_normalize(p, &url->path) == NGX_OK
        && (url->path.len != r->uri.len
            || url->args.len != r->args.len
            || ngx_memcmp(url->path.data, r->uri.data, r->uri.len) != 0
            || ngx_memcmp(url->args.data, r->args.data, r->args.len) != 0))
    {
        watch->nurls = 2;
    }

    return NGX_OK;
}


/* NULL if another module has cleared the contexts: the upstream must not run */

static ngx_eo_purge_watch_t *
ngx_eo_purge_watched(ngx_http_request_t *r)
{
    return ngx_http_get_module_ctx(r, ngx_http_eo_cache_purge_module);
}


static ngx_int_t
ngx_eo_purge_process_header(ngx_http_request_t *r)
{
    ngx_int_t              rc;
    ngx_eo_purge_watch_t  *watch;

    watch = ngx_eo_purge_watched(r);

    if (watch == NULL) {
        return NGX_ERROR;
    }

    if (r->cached) {
        return ngx_eo_purge_cached_header(r, watch);
    }

    rc = watch->process_header(r);

    ngx_eo_purge_keep_watch(r, watch);

    if (rc == NGX_OK && r->cache && r->upstream->cacheable) {
        ngx_eo_purge_leave_stamp(r, watch);
        ngx_eo_purge_insert_marker(r, watch);
    }

    return rc;
}


/*
 * proxy, uwsgi and scgi put another function in place of the one that has read
 * the status line, and the first one back for the next response.
 */

static void
ngx_eo_purge_keep_watch(ngx_http_request_t *r, ngx_eo_purge_watch_t *watch)
{
    ngx_http_upstream_t  *u;

    u = r->upstream;

    if (u->process_header != ngx_eo_purge_process_header) {
        watch->process_header = u->process_header;
        u->process_header = ngx_eo_purge_process_header;
    }
}


static ngx_int_t
ngx_eo_purge_reinit_request(ngx_http_request_t *r)
{
    ngx_int_t              rc;
    ngx_eo_purge_watch_t  *watch;

    watch = ngx_eo_purge_watched(r);

    if (watch == NULL) {
        return NGX_ERROR;
    }

    rc = watch->reinit_request(r);

    ngx_eo_purge_keep_watch(r, watch);

    return rc;
}


static ngx_int_t
ngx_eo_purge_cached_header(ngx_http_request_t *r, ngx_eo_purge_watch_t *watch)
{
    ngx_int_t             rc;
    ngx_http_upstream_t  *u;

    u = r->upstream;

    /*
     * What has just been confirmed by the origin is served to this client even
     * if it was purged meanwhile; its stamp says so to the next one.
     */

    if (u->cache_status != NGX_HTTP_CACHE_REVALIDATED) {

        watch->verdict = ngx_eo_purge_judge(r, watch);

        if (watch->verdict == NGX_EO_PURGE_GONE
            || (watch->verdict == NGX_EO_PURGE_STALE
                && u->cache_status == NGX_HTTP_CACHE_HIT))
        {
            ngx_eo_purge_refuse(r, watch);
            return NGX_HTTP_UPSTREAM_INVALID_HEADER;
        }
    }

    rc = watch->process_header(r);

    ngx_eo_purge_keep_watch(r, watch);

    return rc;
}


static ngx_uint_t
ngx_eo_purge_judge(ngx_http_request_t *r, ngx_eo_purge_watch_t *watch)
{
    ngx_http_cache_t       *c;
    ngx_eo_purge_header_t   header;
    ngx_eo_purge_object_t   object;

    c = r->cache;

    if (!ngx_eo_purge_zone_concerns(watch->zone, c->date)) {
        return NGX_EO_PURGE_FRESH;
    }

    ngx_eo_purge_header_read(c->buf->pos + c->header_start,
                             ngx_min(c->buf->pos + c->body_start,
                                     c->buf->last),
                             &header);

    object.urls = watch->urls;
    object.nurls = watch->nurls;
    object.tags = header.tags;
    object.ntags = header.ntags;
    object.stamp.date = c->date;
    object.stamp.sequence = (uint16_t) c->valid_msec;

    switch (ngx_eo_purge_zone_check(watch->zone, &object, ngx_time())) {

    case NGX_DECLINED:
        watch->task = object.sequence;
        return NGX_EO_PURGE_GONE;

    case NGX_AGAIN:
        watch->task = object.sequence;
        return NGX_EO_PURGE_STALE;

    default:
        return NGX_EO_PURGE_FRESH;
    }
}


/*
 * The object is put away, so that requests to come are misses, or expired, by
 * nginx's own rules and may wait for this one's response under its cache lock.
 * Whoever does it counts it for the task, which is one process.
 */

static void
ngx_eo_purge_put_away(ngx_http_request_t *r, ngx_eo_purge_watch_t *watch)
{
    ngx_int_t          rc;
    ngx_log_t         *log;
    ngx_http_cache_t  *c;

    c = r->cache;
    log = r->connection->log;

    if (watch->verdict == NGX_EO_PURGE_GONE) {
        rc = ngx_eo_purge_file_delete(c->file_cache, c->key, c->uniq,
                                      &c->file.name, log);

    } else {
        rc = ngx_eo_purge_file_expire(&c->file.name, c->uniq, log);
    }

    if (rc == NGX_OK) {
        ngx_eo_purge_zone_found(watch->zone, watch->task);
    }
}


static void
ngx_eo_purge_refuse(ngx_http_request_t *r, ngx_eo_purge_watch_t *watch)
{
    ngx_log_t  *log;

    log = r->connection->log;

    ngx_eo_purge_put_away(r, watch);

    if (watch->fetching) {
        ngx_log_error(NGX_LOG_ERR, log, 0,
                      "the stale object was purged while its origin "
                      "was asked, and cannot stand in for it");
        return;
    }

    /* nginx is about to log that the file has an invalid header */

    watch->quiet = 1;
    watch->log_level = log->log_level;

    if (log->log_level & NGX_LOG_DEBUG_ALL) {
        watch->quiet = 0;
        return;
    }

    log->log_level = ngx_min(log->log_level, NGX_LOG_ALERT);
}


static ngx_int_t
ngx_eo_purge_create_request(ngx_http_request_t *r)
{
    ngx_http_cache_t      *c;
    ngx_http_upstream_t   *u;
    ngx_eo_purge_watch_t  *watch;

    watch = ngx_eo_purge_watched(r);

    if (watch == NULL) {
        return NGX_ERROR;
    }

    u = r->upstream;
    c = r->cache;

    if (watch->quiet) {
        r->connection->log->log_level = watch->log_level;
        watch->quiet = 0;
    }

    watch->fetching = 1;
    watch->sequence = ngx_eo_purge_stamp(
                                   ngx_eo_purge_zone_sequence(watch->zone));

    /* an object that had expired by itself has not been looked at so far */

    if (c && c->buf && u->cache_status == NGX_HTTP_CACHE_EXPIRED
        && ngx_eo_purge_judge(r, watch) == NGX_EO_PURGE_GONE)
    {
        watch->verdict = NGX_EO_PURGE_GONE;
        ngx_eo_purge_put_away(r, watch);
        u->cache_status = NGX_HTTP_CACHE_MISS;
    }

    if (watch->verdict != NGX_EO_PURGE_FRESH) {

        /* as ngx_http_upstream_cache() does for what has expired */

        c->valid_sec = 0;
        c->updating_sec = 0;
        c->error_sec = 0;

        if (watch->verdict == NGX_EO_PURGE_STALE) {
            u->cache_status = NGX_HTTP_CACHE_EXPIRED;
        }
    }

    return watch->create_request(r);
}


/*
 * ngx_http_file_cache_set_header() and ngx_http_file_cache_update_header()
 * write the field to the object's file; nginx itself sets it nowhere.
 */

static void
ngx_eo_purge_leave_stamp(ngx_http_request_t *r, ngx_eo_purge_watch_t *watch)
{
    r->cache->valid_msec = watch->sequence;
}


/*
 * The header goes to the object's file as it lies in u->buffer; a line more
 * tells whoever reads the file alone which URL it is of.  Without room for it
 * the object is found when it is asked for, but not by the sweep.
 */

static void
ngx_eo_purge_insert_marker(ngx_http_request_t *r, ngx_eo_purge_watch_t *watch)
{
    size_t               len, record;
    u_char              *p;
    ngx_buf_t           *b;
    ngx_eo_purge_url_t  *url;

    b = &r->upstream->buffer;

    if (r->upstream->headers_in.status_n == NGX_HTTP_NOT_MODIFIED) {
        return;
    }

    p = ngx_eo_purge_marker_place(b->start + r->cache->header_start, b->pos);
    if (p == NULL) {
        return;
    }

    url = &watch->urls[watch->nurls - 1];
    record = (*p == 1) ? 8 : 0;
    len = ngx_eo_purge_marker_len(url);

    if (len > 65535 || (size_t) (b->end - b->last) < record + len) {
        return;
    }

    ngx_memmove(p + record + len, p, b->last - p);

    if (record) {

        /* a record of its own: version, type (stdout), id, length */

        *p++ = 1;
        *p++ = 6;
        *p++ = 0;
        *p++ = 1;
        *p++ = (u_char) (len >> 8);
        *p++ = (u_char) len;
        *p++ = 0;
        *p++ = 0;
    }

    (void) ngx_eo_purge_marker(p, url);

    b->pos += record + len;
    b->last += record + len;
}


/*
 * Behind the status line, or before the first record of FastCGI.  NULL for
 * what is not text, and for headers that others came before (RFC 8297).
 */

static u_char *
ngx_eo_purge_marker_place(u_char *start, u_char *end)
{
    u_char  *p;

    if (end - start > 8 && start[0] == 1 && start[1] == 6) {
        return start;
    }

    if (end - start < 12 || start[0] < 'A'
        || ngx_strncmp(start + 8, " 103", 4) == 0)
    {
        return NULL;
    }

    p = memchr(start, LF, end - start);

    return p ? p + 1 : NULL;
}


ngx_int_t
ngx_eo_purge_watch_caches(ngx_conf_t *cf, ngx_eo_purge_zone_t *zone)
{
    ngx_str_t       *name;
    ngx_uint_t       i;
    ngx_module_t    *module;
    ngx_command_t   *cmd;

    for (i = 0; cf->cycle->modules[i]; i++) {
        module = cf->cycle->modules[i];

        if (module->type != NGX_HTTP_MODULE || module->commands == NULL) {
            continue;
        }

        for (cmd = module->commands; cmd->name.len; cmd++) {

            for (name = ngx_eo_purge_bypass_directives; name->len; name++) {

                if (cmd->name.len == name->len
                    && ngx_memcmp(cmd->name.data, name->data, name->len) == 0
                    && ngx_eo_purge_watch_cache(cf, zone, module, cmd)
                       != NGX_OK)
                {
                    return NGX_ERROR;
                }
            }
        }
    }

    return NGX_OK;
}


/*
 * ngx_http_set_predicate_slot() keeps the conditions at the offset that the
 * directive names, which is that of the field in the module's
 * ngx_http_upstream_conf_t.
 */

static ngx_int_t
ngx_eo_purge_watch_cache(ngx_conf_t *cf, ngx_eo_purge_zone_t *zone,
    ngx_module_t *module, ngx_command_t *cmd)
{
    char                      *conf;
    ngx_http_conf_ctx_t       *ctx;
    ngx_http_upstream_conf_t  *ucf;

    ctx = cf->ctx;
    conf = ctx->loc_conf[module->ctx_index];

    if (conf == NULL || cmd->set != ngx_http_set_predicate_slot) {
        return NGX_OK;
    }

    ucf = (ngx_http_upstream_conf_t *)
              (conf + cmd->offset
               - offsetof(ngx_http_upstream_conf_t, cache_bypass));

    if (ucf->cache == 0 || ucf->cache == NGX_CONF_UNSET) {
        return NGX_OK;
    }

    ucf->cache_bypass = ngx_eo_purge_conditions(cf, ucf->cache_bypass);

    if (ucf->cache_bypass == NULL) {
        return NGX_ERROR;
    }

    if (ucf->cache_zone) {
        return ngx_eo_purge_zone_of_cache(zone, ucf->cache_zone);
    }

    zone->any_cache = 1;

    return NGX_OK;
}


/* the others may be those of the level above, which stay as they are */

static ngx_array_t *
ngx_eo_purge_conditions(ngx_conf_t *cf, ngx_array_t *others)
{
    ngx_str_t                          value;
    ngx_array_t                       *conditions;
    ngx_http_complex_value_t          *cv;
    ngx_http_compile_complex_value_t   ccv;

    conditions = ngx_array_create(cf->pool, 4,
                                  sizeof(ngx_http_complex_value_t));
    if (conditions == NULL) {
        return NULL;
    }

    cv = ngx_array_push(conditions);
    if (cv == NULL) {
        return NULL;
    }

    ngx_str_set(&value, "$" NGX_EO_PURGE_VARIABLE);
    ngx_memzero(&ccv, sizeof(ngx_http_compile_complex_value_t));

    ccv.cf = cf;
    ccv.value = &value;
    ccv.complex_value = cv;

    if (ngx_http_compile_complex_value(&ccv) != NGX_OK) {
        return NULL;
    }

    if (others == NULL || others == NGX_CONF_UNSET_PTR) {
        return conditions;
    }

    cv = ngx_array_push_n(conditions, others->nelts);
    if (cv == NULL) {
        return NULL;
    }

    ngx_memcpy(cv, others->elts,
               others->nelts * sizeof(ngx_http_complex_value_t));

    return conditions;
}


static ngx_int_t
ngx_eo_purge_zone_of_cache(ngx_eo_purge_zone_t *zone, ngx_shm_zone_t *cache)
{
    ngx_uint_t        i;
    ngx_shm_zone_t  **caches;

    caches = zone->caches.elts;

    for (i = 0; i < zone->caches.nelts; i++) {
        if (caches[i] == cache) {
            return NGX_OK;
        }
    }

    caches = ngx_array_push(&zone->caches);
    if (caches == NULL) {
        return NGX_ERROR;
    }

    *caches = cache;

    return NGX_OK;
}
