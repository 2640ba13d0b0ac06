
/*
 * Copyright (C) The authors of the EdgeOne modules for nginx
 */


/*
 * Classes of devices, systems and browsers, by the User-Agents that these
 * send.
 */


#include "ngx_eo_unit.h"
#include "ngx_eo_user_agent.h"


typedef struct {
    const char       *text;
    const char       *device;
    const char       *device_type;
    const char       *os;
    const char       *browser;
} ngx_eo_test_ua_t;


#define NGX_EO_TEST_WEBKIT                                                    \
    "AppleWebKit/537.36 (KHTML, like Gecko) "

#define NGX_EO_TEST_IOS                                                       \
    "AppleWebKit/605.1.15 (KHTML, like Gecko) "


static ngx_eo_test_ua_t  ngx_eo_test_uas[] = {

    /* desktop */

    { "Mozilla/5.0 (Windows NT 10.0; Win64; x64) " NGX_EO_TEST_WEBKIT
      "Chrome/131.0.0.0 Safari/537.36",
      "Desktop", "Desktop", "Windows", "Chrome" },
    { "Mozilla/5.0 (Windows NT 10.0; Win64; x64) " NGX_EO_TEST_WEBKIT
      "Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
      "Desktop", "Desktop", "Windows", "Edge" },
    { "Mozilla/5.0 (Windows NT 10.0; Win64; x64) " NGX_EO_TEST_WEBKIT
      "Chrome/130.0.0.0 Safari/537.36 OPR/115.0.0.0",
      "Desktop", "Desktop", "Windows", "Opera" },
    { "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 "
      "Firefox/133.0",
      "Desktop", "Desktop", "Windows", "Firefox" },
    { "Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; Touch; "
      "Tablet PC 2.0; rv:11.0) like Gecko",
      "Desktop", "Desktop", "Windows", "IE" },
    { "Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Trident/6.0)",
      "Desktop", "Desktop", "Windows", "IE" },
    { "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) " NGX_EO_TEST_IOS
      "Version/18.1 Safari/605.1.15",
      "Desktop", "Desktop", "macOS", "Safari" },
    { "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:133.0) "
      "Gecko/20100101 Firefox/133.0",
      "Desktop", "Desktop", "macOS", "Firefox" },
    { "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 "
      "Firefox/133.0",
      "Desktop", "Desktop", "Linux", "Firefox" },
    { "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) " NGX_EO_TEST_WEBKIT
      "Chrome/131.0.0.0 Safari/537.36",
      "Desktop", "Desktop", "ChromeOS", "Chrome" },
    { "Mozilla/5.0 (X11; Linux x86_64) " NGX_EO_TEST_WEBKIT
      "HeadlessChrome/131.0.0.0 Safari/537.36",
      "Desktop", "Desktop", "Linux", "Chrome" },
    { "Mozilla/5.0 (PC; OpenHarmony 5.0) " NGX_EO_TEST_WEBKIT
      "Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1",
      "Desktop", "Desktop", "HarmonyOS", "Chrome" },

    /* phones */

    { "Mozilla/5.0 (Linux; Android 10; K) " NGX_EO_TEST_WEBKIT
      "Chrome/131.0.0.0 Mobile Safari/537.36",
      "Mobile", "Mobile", "Android", "Chrome" },
    { "Mozilla/5.0 (Linux; Android 10; K) " NGX_EO_TEST_WEBKIT
      "SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36",
      "Mobile", "Mobile", "Android", "SamsungBrowser" },
    { "Mozilla/5.0 (Linux; Android 10; HD1913) " NGX_EO_TEST_WEBKIT
      "Chrome/131.0.0.0 Mobile Safari/537.36 EdgA/131.0.0.0",
      "Mobile", "Mobile", "Android", "Edge" },
    { "Mozilla/5.0 (Android 15; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0",
      "Mobile", "Mobile", "Android", "Firefox" },
    { "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) "
      NGX_EO_TEST_IOS "Version/18.1 Mobile/15E148 Safari/604.1",
      "Mobile", "Mobile", "iOS", "Safari" },
    { "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) "
      NGX_EO_TEST_IOS "CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1",
      "Mobile", "Mobile", "iOS", "Chrome" },
    { "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) "
      NGX_EO_TEST_IOS "FxiOS/133.0 Mobile/15E148 Safari/605.1.15",
      "Mobile", "Mobile", "iOS", "Firefox" },
    { "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) "
      NGX_EO_TEST_IOS "Mobile/15E148 MicroMessenger/8.0.50 NetType/WIFI",
      "Mobile", "Mobile", "iOS", "WeChat" },
    { "Mozilla/5.0 (Linux; U; Android 13; zh-cn; M2102K1AC) "
      NGX_EO_TEST_WEBKIT "Version/4.0 Chrome/89.0.4389.116 Mobile "
      "Safari/537.36 XiaoMi/MiuiBrowser/17.8.6",
      "Mobile", "Mobile", "Android", "MiuiBrowser" },
    { "Mozilla/5.0 (Linux; Android 12; HarmonyOS; LIO-AN00) "
      NGX_EO_TEST_WEBKIT "Chrome/114.0.0.0 HuaweiBrowser/15.0 Mobile "
      "Safari/537.36",
      "Mobile", "Mobile", "HarmonyOS", "HuaweiBrowser" },
    { "Mozilla/5.0 (Phone; OpenHarmony 4.1) " NGX_EO_TEST_WEBKIT
      "Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1 Mobile",
      "Mobile", "Mobile", "HarmonyOS", "Chrome" },
    { "Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia 950) "
      NGX_EO_TEST_WEBKIT "Chrome/52.0.2743.116 Mobile Safari/537.36 "
      "Edge/15.15063",
      "Mobile", "Mobile", "WindowsPhone", "Edge" },
    { "Mozilla/5.0 (Linux; U; Android 2.3.6; en-us; Nexus S) "
      "AppleWebKit/533.1 (KHTML, like Gecko) Version/4.0 Mobile Safari/533.1",
      "Mobile", "Mobile", "Android", "AndroidBrowser" },
    { "Dalvik/2.1.0 (Linux; U; Android 13; SM-G991B Build/TP1A.220624.014)",
      "Mobile", "Mobile", "Android", "Others" },

    /* tablets */

    { "Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) " NGX_EO_TEST_IOS
      "Version/12.1.2 Mobile/15E148 Safari/604.1",
      "Tablet", "Tablet", "iOS", "Safari" },
    { "Mozilla/5.0 (Linux; Android 10; K) " NGX_EO_TEST_WEBKIT
      "Chrome/131.0.0.0 Safari/537.36",
      "Tablet", "Tablet", "Android", "Chrome" },
    { "Mozilla/5.0 (Android 15; Tablet; rv:133.0) Gecko/133.0 Firefox/133.0",
      "Tablet", "Tablet", "Android", "Firefox" },
    { "Mozilla/5.0 (Linux; Android 9; KFMAWI) " NGX_EO_TEST_WEBKIT
      "Silk/108.7.8 like Chrome/108.0.5359.220 Safari/537.36",
      "Tablet", "Tablet", "Android", "Silk" },
    { "Mozilla/5.0 (Tablet; OpenHarmony 4.1) " NGX_EO_TEST_WEBKIT
      "Chrome/114.0.0.0 Safari/537.36 ArkWeb/4.1.6.1",
      "Tablet", "Tablet", "HarmonyOS", "Chrome" },

    /* television sets and what is connected to them */

    { "Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) " NGX_EO_TEST_WEBKIT
      "Version/6.0 TV Safari/537.36",
      "SmartTV", "TV", "Tizen", "Others" },
    { "Mozilla/5.0 (Web0S; Linux/SmartTV) " NGX_EO_TEST_WEBKIT
      "Chrome/94.0.4606.128 Safari/537.36 WebAppManager",
      "SmartTV", "TV", "webOS", "Chrome" },
    { "Mozilla/5.0 (Linux; Android 9; AFTKA Build/PS7233; wv) "
      NGX_EO_TEST_WEBKIT "Version/4.0 Chrome/70.0.3538.110 Mobile "
      "Safari/537.36",
      "SmartTV", "TV", "Android", "Chrome" },
    { "Mozilla/5.0 (Linux; Android 10; BRAVIA 4K VH2) " NGX_EO_TEST_WEBKIT
      "Chrome/90.0.4430.91 Safari/537.36",
      "SmartTV", "TV", "Android", "Chrome" },
    { "AppleTV11,1/18.1", "SmartTV", "TV", "tvOS", "Others" },
    { "Roku/DVP-14.0 (14.0.4.2345-88)",
      "SmartTV", "TV", "Others", "Others" },
    { "HbbTV/1.5.1 (+DRM; Vendor; Model; 1.0; 1.0; Family)",
      "SmartTV", "TV", "Others", "Others" },
    { "Mozilla/5.0 (PlayStation; PlayStation 5/6.00) " NGX_EO_TEST_IOS
      "Version/15.4 Safari/605.1.15",
      "SmartTV", "TV", "PlayStation", "Others" },

    { "Mozilla/5.0 (Linux; Android 11; Arcelik Android UHD TV "
      "Build/RTM6.230109.219; wv) " NGX_EO_TEST_WEBKIT
      "Version/4.0 Chrome/119.0.6045.66 Mobile Safari/537.36",
      "SmartTV", "TV", "Android", "Chrome" },
    { "Mozilla/5.0 (Linux; Android 9; AQUOS-TVX19A Build/PTM1.190830; wv) "
      NGX_EO_TEST_WEBKIT "Version/4.0 Chrome/119.0 Mobile Safari/537.36",
      "SmartTV", "TV", "Android", "Chrome" },
    { "Mozilla/5.0 (Linux; Android 9; MiTV4-ANSM0 Build/PI; wv) "
      NGX_EO_TEST_WEBKIT "Version/4.0 Chrome/119.0 Mobile Safari/537.36",
      "SmartTV", "TV", "Android", "Chrome" },
    { "Mozilla/5.0 (Linux; Android 10; HiSmartTV A4) " NGX_EO_TEST_WEBKIT
      "Chrome/90.0 Mobile Safari/537.36",
      "SmartTV", "TV", "Android", "Chrome" },
    { "Dalvik/2.1.0 (Linux; U; Android 9; TV BOX Build/PPR1)",
      "SmartTV", "TV", "Android", "Others" },

    /* phones whose model or application has the letters */

    { "Mozilla/5.0 (Linux; Android 8.0.0; HTV33 Build/OPR1; wv) "
      NGX_EO_TEST_WEBKIT "Version/4.0 Chrome/119.0 Mobile Safari/537.36",
      "Mobile", "Mobile", "Android", "Chrome" },
    { "Mozilla/5.0 (Linux; Android 13; TVshow One) " NGX_EO_TEST_WEBKIT
      "Chrome/119.0 Mobile Safari/537.36",
      "Mobile", "Mobile", "Android", "Chrome" },
    { "Mozilla/5.0 (Linux; Android 13; Pixel 7 Build/TQ3A; wv) "
      NGX_EO_TEST_WEBKIT "Version/4.0 Chrome/119.0 Mobile Safari/537.36 "
      "LiveTV/3.1 (TV guide)",
      "Mobile", "Mobile", "Android", "Chrome" },
    { "GuideTV/2.0 (Linux; Android 13; SM-G991B) " NGX_EO_TEST_WEBKIT
      "Chrome/119.0 Mobile Safari/537.36",
      "Mobile", "Mobile", "Android", "Chrome" },
    { "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X; TV) "
      NGX_EO_TEST_IOS "Mobile/15E148",
      "Mobile", "Mobile", "iOS", "Others" },
    { "Mozilla/5.0 (Linux; Android 13; TVX", "SmartTV", "TV", "Android",
      "Others" },

    /* neither */

    { "", "Others", "Other", "Others", "Others" },
    { "-", "Others", "Other", "Others", "Others" },
    { "curl/8.5.0", "Others", "Other", "Others", "Others" },
    { "Wget/1.21.3 (linux-gnu)", "Others", "Other", "Linux", "Others" },
    { "Mozilla/5.0 (compatible; bingbot/2.0; "
      "+http://www.bing.com/bingbot.htm)",
      "Others", "Other", "Others", "Others" },

    /* words of the table within others, and letter case */

    { "Unchromed/1 xiphones Aftermath after Afternoon KFx",
      "Others", "Other", "Others", "Others" },
    { "MOZILLA/5.0 (LINUX; ANDROID 10; K) CHROME/131 MOBILE SAFARI/537.36",
      "Mobile", "Mobile", "Android", "Chrome" },
    { "A", "Others", "Other", "Others", "Others" },
    { "AFT", "Others", "Other", "Others", "Others" },
    { "tv", "SmartTV", "TV", "Others", "Others" },

    { NULL, NULL, NULL, NULL, NULL }
};


