
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Data files of operators, and addresses.
 */


#include "ngx_eo_seclang_operator.h"


#define NGX_EO_SECLANG_DATA_MAX  (64 * 1024 * 1024)


typedef struct {
    ngx_radix_tree_t  *tree;
#if (NGX_HAVE_INET6)
    ngx_radix_tree_t  *tree6;
#endif
} ngx_eo_seclang_addresses_t;


static ngx_int_t ngx_eo_seclang_data_error(
    ngx_eo_seclang_operator_conf_t *conf, const char *what, ngx_str_t *name);
static ngx_int_t ngx_eo_seclang_address_add(
    ngx_eo_seclang_operator_conf_t *conf,
    ngx_eo_seclang_addresses_t *addresses, ngx_str_t *text);
static ngx_int_t ngx_eo_seclang_addresses(ngx_eo_seclang_operator_conf_t *conf,
    ngx_eo_seclang_operator_t *op, ngx_str_t *list);
#if (NGX_HAVE_INET6)
static ngx_int_t ngx_eo_seclang_inet6(u_char *p, size_t len, u_char *addr);
static ngx_int_t ngx_eo_seclang_cidr6(ngx_str_t *text, ngx_cidr_t *cidr);
#endif


static ngx_int_t
ngx_eo_seclang_data_error(ngx_eo_seclang_operator_conf_t *conf,
    const char *what, ngx_str_t *name)
{
    conf->errlen = ngx_snprintf(conf->errstr, NGX_MAX_CONF_ERRSTR,
                                "%s \"%V\"", what, name)
                   - conf->errstr;

    return NGX_ERROR;
}


ngx_int_t
ngx_eo_seclang_read_data(ngx_eo_seclang_operator_conf_t *conf,
    ngx_str_t *name, ngx_str_t *content)
{
    u_char           *path, *p;
    ssize_t           n;
    ngx_fd_t          fd;
    ngx_file_info_t   fi;

    path = ngx_pnalloc(conf->pool, conf->directory.len + name->len + 2);
    if (path == NULL) {
        return NGX_ERROR;
    }

    p = path;

    if (name->len && name->data[0] != '/') {
        p = ngx_cpymem(p, conf->directory.data, conf->directory.len);
    }

    p = ngx_cpymem(p, name->data, name->len);
    *p = '\0';

    fd = ngx_open_file(path, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);
    if (fd == NGX_INVALID_FILE) {
        return ngx_eo_seclang_data_error(conf, "cannot open the data file",
                                         name);
    }

    if (ngx_fd_info(fd, &fi) == NGX_FILE_ERROR || !ngx_is_file(&fi)) {
        ngx_close_file(fd);
        return ngx_eo_seclang_data_error(conf, "no regular data file", name);
    }

    if (ngx_file_size(&fi) > NGX_EO_SECLANG_DATA_MAX) {
        ngx_close_file(fd);
        return ngx_eo_seclang_data_error(conf, "more than 64 MB in", name);
    }

    content->len = (size_t) ngx_file_size(&fi);
    content->data = ngx_pnalloc(conf->pool, content->len + 1);

    n = (content->data == NULL) ? -1
        : ngx_read_fd(fd, content->data, content->len);

    ngx_close_file(fd);

    if (n < 0 || (size_t) n != content->len) {
        return ngx_eo_seclang_data_error(conf, "cannot read the data file",
                                         name);
    }

    content->data[content->len] = '\0';

    return NGX_OK;
}


#if (NGX_HAVE_INET6)

/*
 * ngx_inet6_addr() refuses "::" in the place of one group at the end, which
 * RFC 4291 allows.
 */

