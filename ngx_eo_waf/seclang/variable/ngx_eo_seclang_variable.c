
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The table of variables.
 */


#include "ngx_eo_seclang_variable.h"


ngx_eo_seclang_variable_t  ngx_eo_seclang_variables[] = {
    { ngx_string("ARGS"), 1 },
    { ngx_string("ARGS_COMBINED_SIZE"), 0 },
    { ngx_string("ARGS_GET"), 1 },
    { ngx_string("ARGS_GET_NAMES"), 1 },
    { ngx_string("ARGS_NAMES"), 1 },
    { ngx_string("ARGS_POST"), 1 },
    { ngx_string("ARGS_POST_NAMES"), 1 },
    { ngx_string("AUTH_TYPE"), 0 },
    { ngx_string("DURATION"), 0 },
    { ngx_string("ENV"), 1 },
    { ngx_string("FILES"), 1 },
    { ngx_string("FILES_COMBINED_SIZE"), 0 },
    { ngx_string("FILES_NAMES"), 1 },
    { ngx_string("FILES_SIZES"), 1 },
    { ngx_string("FILES_TMP_CONTENT"), 1 },
    { ngx_string("FULL_REQUEST"), 0 },
    { ngx_string("FULL_REQUEST_LENGTH"), 0 },
    { ngx_string("GEO"), 1 },
    { ngx_string("GLOBAL"), 1 },
    { ngx_string("HIGHEST_SEVERITY"), 0 },
    { ngx_string("INBOUND_DATA_ERROR"), 0 },
    { ngx_string("IP"), 1 },
    { ngx_string("MATCHED_VAR"), 0 },
    { ngx_string("MATCHED_VARS"), 1 },
    { ngx_string("MATCHED_VARS_NAMES"), 1 },
    { ngx_string("MATCHED_VAR_NAME"), 0 },
    { ngx_string("MSC_PCRE_LIMITS_EXCEEDED"), 0 },
    { ngx_string("MULTIPART_BOUNDARY_QUOTED"), 0 },
    { ngx_string("MULTIPART_BOUNDARY_WHITESPACE"), 0 },
    { ngx_string("MULTIPART_CRLF_LF_LINES"), 0 },
    { ngx_string("MULTIPART_DATA_AFTER"), 0 },
    { ngx_string("MULTIPART_DATA_BEFORE"), 0 },
    { ngx_string("MULTIPART_FILENAME"), 1 },
    { ngx_string("MULTIPART_FILE_LIMIT_EXCEEDED"), 0 },
    { ngx_string("MULTIPART_HEADER_FOLDING"), 0 },
    { ngx_string("MULTIPART_INVALID_HEADER_FOLDING"), 0 },
    { ngx_string("MULTIPART_INVALID_PART"), 0 },
    { ngx_string("MULTIPART_INVALID_QUOTING"), 0 },
    { ngx_string("MULTIPART_LF_LINE"), 0 },
    { ngx_string("MULTIPART_MISSING_SEMICOLON"), 0 },
    { ngx_string("MULTIPART_NAME"), 1 },
    { ngx_string("MULTIPART_PART_HEADERS"), 1 },
    { ngx_string("MULTIPART_STRICT_ERROR"), 0 },
    { ngx_string("MULTIPART_UNMATCHED_BOUNDARY"), 0 },
    { ngx_string("OUTBOUND_DATA_ERROR"), 0 },
    { ngx_string("PATH_INFO"), 0 },
    { ngx_string("QUERY_STRING"), 0 },
    { ngx_string("REMOTE_ADDR"), 0 },
    { ngx_string("REMOTE_HOST"), 0 },
    { ngx_string("REMOTE_PORT"), 0 },
    { ngx_string("REMOTE_USER"), 0 },
    { ngx_string("REQBODY_ERROR"), 0 },
    { ngx_string("REQBODY_ERROR_MSG"), 0 },
    { ngx_string("REQBODY_PROCESSOR"), 0 },
    { ngx_string("REQBODY_PROCESSOR_ERROR"), 0 },
    { ngx_string("REQBODY_PROCESSOR_ERROR_MSG"), 0 },
    { ngx_string("REQUEST_BASENAME"), 0 },
    { ngx_string("REQUEST_BODY"), 0 },
    { ngx_string("REQUEST_BODY_LENGTH"), 0 },
    { ngx_string("REQUEST_COOKIES"), 1 },
    { ngx_string("REQUEST_COOKIES_NAMES"), 1 },
    { ngx_string("REQUEST_FILENAME"), 0 },
    { ngx_string("REQUEST_HEADERS"), 1 },
    { ngx_string("REQUEST_HEADERS_NAMES"), 1 },
    { ngx_string("REQUEST_LINE"), 0 },
    { ngx_string("REQUEST_METHOD"), 0 },
    { ngx_string("REQUEST_PROTOCOL"), 0 },
    { ngx_string("REQUEST_URI"), 0 },
    { ngx_string("REQUEST_URI_RAW"), 0 },
    { ngx_string("RESOURCE"), 1 },
    { ngx_string("RESPONSE_ARGS"), 1 },
    { ngx_string("RESPONSE_BODY"), 0 },
    { ngx_string("RESPONSE_CONTENT_LENGTH"), 0 },
    { ngx_string("RESPONSE_CONTENT_TYPE"), 0 },
    { ngx_string("RESPONSE_HEADERS"), 1 },
    { ngx_string("RESPONSE_HEADERS_NAMES"), 1 },
    { ngx_string("RESPONSE_PROTOCOL"), 0 },
    { ngx_string("RESPONSE_STATUS"), 0 },
    { ngx_string("RESPONSE_XML"), 1 },
    { ngx_string("RES_BODY_PROCESSOR"), 0 },
    { ngx_string("RES_BODY_PROCESSOR_ERROR"), 0 },
    { ngx_string("RES_BODY_PROCESSOR_ERROR_MSG"), 0 },
    { ngx_string("RULE"), 1 },
    { ngx_string("SERVER_ADDR"), 0 },
    { ngx_string("SERVER_NAME"), 0 },
    { ngx_string("SERVER_PORT"), 0 },
    { ngx_string("SESSION"), 1 },
    { ngx_string("SESSIONID"), 0 },
    { ngx_string("STATUS_LINE"), 0 },
    { ngx_string("TIME"), 0 },
    { ngx_string("TIME_DAY"), 0 },
    { ngx_string("TIME_EPOCH"), 0 },
    { ngx_string("TIME_HOUR"), 0 },
    { ngx_string("TIME_MIN"), 0 },
    { ngx_string("TIME_MON"), 0 },
    { ngx_string("TIME_SEC"), 0 },
    { ngx_string("TIME_WDAY"), 0 },
    { ngx_string("TIME_YEAR"), 0 },
    { ngx_string("TX"), 1 },
    { ngx_string("UNIQUE_ID"), 0 },
    { ngx_string("URLENCODED_ERROR"), 0 },
    { ngx_string("USER"), 1 },
    { ngx_string("USERID"), 0 },
    { ngx_string("WEBAPPID"), 0 },
    { ngx_string("XML"), 1 }
};


ngx_int_t
ngx_eo_seclang_variable_find(ngx_str_t *name)
{
    ngx_str_t   *candidate;
    ngx_uint_t   n;

    for (n = 0; n < NGX_EO_SECLANG_VARIABLES; n++) {
        candidate = &ngx_eo_seclang_variables[n].name;

        if (candidate->len == name->len
            && ngx_strncasecmp(candidate->data, name->data, name->len) == 0)
        {
            return n;
        }
    }

    return NGX_ERROR;
}
