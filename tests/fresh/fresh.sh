#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# req: OPS-01
# A Debian 12 root with nothing in it, a clean clone, and the commands of the README: what is missing is named and not
# installed unasked, `up --yes` brings it and serves, a scan is taken and the page answers; a second copy runs beside it
# as root; and `./bagwatch test` is green in there (BW_FRESH_TEST=no leaves that out).
# Everything runs in mount and process namespaces of its own, so that nothing outlives it.
set -eu
[ -n "${BW_DEEP:-}" ] || { echo "skipped: only ./bagwatch test --deep makes a fresh machine"; exit 77; }
[ "$(id -u)" -eq 0 ] || { echo "skipped: making a Debian root needs root"; exit 77; }
here=$(readlink -f "$(dirname "$0")")
source=$(readlink -f "${BW_SOURCE:-$here/../..}")

if [ -z "${BW_FRESH_ROOT:-}" ]; then
    root=$(mktemp -d "${TMPDIR:-/var/tmp}/bagwatch-fresh.XXXXXX")
    chmod 755 "$root"
    trap 'rm -rf --one-file-system "$root"' EXIT
    trap 'exit 130' INT TERM
    BW_FRESH_ROOT=$root unshare --mount --propagation private --pid --fork --kill-child sh "$0"
    exit 0
fi
root=$BW_FRESH_ROOT
user_port=${BW_FRESH_PORT:-18080}
root_port=$((user_port + 1))

step() { echo "== $*"; }
fail() {
    echo "FAILED: $*"
    for log in "$root"/tmp/*.log; do
        [ ! -e "$log" ] || { echo "-- $log"; tail -n 30 "$log"; }
    done
    exit 1
}
inside() { chroot "$root" /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 ${trust:+"$trust"} "$@"; }
person() { inside su -s /bin/sh -c "cd /srv/person/bagwatch && $1" person; }

# The mirror is the one that this machine's own apt uses.
# shellcheck disable=SC2016 # the names in it are apt's
sources=$(apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) main' 'Created-By: Packages' |
    grep -E ' bookworm(-updates|-security)? main$' | sort -u)
mirror=$(echo "$sources" | awk '$3 == "bookworm" { print $2; exit }')
[ -n "$mirror" ] || { echo "skipped: this machine's apt knows no bookworm"; exit 77; }

step "a Debian 12 root"
debootstrap --variant=minbase --include=sudo bookworm "$root" "$mirror" >"$root.log" 2>&1 ||
    { tail -n 20 "$root.log"; rm -f "$root.log"; exit 1; }
rm -f "$root.log"
echo "$sources" >"$root/etc/apt/sources.list"
cp /etc/resolv.conf "$root/etc/resolv.conf"
# Where this machine trusts an authority of its own towards npm's registry, the new one must as well.
trust=
if [ -n "${NODE_EXTRA_CA_CERTS:-}" ]; then
    cp "$NODE_EXTRA_CA_CERTS" "$root/etc/extra-ca.crt"
    trust=NODE_EXTRA_CA_CERTS=/etc/extra-ca.crt
fi
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mkdir -p "$root/run"
mount -t tmpfs tmpfs "$root/run"
inside useradd --create-home --home-dir /srv/person --shell /bin/sh person
echo 'person ALL=(ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/person"

step "a clean clone"
for home in "$root/srv/person" "$root/root"; do
    git -c safe.directory='*' clone -q --no-local "$source" "$home/bagwatch" || fail "git clone"
done
inside chown -R person: /srv/person/bagwatch

step "without --yes and without a terminal nothing is installed"
status=0
said=$(person "./bagwatch up </dev/null" 2>&1) || status=$?
[ "$status" -eq 69 ] || fail "ended with $status, wanted 69: $said"
case $said in *"missing Debian packages:"*postgresql-15*) ;; *) fail "did not name what is missing: $said" ;; esac
[ ! -e "$root/usr/bin/gcc" ] || fail "installed without being asked to"

wait_for() { # URL SECONDS PID
    waited=0
    until curl -fsS -o /dev/null --max-time 2 "$1" 2>/dev/null; do
        kill -0 "$3" 2>/dev/null || fail "the server ended before $1 answered"
        waited=$((waited + 1))
        [ "$waited" -lt "$2" ] || fail "$1 did not answer in $2 s"
        sleep 1
    done
}

post() { # PORT KEY BODY: one event; it must be accepted
    answer=$(curl -sS --max-time 10 -H "Authorization: Bearer $2" -H 'Content-Type: application/json' -d "$3" \
        "http://127.0.0.1:$1/v1/events")
    case $answer in *'"outcome":"accepted"'*) ;; *) fail "the scan was not accepted: $answer" ;; esac
}

step "up --yes, as an ordinary user"
began=$(date +%s)
person "exec ./bagwatch up --yes --port $user_port </dev/null" >"$root/tmp/user.log" 2>&1 &
user_pid=$!
wait_for "http://127.0.0.1:$user_port/readyz" 1200 "$user_pid"
echo "serves $(($(date +%s) - began)) s after the command"
[ ! -e "$root/var/lib/postgresql/15/main" ] || fail "installing PostgreSQL made a cluster of its own"
case $(curl -fsS --max-time 10 "http://127.0.0.1:$user_port/") in *'<html'*) ;; *) fail "no page at /" ;; esac

step "the README's scan, and the customer's page that shows it"
waited=0
until link=$(person "./bagwatch demo customer" 2>/dev/null); do # written when the demo's first events are in
    waited=$((waited + 1))
    [ "$waited" -lt 120 ] || fail "no demo.txt after $waited s"
    sleep 1
done
key=$(person "./bagwatch demo key-IB")
day=$(person "./bagwatch demo travel-date")
page() { curl -fsS --max-time 10 "http://127.0.0.1:$user_port/${link#http*://*/}"; }
before=$(page) || fail "the customer's page does not answer"
now=$(date -u +%FT%TZ)
post "$user_port" "$key" "{\"event_id\": \"readme-1\", \"plate\": \"0125728359\", \"travel_date\": \"$day\",
    \"code\": \"TRANSFER_IN\", \"station\": \"LHR\", \"from_carrier\": \"BA\", \"occurred_at\": \"$now\"}"
