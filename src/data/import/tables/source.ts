import { createHash } from 'node:crypto'
import { createReadStream, openSync, closeSync, readSync, statSync } from 'node:fs'
import { Readable } from 'node:stream'
import { AppError } from '../../../core/errors.js'
import { encodingOf, recode, type Encoding } from './encodings.js'
import { foreignFormat } from './foreign.js'
import { gunzip, isGzip } from './gzip.js'
import type { TableWarning } from './table.js'

const SAMPLE_BYTES = 1 << 18

/** A file to import: its text as bytes in UTF-8, decompressed, any number of times. */
export interface Source {
  readonly file: string
  readonly isCompressed: boolean
  /** Of the file as it lies on the disk. */
  readonly size: number
  readonly sha256: string
  /** The beginning of the text, and whether that is all of it. */
  readonly sample: Buffer
  readonly isWhole: boolean
  /** Something odd about the bytes, some of it known only once they are read. */
  readonly warnings: TableWarning[]
  chunks(): AsyncIterable<Buffer>
}

/**
 * Opens a file and looks at its beginning.
 * @throws AppError IMPORT_UNREADABLE for what is missing, empty, binary or cut short
 */
export async function openSource(file: string): Promise<Source> {
  const isCompressed = isGzip(readHead(file))
  const warnings: TableWarning[] = []
  const onTrailing = (count: number): void => {
    if (warnings.some(({ code }) => code === 'trailing_bytes')) return
    const message = 'bytes after the compressed data are not gzip, and were passed over'
    warnings.push({ code: 'trailing_bytes', count, message })
  }
  const raw = (): AsyncIterable<Buffer> => readText(file, isCompressed, onTrailing)
  const { sample: first, isWhole } = await readSample(raw, file, isCompressed)
  if (first.length === 0) throw unreadable(file, 'is empty', 'download it again')
  const encoding = requireText(file, first)
  const chunks = (): AsyncIterable<Buffer> => recode(raw(), encoding)
  const sample = encoding === 'utf-8' ? first : await recoded(first, encoding)
  const sha256 = await hashFile(file)
  const { size } = statSync(file)
  return { file, isCompressed, size, sha256, sample, isWhole, warnings, chunks }
}

async function recoded(bytes: Buffer, encoding: Encoding): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of recode(Readable.from([bytes]), encoding)) parts.push(part)
  return Buffer.concat(parts)
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

async function* readText(
  file: string,
  isCompressed: boolean,
  onTrailing: (bytes: number) => void,
): AsyncIterable<Buffer> {
  try {
    if (isCompressed) yield* gunzip(file, onTrailing)
    else for await (const chunk of readBytes(file)) yield chunk
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    const what = isCompressed
      ? `is a damaged or cut off gzip file (${reason})`
      : `cannot be read (${reason})`
    throw unreadable(file, what, 'download it again; nothing of it was stored')
  }
}

function readBytes(file: string): AsyncIterable<Buffer> {
  return createReadStream(file, { highWaterMark: 1 << 18 })
}

async function readSample(
  chunks: () => AsyncIterable<Buffer>,
  file: string,
  isCompressed: boolean,
): Promise<{ sample: Buffer; isWhole: boolean }> {
  const parts: Buffer[] = []
  let length = 0
  for await (const chunk of chunks()) {
    if (parts.length === 0) refuseForeign(file, chunk, isCompressed)
    parts.push(chunk)
    length += chunk.length
    if (length > SAMPLE_BYTES)
      return { sample: Buffer.concat(parts).subarray(0, SAMPLE_BYTES), isWhole: false }
  }
  return { sample: Buffer.concat(parts), isWhole: true }
}

function refuseForeign(file: string, start: Buffer, isCompressed: boolean): void {
  const foreign = foreignFormat(start, isCompressed)
  if (foreign === undefined) return
  throw unreadable(file, `is ${foreign.name}, not a table of candles`, foreign.step)
}

function requireText(file: string, sample: Buffer): Encoding {
  const encoding = encodingOf(sample)
  if (encoding !== undefined) return encoding
  const zero = sample.indexOf(0)
  const before = sample.subarray(0, zero).toString('utf8')
  // Text with zeros in its middle was text once: a disk or a crash wrote them.
  if (/^[\uFEFF\t\r\n\x20-\x7E]{20,}$/.test(before)) {
    const line = before.split('\n').length
    throw unreadable(
      file,
      `is damaged: it has zero bytes from line ${line} on, as a crash leaves them`,
      'download it again, or cut the file off before them',
    )
  }
  throw unreadable(
    file,
    'is binary, not text',
    'Assay reads CSV and JSON, plain or compressed with gzip',
  )
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }))
    hash.update(chunk as Buffer)
  return hash.digest('hex')
}
