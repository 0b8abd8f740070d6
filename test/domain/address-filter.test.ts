import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  allowsAddress,
  allowsHost,
  canonicalAddress,
  isPublicAddress,
  mayConnect,
  parseAllowList,
} from '../../src/domain/address-filter.ts'

const refused: readonly (readonly [string, string])[] = [
  ['127.0.0.1', 'loopback'],
  ['127.255.1.2', 'all of 127/8 is loopback'],
  ['0.0.0.0', 'unspecified connects to loopback'],
  ['0.1.2.3', 'this network'],
  ['10.1.2.3', 'private'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.1.1', 'private'],
  ['169.254.169.254', 'metadata, link-local'],
  ['100.64.0.1', 'shared by carriers'],
  ['100.100.100.200', 'metadata of another cloud'],
  ['168.63.129.16', 'host agent of a cloud in a public range'],
  ['192.0.0.192', 'metadata of another cloud'],
  ['192.0.2.1', 'documentation'],
  ['198.51.100.1', 'documentation'],
  ['203.0.113.1', 'documentation'],
  ['198.18.0.1', 'benchmarks'],
  ['192.88.99.1', '6to4 relay'],
  ['224.0.0.1', 'multicast'],
  ['240.0.0.1', 'reserved'],
  ['255.255.255.255', 'broadcast'],
  ['::', 'unspecified'],
  ['::1', 'loopback'],
  ['fe80::1', 'link-local'],
  ['fec0::1', 'site-local'],
  ['fc00::1', 'unique local'],
  ['fd00:ec2::254', 'metadata, unique local'],
  ['ff02::1', 'multicast'],
  ['2001:db8::1', 'documentation'],
  ['3fff::1', 'documentation'],
  ['::ffff:127.0.0.1', 'IPv4-mapped'],
  ['::ffff:8.8.8.8', 'IPv4-mapped, whatever it maps'],
  ['::127.0.0.1', 'IPv4-compatible'],
  ['::ffff:0:127.0.0.1', 'IPv4-translated'],
  ['64:ff9b::7f00:1', 'NAT64'],
  ['64:ff9b:1::7f00:1', 'local NAT64'],
  ['2002:7f00:1::', '6to4'],
  ['2001::7f00:1', 'Teredo'],
  ['100::1', 'discard'],
  ['5f00::1', 'segment routing'],
  ['localhost', 'a name is no address'],
  ['', 'nothing'],
]

describe('the address filter', () => {
  for (const [address, why] of refused) {
    it(`refuses ${address}: ${why}`, () => assert.equal(isPublicAddress(address), false))
  }

  for (const address of ['8.8.8.8', '1.1.1.1', '93.184.216.34', '2606:4700::1111', '2a00::1']) {
    it(`lets ${address} pass`, () => assert.equal(isPublicAddress(address), true))
  }

  it('never takes an IPv4 address inside IPv6 for a public one', () => {
    const byte = fc.integer({ min: 0, max: 255 })
    fc.assert(
      fc.property(fc.tuple(byte, byte, byte, byte), (bytes) => {
        assert.equal(isPublicAddress(`::ffff:${bytes.join('.')}`), false)
      }),
    )
  })

  it('has one spelling for each address', () => {
    assert.equal(canonicalAddress('::ffff:127.0.0.1'), '127.0.0.1')
    assert.equal(canonicalAddress('0.0.0.0'), '127.0.0.1')
    assert.equal(canonicalAddress('::'), '::1')
    assert.equal(canonicalAddress('0:0:0:0:0:0:0:1'), '::1')
  })
})

describe('the allow list', () => {
  const list = parseAllowList(['10.0.0.0/8', '192.168.1.5:8080', 'Files.Example.org', 'b.org:444'])

  it('names networks, addresses, hosts and ports', () => {
    assert.ok(allowsAddress(list, '10.200.1.1', 1))
    assert.ok(allowsAddress(list, '::ffff:10.0.0.1', 1))
    assert.ok(!allowsAddress(list, '11.0.0.1', 1))
    assert.ok(allowsAddress(list, '192.168.1.5', 8080))
    assert.ok(!allowsAddress(list, '192.168.1.5', 8081))
    assert.ok(allowsHost(list, 'files.example.org.', 80))
    assert.ok(!allowsHost(list, 'a.files.example.org', 80))
    assert.ok(!allowsHost(list, 'b.org', 443))
    assert.ok(allowsHost(list, 'b.org', 444))
  })

  it('takes IPv6 with and without port', () => {
    const six = parseAllowList(['fd00::/8', '[::1]:8080', '::2'])
    assert.ok(allowsAddress(six, 'fd12::1', 1))
    assert.ok(allowsAddress(six, '::1', 8080))
    assert.ok(!allowsAddress(six, '::1', 80))
    assert.ok(allowsAddress(six, '::2', 80))
  })

  it('refuses what it cannot read', () => {
    for (const entry of ['10.0.0.0/33', 'http://a.org', 'a b', '*']) {
      assert.throws(() => parseAllowList([entry]), RangeError)
    }
  })

  it('lets public addresses pass over TLS only', () => {
    const target = { host: 'a.org', port: 443, secure: true }
    assert.ok(mayConnect(list, target, '8.8.8.8'))
    assert.ok(!mayConnect(list, { ...target, secure: false }, '8.8.8.8'))
    assert.ok(mayConnect(list, { ...target, secure: false }, '10.0.0.1'))
    assert.ok(!mayConnect(list, target, '127.0.0.1'))
  })
})
