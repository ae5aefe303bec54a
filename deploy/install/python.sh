#!/bin/sh
# Makes the virtual environment .venv of this checkout and installs a pinned requirement file into it.
# PYTHON names the interpreter; without it the newest one that works and is 3.11 or newer is taken.
set -eu
here=$(dirname "$0")
requirements=$1

usable() {
    command -v "$1" >/dev/null && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

choose() {
    for python in ${PYTHON:-python3.13 python3.12 python3.11 python3}; do
        usable "$python" && return
    done
    echo "Python 3.11 or newer is needed: ${PYTHON:-python3} is not there or too old; name another with PYTHON=..." >&2
    exit 1
}

make_environment() {
    choose
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    "$python" -c 'import venv, ensurepip' 2>/dev/null || sh "$here/debian.sh" "python$version-venv"
    echo "install: a virtual environment of Python $version in .venv"
    "$python" -m venv --clear .venv
}

.venv/bin/python -m pip --version >/dev/null 2>&1 || make_environment
[ -x .venv/bin/uv ] || .venv/bin/python -m pip install --quiet --disable-pip-version-check -r "$here/uv.txt"
echo "install: Python packages of $requirements"
# Compiled now, the packages start fast also where Python is told to write no bytecode.
.venv/bin/uv pip install --quiet --python .venv --compile-bytecode -r "$requirements"
