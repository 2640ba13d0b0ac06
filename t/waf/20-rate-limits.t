# Rate limits: modes, what is counted, keys, actions, order, levels.  The
# rules of each block have names of their own, as counters outlive the reload
# between two blocks.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;
use EO::Origin;

EO::Origin->start();

our $http = q{
    eo_rate_zone rates 1m;
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Real-IP;
    map $remote_addr $waf {
        default "$eo_security_module $eo_security_action $eo_security_rule_id";
    }
    add_header X-Waf $waf always;
};

# of two clients in turn, and of one
our @turns = map { "X-Real-IP: $_" } qw(192.0.2.1 192.0.2.2) x 3;

# a browser, and a program that says it is one

our $program = 'User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) '
    . 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36';
our $browser = "$program\nAccept: text/html,*/*;q=0.8\nAccept-Language: de\n"
    . 'Accept-Encoding: gzip';

# each period is in the time to wait: with a threshold of 1 it is two of them

our @periods = qw(1s 5s 10s 20s 30s 40s 50s 1m 2m 5m 10m 1h);

sub period_locations {
    return join '', map {
        "location /$_ { eo_rate_limit period-$_ '*' zone=rates "
        . "by=http.request.ip threshold=1 period=$_ mode=throttle "
        . "action=deny; root html; }\n"
    } @periods;
}

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value('http_config', $http . ($block->http_config || ''));
});

no_root_location();
run_tests();

__DATA__

=== TEST 1: throttle: the requests over the threshold
--- config
    eo_waf on;
    eo_rate_limit t1 '*' zone=rates by=http.request.ip threshold=3
                  period=10s mode=throttle action=deny;
    location / { root html; }
--- request eval
["GET /t", "GET /t", "GET /t", "GET /t", "GET /t"]
--- error_code eval
[404, 404, 404, 567, 567]
--- raw_response_headers_like eval
["X-Waf: - - -", "X-Waf: - - -", "X-Waf: - - -",
 "Retry-After: 1[0-4]\r[\\s\\S]*X-Waf: RateLimitingCustomRule Deny t1\r",
 "Retry-After: 1[0-4]\r[\\s\\S]*X-Waf: RateLimitingCustomRule Deny t1\r"]



=== TEST 2: block: the fourth and everything after for a time
--- config
    eo_waf on;
    eo_rate_limit t2 '*' zone=rates by=http.request.ip threshold=3
                  period=10s duration=2h action=deny;
    location / { root html; }
--- request eval
["GET /t", "GET /t", "GET /t", "GET /t", "GET /t"]
--- error_code eval
[404, 404, 404, 567, 567]
--- response_headers eval
["Retry-After: ", "Retry-After: ", "Retry-After: ",
 "Retry-After: 7200", "Retry-After: 7200"]



=== TEST 3: a minute, if no time is given
--- config
    eo_waf on;
    eo_rate_limit t3 '*' zone=rates by=http.request.ip threshold=1
                  period=1s mode=block action=deny;
    location / { root html; }
--- request eval
["GET /t", "GET /t"]
--- error_code eval
[404, 567]
--- response_headers eval
["Retry-After: ", "Retry-After: 60"]



=== TEST 4: each period
--- config eval
"eo_waf on;\n" . ::period_locations()
--- request eval
[map { ("GET /$_", "GET /$_") } @::periods]
--- error_code eval
[map { (404, 567) } @::periods]
--- response_headers eval
[map { ("Retry-After: ", "Retry-After: $_") }
     2, 10, 20, 40, 60, 80, 100, 120, 240, 600, 1200, 7200]



=== TEST 5: 60s is a minute
--- config
    eo_waf on;
    eo_rate_limit t5 '*' zone=rates by=http.request.ip threshold=1
                  period=60s mode=throttle action=deny;
    location / { root html; }
--- request eval
["GET /t", "GET /t"]
--- response_headers eval
["Retry-After: ", "Retry-After: 120"]
--- error_code eval
[404, 567]



