# Wrong values of the client module's directives, and files that are no
# region databases: nginx -t says what is wrong and where.

use lib 't/lib';
use File::Temp qw(tempdir);

BEGIN {
    our $dir = tempdir('eo-geo-XXXXXX', TMPDIR => 1, CLEANUP => 1);
    $ENV{TEST_NGINX_GEO} = $dir;

    sub put {
        my ($name, $text) = @_;
        open my $handle, '>:raw', "$dir/$name" or die "$dir/$name: $!";
        print $handle $text;
        close $handle;
    }

    put('empty.mmdb', '');
    put('text.mmdb', "192.0.2.0/24 CN\n");
    put('marker.mmdb', "\xab\xcd\xefMaxMind.com");
    put('junk.mmdb', join '', map { chr($_ * 7919 % 251) } 1 .. 100_000);
}

use Test::Nginx::Socket 'no_plan';
use EO::Defaults;

run_tests();

__DATA__

=== TEST 1: a database that is not there
--- http_config
eo_geo_database $TEST_NGINX_GEO/none.mmdb;
--- config
--- must_die
--- error_log eval
[qr{\[emerg\] .*region database .*/none\.mmdb cannot be opened \(2: No such file or directory\) in .*nginx\.conf:\d+}]



=== TEST 2: an empty file
--- http_config
eo_geo_database $TEST_NGINX_GEO/empty.mmdb;
--- config
--- must_die
--- error_log eval
[qr{\[emerg\] .*/empty\.mmdb is empty in .*nginx\.conf:\d+}]



=== TEST 3: a text file
--- http_config
eo_geo_database $TEST_NGINX_GEO/text.mmdb;
--- config
--- must_die
--- error_log eval
[qr{\[emerg\] .*/text\.mmdb has no metadata: it is cut off, or no MaxMind DB}]



=== TEST 4: a file of which only the marker is left
--- http_config
eo_geo_database $TEST_NGINX_GEO/marker.mmdb;
--- config
--- must_die
--- error_log eval
[qr{\[emerg\] .*/marker\.mmdb has damaged metadata}]



=== TEST 5: binary junk
--- http_config
eo_geo_database $TEST_NGINX_GEO/junk.mmdb;
--- config
--- must_die
--- error_log eval
[qr{\[emerg\] .*/junk\.mmdb has no metadata}]



=== TEST 6: a directory
--- http_config
eo_geo_database $TEST_NGINX_GEO;
--- config
--- must_die
--- error_log eval
[qr{\[emerg\] .*region database .* is not a regular file}]



=== TEST 7: an empty name
--- http_config
eo_geo_database "";
--- config
--- must_die
--- error_log eval
[qr{\[emerg\] .*empty value in "eo_geo_database": MaxMind DB files are needed}]



=== TEST 8: a database in a server
--- config
eo_geo_database $TEST_NGINX_GEO/none.mmdb;
--- must_die
--- error_log eval
[qr{"eo_geo_database" directive is not allowed here}]



=== TEST 9: a country header without a database
--- config
eo_client_country_header;
location /t { return 204; }
--- must_die
--- error_log
"eo_client_country_header" needs a database: name one by "eo_geo_database" in the "http" block



=== TEST 10: a country header that is no header name
--- config
eo_client_country_header "X Country";
--- must_die
--- error_log
invalid value "X Country" in "eo_client_country_header": a header name of 1 to 100 letters, digits and dashes that nothing else sets, or "off", is needed



=== TEST 11: a country header that something else sets
--- config
eo_client_country_header x-forwarded-for;
--- must_die
--- error_log
invalid value "x-forwarded-for" in "eo_client_country_header"



=== TEST 12: an empty country header
--- config
eo_client_country_header "";
--- must_die
--- error_log
invalid value "" in "eo_client_country_header"



=== TEST 13: a country header of 101 letters
--- config eval
"eo_client_country_header " . "x" x 101 . ";"
--- must_die
--- error_log
in "eo_client_country_header": a header name of 1 to 100 letters



=== TEST 14: a country header twice
--- config
eo_client_country_header;
eo_client_country_header X-Country;
--- must_die
--- error_log
"eo_client_country_header" directive is duplicate



=== TEST 15: device headers that are neither on nor off
--- config
eo_client_device_headers yes;
--- must_die
--- error_log
invalid value "yes" in "eo_client_device_headers" directive, it must be "on" or "off"



=== TEST 16: what is in use and always empty is warned of
--- http_config
log_format nowhere $eo_client_city;
--- config
access_log logs/access.log nowhere;
location / { return 200 "$eo_client_country"; }
--- request
GET /
--- error_log eval
[qr/\[warn\] .*"\$eo_client_city" is in use and empty for every client: name a database by "eo_geo_database"/,
 qr/\[warn\] .*"\$eo_client_country" is in use/]
--- no_error_log
$eo_client_asn



=== TEST 17: what another provides is not
--- http_config
map $arg_c $eo_client_country { default NL; }
--- config
location / { return 200 "$eo_client_country"; }
--- request
GET /
--- response_body chomp
NL
--- no_error_log
[warn]
