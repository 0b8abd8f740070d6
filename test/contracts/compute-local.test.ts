import { computeBackendLifeSuite, computeBackendSuite } from './compute-backend-suite.ts'
import { localWorld } from './compute-local-world.ts'

computeBackendSuite('local process', localWorld)
computeBackendLifeSuite('local process', localWorld)
