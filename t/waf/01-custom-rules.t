# Custom rules: expressions on real requests, actions, order, levels.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;

our $log = q{
    log_format waf "$eo_security_module $eo_security_action "
                   "$eo_security_rule_id $status";
    access_log logs/access.log waf;
};

no_root_location();
run_tests();

__DATA__

=== TEST 1: a rule that holds is answered with 567
--- http_config eval: $::log
--- config
    eo_waf on;
    eo_custom_rule block-admin '${http.request.uri.path} like ["/admin*"]'
                   action=deny;
    location / { root html; }
--- request
GET /admin/x
--- error_code: 567
--- response_headers
Cache-Control: no-store
--- access_log
CustomRule Deny block-admin 567



=== TEST 2: one that does not hold changes nothing
--- http_config eval: $::log
--- config
    eo_waf on;
    eo_custom_rule block-admin '${http.request.uri.path} like ["/admin*"]'
                   action=deny;
    location /t { try_files $uri =404; }
--- request
GET /t
--- error_code: 404
--- access_log
- - - 404



=== TEST 3: a path cannot be hidden by escapes, dots or slashes
--- config
    eo_waf on;
    eo_custom_rule block-admin '${http.request.uri.path} in ["/admin/x"]'
                   action=deny;
    location / { root html; }
--- request eval
["GET /%61dmin/x", "GET //admin//x", "GET /a/../admin/./x",
 "GET /admin%2fx", "GET /Admin/X?y", "GET /admin/x/y"]
--- error_code eval
[567, 567, 567, 567, 567, 404]



=== TEST 4: nothing is done with eo_waf off, which is the default
--- config
    eo_custom_rule all '*' action=deny;
    location /on { eo_waf on; }
    location /off { eo_waf off; }
    location / { root html; }
--- request eval
["GET /on", "GET /off", "GET /t"]
--- error_code eval
[567, 404, 404]



=== TEST 5: "not equal" does not hold without the header
--- config
    eo_waf on;
    eo_custom_rule referer
        'not ${http.request.headers["referer"]} in ["example.com"]'
        action=deny;
    location / { root html; }
--- request eval
["GET /t", "GET /t", "GET /t", "GET /t"]
--- more_headers eval
["", "Referer:", "Referer: example.com", "Referer: example.org"]
--- error_code eval
[404, 404, 404, 567]



=== TEST 6: of repeated headers, arguments and cookies the last counts
--- config
    eo_waf on;
    eo_custom_rule header '${http.request.headers["x-a"]} in ["456"]'
        action=deny;
    eo_custom_rule arg '${http.request.uri.args["k"]} in ["2"]' action=deny;
    eo_custom_rule cookie '${http.request.cookies["c"]} in ["2"]'
        action=deny;
    location / { root html; }
--- request eval
["GET /t", "GET /t", "GET /t?k=1&k=2", "GET /t?k=2&k=1", "GET /t",
 "GET /t"]
--- more_headers eval
["x-a: 123\nx-a: 456", "x-a: 456\nx-a: 123", "", "",
 "Cookie: c=1\nCookie: c=2", "Cookie: c=2; c=1"]
--- error_code eval
[567, 404, 567, 404, 567, 404]



=== TEST 7: every field but those about regions
--- http_config
    map $arg_cc $eo_client_ja3 { default 0a1b; }
    map $arg_cc $eo_client_ja4 { default t13d; }
    map $arg_cc $eo_bot_user_agent_feature_id { default 1000; }
    map $arg_cc $eo_bot_search_engine_bot_id { default 7; }
    map $arg_cc $eo_bot_client_reputation_name { default attack@low; }
    map $arg_cc $eo_api_resource { default apires-1; }
--- config
    eo_waf on;
    eo_custom_rule all '
        ${http.request.scheme} in ["http"] and
        ${http.request.zone} in ["localhost"] and
        ${http.request.host} in ["localhost"] and
        ${http.request.full_uri} in ["http://localhost/a/b.tar.gz?k=%31"] and
        ${http.request.method} in ["get"] and
        ${http.request.uri} in ["/a/b.tar.gz?k=%31"] and
        ${http.request.uri.path} in ["/a/b.tar.gz"] and
        ${http.request.uri.query} in ["k=%31"] and
        ${http.request.file_extension} in ["gz"] and
        ${http.request.filename} in ["b.tar.gz"] and
        ${http.request.headers["X-Test"]} in ["yes"] and
        ${http.request.uri.args["k"]} in ["1"] and
        ${http.request.uri.query["k"]} in ["1"] and
        ${http.request.cookies["c"]} in ["d"] and
        ${http.request.version} in ["http/1.1"] and
        ${http.request.ip} in ["127.0.0.0/8"] and
        ${http.request.xff_header_ip} in ["2001:db8::/32"] and
        ${http.request.ip.port} > 1 and
        ${http.request.ja3} in ["0A1B"] and
        ${http.request.ja4} like "t13*" and
        ${http.request.bot.user_agent_feature_id} in ["1000"] and
        ${http.request.bot.search_engine_bot_id} in ["7"] and
        ${http.request.bot.client_reputation_name} in ["attack@low"] and
        ${http.request.api_resource} in [${api_resource["apires-1"@"z"]}] and
        not ${http.request.body.form["k"]} exists'
        action=deny;
    location / { root html; }
