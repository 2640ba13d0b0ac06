# Basic rules in their short forms, address groups, exceptions.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;

our $realip = q{
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Real-IP;
    eo_waf on;
};

no_root_location();
run_tests();

__DATA__

=== TEST 1: addresses and groups, matched
--- http_config
    eo_ip_group office 192.0.2.0/24 2001:db8::/32;
--- config eval
$::realip . q{
    eo_client_ip match 198.51.100.7 203.0.113.0/24 office action=deny;
    location / { root html; }
}
--- request eval
["GET /", "GET /", "GET /", "GET /", "GET /", "GET /"]
--- more_headers eval
["X-Real-IP: 198.51.100.7", "X-Real-IP: 198.51.100.8",
 "X-Real-IP: 203.0.113.200", "X-Real-IP: 192.0.2.1",
 "X-Real-IP: 2001:db8:1::1", "X-Real-IP: 2001:db9::1"]
--- error_code eval
[567, 200, 567, 567, 567, 200]



=== TEST 2: only these addresses
--- config eval
$::realip . q{
    eo_client_ip mismatch 198.51.100.7 2001:db8::1 action=deny;
    location / { root html; }
}
--- request eval
["GET /", "GET /", "GET /"]
--- more_headers eval
["X-Real-IP: 198.51.100.7", "X-Real-IP: 198.51.100.8",
 "X-Real-IP: 2001:db8::1"]
--- error_code eval
[200, 567, 200]



=== TEST 3: a Referer that only looks like ours
--- config
    eo_waf on;
    eo_referer mismatch example.com *.example.com action=deny;
    location / { root html; }
--- request eval
[map { "GET /" } 1 .. 12]
--- more_headers eval
["", "Referer:", "Referer: https://example.com/x",
 "Referer: http://www.Example.com", "Referer: https://a.example.com:8443/",
 "Referer: https://example.com.evil.net/",
 "Referer: https://evil.net/www.example.com/",
 "Referer: https://evil.net/?a.example.com/",
 "Referer: https://www.example.com\@evil.net/",
 "Referer: https://www.example.com:80\@evil.net/",
 "Referer: https://evil.net\\.example.com/",
 "Referer: example.com"]
--- error_code eval
[200, 200, 200, 200, 200, 567, 567, 567, 567, 567, 567, 567]



=== TEST 4: "empty" means requests without Referer as well
--- config
    eo_waf on;
    location / { root html;
                 eo_referer mismatch example.com empty action=deny; }
    location /m { eo_referer match evil.net empty action=deny; }
    location /e { eo_referer match empty action=deny; }
--- request eval
["GET /", "GET /", "GET /", "GET /m", "GET /m", "GET /m", "GET /e",
 "GET /e", "GET /e"]
--- more_headers eval
["", "Referer:", "Referer: https://example.com/", "", "Referer:",
 "Referer: https://example.com/", "", "Referer:", "Referer: x"]
--- error_code eval
[567, 567, 200, 567, 567, 404, 567, 567, 404]



=== TEST 5: a pattern for the whole Referer
--- config
    eo_waf on;
    eo_referer match https://example.com/a?b/*.html action=deny;
    location / { root html; }
--- request eval
["GET /", "GET /", "GET /"]
--- more_headers eval
["Referer: https://example.com/acb/x/y.html",
 "Referer: https://example.com/ab/x.html",
 "Referer: https://example.com/acb/x.htmlx"]
--- error_code eval
[567, 200, 200]



=== TEST 6: User-Agent and URL
--- config
    eo_waf on;
    eo_user_agent match *sqlmap* "curl/7.?.*" action=deny;
    eo_url match /private/* /b"c\\d action=deny;
    location / { root html; }
--- request eval
["GET /", "GET /", "GET /", "GET /private/x", "GET /private",
 "GET /b%22c%5Cd"]
--- more_headers eval
["User-Agent: x SQLmap/1.0", "User-Agent: curl/7.8.1",
 "User-Agent: curl/7.88.1", "User-Agent: x", "User-Agent: x",
 "User-Agent: x"]
--- error_code eval
[567, 567, 200, 567, 404, 567]



=== TEST 7: a group in a file
--- user_files
>>> list.txt
# comment
192.0.2.0/24

2001:db8::/32
--- http_config
    eo_ip_group list $TEST_NGINX_SERVER_ROOT/html/list.txt 198.51.100.7;
--- config eval
$::realip . q{
    eo_custom_rule list
        '${http.request.ip} in [${security.ip_group["list"@"zone-1"]}]'
        action=deny;
    location / { root html; }
}
--- request eval
["GET /", "GET /", "GET /", "GET /"]
--- more_headers eval
["X-Real-IP: 192.0.2.9", "X-Real-IP: 198.51.100.7",
 "X-Real-IP: 2001:db8::7", "X-Real-IP: 192.0.3.9"]
--- error_code eval
[567, 567, 567, 200]



=== TEST 8: a group defined after it is named
--- http_config
    eo_client_ip match later action=deny;
    eo_ip_group later 127.0.0.1;
--- config
    eo_waf on;
    location / { root html; }
--- request
GET /
--- error_code: 567



=== TEST 9: an exception lets our monitoring through
--- http_config
    eo_ip_group monitoring 192.0.2.0/24;
--- config eval
$::realip . q{
    eo_custom_rule all '*' action=deny type=basic;
    eo_exception monitoring '${http.request.ip} in ["monitoring"]'
                 skip=custom-rules;
    location / { root html; }
}
--- request eval
["GET /", "GET /"]
--- more_headers eval
["X-Real-IP: 192.0.2.9", "X-Real-IP: 192.0.3.9"]
--- error_code eval
[200, 567]



=== TEST 10: an exception of a level above holds below, even after "none"
--- http_config
    eo_exception test '${http.request.uri.args["x"]} exists' skip=all;
--- config
    eo_waf on;
    location / {
        root html;
        eo_custom_rules none;
        eo_custom_rule all '*' action=deny;
    }
--- request eval
["GET /?x", "GET /"]
--- error_code eval
[200, 567]



=== TEST 11: X-Forwarded-For is asked only where the rule says so
--- config
    eo_waf on;
    eo_custom_rule xff '${http.request.xff_header_ip} in ["192.0.2.0/24"]'
                   action=deny;
    eo_client_ip match 192.0.2.0/24 action=deny;
    location / { root html; }
--- request eval
["GET /", "GET /", "GET /", "GET /"]
--- more_headers eval
["X-Forwarded-For: 192.0.2.1, 10.0.0.1", "X-Forwarded-For: 10.0.0.1",
 "X-Forwarded-For: unknown, 192.0.2.1", ""]
--- error_code eval
[567, 200, 200, 200]
