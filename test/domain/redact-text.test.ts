import assert from 'node:assert/strict'
import { test } from 'node:test'
import { redactText } from '../../src/domain/redact-text.ts'

test('a text of a MiB is looked through as far as it is shown', () => {
  for (const unit of ['a', 'a.', 'key', 'a://', 'eyJ', 'Bearer ']) {
    const shown = redactText(unit.repeat(2 ** 20 / unit.length))
    assert.ok(shown.length <= 513 && shown.endsWith('…'), unit)
  }
})

test('an address that is cut shows nothing of a long password', () => {
  const shown = redactText(`see https://user:${'p'.repeat(2000)}@host.example.com/`)
  assert.equal(shown, 'see ……')
})

test('a secret at the end of what is shown is hidden whole', () => {
  const token = `dsc_${'x'.repeat(400)}`
  assert.ok(!redactText(`${'word '.repeat(100)}${token} ${'y'.repeat(2000)}`).includes('xxx'))
})
