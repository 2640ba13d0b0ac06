# conf.d/token-auth.conf, hotlink.conf, remote-auth.conf and client.conf as
# they are, but for folders and the names of upstreams: nginx accepts them,
# and they do what they say.

use strict;
use warnings;

use lib 't/lib', 't/client/lib';
use Test::More;
use JSON::PP;
use EO::Nginx;


# a file of conf.d/; every replacement has to find its place

sub configuration {
    my ($name, %replace) = @_;

    open my $in, '<', "conf.d/$name" or die "conf.d/$name: $!\n";
    my $text = do { local $/; <$in> };

    for my $from (sort keys %replace) {
        $text =~ s/\Q$from\E/$replace{$from}/g or die "$name: no $from\n";
    }

    return $text;
}


my $token = configuration('token-auth.conf', '/srv/www' => '%PREFIX%/html');
my $hotlink = configuration('hotlink.conf', '/srv/www' => '%PREFIX%/html');
my $remote = configuration('remote-auth.conf');

# links of the methods that the files check and do not make

my $sign = join '', map {
    "location = /sign/$_ { eo_token_auth $_; eo_token_auth_sign; }\n"
} qw(B D VOD);

my $nginx = EO::Nginx->new(<<"_EOC_");
events { }

http {
    proxy_cache_path %PREFIX%/cache keys_zone=edge:1m;
    log_format edge "\$uri \$eo_edge_exception";
    access_log %PREFIX%/logs/edge.log edge;

    upstream origin { server 127.0.0.1:%PORT3%; }
    upstream auth-server { server 127.0.0.1:%PORT3%; }

    server {
        listen 127.0.0.1:%PORT%;
        eo_log_uuid on;
        $token
        $sign
    }

    server {
        listen 127.0.0.1:%PORT1%;
        server_name media.example;
        $hotlink
        $sign
    }

    server {
        listen 127.0.0.1:%PORT2%;
        $remote
    }

    server {
        listen 127.0.0.1:%PORT3%;
        location / { return 200 "\$request_uri\\n"; }

        location = /check {
            if (\$http_cookie !~ member) { return 401; }
            return 204;
        }
    }
}
_EOC_

mkdir $nginx->prefix() . "/$_" for qw(eo html/static html/media html/films);
$nginx->write_file('eo/token.keys', "0123456789abcdef\nDvYmqE81E1F9R791H6\n");
chmod 0600, $nginx->prefix() . '/eo/token.keys';
$nginx->write_file("html/$_", "content\n")
    for qw(static/logo.png media/a.png films/one.mp4);

my $said = $nginx->test();

is($?, 0, 'accepted') or diag $said;
unlike($said, qr/\[(?:warn|emerg|alert|error)\]/, 'without a warning');

$nginx->start();

my $port = $nginx->port();


sub answer {
    my ($server, $path, @headers) = @_;

    return $nginx->request(join("\r\n", "GET $path HTTP/1.1",
        'Host: media.example', 'Connection: close', @headers, '', ''),
        $port + $server);
}


# the link that a location makes, without scheme and host

sub link_of {
    my ($server, $location, $path) = @_;

    my (undef, $body) = split /\r\n\r\n/,
        answer($server, "$location?url=$path"), 2;

    return JSON::PP->new->decode($body)->{url};
}


# token-auth.conf

my $film = link_of(0, '/eo-sign', '/video/film.mp4');

like($film, qr{^/video/film\.mp4\?sign=\d+-\w+-0-[0-9a-f]{32}$}, 'a link, A');
like(answer(0, $film), qr{\AHTTP/1.1 200 .*^/video/film\.mp4$}ms,
     'the origin is asked without the token');
like(answer(0, '/video/film.mp4'), qr{\AHTTP/1.1 403 }, 'no token');
like(answer(0, $film . '0'), qr{\AHTTP/1.1 403 }, 'a broken token');

my $logo = link_of(0, '/sign/B', '/static/logo.png');

like($logo, qr{^/\d{12}/[0-9a-f]{32}/static/logo\.png$}, 'a link, B');
like(answer(0, $logo), qr{\AHTTP/1.1 200 .*^content$}ms,
     'the location of the path that was signed');
like(answer(0, '/static/logo.png'), qr{\AHTTP/1.1 403 }, 'no token');

# the second key of the file verifies

