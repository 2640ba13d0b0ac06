# conf.d/log-json.conf: one JSON object a line, with EdgeOne's field names.

use strict;
use warnings;

use lib 't/lib';
use Cwd qw(abs_path);
use JSON::PP ();
use Test::More;

use EO::Nginx;
use EO::Origin;

EO::Origin->start();

my $conf = abs_path('conf.d/log-json.conf');
my $cache_status = grep { /ngx_http_eo_cache_status_module\.so$/ }
                        EO::Nginx->modules();

my $nginx = EO::Nginx->new(<<"_EOC_");
events { }

http {
    include %PREFIX%/log-json.conf;
    access_log %PREFIX%/logs/eo.json eo_json;
    proxy_read_timeout 200ms;
    large_client_header_buffers 4 64k;
    underscores_in_headers on;

    set_real_ip_from 127.0.0.1;
    real_ip_header X-Real-IP;

    eo on;

    server {
        listen 127.0.0.1:%PORT%;
        server_name localhost;
        location / { proxy_pass http://127.0.0.1:$ENV{TEST_NGINX_ORIGIN_HTTP}; }
        location /refused { proxy_pass http://127.0.0.1:$ENV{TEST_NGINX_ORIGIN_REFUSED}; }
        location /file { root html; }
        location /rewritten { rewrite ^ /echo?other=1 last; }
    }
}
_EOC_

# without its module the field of the cache is taken out, as the file says

open my $in, '<', $conf or die "$conf: $!\n";
my @lines = grep { $cache_status || !/eo_edge_cache_status/ } <$in>;
$nginx->write_file('log-json.conf', join '', @lines);
$nginx->start();

my %text = map { $_ => 1 } qw(
    LogTime RequestID ClientConnectionID ClientIP RequestTime RequestMethod
    RequestScheme RequestHost RequestUrl RequestUrlQueryString RequestProtocol
    RequestSSLProtocol RequestUA RequestReferer RequestRange EdgeServerID
    EdgeServerIP EdgeEndTime EdgeException OriginIP SecurityModule
    SecurityAction SecurityRuleID
);
$text{EdgeCacheStatus} = 1 if $cache_status;

my %number = map { $_ => 1 } qw(
    ClientPort RemotePort RequestBytes EdgeResponseStatusCode EdgeResponseBytes
    EdgeResponseBodyBytes EdgeInternalTime EdgeResponseTime
    OriginResponseStatusCode
);


# The log's new lines; a request is logged before its connection closes.

my $seen = 0;

sub new_lines {
    my @lines = split /\n/, $nginx->read_file('logs/eo.json');
    my @new = @lines[$seen .. $#lines];
    $seen = @lines;

    return @new;
}


# One raw request gives one line, which is an object with every field.

sub logged {
    my ($title, $request, %expected) = @_;

    $nginx->request($request);
    $nginx->wait_for(sub {
        my @lines = split /\n/, $nginx->read_file('logs/eo.json');
        return @lines > $seen;
    }, 2);

    my @lines = new_lines();
    is(scalar @lines, 1, "$title: one line");

    my $object = eval { JSON::PP->new->latin1->decode($lines[0]) };
    is(ref $object, 'HASH', "$title: an object") or diag "$@: $lines[0]";
    return if ref $object ne 'HASH';

    my @missing = grep { !exists $object->{$_} } sort keys %text, keys %number;
    is("@missing", '', "$title: no field is missing");

    my @empty = grep { !defined $object->{$_} || $object->{$_} eq '' } sort keys %$object;
    is("@empty", '', "$title: no field is empty");

    my @no_number = grep { $lines[0] !~ /"$_":-?\d+(?:\.\d+)?[,}]/ } sort keys %number;
    is("@no_number", '', "$title: numbers are numbers");

    for my $field (sort keys %expected) {
        my $want = $expected{$field};
        ref $want ? like($object->{$field}, $want, "$title: $field")
                  : is($object->{$field}, $want, "$title: $field");
    }

    return $object;
}


sub get {
    my ($uri, @headers) = @_;

    return join "\r\n", "GET $uri HTTP/1.1", 'Host: localhost',
                        'Connection: close', @headers, '', '';
}

my $time = qr/\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\z/;
my $port = $nginx->port();

my $answer = $nginx->get('/echo?a=b');
my ($id) = $answer =~ /EO-LOG-UUID: (\d+)/;
my ($line) = new_lines();
is(JSON::PP->new->decode($line)->{RequestID}, $id, 'RequestID is EO-LOG-UUID');

logged('proxied', get('/echo?a=b&c', 'User-Agent: test/1', 'Referer: http://r/',
                      'Range: bytes=0-1'),
       RequestMethod => 'GET', RequestScheme => 'HTTP', RequestHost => 'localhost',
       RequestUrl => '/echo', RequestUrlQueryString => 'a=b&c',
       RequestProtocol => 'HTTP/1.1', RequestSSLProtocol => '-',
       RequestUA => 'test/1', RequestReferer => 'http://r/',
       RequestRange => 'bytes=0-1', RequestID => qr/\A\d{1,20}\z/,
       LogTime => $time, RequestTime => $time, EdgeEndTime => $time,
       ClientIP => '127.0.0.1', ClientPort => qr/\A\d+\z/, RemotePort => $port,
       RequestBytes => qr/\A[1-9]\d*\z/, EdgeServerIP => '127.0.0.1',
       EdgeResponseStatusCode => 200, EdgeResponseBytes => qr/\A[1-9]\d+\z/,
       EdgeException => 'no_exception', OriginIP => '127.0.0.1',
       OriginResponseStatusCode => 200, SecurityModule => '-',
       SecurityAction => '-', SecurityRuleID => '-');

logged('what is not there', get('/file'),
       RequestUrlQueryString => '-', RequestUA => '-', RequestReferer => '-',
       RequestRange => '-', EdgeResponseStatusCode => 404, OriginIP => '-',
       OriginResponseStatusCode => -1);

logged('rewritten', get('/rewritten?x=y'),
       RequestUrl => '/rewritten', RequestUrlQueryString => 'x=y',
       EdgeResponseStatusCode => 200);

logged('an origin that refuses', get('/refused'),
       EdgeResponseStatusCode => 521, OriginResponseStatusCode => -1,
       EdgeException => 'edge_response_exception_upstream_failed');

logged('an origin that is silent', get('/silent'),
       EdgeResponseStatusCode => 524,
       EdgeException => 'edge_response_exception_timeout',
       EdgeResponseTime => qr/\A[2-9]\d\d\z/);

logged("an origin's own error", get('/status-502'),
       EdgeResponseStatusCode => 502, OriginResponseStatusCode => 502,
       EdgeException => 'no_exception');

logged('a refused request', get('/', 'CDN-Loop: TencentEdgeOne; loops=16'),
       EdgeResponseStatusCode => 423, OriginResponseStatusCode => -1,
       EdgeException => 'client_request_exception_cdn_loop');

logged('behind another proxy', get('/echo', 'X-Real-IP: 203.0.113.9'),
       ClientIP => '203.0.113.9');

logged('quotes and control bytes',
       get("/echo?\"\\'<>", "User-Agent: \"quoted\\ \t\x01\x1f\x7f\"", 'Referer: \\'),
       RequestUrlQueryString => "\"\\'<>", RequestReferer => '\\',
       RequestUA => "\"quoted\\ \t\x01\x1f\x7f\"");

logged('bytes above 127', get('/echo', "User-Agent: \xc3\xa9\xff\xfe\x80"),
       RequestUA => qr/\A.+\z/s);

logged('a long request', get('/echo?' . 'a' x 50_000, 'User-Agent: ' . '"' x 30_000),
       EdgeResponseStatusCode => 200);

logged('HTTP/1.0 without a Host', "GET /file HTTP/1.0\r\n\r\n",
       RequestProtocol => 'HTTP/1.0');

logged('HTTP/0.9', "GET /file\r\n", RequestUrl => '/file');

logged('no HTTP', "\x16\x03\x01\x00\x01\r\n\r\n", EdgeResponseStatusCode => 400,
       RequestUrl => '-');

logged('a malformed header', get('/file', "A\0B: c"), EdgeResponseStatusCode => 400,
       EdgeException => 'client_request_exception_bad_request');

my $log = $nginx->read_file('logs/error.log');
unlike($log, qr/\[alert\]|\[emerg\]/, 'no alert in the log');

$nginx->stop();
done_testing();
