import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  UploadPartCommand,
  type ChecksumAlgorithm,
  type ChecksumType,
} from '@aws-sdk/client-s3'
import fc from 'fast-check'
import { combineCrc, Crc, type CrcName } from '../../src/adapters/embedded-store/crc.ts'
import { fromToken, list, toToken } from '../../src/adapters/embedded-store/listing.ts'
import { readCopyRange, readRange } from '../../src/adapters/embedded-store/ranges.ts'
import { S3Error } from '../../src/adapters/embedded-store/s3-error.ts'
import { element, parseXml } from '../../src/adapters/embedded-store/xml.ts'
import { storeFor } from './embedded-store-harness.ts'

const checkValues: readonly (readonly [CrcName, string])[] = [
  ['CRC32', 'cbf43926'],
  ['CRC32C', 'e3069283'],
  ['CRC64NVME', 'ae8b14860a799888'],
]

const crcOf = (name: CrcName, ...chunks: readonly Uint8Array[]): Buffer => {
  const crc = new Crc(name)
  for (const chunk of chunks) crc.update(chunk)
  return crc.digest()
}

for (const [name, expected] of checkValues) {
  test(`the check value of ${name} is right`, () => {
    assert.equal(crcOf(name, Buffer.from('123456789')).toString('hex'), expected)
  })

  test(`${name} is the same however the bytes are cut, and combined from its pieces`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.uint8Array({ maxLength: 100 }), (a, b) => {
        const whole = crcOf(name, Buffer.concat([a, b]))
        assert.ok(crcOf(name, a, b).equals(whole))
        assert.ok(combineCrc(name, crcOf(name, a), crcOf(name, b), b.length).equals(whole))
      }),
    )
  })
}

const multipartChecksums: readonly (readonly [ChecksumAlgorithm, ChecksumType])[] = [
  ['CRC32', 'COMPOSITE'],
  ['CRC32C', 'FULL_OBJECT'],
  ['CRC64NVME', 'FULL_OBJECT'],
  ['SHA256', 'COMPOSITE'],
]

for (const [algorithm, type] of multipartChecksums)
  test(`an upload in parts has a ${algorithm} of type ${type}`, async (context) => {
    const store = await storeFor(context)
    const client = store.client()
    const to = { Bucket: 'bucket', Key: 'key' }
    await client.send(new CreateBucketCommand({ Bucket: 'bucket' }))
    const { UploadId } = await client.send(
      new CreateMultipartUploadCommand({
        ...{ ...to, ChecksumAlgorithm: algorithm, ChecksumType: type },
      }),
    )
    const bodies = [randomBytes(5 * 1024 * 1024), randomBytes(12_345)]
    const Parts = []
    for (const [index, Body] of bodies.entries()) {
      const PartNumber = index + 1
      const part = await client.send(
        new UploadPartCommand({
          ...{ ...to, UploadId, PartNumber, Body, ChecksumAlgorithm: algorithm },
        }),
      )
      const { ETag, ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME, ChecksumSHA256 } = part
      Parts.push({
        ...{ PartNumber, ETag, ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME, ChecksumSHA256 },
      })
    }
    const name = `Checksum${algorithm}` as const
    const done = await client.send(
      new CompleteMultipartUploadCommand({ ...to, UploadId, MultipartUpload: { Parts } }),
    )
    const again = await client.send(
      new CompleteMultipartUploadCommand({ ...to, UploadId, MultipartUpload: { Parts } }),
    )
    assert.equal(again.ETag, done.ETag, 'a lost answer can be asked for again')
    const read = await client.send(new GetObjectCommand({ ...to, ChecksumMode: 'ENABLED' }))
    const bytes = (await read.Body?.transformToByteArray()) ?? Buffer.alloc(0)
    assert.ok(Buffer.concat(bodies).equals(bytes))
    const expected =
      type === 'FULL_OBJECT'
        ? crcOf(algorithm === 'CRC32C' ? 'CRC32C' : 'CRC64NVME', bytes).toString('base64')
        : compositeOf(algorithm, bodies)
    assert.equal(read[name === 'ChecksumMD5' ? 'ChecksumSHA256' : name], expected)
    assert.equal(read.ChecksumType, type)
  })

