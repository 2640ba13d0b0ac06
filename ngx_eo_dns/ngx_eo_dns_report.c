
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


#include "ngx_eo_dns_report.h"


static void ngx_eo_dns_report_lines(FILE *file,
    const ngx_eo_dns_finding_t *finding);
static void ngx_eo_dns_report_string(FILE *file, const char *text);
static const char *ngx_eo_dns_report_plural(ngx_uint_t n);


static const char  *ngx_eo_dns_severities[] = {
    "note", "warning", "conflict"
};


void
ngx_eo_dns_report(FILE *file, const char *what,
    const ngx_eo_dns_zone_t *zone, const ngx_eo_dns_findings_t *findings)
{
    char                         text[NGX_EO_DNS_TEXT_MAX];
    ngx_uint_t                   conflicts, warnings;
    const ngx_eo_dns_finding_t  *finding;

    for (finding = findings->first; finding; finding = finding->next) {
        fprintf(file, "%s: %s: %s",
                ngx_eo_dns_name_text(text, &finding->name),
                ngx_eo_dns_severities[finding->severity], finding->text);
        ngx_eo_dns_report_lines(file, finding);
        fputc('\n', file);
    }

    conflicts = findings->counts[NGX_EO_DNS_CONFLICT];
    warnings = findings->counts[NGX_EO_DNS_WARNING];

    if (findings->left_out) {
        fprintf(file, "%u more of the same kinds are not shown\n",
                (unsigned) findings->left_out);
    }

    fprintf(file, "%s: %u record%s, %u conflict%s, %u warning%s\n", what,
            (unsigned) zone->nrecords,
            ngx_eo_dns_report_plural(zone->nrecords), (unsigned) conflicts,
            ngx_eo_dns_report_plural(conflicts), (unsigned) warnings,
            ngx_eo_dns_report_plural(warnings));
}


static void
ngx_eo_dns_report_lines(FILE *file, const ngx_eo_dns_finding_t *finding)
{
    if (finding->lines[0] && finding->lines[1]) {
        fprintf(file, " (lines %u and %u)", (unsigned) finding->lines[0],
                (unsigned) finding->lines[1]);

    } else if (finding->lines[0]) {
        fprintf(file, " (line %u)", (unsigned) finding->lines[0]);
    }
}


static const char *
ngx_eo_dns_report_plural(ngx_uint_t n)
{
    return n == 1 ? "" : "s";
}


void
ngx_eo_dns_report_json(FILE *file, const char *what,
    const ngx_eo_dns_zone_t *zone, const ngx_eo_dns_findings_t *findings)
{
    char                         text[NGX_EO_DNS_TEXT_MAX];
    const ngx_eo_dns_finding_t  *finding;

    fputs("{\"checked\": ", file);
    ngx_eo_dns_report_string(file, what);

    fputs(", \"apex\": ", file);

    if (zone->apex.len) {
        ngx_eo_dns_report_string(file,
                                 ngx_eo_dns_name_text(text, &zone->apex));
    } else {
        fputs("null", file);
    }

    fprintf(file, ", \"records\": %u, \"conflicts\": %u, \"warnings\": %u, "
            "\"left_out\": %u, \"findings\": [", (unsigned) zone->nrecords,
            (unsigned) findings->counts[NGX_EO_DNS_CONFLICT],
            (unsigned) findings->counts[NGX_EO_DNS_WARNING],
            (unsigned) findings->left_out);

    for (finding = findings->first; finding; finding = finding->next) {
        fprintf(file, "%s\n  {\"severity\": \"%s\", \"code\": \"%s\", "
                "\"name\": ", finding == findings->first ? "" : ",",
                ngx_eo_dns_severities[finding->severity], finding->code);

        ngx_eo_dns_report_string(file,
                                 ngx_eo_dns_name_text(text, &finding->name));

        fprintf(file, ", \"lines\": [");

        if (finding->lines[0]) {
            fprintf(file, "%u", (unsigned) finding->lines[0]);
        }

        if (finding->lines[0] && finding->lines[1]) {
            fprintf(file, ", %u", (unsigned) finding->lines[1]);
        }

        fprintf(file, "], \"text\": ");
        ngx_eo_dns_report_string(file, finding->text);
        fputc('}', file);
    }

    fputs("]}\n", file);
}


/* bytes that are not ASCII come as those of Latin-1, so that it is JSON */

static void
ngx_eo_dns_report_string(FILE *file, const char *text)
{
    const u_char  *p;

    fputc('"', file);

    for (p = (const u_char *) text; *p; p++) {

        if (*p < 0x20 || *p >= 0x7f) {
            fprintf(file, "\\u%04x", *p);
            continue;
        }

        if (*p == '"' || *p == '\\') {
            fputc('\\', file);
        }

        fputc(*p, file);
    }

    fputc('"', file);
}

