import { randomUUID } from 'node:crypto'
import type { Transfer } from '../consumer.ts'
import type { Delivery } from '../data-space.ts'
import type { Stage } from '../stage.ts'
import { seconds, shorten } from '../terminal.ts'
import type { ThirdParty } from '../third-party.ts'
import { beginTransfer } from './begin-transfer.ts'
import type { Connectors } from './open-connectors.ts'

const transferType = 'HttpData-PUSH'

/** The consumer's connector agrees with the third party's on the file, and has it pushed to where it is expected. */
export async function pushFile(
  stage: Stage,
  { consumer, data }: Pick<Connectors, 'consumer' | 'data'>,
  thirdParty: ThirdParty,
  { dataDestination }: Transfer,
): Promise<Delivery> {
  const { terminal } = stage
  if (dataDestination === undefined) throw new Error('the expected data have no destination')
  const id = `co2-concentration-${randomUUID().slice(0, 8)}`
  await data.publish({
    id,
    dataAddress: {
      type: 'HttpData',
      baseUrl: thirdParty.fileUrl,
      authKey: 'authorization',
      authCode: `Bearer ${thirdParty.token}`,
    },
  })
  const { agreementId } = await consumer.contracts.negotiate(data, id)
  terminal.say(
    `The consumer's connector and the third party's agree on ${id}: ${shorten(agreementId)}`,
  )
  const begun = performance.now()
  const { type, baseUrl } = dataDestination
  const { consumerId } = await beginTransfer(consumer, data, {
    agreementId,
    transferType,
    destination: dataDestination,
  })
  terminal.quote(`→ POST ${consumer.managementUrl}/v3/transferprocesses`)
  terminal.quote(
    `  { "transferType": "${transferType}", "dataDestination": { "type": "${type}", "baseUrl": "${shorten(baseUrl, 40)}", … }, … }`,
  )
  terminal.say(
    "EDC's own data plane reads the file at the third party and sends it to the service.",
  )
  return {
    settled: async () => {
      const { state } = await consumer.transfers.ended(consumerId)
      // The service has taken the bytes once; that EDC reads them again is what ends the transfer at the connectors.
      const isTwice = state === 'TERMINATED' && thirdParty.reads > 1
      if (isTwice)
        terminal.say("(EDC's data plane has begun the push twice, as it does now and then.)")
      stage.prove(
        state === 'COMPLETED' || isTwice,
        `The connectors say that this transfer is ${state}, after ${seconds(performance.now() - begun)}.`,
      )
    },
  }
}
