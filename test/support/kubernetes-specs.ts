import type { JobSettings } from '../../src/adapters/compute-kubernetes/job-settings.ts'
import type { AttemptSpec } from '../../src/application/ports/compute-backend.ts'
import { parseServiceContent } from '../../src/domain/compute-service-content.ts'

/** What an operator decides, with nothing special. */
export const jobSettings = (more: Partial<JobSettings> = {}): JobSettings => ({
  namespace: 'jobs',
  installationId: '0123456789abcdef',
  agentImage: 'registry.example.com/dataspace-compute:1',
  imagePullSecrets: [],
  allowRoot: false,
  kueueQueue: null,
  profiles: new Map(),
  storeCidrs: [],
  storePort: 8083,
  ...more,
})

/** An attempt of a service; each named input is pinned to one object of a few bytes. */
export function attemptSpec(
  service: Readonly<Record<string, unknown>>,
  inputs: readonly string[] = [],
  more: Partial<AttemptSpec> = {},
): AttemptSpec {
  const { content } = parseServiceContent({
    id: 'test',
    title: 'test',
    worker: { image: 'registry.example.com/worker:1' },
    ...service,
  })
  const pin = (name: string) => ({
    input: name,
    bytes: 3,
    sha256: null,
    objects: [{ key: `inputs/${name}`, etag: '"e"', bytes: 3 }],
  })
  return {
    jobId: 'job-01',
    attempt: 1,
    workspaceId: 'ws-01',
    serviceId: 'test',
    version: 1,
    service: content,
    inputs: Object.fromEntries(inputs.map((name) => [name, pin(name)])),
    variables: {},
    environments: () => Promise.resolve([]),
    bucket: 'dsc-bucket',
    credentials: {
      endpoint: 'http://store.example.com:8083',
      region: 'us-east-1',
      forcePathStyle: true,
      accessKeyId: 'key-id',
      secretAccessKey: 'canary-secret-key',
      sessionToken: 'canary-session-token',
      expiresAt: new Date('2026-11-24T10:00:00.000Z'),
    },
    ...more,
  }
}
