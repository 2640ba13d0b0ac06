package EO::GeoDatabase;

# MaxMind DB files with known answers, written when a test file starts.
#
#   use EO::GeoDatabase;
#   EO::GeoDatabase->available() or plan skip_all => EO::GeoDatabase->missing;
#   EO::GeoDatabase->write("$dir/country.mmdb", 'Test-Country', {
#       '192.0.2.0/24' => { country => { iso_code => 'CN' } },
#   });
#
# Networks are IPv4 or IPv6; options after them are those of
# MaxMind::DB::Writer::Tree (ip_version, record_size).

use strict;
use warnings;

my %TYPES = (
    autonomous_system_number => 'uint32',
    geoname_id => 'uint32',
    is_anycast => 'boolean',
    subdivisions => [qw(array map)],
    number => 'uint32',
    country => 'map', registered_country => 'map',
    continent => 'map',
    names => 'map',
    traits => 'map',
    city => 'map',
);

# what the flat databases have as a text, where others have a map
my %FLAT = (%TYPES, city => 'utf8_string');

sub available {
    return eval { require MaxMind::DB::Writer::Tree; 1 };
}

sub missing {
    return 'the Perl module MaxMind::DB::Writer is not installed';
}

sub write {
    my ($class, $path, $type, $networks, %options) = @_;

    require MaxMind::DB::Writer::Tree;

    my $flat = delete $options{flat};
    my $types = $flat ? \%FLAT : \%TYPES;

    my $tree = MaxMind::DB::Writer::Tree->new(
        ip_version => 6,
        record_size => 24,
        database_type => $type,
        languages => ['en'],
        description => { en => 'test' },
        map_key_type_callback => sub { $types->{$_[0]} || 'utf8_string' },
        remove_reserved_networks => 0,
        %options,
    );

    for my $network (sort keys %$networks) {
        my $at = $network;

        # an IPv4 network within an IPv6 tree

        if (($options{ip_version} || 6) == 6 && $at !~ /:/) {
            my ($addr, $len) = split m{/}, $at;
            $at = "::$addr/" . (96 + (defined $len ? $len : 32));
        }

        $tree->insert_network($at, $networks->{$network});
    }

    # under another name first: who watches the file sees a whole one

    open my $handle, '>:raw', "$path.new" or die "$path.new: $!";
    $tree->write_tree($handle);
    close $handle or die "$path.new: $!";
    rename "$path.new", $path or die "$path: $!";
}

1;
