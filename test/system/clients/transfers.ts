import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { succeeds, type Boto3Call } from './programs.ts'
import type { Scene } from './scene.ts'
import { resultText } from './workspaces.ts'

/** Each client puts, lists, copies, gets and deletes below `inputs/`, a small file and 200 MiB in parts. */
export function transferTests(scene: () => Scene): void {
  const aws = (...args: readonly string[]) => scene().programs.aws(scene().own.session, ...args)
  const rclone = (...args: readonly string[]) =>
    scene().programs.rclone(scene().own.session, ...args)

  test('with aws-cli', async () => {
    const { files, own, resultKey } = scene()
    const at = (key: string) => `s3://${own.session.bucket}/${key}`
    const there = (name: string) => at(`inputs/aws ü/${name}`)
    await succeeds(aws('s3', 'cp', files.path('small.txt'), there('small')))
    await succeeds(aws('s3', 'cp', '--quiet', files.path('large.bin'), there('large')))
    for (const name of ['small', 'large'])
      await succeeds(aws('s3', 'cp', '--quiet', there(name), there(`copy/${name}`)))
    const listed = await succeeds(aws('s3', 'ls', '--recursive', there('')))
    assert.match(listed, / 13 inputs\/aws ü\/copy\/small\n/)
    assert.match(listed, / 209715200 inputs\/aws ü\/copy\/large\n/)
    await succeeds(aws('s3', 'cp', '--quiet', '--recursive', there('copy'), files.path('aws')))
    await files.areEqual('small.txt', 'aws/small')
    await files.areEqual('large.bin', 'aws/large')
    await succeeds(aws('s3', 'rm', '--quiet', '--recursive', there('')))
    assert.doesNotMatch(await succeeds(aws('s3', 'ls', '--recursive', at(''))), /aws ü/)
    await succeeds(aws('s3', 'cp', at(resultKey), files.path('aws/result')))
    assert.equal(await readFile(files.path('aws/result'), 'utf8'), resultText)
  })

  test('with boto3', async () => {
    const { files, own, programs, resultKey } = scene()
    const object = (Key: string) => ({ Bucket: own.session.bucket, Key })
    const there = (name: string) => object(`inputs/boto3 ü/${name}`)
    const moved = (file: string, name: string, back: string): readonly Boto3Call[] => [
      ['upload_file', { ...there(name), Filename: files.path(file) }],
      ['copy', { ...there(`copy/${name}`), CopySource: there(name) }],
      ['download_file', { ...there(`copy/${name}`), Filename: files.path(back) }],
    ]
    const prefix = { Bucket: own.session.bucket, Prefix: 'inputs/boto3 ü/' }
    const listing: Boto3Call = ['list_objects_v2', prefix]
    const names = ['copy/large', 'copy/small', 'large', 'small']
    const outcomes = await programs.boto3(own.session, [
      ...moved('small.txt', 'small', 'boto3-small'),
      ...moved('large.bin', 'large', 'boto3-large'),
      listing,
      ...names.map((name) => ['delete_object', there(name)] as const),
      listing,
      ['get_object', object(resultKey)],
    ])
    const told = JSON.stringify(outcomes)
    assert.ok(
      outcomes.every(({ status, code }) => [200, 204].includes(status) && code === ''),
      told,
    )
    assert.deepEqual(
      outcomes[6]?.keys,
      names.map((name) => `inputs/boto3 ü/${name}`),
    )
    assert.deepEqual(outcomes.at(-2)?.keys, [])
    assert.equal(outcomes.at(-1)?.body, resultText)
    await files.areEqual('small.txt', 'boto3-small')
    await files.areEqual('large.bin', 'boto3-large')
  })

  test('with rclone', async () => {
    const { files, own, resultKey } = scene()
    const at = (key: string) => `ws:${own.session.bucket}/${key}`
    const there = (name: string) => at(`inputs/rclone ü/${name}`)
    const parts = ['--s3-upload-cutoff', '16M', '--s3-chunk-size', '16M', '--s3-copy-cutoff', '64M']
    await succeeds(rclone('copyto', files.path('small.txt'), there('small')))
    await succeeds(rclone('copyto', ...parts, files.path('large.bin'), there('large')))
    await succeeds(rclone('copy', ...parts, there(''), at('inputs/rclone copy')))
    const listed = await succeeds(rclone('lsf', '--format', 'ps', at('inputs/rclone copy')))
    assert.equal(listed, 'large;209715200\nsmall;13\n')
    await succeeds(rclone('copy', at('inputs/rclone copy'), files.path('rclone')))
    await files.areEqual('small.txt', 'rclone/small')
    await files.areEqual('large.bin', 'rclone/large')
    for (const name of ['inputs/rclone ü', 'inputs/rclone copy'])
      await succeeds(rclone('delete', at(name)))
    const left = await succeeds(rclone('lsf', '--recursive', '--files-only', at('')))
    assert.doesNotMatch(left, /rclone/)
    assert.equal(await succeeds(rclone('cat', at(resultKey))), resultText)
  })
}
