#!/bin/sh
# Makes the machine and .venv/ ready to render; when they are, says nothing and is done at once.
# PYTHON=/path/to/python3 chooses the Python that .venv/ is made from.
set -u
cd "$(dirname "$0")/.." || exit 1
packages=setup/system-packages.txt
log=build/setup-system.log

version='import sys; print("%d.%d" % sys.version_info[:2])'
wanted=''
if [ -z "${PYTHON:-}" ] || wanted=$("$PYTHON" -c "$version" 2>/dev/null); then
    # shellcheck disable=SC2086  # no word at all where no Python was chosen
    .venv/bin/python -I -S setup/environment.py --complain $wanted >/dev/null 2>&1 && exit 0
fi

say() { printf 'set-up: %s\n' "$*" >&2; }

modern() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

version() { command -v "$1" >/dev/null && "$1" --version 2>&1 | head -n 1 || echo none; }

chosen=${PYTHON:-}
find_python() { # leaves the Python to use in PYTHON, or fails
    if [ -n "$chosen" ]; then PYTHON=$chosen; modern "$PYTHON"; return; fi
    for PYTHON in python3 python3.14 python3.13 python3.12 python3.11 /usr/bin/python3; do
        modern "$PYTHON" && return
    done
    PYTHON=python3
    return 1
}

find_missing() { # runs every probe; leaves what is missing in needs, debian, fedora and brew
    needs='' debian='' fedora='' brew=''
    while IFS='|' read -r need probe on_debian on_fedora on_brew; do
        case $need in '' | '#'*) continue ;; esac
        (eval "$probe") >/dev/null 2>&1 </dev/null && continue
        needs="$needs${needs:+, }${need% }"
        debian="$debian$on_debian" fedora="$fedora$on_fedora" brew="$brew$on_brew"
    done <"$packages"
}

words() { for word in $1; do printf '%s\n' "$word"; done | sort -u | paste -s -d ' ' -; }

give_up() { # reason
    say "$1"
    say "  missing:         $needs"
    say "  Debian, Ubuntu:  sudo apt-get install $(words "$debian")"
    say "  Fedora:          sudo dnf install $(words "$fedora")"
    say "  macOS:           brew install $(words "$brew")"
    if ! modern "$PYTHON"; then
        say "  Python here:     $(version "$PYTHON")"
        say '  If this system has no newer python3: install python3.11, python3.11-venv and'
        say '  python3.11-dev, or have make use another one: make PYTHON=/path/to/python3'
    fi
    say 'Then run the same make command again.'
    exit 1
}

find_python || [ -z "$chosen" ] || {
    say "PYTHON=$chosen is not Python 3.11 or newer (it is: $(version "$chosen"))."
    exit 1
}
find_missing
if [ -n "$needs" ]; then
    command -v apt-get >/dev/null || give_up 'system packages are missing.'
    if [ "$(id -u)" = 0 ]; then root=''
    elif sudo -n true 2>/dev/null; then root='sudo -n'
    else give_up 'system packages are missing, and installing them takes root:'
    fi
    say "installing with apt: $(words "$debian")"
    mkdir -p build 2>/dev/null
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086  # package names and sudo are words
    { $root apt-get update -q && $root apt-get install -y -q --no-install-recommends \
        -o DPkg::Lock::Timeout=300 $debian; } >"$log" 2>&1 </dev/null || {
        case $(cat "$log") in
            *'No space left'* | *"enough free space"*) cause='the disk is full' ;;
            *resolv* | *'Failed to fetch'* | *'connect to'* | *'connection'*) cause='the Debian mirror cannot be reached; is the network up?' ;;
            *'Unable to locate'* | *'no installation candidate'*) cause='this release does not know one of them' ;;
            *) cause=$(grep '^E:' "$log" | head -n 1) ;;
        esac
        give_up "apt could not install them: $cause (all it said: $log)"
    }
    find_python
    find_missing
    [ -z "$needs" ] || give_up 'apt is done, and still something is missing:'
fi
exec "$PYTHON" setup/environment.py