=== TEST 6: only what the expression is about
--- config
    eo_waf on;
    eo_rate_limit t6 '${http.request.uri.path} like ["/login*"]' zone=rates
                  by=http.request.ip threshold=1 period=10s action=deny;
    location / { root html; }
--- request eval
["GET /t", "GET /t", "GET /login", "GET /t", "GET /login/x", "GET /t"]
--- error_code eval
[404, 404, 404, 404, 567, 404]



=== TEST 7: by the client's address
--- config
    eo_waf on;
    eo_rate_limit t7 '*' zone=rates by=http.request.ip threshold=2
                  period=10s action=deny;
    location / { root html; }
--- request eval
["GET /1", "GET /2", "GET /3", "GET /4", "GET /5", "GET /6"]
--- more_headers eval
[@::turns]
--- error_code eval
[404, 404, 404, 404, 567, 567]



=== TEST 8: addresses of IPv6 by their /64
--- config
    eo_waf on;
    eo_rate_limit t8 '*' zone=rates by=http.request.ip threshold=1
                  period=10s action=deny;
    location / { root html; }
--- request eval
["GET /t", "GET /t", "GET /t", "GET /t", "GET /t"]
--- more_headers eval
["X-Real-IP: 2001:db8::1", "X-Real-IP: 2001:db8::ffff:0:0:1",
 "X-Real-IP: 2001:db8:0:1::1", "X-Real-IP: 192.0.2.3",
 "X-Real-IP: 192.0.2.4"]
--- error_code eval
[404, 567, 404, 404, 404]



=== TEST 9: or by another prefix
--- config
    eo_waf on;
    location /46 {
        root html;
        eo_rate_limit t9-46 '*' zone=rates by=http.request.ip threshold=1
                      period=10s ipv6_prefix=46 action=deny;
    }
    location /128 {
        root html;
        eo_rate_limit t9-128 '*' zone=rates by=http.request.ip threshold=1
                      period=10s ipv6_prefix=128 action=deny;
    }
--- request eval
["GET /46", "GET /46", "GET /46", "GET /128", "GET /128", "GET /128"]
--- more_headers eval
["X-Real-IP: 2001:db8:0:1::1", "X-Real-IP: 2001:db8:3:2::1",
 "X-Real-IP: 2001:db8:4:2::1", "X-Real-IP: 2001:db8::1",
 "X-Real-IP: 2001:db8::2", "X-Real-IP: 2001:db8::1"]
--- error_code eval
[404, 567, 404, 404, 404, 567]



=== TEST 10: by the address out of X-Forwarded-For
--- config
    eo_waf on;
    eo_rate_limit t10 '*' zone=rates by=http.request.xff_header_ip
                  threshold=1 period=10s action=deny;
    location / { root html; }
--- request eval
["GET /t", "GET /t", "GET /t", "GET /t", "GET /t", "GET /t"]
--- more_headers eval
["X-Forwarded-For: 198.51.100.1", "X-Forwarded-For: 198.51.100.2",
 "X-Forwarded-For: 198.51.100.1, 10.0.0.1", "X-Forwarded-For: nonsense",
 "", "X-Forwarded-For: 127.0.0.1"]
--- error_code eval
[404, 404, 567, 404, 567, 567]



=== TEST 11: by the path
--- config
    eo_waf on;
    eo_rate_limit t11 '*' zone=rates by=http.request.uri.path threshold=1
                  period=10s action=deny;
    location / { root html; }
--- request eval
["GET /a", "GET /b", "GET /a?x", "GET /%62"]
--- error_code eval
[404, 404, 567, 567]



=== TEST 12: by a header, a cookie, an argument; without it nothing counts
--- config
    eo_waf on;
    eo_rate_limit t12-header '${http.request.uri.path} in ["/header"]'
                  zone=rates by=http.request.headers['X-Key'] threshold=1
                  period=10s action=deny;
    eo_rate_limit t12-cookie '${http.request.uri.path} in ["/cookie"]'
                  zone=rates by=http.request.cookies["key"] threshold=1
                  period=10s action=deny;
    eo_rate_limit t12-arg '${http.request.uri.path} in ["/arg"]'
                  zone=rates by=${http.request.uri.query['key']} threshold=1
                  period=10s action=deny;
    location / { root html; }
