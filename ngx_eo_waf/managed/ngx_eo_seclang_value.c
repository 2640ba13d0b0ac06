
/*
 * Texts, what transformations make of them, and the members of variables.
 */


#include "ngx_eo_seclang_tx.h"


/* of a text with macros, without memory of the transaction */

#define NGX_EO_SECLANG_PARTS  8


static ngx_str_t  ngx_eo_seclang_empty = ngx_null_string;


static void
ngx_eo_seclang_text_init(ngx_eo_seclang_text_t *text, ngx_str_t *str)
{
    ngx_memzero(text, sizeof(ngx_eo_seclang_text_t));

    text->str = *str;
    text->is_string = 1;
}


ngx_eo_seclang_text_t *
ngx_eo_seclang_text(ngx_eo_seclang_tx_t *tx, ngx_str_t *str)
{
    ngx_eo_seclang_text_t  *text;

    text = ngx_eo_seclang_alloc(&tx->arena, sizeof(ngx_eo_seclang_text_t));
    if (text == NULL) {
        return NULL;
    }

    ngx_eo_seclang_text_init(text, str);

    return text;
}


ngx_eo_seclang_text_t *
ngx_eo_seclang_text_from_number(ngx_eo_seclang_tx_t *tx, ngx_int_t number)
{
    ngx_eo_seclang_text_t  *text;

    text = ngx_eo_seclang_calloc(&tx->arena, sizeof(ngx_eo_seclang_text_t));
    if (text == NULL) {
        return NULL;
    }

    text->number = number;
    text->is_number = 1;

    return text;
}


ngx_eo_seclang_text_t *
ngx_eo_seclang_text_constant(ngx_pool_t *pool, ngx_str_t *str)
{
    ngx_eo_seclang_text_t  *text;

    text = ngx_palloc(pool, sizeof(ngx_eo_seclang_text_t));
    if (text == NULL) {
        return NULL;
    }

    ngx_eo_seclang_text_init(text, str);

    text->constant = 1;

    (void) ngx_eo_seclang_text_number(text);
    (void) ngx_eo_seclang_text_classes(text);

    return text;
}


ngx_int_t
ngx_eo_seclang_text_number(ngx_eo_seclang_text_t *text)
{
    if (!text->is_number) {
        text->number = ngx_eo_seclang_number(&text->str);
        text->is_number = 1;
    }

    return text->number;
}


ngx_str_t *
ngx_eo_seclang_text_string(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_text_t *text)
{
    if (text->is_string) {
        return &text->str;
    }

    text->str.data = ngx_eo_seclang_alloc(&tx->arena, NGX_INT_T_LEN);
    if (text->str.data == NULL) {
        return NULL;
    }

    text->str.len = ngx_sprintf(text->str.data, "%i", text->number)
                    - text->str.data;
    text->is_string = 1;

    return &text->str;
}


/* transformations that are much alike, such as urlDecode, often agree */

static ngx_eo_seclang_text_t *
ngx_eo_seclang_result_text(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_text_t *text, ngx_str_t *str)
{
    ngx_str_t                *known;
    ngx_eo_seclang_result_t  *result;

    for (result = text->results; result != NULL; result = result->next) {
        known = &result->text->str;

        if (known->len == str->len
            && ngx_memcmp(known->data, str->data, str->len) == 0)
        {
            return result->text;
        }
    }

    return ngx_eo_seclang_text(tx, str);
}


/* nanoseconds, by estimate */

#define ngx_eo_seclang_transform_time(len)  (50 + 2 * (len))


static ngx_eo_seclang_text_t *
ngx_eo_seclang_compute(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_text_t *text,
    ngx_uint_t transform)
{
    ngx_int_t                 rc;
    ngx_str_t                 out;
    ngx_eo_seclang_result_t  *result;

    if (ngx_eo_seclang_spend(ngx_eo_seclang_transform_time(text->str.len))
        != NGX_OK)
    {
        return NULL;
    }

    rc = ngx_eo_seclang_transform(transform, &tx->arena, &text->str, &out,
                                  tx->set->unicode_map);

    if (rc == NGX_DECLINED) {

        /* now it is known */

        text->classes &= ~((uint64_t) 1 << transform);
        return text;
    }

    if (rc != NGX_OK) {
        return NULL;
    }

    result = ngx_eo_seclang_alloc(&tx->arena,
                                  sizeof(ngx_eo_seclang_result_t));
    if (result == NULL) {
        return NULL;
    }

    result->text = ngx_eo_seclang_result_text(tx, text, &out);
    if (result->text == NULL) {
        return NULL;
    }

    result->transform = transform;
    result->next = text->results;
    text->results = result;

    return result->text;
}


