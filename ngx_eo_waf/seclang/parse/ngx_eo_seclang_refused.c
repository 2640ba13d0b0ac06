
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What of SecLang is refused, and why.
 */


#include "ngx_eo_seclang_reader.h"


typedef struct {
    ngx_eo_seclang_kind_e   kind;
    ngx_str_t               name;
    const char             *reason;
} ngx_eo_seclang_refused_t;


#define NGX_EO_SECLANG_NO_PROGRAM  "no program is run for a request"
#define NGX_EO_SECLANG_NO_LUA      "no script is run for a request"
#define NGX_EO_SECLANG_NO_WAIT     "a rule cannot wait for another server"
#define NGX_EO_SECLANG_NO_CHANGE   "bodies are looked at and not changed"
#define NGX_EO_SECLANG_NO_TREE     "no tree of a document is kept to validate"
#define NGX_EO_SECLANG_NO_AUDIT    "there is no audit log"
#define NGX_EO_SECLANG_NO_SCRIPT   "nginx runs no script of its own"
#define NGX_EO_SECLANG_NO_HASH     "links in responses are not signed"
#define NGX_EO_SECLANG_NO_COST     "rules are not timed one by one"
#define NGX_EO_SECLANG_SLOW        "it is \"eo_slow_attack\" of nginx.conf"


