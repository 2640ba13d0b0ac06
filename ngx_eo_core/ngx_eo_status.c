
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include <ngx_config.h>
#include <ngx_core.h>
#include "ngx_eo_status.h"


#define NGX_EO_ORIGIN_RESET                                                   \
    "The site's server broke off the connection or sent something that is "   \
    "not a web page. Please try again in a few minutes."

#define NGX_EO_ORIGIN_REFUSED                                                 \
    "The site's server does not accept connections at the moment. Please "    \
    "try again in a few minutes."

#define NGX_EO_ORIGIN_UNREACHABLE                                             \
    "The site's server could not be reached in time. Please try again in a "  \
    "few minutes."

#define NGX_EO_ORIGIN_UNRESOLVED                                              \
    "The name of the site's server could not be found. If you run this "      \
    "site, check the address of its origin."

#define NGX_EO_ORIGIN_SILENT                                                  \
    "The site's server took too long to answer. Please try again in a few "   \
    "minutes."

#define NGX_EO_ORIGIN_TLS                                                     \
    "A secure connection to the site's server could not be made. If you run " \
    "this site, check the certificate of its origin."


static const ngx_eo_status_t  ngx_eo_statuses[] = {

    { 400, ngx_string("400 Bad Request"),
      ngx_string("Your browser or program sent a request that this server "
                 "does not accept.") },

    { 403, ngx_string("403 Forbidden"),
      ngx_string("This link is not valid or no longer valid. Please open it "
                 "again from the page where you found it.") },

    { 413, ngx_string("413 Request Entity Too Large"),
      ngx_string("What your browser or program sent is larger than this "
                 "server accepts.") },

    { 416, ngx_string("416 Requested Range Not Satisfiable"),
      ngx_string("The part of the file that was asked for does not exist.") },

    { 418, ngx_string("418 Site Not Configured"),
      ngx_string("This server does not serve a site of that name. Please "
                 "check the address.") },

    { 423, ngx_string("423 Request Loop"),
      ngx_string("The request went in circles between servers and was "
                 "stopped. If you run this site, check the address of its "
                 "origin.") },

    { 425, ngx_string("425 Too Early"),
      ngx_string("The request was sent before the connection was secured "
                 "against repetition. Please send it again.") },

    { 520, ngx_string("520 Origin Connection Reset"),
      ngx_string(NGX_EO_ORIGIN_RESET) },

    { 521, ngx_string("521 Origin Connection Refused"),
      ngx_string(NGX_EO_ORIGIN_REFUSED) },

    { 522, ngx_string("522 Origin Connection Timed Out"),
      ngx_string(NGX_EO_ORIGIN_UNREACHABLE) },

    { 523, ngx_string("523 Origin Name Not Resolved"),
      ngx_string(NGX_EO_ORIGIN_UNRESOLVED) },

    { 524, ngx_string("524 Origin Response Timed Out"),
      ngx_string(NGX_EO_ORIGIN_SILENT) },

    { 525, ngx_string("525 Origin TLS Handshake Failed"),
      ngx_string(NGX_EO_ORIGIN_TLS) },

    { 550, ngx_string("550 Origin Connection Reset"),
      ngx_string(NGX_EO_ORIGIN_RESET) },

    { 551, ngx_string("551 Origin Connection Refused"),
      ngx_string(NGX_EO_ORIGIN_REFUSED) },

    { 552, ngx_string("552 Origin Connection Timed Out"),
      ngx_string(NGX_EO_ORIGIN_UNREACHABLE) },

    { 553, ngx_string("553 Origin Name Not Resolved"),
      ngx_string(NGX_EO_ORIGIN_UNRESOLVED) },

    { 554, ngx_string("554 Origin Response Timed Out"),
      ngx_string(NGX_EO_ORIGIN_SILENT) },

    { 555, ngx_string("555 Origin TLS Handshake Failed"),
      ngx_string(NGX_EO_ORIGIN_TLS) },

    { 566, ngx_string("566 Blocked By Managed Rules"),
      ngx_string("The request was stopped because it looks like an attack on "
                 "this site. If you think that this is a mistake, tell the "
                 "site's owner the request ID below.") },

    { 567, ngx_string("567 Blocked By Security Policy"),
      ngx_string("The request was stopped by this site's security policy. If "
                 "you think that this is a mistake, tell the site's owner "
                 "the request ID below.") }
};


const ngx_eo_status_t *
ngx_eo_status_find(ngx_uint_t status)
{
    ngx_uint_t  i;

    for (i = 0;
         i < sizeof(ngx_eo_statuses) / sizeof(ngx_eo_statuses[0]);
         i++)
    {
        if (ngx_eo_statuses[i].status == status) {
            return &ngx_eo_statuses[i];
        }
    }

    return NULL;
}


ngx_str_t
ngx_eo_status_reason(const ngx_eo_status_t *status)
{
    ngx_str_t  reason;

    reason.data = status->line.data + sizeof("400 ") - 1;
    reason.len = status->line.len - (sizeof("400 ") - 1);

    return reason;
}
