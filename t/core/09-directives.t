# Wrong values fail the configuration test with the directive, the value and
# what is allowed; right ones pass.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;
use EO::Origin;

# The error names a directive, the value, the file and line, and every word
# of what is allowed.

sub says {
    my ($directive, $value, @allowed) = @_;

    my $all = join '', map { "(?=.*\Q$_\E)" } @allowed;

    return qr/\[emerg\] (?=.*\Q$directive\E)(?=.*\Q$value\E)$all.* in \S+nginx\.conf:\d+/;
}

our @on_off = ('"on"', '"off"');

$ENV{TEST_NGINX_PORT_1} = EO::Origin::server_port() + 1;

run_tests();

__DATA__

=== TEST 1: eo: a word that is neither on nor off
--- config
    eo maybe;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo', 'maybe', @::on_off)



=== TEST 2: eo: no value
--- config
    eo;
--- must_die
--- suppress_stderr
--- error_log eval: qr/\[emerg\] .*invalid number of arguments in "eo" directive/



=== TEST 3: eo: twice
--- config
    eo on; eo off;
--- must_die
--- suppress_stderr
--- error_log eval: qr/\[emerg\] .*"eo" directive is duplicate/



=== TEST 4: eo_log_uuid: a word that is neither on nor off
--- config
    eo_log_uuid maybe;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_log_uuid', 'maybe', @::on_off)



=== TEST 5: eo_log_uuid: no value
--- config
    eo_log_uuid;
--- must_die
--- suppress_stderr
--- error_log eval: qr/\[emerg\] .*invalid number of arguments in "eo_log_uuid" directive/



=== TEST 6: eo_log_uuid: twice
--- config
    eo_log_uuid on; eo_log_uuid off;
--- must_die
--- suppress_stderr
--- error_log eval: qr/\[emerg\] .*"eo_log_uuid" directive is duplicate/



=== TEST 7: eo_cdn_loop: a word that is neither on nor off
--- config
    eo_cdn_loop maybe;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_cdn_loop', 'maybe', @::on_off)



=== TEST 8: eo_cdn_loop: no value
--- config
    eo_cdn_loop;
--- must_die
--- suppress_stderr
--- error_log eval: qr/\[emerg\] .*invalid number of arguments in "eo_cdn_loop" directive/



=== TEST 9: eo_cdn_loop: twice
--- config
    eo_cdn_loop on; eo_cdn_loop off;
--- must_die
--- suppress_stderr
--- error_log eval: qr/\[emerg\] .*"eo_cdn_loop" directive is duplicate/



=== TEST 10: eo_range_check: a word that is neither on nor off
--- config
    eo_range_check maybe;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_range_check', 'maybe', @::on_off)



=== TEST 11: eo_range_check: no value
--- config
    eo_range_check;
--- must_die
--- suppress_stderr
--- error_log eval: qr/\[emerg\] .*invalid number of arguments in "eo_range_check" directive/



=== TEST 12: eo_range_check: twice
--- config
    eo_range_check on; eo_range_check off;
--- must_die
--- suppress_stderr
--- error_log eval: qr/\[emerg\] .*"eo_range_check" directive is duplicate/



=== TEST 13: eo_origin_headers: a word that is neither on nor off
--- config
    eo_origin_headers maybe;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_origin_headers', 'maybe', @::on_off)



=== TEST 14: eo_origin_headers: no value
--- config
    eo_origin_headers;
--- must_die
--- suppress_stderr
--- error_log eval: qr/\[emerg\] .*invalid number of arguments in "eo_origin_headers" directive/



=== TEST 15: eo_origin_headers: twice
--- config
    eo_origin_headers on; eo_origin_headers off;
--- must_die
--- suppress_stderr
--- error_log eval: qr/\[emerg\] .*"eo_origin_headers" directive is duplicate/



=== TEST 16: eo_cdn_loop_name: no token
--- config
    eo_cdn_loop_name "a b";
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_cdn_loop_name', 'a b')



=== TEST 17: eo_cdn_loop_name: empty
--- config
    eo_cdn_loop_name "";
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_cdn_loop_name', '""')



