#!/usr/bin/env bash
# Installs the Redis of the tests of fleets, and ip for their networks, from Debian's packages (root), where they are missing.
set -euo pipefail

! { command -v redis-server && command -v ip; } > /dev/null || exit 0
as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo)
"${as_root[@]}" apt-get update -q
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends redis-server iproute2
# The tests start their own.
"${as_root[@]}" service redis-server stop > /dev/null 2>&1 || true
