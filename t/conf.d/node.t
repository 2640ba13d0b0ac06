# The configurations of conf.d/ as they are, but for ports, addresses and
# folders: nginx accepts them, and they do what they say.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use JSON::PP;
use EO::Certificate;
use EO::Nginx;
use EO::Origin;

EO::Origin->start();
my $certificates = EO::Certificate->make();


# a file of conf.d/ for EO::Nginx; every replacement has to find its place

sub configuration {
    my ($name, %replace) = @_;

    open my $in, '<', "conf.d/$name" or die "conf.d/$name: $!\n";
    my $text = do { local $/; <$in> };

    for my $from (sort keys %replace) {
        $text =~ s/\Q$from\E/$replace{$from}/g or die "$name: no $from\n";
    }

    return $text;
}


my $log = configuration('log-json.conf');

my $edge = configuration('edge.conf',
    'listen 80 default' => 'listen %PORT1% default',
    'listen 80;' => 'listen %PORT1%;',
    'listen 8080' => 'listen %PORT2%',
    'listen 443' => 'listen %PORT3%',
    '/etc/nginx/eo/unconfigured' => "$certificates/stranger",
    '/etc/nginx/eo/www.example.com' => "$certificates/good",
    '/var/cache/nginx/edge' => '%PREFIX%/cache/edge',
    '/var/log/nginx' => '%PREFIX%/logs',
    '192.0.2.10:80' => '127.0.0.1:%PORT4%',
);

my $parent = configuration('parent.conf',
    'listen 8081' => 'listen %PORT4%',
    '/var/cache/nginx/parent' => '%PREFIX%/cache/parent',
    '/var/log/nginx' => '%PREFIX%/logs',
    '192.0.2.10:80' => "127.0.0.1:$ENV{TEST_NGINX_ORIGIN_HTTP}",
    '198.51.100.0/24' => '127.0.0.1',
    'read_timeout 14s' => 'read_timeout 1s',
);

my $events = "events { }\n";

for my $files ([$log], [$log, $edge], [$log, $parent]) {
    my $nginx = EO::Nginx->new("$events http { @$files }\n");
    my $said = $nginx->test();

    is($?, 0, 'accepted') or diag $said;

    $said =~ s/^nginx: \[warn\] the "listen .* http2" directive is .*\n//mg;
    unlike($said, qr/\[(?:warn|emerg|alert|error)\]/, 'without a warning');
}

# both tiers in one nginx: the client, the edge, the parent, the origin

my $nginx = EO::Nginx->new("$events http { $log $edge $parent }\n");
$nginx->start();

my $port = $nginx->port();


# the answer to a GET over HTTP/1.1 to the edge

sub get {
    my ($path, %option) = @_;

    return $nginx->request(join("\r\n", "GET $path HTTP/1.1",
        'Host: ' . ($option{host} || 'www.example.com'),
        'Connection: close', @{$option{headers} || []}, '', ''),
        $option{port} || $port + 1);
}


# the last record that a log has of a path

sub record {
    my ($path, $name) = @_;

    my $found;
    $name ||= 'eo.json.log';

    $nginx->wait_for(sub {
        for (split /\n/, $nginx->read_file("logs/$name")) {
            my $record = eval { JSON::PP->new->utf8->decode($_) };
            ok(0, "a record is no JSON: $_"), next unless $record;
            $found = $record if $record->{RequestUrl} eq $path;
        }
        return $found;
    });

    return $found;
}

my $fresh = '/fields?Cache-Control=max-age=60';

like(get($fresh), qr/\AHTTP\/1.1 200 .*^EO-Cache-Status: MISS\r$/ms, 'a miss');
like(get($fresh), qr/\AHTTP\/1.1 200 .*^EO-Cache-Status: HIT\r$/ms, 'a hit');
like(get($fresh, port => $port + 2), qr/^EO-Cache-Status: HIT\r$/m,
     'port 8080');

for my $host (qw(other.example www.example.com.evil localhost 127.0.0.1)) {
    like(get('/', host => $host), qr/\AHTTP\/1.1 418 /, "418 for $host");
}

like(get('/', port => $port + 3), qr/\AHTTP\/1.1 400 .*EO-LOG-UUID/s,
     'plain HTTP on the TLS port');

like(get('/x/status-404'), qr/\AHTTP\/1.1 404 .*^EO-Cache-Status: MISS\r$/ms,
     'a missing object');
