
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * A signing request in JSON.
 */


#include "ngx_eo_token_batch.h"
#include "ngx_eo_token_json.h"


typedef struct {
    ngx_str_t   name;
    size_t      offset;          /* in ngx_eo_token_link_t */
    ngx_uint_t  number;          /* an int64_t, else a string */
    ngx_uint_t  digits;          /* a string that may be given as a number */
} ngx_eo_token_link_field_t;


static ngx_int_t ngx_eo_token_batch_object(ngx_eo_token_json_t *json,
    ngx_eo_token_batch_t *batch);
static ngx_int_t ngx_eo_token_batch_member(ngx_eo_token_json_t *json,
    ngx_str_t *name, ngx_uint_t *seen, ngx_eo_token_batch_t *batch);
static ngx_int_t ngx_eo_token_batch_urls(ngx_eo_token_json_t *json,
    ngx_eo_token_batch_t *batch);
static ngx_int_t ngx_eo_token_batch_field(ngx_eo_token_json_t *json,
    const ngx_eo_token_link_field_t *field, ngx_eo_token_link_t *link);
static ngx_int_t ngx_eo_token_field_index(ngx_str_t *name);


static const ngx_eo_token_link_field_t  ngx_eo_token_link_fields[] = {

    { ngx_string("time"), offsetof(ngx_eo_token_link_t, time), 1, 0 },
    { ngx_string("timeout"), offsetof(ngx_eo_token_link_t, timeout), 1, 0 },
    { ngx_string("rand"), offsetof(ngx_eo_token_link_t, rand), 0, 0 },
    { ngx_string("exper"), offsetof(ngx_eo_token_link_t, vod.exper), 0, 1 },
    { ngx_string("plive"), offsetof(ngx_eo_token_link_t, vod.plive), 0, 0 },
    { ngx_string("whref"), offsetof(ngx_eo_token_link_t, vod.whref), 0, 0 },
    { ngx_string("bkref"), offsetof(ngx_eo_token_link_t, vod.bkref), 0, 0 },
    { ngx_string("whip"), offsetof(ngx_eo_token_link_t, vod.whip), 0, 0 },
    { ngx_string("bkip"), offsetof(ngx_eo_token_link_t, vod.bkip), 0, 0 }
};


#define NGX_EO_TOKEN_LINK_FIELDS                                             \
    (sizeof(ngx_eo_token_link_fields) / sizeof(ngx_eo_token_link_field_t))


const char *
ngx_eo_token_batch_parse(ngx_str_t *text, ngx_eo_token_batch_t *batch)
{
    ngx_int_t            rc;
    ngx_eo_token_json_t  json;

    batch->nurls = 0;
    batch->list = 0;
    batch->too_many = 0;

    json.pos = text->data;
    json.last = text->data + text->len;
    json.error = NULL;

    switch (ngx_eo_token_json_peek(&json)) {

    case '[':
        rc = ngx_eo_token_batch_urls(&json, batch);
        break;

    case '{':
        rc = ngx_eo_token_batch_object(&json, batch);
        break;

    default:
        return "a list or an object was expected";
    }

    if (rc != NGX_OK) {
        return json.error;
    }

    if (ngx_eo_token_json_peek(&json) || json.pos < json.last) {
        return "there is something after the JSON value";
    }

    if (batch->nurls == 0) {
        return "there is no URL to sign";
    }

    return NULL;
}