--- request
GET /a/b.tar.gz?k=%31
--- more_headers
X-Test: yes
Cookie: c=d
X-Forwarded-For: 2001:db8::1, 192.0.2.1
--- error_code: 567



=== TEST 8: a field that needs a variable nobody has
--- config
    eo_custom_rule api '${http.request.api_resource} in ["x"]' action=deny;
--- must_die
--- error_log
the field "${http.request.api_resource}" needs the variable "$eo_api_resource": load the module that has it, or define it with "map", "geo" or "set"



=== TEST 9: form fields of a body in memory
--- config
    eo_waf on;
    eo_custom_rule form '${http.request.body.form["op"]} in ["id.list"]'
        action=deny;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/ok/; }
    location /ok/ { eo_waf off; return 200 $request_method; }
--- request eval
["POST /t\na=1&op=id%2Elist", "POST /t\na=1&op=other", "POST /t\nop=id.list",
 "GET /t"]
--- more_headers eval
["Content-Type: application/x-www-form-urlencoded",
 "Content-Type: application/x-www-form-urlencoded; charset=utf-8",
 "Content-Type: text/plain", ""]
--- error_code eval
[567, 200, 200, 200]



=== TEST 10: form fields of a multipart body; files are none
--- config
    eo_waf on;
    eo_custom_rule form '${http.request.body.form["op"]} contain ["deny"]'
        action=deny;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/ok/; }
    location /ok/ { eo_waf off; return 200 $request_method; }
--- request eval
sub part {
    return "--b\r\nContent-Disposition: form-data; $_[0]\r\n\r\n$_[1]\r\n";
}
["POST /t\n" . part('name="a"', 1) . part('name="op"', 'DENY it') . "--b--",
 "POST /t\n" . part('name="op"', 'other') . part('name="a"', 'deny') . "--b--",
 "POST /t\n" . part('name="op"; filename="f"', 'deny') . "--b--",
 "POST /t\n" . part('name="op"', 'deny') . "--b--",
 "POST /t\nop=deny"]
--- more_headers eval
["Content-Type: multipart/form-data; boundary=b",
 "Content-Type: multipart/form-data; boundary=b",
 "Content-Type: multipart/form-data; boundary=b",
 "Content-Type: multipart/form-data; boundary=c",
 "Content-Type: multipart/form-data; boundary=b"]
--- error_code eval
[567, 200, 200, 200, 200]



=== TEST 11: form fields of a body in a file, which the origin still gets
--- config
    eo_waf on;
    client_body_buffer_size 1k;
    eo_custom_rule form '${http.request.body.form["op"]} in ["deny"]'
        action=deny;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/ok/; }
    location /ok/ { eo_waf off; return 200 $content_length; }
--- request eval
["POST /t\n" . ("a" x 5000) . "=1&op=deny",
 "POST /t\n" . ("a" x 5000) . "=1&op=pass"]
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code eval
[567, 200]
--- response_body_like eval
["567", "5010"]



=== TEST 12: Monitor never stops, and the last rule is told
--- http_config eval: $::log
--- config
    eo_waf on;
    eo_custom_rule one '*' action=monitor;
    eo_custom_rule two '*' action=monitor priority=5;
    location / { root html; }
--- request
GET /t
--- error_code: 404
--- access_log
CustomRule Monitor two 404



=== TEST 13: small priorities first
--- http_config eval: $::log
--- config
    eo_waf on;
    eo_custom_rule late '*' action=deny priority=20;
    eo_custom_rule early '*' action=deny priority=10;
    eo_custom_rule later '*' action=deny priority=100;
    location / { root html; }
--- request
GET /t
--- error_code: 567
--- access_log
CustomRule Deny early 567



=== TEST 14: of equal priority: monitor, allow, redirect, page, ban, block
--- http_config eval
$::log . '
    eo_response_page page $TEST_NGINX_SERVER_ROOT/html/page.html;
