# conf.d/purge.conf as it is, but for folders, addresses and the origin's name:
# nginx accepts it, and it does what it says.

use strict;
use warnings;

use lib 't/lib';
use Test::More;
use EO::Nginx;

open my $in, '<', 'conf.d/purge.conf' or die "conf.d/purge.conf: $!\n";
my $text = do { local $/; <$in> };

my %replace = (
    '/var/lib/nginx/purge' => '%PREFIX%/purge',
    '/var/cache/nginx/edge' => '%PREFIX%/cache',
    'origin.example.com' => '127.0.0.1:%PORT2%',
    'listen 80;' => 'listen 127.0.0.1:%PORT%;',
    'http=127.0.0.1:80' => 'http=127.0.0.1:%PORT%',
    'listen 127.0.0.1:8081;' => 'listen 127.0.0.1:%PORT1%;',
);

for my $from (sort keys %replace) {
    $text =~ s/\Q$from\E/$replace{$from}/g or die "no $from\n";
}

my $nginx = EO::Nginx->new(<<"_EOC_");
events { }

http {
    access_log off;
    $text

    server {
        listen 127.0.0.1:%PORT2%;
        root %PREFIX%/html;
        expires 1h;
    }
}
_EOC_

$nginx->write_file('html/a.html', "a\n");
$nginx->start();

sub status_of {
    my $answer = $nginx->request("GET /a.html HTTP/1.1\r\n"
                                 . "Host: www.example.com\r\n"
                                 . "Connection: close\r\n\r\n");
    return $answer =~ /^EO-Cache-Status: (\w+)/m ? $1 : $answer;
}

sub purge {
    my ($body) = @_;
    return $nginx->request("POST /purge HTTP/1.1\r\nHost: localhost\r\n"
                           . "Connection: close\r\nContent-Length: "
                           . length($body) . "\r\n\r\n$body",
                           $nginx->port() + 1);
}

is(status_of(), 'MISS', 'a first request');
is(status_of(), 'HIT', 'a second one');
like(purge('{"Type":"purge_url","Targets":["http://www.example.com/a.html"]}'),
     qr/^HTTP\S+ 200 .*"JobId":"[0-9a-f]{20}"/s, 'the command of the file');
is(status_of(), 'MISS', '... purges');
is(status_of(), 'HIT', '... once');
like(purge('{"Type":"purge_host","Targets":["www.example.com"]}'),
     qr/^HTTP\S+ 200 /, 'a host, by default');
is(status_of(), 'RefreshHit', '... is revalidated');

# and prefetch

purge('{"Type":"purge_all","Method":"delete"}');
my ($id) = purge('{"Type":"prefetch_url",'
                 . '"Targets":["http://www.example.com/a.html"]}')
    =~ /"JobId":"(\w+)"/;
ok($nginx->wait_for(sub {
    my $answer = $nginx->request("GET /purge?JobId=$id HTTP/1.1\r\n"
                                 . "Host: localhost\r\nConnection: close\r\n"
                                 . "\r\n", $nginx->port() + 1);
    return $answer =~ /"success"/;
}, 60), 'a prefetch ends');
is(status_of(), 'HIT', '... and leaves a hit');

done_testing();