like(get('/x/status-404'), qr/\AHTTP\/1.1 404 .*^EO-Cache-Status: HIT\r$/ms,
     'a missing object, kept');

# the origin's word on what the client and the tiers are

my $echo = get('/echo', headers => ['X-Forwarded-For: 203.0.113.7']);

like($echo, qr/^CDN-Loop: TencentEdgeOne; loops=2\r$/mi, 'two tiers');
like($echo, qr/^X-Forwarded-For: 203\.0\.113\.7,127\.0\.0\.1,127\.0\.0\.1\r$/mi,
     'X-Forwarded-For');
like($echo, qr/^Host: www\.example\.com\r$/mi, 'Host');

# failures: the parent's of the origin are 550 to 555

like(get('/x/reset'), qr/\AHTTP\/1.1 550 /, 'the origin resets');
like(get('/x/silent'), qr/\AHTTP\/1.1 554 /, 'the origin is silent');

# 413 can be reached

my @large = map { "X-$_: " . 'v' x 16_500 } 1 .. 8;
like(get('/413', headers => \@large), qr/\AHTTP\/1.1 413 /, '129 KB of headers');

my @fits = map { "X-$_: " . 'v' x 16_000 } 1 .. 8;
like(get('/fits', headers => \@fits), qr/\AHTTP\/1.1 200 /, '125 KB of headers');

sub curl {
    my $host = shift;

    my $command = join ' ', map { "'$_'" } 'curl', qw(-sS -i -k --http2),
        '--resolve', "$host:" . ($port + 3) . ':127.0.0.1', @_;

    return scalar `$command 2>&1`;
}

my $url = 'https://www.example.com:' . ($port + 3);

like(curl('www.example.com', "$url$fresh"),
     qr/\AHTTP\/2 200 .*^eo-cache-status: HIT\r$/ms, 'HTTP/2 over TLS');
like(curl('other.example', 'https://other.example:' . ($port + 3)),
     qr/\AHTTP\/2 418 /, 'HTTP/2 over TLS, 418');
like(curl('www.example.com', '-X', 'PURGE', "$url/h2"),
     qr/\AHTTP\/2 400 /, 'HTTP/2 over TLS, 400');

# only edge nodes get into the parent

my $closed = EO::Nginx->new("$events http { $log "
    . configuration('parent.conf',
        'listen 8081' => 'listen %PORT5%',
        '/var/cache/nginx/parent' => '%PREFIX%/cache/parent',
        '/var/log/nginx' => '%PREFIX%/logs')
    . "}\n");
$closed->start();

like($closed->request("GET / HTTP/1.1\r\nHost: www.example.com\r\n"
                      . "X-Forwarded-For: 198.51.100.1\r\n"
                      . "Connection: close\r\n\r\n", $port + 5),
     qr/\AHTTP\/1.1 403 /, 'a stranger at the parent');
$closed->stop();


# --- the log -----------------------------------------------------------------

get('/log/fields?Cache-Control=max-age=60&X-A="b"', headers => [
    'User-Agent: a "quoted\\" agent', 'Referer: http://other.example/',
    'Range: bytes=0-9', 'X-Forwarded-For: 203.0.113.7']);

my $record = record('/log/fields');
ok($record, 'a record') or BAIL_OUT('no record in the log');

my %is = (
    ClientIP => '127.0.0.1', ConnectingIP => '127.0.0.1',
    RemotePort => $port + 1, RequestMethod => 'GET', RequestScheme => 'HTTP',
    RequestHost => 'www.example.com', RequestProtocol => 'HTTP/1.1',
    RequestUrl => '/log/fields',
    RequestUrlQueryString => 'Cache-Control=max-age=60&X-A="b"',
    RequestSSLProtocol => '-', RequestUA => 'a "quoted\\" agent',
    RequestReferer => 'http://other.example/', RequestRange => 'bytes=0-9',
    CDNLoop => 'TencentEdgeOne; loops=1', EdgeServerIP => '127.0.0.1',
    EdgeCacheStatus => 'miss', EdgeException => 'no_exception',
    OriginIP => '127.0.0.1', OriginResponseStatusCode => 200,
    OriginError => '-', SecurityModule => '-', SecurityAction => '-',
    SecurityRuleID => '-',
    ClientRegion => '-', ClientState => '-', ClientISP => '-',
    JA3Hash => '-', JA4Fingerprint => '-', ContentID => '-',
    ParentRequestID => '-', RequestStatus => 1, RequestBodyBytes => 0,
    OriginSSLProtocol => '-', OriginDNSResponseDuration => -1,
    OriginTLSHandshakeDuration => -1,
);

