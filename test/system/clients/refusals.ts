import { test } from 'node:test'
import type { Scene } from './scene.ts'
export function refusalTests(scene: () => Scene): void {
  test('sweep', async () => {
    const { own, neighbour, programs } = scene()
    for (const [b, k] of [[own.session.bucket, 'inputs/sweep'], [own.session.bucket, 'other/x'], [neighbour.session.bucket, 'inputs/kept']] as const) {
      console.log(b, k)
      const got = await programs.everyOperation(own.session, b, k)
      console.log(got.length, got.filter((one) => one.status !== 403).map((o) => `${o.operation} ${o.status} ${o.code}`), new Set(got.filter(o => o.status === 403).map(o => o.code)))
    }
  })
}
