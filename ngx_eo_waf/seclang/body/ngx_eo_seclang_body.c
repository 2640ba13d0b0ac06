
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The body of a request: its processor, limits and errors.
 */


#include "ngx_eo_seclang_body.h"
#include "seclang/transform/ngx_eo_seclang_cut.h"
#include "seclang/variable/ngx_eo_seclang_argument.h"
#include "seclang/variable/ngx_eo_seclang_list.h"
#include "seclang/variable/ngx_eo_seclang_view.h"


static ngx_int_t ngx_eo_seclang_body_error(ngx_eo_seclang_tx_t *tx,
    const char *processor, ngx_str_t *error, ngx_uint_t parsing);
static ngx_int_t ngx_eo_seclang_body_too_large(ngx_eo_seclang_tx_t *tx);
static ngx_int_t ngx_eo_seclang_parse_multipart(ngx_eo_seclang_tx_t *tx,
    ngx_str_t *body, ngx_uint_t complete);
static ngx_int_t ngx_eo_seclang_parse_body(ngx_eo_seclang_tx_t *tx,
    ngx_str_t *body, ngx_uint_t complete);


static ngx_int_t
ngx_eo_seclang_body_error(ngx_eo_seclang_tx_t *tx, const char *processor,
    ngx_str_t *error, ngx_uint_t parsing)
{
    u_char     *p;
    ngx_str_t   msg;

    msg.data = ngx_eo_seclang_alloc(&tx->arena,
                                    ngx_strlen(processor) + error->len);
    if (msg.data == NULL) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(msg.data, processor, ngx_strlen(processor));
    p = ngx_cpymem(p, error->data, error->len);
    msg.len = p - msg.data;

    if (ngx_eo_seclang_set_scalar_number(tx, NGX_EO_SECLANG_VAR_REQBODY_ERROR,
                                         1)
        != NGX_OK
        || ngx_eo_seclang_set_scalar(tx, NGX_EO_SECLANG_VAR_REQBODY_ERROR_MSG,
                                     &msg)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (!parsing) {
        return ngx_eo_seclang_set_scalar_number(tx,
                                    NGX_EO_SECLANG_VAR_INBOUND_DATA_ERROR, 1);
    }

    if (ngx_eo_seclang_set_scalar(tx,
                           NGX_EO_SECLANG_VAR_REQBODY_PROCESSOR_ERROR_MSG,
                           &msg)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_eo_seclang_set_scalar_number(tx,
                              NGX_EO_SECLANG_VAR_REQBODY_PROCESSOR_ERROR, 1);
}


static ngx_int_t
ngx_eo_seclang_body_too_large(ngx_eo_seclang_tx_t *tx)
{
    static ngx_str_t  error = ngx_string("Request body excluding files is "
                                         "bigger than the maximum expected.");

    return ngx_eo_seclang_body_error(tx, "", &error, 0);
}


static ngx_int_t
ngx_eo_seclang_parse_multipart(ngx_eo_seclang_tx_t *tx, ngx_str_t *body,
    ngx_uint_t complete)
{
    size_t      len;
    ngx_int_t   rc;
    ngx_str_t   error;

    rc = ngx_eo_seclang_body_multipart(tx, body, complete, &error, &len);

    if (rc == NGX_DECLINED) {
        return ngx_eo_seclang_body_error(tx, "Multipart parsing error: ",
                                         &error, 1);
    }

    if (rc == NGX_OK && len > tx->set->request_body_no_files_limit) {
        return ngx_eo_seclang_body_too_large(tx);
    }

    return rc;
}


static ngx_int_t
ngx_eo_seclang_parse_body(ngx_eo_seclang_tx_t *tx, ngx_str_t *body,
    ngx_uint_t complete)
{
    ngx_int_t    rc;
    ngx_str_t    error;
    const char  *prefix;

    static ngx_str_t  types = ngx_string("Several Content-Type headers.");

    if (tx->body_processor == NGX_EO_SECLANG_BODY_NONE) {
        return NGX_OK;
    }

    /* none is not a broken one; a Content-Type may stand on any request */

    if (body->len == 0) {
        return NGX_OK;
    }

    if (tx->body_types > 1) {
        return ngx_eo_seclang_body_error(tx, "", &types, 1);
    }

    if (tx->body_processor == NGX_EO_SECLANG_BODY_MULTIPART) {
        return ngx_eo_seclang_parse_multipart(tx, body, complete);
    }

    if (body->len > tx->set->request_body_no_files_limit) {
        return ngx_eo_seclang_body_too_large(tx);
    }

    switch (tx->body_processor) {

    case NGX_EO_SECLANG_BODY_JSON:
        prefix = "JSON parsing error: ";
        rc = ngx_eo_seclang_body_json(tx, body, complete, &error);
        break;

    case NGX_EO_SECLANG_BODY_XML:
        prefix = "XML parsing error: ";
        rc = ngx_eo_seclang_body_xml(tx, body, complete, &error);
        break;

    default:
        return ngx_eo_seclang_parse_arguments(tx, body,
                                              NGX_EO_SECLANG_FROM_BODY);
    }

    if (rc == NGX_DECLINED) {
        return ngx_eo_seclang_body_error(tx, prefix, &error, 1);
    }

    return rc;
}


ngx_int_t
ngx_eo_seclang_tx_body(ngx_eo_seclang_tx_t *tx, ngx_str_t *body,
    ngx_uint_t complete)
{
    ngx_str_t  text;

    text = *body;

    if (ngx_eo_seclang_set_scalar_number(tx,
                                   NGX_EO_SECLANG_VAR_REQUEST_BODY_LENGTH,
                                   body->len)
        != NGX_OK
        || ngx_eo_seclang_set_scalar_number(tx,
                                   NGX_EO_SECLANG_VAR_REQBODY_ERROR, 0)
           != NGX_OK
        || ngx_eo_seclang_set_scalar_number(tx,
                                   NGX_EO_SECLANG_VAR_REQBODY_PROCESSOR_ERROR,
                                   0)
           != NGX_OK
        || ngx_eo_seclang_set_scalar_number(tx,
                                   NGX_EO_SECLANG_VAR_INBOUND_DATA_ERROR,
                                   !complete)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    tx->body = *body;

    /* half a character, or half an escape, is nothing to judge a body by */

    if (!complete && tx->body_processor == NGX_EO_SECLANG_BODY_URLENCODED) {
        text.len = ngx_eo_seclang_cut_form(&text);

    } else if (!complete && tx->body_processor == NGX_EO_SECLANG_BODY_NONE) {
        text.len = ngx_eo_seclang_cut_utf8(&text);
    }

    /* what a processor has taken apart is looked at in its parts */

    if (tx->body_processor == NGX_EO_SECLANG_BODY_URLENCODED
        || (tx->body_processor == NGX_EO_SECLANG_BODY_NONE
            && tx->force_body))
    {
        if (ngx_eo_seclang_set_scalar(tx, NGX_EO_SECLANG_VAR_REQUEST_BODY,
                                      &text)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    if (ngx_eo_seclang_parse_body(tx, &text, complete) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_eo_seclang_forget_views(tx);

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_tx_response_parts(ngx_eo_seclang_tx_t *tx, ngx_str_t *body,
    ngx_uint_t complete)
{
    ngx_int_t   rc;
    ngx_str_t   error, processor;

    if (tx->response_processor == NGX_EO_SECLANG_BODY_NONE || body->len == 0)
    {
        return NGX_OK;
    }

    tx->in_response = 1;

    if (tx->response_processor == NGX_EO_SECLANG_BODY_JSON) {
        ngx_str_set(&processor, "JSON");
        rc = ngx_eo_seclang_body_json(tx, body, complete, &error);

    } else {
        ngx_str_set(&processor, "XML");
        rc = ngx_eo_seclang_body_xml(tx, body, complete, &error);
    }

    tx->in_response = 0;

    if (rc == NGX_ERROR
        || ngx_eo_seclang_set_scalar(tx, NGX_EO_SECLANG_VAR_RES_BODY_PROCESSOR,
                                     &processor)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    tx->views[NGX_EO_SECLANG_VAR_RESPONSE_ARGS].valid = 0;
    tx->views[NGX_EO_SECLANG_VAR_RESPONSE_XML].valid = 0;

    if (rc == NGX_OK) {
        return NGX_OK;
    }

    if (ngx_eo_seclang_set_scalar(tx,
                           NGX_EO_SECLANG_VAR_RES_BODY_PROCESSOR_ERROR_MSG,
                           &error)
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ngx_eo_seclang_set_scalar_number(tx,
                              NGX_EO_SECLANG_VAR_RES_BODY_PROCESSOR_ERROR, 1);
}
