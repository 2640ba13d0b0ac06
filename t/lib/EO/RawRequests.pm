package EO::RawRequests;

# A section "raw_requests" for Test::Nginx: an array of requests, byte by
# byte, each on a connection of its own.  An array in "raw_request" is the
# packets of one request.

use strict;
use warnings;

use Test::Nginx::Socket ();

my $from_block = \&Test::Nginx::Socket::get_req_from_block;

no warnings 'redefine';

*Test::Nginx::Socket::get_req_from_block = sub ($) {
    my ($block) = @_;
    my $requests = $block->raw_requests;

    return $from_block->(@_) unless ref $requests;
    return [map { [{ value => $_ }] } @$requests];
};

1;
