# The API server and its store. Sourced by `up` and by the scripts that stop and start the API server alone.

start_etcd() {
  needs_ports etcd "$etcd_port" "$etcd_peer_port"
  local client=http://127.0.0.1:$etcd_port peer=http://127.0.0.1:$etcd_peer_port
  # Its data need not survive the machine, so nothing waits for the disk.
  launch etcd "$programs/etcd" --name counterpart --data-dir "$state/etcd" --unsafe-no-fsync --log-level warn \
    --listen-client-urls "$client" --advertise-client-urls "$client" \
    --listen-peer-urls "$peer" --initial-advertise-peer-urls "$peer" --initial-cluster "counterpart=$peer"
}

start_apiserver() {
  needs_ports kube-apiserver "$api_port"
  launch kube-apiserver "$programs/kube-apiserver" --secure-port "$api_port" --advertise-address "$node_address" \
    --etcd-servers "http://127.0.0.1:$etcd_port" --service-cluster-ip-range "$service_network" \
    --client-ca-file "$state/pki/ca.crt" \
    --tls-cert-file "$state/pki/apiserver.crt" --tls-private-key-file "$state/pki/apiserver.key" \
    --kubelet-client-certificate "$state/pki/admin.crt" --kubelet-client-key "$state/pki/admin.key" \
    --kubelet-preferred-address-types InternalIP \
    --service-account-issuer https://kubernetes.default.svc.cluster.local \
    --service-account-signing-key-file "$state/pki/service-accounts.key" \
    --service-account-key-file "$state/pki/service-accounts.crt" \
    --authorization-mode Node,RBAC --enable-admission-plugins NodeRestriction --allow-privileged \
    --audit-policy-file "$counterpart/config/audit.yaml" --audit-log-path "$state/logs/audit.jsonl" \
    --audit-log-maxsize 2000 --shutdown-watch-termination-grace-period 2s
}

await_apiserver() {
  ready kube-apiserver 120 kubectl get --raw /readyz
}

# Their usual limit, 20 requests a second, would be what a test of many jobs measures.
start_controllers() {
  local limits=(--kube-api-qps 500 --kube-api-burst 1000)
  needs_ports kube-controller-manager 10257
  launch kube-controller-manager "$programs/kube-controller-manager" --bind-address 127.0.0.1 --leader-elect=false \
    --kubeconfig "$state/pki/kube-controller-manager.kubeconfig" --use-service-account-credentials "${limits[@]}" \
    --root-ca-file "$state/pki/ca.crt" --service-account-private-key-file "$state/pki/service-accounts.key"
  needs_ports kube-scheduler 10259
  launch kube-scheduler "$programs/kube-scheduler" --bind-address 127.0.0.1 --leader-elect=false \
    --kubeconfig "$state/pki/kube-scheduler.kubeconfig" "${limits[@]}"
}

# After an outage: controllers and scheduler begin anew, as where they end when they lose their lease. Then a job has to
# run to its end, which says that the kubelet follows too. After outages in a row the kubelet waits for a minute and more
# before it asks again; then it begins anew as well, which no container notices.
follow_apiserver() {
  halt kube-controller-manager 0
  halt kube-scheduler 0
  await_apiserver
  start_controllers
  pid_of kubelet >/dev/null || return 0
  local jobs=(kubectl --namespace kube-system)
  local ended=("${jobs[@]}" wait --for=condition=Complete job/following)
  "${jobs[@]}" delete job following --ignore-not-found >/dev/null
  "${jobs[@]}" create -f - >/dev/null <<'YAML'
apiVersion: batch/v1
kind: Job
metadata: { name: following }
spec:
  template:
    spec:
      restartPolicy: Never
      hostNetwork: true
      automountServiceAccountToken: false
      containers:
        - { name: 'true', image: 'localhost/pause:1', imagePullPolicy: Never, command: [/bin/true] }
YAML
  if ! "${ended[@]}" --timeout=15s >/dev/null 2>&1; then
    halt kubelet 10
    start_kubelet
    "${ended[@]}" --timeout=120s >/dev/null
  fi
  "${jobs[@]}" delete job following --wait=false >/dev/null
}

# Every watch ends with it, as when a control plane is replaced.
stop_apiserver() {
  halt kube-apiserver 10
}
