# Variables and origin headers about the client's region and network, from
# databases with known answers; realip tells which address a request is from.

use lib 't/lib', 't/client/lib';
use File::Temp qw(tempdir);
use Test::More;

use EO::GeoDatabase;

our $dir;

BEGIN {
    plan skip_all => EO::GeoDatabase->missing
        unless EO::GeoDatabase->available;

    $dir = tempdir('eo-geo-XXXXXX', TMPDIR => 1, CLEANUP => 1);
    chmod 0755, $dir;
    $ENV{TEST_NGINX_GEO} = $dir;
}

use Test::Nginx::Socket 'no_plan';
use EO::Defaults;

EO::GeoDatabase->write("$dir/city.mmdb", 'Test-City', {
    '192.0.2.0/24' => {
        continent => { code => 'AS' },
        country => { iso_code => 'CN' },
        subdivisions => [{ iso_code => 'GD' }],
        city => { names => { en => 'Shenzhen', 'de' => 'Shenzhen (de)' } },
    },
    '198.51.100.0/25' => { country => { iso_code => 'US' } },
    '203.0.113.0/24' => { country => { iso_code => "C\nN" } },
    '203.0.114.0/24' => { country => { iso_code => 'China' } },
    '203.0.115.0/24' => { registered_country => { iso_code => 'NL' } },
    '203.0.116.0/24' => {
        country => { iso_code => 'BE' },
        registered_country => { iso_code => 'NL' },
    },
    '198.51.100.128/25' => { registered_country => { iso_code => 'NL' } },
    '203.0.117.0/24' => { registered_country => { iso_code => "N\n" } },
    '2001:db8::/32' => {
        continent => { code => 'EU' },
        country => { iso_code => 'DE' },
    },
});

EO::GeoDatabase->write("$dir/asn.mmdb", 'Test-ASN', {
    '192.0.2.0/25' => {
        autonomous_system_number => 132203,
        autonomous_system_organization => 'Example Networks, Ltd.',
    },
    '198.51.100.0/24' => {
        autonomous_system_number => 4294967295,
        autonomous_system_organization => 'x' x 1000,
    },
}, ip_version => 4, record_size => 28);

# as the makers of flat databases name the fields
EO::GeoDatabase->write("$dir/flat.mmdb", 'Test-Flat', {
    '192.0.2.0/24' => { country_code => 'FR' },
    '198.51.100.0/24' => {
        country_code => 'GB', continent_code => 'EU', city => 'London',
        asn => 'AS64500', as_name => 'Flat', region_code => 'GB-LND',
    },
}, flat => 1, record_size => 32);

our $answer = q{
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Test-IP;

    location /t {
        return 200 "$eo_client_country|$eo_client_continent|$eo_client_region|$eo_client_city|$eo_client_asn|$eo_client_isp\n";
    }
};

our $origin = q{
    server {
        listen 127.0.0.1:$TEST_NGINX_ORIGIN_PORT;
        location / {
            return 200 "country=$http_eo_client_ipcountry other=$http_x_country\n";
        }
    }
};

$ENV{TEST_NGINX_ORIGIN_PORT} = server_port() + 1;

our $proxy = q{
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Test-IP;
    proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_PORT;
};

run_tests();

__DATA__

=== TEST 1: all fields, from two databases
--- http_config
eo_geo_database $TEST_NGINX_GEO/city.mmdb $TEST_NGINX_GEO/asn.mmdb;
--- config eval: $::answer
--- request
GET /t
--- more_headers
X-Test-IP: 192.0.2.77
--- response_body
CN|AS|CN-GD|Shenzhen|132203|Example Networks, Ltd.



=== TEST 2: databases in the other order and in directives of their own
--- http_config
eo_geo_database $TEST_NGINX_GEO/asn.mmdb;
eo_geo_database $TEST_NGINX_GEO/city.mmdb;
--- config eval: $::answer
--- request
GET /t
--- more_headers
X-Test-IP: 192.0.2.77
--- response_body
CN|AS|CN-GD|Shenzhen|132203|Example Networks, Ltd.



=== TEST 3: an address that only one of them has
--- http_config
eo_geo_database $TEST_NGINX_GEO/city.mmdb $TEST_NGINX_GEO/asn.mmdb;
--- config eval: $::answer
--- request
GET /t
--- more_headers
X-Test-IP: 192.0.2.200
--- response_body
CN|AS|CN-GD|Shenzhen||



=== TEST 4: an IPv6 address, and an IPv4 database that cannot know it
--- http_config
eo_geo_database $TEST_NGINX_GEO/city.mmdb $TEST_NGINX_GEO/asn.mmdb;
--- config eval: $::answer
--- request
GET /t
--- more_headers
X-Test-IP: 2001:db8::1
--- response_body
DE|EU||||



=== TEST 5: an IPv4-mapped address
--- http_config
eo_geo_database $TEST_NGINX_GEO/city.mmdb $TEST_NGINX_GEO/asn.mmdb;
--- config eval: $::answer
--- request
GET /t
--- more_headers
X-Test-IP: ::ffff:192.0.2.77
--- response_body
CN|AS|CN-GD|Shenzhen|132203|Example Networks, Ltd.



=== TEST 6: an address that none has, without realip
--- http_config
eo_geo_database $TEST_NGINX_GEO/city.mmdb $TEST_NGINX_GEO/asn.mmdb;
--- config eval: $::answer
--- request
GET /t
--- response_body
|||||



