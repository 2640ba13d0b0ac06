# The client filter: clients that send what no honest one does are denied,
# and all others are let through.

BEGIN { delete $ENV{TEST_NGINX_USE_HUP} }

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;

our $chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 '
    . '(KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36';

our $whole = "User-Agent: $chrome\nAccept: text/html,*/*;q=0.8\n"
    . "Accept-Language: de\nAccept-Encoding: gzip";

our $bare = "User-Agent: $chrome";

our $log = q{
    log_format filter '$status $eo_security_module $eo_security_action '
                      '$eo_security_rule_id "$eo_client_filter"';
    access_log logs/access.log filter;
};

no_root_location();
run_tests();

__DATA__

=== TEST 1: a browser, and others that do not say that they are one
--- http_config eval: $::log
--- config
    eo_waf on;
    eo_client_filter on;
    access_log logs/access.log filter;
--- request eval
["GET /", "GET /", "GET /"]
--- more_headers eval
[$::whole, "User-Agent: curl/7.88.1\nAccept: */*", ""]
--- error_code eval
[200, 200, 200]
--- access_log eval
qr/^200 - - - "-"$/
--- no_access_log
L7DDoS



=== TEST 2: a client that only says that it is a browser
--- http_config eval: $::log
--- config
    eo_waf on;
    eo_client_filter on;
    access_log logs/access.log filter;
--- request
GET /
--- more_headers eval: $::bare
--- error_code: 567
--- access_log eval
qr/^567 L7DDoS JSChallenge client-filtering "no-accept,no-accept-language,no-accept-encoding"$/



=== TEST 3: a signal or two are seen, and let through
--- http_config eval: $::log
--- config
    eo_waf on;
    eo_client_filter on;
    access_log logs/access.log filter;
--- request
GET /
--- more_headers eval: "User-Agent: $::chrome\nAccept: */*"
--- error_code: 200
--- access_log eval
qr/^200 - - - "no-accept-language,no-accept-encoding"$/



=== TEST 4: not where it is off, not where web protection is off
--- config
    eo_waf on;
    eo_client_filter on;
    location /off { eo_client_filter off; alias html; }
    location /waf-off { eo_waf off; alias html; }
    location /monitor { eo_waf monitor; alias html; }
    location /noted { eo_client_filter on action=monitor; alias html; }
    location /page { eo_client_filter on action=page page=own status=403; }
    location /redirect { eo_client_filter on action=redirect url=/x; }
    location /deny { eo_client_filter on action=deny status=429 page=own; }
--- http_config
    eo_response_page own $TEST_NGINX_SERVER_ROOT/html/own.html;
--- user_files
>>> own.html
own page
--- request eval
["GET /off/", "GET /waf-off/", "GET /monitor/", "GET /noted/", "GET /page",
 "GET /redirect", "GET /deny", "GET /"]
--- more_headers eval: $::bare
--- error_code eval
[200, 200, 200, 200, 403, 302, 429, 567]



=== TEST 5: monitor is noted in the security log
--- config
    eo_waf monitor;
    eo_security_log logs/access.log;
    access_log off;
    eo_client_filter on;
--- request
GET /
--- more_headers eval: $::bare
--- error_code: 200
--- access_log eval
qr/"DisposalMethod":"Monitor","EdgeResponseStatusCode":200,"HitCount":1,"RuleDetailList":\[\{"RuleId":"client-filtering","RuleTypeName":"L7DDoS","Action":"Monitor"\}\]/



=== TEST 6: exceptions, and custom rules that allow
--- config
    eo_waf on;
    eo_client_filter on;
    eo_exception spared '${http.request.uri.path} in ["/spared"]'
                 skip=adaptive-control;
    eo_exception all '${http.request.uri.path} in ["/all"]' skip=all;
    eo_exception other '${http.request.uri.path} in ["/other"]'
                 skip=custom-rules,managed-rules;
    eo_custom_rule allowed '${http.request.uri.path} in ["/allowed"]'
                   action=allow;
    location / { try_files /index.html =404; }
--- request eval
["GET /spared", "GET /all", "GET /other", "GET /allowed"]
--- more_headers eval: $::bare
--- error_code eval
[200, 200, 567, 567]



=== TEST 7: once a request; a location reached later may still filter
--- config
    eo_waf on;
    eo_security_log logs/access.log;
    access_log off;
    location /once {
        eo_client_filter on action=monitor;
        rewrite ^ /twice last;
    }
    location /twice {
        eo_client_filter on action=monitor;
        try_files /index.html =404;
    }
    location = /index.html { eo_client_filter on action=monitor; root html; }
    location /later { rewrite ^ /denied last; }
    location /denied { eo_client_filter on; }
--- request eval
["GET /twice", "GET /later"]
--- more_headers eval: $::bare
--- error_code eval
[200, 567]
--- access_log eval
[qr/"HitCount":1,/, qr/"HitCount":1,/]



=== TEST 8: an error_page of the operator, and its status
--- config
    eo_waf on;
    eo_client_filter on action=deny;
    error_page 567 =403 /sorry;
    location = /sorry { internal; return 200 "sorry\n"; }
--- request
GET /
--- more_headers eval: $::bare
--- error_code: 403
--- response_body
sorry



=== TEST 9: block_ip bans without a single rule
--- config
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Real-IP;
    location / {
        proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/protected/;
        proxy_set_header User-Agent $http_user_agent;
        proxy_http_version 1.1;
    }
    location /protected/ {
        eo_waf on;
        eo_client_filter on action=block_ip duration=60s;
        alias html/;
    }
--- request eval
["GET /", "GET /", "GET /"]
--- more_headers eval
["X-Real-IP: 192.0.2.1\nX-Forwarded-For: a\n$::bare",
 "X-Real-IP: 192.0.2.1", "X-Real-IP: 192.0.2.2"]
--- error_code eval
[502, 502, 200]



=== TEST 10: an honest client over HTTP/2
--- http2
--- config
    eo_waf on;
    eo_client_filter on;
--- request
GET /
--- more_headers
TE: trailers
--- error_code: 200

