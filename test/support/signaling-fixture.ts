import { randomUUID } from 'node:crypto'
import {
  controlPlaneFile,
  openingBody,
  signal,
  startControlPlane,
  type ControlPlaneUnderTest,
  type MessageOptions,
  type SignalingAnswer,
} from './control-plane-under-test.ts'
import { startUnderTest, type ServiceUnderTest, type Setup } from './service-under-test.ts'
import { nodeService } from './services.ts'

export interface SignalingUnderTest extends AsyncDisposable {
  readonly under: ServiceUnderTest
  readonly plane: ControlPlaneUnderTest
  /** Sends a message of the single control plane. */
  send(path: string, body?: unknown): Promise<SignalingAnswer>
  start(options?: MessageOptions): Promise<SignalingAnswer>
  prepare(options?: MessageOptions): Promise<SignalingAnswer>
  /** The state of a flow, or the status of the answer when there is none. */
  state(processId: string): Promise<string | number>
}

/** Asynchronous for agreements that begin with `async`; those with `complete` complete themselves. */
export const conductByAgreement = {
  asynchronous: (agreementId: string) => agreementId.startsWith('async'),
  completesAfterMs: (agreementId: string) => (agreementId.startsWith('complete') ? 500 : null),
}

/** One service with one control plane that sends no credential, and a compute service for every dataset. */
export async function startSignaling(
  setup: Setup & { readonly controlPlane?: Readonly<Record<string, unknown>> } = {},
): Promise<SignalingUnderTest> {
  const plane = await startControlPlane()
  const under = await startUnderTest({
    services: { 'any.service.yaml': nodeService('any', '') },
    controlPlanes: { 'edc.control-plane.yaml': controlPlaneFile('edc', plane, setup.controlPlane) },
    ...setup,
    overrides: { conduct: conductByAgreement, ...setup.overrides },
  })
  const send = (path: string, body?: unknown) => signal(under.connectorUrl, path, body)
  return {
    under,
    plane,
    send,
    start: (options) => send('start', openingBody(options)),
    prepare: (options) => send('prepare', openingBody(options)),
    state: async (processId) => {
      const { status, body } = await send(`${encodeURIComponent(processId)}/status`)
      return body.state ?? status
    },
    [Symbol.asyncDispose]: async () => {
      await under[Symbol.asyncDispose]()
      await plane[Symbol.asyncDispose]()
    },
  }
}

export const message = (messageId: string = randomUUID()) => ({ messageId })

/** Calls the management API. */
export async function managed<T>(under: ServiceUnderTest, path: string): Promise<T> {
  const response = await fetch(`${under.managementUrl}/v1/${path}`, {
    headers: { 'x-api-key': under.service.secrets.managementKey },
  })
  if (!response.ok) throw new Error(`${path} answers ${response.status}`)
  return (await response.json()) as T
}

/** The only workspace of an agreement. */
export async function workspacesOf(under: ServiceUnderTest, agreementId: string) {
  const { read } = under.service.app.database
  return read.workspaces.list({ where: { agreementId } })
}
