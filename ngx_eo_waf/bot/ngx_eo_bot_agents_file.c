
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * A slot holds the text of the file, which each process reads for itself from
 * a copy of its own: it is short, and may be overwritten meanwhile.
 */


#include "ngx_eo_bot_agents_file.h"


static ngx_int_t ngx_eo_bot_agents_build(ngx_eo_live_build_t *build);
static ngx_int_t ngx_eo_bot_agents_check(ngx_eo_live_build_t *build,
    const u_char *text, size_t len);
static void *ngx_eo_bot_agents_attach(ngx_fd_t slot, size_t size);
static void ngx_eo_bot_agents_detach(void *object);
static ssize_t ngx_eo_bot_agents_read(ngx_fd_t fd, u_char *buf, size_t size);


const ngx_eo_live_file_type_t  ngx_eo_bot_agents_file_type = {
    "list of user agents",
    ngx_eo_bot_agents_build,
    ngx_eo_bot_agents_attach,
    ngx_eo_bot_agents_detach
};


static ngx_int_t
ngx_eo_bot_agents_build(ngx_eo_live_build_t *build)
{
    u_char     *text;
    ssize_t     n;
    ngx_int_t   rc;

    text = malloc(NGX_EO_BOT_AGENTS_SIZE + 1);
    if (text == NULL) {
        (void) ngx_snprintf(build->message, NGX_EO_LIVE_FILE_MESSAGE,
                            " does not fit into memory%Z");
        return NGX_ERROR;
    }

    n = ngx_eo_bot_agents_read(build->source, text,
                               NGX_EO_BOT_AGENTS_SIZE + 1);

    if (n == -1) {
        (void) ngx_snprintf(build->message, NGX_EO_LIVE_FILE_MESSAGE,
                            " cannot be read%Z");
        rc = NGX_ERROR;

    } else {
        rc = ngx_eo_bot_agents_check(build, text, n);
    }

    free(text);

    return rc;
}


static ngx_int_t
ngx_eo_bot_agents_check(ngx_eo_live_build_t *build, const u_char *text,
    size_t len)
{
    ngx_uint_t                  n;
    ngx_eo_bot_agents_t        *agents;
    ngx_eo_bot_agents_error_t   err;

    agents = ngx_eo_bot_agents_parse(text, len, &err);

    if (agents == NULL) {
        (void) ngx_snprintf(build->message, NGX_EO_LIVE_FILE_MESSAGE,
                            ":%ui: \"%s\" %s%Z", err.line, err.text,
                            err.reason);
        return NGX_ERROR;
    }

    (void) ngx_eo_bot_agents_list(agents, &n);
    ngx_eo_bot_agents_free(agents);

    /* an empty file would be a slot without content */

    if (n == 0) {
        (void) ngx_snprintf(build->message, NGX_EO_LIVE_FILE_MESSAGE,
                            " has no words%Z");
        return NGX_ERROR;
    }

    if (ngx_eo_live_build_reserve(build, len) != NGX_OK) {
        return NGX_ERROR;
    }

    if (pwrite(build->target, text, len, 0) != (ssize_t) len) {
        (void) ngx_snprintf(build->message, NGX_EO_LIVE_FILE_MESSAGE,
                            " does not fit into memory%Z");
        return NGX_ERROR;
    }

    build->size = len;

    (void) ngx_snprintf(build->message, NGX_EO_LIVE_FILE_MESSAGE,
                        " of %ui words%Z", n);

    return NGX_OK;
}


static void *
ngx_eo_bot_agents_attach(ngx_fd_t slot, size_t size)
{
    u_char                     *text;
    ngx_eo_bot_agents_t        *agents;
    ngx_eo_bot_agents_error_t   err;

    text = malloc(size + 1);
    if (text == NULL) {
        return NULL;
    }

    agents = NULL;

    if (pread(slot, text, size, 0) == (ssize_t) size) {
        agents = ngx_eo_bot_agents_parse(text, size, &err);
    }

    free(text);

    return agents;
}


static void
ngx_eo_bot_agents_detach(void *object)
{
    ngx_eo_bot_agents_free(object);
}


static ssize_t
ngx_eo_bot_agents_read(ngx_fd_t fd, u_char *buf, size_t size)
{
    size_t   len;
    ssize_t  n;

    for (len = 0; len < size; len += n) {
        n = read(fd, buf + len, size - len);

        if (n == -1 && errno == EINTR) {
            n = 0;
            continue;
        }

        if (n == -1) {
            return -1;
        }

        if (n == 0) {
            break;
        }
    }

    return len;
}
