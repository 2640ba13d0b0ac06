# What build.sh fetches from Debian's mirrors: a mirror that lacks a suite,
# lists a file that it does not hold, or answers with garbage costs a try and
# not the build.  apt-get and apt-cache are stand-ins here that serve from a
# folder; dpkg-source, dpkg-deb and the scripts are the real ones.

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use Test::More;

my $top = abs_path(dirname(__FILE__) . '/../..');
my $dir = tempdir(CLEANUP => 1);
my $own = `sed -n 's/^VERSION_CODENAME=//p' /etc/os-release`;
chomp $own;

plan skip_all => 'dpkg-source and the Debian keyring are needed'
    if system("dpkg-source --version >/dev/null 2>&1") != 0
       || !$own
       || !glob('/usr/share/keyrings/debian-archive-keyring.*');

sub put {
    my ($file, $text, $mode) = @_;
    make_path(dirname($file));
    open my $out, '>', $file or die "$file: $!";
    print $out $text;
    close $out;
    chmod $mode, $file if $mode;
}

# make_source(SUITE, VERSION, FILE...): a source package with these files
sub make_source {
    my ($suite, $version, @files) = @_;
    my $tree = "$dir/trees/$suite/thing-1";

    put("$tree/$_", "$suite $version\n") for @files;
    put("$tree/debian/source/format", "3.0 (native)\n");
    put("$tree/debian/control", "Source: thing\nMaintainer: A <a\@b.c>\n\n"
        . "Package: thing\nArchitecture: all\nDescription: a thing\n");
    put("$tree/debian/changelog", "thing ($version) stable; urgency=low\n\n"
        . "  * It.\n\n -- A <a\@b.c>  Thu, 01 Jan 2026 00:00:00 +0000\n");

    make_path("$dir/mirror/$suite");
    system("cd $dir/mirror/$suite && dpkg-source -b $tree >/dev/null 2>&1")
        == 0 or die "dpkg-source -b $tree";
    put("$dir/mirror/$suite/version", $version);
}

# a suite's folder with "no-index", "not-held", "upstream-only" or "garbage" in
# it has that fault

put("$dir/bin/apt-get", <<'END', 0755);
#!/bin/bash
case "$*" in
    indextargets*) echo "Debian http://mirror.invalid/"; exit ;;
