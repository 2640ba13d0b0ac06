
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Classes of devices, operating systems and browsers by the User-Agent.
 *
 * The table is maintained here, by our own reading of what the vendors
 * document of the User-Agents that they send:
 *
 *   Chrome, and Android's "Mobile" on phones but not on tablets
 *       https://developer.chrome.com/docs/privacy-security/user-agent
 *   Safari and WebKit
 *       https://webkit.org/blog/ (notes on the frozen User-Agent)
 *   Firefox and its builds for iOS
 *       https://developer.mozilla.org/docs/Web/HTTP/Headers/User-Agent/
 *       Firefox
 *   Edge
 *       https://learn.microsoft.com/microsoft-edge/web-platform/
 *       user-agent-guidance
 *   Amazon's Silk, Fire tablets and Fire TV
 *       https://developer.amazon.com/docs/silk/user-agent.html
 *       https://developer.amazon.com/docs/fire-tv/user-agent-strings.html
 *   Samsung Internet, and Samsung's television sets (Tizen)
 *       https://developer.samsung.com/internet/user-agent-string-format.html
 *       https://developer.samsung.com/smarttv/develop/guides/
 *       fundamentals/retrieving-platform-information.html
 *   LG webOS TV
 *       https://webostv.developer.lge.com/develop/specifications/
 *       web-api-and-web-engine
 *   HbbTV: ETSI TS 102 796, section 7.3.2.4
 *   HarmonyOS
 *       https://developer.huawei.com/consumer/en/doc/ (ArkWeb default
 *       User-Agent)
 *
 * and, where vendors document nothing, of the products' own names in the
 * User-Agents that they send.
 *
 * One pass finds the words of the table that the text has.  Each sets its
 * mark, and the rules below are read from the top.
 */


#include "ngx_eo_user_agent.h"


enum {
    NGX_EO_UA_WINDOWS = 0,
    NGX_EO_UA_WINDOWS_PHONE,
    NGX_EO_UA_ANDROID,
    NGX_EO_UA_IPHONE,
    NGX_EO_UA_IPAD,
    NGX_EO_UA_MACINTOSH,
    NGX_EO_UA_CHROME_OS,
    NGX_EO_UA_X11,
    NGX_EO_UA_LINUX,
    NGX_EO_UA_HARMONY,
    NGX_EO_UA_TIZEN,
    NGX_EO_UA_WEBOS,
    NGX_EO_UA_TVOS,
    NGX_EO_UA_KAIOS,
    NGX_EO_UA_PLAYSTATION,

    NGX_EO_UA_MOBILE,
    NGX_EO_UA_PHONE,
    NGX_EO_UA_TABLET,
    NGX_EO_UA_TV,
    NGX_EO_UA_TV_WORD,
    NGX_EO_UA_TV_MODEL,
    NGX_EO_UA_PC,

    NGX_EO_UA_EDGE,
    NGX_EO_UA_OPERA,
    NGX_EO_UA_SAMSUNG,
    NGX_EO_UA_YANDEX,
    NGX_EO_UA_VIVALDI,
    NGX_EO_UA_UC,
    NGX_EO_UA_WECHAT,
    NGX_EO_UA_QQ,
    NGX_EO_UA_HUAWEI,
    NGX_EO_UA_XIAOMI,
    NGX_EO_UA_SILK,
    NGX_EO_UA_DUCKDUCKGO,
    NGX_EO_UA_FIREFOX,
    NGX_EO_UA_CHROME,
    NGX_EO_UA_SAFARI,
    NGX_EO_UA_VERSION,
    NGX_EO_UA_IE
};


/*
 * How a word has to end, so that "TV" is not found in "TVOS": before anything
 * but a letter or digit; anywhere; or as the name of a model does, which is
 * all capitals and digits.
 */

enum {
    NGX_EO_UA_WORD = 0,
    NGX_EO_UA_PREFIX,
    NGX_EO_UA_MODEL
};


typedef struct {
    const char       *text;
    u_char            len;
    u_char            end;
    u_char            mark;
} ngx_eo_ua_word_t;


/* all of need and none of without; a name of NULL ends the list */

typedef struct {
    const char       *name;
    uint64_t          need;
    uint64_t          without;
} ngx_eo_ua_rule_t;


