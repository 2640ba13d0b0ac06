
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The list of robots and tools as a file that may change.
 */


#ifndef _NGX_EO_BOT_AGENTS_FILE_H_INCLUDED_
#define _NGX_EO_BOT_AGENTS_FILE_H_INCLUDED_


#include "ngx_eo_live_file.h"
#include "ngx_eo_bot_agents.h"


/* what ngx_eo_live_file_get() hands out is an ngx_eo_bot_agents_t */

extern const ngx_eo_live_file_type_t  ngx_eo_bot_agents_file_type;


#endif /* _NGX_EO_BOT_AGENTS_FILE_H_INCLUDED_ */
