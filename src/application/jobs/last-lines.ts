import type { Readable } from 'node:stream'

const maxTailBytes = 4 * 1024 * 1024

/** The last `count` lines of a text, of at most 4 MiB. */
export async function lastLines(stream: Readable, count: number): Promise<string> {
  let kept = Buffer.alloc(0)
  for await (const chunk of stream) {
    kept = Buffer.concat([kept, chunk as Buffer])
    if (kept.length > 2 * maxTailBytes) kept = kept.subarray(-maxTailBytes)
  }
  const text = kept.subarray(-maxTailBytes).toString('utf8')
  const lines = text.endsWith('\n') ? text.slice(0, -1).split('\n') : text.split('\n')
  const last = count === 0 ? [] : lines.slice(-count)
  return last.length === 0 || text === '' ? '' : `${last.join('\n')}\n`
}
