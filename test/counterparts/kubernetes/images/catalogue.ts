import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { busybox, debian, directory, file, program, text, tree, type Entry } from './entries.ts'
import type { Image, RunConfiguration } from './image.ts'
import { compiledService, nodeProgram, productionPackages } from './product.ts'

/** How the product runs, in the image of the tests and in that of the Dockerfile. */
export const productRun = {
  User: '65532:65532',
  Env: ['NODE_ENV=production'],
  WorkingDir: '/app',
  Entrypoint: ['node', '/app/dist/main.js'],
  Cmd: ['serve'],
} as const satisfies RunConfiguration

/**
 * Every image that the tests use. Nothing in them comes from a registry of images: the programs are those of this
 * machine. The workers know nothing of the service. `scratch` is a folder for what has to be built.
 */
export const catalogue: Readonly<Record<string, (scratch: string) => Promise<Image>>> = {
  /** Holds the network of a pod; only the kubelet asks for it. */
  pause: () => image('localhost/pause:1', { Cmd: ['/bin/sleep', 'infinity'] }),

  busybox: () => image('localhost/busybox:1', { User: '1000:1000', Cmd: ['/bin/sh'] }),

  'dataspace-compute': async (scratch) =>
    image(
      'localhost/dataspace-compute:test',
      productRun,
      await program('/usr/local/bin/node', nodeProgram),
      await productionPackages(),
      await compiledService(await mkdtemp(join(scratch, 'dist-'))),
    ),

  'worker-node': async () =>
    image(
      'localhost/worker-node:1',
      { User: '1000:1000', WorkingDir: '/app', Entrypoint: ['node', '/app/worker.mjs'] },
      await program('/usr/local/bin/node', nodeProgram),
      [await worker('/app/worker.mjs', 'node.mjs')],
    ),

  /** As demo/worker/table-summary/Dockerfile makes it. */
  'demo-table-summary': async () =>
    image(
      'localhost/demo-table-summary:1',
      { User: '1000:1000', WorkingDir: '/app', Entrypoint: ['node', '/app/main.mjs'] },
      await program('/usr/local/bin/node', nodeProgram),
      await demoWorker('table-summary'),
    ),

  'worker-busybox': async () =>
    image(
      'localhost/worker-busybox:1',
      { User: '1000:1000', WorkingDir: '/app', Entrypoint: ['/bin/sh', 'entrypoint.sh'] },
      [
        directory('/app', { owner: 1000 }),
        directory('/app/out', { owner: 1000 }),
        await worker('/app/entrypoint.sh', 'busybox.sh', 1000),
      ],
    ),

  'worker-python': async () =>
    image(
      'localhost/worker-python:1',
      { User: '1000:1000', WorkingDir: '/home/user', Entrypoint: ['python3', '/app/worker.py'] },
      await debian('python3-minimal', 'python3.11-minimal', 'libpython3.11-minimal'),
      [directory('/home/user/out', { owner: 1000 }), await worker('/app/worker.py', 'python.py')],
    ),

  'worker-root': async () =>
    image('localhost/worker-root:1', { User: 'root', Entrypoint: ['/bin/sh', '/app/worker.sh'] }, [
      await worker('/app/worker.sh', 'identity.sh'),
    ]),

  'worker-named': async () =>
    image('localhost/worker-named:1', { User: 'user', Entrypoint: ['/bin/sh', '/app/worker.sh'] }, [
      await worker('/app/worker.sh', 'identity.sh'),
    ]),
}

const repository = fileURLToPath(new URL('../../../../', import.meta.url))

const users = `root:x:0:0::/root:/bin/sh
user:x:1000:1000::/home/user:/bin/sh
nonroot:x:65532:65532::/:/bin/sh
nobody:x:65534:65534::/:/bin/sh
`
const groups = 'root:x:0:\nuser:x:1000:\nnonroot:x:65532:\nnogroup:x:65534:\n'

/** Below every image: busybox, users, and places to write where a container may write. */
const base = async (): Promise<readonly Entry[]> => [
  ...(await busybox()),
  text('/etc/passwd', users),
  text('/etc/group', groups),
  directory('/root', { mode: 0o700 }),
  directory('/home/user', { owner: 1000 }),
  directory('/tmp', { mode: 0o1777 }),
]

async function image(
  name: string,
  run: RunConfiguration,
  ...layers: readonly (readonly Entry[])[]
): Promise<Image> {
  const path = 'PATH=/usr/local/bin:/usr/bin:/bin'
  return {
    name,
    layers: [await base(), ...layers],
    run: { ...run, Env: [path, ...(run.Env ?? [])] },
  }
}

const demoWorker = async (name: string) =>
  (await tree('/app', join(repository, 'demo/worker', name))).filter(({ path }) =>
    path.endsWith('.mjs'),
  )

const worker = (path: string, source: string, owner = 0) =>
  file(path, new URL(`workers/${source}`, import.meta.url), owner)
