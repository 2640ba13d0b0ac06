#!/usr/bin/perl

# The check of "./build.sh check", on little trees with a fault in each, and
# on one without.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use Test::More;

my $top = abs_path(dirname(__FILE__) . '/../..');

my $copyright = "\n/*\n * Copyright (C) Nobody\n */\n\n";

my $function = <<'END';

#include "ngx_eo_low.h"


static int ngx_eo_low_one(void);


int
ngx_eo_low(void)
{
    return ngx_eo_low_one();
}


static int
ngx_eo_low_one(void)
{
    return 1;
}
END

# three rooms: low, and above it high and beside, on one line

my %tree = (
    'tools/rooms' => "ngx_eo_low pure\nngx_eo_high ngx_eo_beside  # top\n",
    'ngx_eo_low/ngx_eo_low.h' => "\nint ngx_eo_low(void);\n",
    'ngx_eo_low/ngx_eo_low.c' => $function,
    'ngx_eo_high/ngx_eo_high.h' =>
        "\n#include \"ngx_eo_low.h\"\n\nint ngx_eo_high(void);\n",
    'ngx_eo_high/ngx_eo_high.c' => source('high', 'ngx_eo_low()'),
    'ngx_eo_beside/ngx_eo_beside.h' => "\nint ngx_eo_beside(void);\n",
    'ngx_eo_beside/ngx_eo_beside.c' => source('beside', 'ngx_eo_low()'),
    'docs/page.md' => "# A page\n\n| " . 'x' x 200 . " |\n",
);

my $low_c = 'ngx_eo_low/ngx_eo_low.c';

is_deeply([check()], [], 'nothing to find');

# rooms

finds('an include that goes up',
      { $low_c => $function =~ s/low\.h/high.h/r },
      qr{^\Q$low_c\E:2: ngx_eo_high\.h is of ngx_eo_high, which is not below});

finds('an include of a room beside',
      { 'ngx_eo_high/a.c' => "\n#include \"ngx_eo_beside.h\"\n" },
      qr/high\/a\.c:2: ngx_eo_beside\.h is of ngx_eo_beside, which is not b/);

finds('an include with the path of the room',
      { 'ngx_eo_low/a.c' => "\n#include \"../ngx_eo_high/ngx_eo_high.h\"\n" },
      qr/low\/a\.c:2: ngx_eo_high\.h is of ngx_eo_high/);

finds('a call that goes up without an include',
      { $low_c => $function =~ s/return 1/return ngx_eo_high()/r },
      qr{^\Q$low_c\E: ngx_eo_high\(\) is of ngx_eo_high, which is not below});

finds('what is called in a comment is not',
      { $low_c => $function =~ s{return 1}{/* ngx_eo_high() */ return 1}r });

finds('nor in a text',
      { $low_c => $function =~ s/return 1/return "ngx_eo_high"[0]/r });

finds('a header that is no door',
      { 'tools/rooms' => "ngx_eo_low door=ngx_eo_door.h\n"
            . "ngx_eo_high ngx_eo_beside\n" },
      qr/\.[ch]:[23]: ngx_eo_low\.h is no door of ngx_eo_low/);

finds('HTTP in a pure room',
      { 'ngx_eo_low/a.h' => "\n#include <ngx_http.h>\n" },
      qr/low\/a\.h:2: ngx_http\.h: the room is pure/);

finds('a room that is not pure, in one that is',
      { 'tools/rooms' => "ngx_eo_low\nngx_eo_high pure\nngx_eo_beside\n" },
      qr/high\.[ch]:[23]: ngx_eo_low\.h is of ngx_eo_low, which is not p/);

finds('a folder that has no line',
      { 'ngx_eo_high/attic/a.c' => "\n" },
      qr{attic/a\.c: ngx_eo_high/attic is not in tools/rooms});

finds('a line that has no folder',
      { 'tools/rooms' => "$tree{'tools/rooms'}ngx_eo_none\n" },
      qr/^tools\/rooms: ngx_eo_none has no sources/);