'
--- user_files
>>> page.html
page
--- config
    eo_waf on;
    eo_custom_rule deny '*' action=deny;
    eo_custom_rule ban '*' action=block_ip duration=1s;
    eo_custom_rule page '${http.request.uri.path} like "/p*"' action=page
                   page=page;
    eo_custom_rule redirect '${http.request.uri.path} like "/pr*"'
                   action=redirect url=/x;
    eo_custom_rule allow '${http.request.uri.path} like "/pra*"'
                   action=allow;
    location / { root html; }
--- request eval
["GET /pra", "GET /pr", "GET /p"]
--- error_code eval
[404, 302, 567]



=== TEST 15: basic rules come before precise ones, whatever the priority
--- http_config eval: $::log
--- config
    eo_waf on;
    eo_custom_rule precise '*' action=redirect url=/x;
    eo_custom_rule basic '*' action=deny type=basic;
    location / { root html; }
--- request
GET /t
--- error_code: 567
--- access_log
CustomRule Deny basic 567



=== TEST 16: levels add their rules, and "none" starts afresh
--- http_config
    eo_waf on;
    eo_custom_rule http '${http.request.uri.args["r"]} in ["http"]'
                   action=deny;
--- config
    eo_custom_rule server '${http.request.uri.args["r"]} in ["server"]'
                   action=deny;
    location / { root html; }
    location /a {
        eo_custom_rule location '${http.request.uri.args["r"]} in ["loc"]'
                       action=deny;
    }
    location /n {
        eo_custom_rules none;
        eo_custom_rule location '${http.request.uri.args["r"]} in ["loc"]'
                       action=deny;
    }
--- request eval
["GET /?r=http", "GET /?r=server", "GET /?r=loc", "GET /a?r=http",
 "GET /a?r=server", "GET /a?r=loc", "GET /n?r=http", "GET /n?r=server",
 "GET /n?r=loc"]
--- error_code eval
[567, 567, 200, 567, 567, 567, 404, 404, 567]



=== TEST 17: more rules than one word of a bitmap, and only those of a server
--- http_config eval
"eo_waf on;\n" . CORE::join "", map {
    "eo_custom_rule r$_ '\${http.request.uri.path} in [\"/r$_\"]' "
    . "action=deny;\n"
} 1 .. 200
--- config
    location / { root html; }
    location = /r150 {
        eo_custom_rules none;
        eo_custom_rule x '${http.request.method} in ["POST"]' action=deny;
    }
--- request eval
["GET /r1", "GET /r64", "GET /r65", "GET /r200", "GET /r201", "GET /r150"]
--- error_code eval
[567, 567, 567, 567, 404, 404]



=== TEST 18: a custom page with its status
--- http_config
    eo_response_page page $TEST_NGINX_SERVER_ROOT/html/page.txt
                     type=text/plain;
--- user_files
>>> page.txt
Not today
--- config
    eo_waf on;
    eo_custom_rule page '*' action=page page=page status=451;
    location / { root html; }
--- request
GET /t
--- error_code: 451
--- response_body
Not today



=== TEST 19: a redirect, with a variable
--- config
    eo_waf on;
    eo_custom_rule redirect '*' action=redirect status=307
                   url=https://$host/blocked?from=$uri;
    location / { root html; }
--- request
GET /t
--- error_code: 307
--- response_headers
Location: https://localhost/blocked?from=/t



=== TEST 20: a line feed of the client does not get into the header
--- config
    eo_waf on;
    eo_custom_rule redirect '*' action=redirect url=/blocked?from=$uri;
    location / { root html; }
--- request
GET /t%0d%0aSet-Cookie:a=b
--- error_code: 400
--- raw_response_headers_unlike
Set-Cookie



=== TEST 21: eo_block_response
--- http_config
    eo_response_page page $TEST_NGINX_SERVER_ROOT/html/page.txt
                     type=text/plain;
--- user_files
>>> page.txt
Blocked here
--- config
    eo_waf on;
    eo_custom_rule all '*' action=deny;
    location / { eo_block_response other=403,page managed=500; }
--- request
GET /t
--- error_code: 403
--- response_body
Blocked here



=== TEST 22: an error_page of the operator wins
--- config
    eo_waf on;
    eo_custom_rule all '*' action=deny;
    error_page 567 /blocked.html;
    location / { root html; }
--- user_files
>>> blocked.html
Operator
--- request
GET /t
--- error_code: 567
--- response_body
Operator



