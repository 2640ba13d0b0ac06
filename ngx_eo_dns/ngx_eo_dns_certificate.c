
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_dns_certificate.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>


const char *
ngx_eo_dns_certificate(const char *name, const char *host)
{
    FILE        *file;
    X509        *x509;
    const char  *error;

    file = fopen(name, "r");
    if (file == NULL) {
        return "cannot be read";
    }

    x509 = PEM_read_X509(file, NULL, NULL, NULL);
    fclose(file);

    if (x509 == NULL) {
        return "is no certificate in PEM";
    }

    error = NULL;

    if (X509_check_host(x509, host, 0, 0, NULL) != 1) {
        error = "does not name it: browsers refuse the connection";

    } else if (X509_cmp_current_time(X509_get0_notBefore(x509)) > 0) {
        error = "is not valid yet";

    } else if (X509_cmp_current_time(X509_get0_notAfter(x509)) < 0) {
        error = "has expired";
    }

    X509_free(x509);

    return error;
}

