# Slow clients, as they are: bodies that come byte by byte, over HTTP/1.1 and
# HTTP/2, to origins that take them at the end or piece by piece; and clients
# that only look as if they were slow.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use Errno;
use IO::Socket::INET;
use JSON::PP;
use EO::Nginx;
use EO::HTTP2;
use EO::SlowClients;


my $origin;
my $port = EO::Origin::server_port();

my ($major, $minor) = `"@{[$ENV{TEST_NGINX_BINARY} || 'nginx']}" -v 2>&1`
    =~ m{nginx/\d+\.(\d+)\.(\d+)};
my $http2_on = $major > 25 || ($major == 25 && $minor >= 1);


# an origin that reads nothing for a while, on PORT+3

sub sleeping_origin {
    my ($seconds) = @_;

    my $listen = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
                                       LocalPort => $port + 3,
                                       Listen => 5, ReuseAddr => 1)
        or die "listen: $!\n";

    my $pid = fork;
    die "fork: $!\n" unless defined $pid;
    return $pid if $pid;

    $origin = 0;

    $SIG{PIPE} = 'IGNORE';
    alarm 60;

    while (my $client = $listen->accept()) {
        sleep $seconds;

        my ($head, $rest) = ('', undef);

        while (sysread $client, my $part, 65536) {
            if (defined $rest) {
                $rest -= length $part;
            } else {
                $head .= $part;
                $rest = $1 + $+[0] - length $head
                    if $head =~ /^Content-Length: (\d+)\r\n(?:.*\r\n)?\r\n/ims;
            }

            last if defined $rest && $rest <= 0;
        }

        print $client "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n"
                    . "Connection: close\r\n\r\nlate";
        close $client;
    }

    exit 0;
}