static ngx_int_t
ngx_eo_seclang_inet6(u_char *p, size_t len, u_char *addr)
{
    char  text[INET6_ADDRSTRLEN];

    if (len >= INET6_ADDRSTRLEN) {
        return NGX_ERROR;
    }

    ngx_memcpy(text, p, len);
    text[len] = '\0';

    return (inet_pton(AF_INET6, text, addr) == 1) ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
ngx_eo_seclang_cidr6(ngx_str_t *text, ngx_cidr_t *cidr)
{
    u_char      *slash, *last;
    ngx_int_t    bits;
    ngx_uint_t   i;

    last = text->data + text->len;
    slash = ngx_strlchr(text->data, last, '/');
    bits = 128;

    if (slash != NULL) {
        bits = ngx_atoi(slash + 1, last - slash - 1);

        if (bits == NGX_ERROR || bits > 128) {
            return NGX_ERROR;
        }

        last = slash;
    }

    if (ngx_eo_seclang_inet6(text->data, last - text->data,
                             cidr->u.in6.addr.s6_addr)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    cidr->family = AF_INET6;

    for (i = 0; i < 16; i++) {
        cidr->u.in6.mask.s6_addr[i] = (bits >= 8) ? 0xff
                                      : (u_char) (0xff00 >> bits);
        cidr->u.in6.addr.s6_addr[i] &= cidr->u.in6.mask.s6_addr[i];
        bits = (bits >= 8) ? bits - 8 : 0;
    }

    return NGX_OK;
}

#endif


static ngx_int_t
ngx_eo_seclang_address_add(ngx_eo_seclang_operator_conf_t *conf,
    ngx_eo_seclang_addresses_t *addresses, ngx_str_t *text)
{
    ngx_int_t   rc;
    ngx_cidr_t  cidr;

    rc = ngx_ptocidr(text, &cidr);

#if (NGX_HAVE_INET6)

    if (rc == NGX_ERROR) {
        rc = ngx_eo_seclang_cidr6(text, &cidr);
    }

#endif

    if (rc == NGX_ERROR) {
        return ngx_eo_seclang_data_error(conf, "no address or prefix:", text);
    }

    switch (cidr.family) {

#if (NGX_HAVE_INET6)
    case AF_INET6:
        rc = ngx_radix128tree_insert(addresses->tree6,
                                     cidr.u.in6.addr.s6_addr,
                                     cidr.u.in6.mask.s6_addr, 1);
        break;
#endif

    default:
        rc = ngx_radix32tree_insert(addresses->tree, ntohl(cidr.u.in.addr),
                                    ntohl(cidr.u.in.mask), 1);
    }

    /* NGX_BUSY: the same prefix twice */

    return (rc == NGX_ERROR) ? NGX_ERROR : NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_addresses(ngx_eo_seclang_operator_conf_t *conf,
    ngx_eo_seclang_operator_t *op, ngx_str_t *list)
{
    u_char                      *p, *last, *end;
    ngx_str_t                    text;
    ngx_eo_seclang_addresses_t  *addresses;

    addresses = ngx_pcalloc(conf->pool, sizeof(ngx_eo_seclang_addresses_t));
    if (addresses == NULL) {
        return NGX_ERROR;
    }

    addresses->tree = ngx_radix_tree_create(conf->pool, 0);
    if (addresses->tree == NULL) {
        return NGX_ERROR;
    }

#if (NGX_HAVE_INET6)
    addresses->tree6 = ngx_radix_tree_create(conf->pool, 0);
    if (addresses->tree6 == NULL) {
        return NGX_ERROR;
    }
#endif

    op->data = addresses;
    p = list->data;
    last = p + list->len;

    while (p < last) {

        if (*p == '#') {
            while (p < last && *p != '\n') {
                p++;
            }

            continue;
        }

        if (*p <= ' ' || *p == ',') {
            p++;
            continue;
        }

        for (end = p; end < last && *end > ' ' && *end != ','; end++) {
            /* void */
        }

        text.data = p;
        text.len = end - p;

        if (ngx_eo_seclang_address_add(conf, addresses, &text) != NGX_OK) {
            return NGX_ERROR;
        }

        p = end;
    }

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_init_ip_match(ngx_eo_seclang_operator_conf_t *conf,
    ngx_eo_seclang_operator_t *op)
{
    return ngx_eo_seclang_addresses(conf, op, &conf->argument);
}


ngx_int_t
ngx_eo_seclang_init_ip_match_from_file(ngx_eo_seclang_operator_conf_t *conf,
    ngx_eo_seclang_operator_t *op)
{
    ngx_str_t  content;

    if (ngx_eo_seclang_read_data(conf, &conf->argument, &content) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_eo_seclang_addresses(conf, op, &content);
}


ngx_int_t
ngx_eo_seclang_op_ip_match(ngx_eo_seclang_operator_t *op,
    ngx_eo_seclang_operand_t *operand)
{
    uintptr_t                    value;
    in_addr_t                    in;
    ngx_str_t                   *text;
    ngx_eo_seclang_addresses_t  *addresses;
#if (NGX_HAVE_INET6)

    /* ngx_radix128tree_find() reads, and does not use, the byte behind it */

    u_char                       in6[16 + 1];
#endif

    addresses = op->data;
    text = &operand->input;
    value = NGX_RADIX_NO_VALUE;

    in = ngx_inet_addr(text->data, text->len);

    if (in != INADDR_NONE) {
        value = ngx_radix32tree_find(addresses->tree, ntohl(in));
        return value != NGX_RADIX_NO_VALUE;
    }

#if (NGX_HAVE_INET6)

    in6[16] = 0;

    if (ngx_eo_seclang_inet6(text->data, text->len, in6) == NGX_OK) {
        value = ngx_radix128tree_find(addresses->tree6, in6);
    }

#endif

    return value != NGX_RADIX_NO_VALUE;
}
