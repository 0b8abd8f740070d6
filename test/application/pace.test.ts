import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPace } from '../../src/application/flows/pace.ts'

const at = (ms: number) => new Date(1_795_532_345_000 + ms)

test('what was begun may begin again after its time, and is told when', () => {
  const pace = createPace(1000)
  assert.equal(pace.begin('a', at(0)), null)
  assert.deepEqual(pace.begin('a', at(1)), at(1000))
  assert.deepEqual(pace.begin('a', at(999)), at(1000))
  assert.equal(pace.begin('a', at(1000)), null)
  assert.deepEqual(pace.begin('a', at(1001)), at(2000))
})

test('each name has its own pace', () => {
  const pace = createPace(1000)
  assert.equal(pace.begin('a', at(0)), null)
  assert.equal(pace.begin('b', at(500)), null)
  assert.deepEqual(pace.begin('b', at(1100)), at(1500))
  assert.equal(pace.begin('a', at(1100)), null)
  assert.equal(pace.begin('b', at(1500)), null)
})

test('a clock that is put back holds nobody up', () => {
  const pace = createPace(1000)
  assert.equal(pace.begin('a', at(5000)), null)
  assert.equal(pace.begin('a', at(0)), null)
})
