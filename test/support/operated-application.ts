import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { createBearerTokens } from '../../src/adapters/control-plane/bearer-tokens.ts'
import { proofSigner } from '../../src/adapters/identity/proof-signer.ts'
import { createCallbackAuthenticator } from '../../src/adapters/control-plane/callback-authenticator.ts'
import { openSqliteDatabase } from '../../src/adapters/database/database.ts'
import { createSecretBox } from '../../src/adapters/secrets/secret-box.ts'
import { createSigner } from '../../src/adapters/secrets/signer.ts'
import { createTokenCodec } from '../../src/adapters/secrets/token-codec.ts'
import type { Application } from '../../src/application/application.ts'
import { createChangeNotifier } from '../../src/application/telling/change-notifier.ts'
import type { OpeningMessage } from '../../src/application/flows/opening-message.ts'
import { standardConduct } from '../../src/application/flows/flow-conduct.ts'
import type { ControlPlane } from '../../src/domain/control-plane.ts'

export interface Clock {
  now: Date
  advance(seconds: number): void
}

/** What is far away in these tests: every call fails unless the test gives it. */
export type Far = Partial<
  Pick<Application, 'store' | 'compute' | 'outbound' | 'credentials' | 'connectors' | 'registry'>
>

function absent(name: string): never {
  const proxy = new Proxy(
    {},
    {
      get: (_target, property) => {
        throw new Error(`${name}.${String(property)} is not there in this test`)
      },
    },
  )
  return proxy as never
}

export const storeFacts = {
  endpoint: 'http://127.0.0.1:9',
  publicEndpoint: 'http://127.0.0.1:9',
  region: 'eu',
  forcePathStyle: true,
  cutsSessions: true,
}

function absentStore(): Application['store'] {
  const store: object = absent('store')
  return new Proxy(storeFacts, {
    get: (facts, property, receiver): unknown =>
      Reflect.has(facts, property)
        ? Reflect.get(facts, property, receiver)
        : Reflect.get(store, property),
  }) as unknown as Application['store']
}

/** The application on a real database in its own folder, with a clock that the test moves. */
export async function operatedApplication(
  context: TestContext,
  far: Far = {},
): Promise<{ app: Application; clock: Clock; directory: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'dsc-operated-'))
  const database = await openSqliteDatabase(join(directory, 'data.sqlite'))
  context.after(async () => {
    await database[Symbol.asyncDispose]()
    await rm(directory, { recursive: true })
  })
  const clock: Clock = {
    now: new Date('2026-11-24T09:00:00.000Z'),
    advance(seconds) {
      this.now = new Date(this.now.getTime() + seconds * 1000)
    },
  }
  const key = randomBytes(32)
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const secrets = createSecretBox([key])
  const outbound = far.outbound ?? absent('outbound')
  const app: Application = {
    settings: settings(),
    database,
    store: absentStore(),
    credentials: absent('credentials'),
    compute: absent('compute'),
    sources: absent('sources'),
    outbound,
    proofs: proofSigner,
    connectors: absent('connectors'),
    registry: absent('registry'),
    ...far,
    secrets,
    signer: await createSigner([privateKey.export({ type: 'pkcs8', format: 'der' })]),
    tokens: createTokenCodec([key]),
    bearerTokens: createBearerTokens(outbound, () => clock.now),
    authenticator: createCallbackAuthenticator(secrets, outbound),
    changes: createChangeNotifier(),
    conduct: standardConduct,
    metrics: { count: () => undefined, observeSeconds: () => undefined },
    exchanges: { note: () => undefined },
    log: {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: () => undefined,
    },
    now: () => clock.now,
    randomBytes: (count) => randomBytes(count),
    random: () => 0.5,
    controlPlanesChanged: () => undefined,
    sha256Hex: (text) => createHash('sha256').update(text).digest('hex'),
  }
  return { app, clock, directory }
}

function settings(): Application['settings'] {
  return {
    consumerUrl: 'http://127.0.0.1:8080',
    connectorUrl: 'http://127.0.0.1:8081',
    managementUrl: 'http://127.0.0.1:8082',
    installationId: 'test',
    bucketPrefix: 'dsc-',
    tokenSeconds: 3600,
    sessionSeconds: 3600,
    workspaceSeconds: 2_592_000,
    lingerSeconds: 900,
    retentionSeconds: 0,
    historySeconds: 7_776_000,
    provisionSeconds: 600,
    preparedSeconds: 3600,
    pushSeconds: 3600,
    expectedSeconds: 604_800,
    transferSeconds: 86_400,
    recheckSeconds: 600,
    didHttpHosts: [],
  }
}

export const openControlPlane: ControlPlane = {
  id: 'edc',
  protocol: 'dps',
  participantContextId: 'provider',
  inbound: { type: 'none' },
  callbackUrl: null,
  callbackAuthentication: { type: 'none' },
  managementUrl: null,
  sealedManagementKey: null,
  register: false,
  identityDid: null,
  sealedIdentityKey: null,
  startDelayMs: 0,
  registeredAt: null,
  registrationProblem: null,
  managedBy: 'api',
  createdAt: new Date(0),
  updatedAt: new Date(0),
}

/** A `start` of a pull for the dataset `sum`. */
export function openingMessage(changes: Partial<OpeningMessage> = {}): OpeningMessage {
  return {
    messageId: 'm1',
    processId: 'p1',
    agreementId: 'a1',
    datasetId: 'sum',
    counterPartyId: 'did:web:consumer',
    participantId: 'provider',
    transferType: 'HttpData-PULL',
    metadata: {},
    assetService: null,
    target: { workspace: undefined, input: undefined, pointer: '/metadata' },
    dataAddress: null,
    callbackAddress: null,
    ...changes,
  }
}
