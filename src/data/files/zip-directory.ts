/** What the directory at the end of a ZIP archive says of a file. Sizes in bytes. */
export interface ZipRecord {
  readonly name: string
  /** 0 is stored, 8 is deflated. */
  readonly method: number
  readonly isEncrypted: boolean
  readonly crc: number
  readonly packedSize: number
  readonly size: number
  /** Where its own header begins. */
  readonly offset: number
}

const END = { signature: 0x06054b50, bytes: 22, commentMax: 0xffff }
const END_64 = { signature: 0x06064b50, bytes: 56 }
const LOCATOR_64 = { signature: 0x07064b50, bytes: 20 }
const RECORD = { signature: 0x02014b50, bytes: 46 }
const LOCAL = { signature: 0x04034b50, bytes: 30 }
/** Stands where a number needs 64 bits, and is written in an extra field. */
const IN_EXTRA = 0xffffffff
const EXTRA_64 = 1
const FLAG_ENCRYPTED = 1
const FLAG_UTF8 = 0x800

/**
 * Everything that the directory of an archive lists.
 * @throws Error for one that is damaged or cut off
 */
export function listZip(archive: Buffer): ZipRecord[] {
  const { count, start, end } = directoryOf(archive)
  const records: ZipRecord[] = []
  let at = start
  for (let i = 0; i < count; i++) {
    if (at + RECORD.bytes > end || archive.readUInt32LE(at) !== RECORD.signature)
      throw new Error('incorrect directory')
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map(field =>
      archive.readUInt16LE(at + field),
    ) as [number, number, number]
    const next = at + RECORD.bytes + nameLength + extraLength + commentLength
    if (next > end) throw new Error('incorrect directory')
    records.push(recordAt(archive, at, nameLength, extraLength))
    at = next
  }
  return records
}

/** Where the bytes of a file begin: behind its own header. @throws Error for a damaged one */
export function startOf(archive: Buffer, { offset }: ZipRecord): number {
  if (offset + LOCAL.bytes > archive.length || archive.readUInt32LE(offset) !== LOCAL.signature)
    throw new Error('incorrect header')
  return (
    offset + LOCAL.bytes + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28)
  )
}

function recordAt(archive: Buffer, at: number, nameLength: number, extraLength: number): ZipRecord {
  const flags = archive.readUInt16LE(at + 8)
  const nameEnd = at + RECORD.bytes + nameLength
  const wide = wideNumbers(archive.subarray(nameEnd, nameEnd + extraLength))
  // In this order they stand in the extra field, those alone that need it.
  const size = numberAt(archive, at + 24, wide)
  const packedSize = numberAt(archive, at + 20, wide)
  const offset = numberAt(archive, at + 42, wide)
  const encoding = (flags & FLAG_UTF8) === 0 ? 'latin1' : 'utf8'
  return {
    name: archive.toString(encoding, at + RECORD.bytes, nameEnd),
    method: archive.readUInt16LE(at + 10),
    isEncrypted: (flags & FLAG_ENCRYPTED) !== 0,
    crc: archive.readUInt32LE(at + 16),
    packedSize,
    size,
    offset,
  }
}

function numberAt(archive: Buffer, at: number, wide: number[]): number {
  const narrow = archive.readUInt32LE(at)
  return narrow === IN_EXTRA ? (wide.shift() ?? narrow) : narrow
}

/** The numbers of 64 bits in the extra field of a record. */
function wideNumbers(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== EXTRA_64) continue
    const field = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2))
    return Array.from({ length: Math.floor(field.length / 8) }, (_, i) => wideAt(field, i * 8))
  }
  return []
}

function wideAt(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at))
}

interface Directory {
  readonly count: number
  readonly start: number
  readonly end: number
}

function directoryOf(archive: Buffer): Directory {
  const at = endOf(archive)
  const [size, offset] = [archive.readUInt32LE(at + 12), archive.readUInt32LE(at + 16)]
  const wide = wideDirectory(archive, at)
  const found = wide ?? { count: archive.readUInt16LE(at + 10), start: offset, end: offset + size }
  if (found.end > at) throw new Error('incorrect directory')
  return found
}

/** The record that ends an archive: it has nothing but a comment behind it. */
function endOf(archive: Buffer): number {
  const first = Math.max(0, archive.length - END.bytes - END.commentMax)
  for (let at = archive.length - END.bytes; at >= first; at--) {
    if (archive.readUInt32LE(at) !== END.signature) continue
    if (at + END.bytes + archive.readUInt16LE(at + 20) === archive.length) return at
  }
  throw new Error('its directory is missing')
}

/** As `directoryOf`, of an archive that has it in 64 bits. */
function wideDirectory(archive: Buffer, endAt: number): Directory | undefined {
  const locator = endAt - LOCATOR_64.bytes
  if (locator < 0 || archive.readUInt32LE(locator) !== LOCATOR_64.signature) return undefined
  const at = wideAt(archive, locator + 8)
  if (at + END_64.bytes > locator || archive.readUInt32LE(at) !== END_64.signature)
    throw new Error('incorrect directory')
  const start = wideAt(archive, at + 48)
  return { count: wideAt(archive, at + 32), start, end: start + wideAt(archive, at + 40) }
}
