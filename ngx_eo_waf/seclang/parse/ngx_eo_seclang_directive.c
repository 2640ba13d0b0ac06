
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The directives of SecLang, and those of them that are settings.
 */


#include "ngx_eo_seclang_reader.h"


typedef ngx_int_t (*ngx_eo_seclang_directive_pt)(
    ngx_eo_seclang_reader_t *reader, void *data);


typedef struct {
    ngx_str_t                     name;
    ngx_uint_t                    min;
    ngx_uint_t                    max;
    ngx_eo_seclang_directive_pt   handler;

    /* where the setting is within the rule set */
    size_t                        offset;
} ngx_eo_seclang_directive_t;


typedef struct {
    ngx_str_t                     name;
    ngx_uint_t                    value;
} ngx_eo_seclang_choice_t;


static ngx_int_t ngx_eo_seclang_choose(ngx_eo_seclang_reader_t *reader,
    ngx_eo_seclang_choice_t *choice, ngx_uint_t *value, const char *allowed);
static ngx_int_t ngx_eo_seclang_set_engine(ngx_eo_seclang_reader_t *reader,
    void *data);
static ngx_int_t ngx_eo_seclang_set_flag(ngx_eo_seclang_reader_t *reader,
    void *data);
static ngx_int_t ngx_eo_seclang_set_limit_action(
    ngx_eo_seclang_reader_t *reader, void *data);
static ngx_int_t ngx_eo_seclang_set_number(ngx_eo_seclang_reader_t *reader,
    void *data);
static ngx_int_t ngx_eo_seclang_set_string(ngx_eo_seclang_reader_t *reader,
    void *data);
static ngx_int_t ngx_eo_seclang_set_separator(ngx_eo_seclang_reader_t *reader,
    void *data);
static ngx_int_t ngx_eo_seclang_set_mime_types(ngx_eo_seclang_reader_t *reader,
    void *data);
static ngx_int_t ngx_eo_seclang_clear_mime_types(
    ngx_eo_seclang_reader_t *reader, void *data);
static ngx_int_t ngx_eo_seclang_note(ngx_eo_seclang_reader_t *reader,
    void *data);
static ngx_int_t ngx_eo_seclang_add_update(ngx_eo_seclang_reader_t *reader,
    ngx_uint_t type, ngx_str_t *which, ngx_eo_seclang_update_t **result);
static ngx_int_t ngx_eo_seclang_check_ids(ngx_eo_seclang_reader_t *reader,
    ngx_str_t *ids);
static ngx_int_t ngx_eo_seclang_remove_by_id(ngx_eo_seclang_reader_t *reader,
    void *data);
static ngx_int_t ngx_eo_seclang_remove_by_tag(ngx_eo_seclang_reader_t *reader,
    void *data);
static ngx_int_t ngx_eo_seclang_remove_by_msg(ngx_eo_seclang_reader_t *reader,
    void *data);
static ngx_int_t ngx_eo_seclang_update_target(ngx_eo_seclang_reader_t *reader,
    ngx_uint_t type);
static ngx_int_t ngx_eo_seclang_update_target_by_id(
    ngx_eo_seclang_reader_t *reader, void *data);
static ngx_int_t ngx_eo_seclang_update_target_by_tag(
    ngx_eo_seclang_reader_t *reader, void *data);
static ngx_int_t ngx_eo_seclang_update_target_by_msg(
    ngx_eo_seclang_reader_t *reader, void *data);
static ngx_int_t ngx_eo_seclang_update_action_by_id(
    ngx_eo_seclang_reader_t *reader, void *data);
static ngx_int_t ngx_eo_seclang_include_one(ngx_eo_seclang_reader_t *reader,
    void *data);
static ngx_int_t ngx_eo_seclang_include_optional(
    ngx_eo_seclang_reader_t *reader, void *data);
static ngx_int_t ngx_eo_seclang_rule_directive(ngx_eo_seclang_reader_t *reader,
    void *data);
static ngx_int_t ngx_eo_seclang_action_directive(
    ngx_eo_seclang_reader_t *reader, void *data);
static ngx_int_t ngx_eo_seclang_marker_directive(
    ngx_eo_seclang_reader_t *reader, void *data);
static ngx_int_t ngx_eo_seclang_default_directive(
    ngx_eo_seclang_reader_t *reader, void *data);
static ngx_int_t ngx_eo_seclang_unicode_directive(
    ngx_eo_seclang_reader_t *reader, void *data);


