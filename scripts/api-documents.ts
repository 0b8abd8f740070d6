import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** The OpenAPI documents, by name: `openapi/<name>.yaml` and `src/generated/<name>.ts`. */
export const documentNames = [
  'consumer',
  'signaling',
  'edc-signaling',
  'provisioner',
  'management',
] as const

export const documentUrl = (name: string): URL =>
  new URL(`../openapi/${name}.yaml`, import.meta.url)

export const documentPath = (name: string): string => fileURLToPath(documentUrl(name))

export const generatedPath = (name: string): string =>
  fileURLToPath(new URL(`../src/generated/${name}.ts`, import.meta.url))

/** The text of a file, or undefined when it is not there. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    return undefined
  }
}