#define ngx_eo_ua_word(text, end, mark)                                       \
    { text, sizeof(text) - 1, NGX_EO_UA_##end, NGX_EO_UA_##mark }

#define ngx_eo_ua_bit(mark)  ((uint64_t) 1 << NGX_EO_UA_##mark)


static uint64_t ngx_eo_ua_marks(const u_char *text, size_t len);
static ngx_uint_t ngx_eo_ua_is_word(const u_char *p, const u_char *end,
    const ngx_eo_ua_word_t *word);
static ngx_uint_t ngx_eo_ua_is_tv_model(const u_char *p, const u_char *end);
static ngx_uint_t ngx_eo_ua_alnum(u_char c);
static void ngx_eo_ua_choose(const ngx_eo_ua_rule_t *rule, uint64_t marks,
    ngx_str_t *name);


/* in the order of their first letters; compared without letter case */

static const ngx_eo_ua_word_t  ngx_eo_ua_words[] = {

    /* models of Fire TV: AFTB, AFTMM, AFTSSS */

    ngx_eo_ua_word("aft", MODEL, TV),
    ngx_eo_ua_word("android", WORD, ANDROID),
    ngx_eo_ua_word("android tv", WORD, TV),
    ngx_eo_ua_word("apple tv", WORD, TVOS),
    ngx_eo_ua_word("appletv", PREFIX, TVOS),

    ngx_eo_ua_word("bravia", PREFIX, TV),

    ngx_eo_ua_word("chrome", WORD, CHROME),
    ngx_eo_ua_word("chromium", WORD, CHROME),
    ngx_eo_ua_word("crios", WORD, CHROME),
    ngx_eo_ua_word("crkey", WORD, TV),
    ngx_eo_ua_word("cros", WORD, CHROME_OS),

    ngx_eo_ua_word("ddg", WORD, DUCKDUCKGO),
    ngx_eo_ua_word("duckduckgo", WORD, DUCKDUCKGO),

    ngx_eo_ua_word("edg", WORD, EDGE),
    ngx_eo_ua_word("edga", WORD, EDGE),
    ngx_eo_ua_word("edge", WORD, EDGE),
    ngx_eo_ua_word("edgios", WORD, EDGE),

    ngx_eo_ua_word("firefox", WORD, FIREFOX),
    ngx_eo_ua_word("focus", WORD, FIREFOX),
    ngx_eo_ua_word("fxios", WORD, FIREFOX),

    ngx_eo_ua_word("google tv", WORD, TV),
    ngx_eo_ua_word("googletv", WORD, TV),

    ngx_eo_ua_word("harmonyos", WORD, HARMONY),
    ngx_eo_ua_word("hbbtv", WORD, TV),
    ngx_eo_ua_word("headlesschrome", WORD, CHROME),
    ngx_eo_ua_word("huaweibrowser", WORD, HUAWEI),

    ngx_eo_ua_word("ipad", PREFIX, IPAD),
    ngx_eo_ua_word("iphone", PREFIX, IPHONE),
    ngx_eo_ua_word("ipod", WORD, IPHONE),

    ngx_eo_ua_word("kaios", WORD, KAIOS),

    /* models of Fire tablets: KFTT, KFSUWI */

    ngx_eo_ua_word("kf", MODEL, TABLET),
    ngx_eo_ua_word("kindle", WORD, TABLET),

    ngx_eo_ua_word("linux", WORD, LINUX),

    ngx_eo_ua_word("macintosh", WORD, MACINTOSH),
    ngx_eo_ua_word("micromessenger", WORD, WECHAT),
    ngx_eo_ua_word("miuibrowser", WORD, XIAOMI),
    ngx_eo_ua_word("mobile", WORD, MOBILE),
    ngx_eo_ua_word("mqqbrowser", WORD, QQ),
    ngx_eo_ua_word("msie", WORD, IE),

    ngx_eo_ua_word("netcast", WORD, TV),
    ngx_eo_ua_word("nintendo", WORD, TV),

    ngx_eo_ua_word("openharmony", WORD, HARMONY),
    ngx_eo_ua_word("opera", WORD, OPERA),
    ngx_eo_ua_word("opios", WORD, OPERA),
    ngx_eo_ua_word("opr", WORD, OPERA),
    ngx_eo_ua_word("opt", WORD, OPERA),

    ngx_eo_ua_word("pc", WORD, PC),
    ngx_eo_ua_word("phone", WORD, PHONE),
    ngx_eo_ua_word("playstation", WORD, PLAYSTATION),

    ngx_eo_ua_word("qqbrowser", WORD, QQ),

    ngx_eo_ua_word("roku", WORD, TV),

    ngx_eo_ua_word("safari", WORD, SAFARI),
    ngx_eo_ua_word("samsungbrowser", WORD, SAMSUNG),
    ngx_eo_ua_word("silk", WORD, SILK),
    ngx_eo_ua_word("smart tv", WORD, TV),
    ngx_eo_ua_word("smart-tv", WORD, TV),
    ngx_eo_ua_word("smarttv", WORD, TV),

    ngx_eo_ua_word("tablet", WORD, TABLET),
    ngx_eo_ua_word("tizen", WORD, TIZEN),
    ngx_eo_ua_word("trident", WORD, IE),
    ngx_eo_ua_word("tv", WORD, TV_WORD),
    ngx_eo_ua_word("tvos", WORD, TVOS),

    ngx_eo_ua_word("ubrowser", WORD, UC),
    ngx_eo_ua_word("ucbrowser", WORD, UC),
    ngx_eo_ua_word("ucweb", PREFIX, UC),

    ngx_eo_ua_word("version", WORD, VERSION),
    ngx_eo_ua_word("vidaa", WORD, TV),
    ngx_eo_ua_word("vivaldi", WORD, VIVALDI),

    ngx_eo_ua_word("web0s", WORD, WEBOS),
    ngx_eo_ua_word("webos", WORD, WEBOS),
    ngx_eo_ua_word("windows", WORD, WINDOWS),
    ngx_eo_ua_word("windows phone", WORD, WINDOWS_PHONE),

    ngx_eo_ua_word("x11", WORD, X11),
    ngx_eo_ua_word("xbox", WORD, TV),

    ngx_eo_ua_word("yabrowser", WORD, YANDEX)
};


/*
 * Television sets first, as those with Android lack "Mobile" like tablets;
 * consoles are at a television set too.  An Android application without a
 * browser's User-Agent says "Mobile" on no device, and most are phones.
 */

static const ngx_eo_ua_rule_t  ngx_eo_ua_devices[] = {
    { "SmartTV", ngx_eo_ua_bit(TVOS), 0 },
    { "SmartTV", ngx_eo_ua_bit(TV_MODEL), 0 },
    { "SmartTV", ngx_eo_ua_bit(TV), ngx_eo_ua_bit(IPHONE)
                                    |ngx_eo_ua_bit(IPAD) },
    { "SmartTV", ngx_eo_ua_bit(TV_WORD), ngx_eo_ua_bit(IPHONE)
                                         |ngx_eo_ua_bit(IPAD)
                                         |ngx_eo_ua_bit(MOBILE) },
    { "SmartTV", ngx_eo_ua_bit(PLAYSTATION), 0 },
    { "SmartTV", ngx_eo_ua_bit(WEBOS), ngx_eo_ua_bit(MOBILE) },
    { "SmartTV", ngx_eo_ua_bit(TIZEN), ngx_eo_ua_bit(MOBILE) },
    { "Tablet", ngx_eo_ua_bit(IPAD), 0 },
    { "Tablet", ngx_eo_ua_bit(TABLET), ngx_eo_ua_bit(WINDOWS) },
    { "Mobile", ngx_eo_ua_bit(IPHONE), 0 },
    { "Mobile", ngx_eo_ua_bit(WINDOWS_PHONE), 0 },
    { "Mobile", ngx_eo_ua_bit(KAIOS), 0 },
    { "Mobile", ngx_eo_ua_bit(ANDROID)|ngx_eo_ua_bit(MOBILE), 0 },
    { "Mobile", ngx_eo_ua_bit(HARMONY)|ngx_eo_ua_bit(MOBILE), 0 },
    { "Mobile", ngx_eo_ua_bit(HARMONY)|ngx_eo_ua_bit(PHONE), 0 },
    { "Mobile", ngx_eo_ua_bit(TIZEN)|ngx_eo_ua_bit(MOBILE), 0 },
    { "Mobile", ngx_eo_ua_bit(WEBOS)|ngx_eo_ua_bit(MOBILE), 0 },
    { "Mobile", ngx_eo_ua_bit(FIREFOX)|ngx_eo_ua_bit(MOBILE), 0 },
    { "Tablet", ngx_eo_ua_bit(ANDROID)|ngx_eo_ua_bit(SAFARI), 0 },
    { "Mobile", ngx_eo_ua_bit(ANDROID), 0 },
    { "Desktop", ngx_eo_ua_bit(HARMONY)|ngx_eo_ua_bit(PC), 0 },
    { "Desktop", ngx_eo_ua_bit(WINDOWS), 0 },
    { "Desktop", ngx_eo_ua_bit(MACINTOSH), 0 },
    { "Desktop", ngx_eo_ua_bit(CHROME_OS), 0 },
    { "Desktop", ngx_eo_ua_bit(X11), 0 },
    { "Desktop", ngx_eo_ua_bit(LINUX)|ngx_eo_ua_bit(CHROME), 0 },
    { NULL, 0, 0 }
};


static const ngx_eo_ua_rule_t  ngx_eo_ua_systems[] = {
    { "WindowsPhone", ngx_eo_ua_bit(WINDOWS_PHONE), 0 },
    { "tvOS", ngx_eo_ua_bit(TVOS), 0 },
    { "iOS", ngx_eo_ua_bit(IPHONE), 0 },
    { "iOS", ngx_eo_ua_bit(IPAD), 0 },
    { "HarmonyOS", ngx_eo_ua_bit(HARMONY), 0 },
    { "Tizen", ngx_eo_ua_bit(TIZEN), 0 },
    { "webOS", ngx_eo_ua_bit(WEBOS), 0 },
    { "KaiOS", ngx_eo_ua_bit(KAIOS), 0 },
    { "PlayStation", ngx_eo_ua_bit(PLAYSTATION), 0 },
    { "Android", ngx_eo_ua_bit(ANDROID), 0 },
    { "ChromeOS", ngx_eo_ua_bit(CHROME_OS), 0 },
    { "Windows", ngx_eo_ua_bit(WINDOWS), 0 },
    { "macOS", ngx_eo_ua_bit(MACINTOSH), 0 },
    { "Linux", ngx_eo_ua_bit(LINUX), 0 },
    { "Linux", ngx_eo_ua_bit(X11), 0 },
    { NULL, 0, 0 }
};


/* those that are built on another browser come before it: they name it too */

static const ngx_eo_ua_rule_t  ngx_eo_ua_browsers[] = {
    { "WeChat", ngx_eo_ua_bit(WECHAT), 0 },
    { "QQBrowser", ngx_eo_ua_bit(QQ), 0 },
    { "UCBrowser", ngx_eo_ua_bit(UC), 0 },
    { "HuaweiBrowser", ngx_eo_ua_bit(HUAWEI), 0 },
    { "MiuiBrowser", ngx_eo_ua_bit(XIAOMI), 0 },
    { "SamsungBrowser", ngx_eo_ua_bit(SAMSUNG), 0 },
    { "Yandex", ngx_eo_ua_bit(YANDEX), 0 },
    { "Vivaldi", ngx_eo_ua_bit(VIVALDI), 0 },
    { "Opera", ngx_eo_ua_bit(OPERA), 0 },
    { "Edge", ngx_eo_ua_bit(EDGE), 0 },
    { "Silk", ngx_eo_ua_bit(SILK), 0 },
    { "DuckDuckGo", ngx_eo_ua_bit(DUCKDUCKGO), 0 },
    { "Firefox", ngx_eo_ua_bit(FIREFOX), 0 },
    { "IE", ngx_eo_ua_bit(IE), 0 },
    { "Chrome", ngx_eo_ua_bit(CHROME), 0 },
    { "AndroidBrowser", ngx_eo_ua_bit(ANDROID)|ngx_eo_ua_bit(SAFARI), 0 },
    { "Safari", ngx_eo_ua_bit(SAFARI)|ngx_eo_ua_bit(VERSION)
                |ngx_eo_ua_bit(MACINTOSH), 0 },
    { "Safari", ngx_eo_ua_bit(SAFARI)|ngx_eo_ua_bit(VERSION)
                |ngx_eo_ua_bit(IPHONE), 0 },
    { "Safari", ngx_eo_ua_bit(SAFARI)|ngx_eo_ua_bit(VERSION)
                |ngx_eo_ua_bit(IPAD), 0 },
    { NULL, 0, 0 }
};


void
ngx_eo_user_agent_parse(ngx_eo_user_agent_t *ua, const u_char *text,
    size_t len)
{
    uint64_t  marks;

    marks = ngx_eo_ua_marks(text, ngx_min(len, NGX_EO_USER_AGENT_MAX));

    ngx_eo_ua_choose(ngx_eo_ua_devices, marks, &ua->device);
    ngx_eo_ua_choose(ngx_eo_ua_systems, marks, &ua->os);
    ngx_eo_ua_choose(ngx_eo_ua_browsers, marks, &ua->browser);

    ua->device_type = ua->device;

    if (ua->device.data[0] == 'S') {
        ngx_str_set(&ua->device_type, "TV");

    } else if (ua->device.data[0] == 'O') {
        ngx_str_set(&ua->device_type, "Other");
    }
}


static uint64_t
ngx_eo_ua_marks(const u_char *text, size_t len)
{
    u_char                   c;
    uint64_t                 marks;
    ngx_uint_t               i, inside, parens;
    const u_char            *p, *end;
    const ngx_eo_ua_word_t  *word;

    marks = 0;
    inside = 0;
    parens = 0;
    end = text + len;

    for (p = text; p < end; p++) {

        if (!ngx_eo_ua_alnum(*p)) {
            inside = 0;
            parens += (*p == '(' || *p == ')');
            continue;
        }

        if (inside) {
            continue;
        }

        inside = 1;

        /* the first comment of Android has the model, later ones have not */

        if (parens == 1 && (marks & ngx_eo_ua_bit(ANDROID))
            && ngx_eo_ua_is_tv_model(p, end))
        {
            marks |= ngx_eo_ua_bit(TV_MODEL);
        }

        c = ngx_tolower(*p);

        for (i = 0; i < sizeof(ngx_eo_ua_words) / sizeof(ngx_eo_ua_word_t);
             i++)
        {
            word = &ngx_eo_ua_words[i];

            if ((u_char) word->text[0] > c) {
                break;
            }

            if ((u_char) word->text[0] == c
                && ngx_eo_ua_is_word(p, end, word))
            {
                marks |= (uint64_t) 1 << word->mark;
            }
        }
    }

    return marks;
}


static ngx_uint_t
ngx_eo_ua_is_word(const u_char *p, const u_char *end,
    const ngx_eo_ua_word_t *word)
{
    size_t  i;

    if (end - p < word->len) {
        return 0;
    }

    for (i = 0; i < word->len; i++) {
        if (ngx_tolower(p[i]) != (u_char) word->text[i]) {
            return 0;
        }
    }

    switch (word->end) {

    case NGX_EO_UA_PREFIX:
        return 1;

    case NGX_EO_UA_MODEL:

        for (i = 0; p + i < end && ngx_eo_ua_alnum(p[i]); i++) {
            if (p[i] >= 'a') {
                return 0;
            }
        }

        return i > word->len;

    default: /* NGX_EO_UA_WORD */
        return p + word->len == end || !ngx_eo_ua_alnum(p[word->len]);
    }
}


/*
 * A word of a model that says TV: alone, in front of capitals and digits, or
 * behind a small letter and in front of digits at most, as in "TVX19A" and
 * "MiTV4".  There are phones of the name HTV33.
 */

static ngx_uint_t
ngx_eo_ua_is_tv_model(const u_char *p, const u_char *end)
{
    ngx_uint_t     small, digits;
    const u_char  *first, *tv;

    first = p;
    tv = NULL;
    small = 0;
    digits = 1;

    for ( /* void */ ; p < end && ngx_eo_ua_alnum(*p); p++) {

        if (tv == NULL && end - p >= 2 && p[0] == 'T' && p[1] == 'V'
            && (p == first || p[-1] >= 'a'))
        {
            tv = p++;
            continue;
        }

        if (tv) {
            small |= (*p >= 'a');
            digits &= (*p <= '9');
        }
    }

    if (tv == NULL) {
        return 0;
    }

    return (tv == first) ? !small : digits;
}


static ngx_uint_t
ngx_eo_ua_alnum(u_char c)
{
    return (c >= '0' && c <= '9')
           || (c >= 'A' && c <= 'Z')
           || (c >= 'a' && c <= 'z');
}


static void
ngx_eo_ua_choose(const ngx_eo_ua_rule_t *rule, uint64_t marks,
    ngx_str_t *name)
{
    for ( /* void */ ; rule->name; rule++) {

        if ((marks & rule->need) == rule->need
            && (marks & rule->without) == 0)
        {
            name->data = (u_char *) rule->name;
            name->len = ngx_strlen(rule->name);
            return;
        }
    }

    ngx_str_set(name, "Others");
}
