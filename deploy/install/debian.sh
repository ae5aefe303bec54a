#!/bin/sh
# Installs the named Debian packages that are not there yet: directly as root, otherwise through sudo.
# Nothing that was not running before is left running: the services these packages bring are not started.
set -eu

missing=
for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && sudo true; then exec sudo sh "$0" $missing; fi
    echo "Installing$missing needs root or sudo; run as root: apt-get install$missing" >&2
    exit 1
fi

echo "install: Debian packages$missing"
log=$(mktemp)
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then # one that exists is the machine owner's own decision, and stays
    trap 'rm -f "$policy"' EXIT
    trap 'exit 1' HUP INT TERM
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update && apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    echo "apt-get could not install$missing; its whole output is in $log" >&2
    exit 1
fi
rm -f "$log"
