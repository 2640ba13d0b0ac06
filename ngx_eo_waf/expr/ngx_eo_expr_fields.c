
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_expr_internal.h"


static ngx_eo_expr_field_t *ngx_eo_expr_field(ngx_eo_expr_env_t *env,
    ngx_str_t *name, ngx_uint_t keyed);
static ngx_int_t ngx_eo_expr_slot_key(ngx_eo_expr_env_t *env,
    ngx_eo_expr_field_t *field, ngx_str_t *key, ngx_str_t *copy);


#define NGX_EO_KEYED                                                          \
    (NGX_EO_FIELD_KEYED | NGX_EO_FIELD_OPTIONAL)


/*
 * Whether a field is optional decides about "not": a condition on the
 * content of a header that is not there does not hold, and neither does its
 * negation.  What every request has, or what is found out about it, is
 * compared as an empty text if it is missing.
 */

static ngx_eo_expr_field_t  ngx_eo_expr_fields[] = {

    { ngx_string("http.request.scheme"),
      NGX_EO_FIELD_SCHEME, NGX_EO_FIELD_COMMON, ngx_null_string },

    { ngx_string("http.request.zone"),
      NGX_EO_FIELD_ZONE, NGX_EO_FIELD_COMMON, ngx_null_string },

    { ngx_string("http.request.host"),
      NGX_EO_FIELD_HOST, NGX_EO_FIELD_COMMON, ngx_null_string },

    { ngx_string("http.request.full_uri"),
      NGX_EO_FIELD_FULL_URI, 0, ngx_null_string },

    { ngx_string("http.request.method"),
      NGX_EO_FIELD_METHOD, NGX_EO_FIELD_COMMON, ngx_null_string },

    { ngx_string("http.request.uri"),
      NGX_EO_FIELD_URI, 0, ngx_null_string },

    { ngx_string("http.request.uri.path"),
      NGX_EO_FIELD_PATH, 0, ngx_null_string },

    { ngx_string("http.request.uri.query"),
      NGX_EO_FIELD_QUERY, 0, ngx_null_string },

    { ngx_string("http.request.uri.query"),
      NGX_EO_FIELD_ARG, NGX_EO_KEYED, ngx_null_string },

    { ngx_string("http.request.uri.args"),
      NGX_EO_FIELD_ARG, NGX_EO_KEYED, ngx_null_string },

    { ngx_string("http.request.file_extension"),
      NGX_EO_FIELD_FILE_EXTENSION,
      NGX_EO_FIELD_DOTTED|NGX_EO_FIELD_COMMON, ngx_null_string },

    { ngx_string("http.request.filename"),
      NGX_EO_FIELD_FILENAME, 0, ngx_null_string },

    { ngx_string("http.request.headers"),
      NGX_EO_FIELD_HEADER, NGX_EO_KEYED|NGX_EO_FIELD_NOCASE,
      ngx_null_string },

    { ngx_string("http.request.cookies"),
      NGX_EO_FIELD_COOKIE, NGX_EO_KEYED, ngx_null_string },

    { ngx_string("http.request.body.form"),
      NGX_EO_FIELD_FORM, NGX_EO_KEYED, ngx_null_string },

    { ngx_string("http.request.version"),
      NGX_EO_FIELD_VERSION, NGX_EO_FIELD_COMMON, ngx_null_string },

    { ngx_string("http.request.ip"),
      NGX_EO_FIELD_IP, NGX_EO_FIELD_ADDRESS, ngx_null_string },

    { ngx_string("http.request.xff_header_ip"),
      NGX_EO_FIELD_XFF_IP, NGX_EO_FIELD_ADDRESS, ngx_null_string },

    { ngx_string("http.request.ip.port"),
      NGX_EO_FIELD_PORT, NGX_EO_FIELD_NUMBER, ngx_null_string },

    { ngx_string("http.request.ip.country"),
      NGX_EO_FIELD_VARIABLE, NGX_EO_FIELD_COMMON|NGX_EO_FIELD_COUNTRY,
      ngx_string("eo_client_country") },

    { ngx_string("http.request.ip.continent"),
      NGX_EO_FIELD_VARIABLE, NGX_EO_FIELD_COMMON,
      ngx_string("eo_client_continent") },

    { ngx_string("http.request.ip.city"),
      NGX_EO_FIELD_VARIABLE, NGX_EO_FIELD_COMMON,
      ngx_string("eo_client_city") },

    { ngx_string("http.request.ip.asn"),
      NGX_EO_FIELD_VARIABLE, NGX_EO_FIELD_NUMBER|NGX_EO_FIELD_COMMON,
      ngx_string("eo_client_asn") },

    { ngx_string("http.request.ja3"),
      NGX_EO_FIELD_VARIABLE, NGX_EO_FIELD_OPTIONAL,
      ngx_string("eo_client_ja3") },

    { ngx_string("http.request.ja4"),
      NGX_EO_FIELD_VARIABLE, NGX_EO_FIELD_OPTIONAL,
      ngx_string("eo_client_ja4") },

    { ngx_string("http.request.bot.user_agent_feature_id"),
      NGX_EO_FIELD_VARIABLE, NGX_EO_FIELD_OPTIONAL,
      ngx_string("eo_bot_user_agent_feature_id") },

    { ngx_string("http.request.bot.search_engine_bot_id"),
      NGX_EO_FIELD_VARIABLE, NGX_EO_FIELD_OPTIONAL,
      ngx_string("eo_bot_search_engine_bot_id") },

    { ngx_string("http.request.bot.client_reputation_name"),
      NGX_EO_FIELD_VARIABLE, NGX_EO_FIELD_OPTIONAL,
      ngx_string("eo_bot_client_reputation_name") },

    { ngx_string("http.request.api_resource"),
      NGX_EO_FIELD_VARIABLE, NGX_EO_FIELD_OPTIONAL,
      ngx_string("eo_api_resource") },

    { ngx_string("http.request.zoneid"),
      NGX_EO_FIELD_VARIABLE, NGX_EO_FIELD_REFUSED,
      ngx_string("a node knows no site ids: use http.request.zone, the first "
                 "server_name") },

    { ngx_string("key"),
      NGX_EO_FIELD_MEMBER_KEY, NGX_EO_FIELD_MEMBER, ngx_null_string },

    { ngx_string("value"),
      NGX_EO_FIELD_MEMBER_VALUE, NGX_EO_FIELD_MEMBER, ngx_null_string },

    { ngx_string("l4.client.ip"),
      NGX_EO_FIELD_IP, NGX_EO_FIELD_SESSION|NGX_EO_FIELD_ADDRESS,
      ngx_null_string },

    { ngx_string("l4.client.port"),
      NGX_EO_FIELD_PORT, NGX_EO_FIELD_SESSION|NGX_EO_FIELD_NUMBER,
      ngx_null_string },

    { ngx_string("l4.client.country"),
      NGX_EO_FIELD_COUNTRY_CODE, NGX_EO_FIELD_SESSION|NGX_EO_FIELD_COUNTRY,
      ngx_null_string },

    { ngx_string("l4.client.asn"),
      NGX_EO_FIELD_ASN, NGX_EO_FIELD_SESSION|NGX_EO_FIELD_NUMBER,
      ngx_null_string },

    { ngx_string("l4.server.ip"),
      NGX_EO_FIELD_SERVER_IP, NGX_EO_FIELD_SESSION|NGX_EO_FIELD_ADDRESS,
      ngx_null_string },

    { ngx_string("l4.server.port"),
      NGX_EO_FIELD_SERVER_PORT, NGX_EO_FIELD_SESSION|NGX_EO_FIELD_NUMBER,
      ngx_null_string },

    { ngx_string("l4.protocol"),
      NGX_EO_FIELD_PROTOCOL, NGX_EO_FIELD_SESSION, ngx_null_string },

    { ngx_string("l4.payload"),
      NGX_EO_FIELD_PAYLOAD, NGX_EO_FIELD_SESSION|NGX_EO_FIELD_OPTIONAL,
      ngx_null_string },

    { ngx_null_string, 0, 0, ngx_null_string }
};


