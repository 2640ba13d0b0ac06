#!/usr/bin/perl

# Runs the unit tests: their module prints TAP while "nginx -t" reads a
# configuration that loads it after the modules under test.
#
#   TEST_NGINX_BINARY          nginx, default the one in PATH
#   TEST_NGINX_LOAD_MODULES    the suite's shared objects, core first
#   TEST_NGINX_UNIT_MODULE     the shared object with the tests, default
#                              the one beside the first of those
#   TEST_NGINX_SERVROOT        the folder to work in is this and "-unit"

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Path qw(make_path);

my $nginx = $ENV{TEST_NGINX_BINARY} || 'nginx';
my @modules = split ' ', $ENV{TEST_NGINX_LOAD_MODULES} || '';
my $unit = $ENV{TEST_NGINX_UNIT_MODULE};

if (!$unit && @modules) {
    $unit = dirname($modules[0]) . '/ngx_http_eo_unit_module.so';
}

if (!$unit || !-f $unit) {
    die "no unit test module: set TEST_NGINX_LOAD_MODULES or "
        . "TEST_NGINX_UNIT_MODULE\n";
}

my $root = ($ENV{TEST_NGINX_SERVROOT} || 't/servroot') . '-unit';
make_path("$root/logs");
$root = abs_path($root);

my $load = join '', map { "load_module $_;\n" } @modules, $unit;
my $temp = join '', map { "    ${_}_temp_path $root/$_;\n" }
    qw(client_body proxy fastcgi uwsgi scgi);

open my $conf, '>', "$root/nginx.conf" or die "$root/nginx.conf: $!";
print $conf <<"END";
$load
error_log $root/logs/error.log;
pid $root/nginx.pid;

events {
}

http {
    access_log off;
$temp}
END
close $conf or die "$root/nginx.conf: $!";

exec $nginx, '-t', '-q', '-p', $root, '-c', "$root/nginx.conf"
    or die "$nginx: $!";
