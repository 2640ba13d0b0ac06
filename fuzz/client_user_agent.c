
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Fuzz target: User-Agents.  Whatever the text, each class is a name of the
 * documented ones, and letter case makes no difference.
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include "ngx_eo_user_agent.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
fuzz_client_device(const ngx_str_t *device, const ngx_str_t *type)
{
    ngx_uint_t  i;

    static const char  *devices[] = {
        "Mobile", "Desktop", "SmartTV", "Tablet", "Others"
    };

    static const char  *types[] = {
        "Mobile", "Desktop", "TV", "Tablet", "Other"
    };

    for (i = 0; i < 5; i++) {

        if (device->len == ngx_strlen(devices[i])
            && ngx_memcmp(device->data, devices[i], device->len) == 0)
        {
            if (type->len != ngx_strlen(types[i])
                || ngx_memcmp(type->data, types[i], type->len) != 0)
            {
                abort();
            }

            return;
        }
    }

    abort();
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    u_char               *text;
    ngx_eo_user_agent_t   ua, same;

    /* of its own size, so that a read past it is seen */

    text = malloc(size + (size == 0));
    ngx_memcpy(text, data, size);

    ngx_eo_user_agent_parse(&ua, text, size);

    fuzz_client_device(&ua.device, &ua.device_type);

    if (ua.os.len == 0 || ua.browser.len == 0) {
        abort();
    }

    /* capitals: only more models may be found, which are all capitals */

    ngx_strlow(text, text, size);
    ngx_eo_user_agent_parse(&same, text, size);

    if (same.os.data != ua.os.data || same.browser.data != ua.browser.data) {
        abort();
    }

    free(text);

    return 0;
}
