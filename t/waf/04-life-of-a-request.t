# Rules and what nginx does with a request: rewrites, internal redirects,
# error pages, subrequests, other access handlers.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;

our $log = q{
    log_format waf "$eo_security_action:$eo_security_rule_id $uri $status";
    access_log logs/access.log waf;
};

no_root_location();
run_tests();

__DATA__

=== TEST 1: a rewrite to a front controller exempts nothing
--- config
    eo_waf on;
    eo_custom_rule admin '${http.request.uri.path} like "/admin/*"'
                   action=deny;
    location / { root html; rewrite ^/(.*)$ /index.html?$1 last; }
    location /index.html { root html; }
    location /admin/b { root html; rewrite ^ /index.html break; }
--- request eval
["GET /admin/x", "GET /admin/b", "GET /x"]
--- error_code eval
[567, 567, 200]



=== TEST 2: nor does a rewrite of the server
--- config
    eo_waf on;
    eo_custom_rule admin '${http.request.uri.path} like "/admin/*"'
                   action=deny;
    rewrite ^/admin/ /index.html;
    location / { root html; }
--- request
GET /admin/x
--- error_code: 567



=== TEST 3: a rule has one turn in a request
--- http_config eval: $::log
--- config
    eo_waf on;
    eo_custom_rule all '*' action=monitor;
    eo_security_log $TEST_NGINX_SERVER_ROOT/logs/once.log;
    location / { try_files /nope @named; }
    location @named { error_page 404 /missing.html; return 404; }
    location /missing.html { root html; }
    location /log { eo_waf off; alias logs/once.log; }
--- request eval
["GET /t", "GET /log"]
--- error_code eval
[404, 200]
--- response_body_like eval
["404", '\A\{[^\n]*"HitCount":1,[^\n]*\n\z']



=== TEST 4: a location that is entered later adds its own rules
--- http_config eval: $::log
--- config
    eo_waf on;
    eo_custom_rule all '*' action=monitor;
    location / { try_files /nope @named; }
    location @named {
        eo_custom_rule own '${http.request.uri.path} in ["/t"]' action=deny;
        root html;
    }
--- request
GET /t
--- error_code: 567



=== TEST 5: form fields are read for a location that is entered later
--- config
    eo_waf on;
    eo_custom_rule all '${http.request.headers["x"]} exists' action=deny;
    location = /direct {
        eo_custom_rule own '${http.request.body.form["a"]} in ["b"]'
                       action=deny;
        proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/ok;
    }
    location = /later {
        error_page 405 = @later;
        root html;
    }
    location @later {
        eo_custom_rule own '${http.request.body.form["a"]} in ["b"]'
                       action=deny;
        rewrite ^ /ok break;
        proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT;
    }
    location = /ok { eo_waf off; return 200; }
--- user_files
>>> later
static files are not posted to
--- request eval
["POST /direct\na=b", "POST /later\na=b", "POST /later\na=c"]
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code eval
[567, 567, 200]



=== TEST 6: the page of a block is not blocked again
--- config
    eo_waf on;
    eo_custom_rule all '*' action=deny;
    error_page 567 /blocked.html;
    location / { root html; }
    location = /blocked.html {
        eo_custom_rule more '*' action=redirect url=/x;
        root html;
    }
--- user_files
>>> blocked.html
blocked
--- request
GET /t
--- error_code: 567
--- response_body
blocked



=== TEST 7: subrequests are not evaluated
--- config
    eo_waf on;
    location /auth { eo_custom_rule sub '*' action=deny; return 204; }
    location / { auth_request /auth; root html; }
--- request
GET /
--- error_code: 200



=== TEST 8: "satisfy any" does not let a verdict be outvoted
--- config
    eo_waf on;
    eo_block_response other=403;
    eo_custom_rule deny '${http.request.uri.args["x"]} exists' action=deny;
    location / { satisfy any; allow all; root html; }
--- request eval
["GET /?x", "GET /"]
--- error_code eval
[403, 200]



