#!/usr/bin/perl

# What no compiler tells: ./build.sh check runs "check.pl TOP" before
# shellcheck and cppcheck.  Prints a line for each fault, and fails if there is
# one.
#
#   rooms       TOP/tools/rooms has the folders of C files, from the ground up;
#               includes and calls lead downwards or stay
#   circles     no more than three files of a room that call each other in a
#               circle
#   pure rooms  do without nginx's HTTP headers
#   style       80 columns, 120 in documents; no tabs, no trailing blanks; a
#               line of copyright; each static function has its prototype
#               before the first function

use strict;
use warnings;

my $circle_limit = 3;

my $top = shift // die "usage: check.pl TOP\n";
chdir $top or die "$top: $!\n";

my @faults;

my $rooms = read_rooms('tools/rooms');
my @sources = files(qr/\.[ch]$/, grep { -d } glob 'ngx_eo_*');
my %sources = map { $_ => read_source($_) } @sources;

check_rooms();
check_includes();
check_calls();
check_copyright($_) for @sources, files(qr/\.[ch]$/, qw(t/unit fuzz bench));
check_prototypes($_) for grep { /\.c$/ } @sources, files(qr/\.c$/, 't/unit');
check_lines();

print "$_\n" for @faults;
exit(@faults ? 1 : 0);


sub fault {
    my ($place, $text) = @_;

    push @faults, "$place: $text";
}

# files(PATTERN, FOLDER...): of the folders and those in them, in order
sub files {
    my ($pattern, @folders) = @_;

    return grep { $_ =~ $pattern && -f } map { entries($_) } @folders;
}

sub entries {
    my ($path) = @_;

    return () unless -e $path;
    return $path unless -d $path && !-l $path;

    opendir my $dir, $path or die "$path: $!\n";
    my @names = sort grep { !/^\./ && $_ ne 'build' } readdir $dir;

    return map { entries("$path/$_") } @names;
}

sub read_file {
    my ($name) = @_;

    open my $file, '<:raw', $name or die "$name: $!\n";
    local $/;

    return scalar <$file> // '';
}

# read_rooms(FILE): the rooms by name
sub read_rooms {
    my ($file) = @_;
    my %rooms;
    my $level = 0;

    for (split /\n/, read_file($file)) {
        s/#.*//;
        my @words = split or next;
        my @doors = map { /^door=(.*)/ ? $1 : () } @words;
        my $pure = grep { $_ eq 'pure' } @words;
        $level++;

        for my $name (grep { /^ngx_eo_/ } @words) {
            $rooms{$name} = { level => $level, pure => $pure,
                              doors => { map { $_ => 1 } @doors } };
        }
    }

    return \%rooms;
}

