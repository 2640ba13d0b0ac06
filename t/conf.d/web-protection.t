# conf.d/web-protection.conf as it is, but for folders, and "monitor" as the
# test goes on: nginx accepts it, and its rules do what they say.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use JSON::PP;
use EO::Nginx;


# the file for EO::Nginx; every replacement has to find its place

sub configuration {
    my (%replace) = @_;

    my $name = 'conf.d/web-protection.conf';
    open my $in, '<', $name or die "$name: $!\n";
    my $text = do { local $/; <$in> };

    for my $from (sort keys %replace) {
        $text =~ s/\Q$from\E/$replace{$from}/g or die "$name: no $from\n";
    }

    return $text;
}


# an nginx that has the client's address and region from headers

sub node {
    my (%replace) = @_;

    my $protection = configuration(
        '/etc/nginx/eo' => '%PREFIX%/eo',
        '/var/log/nginx' => '%PREFIX%/logs',
        %replace,
    );

    my $nginx = EO::Nginx->new(<<"_EOC_");
events { }

http {
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Real-IP;
    map \$http_x_region \$eo_client_country { default \$http_x_region; }

    $protection

    server {
        listen 127.0.0.1:%PORT%;
        location / { try_files \$uri /ok; }
        location = /ok { root %PREFIX%/html; }
    }
}
_EOC_

    mkdir $nginx->{prefix} . '/eo';
    $nginx->write_file('eo/blocked.txt', "203.0.113.0/25\n");
    $nginx->write_file('eo/closed.html', "<p>closed</p>\n");
    $nginx->write_file('html/ok', "served\n");

    my $said = $nginx->test();

    is($?, 0, 'accepted') or diag $said;
    unlike($said, qr/\[(?:warn|emerg|alert|error)\]/, 'without a warning');

    $nginx->start();

    return $nginx;
}


sub answer {
    my ($nginx, $line, @headers) = @_;

    unshift @headers, 'Host: www.example.com'
        unless grep { /^Host:/ } @headers;

    return $nginx->request(join("\r\n", "$line HTTP/1.1",
        'Connection: close', @headers, '', '')) || '';
}


sub status {
    my $answer = answer(@_);

    return $answer =~ m{\AHTTP/1\.1 (\d+) } ? $1 : 'closed';
}


# request, headers, status, rule, disposal

my $office = 'X-Real-IP: 198.51.100.1';

my @cases = (
    ['GET /', [], 200],
    ['GET /', ['X-Real-IP: 203.0.113.7'], 567, 'blocked-addresses', 'Deny'],
    ['GET /', ['X-Real-IP: 203.0.113.200'], 200],
    ['GET /', ['X-Region: KP'], 567, 'blocked-regions', 'Deny'],
    ['GET /', ['X-Region: DE'], 200],
    ['GET /', ['X-Real-IP: 192.0.2.33', 'X-Region: KP',
               'User-Agent: nikto'], 200],
    ['GET /', ['Host: shop.example.com', 'X-Region: FR'], 302,
     'regions-of-the-shop', 'Redirect'],
    ['GET /', ['Host: shop.example.com', 'X-Region: AT'], 200],
    ['GET /admin/x', [], 567, 'admin-from-the-office', 'Deny'],
    ['GET /x/../%61dmin/', [], 567, 'admin-from-the-office', 'Deny'],
    ['GET /admin/x', [$office], 200],
    ['GET /a.jpg', [], 200],
    ['GET /a.jpg', ['Referer: https://www.example.com/x'], 200],
    ['GET /a.jpg', ['Referer: https://example.com'], 200],
    ['GET /a', ['Referer: https://example.net/'], 200],
    ['GET /a.jpg', ['Referer: https://example.net/'], 567, 'hotlinks',
     'Deny'],
    ['GET /a.jpg', ['Referer: https://example.com.example.net/'], 567,
     'hotlinks', 'Deny'],
    ['GET /a.jpg', ['Referer: https://example.net/.example.com/'], 567,
     'hotlinks', 'Deny'],
    ['GET /a.jpg', ['Referer: https://example.net?.example.com/'], 567,
     'hotlinks', 'Deny'],
    ['GET /beta/1', [], 503, 'closed-for-now', undef],
    ['GET /beta/1', [$office], 200],
    ['DELETE /x', [$office], 405],
    ['DELETE /x', [], 405, 'writes-of-strangers', 'Monitor'],
    ['GET /', ['X-Real-IP: 192.0.2.99', 'User-Agent: sqlmap/1'], 'closed',
     'scanners', undef],
    ['GET /', ['X-Real-IP: 192.0.2.99'], 'closed'],
);


# the rules that the log has, in its order

sub events {
    my ($nginx, $count) = @_;

    my @events;

    $nginx->wait_for(sub {
        @events = map { JSON::PP->new->utf8->decode($_) }
                      split /\n/, $nginx->read_file('logs/security.log');
        return @events >= $count;
    });

    return @events;
}


# --- as delivered: nothing is blocked, all is in the log --------------------

my @logged = grep { $_->[3] } @cases;
my $nginx = node();

for my $case (@cases) {
    my ($line, $headers) = @$case;
    my $want = $line =~ /^GET/ ? 200 : 405;

    is(status($nginx, $line, @$headers), $want,
       "monitor: $line @$headers");
}

my @events = events($nginx, scalar @logged);

is(scalar @events, scalar @logged, 'monitor: as many events as matches');

for my $i (0 .. $#logged) {
    is($events[$i]{RuleDetailList}[0]{RuleId}, $logged[$i][3],
       "monitor: the log has $logged[$i][3]");
    is($events[$i]{DisposalMethod}, 'Monitor', 'monitor: and no more');
}

$nginx->stop();


# --- switched on ------------------------------------------------------------

$nginx = node('eo_waf monitor' => 'eo_waf on');

for my $case (@cases) {
    my ($line, $headers, $want) = @$case;

    is(status($nginx, $line, @$headers), $want, "on: $line @$headers");
}

# the last request matches nothing and is of an address that a rule has banned

@events = events($nginx, @logged + 1);

is(scalar @events, @logged + 1, 'on: as many events as matches, and the ban');
is($events[-1]{RuleDetailList}[0]{RuleId}, 'scanners',
   'on: the log has the rule that banned');

for my $i (0 .. $#logged) {
    is($events[$i]{RuleDetailList}[0]{RuleId}, $logged[$i][3],
       "on: the log has $logged[$i][3]");
    is($events[$i]{DisposalMethod}, $logged[$i][4], 'on: and what was done')
        if $logged[$i][4];
}

like(answer($nginx, 'GET /', 'Host: shop.example.com'),
     qr{^Location: https://www\.example\.com/not-here\r$}m, 'the redirect');
like(answer($nginx, 'GET /beta/'), qr{<p>closed</p>}, 'the page');


# the list is read again by itself

$nginx->write_file('eo/blocked.txt', "203.0.113.0/25\n203.0.113.200\n");

ok($nginx->wait_for(sub {
       status($nginx, 'GET /', 'X-Real-IP: 203.0.113.200') eq '567'
   }), 'a longer list, without a reload');

done_testing();
