
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Parses the actions of a rule.
 */


#include "ngx_eo_seclang_reader.h"
#include "seclang/variable/ngx_eo_seclang_variable.h"


typedef struct {
    ngx_eo_seclang_reader_t   *reader;
    ngx_eo_seclang_actions_t  *actions;
    ngx_str_t                  name;
    ngx_str_t                  value;
    ngx_uint_t                 data;
} ngx_eo_seclang_action_t;


typedef ngx_int_t (*ngx_eo_seclang_action_pt)(ngx_eo_seclang_action_t *a);


typedef struct {
    ngx_str_t                  name;
    ngx_eo_seclang_action_pt   handler;
    ngx_uint_t                 data;
} ngx_eo_seclang_action_def_t;


#define ngx_eo_seclang_str_is(str, s)                                         \
    ((str)->len == sizeof(s) - 1                                              \
     && ngx_strncasecmp((str)->data, (u_char *) s, sizeof(s) - 1) == 0)


static ngx_int_t ngx_eo_seclang_bad_value(ngx_eo_seclang_action_t *a,
    const char *allowed);
static ngx_int_t ngx_eo_seclang_action_id(ngx_eo_seclang_action_t *a);
static ngx_int_t ngx_eo_seclang_action_phase(ngx_eo_seclang_action_t *a);
static ngx_int_t ngx_eo_seclang_action_disruptive(ngx_eo_seclang_action_t *a);
static ngx_int_t ngx_eo_seclang_action_allow(ngx_eo_seclang_action_t *a);
static ngx_int_t ngx_eo_seclang_action_redirect(ngx_eo_seclang_action_t *a);
static ngx_int_t ngx_eo_seclang_action_status(ngx_eo_seclang_action_t *a);
static ngx_int_t ngx_eo_seclang_action_log(ngx_eo_seclang_action_t *a);
static ngx_int_t ngx_eo_seclang_action_auditlog(ngx_eo_seclang_action_t *a);
static ngx_int_t ngx_eo_seclang_action_severity(ngx_eo_seclang_action_t *a);
static ngx_int_t ngx_eo_seclang_action_msg(ngx_eo_seclang_action_t *a);
static ngx_int_t ngx_eo_seclang_action_logdata(ngx_eo_seclang_action_t *a);
static ngx_int_t ngx_eo_seclang_action_string(ngx_eo_seclang_action_t *a);
static ngx_int_t ngx_eo_seclang_action_tag(ngx_eo_seclang_action_t *a);
static ngx_int_t ngx_eo_seclang_action_xmlns(ngx_eo_seclang_action_t *a);
static ngx_int_t ngx_eo_seclang_ctl_response_processor(
    ngx_eo_seclang_action_t *a, ngx_str_t *value, ngx_eo_seclang_ctl_t *ctl);
static ngx_int_t ngx_eo_seclang_action_transform(ngx_eo_seclang_action_t *a);
static ngx_int_t ngx_eo_seclang_action_chain(ngx_eo_seclang_action_t *a);
static ngx_int_t ngx_eo_seclang_action_capture(ngx_eo_seclang_action_t *a);
static ngx_int_t ngx_eo_seclang_action_multi_match(ngx_eo_seclang_action_t *a);
static ngx_int_t ngx_eo_seclang_action_skip(ngx_eo_seclang_action_t *a);
static ngx_int_t ngx_eo_seclang_set_variable(ngx_eo_seclang_action_t *a,
    ngx_str_t *text, ngx_eo_seclang_setvar_t *set);
static ngx_int_t ngx_eo_seclang_action_setvar(ngx_eo_seclang_action_t *a);
static ngx_int_t ngx_eo_seclang_action_expirevar(ngx_eo_seclang_action_t *a);
static ngx_int_t ngx_eo_seclang_action_setenv(ngx_eo_seclang_action_t *a);
static ngx_int_t ngx_eo_seclang_add_initcol(ngx_eo_seclang_action_t *a,
    ngx_uint_t variable, ngx_str_t *key);
static ngx_int_t ngx_eo_seclang_action_initcol(ngx_eo_seclang_action_t *a);
static ngx_int_t ngx_eo_seclang_action_setcol(ngx_eo_seclang_action_t *a);
static ngx_int_t ngx_eo_seclang_ctl_flag(ngx_eo_seclang_action_t *a,
    ngx_str_t *value, ngx_eo_seclang_ctl_t *ctl);
