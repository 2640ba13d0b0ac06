
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The variables of SecLang, a row each: from here come their numbers and the
 * table of ngx_eo_seclang_variable.c.
 */


#ifndef _NGX_EO_SECLANG_VARIABLES_H_INCLUDED_
#define _NGX_EO_SECLANG_VARIABLES_H_INCLUDED_


/*
 * A row has the name of the variable; when its value may change:
 *
 *   FIXED    it is set before the first phase, and for good
 *   STABLE   no rule changes it within a phase
 *   LOOSE    a rule may change it, or it is known late
 *
 * and where the value comes from:
 *
 *   TEXT                 a text that ngx_eo_seclang_set_scalar() sets once;
 *                        it is empty until then
 *   NUMBER               the same, and 0 until then
 *   MADE(name)           a text that ngx_eo_seclang_made_NAME() makes, unless
 *                        it was set; it is kept
 *   ANEW(name)           the same, but made each time that it is asked for
 *   MEMBERS(list, from)  those members of a list that are FROM_ANY place,
 *                        FROM_QUERY or FROM_BODY
 *   NAMES(list, from)    their names
 *   STORED(list)         the members of a persistent collection
 *   VIEW(name)           the members that ngx_eo_seclang_view_NAME() finds
 *
 * Functions have their prototypes in ngx_eo_seclang_made.h and
 * ngx_eo_seclang_view.h.
 */

