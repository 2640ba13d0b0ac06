# The client filter over HTTP/2, with frames that no library would send.

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
events { }

http {
    server {
        listen 127.0.0.1:%PORT% @{[$http2_on ? '' : 'http2']};
        @{[$http2_on ? 'http2 on;' : '']}
        eo_waf on;
        eo_client_filter on;
        root %PREFIX%/html;
    }
}
_EOC_

$nginx->write_file('html/index.html', 'served');
$nginx->start();


sub get {
    my (@fields) = @_;

    my %case = EO::SlowClients::run($nginx->port(), 2,
        get => [EO::HTTP2::preface()
                . EO::HTTP2::headers(1, 1, ':method' => 'GET', ':path' => '/',
                                     ':scheme' => 'http',
                                     ':authority' => 'a', @fields), 1]);

    my %answer = EO::HTTP2::answers($case{get}{answer});

    return $answer{1}{status} || 'none';
}


is(get(), 200, 'nothing but the request');
is(get('te' => 'trailers'), 200, 'te: trailers');
is(get('te' => 'gzip, trailers'), 567, 'te: other than trailers');

# some versions of nginx refuse them by themselves

like(get('connection' => 'keep-alive'), qr/\A(?:567|400|none)\z/,
     'connection');
like(get('upgrade' => 'h2c'), qr/\A(?:567|400|none)\z/, 'upgrade');
like(get('keep-alive' => '115'), qr/\A(?:567|400|none)\z/, 'keep-alive');
is(get('range' => 'bytes=' . join ',', map { "$_-$_" } 0 .. 200), 567,
   '201 ranges');
is(get('range' => 'bytes=' . join ',', map { "$_-$_" } 0 .. 30), 206,
   '31 ranges');

done_testing();
