import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { directoryProblem, mountPathProblem } from '../../src/domain/object-path.ts'

const refused: readonly (readonly [reason: string, paths: readonly string[], problem: RegExp])[] = [
  ['a segment that climbs', ['a', 'b/../../c'], /\.\./],
  ['a segment that stays', ['./a'], /"\."/],
  ['an absolute path', ['/etc/passwd'], /empty segment/],
  ['an empty segment', ['a//b'], /empty segment/],
  ['a folder marker', ['a/'], /empty segment/],
  ['the prefix itself', [''], /empty segment/],
  ['a backslash', ['a\\b'], /backslash/],
  ['NUL', ['a\0b'], /control/],
  ['a line feed', ['a\nb'], /control/],
  ['a lone surrogate', ['a\ud800'], /UTF-8/],
  ['256 bytes', ['ä'.repeat(128)], /255 bytes/],
  ['the same twice', ['a', 'a'], /twice/],
  ['the same but for case', ['Data.csv', 'data.CSV'], /same as "Data\.csv"/],
  ['the same after case folding', ['straße', 'STRASSE'], /same as/],
  ['the same after normalising', ['caf\u00e9', 'cafe\u0301'], /same as/],
  ['a file that is a folder before', ['a/b', 'a'], /file and folder/],
  ['a file that is a folder later', ['a', 'a/b'], /below the file "a"/],
  ['a file that is a folder but for case', ['A/b/c', 'a/B'], /file and folder/],
]

describe('keys as paths', () => {
  for (const [reason, paths, problem] of refused) {
    it(`refuses ${reason}`, () => {
      const found = directoryProblem(paths)
      assert.match(found?.problem ?? 'accepted', problem)
      assert.equal(found?.path, paths.at(-1))
    })
  }
  it('takes ordinary names, deep ones and those of other alphabets', () => {
    const paths = [
      'a',
      'b/c/d.txt',
      'with space & 100%.txt',
      '.hidden',
      '数据/表.csv',
      '...',
      'ä'.repeat(127),
    ]
    assert.equal(directoryProblem(paths), null)
  })
  it('takes 10,000 objects and no more', () => {
    const paths = Array.from({ length: 10_001 }, (_, index) => `f${index}`)
    assert.equal(directoryProblem(paths.slice(1)), null)
    assert.match(directoryProblem(paths)?.problem ?? '', /10000/)
  })
  it('mounts nothing at the root, in system folders, or in unnormalised places', () => {
    const agent = '/dataspace-compute'
    for (const path of [
      '/',
      'a',
      '',
      '/a/',
      '/a//b',
      '/a/../b',
      '/./a',
      '/proc',
      '/dev/shm',
      '/sys/x',
      agent,
      `${agent}/x`,
    ]) {
      assert.notEqual(mountPathProblem(path, agent), null, path)
    }
    for (const path of ['/work/in', '/process', '/dataspace-computer', '/home/user']) {
      assert.equal(mountPathProblem(path, agent), null, path)
    }
  })
})
