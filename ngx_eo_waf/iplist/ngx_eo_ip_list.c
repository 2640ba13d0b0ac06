
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Named lists of addresses.  Those written in the configuration are a set of
 * their own; each file is another, shared with whatever list names it too.
 */


#include "ngx_eo_ip_list.h"
#include "ngx_eo_prefix_set.h"
#include "ngx_eo_live_file.h"

#include <sys/mman.h>


struct ngx_eo_ip_list_s {
    ngx_str_t                 name;

    ngx_eo_prefix_builder_t  *builder;
    ngx_eo_prefix_set_t      *set;

    ngx_array_t               files;    /* of ngx_eo_live_file_t * */
};


/* a set in a slot, as this process has it mapped */

typedef struct {
    ngx_eo_prefix_set_t       set;
    void                     *block;
    size_t                    size;
} ngx_eo_ip_list_view_t;


static ngx_eo_ip_list_t *ngx_eo_ip_list_create(ngx_conf_t *cf,
    ngx_eo_ip_lists_t *lists, ngx_str_t *name);
static ngx_uint_t ngx_eo_ip_list_is_address(ngx_str_t *arg);
static ngx_int_t ngx_eo_ip_list_add_address(ngx_conf_t *cf,
    ngx_eo_ip_list_t *list, ngx_str_t *arg);
static ngx_int_t ngx_eo_ip_list_add_file(ngx_conf_t *cf,
    ngx_eo_ip_lists_t *lists, ngx_eo_ip_list_t *list, ngx_str_t *arg);
static void ngx_eo_ip_list_cleanup(void *data);
static ngx_int_t ngx_eo_ip_list_finish(ngx_conf_t *cf,
    ngx_eo_ip_list_t *list);
static ngx_uint_t ngx_eo_ip_list_file_match(ngx_eo_live_file_t *file,
    int family, const void *addr);

static ngx_int_t ngx_eo_ip_list_build(ngx_eo_live_build_t *build);
static ngx_int_t ngx_eo_ip_list_write(ngx_eo_live_build_t *build,
    ngx_eo_prefix_builder_t *b);
static void *ngx_eo_ip_list_attach(ngx_fd_t slot, size_t size);
static void ngx_eo_ip_list_detach(void *object);


static const ngx_eo_live_file_type_t  ngx_eo_ip_list_type = {
    "address list",
    ngx_eo_ip_list_build,
    ngx_eo_ip_list_attach,
    ngx_eo_ip_list_detach
};


