# What the scripts of all counterparts share; they source it. It expects bash with `set -euo pipefail`.
#
# A daemon NAME has the file $state/run/NAME.pid with two words, its PID and the time at which the kernel says that it
# began: a PID alone may belong to somebody else by now. Its output is appended to $state/logs/NAME.log.

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

say() { echo "$(basename "$counterpart"): $*" >&2; }
fail() { say "$@" && exit 1; }

# Where counterpart NAME keeps its state: a folder of its own below DSC_COUNTERPARTS_DIR (<repository>/.counterparts).
# The path of a socket has at most 107 bytes, so a folder with a path above 70 is replaced by one in /tmp, named by it.
state_folder() { # NAME
  local folder
  folder=$(realpath -m "${DSC_COUNTERPARTS_DIR:-$repository/.counterparts}/$1")
  [ ${#folder} -le 70 ] || folder=/tmp/dsc-$1-$(sha256sum <<<"$folder" | cut -c 1-12)
  echo "$folder"
}

# Where what was built from FILE... stays, for this clone and the next: another content, another folder.
built_folder() { # NAME FILE...
  local name=$1 key
  shift
  key=$(cat "$@" | sha256sum | cut -c 1-12)
  echo "${XDG_CACHE_HOME:-${HOME:-$repository/.counterparts}/.cache}/dataspace-compute/$name-$key"
}

# Makes $state, for its owner alone: it holds keys. From here on other scripts of the counterpart wait for this one.
claim_state() {
  mkdir -p -m 700 "$state"
  [ -O "$state" ] || fail "$state belongs to somebody else"
  mkdir -p "$state"/{logs,run}
  exec 9>"$state/lock"
  flock --timeout 1800 9 || fail "another script has held $state/lock for half an hour"
}

# Installs Debian packages; each is given with a file that it brings.
packages() { # PACKAGE FILE [PACKAGE FILE]...
  local missing=()
  while [ $# -gt 0 ]; do
    [ -e "$2" ] || missing+=("$1")
    shift 2
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  [ "$(id -u)" = 0 ] || fail "only root can install ${missing[*]}"
  say "installing ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$state/logs/packages.log" 2>&1 9>&- ||
    fail "they cannot be installed, see $state/logs/packages.log"
}

# The time at which a process began; none for one that has ended, reaped or not.
began() { # PID
  local line fields
  line=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  read -ra fields <<<"${line##*) }"
  [ "${fields[0]}" != Z ] && echo "${fields[19]}"
}

# The PID of a daemon that lives.
pid_of() { # NAME
  local pid start
  read -r pid start 2>/dev/null <"$state/run/$1.pid" || return 1
  [ "$(began "$pid")" = "$start" ] && echo "$pid"
}

# Starts a daemon that does not live yet, in a session of its own, so that no Ctrl-C reaches it.
launch() { # NAME COMMAND...
  local name=$1
  shift
  ! pid_of "$name" >/dev/null || return 0
  setsid "$@" >>"$state/logs/$name.log" 2>&1 </dev/null 9>&- &
  echo "$! $(began $!)" >"$state/run/$name.pid"
}

# Ends a daemon: SIGTERM, and SIGKILL when it is still there after SECONDS; 0 means SIGKILL at once.
halt() { # NAME SECONDS
  local pid end=$((SECONDS + $2))
  if ! pid=$(pid_of "$1"); then
    rm -f "$state/run/$1.pid"
    return 0
  fi
  [ "$2" = 0 ] || kill "$pid" 2>/dev/null || true
  while ((SECONDS < end)) && pid_of "$1" >/dev/null; do sleep 0.05; done
  ! pid_of "$1" >/dev/null || kill -9 "$pid" 2>/dev/null || true
  end=$((SECONDS + 20))
  while pid_of "$1" >/dev/null; do
    ((SECONDS < end)) || fail "$1 ($pid) does not end"
    sleep 0.05
  done
  rm -f "$state/run/$1.pid"
}

# Waits until COMMAND succeeds; not longer than SECONDS, and not after the end of daemon NAME.
ready() { # NAME SECONDS COMMAND...
  local name=$1 end=$((SECONDS + $2))
  shift 2
  until "$@" >/dev/null 2>&1 9>&-; do
    pid_of "$name" >/dev/null || fail "$name has ended: $(tail -n 5 "$state/logs/$name.log")"
    ((SECONDS < end)) || fail "$name is not ready in time, see $state/logs/$name.log"
    sleep 0.2
  done
}

# Fails when daemon NAME is still to be started and something else listens on one of its ports.
needs_ports() { # NAME PORT...
  local name=$1 port
  shift
  ! pid_of "$name" >/dev/null || return 0
  for port in "$@"; do
    ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null ||
      fail "port $port, which $name needs, is in use: does one run from another folder?"
  done
}
