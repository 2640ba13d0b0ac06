# conf.d/log-json.conf: one JSON object a line, with EdgeOne's field names.

use strict;
use warnings;

use lib 't/lib';
use Cwd qw(abs_path);
use JSON::PP ();
use Test::More;

use EO::Certificate;
use EO::Nginx;
use EO::Origin;

EO::Certificate->make();
EO::Origin->start();

my $conf = abs_path('conf.d/log-json.conf');
my $cache_status = grep { /ngx_http_eo_cache_status_module\.so$/ }
                        EO::Nginx->modules();

my $client = grep { /ngx_http_eo_client_module\.so$/ } EO::Nginx->modules();

my $nginx = EO::Nginx->new(<<"_EOC_");
events { }

http {
    include %PREFIX%/log-json.conf;
    access_log %PREFIX%/logs/eo.json eo_json;
    access_log %PREFIX%/logs/eo.csv eo_csv;
    proxy_read_timeout 200ms;
    large_client_header_buffers 4 64k;
    underscores_in_headers on;

    set_real_ip_from 127.0.0.1;
    real_ip_header X-Real-IP;

    eo on;

    upstream kept { server 127.0.0.1:%PORT2%; keepalive 4; }

    server {
        listen 127.0.0.1:%PORT1% ssl;
        listen 127.0.0.1:%PORT2%;
        ssl_certificate $ENV{TEST_NGINX_CERTS}/good.crt;
        ssl_certificate_key $ENV{TEST_NGINX_CERTS}/good.key;
        ssl_protocols TLSv1.2;
        access_log off;
        location / { return 200 "\$http_traceparent"; }
    }

    server {
        listen 127.0.0.1:%PORT%;
        server_name localhost;
        location / { proxy_pass http://127.0.0.1:$ENV{TEST_NGINX_ORIGIN_HTTP}; }
        location /refused { proxy_pass http://127.0.0.1:$ENV{TEST_NGINX_ORIGIN_REFUSED}; }
        location /file { root html; }
        location /sampled { eo_log_sample 0; access_log %PREFIX%/logs/sampled eo_json if=\$eo_log_sampled; return 200; }
        location /all { eo_log_sample 1000; access_log %PREFIX%/logs/sampled eo_json if=\$eo_log_sampled; return 200; }
        location /tls/ { proxy_pass https://127.0.0.1:%PORT1%/; }
        location /named/ {
            resolver 127.0.0.1:$ENV{TEST_NGINX_ORIGIN_DNS} ipv6=off;
            set \$name good.example;
            proxy_pass http://\$name:$ENV{TEST_NGINX_ORIGIN_HTTP}/echo;
        }
        location /kept/ {
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header traceparent \$eo_traceparent;
            proxy_pass http://kept/;
        }
        location /rewritten { rewrite ^ /echo?other=1 last; }
    }
}
_EOC_

# without its module the field of the cache is taken out, as the file says

open my $in, '<', $conf or die "$conf: $!\n";
my $text = join '', grep { $cache_status || !/eo_edge_cache_status/ } <$in>;
$text =~ s/^map \$eo_client_.*?^}\n//msg,
    $text =~ s/^.*\$eo_(?:client_device|json_ja[34]).*\n//mg
    unless $client;
$nginx->write_file('log-json.conf', $text);
$nginx->start();

my %text = map { $_ => 1 } qw(
    LogTime RequestID ClientConnectionID ClientIP RequestTime RequestMethod
    RequestScheme RequestHost RequestUrl RequestUrlQueryString RequestProtocol
    RequestSSLProtocol RequestUA RequestReferer RequestRange EdgeServerID
    EdgeServerIP EdgeEndTime EdgeException OriginIP SecurityModule
    SecurityAction SecurityRuleID ParentRequestID ContentID TraceParent
    OriginDomain OriginSSLProtocol
);
$text{EdgeCacheStatus} = 1 if $cache_status;
$text{$_} = 1 for $client ? qw(ClientDeviceType ClientRegion ClientState ClientISP
                                      JA3Hash JA4Fingerprint) : ();

my %number = map { $_ => 1 } qw(
    ClientPort RemotePort RequestBytes EdgeResponseStatusCode EdgeResponseBytes
    EdgeResponseBodyBytes EdgeInternalTime EdgeResponseTime
    OriginResponseStatusCode RequestStatus RequestBodyBytes
    OriginDNSResponseDuration OriginTCPHandshakeDuration
    OriginTLSHandshakeDuration OriginResponseHeaderDuration
);


# The log's new lines; a request is logged before its connection closes.

my $seen = 0;

sub new_lines {
    my @lines = split /\n/, $nginx->read_file('logs/eo.json');
    my @new = @lines[$seen .. $#lines];
    $seen = @lines;

    return @new;
}


# A client may see the end of the last response before its line is written.

sub wait_for_lines {
    my ($n) = @_;

    $nginx->wait_for(sub {
        my @lines = split /\n/, $nginx->read_file('logs/eo.json');
        return @lines >= $seen + $n;
    });

    return new_lines();
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
my ($line) = wait_for_lines(1);
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

# the origin's side

logged('an origin with TLS', get('/tls/'),
       OriginDomain => qr/\A127\.0\.0\.1(?::\d+)?\z/, OriginSSLProtocol => 'TLSv1.2',
       OriginDNSResponseDuration => -1, OriginTCPHandshakeDuration => qr/\A\d+\z/,
       OriginTLSHandshakeDuration => qr/\A\d+\z/,
       OriginResponseHeaderDuration => qr/\A\d+\z/);

logged('an origin that is looked up', get('/named/'),
       OriginDomain => 'good.example', OriginSSLProtocol => '-',
       OriginDNSResponseDuration => qr/\A\d+\z/,
       OriginTCPHandshakeDuration => qr/\A\d+\z/, OriginTLSHandshakeDuration => -1);

logged('no origin', get('/file'),
       OriginDomain => '-', OriginSSLProtocol => '-', OriginDNSResponseDuration => -1,
       OriginTCPHandshakeDuration => -1, OriginTLSHandshakeDuration => -1,
       OriginResponseHeaderDuration => -1);

logged('a connection', get('/kept/'), OriginDomain => 'kept',
       OriginTCPHandshakeDuration => qr/\A\d+\z/);
logged('... that is kept', get('/kept/'), OriginTCPHandshakeDuration => 0,
       OriginTLSHandshakeDuration => -1);
logged('an origin that refused', get('/refused'), OriginTCPHandshakeDuration => -1,
       OriginResponseHeaderDuration => -1);

# traces

my $trace = '0af7651916cd43dd8448eb211c80319c';
my $span = qr/[0-9a-f]{16}/;

sub traced {
    my ($title, $value, $expected) = @_;
    my $answer = $nginx->get('/kept/', defined $value ? "traceparent: $value" : ());
    my ($sent) = $answer =~ /\r\n\r\n(.*)/s;
    like($sent, $expected, "$title: the origin's header");
    is(JSON::PP->new->decode((wait_for_lines(1))[-1])->{TraceParent}, $sent, '... is in the log');
}

traced('a trace goes on', "00-$trace-b7ad6b7169203331-01", qr/\A00-$trace-(?!b7ad6b7169203331)$span-01\z/);
traced('one that is not sampled', "00-$trace-b7ad6b7169203331-00", qr/\A00-$trace-$span-00\z/);
traced('none begins one', undef, qr/\A00-(?!$trace)[0-9a-f]{32}-$span-00\z/);
traced('a bad one begins one', "00-$trace-0000000000000000-01", qr/\A00-(?!$trace)[0-9a-f]{32}-$span-00\z/);
traced('an injection begins one', "00-$trace-b7ad6b7169203331-01\", \"x", qr/\A00-(?!$trace)[0-9a-f]{32}-$span-00\z/);

# what the request is

logged('a body', "POST /echo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
       . "EO-LOG-UUID: 123\r\nContent-Length: 11\r\n\r\nhello world",
       RequestBodyBytes => 11, RequestStatus => 1, ParentRequestID => '123');
logged('no identifier of a parent', get('/file', 'EO-LOG-UUID: "x"'),
       RequestBodyBytes => 0, ParentRequestID => '-', ContentID => '-');
logged('a mobile', get('/file', 'User-Agent: Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) '
       . 'AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1'),
       $client ? (ClientDeviceType => 'Mobile', ClientRegion => '-', ClientState => '-', ClientISP => '-') : ());

$nginx->request("GET /file HTTP/1.1\r\nHost: localhost\r\n\r\n"
                . "GET /file HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
my @two = map { JSON::PP->new->decode($_)->{ClientConnectionID} } wait_for_lines(2);
is($two[0], $two[1], 'requests of one connection');
like($two[0], qr/\A\d{1,20}\z/, '... have one number');
my $other = logged('another connection', get('/file'));
isnt($other->{ClientConnectionID}, $two[0], '... has another');

# sampling

$nginx->get('/sampled') for 1 .. 20;
$nginx->get('/all') for 1 .. 3;
$nginx->wait_for(sub { 3 <= (() = $nginx->read_file('logs/sampled') =~ /\n/g) });
is(() = $nginx->read_file('logs/sampled') =~ /\n/g, 3, 'eo_log_sample');

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

# CSV: as many fields as the JSON has, whatever is in them

my $columns = () = $nginx->read_file('log-json.conf') =~ /^    '"\w+":/mg;
my $csv = $nginx->read_file('logs/eo.csv');
my $quoted = qr/"[^"\n]*"|-?\d+/;
my @odd = grep { !/\A$quoted(?:,$quoted){@{[$columns - 1]}}\z/ } split /\n/, $csv;
is("@odd", '', "CSV: each line has $columns fields");
like($csv, qr/"\\x22quoted\\x5C /, '... with quotes that are escaped');

my $log = $nginx->read_file('logs/error.log');
unlike($log, qr/\[alert\]|\[emerg\]/, 'no alert in the log');

$nginx->stop();
done_testing();