[ "$(page)" != "$before" ] || fail "the customer's page is as it was before the scan"
case $(page) in *Iberia*) ;; *) fail "the customer's page does not name Iberia" ;; esac

step "the port is taken"
status=0
said=$(person "./bagwatch up --port $user_port </dev/null" 2>&1) || status=$?
case $status:$said in 75:*"port $user_port is taken"*) ;; *) fail "ended with $status: $said" ;; esac

step "a second copy beside it, as root"
inside sh -c "cd /root/bagwatch && exec ./bagwatch up --port $root_port --data /var/lib/second --no-demo </dev/null" \
    >"$root/tmp/root.log" 2>&1 &
root_pid=$!
as_root() { inside sh -c "cd /root/bagwatch && $1"; }
wait_for "http://127.0.0.1:$root_port/readyz" 300 "$root_pid"
key=$(as_root "build/release/bagwatchd key create --carrier IB --data /var/lib/second" |
    grep -o 'bagk_live_[0-9A-Za-z]*' | head -n 1)
[ -n "$key" ] || fail "no key was made"
post "$root_port" "$key" "{\"event_id\": \"fresh-1\", \"plate\": \"0075000001\", \"code\": \"BAG_SEEN\",
    \"station\": \"MAD\", \"occurred_at\": \"$(date -u +%FT%TZ)\"}"
case $(curl -sS --max-time 10 -H "Authorization: Bearer $key" "http://127.0.0.1:$root_port/v1/bags/0075000001") in
*'"plate":"0075000001"'*) ;;
*) fail "the bag cannot be read back" ;;
esac
for process in "$root"/proc/[0-9]*; do
    case $(cat "$process/comm" 2>/dev/null || true) in
    bagwatchd | postgres) [ "$(stat -c %u "$process" 2>/dev/null || echo 1)" -ne 0 ] || fail "$(cat "$process/comm") runs as root" ;;
    esac
done
echo "neither bagwatchd nor PostgreSQL runs as root"

step "both stop when told to, and end well"
for process in "$root"/proc/[0-9]*; do
    [ "$(cat "$process/comm" 2>/dev/null || true)" != bagwatchd ] || kill -TERM "${process##*/}"
done
for pid in "$user_pid" "$root_pid"; do
    status=0
    wait "$pid" || status=$?
    [ "$status" -eq 0 ] || fail "ended with $status"
done

if [ "${BW_FRESH_TEST:-yes}" != no ]; then
    step "./bagwatch test"
    as_root "./bagwatch test --yes </dev/null" >"$root/tmp/test.log" 2>&1 ||
        { grep -aE '\*\*\*(Failed|Timeout|Exception|Not Run)' "$root/tmp/test.log" || true; fail "./bagwatch test"; }
    tail -n 5 "$root/tmp/test.log"
fi
step "done"
