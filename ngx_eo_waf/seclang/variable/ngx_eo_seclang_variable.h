
/*
 * Variables of SecLang and how rules name them.
 */


#ifndef _NGX_EO_SECLANG_VARIABLE_H_INCLUDED_
#define _NGX_EO_SECLANG_VARIABLE_H_INCLUDED_


#include "seclang/operator/ngx_eo_seclang_operator.h"


typedef enum {
    NGX_EO_SECLANG_VAR_ARGS = 0,
    NGX_EO_SECLANG_VAR_ARGS_COMBINED_SIZE,
    NGX_EO_SECLANG_VAR_ARGS_GET,
    NGX_EO_SECLANG_VAR_ARGS_GET_NAMES,
    NGX_EO_SECLANG_VAR_ARGS_NAMES,
    NGX_EO_SECLANG_VAR_ARGS_POST,
    NGX_EO_SECLANG_VAR_ARGS_POST_NAMES,
    NGX_EO_SECLANG_VAR_AUTH_TYPE,
    NGX_EO_SECLANG_VAR_DURATION,
    NGX_EO_SECLANG_VAR_ENV,
    NGX_EO_SECLANG_VAR_FILES,
    NGX_EO_SECLANG_VAR_FILES_COMBINED_SIZE,
    NGX_EO_SECLANG_VAR_FILES_NAMES,
    NGX_EO_SECLANG_VAR_FILES_SIZES,
    NGX_EO_SECLANG_VAR_FILES_TMPNAMES,
    NGX_EO_SECLANG_VAR_FILES_TMP_CONTENT,
    NGX_EO_SECLANG_VAR_FULL_REQUEST,
    NGX_EO_SECLANG_VAR_FULL_REQUEST_LENGTH,
    NGX_EO_SECLANG_VAR_GEO,
    NGX_EO_SECLANG_VAR_GLOBAL,
    NGX_EO_SECLANG_VAR_HIGHEST_SEVERITY,
    NGX_EO_SECLANG_VAR_INBOUND_DATA_ERROR,
    NGX_EO_SECLANG_VAR_IP,
    NGX_EO_SECLANG_VAR_MATCHED_VAR,
    NGX_EO_SECLANG_VAR_MATCHED_VARS,
    NGX_EO_SECLANG_VAR_MATCHED_VARS_NAMES,
    NGX_EO_SECLANG_VAR_MATCHED_VAR_NAME,
    NGX_EO_SECLANG_VAR_MODSEC_BUILD,
    NGX_EO_SECLANG_VAR_MULTIPART_BOUNDARY_QUOTED,
    NGX_EO_SECLANG_VAR_MULTIPART_BOUNDARY_WHITESPACE,
    NGX_EO_SECLANG_VAR_MULTIPART_CRLF_LF_LINES,
    NGX_EO_SECLANG_VAR_MULTIPART_DATA_AFTER,
    NGX_EO_SECLANG_VAR_MULTIPART_DATA_BEFORE,
    NGX_EO_SECLANG_VAR_MULTIPART_FILENAME,
    NGX_EO_SECLANG_VAR_MULTIPART_FILE_LIMIT_EXCEEDED,
    NGX_EO_SECLANG_VAR_MULTIPART_HEADER_FOLDING,
    NGX_EO_SECLANG_VAR_MULTIPART_INVALID_HEADER_FOLDING,
    NGX_EO_SECLANG_VAR_MULTIPART_INVALID_PART,
    NGX_EO_SECLANG_VAR_MULTIPART_INVALID_QUOTING,
    NGX_EO_SECLANG_VAR_MULTIPART_LF_LINE,
    NGX_EO_SECLANG_VAR_MULTIPART_MISSING_SEMICOLON,
    NGX_EO_SECLANG_VAR_MULTIPART_NAME,
    NGX_EO_SECLANG_VAR_MULTIPART_PART_HEADERS,
    NGX_EO_SECLANG_VAR_MULTIPART_STRICT_ERROR,
    NGX_EO_SECLANG_VAR_MULTIPART_UNMATCHED_BOUNDARY,
    NGX_EO_SECLANG_VAR_OUTBOUND_DATA_ERROR,
    NGX_EO_SECLANG_VAR_PATH_INFO,
    NGX_EO_SECLANG_VAR_QUERY_STRING,
    NGX_EO_SECLANG_VAR_REMOTE_ADDR,
    NGX_EO_SECLANG_VAR_REMOTE_HOST,
    NGX_EO_SECLANG_VAR_REMOTE_PORT,
    NGX_EO_SECLANG_VAR_REMOTE_USER,
    NGX_EO_SECLANG_VAR_REQBODY_ERROR,
    NGX_EO_SECLANG_VAR_REQBODY_ERROR_MSG,
    NGX_EO_SECLANG_VAR_REQBODY_PROCESSOR,
    NGX_EO_SECLANG_VAR_REQBODY_PROCESSOR_ERROR,
    NGX_EO_SECLANG_VAR_REQBODY_PROCESSOR_ERROR_MSG,
    NGX_EO_SECLANG_VAR_REQUEST_BASENAME,
    NGX_EO_SECLANG_VAR_REQUEST_BODY,
    NGX_EO_SECLANG_VAR_REQUEST_BODY_LENGTH,
    NGX_EO_SECLANG_VAR_REQUEST_COOKIES,
    NGX_EO_SECLANG_VAR_REQUEST_COOKIES_NAMES,
    NGX_EO_SECLANG_VAR_REQUEST_FILENAME,
    NGX_EO_SECLANG_VAR_REQUEST_HEADERS,
    NGX_EO_SECLANG_VAR_REQUEST_HEADERS_NAMES,
    NGX_EO_SECLANG_VAR_REQUEST_LINE,
    NGX_EO_SECLANG_VAR_REQUEST_METHOD,
    NGX_EO_SECLANG_VAR_REQUEST_PROTOCOL,
    NGX_EO_SECLANG_VAR_REQUEST_URI,
    NGX_EO_SECLANG_VAR_REQUEST_URI_RAW,
    NGX_EO_SECLANG_VAR_RESOURCE,
    NGX_EO_SECLANG_VAR_RESPONSE_BODY,
    NGX_EO_SECLANG_VAR_RESPONSE_CONTENT_LENGTH,
    NGX_EO_SECLANG_VAR_RESPONSE_CONTENT_TYPE,
    NGX_EO_SECLANG_VAR_RESPONSE_HEADERS,
    NGX_EO_SECLANG_VAR_RESPONSE_HEADERS_NAMES,
    NGX_EO_SECLANG_VAR_RESPONSE_PROTOCOL,
    NGX_EO_SECLANG_VAR_RESPONSE_STATUS,
    NGX_EO_SECLANG_VAR_RULE,
    NGX_EO_SECLANG_VAR_SERVER_ADDR,
    NGX_EO_SECLANG_VAR_SERVER_NAME,
    NGX_EO_SECLANG_VAR_SERVER_PORT,
    NGX_EO_SECLANG_VAR_SESSION,
    NGX_EO_SECLANG_VAR_SESSIONID,
    NGX_EO_SECLANG_VAR_STATUS_LINE,
    NGX_EO_SECLANG_VAR_TIME,
    NGX_EO_SECLANG_VAR_TIME_DAY,
    NGX_EO_SECLANG_VAR_TIME_EPOCH,
    NGX_EO_SECLANG_VAR_TIME_HOUR,
    NGX_EO_SECLANG_VAR_TIME_MIN,
    NGX_EO_SECLANG_VAR_TIME_MON,
    NGX_EO_SECLANG_VAR_TIME_SEC,
    NGX_EO_SECLANG_VAR_TIME_WDAY,
    NGX_EO_SECLANG_VAR_TIME_YEAR,
    NGX_EO_SECLANG_VAR_TX,
    NGX_EO_SECLANG_VAR_UNIQUE_ID,
    NGX_EO_SECLANG_VAR_URLENCODED_ERROR,
    NGX_EO_SECLANG_VAR_USER,
    NGX_EO_SECLANG_VAR_USERID,
    NGX_EO_SECLANG_VAR_WEBAPPID,
    NGX_EO_SECLANG_VAR_XML,

    NGX_EO_SECLANG_VARIABLES
} ngx_eo_seclang_variable_e;


