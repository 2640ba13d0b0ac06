# Requests that back ends do not all read alike.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;
use EO::RawRequests;

our $origin = q{
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT; }
    location /raw { proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT; }
};

our $urlencoded = 'Content-Type: application/x-www-form-urlencoded';
our $multipart = 'Content-Type: multipart/form-data; boundary=b';

sub part {
    my ($header, $data) = @_;
    return "--b\r\n$header\r\n\r\n$data\r\n--b--\r\n";
}

sub field {
    return part("Content-Disposition: form-data; $_[0]", $_[1] // 'ATTACK');
}

no_root_location();
run_tests();

__DATA__

=== TEST 1: what stands behind "#" is passed on, and looked at
--- config
    eo_waf on;
    eo_custom_rule args '${http.request.uri.args["id"]} contain ["attack"]'
                   action=deny;
    eo_custom_rule query '${http.request.uri.query} contain ["secret"]'
                   action=deny;
    eo_custom_rule uri '${http.request.uri} contain ["hidden"]' action=deny;
    eo_custom_rule full '${http.request.full_uri} like ["*/whole*end"]'
                   action=deny;
    eo_custom_rule path '${http.request.uri.path} like ["*/.git/*"]'
                   action=deny;
    eo_custom_rule name '${http.request.filename} in ["wp-login.php"]'
                   action=deny;
    eo_custom_rule ext '${http.request.file_extension} in ["bak"]'
                   action=deny;
    location / { return 200 "not protected"; }
    location ~ ^/ {
        proxy_pass http://unix:$TEST_NGINX_SERVER_ROOT/html/o.sock;
    }
--- http_config
    server {
        listen unix:$TEST_NGINX_SERVER_ROOT/html/o.sock;
        location / { return 200 $request_uri; }
    }
--- raw_requests eval
[map { "GET $_ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" }
 "/?#&id=ATTACK", "/?id=ATTACK#", "/?id=1#&id=ATTACK", "/#?id=ATTACK",
 "/#?secret", "/a#hidden", "/whole#end", "/a#/../.git/config",
 "/.git/config#x", "/x#/wp-login.php", "/wp-login.php#x", "/a.bak#b",
 "/a#b.bak", "/?a=1#top", "/page#top", "/page?id=1#id=ATTACK", "/#/route"]
--- error_code eval
[(567) x 13, 200, 200, 567, 200]



=== TEST 2: what lets pass has to hold however the target is read
--- config
    eo_waf on;
    eo_exception pass '${http.request.uri.path} in ["/ok"]'
                 skip=custom-rules;
    eo_custom_rule all '*' action=deny;
    location / { root html; }
--- user_files
>>> ok
fine
--- raw_requests eval
[map { "GET $_ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" }
 "/ok", "/ok?x", "/ok#x"]
--- error_code eval
[200, 200, 567]



=== TEST 3: names of arguments as PHP, Perl and Rack read them
--- config
    eo_waf on;
    eo_custom_rule args '${http.request.uri.args["id"]} contain ["attack"]'
                   action=deny;
    eo_custom_rule under '${http.request.uri.args["a_b"]} contain ["attack"]'
                   action=deny;
    eo_custom_rule cookie '${http.request.cookies["c"]} contain ["attack"]'
                   action=deny;
    location / { root html; }
--- user_files
>>> index.html
fine
--- request eval
[map { "GET /index.html?$_" }
 "+id=attack", "%20id=attack", "id%00=attack", "id%00x=attack",
 "a=1;id=attack", "a=1&amp;id=attack", "a.b=attack", "a+b=attack",
 "%69%64=%41ttack", "id=1", "x=1;y=attack", "q=%26id%3dattack",
 "q=%3bid%3dattack", "q=%23id=attack", "id2=attack", "id=;x", "", "", "", ""]
--- more_headers eval
[("") x 16, "Cookie: a=1; c =attack", "Cookie: a=1;\tc= attack",
 "Cookie: a=1%3bc=attack", "Cookie: c%3dattack"]
--- error_code eval
[(567) x 9, (200) x 7, 567, 567, 200, 200]



=== TEST 4: splits come before decoding
--- config
    eo_waf on;
    eo_custom_rule name '${http.request.filename} in ["config"]' action=deny;
    eo_custom_rule ext '${http.request.file_extension} in ["bak"]'
                   action=deny;
    eo_custom_rule path '${http.request.uri.path} like ["*/.git/*"]'
                   action=deny;
    location / { return 200; }
    location ~ ^/ { root html; try_files /index.html =404; }
--- user_files
>>> index.html
fine
--- request eval
[map { "GET $_" }
 "/x%3f/config", "/a%3f/a.bak", "/x%3f/.git/x", "/x%23/config",
 "/x%23/a.bak", "/x%26/a.bak", "/x%3b/a.bak", "/x%3f/.gi%74/x",
 "/x%3fa.bakery", "/x%3f/index", "/x?/config", "/x?/a.bak"]
--- error_code eval
[(567) x 8, (200) x 4]



=== TEST 5: a form that can be read in more than one way is undecided
--- config
    eo_waf on;
    eo_custom_rule form '${http.request.body.form["id"]} contain ["attack"]'
                   action=deny;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/ok/; }
    location /ok/ { eo_waf off; return 200; }
