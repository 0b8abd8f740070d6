# Which connectors there are, where they listen and keep their state. Sourced by the other scripts.
#
# What may be set:
#   DSC_EDC_COMPUTE_PORT, DSC_EDC_CONSUMER_PORT, DSC_EDC_DATA_PORT   the first of a connector's five ports
#   DSC_EDC_EVENTS_URL       connector NAME posts its events to $DSC_EDC_EVENTS_URL/NAME; without it, nowhere
#   DSC_EDC_KEY              key of the management APIs; without it, one is made
#   DSC_EDC_TURN_MS          how long an idle state machine waits before it looks again
#   DSC_EDC_POLICY_SECONDS   how often running transfers are held against their policies
counterpart=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$counterpart/../counterpart.sh"

names=(compute consumer data)
declare -A first_port=(
  [compute]=${DSC_EDC_COMPUTE_PORT:-17610}
  [consumer]=${DSC_EDC_CONSUMER_PORT:-17620}
  [data]=${DSC_EDC_DATA_PORT:-17630}
)
turn_ms=${DSC_EDC_TURN_MS:-100}
policy_seconds=${DSC_EDC_POLICY_SECONDS:-1}
state=$(state_folder edc)
jars=$(built_folder edc "$counterpart"/{jars,pom.xml})

known() { # NAME...
  local name
  for name; do [ -n "${first_port[$name]:-}" ] || fail "there is no connector $name, only ${names[*]}"; done
}
