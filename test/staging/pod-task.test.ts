import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  parseTerminationMessage,
  podPaths,
  terminationMessage,
} from '../../src/staging/pod-task.ts'

describe('a termination message', () => {
  const messages = [
    ['a usual one', 'The object inputs/a is not the one that the job took.'],
    ['three bytes a character', '目'.repeat(5000)],
    ['pairs of surrogates', '😀'.repeat(5000)],
    ['characters that JSON writes with six', '\u0001'.repeat(5000)],
  ] as const
  for (const [reason, message] of messages) {
    it(`is never longer than what the kubelet keeps, and stays readable: ${reason}`, () => {
      const text = terminationMessage('output-refused', message)
      assert.ok(Buffer.byteLength(text) <= 4096)
      const found = parseTerminationMessage(text)
      assert.equal(found?.code, 'output-refused')
      assert.ok(found.message.length >= Math.min(message.length, 500))
      assert.ok(message.startsWith(found.message))
      assert.ok(found.message.isWellFormed())
    })
  }

  it('is nothing when others wrote it', () => {
    for (const text of [undefined, '', 'OOM', '{"code":"toString","message":"x"}', 'null']) {
      assert.equal(parseTerminationMessage(text), null, String(text))
    }
  })
})

it('everything of the agent in a pod lies below a folder that workers cannot mount', () => {
  for (const path of Object.values(podPaths)) assert.match(path, /^\/dsc\//)
})
