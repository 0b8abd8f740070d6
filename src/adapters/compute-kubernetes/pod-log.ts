import { statusOf, type ClusterReader } from './cluster-client.ts'
import type { OpenPodLog } from './log-spool.ts'
import { containers } from './names.ts'

/** Opens logs of workers at the API server, with timestamps. */
export function podLogs(cluster: ClusterReader, namespace: string): OpenPodLog {
  return async (pod, { follow, since }, signal) => {
    const query = {
      container: containers.worker,
      follow,
      timestamps: true,
      sinceTime: since === '' ? undefined : since,
    }
    const path = `/api/v1/namespaces/${namespace}/pods/${encodeURIComponent(pod)}/log`
    const own = new AbortController()
    const scope = AbortSignal.any([signal, own.signal])
    try {
      return chunksOf(await cluster.open(path, query, scope), own)
    } catch (error) {
      if (statusOf(error) === 404) return null
      throw error
    }
  }
}

async function* chunksOf(
  body: ReadableStream<Uint8Array>,
  own: AbortController,
): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of body) {
      yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    }
  } finally {
    own.abort()
  }
}
