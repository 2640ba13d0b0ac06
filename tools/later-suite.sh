# Packages and sources of other Debian suites, from the mirror that this
# machine's apt uses already, and with apt's own checks (the signature of
# the suite, then the checksums).  apt works on lists and sources of its own
# under build/apt; those of the machine stay as they are.

# debian_mirror: where the machine's apt has Debian itself from; deb822 and
# one-line sources alike, since it is apt that reads them
debian_mirror() {
    local mirror

    mirror=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' \
                 'Created-By: Packages' 2>/dev/null \
             | sed -n '/^Debian /{s///p;:skip;n;b skip;}')

    [ -n "$mirror" ] || die "no Debian mirror in apt's sources" \
        "check that \"apt-get update\" works"

    echo "$mirror"
}

archive_keyring() {
    local file

    for file in /usr/share/keyrings/debian-archive-keyring.{pgp,gpg}; do
        if [ -f "$file" ]; then
            echo "$file"
            return
        fi
    done

    die "no keyring of the Debian archive" \
        "install the package debian-archive-keyring"
}

# suite_apt SUITE COMMAND...: apt-get or apt-cache on that suite only
suite_apt() {
    local dir=$build/apt/$1 command=$2
    shift 2

    "$command" -o Dir::Etc::SourceList="$dir/sources.list" \
        -o Dir::Etc::SourceParts=/dev/null -o Dir::Etc::Preferences=/dev/null \
        -o Dir::Etc::PreferencesParts=/dev/null \
        -o Dir::State::Lists="$dir/lists" -o Dir::Cache="$dir/cache" \
        -o APT::Sandbox::User="$(id -un)" -o APT::Default-Release= \
        -o Acquire::Languages=none "$@"
}

# suite_lists SUITE TYPE: fetches the suite's index; TYPE is deb or deb-src.
# Fails if the mirror does not have the suite.
suite_lists() {
    local suite=$1 type=$2 dir=$build/apt/$1 mirror keyring
    mirror=$(debian_mirror)
    keyring=$(archive_keyring)

    mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" "$build/log"
    echo "$type [signed-by=$keyring] $mirror $suite main" >"$dir/sources.list"

    suite_apt "$suite" apt-get -o APT::Update::Error-Mode=any update \
        >"$build/log/apt-$suite.log" 2>&1
}

# later_package NAME: the package's file, from the first suite that has it
later_package() {
    local name=$1 suite

    for suite in forky sid; do
        suite_lists "$suite" deb || continue

        (
            mkdir -p "$build/apt/packages"
            cd "$build/apt/packages"
            suite_apt "$suite" apt-get download "$name" \
                >>"$build/log/apt-$suite.log" 2>&1
        ) || continue

        ls -t "$build/apt/packages/$name"_*.deb | sed -n 1p
        return
    done

    die "no later Debian suite on this mirror has the package $name" \
        "see $build/log/apt-*.log"
}

# source_versions SUITE NAME: Debian versions of a source package
source_versions() {
    suite_apt "$1" apt-cache showsrc --only-source "$2" 2>/dev/null \
        | sed -n 's/^Version: //p'
}

# source_package NAME UPSTREAM-VERSION DIR SUITE...: unpacks the source
# package with Debian's patches applied into DIR, which must not exist; the
# first of the suites that has this version serves
source_package() {
    local name=$1 wanted=$2 dir=$3 suite version
    shift 3

    need dpkg-dev patch xz-utils

    for suite; do
        suite_lists "$suite" deb-src || continue

        for version in $(source_versions "$suite" "$name"); do
            case $version in
                "$wanted"-*|*:"$wanted"-*|"$wanted"+*)
                    fetch_source "$suite" "$name" "$version" "$dir"
                    return
                    ;;
            esac
        done
    done

    die "no suite on this mirror has $name $wanted as a source package" \
        "looked in: $*" "with a tree of your own: --nginx-src DIR"
}

fetch_source() {
    local suite=$1 name=$2 version=$3 dir=$4
    local downloads=$build/apt/sources/$name

    say "fetching the source of $name $version ($suite)"

    mkdir -p "$downloads" "${dir%/*}"
    (
        cd "$downloads"
        suite_apt "$suite" apt-get source --download-only "$name=$version" \
            >"$build/log/source-$name.log" 2>&1
    ) || die "the mirror lists $name $version but does not have its source" \
             "see $build/log/source-$name.log" \
             "with a tree of your own: --nginx-src DIR"

    logged "unpack-$name" dpkg-source --no-copy -x \
        "$downloads/${name}_${version#*:}.dsc" "$dir"
}
