
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Region databases.  libmaxminddb maps the file that it opens, and a file cut
 * short in place would end a worker by SIGBUS: so it never sees the file, but
 * a copy in shared memory that has been gone through.
 */


#include "ngx_eo_geo_database.h"
#include "ngx_eo_mmdb.h"

#include <sys/mman.h>
#include <maxminddb.h>


#define NGX_EO_GEO_COPY       65536
#define NGX_EO_GEO_FILE_MAX   ((size_t) 2 * 1024 * 1024 * 1024)

/* longest text taken from a database: names of cities and networks */

#define NGX_EO_GEO_TEXT_MAX   255

#define NGX_EO_GEO_PATH_MAX   5


/*
 * Where the makers of databases put a field; the first that is there counts.
 */

typedef struct {
    ngx_eo_geo_field_e    field;
    const char           *path[NGX_EO_GEO_PATH_MAX];
} ngx_eo_geo_path_t;


static ngx_int_t ngx_eo_geo_build(ngx_eo_live_build_t *build);
static ngx_int_t ngx_eo_geo_copy(ngx_eo_live_build_t *build);
static ngx_int_t ngx_eo_geo_prove(ngx_eo_live_build_t *build, u_char *data,
    ngx_eo_mmdb_t *db);
static ngx_int_t ngx_eo_geo_place(ngx_eo_live_build_t *build,
    ngx_eo_mmdb_t *db);
static ngx_int_t ngx_eo_geo_try(ngx_eo_live_build_t *build,
    ngx_eo_mmdb_t *db);
static ngx_int_t ngx_eo_geo_refuse(ngx_eo_live_build_t *build,
    const char *reason);
static void *ngx_eo_geo_attach(ngx_fd_t slot, size_t size);
static void ngx_eo_geo_detach(void *object);

static ngx_int_t ngx_eo_geo_read(MMDB_s *mmdb, ngx_pool_t *pool,
    const struct sockaddr *sockaddr, ngx_eo_geo_t *geo);
static ngx_int_t ngx_eo_geo_take(ngx_pool_t *pool, ngx_eo_geo_field_e field,
    MMDB_entry_data_s *data, ngx_eo_geo_t *geo);
static ngx_int_t ngx_eo_geo_take_text(ngx_pool_t *pool,
    ngx_eo_geo_field_e field, const u_char *p, size_t len, ngx_eo_geo_t *geo);
static size_t ngx_eo_geo_code(const u_char *p, size_t len, size_t max);


static const ngx_eo_live_file_type_t  ngx_eo_geo_type = {
    "region database",
    ngx_eo_geo_build,
    ngx_eo_geo_attach,
    ngx_eo_geo_detach
};


static const ngx_eo_geo_path_t  ngx_eo_geo_paths[] = {
    { NGX_EO_GEO_COUNTRY, { "country", "iso_code", NULL } },
    { NGX_EO_GEO_COUNTRY, { "country_code", NULL } },
    { NGX_EO_GEO_REGISTERED, { "registered_country", "iso_code", NULL } },
    { NGX_EO_GEO_CONTINENT, { "continent", "code", NULL } },
    { NGX_EO_GEO_CONTINENT, { "continent_code", NULL } },
    { NGX_EO_GEO_REGION, { "subdivisions", "0", "iso_code", NULL } },
    { NGX_EO_GEO_REGION, { "region_code", NULL } },
    { NGX_EO_GEO_CITY, { "city", "names", "en", NULL } },
    { NGX_EO_GEO_CITY, { "city", NULL } },
    { NGX_EO_GEO_ASN, { "autonomous_system_number", NULL } },
    { NGX_EO_GEO_ASN, { "traits", "autonomous_system_number", NULL } },
    { NGX_EO_GEO_ASN, { "asn", NULL } },
    { NGX_EO_GEO_ISP, { "isp", NULL } },
    { NGX_EO_GEO_ISP, { "traits", "isp", NULL } },
    { NGX_EO_GEO_ISP, { "autonomous_system_organization", NULL } },
    { NGX_EO_GEO_ISP, { "as_name", NULL } },
    { NGX_EO_GEO_FIELDS, { NULL } }
};