ngx_eo_unit_test(client_user_agent)
{
    u_char               *text;
    size_t                len;
    ngx_eo_test_ua_t     *test;
    ngx_eo_user_agent_t   ua;

    for (test = ngx_eo_test_uas; test->text; test++) {

        /* of its exact length, for ASan to see what is read past it */

        len = ngx_strlen(test->text);
        text = ngx_alloc(len ? len : 1, t->log);
        ngx_memcpy(text, test->text, len);

        ngx_eo_user_agent_parse(&ua, text, len);

        ngx_eo_is_str(&ua.device, test->device, "device of %s", test->text);
        ngx_eo_is_str(&ua.device_type, test->device_type, "type of %s",
                      test->text);
        ngx_eo_is_str(&ua.os, test->os, "system of %s", test->text);
        ngx_eo_is_str(&ua.browser, test->browser, "browser of %s",
                      test->text);

        ngx_free(text);
    }
}


ngx_eo_unit_test(client_user_agent_bounds)
{
    u_char               *text;
    size_t                len;
    ngx_eo_user_agent_t   ua;

    ngx_eo_user_agent_parse(&ua, NULL, 0);
    ngx_eo_is_str(&ua.device, "Others", "no header");

    /* only the beginning of a long one counts */

    len = 8 * 1024 * 1024;
    text = ngx_alloc(len, t->log);
    ngx_memset(text, 'a', len);

    ngx_memcpy(text + NGX_EO_USER_AGENT_MAX - 5, " iPad", 5);
    ngx_eo_user_agent_parse(&ua, text, len);
    ngx_eo_is_str(&ua.device, "Tablet", "a word just within the limit");

    ngx_memcpy(text + NGX_EO_USER_AGENT_MAX - 5, "aaaa iPad", 9);
    ngx_eo_user_agent_parse(&ua, text, len);
    ngx_eo_is_str(&ua.device, "Others", "a word past the limit");

    for (len = 0; len < 65536; len++) {
        text[len] = (u_char) (len * 2654435761U >> 24);
    }

    ngx_eo_user_agent_parse(&ua, text, len);
    ngx_eo_is_str(&ua.device, "Others", "binary junk");

    ngx_free(text);
}
