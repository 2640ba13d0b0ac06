
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_dns_finding.h"


#define NGX_EO_DNS_FINDINGS_MEMORY  (64 * 1024 * 1024)


void
ngx_eo_dns_findings_init(ngx_eo_dns_findings_t *findings)
{
    ngx_memzero(findings, sizeof(ngx_eo_dns_findings_t));

    findings->mem.limit = NGX_EO_DNS_FINDINGS_MEMORY;
}


void
ngx_eo_dns_findings_free(ngx_eo_dns_findings_t *findings)
{
    ngx_eo_dns_mem_free(&findings->mem);
}


void
ngx_eo_dns_find(ngx_eo_dns_findings_t *findings,
    ngx_eo_dns_severity_e severity, const char *code, const ngx_str_t *name,
    ngx_uint_t line, ngx_uint_t other, const char *fmt, ...)
{
    char                   text[NGX_EO_DNS_SENTENCE];
    va_list                args;
    ngx_eo_dns_finding_t  *finding;

    if (findings->counts[severity]++ >= NGX_EO_DNS_KEPT) {
        findings->left_out++;
        return;
    }

    va_start(args, fmt);
    (void) vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);

    finding = ngx_eo_dns_alloc(&findings->mem, sizeof(ngx_eo_dns_finding_t));

    if (finding) {
        finding->text = (char *) ngx_eo_dns_copy(&findings->mem, text,
                                                 ngx_strlen(text));
    }

    if (finding == NULL || finding->text == NULL) {
        findings->failed = 1;
        return;
    }

    finding->severity = severity;
    finding->code = code;
    finding->name = *name;
    finding->lines[0] = line;
    finding->lines[1] = other;

    if (findings->last) {
        findings->last->next = finding;

    } else {
        findings->first = finding;
    }

    findings->last = finding;
}


ngx_eo_dns_severity_e
ngx_eo_dns_standard(const ngx_eo_dns_findings_t *findings)
{
    return findings->strict ? NGX_EO_DNS_CONFLICT : NGX_EO_DNS_WARNING;
}

