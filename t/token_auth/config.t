use Test::Nginx::Socket 'no_plan';

# Directives that cannot work fail with a sentence that says why.

add_block_preprocessor(sub {
    my ($block) = @_;

    if (!defined $block->request) {
        $block->set_value('must_die', '');
        $block->set_value('no_error_log', 'S3cr');
    }
});

no_long_string();
no_shuffle();
run_tests();

__DATA__

=== TEST 1: an unknown method
--- config
    eo_token_auth E;
--- error_log
invalid value "E" in "eo_token_auth" directive, it must be one of: off, A, B, C, D, VOD, HMAC in


=== TEST 2: an empty key
--- config
    eo_token_auth_key "";
--- error_log
invalid primary key in "eo_token_auth_key" directive: it must be 6 to 40 letters and digits, or "ID:KEY" for method HMAC in


=== TEST 3: a short key
--- config
    eo_token_auth_key S3cr1;
--- error_log
invalid primary key in "eo_token_auth_key" directive: it must be 6 to 40 letters and digits


=== TEST 4: a key with other characters
--- config
    eo_token_auth_key 'S3cr$et';
--- error_log
invalid primary key in "eo_token_auth_key" directive: it must be 6 to 40 letters and digits


=== TEST 5: a long key
--- config
    eo_token_auth_key S3cr567890123456789012345678901234567890x;
--- error_log
invalid primary key in "eo_token_auth_key" directive: it must be 6 to 40 letters and digits


=== TEST 6: a wrong backup key
--- config
    eo_token_auth_key S3cr3tS3cr3t S3cr;
--- error_log
invalid backup key in "eo_token_auth_key" directive: it must be 6 to 40 letters and digits


=== TEST 7: a method without a key
--- config
    location /x {
        eo_token_auth A;
    }
--- error_log eval
qr/"eo_token_auth A" in .*nginx.conf:\d+ cannot work with the other "eo_token_auth_\*" directives there: there is no key/


=== TEST 8: HMAC with a key that has no id
--- config
    eo_token_auth HMAC;
    eo_token_auth_key S3cr3tS3cr3t;
--- error_log
method HMAC needs keys of the form "ID:KEY"


=== TEST 9: another method with a key that has one
--- config
    eo_token_auth C;
    eo_token_auth_key k1:S3cr3tS3cr3tS3cr3t;
--- error_log
a key with an id is for method HMAC only


=== TEST 10: HMAC with a short key
--- config
    eo_token_auth HMAC;
    eo_token_auth_key k1:S3cr3tS3cr3t;
--- error_log
invalid primary key in "eo_token_auth_key" directive: the key after ":" must have 16 to 256 characters


=== TEST 11: HMAC with the same id twice
--- config
    eo_token_auth HMAC;
    eo_token_auth_key k1:S3cr3tS3cr3tS3cr3t k1:S3cr3tS3cr3tS3cr3u;
--- error_log
two keys have the same id


=== TEST 12: one parameter for digest and time
--- config
    eo_token_auth D;
    eo_token_auth_key S3cr3tS3cr3t;
    eo_token_auth_param t;
--- error_log
the digest and the time have the same parameter


=== TEST 13: a wrong parameter
--- config
    eo_token_auth_param si-gn;
--- error_log
invalid value "si-gn" in "eo_token_auth_param" directive, it must be 1 to 100 letters, digits and underscores


=== TEST 14: a wrong time parameter
--- config
    eo_token_auth_time_param "";
--- error_log
invalid value "" in "eo_token_auth_time_param" directive


=== TEST 15: a wrong time format
--- config
    eo_token_auth_time_format oct;
--- error_log
invalid value "oct"


=== TEST 16: no timeout
--- config
    eo_token_auth_timeout 0;
--- error_log
invalid value "0" in "eo_token_auth_timeout" directive, it must be a time of 1s to 630720000s


=== TEST 17: a long timeout
--- config
    eo_token_auth_timeout 630720001;
--- error_log
invalid value "630720001" in "eo_token_auth_timeout" directive


=== TEST 18: a wrong flag
--- config
    eo_token_auth_strip maybe;
--- error_log
invalid value "maybe" in "eo_token_auth_strip" directive, it must be "on" or "off"


=== TEST 19: signing without a method
--- config
    location /x {
        eo_token_auth_sign;
    }
--- error_log
"eo_token_auth_sign" needs an "eo_token_auth" that says by which method links are to be made


=== TEST 20: signing outside of a location
--- config
    eo_token_auth_sign;
--- error_log
"eo_token_auth_sign" directive is not allowed here


=== TEST 21: keys and a file of keys
--- config
    eo_token_auth_key S3cr3tS3cr3t;
    eo_token_auth_key_file keys;
--- error_log
"eo_token_auth_key_file" directive is duplicate, or stands beside "eo_token_auth_key"


=== TEST 22: a file of keys that is not there
--- config
    eo_token_auth_key_file none;
--- error_log
none" failed (2: No such file or directory)


=== TEST 23: a folder for a file of keys
--- config
    eo_token_auth_key_file ../html;
--- error_log
is no file of keys: it must be a regular file of up to 65536 bytes


=== TEST 24: a file with a wrong key
--- config
    eo_token_auth_key_file ../html/keys;
--- user_files
>>> keys
# keys
S3cr3tS3cr3t

S3cr
--- error_log eval
qr/invalid key file ".*keys" in "eo_token_auth_key_file" directive, line 4: it must be 6 to 40 letters and digits/


=== TEST 25: a file without a key
--- config
    eo_token_auth_key_file ../html/keys;
--- user_files
>>> keys
# nothing
--- error_log
line 1: there is no key in it


=== TEST 26: a file of keys, the first one signs and every one verifies
--- config
    location = /sign {
        eo_token_auth D;
        eo_token_auth_key_file ../html/keys;
        eo_token_auth_timeout 20y;
        eo_token_auth_sign;
    }
    eo_token_auth D;
    eo_token_auth_key_file ../html/old;
    eo_token_auth_timeout 20y;
--- user_files
>>> keys
DvYmqE81E1F9R791H6lmht
>>> old
# new
3deJ7O6CsqlIk
# old
DvYmqE81E1F9R791H6lmht
>>> foo.jpg
picture
--- request eval
["GET /sign?url=/foo.jpg&time=1721029907",
 "GET /foo.jpg?sign=10a9ca5e024dca096f9651b13614a3f9&t=6694d513"]
--- response_body eval
[qq({"url":"/foo.jpg?sign=10a9ca5e024dca096f9651b13614a3f9&t=6694d513","expires":2351749907}\n),
 "picture\n"]
--- no_error_log
DvYmqE81E1F9R791H6lmht


=== TEST 27: a file that everybody can read is warned about
--- config
    eo_token_auth_key_file ../html/keys;
    eo_token_auth_strip maybe;
--- user_files
>>> keys
S3cr3tS3cr3t
--- error_log eval
qr/\[warn\] .*the keys in ".*keys" can be read or written by everybody: take the rights of others away/
