package EO::Program;

# A program of the suite, run with arguments and input.

use strict;
use warnings;

use File::Basename qw(dirname);
use File::Temp qw(tempdir);

use Exporter qw(import);
our @EXPORT_OK = qw(program put run);

my $dir = tempdir(CLEANUP => 1);

# program(NAME): its path beside the modules under test; undef if it is not
# there
sub program {
    my ($name) = @_;
    my ($module) = split ' ', $ENV{TEST_NGINX_LOAD_MODULES} || '';
    my $path = ($module ? dirname($module) . '/' : '') . $name;

    return -x $path ? $path : undef;
}

# put(NAME, TEXT): the path of a file with the text
sub put {
    my ($name, $text) = @_;

    open my $file, '>:raw', "$dir/$name" or die "$dir/$name: $!";
    print $file $text;
    close $file or die "$dir/$name: $!";

    return "$dir/$name";
}

# run(INPUT, PROGRAM, ARGUMENT...): exit code, standard output and error
sub run {
    my ($input, @command) = @_;
    my ($in, $out, $err) = map { "$dir/$_" } qw(.in .out .err);
    put('.in', $input);

    my $pid = fork;
    die "fork: $!" if !defined $pid;

    if (!$pid) {
        open STDIN, '<', $in or die $!;
        open STDOUT, '>', $out or die $!;
        open STDERR, '>', $err or die $!;
        exec @command or die "$command[0]: $!";
    }

    waitpid $pid, 0;
    my $status = $?;

    return ($status & 127 ? "signal $status" : $status >> 8, map {
        open my $file, '<:raw', $_ or die "$_: $!";
        local $/;
        my $text = <$file>;
        defined $text ? $text : '';
    } $out, $err);
}

1;
