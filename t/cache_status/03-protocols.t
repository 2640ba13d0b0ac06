# EO-Cache-Status with the caches of fastcgi, uwsgi and scgi; grpc has none.

use lib 't/lib';
use Test::Nginx::Socket 'no_plan';
use EO::Defaults;
use EO::Origin;
use EO::CacheSteps;

EO::Origin->start();

# a location's configuration for a protocol

sub cached {
    my ($protocol) = @_;

    my $port = '$TEST_NGINX_ORIGIN_' . uc $protocol;

    return qq{
        eo on;
        access_log logs/access.log step;
        ${protocol}_cache c;
        ${protocol}_cache_key \$uri;
        ${protocol}_cache_use_stale error;

        location /c/ {
            ${protocol}_cache_revalidate on;
            ${protocol}_param REQUEST_URI /\$http_do;
            ${protocol}_param CONTENT_LENGTH \$content_length;
            ${protocol}_pass 127.0.0.1:$port;
        }
    };
}

our %zone = map {
    $_ => "${_}_cache_path cache keys_zone=c:1m;" . $EO::CacheSteps::log
} qw(fastcgi uwsgi scgi);

run_tests();

__DATA__

=== TEST 1: fastcgi
--- http_config eval: $::zone{fastcgi}
--- config eval: ::cached('fastcgi')
--- request eval
[('GET /c/1') x 3, 'GET /c/1-not', "POST /c/1\nbody", 'GET /c/1-fails']
--- more_headers eval
::steps($::fresh, $::fresh, 'reset', 'fields?Cache-Control=no-store',
        $::fresh, 'reset')
--- error_code eval
[(200) x 5, 520]
--- response_headers eval
[(map { "EO-Cache-Status: $_" } qw(MISS HIT HIT MISS MISS)),
 '!EO-Cache-Status']
--- logged
MISS miss
HIT hit
HIT hit
MISS dynamic
- dynamic
MISS other



=== TEST 2: uwsgi
--- http_config eval: $::zone{uwsgi}
--- config eval: ::cached('uwsgi')
--- request eval
[('GET /c/2') x 3, 'GET /c/2-not', "POST /c/2\nbody", 'GET /c/2-fails']
--- more_headers eval
::steps($::fresh, $::fresh, 'reset', 'fields?Cache-Control=no-store',
        $::fresh, 'reset')
--- error_code eval
[(200) x 5, 520]
--- response_headers eval
[(map { "EO-Cache-Status: $_" } qw(MISS HIT HIT MISS MISS)),
 '!EO-Cache-Status']
--- logged
MISS miss
HIT hit
HIT hit
MISS dynamic
- dynamic
MISS other



=== TEST 3: scgi
--- http_config eval: $::zone{scgi}
--- config eval: ::cached('scgi')
--- request eval
[('GET /c/3') x 3, 'GET /c/3-not', "POST /c/3\nbody", 'GET /c/3-fails']
--- more_headers eval
::steps($::fresh, $::fresh, 'reset', 'fields?Cache-Control=no-store',
        $::fresh, 'reset')
--- error_code eval
[(200) x 5, 520]
--- response_headers eval
[(map { "EO-Cache-Status: $_" } qw(MISS HIT HIT MISS MISS)),
 '!EO-Cache-Status']
--- logged
MISS miss
HIT hit
HIT hit
MISS dynamic
- dynamic
MISS other



=== TEST 4: fastcgi, out of date
--- http_config eval: $::zone{fastcgi}
--- config eval: ::cached('fastcgi')
--- request eval
[('GET /c/4') x 4]
--- more_headers eval
::steps($::stale, 'empty-304', 'reset', $::fresh)
--- response_headers eval
[map { "EO-Cache-Status: $_" } qw(MISS RefreshHit HIT MISS)]
--- logged
MISS miss
REVALIDATED hit
STALE hit
EXPIRED miss



=== TEST 5: uwsgi, out of date
--- http_config eval: $::zone{uwsgi}
--- config eval: ::cached('uwsgi')
--- request eval
[('GET /c/5') x 4]
--- more_headers eval
::steps($::stale, 'empty-304', 'reset', $::fresh)
--- response_headers eval
[map { "EO-Cache-Status: $_" } qw(MISS RefreshHit HIT MISS)]
--- logged
MISS miss
REVALIDATED hit
STALE hit
EXPIRED miss



=== TEST 6: scgi, out of date
--- http_config eval: $::zone{scgi}
--- config eval: ::cached('scgi')
--- request eval
[('GET /c/6') x 4]
--- more_headers eval
::steps($::stale, 'empty-304', 'reset', $::fresh)
--- response_headers eval
[map { "EO-Cache-Status: $_" } qw(MISS RefreshHit HIT MISS)]
--- logged
MISS miss
REVALIDATED hit
STALE hit
EXPIRED miss