finds('two headers of one name',
      { 'ngx_eo_beside/ngx_eo_low.h' => "\n" },
      qr/ngx_eo_low\.h: there are ngx_eo_beside\/\S+ ngx_eo_low\//);

# circles

finds('a circle of four files', { circle(4) },
      qr/^\S+: calls in a circle: ring1\.c ring2\.c ring3\.c ring4\.c$/);

finds('three may', { circle(3) });

# style

finds('a static function without prototype',
      { $low_c => $function =~ s/^static int ngx_eo_low_one.*\n//mr },
      qr{^\Q$low_c\E:14: no prototype of ngx_eo_low_one\(\) at the top});

finds('a prototype behind the first function',
      { $low_c => $function =~ s/^(static int ngx_eo_low_one.*\n)//mr
            =~ s/^(static int\n)/static int ngx_eo_low_one(void);\n\n\n$1/mr },
      qr{^\Q$low_c\E:17: no prototype of ngx_eo_low_one\(\) at the top});

finds('a file without copyright', { 'ngx_eo_low/bare.h' => "\n" },
      qr{^ngx_eo_low/bare\.h: no line of copyright});

finds('81 columns', { $low_c => $function . '/* ' . 'x' x 75 . " */\n" },
      qr{^\Q$low_c\E:20: 81 columns});

finds('80 columns, of letters that take two bytes',
      { $low_c => $function . '/* ' . "\xc3\xa4" x 74 . " */\n" });

finds('a tab', { $low_c => $function =~ s/    return 1/\treturn 1/r },
      qr{^\Q$low_c\E:18: a tab});

finds('blanks at the end', { $low_c => $function =~ s/1;/1; /r },
      qr{^\Q$low_c\E:18: blanks at the end});

finds('121 columns in a document', { 'docs/a.md' => 'x' x 121 . "\n" },
      qr{^docs/a\.md:1: 121 columns});

finds('121 columns of a table or of code in one',
      { 'docs/a.md' => '| ' . 'x' x 120 . "\n```\n" . 'x' x 121 . "\n```\n"
            . '    ' . 'x' x 121 . "\n" });

finds('120 columns in one', { 'docs/a.md' => 'x' x 120 . "\n" });

done_testing();


# source(NAME, CALL): of a file with one function
sub source {
    my ($name, $call) = @_;

    return "\n#include \"ngx_eo_$name.h\"\n#include \"ngx_eo_low.h\"\n\n\n"
        . "int\nngx_eo_$name(void)\n{\n    return $call;\n}\n";
}

# circle(N): files of one room, each of which calls the next
sub circle {
    my ($n) = @_;

    return map {
        my $next = $_ % $n + 1;

        "ngx_eo_low/ring$_.c" =>
            "\nint\nngx_eo_ring$_(void)\n{\n    return ngx_eo_ring$next();\n}\n"
    } 1 .. $n;
}

# finds(NAME, CHANGES[, FAULT]): the tree with the changes has that fault, in
# one place or several, and no other; or none
sub finds {
    my ($name, $changes, $expected) = @_;
    my @found = check(%$changes);

    if ($expected) {
        ok(@found > 0, "$name: is found");
        is_deeply([grep { !/$expected/ } @found], [], "$name: nothing else");

    } else {
        is_deeply(\@found, [], $name);
    }
}

# check(CHANGES): the lines that the check prints
sub check {
    my %files = (%tree, @_);
    my $dir = tempdir(CLEANUP => 1);

    for my $name (sort keys %files) {
        $files{$name} = $copyright . $files{$name}
            if $name =~ /\.[ch]$/ && $name !~ /bare/;

        make_path(dirname("$dir/$name"));
        open my $file, '>', "$dir/$name" or die "$dir/$name: $!\n";
        print $file $files{$name};
        close $file;
    }

    my @lines = split /\n/, `$^X $top/tools/check.pl $dir 2>&1`;

    is($? >> 8, @lines ? 1 : 0, 'exit code');

    # lines are counted without those of copyright

    return map { s/(\.[ch]:)(\d+)/$1 . ($2 - 5)/er } @lines;
}
