#!/bin/sh
# Find what the tests need beyond Python, or install it: needs.sh chromium postgresql
# Where neither is possible it says what is missing, by name, and fails.
set -eu

found() {
    case $1 in
        chromium) what=${CHROMIUM:-chromium chromium-browser google-chrome google-chrome-stable chrome} ;;
        postgresql) what=initdb ;;
        *) echo "needs: $1? There are chromium and postgresql" >&2; exit 2 ;;
    esac
    PATH="$PATH:/usr/bin:/usr/local/bin:/snap/bin:/opt/google/chrome"
    for folder in /usr/lib/postgresql/*/bin; do PATH="$PATH:$folder"; done
    for name in $what; do
        if command -v "$name" >/dev/null 2>&1; then return 0; fi
    done
    return 1
}

for need in "$@"; do
    if found "$need"; then continue; fi
    echo "The tests need $need: installing it with apt-get" >&2
    sudo=
    if [ "$(id -u)" != 0 ]; then sudo="sudo -n"; fi
    export DEBIAN_FRONTEND=noninteractive
    if command -v apt-get >/dev/null 2>&1; then
        $sudo apt-get -qq update >/dev/null || true
        $sudo apt-get -qq install --yes "$need" >/dev/null || true
    fi
    if ! found "$need"; then
        echo "needs: no $need on this machine, and it could not be installed: install it by hand" \
            "(Debian: apt-get install $need) and run this again" >&2
        exit 1
    fi
done
