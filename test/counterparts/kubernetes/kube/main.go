// Kube is a whole Kubernetes node in one program: the first argument, or the name of the link by which it is called,
// says which part it is. The parts share most of their packages, so one program is linked in a fraction of the time.
package main

import (
	"context"
	"fmt"
	"os"
	"path"
	"slices"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	kubectl "k8s.io/kubectl/pkg/cmd"
	"k8s.io/kubectl/pkg/cmd/util"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"

	// Their init functions register the metrics of the client library and of the version.
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
)

var names = []string{
	"etcd", "kube-apiserver", "kube-controller-manager", "kube-proxy", "kube-scheduler", "kubectl", "kubelet",
}

func run(name string) {
	switch name {
	case "etcd":
		etcdmain.Main(os.Args)
	case "kube-apiserver":
		serve(apiserver.NewAPIServerCommand())
	case "kube-controller-manager":
		serve(controllers.NewControllerManagerCommand())
	case "kube-proxy":
		serve(proxy.NewProxyCommand())
	case "kube-scheduler":
		serve(scheduler.NewSchedulerCommand())
	case "kubectl":
		util.CheckErr(cli.RunNoErrOutput(kubectl.NewDefaultKubectlCommand()))
	case "kubelet":
		serve(kubelet.NewKubeletCommand(context.Background()))
	}
}

func serve(command *cobra.Command) {
	os.Exit(cli.Run(command))
}

func main() {
	if !slices.Contains(names, path.Base(os.Args[0])) {
		os.Args = os.Args[1:]
	}
	if len(os.Args) == 0 || !slices.Contains(names, path.Base(os.Args[0])) {
		fmt.Fprintf(os.Stderr, "usage: kube PART [ARGUMENT]...\nparts: %v\n", names)
		os.Exit(2)
	}
	run(path.Base(os.Args[0]))
}
