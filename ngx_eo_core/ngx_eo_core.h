
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The one header that the modules of the suite see of ngx_eo_core: stages,
 * the request context, responses and headers.
 */


#ifndef _NGX_EO_CORE_H_INCLUDED_
#define _NGX_EO_CORE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


#define NGX_EO_VERSION  "0.9.0"


/*
 * Raised whenever something below changes its meaning; a sibling built
 * against another number is refused at configuration time.
 */

#define NGX_EO_CORE_API_VERSION  8


/*
 * dlopen() resolves a weak symbol that nobody has defined yet to NULL, so
 * that a sibling loaded before the core module gets as far as
 * ngx_eo_core_require() and can say in words what is wrong.
 */

#ifdef NGX_EO_CORE_IMPLEMENTATION
#define NGX_EO_CORE_API
#else
#define NGX_EO_CORE_API  __attribute__((weak))
#endif


/*
 * The stages of a request, in the order in which they run within their
 * nginx phase.  The order is this list and nothing else: neither that of
 * the load_module lines nor that of the module registration.  The table in
 * ngx_eo_stage.c says to which phase each belongs.
 */

typedef enum {

    /* post-read phase, before realip */

    NGX_EO_STAGE_REQUEST = 0,

    /* post-read phase: the server is known, the location is not */

    NGX_EO_STAGE_METRICS_BEGIN,
    NGX_EO_STAGE_WAF_EARLY,
    NGX_EO_STAGE_EDGE_CHECK,
    NGX_EO_STAGE_WAF_CHALLENGE,
    NGX_EO_STAGE_WAF_AHEAD,

    /* rewrite phase: the location is known, its "return" has not run */

    NGX_EO_STAGE_EDGE_CHECK_LOCATION,

    /* access phase */

    NGX_EO_STAGE_WAF,
    NGX_EO_STAGE_TOKEN_AUTH,

    /* precontent phase */

    NGX_EO_STAGE_ORIGIN_HEADERS,
    NGX_EO_STAGE_ORIGIN_CLIENT_HEADERS,
    NGX_EO_STAGE_ORIGIN_BOT_HEADERS,
    NGX_EO_STAGE_ORIGIN_PROBE,

    /* header filter */

    NGX_EO_STAGE_ORIGIN_ERROR,
    NGX_EO_STAGE_RESPONSE_PAGE,
    NGX_EO_STAGE_CACHE_STATUS,
    NGX_EO_STAGE_CACHE_PURGE,
    NGX_EO_STAGE_WAF_RESPONSE,
    NGX_EO_STAGE_RESPONSE_HEADERS,
    NGX_EO_STAGE_RANGE_CHECK,

    /* log phase */

    NGX_EO_STAGE_WAF_LOG,
    NGX_EO_STAGE_METRICS_LOG,

    NGX_EO_STAGE_MAX

} ngx_eo_stage_e;


/* where a sibling keeps what must outlive internal redirects */

typedef enum {
    NGX_EO_SLOT_CLIENT = 0,
    NGX_EO_SLOT_TOKEN_AUTH,
    NGX_EO_SLOT_CACHE_STATUS,
    NGX_EO_SLOT_CACHE_PURGE,
    NGX_EO_SLOT_WAF,
    NGX_EO_SLOT_METRICS,
    NGX_EO_SLOT_MAX
} ngx_eo_slot_e;


typedef struct ngx_eo_response_page_s  ngx_eo_response_page_t;


/*
 * Returns NGX_EO_CORE_API_VERSION as the core module was built with it.
 */

NGX_EO_CORE_API ngx_uint_t ngx_eo_core_api_version(void);


/*
 * Adds a module's variables; to be called from its preconfiguration handler.
 *
 * variables:  a table that ends with ngx_http_null_variable, of which names,
 *             handlers, data and flags are taken
 *
 * Returns NGX_ERROR, with a message, if a name is in use already or when out
 * of memory.
 */

NGX_EO_CORE_API ngx_int_t ngx_eo_add_variables(ngx_conf_t *cf,
    ngx_http_variable_t *variables);


#ifndef NGX_EO_CORE_IMPLEMENTATION

/*
 * To be called from a sibling's preconfiguration handler.
 *
 * cf:      configuration being read
 * module:  file name of the sibling's shared object, for the message
 *
 * Returns NGX_ERROR, with a message at the emerg level, if the core module
 * is not loaded before the sibling or is of another build.
 */

