
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fields of a request that an exception keeps managed rules from.
 *
 * A field is found in the transaction itself, member by member, so that
 * another argument of the same name, or of the same value, is still looked
 * at.
 */


#include "ngx_eo_managed_field.h"
#include "seclang/run/ngx_eo_seclang_effect.h"


#define NGX_EO_MANAGED_KEY    1
#define NGX_EO_MANAGED_VALUE  2
#define NGX_EO_MANAGED_BOTH   (NGX_EO_MANAGED_KEY | NGX_EO_MANAGED_VALUE)

/* whatever takes the body apart */
#define NGX_EO_MANAGED_ANY    -1


/* where a field is: members of a list, or a text that is whole */

typedef struct {
    ngx_int_t                   list;        /* -1: the variable instead */
    ngx_uint_t                  variable;
    ngx_uint_t                  origin;      /* 0: any */
    ngx_int_t                   processor;
    ngx_uint_t                  parts;
} ngx_eo_managed_source_t;


struct ngx_eo_managed_kind_s {
    ngx_str_t                   name;
    ngx_uint_t                  conditional;
    ngx_eo_managed_source_t    *sources;
};


/* a member while a condition looks at it */

typedef struct {
    ngx_str_t                  *key;
    ngx_str_t                  *value;
} ngx_eo_managed_member_t;


/* a condition while it is read */

typedef struct {
    ngx_eo_managed_kind_t      *kind;
    ngx_eo_expr_error_t        *error;
} ngx_eo_managed_keys_t;


static ngx_int_t ngx_eo_managed_field_mark(ngx_eo_seclang_tx_t *tx,
    ngx_eo_managed_field_t *field, ngx_eo_seclang_bitmap_t rules,
    ngx_eo_expr_ctx_t *ctx);
static ngx_int_t ngx_eo_managed_field_get(void *data,
    ngx_eo_expr_slot_t *slot, ngx_eo_expr_value_t *value);
static ngx_int_t ngx_eo_managed_field_fail(ngx_eo_expr_error_t *error,
    const char *message, ngx_str_t *name);
static ngx_int_t ngx_eo_managed_field_key(void *data, ngx_str_t *key);
static ngx_uint_t ngx_eo_managed_field_holds(ngx_eo_managed_field_t *field,
    ngx_eo_expr_ctx_t *ctx, ngx_uint_t processor,
    ngx_eo_seclang_member_t *member);
static ngx_int_t ngx_eo_managed_field_member(ngx_eo_seclang_tx_t *tx,
    ngx_eo_managed_source_t *source, ngx_eo_seclang_member_t *member,
    ngx_eo_seclang_bitmap_t rules);


