import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { copyFile, link, mkdir, open, readdir, rename, rm, statfs, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { BlockPool } from './block-pool.ts'
import { DraftFile } from './draft-file.ts'
import { S3Error } from './s3-error.ts'

const blockBytes = 1024 * 1024

/**
 * The files that hold the data: never changed once they have a name, named at random, in folders of
 * the name's first two digits. A file whose name stands in no row is a leftover.
 */
export class DataFiles {
  readonly blocks = new BlockPool(blockBytes)
  readonly #root: string
  readonly #drafts: string
  readonly #reserveBytes: number
  /** Files that will be named by a row soon. */
  readonly #unsettled = new Set<string>()
  readonly #readers = new Map<string, number>()
  readonly #removable = new Set<string>()

  private constructor(directory: string, reserveBytes: number) {
    this.#root = join(directory, 'data')
    this.#drafts = join(directory, 'drafts')
    this.#reserveBytes = reserveBytes
  }

  /** Makes the folders, and throws away what an earlier process was writing. */
  static async open(directory: string, reserveBytes: number): Promise<DataFiles> {
    const files = new DataFiles(directory, reserveBytes)
    await rm(files.#drafts, { recursive: true, force: true })
    await mkdir(files.#drafts, { recursive: true, mode: 0o700 })
    for (let folder = 0; folder < 256; folder += 1) {
      const name = folder.toString(16).padStart(2, '0')
      await mkdir(join(files.#root, name), { recursive: true, mode: 0o700 })
    }
    await syncFolder(files.#root)
    await syncFolder(directory)
    return files
  }

  pathOf(name: string): string {
    return join(this.#root, name.slice(0, 2), name)
  }

  /** Throws InsufficientStorage when `bytes` more would leave less than the reserve. */
  async ensureRoom(bytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.#root)
    if (bavail * bsize - bytes < this.#reserveBytes) throw new S3Error('InsufficientStorage')
  }

  /**
   * A new file: `fill` writes it; then it is on the disk under its name, and `settle` (synchronous:
   * the transaction that names it in a row) is called. When either throws, the file is removed.
   */
  async create<T, R>(
    fill: (draft: DraftFile) => Promise<T>,
    settle: (name: string, filled: T) => R,
  ): Promise<R> {
    const name = newName()
    const draftPath = join(this.#drafts, name)
    const handle = await open(draftPath, 'wx', 0o600)
    const draft = new DraftFile(handle, this.blocks, () => this.ensureRoom(0))
    let filled: T
    try {
      filled = await fill(draft)
      await draft.finish()
    } catch (error) {
      await draft.discard()
      await unlink(draftPath)
      throw isFull(error) ? new S3Error('InsufficientStorage') : error
    }
    return this.#settle(
      [name],
      () => settle(name, filled),
      () => this.#publish(draftPath, name),
    )
  }

  /** Gives files further names, which moves no byte where the file system has links. */
  async duplicate<R>(
    names: readonly string[],
    settle: (copies: readonly string[]) => R,
  ): Promise<R> {
    const copies = names.map(newName)
    return this.#settle(
      copies,
      () => settle(copies),
      async () => {
        for (const [index, name] of names.entries())
          await this.#duplicateOne(name, copies[index] ?? '')
      },
    )
  }

  async #duplicateOne(name: string, copy: string): Promise<void> {
    const target = this.pathOf(copy)
    try {
      await link(this.pathOf(name), target)
    } catch (error) {
      if (!hasCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'ENOSYS')) throw error
      await copyFile(
        this.pathOf(name),
        target,
        constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE,
      )
      await syncPath(target)
    }
    await syncFolder(join(this.#root, copy.slice(0, 2)))
  }

  async #publish(draftPath: string, name: string): Promise<void> {
    await rename(draftPath, this.pathOf(name))
    await syncFolder(join(this.#root, name.slice(0, 2)))
  }

  async #settle<R>(
    names: readonly string[],
    settle: () => R,
    publish: () => Promise<void>,
  ): Promise<R> {
    for (const name of names) this.#unsettled.add(name)
    try {
      await publish()
      return settle()
    } catch (error) {
      await Promise.all(names.map((name) => rm(this.pathOf(name), { force: true })))
      throw error
    } finally {
      for (const name of names) this.#unsettled.delete(name)
    }
  }

  /** Keeps files readable until the returned function is called, even if they are removed meanwhile. */
  pin(names: readonly string[]): () => Promise<void> {
    for (const name of names) this.#readers.set(name, (this.#readers.get(name) ?? 0) + 1)
    return async () => {
      for (const name of names) {
        const left = (this.#readers.get(name) ?? 1) - 1
        if (left > 0) this.#readers.set(name, left)
        else this.#readers.delete(name)
      }
      await this.remove(names.filter((name) => this.#removable.has(name)))
    }
  }

  /** Removes files that no row names any more, each as soon as nobody reads it. */
  async remove(names: readonly string[]): Promise<void> {
    for (const name of names) {
      if (this.#readers.has(name)) {
        this.#removable.add(name)
        continue
      }
      this.#removable.delete(name)
      await rm(this.pathOf(name), { force: true })
    }
  }

  /** Removes leftovers: files that no row names. Returns how many there were. */
  async sweep(isNamed: (name: string) => boolean): Promise<number> {
    let removed = 0
    for (const folder of await readdir(this.#root))
      for (const name of await readdir(join(this.#root, folder))) {
        if (this.#unsettled.has(name) || this.#readers.has(name) || isNamed(name)) continue
        await rm(join(this.#root, folder, name), { force: true })
        removed += 1
      }
    return removed
  }
}

const newName = (): string => randomBytes(16).toString('hex')

const hasCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && codes.some((code) => code === error.code)

const isFull = (error: unknown): boolean => hasCode(error, 'ENOSPC', 'EDQUOT')

async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const syncFolder = syncPath