#define ngx_eo_seclang_refuse(kind, name, reason)                             \
    { NGX_EO_SECLANG_KIND_##kind, ngx_string(name), NGX_EO_SECLANG_##reason }

#define ngx_eo_seclang_refuse_for(kind, name, reason)                         \
    { NGX_EO_SECLANG_KIND_##kind, ngx_string(name), reason }


static ngx_eo_seclang_refused_t  ngx_eo_seclang_refused[] = {

    ngx_eo_seclang_refuse(OPERATOR, "inspectFile", NO_PROGRAM),
    ngx_eo_seclang_refuse(OPERATOR, "gsbLookup", NO_WAIT),
    ngx_eo_seclang_refuse(OPERATOR, "rsub", NO_CHANGE),
    ngx_eo_seclang_refuse(OPERATOR, "validateDTD", NO_TREE),
    ngx_eo_seclang_refuse(OPERATOR, "validateSchema", NO_TREE),
    ngx_eo_seclang_refuse(OPERATOR, "validateHash", NO_HASH),
    ngx_eo_seclang_refuse_for(OPERATOR, "fuzzyHash",
                              "files are not compared by ssdeep"),
    ngx_eo_seclang_refuse_for(OPERATOR, "ipMatchFromDataset",
                              "it is \"@ipMatchFromFile\" with a file"),
    ngx_eo_seclang_refuse_for(OPERATOR, "pmFromDataset",
                              "it is \"@pmFromFile\" with a file"),
    ngx_eo_seclang_refuse_for(OPERATOR, "restpath",
                              "it is \"@rx\" with an expression"),
    ngx_eo_seclang_refuse_for(OPERATOR, "validateNid",
                              "it is \"@rx\" with an expression"),

    ngx_eo_seclang_refuse(ACTION, "exec", NO_PROGRAM),
    ngx_eo_seclang_refuse(ACTION, "append", NO_CHANGE),
    ngx_eo_seclang_refuse(ACTION, "prepend", NO_CHANGE),
    ngx_eo_seclang_refuse(ACTION, "sanitiseArg", NO_AUDIT),
    ngx_eo_seclang_refuse(ACTION, "sanitiseMatched", NO_AUDIT),
    ngx_eo_seclang_refuse(ACTION, "sanitiseMatchedBytes", NO_AUDIT),
    ngx_eo_seclang_refuse(ACTION, "sanitiseRequestHeader", NO_AUDIT),
    ngx_eo_seclang_refuse(ACTION, "sanitiseResponseHeader", NO_AUDIT),
    ngx_eo_seclang_refuse(ACTION, "sanitizeArg", NO_AUDIT),
    ngx_eo_seclang_refuse(ACTION, "sanitizeMatched", NO_AUDIT),
    ngx_eo_seclang_refuse(ACTION, "sanitizeMatchedBytes", NO_AUDIT),
    ngx_eo_seclang_refuse(ACTION, "sanitizeRequestHeader", NO_AUDIT),
    ngx_eo_seclang_refuse(ACTION, "sanitizeResponseHeader", NO_AUDIT),
    ngx_eo_seclang_refuse_for(ACTION, "proxy",
                              "where requests go is up to nginx.conf"),
    ngx_eo_seclang_refuse_for(ACTION, "pause",
                              "a request that waits costs more than one that "
                              "is refused"),
    ngx_eo_seclang_refuse_for(ACTION, "deprecatevar",
                              "\"expirevar\" takes a variable's value away"),

    ngx_eo_seclang_refuse(CTL, "hashEngine", NO_HASH),
    ngx_eo_seclang_refuse(CTL, "hashEnforcement", NO_HASH),
    ngx_eo_seclang_refuse_for(CTL, "requestBodyLimit",
                              "it is \"eo_managed_rules_body\" of nginx.conf"),
    ngx_eo_seclang_refuse_for(CTL, "responseBodyLimit",
                              "it is \"SecResponseBodyLimit\""),
    ngx_eo_seclang_refuse_for(CTL, "forceResponseBodyVariable",
                              "RESPONSE_BODY is set whenever the body is "
                              "looked at"),
    ngx_eo_seclang_refuse_for(CTL, "parseXmlIntoArgs",
                              "XML is looked at as \"XML:/*\" and the like"),

    ngx_eo_seclang_refuse(DIRECTIVE, "SecRuleScript", NO_LUA),
    ngx_eo_seclang_refuse(DIRECTIVE, "SecHashEngine", NO_HASH),
    ngx_eo_seclang_refuse(DIRECTIVE, "SecHashKey", NO_HASH),
    ngx_eo_seclang_refuse(DIRECTIVE, "SecHashMethodPm", NO_HASH),
    ngx_eo_seclang_refuse(DIRECTIVE, "SecHashMethodRx", NO_HASH),
    ngx_eo_seclang_refuse(DIRECTIVE, "SecHashParam", NO_HASH),
    ngx_eo_seclang_refuse(DIRECTIVE, "SecContentInjection", NO_CHANGE),
    ngx_eo_seclang_refuse(DIRECTIVE, "SecStreamInBodyInspection", NO_CHANGE),
    ngx_eo_seclang_refuse(DIRECTIVE, "SecStreamOutBodyInspection", NO_CHANGE),
    ngx_eo_seclang_refuse(DIRECTIVE, "SecGsbLookupDb", NO_WAIT),
    ngx_eo_seclang_refuse(DIRECTIVE, "SecHttpBlKey", NO_WAIT),
    ngx_eo_seclang_refuse(DIRECTIVE, "SecRemoteRules", NO_WAIT),
    ngx_eo_seclang_refuse(DIRECTIVE, "SecRemoteRulesFailAction", NO_WAIT),
    ngx_eo_seclang_refuse(DIRECTIVE, "SecGuardianLog", NO_PROGRAM),
    ngx_eo_seclang_refuse(DIRECTIVE, "SecRulePerfTime", NO_COST),
    ngx_eo_seclang_refuse(DIRECTIVE, "SecConnReadStateLimit", SLOW),
    ngx_eo_seclang_refuse(DIRECTIVE, "SecConnWriteStateLimit", SLOW),
    ngx_eo_seclang_refuse(DIRECTIVE, "SecReadStateLimit", SLOW),
    ngx_eo_seclang_refuse(DIRECTIVE, "SecWriteStateLimit", SLOW),
    ngx_eo_seclang_refuse_for(DIRECTIVE, "SecChrootDir",
                              "where nginx runs is up to the system"),
    ngx_eo_seclang_refuse_for(DIRECTIVE, "SecDataset",
                              "lists are read from files"),
    ngx_eo_seclang_refuse_for(DIRECTIVE, "SecDisableBackendCompression",
                              "it is proxy_set_header Accept-Encoding \"\""),
    ngx_eo_seclang_refuse_for(DIRECTIVE, "SecInterceptOnError",
                              "what could not be looked at is refused "
                              "anyway"),
    ngx_eo_seclang_refuse_for(DIRECTIVE, "SecParseXmlIntoArgs",
                              "XML is looked at as \"XML:/*\" and the like"),
    ngx_eo_seclang_refuse_for(DIRECTIVE, "SecRuleInheritance",
                              "which rules hold where is up to "
                              "\"eo_managed_rules_file\""),
    ngx_eo_seclang_refuse_for(DIRECTIVE, "SecSensorId",
                              "there is no log that takes it"),
    ngx_eo_seclang_refuse_for(DIRECTIVE, "SecUnicodeCodePage",
                              "it is the second argument of "
                              "\"SecUnicodeMapFile\""),
    ngx_eo_seclang_refuse_for(DIRECTIVE, "SecXmlExternalEntity",
                              "external entities are never fetched"),

    ngx_eo_seclang_refuse(VARIABLE, "STREAM_INPUT_BODY", NO_CHANGE),
    ngx_eo_seclang_refuse(VARIABLE, "STREAM_OUTPUT_BODY", NO_CHANGE),
    ngx_eo_seclang_refuse(VARIABLE, "PERF_ALL", NO_COST),
    ngx_eo_seclang_refuse(VARIABLE, "PERF_COMBINED", NO_COST),
    ngx_eo_seclang_refuse(VARIABLE, "PERF_GC", NO_COST),
    ngx_eo_seclang_refuse(VARIABLE, "PERF_LOGGING", NO_COST),
    ngx_eo_seclang_refuse(VARIABLE, "PERF_PHASE1", NO_COST),
    ngx_eo_seclang_refuse(VARIABLE, "PERF_PHASE2", NO_COST),
    ngx_eo_seclang_refuse(VARIABLE, "PERF_PHASE3", NO_COST),
    ngx_eo_seclang_refuse(VARIABLE, "PERF_PHASE4", NO_COST),
    ngx_eo_seclang_refuse(VARIABLE, "PERF_PHASE5", NO_COST),
    ngx_eo_seclang_refuse(VARIABLE, "PERF_RULES", NO_COST),
    ngx_eo_seclang_refuse(VARIABLE, "PERF_SREAD", NO_COST),
    ngx_eo_seclang_refuse(VARIABLE, "PERF_SWRITE", NO_COST),
    ngx_eo_seclang_refuse(VARIABLE, "SCRIPT_BASENAME", NO_SCRIPT),
    ngx_eo_seclang_refuse(VARIABLE, "SCRIPT_FILENAME", NO_SCRIPT),
    ngx_eo_seclang_refuse(VARIABLE, "SCRIPT_GID", NO_SCRIPT),
    ngx_eo_seclang_refuse(VARIABLE, "SCRIPT_GROUPNAME", NO_SCRIPT),
    ngx_eo_seclang_refuse(VARIABLE, "SCRIPT_MODE", NO_SCRIPT),
    ngx_eo_seclang_refuse(VARIABLE, "SCRIPT_UID", NO_SCRIPT),
    ngx_eo_seclang_refuse(VARIABLE, "SCRIPT_USERNAME", NO_SCRIPT),
    ngx_eo_seclang_refuse_for(VARIABLE, "FILES_TMPNAMES",
                              "files are looked at as FILES_TMP_CONTENT and "
                              "not written out"),
    ngx_eo_seclang_refuse_for(VARIABLE, "MODSEC_BUILD",
                              "this is not ModSecurity"),
    ngx_eo_seclang_refuse_for(VARIABLE, "SDBM_DELETE_ERROR",
                              "collections are in memory"),
    ngx_eo_seclang_refuse_for(VARIABLE, "USERAGENT_IP",
                              "it is REMOTE_ADDR")
};


ngx_int_t
ngx_eo_seclang_unknown(ngx_eo_seclang_reader_t *reader,
    ngx_eo_seclang_kind_e kind, ngx_str_t *name)
{
    ngx_uint_t                 i;
    ngx_eo_seclang_refused_t  *refused;

    static const char  *kinds[] = {
        "directive \"", "variable \"", "operator \"@", "action \"",
        "option of \"ctl\" \""
    };

    refused = ngx_eo_seclang_refused;

    for (i = 0;
         i < sizeof(ngx_eo_seclang_refused) / sizeof(ngx_eo_seclang_refused[0]);
         i++)
    {
        if (refused[i].kind == kind
            && refused[i].name.len == name->len
            && ngx_strncasecmp(refused[i].name.data, name->data, name->len)
               == 0)
        {
            return ngx_eo_seclang_error(reader, "the %s%V\" is not supported: "
                                        "%s", kinds[kind], name,
                                        refused[i].reason);
        }
    }

    return ngx_eo_seclang_error(reader, "unknown %s%V\"", kinds[kind], name);
}
