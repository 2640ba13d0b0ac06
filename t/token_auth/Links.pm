package Links;

# Links as another implementation would make them, valid from now.

use strict;
use warnings;

use Digest::MD5 qw(md5_hex);
use Digest::SHA qw(hmac_sha256_base64);
use POSIX qw(strftime);

use Exporter 'import';
our @EXPORT = qw(link_a link_b link_c link_d link_vod link_hmac);

# what a token of /hls/film/ must not open

our @outside = ('/hls/above.ts', '/hls/film2/two.ts', '/hls/film', '/hls/filma',
    '/hls/film.ts', '/', '/hls/', '/hls/film/../above.ts',
    '/hls/film/%2e%2e/above.ts', '/hls/film/.%2E/above.ts',
    '/hls/film/..%2fabove.ts', '/hls/film/..%5cabove.ts',
    '/hls/film/..\\above.ts', '/hls/film/..;/above.ts',
    '/hls/film/%2e%2e;x=1/above.ts', '/hls/film/a/../../above.ts',
    '/hls/film/%252e%252e/above.ts', '/hls/film/%252e%252e%252fabove.ts',
    '/hls/film//../above.ts', '/hls/film//a', '//hls/film/a', '/hls//film/a',
    '/hls%2ffilm/a', '/hls/./film/a', '/hls/x/../film/a', '/HLS/film/a',
    '/hls/film%2fa', '/hls/%66ilm/a', '/hls/film/..');

my $key = 'DvYmqE81E1F9R791H6lmht';
my $now = time;

sub link_a {
    my ($path, %with) = @_;
    my $time = $with{time} || $now;
    my $md5 = md5_hex("$path-$time-r4nd-0-" . ($with{key} || $key));
    return "$path?" . ($with{args} ? "$with{args}&" : '')
        . ($with{param} || 'sign') . "=$time-r4nd-0-$md5";
}

sub link_b {
    my ($path, %with) = @_;
    my $time = strftime('%Y%m%d%H%M',
        gmtime(($with{time} || $now) + 8 * 3600));
    my $md5 = md5_hex(($with{key} || $key) . $time . $path);
    return "/$time/$md5$path";
}

sub link_c {
    my ($path, %with) = @_;
    my $time = sprintf '%08x', $with{time} || $now;
    my $md5 = md5_hex(($with{key} || $key) . $path . $time);
    return "/$md5/$time$path";
}

sub link_d {
    my ($path, %with) = @_;
    my $time = sprintf '%08x', $with{time} || $now;
    my $md5 = md5_hex(($with{key} || $key) . $path . $time);
    return "$path?t=$time&" . ($with{args} ? "$with{args}&" : '')
        . "sign=$md5";
}

sub link_vod {
    my ($path, %with) = @_;
    my $t = $with{t} || sprintf '%08x', $with{time} || $now + 600;
    my $text = $key . $path . $t;
    my $url = "$path?t=$t";

    for my $name (qw(exper us plive whref bkref whip bkip)) {
        next if !defined $with{$name};
        $text .= $with{$name};
        $url .= "&$name=$with{$name}";
    }

    return "$url&sign=" . md5_hex($text);
}

sub link_hmac {
    my ($path, %with) = @_;
    my $id = $with{id} || 'k1';
    my $expires = $with{expires} || $now + 600;
    my $digest = hmac_sha256_base64("eo-token-1\n$id\n$expires\n$path",
        $with{key} || '0123456789abcdef');
    $digest =~ tr{+/}{-_};
    return "$path?sign=$id.$expires.$digest";
}

# the token alone of a folder, which has its slashes

sub folder {
    my ($folder, %with) = @_;
    my $id = $with{id} || 'k1';
    my $expires = $with{expires} || $now + 600;
    my $depth = defined $with{depth} ? $with{depth} : ($folder =~ tr{/}{}) - 1;
    my $digest = hmac_sha256_base64(
        "eo-token-1\n$id\n$expires\nprefix:$folder",
        $with{key} || '0123456789abcdef');
    $digest =~ tr{+/}{-_};
    return "$id.$expires.$depth.$digest";
}

1;
