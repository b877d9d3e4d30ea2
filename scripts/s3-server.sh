#!/usr/bin/env bash
# A real S3 server on loopback for the tests: one Ceph monitor, one OSD in memory, the RADOS gateway.
#   scripts/s3-server.sh install            installs what it needs, from Debian's packages (root)
#   scripts/s3-server.sh start DIR [PORT]   starts it and prints its endpoint; keys test / testtest
#   scripts/s3-server.sh stop DIR           ends it and removes DIR
set -euo pipefail

install() {
  local program missing=0
  for program in radosgw radosgw-admin ceph-mon ceph-osd ceph monmaptool uuidgen curl; do
    command -v "$program" > /dev/null || missing=1
  done
  [ "$missing" = 1 ] || return 0
  local as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  "${as_root[@]}" apt-get update -q
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends \
    radosgw ceph-mon ceph-osd ceph-common uuid-runtime curl
}

start() {
  local dir port fsid osd key
  dir=$(realpath -m "$1") port=${2:-7480}
  rm -rf "$dir"
  mkdir -p "$dir"/{mon,osd0,rgw,run}
  fsid=$(uuidgen) osd=$(uuidgen) key=$(ceph-authtool --gen-print-key)
  cat > "$dir/ceph.conf" << CONF
[global]
fsid = $fsid
mon host = [v1:127.0.0.1:$((port + 1))]
mon initial members = a
auth cluster required = none
auth service required = none
auth client required = none
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd crush chooseleaf type = 0
# The OSD would ask the monitor before it knows it, and sometimes be refused ("wrong fsid"); done below.
osd crush update on start = false
osd class update on start = false
mon allow pool size one = true
public addr = 127.0.0.1
run dir = $dir/run
pid file = $dir/\$name.pid
admin socket = $dir/run/\$name.\$pid.asok
log file = $dir/\$name.log
ms bind msgr2 = false
[mon.a]
mon data = $dir/mon
[osd.0]
osd data = $dir/osd0
osd objectstore = memstore
memstore device bytes = 2147483648
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:$port tcp_nodelay=1
rgw data = $dir/rgw
keyring = $dir/keyring
CONF
  cat > "$dir/keyring" << KEYS
[mon.]
	key = $key
	caps mon = "allow *"
[client.admin]
	key = $key
	caps mon = "allow *"
	caps osd = "allow *"
KEYS
  local conf=(-c "$dir/ceph.conf") as_root=(--setuser root --setgroup root)
  {
    monmaptool --create --clobber --fsid "$fsid" --addv a "[v1:127.0.0.1:$((port + 1))]" "$dir/monmap"
    ceph-mon "${conf[@]}" --mkfs -i a --monmap "$dir/monmap" --keyring "$dir/keyring"
    ceph-mon "${conf[@]}" -i a "${as_root[@]}"
    timeout 60 ceph "${conf[@]}" osd create "$osd"
    timeout 60 ceph "${conf[@]}" osd crush add-bucket here host root=default
    timeout 60 ceph "${conf[@]}" osd crush add osd.0 1 host=here
    ceph-osd "${conf[@]}" -i 0 --mkfs --osd-uuid "$osd" "${as_root[@]}"
    ceph-osd "${conf[@]}" -i 0 "${as_root[@]}"
    radosgw "${conf[@]}" -n client.rgw "${as_root[@]}"
    for _ in $(seq 120); do
      curl -s -o /dev/null "http://127.0.0.1:$port/" && break
      sleep 0.5
    done
    timeout 60 radosgw-admin "${conf[@]}" -n client.rgw user create --uid=test --display-name=test \
      --access-key=test --secret-key=testtest
  } > "$dir/start.log" 2>&1 || {
    tail -20 "$dir/start.log" >&2
    stop "$dir"
    exit 1
  }
  echo "http://127.0.0.1:$port"
}

stop() {
  local file
  for file in "$1"/*.pid; do
    [ -e "$file" ] && kill -9 "$(cat "$file")" 2> /dev/null || true
  done
  rm -rf "$1"
}

case "${1:-}" in
  install) install ;;
  start) start "${@:2}" ;;
  stop) stop "$2" ;;
  *) sed -n '2,6s/^# //p' "$0" && exit 2 ;;
esac
