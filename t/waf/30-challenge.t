# JavaScript challenges, seen from a client that does what the page's script
# does: who is challenged, what a pass is good for, what becomes of answers
# that are wrong.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Time::HiRes qw(sleep time);

use EO::Nginx;
use EO::Challenge;

my $SECRET = 'c9a1e6f0b7d243589e0f1a2b3c4d5e6f';

sub configuration {
    my (%part) = @_;

    return <<"_EOC_";
worker_processes 2;
events {}
http {
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Real-IP;
    log_format eo '\$status \$request_method \$uri \$eo_security_module '
                  '\$eo_security_action \$eo_security_rule_id '
                  '\$eo_challenge_status \$eo_challenge_reason';
    access_log %PREFIX%/logs/access.log eo;
    @{[$part{http} // "eo_challenge_secret $SECRET;"]}
    eo_challenge_difficulty 8;
    eo_rate_zone rates 1m;
    server {
        listen 127.0.0.1:%PORT% reuseport;
        server_name www.example.com example.com;
        root %PREFIX%/html;
        eo_waf on;
        eo_custom_rule js '\${http.request.uri.path} like ["/js*", "/.well-known/acme*"]'
                       action=js_challenge;
        @{[$part{server} // '']}
        location / { return 200 "origin \$request_method\\n"; }
        location /js { try_files /none \@origin; }
        location \@origin {
            proxy_pass http://127.0.0.1:%PORT1%;
        }
        location /.well-known/acme-challenge/ { try_files /none \@origin; }
        @{[$part{location} // '']}
    }
    server {
        listen 127.0.0.1:%PORT1%;
        location / {
            access_log off;
            add_header Cache-Control max-age=60;
            proxy_pass http://127.0.0.1:%PORT2%;
            proxy_pass_request_body on;
        }
    }
    server {
        listen 127.0.0.1:%PORT2%;
        access_log off;
        location / { return 200 "origin\\n"; }
    }
}
_EOC_
}

sub client { return EO::Challenge->new(EO::Origin::server_port(), @_) }

my $nginx = EO::Nginx->new(configuration(server => <<'_EOC_', location => <<'_EOC_'));
        eo_custom_rule both1 '${http.request.uri.path} in ["/js/both"]'
                       action=js_challenge priority=1;
        eo_custom_rule both2 '${http.request.uri.path} in ["/js/both"]'
                       action=deny priority=2;
        eo_custom_rule managed '${http.request.uri.path} in ["/managed"]'
                       action=managed_challenge;
        eo_custom_rule mtie1 '${http.request.uri.path} in ["/mtie"]'
                       action=js_challenge priority=7;
        eo_custom_rule mtie2 '${http.request.uri.path} in ["/mtie"]'
                       action=managed_challenge priority=7;
        eo_rate_limit mlimit '${http.request.uri.path} in ["/mrate"]'
                      zone=rates by=http.request.ip threshold=2 period=1m
                      action=managed_challenge;
        eo_custom_rule tie1 '${http.request.uri.path} in ["/tie"]'
                       action=deny priority=3;
        eo_custom_rule tie2 '${http.request.uri.path} in ["/tie"]'
                       action=js_challenge priority=3;
        eo_custom_rule tie3 '${http.request.uri.path} in ["/tie/allow"]'
                       action=js_challenge priority=4;
        eo_custom_rule tie4 '${http.request.uri.path} in ["/tie/allow"]'
                       action=allow priority=4;
        eo_user_agent match "*block-me*" action=js_challenge;
        eo_rate_limit limit '${http.request.uri.path} like ["/rate*"]'
                      zone=rates by=http.request.ip threshold=2 period=1m
                      action=js_challenge;
        eo_rate_limit hard '${http.request.uri.path} like ["/rate*"]'
                      zone=rates by=http.request.ip threshold=4 period=1m
                      action=deny priority=1;
_EOC_
        location /m { try_files /none @origin; }
        location /rate { try_files /none @origin; }
        location /tie { try_files /none @origin; }
        location /js/monitor { eo_waf monitor; try_files /none @origin; }
        location /js/200 { eo_challenge_status 200; try_files /none @origin; }
        location /js/ttl { eo_challenge_ttl 1h; try_files /none @origin; }
        location /js/hard { eo_challenge_difficulty 9; try_files /none @origin; }
        location /js/prefix { eo_challenge_bind prefix; try_files /none @origin; }
        location /js/none { eo_challenge_bind none; try_files /none @origin; }
        location /js/headers {
            add_header Content-Security-Policy "script-src 'none'" always;
            add_header Set-Cookie a=b always;
            expires 1h;
            error_page 567 /sorry;
            sub_filter '</main>' 'x';
            try_files /none @origin;
        }
        location /js/any {
            satisfy any;
            allow all;
            try_files /none @origin;
        }
_EOC_

# a worker each second is as good as another

$nginx->start();


# the page

my $client = client();
my $answer = $client->get('/js/page?a=b');

is($answer->{status}, 567, 'a browser is challenged');
like($answer->{head}, qr{^Content-Type: text/html; charset=utf-8\r?$}m, 'HTML');
like($answer->{head}, qr{^Cache-Control: no-store\r?$}m, 'not to be stored');
unlike($answer->{head}, qr{^Set-Cookie}mi, 'and sets no cookie');
cmp_ok(length $answer->{body}, '<', 15360, 'below 15 KB');

my ($nonce) = $answer->{head} =~ /script-src 'nonce-([0-9a-f]{32})'/;
ok($nonce, 'a policy with a nonce');
like($answer->{body}, qr{<script nonce="$nonce">}, 'which the script has');
like($answer->{head}, qr{default-src 'none'}, 'and nothing else is allowed');
unlike($answer->{body}, qr{(?:src|href)=|https?://|\@script\@|\$eo_},
       'nothing external, nothing left to fill in');

my ($uuid) = $answer->{head} =~ /^EO-LOG-UUID: (\d+)/mi;
like($answer->{body}, qr{<dd>\d{10,}</dd>}, 'the request can be named');

my $other = client()->get('/js/page');
isnt($other->{body} =~ /nonce="(\w+)/ && $1, $nonce, 'another nonce each time');
isnt($other->{data}{token}, $answer->{data}{token}, 'and token');

like(client()->get('/js', 'Accept-Language' => 'zh-CN,zh;q=0.9,en;q=0.8')
     ->{body}, qr{<html lang="zh">.*<title>正在}s, 'Chinese');
like(client()->get('/js', 'Accept-Language' => 'de,fr;q=0.9')->{body},
     qr{<html lang="en">.*<title>Checking}s, 'English for all others');


# the answer

my $reply = $client->answer($answer->{data});

is($reply->{status}, 200, 'an answer is taken');
is($reply->{json}{passed}, 1, 'and JSON says so');
like($reply->{head}, qr{^Set-Cookie: eo_pass_1a=[-0-9a-f]+; Path=/; Max-Age=1800; HttpOnly; SameSite=Lax\r?$}m,
     'with a cookie');
like($reply->{head}, qr{^Cache-Control: no-store\r?$}m, 'not to be stored');

my $page = $client->get('/js/page?a=b');
is($page->{status}, 200, 'the pass is good');
is($page->{body}, "origin\n", 'for the page that was asked for');
like($page->{head}, qr{^Cache-Control: max-age=60\r?$}m, 'which is as it was');
is($client->get('/js/other')->{status}, 200, 'and others');
is($client->get('/js', 'Accept' => '*/*', 'Sec-Fetch-Mode' => 'cors')
   ->{status}, 200, 'and what scripts fetch');

$reply = $client->answer($answer->{data});
is($reply->{status}, 403, 'the same answer a second time');
is($reply->{json}{reason}, 'replayed', 'is replayed');
ok($reply->{json}{token}, 'and there is another token');
is($client->get('/js')->{status}, 200, 'the pass stays good');

for ([ip => '192.0.2.2'], [agent => 'Mozilla/5.0 Chrome/120'],
     [host => 'example.com'])
{
    my $stranger = $client->like(@$_, cookies => {%{$client->{cookies}}});
    is($stranger->get('/js')->{status}, 567, "not for another $_->[0]");
    is($stranger->answer($client->get('/js/hard')->{data})->{json}{reason},
       'forged', "nor is an answer for another $_->[0]");
}

my $log = $nginx->read_file('logs/access.log');
like($log, qr{^567 GET /js/page CustomRule JSChallenge js issued missing$}m,
     'the log: issued');
like($log, qr{^200 GET /\.well-known/eo-challenge - - - passed answer$}m,
     'the log: an answer');
like($log, qr{^200 GET /js/page - - - passed pass$}m, 'the log: a pass');
like($log, qr{^403 GET /\.well-known/eo-challenge - - - failed replayed$}m,
     'the log: refused');
like($log, qr{^567 GET /js CustomRule JSChallenge js issued forged$}m,
     'the log: the pass of somebody else');
unlike($nginx->read_file('logs/error.log'),
       qr{\[(?:notice|warn|error|crit|alert)\].*challenge}, 'no line above info');


# no navigation: a few words of JSON

for (['fetch' => 'Sec-Fetch-Mode' => 'cors'],
     ['an image' => 'Sec-Fetch-Mode' => 'no-cors', 'Accept' => 'image/avif,*/*'],
     ['XMLHttpRequest' => 'X-Requested-With' => 'XMLHttpRequest'],
     ['curl' => 'Accept' => '*/*', 'User-Agent' => 'curl/8.5.0'],
     ['no Accept' => 'Accept' => undef],
     ['JSON' => 'Accept' => 'application/json, text/plain, */*'],
     ['no HTML' => 'Accept' => 'text/html;q=0, */*'])
{
    my ($name, %headers) = @$_;
    my $refused = client()->get('/js/api', %headers);

    is($refused->{status}, 567, "$name: 567");
    like($refused->{head}, qr{^Content-Type: application/json\r?$}m,
         "$name: JSON");
    like($refused->{body}, qr{"challenge":"/\.well-known/eo-challenge\?t=\w+"},
         "$name: says where to go");
}

is(client()->get('/js', 'Sec-Fetch-Mode' => 'navigate', 'Accept' => '*/*')
   ->{data} && 1, 1, 'a navigation is what says that it is one');
is(client()->request('PUT', '/js', 'x', 'Content-Length' => 1)->{body}
   =~ /"status":567/, 1, 'PUT is none');
is(client()->request('HEAD', '/js', undef)->{status}, 567, 'HEAD');

# the address that JSON has named, in a frame

my $front = client();
my ($address) = $front->get('/js/api', 'Sec-Fetch-Mode' => 'cors')->{body}
                =~ m{"challenge":"([^"]+)"};
my $frame = $front->get($address, 'Sec-Fetch-Mode' => 'navigate');
is($frame->{status}, 200, 'the page for a frame');
ok($frame->{data}{frame} && !$frame->{data}{passed}, 'knows that it is one');
$front->answer($frame->{data});
is($front->get('/js/api', 'Sec-Fetch-Mode' => 'cors')->{status}, 200,
   'a front end gets its pass');
ok($front->get($address)->{data}{passed}, 'and the frame says so');
my $forged = client(ip => '192.0.2.77')->get($address);
ok(!$forged->{data}{passed} && !$forged->{data}{token},
   'a token of somebody else is worth nothing');
is(client()->get('/.well-known/eo-challenge')->{status}, 200,
   'the address alone is the site\'s');
like(client()->get('/.well-known/eo-challenge?script')->{head},
     qr{^Content-Type: text/javascript}m, 'the script for pages of one\'s own');


# bad answers

my %answers = (
    'nothing' => '',
    'a token alone' => client()->get('/js')->{data}{token},
    'no token' => '.' . '0' x 64,
    'huge numbers' => client()->get('/js')->{data}{token} . '.' . '9' x 5000,
    'no numbers' => client()->get('/js')->{data}{token} . '.' . 'x' x 64,
    'zeros' => client()->get('/js')->{data}{token} . '.' . '0' x 64,
    'bytes' => "%00%ff\xff\x80" x 30,
    '16 KB' => 'a' x 7000,
);

for my $name (sort keys %answers) {
    my $bad = client()->send_answer($answers{$name});
    is($bad->{status}, 403, "bad answer, $name: 403");
    like($bad->{json}{reason} // '', qr/\A(?:malformed|wrong)\z/,
         "bad answer, $name: JSON");
    unlike($bad->{head}, qr/^Set-Cookie/m, "bad answer, $name: no cookie");
}

my $easy = client()->get('/js')->{data};
my $hard = client()->get('/js/hard')->{data};
is($hard->{difficulty}, 9, 'a location may ask for more');
my $patient = client()->pass('/js');
is($patient->get('/js/hard')->{status}, 567, 'a pass for less is not enough');
$patient->pass('/js/hard');
is($patient->get('/js')->{status}, 200, 'one for more is');
is(scalar(() = $patient->cookie() =~ /-/g), 1, 'and takes its place');

# swapped numbers belong to another token

my $swapped = EO::Challenge::solve($easy);
$swapped =~ s/\A[^.]+/client()->get('\/js')->{data}{token}/e;
is(client()->send_answer($swapped)->{json}{reason}, 'wrong',
   'numbers for another token');


# hostile cookies

for (['64 cookies' => join '; ', map { "eo_pass_1a=x$_" } 1 .. 64],
     ['7 KB' => 'eo_pass_1a=' . 'f' x 7000],
     ['garbage' => "eo_pass_1a=\x01\xff;;;=;eo_pass_1a"],
     ['cut' => 'eo_pass_1a=' . substr $client->{cookies}{eo_pass_1a}, 0, 40],
     ['expired' => 'eo_pass_1a=000000001-' . '0' x 51])
{
    my ($name, $cookie) = @$_;

    is(client()->get('/js', 'Cookie' => $cookie)->{status}, 567,
       "cookies, $name: challenged");
    is($client->get('/js', 'Cookie' => "$cookie; " . $client->cookie())
       ->{status}, 200, "cookies, $name: do not hide a good one")
        unless $name eq '7 KB';
}


# IPv4 and IPv6: up to four addresses in one cookie

my $roaming = client()->pass('/js');
$roaming->{ip} = '2001:db8::1';
is($roaming->get('/js')->{status}, 567, 'IPv6: a challenge');
$roaming->pass('/js');

for my $ip ('192.0.2.1', '2001:db8::1', '2001:db8::ffff:1', '192.0.2.1') {
    $roaming->{ip} = $ip;
    is($roaming->get('/js')->{status}, 200, "$ip: no more challenges");
}

$roaming->{ip} = '2001:db8:0:1::1';
is($roaming->get('/js')->{status}, 567, 'another /64 is another client');


# a client whose address changes with every request is told so

my $changing = client();
my $count;

for my $n (1 .. 4) {
    $changing->{ip} = "198.51.100.$n";
    $answer = $changing->get('/js');
    $count = $answer->{data}{count};
    is($count, $n - 1, "attempts are counted: $count");
    $changing->{ip} = "203.0.113.$n";
    is($changing->answer($answer->{data})->{json}{reason}, 'forged',
       'an answer from another address');
}


# bind

my $bound = client()->pass('/js/prefix');
like($bound->cookie(), qr/\Aeo_pass_1p=/, 'a name of its own');
$bound->{ip} = '192.0.2.200';
is($bound->get('/js/prefix')->{status}, 200, 'prefix: the same /24');
$bound->{ip} = '192.0.3.1';
is($bound->get('/js/prefix')->{status}, 567, 'prefix: another /24');
is($bound->get('/js')->{status}, 567, 'not where the address counts');

$bound = client()->pass('/js/none');
$bound->{ip} = '203.0.113.9';
is($bound->get('/js/none')->{status}, 200, 'none: any address');
$bound->{agent} = 'curl';
is($bound->get('/js/none')->{status}, 567, 'none: but not any User-Agent');


# the rest of web protection

my $next = client()->pass('/js/both');
my $denied = $next->get('/js/both');
is($denied->{status}, 567, 'after a pass the next rules have their turn');
ok(!$denied->{data}, 'and deny');

ok(client()->get('/tie')->{data}, 'same priority: the challenge comes first');
is(client()->pass('/tie')->get('/tie')->{status}, 567, 'then what denies');
is(client()->get('/tie/allow')->{status}, 200, 'but after what allows');

my $agent = client(agent => 'Mozilla block-me');
ok($agent->get('/')->{status} == 200, 'return runs before web protection');
ok($agent->get('/tie/x')->{data}, 'a basic rule');
$agent->pass('/tie/x');
is($agent->get('/tie/x')->{status}, 200, 'is passed');

my $rated = client(ip => '192.0.2.50');
is($rated->get('/rate')->{status}, 200, 'below the limit') for 1 .. 2;
my $limited = $rated->get('/rate');
ok($limited->{data}, 'above it');
$rated->answer($limited->{data});
is($rated->get('/rate')->{status}, 200, 'a pass goes on');
$limited = $rated->get('/rate');
is($limited->{status}, 567, 'to the next limit');
ok(!$limited->{data}, 'which denies');

is(client()->get('/js/monitor')->{status}, 200, 'monitor changes nothing');
like($nginx->read_file('logs/access.log'),
     qr{^200 GET /js/monitor CustomRule Monitor js - -$}m, 'and is logged');

is(client()->get('/.well-known/acme-challenge/x')->{status}, 200,
   'certificate authorities are not challenged');
is(client()->get('/.well-known/acme-challenge/../../js')->{status}, 567,
   'but what only looks like that');


# managed challenges: after the work two questions

my $person = client(ip => '192.0.2.120');
my $first = $person->get('/managed');
is($first->{status}, 567, 'a managed challenge');
like($nginx->read_file('logs/access.log'),
     qr{^567 GET /managed CustomRule ManagedChallenge managed issued missing$}m,
     'and its log');

my $work = $person->send_answer(EO::Challenge::solve($first->{data}));
is($work->{status}, 200, 'work alone is no answer');
ok(!$work->{json}{passed}, 'but leads to a puzzle');
is(scalar @{$work->{json}{puzzle}}, 2, 'of two questions');
is(scalar @{$work->{json}{puzzle}[$_][1]}, 5, 'five words each') for 0, 1;
unlike($work->{head}, qr/^Set-Cookie/m, 'without a pass');

my $right = EO::Challenge::choose($work->{json}{puzzle});
like($right, qr/\A[0-4]{2}\z/, 'of which one is right');

my $wrong = $person->send_answer("$work->{json}{token}."
    . join '', map { ($_ + 1) % 5 } split //, $right);
is($wrong->{json}{reason}, 'wrong', 'a wrong answer');
is($wrong->{json}{difficulty}, 9, 'makes it more difficult');
is($person->send_answer("$work->{json}{token}.$right")->{json}{reason},
   'replayed', 'and the puzzle cannot be tried again');
is($person->send_answer("$wrong->{json}{token}.$right")->{json}{reason},
   'wrong', 'what comes is work, and no puzzle');

for my $answer ('', '0', '000', 'xx', '99', "\xff\xff", '0' x 64) {
    my $guess = client(ip => '192.0.2.121');
    my $data = $guess->send_answer(
        EO::Challenge::solve($guess->get('/managed')->{data}))->{json};
    is($guess->send_answer("$data->{token}.$answer")->{status}, 403,
       'a puzzle answered by ' . length($answer) . ' characters');
}

$person->pass('/managed');
is($person->get('/managed')->{status}, 200, 'a person passes');
is($person->get('/js')->{status}, 200, 'JavaScript challenges, too');
is(client()->pass('/js')->get('/managed')->{status}, 567,
   'a pass of JavaScript is not enough');

my $chinese = client(ip => '192.0.2.122');
$chinese->pass('/managed', 'Accept-Language' => 'zh-CN');
is($chinese->get('/managed')->{status}, 200, 'in Chinese');

my $busy = client(ip => '192.0.2.123');
my @grown = map { $busy->get('/managed')->{data}{difficulty} } 1 .. 40;
is($grown[0], 8, 'behaviour: at first it is as it is configured');
is($grown[15], 8, 'and for a while');
is($grown[20], 9, 'who asks and asks gets more to do');
is($grown[39], 10, 'and more');
is($busy->like(agent => 'other')->get('/managed')->{data}{difficulty}, 10,
   'by whatever name');
is(client(ip => '192.0.2.124')->get('/managed')->{data}{difficulty}, 8,
   'but nobody else');
is($busy->get('/js')->{data}{difficulty}, 8, 'JavaScript challenges stay');

my $limited_too = client(ip => '192.0.2.125');
$limited_too->get('/mrate') for 1 .. 2;
ok($limited_too->get('/mrate')->{data}, 'from a rate limit');
$limited_too->pass('/mrate');
is($limited_too->get('/mrate')->{status}, 200, 'and on after it');

ok(client()->get('/mtie')->{data}{difficulty}, 'managed before JavaScript');
like($nginx->read_file('logs/access.log'),
     qr{^567 GET /mtie CustomRule ManagedChallenge mtie2 }m,
     'where both have the same priority');


# responses

my $ok = client()->get('/js/200');
is($ok->{status}, 200, 'eo_challenge_status');
ok($ok->{data}, 'is that of the page');
is(client()->get('/js/200', 'Range' => 'bytes=0-9')->{status}, 200,
   'of which there are no ranges');
is(client()->get('/js/200', 'If-Match' => '"x"')->{status}, 200,
   'and no conditions');
is(client()->get('/js/200', 'Accept' => '*/*')->{status}, 567,
   'others get 567');

my $headers = client()->get('/js/headers');
is($headers->{status}, 567, 'error_page does not take its place');
is(scalar(() = $headers->{head} =~ /^Content-Security-Policy/mg), 1,
   'one policy, whatever add_header adds');
unlike($headers->{head}, qr/^(?:Set-Cookie|Expires)/m, 'nothing else either');
like($headers->{body}, qr{</main>}, 'sub_filter leaves it alone');

is(client()->get('/js/any')->{status}, 567, 'satisfy any');

my $long = client();
$reply = $long->answer($long->get('/js/ttl')->{data});
like($reply->{head}, qr/Max-Age=3600;/, 'eo_challenge_ttl');


# forms

my $form = client()->post('/js/form', 'a=1&b=%C3%BC+%22%3C%27%3E&a=2&empty=');
is($form->{status}, 567, 'a form is challenged');
is_deeply($form->{data}{form},
          [['a', '1'], ['b', "\x{fc} \"<'>"], ['a', '2'], ['empty', '']],
          'and the page can send it again');
is($form->{data}{type}, 'application/x-www-form-urlencoded', 'as it was');

my $multipart = join "\r\n", '--X', 'Content-Disposition: form-data; name="a"',
    '', "one\r\ntwo", '--X', 'Content-Disposition: form-data; name="b%22c"',
    '', '', '--X',
    'Content-Disposition: form-data; name="f"; filename=""',
    'Content-Type: application/octet-stream', '', '', '--X--', '';
$form = client()->post('/js/form', $multipart,
                       'Content-Type' => 'multipart/form-data; boundary=X');
is_deeply($form->{data}{form},
          [['a', "one\r\ntwo"], ['b"c', ''], ['f', undef]], 'multipart');
is($form->{data}{type}, 'multipart/form-data', 'as it was');

my $big = 'text=' . 'y' x 60000;
$form = client()->post('/js/form', $big);
is(length $form->{data}{form}[0][1], 60000, '60 KB, by way of a file');

my %lost = (
    'more than 64 KB' => ['x=' . 'y' x 65536],
    'a file' => [$multipart =~ s/filename=""/filename="x"/r,
                 'Content-Type' => 'multipart/form-data; boundary=X'],
    'no UTF-8' => ['a=%ff'],
    'a zero byte' => ['a=%00'],
    'text/plain' => ['a=b', 'Content-Type' => 'text/plain'],
    'garbled multipart' => ['--X', 'Content-Type' =>
                            'multipart/form-data; boundary=X'],
    'another site' => ['a=b', 'Sec-Fetch-Site' => 'cross-site'],
    'a sibling' => ['a=b', 'Sec-Fetch-Site' => 'same-site'],
    'another origin' => ['a=b', 'Sec-Fetch-Site' => undef, 'Sec-Fetch-Mode'
                         => undef, 'Origin' => 'http://evil.example'],
    'nobody knows from where' => ['a=b', 'Sec-Fetch-Site' => undef],
);

for my $name (sort keys %lost) {
    $form = client()->post('/js/form', @{$lost{$name}});
    is($form->{status}, 567, "a form, $name: challenged");
    ok($form->{data}{lost} && !$form->{data}{form},
       "a form, $name: told that it is not sent again");
}

ok(client()->post('/js/form', 'a=b', 'Sec-Fetch-Site' => undef, 'Origin'
                  => 'http://www.example.com')->{data}{form},
   'a form of the site, by Origin');
ok(client()->post('/js/form', 'a=b', 'Sec-Fetch-Site' => undef, 'Referer'
                  => 'http://www.example.com/x')->{data}{form},
   'a form of the site, by Referer');

my $posting = client()->pass('/js');
is($posting->post('/js/form', 'a=b')->{status}, 200, 'a form with a pass');

{
    my $socket = IO::Socket::INET->new(
        PeerAddr => '127.0.0.1:' . $nginx->port()) or die;
    print $socket "POST /js/form HTTP/1.1\r\nHost: www.example.com\r\n"
        . "Sec-Fetch-Mode: navigate\r\nSec-Fetch-Site: same-origin\r\n"
        . "Content-Type: application/x-www-form-urlencoded\r\n"
        . "Content-Length: 1000\r\n\r\na=b";
    close $socket;
    sleep 0.3;
    is(client()->get('/js')->{status}, 567, 'a body that ends early');
}

# one connection: nginx reads a request's configuration when its pool is gone

{
    my $socket = IO::Socket::INET->new(
        PeerAddr => '127.0.0.1:' . $nginx->port()) or die;
    my $head = "Host: www.example.com\r\nAccept: text/html\r\n";
    my $wrong = client()->get('/js')->{data}{token} . '.' . '0' x 64;

    my @requests = (
        ['a page' => "GET /js HTTP/1.1\r\n$head\r\n", 567],
        ['JSON' => "GET /js HTTP/1.1\r\nHost: www.example.com\r\n\r\n", 567],
        ['added headers' => "GET /js/headers HTTP/1.1\r\n$head\r\n", 567],
        ['a form' => "POST /js/form HTTP/1.1\r\n$head"
         . "Referer: http://www.example.com/\r\nContent-Length: 3\r\n"
         . "Content-Type: application/x-www-form-urlencoded\r\n\r\na=b", 567],
        ['a body that nobody reads' => "PUT /js HTTP/1.1\r\n$head"
         . "Content-Length: 60000\r\n\r\n" . 'x' x 60000, 567],
        ['an answer' => "GET /.well-known/eo-challenge?a=$wrong HTTP/1.1\r\n"
         . "$head\r\n", 403],
        ['the script' => "GET /.well-known/eo-challenge?script HTTP/1.1\r\n"
         . "$head\r\n", 200],
        ['another location' => "GET / HTTP/1.1\r\n$head\r\n", 200]
    );

    local $SIG{PIPE} = 'IGNORE';
    local $SIG{ALRM} = sub { die "no answer on a connection that is kept\n" };
    alarm 60;

    for my $request (@requests, reverse @requests) {
        my ($what, $bytes, $status) = @$request;

        print $socket $bytes;
        is(kept_answer($socket), $status, "on one connection: $what");
    }

    alarm 0;
}

# the status of the next response, which is read to its end

sub kept_answer {
    my ($socket) = @_;

    my $text = '';

    while ($text !~ /\r\n\r\n/) {
        sysread $socket, $text, 65536, length $text or return;
    }

    my ($head, $body) = split /\r\n\r\n/, $text, 2;
    my ($length) = $head =~ /^Content-Length: (\d+)/mi;

    while (length $body < ($length || 0)) {
        sysread $socket, $body, 65536, length $body or return;
    }

    return $head =~ m{\AHTTP/1\.1 (\d+)} ? $1 : undef;
}


# two workers, reload and rotation in between

my $kept = client()->pass('/js');
$nginx->reload();
is($kept->get('/js')->{status}, 200, 'a pass outlives a reload');

my $page_before = client()->get('/js');

sub reconfigure {
    my (%part) = @_;

    my $config = $nginx->read_file('nginx.conf');
    $config =~ s/eo_challenge_secret \S+;\s*//g;
    $config =~ s/(eo_challenge_difficulty 8;)/$part{http} $1/;
    $nginx->write_file('nginx.conf', $config);
    $nginx->reload();
}

reconfigure(http => 'eo_challenge_secret 0123456789abcdef0123456789abcdef;'
                    . "eo_challenge_secret $SECRET;");
is($kept->get('/js')->{status}, 200, 'and a rotation');
is(client()->answer($page_before->{data})->{status}, 200,
   'and so does an answer');

my $new = client(ip => '192.0.2.99')->pass('/js');
reconfigure(http => 'eo_challenge_secret 0123456789abcdef0123456789abcdef;');
is($kept->get('/js')->{status}, 567, 'the old secret is gone');
is($new->get('/js')->{status}, 200, 'what the new one signed is good');

reconfigure(http => '');
like($nginx->read_file('logs/error.log'),
     qr/\[warn\].*there is no "eo_challenge_secret"/, 'without one: a warning');
is($new->get('/js')->{status}, 567, 'and a secret of its own');
$new->pass('/js');
$nginx->reload();
is($new->get('/js')->{status}, 200, 'which outlives a reload');

$nginx->write_file('secret.key', "$SECRET\n");
reconfigure(http => 'eo_challenge_secret secret.key;');
is($kept->get('/js')->{status}, 200, 'a secret in a file');

unlike($nginx->read_file('logs/error.log'), qr/\[(?:alert|emerg|crit)\]/,
       'nothing bad in the log');
$nginx->stop();


# nginx -t

for (['eo_challenge_secret short;', 'too short'],
     ['eo_challenge_secret /nonexistent/secret;', 'failed'],
     ['eo_challenge_secret keys/none.key;', 'has to be in a file'],
     ["eo_challenge_secret $SECRET; eo_challenge_secret 2$SECRET; "
      . "eo_challenge_secret 3$SECRET;", 'can be there but twice'],
     ['eo_challenge_ttl 1s;', 'between 1m and 30d'],
     ['eo_challenge_ttl x;', 'invalid value'],
     ['eo_challenge_status 302;', '200, or a status between 400 and 599'],
     ['eo_challenge_status 99999;', '200, or a status'],
     ['eo_challenge_difficulty 7;', 'between 8 and 24'],
     ['eo_challenge_difficulty 25;', 'between 8 and 24'],
     ['eo_challenge_bind host;', 'invalid value "host"'],
     ['eo_challenge_same_site strict;', 'invalid value "strict"'],
     ['eo_challenge_page nothing;', 'unknown page "nothing"'],
     ["eo_custom_rule x '*' action=js_challenge page=y;", 'no meaning'],
     ["eo_custom_rule x '*' action=js_challenge status=403;", 'no meaning'],
     ["eo_custom_rule x '*' action=js_challenge duration=1m;", 'no meaning'],
     ['eo_slow_attack idle=5s action=js_challenge;', 'cannot be asked'],
     ['eo_slow_attack idle=5s action=managed_challenge;', 'cannot be asked'])
{
    my ($directives, $message) = @$_;
    my $broken = EO::Nginx->new("events {}\nhttp {\n    $directives\n"
        . "    server { listen 127.0.0.1:%PORT%; eo_waf on; }\n}\n");
    my $said = $broken->test();

    isnt($?, 0, "$directives fails");
    like($said, qr/\Q$message\E/, "$directives says why");
}

done_testing();
