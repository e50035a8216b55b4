#!/bin/sh
# A plain Debian for the tests of the package: a folder that knows nothing of this machine but what it was given.
#
#   debian.sh root DIR PACKAGE.deb            make it (once), and bring along what the package and its tests need, so that apt
#                                             finds all of it without a network
#   debian.sh minimal DIR                     make it (once) without systemd, as images of Debian are
#   debian.sh revise PACKAGE.deb FOLDER N     the package N times over, as revisions 1 to N
#
# As root. What is downloaded comes from where apt and debootstrap of this machine get theirs.
set -eu
action=$1

make_root() {
    dir=$1
    shift
    [ -e "$dir/.made" ] && return
    codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
    rm -rf "$dir" "$dir.log"
    mkdir -p "$(dirname "$dir")"
    debootstrap --variant=minbase "$@" "$codename" "$dir" >"$dir.log" 2>&1 \
        || { tail "$dir.log" >&2; exit 69; }
    # Downloaded packages stay where apt looks for them.
    echo 'Binary::apt::APT::Keep-Downloaded-Packages "true";' >"$dir/etc/apt/apt.conf.d/90keep"
    touch "$dir/.made"
}

# Asks the network only when something isn't there yet.
bring_along() {
    dir=$1 package=$2
    install -D -m 644 "$package" "$dir/var/cache/package.deb"
    cp /etc/resolv.conf "$dir/etc/resolv.conf"
    [ -e "$dir/.updated" ] || { chroot "$dir" apt-get update -q >"$dir.log" 2>&1 && touch "$dir/.updated"; }
    DEBIAN_FRONTEND=noninteractive chroot "$dir" apt-get install -q -y --no-install-recommends --download-only \
        /var/cache/package.deb postgresql python3-minimal procps ansible-core python3-apt >>"$dir.log" 2>&1 || { tail "$dir.log" >&2; exit 69; }
    rm -f "$dir/etc/resolv.conf" "$dir/var/cache/package.deb"
}

revise() {
    package=$1 folder=$2 count=$3
    work=$(mktemp -d "${TMPDIR:-/tmp}/ix-worker-revise.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    dpkg-deb -R "$package" "$work/package"
    mkdir -p "$folder"
    rm -f "$folder"/*.deb
    version=$(sed -n 's/^Version: \(.*\)-.*/\1/p' "$work/package/DEBIAN/control")
    number=1
    while [ "$number" -le "$count" ]; do
        sed -i "s/^Version: .*/Version: $version-$number/" "$work/package/DEBIAN/control"
        dpkg-deb -Zgzip -z1 --root-owner-group --build "$work/package" "$folder/$number.deb" >/dev/null
        number=$((number + 1))
    done
}

case $action in
    root)
        make_root "$2" --include=systemd,systemd-sysv,dbus
        bring_along "$2" "$3"
        ;;
    minimal) make_root "$2" ;;
    revise) revise "$2" "$3" "$4" ;;
    *)
        echo "usage: debian.sh root DIR PACKAGE.deb | minimal DIR | revise PACKAGE.deb FOLDER N" >&2
        exit 64
        ;;
esac