--- request eval
["GET /header", "GET /header", "GET /header", "GET /header", "GET /header",
 "GET /header", "GET /header",
 "GET /cookie", "GET /cookie", "GET /cookie", "GET /cookie", "GET /cookie",
 "GET /arg", "GET /arg", "GET /arg?key=a", "GET /arg?key=b",
 "GET /arg?x&key=%61", "GET /arg?key=", "GET /arg?key"]
--- more_headers eval
["", "", "X-Key: a", "x-key: b", "x-key: a", "x-key:", "x-key:",
 "", "", "Cookie: key=a", "Cookie: other=a; key=b", "Cookie: o=x; key=a",
 "", "", "", "", "", "", ""]
--- error_code eval
[404, 404, 404, 404, 567, 404, 567,
 404, 404, 404, 404, 567,
 404, 404, 404, 404, 567, 404, 567]



=== TEST 13: by a fingerprint, and by any variable
--- http_config
    map $http_x_ja3 $eo_client_ja3 { default $http_x_ja3; }
    map $http_x_ja3 $eo_client_ja4 { default 4$http_x_ja3; }
--- config
    eo_waf on;
    eo_rate_limit t13-ja3 '${http.request.uri.path} in ["/ja3"]'
                  zone=rates by=http.request.ja3 threshold=1 period=10s
                  action=deny;
    eo_rate_limit t13-ja4 '${http.request.uri.path} in ["/ja4"]'
                  zone=rates by=http.request.ja4 threshold=1 period=10s
                  action=deny;
    eo_rate_limit t13-variable '${http.request.uri.path} in ["/variable"]'
                  zone=rates by=$http_x_ja3 threshold=1 period=10s
                  action=deny;
    location / { root html; }
--- request eval
[map { ("GET $_", "GET $_", "GET $_", "GET $_", "GET $_") }
     "/ja3", "/ja4", "/variable"]
--- more_headers eval
[map { @$_ } (["", "", "X-JA3: a", "X-JA3: b", "X-JA3: a"]) x 3]
--- error_code eval
[404, 404, 404, 404, 567,
 404, 567, 404, 404, 567,
 404, 404, 404, 404, 567]



=== TEST 14: five keys make one
--- config
    eo_waf on;
    eo_rate_limit t14 '*' zone=rates
                  by=http.request.ip,$host,http.request.uri.path,http.request.cookies['a,b'],http.request.uri.args["k"]
                  threshold=1 period=10s action=deny;
    location / { root html; }
--- request eval
["GET /a?k=1", "GET /b?k=1", "GET /a?k=2", "GET /a?k=1", "GET /a?k=1",
 "GET /a?k=1", "GET /a?k=1"]
--- more_headers eval
["Cookie: a,b=x", "Cookie: a,b=x", "Cookie: a,b=x", "Cookie: a,b=y",
 "Cookie: a,b=x\nX-Real-IP: 192.0.2.1", "", "Cookie: a,b=x"]
--- error_code eval
[404, 404, 404, 404, 404, 404, 567]



=== TEST 15: values that are put together are no other values
--- config
    eo_waf on;
    eo_rate_limit t15 '*' zone=rates by=$arg_a,$arg_b threshold=1 period=10s
                  action=deny;
    location / { root html; }
--- request eval
["GET /?a=ab&b=c", "GET /?a=a&b=bc", "GET /?b=bc&a=a"]
--- error_code eval
[200, 200, 567]



=== TEST 16: cookies of 8 kilobytes, of which the last byte counts
--- http_config
    large_client_header_buffers 4 16k;
--- config
    eo_waf on;
    eo_rate_limit t16 '*' zone=rates by=http.request.cookies['c'] threshold=1
                  period=10s action=deny;
    location / { root html; }