sub node {
    my ($action, %option) = @_;

    my $nginx = EO::Nginx->new(<<"_EOC_");
events { }

http {
    client_body_temp_path %PREFIX%/body;
    proxy_temp_path %PREFIX%/proxy;
    log_format security '\$request_uri \$status \$eo_security_module '
                        '\$eo_security_action \$eo_security_rule_id '
                        '\$request_time';
    access_log %PREFIX%/logs/access.log security;
    eo_security_log %PREFIX%/logs/security.log;

    client_header_timeout @{[$option{header} || '60s']};

    server {
        listen 127.0.0.1:%PORT%;
        listen 127.0.0.1:%PORT1% @{[$http2_on ? '' : 'http2']};
        @{[$http2_on ? 'http2 on;' : '']}
        eo_waf @{[$option{mode} || 'on']};
        client_max_body_size 0;

        eo_exception spared '\${http.request.uri.args["spare"]} exists'
                     skip=adaptive-control;

        eo_slow_attack rate=8kbps period=2s idle=1s $action;

        location / { proxy_pass http://127.0.0.1:%PORT2%; }

        location /rate {
            eo_slow_attack rate=8kbps period=2s $action;
            proxy_pass http://127.0.0.1:%PORT2%;
        }

        location /unbuffered {
            proxy_request_buffering off;
            proxy_http_version 1.1;
            proxy_pass http://127.0.0.1:%PORT2%;
        }

        location /sleeping {
            proxy_request_buffering off;
            proxy_http_version 1.1;
            proxy_pass http://127.0.0.1:%PORT3%;
        }

        location /off {
            eo_slow_attack off;
            proxy_pass http://127.0.0.1:%PORT2%;
        }

        location /form {
            eo_custom_rule form '\${http.request.body.form["a"]} in ["x"]'
                           action=page status=403 page=own;
            proxy_pass http://127.0.0.1:%PORT2%;
        }

        location /own-page {
            error_page 567 =418 /sorry;
            proxy_pass http://127.0.0.1:%PORT2%;
        }

        location = /sorry { internal; return 418 sorry; }
    }

    eo_response_page own %PREFIX%/html/own.html;

    server {
        listen 127.0.0.1:%PORT2%;
        client_max_body_size 0;
        location / { proxy_pass http://127.0.0.1:%PORT4%; }
    }

    server {
        listen 127.0.0.1:%PORT4%;
        location / { return 200 served; }
    }
}
_EOC_

    $nginx->write_file('html/own.html', '<p>own</p>');
    $nginx->start();

    return $nginx;
}


sub post {
    my ($uri, $length, @headers) = @_;

    return join "\r\n", "POST $uri HTTP/1.1", 'Host: www.example.com',
                'Connection: close', "Content-Length: $length", @headers,
                '', '';
}


sub post2 {
    my ($uri, $length) = @_;

    return EO::HTTP2::preface()
           . EO::HTTP2::headers(1, 0, ':method' => 'POST', ':path' => $uri,
                                ':scheme' => 'http',
                                ':authority' => 'www.example.com',
                                'content-length' => $length);
}


sub status {
    my ($result) = @_;

    return $1 if $result->{answer} =~ m{\AHTTP/1\.1 (\d+) };

    my %answer = EO::HTTP2::answers($result->{answer});

    return $answer{1}{status} if $answer{1}{status};
    return 'reset' if defined $answer{1}{reset};
    return defined $result->{closed} ? 'closed' : 'nothing';
}


sub events {
    my ($nginx, $count) = @_;

    my @events;

    $nginx->wait_for(sub {
        @events = map { JSON::PP->new->utf8->decode($_) }
                      split /\n/, $nginx->read_file('logs/security.log');
        return @events >= $count;
    });

    return @events;
}


$origin = sleeping_origin(3);

# a byte each 300 ms: never idle, but only 27 bits a second

my @drip = map { (0.3, 'x') } 1 .. 20;

# 8 kbps exactly are 2000 bytes in 2 seconds; 8 pieces each second

my @honest = map { (0.125, 'x' x 160) } 1 .. 40;


my $nginx = node('');

my %case = EO::SlowClients::run($port, 9,
    'idle'              => [post('/idle', 100), 'x', 8],
    'idle-chunked'      => ["POST /idle-chunked HTTP/1.1\r\nHost: a\r\n"
                            . "Transfer-Encoding: chunked\r\n\r\n4\r\nxxxx\r\n",
                            8],
    'nothing'           => [post('/nothing', 100), 8],
    'expect'            => [post('/expect', 100, 'Expect: 100-continue'), 8],
    'drip'              => [post('/drip', 100), @drip],
    'rate-idle'         => [post('/rate-idle', 100), 'x', 8],
    'unbuffered-idle'   => [post('/unbuffered-idle', 100), 'x', 8],
    'unbuffered-drip'   => [post('/unbuffered-drip', 100), @drip],
    'form'              => [post('/form', 100, 'Content-Type: '
                                 . 'application/x-www-form-urlencoded'),
                            @drip],
    'form-spared'       => [post('/form?spare', 6, 'Content-Type: '
                                 . 'application/x-www-form-urlencoded'),
                            'b', 1.6, '=12345'],
    'own-page'          => [post('/own-page', 100), 'x', 8],
    'pipelined'         => [post('/pipelined', 100) =~ s/close/keep-alive/r,
                            'x', 3, 'y' x 99 . "GET /smuggled HTTP/1.1\r\n"
                            . "Host: a\r\nConnection: close\r\n\r\n"],

    'spared'            => [post('/spared?spare', 8), 'x', 2.5, 'yyyyyyy'],
    'off'               => [post('/off', 8), 'x', 2.5, 'yyyyyyy'],
    'quick'             => [post('/quick', 8), 'xxxxxxxx'],
    'short'             => [post('/short', 2), 'x', 0.8, 'y'],
    'no-body'           => [post('/no-body', 0)],
    'honest'            => [post('/honest', 6400), @honest],
    'honest-chunked'    => ["POST /honest-chunked HTTP/1.1\r\nHost: a\r\n"
                            . "Connection: close\r\n"
                            . "Transfer-Encoding: chunked\r\n\r\n",
                            (map { (0.125, "a0\r\n" . 'x' x 160 . "\r\n") }
                                 1 .. 40), "0\r\n\r\n"],
    'honest-unbuffered' => [post('/unbuffered-honest', 6400), @honest],
    'bursts'            => [post('/rate-bursts', 9000), 'x' x 3000, 1.8,
                            'x' x 3000, 1.8, 'x' x 3000],
    'sleeping-origin'   => [post('/sleeping', 20000000),
                            'x' x 20000000],
);

for my $name (qw(idle idle-chunked nothing drip rate-idle unbuffered-idle
                 unbuffered-drip form pipelined))
{
    is(status($case{$name}), 567, "$name: 567");
    ok(defined $case{$name}{closed}, "$name: and the connection is closed");
    ok($case{$name}{closed} >= ($name =~ /drip|form|rate/ ? 1.9 : 0.9),
       "$name: but not before its time") or diag $case{$name}{closed};
    ok($case{$name}{closed} < 5, "$name: soon") or diag $case{$name}{closed};
}

like($case{expect}{answer}, qr{\AHTTP/1\.1 100 .*^HTTP/1\.1 567 }ms,
     'expect: 567 after 100');
like($case{'own-page'}{answer}, qr{\AHTTP/1\.1 418 .*sorry}s,
     'own-page: the error_page of the operator');
like($case{idle}{answer}, qr{^Connection: close\r$}m,
     'the answer says that the connection ends');
unlike($case{pipelined}{answer}, qr/HTTP.*HTTP/s,
       'what follows a body that was given up is no request');

for my $name (qw(form-spared spared off quick short no-body honest
                 honest-chunked honest-unbuffered bursts))
{
    is(status($case{$name}), 200, "$name: 200");
}

is(status($case{'sleeping-origin'}), 200,
   'sleeping-origin: a client is not blamed for an origin that waits');
is($case{'sleeping-origin'}{unsent}, 0, 'sleeping-origin: all was sent');


# logs

my %logged = map { ((split)[0] => $_) }
             split /\n/, $nginx->read_file('logs/access.log');

like($logged{'/idle'},
     qr{\A/idle 567 L7DDoS Deny slow-attack-defense [012]\.},
   'the access log; the connection does not linger') or diag explain \%logged;
like($logged{'/honest'}, qr{\A/honest 200 - - - [456]\.},
     'the access log of an honest one')
    or diag explain \%logged;

my @events = events($nginx, 11);
my ($idle) = grep { $_->{RequestUri} eq '/idle' } @events;

is(scalar @events, 11, 'an event for each, and no more')
    or diag join ' ', map { $_->{RequestUri} } @events;
is_deeply($idle->{RuleDetailList},
          [{ RuleId => 'slow-attack-defense', RuleTypeName => 'L7DDoS',
             Action => 'Deny' }], 'the security log');


# HTTP/2: each stream by itself

%case = EO::SlowClients::run($port + 1, 4,
    'idle'     => [post2('/idle', 100), EO::HTTP2::data(1, 0, 'x')],
    'drip'     => [post2('/drip', 100),
                   map { (0.3, EO::HTTP2::data(1, 0, 'x')) } 1 .. 12],
    'unbuffered' => [post2('/unbuffered', 100), EO::HTTP2::data(1, 0, 'x')],
    'honest'   => [post2('/honest', 3200),
                   (map { (0.125, EO::HTTP2::data(1, $_ == 20, 'x' x 160)) }
                        1 .. 20)],
    'two'      => [post2('/idle', 100), EO::HTTP2::data(1, 0, 'x'), 2,
                   EO::HTTP2::headers(3, 1, ':method' => 'GET',
                                      ':path' => '/', ':scheme' => 'http',
                                      ':authority' => 'a')],
);

is(status($case{$_}), 567, "HTTP/2, $_: 567") for qw(idle drip unbuffered two);
is(status($case{honest}), 200, 'HTTP/2, honest: 200');

my %answer = EO::HTTP2::answers($case{two}{answer});
is($answer{3}{status}, 200, 'HTTP/2, two: the other stream goes on');
ok($answer{1}{end}, 'HTTP/2, two: the answer is whole');

unlike($nginx->read_file('logs/error.log'), qr/\[(?:alert|emerg|crit)\]/,
       'no alert');

$nginx->stop();


# --- monitor: of the action, and of web protection --------------------------

for my $setting (['action=monitor'], ['', mode => 'monitor']) {
    $nginx = node(@$setting);

    %case = EO::SlowClients::run($port, 5,
        'idle'       => [post('/idle', 8), 'x', 3, 'yyyyyyy'],
        'unbuffered' => [post('/unbuffered', 8), 'x', 3, 'yyyyyyy']);

    is(status($case{$_}), 200, "@$setting: $_ passes") for sort keys %case;

    @events = events($nginx, 2);

    is(join(' ', map { "$_->{DisposalMethod} $_->{HitCount}" } @events),
       'Monitor 1 Monitor 1', "@$setting: noted once");

    $nginx->stop();
}


# --- headers that do not come: nginx closes, and the address is banned ------

$nginx = node('action=block_ip duration=60s', header => '1s');

%case = EO::SlowClients::run($port, 3,
    'header' => ["GET / HTTP/1.1\r\nHost: a\r\n", 0.3, "X: y\r\n", 0.3,
                 "Y: y\r\n", 0.3, "Z: y\r\n", 3],
    'silent' => [3]);

is(status($case{header}), 'closed', 'header: nginx closes the connection');

@events = events($nginx, 1);

is($events[0]{DisposalMethod}, 'BlockIP', 'header: the address is banned');

%case = EO::SlowClients::run($port, 2,
    'banned' => ["GET / HTTP/1.0\r\n\r\n", 2],
    'other'  => ["GET / HTTP/1.0\r\n\r\n", 2]);

is(status($case{banned}), 'closed', 'header: and gets nothing any more');
is(status($case{other}), 200, 'header: but others do');

$nginx->stop();

# --- the other actions, over both versions ----------------------------------

$nginx = node('action=block_ip duration=60s');

%case = EO::SlowClients::run($port, 3,
    'body' => [post('/idle', 100), 'x', 3]);

is($case{body}{answer}, '', 'block_ip: no answer');
ok($case{body}{closed} < 2.5, 'block_ip: and closed');

%case = EO::SlowClients::run($port, 2,
    'body'  => [post('/', 0), 2],
    'other' => [post('/', 0), 2]);

is(status($case{body}), 'closed', 'block_ip: banned');
is(status($case{other}), 200, 'block_ip: others are not');

$nginx->stop();

for my $setting (['action=page page=own status=403', 403, 'own'],
                 ['action=redirect url=/slow', 302, ''])
{
    $nginx = node($setting->[0]);

    my %first = EO::SlowClients::run($port, 3,
        'body'       => [post('/idle', 100), 'x', 3],
        'unbuffered' => [post('/unbuffered', 100), 'x', 3]);
    my %second = EO::SlowClients::run($port + 1, 3,
        'HTTP/2'     => [post2('/idle', 100), EO::HTTP2::data(1, 0, 'x'), 3]);

    %case = (%first, %second);

    is(status($case{$_}), $setting->[1], "$setting->[0]: $_")
        for sort keys %case;
    like($case{body}{answer}, qr/$setting->[2]/, "$setting->[0]: the page");

    $nginx->stop();
}


# --- headers that do not come, and nobody is banned -------------------------

$nginx = node('action=deny', header => '1s');

%case = EO::SlowClients::run($port, 3,
    'header' => ["GET / HTTP/1.1\r\nHost: a\r\nX", 3],
    'line'   => ["GET /", 3]);

@events = events($nginx, 2);

is(join(' ', map { $_->{DisposalMethod} } @events), 'Monitor Monitor',
   'header: noted, since nginx has closed the connection');

%case = EO::SlowClients::run($port, 2,
    'header' => ["GET / HTTP/1.0\r\n\r\n", 2]);

is(status($case{header}), 200, 'header: nobody is banned');

$nginx->stop();


done_testing();

END {
    local $?;
    kill 'TERM', $origin if $origin;
}