/* nodes with other transformations before it may come to the same text */

static ngx_eo_seclang_text_t *
ngx_eo_seclang_apply(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_text_t *text,
    ngx_uint_t transform)
{
    ngx_eo_seclang_result_t  *result;

    if (!(ngx_eo_seclang_text_classes(text) & ((uint64_t) 1 << transform))) {
        return text;
    }

    for (result = text->results; result != NULL; result = result->next) {
        if (result->transform == transform) {
            return result->text;
        }
    }

    return ngx_eo_seclang_compute(tx, text, transform);
}


ngx_eo_seclang_text_t *
ngx_eo_seclang_derive_slow(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_text_t *text, ngx_uint_t n)
{
    ngx_array_t            *nodes;
    ngx_eo_seclang_node_t  *node;
    ngx_eo_seclang_text_t  *parent;

    if (ngx_eo_seclang_text_string(tx, text) == NULL) {
        return NULL;
    }

    nodes = &tx->set->nodes;
    node = nodes->elts;
    node += n;

    if (!(ngx_eo_seclang_text_classes(text) & node->classes)) {
        return text;
    }

    if (text->constant) {
        text = ngx_eo_seclang_text(tx, &text->str);

        if (text == NULL) {
            return NULL;
        }
    }

    if (text->derived == NULL) {
        text->derived = ngx_eo_seclang_calloc(&tx->arena,
                                              nodes->nelts * sizeof(void *));
        if (text->derived == NULL) {
            return NULL;
        }
    }

    if (text->derived[n] != NULL) {
        return text->derived[n];
    }

    parent = ngx_eo_seclang_derive(tx, text, node->parent);
    if (parent == NULL) {
        return NULL;
    }

    text->derived[n] = ngx_eo_seclang_apply(tx, parent, node->transform);

    return text->derived[n];
}


static ngx_int_t
ngx_eo_seclang_list_grow(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_list_t *list)
{
    ngx_uint_t                 n;
    ngx_eo_seclang_member_t  **elts;

    n = list->nalloc ? list->nalloc * 2 : 8;

    elts = ngx_eo_seclang_alloc(&tx->arena, n * sizeof(void *));
    if (elts == NULL) {
        return NGX_ERROR;
    }

    if (list->nelts) {
        ngx_memcpy(elts, list->elts, list->nelts * sizeof(void *));
    }

    list->elts = elts;
    list->nalloc = n;

    return NGX_OK;
}


/* of the length, the beginning and the end of a name, letter case aside */

static uint64_t
ngx_eo_seclang_name_hash(ngx_str_t *name)
{
    size_t    n;
    uint64_t  first, last, letters;

    if (name->len == 0) {
        return 0;
    }

    letters = 0x2020202020202020ULL;
    n = ngx_min(name->len, sizeof(uint64_t));

    first = 0;
    last = 0;

    ngx_memcpy(&first, name->data, n);
    ngx_memcpy(&last, name->data + name->len - n, n);

    return ((first | letters) * 31 + (last | letters)) * 31 + name->len;
}


ngx_int_t
ngx_eo_seclang_add(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_list_e which,
    ngx_str_t *name, ngx_str_t *value, ngx_uint_t origin)
{
    ngx_eo_seclang_list_t    *list;
    ngx_eo_seclang_member_t  *member;

    list = &tx->lists[which];

    if (list->nelts == list->nalloc
        && ngx_eo_seclang_list_grow(tx, list) != NGX_OK)
    {
        return NGX_ERROR;
    }

    member = ngx_eo_seclang_alloc(&tx->arena,
                                  sizeof(ngx_eo_seclang_member_t));
    if (member == NULL) {
        return NGX_ERROR;
    }

    ngx_eo_seclang_text_init(&member->name, name);
    ngx_eo_seclang_text_init(&member->value, value);
    member->origin = origin;

    member->hash = (which >= NGX_EO_SECLANG_LIST_TX)
                   ? ngx_eo_seclang_name_hash(name) : 0;

    list->elts[list->nelts++] = member;

    return NGX_OK;
}


/* a rule may make a variable of each argument: names are told by hashes */

