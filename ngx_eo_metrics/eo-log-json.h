
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * One line of a log: an object of JSON whose members are found by name.
 */


#ifndef _EO_LOG_JSON_H_INCLUDED_
#define _EO_LOG_JSON_H_INCLUDED_


#include <stddef.h>


/*
 * Finds a member of the object at the beginning of a text, and writes its
 * value: the text of a string, or anything else as it is written.  What is in
 * objects and arrays within is not looked at.
 *
 * value:  room for size bytes, the last of which is a NUL; a longer value is
 *         cut
 *
 * Returns 1, or 0 if the text is no object up to there or has no such member.
 */

int eo_log_member(const char *text, const char *name, char *value,
    size_t size);


/*
 * Goes through the objects of an array, which eo_log_member() has written.
 *
 * place:  where to go on; the array's text at first
 *
 * Returns the next object, NULL at the end.
 */

const char *eo_log_next_object(const char **place);


#endif /* _EO_LOG_JSON_H_INCLUDED_ */