--- request eval
["GET /t", "GET /t", "GET /t"]
--- more_headers eval
["Cookie: c=" . "x" x 8192 . "a", "Cookie: c=" . "x" x 8192 . "b",
 "Cookie: c=" . "x" x 8192 . "a"]
--- error_code eval
[404, 404, 567]



=== TEST 17: monitor: noted, and nothing else
--- config
    eo_waf on;
    eo_rate_limit t17 '*' zone=rates by=http.request.ip threshold=1
                  period=10s action=monitor;
    location / { root html; }
--- request eval
["GET /t", "GET /t"]
--- error_code eval
[404, 404]
--- response_headers eval
["Retry-After: \nX-Waf: - - -",
 "Retry-After: \nX-Waf: RateLimitingCustomRule Monitor t17"]



=== TEST 18: eo_waf monitor turns actions into it
--- config
    eo_waf monitor;
    eo_rate_limit t18 '*' zone=rates by=http.request.ip threshold=1
                  period=10s action=deny;
    location / { root html; }
--- request eval
["GET /t", "GET /t"]
--- error_code eval
[404, 404]
--- response_headers eval
["X-Waf: - - -", "X-Waf: RateLimitingCustomRule Monitor t18"]



=== TEST 19: page, redirect
--- http_config
    eo_response_page slow $TEST_NGINX_SERVER_ROOT/html/slow.html;
--- config
    eo_waf on;
    location /page {
        root html;
        eo_rate_limit t19-page '*' zone=rates by=http.request.ip threshold=1
                      period=10s mode=throttle action=page page=slow
                      status=429;
    }
    location /redirect {
        root html;
        eo_rate_limit t19-redirect '*' zone=rates by=http.request.ip
                      threshold=1 period=10s action=redirect url=/wait?$uri;
    }
--- user_files
>>> slow.html
slow down
--- request eval
["GET /page", "GET /page", "GET /redirect", "GET /redirect"]
--- error_code eval
[404, 429, 404, 302]
--- response_headers eval
["Retry-After: ", "Retry-After: 20", "Retry-After: ",
 "Location: http://localhost:$ENV{TEST_NGINX_SERVER_PORT}/wait?/redirect\nRetry-After: "]
--- response_body_like eval
["404", '\Aslow down\n\z', "404", "302"]



=== TEST 20: block_ip, for all that is protected
--- config
    eo_waf on;
    location / { root html; }
    location /limited {
        root html;
        eo_rate_limit t20 '*' zone=rates by=http.request.ip threshold=1
                      period=10s mode=throttle duration=1h action=block_ip;
    }
--- request eval
["GET /other", "GET /limited", "GET /limited", "GET /other", "GET /other"]
--- more_headers eval
[("X-Real-IP: 203.0.113.20") x 4, "X-Real-IP: 203.0.113.21"]
--- error_code eval
[404, 404, "", "", 404]



=== TEST 21: allow: rules of lower priority are not applied
--- config
    eo_waf on;
    eo_rate_limit t21-allow '*' zone=rates by=http.request.ip threshold=1
                  period=10s action=allow priority=1;
    eo_rate_limit t21-deny '*' zone=rates by=http.request.ip threshold=1
                  period=10s action=deny priority=2;
    location / { root html; }
--- request eval
["GET /t", "GET /t", "GET /t"]
--- error_code eval
[404, 404, 404]
--- response_headers eval
["X-Waf: - - -", "X-Waf: RateLimitingCustomRule Allow t21-allow",
 "X-Waf: RateLimitingCustomRule Allow t21-allow"]



=== TEST 22: of equal priority redirect comes before deny, monitor stops none
--- config
    eo_waf on;
    eo_rate_limit t22-deny '*' zone=rates by=http.request.ip threshold=1
                  period=10s action=deny;
    eo_rate_limit t22-redirect '*' zone=rates by=http.request.ip threshold=1
                  period=10s action=redirect url=/x;
    eo_rate_limit t22-monitor '*' zone=rates by=http.request.ip threshold=1
                  period=10s action=monitor;
    location / { root html; }
