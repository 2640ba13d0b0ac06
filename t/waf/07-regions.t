# Rules about regions and networks.  The variables come from the client
# module and a database with known answers where it is loaded, and from nginx's
# geo where it is not.

use lib 't/lib', 't/client/lib';
use File::Temp qw(tempdir);
use Test::More;

our $region;

my %places = (
    '192.0.2.0/24' => ['CN', 'AS', 'Shenzhen', 64496],
    '198.51.100.0/24' => ['RU', 'EU', 'Kazan', 64497],
    '2001:db8::/32' => ['DE', 'EU', 'Mainz', 6449],
);

BEGIN {
    if (($ENV{TEST_NGINX_LOAD_MODULES} || '') =~ /eo_client/) {
        require EO::GeoDatabase;

        plan skip_all => EO::GeoDatabase->missing
            unless EO::GeoDatabase->available;
    }
}

use Test::Nginx::Socket 'no_plan';
use EO::Defaults;

if ($INC{'EO/GeoDatabase.pm'}) {
    my $dir = tempdir('eo-waf-XXXXXX', TMPDIR => 1, CLEANUP => 1);
    chmod 0755, $dir;

    EO::GeoDatabase->write("$dir/city.mmdb", 'Test-City', {
        map {
            my ($country, $continent, $city) = @{$places{$_}};

            ($_ => {
                continent => { code => $continent },
                country => { iso_code => $country },
                city => { names => { en => $city } },
            });
        } keys %places
    });

    EO::GeoDatabase->write("$dir/asn.mmdb", 'Test-ASN', {
        map { ($_ => { autonomous_system_number => $places{$_}[3] }) }
            keys %places
    });

    $region = "eo_geo_database $dir/city.mmdb $dir/asn.mmdb;\n";

} else {
    my @names = qw(country continent city asn);

    for my $i (0 .. $#names) {
        $region .= "geo \$eo_client_$names[$i] {\n"
            . CORE::join('', map { "$_ $places{$_}[$i];\n" } keys %places)
            . "}\n";
    }
}

our $realip = q{
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Real-IP;
};

no_root_location();
run_tests();

__DATA__

=== TEST 1: regions, matched and mismatched
--- http_config eval: $::region
--- config eval
$::realip . q{
    eo_waf on;
    location / { root html; eo_region match KP ru action=deny; }
    location /only { eo_region mismatch CN action=deny; }
}
--- request eval
["GET /", "GET /", "GET /", "GET /only", "GET /only", "GET /only"]
--- more_headers eval
["X-Real-IP: 198.51.100.1", "X-Real-IP: 192.0.2.1", "",
 "X-Real-IP: 192.0.2.1", "X-Real-IP: 2001:db8::1", ""]
--- error_code eval
[567, 200, 200, 404, 567, 567]



=== TEST 2: networks
--- http_config eval: $::region
--- config eval
$::realip . q{
    eo_waf on;
    location / { root html; eo_asn match 64496 AS64497 action=deny; }
}
--- request eval
["GET /", "GET /", "GET /", "GET /"]
--- more_headers eval
["X-Real-IP: 192.0.2.1", "X-Real-IP: 198.51.100.1",
 "X-Real-IP: 2001:db8::1", ""]
--- error_code eval
[567, 567, 200, 200]



=== TEST 3: every field about regions
--- http_config eval: $::region
--- config eval
$::realip . q{
    eo_waf on;
    eo_custom_rule all '
        ${http.request.ip.country} in ["cn"] and
        ${http.request.ip.continent} in ["AS"] and
        ${http.request.ip.city} in ["SHENZHEN"] and
        ${http.request.ip.asn} > 64495 and
        ${http.request.ip.asn} < 64497'
        action=deny;
    location / { root html; }
}
--- request eval
["GET /", "GET /", "GET /"]
--- more_headers eval
["X-Real-IP: 192.0.2.1", "X-Real-IP: 2001:db8::1", ""]
--- error_code eval
[567, 200, 200]



=== TEST 4: monitored, they change nothing
--- http_config eval: $::region
--- config eval
$::realip . q{
    location / {
        eo_waf on;
        eo_region match CN action=monitor;
        eo_asn mismatch 1 action=monitor;
        root html;
    }
    location /all {
        eo_waf monitor;
        eo_region match CN action=deny;
        eo_asn mismatch 1 action=block_ip duration=10s;
        alias html;
    }
}
--- request eval
["GET /", "GET /all/", "GET /all/"]
--- more_headers
X-Real-IP: 192.0.2.1
--- error_code eval
[200, 200, 200]



=== TEST 5: where no country is known, every client mismatches
--- http_config
    map $arg_none $eo_client_country { default ""; }
--- config
    eo_waf on;
    location / { root html; eo_region match CN action=deny; }
    location /only { eo_region mismatch CN action=deny; }
    location /watched { eo_region mismatch CN action=monitor; }
--- request eval
["GET /", "GET /only", "GET /watched"]
--- error_code eval
[200, 567, 404]



=== TEST 6: the country stands in the security log where it is known
--- http_config eval: $::region
--- config eval
$::realip . q{
    eo_waf on;
    eo_security_log $TEST_NGINX_SERVER_ROOT/logs/country.log;
    eo_custom_rule all '*' action=monitor;
    location / { root html; }
    location = /log { eo_waf off; alias logs/country.log; }
}
--- request eval
["GET /", "GET /", "GET /log"]
--- more_headers eval
["X-Real-IP: 198.51.100.9", "X-Real-IP: 203.0.113.9", ""]
--- error_code eval
[200, 200, 200]
--- response_body_like eval
["", "", '\A\{[^\n]*"AttackSip":"198\.51\.100\.9","SipCountryCode":"RU",[^\n]*\n'
 . '\{[^\n]*"AttackSip":"203\.0\.113\.9","AttackDomain"[^\n]*\n\z']



=== TEST 7: managed rules look the client's address up, and no other
--- http_config eval: $::region
--- user_files
>>> rules.conf
SecRule REMOTE_ADDR "@geoLookup" "id:1,phase:1,pass,nolog,chain"
    SecRule GEO:COUNTRY_CODE "@within DE RU" "setvar:tx.country=1"
SecRule TX:country "@eq 1" "id:2,phase:1,deny"
SecRule GEO:COUNTRY_CONTINENT "@streq AS" "id:3,phase:1,deny,chain"
    SecRule GEO:CITY "@streq Shenzhen" "chain"
        SecRule &GEO "@eq 3"
SecRule ARGS:other "@geoLookup" "id:4,phase:1,deny"
SecRule REMOTE_ADDR "!@geoLookup" "id:5,phase:1,redirect:/nowhere"
--- config eval
$::realip . q{
    eo_waf on;
    eo_managed_rules on;
    eo_managed_rules_file ../html/rules.conf;
    location / { root html; }
}
--- request eval
["GET /", "GET /", "GET /", "GET /", "GET /?other=198.51.100.1"]
--- more_headers eval
["X-Real-IP: 198.51.100.1", "X-Real-IP: 2001:db8::1",
 "X-Real-IP: 192.0.2.1", "", ""]
--- error_code eval
[566, 566, 566, 302, 302]