--- request eval
[map { "POST /\n$_" }
 main::field("name*=utf-8''id"), main::field("name='id'"),
 main::part("Content-Disposition: form-data; name=\"x\"\r\n"
            . "Content-Disposition: form-data; name=\"id\"", "ATTACK"),
 main::part("Content-Disposition : form-data; name=\"id\"", "ATTACK"),
 main::field('name="id"'), main::field('name="id"'),
 "id=ATTACK", "+id=ATTACK", "id%00=ATTACK", "id=ATTACK", "id=ATTACK",
 "id=ATTACK", main::field('name="id"'), "id=ATTACK"]
--- more_headers eval
[$::multipart, $::multipart, $::multipart, $::multipart,
 "Content-Type: multipart/form-data; boundary=" . "b" x 71,
 "Content-Type: multipart/form-data, boundary=b",
 "Content-Type: application/x-www-form-urlencoded\t;charset=utf-8",
 $::urlencoded, $::urlencoded,
 "Content-Type: application/x-www-form-urlencoded, x/y",
 "$::urlencoded; charset=ibm037",
 "$::urlencoded\nContent-Encoding: gzip",
 "$::multipart\nContent-Type: text/plain",
 ""]
--- error_code eval
[(567) x 14]



=== TEST 6: forms that have one reading
--- config
    eo_waf on;
    eo_custom_rule form '${http.request.body.form["id"]} contain ["attack"]'
                   action=deny;
    eo_custom_rule missing 'not ${http.request.body.form["id"]} exists and
                            ${http.request.headers["x-must"]} exists'
                   action=deny;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/ok/; }
    location /ok/ { eo_waf off; return 200; }
--- request eval
[map { "POST /\n$_" }
 main::field('name="id"', 1), main::field('name="x"; filename="a b.jpg"'),
 main::field('name="id"; filename="C:\\a.jpg"; filename*=utf-8\'\'a.jpg'),
 main::field('name="id"', 1), main::field('name="id"', 1),
 "id=1", "a=%26id=ATTACK", "id=1", '{"id":"ATTACK"}', "ATTACK",
 main::part("Content-Disposition: attachment; name=\"a\"", "ATTACK"), ""]
--- more_headers eval
[$::multipart, $::multipart, $::multipart,
 "Content-Type: multipart/form-data;boundary=b;charset=UTF-8\nX-Must: 1",
 "Content-Type: multipart/form-data; boundary=\"b\"\nX-Must: 1",
 "$::urlencoded; charset=UTF-8", $::urlencoded, "$::urlencoded\nX-Must: 1",
 "Content-Type: application/json", "Content-Type: application/octet-stream",
 "Content-Type: multipart/related; boundary=b", $::urlencoded]
--- error_code eval
[(200) x 12]
--- no_error_log
was not decided



=== TEST 7: an exception on an ambiguous form does not hold
--- config
    eo_waf on;
    eo_exception form 'not ${http.request.body.form["id"]} exists'
                 skip=custom-rules;
    eo_custom_rule all '*' action=deny;
    location / { return 200; }
    location ~ ^/ { root html; try_files /index.html =404; }
--- user_files
>>> index.html
fine
--- request eval
["POST /\n" . main::field('name="x"'), "POST /\n" . main::field("name='id'")]
--- more_headers eval
[$::multipart, $::multipart]
--- error_code eval
[405, 567]



=== TEST 8: requests of ambiguous forms are counted together
--- http_config
    eo_rate_zone z 1m;
--- config
    eo_waf on;
    eo_rate_limit form '*' zone=z by=http.request.body.form['id'] threshold=1
                  period=10s action=deny;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/ok/; }
    location /ok/ { eo_waf off; return 200; }
--- request eval
["POST /\n" . main::field("name='id'", 1),
 "POST /\n" . main::field("name*=utf-8''id", 2)]
--- more_headers eval
[$::multipart, $::multipart]
--- error_code eval
[200, 567]



=== TEST 9: the log says what is ambiguous
--- config
    eo_waf on;
    eo_custom_rule form '${http.request.body.form["id"]} contain ["attack"]'
                   action=deny;
    location / { proxy_pass http://127.0.0.1:$TEST_NGINX_SERVER_PORT/ok/; }
    location /ok/ { eo_waf off; return 200; }
--- request eval
"POST /\n" . main::field("name='id'")
--- more_headers eval
$::multipart
--- error_code: 567
--- error_log
the rule "form" was not decided: a name has a backslash, or stands in single quotes