#define NGX_EO_SECLANG_VARIABLE_ROWS(row)                                     \
    row(ARGS, STABLE, MEMBERS(ARGS, ANY))                                     \
    row(ARGS_COMBINED_SIZE, LOOSE, MADE(arguments_size))                      \
    row(ARGS_GET, STABLE, MEMBERS(ARGS, QUERY))                               \
    row(ARGS_GET_NAMES, STABLE, NAMES(ARGS, QUERY))                           \
    row(ARGS_NAMES, STABLE, NAMES(ARGS, ANY))                                 \
    row(ARGS_POST, STABLE, MEMBERS(ARGS, BODY))                               \
    row(ARGS_POST_NAMES, STABLE, NAMES(ARGS, BODY))                           \
    row(AUTH_TYPE, LOOSE, TEXT)                                               \
    row(DURATION, LOOSE, ANEW(duration))                                      \
    row(ENV, LOOSE, MEMBERS(ENV, ANY))                                        \
    row(FILES, STABLE, MEMBERS(FILES, ANY))                                   \
    row(FILES_COMBINED_SIZE, LOOSE, NUMBER)                                   \
    row(FILES_NAMES, STABLE, NAMES(FILES, ANY))                               \
    row(FILES_SIZES, LOOSE, MEMBERS(FILE_SIZES, ANY))                         \
    row(FILES_TMP_CONTENT, LOOSE, MEMBERS(FILE_CONTENTS, ANY))                \
    row(FULL_REQUEST, LOOSE, MADE(full_request))                              \
    row(FULL_REQUEST_LENGTH, LOOSE, MADE(full_request_length))                \
    row(GEO, LOOSE, MEMBERS(GEO, ANY))                                        \
    row(GLOBAL, LOOSE, STORED(GLOBAL))                                        \
    row(HIGHEST_SEVERITY, LOOSE, ANEW(highest_severity))                      \
    row(INBOUND_DATA_ERROR, LOOSE, NUMBER)                                    \
    row(IP, LOOSE, STORED(IP))                                                \
    row(MATCHED_VAR, LOOSE, ANEW(matched_value))                              \
    row(MATCHED_VARS, LOOSE, VIEW(matched))                                   \
    row(MATCHED_VARS_NAMES, LOOSE, VIEW(matched_names))                       \
    row(MATCHED_VAR_NAME, LOOSE, ANEW(matched_name))                          \
    row(MSC_PCRE_LIMITS_EXCEEDED, LOOSE, ANEW(limits_exceeded))               \
    row(MULTIPART_BOUNDARY_QUOTED, LOOSE, NUMBER)                             \
    row(MULTIPART_BOUNDARY_WHITESPACE, LOOSE, NUMBER)                         \
    row(MULTIPART_CRLF_LF_LINES, LOOSE, NUMBER)                               \
    row(MULTIPART_DATA_AFTER, LOOSE, NUMBER)                                  \
    row(MULTIPART_DATA_BEFORE, LOOSE, NUMBER)                                 \
    row(MULTIPART_FILENAME, STABLE, MEMBERS(PART_FILENAMES, ANY))             \
    row(MULTIPART_FILE_LIMIT_EXCEEDED, LOOSE, NUMBER)                         \
    row(MULTIPART_HEADER_FOLDING, LOOSE, NUMBER)                              \
    row(MULTIPART_INVALID_HEADER_FOLDING, LOOSE, NUMBER)                      \
    row(MULTIPART_INVALID_PART, LOOSE, NUMBER)                                \
    row(MULTIPART_INVALID_QUOTING, LOOSE, NUMBER)                             \
    row(MULTIPART_LF_LINE, LOOSE, NUMBER)                                     \
    row(MULTIPART_MISSING_SEMICOLON, LOOSE, NUMBER)                           \
    row(MULTIPART_NAME, STABLE, MEMBERS(PART_NAMES, ANY))                     \
    row(MULTIPART_PART_HEADERS, STABLE, MEMBERS(PART_HEADERS, ANY))           \
    row(MULTIPART_STRICT_ERROR, LOOSE, NUMBER)                                \
    row(MULTIPART_UNMATCHED_BOUNDARY, LOOSE, NUMBER)                          \
    row(OUTBOUND_DATA_ERROR, LOOSE, NUMBER)                                   \
    row(PATH_INFO, STABLE, TEXT)                                              \
    row(QUERY_STRING, STABLE, TEXT)                                           \
    row(REMOTE_ADDR, LOOSE, TEXT)                                             \
    row(REMOTE_HOST, LOOSE, TEXT)                                             \
    row(REMOTE_PORT, LOOSE, TEXT)                                             \
    row(REMOTE_USER, LOOSE, TEXT)                                             \
    row(REQBODY_ERROR, LOOSE, NUMBER)                                         \
    row(REQBODY_ERROR_MSG, LOOSE, TEXT)                                       \
    row(REQBODY_PROCESSOR, LOOSE, TEXT)                                       \
    row(REQBODY_PROCESSOR_ERROR, LOOSE, NUMBER)                               \
    row(REQBODY_PROCESSOR_ERROR_MSG, LOOSE, TEXT)                             \
    row(REQUEST_BASENAME, STABLE, TEXT)                                       \
    row(REQUEST_BODY, STABLE, TEXT)                                           \
    row(REQUEST_BODY_LENGTH, LOOSE, NUMBER)                                   \
    row(REQUEST_COOKIES, FIXED, MEMBERS(COOKIES, ANY))                        \
    row(REQUEST_COOKIES_NAMES, FIXED, NAMES(COOKIES, ANY))                    \
    row(REQUEST_FILENAME, FIXED, TEXT)                                        \
    row(REQUEST_HEADERS, FIXED, MEMBERS(HEADERS, ANY))                        \
    row(REQUEST_HEADERS_NAMES, FIXED, NAMES(HEADERS, ANY))                    \
    row(REQUEST_LINE, FIXED, TEXT)                                            \
    row(REQUEST_METHOD, FIXED, TEXT)                                          \
    row(REQUEST_PROTOCOL, FIXED, TEXT)                                        \
    row(REQUEST_URI, FIXED, TEXT)                                             \
    row(REQUEST_URI_RAW, FIXED, TEXT)                                         \
    row(RESOURCE, LOOSE, STORED(RESOURCE))                                    \
    row(RESPONSE_ARGS, LOOSE, MEMBERS(RESPONSE_ARGS, ANY))                    \
    row(RESPONSE_BODY, STABLE, TEXT)                                          \
    row(RESPONSE_CONTENT_LENGTH, LOOSE, TEXT)                                 \
    row(RESPONSE_CONTENT_TYPE, LOOSE, TEXT)                                   \
    row(RESPONSE_HEADERS, STABLE, MEMBERS(RESPONSE_HEADERS, ANY))             \
    row(RESPONSE_HEADERS_NAMES, STABLE, NAMES(RESPONSE_HEADERS, ANY))         \
    row(RESPONSE_PROTOCOL, LOOSE, TEXT)                                       \
    row(RESPONSE_STATUS, LOOSE, TEXT)                                         \
    row(RESPONSE_XML, LOOSE, VIEW(response_xml))                              \
    row(RES_BODY_PROCESSOR, LOOSE, TEXT)                                      \
    row(RES_BODY_PROCESSOR_ERROR, LOOSE, NUMBER)                              \
    row(RES_BODY_PROCESSOR_ERROR_MSG, LOOSE, TEXT)                            \
    row(RULE, LOOSE, VIEW(rule))                                              \
    row(SERVER_ADDR, LOOSE, TEXT)                                             \
    row(SERVER_NAME, LOOSE, TEXT)                                             \
    row(SERVER_PORT, LOOSE, TEXT)                                             \
    row(SESSION, LOOSE, STORED(SESSION))                                      \
    row(SESSIONID, LOOSE, TEXT)                                               \
    row(STATUS_LINE, LOOSE, ANEW(status_line))                                \
    row(TIME, LOOSE, MADE(time))                                              \
    row(TIME_DAY, LOOSE, MADE(time_field))                                    \
    row(TIME_EPOCH, LOOSE, MADE(time_field))                                  \
    row(TIME_HOUR, LOOSE, MADE(time_field))                                   \
    row(TIME_MIN, LOOSE, MADE(time_field))                                    \
    row(TIME_MON, LOOSE, MADE(time_field))                                    \
    row(TIME_SEC, LOOSE, MADE(time_field))                                    \
    row(TIME_WDAY, LOOSE, MADE(time_field))                                   \
    row(TIME_YEAR, LOOSE, MADE(time_field))                                   \
    row(TX, LOOSE, VIEW(tx))                                                  \
    row(UNIQUE_ID, LOOSE, TEXT)                                               \
    row(URLENCODED_ERROR, LOOSE, NUMBER)                                      \
    row(USER, LOOSE, STORED(USER))                                            \
    row(USERID, LOOSE, TEXT)                                                  \
    row(WEBAPPID, LOOSE, MADE(web_app_id))                                    \
    row(XML, STABLE, VIEW(xml))


#endif /* _NGX_EO_SECLANG_VARIABLES_H_INCLUDED_ */
