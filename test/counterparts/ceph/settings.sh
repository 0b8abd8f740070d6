# Where the store listens and keeps its state, and how its daemons start. Sourced by the other scripts.
counterpart=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$counterpart/../counterpart.sh"

port=17480
monitor_port=17481
# The pods of the Kubernetes counterpart reach the host by its bridge, if there is one.
bridge=k8s0
bridge_address=10.32.0.1
state=$(state_folder ceph)
export CEPH_CONF=$state/ceph.conf

bridge_exists() { [ -e "/sys/class/net/$bridge" ]; }

# Runs a step of the set-up unless it has succeeded before.
once() { # FUNCTION
  [ ! -e "$state/done/$1" ] || return 0
  # Called on its own, so that the first command that fails ends it.
  (set -e && "$1") >>"$state/logs/setup.log" 2>&1 9>&- &
  wait $! || fail "$1 failed: $(tail -n 5 "$state/logs/setup.log")"
  mkdir -p "$state/done" && touch "$state/done/$1"
}

start_gateway() {
  local endpoints="endpoint=127.0.0.1:$port"
  ! bridge_exists || endpoints+=" endpoint=$bridge_address:$port"
  needs_ports gateway "$port"
  launch gateway radosgw --foreground --name client.gateway --rgw-frontends "beast $endpoints tcp_nodelay=1"
  ready gateway 120 curl --fail --silent --max-time 5 "http://127.0.0.1:$port/"
}

# What a service needs to use the store, for a shell to read.
print_environment() {
  cat "$state/environment"
  ! bridge_exists || echo "export DSC_AGENT_STORE_URL=http://$bridge_address:$port"
}
