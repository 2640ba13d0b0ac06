# Rate limits over HTTP/2: each stream is a request, and all of a connection
# are counted, whatever becomes of them.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use EO::Nginx;
use EO::HTTP2;
use EO::SlowClients;


my ($minor, $patch) = `"@{[$ENV{TEST_NGINX_BINARY} || 'nginx']}" -v 2>&1`
    =~ m{nginx/\d+\.(\d+)\.(\d+)};
my $http2_on = $minor > 25 || ($minor == 25 && $patch >= 1);

my $nginx = EO::Nginx->new(<<"_EOC_");
worker_processes 2;

events { }

http {
    eo_rate_zone rates 1m;

    eo_waf on;
    eo_rate_limit block '\${http.request.uri.path} like ["/block*"]'
                  zone=rates by=http.request.uri.path threshold=30
                  period=10m duration=5m action=deny;
    eo_rate_limit throttle '\${http.request.uri.path} like ["/throttle*"]'
                  zone=rates by=http.request.uri.path threshold=30
                  period=10m mode=throttle action=deny;
    eo_rate_limit status '\${http.request.uri.path} like ["/status*"]'
                  zone=rates by=http.request.uri.path threshold=30
                  period=10m count=status:404 action=deny;
    eo_rate_limit address '\${http.request.uri.path} in ["/address"]'
                  zone=rates by=http.request.ip threshold=30
                  period=10m action=deny;

    server {
        listen 127.0.0.1:%PORT% reuseport @{[$http2_on ? '' : 'http2']};
        @{[$http2_on ? 'http2 on;' : '']}
        add_header X-Count \$eo_rate_count always;
        root %PREFIX%/html;
        location / { try_files /index.html =404; }
        location /status { try_files \$uri =404; }
    }
}
_EOC_

$nginx->write_file('html/index.html', 'served');
$nginx->start();


sub stream {
    my ($number, $path) = @_;

    return EO::HTTP2::headers(2 * $number - 1, 1, ':method' => 'HEAD',
                              ':path' => $path, ':scheme' => 'http',
                              ':authority' => 'a');
}


# connections(URI, EACH, CONNECTIONS): how often each status came for so many
# streams of each connection, all sent at once

sub connections {
    my ($path, $each, $connections) = @_;

    my $bytes = join '', EO::HTTP2::preface(),
        map { stream($_, $path) } 1 .. $each;

    my %case = EO::SlowClients::run($nginx->port(), 2,
        map { $_ => [$bytes] } 1 .. $connections);

    my %seen;

    for my $case (values %case) {
        my %answer = EO::HTTP2::answers($case->{answer});
        $seen{$_->{status}}++
            for grep { defined $_->{status} } values %answer;
    }

    return \%seen;
}


# curl(URI): the header of an answer to curl, which decodes it

sub curl {
    my ($uri) = @_;

    my $port = $nginx->port();

    return scalar `curl -s -D - -o /dev/null --http2-prior-knowledge \\
        'http://127.0.0.1:$port$uri'`;
}


# --- one connection ----------------------------------------------------------

is_deeply(connections('/block', 100, 1), { 200 => 30, 567 => 70 },
          'block: 100 streams at once are 100 requests');
is_deeply(connections('/throttle', 100, 1), { 200 => 30, 567 => 70 },
          'throttle: the same');
is_deeply(connections('/status', 100, 1), { 404 => 31, 567 => 69 },
          'by status: until the threshold is exceeded');
is_deeply(connections('/address', 100, 1), { 200 => 30, 567 => 70 },
          'by address');


# --- several of them ---------------------------------------------------------

is_deeply(connections('/block-many', 50, 6), { 200 => 30, 567 => 270 },
          'six connections to two workers: to the digit');
is_deeply(connections('/throttle-many', 50, 6), { 200 => 30, 567 => 270 },
          'throttle: the same');


# --- streams that the client gives up at once -------------------------------

my $reset = join '', EO::HTTP2::preface(),
    map { stream($_, '/block-reset')
          . EO::HTTP2::frame(3, 0, 2 * $_ - 1, pack 'N', 8) } 1 .. 31;

EO::SlowClients::run($nginx->port(), 1, reset => [$reset]);

like(curl('/block-reset'), qr/^HTTP\/2 567/,
     '31 streams that were reset have been counted');
like(curl('/block-reset'), qr/^x-count: 33\r$/mi, 'each of them once');


# --- what the client is told -------------------------------------------------

my ($wait) = curl('/block') =~ /^retry-after: (\d+)\r$/mi;

cmp_ok($wait // 0, '>', 200, 'Retry-After: block');
cmp_ok($wait // 0, '<=', 300, 'it is what is left of the penalty');

($wait) = curl('/throttle') =~ /^retry-after: (\d+)\r$/mi;

cmp_ok($wait // 0, '>', 500, 'Retry-After: throttle');
cmp_ok($wait // 0, '<=', 1200, 'two periods at most');

my $passed = curl('/block-other');

like($passed, qr/^HTTP\/2 200/, 'another key passes');
unlike($passed, qr/^retry-after:/mi, 'without Retry-After');

unlike($nginx->read_file('logs/error.log'), qr/\[(?:alert|emerg|crit)\]/,
       'no alert');

$nginx->stop();

done_testing();
