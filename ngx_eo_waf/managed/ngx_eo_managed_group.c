
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The groups of managed rules, and which rules belong to them.
 */


#include "ngx_eo_managed_conf.h"
#include "seclang/plan/ngx_eo_seclang_update.h"


typedef enum {
    NGX_EO_MANAGED_WEBSHELL = 0,
    NGX_EO_MANAGED_XXE,
    NGX_EO_MANAGED_PROTOCOL,
    NGX_EO_MANAGED_FILE_UPLOAD,
    NGX_EO_MANAGED_COMMAND,
    NGX_EO_MANAGED_LDAP,
    NGX_EO_MANAGED_SSRF,
    NGX_EO_MANAGED_UNAUTHORIZED_ACCESS,
    NGX_EO_MANAGED_XSS,
    NGX_EO_MANAGED_SCANNER,
    NGX_EO_MANAGED_CMS,
    NGX_EO_MANAGED_OTHER,
    NGX_EO_MANAGED_SQL,
    NGX_EO_MANAGED_FILE_ACCESS,
    NGX_EO_MANAGED_OA,
    NGX_EO_MANAGED_SSTI,
    NGX_EO_MANAGED_SHIRO
} ngx_eo_managed_group_e;


static ngx_str_t  ngx_eo_managed_groups[NGX_EO_MANAGED_GROUPS] = {
    ngx_string("webshell-attacks"),
    ngx_string("xxe-attacks"),
    ngx_string("non-compliant-protocol-usages"),
    ngx_string("file-upload-attacks"),
    ngx_string("command-and-code-injections"),
    ngx_string("ldap-injections"),
    ngx_string("ssrf-attacks"),
    ngx_string("unauthorized-accesses"),
    ngx_string("xss-attacks"),
    ngx_string("vulnerability-scanners"),
    ngx_string("cms-vulnerabilities"),
    ngx_string("other-vulnerabilities"),
    ngx_string("sql-injections"),
    ngx_string("unauthorized-file-accesses"),
    ngx_string("oa-vulnerabilities"),
    ngx_string("ssti-attacks"),
    ngx_string("shiro-vulnerabilities")
};


/* ids whose tags are of a wider kind; they come first */

typedef struct {
    ngx_uint_t               from;
    ngx_uint_t               to;
    ngx_eo_managed_group_e   group;
} ngx_eo_managed_range_t;


static ngx_eo_managed_range_t  ngx_eo_managed_ranges[] = {
    { 921200, 921200, NGX_EO_MANAGED_LDAP },
    { 922000, 922999, NGX_EO_MANAGED_FILE_UPLOAD },
    { 932180, 932180, NGX_EO_MANAGED_FILE_UPLOAD },
    { 933110, 933119, NGX_EO_MANAGED_FILE_UPLOAD },
    { 934110, 934110, NGX_EO_MANAGED_SSRF },
    { 934120, 934120, NGX_EO_MANAGED_SSRF },
    { 934180, 934180, NGX_EO_MANAGED_SSTI },
    { 941380, 941380, NGX_EO_MANAGED_SSTI },
    { 955000, 955999, NGX_EO_MANAGED_WEBSHELL },
    { 0, 0, NGX_EO_MANAGED_OTHER }
};


typedef struct {
    ngx_str_t                tag;
    ngx_eo_managed_group_e   group;
} ngx_eo_managed_tag_t;


static ngx_eo_managed_tag_t  ngx_eo_managed_tags[] = {
    { ngx_string("attack-sqli"), NGX_EO_MANAGED_SQL },
    { ngx_string("attack-xss"), NGX_EO_MANAGED_XSS },
    { ngx_string("attack-xxe"), NGX_EO_MANAGED_XXE },
    { ngx_string("attack-ssti"), NGX_EO_MANAGED_SSTI },
    { ngx_string("attack-ssrf"), NGX_EO_MANAGED_SSRF },
    { ngx_string("attack-rfi"), NGX_EO_MANAGED_SSRF },
    { ngx_string("attack-lfi"), NGX_EO_MANAGED_FILE_ACCESS },
    { ngx_string("attack-ldap"), NGX_EO_MANAGED_LDAP },
    { ngx_string("attack-rce"), NGX_EO_MANAGED_COMMAND },
    { ngx_string("attack-injection-php"), NGX_EO_MANAGED_COMMAND },
    { ngx_string("attack-injection-java"), NGX_EO_MANAGED_COMMAND },
    { ngx_string("attack-injection-nodejs"), NGX_EO_MANAGED_COMMAND },
    { ngx_string("attack-injection-generic"), NGX_EO_MANAGED_COMMAND },
    { ngx_string("attack-multipart-header"), NGX_EO_MANAGED_FILE_UPLOAD },
    { ngx_string("attack-reputation-scanner"), NGX_EO_MANAGED_SCANNER },
    { ngx_string("attack-reputation-crawler"), NGX_EO_MANAGED_SCANNER },
    { ngx_string("attack-reputation-scripting"), NGX_EO_MANAGED_SCANNER },
    { ngx_string("attack-reputation-ip"),
      NGX_EO_MANAGED_UNAUTHORIZED_ACCESS },
    { ngx_string("attack-fixation"), NGX_EO_MANAGED_UNAUTHORIZED_ACCESS },
    { ngx_string("attack-protocol"), NGX_EO_MANAGED_PROTOCOL },
    { ngx_string("attack-dos"), NGX_EO_MANAGED_OTHER },
    { ngx_string("attack-disclosure"), NGX_EO_MANAGED_OTHER },
    { ngx_string("attack-deprecated-header"), NGX_EO_MANAGED_PROTOCOL },
    { ngx_string("attack-generic"), NGX_EO_MANAGED_OTHER },
    { ngx_null_string, NGX_EO_MANAGED_OTHER }
};


ngx_int_t
ngx_eo_managed_group_find(ngx_str_t *name)
{
    ngx_str_t   text;
    ngx_uint_t  i;

    text = *name;

    if (text.len > 9 && ngx_strncmp(text.data, "wafgroup-", 9) == 0) {
        text.data += 9;
        text.len -= 9;
    }

    for (i = 0; i < NGX_EO_MANAGED_GROUPS; i++) {
        if (ngx_eo_managed_groups[i].len == text.len
            && ngx_strncmp(ngx_eo_managed_groups[i].data, text.data,
                           text.len)
               == 0)
        {
            return i;
        }
    }

    return NGX_ERROR;
}


u_char *
ngx_eo_managed_group_names(u_char *buf, u_char *last)
{
    ngx_uint_t  i;

    for (i = 0; i < NGX_EO_MANAGED_GROUPS; i++) {
        buf = ngx_slprintf(buf, last, "%s%V", i ? ", " : "",
                           &ngx_eo_managed_groups[i]);
    }

    return buf;
}


ngx_int_t
ngx_eo_managed_group_of(ngx_eo_seclang_rule_t *rule)
{
    ngx_uint_t               id;
    ngx_eo_managed_tag_t    *tag;
    ngx_eo_managed_range_t  *range;

    id = rule->actions.id;

    for (range = ngx_eo_managed_ranges; range->to; range++) {
        if (id >= range->from && id <= range->to) {
            return range->group;
        }
    }

    for (tag = ngx_eo_managed_tags; tag->tag.len; tag++) {
        if (ngx_eo_seclang_has_tag(rule, &tag->tag)) {
            return tag->group;
        }
    }

    return NGX_DECLINED;
}
