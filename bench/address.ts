import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { openingBody } from '../test/support/control-plane-under-test.ts'
import { startServiceChild } from '../test/support/service-child.ts'
import { definitions } from './definitions.ts'
import { atMost, quantile, type Figure } from './figure.ts'
import { inFolder } from './in-folder.ts'
import { KeepAliveClient } from './keep-alive-client.ts'

const starts = 200
const warmUp = 20

/** From a control plane's start message to the answer with the address; each makes a workspace of its own. */
export const address = (): Promise<readonly Figure[]> =>
  inFolder(async (folder) => {
    const directory = join(folder, 'service')
    await mkdir(directory)
    await using service = await startServiceChild({ directory, ...definitions })
    using client = new KeepAliveClient(1)
    const times: number[] = []
    for (let index = 0; index < starts + warmUp; index += 1) {
      const begun = performance.now()
      const url = `${service.connectorUrl}/signaling/v1/dataflows/start`
      const { status, text } = await client.post(url, openingBody())
      if (status !== 200 || !text.includes('"dataAddress"')) throw new Error(text)
      times.push(performance.now() - begun)
    }
    const counted = times.slice(warmUp)
    const p99 = quantile(counted, 0.99)
    const common = { bench: 'address', unit: 'ms', rounds: counted.length } as const
    return [
      { ...common, figure: 'start message to address, p50', value: quantile(counted, 0.5) },
      {
        ...common,
        figure: 'start message to address, p99',
        value: p99,
        aim: atMost(p99, 250, 'ms'),
      },
    ]
  })