=== TEST 18: eo_cdn_loop_name: two members
--- config
    eo_cdn_loop_name "a,b";
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_cdn_loop_name', 'a,b')



=== TEST 19: eo_cdn_loop_name: a parameter
--- config
    eo_cdn_loop_name "a; loops=1";
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_cdn_loop_name', 'a; loops=1')



=== TEST 20: eo_cdn_loop_name: a line break
--- config
    eo_cdn_loop_name "a\r\nX: y";
--- must_die
--- suppress_stderr
--- error_log eval: qr/\[emerg\] .*(?:invalid|must be)/



=== TEST 21: eo_cdn_loop_limit: 0
--- config
    eo_cdn_loop_limit 0;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_cdn_loop_limit', '0')



=== TEST 22: eo_cdn_loop_limit: -1
--- config
    eo_cdn_loop_limit -1;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_cdn_loop_limit', '-1')



=== TEST 23: eo_cdn_loop_limit: abc
--- config
    eo_cdn_loop_limit abc;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_cdn_loop_limit', 'abc')



=== TEST 24: eo_cdn_loop_limit: 1x
--- config
    eo_cdn_loop_limit 1x;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_cdn_loop_limit', '1x')



=== TEST 25: eo_cdn_loop_limit: 99999999999999999999
--- config
    eo_cdn_loop_limit 99999999999999999999;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_cdn_loop_limit', '99999999999999999999')



=== TEST 26: eo_cdn_loop_limit: twice
--- config
    eo_cdn_loop_limit 3; eo_cdn_loop_limit 4;
--- must_die
--- suppress_stderr
--- error_log eval: qr/\[emerg\] .*"eo_cdn_loop_limit" directive is duplicate/



=== TEST 27: eo_allowed_methods: none
--- config
    eo_allowed_methods;
--- must_die
--- suppress_stderr
--- error_log eval: qr/\[emerg\] .*invalid number of arguments in "eo_allowed_methods" directive/



=== TEST 28: eo_allowed_methods: get
--- config
    eo_allowed_methods get;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_allowed_methods', 'get')



