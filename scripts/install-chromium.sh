#!/usr/bin/env bash
# Installs the browser of the page's tests, from Debian's packages (root), where there is none.
set -euo pipefail

! command -v chromium > /dev/null || exit 0
as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo)
"${as_root[@]}" apt-get update -q
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends chromium
