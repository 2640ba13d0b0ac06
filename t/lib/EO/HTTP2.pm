package EO::HTTP2;

# Frames of HTTP/2 as bytes, for requests that no client library would send
# and for bodies that come piece by piece; and what a server has answered.
#
#   my $request = EO::HTTP2::preface()
#       . EO::HTTP2::headers(1, 1, ':method' => 'GET', ':path' => '/', ...);
#   my %answer = EO::HTTP2::answers($bytes);    # stream => { status, ... }
#
# Fields are sent as literals, without an index and without Huffman codes.

use strict;
use warnings;


sub frame {
    my ($type, $flags, $stream, $payload) = @_;

    return substr(pack('N', length $payload), 1)
           . pack('CCN', $type, $flags, $stream) . $payload;
}


# what a client begins with: an empty SETTINGS frame

sub preface {
    return "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" . frame(4, 0, 0, '');
}


# End: whether the request ends with it.

sub headers {
    my ($stream, $end, @fields) = @_;

    my $block = '';

    while (my ($name, $value) = splice @fields, 0, 2) {
        $block .= "\0" . string($name) . string($value);
    }

    # what a frame cannot hold goes on in CONTINUATION frames

    my ($type, $flags, $frames) = (1, $end ? 1 : 0, '');

    while (length $block > 16_384) {
        $frames .= frame($type, $flags, $stream,
                         substr $block, 0, 16_384, '');
        ($type, $flags) = (9, 0);
    }

    return $frames . frame($type, $flags | 4, $stream, $block);
}


sub data {
    my ($stream, $end, $bytes) = @_;

    return frame(0, $end ? 1 : 0, $stream, $bytes);
}


sub string {
    my ($text) = @_;

    my $length = length $text;

    return chr($length) . $text if $length < 127;

    my $more = $length - 127;
    my $out = chr 127;

    while ($more >= 128) {
        $out .= chr(128 | $more & 127);
        $more >>= 7;
    }

    return $out . chr($more) . $text;
}


# Of each stream that was answered: status, body, end (nothing follows), and
# reset, the error code of an RST_STREAM.

sub answers {
    my ($bytes) = @_;

    my %answer;

    while (length $bytes >= 9) {
        my ($length, $type, $flags, $stream)
            = (unpack('N', "\0" . substr $bytes, 0, 3),
               unpack 'x3CCN', substr $bytes, 0, 9);

        last if length $bytes < 9 + $length;

        my $payload = substr $bytes, 9, $length;
        $bytes = substr $bytes, 9 + $length;

        $answer{$stream}{body} .= $payload if $type == 0;
        $answer{$stream}{status} = status($payload) if $type == 1;
        $answer{$stream}{reset} = unpack 'N', $payload if $type == 3;
        $answer{$stream}{end} = 1 if $type <= 1 && $flags & 1;
    }

    return %answer;
}


# The status is the first field of an answer: an index of the static table,
# or a literal of three digits under such an index.

sub status {
    my ($block) = @_;

    my @known = (200, 204, 206, 304, 400, 404, 500);

    $block =~ s/\A[\x20-\x3f]+//;

    my $first = ord $block;

    return $known[$first - 0x88] if $first >= 0x88 && $first <= 0x8e;
    return $1 if $block =~ /\A[\x08\x48]\x03(\d\d\d)/;
    return 'unknown';
}

1;
