import { after, before } from 'node:test'
import {
  computeBackendLifeSuite,
  computeBackendSuite,
} from '../../contracts/compute-backend-suite.ts'
import { startCluster, type Cluster } from '../../support/kubernetes-cluster.ts'
import { kubernetesWorld } from './backend-world.ts'
import { makeNamespace } from './namespace.ts'

let cluster: Cluster
let namespace = ''
before(async () => {
  cluster = await startCluster()
  namespace = await makeNamespace(cluster, 'restricted')
})
after(async () => {
  await cluster.kubectl(['delete', 'namespace', namespace, '--wait=false'])
})

computeBackendSuite('Kubernetes', (t) => kubernetesWorld(t, cluster, namespace))
computeBackendLifeSuite('Kubernetes', (t) => kubernetesWorld(t, cluster, namespace))
