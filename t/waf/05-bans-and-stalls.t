# block_ip and stall.  What is closed without an answer is seen from behind a
# proxy, where it is a 502.

# a ban outlives a reload, so these blocks each need an nginx of their own

BEGIN { delete $ENV{TEST_NGINX_USE_HUP} }

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;

our $proxy = q{
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Real-IP;
    eo_waf on;
    location / {
        eo_waf off;
        proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/protected/;
    }
    location /protected/ { alias html/; }
};

# another rule, only to let a second pass

our $second = q{
    eo_custom_rule second '${http.request.uri.path} in ["/protected/second"]'
                   action=stall duration=1s priority=0;
};

no_root_location();
run_tests();

__DATA__

=== TEST 1: a ban is of the address, and of all that it asks for
--- config eval
$::proxy . q{
    eo_custom_rule ban '${http.request.uri.args["ban"]} exists'
                   action=block_ip duration=60s;
}
--- request eval
["GET /", "GET /?ban", "GET /", "GET /", "GET /"]
--- more_headers eval
["X-Real-IP: 192.0.2.1", "X-Real-IP: 192.0.2.1", "X-Real-IP: 192.0.2.1",
 "X-Real-IP: 192.0.2.1", "X-Real-IP: 192.0.2.2"]
--- error_code eval
[200, 502, 502, 502, 200]



=== TEST 2: a ban ends
--- config eval
$::proxy . $::second . q{
    eo_custom_rule ban '${http.request.uri.args["ban"]} exists'
                   action=block_ip duration=2s;
}
--- request eval
["GET /?ban", "GET /", "GET /second", "GET /second", "GET /second", "GET /"]
--- more_headers eval
["X-Real-IP: 192.0.2.1", "X-Real-IP: 192.0.2.1", "X-Real-IP: 192.0.2.2",
 "X-Real-IP: 192.0.2.2", "X-Real-IP: 192.0.2.2", "X-Real-IP: 192.0.2.1"]
--- error_code eval
[502, 502, 502, 502, 502, 200]
--- timeout: 10



=== TEST 3: an IPv6 address is banned with its /64
--- config eval
$::proxy . q{
    eo_custom_rule ban '${http.request.uri.args["ban"]} exists'
                   action=block_ip duration=60s;
}
--- request eval
["GET /?ban", "GET /", "GET /", "GET /"]
--- more_headers eval
["X-Real-IP: 2001:db8:0:3::1", "X-Real-IP: 2001:db8:0:3:ffff::1",
 "X-Real-IP: 2001:db8:0:4::1", "X-Real-IP: 192.0.2.33"]
--- error_code eval
[502, 502, 200, 200]



=== TEST 4: an exception is not banned, and eo_waf monitor bans nobody
--- config eval
$::proxy . q{
    eo_custom_rule ban '${http.request.uri.args["ban"]} exists'
                   action=block_ip duration=60s;
    eo_exception ours '${http.request.ip} in ["192.0.2.7"]' skip=all;
    location /monitor/ {
        eo_waf monitor;
        alias html/;
    }
}
--- request eval
["GET /?ban", "GET /", "GET /?ban", "GET /monitor/?ban", "GET /",
 "GET /monitor/"]
--- more_headers eval
["X-Real-IP: 192.0.2.7", "X-Real-IP: 192.0.2.7", "X-Real-IP: 192.0.2.8",
 "X-Real-IP: 192.0.2.9", "X-Real-IP: 192.0.2.9", "X-Real-IP: 192.0.2.8"]
--- error_code eval
[200, 200, 502, 200, 200, 200]



=== TEST 5: what X-Forwarded-For says is not banned, the connection is
--- config eval
$::proxy . q{
    eo_custom_rule ban '${http.request.xff_header_ip} in ["192.0.2.1"] and
                        ${http.request.uri.args["ban"]} exists'
                   action=block_ip duration=60s;
}
--- request eval
["GET /?ban", "GET /", "GET /"]
--- more_headers eval
["X-Forwarded-For: 192.0.2.1\nX-Real-IP: 192.0.2.50",
 "X-Real-IP: 192.0.2.1", "X-Real-IP: 192.0.2.50"]
