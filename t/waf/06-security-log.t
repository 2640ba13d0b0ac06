# The security log.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;

our $log = q{
    eo_waf on;
    eo_security_log $TEST_NGINX_SERVER_ROOT/logs/security.log;
    location / { root html; }
    location = /log { eo_waf off; alias logs/security.log; }
};

add_block_preprocessor(sub {
    unlink "$Test::Nginx::Util::ServRoot/logs/security.log";
});

no_root_location();
run_tests();

__DATA__

=== TEST 1: one object an event, with every rule that matched
--- config eval
$::log . q{
    eo_custom_rule watched '*' action=monitor;
    eo_custom_rule "odd \"name\"" '${http.request.method} in ["GET"]'
                   action=deny;
    eo_custom_rule never '*' action=deny priority=9;
    eo_url match /no* action=monitor name=basic;
}
--- request eval
["GET /no?a=b", "GET /log"]
--- more_headers
User-Agent: agent
--- error_code eval
[567, 200]
--- response_body_like eval
["567", '\A\{"EventId":"\d+","AttackTime":\d+,"AttackSip":"127\.0\.0\.1",'
 . '"AttackDomain":"localhost","RequestUri":"/no\?a=b",'
 . '"RequestMethod":"GET","Ua":"agent","DisposalMethod":"Deny",'
 . '"EdgeResponseStatusCode":567,"HitCount":3,"RuleDetailList":\['
 . '\{"RuleId":"basic","RuleTypeName":"BasicAccessRule",'
 . '"Action":"Monitor"\},'
 . '\{"RuleId":"watched","RuleTypeName":"PreciseMatchRule",'
 . '"Action":"Monitor"\},'
 . '\{"RuleId":"odd \\\\"name\\\\"","RuleTypeName":"PreciseMatchRule",'
 . '"Action":"Deny"\}\]\}\n\z']



=== TEST 2: nothing without a match
--- config eval
$::log . q{
    eo_custom_rule never 'not *' action=deny;
}
--- request eval
["GET /", "GET /log"]
--- error_code eval
[200, 200]
--- response_body_like eval
["It works", '\A\z']



=== TEST 3: what no JSON can hold
--- config eval
$::log . q{
    eo_custom_rule all '*' action=monitor;
}
--- request eval
["GET /\xff\"\\x", "GET /log"]
--- more_headers eval
["User-Agent: a\"b\\c\x01\xff\xc3\xa4\xed\xa0\x80", ""]
--- error_code eval
[404, 200]
--- response_body_like eval
["404", '"RequestUri":"/\\\\ufffd\\\\"\\\\\\\\x".*'
 . '"Ua":"a\\\\"b\\\\\\\\c\\\\u0001\\\\ufffd' . "\xc3\xa4"
 . '(\\\\ufffd){3}"']



=== TEST 4: a client cannot fill the disk, and what is left out is counted
--- config eval
$::log . q{
    eo_custom_rule all '*' action=monitor;
    eo_custom_rule second '${http.request.uri.path} in ["/second"]'
                   action=stall duration=2s;
    location = /wait {
        eo_waf off;
        proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/second;
    }
}
--- request eval
[(map { "GET /" } 1 .. 60), "GET /wait", "GET /log"]
--- error_code eval
[(map { 200 } 1 .. 60), 502, 200]
--- response_body_like eval
[(map { "It works" } 1 .. 60), "502",
 '\A(?:\{"EventId":[^\n]*\n){10}.*\{"AttackTime":\d+,'
 . '"OmittedEvents":\d+\}\n']
--- timeout: 10



=== TEST 5: off where a level above has one
--- config eval
$::log . q{
    eo_custom_rule all '*' action=monitor;
    location /quiet { eo_security_log off; root html; }
}
--- request eval
["GET /quiet", "GET /log"]
--- error_code eval
[404, 200]
--- response_body_like eval
["404", '\A\z']



=== TEST 6: values of arguments that are not to be in a log
--- config eval
$::log . q{
    eo_security_log_mask password Token;
    eo_custom_rule all '*' action=monitor;
    location /open { eo_security_log_mask off; root html; }
}
--- request eval
["GET /a?user=u&password=p&passwords=q&%70assword=r&TOKEN=s=t&password&password=&x",
 "GET /open?password=p", "GET /password=p", "GET /log"]
--- error_code eval
[404, 404, 404, 200]
--- response_body_like eval
["404", "404", "404",
 '"RequestUri":"/a\?user=u&password=\*\*\*&passwords=q&%70assword=\*\*\*'
 . '&TOKEN=\*\*\*&password&password=&x".*'
 . '"RequestUri":"/open\?password=p".*"RequestUri":"/password=p"']
