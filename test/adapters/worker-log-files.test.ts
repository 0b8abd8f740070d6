import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { LogWriter, readLog } from '../../src/adapters/files/worker-log-files.ts'

const logBytes = 1024 * 1024

function newWriter(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'dsc-log-'))
  const writer = new LogWriter(folder, logBytes)
  t.after(() => {
    writer[Symbol.dispose]()
    rmSync(folder, { recursive: true, force: true })
  })
  return { folder, writer }
}

const isOver = () => Promise.resolve(true)

async function textOf(folder: string): Promise<string> {
  const chunks: Buffer[] = []
  const signal = AbortSignal.timeout(10_000)
  for await (const chunk of readLog(folder, { isOver, signal })) {
    signal.throwIfAborted()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('latin1')
}

test('one who looks at the log of a worker that prints without end gets an answer', async (t) => {
  const { folder, writer } = newWriter(t)
  const line = Buffer.from(`${'x'.repeat(1023)}\n`)
  const much = Buffer.concat(Array.from({ length: 64 }, () => line))
  for (let written = 0; written < 4 * logBytes; written += much.length) writer.write(much)
  // At each turn of the event loop the whole ring is overwritten, as a loud worker's may be.
  let printing = setImmediate(print)
  function print() {
    for (let turn = 0; turn < 12; turn++) writer.write(much)
    printing = setImmediate(print)
  }
  t.after(() => clearImmediate(printing))
  const text = await textOf(folder)
  assert.match(text, /\n\[dataspace-compute: \d+ bytes of this log were left out here\]\n/)
  assert.ok(text.length > logBytes / 2 && text.length < 2 * logBytes, String(text.length))
})

test('a log that is complete is read whole, with one mark where it was cut', async (t) => {
  const { folder, writer } = newWriter(t)
  const lines = Array.from({ length: 300_000 }, (_, index) => `line ${index}\n`).join('')
  writer.write(Buffer.from(lines))
  const half = logBytes / 2
  const left = lines.length - logBytes
  assert.equal(
    await textOf(folder),
    `${lines.slice(0, half)}\n[dataspace-compute: ${left} bytes of this log were left out here]\n${lines.slice(-half)}`,
  )
})

test('a writer that goes on keeps the bounds of the one before, whatever it is told', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'dsc-log-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const lines = (from: number, to: number) =>
    Buffer.from(Array.from({ length: to - from }, (_, index) => `line ${from + index}\n`).join(''))
  {
    using first = new LogWriter(folder, 1000)
    first.write(lines(1000, 2000))
  }
  {
    using second = new LogWriter(folder, 0, true)
    second.write(lines(2000, 2010))
  }
  const text = await textOf(folder)
  assert.ok(text.startsWith(lines(1000, 1040).toString()), text.slice(0, 80))
  assert.ok(text.endsWith(lines(1970, 2010).toString()), text.slice(-80))
})