static ngx_int_t
ngx_eo_seclang_choose(ngx_eo_seclang_reader_t *reader,
    ngx_eo_seclang_choice_t *choice, ngx_uint_t *value, const char *allowed)
{
    ngx_str_t  *arg;

    arg = &reader->args[1];

    for ( /* void */ ; choice->name.len; choice++) {
        if (choice->name.len == arg->len
            && ngx_strncasecmp(choice->name.data, arg->data, arg->len) == 0)
        {
            *value = choice->value;
            return NGX_OK;
        }
    }

    return ngx_eo_seclang_error(reader, "\"%V %V\": it has to be %s",
                                &reader->args[0], arg, allowed);
}


static ngx_int_t
ngx_eo_seclang_set_engine(ngx_eo_seclang_reader_t *reader, void *data)
{
    ngx_uint_t  value;

    static ngx_eo_seclang_choice_t  choices[] = {
        { ngx_string("on"), NGX_EO_SECLANG_ENGINE_ON },
        { ngx_string("off"), NGX_EO_SECLANG_ENGINE_OFF },
        { ngx_string("detectiononly"), NGX_EO_SECLANG_ENGINE_DETECTION },
        { ngx_null_string, 0 }
    };

    if (ngx_eo_seclang_choose(reader, choices, &value,
                              "On, Off or DetectionOnly")
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    reader->set->engine = value;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_set_flag(ngx_eo_seclang_reader_t *reader, void *data)
{
    ngx_uint_t  *flag = data;

    static ngx_eo_seclang_choice_t  choices[] = {
        { ngx_string("on"), 1 },
        { ngx_string("off"), 0 },
        { ngx_null_string, 0 }
    };

    return ngx_eo_seclang_choose(reader, choices, flag, "On or Off");
}


static ngx_int_t
ngx_eo_seclang_set_limit_action(ngx_eo_seclang_reader_t *reader, void *data)
{
    ngx_uint_t  *reject = data;

    static ngx_eo_seclang_choice_t  choices[] = {
        { ngx_string("reject"), 1 },
        { ngx_string("processpartial"), 0 },
        { ngx_null_string, 0 }
    };

    return ngx_eo_seclang_choose(reader, choices, reject,
                                 "Reject or ProcessPartial");
}


static ngx_int_t
ngx_eo_seclang_set_number(ngx_eo_seclang_reader_t *reader, void *data)
{
    ngx_int_t    n;
    ngx_str_t   *arg;
    ngx_uint_t  *value = data;

    arg = &reader->args[1];

    n = ngx_atoi(arg->data, arg->len);
    if (n == NGX_ERROR) {
        return ngx_eo_seclang_error(reader, "\"%V %V\": it has to be a "
                                    "number", &reader->args[0], arg);
    }

    *value = n;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_set_string(ngx_eo_seclang_reader_t *reader, void *data)
{
    ngx_str_t  *value = data;

    *value = reader->args[1];

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_set_separator(ngx_eo_seclang_reader_t *reader, void *data)
{
    if (reader->args[1].len != 1) {
        return ngx_eo_seclang_error(reader, "\"%V %V\": it has to be one "
                                    "character", &reader->args[0],
                                    &reader->args[1]);
    }

    reader->set->argument_separator = reader->args[1].data[0];

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_set_mime_types(ngx_eo_seclang_reader_t *reader, void *data)
{
    ngx_str_t   *type;
    ngx_uint_t   i;

    for (i = 1; i < reader->nargs; i++) {
        type = ngx_array_push(&reader->set->response_mime_types);
        if (type == NULL) {
            return NGX_ERROR;
        }

        *type = reader->args[i];
        ngx_strlow(type->data, type->data, type->len);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_clear_mime_types(ngx_eo_seclang_reader_t *reader, void *data)
{
    reader->set->response_mime_types.nelts = 0;
    reader->set->response_mime_types_set = 1;

    return NGX_OK;
}


/* what is about another log than nginx's, or another way to store bodies */

static ngx_int_t
ngx_eo_seclang_note(ngx_eo_seclang_reader_t *reader, void *data)
{
    ngx_str_t   *known, *name;
    ngx_uint_t   i;

    name = &reader->args[0];
    known = reader->set->warnings.elts;

    for (i = 0; i < reader->set->warnings.nelts; i++) {
        if (known[i].len == name->len
            && ngx_strncasecmp(known[i].data, name->data, name->len) == 0)
        {
            return NGX_OK;
        }
    }

    known = ngx_array_push(&reader->set->warnings);
    if (known == NULL) {
        return NGX_ERROR;
    }

    *known = *name;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_add_update(ngx_eo_seclang_reader_t *reader, ngx_uint_t type,
    ngx_str_t *which, ngx_eo_seclang_update_t **result)
{
    ngx_pool_t               *pool;
    ngx_eo_seclang_update_t  *update;

    pool = reader->pool;

    update = ngx_array_push(&reader->set->updates);
    if (update == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(update, sizeof(ngx_eo_seclang_update_t));

    update->type = type;
    update->which = *which;
    update->file = reader->file;
    update->line = reader->line;

    if (ngx_array_init(&update->targets, pool, 1,
                       sizeof(ngx_eo_seclang_target_t))
        != NGX_OK
        || ngx_array_init(&update->exclusions, pool, 1,
                          sizeof(ngx_eo_seclang_target_t))
           != NGX_OK
        || ngx_eo_seclang_actions_init(pool, &update->actions) != NGX_OK)
    {
        return NGX_ERROR;
    }

    *result = update;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_check_ids(ngx_eo_seclang_reader_t *reader, ngx_str_t *ids)
{
    size_t  i;
    u_char  c;

    for (i = 0; i < ids->len; i++) {
        c = ids->data[i];

        if ((c < '0' || c > '9') && c != '-' && c != ',' && c != ' ') {
            return ngx_eo_seclang_error(reader, "\"%V %V\": it has to be an "
                                        "id or a range of ids",
                                        &reader->args[0], ids);
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_remove_by_id(ngx_eo_seclang_reader_t *reader, void *data)
{
    ngx_uint_t                i;
    ngx_eo_seclang_update_t  *update;

    for (i = 1; i < reader->nargs; i++) {
        if (ngx_eo_seclang_check_ids(reader, &reader->args[i]) != NGX_OK
            || ngx_eo_seclang_add_update(reader,
                                         NGX_EO_SECLANG_REMOVE_BY_ID,
                                         &reader->args[i], &update)
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_remove_by_tag(ngx_eo_seclang_reader_t *reader, void *data)
{
    ngx_eo_seclang_update_t  *update;

    return ngx_eo_seclang_add_update(reader, NGX_EO_SECLANG_REMOVE_BY_TAG,
                                     &reader->args[1], &update);
}


static ngx_int_t
ngx_eo_seclang_remove_by_msg(ngx_eo_seclang_reader_t *reader, void *data)
{
    ngx_eo_seclang_update_t  *update;

    return ngx_eo_seclang_add_update(reader, NGX_EO_SECLANG_REMOVE_BY_MSG,
                                     &reader->args[1], &update);
}


static ngx_int_t
ngx_eo_seclang_update_target(ngx_eo_seclang_reader_t *reader, ngx_uint_t type)
{
    ngx_eo_seclang_update_t  *update;

    if (ngx_eo_seclang_add_update(reader, type, &reader->args[1], &update)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_eo_seclang_parse_targets(reader, &reader->args[2],
                                        &update->targets,
                                        &update->exclusions);
}


static ngx_int_t
ngx_eo_seclang_update_target_by_id(ngx_eo_seclang_reader_t *reader,
    void *data)
{
    if (ngx_eo_seclang_check_ids(reader, &reader->args[1]) != NGX_OK) {
        return NGX_ERROR;
    }

    return ngx_eo_seclang_update_target(reader,
                                        NGX_EO_SECLANG_UPDATE_TARGET_BY_ID);
}


static ngx_int_t
ngx_eo_seclang_update_target_by_tag(ngx_eo_seclang_reader_t *reader,
    void *data)
{
    return ngx_eo_seclang_update_target(reader,
                                        NGX_EO_SECLANG_UPDATE_TARGET_BY_TAG);
}


static ngx_int_t
ngx_eo_seclang_update_target_by_msg(ngx_eo_seclang_reader_t *reader,
    void *data)
{
    return ngx_eo_seclang_update_target(reader,
                                        NGX_EO_SECLANG_UPDATE_TARGET_BY_MSG);
}


static ngx_int_t
ngx_eo_seclang_update_action_by_id(ngx_eo_seclang_reader_t *reader,
    void *data)
{
    ngx_eo_seclang_update_t  *update;

    if (ngx_eo_seclang_check_ids(reader, &reader->args[1]) != NGX_OK
        || ngx_eo_seclang_add_update(reader,
                                     NGX_EO_SECLANG_UPDATE_ACTION_BY_ID,
                                     &reader->args[1], &update)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_eo_seclang_parse_actions(reader, &reader->args[2],
                                        &update->actions);
}


static ngx_int_t
ngx_eo_seclang_include_one(ngx_eo_seclang_reader_t *reader, void *data)
{
    return ngx_eo_seclang_include(reader, 0);
}


static ngx_int_t
ngx_eo_seclang_include_optional(ngx_eo_seclang_reader_t *reader, void *data)
{
    return ngx_eo_seclang_include(reader, 1);
}


static ngx_int_t
ngx_eo_seclang_rule_directive(ngx_eo_seclang_reader_t *reader, void *data)
{
    return ngx_eo_seclang_sec_rule(reader);
}


static ngx_int_t
ngx_eo_seclang_action_directive(ngx_eo_seclang_reader_t *reader, void *data)
{
    return ngx_eo_seclang_sec_action(reader);
}


static ngx_int_t
ngx_eo_seclang_marker_directive(ngx_eo_seclang_reader_t *reader, void *data)
{
    return ngx_eo_seclang_sec_marker(reader);
}


static ngx_int_t
ngx_eo_seclang_default_directive(ngx_eo_seclang_reader_t *reader, void *data)
{
    return ngx_eo_seclang_sec_default_action(reader);
}


static ngx_int_t
ngx_eo_seclang_unicode_directive(ngx_eo_seclang_reader_t *reader, void *data)
{
    return ngx_eo_seclang_sec_unicode_map(reader);
}


#define ngx_eo_seclang_setting(name, handler, field)                          \
    { ngx_string(name), 1, 1, handler,                                        \
      offsetof(ngx_eo_seclang_ruleset_t, field) }

#define ngx_eo_seclang_noted(name)                                            \
    { ngx_string(name), 1, 7, ngx_eo_seclang_note, 0 }


static ngx_eo_seclang_directive_t  ngx_eo_seclang_directives[] = {

    { ngx_string("SecRule"), 2, 3, ngx_eo_seclang_rule_directive, 0 },
    { ngx_string("SecAction"), 1, 1, ngx_eo_seclang_action_directive, 0 },
    { ngx_string("SecMarker"), 1, 1, ngx_eo_seclang_marker_directive, 0 },
    { ngx_string("SecDefaultAction"), 1, 1,
      ngx_eo_seclang_default_directive, 0 },
    { ngx_string("Include"), 1, 1, ngx_eo_seclang_include_one, 0 },
    { ngx_string("IncludeOptional"), 1, 1,
      ngx_eo_seclang_include_optional, 0 },

    { ngx_string("SecRuleRemoveById"), 1, 7, ngx_eo_seclang_remove_by_id, 0 },
    { ngx_string("SecRuleRemoveByTag"), 1, 1,
      ngx_eo_seclang_remove_by_tag, 0 },
    { ngx_string("SecRuleRemoveByMsg"), 1, 1,
      ngx_eo_seclang_remove_by_msg, 0 },
    { ngx_string("SecRuleUpdateTargetById"), 2, 2,
      ngx_eo_seclang_update_target_by_id, 0 },
    { ngx_string("SecRuleUpdateTargetByTag"), 2, 2,
      ngx_eo_seclang_update_target_by_tag, 0 },
    { ngx_string("SecRuleUpdateTargetByMsg"), 2, 2,
      ngx_eo_seclang_update_target_by_msg, 0 },
    { ngx_string("SecRuleUpdateActionById"), 2, 2,
      ngx_eo_seclang_update_action_by_id, 0 },

    { ngx_string("SecRuleEngine"), 1, 1, ngx_eo_seclang_set_engine, 0 },

    ngx_eo_seclang_setting("SecRequestBodyAccess",
                           ngx_eo_seclang_set_flag, request_body_access),
    ngx_eo_seclang_setting("SecResponseBodyAccess",
                           ngx_eo_seclang_set_flag, response_body_access),
    ngx_eo_seclang_setting("SecRequestBodyLimit",
                           ngx_eo_seclang_set_number, request_body_limit),
    ngx_eo_seclang_setting("SecRequestBodyNoFilesLimit",
                           ngx_eo_seclang_set_number,
                           request_body_no_files_limit),
    ngx_eo_seclang_setting("SecRequestBodyLimitAction",
                           ngx_eo_seclang_set_limit_action,
                           request_body_reject),
    ngx_eo_seclang_setting("SecRequestBodyJsonDepthLimit",
                           ngx_eo_seclang_set_number, json_depth_limit),
    ngx_eo_seclang_setting("SecResponseBodyLimit",
                           ngx_eo_seclang_set_number, response_body_limit),
    ngx_eo_seclang_setting("SecResponseBodyLimitAction",
                           ngx_eo_seclang_set_limit_action,
                           response_body_reject),
    ngx_eo_seclang_setting("SecArgumentsLimit",
                           ngx_eo_seclang_set_number, arguments_limit),
    ngx_eo_seclang_setting("SecUploadFileLimit",
                           ngx_eo_seclang_set_number, upload_file_limit),
    ngx_eo_seclang_setting("SecCollectionTimeout",
                           ngx_eo_seclang_set_number, collection_timeout),
    ngx_eo_seclang_setting("SecComponentSignature",
                           ngx_eo_seclang_set_string, component),
    ngx_eo_seclang_setting("SecGeoLookupDB",
                           ngx_eo_seclang_set_string, geo_database),
    ngx_eo_seclang_setting("SecWebAppId",
                           ngx_eo_seclang_set_string, web_app_id),

    { ngx_string("SecArgumentSeparator"), 1, 1,
      ngx_eo_seclang_set_separator, 0 },
    { ngx_string("SecResponseBodyMimeType"), 1, 7,
      ngx_eo_seclang_set_mime_types, 0 },
    { ngx_string("SecResponseBodyMimeTypesClear"), 0, 0,
      ngx_eo_seclang_clear_mime_types, 0 },
    { ngx_string("SecUnicodeMapFile"), 1, 2,
      ngx_eo_seclang_unicode_directive, 0 },

    ngx_eo_seclang_noted("SecAuditEngine"),
    ngx_eo_seclang_noted("SecAuditLog"),
    ngx_eo_seclang_noted("SecAuditLog2"),
    ngx_eo_seclang_noted("SecAuditLogDirMode"),
    ngx_eo_seclang_noted("SecAuditLogFileMode"),
    ngx_eo_seclang_noted("SecAuditLogFormat"),
    ngx_eo_seclang_noted("SecAuditLogParts"),
    ngx_eo_seclang_noted("SecAuditLogRelevantStatus"),
    ngx_eo_seclang_noted("SecAuditLogStorageDir"),
    ngx_eo_seclang_noted("SecAuditLogType"),
    ngx_eo_seclang_noted("SecCookieFormat"),
    ngx_eo_seclang_noted("SecDataDir"),
    ngx_eo_seclang_noted("SecDebugLog"),
    ngx_eo_seclang_noted("SecDebugLogLevel"),
    ngx_eo_seclang_noted("SecPcreMatchLimit"),
    ngx_eo_seclang_noted("SecPcreMatchLimitRecursion"),
    ngx_eo_seclang_noted("SecRequestBodyInMemoryLimit"),
    ngx_eo_seclang_noted("SecServerSignature"),
    ngx_eo_seclang_noted("SecStatusEngine"),
    ngx_eo_seclang_noted("SecTmpDir"),
    ngx_eo_seclang_noted("SecTmpSaveUploadedFiles"),
    ngx_eo_seclang_noted("SecUploadDir"),
    ngx_eo_seclang_noted("SecUploadFileMode"),
    ngx_eo_seclang_noted("SecUploadKeepFiles"),

    { ngx_null_string, 0, 0, NULL, 0 }
};


ngx_int_t
ngx_eo_seclang_directive(ngx_eo_seclang_reader_t *reader)
{
    void                        *data;
    ngx_str_t                   *name;
    ngx_uint_t                   n;
    ngx_eo_seclang_directive_t  *directive;

    name = &reader->args[0];

    for (directive = ngx_eo_seclang_directives; /* void */ ; directive++) {

        if (directive->handler == NULL) {
            return ngx_eo_seclang_unknown(reader,
                                          NGX_EO_SECLANG_KIND_DIRECTIVE,
                                          name);
        }

        if (directive->name.len == name->len
            && ngx_strncasecmp(directive->name.data, name->data, name->len)
               == 0)
        {
            break;
        }
    }

    n = reader->nargs - 1;

    if (n < directive->min || n > directive->max) {
        return ngx_eo_seclang_error(reader, "%ui arguments of \"%V\": it "
                                    "takes %ui to %ui", n, name,
                                    directive->min, directive->max);
    }

    if (reader->chain != NULL
        && directive->handler != ngx_eo_seclang_rule_directive
        && directive->handler != ngx_eo_seclang_action_directive)
    {
        return ngx_eo_seclang_error(reader, "\"%V\" within the chain of "
                                    "rule %ui", name,
                                    reader->starter->actions.id);
    }

    data = (u_char *) reader->set + directive->offset;

    return directive->handler(reader, data);
}
