use Test::Nginx::Socket 'no_plan';

# The published vectors.  They are of July 2024, so that a timeout of twenty
# years makes them valid and a short one makes them expired.

add_block_preprocessor(sub {
    my ($block) = @_;

    if (!defined $block->user_files) {
        $block->set_value('user_files', ">>> foo.jpg\npicture\n");
    }
});

no_long_string();
no_shuffle();
run_tests();

__DATA__

=== TEST 1: vector A1
--- config
    eo_token_auth A;
    eo_token_auth_key DvYmqE81E1F9R791H6lmht;
    eo_token_auth_timeout 630720000;
    add_header X-Status $eo_token_auth_status always;
    add_header X-Expires $eo_token_auth_expires always;
--- request
GET /foo.jpg?sign=1721028437-Kv4cPTAAP5YTi-0-0fbdca749d7ab784750685347e42075c
--- response_body
picture
--- response_headers
X-Status: ok
X-Expires: 2351748437
--- no_error_log
[error]
[alert]


=== TEST 2: vector A1 after its time
--- config
    eo_token_auth A;
    eo_token_auth_key DvYmqE81E1F9R791H6lmht;
    eo_token_auth_timeout 1d;
    add_header X-Status $eo_token_auth_status always;
--- request
GET /foo.jpg?sign=1721028437-Kv4cPTAAP5YTi-0-0fbdca749d7ab784750685347e42075c
--- error_code: 403
--- response_headers
X-Status: expired
--- error_log
link refused by token authentication, method A: expired (the time of the link is over for
--- no_error_log
[alert]


=== TEST 3: vector A2, an empty rand
--- config
    eo_token_auth A;
    eo_token_auth_key DvYmqE81E1F9R791H6lmht;
    eo_token_auth_timeout 630720000;
--- request
GET /foo.jpg?sign=1721028437--0-e1ca3bbbd815e12b627b91c06957f6eb
--- response_body
picture


=== TEST 4: vector B1
--- config
    eo_token_auth B;
    eo_token_auth_key DvYmqE81E1F9R791H6lmht;
    eo_token_auth_timeout 7300d;
    add_header X-Status $eo_token_auth_status always;
    add_header X-Expires $eo_token_auth_expires always;
--- request
GET /202407151533/d1f0b51c6894231fc12e054fcc7f0b3e/foo.jpg
--- response_body
picture
--- response_headers
X-Status: ok
X-Expires: 2351748780
--- no_error_log
[error]


=== TEST 5: vector B1 after its time
--- config
    eo_token_auth B;
    eo_token_auth_key DvYmqE81E1F9R791H6lmht;
    eo_token_auth_timeout 1s;
    add_header X-Status $eo_token_auth_status always;
--- request
GET /202407151533/d1f0b51c6894231fc12e054fcc7f0b3e/foo.jpg
--- error_code: 403
--- response_headers
X-Status: expired


=== TEST 6: vector C1
--- config
    eo_token_auth C;
    eo_token_auth_key DvYmqE81E1F9R791H6lmht;
    eo_token_auth_timeout 20y;
    add_header X-Status $eo_token_auth_status always;
--- request
GET /6688749e8906a726c12fe1be3aacd016/6694d30a/foo.jpg
--- response_body
picture
--- response_headers
X-Status: ok


=== TEST 7: vector C1 after its time
--- config
    eo_token_auth C;
    eo_token_auth_key DvYmqE81E1F9R791H6lmht;
    eo_token_auth_timeout 1s;
    add_header X-Status $eo_token_auth_status always;
--- request
GET /6688749e8906a726c12fe1be3aacd016/6694d30a/foo.jpg
--- error_code: 403
--- response_headers
X-Status: expired


=== TEST 8: vector D1, decimal time
--- config
    eo_token_auth D;
    eo_token_auth_key DvYmqE81E1F9R791H6lmht;
    eo_token_auth_param token;
    eo_token_auth_time_format dec;
    eo_token_auth_timeout 630720000;
--- request
GET /foo.jpg?token=cadcec4a04e67b9c2abf4b61c642a0dd&t=1721029907
--- response_body
picture


=== TEST 9: vector D2, hexadecimal time
--- config
    eo_token_auth D;
    eo_token_auth_key DvYmqE81E1F9R791H6lmht;
    eo_token_auth_param token;
    eo_token_auth_timeout 630720000;
--- request
GET /foo.jpg?token=10a9ca5e024dca096f9651b13614a3f9&t=0x6694d513
--- response_body
picture


=== TEST 10: an upper-case digest
--- config
    eo_token_auth D;
    eo_token_auth_key DvYmqE81E1F9R791H6lmht;
    eo_token_auth_timeout 630720000;
--- request
GET /foo.jpg?sign=10A9CA5E024DCA096F9651B13614A3F9&t=6694d513
--- response_body
picture


=== TEST 11: the backup key
--- config
    eo_token_auth D;
    eo_token_auth_key BCChgIM4o0k08Uk0Jgi3f27ir3 DvYmqE81E1F9R791H6lmht;
    eo_token_auth_timeout 630720000;
--- request
GET /foo.jpg?sign=10a9ca5e024dca096f9651b13614a3f9&t=6694d513
--- response_body
picture


=== TEST 12: neither key
--- config
    eo_token_auth D;
    eo_token_auth_key BCChgIM4o0k08Uk0Jgi3f27ir3 3deJ7O6CsqlIk;
    eo_token_auth_timeout 630720000;
    add_header X-Status $eo_token_auth_status always;
--- request
GET /foo.jpg?sign=10a9ca5e024dca096f9651b13614a3f9&t=6694d513
--- error_code: 403
--- response_headers
X-Status: mismatch
--- error_log
mismatch (the digest fits none of the keys)


=== TEST 13: off in one location
--- config
    eo_token_auth A;
    eo_token_auth_key DvYmqE81E1F9R791H6lmht;

    location = /foo.jpg {
        eo_token_auth off;
        add_header X-Status "-$eo_token_auth_status-" always;
    }
--- request
GET /foo.jpg
--- response_body
picture
--- response_headers
X-Status: --


=== TEST 14: the other locations of that server
--- config
    eo_token_auth A;
    eo_token_auth_key DvYmqE81E1F9R791H6lmht;

    location = /bar.jpg {
        eo_token_auth off;
    }
--- request
GET /foo.jpg
--- error_code: 403
--- error_log
missing (the link has no token)
