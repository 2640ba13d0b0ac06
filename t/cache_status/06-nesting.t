# Subrequests do not touch what is said of the client's request; internal
# redirects lead to what the last location has to say.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;
use EO::Origin;
use EO::CacheSteps;

EO::Origin->start();

our $page = ">>> page.html\nthe page\n";

run_tests();

__DATA__

=== TEST 1: auth_request asks a cached location
--- http_config eval: $EO::CacheSteps::http
--- config eval
$EO::CacheSteps::server . q{
    location = /c/1 {
        auth_request /c/auth;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP/$http_do;
    }
    location = /c/auth {
        internal;
        proxy_cache_valid 200 1m;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP/allowed;
    }
}
--- request eval
[('GET /c/1') x 3]
--- more_headers eval
::steps('fields?Cache-Control=no-store', $::fresh, $::fresh)
--- response_headers eval
[map { "EO-Cache-Status: $_" } qw(MISS MISS HIT)]
--- logged
MISS dynamic
MISS miss
HIT hit



=== TEST 2: refused by auth_request, from the cache
--- http_config eval: $EO::CacheSteps::http
--- config eval
$EO::CacheSteps::server . q{
    location = /c/2 {
        auth_request /c/auth;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP/$http_do;
    }
    location = /c/auth {
        internal;
        proxy_cache_key auth2;
        proxy_cache_valid any 1m;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP/status-403;
    }
}
--- request eval
[('GET /c/2') x 2]
--- more_headers eval
::steps($::fresh, $::fresh)
--- error_code eval
[403, 403]
--- response_headers eval
[('!EO-Cache-Status') x 2]
--- logged
- other
- other



=== TEST 3: a file that includes cached parts
--- http_config eval: $EO::CacheSteps::http
--- config eval
$EO::CacheSteps::server . q{
    location = /page.shtml {
        root html;
        ssi on;
        ssi_types *;
    }
}
--- user_files
>>> page.shtml
begin <!--# include virtual="/c/3-part" --> end
--- request eval
[('GET /page.shtml') x 2]
--- more_headers eval
::steps($::fresh, $::fresh)
--- response_headers eval
[('!EO-Cache-Status') x 2]
--- response_body_like eval
[(qr/begin.*GET .* end/s) x 2]
--- logged
- other
- other



=== TEST 4: an origin's page, not cacheable, that includes cached parts
--- http_config eval
$EO::CacheSteps::http . q{
    server {
        listen 127.0.0.1:$TEST_NGINX_PORT_1;
        access_log off;
        root html;
        add_header Cache-Control $arg_control;
    }
}
--- config eval
$EO::CacheSteps::server . q{
    location = /c/4 {
        ssi on;
        ssi_types *;
        proxy_cache_key $uri;
        proxy_pass http://127.0.0.1:$TEST_NGINX_PORT_1/page.shtml?$args;
    }
}
--- user_files
>>> page.shtml
begin <!--# include virtual="/c/4-part" --> end
--- request eval
["GET /c/4?control=no-store", "GET /c/4?control=no-store",
 "GET /c/4?control=max-age=60", "GET /c/4?control=max-age=60"]
--- more_headers eval
::steps(($::fresh) x 4)
--- response_headers eval
[map { "EO-Cache-Status: $_" } qw(MISS MISS MISS HIT)]
--- response_body_like eval
[(qr/begin.*GET .* end/s) x 4]
--- logged
MISS dynamic
MISS dynamic
MISS miss
HIT hit



=== TEST 5: mirrored requests
--- http_config eval: $EO::CacheSteps::http
--- config eval
$EO::CacheSteps::server . q{
    location = /c/5 {
        mirror /c/5-mirror;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP/$http_do;
    }
    location = /c/5-mirror {
        internal;
        proxy_cache_valid 200 1m;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP/mirrored;
    }
}
--- request eval
[('GET /c/5') x 3]
--- more_headers eval
::steps('fields?Cache-Control=no-store', $::fresh, $::fresh)
--- response_headers eval
[map { "EO-Cache-Status: $_" } qw(MISS MISS HIT)]
--- logged
MISS dynamic
MISS miss
HIT hit



=== TEST 6: try_files and rewrites into a cached location
--- http_config eval: $EO::CacheSteps::http
--- config eval
$EO::CacheSteps::server . q{
    location = /tried { root html; try_files $uri /c/6; }
    location = /named { root html; try_files $uri @cached; }
    location = /rewritten { rewrite ^ /c/6 last; }
    location @cached {
        proxy_cache_key /c/6;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP/$http_do;
    }
}
--- request eval
["GET /tried", "GET /tried", "GET /rewritten", "GET /named"]
--- more_headers eval
::steps(($::fresh) x 4)
--- response_headers eval
[map { "EO-Cache-Status: $_" } qw(MISS HIT HIT HIT)]
--- logged
MISS miss
HIT hit
HIT hit
HIT hit



=== TEST 7: the origin fails, and an error_page leads to a cached object
--- http_config eval: $EO::CacheSteps::http
--- config eval
$EO::CacheSteps::server . q{
    error_page 520 =200 /instead;
    error_page 404 = @other;
    proxy_intercept_errors on;
    location = /instead {
        internal;
        proxy_cache_valid 200 1m;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP/instead;
    }
    location @other {
        proxy_cache_key other;
        proxy_cache_valid 200 1m;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP;
    }
}
--- request eval
["GET /c/7", "GET /c/7", "GET /c/7b", "GET /c/7b"]
--- more_headers eval
::steps('reset', 'reset', 'status-404', 'status-404')
--- error_code eval
[200, 200, 200, 200]
--- response_headers eval
[map { "EO-Cache-Status: $_" } qw(MISS HIT MISS HIT)]
--- logged
MISS miss
HIT hit
MISS miss
HIT hit



=== TEST 8: the origin names another object of the cache
--- http_config eval: $EO::CacheSteps::http
--- config eval
$EO::CacheSteps::server . q{
    location = /kept {
        internal;
        proxy_cache_valid 200 1m;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP/kept;
    }
}
--- request eval
[('GET /c/8') x 2]
--- more_headers eval
::steps(('fields?X-Accel-Redirect=/kept') x 2)
--- error_code eval
[200, 200]
--- response_headers eval
[map { "EO-Cache-Status: $_" } qw(MISS HIT)]
--- logged
MISS miss
HIT hit



=== TEST 9: an object from the cache, and the subrequest after it
--- http_config eval: $EO::CacheSteps::http
--- config eval
$EO::CacheSteps::server . q{
    location = /c/9 {
        add_after_body /c/9-part;
        addition_types *;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP/$http_do;
    }
    location = /c/9-part {
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP/$http_part;
    }
}
--- request eval
[('GET /c/9') x 3]
--- more_headers eval
["Step: 1\nDo: $::fresh\nPart: fields?Cache-Control=no-store",
 "Step: 2\nDo: $::fresh\nPart: fields?Cache-Control=no-store",
 "Step: 3\nDo: $::fresh\nPart: $::fresh"]
--- response_headers eval
[map { "EO-Cache-Status: $_" } qw(MISS HIT HIT)]
--- logged
MISS miss
HIT hit
HIT hit