ngx_eo_expr_env_t *
ngx_eo_expr_env_create(ngx_pool_t *pool, void *data,
    ngx_eo_expr_group_pt group, ngx_eo_expr_group_match_pt match)
{
    ngx_eo_expr_env_t  *env;

    env = ngx_pcalloc(pool, sizeof(ngx_eo_expr_env_t));
    if (env == NULL) {
        return NULL;
    }

    if (ngx_array_init(&env->slots, pool, 8, sizeof(ngx_eo_expr_slot_t))
        != NGX_OK)
    {
        return NULL;
    }

    env->regex = ngx_eo_regex_env_create(pool);
    if (env->regex == NULL) {
        return NULL;
    }

    env->pool = pool;
    env->data = data;
    env->group = group;
    env->group_match = match;

    return env;
}


ngx_int_t
ngx_eo_expr_slot(ngx_eo_expr_env_t *env, ngx_str_t *name, ngx_str_t *key,
    ngx_eo_expr_error_t *error)
{
    ngx_str_t             text;
    ngx_uint_t            i;
    ngx_eo_expr_slot_t   *slot;
    ngx_eo_expr_field_t  *field;

    field = ngx_eo_expr_field(env, name, key->len != 0);

    if (field == NULL) {
        field = ngx_eo_expr_field(env, name, key->len == 0);

        text = *name;
        text.len = ngx_min(text.len, 128);

        if (field == NULL) {
            ngx_eo_expr_fail(error, 0, "unknown field \"%V\"", &text);

        } else if (key->len) {
            ngx_eo_expr_fail(error, 0, "the field \"%V\" takes no key",
                             &text);

        } else {
            ngx_eo_expr_fail(error, 0,
                             "the field \"%V\" needs a key, as in "
                             "${%V[\"name\"]}", &text, &text);
        }

        return NGX_ERROR;
    }

    if (field->flags & NGX_EO_FIELD_REFUSED) {
        ngx_eo_expr_fail(error, 0, "the field \"%V\" is not available: %V",
                         name, &field->text);
        return NGX_ERROR;
    }

    if (ngx_eo_expr_slot_key(env, field, key, &text) != NGX_OK) {
        ngx_eo_expr_fail(error, 0, "out of memory");
        return NGX_ERROR;
    }

    slot = env->slots.elts;

    for (i = 0; i < env->slots.nelts; i++) {

        /* args["k"] and query["k"] are one, so fields are compared by id */

        if (slot[i].field->id == field->id
            && (field->id != NGX_EO_FIELD_VARIABLE || slot[i].field == field)
            && slot[i].key.len == text.len
            && ngx_memcmp(slot[i].key.data, text.data, text.len) == 0)
        {
            return i;
        }
    }

    slot = ngx_array_push(&env->slots);
    if (slot == NULL) {
        ngx_eo_expr_fail(error, 0, "out of memory");
        return NGX_ERROR;
    }

    slot->field = field;
    slot->key = text;
    slot->variable = NGX_ERROR;

    return env->slots.nelts - 1;
}