static ngx_inline ngx_int_t
ngx_eo_core_require(ngx_conf_t *cf, const char *module)
{
    if (&ngx_eo_core_api_version == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "%s needs ngx_http_eo_core_module.so: put its "
                           "\"load_module\" line before that of %s",
                           module, module);
        return NGX_ERROR;
    }

    if (ngx_eo_core_api_version() != NGX_EO_CORE_API_VERSION) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "%s and ngx_http_eo_core_module.so come from "
                           "different builds: install both from one",
                           module);
        return NGX_ERROR;
    }

    return NGX_OK;
}

#endif


/*
 * Hands a handler to a stage.  To be called from postconfiguration, and only
 * if some directive asks for the stage, so that what is off costs nothing.
 *
 * handler: returns NGX_DECLINED to pass the request on, and never NGX_OK
 *          (under "satisfy any" that would switch off the access checks that
 *          follow); NGX_AGAIN or NGX_DONE when it will resume the request by
 *          ngx_http_core_run_phases(); NGX_ERROR; or a status, normally what
 *          ngx_eo_respond() has returned, which ends the request.  It is
 *          called again when the request resumes and after every internal
 *          redirect, so it keeps in its slot what it has done already.
 *
 *          In the header filter it sees subrequests too, returns NGX_DECLINED
 *          to pass on, and anything else ends the filter chain with that
 *          code.  In the log phase its return value is ignored.
 *
 * Stages of the access phase are not run for subrequests, as in nginx.
 * Stages of the post-read phase are run for the main request only.  Stages
 * of the rewrite and precontent phases are run for subrequests too.
 *
 * Returns NGX_OK, or NGX_ERROR when out of memory or when the stage has
 * another handler already, which the log tells.
 */

NGX_EO_CORE_API ngx_int_t ngx_eo_stage_add(ngx_conf_t *cf,
    ngx_eo_stage_e stage, ngx_http_handler_pt handler);


/*
 * Whether "eo on" holds where a configuration is being merged; the default
 * of the flags that design calls standard behaviour of a node.  To be called
 * from a merge_loc_conf handler.
 */

NGX_EO_CORE_API ngx_flag_t ngx_eo_enabled(ngx_conf_t *cf);


/*
 * Whether a configured status can be sent in place of another: 400 to 599,
 * but for those of which nginx makes no response (408, 444, 499) or another
 * one (494 to 498).
 */

NGX_EO_CORE_API ngx_uint_t ngx_eo_status_allowed(ngx_int_t status);

#define NGX_EO_STATUS_ALLOWED  "between 400 and 599, and not 408, 444 or 494 " \
                               "to 499, which nginx does not send"


/*
 * A sibling's own state of a client request.  It is shared by the main
 * request and its subrequests, outlives internal redirects and named
 * locations (which clear r->ctx), and is freed with the request's pool.
 *
 * ngx_eo_new_ctx() makes it of zeroed memory, which costs less than an
 * allocation from the request's pool if there is little of it; it returns
 * NULL when out of memory.  ngx_eo_set_ctx() takes memory of the caller's,
 * and returns NGX_ERROR when out of memory.
 */

NGX_EO_CORE_API void *ngx_eo_get_ctx(ngx_http_request_t *r,
    ngx_eo_slot_e slot);
NGX_EO_CORE_API void *ngx_eo_new_ctx(ngx_http_request_t *r,
    ngx_eo_slot_e slot, size_t size);
NGX_EO_CORE_API ngx_int_t ngx_eo_set_ctx(ngx_http_request_t *r,
    ngx_eo_slot_e slot, void *data);


/*
 * EO-LOG-UUID of the client request: an unsigned decimal of up to 20 digits,
 * owned by the request.  Returns NULL when out of memory.
 */

NGX_EO_CORE_API ngx_str_t *ngx_eo_log_uuid(ngx_http_request_t *r);


/*
 * Milliseconds from the beginning of the client request to the first byte of
 * its response, -1 where there was none.
 */

NGX_EO_CORE_API ngx_msec_int_t ngx_eo_first_byte(ngx_http_request_t *r);


/*
 * Ends a request with one of the suite's responses.
 *
 * status:     400 to 599; "eo_error_response" may turn it into another
 * page:       the page to send; NULL for what "eo_error_response" names for
 *             the status, or else the built-in page
 * exception:  what $eo_edge_exception reads, a string constant such as
 *             "client_request_exception_cdn_loop"; NULL to leave it
 *
 * Returns the status that the stage has to return.  An operator's
 * "error_page" for this status wins over the page.
 */

