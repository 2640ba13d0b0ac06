package EO::CacheSteps;

# Several requests for one object, and what was logged of each.
#
#   use Test::Nginx::Socket 'no_plan';
#   use EO::CacheSteps;
#
#   --- http_config eval: $EO::CacheSteps::http
#   --- config eval: $EO::CacheSteps::server
#   --- request eval
#   [('GET /c/hit') x 2]
#   --- more_headers eval
#   ::steps($::fresh, $::fresh)
#   --- logged
#   MISS miss
#   HIT hit
#
# "logged" has a line for each request: nginx's own $upstream_cache_status,
# which shows that the block has brought about what it is to test, and
# $eo_edge_cache_status.  A line with "*" alone is not looked at.
#
# Below /c/ everything comes from EO::Origin's HTTP origin, through the cache
# zone "c" with the path as the key, so that each block needs a path of its
# own.  What the origin does is told by the request header "Do", in the words
# of EO::Origin; it is no part of the key, so that an origin may fail at the
# second request for an object.

use strict;
use warnings;

use parent 'Exporter';

use Test::Nginx::Socket ();
use Test::More ();

our @EXPORT = qw(steps $fresh $stale);

# Answers of an origin that can be kept for a minute, and that are out of date
# as soon as they are kept.

our $fresh
    = 'fields?X-Accel-Expires=60&ETag="a"&Accept-Ranges=bytes';
our $stale
    = 'fields?X-Accel-Expires=@1&ETag="a"&Accept-Ranges=bytes';

our $log = q{
    log_format step
        "$http_step $upstream_cache_status $eo_edge_cache_status.";
};

our $http = q{
    proxy_cache_path cache keys_zone=c:1m;
} . $log;

our $proxy = q{
    proxy_cache c;
    proxy_cache_key $uri;
    proxy_read_timeout 500ms;

    location /c/ {
        proxy_pass http://127.0.0.1:$TEST_NGINX_ORIGIN_HTTP/$http_do;
    }
};

our $server = q{
    eo on;
    access_log logs/access.log step;
} . $proxy;


# The headers of one request after another, for "more_headers".

sub steps {
    my $step = 0;

    return [map { $step++; "Step: $step\nDo: $_" } @_];
}


Test::Nginx::Socket::add_response_body_check(sub {
    my ($block, undef, $index) = @_;

    return unless defined $block->logged;

    my $wanted = (split /\n/, $block->logged)[$index];
    return if $wanted eq '*';

    Test::More::is(logged($index + 1), $wanted,
                   $block->name . " - log of request $index");
});


# nginx logs a request after the client has its response.

sub logged {
    my ($step) = @_;

    for (1 .. 100) {
        open my $log, '<', $Test::Nginx::Util::AccLogFile or die "log: $!\n";

        while (<$log>) {
            return $1 if /^$step (.*)\.$/;
        }

        select undef, undef, undef, 0.05;
    }

    return;
}

1;
