
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The statuses in words.
 */


#include "ngx_eo_unit.h"
#include "ngx_eo_status.h"


/* all that the suite answers with, beside what nginx has pages for itself */

static ngx_uint_t  statuses[] = {
    400, 403, 413, 416, 418, 423, 425,
    520, 521, 522, 523, 524, 525,
    550, 551, 552, 553, 554, 555,
    566, 567
};


ngx_eo_unit_test(core_status_words)
{
    u_char                  code[NGX_INT_T_LEN + 1];
    ngx_int_t               n;
    ngx_str_t               reason;
    ngx_uint_t              i;
    const ngx_eo_status_t  *status;

    for (i = 0; i < sizeof(statuses) / sizeof(ngx_uint_t); i++) {
        status = ngx_eo_status_find(statuses[i]);
        n = statuses[i];

        if (!ngx_eo_ok(status != NULL, "%d is known", (int) n)) {
            continue;
        }

        ngx_sprintf(code, "%i %Z", n);
        reason = ngx_eo_status_reason(status);

        ngx_eo_is_int(status->status, n, "%d finds itself", (int) n);
        ngx_eo_ok(status->line.len > 4
                  && ngx_memcmp(status->line.data, code, 4) == 0,
                  "%d begins its status line", (int) n);
        ngx_eo_is_mem(reason.data, reason.len, status->line.data + 4,
                      status->line.len - 4, "%d: the reason follows",
                      (int) n);
        ngx_eo_ok(reason.len && reason.data[0] >= 'A' && reason.data[0] <= 'Z',
                  "%d: the reason is a phrase", (int) n);
        ngx_eo_ok(status->message.len > 20
                  && status->message.data[status->message.len - 1] == '.',
                  "%d: the visitor gets a sentence", (int) n);
    }
}


/* the words go into a header line, HTML and JSON */

ngx_eo_unit_test(core_status_characters)
{
    size_t                  k;
    u_char                  ch;
    ngx_uint_t              i, n, bad;
    const ngx_str_t        *text;
    const ngx_eo_status_t  *status;

    for (i = 0; i < sizeof(statuses) / sizeof(ngx_uint_t); i++) {
        status = ngx_eo_status_find(statuses[i]);

        if (status == NULL) {
            continue;
        }

        for (n = 0, bad = 0; n < 2; n++) {
            text = n ? &status->message : &status->line;

            for (k = 0; k < text->len; k++) {
                ch = text->data[k];

                if (ch < 0x20 || ch > 0x7e || ngx_strchr("<>&\"\\", ch)) {
                    bad++;
                }
            }
        }

        ngx_eo_is_int(bad, 0, "%d: nothing that needs escaping",
                      (int) statuses[i]);
    }
}


ngx_eo_unit_test(core_status_unknown)
{
    ngx_uint_t  i, n, listed, wrong;

    wrong = 0;

    for (i = 0; i < 1000; i++) {

        listed = 0;

        for (n = 0; n < sizeof(statuses) / sizeof(ngx_uint_t); n++) {
            listed |= (statuses[n] == i);
        }

        if ((ngx_eo_status_find(i) != NULL) != listed) {
            wrong++;
        }
    }

    ngx_eo_is_int(wrong, 0, "none but these have words");
    ngx_eo_ok(ngx_eo_status_find((ngx_uint_t) -1) == NULL, "absurd numbers");
}
