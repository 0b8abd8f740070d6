import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { beginTransfer } from '../../../demo/connectors/begin-transfer.ts'
import { compute, consumer, data, freshId } from './journey.ts'
import { TestDataPlane, type PulledFrom } from './test-data-plane.ts'

/** A third party's offer of one file. */
export interface DataOffer extends AsyncDisposable {
  readonly id: string
  /** How often the file was read. */
  reads(): number
}

/** A file that the data connector's own data plane reads and pushes. */
export async function offerPush(content: Buffer): Promise<DataOffer> {
  const source = await serveFile(content)
  const id = freshId('data')
  await data.publish({ id, dataAddress: { type: 'HttpData', baseUrl: source.url } })
  return { id, ...source }
}

export interface PullOffer extends AsyncDisposable {
  readonly id: string
  readonly plane: TestDataPlane
}

/** A file that the third party's own data plane lets be read, by an address with a token. */
export async function offerPull(content: Buffer): Promise<DataOffer & PullOffer> {
  const source = await serveFile(content, 'Bearer edr-token')
  const offer = await offerAddress(() => ({
    endpoint: source.url,
    authType: 'bearer',
    authorization: 'edr-token',
  }))
  return {
    ...offer,
    reads: source.reads,
    [Symbol.asyncDispose]: async () => {
      await offer[Symbol.asyncDispose]()
      await source[Symbol.asyncDispose]()
    },
  }
}

/**
 * Data that are read from the address that each transfer is answered with. They are offered at the compute connector: the
 * data connector asks no data plane but EDC's own, which runs inside it.
 */
export async function offerAddress(pulledFrom: PulledFrom): Promise<PullOffer> {
  const plane = await TestDataPlane.start(pulledFrom)
  const id = freshId('data')
  await compute.dataPlanes.register({
    id,
    url: plane.url,
    sourceTypes: [id],
    transferTypes: ['HttpData-PULL'],
  })
  await compute.publish({ id, dataAddress: { type: id } })
  return {
    id,
    plane,
    [Symbol.asyncDispose]: async () => {
      await compute.dataPlanes.forget(plane.url)
      await plane[Symbol.asyncDispose]()
    },
  }
}

/** The compute connector agrees on the data and has them pushed into an input of a workspace. */
export async function pushByCompute(offer: DataOffer, workspace: string, input: string) {
  const { agreementId } = await compute.contracts.negotiate(data, offer.id)
  const destination = { type: 'Workspace', workspace, input }
  const transferType = 'HttpData-PUSH'
  return beginTransfer(compute, data, { agreementId, transferType, destination })
}

/** The consumer's connector agrees on the data and has them pushed to an address. */
export async function pushByConsumer(
  offer: DataOffer,
  destination: Readonly<Record<string, string>>,
) {
  const { agreementId } = await consumer.contracts.negotiate(data, offer.id)
  const transferType = 'HttpData-PUSH'
  return beginTransfer(consumer, data, { agreementId, transferType, destination })
}

/** The consumer's connector agrees on the data, and its event takes the address to an expectation. */
export async function pullByConsumer(offer: Pick<PullOffer, 'id'>, callbackUrl: string) {
  const { agreementId } = await consumer.contracts.negotiate(compute, offer.id)
  const transferType = 'HttpData-PULL'
  return beginTransfer(consumer, compute, { agreementId, transferType, callbackUrl })
}

async function serveFile(content: Buffer, authorization?: string) {
  let reads = 0
  const server = createServer((request, response) => {
    if (authorization !== undefined && request.headers.authorization !== authorization) {
      response.writeHead(403).end()
      return
    }
    reads += 1
    response.writeHead(200, { 'content-type': 'text/csv', 'content-length': content.length })
    response.end(content)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/file.csv`,
    reads: () => reads,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
