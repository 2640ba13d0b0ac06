# EO-Cache-Status of an object that is kept in slices: that of the first
# slice that the client's request needs.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;
use EO::Origin;
use EO::CacheSteps;

EO::Origin->start();

our $http = $EO::CacheSteps::http . q{
    server {
        listen 127.0.0.1:$TEST_NGINX_PORT_1;
        root html;
        access_log off;
    }
};

our $server = q{
    eo on;
    access_log logs/access.log step;

    location /c/ {
        slice 1k;
        proxy_cache c;
        proxy_cache_key $request_uri$slice_range;
        proxy_cache_valid 200 206 1m;
        proxy_set_header Range $slice_range;
        proxy_http_version 1.1;
        rewrite ^ /object.bin break;
        proxy_pass http://127.0.0.1:$TEST_NGINX_PORT_1;
    }
};

our $object = join '', map { sprintf '%08d', $_ } 1 .. 500;
our $file = ">>> object.bin\n$object";

run_tests();

__DATA__

=== TEST 1: the whole of it
--- http_config eval: $::http
--- config eval: $::server
--- user_files eval: $::file
--- request eval
[('GET /c/1') x 2]
--- more_headers eval
::steps('', '')
--- error_code eval
[200, 200]
--- response_headers eval
["EO-Cache-Status: MISS", "EO-Cache-Status: HIT"]
--- response_body eval
[$::object, $::object]
--- logged
MISS miss
HIT hit



=== TEST 2: the same range twice, another one
--- http_config eval: $::http
--- config eval: $::server
--- user_files eval: $::file
--- request eval
[('GET /c/2') x 4]
--- more_headers eval
[map { "Step: $_->[0]\nRange: bytes=$_->[1]" }
 [1, '1024-2047'], [2, '1024-2047'], [3, '1500-1599'], [4, '0-99']]
--- error_code eval
[206, 206, 206, 206]
--- response_headers eval
[map { "EO-Cache-Status: $_" } qw(MISS HIT HIT MISS)]
--- response_body eval
[map { substr $::object, $_->[0], $_->[1] }
 [1024, 1024], [1024, 1024], [1500, 100], [0, 100]]
--- logged
MISS miss
HIT hit
HIT hit
MISS miss



=== TEST 3: the first slice is there, the others are not
--- http_config eval: $::http
--- config eval: $::server
--- user_files eval: $::file
--- request eval
[('GET /c/3') x 2]
--- more_headers eval
["Step: 1\nRange: bytes=0-9", "Step: 2"]
--- error_code eval
[206, 200]
--- response_headers eval
["EO-Cache-Status: MISS", "EO-Cache-Status: HIT"]
--- response_body eval
[substr($::object, 0, 10), $::object]
--- logged
MISS miss
HIT hit



=== TEST 4: a range behind the end
--- http_config eval: $::http
--- config eval: $::server
--- user_files eval: $::file
--- request eval
[('GET /c/4') x 2]
--- more_headers eval
[map { "Step: $_\nRange: bytes=100000-" } 1, 2]
--- error_code eval
[416, 416]