static ngx_int_t ngx_eo_seclang_ctl_engine(ngx_eo_seclang_action_t *a,
    ngx_str_t *value, ngx_eo_seclang_ctl_t *ctl);
static ngx_int_t ngx_eo_seclang_ctl_processor(ngx_eo_seclang_action_t *a,
    ngx_str_t *value, ngx_eo_seclang_ctl_t *ctl);
static ngx_int_t ngx_eo_seclang_ctl_target(ngx_eo_seclang_action_t *a,
    ngx_str_t *value, ngx_eo_seclang_ctl_t *ctl);
static ngx_int_t ngx_eo_seclang_action_ctl(ngx_eo_seclang_action_t *a);
static ngx_int_t ngx_eo_seclang_one_action(ngx_eo_seclang_action_t *a);
static ngx_int_t ngx_eo_seclang_action_quoted(ngx_eo_seclang_action_t *a,
    u_char **pos, u_char *last);


static ngx_int_t
ngx_eo_seclang_bad_value(ngx_eo_seclang_action_t *a, const char *allowed)
{
    return ngx_eo_seclang_error(a->reader, "action \"%V:%V\": it has to be "
                                "%s", &a->name, &a->value, allowed);
}


static ngx_int_t
ngx_eo_seclang_action_id(ngx_eo_seclang_action_t *a)
{
    ngx_int_t  n;

    n = ngx_atoi(a->value.data, a->value.len);

    if (n == NGX_ERROR || n == 0) {
        return ngx_eo_seclang_bad_value(a, "a number from 1");
    }

    a->actions->id = n;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_action_phase(ngx_eo_seclang_action_t *a)
{
    ngx_int_t  n;

    if (ngx_eo_seclang_str_is(&a->value, "request")) {
        n = NGX_EO_SECLANG_REQUEST_BODY;

    } else if (ngx_eo_seclang_str_is(&a->value, "response")) {
        n = NGX_EO_SECLANG_RESPONSE_BODY;

    } else if (ngx_eo_seclang_str_is(&a->value, "logging")) {
        n = NGX_EO_SECLANG_LOGGING;

    } else {
        n = ngx_atoi(a->value.data, a->value.len);
    }

    if (n < 1 || n >= NGX_EO_SECLANG_PHASES) {
        return ngx_eo_seclang_bad_value(a, "1 to 5, \"request\", "
                                        "\"response\" or \"logging\"");
    }

    a->actions->phase = n;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_action_disruptive(ngx_eo_seclang_action_t *a)
{
    a->actions->disruptive = a->data;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_action_allow(ngx_eo_seclang_action_t *a)
{
    if (a->value.len == 0) {
        a->actions->disruptive = NGX_EO_SECLANG_ALLOW;

    } else if (ngx_eo_seclang_str_is(&a->value, "phase")) {
        a->actions->disruptive = NGX_EO_SECLANG_ALLOW_PHASE;

    } else if (ngx_eo_seclang_str_is(&a->value, "request")) {
        a->actions->disruptive = NGX_EO_SECLANG_ALLOW_REQUEST;

    } else {
        return ngx_eo_seclang_bad_value(a, "\"phase\" or \"request\"");
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_action_redirect(ngx_eo_seclang_action_t *a)
{
    a->actions->disruptive = NGX_EO_SECLANG_REDIRECT;

    return ngx_eo_seclang_parse_macro(a->reader, &a->value,
                                      &a->actions->redirect);
}


static ngx_int_t
ngx_eo_seclang_action_status(ngx_eo_seclang_action_t *a)
{
    ngx_int_t  n;

    n = ngx_atoi(a->value.data, a->value.len);

    if (n < 100 || n > 599) {
        return ngx_eo_seclang_bad_value(a, "100 to 599");
    }

    a->actions->status = n;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_action_log(ngx_eo_seclang_action_t *a)
{
    a->actions->log = a->data;

    return NGX_OK;
}


/* there is no audit log to write or not to write */

static ngx_int_t
ngx_eo_seclang_action_auditlog(ngx_eo_seclang_action_t *a)
{
    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_action_severity(ngx_eo_seclang_action_t *a)
{
    ngx_int_t   n;
    ngx_uint_t  i;

    static ngx_str_t  names[] = {
        ngx_string("EMERGENCY"),
        ngx_string("ALERT"),
        ngx_string("CRITICAL"),
        ngx_string("ERROR"),
        ngx_string("WARNING"),
        ngx_string("NOTICE"),
        ngx_string("INFO"),
        ngx_string("DEBUG")
    };

    n = ngx_atoi(a->value.data, a->value.len);

    for (i = 0; n == NGX_ERROR && i < 8; i++) {
        if (names[i].len == a->value.len
            && ngx_strncasecmp(names[i].data, a->value.data, a->value.len)
               == 0)
        {
            n = i;
        }
    }

    if (n == NGX_ERROR || n > 255) {
        return ngx_eo_seclang_bad_value(a, "EMERGENCY, ALERT, CRITICAL, "
                                        "ERROR, WARNING, NOTICE, INFO, DEBUG "
                                        "or a number");
    }

    a->actions->severity = n;
    a->actions->has_severity = 1;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_action_msg(ngx_eo_seclang_action_t *a)
{
    a->actions->msg_set = 1;

    return ngx_eo_seclang_parse_macro(a->reader, &a->value,
                                      &a->actions->msg);
}


static ngx_int_t
ngx_eo_seclang_action_logdata(ngx_eo_seclang_action_t *a)
{
    return ngx_eo_seclang_parse_macro(a->reader, &a->value,
                                      &a->actions->logdata);
}


static ngx_int_t
ngx_eo_seclang_action_string(ngx_eo_seclang_action_t *a)
{
    ngx_str_t  *value;

    value = (ngx_str_t *) ((u_char *) a->actions + a->data);
    *value = a->value;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_action_tag(ngx_eo_seclang_action_t *a)
{
    ngx_eo_seclang_macro_t  *tag;

    tag = ngx_array_push(&a->actions->tags);
    if (tag == NULL) {
        return NGX_ERROR;
    }

    return ngx_eo_seclang_parse_macro(a->reader, &a->value, tag);
}


/* PREFIX=URI, which may be in quotes: a namespace of the paths of "XML" */

static ngx_int_t
ngx_eo_seclang_action_xmlns(ngx_eo_seclang_action_t *a)
{
    u_char        *equal, *last;
    ngx_str_t      uri;
    ngx_keyval_t  *namespace;

    last = a->value.data + a->value.len;
    equal = ngx_strlchr(a->value.data, last, '=');

    if (equal == NULL || equal == a->value.data) {
        return ngx_eo_seclang_bad_value(a, "PREFIX=URI");
    }

    uri.data = equal + 1;
    uri.len = last - uri.data;

    if (uri.len > 1
        && (uri.data[0] == '"' || uri.data[0] == '\'')
        && uri.data[uri.len - 1] == uri.data[0])
    {
        uri.data++;
        uri.len -= 2;
    }

    if (uri.len == 0) {
        return ngx_eo_seclang_bad_value(a, "PREFIX=URI");
    }

    namespace = ngx_array_push(&a->actions->namespaces);
    if (namespace == NULL) {
        return NGX_ERROR;
    }

    namespace->key.data = a->value.data;
    namespace->key.len = equal - a->value.data;
    namespace->value = uri;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_action_transform(ngx_eo_seclang_action_t *a)
{
    ngx_int_t    n;
    ngx_uint_t  *transform;

    if (ngx_eo_seclang_str_is(&a->value, "none")) {
        a->actions->no_transforms = 1;
        a->actions->transforms.nelts = 0;
        return NGX_OK;
    }

    n = ngx_eo_seclang_transform_find(&a->value);
    if (n == NGX_ERROR) {
        return ngx_eo_seclang_error(a->reader, "unknown transformation "
                                    "\"t:%V\"", &a->value);
    }

    transform = ngx_array_push(&a->actions->transforms);
    if (transform == NULL) {
        return NGX_ERROR;
    }

    *transform = n;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_action_chain(ngx_eo_seclang_action_t *a)
{
    a->actions->chain = 1;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_action_capture(ngx_eo_seclang_action_t *a)
{
    a->actions->capture = 1;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_action_multi_match(ngx_eo_seclang_action_t *a)
{
    a->actions->multi_match = 1;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_action_skip(ngx_eo_seclang_action_t *a)
{
    ngx_int_t  n;

    n = ngx_atoi(a->value.data, a->value.len);

    if (n == NGX_ERROR || n == 0) {
        return ngx_eo_seclang_bad_value(a, "a number from 1");
    }

    a->actions->skip = n;

    return NGX_OK;
}


/* "tx.name", "ip.name": what setvar and expirevar change */

static ngx_int_t
ngx_eo_seclang_set_variable(ngx_eo_seclang_action_t *a, ngx_str_t *text,
    ngx_eo_seclang_setvar_t *set)
{
    u_char     *p, *last;
    ngx_int_t   variable;
    ngx_str_t   collection, name;

    p = text->data;
    last = p + text->len;

    while (p < last && *p != '.' && *p != ':') {
        p++;
    }

    if (p == last || p + 1 == last) {
        return ngx_eo_seclang_bad_value(a, "COLLECTION.NAME");
    }

    collection.data = text->data;
    collection.len = p - text->data;
    name.data = p + 1;
    name.len = last - name.data;

    variable = ngx_eo_seclang_variable_find(&collection);

    if (variable != NGX_EO_SECLANG_VAR_TX
        && (variable == NGX_ERROR
            || !ngx_eo_seclang_variables[variable].stored))
    {
        return ngx_eo_seclang_bad_value(a, "a variable of TX, IP, GLOBAL, "
                                        "SESSION, USER or RESOURCE");
    }

    set->variable = variable;
    set->slot = -1;

    if (ngx_eo_seclang_parse_macro(a->reader, &name, &set->name) != NGX_OK) {
        return NGX_ERROR;
    }

    if (variable == NGX_EO_SECLANG_VAR_TX && set->name.nparts == 0) {
        set->slot = ngx_eo_seclang_slot_add(a->reader->set, &name);

        if (set->slot == NGX_ERROR) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_action_setvar(ngx_eo_seclang_action_t *a)
{
    u_char                   *equal, *last;
    ngx_str_t                 name, value;
    ngx_eo_seclang_setvar_t  *set;

    set = ngx_array_push(&a->actions->setvars);
    if (set == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(set, sizeof(ngx_eo_seclang_setvar_t));

    name = a->value;
    last = name.data + name.len;
    ngx_str_set(&value, "1");

    equal = ngx_strlchr(name.data, last, '=');

    if (name.len && name.data[0] == '!') {
        set->op = NGX_EO_SECLANG_UNSET;
        name.data++;
        name.len--;

    } else if (equal != NULL) {
        name.len = equal - name.data;
        value.data = equal + 1;
        value.len = last - value.data;

        if (value.len && (value.data[0] == '+' || value.data[0] == '-')) {
            set->op = (value.data[0] == '+') ? NGX_EO_SECLANG_ADD
                                             : NGX_EO_SECLANG_SUBTRACT;
            value.data++;
            value.len--;
        }
    }

    if (ngx_eo_seclang_set_variable(a, &name, set) != NGX_OK
        || ngx_eo_seclang_parse_macro(a->reader, &value, &set->value)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (set->value.nparts == 0) {
        set->number = ngx_eo_seclang_number(&value);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_action_expirevar(ngx_eo_seclang_action_t *a)
{
    u_char                   *equal, *last;
    ngx_str_t                 name, value;
    ngx_eo_seclang_setvar_t  *set;

    set = ngx_array_push(&a->actions->expires);
    if (set == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(set, sizeof(ngx_eo_seclang_setvar_t));

    name = a->value;
    last = name.data + name.len;
    equal = ngx_strlchr(name.data, last, '=');

    if (equal == NULL) {
        return ngx_eo_seclang_bad_value(a, "COLLECTION.NAME=SECONDS");
    }

    name.len = equal - name.data;
    value.data = equal + 1;
    value.len = last - value.data;

    if (ngx_eo_seclang_set_variable(a, &name, set) != NGX_OK) {
        return NGX_ERROR;
    }

    set->number = ngx_eo_seclang_number(&value);

    return ngx_eo_seclang_parse_macro(a->reader, &value, &set->value);
}


static ngx_int_t
ngx_eo_seclang_action_setenv(ngx_eo_seclang_action_t *a)
{
    u_char                   *equal, *last;
    ngx_str_t                 name, value;
    ngx_eo_seclang_setvar_t  *set;

    name = a->value;
    last = name.data + name.len;
    equal = ngx_strlchr(name.data, last, '=');

    set = ngx_array_push(&a->actions->env);
    if (set == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(set, sizeof(ngx_eo_seclang_setvar_t));
    ngx_str_set(&value, "1");

    if (name.len && name.data[0] == '!') {
        set->op = NGX_EO_SECLANG_UNSET;
        name.data++;
        name.len--;

    } else if (equal != NULL) {
        name.len = equal - name.data;
        value.data = equal + 1;
        value.len = last - value.data;
    }

    set->variable = NGX_EO_SECLANG_VAR_ENV;
    set->name.text = name;

    return ngx_eo_seclang_parse_macro(a->reader, &value, &set->value);
}


static ngx_int_t
ngx_eo_seclang_add_initcol(ngx_eo_seclang_action_t *a, ngx_uint_t variable,
    ngx_str_t *key)
{
    ngx_eo_seclang_initcol_t  *initcol;

    initcol = ngx_array_push(&a->actions->initcols);
    if (initcol == NULL) {
        return NGX_ERROR;
    }

    initcol->variable = variable;

    return ngx_eo_seclang_parse_macro(a->reader, key, &initcol->key);
}


static ngx_int_t
ngx_eo_seclang_action_initcol(ngx_eo_seclang_action_t *a)
{
    u_char     *equal, *last;
    ngx_int_t   variable;
    ngx_str_t   name, key;

    last = a->value.data + a->value.len;
    equal = ngx_strlchr(a->value.data, last, '=');
    variable = NGX_ERROR;

    if (equal != NULL) {
        name.data = a->value.data;
        name.len = equal - name.data;
        key.data = equal + 1;
        key.len = last - key.data;

        variable = ngx_eo_seclang_variable_find(&name);
    }

    if (variable == NGX_ERROR || !ngx_eo_seclang_variables[variable].stored) {
        return ngx_eo_seclang_bad_value(a, "COLLECTION=KEY with one of IP, "
                                        "GLOBAL, SESSION, USER and RESOURCE");
    }

    return ngx_eo_seclang_add_initcol(a, variable, &key);
}


static ngx_int_t
ngx_eo_seclang_action_setcol(ngx_eo_seclang_action_t *a)
{
    return ngx_eo_seclang_add_initcol(a, a->data, &a->value);
}


static ngx_eo_seclang_action_def_t  ngx_eo_seclang_ctls[] = {
    { ngx_string("auditEngine"), NULL, NGX_EO_SECLANG_CTL_NONE },
    { ngx_string("auditLogParts"), NULL, NGX_EO_SECLANG_CTL_NONE },
    { ngx_string("debugLogLevel"), NULL, NGX_EO_SECLANG_CTL_NONE },
    { ngx_string("ruleEngine"), NULL, NGX_EO_SECLANG_CTL_RULE_ENGINE },
    { ngx_string("requestBodyAccess"), NULL,
      NGX_EO_SECLANG_CTL_REQUEST_BODY_ACCESS },
    { ngx_string("responseBodyAccess"), NULL,
      NGX_EO_SECLANG_CTL_RESPONSE_BODY_ACCESS },
    { ngx_string("requestBodyProcessor"), NULL,
      NGX_EO_SECLANG_CTL_REQUEST_BODY_PROCESSOR },
    { ngx_string("responseBodyProcessor"), NULL,
      NGX_EO_SECLANG_CTL_RESPONSE_BODY_PROCESSOR },
    { ngx_string("forceRequestBodyVariable"), NULL,
      NGX_EO_SECLANG_CTL_FORCE_REQUEST_BODY },
    { ngx_string("ruleRemoveById"), NULL, NGX_EO_SECLANG_CTL_REMOVE_BY_ID },
    { ngx_string("ruleRemoveByTag"), NULL,
      NGX_EO_SECLANG_CTL_REMOVE_BY_TAG },
    { ngx_string("ruleRemoveByMsg"), NULL,
      NGX_EO_SECLANG_CTL_REMOVE_BY_MSG },
    { ngx_string("ruleRemoveTargetById"), NULL,
      NGX_EO_SECLANG_CTL_REMOVE_TARGET_BY_ID },
    { ngx_string("ruleRemoveTargetByTag"), NULL,
      NGX_EO_SECLANG_CTL_REMOVE_TARGET_BY_TAG },
    { ngx_string("ruleRemoveTargetByMsg"), NULL,
      NGX_EO_SECLANG_CTL_REMOVE_TARGET_BY_MSG },
    { ngx_null_string, NULL, 0 }
};


static ngx_int_t
ngx_eo_seclang_ctl_flag(ngx_eo_seclang_action_t *a, ngx_str_t *value,
    ngx_eo_seclang_ctl_t *ctl)
{
    if (ngx_eo_seclang_str_is(value, "on")) {
        ctl->value = 1;

    } else if (ngx_eo_seclang_str_is(value, "off")) {
        ctl->value = 0;

    } else {
        return ngx_eo_seclang_bad_value(a, "On or Off");
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_ctl_engine(ngx_eo_seclang_action_t *a, ngx_str_t *value,
    ngx_eo_seclang_ctl_t *ctl)
{
    if (ngx_eo_seclang_str_is(value, "on")) {
        ctl->value = NGX_EO_SECLANG_ENGINE_ON;

    } else if (ngx_eo_seclang_str_is(value, "off")) {
        ctl->value = NGX_EO_SECLANG_ENGINE_OFF;

    } else if (ngx_eo_seclang_str_is(value, "detectiononly")) {
        ctl->value = NGX_EO_SECLANG_ENGINE_DETECTION;

    } else {
        return ngx_eo_seclang_bad_value(a, "On, Off or DetectionOnly");
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_ctl_processor(ngx_eo_seclang_action_t *a, ngx_str_t *value,
    ngx_eo_seclang_ctl_t *ctl)
{
    if (ngx_eo_seclang_str_is(value, "urlencoded")) {
        ctl->value = NGX_EO_SECLANG_BODY_URLENCODED;

    } else if (ngx_eo_seclang_str_is(value, "multipart")) {
        ctl->value = NGX_EO_SECLANG_BODY_MULTIPART;

    } else if (ngx_eo_seclang_str_is(value, "json")) {
        ctl->value = NGX_EO_SECLANG_BODY_JSON;

    } else if (ngx_eo_seclang_str_is(value, "xml")) {
        ctl->value = NGX_EO_SECLANG_BODY_XML;

    } else {
        return ngx_eo_seclang_bad_value(a, "URLENCODED, MULTIPART, JSON or "
                                        "XML");
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_ctl_response_processor(ngx_eo_seclang_action_t *a,
    ngx_str_t *value, ngx_eo_seclang_ctl_t *ctl)
{
    if (ngx_eo_seclang_str_is(value, "json")) {
        ctl->value = NGX_EO_SECLANG_BODY_JSON;

    } else if (ngx_eo_seclang_str_is(value, "xml")) {
        ctl->value = NGX_EO_SECLANG_BODY_XML;

    } else {
        return ngx_eo_seclang_bad_value(a, "JSON or XML");
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_ctl_target(ngx_eo_seclang_action_t *a, ngx_str_t *value,
    ngx_eo_seclang_ctl_t *ctl)
{
    u_char     *semicolon, *last;
    ngx_str_t   text;

    last = value->data + value->len;
    semicolon = ngx_strlchr(value->data, last, ';');

    if (semicolon == NULL) {
        return ngx_eo_seclang_bad_value(a, "RULES;VARIABLE");
    }

    ctl->which.data = value->data;
    ctl->which.len = semicolon - value->data;
    text.data = semicolon + 1;
    text.len = last - text.data;

    ctl->target = ngx_palloc(a->reader->pool,
                             sizeof(ngx_eo_seclang_target_t));
    if (ctl->target == NULL) {
        return NGX_ERROR;
    }

    return ngx_eo_seclang_parse_target(a->reader, &text, ctl->target);
}


static ngx_int_t
ngx_eo_seclang_action_ctl(ngx_eo_seclang_action_t *a)
{
    u_char                       *equal, *last;
    ngx_str_t                     name, value;
    ngx_eo_seclang_ctl_t         *ctl;
    ngx_eo_seclang_action_def_t  *def;

    last = a->value.data + a->value.len;
    equal = ngx_strlchr(a->value.data, last, '=');

    if (equal == NULL) {
        return ngx_eo_seclang_bad_value(a, "OPTION=VALUE");
    }

    name.data = a->value.data;
    name.len = equal - name.data;
    value.data = equal + 1;
    value.len = last - value.data;

    for (def = ngx_eo_seclang_ctls; /* void */ ; def++) {

        if (def->name.len == 0) {
            return ngx_eo_seclang_unknown(a->reader,
                                          NGX_EO_SECLANG_KIND_CTL, &name);
        }

        if (def->name.len == name.len
            && ngx_strncasecmp(def->name.data, name.data, name.len) == 0)
        {
            break;
        }
    }

    if (def->data == NGX_EO_SECLANG_CTL_NONE) {
        return NGX_OK;
    }

    ctl = ngx_array_push(&a->actions->ctls);
    if (ctl == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(ctl, sizeof(ngx_eo_seclang_ctl_t));

    ctl->type = def->data;
    ctl->which = value;

    switch (ctl->type) {

    case NGX_EO_SECLANG_CTL_RULE_ENGINE:
        return ngx_eo_seclang_ctl_engine(a, &value, ctl);

    case NGX_EO_SECLANG_CTL_REQUEST_BODY_ACCESS:
    case NGX_EO_SECLANG_CTL_RESPONSE_BODY_ACCESS:
    case NGX_EO_SECLANG_CTL_FORCE_REQUEST_BODY:
        return ngx_eo_seclang_ctl_flag(a, &value, ctl);

    case NGX_EO_SECLANG_CTL_REQUEST_BODY_PROCESSOR:
        return ngx_eo_seclang_ctl_processor(a, &value, ctl);

    case NGX_EO_SECLANG_CTL_RESPONSE_BODY_PROCESSOR:
        return ngx_eo_seclang_ctl_response_processor(a, &value, ctl);

    case NGX_EO_SECLANG_CTL_REMOVE_TARGET_BY_ID:
    case NGX_EO_SECLANG_CTL_REMOVE_TARGET_BY_TAG:
    case NGX_EO_SECLANG_CTL_REMOVE_TARGET_BY_MSG:
        return ngx_eo_seclang_ctl_target(a, &value, ctl);

    default:
        return NGX_OK;
    }
}


static ngx_eo_seclang_action_def_t  ngx_eo_seclang_actions[] = {
    { ngx_string("accuracy"), ngx_eo_seclang_action_string,
      offsetof(ngx_eo_seclang_actions_t, accuracy) },
    { ngx_string("allow"), ngx_eo_seclang_action_allow, 0 },
    { ngx_string("auditlog"), ngx_eo_seclang_action_auditlog, 0 },
    { ngx_string("block"), ngx_eo_seclang_action_disruptive,
      NGX_EO_SECLANG_BLOCK },
    { ngx_string("capture"), ngx_eo_seclang_action_capture, 0 },
    { ngx_string("chain"), ngx_eo_seclang_action_chain, 0 },
    { ngx_string("ctl"), ngx_eo_seclang_action_ctl, 0 },
    { ngx_string("deny"), ngx_eo_seclang_action_disruptive,
      NGX_EO_SECLANG_DENY },
    { ngx_string("drop"), ngx_eo_seclang_action_disruptive,
      NGX_EO_SECLANG_DROP },
    { ngx_string("expirevar"), ngx_eo_seclang_action_expirevar, 0 },
    { ngx_string("id"), ngx_eo_seclang_action_id, 0 },
    { ngx_string("initcol"), ngx_eo_seclang_action_initcol, 0 },
    { ngx_string("log"), ngx_eo_seclang_action_log, 1 },
    { ngx_string("logdata"), ngx_eo_seclang_action_logdata, 0 },
    { ngx_string("maturity"), ngx_eo_seclang_action_string,
      offsetof(ngx_eo_seclang_actions_t, maturity) },
    { ngx_string("msg"), ngx_eo_seclang_action_msg, 0 },
    { ngx_string("multiMatch"), ngx_eo_seclang_action_multi_match, 0 },
    { ngx_string("noauditlog"), ngx_eo_seclang_action_auditlog, 0 },
    { ngx_string("nolog"), ngx_eo_seclang_action_log, 0 },
    { ngx_string("pass"), ngx_eo_seclang_action_disruptive,
      NGX_EO_SECLANG_PASS },
    { ngx_string("phase"), ngx_eo_seclang_action_phase, 0 },
    { ngx_string("redirect"), ngx_eo_seclang_action_redirect, 0 },
    { ngx_string("rev"), ngx_eo_seclang_action_string,
      offsetof(ngx_eo_seclang_actions_t, rev) },
    { ngx_string("setenv"), ngx_eo_seclang_action_setenv, 0 },
    { ngx_string("setrsc"), ngx_eo_seclang_action_setcol,
      NGX_EO_SECLANG_VAR_RESOURCE },
    { ngx_string("setsid"), ngx_eo_seclang_action_setcol,
      NGX_EO_SECLANG_VAR_SESSION },
    { ngx_string("setuid"), ngx_eo_seclang_action_setcol,
      NGX_EO_SECLANG_VAR_USER },
    { ngx_string("setvar"), ngx_eo_seclang_action_setvar, 0 },
    { ngx_string("severity"), ngx_eo_seclang_action_severity, 0 },
    { ngx_string("skip"), ngx_eo_seclang_action_skip, 0 },
    { ngx_string("skipAfter"), ngx_eo_seclang_action_string,
      offsetof(ngx_eo_seclang_actions_t, skip_after) },
    { ngx_string("status"), ngx_eo_seclang_action_status, 0 },
    { ngx_string("t"), ngx_eo_seclang_action_transform, 0 },
    { ngx_string("tag"), ngx_eo_seclang_action_tag, 0 },
    { ngx_string("ver"), ngx_eo_seclang_action_string,
      offsetof(ngx_eo_seclang_actions_t, ver) },
    { ngx_string("xmlns"), ngx_eo_seclang_action_xmlns, 0 },
    { ngx_null_string, NULL, 0 }
};


static ngx_int_t
ngx_eo_seclang_one_action(ngx_eo_seclang_action_t *a)
{
    ngx_eo_seclang_action_def_t  *def;

    for (def = ngx_eo_seclang_actions; def->name.len; def++) {
        if (def->name.len == a->name.len
            && ngx_strncasecmp(def->name.data, a->name.data, a->name.len)
               == 0)
        {
            a->data = def->data;
            return def->handler(a);
        }
    }

    return ngx_eo_seclang_unknown(a->reader, NGX_EO_SECLANG_KIND_ACTION,
                                  &a->name);
}


/*
 * A value in single quotes, in which a backslash keeps a quote; the text is
 * changed in place.  "pos" points behind the first quote.
 */

static ngx_int_t
ngx_eo_seclang_action_quoted(ngx_eo_seclang_action_t *a, u_char **pos,
    u_char *last)
{
    u_char  *p, *d;

    p = *pos;
    d = p;
    a->value.data = p;

    for ( /* void */ ; p < last && *p != '\''; p++) {

        if (*p == '\\' && p + 1 < last && p[1] == '\'') {
            p++;
        }

        *d++ = *p;
    }

    if (p == last) {
        return ngx_eo_seclang_error(a->reader, "no closing quote in action "
                                    "\"%V\"", &a->name);
    }

    a->value.len = d - a->value.data;
    *pos = p + 1;

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_parse_actions(ngx_eo_seclang_reader_t *reader,
    ngx_str_t *text, ngx_eo_seclang_actions_t *actions)
{
    u_char                   *p, *last;
    ngx_eo_seclang_action_t   a;

    a.reader = reader;
    a.actions = actions;

    p = text->data;
    last = p + text->len;

    for ( ;; ) {

        while (p < last && (*p == ' ' || *p == '\t' || *p == ',')) {
            p++;
        }

        if (p == last) {
            return NGX_OK;
        }

        a.name.data = p;

        while (p < last && *p != ':' && *p != ',' && *p != ' ') {
            p++;
        }

        a.name.len = p - a.name.data;
        ngx_str_null(&a.value);

        while (p < last && *p == ' ') {
            p++;
        }

        if (p < last && *p == ':') {
            p++;

            while (p < last && *p == ' ') {
                p++;
            }

            if (p < last && *p == '\'') {
                p++;

                if (ngx_eo_seclang_action_quoted(&a, &p, last) != NGX_OK) {
                    return NGX_ERROR;
                }

            } else {
                a.value.data = p;

                while (p < last && *p != ',') {
                    p++;
                }

                a.value.len = p - a.value.data;

                while (a.value.len
                       && a.value.data[a.value.len - 1] == ' ')
                {
                    a.value.len--;
                }
            }
        }

        while (p < last && *p == ' ') {
            p++;
        }

        if (p < last && *p != ',') {
            return ngx_eo_seclang_error(reader, "no comma after action "
                                        "\"%V\"", &a.name);
        }

        if (ngx_eo_seclang_one_action(&a) != NGX_OK) {
            return NGX_ERROR;
        }
    }
}
