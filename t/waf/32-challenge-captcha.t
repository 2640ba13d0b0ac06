# A CAPTCHA in place of the questions of a managed challenge: what the provider
# is asked, and what becomes of the visitor when it says yes, no, nonsense, or
# nothing.  The provider is a stand-in of the siteverify kind.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use IO::Socket::INET;
use POSIX ();
use Time::HiRes qw(sleep time);

use EO::Challenge;
use EO::Nginx;

my $server = <<'_EOC_';
        root %PREFIX%/html;
        eo_challenge_difficulty 8;
        eo_custom_rule managed '${http.request.uri.path} like ["/managed*"]'
                       action=managed_challenge;
        eo_custom_rule js '${http.request.uri.path} like ["/js*"]'
                       action=js_challenge;
        location / { try_files /none @origin; }
        location @origin { proxy_pass http://127.0.0.1:%PORT3%; }
        location = /verify {
            internal;
            proxy_pass http://127.0.0.1:%PORT4%/siteverify;
            proxy_connect_timeout 2s;
            proxy_read_timeout 1s;
            proxy_next_upstream off;
        }
        location = /nobody {
            internal;
            proxy_pass http://127.0.0.1:%PORT5%;
        }
_EOC_

my $nginx = EO::Nginx->new(<<"_EOC_");
worker_processes 2;
events { }

http {
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Real-IP;
    eo_challenge_secret 0123456789abcdef0123456789abcdef;
    eo_waf on;
    eo_challenge_captcha turnstile site_key=1x00_A secret=provider.key
                         verify=/verify;

    log_format c '\$status \$uri \$eo_challenge_status \$eo_challenge_reason';
    access_log %PREFIX%/logs/access.log c;

    server {
        listen 127.0.0.1:%PORT%;
$server
    }

    server {
        listen 127.0.0.1:%PORT1%;
        eo_challenge_captcha hcaptcha site_key=1x00 secret=provider.key
                             verify=/verify fail=open
                             script=https://captcha.example:8443/x/api.js;
$server
    }

    server {
        listen 127.0.0.1:%PORT2%;
        eo_challenge_captcha off;
$server
    }

    server {
        listen 127.0.0.1:%PORT3%;
        eo_waf off;
        location / { return 200 "origin\\n"; }
    }

    server {
        listen 127.0.0.1:%PORT6%;
        eo_challenge_captcha recaptcha site_key=1x00 secret=provider.key
                             verify=/nobody fail=open;
$server
    }

    server {
        listen 127.0.0.1:%PORT7%;
        eo_challenge_captcha recaptcha site_key=1x00 secret=provider.key
                             verify=/missing fail=open;
$server
    }
}
_EOC_

$nginx->write_file('provider.key', "s&cret=\xc3\xbc\n");

my $base = $nginx->port();
my $asked = $nginx->prefix() . '/asked';
my $provider = provider($base + 4);

END { kill 'TERM', $provider if $provider && $provider > 0 }

# answers as the visitor's answer says, and keeps what it was asked

sub provider {
    my ($port) = @_;

    my $listen = IO::Socket::INET->new(Listen => 128, ReuseAddr => 1,
        LocalAddr => "127.0.0.1:$port") or die "port $port: $!\n";

    my $pid = fork() // die "fork: $!\n";
    return $pid if $pid;

    local $SIG{PIPE} = 'IGNORE';

    my @held;

    while (my $client = $listen->accept()) {
        my $head = '';
        while (defined(my $line = <$client>)) {
            last if $line =~ /\A\r?\n\z/;
            $head .= $line;
        }

        my $body = '';
        read $client, $body, $1 if $head =~ /^Content-Length: (\d+)/mi;

        open my $out, '>>', $asked or die "$asked: $!\n";
        print $out "$head\n$body\n\n";
        close $out;

        my ($how) = $body =~ /response=([^&]*)/;
        $how //= '';

        push @held, $client if $how eq 'silence';
        next if $how eq 'silence' || $how eq 'close';

        my %text = (
            yes => '{"success":true,"challenge_ts":"2026-01-01T00:00:00Z",'
                . '"error-codes":[]}',
            no => '{"success":false,"error-codes":["invalid-input-response"]}',
            nested => '{"a":{"success":true},"b":["success",true]}',
            twice => '{"success":true,"success":true}',
            long => '{"success":true,"x":"' . 'x' x 100000 . '"}',
            e500 => '{"success":true}',
            e400 => 'bad request',
        );
        my $text = $text{$how} // '<html>success":true</html>';
        my $status = $how =~ /\Ae(\d+)\z/ ? $1 : 200;

        print $client "HTTP/1.0 $status X\r\nContent-Type: application/json"
            . "\r\nContent-Length: " . length($text) . "\r\n\r\n$text";
        close $client;
    }

    POSIX::_exit(0);
}

$nginx->start();

my $number = 0;

# a visitor in front of the CAPTCHA: the client, and what it was told

sub visitor {
    my ($port, %option) = @_;

    $number++;

    my $client = EO::Challenge->new($port, ip => '192.0.2.' . $number % 250,
                                    agent => "Mozilla/5.0 test $number",
                                    %option);
    my $page = $client->get('/managed/page');
    my $reply = $client->send_answer(EO::Challenge::solve($page->{data}));

    return ($client, $reply->{json}, $page, $reply);
}

sub answered {
    my ($port, $answer) = @_;

    my ($client, $told) = visitor($port);
    my $reply = $client->send_answer("$told->{token}.$answer");

    return ($reply, $client->get('/managed/page')->{status}, $client, $told);
}


# the visitor is asked

my ($client, $told, $page, $reply) = visitor($base);

is($page->{status}, 567, 'a challenge');
like($page->{head}, qr{script-src 'nonce-\w+' https://challenges\.cloudflare\.com;},
     'whose page trusts the provider');
like($page->{head}, qr{frame-src https://challenges\.cloudflare\.com;},
     'and its frames');
is_deeply($told->{captcha}, { name => 'turnstile', key => '1x00_A',
    script => 'https://challenges.cloudflare.com/turnstile/v0/api.js' },
    'after the work there is a CAPTCHA');
ok(!$told->{puzzle}, 'in place of questions');
unlike($reply->{head}, qr/^Set-Cookie/m, 'without a pass');

my $js = EO::Challenge->new($base)->get('/js');
unlike($js->{head}, qr/cloudflare/, 'a JavaScript challenge trusts nobody');
like($js->{head}, qr/frame-src 'none';/, 'and has no frames');


# the provider is asked

my $passed = $client->send_answer("$told->{token}.yes");

is($passed->{status}, 200, 'yes');
is($passed->{json}{passed}, 1, 'is a pass');
is($client->get('/managed/page')->{status}, 200, 'that is good');
is($client->send_answer("$told->{token}.yes")->{json}{reason}, 'replayed',
   'once');

my $seen = do { open my $in, '<', $asked or die; local $/; <$in> };

like($seen, qr{\APOST /siteverify HTTP/}, 'the provider: a POST');
like($seen, qr{^Content-Type: application/x-www-form-urlencoded\r?$}m,
     'of a form');
like($seen, qr{^secret=s%26cret%3D%C3%BC&response=yes&remoteip=192\.0\.2\.1$}m,
     'with secret, answer and address');
unlike($seen, qr/Cookie|User-Agent|X-Real-IP|test 1/i,
       'and nothing else of the visitor');


# and says no, nonsense, or nothing

my %refused = (no => 'wrong', nested => 'unverified', twice => 'unverified',
               html => 'unverified',
               e500 => 'unverified', e400 => 'unverified',
               close => 'unverified', silence => 'unverified');

for my $how (sort keys %refused) {
    my ($reply, $status) = answered($base, $how);

    is($reply->{status}, 403, "$how: refused");
    is($reply->{json}{reason}, $refused{$how}, "$how: $refused{$how}");
    ok($reply->{json}{token}, "$how: with another try");
    unlike($reply->{head}, qr/^Set-Cookie/m, "$how: without a pass");
    is($status, 567, "$how: is outside");
}

my %open = (no => 403, twice => 403, html => 403, e400 => 403,
            e500 => 200, close => 200, silence => 200, yes => 200);

for my $how (sort keys %open) {
    my ($reply, $status) = answered($base + 1, $how);

    is($reply->{status}, $open{$how}, "fail=open, $how: $open{$how}");
    is($status, $open{$how} == 200 ? 200 : 567, "fail=open, $how: and then");
}

# nginx gives up the connection for a subrequest that does not fit

for my $port ($base, $base + 1) {
    my ($reply, $status) = answered($port, 'long');

    is($reply->{status}, 0, 'a verdict without an end: no response');
    is($status, 567, 'and no pass');
}

is((answered($base + 6, 'yes'))[0]{status}, 200,
   'fail=open, nobody listens: taken');
is((answered($base + 7, 'yes'))[0]{status}, 403,
   'fail=open, a location that says something else: refused');

my $log = $nginx->read_file('logs/error.log');

like($log, qr{\[error\].*the CAPTCHA provider at "/verify" gave no verdict but status 504: the answer is refused},
     'the log: a provider that says nothing');
like($log, qr{\[error\].*at "/nobody" gave no verdict but status 502: the answer is taken, as "fail=open" says},
     'the log: one that is not there');


# what no browser sends does not reach the provider

my $before = -s $asked;

for my $bad ('', 'a b', 'a%00', 'a&secret=b', "\xc3\xbc", 'yes/', 'x' x 4097) {
    my ($client, $told) = visitor($base);
    my $reply = $client->send_answer("$told->{token}." . $bad =~ s/ /%20/gr);

    isnt($reply->{status}, 200, 'an answer that is none: ' . substr $bad, 0, 9);
}

is(-s $asked, $before, 'is not passed on');

($client, $told) = visitor($base);
my $stranger = $client->like(ip => '198.51.100.9');
is($stranger->send_answer("$told->{token}.yes")->{json}{reason}, 'forged',
   'nor is that of another client');
is(-s $asked, $before, 'as it is none of its own');

is((answered($base, 'y' x 4096))[0]{status}, 403, 'the longest one is');


# another provider, and none

($client, $told, $page) = visitor($base + 1);
is_deeply($told->{captcha}, { name => 'hcaptcha', key => '1x00',
    script => 'https://captcha.example:8443/x/api.js' }, 'another script');
like($page->{head}, qr{frame-src https://hcaptcha\.com https://\*\.hcaptcha\.com https://captcha\.example:8443;},
     'is trusted');

($client, $told, $page) = visitor($base + 2);
is(scalar @{$told->{puzzle}}, 2, 'off: questions');

is(EO::Challenge->new($base)->get('/verify')->{status}, 404,
   'the way to the provider is not open to clients');

# a front end's frame

my $front = EO::Challenge->new($base, ip => '203.0.113.7');
my $json = $front->get('/managed/x', 'Sec-Fetch-Mode' => 'cors');
my ($address) = $json->{body} =~ /"challenge":"([^"]*)"/;
like($front->get($address)->{head}, qr{frame-src https://challenges},
     'a frame may have one, too');


# many at a time, and a client that goes meanwhile

{
    my @sockets;

    for (1 .. 20) {
        my ($client, $told) = visitor($base);
        my $socket = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$base")
            or die "connect: $!\n";

        print $socket "GET /.well-known/eo-challenge?a=$told->{token}.silence "
            . "HTTP/1.1\r\nHost: $client->{host}\r\n"
            . "User-Agent: $client->{agent}\r\nX-Real-IP: $client->{ip}\r\n"
            . "Connection: close\r\n\r\n";
        push @sockets, $socket;
    }

    close $_ for splice @sockets, 0, 10;

    my $answers = 0;

    for my $socket (@sockets) {
        local $SIG{ALRM} = sub { die "no answer\n" };
        alarm 20;
        my $text = do { local $/; <$socket> } // '';
        alarm 0;
        $answers++ if $text =~ m{\AHTTP/1\.1 403 .*"unverified"}s;
    }

    is($answers, 10, 'many at a time');
}

($reply) = answered($base, 'yes');
is($reply->{status}, 200, 'and it goes on');

like($nginx->read_file('logs/access.log'),
     qr{^403 /\.well-known/eo-challenge failed unverified$}m, 'logged');
unlike($nginx->read_file('logs/error.log'), qr/\[(?:alert|emerg|crit)\]/,
       'nothing bad in the log');


# what nginx -t says

my $complete = 'site_key=a secret=provider.key verify=/v';

my %wrong = (
    'eo_challenge_captcha friendly site_key=a' =>
        'invalid value "friendly" in "eo_challenge_captcha": it must be "off", '
        . '"turnstile", "hcaptcha" or "recaptcha"',
    'eo_challenge_captcha hcaptcha site_key=a secret=provider.key' =>
        '"eo_challenge_captcha" needs "site_key=", "secret=" and "verify="',
    'eo_challenge_captcha hcaptcha site_key=<a> secret=provider.key' =>
        'invalid parameter "site_key=<a>" in "eo_challenge_captcha"',
    'eo_challenge_captcha hcaptcha secret=no-such-file' =>
        '/no-such-file" of "eo_challenge_captcha" failed',
    'eo_challenge_captcha hcaptcha secret=empty.key' =>
        'the file "empty.key" of "eo_challenge_captcha" is empty',
    "eo_challenge_captcha hcaptcha $complete fail=maybe" =>
        'invalid parameter "fail=maybe" in "eo_challenge_captcha"',
    "eo_challenge_captcha hcaptcha $complete verify=v" =>
        'invalid parameter "verify=v" in "eo_challenge_captcha"',
    "eo_challenge_captcha hcaptcha $complete script=//a/b" =>
        'invalid value "//a/b" of "script" in "eo_challenge_captcha"',
    "eo_challenge_captcha hcaptcha $complete script=https://a" =>
        'invalid value "https://a" of "script"',
    "eo_challenge_captcha hcaptcha $complete; eo_challenge_captcha off" =>
        '"eo_challenge_captcha" directive is duplicate',
);

for my $directives (sort keys %wrong) {
    my $other = EO::Nginx->new("events { } http { server { "
        . "listen 127.0.0.1:%PORT%; $directives; } }");

    $other->write_file('empty.key', "\n");
    $other->write_file('provider.key', "secret\n");

    like($other->test(), qr/\Q$wrong{$directives}\E/, $directives);
}

done_testing();
