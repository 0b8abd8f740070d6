import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  dataPlaneWish,
  decideRegistration,
  registrationFacts,
  shownUrl,
  type DataPlaneEntry,
} from '../../src/domain/data-plane-registration.ts'

const secret = 'secret-of-the-path-0123456789'
const place = { installationId: 'abc', connectorUrl: 'https://dp.example.com/', pathSecret: secret }
const wish = dataPlaneWish('edc-signaling', place) ?? assert.fail('no wish')
const entry = (changes: Partial<DataPlaneEntry> = {}): DataPlaneEntry => ({
  id: wish.id,
  url: wish.url,
  transferTypes: wish.transferTypes,
  state: 'AVAILABLE',
  ...changes,
})

test('the address that is registered ends in the protocol’s data flows, behind the path secret', () => {
  assert.equal(wish.id, 'dataspace-compute-abc')
  assert.equal(wish.url, `https://dp.example.com/k/${secret}/edc/v1/dataflows`)
  assert.deepEqual(wish.transferTypes, ['HttpData-PULL', 'HttpData-PUSH'])
  const newer = dataPlaneWish('dps', { ...place, pathSecret: null })
  assert.equal(newer?.url, 'https://dp.example.com/signaling/v1/dataflows')
  assert.ok(newer.transferTypes.includes('https://w3id.org/dspace-sig/profile/http-pull'))
  assert.equal(dataPlaneWish('provisioner', place), undefined)
})

const former = 'https://dp.example.com/k/former/edc/v1/dataflows'
const decisions: readonly [string, readonly DataPlaneEntry[], string][] = [
  ['no entry is registered', [entry({ id: 'another' })], 'register'],
  ['the right entry is left alone, whatever EDC does with it', [entry()], 'confirmed'],
  ['also while it waits for its first check', [entry({ state: 'REGISTERED' })], 'confirmed'],
  ['also with a slash at its end', [entry({ url: `${wish.url}/` })], 'confirmed'],
  ['an unregistered one comes back', [entry({ state: 'UNREGISTERED' })], 'register'],
  ['missing transfer types are added', [entry({ transferTypes: ['HttpData-PULL'] })], 'register'],
  ['a former address of ours is replaced', [entry({ url: former })], 'register'],
  ['a foreign address is never taken over', [entry({ url: 'https://other/x' })], 'foreign'],
  ['not even when it is near', [entry({ url: `${wish.url}/dataflows` })], 'foreign'],
]
for (const [why, entries, expected] of decisions) {
  test(why, () => {
    const { kind } = decideRegistration(entries, wish, (url) => url === former)
    assert.equal(kind, expected)
  })
}

test('what the list says about us comes with a remedy, and never with the secret', () => {
  const wrong = (entries: readonly DataPlaneEntry[]) => {
    const facts = registrationFacts(entries, wish)
    assert.ok(!JSON.stringify(facts).includes(secret))
    for (const { ok, remedy } of facts) assert.equal(remedy === null, ok)
    return facts.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`)
  }
  assert.deepEqual(wrong([entry()]), [])
  assert.match(String(wrong([])), /registered URL: the connector lists no data plane/)
  const byHand = entry({ id: 'by-hand', url: `${wish.url}/dataflows` })
  assert.match(String(wrong([byHand])), /\/dataflows\/dataflows has \/dataflows twice/)
  const short = entry({ url: wish.url.replace(/\/dataflows$/, '') })
  assert.match(String(wrong([short])), /lacks \/dataflows/)
  assert.match(String(wrong([entry({ url: 'https://x/y' })])), /which is not ours/)
  assert.match(
    String(wrong([entry({ transferTypes: [] })])),
    /transfer types: HttpData-PULL, HttpData-PUSH not listed, only none/,
  )
  assert.match(String(wrong([entry({ state: 'REGISTERED' })])), /availability: .* REGISTERED/)
})

test('a shown address has neither secret nor query', () => {
  assert.equal(shownUrl(`https://a/k/${secret}/edc?token=x`), 'https://a/k/…/edc')
  assert.equal(shownUrl('https://a/b'), 'https://a/b')
})
