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
    --audit-log-maxsize 2000
}

await_apiserver() {
  ready kube-apiserver 120 kubectl get --raw /readyz
}

# Every watch ends with it, as when a control plane is replaced.
stop_apiserver() {
  halt kube-apiserver 10
}
