import assert from 'node:assert/strict'
import { test } from 'node:test'
import { importAsset } from '../../src/domain/asset-import.ts'
import { ProblemError } from '../../src/domain/problem.ts'

const dummy = {
  service_id: 'dummy',
  inputs: [{ resource_name: 'dummy.env', type: 1, description: 'SOURCE, DESTINATION, SLEEPTIME' }],
  outputs: [{ resource_name: 'result', type: 2, description: 'the moved file' }],
  workflow_resource: {
    worker_image: 'dummy-job:local',
    worker_image_output_directory: '/output/',
    gpu: false,
  },
}

const pointersOf = (value: unknown): readonly string[] => {
  try {
    importAsset(value)
    return []
  } catch (error) {
    assert(error instanceof ProblemError)
    return error.errors.map(({ pointer }) => pointer)
  }
}

test('an asset of the predecessor is taken as it is', () => {
  const { id, content, warnings } = importAsset(dummy)
  assert.equal(id, 'dummy')
  assert.deepEqual(content.datasets, ['dummy'])
  assert.equal(content.worker.image, 'dummy-job:local')
  assert.equal(content.worker.user, 'image')
  assert.equal(content.outputDirectory, '/output')
  assert.equal(content.resources.gpu, null)
  assert.deepEqual(
    content.inputs.map(({ kind, mountPath }) => [kind, mountPath]),
    [['environment', null]],
  )
  assert.deepEqual(
    content.outputs.map(({ name, kind }) => [name, kind]),
    [['result', 'file']],
  )
  assert.deepEqual(warnings, [])
})

test('inputs of all kinds, command and arguments are taken over', () => {
  const { content } = importAsset({
    ...dummy,
    inputs: [
      { resource_name: 'a.env', type: 1 },
      { resource_name: 'input.zip', type: 3, mount_path: '/data/' },
      { resource_name: 'entrypoint.sh', type: 2, mount_path: '/app/' },
    ],
    workflow_resource: {
      ...dummy.workflow_resource,
      worker_image_command: ['/bin/sh'],
      worker_image_args: ['entrypoint.sh'],
      gpu: true,
    },
  })
  assert.deepEqual(
    content.inputs.map(({ kind, mountPath }) => [kind, mountPath]),
    [
      ['environment', null],
      ['archive', '/data'],
      ['file', '/app'],
    ],
  )
  assert.deepEqual([content.worker.command, content.worker.args], [['/bin/sh'], ['entrypoint.sh']])
  assert.deepEqual(content.resources.gpu, { resource: 'nvidia.com/gpu', count: 1 })
})

test('without an output directory there are no outputs, and that is said', () => {
  const { content, warnings } = importAsset({
    ...dummy,
    workflow_resource: { ...dummy.workflow_resource, worker_image_output_directory: null },
  })
  assert.equal(content.outputDirectory, null)
  assert.deepEqual(content.outputs, [])
  assert.match(warnings.join(), /no output directory/)
})

test('fields that nobody knows are left out, each with a warning', () => {
  const { warnings } = importAsset({
    ...dummy,
    owner: 'x',
    workflow_resource: { ...dummy.workflow_resource, cpu: 4 },
  })
  assert.deepEqual(warnings, [
    '/owner is not known and was left out.',
    '/workflow_resource/cpu is not known and was left out.',
  ])
})

test('the changed entry names of result archives are remarked', () => {
  const outputs = [{ resource_name: 'result.zip', type: 3 }]
  assert.match(
    importAsset({ ...dummy, outputs }).warnings.join(),
    /relative to the output directory/,
  )
})

test('wrong places are named as the asset names them', () => {
  const inputs = [{ resource_name: 'a', type: 2 }]
  assert.deepEqual(pointersOf({ ...dummy, inputs }), ['/inputs/0/mount_path'])
  assert.deepEqual(pointersOf({ ...dummy, service_id: 'a b' }), ['/service_id'])
  assert.deepEqual(pointersOf({ ...dummy, inputs: [{ resource_name: 'a', type: 4 }] }), [
    '/inputs/0/type',
  ])
  assert.deepEqual(pointersOf({ service_id: 'a' }), ['/workflow_resource'])
})