--- request eval
["GET /t", "GET /t"]
--- error_code eval
[404, 302]



=== TEST 23: small priorities come first
--- config
    eo_waf on;
    eo_rate_limit t23-redirect '*' zone=rates by=http.request.ip threshold=1
                  period=10s action=redirect url=/x priority=7;
    eo_rate_limit t23-deny '*' zone=rates by=http.request.ip threshold=1
                  period=10s action=deny priority=6;
    location / { root html; }
--- request eval
["GET /t", "GET /t"]
--- error_code eval
[404, 567]



=== TEST 24: what one rule refuses another counts
--- http_config
    eo_response_page slow $TEST_NGINX_SERVER_ROOT/html/slow.html;
--- config
    eo_waf on;
    eo_rate_limit t24-deny '*' zone=rates by=http.request.ip threshold=1
                  period=10s mode=throttle action=deny priority=2;
    eo_rate_limit t24-page '*' zone=rates by=http.request.ip threshold=3
                  period=10s action=page page=slow status=429 priority=1;
    location / { root html; }
--- user_files
>>> slow.html
slow down
--- request eval
["GET /t", "GET /t", "GET /t", "GET /t"]
--- error_code eval
[404, 567, 567, 429]



=== TEST 25: a custom rule comes before and is not counted
--- config
    eo_waf on;
    eo_custom_rule no '${http.request.uri.args["no"]} exists' action=deny;
    eo_rate_limit t25 '*' zone=rates by=http.request.ip threshold=2
                  period=10s action=deny;
    location / { root html; }
--- request eval
["GET /t?no", "GET /t?no", "GET /t?no", "GET /t", "GET /t", "GET /t"]
--- error_code eval
[567, 567, 567, 404, 404, 567]
--- response_headers eval
[("X-Waf: CustomRule Deny no") x 3, "X-Waf: - - -", "X-Waf: - - -",
 "X-Waf: RateLimitingCustomRule Deny t25"]



=== TEST 26: managed rules come after
--- config
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    eo_rate_limit t26 '*' zone=rates by=http.request.ip threshold=1
                  period=10s action=deny;
    location / { root html; }
--- user_files
>>> rules.conf
SecRule ARGS:a "@contains sql" "id:942100,phase:1,deny"
--- request eval
["GET /t?a=sql", "GET /t?a=sql"]
--- error_code eval
[566, 567]



=== TEST 27: an exception is neither limited nor counted
--- config
    eo_waf on;
    eo_exception e '${http.request.headers["x-e"]} in ["1"]'
                 skip=rate-limiting;
    eo_exception f '${http.request.headers["x-e"]} in ["2"]' skip=all;
    eo_exception g '${http.request.headers["x-e"]} in ["3"]'
                 skip=custom-rules;
    eo_rate_limit t27 '*' zone=rates by=http.request.ip threshold=2
                  period=10s action=deny;
    location / { root html; }
--- request eval
["GET /t", "GET /t", "GET /t", "GET /t", "GET /t", "GET /t", "GET /t"]
--- more_headers eval
["X-E: 1", "X-E: 2", "", "X-E: 3", "", "X-E: 1", "X-E: 2"]
--- error_code eval
[404, 404, 404, 404, 567, 404, 404]



=== TEST 28: levels add, and "none" begins anew
--- http_config
    eo_rate_limit t28-http '*' zone=rates by=$uri,$http_x_n threshold=2
                  period=10s action=deny;
--- config
    eo_waf on;
    eo_custom_rule no '${http.request.uri.args["no"]} exists' action=deny;
    eo_rate_limit t28-server '${http.request.uri.path} like ["*/a"]'
                  zone=rates by=$uri threshold=1 period=10s action=deny;
    location / { root html; }
    location /location/ {
        root html;
        eo_rate_limit t28-location '*' zone=rates by=$uri,$http_x_n
                      threshold=1 period=10s action=deny;
    }
    location /none/ {
        root html;
        eo_rate_limit none;
        eo_rate_limit t28-none '*' zone=rates by=$uri,$http_x_n threshold=3
                      period=10s action=deny;
    }
    location /off/ {
        root html;
        eo_waf off;
    }
    location /rules-none/ {
        root html;
        eo_custom_rules none;
    }