ngx_int_t
ngx_eo_seclang_list_find(ngx_eo_seclang_list_t *list, ngx_str_t *name)
{
    ngx_str_t   *str;
    uint64_t     hash;
    ngx_uint_t   i;

    hash = ngx_eo_seclang_name_hash(name);

    for (i = 0; i < list->nelts; i++) {

        if (list->elts[i]->hash != hash) {
            continue;
        }

        str = &list->elts[i]->name.str;

        if (str->len == name->len
            && ngx_strncasecmp(str->data, name->data, name->len) == 0)
        {
            return i;
        }
    }

    return NGX_DECLINED;
}


ngx_int_t
ngx_eo_seclang_set_scalar(ngx_eo_seclang_tx_t *tx, ngx_uint_t variable,
    ngx_str_t *value)
{
    tx->scalars[variable] = ngx_eo_seclang_text(tx, value);
    tx->views[variable].valid = 0;

    return (tx->scalars[variable] == NULL) ? NGX_ERROR : NGX_OK;
}


ngx_int_t
ngx_eo_seclang_set_scalar_number(ngx_eo_seclang_tx_t *tx,
    ngx_uint_t variable, ngx_int_t number)
{
    tx->scalars[variable] = ngx_eo_seclang_text_from_number(tx, number);
    tx->views[variable].valid = 0;

    return (tx->scalars[variable] == NULL) ? NGX_ERROR : NGX_OK;
}


void
ngx_eo_seclang_forget_views(ngx_eo_seclang_tx_t *tx)
{
    ngx_uint_t  i;

    for (i = 0; i < NGX_EO_SECLANG_VARIABLES; i++) {
        tx->views[i].valid = 0;
    }
}


/* where the members of a variable are, and which of them */

typedef struct {
    ngx_uint_t   list;

    /* NGX_EO_SECLANG_FROM_..., or 0 for all */
    ngx_uint_t   origin;

    /* the names are the values */
    ngx_uint_t   names;
} ngx_eo_seclang_source_t;


static ngx_int_t
ngx_eo_seclang_source(ngx_uint_t variable, ngx_eo_seclang_source_t *source)
{
    source->origin = 0;
    source->names = 0;

    switch (variable) {

    case NGX_EO_SECLANG_VAR_ARGS_NAMES:
        source->names = 1;
        /* fall through */
    case NGX_EO_SECLANG_VAR_ARGS:
        source->list = NGX_EO_SECLANG_LIST_ARGS;
        return NGX_OK;

    case NGX_EO_SECLANG_VAR_ARGS_GET_NAMES:
        source->names = 1;
        /* fall through */
    case NGX_EO_SECLANG_VAR_ARGS_GET:
        source->list = NGX_EO_SECLANG_LIST_ARGS;
        source->origin = NGX_EO_SECLANG_FROM_QUERY;
        return NGX_OK;

    case NGX_EO_SECLANG_VAR_ARGS_POST_NAMES:
        source->names = 1;
        /* fall through */
    case NGX_EO_SECLANG_VAR_ARGS_POST:
        source->list = NGX_EO_SECLANG_LIST_ARGS;
        source->origin = NGX_EO_SECLANG_FROM_BODY;
        return NGX_OK;

    case NGX_EO_SECLANG_VAR_REQUEST_COOKIES_NAMES:
        source->names = 1;
        /* fall through */
    case NGX_EO_SECLANG_VAR_REQUEST_COOKIES:
        source->list = NGX_EO_SECLANG_LIST_COOKIES;
        return NGX_OK;

    case NGX_EO_SECLANG_VAR_REQUEST_HEADERS_NAMES:
        source->names = 1;
        /* fall through */
    case NGX_EO_SECLANG_VAR_REQUEST_HEADERS:
        source->list = NGX_EO_SECLANG_LIST_HEADERS;
        return NGX_OK;

    case NGX_EO_SECLANG_VAR_RESPONSE_HEADERS_NAMES:
        source->names = 1;
        /* fall through */
    case NGX_EO_SECLANG_VAR_RESPONSE_HEADERS:
        source->list = NGX_EO_SECLANG_LIST_RESPONSE_HEADERS;
        return NGX_OK;

    case NGX_EO_SECLANG_VAR_FILES_NAMES:
        source->names = 1;
        /* fall through */
    case NGX_EO_SECLANG_VAR_FILES:
        source->list = NGX_EO_SECLANG_LIST_FILES;
        return NGX_OK;

    case NGX_EO_SECLANG_VAR_FILES_SIZES:
        source->list = NGX_EO_SECLANG_LIST_FILE_SIZES;
        return NGX_OK;

    case NGX_EO_SECLANG_VAR_MULTIPART_PART_HEADERS:
        source->list = NGX_EO_SECLANG_LIST_PART_HEADERS;
        return NGX_OK;

    case NGX_EO_SECLANG_VAR_MULTIPART_NAME:
        source->list = NGX_EO_SECLANG_LIST_PART_NAMES;
        return NGX_OK;

    case NGX_EO_SECLANG_VAR_MULTIPART_FILENAME:
        source->list = NGX_EO_SECLANG_LIST_PART_FILENAMES;
        return NGX_OK;

    case NGX_EO_SECLANG_VAR_ENV:
        source->list = NGX_EO_SECLANG_LIST_ENV;
        return NGX_OK;

    case NGX_EO_SECLANG_VAR_GEO:
        source->list = NGX_EO_SECLANG_LIST_GEO;
        return NGX_OK;

    default:
        return NGX_DECLINED;
    }
}


