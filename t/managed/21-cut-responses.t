# Managed rules on responses that their origin does not end: the client gets
# what there is, once it has been looked at, as it would without the rules.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;
use EO::Origin;

EO::Origin->start();

our $rules = q{>>> rules.conf
SecResponseBodyAccess On
SecResponseBodyMimeType text/plain
SecRule RESPONSE_BODY "@contains half" "id:201,phase:4,deny,chain"
SecRule REQUEST_URI "@contains deny"
};

our $config = q{
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    proxy_http_version 1.1;
    proxy_read_timeout 300ms;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/origin/; }
    location /unbuffered/ { proxy_buffering off; proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/origin/; }
    location /free/ { eo_managed_rules off; proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/origin/; }
    location /origin/ {
        eo_waf off;
        proxy_read_timeout 600ms;
        proxy_buffering off;
        add_header Content-Type text/plain;
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP;
    }
};

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value('user_files', $::rules);
    $block->set_value('config', $::config);
});

no_root_location();
run_tests();

__DATA__

=== TEST 1: what there is of it
--- request eval
["GET /close-body", "GET /unbuffered/close-body", "GET /free/close-body", "GET /unbuffered/stall-body"]
--- error_code eval
[(200) x 4]
--- response_body eval
[("half") x 4]
--- timeout: 5



=== TEST 2: with the length that was said, so that its end is seen to be missing
--- request
GET /close-body
--- response_headers
Content-Length: 100
--- response_body chomp
half
--- error_code: 200
--- timeout: 5



=== TEST 3: what is in it is looked at
--- request eval
["GET /close-body?deny", "GET /unbuffered/close-body?deny"]
--- error_code eval
[566, 566]
--- timeout: 5
