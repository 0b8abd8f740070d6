import type { ArchiveEntryKind } from '../domain/archive-entry.ts'

/** Where an archive's format puts what it reads, entry by entry. */
export interface ArchiveSink {
  entry(
    name: string,
    kind: ArchiveEntryKind,
    executable: boolean,
    content: () => Promise<AsyncIterable<Uint8Array>>,
  ): Promise<void>
}
