import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { encodeBytes, newId } from '../../src/domain/ids.ts'

const prefix = fc.constantFrom('ws', 'df', 'job', 'tr', 'sub', 'evt', 'dlv', 'gr')
const time = fc.integer({ min: 0, max: 2 ** 48 })
const random = fc.uint8Array({ minLength: 10, maxLength: 10 })

test('ids are DNS labels of at most 30 characters', () => {
  fc.assert(
    fc.property(prefix, time, random, (kind, at, bytes) => {
      const id = newId(kind, new Date(at), bytes)
      assert.match(id, /^[a-z]([a-z0-9-]*[a-z0-9])?$/)
      assert.ok(id.length <= 30)
    }),
  )
})

test('ids sort by time, whatever the chance', () => {
  fc.assert(
    fc.property(prefix, time, time, random, random, (kind, one, other, first, second) => {
      if (one === other) return
      const [earlier, later] = one < other ? [one, other] : [other, one]
      const before = newId(kind, new Date(earlier), first)
      assert.ok(before < newId(kind, new Date(later), second))
    }),
  )
})

test('ids of the same moment differ when the chance does', () => {
  fc.assert(
    fc.property(random, random, (first, second) => {
      const same = Buffer.compare(first, second) === 0
      const ids = [first, second].map((bytes) => newId('job', new Date(0), bytes))
      assert.equal(ids[0] === ids[1], same)
    }),
  )
})

test('bytes become letters and digits that name them and nothing else', () => {
  const bytes = fc.uint8Array({ maxLength: 32 })
  fc.assert(
    fc.property(bytes, bytes, (first, second) => {
      assert.match(encodeBytes(first), /^[0-9a-z]*$/)
      if (first.length !== second.length) return
      assert.equal(encodeBytes(first) === encodeBytes(second), Buffer.compare(first, second) === 0)
    }),
  )
})
