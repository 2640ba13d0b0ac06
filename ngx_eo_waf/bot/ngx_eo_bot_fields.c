
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Structured fields (RFC 9651).
 */


#include "ngx_eo_bot_fields.h"


static ngx_inline void ngx_eo_bot_fields_blanks(ngx_eo_bot_fields_t *f);
static ngx_int_t ngx_eo_bot_fields_key(ngx_eo_bot_fields_t *f,
    ngx_str_t *key);
static ngx_int_t ngx_eo_bot_fields_bytes(ngx_eo_bot_fields_t *f,
    ngx_str_t *text);
static ngx_uint_t ngx_eo_bot_fields_is_token(u_char c);


static ngx_inline void
ngx_eo_bot_fields_blanks(ngx_eo_bot_fields_t *f)
{
    while (f->pos < f->last && (*f->pos == ' ' || *f->pos == '\t')) {
        f->pos++;
    }
}


ngx_int_t
ngx_eo_bot_fields_member(ngx_eo_bot_fields_t *f, ngx_str_t *key)
{
    ngx_eo_bot_fields_blanks(f);

    if (f->pos == f->last) {
        return NGX_DECLINED;
    }

    if (f->members++) {

        if (*f->pos != ',') {
            return NGX_ERROR;
        }

        f->pos++;
        ngx_eo_bot_fields_blanks(f);
    }

    return ngx_eo_bot_fields_key(f, key);
}


static ngx_int_t
ngx_eo_bot_fields_key(ngx_eo_bot_fields_t *f, ngx_str_t *key)
{
    u_char  c;

    key->data = f->pos;

    while (f->pos < f->last) {
        c = *f->pos;

        if ((c >= 'a' && c <= 'z') || c == '*'
            || (f->pos > key->data
                && ((c >= '0' && c <= '9') || c == '_' || c == '-'
                    || c == '.')))
        {
            f->pos++;
            continue;
        }

        break;
    }

    key->len = f->pos - key->data;

    return key->len ? NGX_OK : NGX_ERROR;
}


/* "=" and an item; a member or parameter without one is true */

ngx_int_t
ngx_eo_bot_fields_value(ngx_eo_bot_fields_t *f, ngx_eo_bot_item_t *item)
{
    if (f->pos == f->last || *f->pos != '=') {
        item->type = NGX_EO_BOT_FIELD_OTHER;
        ngx_str_set(&item->text, "?1");
        return NGX_OK;
    }

    f->pos++;

    if (f->pos == f->last) {
        return NGX_ERROR;
    }

    switch (*f->pos) {

    case '"':
        item->type = NGX_EO_BOT_FIELD_STRING;
        return ngx_eo_bot_fields_string(f, &item->text);

    case ':':
        item->type = NGX_EO_BOT_FIELD_BYTES;
        return ngx_eo_bot_fields_bytes(f, &item->text);

    case '(':
        return NGX_DECLINED;

    default:
        break;
    }

    item->text.data = f->pos;
    item->type = NGX_EO_BOT_FIELD_INTEGER;

    while (f->pos < f->last && ngx_eo_bot_fields_is_token(*f->pos)) {

        if (*f->pos < '0' || *f->pos > '9') {
            item->type = NGX_EO_BOT_FIELD_OTHER;
        }

        f->pos++;
    }

    item->text.len = f->pos - item->text.data;

    return item->text.len ? NGX_OK : NGX_ERROR;
}


ngx_int_t
ngx_eo_bot_fields_string(ngx_eo_bot_fields_t *f, ngx_str_t *text)
{
    ngx_eo_bot_fields_blanks(f);

    if (f->pos == f->last || *f->pos != '"') {
        return NGX_DECLINED;
    }

    text->data = ++f->pos;

    for ( /* void */ ; f->pos < f->last; f->pos++) {

        if (*f->pos == '"') {
            text->len = f->pos++ - text->data;
            return NGX_OK;
        }

        if (*f->pos < ' ' || *f->pos > '~' || *f->pos == '\\') {
            break;
        }
    }

    return NGX_ERROR;
}


static ngx_int_t
ngx_eo_bot_fields_bytes(ngx_eo_bot_fields_t *f, ngx_str_t *text)
{
    text->data = ++f->pos;

    for ( /* void */ ; f->pos < f->last; f->pos++) {

        if (*f->pos == ':') {
            text->len = f->pos++ - text->data;
            return NGX_OK;
        }

        if (*f->pos <= ' ' || *f->pos > '~') {
            break;
        }
    }

    return NGX_ERROR;
}


static ngx_uint_t
ngx_eo_bot_fields_is_token(u_char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
           || (c >= '0' && c <= '9') || c == '?' || c == '-' || c == '.'
           || c == '_' || c == '*' || c == '/' || c == '+' || c == '@';
}


ngx_int_t
ngx_eo_bot_fields_open(ngx_eo_bot_fields_t *f)
{
    if (f->last - f->pos > 1 && f->pos[0] == '=' && f->pos[1] == '(') {
        f->pos++;
    }

    if (f->pos == f->last || *f->pos != '(') {
        return NGX_DECLINED;
    }

    f->pos++;

    return NGX_OK;
}


ngx_int_t
ngx_eo_bot_fields_close(ngx_eo_bot_fields_t *f)
{
    ngx_eo_bot_fields_blanks(f);

    if (f->pos == f->last) {
        return NGX_ERROR;
    }

    if (*f->pos != ')') {
        return NGX_DECLINED;
    }

    f->pos++;

    return NGX_OK;
}


ngx_int_t
ngx_eo_bot_fields_param(ngx_eo_bot_fields_t *f, ngx_str_t *name,
    ngx_eo_bot_item_t *item)
{
    if (f->pos == f->last || *f->pos != ';') {
        return NGX_DECLINED;
    }

    f->pos++;
    ngx_eo_bot_fields_blanks(f);

    if (ngx_eo_bot_fields_key(f, name) != NGX_OK
        || ngx_eo_bot_fields_value(f, item) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}