=== TEST 29: eo_allowed_methods: G(T
--- config
    eo_allowed_methods G(T;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_allowed_methods', 'G(T')



=== TEST 30: eo_allowed_methods: "GET POST"
--- config
    eo_allowed_methods "GET POST";
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_allowed_methods', 'GET POST')



=== TEST 31: eo_allowed_methods: ""
--- config
    eo_allowed_methods "";
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_allowed_methods', '')



=== TEST 32: eo_allowed_methods: GET,POST
--- config
    eo_allowed_methods GET,POST;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_allowed_methods', 'GET,POST')



=== TEST 33: eo_allowed_methods: default among others
--- config
    eo_allowed_methods GET default;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_allowed_methods', 'default')



=== TEST 34: eo_request_limits: nothing
--- config
    eo_request_limits;
--- must_die
--- suppress_stderr
--- error_log eval: qr/\[emerg\] .*invalid number of arguments in "eo_request_limits" directive/



=== TEST 35: eo_request_limits: headers=0
--- config
    eo_request_limits headers=0;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_request_limits', 'headers=0')



=== TEST 36: eo_request_limits: headers=-1
--- config
    eo_request_limits headers=-1;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_request_limits', 'headers=-1')



=== TEST 37: eo_request_limits: headers=x
--- config
    eo_request_limits headers=x;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_request_limits', 'headers=x')



=== TEST 38: eo_request_limits: headers=
--- config
    eo_request_limits headers=;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_request_limits', 'headers=')



=== TEST 39: eo_request_limits: size=0
--- config
    eo_request_limits size=0;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_request_limits', 'size=0')



=== TEST 40: eo_request_limits: size=x
--- config
    eo_request_limits size=x;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_request_limits', 'size=x')



=== TEST 41: eo_request_limits: size=
--- config
    eo_request_limits size=;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_request_limits', 'size=')



=== TEST 42: eo_request_limits: size=-1k
--- config
    eo_request_limits size=-1k;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_request_limits', 'size=-1k')



=== TEST 43: eo_request_limits: body=1
--- config
    eo_request_limits body=1;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_request_limits', 'body=1')



=== TEST 44: eo_request_limits: headers
--- config
    eo_request_limits headers;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_request_limits', 'headers')



=== TEST 45: eo_request_limits: headers=99999999999999999999
--- config
    eo_request_limits headers=99999999999999999999;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_request_limits', 'headers=99999999999999999999')



=== TEST 46: eo_request_limits: size=99999999999999999999
--- config
    eo_request_limits size=99999999999999999999;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_request_limits', 'size=99999999999999999999')



=== TEST 47: eo_request_limits: a parameter twice
--- config
    eo_request_limits headers=1 headers=2;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_request_limits', 'headers')



=== TEST 48: eo_unconfigured_host: on
--- http_config
    eo_unconfigured_host on;
--- config
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_unconfigured_host', 'on', 'off')



=== TEST 49: eo_unconfigured_host: 200
--- http_config
    eo_unconfigured_host 200;
--- config
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_unconfigured_host', '200', 'off')



=== TEST 50: eo_unconfigured_host: 399
--- http_config
    eo_unconfigured_host 399;
--- config
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_unconfigured_host', '399', 'off')



=== TEST 51: eo_unconfigured_host: 600
--- http_config
    eo_unconfigured_host 600;
--- config
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_unconfigured_host', '600', 'off')



=== TEST 52: eo_unconfigured_host: 41x
--- http_config
    eo_unconfigured_host 41x;
--- config
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_unconfigured_host', '41x', 'off')



=== TEST 53: eo_unconfigured_host: -418
--- http_config
    eo_unconfigured_host -418;
--- config
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_unconfigured_host', '-418', 'off')



=== TEST 54: eo_unconfigured_host: 4180
--- http_config
    eo_unconfigured_host 4180;
--- config
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_unconfigured_host', '4180', 'off')



=== TEST 55: eo_unconfigured_host: not in a server
--- config
    eo_unconfigured_host 418;
--- must_die
--- suppress_stderr
--- error_log eval: qr/\[emerg\] .*"eo_unconfigured_host" directive is not allowed here/



=== TEST 56: eo_client_ip_header: "A B"
--- config
    eo_client_ip_header "A B";
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_client_ip_header', 'A B')



=== TEST 57: eo_client_ip_header: ""
--- config
    eo_client_ip_header "";
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_client_ip_header', '')



=== TEST 58: eo_client_ip_header: A:B
--- config
    eo_client_ip_header A:B;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_client_ip_header', 'A:B')



=== TEST 59: eo_client_ip_header: X-Forwarded-For
--- config
    eo_client_ip_header X-Forwarded-For;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_client_ip_header', 'X-Forwarded-For')



=== TEST 60: eo_client_ip_header: x-forwarded-for
--- config
    eo_client_ip_header x-forwarded-for;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_client_ip_header', 'x-forwarded-for')



=== TEST 61: eo_client_ip_header: "A\r\nB"
--- config
    eo_client_ip_header "A\r\nB";
--- must_die
--- suppress_stderr
--- error_log eval: qr/\[emerg\] .*(?:invalid|must be)/



=== TEST 62: eo_origin_errors: on
--- config
    eo_origin_errors on;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_origin_errors', 'on', '520', '550', 'off')



=== TEST 63: eo_origin_errors: 530
--- config
    eo_origin_errors 530;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_origin_errors', '530', '520', '550', 'off')



=== TEST 64: eo_origin_errors: 521
--- config
    eo_origin_errors 521;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_origin_errors', '521', '520', '550', 'off')



=== TEST 65: eo_origin_errors: 5200
--- config
    eo_origin_errors 5200;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_origin_errors', '5200', '520', '550', 'off')



=== TEST 66: eo_origin_errors: ""
--- config
    eo_origin_errors "";
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_origin_errors', '', '520', '550', 'off')



=== TEST 67: eo_server_header: empty
--- config
    eo_server_header "";
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_server_header', '')



=== TEST 68: eo_server_header: a line break
--- config
    eo_server_header "a\r\nX: y";
--- must_die
--- suppress_stderr
--- error_log eval: qr/\[emerg\] .*(?:invalid|must be)/



=== TEST 69: eo_response_page: no file
--- http_config
    eo_response_page a;
--- config
--- must_die
--- suppress_stderr
--- error_log eval: qr/\[emerg\] .*invalid number of arguments in "eo_response_page" directive/



=== TEST 70: eo_response_page: a file that is not there
--- http_config
    eo_response_page a $TEST_NGINX_SERVER_ROOT/html/missing.html;
--- config
--- must_die
--- suppress_stderr
--- error_log eval: qr/\[emerg\] .*missing\.html.*(?:No such file|failed)/



=== TEST 71: eo_response_page: a folder
--- http_config
    eo_response_page a $TEST_NGINX_SERVER_ROOT/html;
--- config
--- must_die
--- suppress_stderr
--- error_log eval: qr/\[emerg\] .*html/



=== TEST 72: eo_response_page: an unknown type
--- http_config
    eo_response_page a $TEST_NGINX_SERVER_ROOT/html/a.html type=image/png;
--- config
--- user_files
>>> a.html
page $status
>>> bad.html
page $no_such_variable_here
--- must_die
--- suppress_stderr
--- error_log eval: ::says('', 'image/png', 'text/html', 'application/json', 'text/plain', 'text/xml')



=== TEST 73: eo_response_page: an unknown parameter
--- http_config
    eo_response_page a $TEST_NGINX_SERVER_ROOT/html/a.html status=4;
--- config
--- user_files
>>> a.html
page $status
>>> bad.html
page $no_such_variable_here
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_response_page', 'status=4')



=== TEST 74: eo_response_page: an unknown variable in it
--- http_config
    eo_response_page a $TEST_NGINX_SERVER_ROOT/html/bad.html;
--- config
--- user_files
>>> a.html
page $status
>>> bad.html
page $no_such_variable_here
--- must_die
--- suppress_stderr
--- error_log eval: qr/\[emerg\] .*no_such_variable_here/



=== TEST 75: eo_response_page: a name twice
--- http_config
    eo_response_page a $TEST_NGINX_SERVER_ROOT/html/a.html; eo_response_page a $TEST_NGINX_SERVER_ROOT/html/a.html;
--- config
--- user_files
>>> a.html
page $status
>>> bad.html
page $no_such_variable_here
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_response_page', '"a"')



=== TEST 76: eo_response_page: not in a server
--- config
    eo_response_page a $TEST_NGINX_SERVER_ROOT/html/a.html;
--- user_files
>>> a.html
page $status
>>> bad.html
page $no_such_variable_here
--- must_die
--- suppress_stderr
--- error_log eval: qr/\[emerg\] .*"eo_response_page" directive is not allowed here/



=== TEST 77: eo_error_response: 521
--- config
    eo_error_response 521;
--- must_die
--- suppress_stderr
--- error_log eval: qr/\[emerg\] .*"eo_error_response".* in \S+nginx\.conf:\d+/



=== TEST 78: eo_error_response: page=a
--- config
    eo_error_response page=a;
--- must_die
--- suppress_stderr
--- error_log eval: qr/\[emerg\] .*"eo_error_response".* in \S+nginx\.conf:\d+/



=== TEST 79: eo_error_response: 521 page=
--- config
    eo_error_response 521 page=;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_error_response', 'page')



=== TEST 80: eo_error_response: 521 code=
--- config
    eo_error_response 521 code=;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_error_response', '""')



=== TEST 81: eo_error_response: 521 code=99
--- config
    eo_error_response 521 code=99;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_error_response', '"99"')



=== TEST 82: eo_error_response: 521 code=600
--- config
    eo_error_response 521 code=600;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_error_response', '"600"')



=== TEST 83: a status that nginx does not send: 408
--- config
    eo_error_response 521 code=408;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_error_response', '"408"', 'between 400 and 599, and not 408')



=== TEST 84: a status that nginx does not send: 444
--- config
    eo_error_response 566 567 code=444;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_error_response', '"444"', 'between 400 and 599, and not 408')



=== TEST 85: a status that nginx does not send: 497
--- config
    eo_error_response 521 code=497;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_error_response', '"497"', 'between 400 and 599, and not 408')



=== TEST 86: a status that nginx does not send: 499
--- config
    eo_error_response 521 code=499;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_error_response', '"499"', 'between 400 and 599, and not 408')



=== TEST 87: eo_unconfigured_host: a status that nginx does not send
--- http_config
    eo_unconfigured_host 408;
--- config
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_unconfigured_host', '"408"')



=== TEST 88: the statuses on both sides of those can be sent
--- config
    eo_error_response 521 code=409;
    eo_error_response 522 code=493;
    eo_error_response 523 code=500;
    location /t { return 200; }
--- request: GET /t



=== TEST 89: eo_error_response: 521 code=x
--- config
    eo_error_response 521 code=x;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_error_response', '"x"')



=== TEST 90: eo_error_response: 521 colour=red
--- config
    eo_error_response 521 colour=red;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_error_response', 'page=', 'code=')



=== TEST 91: eo_error_response: 200 code=503
--- config
    eo_error_response 200 code=503;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_error_response', '200')



=== TEST 92: eo_error_response: x code=503
--- config
    eo_error_response x code=503;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_error_response', 'x')



=== TEST 93: eo_error_response: 99999 code=503
--- config
    eo_error_response 99999 code=503;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_error_response', '99999')



=== TEST 94: eo_error_response: a page that is not defined
--- config
    eo_error_response 521 page=nosuch;
--- must_die
--- suppress_stderr
--- error_log eval: qr/\[emerg\] .*nosuch/



=== TEST 95: eo_error_response: a status twice
--- config
    eo_error_response 521 code=503; eo_error_response 521 code=504;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_error_response', '521')



=== TEST 96: eo_error_response: a status that is not ours
--- config
    eo_error_response 404 code=503;
--- must_die
--- suppress_stderr
--- error_log eval: ::says('eo_error_response', '404')



=== TEST 97: every directive with a right value, at every level
--- http_config
    eo on;
    eo_log_uuid on;
    eo_cdn_loop on;
    eo_cdn_loop_name edge.example:8080;
    eo_cdn_loop_limit 1000;
    eo_allowed_methods default;
    eo_request_limits headers=1000 size=1m;
    eo_range_check on;
    eo_unconfigured_host 404;
    eo_origin_headers on;
    eo_client_ip_header X-Client-1;
    eo_origin_errors 550;
    eo_server_header "A Name/1.0 (x)";
    eo_response_page a $TEST_NGINX_SERVER_ROOT/html/a.html;
    eo_response_page b $TEST_NGINX_SERVER_ROOT/html/a.html type=text/plain;
    eo_error_response 521 551 page=a code=503;
    eo_error_response 400 413 416 418 423 page=b;
--- config
    eo off;
    eo_log_uuid off;
    eo_cdn_loop off;
    eo_cdn_loop_name x;
    eo_cdn_loop_limit 1;
    eo_allowed_methods GET M-SEARCH X_Y;
    eo_request_limits size=64;
    eo_range_check off;
    eo_origin_headers off;
    eo_client_ip_header X;
    eo_origin_errors off;
    eo_server_header off;
    eo_error_response 520 code=599;
    location /t {
        eo on;
        eo_log_uuid on;
        eo_cdn_loop on;
        eo_cdn_loop_name y;
        eo_cdn_loop_limit 2;
        eo_allowed_methods default;
        eo_request_limits headers=10;
        eo_range_check on;
        eo_origin_headers on;
        eo_client_ip_header Y;
        eo_origin_errors 520;
        eo_server_header z;
        eo_error_response 520 page=a;
        return 200 ok;
    }
--- user_files
>>> a.html
page $status
--- request
GET /t
--- response_headers
Server: z
--- response_body: ok
