# The node that runs pods: network, containerd, kubelet and kube-proxy. Sourced by `up`.

make_network() {
  if [ ! -e "/sys/class/net/$bridge" ]; then
    # With an address of its own: a bridge else takes that of one of its ports, and when that pod goes, the others send to
    # nobody until they ask again, for up to a minute.
    ip link add "$bridge" address 0a:58:0a:20:00:01 type bridge
    ip address add "$node_address/${pod_network#*/}" dev "$bridge"
    ip link set "$bridge" up
    ip route add "$service_network" dev "$bridge"
  fi
  # A pod reaches the host and other pods; what the host would forward for it is refused.
  nft -f - <<NFT
add table inet $bridge
delete table inet $bridge
table inet $bridge {
  chain forward {
    type filter hook forward priority filter; policy accept;
    iifname "$bridge" oifname != "$bridge" reject
  }
}
NFT
}

# Fills in the place and the addresses of this cluster.
configure() { # TEMPLATE FILE
  mkdir -p "$(dirname "$2")"
  sed -e "s|@STATE@|$state|g" -e "s|@BRIDGE@|$bridge|g" \
    -e "s|@NODE_ADDRESS@|$node_address|g" -e "s|@POD_NETWORK@|$pod_network|g" "$counterpart/config/$1" >"$2"
}

start_containerd() {
  configure containerd.toml "$state/config/containerd.toml"
  configure cni.conflist "$state/config/cni/pods.conflist"
  launch containerd containerd --config "$state/config/containerd.toml"
  ready containerd 60 ctr version
}

start_kubelet() {
  needs_ports kubelet 10248
  configure kubelet.yaml "$state/config/kubelet.yaml"
  launch kubelet "$programs/kubelet" --config "$state/config/kubelet.yaml" --kubeconfig "$state/pki/kubelet.kubeconfig" \
    --root-dir "$state/kubelet" --cert-dir "$state/kubelet/pki" --hostname-override node --node-ip "$node_address"
}

start_proxy() {
  needs_ports kube-proxy 10249 10256
  configure kube-proxy.yaml "$state/config/kube-proxy.yaml"
  launch kube-proxy "$programs/kube-proxy" --config "$state/config/kube-proxy.yaml" --hostname-override node
}