#define ngx_eo_managed_list(list, origin, processor, parts)                   \
    { NGX_EO_SECLANG_LIST_##list, 0, origin, processor,                       \
      NGX_EO_MANAGED_##parts }

#define ngx_eo_managed_text(variable)                                         \
    { -1, NGX_EO_SECLANG_VAR_##variable, 0, NGX_EO_MANAGED_ANY, 0 }

#define ngx_eo_managed_end  { NGX_EO_SECLANG_LISTS, 0, 0, 0, 0 }


#define ngx_eo_managed_query_sources(parts)                                   \
    ngx_eo_managed_list(ARGS, NGX_EO_SECLANG_FROM_QUERY,                      \
                        NGX_EO_MANAGED_ANY, parts)

#define ngx_eo_managed_path_sources                                           \
    ngx_eo_managed_text(REQUEST_FILENAME),                                    \
    ngx_eo_managed_text(REQUEST_BASENAME)

#define ngx_eo_managed_part_sources                                           \
    ngx_eo_managed_list(FILES, 0, NGX_EO_MANAGED_ANY, BOTH),                  \
    ngx_eo_managed_list(FILE_SIZES, 0, NGX_EO_MANAGED_ANY, BOTH),             \
    ngx_eo_managed_list(PART_HEADERS, 0, NGX_EO_MANAGED_ANY, BOTH),           \
    ngx_eo_managed_list(PART_NAMES, 0, NGX_EO_MANAGED_ANY, BOTH),             \
    ngx_eo_managed_list(PART_FILENAMES, 0, NGX_EO_MANAGED_ANY, BOTH)


static ngx_eo_managed_source_t  ngx_eo_managed_query_keys[] = {
    ngx_eo_managed_query_sources(KEY),
    ngx_eo_managed_end
};


static ngx_eo_managed_source_t  ngx_eo_managed_query_values[] = {
    ngx_eo_managed_query_sources(VALUE),
    ngx_eo_managed_end
};


static ngx_eo_managed_source_t  ngx_eo_managed_json_keys[] = {
    ngx_eo_managed_list(ARGS, NGX_EO_SECLANG_FROM_DATA,
                        NGX_EO_SECLANG_BODY_JSON, KEY),
    ngx_eo_managed_list(ARGS, NGX_EO_SECLANG_FROM_NAME,
                        NGX_EO_SECLANG_BODY_JSON, KEY),
    ngx_eo_managed_end
};


static ngx_eo_managed_source_t  ngx_eo_managed_json_values[] = {
    ngx_eo_managed_list(ARGS, NGX_EO_SECLANG_FROM_DATA,
                        NGX_EO_SECLANG_BODY_JSON, VALUE),
    ngx_eo_managed_end
};


static ngx_eo_managed_source_t  ngx_eo_managed_cookie_keys[] = {
    ngx_eo_managed_list(COOKIES, 0, NGX_EO_MANAGED_ANY, KEY),
    ngx_eo_managed_end
};


static ngx_eo_managed_source_t  ngx_eo_managed_cookie_values[] = {
    ngx_eo_managed_list(COOKIES, 0, NGX_EO_MANAGED_ANY, VALUE),
    ngx_eo_managed_end
};


static ngx_eo_managed_source_t  ngx_eo_managed_header_keys[] = {
    ngx_eo_managed_list(HEADERS, 0, NGX_EO_MANAGED_ANY, KEY),
    ngx_eo_managed_end
};


static ngx_eo_managed_source_t  ngx_eo_managed_header_values[] = {
    ngx_eo_managed_list(HEADERS, 0, NGX_EO_MANAGED_ANY, VALUE),
    ngx_eo_managed_end
};


static ngx_eo_managed_source_t  ngx_eo_managed_uri_query[] = {
    ngx_eo_managed_text(QUERY_STRING),
    ngx_eo_managed_query_sources(BOTH),
    ngx_eo_managed_end
};


static ngx_eo_managed_source_t  ngx_eo_managed_uri_path[] = {
    ngx_eo_managed_path_sources,
    ngx_eo_managed_end
};


static ngx_eo_managed_source_t  ngx_eo_managed_uri_fullpath[] = {
    ngx_eo_managed_text(REQUEST_URI),
    ngx_eo_managed_text(REQUEST_URI_RAW),
    ngx_eo_managed_text(REQUEST_LINE),
    ngx_eo_managed_text(QUERY_STRING),
    ngx_eo_managed_path_sources,
    ngx_eo_managed_query_sources(BOTH),
    ngx_eo_managed_end
};


static ngx_eo_managed_source_t  ngx_eo_managed_body_multipart[] = {
    ngx_eo_managed_list(ARGS, NGX_EO_SECLANG_FROM_BODY,
                        NGX_EO_SECLANG_BODY_MULTIPART, BOTH),
    ngx_eo_managed_part_sources,
    ngx_eo_managed_end
};


static ngx_eo_managed_source_t  ngx_eo_managed_body_fullbody[] = {
    ngx_eo_managed_text(REQUEST_BODY),
    ngx_eo_managed_list(ARGS, NGX_EO_SECLANG_FROM_BODY, NGX_EO_MANAGED_ANY,
                        BOTH),
    ngx_eo_managed_list(ARGS, NGX_EO_SECLANG_FROM_DATA, NGX_EO_MANAGED_ANY,
                        BOTH),
    ngx_eo_managed_list(ARGS, NGX_EO_SECLANG_FROM_NAME, NGX_EO_MANAGED_ANY,
                        KEY),
    ngx_eo_managed_list(XML_TEXT, 0, NGX_EO_MANAGED_ANY, BOTH),
    ngx_eo_managed_list(XML_ATTRIBUTES, 0, NGX_EO_MANAGED_ANY, BOTH),
    ngx_eo_managed_part_sources,
    ngx_eo_managed_end
};


static ngx_eo_managed_kind_t  ngx_eo_managed_kinds[] = {
    { ngx_string("uri.query:key"), 1, ngx_eo_managed_query_keys },
    { ngx_string("uri.query:value"), 1, ngx_eo_managed_query_values },
    { ngx_string("body.json:key"), 1, ngx_eo_managed_json_keys },
    { ngx_string("body.json:value"), 1, ngx_eo_managed_json_values },
    { ngx_string("cookie:key"), 1, ngx_eo_managed_cookie_keys },
    { ngx_string("cookie:value"), 1, ngx_eo_managed_cookie_values },
    { ngx_string("header:key"), 1, ngx_eo_managed_header_keys },
    { ngx_string("header:value"), 1, ngx_eo_managed_header_values },
    { ngx_string("uri:query"), 0, ngx_eo_managed_uri_query },
    { ngx_string("uri:path"), 0, ngx_eo_managed_uri_path },
    { ngx_string("uri:fullpath"), 0, ngx_eo_managed_uri_fullpath },
    { ngx_string("body:multipart"), 0, ngx_eo_managed_body_multipart },
    { ngx_string("body:fullbody"), 0, ngx_eo_managed_body_fullbody },
    { ngx_null_string, 0, NULL }
};


static ngx_int_t
ngx_eo_managed_field_fail(ngx_eo_expr_error_t *error, const char *message,
    ngx_str_t *name)
{
    error->column = 0;
    error->len = ngx_snprintf(error->text, NGX_EO_EXPR_ERROR_LEN, message,
                              name)
                 - error->text;

    return NGX_ERROR;
}


ngx_int_t
ngx_eo_managed_field_parse(ngx_eo_expr_env_t *env, ngx_str_t *text,
    ngx_eo_managed_field_t *field, ngx_eo_expr_error_t *error)
{
    u_char                 *p, *last;
    ngx_str_t               name, condition;
    ngx_eo_managed_keys_t   keys;
    ngx_eo_managed_kind_t  *kind;

    last = text->data + text->len;

    for (p = text->data; p < last && *p != ' '; p++) { /* void */ }

    name.data = text->data;
    name.len = p - text->data;

    while (p < last && *p == ' ') {
        p++;
    }

    condition.data = p;
    condition.len = last - p;

    for (kind = ngx_eo_managed_kinds; kind->name.len; kind++) {
        if (kind->name.len == name.len
            && ngx_strncmp(kind->name.data, name.data, name.len) == 0)
        {
            break;
        }
    }

    if (kind->name.len == 0) {
        return ngx_eo_managed_field_fail(error,
                    "unknown field \"%V\": it must be \"key\" or \"value\" "
                    "of \"uri.query\", \"body.json\", \"cookie\" or "
                    "\"header\", as in \"cookie:value\", or one of "
                    "\"uri:query\", \"uri:path\", \"uri:fullpath\", "
                    "\"body:multipart\" and \"body:fullbody\"", &name);
    }

    field->kind = kind;
    field->condition = NULL;

    if (condition.len == 0) {
        return NGX_OK;
    }

    if (!kind->conditional) {
        return ngx_eo_managed_field_fail(error, "\"%V\" is whole and has no "
                                         "members, so there is nothing for "
                                         "a condition", &name);
    }

    field->condition = ngx_eo_expr_compile(env, &condition, error);

    if (field->condition == NULL) {
        error->column += condition.data - text->data;
        return NGX_ERROR;
    }

    keys.kind = kind;
    keys.error = error;

    return ngx_eo_expr_texts(env, field->condition, NGX_EO_FIELD_MEMBER_KEY,
                             ngx_eo_managed_field_key, &keys);
}


/*
 * Logs write "ARGS:json.user.id": what the name of a JSON member has before
 * its path may stand in a condition, the variable may not, as no member has
 * such a name.
 */

static ngx_int_t
ngx_eo_managed_field_key(void *data, ngx_str_t *key)
{
    ngx_eo_managed_keys_t *keys = data;

    u_char      *p, *last;
    ngx_uint_t   i;

    static ngx_str_t  variables[] = {
        ngx_string("args:"),
        ngx_string("args_get:"),
        ngx_string("args_post:"),
        ngx_string("args_names:"),
        ngx_string("args_get_names:"),
        ngx_string("args_post_names:"),
        ngx_string("request_cookies:"),
        ngx_string("request_cookies_names:"),
        ngx_string("request_headers:"),
        ngx_string("request_headers_names:")
    };

    for (i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
        if (key->len >= variables[i].len
            && ngx_strncmp(key->data, variables[i].data, variables[i].len)
               == 0)
        {
            return ngx_eo_managed_field_fail(keys->error,
                       "no \"${key}\" is \"%V\": leave out the variable "
                       "that logs put before it, as far as the colon", key);
        }
    }

    last = key->data + key->len;

    for (p = key->data; p < last; p++) {
        if ((keys->kind->sources == ngx_eo_managed_header_values
             || keys->kind->sources == ngx_eo_managed_header_keys)
            && (*p <= ' ' || *p == ':'))
        {
            return ngx_eo_managed_field_fail(keys->error,
                       "no \"${key}\" is \"%V\": the name of a header has "
                       "neither blanks nor colons", key);
        }

        if ((keys->kind->sources == ngx_eo_managed_cookie_values
             || keys->kind->sources == ngx_eo_managed_cookie_keys)
            && (*p == ';' || *p == '='))
        {
            return ngx_eo_managed_field_fail(keys->error,
                       "no \"${key}\" is \"%V\": the name of a cookie has "
                       "neither \";\" nor \"=\"", key);
        }
    }

    if ((keys->kind->sources == ngx_eo_managed_json_values
         || keys->kind->sources == ngx_eo_managed_json_keys)
        && key->len > 5
        && ngx_strncmp(key->data, "json.", 5) == 0)
    {
        key->data += 5;
        key->len -= 5;
    }

    return NGX_OK;
}


ngx_int_t
ngx_eo_managed_fields_mark(ngx_eo_seclang_tx_t *tx, ngx_array_t *excepts,
    ngx_eo_expr_env_t *env, ngx_pool_t *pool)
{
    ngx_uint_t                i, k;
    ngx_eo_expr_ctx_t         ctx;
    ngx_eo_managed_field_t   *fields;
    ngx_eo_managed_except_t  *except;

    if (ngx_eo_expr_ctx_init(&ctx, env, pool, NULL, ngx_eo_managed_field_get)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    except = excepts->elts;

    for (i = 0; i < excepts->nelts; i++) {
        fields = except[i].fields->elts;

        for (k = 0; k < except[i].fields->nelts; k++) {
            if (ngx_eo_managed_field_mark(tx, &fields[k], except[i].rules,
                                          &ctx)
                != NGX_OK)
            {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


static ngx_uint_t
ngx_eo_managed_field_holds(ngx_eo_managed_field_t *field,
    ngx_eo_expr_ctx_t *ctx, ngx_uint_t processor,
    ngx_eo_seclang_member_t *member)
{
    ngx_str_t                key;
    ngx_eo_managed_member_t  data;

    if (field->condition == NULL) {
        return 1;
    }

    key = member->name.str;

    /* what the name of a JSON member has before the path */

    if (processor == NGX_EO_SECLANG_BODY_JSON
        && key.len > 5
        && ngx_strncmp(key.data, "json.", 5) == 0)
    {
        key.data += 5;
        key.len -= 5;
    }

    data.key = &key;
    data.value = &member->value.str;

    ctx->data = &data;
    ngx_memzero(ctx->values, ctx->env->slots.nelts
                             * sizeof(ngx_eo_expr_value_t));

    /* what cannot be decided is looked at */

    return ngx_eo_expr_eval(ctx, field->condition) == NGX_EO_EXPR_TRUE;
}


static ngx_int_t
ngx_eo_managed_field_member(ngx_eo_seclang_tx_t *tx,
    ngx_eo_managed_source_t *source, ngx_eo_seclang_member_t *member,
    ngx_eo_seclang_bitmap_t rules)
{
    if ((source->parts & NGX_EO_MANAGED_KEY)
        && ngx_eo_seclang_text_except(tx, &member->name, rules) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if ((source->parts & NGX_EO_MANAGED_VALUE)
        && ngx_eo_seclang_text_except(tx, &member->value, rules) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_managed_field_mark(ngx_eo_seclang_tx_t *tx,
    ngx_eo_managed_field_t *field, ngx_eo_seclang_bitmap_t rules,
    ngx_eo_expr_ctx_t *ctx)
{
    ngx_uint_t                 i;
    ngx_eo_seclang_list_t     *list;
    ngx_eo_seclang_text_t     *text;
    ngx_eo_managed_source_t   *source;
    ngx_eo_seclang_member_t   *member;

    for (source = field->kind->sources;
         source->list != NGX_EO_SECLANG_LISTS;
         source++)
    {
        if (source->list < 0) {
            text = tx->scalars[source->variable];

            if (text != NULL
                && ngx_eo_seclang_text_except(tx, text, rules) != NGX_OK)
            {
                return NGX_ERROR;
            }

            continue;
        }

        if (source->processor != NGX_EO_MANAGED_ANY
            && source->processor != (ngx_int_t) tx->body_processor)
        {
            continue;
        }

        list = &tx->lists[source->list];

        for (i = 0; i < list->nelts; i++) {
            member = list->elts[i];

            if ((source->origin && member->origin != source->origin)
                || !ngx_eo_managed_field_holds(field, ctx,
                                               source->processor, member))
            {
                continue;
            }

            if (ngx_eo_managed_field_member(tx, source, member, rules)
                != NGX_OK)
            {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_managed_field_get(void *data, ngx_eo_expr_slot_t *slot,
    ngx_eo_expr_value_t *value)
{
    ngx_eo_managed_member_t  *member = data;

    value->text = (slot->field->id == NGX_EO_FIELD_MEMBER_KEY)
                  ? *member->key : *member->value;

    return NGX_OK;
}
