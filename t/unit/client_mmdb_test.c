
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * The proof of MaxMind DB files, with a database of one node made by hand:
 * the left record leads to { "country": { "iso_code": "CN" } }, the right one
 * to the same country by way of a pointer.
 */


#include "ngx_eo_unit.h"
#include "ngx_eo_mmdb.h"


#define NGX_EO_TEST_DB_MAX  4096


typedef struct {
    u_char            data[NGX_EO_TEST_DB_MAX];
    size_t            len;
} ngx_eo_test_db_t;


static void ngx_eo_test_db(ngx_eo_test_db_t *db, const char *section,
    size_t len, ngx_uint_t left, ngx_uint_t right);
static void ngx_eo_test_add(ngx_eo_test_db_t *db, const char *bytes,
    size_t len);
static ngx_int_t ngx_eo_test_check(ngx_eo_unit_t *t, ngx_eo_test_db_t *db,
    size_t len, ngx_str_t *reason);


/* offsets: 0 outer map, 9 inner map, 22 second value, 31 after it */

#define NGX_EO_TEST_SECTION                                                   \
    "\xe1\x47" "country" "\xe1\x48" "iso_code" "\x42" "CN"                    \
    "\xe1\x20\x01" "\x20\x09"


ngx_eo_unit_test(client_mmdb_sound)
{
    ngx_str_t         reason;
    const char       *why;
    ngx_eo_mmdb_t     mmdb;
    ngx_atomic_t      cancel;
    ngx_eo_test_db_t  db;

    ngx_eo_test_db(&db, NGX_EO_TEST_SECTION,
                   sizeof(NGX_EO_TEST_SECTION) - 1, 0, 22);

    if (!ngx_eo_is_int(ngx_eo_test_check(t, &db, db.len, &reason), NGX_OK,
                       "a sound database"))
    {
        ngx_eo_is_str(&reason, "", "its reason");
        return;
    }

    cancel = 1;

    ngx_eo_is_int(ngx_eo_mmdb_check(db.data, db.len, &mmdb, &why, &cancel),
                  NGX_ABORT, "a check that is called off");

    cancel = 0;

    ngx_eo_is_int(ngx_eo_mmdb_check(db.data, db.len, &mmdb, &why, &cancel),
                  NGX_OK, "and one that is not");
    ngx_eo_is_int(mmdb.node_count, 1, "its nodes");
    ngx_eo_is_int(mmdb.record_size, 24, "the size of its records");
    ngx_eo_is_int(mmdb.ip_version, 4, "its version of IP");
    ngx_eo_is_int(mmdb.build_epoch, 0x65000000, "when it was built");
    ngx_eo_is_mem(mmdb.type, ngx_strlen(mmdb.type), "Te?t", 4,
                  "its type, without control characters");
}


ngx_eo_unit_test(client_mmdb_damaged)
{
    size_t            i, refused;
    ngx_str_t         reason;
    ngx_uint_t        bit;
    ngx_eo_test_db_t  db, broken;

    ngx_eo_test_db(&db, NGX_EO_TEST_SECTION,
                   sizeof(NGX_EO_TEST_SECTION) - 1, 0, 22);

    /* cut at any length */

    refused = 0;

    for (i = 0; i < db.len; i++) {
        refused += (ngx_eo_test_check(t, &db, i, &reason) == NGX_ERROR);
    }

    ngx_eo_is_int(refused, db.len, "cut at each of its bytes");

    /* each bit turned: ASan watches, and many have to be noticed */

    refused = 0;

    for (i = 0; i < db.len; i++) {
        for (bit = 0; bit < 8; bit++) {
            broken = db;
            broken.data[i] ^= 1 << bit;

            refused += (ngx_eo_test_check(t, &broken, db.len, &reason)
                        == NGX_ERROR);
        }
    }

    ngx_eo_ok(refused > db.len * 2, "%lu of %lu turned bits are noticed",
              (unsigned long) refused, (unsigned long) db.len * 8);

    ngx_eo_test_db(&db, NGX_EO_TEST_SECTION,
                   sizeof(NGX_EO_TEST_SECTION) - 1, 0, 1000);
    (void) ngx_eo_test_check(t, &db, db.len, &reason);
    ngx_eo_is_str(&reason, "is damaged", "a record past the data");

    ngx_eo_test_db(&db, "", 0, 0, 0);
    (void) ngx_eo_test_check(t, &db, db.len, &reason);
    ngx_eo_is_str(&reason, "is damaged", "no data at all");

    reason.len = 0;
    db.len = 5;
    (void) ngx_eo_test_check(t, &db, 5, &reason);
    ngx_eo_is_str(&reason, "has no metadata: it is cut off, or no MaxMind DB",
                  "no database at all");
}


