# JA3 and JA4 of clients as they are: what the server says of a connection is
# what the bytes of that connection give when they are read anew.  Recorded
# ClientHellos are in t/unit/client_fingerprint_test.c.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use File::Temp qw(tempdir);
use EO::Certificate;
use EO::ClientHello;
use EO::HTTP2;
use EO::Nginx;


my $dir = tempdir('eo-hello-XXXXXX', TMPDIR => 1, CLEANUP => 1);
my $certs = EO::Certificate->make();
my $port = EO::Origin::server_port();
my @names = qw(ja3 ja3_text ja4 ja4_raw);

my ($major, $minor) = `"@{[$ENV{TEST_NGINX_BINARY} || 'nginx']}" -v 2>&1`
    =~ m{nginx/\d+\.(\d+)\.(\d+)};
my $http2_on = $major > 25 || ($major == 25 && $minor >= 1);


sub node {
    my ($answer, %option) = @_;

    my $nginx = EO::Nginx->new(<<"_EOC_");
worker_processes 2;
events { }

http {
    log_format prints '\$uri "$option{log}"';
    access_log %PREFIX%/logs/access.log prints;

    ssl_certificate $certs/good.crt;
    ssl_certificate_key $certs/good.key;
    ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;
    ssl_ciphers DEFAULT:\@SECLEVEL=0;
    ssl_ecdh_curve prime256v1;
    ssl_early_data on;

    $option{http}

    server {
        listen 127.0.0.1:%PORT% ssl @{[$http2_on ? '' : 'http2']};
        listen 127.0.0.1:%PORT1%;
        @{[$http2_on ? 'http2 on;' : '']}
        server_name localhost;
        location / { $answer }
    }

    server {
        listen 127.0.0.1:%PORT% ssl;
        server_name origin.test;
        ssl_protocols TLSv1.2;
        location / { $answer }
    }
}
_EOC_

    $nginx->start();

    return $nginx;
}


sub is_known {
    my ($name, $size, @command) = @_;

    my ($out, @hellos) = EO::ClientHello::record($port + 2, $port, $size,
                                                 @command);
    my ($said) = $out =~ /<(.*?)>/;

    return fail("$name: no answer: $out") unless defined $said && @hellos;

    my %print = EO::ClientHello::fingerprint($hellos[0]);

    is($said, join(' ', @print{@names}), $name);

    return @hellos;
}


sub installed { return grep { -x "$_/$_[0]" } split /:/, $ENV{PATH} }


sub s_client {
    my ($options, $request) = @_;

    return ('sh', '-c', 'exec openssl s_client -quiet -connect 127.0.0.1:'
            . ($port + 2) . " $options < $dir/$request");
}


sub write_file {
    my ($name, $text) = @_;

    open my $out, '>', "$dir/$name" or die "$name: $!\n";
    print $out $text;
    close $out or die "$name: $!\n";
}


write_file('request', "GET /openssl HTTP/1.1\r\nHost: localhost\r\n"
           . "Connection: close\r\n\r\n");

my $nginx = node('return 200 "<' . join(' ', map { "\$eo_client_$_" } @names)
                 . '>\n";',
                 log => join(' ', map { "\$eo_client_$_" } @names),
                 http => '');


# --- openssl ----------------------------------------------------------------

is_known('TLS 1.3, of openssl', 0, s_client('-servername localhost',
                                            'request'));
is_known('TLS 1.2', 0, s_client('-tls1_2 -servername localhost', 'request'));
is_known('TLS 1.0', 0, s_client('-tls1 -cipher DEFAULT:@SECLEVEL=0',
                                'request'));
is_known('no name, one cipher, one group', 0,
         s_client('-tls1_2 -noservername -cipher ECDHE-ECDSA-AES128-GCM-SHA256'
                  . ' -groups P-256 -sigalgs ECDSA+SHA256', 'request'));
is_known('protocols, of which the first is none that the server has', 0,
         s_client('-alpn foo,http/1.1 -servername localhost', 'request'));
is_known('the name of another server with its own protocols', 0,
         s_client('-servername origin.test -alpn http/1.1', 'request'));
is_known('a ClientHello in records of 100 bytes', 100,
         s_client('-servername localhost', 'request'));
is_known('and of one byte', 1,
         s_client('-tls1_2 -servername localhost', 'request'));

my @long = is_known('a ClientHello of more than 2 KB', 0,
                    s_client('-servername localhost -alpn http/1.1,'
                             . join(',', map { "$_" . 'x' x 100 } 10 .. 30),
                             'request'));
cmp_ok(length $long[0] || 0, '>', 2048, 'which it is');


# --- HelloRetryRequest ------------------------------------------------------

# early data is offered in the first ClientHello, and not again

EO::ClientHello::record($port + 2, $port, 0,
                        s_client("-servername localhost -sess_out $dir/session",
                                 'request'));

my @retry = is_known('the first one counts', 0,
                     s_client("-servername localhost -groups X448:P-256 "
                              . "-sess_in $dir/session "
                              . "-early_data $dir/request", 'request'));