--- request eval
["GET /a", "GET /a", "GET /b", "GET /b", "GET /b",
 "GET /location/b", "GET /location/b",
 "GET /none/a", "GET /none/a", "GET /none/a", "GET /none/a", "GET /none/?no",
 "GET /off/a", "GET /off/a", "GET /off/a", "GET /off/a",
 "GET /rules-none/?no", "GET /rules-none/a", "GET /rules-none/a"]
--- more_headers
X-N: 1
--- error_code eval
[404, 567, 404, 404, 567,
 404, 567,
 404, 404, 404, 567, 567,
 404, 404, 404, 404,
 404, 404, 567]



=== TEST 29: a request is counted once, whatever becomes of it
--- config
    eo_waf on;
    eo_rate_limit t29 '*' zone=rates by=http.request.ip threshold=6
                  period=10s action=deny;
    eo_rate_limit t29-rewritten '${http.request.uri.path} like ["/rewrite*"]'
                  zone=rates by=http.request.ip threshold=1 period=10s
                  action=deny;
    location / { root html; }
    location /try { try_files /nope @named; }
    location @named { error_page 404 /missing.html; return 404; }
    location /rewrite { rewrite ^ /index.html last; }
    location /auth { auth_request /ok; root html; }
    location = /ok { root html; try_files $uri /index.html =404; }
--- request eval
["GET /try", "GET /rewrite", "GET /rewrite", "GET /auth", "GET /index.html",
 "GET /index.html", "GET /index.html"]
--- error_code eval
[404, 200, 567, 404, 200, 200, 567]



=== TEST 30: a location that a redirect leads to adds what only it has
--- config
    eo_waf on;
    location / { root html; }
    location /from {
        eo_rate_limit t30-from '*' zone=rates by=http.request.ip threshold=3
                      period=10s action=deny;
        rewrite ^ /to last;
    }
    location /to {
        root html;
        eo_rate_limit t30-to '*' zone=rates by=http.request.ip threshold=2
                      period=10s action=deny;
    }
--- request eval
["GET /from", "GET /from", "GET /to"]
--- error_code eval
[404, 404, 567]



=== TEST 31: an error_page for a refusal is shown
--- config
    eo_waf on;
    error_page 567 =429 /index.html;
    eo_rate_limit t31 '*' zone=rates by=http.request.ip threshold=1
                  period=10s action=deny;
    location / { root html; index index.html; }
--- request eval
["GET /t", "GET /t"]
--- error_code eval
[404, 429]
--- response_headers eval
["Retry-After: ", "Retry-After: 60"]
--- response_body_like eval
["404", "It works"]



=== TEST 32: count=origin: answers out of the cache, and files, do not count
--- http_config
    proxy_cache_path cache keys_zone=cache:1m use_temp_path=off;
--- config
    eo_waf on;
    eo_rate_limit t33 '*' zone=rates by=http.request.ip threshold=2
                  period=10s count=origin action=deny;
    location / {
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP;
    }
    location /cached/ {
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP/;
        proxy_cache cache;
        proxy_cache_valid 1m;
        proxy_cache_key $request_uri;
    }
    location /file { root html; }
--- request eval
["GET /cached/33", "GET /cached/33", "GET /cached/33", "GET /cached/33",
 "GET /file", "GET /status-500", "GET /reset", "GET /file",
 "GET /cached/33"]
--- error_code eval
[200, 200, 200, 200, 404, 500, 502, 567, 567]



=== TEST 33: count=status: answers of the site, not our own
--- config
    eo_waf on;
    eo_custom_rule no '${http.request.uri.args["no"]} exists' action=page
                   page=none status=404;
    eo_rate_limit t34 '*' zone=rates by=http.request.ip threshold=2
                  period=10s count=status:404,500-503 action=deny;
    location / {
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP;
    }
    location /file { root html; }