ngx_eo_live_file_t *
ngx_eo_geo_database_add(ngx_conf_t *cf, ngx_array_t *files, ngx_str_t *path)
{
    return ngx_eo_live_file_add(cf, files, path, &ngx_eo_geo_type);
}


static ngx_int_t
ngx_eo_geo_build(ngx_eo_live_build_t *build)
{
    void           *data;
    ngx_int_t       rc;
    ngx_eo_mmdb_t   db;

    rc = ngx_eo_geo_copy(build);
    if (rc != NGX_OK) {
        return rc;
    }

    data = mmap(NULL, build->size, PROT_READ, MAP_SHARED, build->target, 0);

    if (data == MAP_FAILED) {
        return ngx_eo_geo_refuse(build, "does not fit into memory");
    }

    rc = ngx_eo_geo_prove(build, data, &db);

    (void) munmap(data, build->size);

    if (rc != NGX_OK) {
        return rc;
    }

    if (ngx_eo_geo_place(build, &db) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_eo_geo_try(build, &db);
}


static ngx_int_t
ngx_eo_geo_copy(ngx_eo_live_build_t *build)
{
    off_t     at;
    ssize_t   n;
    u_char    buf[NGX_EO_GEO_COPY];

    if (build->length == 0) {
        return ngx_eo_geo_refuse(build, "is empty");
    }

    if (build->length > NGX_EO_GEO_FILE_MAX) {
        return ngx_eo_geo_refuse(build, "is longer than 2 gigabytes");
    }

    /* what an earlier database left must not be taken for part of this one */

    if (build->room) {
        (void) fallocate(build->target,
                         FALLOC_FL_PUNCH_HOLE|FALLOC_FL_KEEP_SIZE, 0,
                         (off_t) build->room);
    }

    if (ngx_eo_live_build_reserve(build, build->length) != NGX_OK) {
        return NGX_ERROR;
    }

    for (at = 0; (size_t) at < build->length; at += n) {

        if (*build->cancel) {
            return NGX_ABORT;
        }

        n = read(build->source, buf,
                 ngx_min(NGX_EO_GEO_COPY, build->length - at));

        if (n == -1 && errno == EINTR) {
            n = 0;
            continue;
        }

        if (n == -1) {
            return ngx_eo_geo_refuse(build, "cannot be read");
        }

        if (n == 0) {
            return ngx_eo_geo_refuse(build, "became shorter while it was "
                                            "read");
        }

        if (pwrite(build->target, buf, n, at) != n) {
            return ngx_eo_geo_refuse(build, "does not fit into memory");
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_geo_prove(ngx_eo_live_build_t *build, u_char *data, ngx_eo_mmdb_t *db)
{
    ngx_int_t    rc;
    const char  *reason;

    reason = "";

    rc = ngx_eo_mmdb_check(data, build->length, db, &reason, build->cancel);

    if (rc == NGX_ERROR) {
        return ngx_eo_geo_refuse(build, reason);
    }

    return rc;
}


/*
 * A slot that has been longer stays so, and the metadata belongs to its end;
 * zeros between them and the data do no harm.
 */

static ngx_int_t
ngx_eo_geo_place(ngx_eo_live_build_t *build, ngx_eo_mmdb_t *db)
{
    size_t   len;
    u_char  *metadata;
    off_t    at;

    if (build->room <= build->length) {
        return NGX_OK;
    }

    len = build->length - db->metadata;
    at = (off_t) (build->room - len);

    metadata = malloc(2 * len);
    if (metadata == NULL) {
        return ngx_eo_geo_refuse(build, "does not fit into memory");
    }

    ngx_memzero(metadata + len, len);

    if (pread(build->target, metadata, len, (off_t) db->metadata)
           != (ssize_t) len
        || pwrite(build->target, metadata + len, len, (off_t) db->metadata)
           != (ssize_t) len
        || pwrite(build->target, metadata, len, at) != (ssize_t) len)
    {
        free(metadata);
        return ngx_eo_geo_refuse(build, "does not fit into memory");
    }

    free(metadata);

    build->size = build->room;

    return NGX_OK;
}


/* as the workers will: opened by the library, and an address looked up */

static ngx_int_t
ngx_eo_geo_try(ngx_eo_live_build_t *build, ngx_eo_mmdb_t *db)
{
    int                   error;
    time_t                built;
    MMDB_s               *mmdb;
    struct tm             tm;
    struct sockaddr_in    sin;

    mmdb = ngx_eo_geo_attach(build->target, build->size);
    if (mmdb == NULL) {
        return ngx_eo_geo_refuse(build, "is refused by libmaxminddb");
    }

    ngx_memzero(&sin, sizeof(struct sockaddr_in));
    sin.sin_family = AF_INET;
    sin.sin_addr.s_addr = htonl(0x08080808);

    error = MMDB_SUCCESS;

    (void) MMDB_lookup_sockaddr(mmdb, (struct sockaddr *) &sin, &error);

    if (error == MMDB_SUCCESS && mmdb->metadata.node_count != db->node_count)
    {
        error = MMDB_INVALID_METADATA_ERROR;
    }

    ngx_eo_geo_detach(mmdb);

    if (error != MMDB_SUCCESS) {
        return ngx_eo_geo_refuse(build, "fails at a look-up");
    }

    built = (time_t) db->build_epoch;
    ngx_libc_gmtime(built, &tm);

    (void) ngx_snprintf(build->message, NGX_EO_LIVE_FILE_MESSAGE,
                        " (%s of %4d-%02d-%02d, IPv%uD)%Z", db->type,
                        tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
                        db->ip_version);

    return NGX_OK;
}


static ngx_int_t
ngx_eo_geo_refuse(ngx_eo_live_build_t *build, const char *reason)
{
    (void) ngx_snprintf(build->message, NGX_EO_LIVE_FILE_MESSAGE, " %s%Z",
                        reason);

    return NGX_ERROR;
}


static void *
ngx_eo_geo_attach(ngx_fd_t slot, size_t size)
{
    u_char   path[sizeof("/proc/self/fd/") + NGX_INT_T_LEN];
    MMDB_s  *mmdb;

    mmdb = malloc(sizeof(MMDB_s));
    if (mmdb == NULL) {
        return NULL;
    }

    /* the library opens by name only, and the memory has no other */

    (void) ngx_sprintf(path, "/proc/self/fd/%d%Z", slot);

    if (MMDB_open((char *) path, MMDB_MODE_MMAP, mmdb) != MMDB_SUCCESS) {
        free(mmdb);
        return NULL;
    }

    return mmdb;
}


static void
ngx_eo_geo_detach(void *object)
{
    MMDB_close(object);
    free(object);
}


ngx_int_t
ngx_eo_geo_database_look_up(ngx_eo_live_file_t *file, ngx_pool_t *pool,
    const struct sockaddr *sockaddr, ngx_eo_geo_t *geo)
{
    MMDB_s        *mmdb;
    ngx_eo_geo_t   found;

    if (sockaddr->sa_family != AF_INET && sockaddr->sa_family != AF_INET6) {
        return NGX_OK;
    }

    do {
        found = *geo;
        mmdb = ngx_eo_live_file_get(file);

        if (ngx_eo_geo_read(mmdb, pool, sockaddr, &found) != NGX_OK) {
            return NGX_ERROR;
        }

    } while (ngx_eo_live_file_changed(file));

    *geo = found;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_geo_read(MMDB_s *mmdb, ngx_pool_t *pool,
    const struct sockaddr *sockaddr, ngx_eo_geo_t *geo)
{
    int                        error;
    MMDB_entry_data_s          data;
    struct sockaddr_in         sin;
    MMDB_lookup_result_s       result;
    const ngx_eo_geo_path_t   *path;

#if (NGX_HAVE_INET6)
    const struct sockaddr_in6  *sin6;

    sin6 = (const struct sockaddr_in6 *) sockaddr;

    /* a database may have no alias for the mapped addresses */

    if (sockaddr->sa_family == AF_INET6
        && IN6_IS_ADDR_V4MAPPED(&sin6->sin6_addr))
    {
        ngx_memzero(&sin, sizeof(struct sockaddr_in));
        sin.sin_family = AF_INET;
        ngx_memcpy(&sin.sin_addr, &sin6->sin6_addr.s6_addr[12], 4);

        sockaddr = (const struct sockaddr *) &sin;
    }
#endif

    error = MMDB_SUCCESS;
    result = MMDB_lookup_sockaddr(mmdb, sockaddr, &error);

    if (error != MMDB_SUCCESS || !result.found_entry) {
        return NGX_OK;
    }

    for (path = ngx_eo_geo_paths; path->path[0]; path++) {

        if (geo->fields[path->field].len) {
            continue;
        }

        if (MMDB_aget_value(&result.entry, &data,
                            (const char *const *) path->path)
            != MMDB_SUCCESS
            || !data.has_data)
        {
            continue;
        }

        if (ngx_eo_geo_take(pool, path->field, &data, geo) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_geo_take(ngx_pool_t *pool, ngx_eo_geo_field_e field,
    MMDB_entry_data_s *data, ngx_eo_geo_t *geo)
{
    u_char  text[NGX_INT_T_LEN];

    switch (data->type) {

    case MMDB_DATA_TYPE_UTF8_STRING:
        return ngx_eo_geo_take_text(pool, field,
                                    (const u_char *) data->utf8_string,
                                    data->data_size, geo);

    case MMDB_DATA_TYPE_UINT32:

        if (field != NGX_EO_GEO_ASN) {
            return NGX_OK;
        }

        return ngx_eo_geo_take_text(pool, field, text,
                           ngx_sprintf(text, "%uD", data->uint32) - text,
                           geo);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_geo_take_text(ngx_pool_t *pool, ngx_eo_geo_field_e field,
    const u_char *p, size_t len, ngx_eo_geo_t *geo)
{
    u_char     *text, *last;
    ngx_str_t  *country;

    /* codes end up in headers and rules: nothing else passes for one */

    switch (field) {

    case NGX_EO_GEO_COUNTRY:
    case NGX_EO_GEO_REGISTERED:
    case NGX_EO_GEO_CONTINENT:
        len = (ngx_eo_geo_code(p, len, 2) == 2) ? len : 0;
        break;

    case NGX_EO_GEO_REGION:
        len = ngx_eo_geo_code(p, len, 6);
        break;

    case NGX_EO_GEO_ASN:

        if (len > 2 && (p[0] | 0x20) == 'a' && (p[1] | 0x20) == 's') {
            p += 2;
            len -= 2;
        }

        if (ngx_atoi((u_char *) p, len) == NGX_ERROR) {
            len = 0;
        }

        break;

    default:
        len = ngx_min(len, NGX_EO_GEO_TEXT_MAX);
    }

    if (len == 0) {
        return NGX_OK;
    }

    text = ngx_pnalloc(pool, len + 3);
    if (text == NULL) {
        return NGX_ERROR;
    }

    last = text;
    country = &geo->fields[NGX_EO_GEO_COUNTRY];

    /* ISO 3166-2 codes begin with the country, which databases leave out */

    if (field == NGX_EO_GEO_REGION && country->len == 2
        && ngx_strlchr((u_char *) p, (u_char *) p + len, '-') == NULL)
    {
        last = ngx_sprintf(last, "%V-", country);
    }

    last = ngx_cpymem(last, p, len);

    geo->fields[field].data = text;
    geo->fields[field].len = last - text;

    return NGX_OK;
}


/* its length if it consists of up to max letters, digits and dashes, or 0 */

static size_t
ngx_eo_geo_code(const u_char *p, size_t len, size_t max)
{
    size_t  i;
    u_char  c;

    if (len > max) {
        return 0;
    }

    for (i = 0; i < len; i++) {
        c = p[i];

        if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9')
            && !(c == '-' && max > 2))
        {
            return 0;
        }
    }

    return len;
}
