# The variables that core has for logs and pages.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;

our $format = q{
    log_format eo_test 'ip=$eo_connecting_ip internal=$eo_edge_internal_time '
                       'response=$eo_edge_response_time '
                       'origin=$eo_origin_ip/$eo_origin_status '
                       'at=$eo_request_time now=$eo_time status=$eo_status';
};

our $utc = '\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ';

run_tests();

__DATA__

=== TEST 1: the origin has answered
--- http_config eval: $::format
--- config
    eo on;
    access_log logs/access.log eo_test;
    location = /t {
        proxy_set_header Host localhost;
        proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/o;
    }
    location = /o { access_log off; return 201 made; }
--- request
GET /t
--- error_code: 201
--- access_log eval
qr/^ip=127\.0\.0\.1 internal=\d+ response=\d+ origin=127\.0\.0\.1\/201 at=$::utc now=$::utc status=201$/



=== TEST 2: the origin has refused the connection
--- http_config eval: $::format
--- config
    eo on;
    access_log logs/access.log eo_test;
    location = /t { proxy_pass http://127.0.0.1:1; }
--- request
GET /t
--- error_code: 521
--- access_log eval
qr/^ip=127\.0\.0\.1 internal=\d+ response=\d+ origin=127\.0\.0\.1\/-1 at=$::utc now=$::utc status=521$/



=== TEST 3: no origin was asked
--- http_config eval: $::format
--- config
    eo on;
    access_log logs/access.log eo_test;
    location = /t { return 204; }
--- request
GET /t
--- error_code: 204
--- access_log eval
qr/^ip=127\.0\.0\.1 internal=\d+ response=\d+ origin=-\/-1 at=$::utc now=$::utc status=204$/



=== TEST 4: a page in words, with another status than its reason
--- http_config
    eo_response_page words ../html/words type=text/plain;
--- user_files
>>> words
$eo_status|$eo_status_reason|$eo_status_message|
--- config
    eo on;
    eo_error_response 423 page=words code=503;
    location = /t { return 204; }
--- request
GET /t
--- more_headers
CDN-Loop: TencentEdgeOne; loops=16
--- error_code: 503
--- response_body_like eval
qr/^503\|Request Loop\|The request went in circles between servers[^|]*\|$/