--- http_config
    eo_response_page none $TEST_NGINX_SERVER_ROOT/html/none.html;
--- user_files
>>> none.html
nothing
--- request eval
["GET /ok", "GET /status-403", "GET /?no", "GET /?no", "GET /?no",
 "GET /file", "GET /status-503", "GET /status-504", "GET /ok", "GET /reset",
 "GET /ok", "GET /file"]
--- error_code eval
[200, 403, 404, 404, 404, 404, 503, 504, 200, 502, 567, 567]



=== TEST 34: throttling by status: only as long as there are too many
--- config
    eo_waf on;
    eo_rate_limit t35 '*' zone=rates by=http.request.ip threshold=2
                  period=10s mode=throttle count=status:404 action=deny;
    location / { root html; }
--- request eval
["GET /t", "GET /t", "GET /index.html", "GET /t", "GET /index.html"]
--- error_code eval
[404, 404, 200, 404, 567]
--- raw_response_headers_like eval
["404", "404", "200", "404", "Retry-After: 1[0-4]\r"]



=== TEST 35: variables
--- config
    add_header X-Rate "$eo_rate_status $eo_rate_rule $eo_rate_threshold" always;
    add_header X-Count "$eo_rate_count $eo_rate_remaining" always;
    add_header X-Wait $eo_rate_retry_after always;
    eo_waf on;
    eo_rate_limit t36-a '${http.request.uri.path} in ["/t"]' zone=rates
                  by=http.request.ip threshold=5 period=10s action=deny;
    eo_rate_limit t36-b '${http.request.uri.path} in ["/t"]' zone=rates
                  by=http.request.ip threshold=2 period=10s mode=throttle
                  action=deny;
    eo_rate_limit t36-c '${http.request.uri.path} in ["/m"]' zone=rates
                  by=http.request.ip threshold=1 period=10s duration=7s
                  action=monitor;
    location / { root html; }
--- request eval
["GET /x", "GET /t", "GET /t", "GET /t", "GET /m", "GET /m"]
--- error_code eval
[404, 404, 404, 567, 404, 404]
--- raw_response_headers_like eval
["X-Rate:   \r", "X-Rate: passed t36-b 2\r\nX-Count: 1 1\r\nX-Wait: 0\r",
 "X-Rate: passed t36-b 2\r\nX-Count: 2 0\r\nX-Wait: 0\r",
 "X-Rate: exceeded t36-b 2\r\nX-Count: 3 0\r\nX-Wait: 1[2-5]\r",
 "X-Rate: passed t36-c 1\r\nX-Count: 1 0\r\nX-Wait: 0\r",
 "X-Rate: monitored t36-c 1\r\nX-Count: 2 0\r\nX-Wait: 7\r"]



=== TEST 36: the security log
--- config
    eo_waf on;
    eo_security_log $TEST_NGINX_SERVER_ROOT/logs/rate.log;
    eo_rate_limit t37 '${http.request.uri.path} in ["/t"]' zone=rates
                  by=http.request.ip threshold=1 period=10s action=deny;
    location / { root html; }
    location /log { alias logs/rate.log; }
--- request eval
["GET /t", "GET /t", "GET /log"]
--- error_code eval
[404, 567, 200]
--- response_body_like eval
["404", "567", '^\{[^\n]*"DisposalMethod":"Deny","EdgeResponseStatusCode":567,"HitCount":1,"RuleDetailList":\[\{"RuleId":"t37","RuleTypeName":"RateLimitingRule","Action":"Deny"\}\]\}\n$']



=== TEST 37: rules that are alike count for themselves
--- config
    eo_waf on;
    location /a {
        root html;
        eo_rate_limit t38 '*' zone=rates by=http.request.ip threshold=1
                      period=10s action=deny;
    }
    location /b {
        root html;
        eo_rate_limit t38 '*' zone=rates by=http.request.ip threshold=1
                      period=10s action=deny;
    }
