# The cluster's fixed facts and where it keeps its state. Sourced by the other scripts.
counterpart=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$counterpart/../counterpart.sh"

version=1.34.4
api_port=16443
etcd_port=16379
etcd_peer_port=16380
bridge=k8s0
# The node has the address of the pods' bridge, the same on every machine; pods reach the host there.
node_address=10.32.0.1
pod_network=10.32.0.0/24
service_network=10.32.1.0/24
service_address=10.32.1.1

# A cluster that runs from another folder is named by its kubeconfig.
if [ -n "${DSC_CLUSTER_KUBECONFIG:-}" ]; then
  state=$(dirname "$(realpath -m "$DSC_CLUSTER_KUBECONFIG")")
else
  state=$(state_folder kubernetes)
fi
export KUBECONFIG=$state/kubeconfig
programs=$(built_folder kubernetes "$counterpart"/build "$counterpart"/kube/{main.go,go.mod,go.sum})

kubectl() { "$programs/kubectl" "$@"; }
ctr() { command ctr --address "$state/run/containerd.sock" --namespace k8s.io "$@"; }