=== TEST 23: a denial has a status and a page of its own
--- http_config
    eo_response_page own $TEST_NGINX_SERVER_ROOT/html/own.html;
    eo_response_page all $TEST_NGINX_SERVER_ROOT/html/all.html;
    eo_rate_zone t99 64k;
--- config
    eo_waf on;
    eo_block_response other=403,all;
    location /plain { eo_custom_rule r '*' action=deny; }
    location /status { eo_custom_rule r '*' action=deny status=429; }
    location /page { eo_custom_rule r '*' action=deny page=own; }
    location /both { eo_custom_rule r '*' action=deny status=451 page=own; }
    location /basic { eo_url match * action=deny status=404 page=own; }
    location /rate {
        eo_rate_limit r '*' zone=t99 by=http.request.ip threshold=1 period=1h
                      action=deny status=429 page=own;
        root html;
    }
    location /monitor/ {
        eo_waf monitor;
        eo_custom_rule r '*' action=deny status=429 page=own;
        alias html/;
    }
--- user_files
>>> own.html
own page
>>> all.html
page of all
--- request eval
["GET /plain", "GET /status", "GET /page", "GET /both", "GET /basic",
 "GET /rate", "GET /rate", "GET /monitor/own.html"]
--- error_code eval
[403, 429, 403, 451, 404, 404, 429, 200]
--- response_headers eval
["Retry-After:", "Retry-After:", "Retry-After:", "Retry-After:",
 "Retry-After:", "Retry-After:", "Retry-After: 60", "Retry-After:"]
--- response_body_like eval
["page of all", "page of all", "own page", "own page", "own page", "404",
 "own page", "own page"]



=== TEST 24: a denial that looks like a success
--- http_config
    eo_response_page own $TEST_NGINX_SERVER_ROOT/html/own.html;
    eo_response_page json $TEST_NGINX_SERVER_ROOT/html/own.json
                     type=application/json;
    eo_response_page all $TEST_NGINX_SERVER_ROOT/html/all.html;
    eo_rate_zone t100 64k;
--- config
    eo_waf on;
    eo_block_response other=403,all;
    satisfy any;
    error_page 403 567 /all.html;
    location / { root html; }
    location /empty { eo_custom_rule r '*' action=deny status=200; }
    location /page { eo_custom_rule r '*' action=deny status=200 page=own; }
    location /json { eo_custom_rule r '*' action=page status=200 page=json; }
    location /form {
        eo_custom_rule r '${http.request.body.form["a"]} in ["x"]'
                       action=deny status=200 page=own;
        return 204;
    }
    location /form/ {
        eo_custom_rule r '${http.request.body.form["a"]} in ["x"]'
                       action=deny status=200 page=own;
        proxy_pass http://unix:$TEST_NGINX_SERVER_ROOT/html/none.sock;
    }
    location /rate {
        eo_rate_limit r '*' zone=t100 by=http.request.ip threshold=1
                      period=1h action=deny status=200;
        root html;
    }
    location /monitor/ {
        eo_waf monitor;
        eo_custom_rule r '*' action=deny status=200;
        alias html/;
    }
--- user_files
>>> own.html
own page of $request_method
>>> own.json
{"own":"$status"}
>>> all.html
page of all
--- request eval
["GET /empty", "GET /page", "HEAD /page", "GET /json", "POST /page\n" . "x" x 9,
 "POST /form/\na=x", "GET /rate", "GET /rate", "GET /monitor/own.html",
 "GET /page", "GET /page"]
--- more_headers eval
["", "", "", "", "", "Content-Type: application/x-www-form-urlencoded", "", "",
 "", "If-Match: \"x\"\nIf-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT",
 "Range: bytes=1-2"]
--- error_code eval
[200, 200, 200, 200, 200, 200, 404, 200, 200, 200, 200]
--- response_headers eval
["Content-Length: 0\nContent-Type:\nCache-Control: no-store",
 "Content-Length: 16\nContent-Type: text/html; charset=utf-8",
 "Content-Length: 17\nContent-Type: text/html; charset=utf-8",
 "Content-Type: application/json\nCache-Control: no-store",
 "Content-Length: 17", "Content-Length: 17", "", "Content-Length: 0", "",
 "Content-Length: 16", "Content-Length: 16\nContent-Range:"]
--- response_body_like eval
[qr/\A\z/, "own page of GET\n", qr/\A\z/, "{\"own\":\"200\"}\n", "own page of POST\n",
 "own page of POST\n", qr/404/, qr/\A\z/, qr/own page of/, "own page of GET\n",
 "own page of GET\n"]