=== TEST 9: nor does passing count as a permission
--- config
    eo_waf on;
    eo_custom_rule allow '*' action=allow;
    location / { satisfy any; deny all; root html; }
--- request
GET /
--- error_code: 403
--- error_log
access forbidden by rule



=== TEST 10: monitor changes no response, whatever the rule
--- http_config
    eo_response_page page $TEST_NGINX_SERVER_ROOT/html/index.html;
--- config
    eo_waf monitor;
    eo_custom_rule deny '*' action=deny;
    eo_custom_rule redirect '*' action=redirect url=/x;
    eo_custom_rule page '*' action=page page=page;
    eo_custom_rule ban '*' action=block_ip duration=10s;
    eo_custom_rule stall '*' action=stall;
    eo_custom_rule basic '*' action=deny type=basic;
    eo_client_ip match 0.0.0.0/0 action=deny;
    eo_referer match empty action=deny;
    eo_user_agent match empty action=deny;
    eo_url match /* action=deny;
    eo_security_log $TEST_NGINX_SERVER_ROOT/logs/monitor.log;
    location = /log { eo_waf off; alias logs/monitor.log; }
    location / { root html; }
--- request eval
["GET /", "GET /", "GET /log"]
--- error_code eval
[200, 200, 200]
--- response_body_like eval
["It works", "It works",
 '\A(?:\{[^\n]*"DisposalMethod":"Monitor","EdgeResponseStatusCode":200,'
 . '"HitCount":10,[^\n]*\n){2}\z']



=== TEST 11: each rule monitored by itself
--- config
    eo_waf on;
    eo_custom_rule precise '*' action=monitor;
    eo_custom_rule basic '*' action=monitor type=basic;
    eo_client_ip match 0.0.0.0/0 action=monitor;
    eo_referer match empty action=monitor;
    eo_user_agent match empty action=monitor;
    eo_url match /* action=monitor;
    location / { root html; }
--- request
GET /
--- error_code: 200
--- response_body_like: It works



=== TEST 12: a regular expression at its limit blocks, and is told once
--- config
    eo_waf on;
    eo_custom_rule slow '${http.request.uri.query} matches "^(a+)+[xy]$"'
                   action=deny;
    location / { root html; }
    location /allow {
        eo_custom_rules none;
        eo_custom_rule slow
            '${http.request.uri.query} matches "^(a+)+[xy]$"' action=allow;
        eo_custom_rule all '*' action=page page=p priority=1;
    }
--- http_config
    eo_response_page p $TEST_NGINX_SERVER_ROOT/html/index.html;
--- request eval
["GET /?" . "a" x 2000, "GET /allow?" . "a" x 2000]
--- error_code eval
[567, 567]
--- error_log
the rule "slow" was not decided: a regular expression reached its match limit



=== TEST 13: a location that only returns is not protected
--- config
    eo_waf on;
    eo_custom_rule all '*' action=deny;
    location / { return 200; }
--- request
GET /
--- error_code: 200



=== TEST 14: hostile requests
--- config
    eo_waf on;
    large_client_header_buffers 4 16k;
    eo_custom_rule all '
        ${http.request.uri.path} contain ["evil"] or
        ${http.request.uri.args["a"]} in ["nul"] or
        ${http.request.headers["x-249"]} in ["evil"] or
        ${http.request.headers["user-agent"]} matches "evil[0-9]"'
        action=deny;
    location / { root html; }
--- request eval
["GET /" . "a/" x 4000, "GET /?a=%00nul&b=%ff%fe", "GET /%ff%fe%c0",
 "GET /", "GET /" . "a" x 8000 . "evil"]
--- more_headers eval
["", "User-Agent: \xff\xfe\xc0", "",
 CORE::join("", map { "X-$_: " . ($_ == 249 ? "evil" : 1) . "\n" } 1 .. 250),
 ""]
--- error_code eval
[404, 200, 404, 567, 567]