# read_source(FILE): text without comments, with its room and its includes;
# lines stay where they are
sub read_source {
    my ($name) = @_;
    my $text = read_file($name);
    my @includes;

    $text =~ s{("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(/\*.*?\*/)}
              {defined $1 ? $1 : $2 =~ tr/\n//cdr}gse;

    my $line = 0;

    for (split /\n/, $text) {
        $line++;
        push @includes, [$line, $1] if /^#\s*include\s+["<]([^">]+)[">]/;
    }

    $text =~ s/^#\s*include.*//gm;
    $text =~ s/"(?:[^"\\\n]|\\.)*"/""/g;

    return { room => $name =~ s{/[^/]*$}{}r, includes => \@includes,
             text => $text };
}

sub check_rooms {
    my %seen;

    for my $name (@sources) {
        my $room = $sources{$name}{room};
        next if $seen{$room}++;

        fault($name, "$room is not in tools/rooms") unless $rooms->{$room};
    }

    for my $room (sort keys %$rooms) {
        fault('tools/rooms', "$room has no sources") unless $seen{$room};
    }
}

# is_below(A, B): whether files of room A may use those of room B
sub is_below {
    my ($from, $to) = @_;

    return 1 if $from eq $to;
    return 0 unless $rooms->{$from} && $rooms->{$to};

    return $rooms->{$to}{level} < $rooms->{$from}{level};
}

sub check_includes {
    my %headers;

    for my $name (grep { /\.h$/ } @sources) {
        push @{ $headers{ $name =~ s{.*/}{}r } }, $name;
    }

    for my $name (@sources) {
        for (@{ $sources{$name}{includes} }) {
            my ($line, $include) = @$_;
            my $file = $include =~ s{.*/}{}r;
            my ($header, @others) = @{ $headers{$file} // [] };

            check_http("$name:$line", $name, $include);

            if (@others) {
                fault("$name:$line", "$include: there are $header @others");

            } elsif ($header) {
                check_include("$name:$line", $name, $header);
            }
        }
    }
}

sub check_http {
    my ($place, $name, $include) = @_;
    my $room = $rooms->{ $sources{$name}{room} } or return;

    fault($place, "$include: the room is pure")
        if $room->{pure} && $include =~ /^ngx_http/;
}

sub check_include {
    my ($place, $name, $header) = @_;
    my $file = $header =~ s{.*/}{}r;
    my ($from, $to) = ($sources{$name}{room}, $sources{$header}{room});
    my $room = $rooms->{$to};

    return if $from eq $to || !$room || !$rooms->{$from};

    if (!is_below($from, $to)) {
        fault($place, "$file is of $to, which is not below $from");

    } elsif ($rooms->{$from}{pure} && !$room->{pure}) {
        fault($place, "$file is of $to, which is not pure");

    } elsif (%{ $room->{doors} } && !$room->{doors}{$file}) {
        fault($place, "$file is no door of $to");
    }
}

# definitions(): the file of each function that other files can call
sub definitions {
    my %files;

    for my $name (grep { /\.c$/ } @sources) {
        my $text = $sources{$name}{text};

        while ($text =~ /^(\w[^\n#{}();]*)\n(\w+)\([^;{}]*\)\s*\n\{/gm) {
            $files{$2} = $name unless $1 =~ /\bstatic\b/;
        }
    }

    return \%files;
}

sub check_calls {
    my $files = definitions();
    my %calls;

    for my $name (grep { /\.c$/ } @sources) {
        my %words = map { $_ => 1 } $sources{$name}{text} =~ /\b(\w+)\b/g;

        for (sort keys %words) {
            my $other = $files->{$_};
            next if !defined $other || $other eq $name || $_ eq 'main';

            my ($from, $to) = map { $sources{$_}{room} } $name, $other;

            if ($from eq $to) {
                $calls{$name}{$other} = 1;

            } elsif (!is_below($from, $to)) {
                fault($name, "$_() is of $to, which is not below $from");
            }
        }
    }

    for my $circle (circles(\%calls)) {
        fault($circle->[0], 'calls in a circle: '
              . join(' ', map { s{.*/}{}r } @$circle))
            if @$circle > $circle_limit;
    }
}

# circles(CALLS): the sets of files of which each leads to each, by the
# algorithm of Tarjan
sub circles {
    my ($calls) = @_;
    my (%order, %lowest, %open, @open, @circles);
    my $visit;

    $visit = sub {
        my ($name) = @_;

        $order{$name} = $lowest{$name} = keys %order;
        push @open, $name;
        $open{$name} = 1;

        for my $other (sort keys %{ $calls->{$name} }) {
            if (!defined $order{$other}) {
                $visit->($other);
                $lowest{$name} = $lowest{$other}
                    if $lowest{$other} < $lowest{$name};

            } elsif ($open{$other} && $order{$other} < $lowest{$name}) {
                $lowest{$name} = $order{$other};
            }
        }

        return if $lowest{$name} != $order{$name};

        my @circle;

        do {
            push @circle, pop @open;
            delete $open{ $circle[-1] };
        } until $circle[-1] eq $name;

        push @circles, [sort @circle];
    };

    for (sort keys %$calls) {
        $visit->($_) unless defined $order{$_};
    }

    return @circles;
}

sub check_copyright {
    my ($name) = @_;

    fault($name, 'no line of copyright at the top')
        unless read_file($name) =~ m{\A\n/\*\n \* Copyright \(C\) };
}

# static functions that are defined and not declared before the first one
sub check_prototypes {
    my ($name) = @_;
    my $text = ($sources{$name} // read_source($name))->{text};
    my %declared;

    my $definition = qr/^(\w[^\n#{}();=]*)\n(\w+)\([^;{}]*\)\s*\n\{/m;
    my $head = $text =~ $definition ? substr($text, 0, $-[0]) : $text;

    while ($head =~ /^static\s[^;{}=]*?(\w+)\s*\([^;{}]*\)[^;{}]*;/gm) {
        $declared{$1} = 1;
    }

    while ($text =~ /$definition/g) {
        my ($start, $type, $function) = ($-[0], $1, $2);

        next if $type !~ /\bstatic\b/ || $declared{$function};

        my $line = 1 + (substr($text, 0, $start) =~ tr/\n//);
        fault("$name:$line", "no prototype of $function() at the top");
    }
}

sub check_lines {
    my $code = qr/(?:\.[ch]|\.sh|(?:^|\/)(?:module\.)?config|\.pl)$/;

    for my $name (files($code, glob 'ngx_eo_* t fuzz bench tools demo'),
                  grep { -f } 'build.sh', 'config')
    {
        check_text($name, 80);
    }

    for my $name (files(qr/\.md$/, grep { $_ ne 'build' } glob '*')) {
        check_text($name, 120);
    }
}

sub check_text {
    my ($name, $columns) = @_;
    my ($line, $fenced) = (0, 0);

    for (split /\n/, read_file($name)) {
        $line++;
        my $length = length decoded($_);

        fault("$name:$line", 'blanks at the end') if /[ \r]$/;

        # a table has a line for each row, and what is to be copied is as it is

        $fenced = !$fenced if /^```/;
        next if $name =~ /\.md$/ && ($fenced || /^(?:\||    )/);

        fault("$name:$line", "$length columns") if $length > $columns;
        fault("$name:$line", 'a tab') if /\t/;
    }
}

sub decoded {
    my ($text) = @_;

    utf8::decode($text);

    return $text;
}
