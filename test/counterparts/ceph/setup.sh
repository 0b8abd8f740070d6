# The steps that make a cluster of one monitor and one storage daemon, in memory. Sourced by `up`, each run once.

owner=compute
roles=(workspace agent)

make_monitor() {
  rm -rf "$state"/{monitor,storage}
  mkdir "$state"/{monitor,storage}
  local id
  id=$(cat /proc/sys/kernel/random/uuid)
  cat >"$CEPH_CONF" <<CONF
[global]
fsid = $id
mon host = v2:127.0.0.1:$monitor_port
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind msgr1 = false
ms bind port min = 17500
ms bind port max = 17599
keyring = $state/keys/\$name
run dir = $state/run
log file =
log to stderr = true
admin socket =
auth allow insecure global id reclaim = false

[mon]
mon data = $state/monitor
mon allow pool size one = true
paxos propose interval = 0.05
paxos min wait = 0.01
osd pool default size = 1
osd pool default pg num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0

[osd]
osd data = $state/storage
osd objectstore = memstore
osd class update on start = false
memstore device bytes = $((4 << 30))

[client.gateway]
rgw data = $state/gateway
rgw s3 auth use sts = true
rgw sts key = $(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')
rgw gc obj min wait = 5
rgw gc processor period = 5
CONF
  mkdir -p "$state/keys" "$state/gateway"
  ceph-authtool "$state/keys/mon.a" --create-keyring --gen-key --name mon. --cap mon 'allow *'
  ceph-authtool "$state/keys/client.admin" --create-keyring --gen-key --name client.admin \
    --cap mon 'allow *' --cap osd 'allow *'
  ceph-authtool "$state/keys/mon.a" --import-keyring "$state/keys/client.admin"
  monmaptool --create --clobber --fsid "$id" --addv a "[v2:127.0.0.1:$monitor_port]" "$state/monitor.map"
  ceph-mon --mkfs --id a --monmap "$state/monitor.map"
}

make_storage() {
  local id key
  id=$(cat /proc/sys/kernel/random/uuid)
  key=$(ceph-authtool --gen-print-key)
  printf '{"cephx_secret":"%s"}' "$key" | ceph osd new "$id" 0 -i -
  ceph-authtool "$state/keys/osd.0" --create-keyring --name osd.0 --add-key "$key"
  ceph-osd --mkfs --id 0 --osd-uuid "$id"
}

make_gateway_key() {
  ceph auth get-or-create client.gateway mon 'allow rw' osd 'allow rwx' -o "$state/keys/client.gateway"
}

# A user who owns the buckets and may assume two roles, one for consumers' sessions and one for those of agents. What a
# session may do is narrowed by its own policy; only a session has an aws:userid, and none may assume a role once more.
make_access() {
  local trust objects user role key
  trust='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam:::user/'$owner'"},"Action":"sts:AssumeRole","Condition":{"Null":{"aws:userid":"true"}}}]}'
  objects='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::*"}]}'
  user=$(radosgw-admin user create --uid "$owner" --display-name "$owner" --caps 'roles=*')
  for role in "${roles[@]}"; do
    radosgw-admin role create --role-name "$role" --assume-role-policy-doc "$trust"
    radosgw-admin role-policy put --role-name "$role" --policy-name objects --policy-doc "$objects"
  done
  key() { sed -nE "s/^ *\"$1\": \"([^\"]+)\".*/\1/p" <<<"$user" | head -n 1; }
  cat >"$state/environment.new" <<ENV
export DSC_S3_ENDPOINT=http://127.0.0.1:$port
export DSC_STS_ENDPOINT=http://127.0.0.1:$port
export DSC_S3_REGION=default
export DSC_S3_ACCESS_KEY_ID=$(key access_key)
export DSC_S3_SECRET_ACCESS_KEY=$(key secret_key)
export DSC_S3_ROLE_ARN=arn:aws:iam:::role/workspace
export DSC_S3_AGENT_ROLE_ARN=arn:aws:iam:::role/agent
ENV
  mv "$state/environment.new" "$state/environment"
}