--- error_code eval
[502, 200, 502]



=== TEST 6: a full zone forgets the oldest bans, not the newest
--- http_config
    eo_ban_zone 32k;
--- config eval
$::proxy . q{
    eo_custom_rule ban '${http.request.uri.args["ban"]} exists'
                   action=block_ip duration=1h;
    location /ban {
        eo_waf off;
        proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/protected/;
    }
}
--- request eval
[(map { "GET /?ban" } 0 .. 299), "GET /", "GET /"]
--- more_headers eval
[(map { "X-Real-IP: 10.0." . int($_ / 100) . "." . $_ % 100 } 0 .. 299), "X-Real-IP: 10.0.2.99",
 "X-Real-IP: 10.0.0.0"]
--- error_code eval
[(map { 502 } 0 .. 299), 502, 200]



=== TEST 7: stalled, then closed
--- config eval
$::proxy . q{
    eo_custom_rule stall '*' action=stall duration=2s;
    location /quick {
        eo_waf off;
        proxy_read_timeout 500ms;
        proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/protected/;
    }
}
--- request eval
["GET /quick", "GET /"]
--- error_code eval
[504, 502]
--- timeout: 5



=== TEST 8: no more than the limit, others are closed at once
--- http_config
    eo_stall_limit 0;
--- config eval
$::proxy . q{
    eo_custom_rule stall '*' action=stall duration=10m;
}
--- request
GET /
--- error_code: 502
--- timeout: 2



=== TEST 9: a request of a banned address says which rule has banned it
--- config eval
$::proxy . q{
    eo_security_log $TEST_NGINX_SERVER_ROOT/logs/bans.log;
    location = /log { eo_waf off; alias logs/bans.log; }
    location = /errors { eo_waf off; alias logs/error.log; }
    eo_custom_rule "who asks" '${http.request.uri.args["ban"]} exists'
                   action=block_ip duration=60s;
    eo_url match /protected/basic* action=block_ip duration=60s
           name=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaäzzz;
}
--- request eval
["GET /?ban", "GET /other", "GET /other", "GET /basic", "GET /other",
 "GET /log", "GET /errors"]
--- more_headers eval
["X-Real-IP: 192.0.2.1", "X-Real-IP: 192.0.2.1", "X-Real-IP: 192.0.2.9",
 "X-Real-IP: 192.0.2.2", "X-Real-IP: 192.0.2.2", "X-Real-IP: 192.0.2.3",
 "X-Real-IP: 192.0.2.3"]
--- error_code eval
[502, 502, 404, 502, 502, 200, 200]
--- response_body_like eval
["502", "502", "404", "502", "502",
 '(?s)\A[^\n]*"RequestUri":"/protected/\?ban"[^\n]*\n'
 . '[^\n]*"AttackSip":"192\.0\.2\.1"[^\n]*"RequestUri":"/protected/other"'
 . '[^\n]*"DisposalMethod":"BlockIP"[^\n]*"RuleDetailList":\['
 . '\{"RuleId":"who asks","RuleTypeName":"PreciseMatchRule",'
 . '"Action":"BlockIP"\}\]\}\n'
 . '[^\n]*"RequestUri":"/protected/basic"[^\n]*\n'
 . '([^\n]*"RuleDetailList":\[\{"RuleId":"a{41}",'
 . '"RuleTypeName":"BasicAccessRule","Action":"BlockIP"\}\]\}\n)\z',
 '(?s)connection closed: the rule "who asks" has banned this address, '
 . 'for [56]\ds more, client: 192\.0\.2\.1,.*'
 . 'the rule "a{41}" has banned this address, for [56]\ds more, client: ']