ngx_int_t
ngx_eo_ip_list_add(ngx_conf_t *cf, ngx_eo_ip_lists_t *lists, ngx_str_t *name,
    ngx_str_t *args, ngx_uint_t nargs)
{
    ngx_int_t          rc;
    ngx_uint_t         i;
    ngx_eo_ip_list_t  *list;

    list = ngx_eo_ip_list_find(lists, name);

    if (list == NULL) {
        list = ngx_eo_ip_list_create(cf, lists, name);
        if (list == NULL) {
            return NGX_ERROR;
        }
    }

    for (i = 0; i < nargs; i++) {

        rc = ngx_eo_ip_list_is_address(&args[i])
             ? ngx_eo_ip_list_add_address(cf, list, &args[i])
             : ngx_eo_ip_list_add_file(cf, lists, list, &args[i]);

        if (rc != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_eo_ip_list_t *
ngx_eo_ip_list_create(ngx_conf_t *cf, ngx_eo_ip_lists_t *lists,
    ngx_str_t *name)
{
    ngx_eo_ip_list_t    *list, **slot;
    ngx_pool_cleanup_t  *cln;

    if (lists->lists == NULL) {

        lists->lists = ngx_array_create(cf->pool, 4,
                                        sizeof(ngx_eo_ip_list_t *));
        lists->files = ngx_array_create(cf->pool, 4,
                                        sizeof(ngx_eo_live_file_t *));

        if (lists->lists == NULL || lists->files == NULL) {
            return NULL;
        }
    }

    list = ngx_pcalloc(cf->pool, sizeof(ngx_eo_ip_list_t));
    if (list == NULL) {
        return NULL;
    }

    list->name = *name;

    if (ngx_array_init(&list->files, cf->pool, 1,
                       sizeof(ngx_eo_live_file_t *))
        != NGX_OK)
    {
        return NULL;
    }

    cln = ngx_pool_cleanup_add(cf->pool, sizeof(ngx_eo_prefix_builder_t));
    if (cln == NULL) {
        return NULL;
    }

    cln->handler = ngx_eo_ip_list_cleanup;
    list->builder = cln->data;
    ngx_eo_prefix_builder_init(list->builder);

    slot = ngx_array_push(lists->lists);
    if (slot == NULL) {
        return NULL;
    }

    *slot = list;

    return list;
}


/* the builder's memory is outside of the pool */

static void
ngx_eo_ip_list_cleanup(void *data)
{
    ngx_eo_prefix_builder_free(data);
}


static ngx_uint_t
ngx_eo_ip_list_is_address(ngx_str_t *arg)
{
    size_t  i;

    if (ngx_strlchr(arg->data, arg->data + arg->len, ':') != NULL) {
        return 1;
    }

    for (i = 0; i < arg->len; i++) {

        if ((arg->data[i] < '0' || arg->data[i] > '9')
            && (i == 0 || (arg->data[i] != '.' && arg->data[i] != '/')))
        {
            return 0;
        }
    }

    return arg->len != 0;
}


static ngx_int_t
ngx_eo_ip_list_add_address(ngx_conf_t *cf, ngx_eo_ip_list_t *list,
    ngx_str_t *arg)
{
    const char  *reason;

    if (ngx_eo_prefix_builder_add(list->builder, arg->data, arg->len, &reason)
        != NGX_OK)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%V\" in the group \"%V\" %s", arg, &list->name,
                           reason);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_ip_list_add_file(ngx_conf_t *cf, ngx_eo_ip_lists_t *lists,
    ngx_eo_ip_list_t *list, ngx_str_t *arg)
{
    ngx_str_t            path;
    ngx_eo_live_file_t  *file, **slot;

    if (arg->len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "empty value in the group \"%V\": a file, an "
                           "address or a prefix is needed", &list->name);
        return NGX_ERROR;
    }

    path = *arg;

    if (ngx_conf_full_name(cf->cycle, &path, 1) != NGX_OK) {
        return NGX_ERROR;
    }

    file = ngx_eo_live_file_add(cf, lists->files, &path,
                                &ngx_eo_ip_list_type);
    if (file == NULL) {
        return NGX_ERROR;
    }

    slot = ngx_array_push(&list->files);
    if (slot == NULL) {
        return NGX_ERROR;
    }

    *slot = file;

    return NGX_OK;
}


ngx_int_t
ngx_eo_ip_lists_finish(ngx_conf_t *cf, ngx_eo_ip_lists_t *lists)
{
    ngx_uint_t          i;
    ngx_eo_ip_list_t  **list;

    if (lists->lists == NULL) {
        return NGX_OK;
    }

    list = lists->lists->elts;

    for (i = 0; i < lists->lists->nelts; i++) {

        if (ngx_eo_ip_list_finish(cf, list[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_ip_list_finish(ngx_conf_t *cf, ngx_eo_ip_list_t *list)
{
    void    *block;
    size_t   size;

    if (list->builder->ipv4.nelts + list->builder->ipv6.nelts == 0) {
        return NGX_OK;
    }

    if (ngx_eo_prefix_builder_finish(list->builder) != NGX_OK) {
        return NGX_ERROR;
    }

    size = ngx_eo_prefix_builder_size(list->builder);

    block = ngx_palloc(cf->pool, size);
    list->set = ngx_palloc(cf->pool, sizeof(ngx_eo_prefix_set_t));

    if (block == NULL || list->set == NULL) {
        return NGX_ERROR;
    }

    ngx_eo_prefix_builder_write(list->builder, block);
    ngx_eo_prefix_builder_free(list->builder);

    return ngx_eo_prefix_set_attach(list->set, block, size);
}


ngx_eo_ip_list_t *
ngx_eo_ip_list_find(ngx_eo_ip_lists_t *lists, ngx_str_t *name)
{
    ngx_uint_t          i;
    ngx_eo_ip_list_t  **list;

    if (lists->lists == NULL) {
        return NULL;
    }

    list = lists->lists->elts;

    for (i = 0; i < lists->lists->nelts; i++) {

        if (list[i]->name.len == name->len
            && ngx_strncmp(list[i]->name.data, name->data, name->len) == 0)
        {
            return list[i];
        }
    }

    return NULL;
}


ngx_uint_t
ngx_eo_ip_list_match_addr(ngx_eo_ip_list_t *list, int family,
    const void *addr)
{
    ngx_uint_t            i;
    ngx_eo_live_file_t  **files;

    if (list->set && ngx_eo_prefix_set_match(list->set, family, addr)) {
        return 1;
    }

    files = list->files.elts;

    for (i = 0; i < list->files.nelts; i++) {

        if (ngx_eo_ip_list_file_match(files[i], family, addr)) {
            return 1;
        }
    }

    return 0;
}


static ngx_uint_t
ngx_eo_ip_list_file_match(ngx_eo_live_file_t *file, int family,
    const void *addr)
{
    ngx_uint_t              match;
    ngx_eo_ip_list_view_t  *view;

    do {
        view = ngx_eo_live_file_get(file);
        match = ngx_eo_prefix_set_match(&view->set, family, addr);

    } while (ngx_eo_live_file_changed(file));

    return match;
}


ngx_int_t
ngx_eo_ip_list_init_process(ngx_cycle_t *cycle, ngx_eo_ip_lists_t *lists)
{
    if (lists->files == NULL) {
        return NGX_OK;
    }

    return ngx_eo_live_files_watch(cycle, lists->files);
}


static ngx_int_t
ngx_eo_ip_list_build(ngx_eo_live_build_t *build)
{
    ngx_int_t                 rc;
    ngx_eo_prefix_error_t     err;
    ngx_eo_prefix_builder_t   b;

    ngx_eo_prefix_builder_init(&b);
    b.cancel = build->cancel;

    rc = ngx_eo_prefix_builder_add_file(&b, build->source, &err);

    if (rc == NGX_ERROR && err.line) {
        (void) ngx_snprintf(build->message, NGX_EO_LIVE_FILE_MESSAGE,
                            ":%ui: \"%s\" %s%Z", err.line, err.text,
                            err.reason);

    } else if (rc == NGX_ERROR) {
        (void) ngx_snprintf(build->message, NGX_EO_LIVE_FILE_MESSAGE,
                            " %s%Z", err.reason);
    }

    if (rc == NGX_OK) {
        rc = ngx_eo_ip_list_write(build, &b);
    }

    ngx_eo_prefix_builder_free(&b);

    return rc;
}


static ngx_int_t
ngx_eo_ip_list_write(ngx_eo_live_build_t *build, ngx_eo_prefix_builder_t *b)
{
    void       *block;
    size_t      size, lines;
    ngx_int_t   rc;

    lines = b->ipv4.nelts + b->ipv6.nelts;

    rc = ngx_eo_prefix_builder_finish(b);

    if (rc == NGX_ABORT) {
        return NGX_ABORT;
    }

    size = ngx_eo_prefix_builder_size(b);
    block = MAP_FAILED;

    if (rc == NGX_OK && ngx_eo_live_build_reserve(build, size) == NGX_OK) {
        block = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_SHARED,
                     build->target, 0);
    }

    if (block == MAP_FAILED) {
        (void) ngx_snprintf(build->message, NGX_EO_LIVE_FILE_MESSAGE,
                            " does not fit into memory%Z");
        return NGX_ERROR;
    }

    ngx_eo_prefix_builder_write(b, block);
    (void) munmap(block, size);

    (void) ngx_snprintf(build->message, NGX_EO_LIVE_FILE_MESSAGE,
                        " of %uz prefixes in %uz lines%Z",
                        b->ipv4.nelts + b->ipv6.nelts, lines);

    return NGX_OK;
}


static void *
ngx_eo_ip_list_attach(ngx_fd_t slot, size_t size)
{
    ngx_eo_ip_list_view_t  *view;

    view = malloc(sizeof(ngx_eo_ip_list_view_t));
    if (view == NULL) {
        return NULL;
    }

    view->size = size;
    view->block = mmap(NULL, size, PROT_READ, MAP_SHARED, slot, 0);

    if (view->block == MAP_FAILED) {
        free(view);
        return NULL;
    }

    if (ngx_eo_prefix_set_attach(&view->set, view->block, size) != NGX_OK) {
        (void) munmap(view->block, size);
        free(view);
        return NULL;
    }

    return view;
}


static void
ngx_eo_ip_list_detach(void *object)
{
    ngx_eo_ip_list_view_t  *view = object;

    (void) munmap(view->block, view->size);
    free(view);
}
