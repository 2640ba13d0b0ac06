# What a configuration may say of metrics, and what nginx -t says of the rest.

use strict;
use warnings;

use lib 't/lib';
use Test::More;

use EO::Nginx;

sub check {
    my ($http, $location) = @_;
    my $nginx = EO::Nginx->new(<<"_EOC_");
events { }
http {
    access_log off;
    $http
    server {
        listen 127.0.0.1:%PORT%;
        location / { $location }
    }
}
_EOC_
    return $nginx->test();
}

my $zone = 'eo_metrics_zone z 2m;';

like(check(@$_), qr/test is successful/, "@$_") for
    [$zone, ''],
    ["$zone eo_metrics z;", 'eo_metrics off;'],
    ['eo_metrics_zone z 2m file=z.metrics;', 'eo_metrics z; eo_metrics_page z;'],
    [$zone, 'eo_metrics_page z prometheus domains=0;'],
    [$zone, 'eo_metrics_page z domains=2000 vts;'],
    ["$zone eo_metrics_zone y 2m;", 'eo_metrics y; eo_metrics_page z json;'],
    ["$zone eo_metrics_buckets 1ms 1s 1m;", ''];

for (
    ['eo_metrics_zone z 1m;', '', qr/invalid size "1m" in "eo_metrics_zone": it has to be 2m/],
    ['eo_metrics_zone z much;', '', qr/invalid size "much"/],
    ['eo_metrics_zone z 2m path=x;', '', qr/invalid parameter "path=x".*file=PATH/],
    ['eo_metrics_zone z 2m file=;', '', qr/invalid parameter "file="/],
    ["$zone $zone", '', qr/duplicate zone "z" in "eo_metrics_zone"/],
    ['', 'eo_metrics z;', qr/unknown zone "z" in "eo_metrics": define it before/],
    ['', 'eo_metrics_page z;', qr/unknown zone "z" in "eo_metrics_page"/],
    ["$zone eo_metrics z; eo_metrics off;", '', qr/"eo_metrics" directive is duplicate/],
    [$zone, 'eo_metrics_page z xml;', qr/invalid parameter "xml".*html, json, prometheus or vts/],
    [$zone, 'eo_metrics_page z domains=2001;', qr/invalid "domains=2001".*0 to 2000/],
    [$zone, 'eo_metrics_page z domains=x;', qr/invalid "domains=x"/],
    [$zone, 'eo_metrics_page z; eo_metrics_page z;', qr/is duplicate/],
    ["$zone eo_metrics_buckets 1s 1s;", '', qr/invalid "1s".*longer than the one before/],
    ["$zone eo_metrics_buckets soon;", '', qr/invalid "soon" in "eo_metrics_buckets"/],
    ["$zone eo_metrics_buckets 0;", '', qr/invalid "0"/],
    ["$zone eo_metrics_buckets 1 2 3 4 5 6 7 8 9 10 11 12 13;", '', qr/too many times.*13.*12/],
    ["$zone eo_metrics_buckets 1; eo_metrics_buckets 2;", '', qr/is duplicate/],
) {
    my ($http, $location, $message) = @$_;
    my $out = check($http, $location);
    like($out, $message, "$http $location");
    like($out, qr/test failed/, '... fails');
}

my $nginx = EO::Nginx->new(<<'_EOC_');
events { }
http {
    eo_metrics_zone z 2m file=/nowhere/at/all;
    server { listen 127.0.0.1:%PORT%; }
}
_EOC_
ok(!eval { $nginx->start(); 1 }, 'a file that cannot be made');
like($@, qr{"/nowhere/at/all" of "eo_metrics_zone" cannot be opened}, '... says so');

done_testing();
