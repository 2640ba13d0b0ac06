
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What a certificate says of a host.
 */


#ifndef _NGX_EO_DNS_CERTIFICATE_H_INCLUDED_
#define _NGX_EO_DNS_CERTIFICATE_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


/*
 * file:  of PEM certificates, of which the first counts; NUL-terminated
 *
 * Returns NULL if it is good for the host today, or what is wrong, as the
 * rest of a sentence about it.
 */

const char *ngx_eo_dns_certificate(const char *file, const char *host);


#endif /* _NGX_EO_DNS_CERTIFICATE_H_INCLUDED_ */

