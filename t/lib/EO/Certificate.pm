package EO::Certificate;

# Certificates for TLS origins, made when a test file starts.
#
#   use EO::Certificate;
#   EO::Certificate->make();
#
# $TEST_NGINX_CERTS is then a folder with ca.crt and, signed by it, the pairs
# good, expired and not-yet (.crt and .key) for origin.test, localhost and
# 127.0.0.1; and "stranger", which no authority has signed.  It is removed
# when the test file ends.

use strict;
use warnings;

use File::Temp qw(tempdir);
use POSIX qw(strftime);

my $DAY = 86400;

sub make {
    my $dir = tempdir('eo-certs-XXXXXX', TMPDIR => 1, CLEANUP => 1);

    $ENV{TEST_NGINX_CERTS} = $dir;
    chmod 0755, $dir;

    write_file("$dir/ca.conf", <<"_EOC_");
[req]
distinguished_name = dn
prompt = no
[dn]
CN = origin.test
[ca_dn]
[v3_ca]
basicConstraints = critical, CA:true
[v3]
basicConstraints = CA:false
subjectAltName = DNS:origin.test, DNS:localhost, IP:127.0.0.1
[ca]
default_ca = test
[test]
dir = $dir
database = $dir/index
serial = $dir/serial
new_certs_dir = $dir
certificate = $dir/ca.crt
private_key = $dir/ca.key
default_md = sha256
policy = any
unique_subject = no
x509_extensions = v3
[any]
commonName = supplied
_EOC_

    write_file("$dir/index", '');
    write_file("$dir/serial", "01\n");

    openssl(qw(req -x509 -days 30 -extensions v3_ca -subj), '/CN=Test CA',
            '-config', "$dir/ca.conf", new_key("$dir/ca.key"),
            '-out', "$dir/ca.crt");
    openssl(qw(req -x509 -days 30 -extensions v3 -config), "$dir/ca.conf",
            new_key("$dir/stranger.key"), '-out', "$dir/stranger.crt");

    issue($dir, 'good', time - $DAY, time + 30 * $DAY);
    issue($dir, 'expired', time - 30 * $DAY, time - $DAY);
    issue($dir, 'not-yet', time + $DAY, time + 30 * $DAY);

    return $dir;
}


sub issue {
    my ($dir, $name, $from, $to) = @_;

    openssl('req', '-config', "$dir/ca.conf", new_key("$dir/$name.key"),
            '-out', "$dir/$name.csr");
    openssl('ca', '-batch', '-notext', '-config', "$dir/ca.conf",
            '-startdate', strftime('%Y%m%d%H%M%SZ', gmtime $from),
            '-enddate', strftime('%Y%m%d%H%M%SZ', gmtime $to),
            '-in', "$dir/$name.csr", '-out', "$dir/$name.crt");
}


sub new_key {
    my ($file) = @_;

    return qw(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout),
           $file;
}


sub openssl {
    my $command = join ' ', map { "'$_'" } 'openssl', @_;
    my $out = `$command 2>&1`;

    die "$command failed:\n$out" if $?;
}


sub write_file {
    my ($file, $text) = @_;

    open my $out, '>', $file or die "$file: $!\n";
    print $out $text;
    close $out or die "$file: $!\n";
}

1;
