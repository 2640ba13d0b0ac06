package Links;

# Links as another implementation would make them, valid from now.

use strict;
use warnings;

use Digest::MD5 qw(md5_hex);
use Digest::SHA qw(hmac_sha256_base64);
use POSIX qw(strftime);

use Exporter 'import';
our @EXPORT = qw(link_a link_b link_c link_d link_vod link_hmac);

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
    my $t = sprintf '%08x', $with{time} || $now + 600;
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

1;