is($record->{$_}, $is{$_}, "log: $_") for sort keys %is;

my $time = qr/\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\z/;
my $number = qr/\A(?:0|[1-9]\d*)\z/;

my %like = (
    (map { $_ => $time } qw(LogTime RequestTime EdgeEndTime)),
    (map { $_ => $number } qw(RequestID ClientConnectionID ClientPort
        RequestBytes EdgeResponseStatusCode EdgeResponseBytes
        EdgeResponseBodyBytes EdgeInternalTime EdgeResponseTime)),
    (map { $_ => $number } qw(OriginTCPHandshakeDuration
        OriginResponseHeaderDuration)),
    (map { $_ => qr/./ } qw(EdgeServerID ClientDeviceType OriginDomain)),
    TraceParent => qr/\A00-[0-9a-f]{32}-[0-9a-f]{16}-00\z/,
);

like($record->{$_}, $like{$_}, "log: $_") for sort keys %like;

is(join(' ', sort keys %$record), join(' ', sort keys %is, keys %like),
   'log: these fields and no others');

# numbers without quotes, text with them

my ($line) = grep { /"RequestUrl":"\/log\/fields"/ }
                  split /\n/, $nginx->read_file('logs/eo.json.log');

my %quoted = map { $_ => 1 } keys %$record;
delete @quoted{qw(ClientPort RemotePort RequestBytes EdgeResponseStatusCode
                  EdgeResponseBytes EdgeResponseBodyBytes EdgeInternalTime
                  EdgeResponseTime OriginResponseStatusCode RequestStatus
                  RequestBodyBytes OriginDNSResponseDuration
                  OriginTCPHandshakeDuration OriginTLSHandshakeDuration
                  OriginResponseHeaderDuration)};

is(join(' ', sort $line =~ /"(\w+)":"/g), join(' ', sort keys %quoted),
   'log: what is text');

# nothing there

$nginx->request("GET /log-nothing HTTP/1.0\r\n\r\n", $port + 1);
$record = record('/log-nothing');

my %nothing = (
    RequestUA => '-', RequestReferer => '-', RequestRange => '-',
    RequestUrlQueryString => '-', OriginIP => '-', EdgeCacheStatus => 'other',
    OriginResponseStatusCode => -1, EdgeResponseStatusCode => 418,
    EdgeException => 'client_request_exception_unconfigured_host',
);

is($record->{$_}, $nothing{$_}, "log of nothing: $_") for sort keys %nothing;

# a request that is none; the client leaves; a stale copy

$nginx->request("\x16\x03\x01 garbage\r\n\r\n", $port + 1);
$record = record('-');

is($record->{RequestMethod}, '-', 'log of garbage: RequestMethod');
is($record->{EdgeResponseStatusCode}, 400,
   'log of garbage: EdgeResponseStatusCode');

$record = record('/x/silent');
is($record->{EdgeResponseStatusCode}, 554, 'log of a failure at the parent');
is($record->{OriginResponseStatusCode}, 554, 'log: the parent answered');
is($record->{EdgeException}, 'no_exception', 'log: the edge did not fail');

$record = record('/x/silent', 'eo-parent.json.log');
is($record->{OriginError}, 'response_timeout', 'log of the parent');
is($record->{EdgeException}, 'edge_response_exception_timeout',
   'log of the parent: EdgeException');
is($record->{OriginResponseStatusCode}, -1, 'log of the parent: no answer');

$record = record('/echo', 'eo-parent.json.log');
is($record->{ConnectingIP}, '127.0.0.1', 'log of the parent: the edge');
is($record->{CDNLoop}, 'TencentEdgeOne; loops=2', 'log of the parent: loops');

$record = record('/h2');
is($record->{RequestProtocol}, 'HTTP/2', 'log: HTTP/2');
is($record->{RequestScheme}, 'HTTPS', 'log: HTTPS');
like($record->{RequestSSLProtocol}, qr/\ATLSv1\.[23]\z/, 'log: TLS');

done_testing();
