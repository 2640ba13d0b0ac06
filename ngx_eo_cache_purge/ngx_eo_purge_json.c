
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * JSON of the API.
 */


#include "ngx_eo_purge_json.h"


json_t *
ngx_eo_purge_json_parse(ngx_pool_t *pool, ngx_str_t *body, ngx_str_t *error)
{
    json_t        *root;
    json_error_t   e;

    ngx_str_null(error);

    root = json_loadb((char *) body->data, body->len, JSON_REJECT_DUPLICATES,
                      &e);

    if (root == NULL) {
        (void) ngx_eo_purge_json_error(pool, error,
                                       "the body is no JSON: line %d, column "
                                       "%d: %s", e.line, e.column, e.text);
        return NULL;
    }

    if (!json_is_object(root)) {
        (void) ngx_eo_purge_json_error(pool, error,
                                       "the body is no JSON object");
        json_decref(root);
        return NULL;
    }

    return root;
}


ngx_int_t
ngx_eo_purge_json_string(ngx_pool_t *pool, json_t *value, ngx_str_t *text)
{
    ngx_str_null(text);

    if (!json_is_string(value)) {
        return NGX_DECLINED;
    }

    text->len = json_string_length(value);
    text->data = ngx_pnalloc(pool, text->len + 1);

    if (text->data == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(text->data, json_string_value(value), text->len);

    return NGX_OK;
}


ngx_int_t
ngx_eo_purge_json_error(ngx_pool_t *pool, ngx_str_t *error, const char *fmt,
    ...)
{
    u_char   *p, buffer[1024];
    va_list   args;

    va_start(args, fmt);
    p = ngx_vslprintf(buffer, buffer + sizeof(buffer), fmt, args);
    va_end(args);

    error->len = p - buffer;
    error->data = ngx_pnalloc(pool, error->len);

    if (error->data == NULL) {
        error->len = 0;
        return NGX_ERROR;
    }

    ngx_memcpy(error->data, buffer, error->len);

    return NGX_DECLINED;
}


json_t *
ngx_eo_purge_json_time(time_t t)
{
    u_char    *p, buffer[sizeof("1970-09-28T12:00:00Z")];
    ngx_tm_t   tm;

    ngx_gmtime(t, &tm);

    p = ngx_snprintf(buffer, sizeof(buffer), "%4d-%02d-%02dT%02d:%02d:%02dZ",
                     tm.ngx_tm_year, tm.ngx_tm_mon, tm.ngx_tm_mday,
                     tm.ngx_tm_hour, tm.ngx_tm_min, tm.ngx_tm_sec);

    return ngx_eo_purge_json_text(buffer, p - buffer);
}


json_t *
ngx_eo_purge_json_refused(ngx_array_t *all)
{
    json_t                  *list, *object, *targets;
    ngx_uint_t               i, j;
    ngx_eo_purge_refused_t  *refused;

    list = json_array();
    refused = all->elts;

    for (i = 0; i < all->nelts; i++) {

        for (j = 0; j < json_array_size(list); j++) {
            object = json_array_get(list, j);

            if (ngx_strcmp(json_string_value(json_object_get(object,
                                                             "Reason")),
                           refused[i].reason)
                == 0)
            {
                break;
            }
        }

        if (j == json_array_size(list)) {
            object = json_object();
            (void) json_object_set_new(object, "Reason",
                                       json_string(refused[i].reason));
            (void) json_object_set_new(object, "Targets", json_array());
            (void) json_array_append_new(list, object);
        }

        targets = json_object_get(json_array_get(list, j), "Targets");

        (void) json_array_append_new(targets,
                            ngx_eo_purge_json_text(refused[i].target.data,
                                                   refused[i].target.len));
    }

    return list;
}


/* what is no UTF-8 is not quoted: JSON has no way to say it */

json_t *
ngx_eo_purge_json_text(u_char *data, size_t len)
{
    json_t  *text;

    text = json_stringn((char *) data, len);

    return text ? text : json_string("");
}


void
ngx_eo_purge_json_answer(ngx_pool_t *pool, json_t *root, ngx_str_t *uuid,
    ngx_str_t *answer)
{
    char  *text;

    if (uuid) {
        (void) json_object_set_new(root, "RequestId",
                                   ngx_eo_purge_json_text(uuid->data,
                                                          uuid->len));
    }

    ngx_str_null(answer);

    text = json_dumps(root, JSON_COMPACT);
    json_decref(root);

    if (text == NULL) {
        return;
    }

    answer->len = ngx_strlen(text) + 1;
    answer->data = ngx_pnalloc(pool, answer->len);

    if (answer->data) {
        ngx_memcpy(answer->data, text, answer->len - 1);
        answer->data[answer->len - 1] = LF;
    }

    free(text);
}