function compositeOf(algorithm: ChecksumAlgorithm, bodies: readonly Buffer[]): string {
  const digest = (bytes: Buffer) =>
    algorithm === 'SHA256' ? createHash('sha256').update(bytes).digest() : crcOf('CRC32', bytes)
  return `${digest(Buffer.concat(bodies.map(digest))).toString('base64')}-${bodies.length}`
}

const ranges: readonly (readonly [string, number, string])[] = [
  ['bytes=0-0', 10, '0-0'],
  ['bytes=5-', 10, '5-9'],
  ['bytes=-20', 10, '0-9'],
  ['bytes=9-100', 10, '9-9'],
  ['bytes=5-4', 10, 'all'],
  ['bytes=1-2,4-5', 10, 'all'],
  ['bytes=-', 10, 'all'],
  ['lines=1-2', 10, 'all'],
  ['bytes=10-', 10, 'refused'],
  ['bytes=-0', 10, 'refused'],
  ['bytes=0-', 0, 'refused'],
]

for (const [header, size, expected] of ranges)
  test(`the range ${header} of ${size} bytes is ${expected}`, () => {
    if (expected === 'refused') {
      assert.throws(() => readRange(header, size), S3Error)
      return
    }
    const range = readRange(header, size)
    assert.equal(range === undefined ? 'all' : `${range.start}-${range.end}`, expected)
  })

test('a range of a copy must lie inside of its source', () => {
  assert.deepEqual(readCopyRange('bytes=2-9', 10), { start: 2, end: 9 })
  for (const header of ['bytes=2-10', 'bytes=3-2', 'bytes=2-', 'all'])
    assert.throws(() => readCopyRange(header, 10), S3Error)
})

const letters = fc.string({ unit: fc.constantFrom('a', 'b', '/', '😀'), maxLength: 4 })

test('pages put together are the whole list, each key and common prefix once', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(letters, { maxLength: 20 }),
      fc.constantFrom('', 'a', 'a/'),
      fc.constantFrom('', '/', 'b'),
      fc.integer({ min: 1, max: 5 }),
      (names, prefix, delimiter, maxKeys) => {
        const keys = names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
        const fetchPage = (from: string, inclusive: boolean, limit: number) =>
          keys
            .filter((key) => {
              const order = Buffer.compare(Buffer.from(key), Buffer.from(from))
              return inclusive ? order >= 0 : order > 0
            })
            .slice(0, limit)
            .map((key) => ({ key }))
        const expected = new Set<string>()
        for (const key of keys.filter((name) => name.startsWith(prefix))) {
          const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
          expected.add(end < 0 ? key : key.slice(0, end + delimiter.length))
        }
        const found: string[] = []
        let token: string | undefined
        do {
          const cursor = token === undefined ? undefined : fromToken(token)
          const page = list({ prefix, delimiter, maxKeys, cursor }, fetchPage)
          for (const entry of page.entries)
            found.push('item' in entry ? entry.item.key : entry.commonPrefix)
          token = page.next === undefined ? undefined : toToken(page.next)
        } while (token !== undefined)
        assert.deepEqual(found, [...expected])
      },
    ),
  )
})

test('text comes through XML unchanged', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
      assert.equal(parseXml(element('a', element('b', text)).markup).children[0]?.text, text)
    }),
  )
})

for (const document of [
  '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
  '<a>&unknown;</a>',
  '<a><b></a></b>',
  '<a/><b/>',
  '<a>'.repeat(100),
  'text',
  '<a b=c/>',
])
  test(`XML like ${document.slice(0, 30)} is refused`, () => {
    assert.throws(() => parseXml(document), S3Error)
  })