is(scalar @retry, 2, 'of two');

isnt({ EO::ClientHello::fingerprint($retry[0]) }->{ja4},
     { EO::ClientHello::fingerprint($retry[-1]) }->{ja4}, 'which differ')
    if @retry == 2;


# --- other clients ----------------------------------------------------------

my $url = 'https://127.0.0.1:' . ($port + 2) . '/';

SKIP: {
    skip 'no curl', 3 unless installed('curl');

    is_known("curl @$_", 0, 'curl', '-sk', '--http1.1', @$_, $url)
        for ['--tls-max', '1.2'], ['--tlsv1.3'];
    is_known('curl, HTTP/2', 0, 'curl', '-sk', '--http2', $url);
}

SKIP: {
    skip 'no python3', 2 unless installed('python3');

    for my $version (qw(TLSv1_2 TLSv1_3)) {
        is_known("Python, $version", 0, 'python3', '-c', <<"_EOC_");
import ssl, urllib.request
context = ssl._create_unverified_context()
context.maximum_version = ssl.TLSVersion.$version
print(urllib.request.urlopen('$url', context=context).read().decode())
_EOC_
    }
}

SKIP: {
    skip 'no node', 2 unless installed('node');

    for my $version (qw(TLSv1.2 TLSv1.3)) {
        is_known("Node, $version", 0, 'node', '-e', <<"_EOC_");
require('https').get('$url', { rejectUnauthorized: false, agent: false,
                               maxVersion: '$version' },
                     (r) => r.on('data', (d) => process.stdout.write(d)));
_EOC_
    }
}


# --- without TLS, and in the log --------------------------------------------

like($nginx->request("GET /plain HTTP/1.1\r\nHost: localhost\r\n"
                     . "Connection: close\r\n\r\n", $port + 1),
     qr/<   >/, 'nothing without TLS');

ok($nginx->wait_for(sub {
    my $log = $nginx->read_file('logs/access.log');
    return $log =~ m{^/plain "- - - -"$}m
           && $log =~ m{^/openssl "[0-9a-f]{32} 77\d,\S+ t13d\S{32} t13d}m;
}), 'the log has them');


# --- two requests of one connection, bytes that are none --------------------

write_file('two', "GET /two HTTP/1.1\r\nHost: localhost\r\n\r\n"
           . "GET /two HTTP/1.1\r\nHost: localhost\r\n"
           . "Connection: close\r\n\r\n");

my ($out, @hellos)
    = EO::ClientHello::record($port + 2, $port, 0,
                              s_client('-servername localhost', 'two'));
my @said = $out =~ /<(.*?)>/g;

is(scalar @said, 2, 'two requests of one connection');
is($said[0], $said[1], 'have the same fingerprint');

for my $bytes ("\x16\x03\x01\0\4\1\0\0\0", "\x16\x03\x01\0\6\1\0\0\2\3\3",
               "\x16\x03\1\x40\0\1\0\x7f\xff" . "\xff" x 16380)
{
    $nginx->request($bytes, $port);
}

like(join('', map { EO::ClientHello::record($port + 2, $port, 0,
                        s_client('-servername localhost', 'request')) }
              1 .. 2),
     qr/t13d.*t13d/s, 'after ClientHellos that are none');

unlike($nginx->read_file('logs/error.log'), qr/\[(?:alert|emerg)\]|signal/,
       'and no worker minds');

$nginx->stop();


# --- rules and limits -------------------------------------------------------

sub cipher {
    my ($cipher) = @_;

    return (s_client("-tls1_2 -servername localhost -cipher $cipher",
                     'request'));
}

my @ciphers = qw(ECDHE-ECDSA-AES128-GCM-SHA256 ECDHE-ECDSA-AES256-GCM-SHA384);

$nginx = node('return 200 "<$eo_client_ja4>";', log => '', http => '');

my ($ja4, $ja3) = do {
    my (undef, $hello) = EO::ClientHello::record($port + 2, $port, 0,
                                                 cipher($ciphers[0]));
    @{{ EO::ClientHello::fingerprint($hello) }}{qw(ja4 ja3)};
};

$nginx->stop();

$nginx = node('empty_gif;', log => '$eo_security_rule_id', http => <<"_EOC_");
    eo_waf on;
    eo_rate_zone prints 1m;
    eo_custom_rule print '\${http.request.ja4} in ["$ja4"] and
                          \${http.request.ja3} in ["$ja3"]'
                   action=deny status=403;
    eo_rate_limit flood '*' zone=prints by=http.request.ja4 threshold=1
                  period=1h action=deny status=429;
_EOC_

my @status = map {
    my ($answer) = EO::ClientHello::record($port + 2, $port, 0, cipher($_));
    $answer =~ m{HTTP/1\.1 (\d+)} ? $1 : "none: $answer";
} @ciphers, $ciphers[1];

is("@status", '403 200 429',
   'a rule about one of two clients, and a limit by fingerprint');

$nginx->stop();

done_testing();