$nginx->write_file('eo/token.keys', "DvYmqE81E1F9R791H6\n0123456789abcdef\n");
$nginx->reload();

like(answer(0, $film), qr{\AHTTP/1.1 200 }, 'a link of the old key');
isnt(link_of(0, '/eo-sign', '/video/film.mp4'), $film, 'the new key signs');

# hotlink.conf

my $picture = link_of(1, '/sign/D', '/media/a.png');

like(answer(1, $picture), qr{\AHTTP/1.1 200 }, 'no Referer');
like(answer(1, $picture, 'Referer: http://www.example.com/page'),
     qr{\AHTTP/1.1 200 }, 'a Referer of the site');
like(answer(1, $picture, 'Referer: http://media.example/'),
     qr{\AHTTP/1.1 200 }, 'a Referer of the server itself');
like(answer(1, $picture, 'Referer: http://thief.example/'),
     qr{\AHTTP/1.1 403 }, 'a Referer of another site');
like(answer(1, '/media/a.png', 'Referer: http://www.example.com/'),
     qr{\AHTTP/1.1 403 }, 'no token');

my $one = link_of(1, '/sign/VOD', '/films/one.mp4&whref=*.example.com');

like(answer(1, $one, 'Referer: http://www.example.com/'),
     qr{\AHTTP/1.1 200 }, 'VOD: a site of the link');
like(answer(1, $one, 'Referer: http://thief.example/'),
     qr{\AHTTP/1.1 403 }, 'VOD: another site');
like(answer(1, $one), qr{\AHTTP/1.1 403 }, 'VOD: no Referer');

# remote-auth.conf

like(answer(2, '/members/x', 'Cookie: member=1'),
     qr{\AHTTP/1.1 200 .*^/members/x$}ms, 'the server lets it pass');
like(answer(2, '/members/x'), qr{\AHTTP/1.1 403 .*<title>}s,
     'the server refuses, and the page is the node\'s');
like(answer(2, '/eo-remote-auth'), qr{\AHTTP/1.1 404 }, 'internal');

ok($nginx->wait_for(sub {
    $nginx->read_file('logs/edge.log')
        =~ /^\/members\/x client_request_exception_remote_auth$/m
}), 'the log tells why');

$nginx->stop();

# client.conf

SKIP: {
    require EO::GeoDatabase;

    skip(EO::GeoDatabase->missing(), 4) unless EO::GeoDatabase->available();

    my $client = configuration('client.conf',
        '/usr/share/GeoIP' => '%PREFIX%/GeoIP');

    my $node = EO::Nginx->new(<<"_EOC_");
events { }

http {
    set_real_ip_from 127.0.0.1;
    real_ip_header X-Real-IP;

    $client

    server {
        listen 127.0.0.1:%PORT%;
        location / { proxy_pass http://127.0.0.1:%PORT3%; }
    }

    server {
        listen 127.0.0.1:%PORT3%;
        return 200 "\$http_eo_client_ipcountry \$http_eo_client_device\\n";
    }
}
_EOC_

    my $folder = $node->prefix() . '/GeoIP';
    mkdir $folder;

    EO::GeoDatabase->write("$folder/GeoLite2-City.mmdb", 'GeoLite2-City', {
        '192.0.2.0/24' => { country => { iso_code => 'CN' } }
    });

    EO::GeoDatabase->write("$folder/GeoLite2-ASN.mmdb", 'GeoLite2-ASN', {
        '192.0.2.0/24' => { autonomous_system_number => 64496 }
    });

    $said = $node->test();

    is($?, 0, 'client.conf is accepted') or diag $said;
    unlike($said, qr/\[(?:warn|emerg|alert|error)\]/, 'without a warning');

    $node->start();

    my $agent = 'User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) '
        . 'Gecko/20100101 Firefox/140.0';

    like($node->request("GET / HTTP/1.0\r\nX-Real-IP: 192.0.2.1\r\n"
                        . "$agent\r\n\r\n", $node->port()),
         qr/^CN Desktop$/m, 'the origin is told');
    like($node->request("GET / HTTP/1.0\r\nX-Real-IP: 203.0.113.1\r\n"
                        . "EO-Client-IPCountry: CN\r\n$agent\r\n\r\n",
                        $node->port()),
         qr/^ Desktop$/m, 'nothing where it is not known');

    $node->stop();
}

done_testing();