static ngx_eo_expr_field_t *
ngx_eo_expr_field(ngx_eo_expr_env_t *env, ngx_str_t *name, ngx_uint_t keyed)
{
    ngx_uint_t            member, session;
    ngx_eo_expr_field_t  *field;

    for (field = ngx_eo_expr_fields; field->name.len; field++) {

        member = ((field->flags & NGX_EO_FIELD_MEMBER) != 0);

        session = ((field->flags & NGX_EO_FIELD_SESSION) != 0);

        if (member == env->members
            && session == env->sessions
            && field->name.len == name->len
            && ngx_strncasecmp(field->name.data, name->data, name->len) == 0
            && keyed == ((field->flags & NGX_EO_FIELD_KEYED) != 0))
        {
            return field;
        }
    }

    return NULL;
}


static ngx_int_t
ngx_eo_expr_slot_key(ngx_eo_expr_env_t *env, ngx_eo_expr_field_t *field,
    ngx_str_t *key, ngx_str_t *copy)
{
    copy->len = key->len;
    copy->data = NULL;

    if (key->len == 0) {
        return NGX_OK;
    }

    copy->data = ngx_pnalloc(env->pool, key->len);
    if (copy->data == NULL) {
        return NGX_ERROR;
    }

    if (field->flags & NGX_EO_FIELD_NOCASE) {
        ngx_strlow(copy->data, key->data, key->len);

    } else {
        ngx_memcpy(copy->data, key->data, key->len);
    }

    return NGX_OK;
}
