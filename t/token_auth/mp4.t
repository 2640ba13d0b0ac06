use FindBin;
use lib $FindBin::Bin;
use Links;

use Test::Nginx::Socket;

# Films on the node behind signed links, cut by nginx's own mp4 module: the
# recipe of docs/token-auth.md.

my $nginx = $ENV{TEST_NGINX_BINARY} || 'nginx';

plan skip_all => "$nginx has no mp4 module"
    if `"$nginx" -V 2>&1` !~ /--with-http_mp4_module/;
plan 'no_plan';

our $films = <<'END';
    eo_token_auth_key DvYmqE81E1F9R791H6lmht;

    location /films/ {
        eo_token_auth VOD;
        try_files /none @film;
    }

    location @film {
        if ($eo_token_auth_preview) {
            set $args end=$eo_token_auth_preview;
        }

        root html;
        mp4;
    }
END

sub atom {
    my ($name, @content) = @_;
    my $content = join '', @content;
    return pack('Na4', 8 + length $content, $name) . $content;
}

# one track of 40 samples, "s00;" to "s39;", each a second and a chunk
sub film {
    my $samples = join '', map { sprintf 's%02d;', $_ } 0 .. 39;
    my $at = 0;
    my $moov;

    # the second time it is known how long what comes before is
    for (1 .. 2) {
        my $ftyp = atom('ftyp', 'isom', pack('N', 0), 'isom');
        my $stbl = atom('stbl',
            atom('stsd', pack('NN', 0, 1), atom('mp4a', "\0" x 28)),
            atom('stts', pack('NNNN', 0, 1, 40, 1000)),
            atom('stsc', pack('NNNNN', 0, 1, 1, 1, 1)),
            atom('stsz', pack('NNNN40', 0, 0, 40, (4) x 40)),
            atom('stco', pack('NN', 0, 40),
                map { pack 'N', $at + 4 * $_ } 0 .. 39));
        my $mdhd = atom('mdhd', pack('NNNNNnn', 0, 0, 0, 1000, 40000, 0, 0));
        my $minf = atom('minf', atom('smhd', pack('Nnn', 0, 0, 0)),
            atom('dinf'), $stbl);
        my $mdia = atom('mdia', $mdhd,
            atom('hdlr', pack('NNa4NNNC', 0, 0, 'soun', 0, 0, 0, 0)), $minf);
        my $tkhd = atom('tkhd', pack('NNNNNN', 1, 0, 0, 1, 0, 40000),
            "\0" x 60);
        my $mvhd = atom('mvhd', pack('NNNNN', 0, 0, 0, 1000, 40000),
            "\0" x 80);

        $moov = $ftyp . atom('moov', $mvhd, atom('trak', $tkhd, $mdia));
        $at = 8 + length $moov;
    }

    return $moov . atom('mdat', $samples);
}

# what the end of a response with these samples looks like
sub samples {
    my ($first, $last) = @_;
    my $samples = join '', map { sprintf 's%02d;', $_ } $first .. $last;
    return qr/mdat\Q$samples\E\z/;
}

add_block_preprocessor(sub {
    my ($block) = @_;

    $block->set_value('user_files', [['films/one.mp4' => film()]]);

    if (!defined $block->config) {
        $block->set_value('config', $main::films);
    }
});

no_shuffle();
run_tests();

__DATA__

=== TEST 1: a link without a preview plays all of the film
--- request eval
"GET " . Links::link_vod('/films/one.mp4')
--- response_body_like eval
main::samples(0, 39)


=== TEST 2: and from where the player asks for
--- request eval
"GET " . Links::link_vod('/films/one.mp4') . "&start=10"
--- response_body_like eval
main::samples(10, 39)


=== TEST 3: and to where it asks for
--- request eval
"GET " . Links::link_vod('/films/one.mp4') . "&start=10&end=20"
--- response_body_like eval
main::samples(10, 19)


=== TEST 4: a preview ends where the link says
--- request eval
"GET " . Links::link_vod('/films/one.mp4', exper => 30)
--- response_body_like eval
main::samples(0, 29)


=== TEST 5: whatever the player asks for
--- request eval
["GET " . Links::link_vod('/films/one.mp4', exper => 5) . "&start=10",
 "GET " . Links::link_vod('/films/one.mp4', exper => 5) . "&end=40",
 "GET /films/one.mp4?start=10&end=40&"
     . substr(Links::link_vod('/films/one.mp4', exper => 5),
              length '/films/one.mp4?')]
--- response_body_like eval
[main::samples(0, 4), main::samples(0, 4), main::samples(0, 4)]


=== TEST 6: a preview by ranges
--- request eval
"GET " . Links::link_vod('/films/one.mp4', exper => 5)
--- more_headers
Range: bytes=-20
--- error_code: 206
--- response_body: s00;s01;s02;s03;s04;


=== TEST 7: no link, and one of another film
--- request eval
["GET /films/one.mp4?start=10",
 "GET " . (Links::link_vod('/films/two.mp4') =~ s/two/one/r) . "&start=10"]
--- error_code eval
[403, 403]


=== TEST 8: start with a method that has its token in the path
--- config
    eo_token_auth_key DvYmqE81E1F9R791H6lmht;

    location /films/ {
        eo_token_auth C;
        mp4;
    }
--- request eval
["GET " . Links::link_c('/films/one.mp4'),
 "GET " . Links::link_c('/films/one.mp4') . "?start=38",
 "GET /films/one.mp4?start=38"]
--- error_code eval
[200, 200, 403]
--- response_body_like eval
[main::samples(0, 39), main::samples(38, 39), "403"]


=== TEST 9: start with a method that has its token in the query
--- config
    eo_token_auth_key DvYmqE81E1F9R791H6lmht;

    location /films/ {
        eo_token_auth D;
        mp4;
    }
--- request eval
["GET " . Links::link_d('/films/one.mp4', args => 'start=10'),
 "GET " . Links::link_d('/films/one.mp4') . "&start=20&end=25"]
--- response_body_like eval
[main::samples(10, 39), main::samples(20, 24)]
