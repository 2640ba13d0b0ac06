# conf.d/metrics.conf as it is, but for the folder and the address: nginx
# accepts it, and it does what it says.

use strict;
use warnings;

use lib 't/lib';
use JSON::PP ();
use Test::More;
use EO::Nginx;

open my $in, '<', 'conf.d/metrics.conf' or die "conf.d/metrics.conf: $!\n";
my $text = do { local $/; <$in> };

my %replace = (
    'file=/var/lib/nginx/' => 'file=%PREFIX%/',
    'listen 127.0.0.1:8082;' => 'listen 127.0.0.1:%PORT1%;',
);

for my $from (sort keys %replace) {
    $text =~ s/\Q$from\E/$replace{$from}/g or die "no $from\n";
}

my $nginx = EO::Nginx->new(<<"_EOC_");
events { }

http {
    access_log off;
    $text

    server {
        listen 127.0.0.1:%PORT%;
        server_name localhost;
        location / { return 200 ok; }
    }
}
_EOC_

$nginx->start();
$nginx->get('/') for 1 .. 3;

sub page {
    my ($uri) = @_;
    my $answer = $nginx->request("GET $uri HTTP/1.1\r\nHost: localhost\r\n"
                                 . "Connection: close\r\n\r\n", $nginx->port() + 1);
    return $answer =~ s/.*?\r\n\r\n//sr;
}

like(page('/metrics'), qr/^<!DOCTYPE html>.*<\/html>\n\z/s, 'the page');

my $json;
ok($nginx->wait_for(sub {
    $json = JSON::PP->new->utf8->decode(page('/metrics?format=json&range=day'));
    return $json->{totals}{requests} == 3;
}), 'the JSON, without the requests for it');
is($json->{range}, 'day', '... of the days');
like(page('/prometheus'), qr/^eo_requests_total\{domain="localhost"\} 3$/m, 'Prometheus');

$nginx->stop();
$nginx->start();
is(JSON::PP->new->utf8->decode(page('/metrics?format=json'))->{totals}{requests}, 3,
   'the counters outlive a restart');

my ($room) = $text =~ /node (\d+)m/;
my ($domains) = $text =~ /megabytes are enough for\s+([\d,]+)\s+domains/;
cmp_ok($json->{zone}{domains_max}, '>=', $domains =~ tr/,//dr, "domains in $room MB");
cmp_ok($json->{zone}{domains_max}, '<', 1.1 * $domains =~ tr/,//dr, '... and not many more');

done_testing();