static ngx_int_t
ngx_eo_token_batch_object(ngx_eo_token_json_t *json,
    ngx_eo_token_batch_t *batch)
{
    ngx_str_t   name;
    ngx_uint_t  seen;

    seen = 0;

    if (ngx_eo_token_json_take(json, '{') != NGX_OK) {
        return NGX_ERROR;
    }

    if (ngx_eo_token_json_peek(json) == '}') {
        return ngx_eo_token_json_take(json, '}');
    }

    for ( ;; ) {

        if (ngx_eo_token_json_string(json, &name) != NGX_OK
            || ngx_eo_token_json_take(json, ':') != NGX_OK
            || ngx_eo_token_batch_member(json, &name, &seen, batch)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (ngx_eo_token_json_peek(json) == '}') {
            return ngx_eo_token_json_take(json, '}');
        }

        if (ngx_eo_token_json_take(json, ',') != NGX_OK) {
            return NGX_ERROR;
        }
    }
}


static ngx_int_t
ngx_eo_token_batch_member(ngx_eo_token_json_t *json, ngx_str_t *name,
    ngx_uint_t *seen, ngx_eo_token_batch_t *batch)
{
    ngx_int_t   i;
    ngx_uint_t  bit;

    i = ngx_eo_token_field_index(name);

    if (i == NGX_DECLINED
        && !(name->len == 3 && ngx_memcmp(name->data, "url", 3) == 0)
        && !(name->len == 4 && ngx_memcmp(name->data, "urls", 4) == 0))
    {
        json->error = "there is an unknown member";
        return NGX_ERROR;
    }

    /* "url" and "urls" exclude each other */

    bit = (ngx_uint_t) 1 << (i == NGX_DECLINED ? NGX_EO_TOKEN_LINK_FIELDS
                                               : (ngx_uint_t) i);

    if (*seen & bit) {
        json->error = "a member is there twice";
        return NGX_ERROR;
    }

    *seen |= bit;

    if (i != NGX_DECLINED) {
        return ngx_eo_token_batch_field(json, &ngx_eo_token_link_fields[i],
                                        &batch->link);
    }

    if (name->len == 4) {
        return ngx_eo_token_batch_urls(json, batch);
    }

    batch->nurls = 1;

    return ngx_eo_token_json_string(json, &batch->urls[0]);
}


static ngx_int_t
ngx_eo_token_batch_urls(ngx_eo_token_json_t *json,
    ngx_eo_token_batch_t *batch)
{
    batch->list = 1;

    if (ngx_eo_token_json_take(json, '[') != NGX_OK) {
        return NGX_ERROR;
    }

    if (ngx_eo_token_json_peek(json) == ']') {
        return ngx_eo_token_json_take(json, ']');
    }

    for ( ;; ) {

        if (batch->nurls == NGX_EO_TOKEN_BATCH_URLS) {
            batch->too_many = 1;
            json->error = "there are more than 5000 URLs";
            return NGX_ERROR;
        }

        if (ngx_eo_token_json_string(json, &batch->urls[batch->nurls])
            != NGX_OK)
        {
            return NGX_ERROR;
        }

        batch->nurls++;

        if (ngx_eo_token_json_peek(json) == ']') {
            return ngx_eo_token_json_take(json, ']');
        }

        if (ngx_eo_token_json_take(json, ',') != NGX_OK) {
            return NGX_ERROR;
        }
    }
}


static ngx_int_t
ngx_eo_token_batch_field(ngx_eo_token_json_t *json,
    const ngx_eo_token_link_field_t *field, ngx_eo_token_link_t *link)
{
    u_char      *start;
    int64_t      number;
    ngx_str_t   *text;

    if (field->number) {
        return ngx_eo_token_json_number(json, (int64_t *)
                                        ((u_char *) link + field->offset));
    }

    text = (ngx_str_t *) ((u_char *) link + field->offset);

    if (field->digits && ngx_eo_token_json_peek(json) != '"') {
        start = json->pos;

        if (ngx_eo_token_json_number(json, &number) != NGX_OK) {
            return NGX_ERROR;
        }

        text->data = start;
        text->len = json->pos - start;

        return NGX_OK;
    }

    return ngx_eo_token_json_string(json, text);
}


const char *
ngx_eo_token_link_set(ngx_eo_token_link_t *link, ngx_str_t *name,
    ngx_str_t *value, ngx_uint_t *known)
{
    ngx_int_t                         i;
    ngx_eo_token_json_t               json;
    const ngx_eo_token_link_field_t  *field;

    i = ngx_eo_token_field_index(name);

    if (i == NGX_DECLINED) {
        *known = 0;
        return NULL;
    }

    *known = 1;

    field = &ngx_eo_token_link_fields[i];

    if (!field->number) {
        *(ngx_str_t *) ((u_char *) link + field->offset) = *value;
        return NULL;
    }

    json.pos = value->data;
    json.last = value->data + value->len;

    if (ngx_eo_token_json_number(&json, (int64_t *)
                                 ((u_char *) link + field->offset))
        != NGX_OK
        || json.pos != json.last)
    {
        return "the time and the timeout are whole numbers of seconds";
    }

    return NULL;
}


static ngx_int_t
ngx_eo_token_field_index(ngx_str_t *name)
{
    ngx_uint_t                        i;
    const ngx_eo_token_link_field_t  *field;

    field = ngx_eo_token_link_fields;

    for (i = 0; i < NGX_EO_TOKEN_LINK_FIELDS; i++) {
        if (field[i].name.len == name->len
            && ngx_memcmp(field[i].name.data, name->data, name->len) == 0)
        {
            return i;
        }
    }

    return NGX_DECLINED;
}
