#!/bin/sh
# Chooses versions anew and writes the lock files: exact versions, hashes, no registry's address.
# One version for every Python where there is one, so that films come out the same.
set -eu
cd "$(dirname "$0")/.."
uv=${UV:-.venv/bin/uv}

compile() {
    "$uv" --no-config pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
        --generate-hashes --no-emit-index-url --system-certs --group build \
        --custom-compile-command 'make lock' "$@"
}

compile pyproject.toml --upgrade --extra test --extra check -o setup/requirements.lock
compile --constraints setup/requirements.lock -o setup/build.lock