ngx_eo_unit_test(client_mmdb_hostile)
{
    u_char             nested[1024];
    size_t             i;
    ngx_str_t          reason;
    ngx_eo_test_db_t   db;

    /* a pointer to itself, and two to each other */

    ngx_eo_test_db(&db, "\x20\x00", 2, 0, 0);
    ngx_eo_is_int(ngx_eo_test_check(t, &db, db.len, &reason), NGX_ERROR,
                  "a pointer to itself");

    ngx_eo_test_db(&db, "\x20\x02\x20\x00", 4, 0, 2);
    ngx_eo_is_int(ngx_eo_test_check(t, &db, db.len, &reason), NGX_ERROR,
                  "pointers to each other");

    ngx_eo_test_db(&db, "\xe1\x41" "a" "\x20\x00", 5, 0, 0);
    ngx_eo_is_int(ngx_eo_test_check(t, &db, db.len, &reason), NGX_ERROR,
                  "a map that contains itself");

    /* arrays of one array each */

    for (i = 0; i < sizeof(nested); i += 2) {
        nested[i] = 0x01;
        nested[i + 1] = 0x04;
    }

    ngx_memcpy(nested + sizeof(nested) - 2, "\xa1\x01", 2);

    ngx_eo_test_db(&db, (char *) nested, sizeof(nested), 0, 0);
    ngx_eo_is_int(ngx_eo_test_check(t, &db, db.len, &reason), NGX_ERROR,
                  "512 arrays in each other");

    i = sizeof(nested) - 2 - 2 * 20;
    ngx_eo_test_db(&db, (char *) nested + i, sizeof(nested) - i, 0, 0);
    ngx_eo_is_int(ngx_eo_test_check(t, &db, db.len, &reason), NGX_OK,
                  "20 arrays in each other");

    /* counts and lengths of 16 million */

    ngx_eo_test_db(&db, "\xff\xff\xff\xff", 4, 0, 0);
    ngx_eo_is_int(ngx_eo_test_check(t, &db, db.len, &reason), NGX_ERROR,
                  "a map larger than the file");

    ngx_eo_test_db(&db, "\x5f\xff\xff\xff", 4, 0, 0);
    ngx_eo_is_int(ngx_eo_test_check(t, &db, db.len, &reason), NGX_ERROR,
                  "a string longer than the file");

    /* each level names the next one twice: 2 to the power of 12 values */

    for (i = 0; i < 12; i++) {
        nested[6 * i] = 0x02;
        nested[6 * i + 1] = 0x04;
        nested[6 * i + 2] = 0x20;
        nested[6 * i + 3] = (u_char) (6 * (i + 1));
        nested[6 * i + 4] = 0x20;
        nested[6 * i + 5] = (u_char) (6 * (i + 1));
    }

    ngx_memcpy(nested + 72, "\xa1\x01", 2);

    ngx_eo_test_db(&db, (char *) nested, 74, 0, 0);
    ngx_eo_is_int(ngx_eo_test_check(t, &db, db.len, &reason), NGX_OK,
                  "values shared by many are gone through once");
}


/*
 * Each check is of a copy that ends where the file does.
 */

static ngx_int_t
ngx_eo_test_check(ngx_eo_unit_t *t, ngx_eo_test_db_t *db, size_t len,
    ngx_str_t *reason)
{
    u_char         *copy;
    ngx_int_t       rc;
    const char     *why;
    ngx_eo_mmdb_t   mmdb;

    why = "";
    copy = ngx_alloc(len ? len : 1, t->log);
    ngx_memcpy(copy, db->data, len);

    rc = ngx_eo_mmdb_check(copy, len, &mmdb, &why, NULL);

    reason->data = (u_char *) why;
    reason->len = ngx_strlen(why);

    ngx_free(copy);

    return rc;
}


static void
ngx_eo_test_db(ngx_eo_test_db_t *db, const char *section, size_t len,
    ngx_uint_t left, ngx_uint_t right)
{
    ngx_uint_t  i, record;

    db->len = 0;

    for (i = 0; i < 2; i++) {
        record = 1 + 16 + (i ? right : left);

        db->data[db->len++] = (u_char) (record >> 16);
        db->data[db->len++] = (u_char) (record >> 8);
        db->data[db->len++] = (u_char) record;
    }

    ngx_eo_test_add(db, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
    ngx_eo_test_add(db, section, len);

#define ngx_eo_test_text(text)  ngx_eo_test_add(db, text, sizeof(text) - 1)

    ngx_eo_test_text("\xab\xcd\xef" "MaxMind.com" "\xe5");
    ngx_eo_test_text("\x4a" "node_count" "\xc1\x01");
    ngx_eo_test_text("\x4b" "record_size" "\xa1\x18");
    ngx_eo_test_text("\x4a" "ip_version" "\xa1\x04");
    ngx_eo_test_text("\x4b" "build_epoch" "\x04\x02\x65\0\0\0");
    ngx_eo_test_text("\x4d" "database_type" "\x44" "Te\nt");

#undef ngx_eo_test_text
}


static void
ngx_eo_test_add(ngx_eo_test_db_t *db, const char *bytes, size_t len)
{
    ngx_memcpy(db->data + db->len, bytes, len);
    db->len += len;
}
