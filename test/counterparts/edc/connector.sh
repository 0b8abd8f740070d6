# How a connector is configured and started. Sourced by `up` and `restart`.

# Its ports, from the first: health, management, protocol, control, version.
port_of() { # NAME OFFSET
  echo $((first_port[$1] + $2))
}
management_url() { echo "http://127.0.0.1:$(port_of "$1" 1)/management"; }
protocol_url() { echo "http://127.0.0.1:$(port_of "$1" 2)/protocol"; }
control_url() { echo "http://127.0.0.1:$(port_of "$1" 3)/control"; }

# Every port is mapped, also those that are never asked: their defaults are the same for all connectors.
configuration_of() { # NAME
  cat <<PROPERTIES
edc.participant.id=$1
edc.runtime.id=$1
edc.component.id=$1-data-plane
edc.hostname=127.0.0.1

web.http.port=$(port_of "$1" 0)
web.http.path=/api
web.http.management.port=$(port_of "$1" 1)
web.http.management.path=/management
web.http.management.auth.type=tokenbased
web.http.management.auth.key=$(cat "$state/key")
web.http.protocol.port=$(port_of "$1" 2)
web.http.protocol.path=/protocol
edc.dsp.callback.address=$(protocol_url "$1")
web.http.control.port=$(port_of "$1" 3)
web.http.control.path=/control
web.http.version.port=$(port_of "$1" 4)
web.http.version.path=/version

edc.transfer.state-machine.iteration-wait-millis=$turn_ms
edc.negotiation.consumer.state-machine.iteration-wait-millis=$turn_ms
edc.negotiation.provider.state-machine.iteration-wait-millis=$turn_ms
edc.data.plane.selector.state-machine.iteration-wait-millis=$turn_ms
edc.data.plane.selector.state-machine.check.period=1
# With less than its default EDC's own data plane begins transfers twice.
edc.dataplane.state-machine.iteration-wait-millis=1000
edc.policy.monitor.state-machine.iteration-wait-millis=$turn_ms
edc.policy.monitor.period=PT${policy_seconds}S

# EDC's own data plane does not start without these names, although it signs nothing here.
edc.transfer.proxy.token.signer.privatekey.alias=none
edc.transfer.proxy.token.verifier.publickey.alias=none
PROPERTIES
  if [ -n "${DSC_EDC_EVENTS_URL:-}" ]; then
    cat <<PROPERTIES

edc.callback.events.uri=$DSC_EDC_EVENTS_URL/$1
edc.callback.events.events=contract.negotiation,transfer.process
edc.callback.events.transactional=false
PROPERTIES
  fi
}

# Starts a connector with the configuration that was written for it, unless it lives. The log of its last life is kept.
launch_connector() { # NAME
  local library=$jars/control-plane
  [ "$1" != data ] || library=$jars/data-plane
  ! pid_of "$1" >/dev/null || return 0
  [ ! -e "$state/logs/$1.log" ] || mv "$state/logs/$1.log" "$state/logs/$1.before.log"
  launch "$1" java -Xmx160m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dedc.fs.config="$state/$1.properties" \
    -cp "$library/*" org.eclipse.edc.boot.system.runtime.BaseRuntime
}

# The health port answers before the others do, and a connector that cannot boot lives on: only its log tells.
has_booted() { grep -qE "Runtime .* ready" "$state/logs/$1.log"; }
has_decided() { has_booted "$1" || grep -q 'Error booting runtime' "$state/logs/$1.log"; }

await_connector() { # NAME
  ready "$1" 180 has_decided "$1"
  has_booted "$1" || {
    halt "$1" 0
    fail "$1 cannot boot: $(grep -m 3 -E 'SEVERE|Caused by' "$state/logs/$1.log")"
  }
}