=== TEST 7: the first database that knows a field counts
--- http_config
eo_geo_database $TEST_NGINX_GEO/flat.mmdb $TEST_NGINX_GEO/city.mmdb;
--- config eval: $::answer
--- request
GET /t
--- more_headers
X-Test-IP: 192.0.2.77
--- response_body
FR|AS|FR-GD|Shenzhen||



=== TEST 8: the field names of flat databases
--- http_config
eo_geo_database $TEST_NGINX_GEO/flat.mmdb;
--- config eval: $::answer
--- request
GET /t
--- more_headers
X-Test-IP: 198.51.100.1
--- response_body
GB|EU|GB-LND|London|64500|Flat



=== TEST 9: no more than 255 bytes of a name, numbers of 32 bits
--- http_config
eo_geo_database $TEST_NGINX_GEO/asn.mmdb;
--- config eval: $::answer
--- request
GET /t
--- more_headers
X-Test-IP: 198.51.100.1
--- response_body eval
"||||4294967295|" . 'x' x 255 . "\n"



=== TEST 10: what is no country code does not pass for one
--- http_config
eo_geo_database $TEST_NGINX_GEO/city.mmdb;
--- config eval: $::answer
--- pipelined_requests eval
["GET /t/a", "GET /t/b"]
--- more_headers eval
["X-Test-IP: 203.0.113.1", "X-Test-IP: 203.0.114.1"]
--- response_body eval
["|||||\n", "|||||\n"]



=== TEST 11: where the network is registered, if nothing says where it is
--- http_config
eo_geo_database $TEST_NGINX_GEO/city.mmdb $TEST_NGINX_GEO/flat.mmdb;
--- config eval: $::answer
--- pipelined_requests eval
[map { "GET /t/$_" } 'a' .. 'd']
--- more_headers eval
[map { "X-Test-IP: $_" } qw(203.0.115.1 203.0.116.1 198.51.100.200
                            203.0.117.1)]
--- response_body eval
["NL|||||\n", "BE|||||\n", "GB|EU|GB-LND|London|64500|Flat\n", "|||||\n"]



=== TEST 12: variables without a database are empty
--- config eval: $::answer
--- request
GET /t
--- more_headers
X-Test-IP: 192.0.2.77
--- response_body
|||||



=== TEST 13: a client at a UNIX-domain socket
--- http_config
eo_geo_database $TEST_NGINX_GEO/city.mmdb;
server {
    listen unix:$TEST_NGINX_GEO/socket;
    location / { return 200 "[$eo_client_country]\n"; }
}
--- config
location /t { proxy_pass http://unix:$TEST_NGINX_GEO/socket:/; }
--- request
GET /t
--- response_body
[]



=== TEST 14: the header to the origin, by its own name
--- http_config eval
'eo_geo_database $TEST_NGINX_GEO/city.mmdb;' . $::origin
--- config eval
"eo_client_country_header;  location /t { $::proxy }"
--- request
GET /t
--- more_headers
X-Test-IP: 192.0.2.77
--- response_body
country=CN other=



=== TEST 15: by another name
--- http_config eval
'eo_geo_database $TEST_NGINX_GEO/city.mmdb;' . $::origin
--- config eval
"eo_client_country_header X-Country;  location /t { $::proxy }"
--- request
GET /t
--- more_headers
X-Test-IP: 2001:db8::7
--- response_body
country= other=DE



=== TEST 16: a client that names its country itself
--- http_config eval
'eo_geo_database $TEST_NGINX_GEO/city.mmdb;' . $::origin
--- config eval
"eo_client_country_header;  location /t { $::proxy }"
--- request
GET /t
--- more_headers
X-Test-IP: 192.0.2.77
EO-Client-IPCountry: US
eo-client-ipcountry: FR
--- response_body
country=CN other=



=== TEST 17: the same, of unknown country
--- http_config eval
'eo_geo_database $TEST_NGINX_GEO/city.mmdb;' . $::origin
--- config eval
"eo_client_country_header;  location /t { $::proxy }"
--- request
GET /t
--- more_headers
EO-Client-IPCountry: US
--- response_body
country= other=



=== TEST 18: inherited, replaced and switched off
--- http_config eval
'eo_geo_database $TEST_NGINX_GEO/city.mmdb; eo_client_country_header;'
. $::origin
--- config eval
"location /t { $::proxy }
 location /other { eo_client_country_header X-Country; $::proxy }
 location /off { eo_client_country_header off; $::proxy }"
--- pipelined_requests eval
["GET /t", "GET /other", "GET /off"]
--- more_headers
X-Test-IP: 192.0.2.77
--- response_body eval
["country=CN other=\n", "country= other=CN\n", "country= other=\n"]



=== TEST 19: after an internal redirect
--- http_config eval
'eo_geo_database $TEST_NGINX_GEO/city.mmdb;' . $::origin
--- config eval
"location /t { try_files /none \@next; }
 location \@next { eo_client_country_header; $::proxy }
 set_real_ip_from 127.0.0.1; real_ip_header X-Test-IP;"
--- request
GET /t
--- more_headers
X-Test-IP: 192.0.2.77
--- response_body
country=CN other=



=== TEST 20: in the access log
--- http_config
eo_geo_database $TEST_NGINX_GEO/city.mmdb $TEST_NGINX_GEO/asn.mmdb;
log_format geo "geo: $eo_client_country $eo_client_asn $eo_client_region";
--- config
set_real_ip_from 127.0.0.1;
real_ip_header X-Test-IP;
access_log logs/access.log geo;
location /t { return 204; }
--- request
GET /t
--- more_headers
X-Test-IP: 198.51.100.9
--- error_code: 204
--- access_log
geo: US 4294967295 -
