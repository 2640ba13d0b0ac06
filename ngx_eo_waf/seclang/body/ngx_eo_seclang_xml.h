
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * What the parts of the XML processor share.
 */


#ifndef _NGX_EO_SECLANG_XML_H_INCLUDED_
#define _NGX_EO_SECLANG_XML_H_INCLUDED_


#include <expat.h>


/*
 * Tells expat of an encoding that it does not know itself, by its name; a
 * handler for XML_SetUnknownEncodingHandler().
 */

int XMLCALL ngx_eo_seclang_xml_encoding(void *data, const XML_Char *name,
    XML_Encoding *info);


#endif /* _NGX_EO_SECLANG_XML_H_INCLUDED_ */
