#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Builds and tests this work tree on other systems: a Debian 13, with its own compilers and libraries, and arm64, with a
# cross compiler in that Debian 13 and qemu's user mode emulation.
#
# usage: tools/others.sh [--dir DIRECTORY] [debian12] [debian13] [arm64] [-- CTEST ARGUMENT...]     (./dev others)
#
# Without names it is debian13 and arm64. The systems are made with debootstrap and kept in DIRECTORY, by default
# ~/.cache/pricepoint/others, a gigabyte or two. Exit status 77: one of them cannot be had here; the output says why.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
systems=${XDG_CACHE_HOME:-$HOME/.cache}/pricepoint/others
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
wanted=()
arguments=()
while [[ $# -gt 0 ]]; do
    case $1 in
        --dir) systems=$2 && shift ;;
        debian12 | debian13 | arm64) wanted+=("$1") ;;
        --) shift && arguments=("$@") && break ;;
        *) printf 'others: %s is not debian12, debian13 or arm64\n' "$1" >&2 && exit 2 ;;
    esac
    shift
done
[[ ${#wanted[@]} -gt 0 ]] || wanted=(debian13 arm64)

skip() {
    printf 'skipped: %s\n' "$*"
    exit 77
}

[[ $(id -u) -eq 0 ]] || skip "another system is made and entered by root (sudo ./dev others)"
if ! command -v debootstrap >/dev/null; then
    command -v apt-get >/dev/null || skip "debootstrap is not installed, and this is not a Debian"
    apt-get update >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends debootstrap \
        >/dev/null || skip "the package debootstrap cannot be installed"
fi
unshare --mount true 2>/dev/null || skip "this machine lets nobody mount anything"

# within SYSTEM COMMAND...: in that system, with this work tree at /pricepoint. Mounts go with the process.
within() {
    local system=$1
    shift
    cp /etc/resolv.conf "$system/etc/resolv.conf"
    # A machine behind a proxy has certificates of its own.
    if [[ -f /etc/ssl/certs/ca-certificates.crt ]]; then
        mkdir -p "$system/etc/ssl/certs"
        cp -L /etc/ssl/certs/ca-certificates.crt "$system/etc/ssl/certs/ca-certificates.crt"
    fi
    unshare --mount --propagation private sh -c '
        mount -t proc proc "$1/proc" && mount --rbind /dev "$1/dev" && mount -t tmpfs tmpfs "$1/tmp" && system=$1 && shift &&
        exec chroot "$system" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
            LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"' sh "$system" "$@"
}

# system NAME RELEASE: made once, with git alone, then given this work tree as it is now. What was built there stays.
system() {
    local system=$systems/$1
    if [[ ! -f $system/.complete ]]; then
        rm -rf "$system"
        mkdir -p "$systems"
        printf '%s: making it in %s\n' "$1" "$system"
        debootstrap --variant=minbase --include=git,ca-certificates "$2" "$system" "$mirror" >"$systems/$1.log" 2>&1 ||
            { tail -n 5 "$systems/$1.log" && skip "debootstrap cannot make a $2 from $mirror"; }
        touch "$system/.complete"
    fi
    mkdir -p "$system/pricepoint"
    # Files that are the same keep their time, so that only what changed is compiled.
    (cd "$root" && git ls-files -z --cached --others --exclude-standard) >"$systems/$1.files"
    find "$system/pricepoint" -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf {} +
    tar -C "$root" --null --ignore-failed-read -T "$systems/$1.files" -cf - 2>/dev/null | tar -C "$system/pricepoint" -xf -
}

test_debian() {
    system "$1" "$2"
    printf '%s: ./dev test %s\n' "$1" "${arguments[*]}"
    within "$systems/$1" bash -c 'cd /pricepoint && ./dev test "$@"' bash "${arguments[@]}"
}

test_arm64() {
    system debian13 trixie
    printf 'arm64: packages\n'
    within "$systems/debian13" bash -c '
        set -e
        dpkg --add-architecture arm64
        apt-get update
        apt-get install --yes --no-install-recommends cmake ninja-build ccache python3 python3-jsonschema \
            g++-aarch64-linux-gnu qemu-user
        apt-get install --yes --no-install-recommends libboost-dev:arm64 libabsl-dev:arm64 libgtest-dev:arm64 \
            libgmock-dev:arm64' >"$systems/arm64.log" 2>&1 || { tail -n 20 "$systems/arm64.log" && return 1; }
    within "$systems/debian13" bash /pricepoint/tools/others_arm64.sh
}

status=0
for one in "${wanted[@]}"; do
    case $one in
        debian12) test_debian debian12 bookworm ;;
        debian13) test_debian debian13 trixie ;;
        arm64) test_arm64 ;;
    esac && printf '%s: passed\n' "$one" || { printf '%s: FAILED\n' "$one" && status=1; }
done
exit $status
