
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Codes of countries, as ISO 3166-1 has them in two letters.
 */


#include "ngx_eo_expr_internal.h"


typedef struct {
    const char  *code;
    const char  *expected;
} ngx_eo_expr_country_t;


/*
 * All in use, and "xk", which is the code of databases for Kosovo; in small
 * letters, as expressions compare.
 */

static const char  ngx_eo_expr_countries[] =
    "ad ae af ag ai al am ao aq ar as at au aw ax az "
    "ba bb bd be bf bg bh bi bj bl bm bn bo bq br bs bt bv bw by bz "
    "ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz "
    "de dj dk dm do dz "
    "ec ee eg eh er es et "
    "fi fj fk fm fo fr "
    "ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy "
    "hk hm hn hr ht hu "
    "id ie il im in io iq ir is it "
    "je jm jo jp "
    "ke kg kh ki km kn kp kr kw ky kz "
    "la lb lc li lk lr ls lt lu lv ly "
    "ma mc md me mf mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my "
    "mz "
    "na nc ne nf ng ni nl no np nr nu nz "
    "om "
    "pa pe pf pg ph pk pl pm pn pr ps pt pw py "
    "qa "
    "re ro rs ru rw "
    "sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st sv sx sy sz "
    "tc td tf tg th tj tk tl tm tn to tr tt tv tw tz "
    "ua ug um us uy uz "
    "va vc ve vg vi vn vu "
    "wf ws "
    "ye yt "
    "za zm zw "
    "xk ";


/* what people and older lists write instead */

static const ngx_eo_expr_country_t  ngx_eo_expr_no_countries[] = {
    { "uk", "\"GB\"" },
    { "el", "\"GR\"" },
    { "an", "\"BQ\", \"CW\" or \"SX\"" },
    { "bu", "\"MM\"" },
    { "cs", "\"CZ\", \"ME\", \"RS\" or \"SK\"" },
    { "dd", "\"DE\"" },
    { "fx", "\"FR\"" },
    { "su", "\"RU\" and its neighbours" },
    { "tp", "\"TL\"" },
    { "yu", "\"ME\" or \"RS\"" },
    { "zr", "\"CD\"" },
    { "eu", "${http.request.ip.continent} for a continent" },
    { "ap", "${http.request.ip.continent} for a continent" },
    { "zz", "no \"exists\" for a country that is not known" },
    { "xx", "no \"exists\" for a country that is not known" },
    { NULL, "two letters such as \"GB\"" }
};


const char *
ngx_eo_expr_country(ngx_str_t *text)
{
    u_char                        a, b;
    const char                   *p;
    const ngx_eo_expr_country_t  *no;

    a = 0;
    b = 0;

    if (text->len == 2) {
        a = ngx_tolower(text->data[0]);
        b = ngx_tolower(text->data[1]);

        for (p = ngx_eo_expr_countries; *p; p += 3) {
            if ((u_char) p[0] == a && (u_char) p[1] == b) {
                return NULL;
            }
        }
    }

    for (no = ngx_eo_expr_no_countries; no->code; no++) {
        if ((u_char) no->code[0] == a && (u_char) no->code[1] == b) {
            break;
        }
    }

    return no->expected;
}
