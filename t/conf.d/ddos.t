# conf.d/ddos.conf as it is, but for folders, smaller numbers where bytes and
# seconds would take long, and "on" as the test goes on: nginx accepts it, and
# it does what it says.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use JSON::PP;
use EO::Nginx;
use EO::SlowClients;


# the file for EO::Nginx; every replacement has to find its place

sub configuration {
    my (%replace) = @_;

    my $name = 'conf.d/ddos.conf';
    open my $in, '<', $name or die "$name: $!\n";
    my $text = do { local $/; <$in> };

    for my $from (sort keys %replace) {
        $text =~ s/\Q$from\E/$replace{$from}/g or die "$name: no $from\n";
    }

    return $text;
}


sub node {
    my (%replace) = @_;

    my $defence = configuration(
        '/var/log/nginx' => '%PREFIX%/logs',
        %replace,
    );

    my $nginx = EO::Nginx->new(<<"_EOC_");
events { }

http {
    set_real_ip_from 127.0.0.0/8;
    real_ip_header X-Real-IP;
    keepalive_requests 10000;
    client_body_temp_path %PREFIX%/body;
    proxy_temp_path %PREFIX%/proxy;

    $defence

    server {
        listen 127.0.0.1:%PORT%;
        location / { root %PREFIX%/html; try_files \$uri /ok; }
        location /upload { proxy_pass http://127.0.0.1:%PORT1%; }
    }

    server {
        listen 127.0.0.1:%PORT1%;
        eo_waf off;
        location / { return 200 taken; }
    }
}
_EOC_

    $nginx->write_file('html/ok', "served\n");
    $nginx->write_file('html/big', 'x' x (2 * 1024 * 1024) . "\n");

    my $said = $nginx->test();

    is($?, 0, 'accepted') or diag $said;
    unlike($said, qr/\[(?:warn|emerg|alert|error)\]/, 'without a warning');

    $nginx->start();

    return $nginx;
}


# how often each status came

sub statuses {
    my ($nginx, $addr, $count, $uri, @headers) = @_;

    my $request = join "\r\n", "GET $uri HTTP/1.1", 'Host: www.example.com',
        "X-Real-IP: $addr", @headers, '', '';
    my $last = $request =~ s/\r\n\r\n\z/\r\nConnection: close\r\n\r\n/r;

    my $answers = $nginx->request($request x ($count - 1) . $last) || '';
    my %seen;

    $seen{$1}++ while $answers =~ m{^HTTP/1\.1 (\d+) }mg;

    return join ' ', map { "$_:$seen{$_}" } sort keys %seen;
}


my $browser = 'User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) '
    . 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36';

my $upload = "POST /upload HTTP/1.1\r\nHost: www.example.com\r\n"
    . "Connection: close\r\nContent-Length: 10\r\n\r\nx";


sub upload {
    my ($nginx) = @_;

    my %case = EO::SlowClients::run($nginx->port(), 4,
                                    slow => [$upload, 2, 'yyyyyyyyy']);

    return $case{slow}{answer} =~ m{\AHTTP/1\.1 (\d+)} ? $1 : 'closed';
}


my %smaller = (
    'idle=15s' => 'idle=1s',
    'traffic=20g' => 'traffic=4m',
);


# --- as delivered: nothing is refused, all is in the log --------------------

my $nginx = node(%smaller);

is(statuses($nginx, '203.0.113.1', 2010, '/'), '200:2010', 'monitor: a flood');
is(statuses($nginx, '203.0.113.2', 1, '/', $browser), '200:1',
   'monitor: no browser');
is(statuses($nginx, '203.0.113.3', 4, '/big'), '200:4', 'monitor: downloads');
is(upload($nginx), 200, 'monitor: a slow upload');

my %noted;

$nginx->wait_for(sub {
    my @events = map { JSON::PP->new->utf8->decode($_) }
                 split /\n/, $nginx->read_file('logs/security.log');
    %noted = map { $_->{RuleDetailList}[0]{RuleId} => $_->{DisposalMethod} }
             grep { $_->{RuleDetailList} } @events;
    return keys %noted == 4;
});

is_deeply(\%noted, { 'adaptive-frequency-control' => 'Monitor',
                     'bandwidth-abuse-defense' => 'Monitor',
                     'client-filtering' => 'Monitor',
                     'slow-attack-defense' => 'Monitor' },
          'monitor: the log has each of them');

$nginx->stop();


# --- switched on ------------------------------------------------------------

$nginx = node(%smaller, 'eo_waf monitor' => 'eo_waf on');

is(statuses($nginx, '203.0.113.1', 2010, '/'), '200:2000 567:10', 'a flood');
is(statuses($nginx, '203.0.113.4', 300, '/'), '200:300', 'no flood');
is(statuses($nginx, '192.0.2.33', 2010, '/'), '200:2010', 'the monitoring');
is(statuses($nginx, '203.0.113.2', 1, '/', $browser), '567:1', 'no browser');
is(statuses($nginx, '203.0.113.2', 1, '/', $browser, 'Accept: */*',
            'Accept-Language: de', 'Accept-Encoding: gzip'), '200:1',
   'a browser');
is(statuses($nginx, '203.0.113.2', 1, '/', 'User-Agent: curl/7.88.1'),
   '200:1', 'no browser, and does not say so');
is(statuses($nginx, '203.0.113.3', 2, '/big'), '200:2', 'downloads');
is(statuses($nginx, '203.0.113.3', 1, '/big'), '567:1', 'one too many');
is(statuses($nginx, '192.0.2.33', 6, '/big'), '200:6',
   'downloads of the monitoring');
is(upload($nginx), 567, 'a slow upload');

my %case = EO::SlowClients::run($nginx->port(), 4,
    quick => [$upload . 'yyyyyyyyy'],
    slow  => [$upload, 0.5, 'yyy', 0.5, 'yyy', 0.5, 'yyy']);

like($case{$_}{answer}, qr{\AHTTP/1\.1 200 .*taken}s, "a $_ upload")
    for sort keys %case;

done_testing();
