import { gzipSync } from 'node:zlib'
import tar from 'tar-stream'
import yazl from 'yazl'

type Files = Readonly<Record<string, string>>

const joined = async (stream: AsyncIterable<unknown>) => {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array))
  return Buffer.concat(chunks)
}

/** A ZIP of these files. */
export async function zipOf(files: Files): Promise<Buffer> {
  const zip = new yazl.ZipFile()
  for (const [name, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), name)
  zip.end()
  return joined(zip.outputStream as AsyncIterable<unknown>)
}

/** A gzipped tar of these files. */
export async function tarGzOf(files: Files): Promise<Buffer> {
  const pack = tar.pack()
  for (const [name, content] of Object.entries(files)) pack.entry({ name }, content)
  pack.finalize()
  return gzipSync(await joined(pack))
}