ngx_uint_t
ngx_eo_seclang_collection_list(ngx_uint_t variable)
{
    switch (variable) {
    case NGX_EO_SECLANG_VAR_IP:
        return NGX_EO_SECLANG_LIST_IP;
    case NGX_EO_SECLANG_VAR_GLOBAL:
        return NGX_EO_SECLANG_LIST_GLOBAL;
    case NGX_EO_SECLANG_VAR_SESSION:
        return NGX_EO_SECLANG_LIST_SESSION;
    case NGX_EO_SECLANG_VAR_USER:
        return NGX_EO_SECLANG_LIST_USER;
    default:
        return NGX_EO_SECLANG_LIST_RESOURCE;
    }
}


static ngx_int_t
ngx_eo_seclang_view_alloc(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t n)
{
    view->nitems = 0;
    view->items = ngx_eo_seclang_alloc(&tx->arena,
                                  (n + 1) * sizeof(ngx_eo_seclang_item_t));

    return (view->items == NULL) ? NGX_ERROR : NGX_OK;
}


static void
ngx_eo_seclang_view_push(ngx_eo_seclang_view_t *view, ngx_str_t *name,
    ngx_eo_seclang_text_t *text)
{
    view->items[view->nitems].name = name;
    view->items[view->nitems].text = text;
    view->nitems++;
}


static ngx_int_t
ngx_eo_seclang_view_list(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_view_t *view,
    ngx_eo_seclang_source_t *source)
{
    ngx_uint_t                i;
    ngx_eo_seclang_list_t    *list;
    ngx_eo_seclang_member_t  *member;

    list = &tx->lists[source->list];

    if (ngx_eo_seclang_view_alloc(tx, view, list->nelts) != NGX_OK) {
        return NGX_ERROR;
    }

    for (i = 0; i < list->nelts; i++) {
        member = list->elts[i];

        if (source->origin && member->origin != source->origin) {
            continue;
        }

        ngx_eo_seclang_view_push(view, &member->name.str,
                                 source->names ? &member->name
                                               : &member->value);
    }

    view->valid = 1;

    return NGX_OK;
}


/* those that rules name, and those that have got their name at run time */

