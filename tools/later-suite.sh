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

# own_suite: the code name of the machine's Debian; empty if it has none
own_suite() {
    sed -n 's/^VERSION_CODENAME=//p' /etc/os-release 2>/dev/null || true
}

# suites_own_first SUITE...: the machine's own suite, then the others
suites_own_first() {
    local own suite
    own=$(own_suite)

    [ -z "$own" ] || echo "$own"

    for suite; do
        [ "$suite" = "$own" ] || echo "$suite"
    done
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
        -o Acquire::Languages=none -o Acquire::http::Timeout=20 \
        -o Acquire::https::Timeout=20 -o Acquire::Retries=1 "$@"
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

# later_suites: those a package of a later Debian is taken from
later_suites='forky sid'

# install_later NAME: installs the package from the first later suite that
# lists it, has its file, and whose package can be installed here
install_later() {
    local name=$1 suite tried=

    for suite in $later_suites; do
        tried+=" $suite"

        if later_package "$suite" "$name" \
            && apt_install "$later_file" >"$build/log/apt-$name.log" 2>&1
        then
            return
        fi
    done

    die "no later suite on this mirror gave the package $name" \
        "tried:$tried" "see $build/log/apt-*.log"
}

# later_package SUITE NAME: downloads the package; its path is left in
# later_file
later_package() {
    local suite=$1 name=$2 dir=$build/apt/packages/$1
    later_file=

    suite_lists "$suite" deb || return 1

    rm -rf "$dir"
    mkdir -p "$dir"

    (
        cd "$dir" && suite_apt "$suite" apt-get download "$name"
    ) >>"$build/log/apt-$suite.log" 2>&1 || return 1

    for later_file in "$dir/$name"_*.deb; do
        dpkg-deb --info "$later_file" >/dev/null 2>&1
        return
    done
}

# source_versions SUITE NAME: Debian versions of a source package
source_versions() {
    suite_apt "$1" apt-cache showsrc --only-source "$2" 2>/dev/null \
        | sed -n 's/^Version: //p'
}

# source_package NAME UPSTREAM-VERSION DIR FILE SUITE...: unpacks the source
# package with Debian's patches applied into DIR.  The first of the suites
# serves that lists this version, can be fetched from, and whose tree has
# FILE.  UPSTREAM-VERSION "any" takes what the suite has.
source_package() {
    local name=$1 wanted=$2 dir=$3 file=$4 suite version tried=
    shift 4

    need dpkg-dev patch xz-utils

    for suite; do
        tried+=" $suite"

        if ! suite_lists "$suite" deb-src; then
            tried+=" (no index)"
            continue
        fi

        version=$(wanted_version "$suite" "$name" "$wanted")

        if [ -z "$version" ]; then
            tried+=" (not listed)"
            continue
        fi

        if ! fetch_source "$suite" "$name" "$version" "$dir"; then
            tried+=" ($version could not be fetched)"
            continue
        fi

        if [ -f "$dir/$file" ]; then
            return
        fi

        tried+=" ($version has no $file)"
        rm -rf "$dir"
    done

    die "no suite on this mirror gave the source of $name $wanted" \
        "tried:$tried" "see $build/log/apt-*.log and source-$name-*.log"
}

# wanted_version SUITE NAME UPSTREAM-VERSION: the first Debian version that
# fits
wanted_version() {
    local version

    for version in $(source_versions "$1" "$2"); do
        case $3:$version in
            any:*) ;;
            *:"$3"-* | *:"$3"+*) ;;
            *) continue ;;
        esac

        echo "$version"
        return
    done
}

# fetch_source SUITE NAME VERSION DIR: fails with DIR absent if any step does.
# Where the mirror holds the upstream tarball, which apt has checked, and not
# Debian's part of the package, the tarball alone serves.
fetch_source() {
    local suite=$1 name=$2 version=$3 dir=$4
    local downloads=$build/apt/sources/$name-$suite
    local log=$build/log/source-$name-$suite.log

    say "fetching the source of $name $version ($suite)"

    rm -rf "$downloads" "$dir"
    mkdir -p "$downloads" "${dir%/*}"

    if (
        cd "$downloads" \
            && suite_apt "$suite" apt-get source --download-only \
                   "$name=$version" \
            && dpkg-source --no-copy -x \
                   "${name}_${version#*:}.dsc" "$dir"
    ) >"$log" 2>&1 </dev/null; then
        return
    fi

    rm -rf "$dir"

    if unpack_upstream "$downloads" "$dir" >>"$log" 2>&1; then
        note "the mirror has it without Debian's patches, see $log"
        return
    fi

    note "that failed, see $log"
    rm -rf "$dir"
    return 1
}

# unpack_upstream DOWNLOADS DIR: apt gives a file its name when its checksum
# was right
unpack_upstream() {
    local tarball

    for tarball in "$1"/*.orig.tar.*; do
        case $tarball in
            *.asc | *.FAILED | *"*"*) continue ;;
        esac

        mkdir -p "$2" && tar -x -f "$tarball" -C "$2" --strip-components=1
        return
    done

    return 1
}
