
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fuzz target: zone files, and configurations of nginx.  Whatever is read is
 * looked at as eo-dns does; a name that has been read is the same when its
 * text is read again.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_eo_dns_check.h"
#include "ngx_eo_dns_conf.h"
#include "ngx_eo_dns_follow.h"
#include "ngx_eo_dns_master.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
fuzz_error(void *data, ngx_uint_t line, const ngx_str_t *text,
    const char *reason)
{
    if (line == 0 || reason[0] == '\0') {
        abort();
    }
}


static void
fuzz_name(const ngx_str_t *name)
{
    char       text[NGX_EO_DNS_TEXT_MAX];
    u_char     buf[NGX_EO_DNS_NAME_MAX];
    ngx_str_t  again, source, root;

    (void) ngx_eo_dns_name_text(text, name);

    source.data = (u_char *) text;
    source.len = ngx_strlen(text);
    root.data = (u_char *) "";
    root.len = 1;

    if (ngx_eo_dns_name_parse(&again, buf, &source, &root) != NULL
        || ngx_eo_dns_name_cmp(&again, name) != 0)
    {
        abort();
    }
}


static void
fuzz_zone(const ngx_str_t *text)
{
    ngx_str_t              origin;
    ngx_uint_t             i;
    ngx_eo_dns_zone_t      zone;
    ngx_eo_dns_findings_t  findings;

    ngx_str_set(&origin, "\1a");
    origin.len++;

    ngx_eo_dns_zone_init(&zone);
    ngx_eo_dns_findings_init(&findings);

    (void) ngx_eo_dns_master_read(&zone, text, &origin, fuzz_error, NULL);
    ngx_eo_dns_zone_finish(&zone);

    ngx_eo_dns_check(&findings, &zone);
    ngx_eo_dns_follow_all(&findings, &zone);

    for (i = 0; i < zone.nrecords; i++) {
        fuzz_name(&zone.records[i].name);

        if (zone.records[i].target.len) {
            fuzz_name(&zone.records[i].target);
        }
    }

    ngx_eo_dns_findings_free(&findings);
    ngx_eo_dns_zone_free(&zone);
}


static void
fuzz_conf(const ngx_str_t *text)
{
    ngx_str_t             host, listen;
    ngx_uint_t            line, named;
    ngx_eo_dns_mem_t      mem;
    ngx_eo_dns_conf_t     conf;
    ngx_eo_dns_server_t  *server;

    ngx_memzero(&mem, sizeof(ngx_eo_dns_mem_t));
    mem.limit = 16 * 1024 * 1024;

    ngx_str_set(&host, "www.example.com");
    ngx_str_set(&listen, "*:80");

    (void) ngx_eo_dns_conf_read(&conf, &mem, text, &line);
    server = ngx_eo_dns_conf_choose(&conf, &listen, &host, &named);

    if (server == NULL && named) {
        abort();
    }

    ngx_eo_dns_mem_free(&mem);
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ngx_str_t  text;

    /* of its own size, so that a read past it is seen */

    text.len = size;
    text.data = malloc(size + (size == 0));

    if (size) {
        ngx_memcpy(text.data, data, size);
    }

    fuzz_zone(&text);
    fuzz_conf(&text);

    free(text.data);

    return 0;
}