static ngx_int_t
ngx_eo_seclang_view_tx(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_view_t *view,
    ngx_uint_t named)
{
    ngx_str_t              *names;
    ngx_uint_t              i;
    ngx_eo_seclang_list_t  *list;

    names = tx->set->slots.elts;
    list = &tx->lists[NGX_EO_SECLANG_LIST_TX];
    named = named ? tx->set->slots.nelts : 0;

    if (ngx_eo_seclang_view_alloc(tx, view, named + list->nelts) != NGX_OK) {
        return NGX_ERROR;
    }

    for (i = 0; i < named; i++) {
        if (tx->slots[i] != NULL) {
            ngx_eo_seclang_view_push(view, &names[i], tx->slots[i]);
        }
    }

    for (i = 0; i < list->nelts; i++) {
        ngx_eo_seclang_view_push(view, &list->elts[i]->name.str,
                                 &list->elts[i]->value);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_view_matched(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t variable)
{
    ngx_str_t                 *name;
    ngx_uint_t                 i;
    ngx_eo_seclang_text_t     *text;
    ngx_eo_seclang_matched_t  *matched;

    if (ngx_eo_seclang_view_alloc(tx, view, tx->nmatched) != NGX_OK) {
        return NGX_ERROR;
    }

    for (i = 0; i < tx->nmatched; i++) {
        matched = &tx->matched[i];

        name = ngx_eo_seclang_alloc(&tx->arena, sizeof(ngx_str_t));

        if (name == NULL
            || ngx_eo_seclang_full_name(tx, matched->variable, matched->name,
                                        name)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        text = matched->text;

        if (variable == NGX_EO_SECLANG_VAR_MATCHED_VARS_NAMES) {
            text = ngx_eo_seclang_text(tx, name);

            if (text == NULL) {
                return NGX_ERROR;
            }
        }

        ngx_eo_seclang_view_push(view, name, text);
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_view_collection(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t variable)
{
    ngx_eo_seclang_source_t  source;

    source.list = ngx_eo_seclang_collection_list(variable);
    source.origin = 0;
    source.names = 0;

    if (ngx_eo_seclang_view_list(tx, view, &source) != NGX_OK) {
        return NGX_ERROR;
    }

    view->valid = 0;

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_view_xml(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_view_t *view)
{
    ngx_uint_t              i, n;
    ngx_eo_seclang_list_t  *list;

    list = &tx->lists[NGX_EO_SECLANG_LIST_XML_TEXT];
    n = list[0].nelts + list[1].nelts;

    if (ngx_eo_seclang_view_alloc(tx, view, n) != NGX_OK) {
        return NGX_ERROR;
    }

    /* the two lists follow each other; the names tell them apart */

    for (n = 0; n < 2; n++) {
        for (i = 0; i < list[n].nelts; i++) {
            ngx_eo_seclang_view_push(view, &list[n].elts[i]->name.str,
                                     &list[n].elts[i]->value);
        }
    }

    view->valid = 1;

    return NGX_OK;
}


static ngx_str_t  ngx_eo_seclang_rule_fields[] = {
    ngx_string("id"),
    ngx_string("rev"),
    ngx_string("severity"),
    ngx_string("msg"),
    ngx_string("logdata"),
    ngx_null_string
};


static ngx_eo_seclang_text_t *
ngx_eo_seclang_rule_text(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_macro_t *macro)
{
    ngx_int_t               rc;
    ngx_str_t               value;
    ngx_eo_seclang_rule_t  *rule;

    /* a message may name itself: within it there is no rule */

    rule = tx->rule;
    tx->rule = NULL;

    rc = ngx_eo_seclang_expand(tx, macro, &value);

    tx->rule = rule;

    return (rc == NGX_OK) ? ngx_eo_seclang_text(tx, &value) : NULL;
}


static ngx_eo_seclang_text_t *
ngx_eo_seclang_rule_field(ngx_eo_seclang_tx_t *tx, ngx_str_t *name)
{
    ngx_str_t                 *field;
    ngx_uint_t                 n;
    ngx_eo_seclang_actions_t  *actions;

    if (tx->rule == NULL) {
        return NULL;
    }

    actions = &tx->rule->actions;
    field = ngx_eo_seclang_rule_fields;

    for (n = 0; field[n].len; n++) {
        if (field[n].len == name->len
            && ngx_strncasecmp(field[n].data, name->data, name->len) == 0)
        {
            break;
        }
    }

    switch (n) {
    case 0:
        return ngx_eo_seclang_text_from_number(tx, actions->id);
    case 1:
        return ngx_eo_seclang_text(tx, &actions->rev);
    case 2:
        return ngx_eo_seclang_text_from_number(tx, actions->severity);
    case 3:
        return ngx_eo_seclang_rule_text(tx, &actions->msg);
    case 4:
        return ngx_eo_seclang_rule_text(tx, &actions->logdata);
    default:
        return NULL;
    }
}


static ngx_int_t
ngx_eo_seclang_view_rule(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_view_t *view)
{
    ngx_str_t              *name;
    ngx_eo_seclang_text_t  *text;

    if (ngx_eo_seclang_view_alloc(tx, view,
                                  sizeof(ngx_eo_seclang_rule_fields)
                                  / sizeof(ngx_str_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    for (name = ngx_eo_seclang_rule_fields; name->len; name++) {
        text = ngx_eo_seclang_rule_field(tx, name);

        if (text != NULL) {
            ngx_eo_seclang_view_push(view, name, text);
        }
    }

    return NGX_OK;
}


static ngx_int_t
ngx_eo_seclang_time_field(ngx_eo_seclang_tx_t *tx, ngx_uint_t variable)
{
    ngx_tm_t  tm;

    ngx_localtime(tx->now, &tm);

    switch (variable) {
    case NGX_EO_SECLANG_VAR_TIME_DAY:
        return tm.ngx_tm_mday;
    case NGX_EO_SECLANG_VAR_TIME_EPOCH:
        return (ngx_int_t) tx->now;
    case NGX_EO_SECLANG_VAR_TIME_HOUR:
        return tm.ngx_tm_hour;
    case NGX_EO_SECLANG_VAR_TIME_MIN:
        return tm.ngx_tm_min;
    case NGX_EO_SECLANG_VAR_TIME_MON:
        return tm.ngx_tm_mon - 1;
    case NGX_EO_SECLANG_VAR_TIME_SEC:
        return tm.ngx_tm_sec;
    case NGX_EO_SECLANG_VAR_TIME_WDAY:
        return tm.ngx_tm_wday;
    default:
        return tm.ngx_tm_year;
    }
}


static ngx_eo_seclang_text_t *
ngx_eo_seclang_time_text(ngx_eo_seclang_tx_t *tx)
{
    ngx_tm_t   tm;
    ngx_str_t  value;

    value.data = ngx_eo_seclang_alloc(&tx->arena, sizeof("00:00:00"));
    if (value.data == NULL) {
        return NULL;
    }

    ngx_localtime(tx->now, &tm);

    value.len = ngx_sprintf(value.data, "%02d:%02d:%02d", tm.ngx_tm_hour,
                            tm.ngx_tm_min, tm.ngx_tm_sec)
                - value.data;

    return ngx_eo_seclang_text(tx, &value);
}


/* headers and body in one piece, which only a rule that asks for it costs */

static ngx_eo_seclang_text_t *
ngx_eo_seclang_full_request(ngx_eo_seclang_tx_t *tx)
{
    size_t                    len;
    u_char                   *p;
    ngx_str_t                 value, *body;
    ngx_uint_t                i;
    ngx_eo_seclang_list_t    *list;
    ngx_eo_seclang_text_t    *text;
    ngx_eo_seclang_member_t  *member;

    text = tx->scalars[NGX_EO_SECLANG_VAR_REQUEST_BODY];
    body = (text != NULL) ? &text->str : &ngx_eo_seclang_empty;

    list = &tx->lists[NGX_EO_SECLANG_LIST_HEADERS];
    len = body->len + 2;

    for (i = 0; i < list->nelts; i++) {
        member = list->elts[i];
        len += member->name.str.len + member->value.str.len + 3;
    }

    p = ngx_eo_seclang_alloc(&tx->arena, len);
    if (p == NULL) {
        return NULL;
    }

    value.data = p;
    value.len = len;

    for (i = 0; i < list->nelts; i++) {
        member = list->elts[i];
        p = ngx_cpymem(p, member->name.str.data, member->name.str.len);
        *p++ = ':';
        *p++ = ' ';
        p = ngx_cpymem(p, member->value.str.data, member->value.str.len);
        *p++ = '\n';
    }

    *p++ = '\n';
    *p++ = '\n';
    ngx_memcpy(p, body->data, body->len);

    return ngx_eo_seclang_text(tx, &value);
}


static ngx_eo_seclang_text_t *
ngx_eo_seclang_matched_text(ngx_eo_seclang_tx_t *tx, ngx_uint_t variable)
{
    ngx_str_t                  name;
    ngx_eo_seclang_matched_t  *matched;

    if (tx->nmatched == 0) {
        return ngx_eo_seclang_text(tx, &ngx_eo_seclang_empty);
    }

    matched = &tx->matched[tx->nmatched - 1];

    if (variable == NGX_EO_SECLANG_VAR_MATCHED_VAR) {
        return matched->text;
    }

    if (ngx_eo_seclang_full_name(tx, matched->variable, matched->name, &name)
        != NGX_OK)
    {
        return NULL;
    }

    return ngx_eo_seclang_text(tx, &name);
}


/* "cache" is cleared for what may differ the next time */

static ngx_eo_seclang_text_t *
ngx_eo_seclang_scalar(ngx_eo_seclang_tx_t *tx, ngx_uint_t variable,
    ngx_uint_t *cache)
{
    ngx_str_t              *full;
    ngx_eo_seclang_text_t  *text;

    *cache = 1;

    if (tx->scalars[variable] != NULL) {
        return tx->scalars[variable];
    }

    switch (variable) {

    case NGX_EO_SECLANG_VAR_ARGS_COMBINED_SIZE:
        return ngx_eo_seclang_text_from_number(tx, tx->arguments_size);

    case NGX_EO_SECLANG_VAR_DURATION:
        *cache = 0;
        return ngx_eo_seclang_text_from_number(tx,
                                            ngx_current_msec - tx->start);

    case NGX_EO_SECLANG_VAR_HIGHEST_SEVERITY:
        *cache = 0;
        return ngx_eo_seclang_text_from_number(tx, tx->highest_severity);

    case NGX_EO_SECLANG_VAR_MATCHED_VAR:
    case NGX_EO_SECLANG_VAR_MATCHED_VAR_NAME:
        *cache = 0;
        return ngx_eo_seclang_matched_text(tx, variable);

    case NGX_EO_SECLANG_VAR_FULL_REQUEST:
        return ngx_eo_seclang_full_request(tx);

    case NGX_EO_SECLANG_VAR_FULL_REQUEST_LENGTH:
        text = ngx_eo_seclang_full_request(tx);
        full = (text != NULL) ? &text->str : &ngx_eo_seclang_empty;
        return ngx_eo_seclang_text_from_number(tx, full->len);

    case NGX_EO_SECLANG_VAR_TIME:
        return ngx_eo_seclang_time_text(tx);

    case NGX_EO_SECLANG_VAR_TIME_DAY:
    case NGX_EO_SECLANG_VAR_TIME_EPOCH:
    case NGX_EO_SECLANG_VAR_TIME_HOUR:
    case NGX_EO_SECLANG_VAR_TIME_MIN:
    case NGX_EO_SECLANG_VAR_TIME_MON:
    case NGX_EO_SECLANG_VAR_TIME_SEC:
    case NGX_EO_SECLANG_VAR_TIME_WDAY:
    case NGX_EO_SECLANG_VAR_TIME_YEAR:
        return ngx_eo_seclang_text_from_number(tx,
                                    ngx_eo_seclang_time_field(tx, variable));

    default:
        return ngx_eo_seclang_text(tx, &ngx_eo_seclang_empty);
    }
}


static ngx_int_t
ngx_eo_seclang_view_scalar(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_view_t *view, ngx_uint_t variable)
{
    ngx_uint_t              cache;
    ngx_eo_seclang_text_t  *text;

    text = ngx_eo_seclang_scalar(tx, variable, &cache);

    if (text == NULL || ngx_eo_seclang_view_alloc(tx, view, 1) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_eo_seclang_view_push(view, &ngx_eo_seclang_empty, text);
    view->valid = cache;

    return NGX_OK;
}


ngx_eo_seclang_view_t *
ngx_eo_seclang_view(ngx_eo_seclang_tx_t *tx, ngx_uint_t variable)
{
    ngx_int_t                 rc;
    ngx_eo_seclang_view_t    *view;
    ngx_eo_seclang_source_t   source;

    view = &tx->views[variable];

    if (view->valid) {
        return view;
    }

    if (!ngx_eo_seclang_variables[variable].collection) {
        rc = ngx_eo_seclang_view_scalar(tx, view, variable);

    } else if (ngx_eo_seclang_source(variable, &source) == NGX_OK) {
        rc = ngx_eo_seclang_view_list(tx, view, &source);

    } else if (ngx_eo_seclang_is_collection(variable)) {
        rc = ngx_eo_seclang_view_collection(tx, view, variable);

    } else if (variable == NGX_EO_SECLANG_VAR_TX) {
        rc = ngx_eo_seclang_view_tx(tx, view, 1);

    } else if (variable == NGX_EO_SECLANG_VAR_MATCHED_VARS
               || variable == NGX_EO_SECLANG_VAR_MATCHED_VARS_NAMES)
    {
        rc = ngx_eo_seclang_view_matched(tx, view, variable);

    } else if (variable == NGX_EO_SECLANG_VAR_XML) {
        rc = ngx_eo_seclang_view_xml(tx, view);

    } else if (variable == NGX_EO_SECLANG_VAR_RULE) {
        rc = ngx_eo_seclang_view_rule(tx, view);

    } else {
        rc = ngx_eo_seclang_view_alloc(tx, view, 0);
    }

    return (rc == NGX_OK) ? view : NULL;
}


ngx_eo_seclang_view_t *
ngx_eo_seclang_target_view(ngx_eo_seclang_tx_t *tx,
    ngx_eo_seclang_target_t *target)
{
    ngx_eo_seclang_view_t  *view;

    if (!target->unnamed) {
        return ngx_eo_seclang_view(tx, target->variable);
    }

    view = &tx->views[NGX_EO_SECLANG_VAR_TX];

    return (ngx_eo_seclang_view_tx(tx, view, 0) == NGX_OK) ? view : NULL;
}


ngx_eo_seclang_text_t *
ngx_eo_seclang_first(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_target_t *target)
{
    ngx_int_t               found;
    ngx_uint_t              i;
    ngx_eo_seclang_list_t  *list;
    ngx_eo_seclang_view_t  *view;

    if (target->slot >= 0) {
        return tx->slots[target->slot];
    }

    if (target->variable == NGX_EO_SECLANG_VAR_RULE) {
        return ngx_eo_seclang_rule_field(tx, &target->name);
    }

    /* those that have a slot are not asked for by name */

    if (target->variable == NGX_EO_SECLANG_VAR_TX && target->regex == NULL) {
        list = &tx->lists[NGX_EO_SECLANG_LIST_TX];
        found = ngx_eo_seclang_list_find(list, &target->name);

        return (found >= 0) ? &list->elts[found]->value : NULL;
    }

    view = ngx_eo_seclang_view(tx, target->variable);
    if (view == NULL) {
        return NULL;
    }

    for (i = 0; i < view->nitems; i++) {
        if (ngx_eo_seclang_selects(target, view->items[i].name)) {
            return view->items[i].text;
        }
    }

    return NULL;
}


ngx_int_t
ngx_eo_seclang_full_name(ngx_eo_seclang_tx_t *tx, ngx_uint_t variable,
    ngx_str_t *name, ngx_str_t *out)
{
    u_char     *p;
    ngx_str_t  *collection;

    collection = &ngx_eo_seclang_variables[variable].name;

    if (!ngx_eo_seclang_variables[variable].collection || name->len == 0) {
        *out = *collection;
        return NGX_OK;
    }

    p = ngx_eo_seclang_alloc(&tx->arena, collection->len + 1 + name->len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    out->data = p;

    p = ngx_cpymem(p, collection->data, collection->len);
    *p++ = ':';
    p = ngx_cpymem(p, name->data, name->len);

    out->len = p - out->data;

    return NGX_OK;
}


ngx_int_t
ngx_eo_seclang_expand(ngx_eo_seclang_tx_t *tx, ngx_eo_seclang_macro_t *macro,
    ngx_str_t *out)
{
    size_t                  len;
    u_char                 *p;
    ngx_str_t              *values, *value, few[NGX_EO_SECLANG_PARTS];
    ngx_uint_t              i;
    ngx_eo_seclang_macro_part_t  *part;
    ngx_eo_seclang_text_t  *text;

    if (macro->nparts == 0) {
        *out = macro->text;
        return NGX_OK;
    }

    values = few;

    if (macro->nparts > NGX_EO_SECLANG_PARTS) {
        values = ngx_eo_seclang_alloc(&tx->arena,
                                      macro->nparts * sizeof(ngx_str_t));
        if (values == NULL) {
            return NGX_ERROR;
        }
    }

    len = 0;

    for (i = 0; i < macro->nparts; i++) {
        part = &macro->parts[i];
        ngx_str_null(&values[i]);

        if (part->target == NULL) {
            values[i] = part->literal;

        } else {
            text = ngx_eo_seclang_first(tx, part->target);

            if (text != NULL) {
                value = ngx_eo_seclang_text_string(tx, text);

                if (value == NULL) {
                    return NGX_ERROR;
                }

                values[i] = *value;
            }
        }

        len += values[i].len;
    }

    if (macro->nparts == 1) {
        *out = values[0];
        return NGX_OK;
    }

    p = ngx_eo_seclang_alloc(&tx->arena, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    out->data = p;
    out->len = len;

    for (i = 0; i < macro->nparts; i++) {
        p = ngx_cpymem(p, values[i].data, values[i].len);
    }

    return NGX_OK;
}
