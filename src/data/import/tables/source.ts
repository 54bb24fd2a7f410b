import { createHash } from 'node:crypto'
import { createReadStream, openSync, closeSync, readSync, statSync } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { AppError } from '../../../core/errors.js'

const SAMPLE_BYTES = 1 << 18

/** A file to import: its text as bytes in UTF-8, decompressed, any number of times. */
export interface Source {
  readonly file: string
  readonly isCompressed: boolean
  readonly sha256: string
  /** The beginning of the text, and whether that is all of it. */
  readonly sample: Buffer
  readonly isWhole: boolean
  chunks(): AsyncIterable<Buffer>
}

/** Formats that are recognised to be named, not read. */
const FOREIGN: readonly (readonly [name: string, magic: string, step: string])[] = [
  ['a ZIP archive or a spreadsheet', 'PK\u0003\u0004', 'unpack it, or save the sheet as CSV'],
  ['a Parquet file', 'PAR1', 'convert it to CSV first'],
  ['an Arrow or Feather file', 'ARROW1', 'convert it to CSV first'],
  ['a Feather file', 'FEA1', 'convert it to CSV first'],
  ['compressed with xz', '\u00fd7zXZ', 'unpack it with xz -d'],
  ['compressed with bzip2', 'BZh', 'unpack it with bzip2 -d'],
  ['compressed with zstd', '\u0028\u00b5\u002f\u00fd', 'unpack it with zstd -d'],
  ['a 7z archive', '7z\u00bc\u00af', 'unpack it first'],
  ['an SQLite database', 'SQLite format 3', 'export its table as CSV'],
  ['an HDF5 file', '\u0089HDF', 'convert it to CSV first'],
]

/**
 * Opens a file and looks at its beginning.
 * @throws AppError IMPORT_UNREADABLE for what is missing, empty, binary or cut short
 */
export async function openSource(file: string): Promise<Source> {
  const head = readHead(file)
  const isCompressed = head[0] === 0x1f && head[1] === 0x8b
  const raw = (): AsyncIterable<Buffer> => readText(file, isCompressed)
  const { sample: first, isWhole } = await readSample(raw, file)
  if (first.length === 0) throw unreadable(file, 'is empty', 'download it again')
  const encoding = encodingOf(file, first)
  const chunks = encoding === 'utf-8' ? raw : (): AsyncIterable<Buffer> => recode(raw(), encoding)
  const sample = encoding === 'utf-8' ? first : Buffer.from(new TextDecoder(encoding).decode(first))
  return { file, isCompressed, sha256: await hashFile(file), sample, isWhole, chunks }
}

function unreadable(file: string, what: string, hint: string): AppError {
  return new AppError('IMPORT_UNREADABLE', `"${file}" ${what}`, { hint, data: { file } })
}

function readHead(file: string): Buffer {
  try {
    if (statSync(file).isDirectory())
      throw unreadable(file, 'is a folder', `name its files, as in ${file}/*.csv`)
    const descriptor = openSync(file, 'r')
    try {
      const head = Buffer.alloc(16)
      return head.subarray(0, readSync(descriptor, head, 0, head.length, 0))
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    if (error instanceof AppError) throw error
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    const what = reason === 'ENOENT' ? 'does not exist' : `cannot be read (${reason})`
    throw unreadable(file, what, 'check the path and its permissions')
  }
}

async function* readText(file: string, isCompressed: boolean): AsyncIterable<Buffer> {
  const bytes = createReadStream(file, { highWaterMark: 1 << 18 })
  const text = isCompressed ? bytes.pipe(createGunzip({ chunkSize: 1 << 18 })) : bytes
  bytes.on('error', error => text.destroy(error))
  try {
    for await (const chunk of text) yield chunk as Buffer
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const what = isCompressed
      ? `is a damaged or cut off gzip file (${reason})`
      : `cannot be read (${reason})`
    throw unreadable(file, what, 'download it again; nothing of it was stored')
  } finally {
    bytes.destroy()
  }
}

async function readSample(
  chunks: () => AsyncIterable<Buffer>,
  file: string,
): Promise<{ sample: Buffer; isWhole: boolean }> {
  const parts: Buffer[] = []
  let length = 0
  for await (const chunk of chunks()) {
    if (parts.length === 0) refuseForeign(file, chunk)
    parts.push(chunk)
    length += chunk.length
    if (length > SAMPLE_BYTES)
      return { sample: Buffer.concat(parts).subarray(0, SAMPLE_BYTES), isWhole: false }
  }
  return { sample: Buffer.concat(parts), isWhole: true }
}

function refuseForeign(file: string, start: Buffer): void {
  const text = start.toString('latin1', 0, 20)
  for (const [name, magic, step] of FOREIGN) {
    if (text.startsWith(magic)) throw unreadable(file, `is ${name}, not text`, step)
  }
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be'

function encodingOf(file: string, sample: Buffer): Encoding {
  if (sample[0] === 0xff && sample[1] === 0xfe) return 'utf-16le'
  if (sample[0] === 0xfe && sample[1] === 0xff) return 'utf-16be'
  if (sample.includes(0)) {
    throw unreadable(
      file,
      'is binary, not text',
      'Assay reads CSV and JSON, plain or compressed with gzip',
    )
  }
  return 'utf-8'
}

async function* recode(chunks: AsyncIterable<Buffer>, encoding: Encoding): AsyncIterable<Buffer> {
  const decoder = new TextDecoder(encoding)
  for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }))
  yield Buffer.from(decoder.decode())
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }))
    hash.update(chunk as Buffer)
  return hash.digest('hex')
}
