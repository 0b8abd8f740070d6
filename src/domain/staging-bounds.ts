/** Bounds of stage-in and stage-out that no service changes. */
export const maxDotenvBytes = 256 * 1024
export const maxDirectoryObjects = 10_000
export const maxSegmentBytes = 255
/** S3's own limit of a key. */
export const maxKeyBytes = 1024

export interface ArchiveLimits {
  readonly maxEntries: number
  readonly maxBytes: number
  /** Extracted bytes per byte of the archive; looked at only above `ratioFreeBytes`. */
  readonly maxRatio: number
  readonly ratioFreeBytes: number
}

export const archiveLimits: Omit<ArchiveLimits, 'maxBytes'> = {
  maxEntries: 100_000,
  maxRatio: 250,
  ratioFreeBytes: 64 * 1024 * 1024,
}

export interface OutputLimits {
  /** Files and folders below the output directory. */
  readonly maxEntries: number
  readonly maxDepth: number
  /** UTF-8 bytes of a path relative to the output directory. */
  readonly maxPathBytes: number
  /** Files of one output of kind `directory`. */
  readonly maxDirectoryFiles: number
  readonly maxBytes: number
}

export const outputLimits: Omit<OutputLimits, 'maxBytes'> = {
  maxEntries: 100_000,
  maxDepth: 32,
  maxPathBytes: 768,
  maxDirectoryFiles: maxDirectoryObjects,
}
