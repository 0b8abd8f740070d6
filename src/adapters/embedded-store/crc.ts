import { crc32 } from 'node:zlib'

/** A cyclic redundancy check in its reflected form, as two 32-bit halves where it has 64 bits. */
interface CrcParameters {
  readonly bits: 32 | 64
  readonly polynomial: bigint
}

const parameters = {
  CRC32: { bits: 32, polynomial: 0xedb88320n },
  CRC32C: { bits: 32, polynomial: 0x82f63b78n },
  CRC64NVME: { bits: 64, polynomial: 0x9a6c9329ac4bc9b5n },
} as const satisfies Record<string, CrcParameters>

export type CrcName = keyof typeof parameters

export const isCrc = (name: string): name is CrcName => name in parameters

const lanes = 8

interface Tables {
  readonly low: Uint32Array
  readonly high: Uint32Array
}

/** Eight tables, one for each byte of a step of eight bytes. */
function makeTables({ polynomial }: CrcParameters): Tables {
  const low = new Uint32Array(256 * lanes)
  const high = new Uint32Array(256 * lanes)
  for (let byte = 0; byte < 256; byte += 1) {
    let value = BigInt(byte)
    for (let bit = 0; bit < 8 * lanes; bit += 1) {
      value = (value & 1n) === 0n ? value >> 1n : (value >> 1n) ^ polynomial
      if (bit % 8 !== 7) continue
      const at = ((bit - 7) / 8) * 256 + byte
      low[at] = Number(value & 0xffffffffn)
      high[at] = Number(value >> 32n)
    }
  }
  return { low, high }
}

const tablesByName = new Map<CrcName, Tables>()

function tablesOf(name: CrcName): Tables {
  const known = tablesByName.get(name)
  if (known !== undefined) return known
  const tables = makeTables(parameters[name])
  tablesByName.set(name, tables)
  return tables
}

/** What eight bytes, already mixed with the checksum so far, add up to in one half of the result. */
function step(table: Uint32Array, first: number, second: number): number {
  const at = (index: number) => table[index] ?? 0
  return (
    at(1792 + (first & 255)) ^
    at(1536 + ((first >>> 8) & 255)) ^
    at(1280 + ((first >>> 16) & 255)) ^
    at(1024 + (first >>> 24)) ^
    at(768 + (second & 255)) ^
    at(512 + ((second >>> 8) & 255)) ^
    at(256 + ((second >>> 16) & 255)) ^
    at(second >>> 24)
  )
}

/** A running checksum over chunks. */
export class Crc {
  readonly #name: CrcName
  #low: number
  #high: number

  constructor(name: CrcName) {
    this.#name = name
    this.#low = name === 'CRC32' ? 0 : 0xffffffff
    this.#high = parameters[name].bits === 64 ? 0xffffffff : 0
  }

  update(chunk: Uint8Array): void {
    if (this.#name === 'CRC32') this.#low = crc32(chunk, this.#low)
    else this.#updateByTables(chunk, tablesOf(this.#name))
  }

  #updateByTables(chunk: Uint8Array, tables: Tables): void {
    const { low: tableLow, high: tableHigh } = tables
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    let low = this.#low
    let high = this.#high
    let position = 0
    for (; position + lanes <= chunk.byteLength; position += lanes) {
      const first = low ^ view.getUint32(position, true)
      const second = high ^ view.getUint32(position + 4, true)
      low = step(tableLow, first, second)
      high = step(tableHigh, first, second)
    }
    for (; position < chunk.byteLength; position += 1) {
      const index = (low ^ view.getUint8(position)) & 255
      low = ((low >>> 8) | (high << 24)) ^ (tableLow[index] ?? 0)
      high = (high >>> 8) ^ (tableHigh[index] ?? 0)
    }
    this.#low = low
    this.#high = high
  }

  digest(): Buffer {
    const bits = parameters[this.#name].bits
    const digest = Buffer.alloc(bits / 8)
    const low = this.#name === 'CRC32' ? this.#low : ~this.#low
    if (bits === 64) digest.writeUInt32BE(~this.#high >>> 0, 0)
    digest.writeUInt32BE(low >>> 0, bits / 8 - 4)
    return digest
  }
}

/** Polynomial product modulo the CRC's polynomial, both in reflected form. */
function multiply({ bits, polynomial }: CrcParameters, left: bigint, right: bigint): bigint {
  let product = 0n
  let factor = right
  for (let bit = BigInt(bits) - 1n; bit >= 0n; bit -= 1n) {
    if (((left >> bit) & 1n) === 1n) product ^= factor
    factor = (factor & 1n) === 0n ? factor >> 1n : (factor >> 1n) ^ polynomial
  }
  return product
}

/** The checksum of two pieces put together, from the checksums of each and the length of the second. */
export function combineCrc(name: CrcName, first: Buffer, second: Buffer, secondBytes: number) {
  const crc = parameters[name]
  const toBigInt = (digest: Buffer) => BigInt(`0x${digest.toString('hex')}`)
  let shift = 1n << BigInt(crc.bits - 1)
  let square = multiply(crc, 1n << BigInt(crc.bits - 2), shift)
  for (let exponent = secondBytes * 8; exponent > 0; exponent = Math.floor(exponent / 2)) {
    if (exponent % 2 === 1) shift = multiply(crc, shift, square)
    square = multiply(crc, square, square)
  }
  const combined = multiply(crc, shift, toBigInt(first)) ^ toBigInt(second)
  return Buffer.from(combined.toString(16).padStart(crc.bits / 4, '0'), 'hex')
}
