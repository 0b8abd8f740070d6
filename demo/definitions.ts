import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const demoFolder = fileURLToPath(new URL('.', import.meta.url)).replace(/[/\\]$/, '')

/** Copies the example files of a folder, with the values of this run for their `<placeholders>`. */
export async function writeDefinitions(
  name: 'services' | 'services-kubernetes' | 'control-planes',
  folder: string,
  values: Readonly<Record<string, string>>,
): Promise<string> {
  const target = join(folder, name)
  await mkdir(target, { recursive: true })
  for (const file of await readdir(join(demoFolder, name))) {
    const text = await readFile(join(demoFolder, name, file), 'utf8')
    const filled = text.replaceAll(
      /'(.*?)<([a-z]+)>(.*?)'/g,
      (all, before: string, placeholder: string, after: string) => {
        const value = { node: process.execPath, demo: demoFolder, ...values }[placeholder]
        return value === undefined ? all : JSON.stringify(`${before}${value}${after}`)
      },
    )
    await writeFile(join(target, file), filled, { mode: 0o600 })
  }
  return target
}

/** A table of the npm package vega-datasets. */
export const dataset = (name: string): Promise<Buffer> =>
  readFile(new URL(`../data/${name}`, import.meta.resolve('vega-datasets')))
