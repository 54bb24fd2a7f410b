import { crc32, createInflateRaw, inflateRawSync } from 'node:zlib'
import { AppError } from '../../core/errors.js'
import { listZip, startOf, type ZipRecord } from './zip-directory.js'

/** No entry is unpacked beyond this: it would be a bomb, or need another tool. */
export const ZIP_ENTRY_BYTES_MAX = 4 * 1024 ** 3
/** What `read()` holds in memory at most. */
const READ_BYTES_MAX = 512 * 1024 ** 2
const CHUNK_BYTES = 1 << 18

/** A file within a ZIP archive. What it gives is held against its size and checksum. */
export interface ZipEntry {
  /** Its path in the archive, as in `BTCUSDT-1h-2024-01.csv`. */
  readonly name: string
  /** Bytes, unpacked, by the word of the archive. */
  readonly size: number
  /**
   * All of it at once.
   * @throws AppError IMPORT_UNREADABLE where it is damaged, encrypted or above 512 MB
   */
  read(): Buffer
  /**
   * Piece by piece, any number of times; for entries of up to 4 GB.
   * @throws AppError IMPORT_UNREADABLE where it is damaged or encrypted
   */
  chunks(): AsyncIterable<Buffer>
}

/** Whether bytes begin as a ZIP archive does; an empty one too. */
export function isZip(bytes: Uint8Array): boolean {
  const [p, k, a, b] = bytes
  return p === 0x50 && k === 0x4b && ((a === 3 && b === 4) || (a === 5 && b === 6))
}

/**
 * The files in a ZIP archive, without its folders, as its directory lists them.
 * Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 * @param name what messages call the archive: its path or address
 * @throws AppError IMPORT_UNREADABLE for an archive that is damaged or cut off
 */
export function readZip(bytes: Uint8Array, name: string): readonly ZipEntry[] {
  const archive = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const records = guarded(name, () => listZip(archive))
  return records.filter(record => !record.name.endsWith('/')).map(record => entry(record))

  function entry(record: ZipRecord): ZipEntry {
    return {
      name: record.name,
      size: record.size,
      read: () => guarded(name, () => readAll(archive, record, name)),
      chunks: () => readPieces(archive, record, name),
    }
  }
}

function readAll(archive: Buffer, record: ZipRecord, name: string): Buffer {
  const packed = packedBytes(archive, record, { name, sizeMax: READ_BYTES_MAX })
  const check = new Check(record)
  // One byte more than it says, so that one which is longer shows.
  const limit = { maxOutputLength: record.size + 1 }
  const bytes = record.method === 0 ? packed : inflateRawSync(packed, limit)
  check.take(bytes)
  check.finish()
  return bytes
}

async function* readPieces(
  archive: Buffer,
  record: ZipRecord,
  name: string,
): AsyncIterable<Buffer> {
  const limits = { name, sizeMax: ZIP_ENTRY_BYTES_MAX }
  const packed = guarded(name, () => packedBytes(archive, record, limits))
  const check = new Check(record)
  try {
    for await (const piece of record.method === 0 ? slices(packed) : inflated(packed)) {
      check.take(piece)
      yield piece
    }
    check.finish()
  } catch (error) {
    throw damaged(name, error)
  }
}

function* slices(bytes: Buffer): Iterable<Buffer> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES)
}

async function* inflated(packed: Buffer): AsyncIterable<Buffer> {
  const text = createInflateRaw({ chunkSize: CHUNK_BYTES })
  text.end(packed)
  try {
    for await (const piece of text as AsyncIterable<Buffer>) yield piece
  } finally {
    text.destroy()
  }
}

/** The bytes of an entry as they lie in the archive. */
function packedBytes(
  archive: Buffer,
  record: ZipRecord,
  { name, sizeMax }: { readonly name: string; readonly sizeMax: number },
): Buffer {
  const what = `"${record.name}" in "${name}"`
  if (record.isEncrypted)
    throw unreadable(`${what} is encrypted`, 'unpack it with its password, and give the file', name)
  if (record.method !== 0 && record.method !== 8)
    throw unreadable(
      `${what} is compressed by method ${record.method}; Assay reads stored and deflated files`,
      'unpack it, and give the file',
      name,
    )
  if (record.size > sizeMax)
    throw unreadable(
      `${what} has ${Math.ceil(record.size / 2 ** 20)} MB unpacked, more than the ${sizeMax / 2 ** 20} MB that are read from an archive`,
      'unpack it, and give the file',
      name,
    )
  const start = startOf(archive, record)
  const end = start + record.packedSize
  if (end > archive.length) throw new Error('unexpected end of file')
  return archive.subarray(start, end)
}

/** Holds what is unpacked against what the directory says of it. */
class Check {
  private readonly record: ZipRecord
  private length = 0
  private checksum = 0

  constructor(record: ZipRecord) {
    this.record = record
  }

  /** @throws Error as soon as there is more than there should be */
  take(bytes: Buffer): void {
    this.length += bytes.length
    if (this.length > this.record.size) throw new Error('longer than its size')
    this.checksum = crc32(bytes, this.checksum)
  }

  finish(): void {
    if (this.length < this.record.size) throw new Error('shorter than its size')
    if (this.checksum !== this.record.crc) throw new Error('incorrect checksum')
  }
}

function guarded<T>(name: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw damaged(name, error)
  }
}

function damaged(name: string, error: unknown): AppError {
  if (error instanceof AppError) return error
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const isLonger = code === 'ERR_BUFFER_TOO_LARGE'
  const said = error instanceof Error ? error.message : String(error)
  const reason = isLonger ? 'longer than its size' : said
  return unreadable(
    `"${name}" is a damaged or cut off ZIP archive (${reason})`,
    'download it again; nothing of it was stored',
    name,
  )
}

function unreadable(message: string, hint: string, file: string): AppError {
  return new AppError('IMPORT_UNREADABLE', message, { hint, data: { file } })
}
