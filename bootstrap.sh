#!/bin/sh
# Makes the virtual environment and installs the locked packages into it. Usage: bootstrap.sh VENV
set -eu
venv=$1
python=${PYTHON:-python3}

die() { printf 'vminer: %s\n' "$1" >&2; exit 1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif sudo -n true 2>/dev/null; then sudo -n "$@"
    else return 1
    fi
}

apt_install() {
    command -v apt-get >/dev/null || return 1
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null 2>&1 ||
        { as_root apt-get update -q >/dev/null &&
          as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null; }
}

command -v "$python" >/dev/null || apt_install python3 python3-venv ||
    die "Python 3.11 or newer is missing; install the packages python3 and python3-venv"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    die "Python 3.11 or newer is needed; name one with 'make PYTHON=python3.12 …'"
"$python" -c 'import ensurepip, venv' 2>/dev/null || apt_install python3-venv ||
    die "Python's venv module is missing; install the package python3-venv"

[ -x "$venv/bin/pip" ] || "$python" -m venv "$venv"
[ -x "$venv/bin/uv" ] || "$venv/bin/pip" install --quiet --disable-pip-version-check uv
"$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --require-hashes -r requirements.lock
"$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --no-deps --editable .
