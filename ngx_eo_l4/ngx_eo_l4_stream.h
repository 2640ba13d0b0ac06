
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * nginx's stream, which may be a shared object of its own.  Its symbols are
 * weak, so that one that is loaded too late, or not at all, can be told in
 * words: ngx_eo_l4_core_module does.
 */


#ifndef _NGX_EO_L4_STREAM_H_INCLUDED_
#define _NGX_EO_L4_STREAM_H_INCLUDED_


#pragma weak ngx_stream_module
#pragma weak ngx_stream_core_module
#pragma weak ngx_stream_max_module
#pragma weak ngx_stream_top_filter
#pragma weak ngx_stream_core_run_phases
#pragma weak ngx_stream_finalize_session
#pragma weak ngx_stream_add_variable
#pragma weak ngx_stream_complex_value
#pragma weak ngx_stream_compile_complex_value
#pragma weak ngx_stream_set_complex_value_slot


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_event.h>
#include <ngx_stream.h>


#endif /* _NGX_EO_L4_STREAM_H_INCLUDED_ */

