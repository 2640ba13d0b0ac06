package EO::Nginx;

# An nginx of one's own, for tests that Test::Nginx has no section for:
# reloads under load, memory, what "nginx -t" says.
#
#   use EO::Nginx;
#   my $nginx = EO::Nginx->new($config);
#   $nginx->start();  $nginx->reload();  $nginx->stop();
#
# $config is what follows "load_module", "pid" and "error_log" in nginx.conf;
# in it %PREFIX% is the server's folder, and %PORT%, %PORT1% ... %PORT9% are
# ports.  It is stopped, and its folder removed, when the test file ends.
#
# The environment is that of Test::Nginx: TEST_NGINX_BINARY,
# TEST_NGINX_LOAD_MODULES and TEST_NGINX_SERVER_PORT.

use strict;
use warnings;

use File::Temp qw(tempdir);
use IO::Socket::INET;
use Time::HiRes qw(sleep time);

use EO::Origin;

my %running;


# modules => [...] replaces the modules of the environment, user => '...' is
# whose rights workers have where the test has those of root.

sub new {
    my ($class, $config, %option) = @_;

    my $self = bless {
        binary => $ENV{TEST_NGINX_BINARY} || 'nginx',
        port => EO::Origin::server_port(),
        owner => $$,
    }, $class;

    $self->{prefix} = tempdir('eo-nginx-XXXXXX', TMPDIR => 1, CLEANUP => 1);
    mkdir "$self->{prefix}/$_" for qw(logs html cache);
    chmod 0755, $self->{prefix};

    my $modules = $option{modules} || [$self->modules()];

    $config =~ s/%PREFIX%/$self->{prefix}/g;
    $config =~ s/%PORT(\d*)%/$self->{port} + ($1 || 0)/ge;

    $self->write_file('nginx.conf', join '',
        (map { "load_module $_;\n" } @$modules),
        "pid $self->{prefix}/nginx.pid;\n",
        "error_log $self->{prefix}/logs/error.log info;\n",
        $> == 0 ? 'user ' . ($option{user} || 'root') . ";\n" : '', $config);

    return $self;
}


sub modules {
    return grep { length } split /\s+/, $ENV{TEST_NGINX_LOAD_MODULES} || '';
}


sub prefix { return $_[0]->{prefix} }
sub port { return $_[0]->{port} }


sub write_file {
    my ($self, $name, $text) = @_;

    open my $out, '>', "$self->{prefix}/$name" or die "$name: $!\n";
    print $out $text;
    close $out or die "$name: $!\n";
}


sub read_file {
    my ($self, $name) = @_;

    open my $in, '<', "$self->{prefix}/$name" or return '';
    local $/;
    return scalar <$in>;
}


sub command {
    my ($self, @arguments) = @_;

    return join ' ', $self->{binary}, '-p', "$self->{prefix}/",
        '-c', "$self->{prefix}/nginx.conf",
        '-e', "$self->{prefix}/logs/error.log", @arguments;
}


# What "nginx -t" prints; its exit status is then in $?.

sub test {
    my ($self) = @_;

    my $command = $self->command('-t');
    return scalar `$command 2>&1`;
}


sub start {
    my ($self) = @_;

    my $command = $self->command();
    my $out = `$command 2>&1`;
    die "nginx did not start:\n$out" if $?;

    $running{$self} = $self;
    $self->wait_for(sub { $self->pid() && $self->workers() })
        or die "nginx did not start\n";
}


sub pid {
    my ($self) = @_;

    my ($pid) = $self->read_file('nginx.pid') =~ /^(\d+)/;
    return $pid;
}


# Process ids of the workers that are not shutting down.

sub workers {
    my ($self) = @_;

    my $master = $self->pid() or return;

    return grep { !$self->is_leaving($_) } $self->children($master);
}


sub children {
    my ($self, $master) = @_;

    open my $in, '<', "/proc/$master/task/$master/children" or return;
    my $line = <$in>;

    return split ' ', defined $line ? $line : '';
}


sub is_leaving {
    my ($self, $pid) = @_;

    open my $in, '<', "/proc/$pid/cmdline" or return 1;
    my $line = <$in>;

    return !defined $line || $line !~ /worker process/ || $line =~ /shutting/;
}


# Resident memory of a process in KB.

sub memory {
    my ($self, $pid) = @_;

    open my $in, '<', "/proc/$pid/status" or return;
    while (<$in>) {
        return $1 if /^VmRSS:\s+(\d+)/;
    }

    return;
}


# Returns when workers of the new configuration have taken over.

sub reload {
    my ($self) = @_;

    my %old = map { $_ => 1 } $self->workers();
    kill 'HUP', $self->pid() or die "cannot signal nginx: $!\n";

    return $self->wait_for(sub {
        my @now = $self->workers();
        return @now && !grep { $old{$_} } @now;
    });
}


sub wait_for {
    my ($self, $condition, $seconds) = @_;

    my $deadline = time + ($seconds || 10);

    until ($condition->()) {
        return 0 if time > $deadline;
        sleep 0.005;
    }

    return 1;
}


sub stop {
    my ($self) = @_;

    delete $running{$self};
    my $pid = $self->pid() or return;

    kill 'TERM', $pid;
    $self->wait_for(sub { !kill 0, $pid }) or kill 'KILL', $pid;
}


# The whole answer to one raw request, or undef.

sub request {
    my ($self, $request, $port) = @_;

    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1',
                                       PeerPort => $port || $self->{port},
                                       Proto => 'tcp') or return;
    local $SIG{PIPE} = 'IGNORE';
    my $answer = '';

    my $ok = eval {
        local $SIG{ALRM} = sub { die "timeout\n" };
        alarm 10;
        print $socket $request;
        $socket->flush();

        while (sysread $socket, my $part, 65536) {
            $answer .= $part;
        }

        alarm 0;
        1;
    };
    alarm 0;

    return $ok ? $answer : undef;
}


sub get {
    my ($self, $uri, @headers) = @_;

    return $self->request(join "\r\n", "GET $uri HTTP/1.1", 'Host: localhost',
                          'Connection: close', @headers, '', '');
}


END {
    local $?;
    for my $nginx (values %running) {
        $nginx->stop() if $nginx->{owner} == $$;
    }
}

1;