--- request eval
["GET /a", "GET /b", "GET /a", "GET /b"]
--- error_code eval
[404, 404, 567, 567]



=== TEST 38: a field of a form as a key
--- config
    eo_waf on;
    eo_rate_limit t39 '${http.request.method} in ["POST"]' zone=rates
                  by=http.request.body.form['user'] threshold=1 period=10s
                  action=deny;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP; }
--- request eval
["POST /login\nuser=a&p=1", "POST /login\nuser=b&p=1",
 "POST /login\np=2&user=a", "GET /login"]
--- more_headers
Content-Type: application/x-www-form-urlencoded
--- error_code eval
[200, 200, 567, 200]



=== TEST 39: the threshold's upper bound
--- config
    eo_waf on;
    eo_rate_limit t40 '*' zone=rates by=http.request.ip threshold=100000
                  period=1h duration=30d action=deny priority=100;
    location / { root html; }
--- request eval
["GET /t", "GET /t"]
--- error_code eval
[404, 404]



=== TEST 40: what the DDoS defence denies is not counted, what it notes is
--- config
    eo_waf on;
    eo_client_filter on action=deny;
    eo_rate_limit t40a '${http.request.uri.path} in ["/t"]' zone=rates
                  by=http.request.ip threshold=2 period=10s action=deny;
    location / { root html; }
    location /noted {
        eo_client_filter on action=monitor;
        eo_rate_limit t40b '*' zone=rates by=http.request.uri.path threshold=1
                      period=10s action=deny;
        root html;
    }
--- request eval
["GET /t", "GET /t", "GET /t", "GET /t", "GET /t", "GET /t", "GET /noted",
 "GET /noted"]
--- more_headers eval
[($::program) x 3, ($::browser) x 3, ($::program) x 2]
--- error_code eval
[567, 567, 567, 404, 404, 567, 404, 567]
--- response_headers eval
[("X-Waf: L7DDoS Deny client-filtering") x 3, "X-Waf: - - -", "X-Waf: - - -",
 "X-Waf: RateLimitingCustomRule Deny t40a",
 "X-Waf: L7DDoS Monitor client-filtering",
 "X-Waf: RateLimitingCustomRule Deny t40b"]



=== TEST 41: keys are those of the request when it is counted
--- config
    eo_waf on;
    eo_rate_limit t41 '*' zone=rates by=$arg_k threshold=1 period=10s
                  action=deny;
    location /t { root html; }
    location /set { set $args k=set; root html; }
    location /rewrite { rewrite ^ /t?k=rewritten? last; }
    location /error { error_page 404 /page?k=error; root html; }
    location /page { return 200; }
--- request eval
["GET /t?k=1", "GET /t?k=1", "GET /t?k=2", "GET /set?k=3", "GET /t?k=3",
 "GET /set?k=4", "GET /t?k=set", "GET /rewrite?k=5", "GET /t?k=5",
 "GET /t?k=rewritten", "GET /t", "GET /t", "GET /error?k=6", "GET /t?k=6"]
--- error_code eval
[404, 567, 404, 404, 404, 567, 567, 404, 404, 567, 404, 404, 404, 567]



=== TEST 42: and so is the address, if realip changes it in the location
--- config
    eo_waf on;
    eo_rate_limit t42 '*' zone=rates by=http.request.ip threshold=1
                  period=10s action=deny;
    location / {
        set_real_ip_from 127.0.0.1;
        real_ip_header X-Client;
        root html;
    }
--- request eval
["GET /t", "GET /t", "GET /t", "GET /t"]
--- more_headers eval
["X-Client: 192.0.2.1", "X-Client: 192.0.2.2", "X-Client: 192.0.2.3",
 "X-Client: 192.0.2.2"]
--- error_code eval
[404, 404, 404, 567]



=== TEST 43: with one worker nobody waits
--- config
    location / { return 200 "$eo_rate_lock_wait us\n"; }
--- request
GET /
--- response_body
0 us
