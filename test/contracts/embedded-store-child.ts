import { startStore } from './embedded-store-harness.ts'

/** A store in a process of its own, for tests that kill it. Tells its address, then serves. */
const [directory] = process.argv.slice(2)
if (directory === undefined) throw new Error('Usage: embedded-store-child.ts <directory>')
const store = await startStore({ directory })
process.send?.({ url: store.url })
process.on('message', () => process.send?.({ rssBytes: process.memoryUsage.rss() }))
process.on('disconnect', () => {
  process.exit()
})