NGX_EO_CORE_API ngx_int_t ngx_eo_respond(ngx_http_request_t *r,
    ngx_uint_t status, ngx_eo_response_page_t *page, const char *exception);


/*
 * Ends a request with 200 and a page, or an empty body if page is NULL.  No
 * "error_page" can be for it, and "eo_error_response" is not asked.
 *
 * To be called from a stage of the access phase, which returns the result.
 */

NGX_EO_CORE_API ngx_int_t ngx_eo_respond_ok(ngx_http_request_t *r,
    ngx_eo_response_page_t *page);


/*
 * Ends a request anew that was refused before, where an "error_page" has led
 * it to what it was refused.  The same page, and no further "error_page".
 *
 * status:  what the stage has returned before
 *
 * Returns what the stage has to return.
 */

NGX_EO_CORE_API ngx_int_t ngx_eo_respond_again(ngx_http_request_t *r,
    ngx_uint_t status);


/*
 * Notes the disposition of the request for $eo_security_module,
 * $eo_security_action and $eo_security_rule_id (docs/behaviour.md, 8).  The
 * strings are not copied and have to live as long as the request.  An empty
 * string reads as "-" in the log.  "Monitor" does not replace what has ended
 * the request.
 */

NGX_EO_CORE_API ngx_int_t ngx_eo_set_security(ngx_http_request_t *r,
    ngx_str_t *module, ngx_str_t *action, ngx_str_t *rule_id);


/*
 * Finds a page defined by "eo_response_page".  As pages may be defined after
 * they are named, to be called from init_main_conf or merge handlers.
 * Returns NULL if there is none of that name.
 */

NGX_EO_CORE_API ngx_eo_response_page_t *ngx_eo_response_page_find(
    ngx_conf_t *cf, ngx_str_t *name);


/*
 * Compiles a page: $name and ${name} in the text are replaced by nginx
 * variables, escaped for the type; "$$" stands for one "$", and any other "$"
 * for itself.
 *
 * text:  content of the page; not copied, has to live as long as the cycle
 * type:  one of text/html, application/json, text/plain, text/xml
 *
 * Returns NULL with a logged message if a variable is unknown, the type is
 * not one of these, or memory is short.
 */

NGX_EO_CORE_API ngx_eo_response_page_t *ngx_eo_response_page_compile(
    ngx_conf_t *cf, ngx_str_t *text, ngx_str_t *type);


/*
 * Fills in a page for a request, with values escaped for its type.  The text
 * is allocated from the request's pool.  Returns NGX_ERROR when out of memory.
 */

NGX_EO_CORE_API ngx_int_t ngx_eo_response_page_render(ngx_http_request_t *r,
    ngx_eo_response_page_t *page, ngx_str_t *text);


/*
 * Sets a response header, in place of all of that name that are there.
 *
 * name:   as it is to be written; not copied
 * value:  not copied; an empty one only removes the header
 *
 * Returns NGX_OK, or NGX_ERROR when out of memory.
 */

NGX_EO_CORE_API ngx_int_t ngx_eo_set_response_header(ngx_http_request_t *r,
    ngx_str_t *name, ngx_str_t *value);


/*
 * Sets a header of the request to the origin, in place of the client's own
 * of that name.  For stages of the precontent phase.  Arguments and result as
 * of ngx_eo_set_response_header().
 */

NGX_EO_CORE_API ngx_int_t ngx_eo_set_origin_header(ngx_http_request_t *r,
    ngx_str_t *name, ngx_str_t *value);


/*
 * Goes through a list of headers, without those that were taken out of it.
 *
 * part, i:  the part of the list and the place in it; at first its first
 *           part and 0
 *
 * Returns NULL at the end.
 */

static ngx_inline ngx_table_elt_t *
ngx_eo_next_header(ngx_list_part_t **part, ngx_uint_t *i)
{
    ngx_table_elt_t  *h;

    while (*part) {

        while (*i < (*part)->nelts) {
            h = (ngx_table_elt_t *) (*part)->elts + (*i)++;

            if (h->hash) {
                return h;
            }
        }

        *part = (*part)->next;
        *i = 0;
    }

    return NULL;
}


#endif /* _NGX_EO_CORE_H_INCLUDED_ */
