# The cluster's certificates and kubeconfig files below $state/pki, made once. Sourced by `up`.

issue() { # NAME SUBJECT EXTENSION...
  local name=$1 subject=$2 extension options=()
  shift 2
  for extension in "$@"; do options+=(-addext "$extension"); done
  [ "$name" = ca ] || options+=(-CA ca.crt -CAkey ca.key)
  openssl req -x509 -config <(printf '[req]\ndistinguished_name = none\n[none]\n') -newkey ec \
    -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 -subj "$subject" "${options[@]}" \
    -keyout "$name.key" -out "$name.crt" 2>>"$state/logs/pki.log"
}

kubeconfig() { # NAME SUBJECT FILE
  issue "$1" "$2" basicConstraints=critical,CA:FALSE extendedKeyUsage=clientAuth
  cat >"$3" <<YAML
apiVersion: v1
kind: Config
current-context: counterpart
contexts:
  - name: counterpart
    context: { cluster: counterpart, user: $1 }
clusters:
  - name: counterpart
    cluster:
      server: https://127.0.0.1:$api_port
      certificate-authority-data: $(base64 -w 0 ca.crt)
users:
  - name: $1
    user:
      client-certificate-data: $(base64 -w 0 "$1.crt")
      client-key-data: $(base64 -w 0 "$1.key")
YAML
}

make_pki() {
  [ ! -e "$KUBECONFIG" ] || return 0
  rm -rf "$state/pki"
  mkdir "$state/pki"
  cd "$state/pki"
  issue ca /CN=counterpart basicConstraints=critical,CA:TRUE keyUsage=critical,keyCertSign
  issue apiserver /CN=kube-apiserver basicConstraints=critical,CA:FALSE extendedKeyUsage=serverAuth \
    "subjectAltName=IP:127.0.0.1,IP:$node_address,IP:$service_address,DNS:localhost,DNS:kubernetes.default.svc"
  # Signs the tokens of service accounts; the certificate is what they are checked by.
  issue service-accounts /CN=service-accounts
  kubeconfig kube-controller-manager /CN=system:kube-controller-manager kube-controller-manager.kubeconfig
  kubeconfig kube-scheduler /CN=system:kube-scheduler kube-scheduler.kubeconfig
  kubeconfig kube-proxy /CN=system:kube-proxy kube-proxy.kubeconfig
  kubeconfig kubelet /O=system:nodes/CN=system:node:node kubelet.kubeconfig
  kubeconfig admin /O=system:masters/CN=admin admin.kubeconfig
  # What `up` prints is there only when all the rest is.
  mv admin.kubeconfig "$KUBECONFIG"
  cd "$counterpart"
}
