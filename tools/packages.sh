# Debian packages: what is missing is installed with apt, and nothing that
# it brings is started.
#
# A folder says what it needs in a file "debian-packages": one dependency a
# line, alternatives separated by "|" (the first that Debian has is taken),
# "#" starts a comment.

apt_timeout=DPkg::Lock::Timeout=600

on_debian() {
    [ -r /etc/debian_version ] && command -v apt-get >/dev/null
}

installed() {
    local status

    status=$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) \
        && [ "$status" = installed ]
}

# known PACKAGE: whether apt has a version of it to install
known() {
    LC_ALL=C apt-cache policy "$1" 2>/dev/null \
        | grep '^  Candidate: [^(]' >/dev/null
}

# packages_of FILE...: the dependencies in the files, one a line, no blanks
packages_of() {
    local file

    for file; do
        [ -f "$file" ] || continue
        sed -e 's/#.*//' -e 's/[[:space:]]//g' -e '/^$/d' "$file"
    done
}

# missing DEPENDENCY...: those of which no alternative is installed
missing() {
    local dependency alternative

    for dependency; do
        for alternative in ${dependency//|/ }; do
            ! installed "$alternative" || continue 2
        done
        echo "$dependency"
    done
}

# candidates DEPENDENCY...: a package for each; fails if one has none
candidates() {
    local dependency alternative

    for dependency; do
        for alternative in ${dependency//|/ }; do
            if known "$alternative"; then
                echo "$alternative"
                continue 2
            fi
        done
        return 1
    done
}

# need DEPENDENCY...: installs what is missing
need() {
    local wanted names
    mapfile -t wanted < <(missing "$@" | sort -u)

    [ ${#wanted[@]} -gt 0 ] || return 0

    on_debian || die "this is not Debian, so nothing was installed" \
        "wanted, by their Debian names: ${wanted[*]}"

    can_become_root || die "packages are missing, and there is no sudo" \
        "as root: apt-get install ${wanted[*]//|*/}"

    if ! names=$(candidates "${wanted[@]}"); then
        update_lists
        names=$(candidates "${wanted[@]}") \
            || die "apt knows no package for one of: ${wanted[*]}" \
                   "see that the main component is in its sources"
    fi

    say "installing $(tr '\n' ' ' <<<"$names")"

    # the lists may be older than the mirror, so a failure gets a second try

    # shellcheck disable=SC2086
    if ! apt_install $names >"$build/log/apt.log" 2>&1; then
        update_lists
        logged apt apt_install $names
    fi
}

update_lists() {
    say "updating the package lists"
    logged apt-update as_root apt-get -o "$apt_timeout" update
}

apt_install() {
    hold_services
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -o "$apt_timeout" -o Dpkg::Use-Pty=0 install -y \
        --no-install-recommends "$@" </dev/null
    local rc=$?
    release_services
    return $rc
}

# Debian starts a service that it has just installed.  While an nginx that
# was not there is being installed, a policy of ours says no to that; a
# machine with a policy of its own keeps it.
service_policy=/usr/sbin/policy-rc.d

hold_services() {
    if installed nginx || [ -e "$service_policy" ]; then
        return
    fi

    printf '%s\n' '#!/bin/sh' '# build.sh, while it installs nginx' \
        '[ "$1" != nginx ] || exit 101' 'exit 0' >"$build/policy-rc.d"

    at_exit release_services
    as_root install -m 755 "$build/policy-rc.d" "$service_policy"
}

release_services() {
    if [ -f "$build/policy-rc.d" ]; then
        rm "$build/policy-rc.d"
        as_root rm -f "$service_policy"
    fi
}
