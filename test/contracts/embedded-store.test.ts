import { rm } from 'node:fs/promises'
import { after, before } from 'node:test'
import { owner, region, startStore, type StartedStore } from './embedded-store-harness.ts'
import { objectStoreSuite } from './object-store-suite.ts'

let store: StartedStore | undefined

before(async () => {
  store = await startStore()
})

after(async () => {
  await store?.stop()
  if (store !== undefined) await rm(store.directory, { recursive: true, force: true })
})

objectStoreSuite('embedded store', () => ({ endpoint: store?.url ?? '', region, owner }))