typedef struct {
    ngx_str_t                  name;

    /* has members, which can be selected */
    ngx_uint_t                 collection;
} ngx_eo_seclang_variable_t;


/* in the order of the numbers above */

extern ngx_eo_seclang_variable_t  ngx_eo_seclang_variables[];


/* what a rule looks at: "REQUEST_HEADERS:User-Agent", "&ARGS" */

typedef struct {
    ngx_uint_t                 variable;

    /* selects one member; empty for all of them */
    ngx_str_t                  name;

    /* selects the members whose name matches */
    ngx_eo_seclang_regex_t    *regex;

    /* what such a name contains, or begins with, if the pattern says no more */
    ngx_str_t                  literal;

    /* of the TX variable that is selected, otherwise -1 */
    ngx_int_t                  slot;

    unsigned                   count:1;
    unsigned                   exclusion:1;
    unsigned                   anchored:1;

    /* selects none of the TX variables that have a slot */
    unsigned                   unnamed:1;
} ngx_eo_seclang_target_t;


/*
 * Finds a variable by its name, letter case aside.  Returns NGX_ERROR if
 * there is none.
 */

ngx_int_t ngx_eo_seclang_variable_find(ngx_str_t *name);


/* whether the name or the pattern of a target is that of a member */

ngx_uint_t ngx_eo_seclang_selects_slow(ngx_eo_seclang_target_t *target,
    ngx_str_t *name);


/*
 * Whether a target selects a member of a variable.
 */

static ngx_inline ngx_uint_t
ngx_eo_seclang_selects(ngx_eo_seclang_target_t *target, ngx_str_t *name)
{
    if (target->name.len == 0) {
        return 1;
    }

    if (target->regex == NULL && target->name.len != name->len) {
        return 0;
    }

    return ngx_eo_seclang_selects_slow(target, name);
}


#endif /* _NGX_EO_SECLANG_VARIABLE_H_INCLUDED_ */
