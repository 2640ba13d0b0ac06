# The actions over HTTP/2.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;

no_root_location();
run_tests();

__DATA__

=== TEST 1: blocked, redirected, let through
--- http2
--- config
    eo_waf on;
    eo_custom_rule deny '${http.request.uri.path} in ["/deny"] and
                         ${http.request.version} in ["HTTP/2"] and
                         ${http.request.headers["x-a"]} in ["b"]'
                   action=deny;
    eo_custom_rule redirect '${http.request.uri.path} in ["/redirect"]'
                   action=redirect url=/x;
    location / { root html; }
--- request eval
["GET /deny", "GET /redirect", "GET /"]
--- more_headers
X-A: b
--- error_code eval
[567, 302, 200]



=== TEST 2: form fields
--- http2
--- config
    eo_waf on;
    eo_custom_rule form '${http.request.body.form["op"]} in ["deny"]'
                   action=deny;
    location / { root html; error_page 405 = @ok; }
    location @ok { return 204; }
--- request eval
["POST /index.html\na=1&op=deny", "POST /index.html\na=1&op=pass"]
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code eval
[567, 204]



=== TEST 3: a denial that looks like a success
--- http2
--- http_config
    eo_response_page own $TEST_NGINX_SERVER_ROOT/html/own.html;
--- config
    eo_waf on;
    location / { eo_custom_rule r '*' action=deny status=200 page=own; }
    location /empty { eo_custom_rule r '*' action=deny status=200; }
--- user_files
>>> own.html
own page
--- request eval
["GET /", "GET /empty", "HEAD /"]
--- error_code eval
[200, 200, 200]
--- response_headers eval
["Content-Length: 9", "Content-Length: 0", "Content-Length: 9"]
--- response_body_like eval
[qr/\Aown page\n\z/, qr/\A\z/, qr/\A\z/]