esac
all="$*"
list=${all#*Dir::Etc::SourceList=}
list=${list%% *}
suite=$(sed 's/ main$//; s/.* //' "$list")
from=$MIRROR/$suite
echo "$suite" >>"$MIRROR/asked"
[ -d "$from" ] && [ ! -f "$from/no-index" ] || exit 100
case "$*" in
    *update*) exit ;;
    *source* | *download*)
        [ ! -f "$from/upstream-only" ] || cp "$from"/*.orig.tar.gz .
        [ ! -f "$from/not-held" -a ! -f "$from/upstream-only" ] || exit 100
        cp "$from"/thing_* .
        if [ -f "$from/garbage" ]; then
            for file in thing_*; do echo "<html>" >"$file"; done
        fi
        ;;
esac
END

put("$dir/bin/apt-cache", <<'END', 0755);
#!/bin/bash
all="$*"
list=${all#*Dir::Etc::SourceList=}
list=${list%% *}
suite=$(sed 's/ main$//; s/.* //' "$list")
[ ! -f "$MIRROR/$suite/version" ] \
    || echo "Version: $(cat "$MIRROR/$suite/version")"
END

# fetch(SCRIPT): output and exit status of a piece of shell that has the
# build's functions
sub fetch {
    my ($script) = @_;

    system('rm', '-rf', "$dir/build");
    unlink "$dir/mirror/asked";
    make_path("$dir/build/log");

    put("$dir/script", <<"END");
set -euo pipefail
top=$top build=$dir/build
for part in common packages later-suite; do . \$top/tools/\$part.sh; done
at_exit() { :; }
need() { :; }
apt_install() { [[ "\$1" != *"\${REFUSED:-none}"* ]] && cp "\$1" $dir/got.deb; }
$script
END

    my $out = `MIRROR=$dir/mirror PATH=$dir/bin:\$PATH bash $dir/script 2>&1`;
    return ($out, $? >> 8);
}

my $source = "source_package thing any $dir/build/tree src/a.c";

sub source_is {
    my ($suites, $wanted, $name) = @_;
    my ($out, $rc) = fetch("$source $suites");
    my $got = -f "$dir/build/tree/src/a.c"
              ? `cat $dir/build/tree/src/a.c` : "nothing\n";
    is($got, "$wanted\n", $name) or diag($out);
    return ($out, $rc);
}

sub fault {
    my ($suite, $fault) = @_;
    unlink glob("$dir/mirror/$suite/{no-index,not-held,upstream-only,garbage}");
    put("$dir/mirror/$suite/$fault", '') if $fault;
}

make_source('one', '1+1', 'src/a.c');
make_source('two', '2+1', 'src/a.c');
make_source('other', '3+1', 'src/b.c');

source_is('one two', 'one 1+1', 'the first suite serves');
source_is('none two', 'two 2+1', 'a suite that the mirror does not have');
source_is('other two', 'two 2+1', 'a tree without the file wanted');

for my $fault (qw(no-index not-held garbage)) {
    fault('one', $fault);
    my ($out) = source_is('one two', 'two 2+1', "$fault: the next suite");
    unlike($out, qr/^build\.sh: /m, "$fault: no error is reported");
}

fault('two', 'not-held');
my ($out, $rc) = source_is('one two none', 'nothing', 'no suite serves');
is($rc, 1, 'that is an error');
like($out, qr/^build\.sh: no suite on this mirror gave the source of thing/m,
     'which says what was wanted');
like($out, qr/^\ {4}tried:\ one\ \(1\+1\ could\ not\ be\ fetched\)
              \ two\ \(2\+1\ could\ not\ be\ fetched\)\ none\ \(no\ index\)$/mx,
     '... and what was tried');
system("cd $dir/trees/one && rm -rf thing-1/debian && "
       . "tar -czf $dir/mirror/one/thing_1.orig.tar.gz thing-1") == 0 or die;
fault('one', 'upstream-only');
source_is('one', 'one 1+1', "the upstream tarball without Debian's part");
unlink "$dir/mirror/one/thing_1.orig.tar.gz";
fault($_, '') for qw(one two);

($out) = fetch("source_package thing 2 $dir/build/tree src/a.c one two");
is(`cat $dir/build/tree/src/a.c`, "two 2+1\n", 'a version is looked for');

# the order in which suites are asked

($out) = fetch('suites_own_first bookworm trixie sid; true');
like($out, qr/^\Q$own\E\n/, "the system's own suite is first");
is((() = $out =~ /^\Q$own\E$/mg), 1, '... and asked once');

# the library itself, by the program that configure calls

make_source($own, '9+1', 'others/libinjection/src/libinjection.h');
rename "$dir/mirror/$own", "$dir/mirror/kept";
put("$dir/mirror/$own/no-index", '');
make_source('sid', '9+2', 'others/libinjection/src/libinjection.h',
            'others/libinjection/src/libinjection_sqli.c');
$out = `sed 's/modsecurity any/thing any/' $top/tools/libinjection.sh`;
$out =~ s/^top=.*$/top=$top/m;
$out =~ s/^build=.*$/build=$dir\/build/m;
$out =~ s/^at_exit/need() { :; }\nat_exit/m;
put("$dir/libinjection.sh", $out);
$out = `MIRROR=$dir/mirror PATH=$dir/bin:\$PATH \\
        bash $dir/libinjection.sh $dir/lib 2>&1`;
is($? >> 8, 0, 'libinjection is fetched') or diag($out);
ok(-f "$dir/lib/libinjection_sqli.c", '... from the suite that has it');

# binary packages of later suites

for my $suite (qw(forky sid)) {
    make_path("$dir/deb/DEBIAN");
    put("$dir/deb/DEBIAN/control", "Package: thing\nVersion: 1\n"
        . "Architecture: all\nMaintainer: A <a\@b.c>\nDescription: $suite\n");
    system("rm -rf $dir/mirror/$suite && mkdir -p $dir/mirror/$suite && "
           . "dpkg-deb -b $dir/deb $dir/mirror/$suite/thing_1_all.deb "
           . ">/dev/null") == 0 or die 'dpkg-deb -b';
}

sub later_is {
    my ($wanted, $name) = @_;
    unlink "$dir/got.deb";
    my ($out, $rc) = fetch('install_later thing');
    my $got = -f "$dir/got.deb"
              ? `dpkg-deb -f $dir/got.deb Description` : "nothing\n";
    is($got, "$wanted\n", $name) or diag($out);
    return ($out, $rc);
}

later_is('forky', 'the first later suite serves');

for my $fault (qw(no-index not-held garbage)) {
    fault('forky', $fault);
    later_is('sid', "package, $fault: the next suite");
}

fault('forky', '');
$ENV{REFUSED} = 'forky';
later_is('sid', 'a package that cannot be installed: the next suite');

$ENV{REFUSED} = 'thing';
($out, $rc) = later_is('nothing', 'no later suite serves');
is($rc, 1, 'that is an error, too');
like($out, qr/^    tried: forky sid$/m, 'which says what was tried');

done_testing();
