import { after, before, describe } from 'node:test'
import {
  computeBackendLifeSuite,
  computeBackendSuite,
} from '../../contracts/compute-backend-suite.ts'
import { startCluster, type Cluster } from '../../support/kubernetes-cluster.ts'
import { kubernetesWorld } from './backend-world.ts'
import { frozenAgentTests } from './frozen-agent.ts'
import { largeOutputTest } from './large-output.ts'
import { longSessionTest } from './long-session.ts'
import { manyJobsTests } from './many-jobs.ts'
import { makeNamespace } from './namespace.ts'
import { silentWatchesTest } from './silent-watches.ts'

let cluster: Cluster
let namespace = ''
let backends = ''
before(async () => {
  cluster = await startCluster()
  namespace = await makeNamespace(cluster, 'restricted')
  backends = await makeNamespace(cluster, 'restricted')
})
after(async () => {
  await cluster.kubectl(['delete', 'namespace', namespace, backends, '--wait=false'])
  await cluster.down()
})

const world = { cluster: () => cluster, namespace: () => namespace }

/** What mostly waits runs beside what takes the machine's time. */
describe('what takes minutes', { concurrency: true }, () => {
  longSessionTest(world)
  silentWatchesTest(world)
  describe('meanwhile, one after the other', { concurrency: 1 }, () => {
    frozenAgentTests(world)
    largeOutputTest(world)
    manyJobsTests(world)
    computeBackendSuite('Kubernetes', (t) => kubernetesWorld(t, cluster, backends))
    computeBackendLifeSuite('Kubernetes', (t) => kubernetesWorld(t, cluster, backends))
  })
})
