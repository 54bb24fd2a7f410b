import { createHash } from 'node:crypto'
import { createReadStream, openSync, closeSync, readFileSync, readSync, statSync } from 'node:fs'
import { Readable } from 'node:stream'
import { AppError } from '../../../core/errors.js'
import { encodingOf, recode, type Encoding } from './encodings.js'
import { foreignFormat } from './foreign.js'
import { isZip, readZip } from '../../files/zip.js'
import { gunzip, isGzip } from './gzip.js'
import { chooseEntry } from './zip-choice.js'
import type { TableWarning } from './table.js'

const SAMPLE_BYTES = 1 << 18

/** A file to import: its text as bytes in UTF-8, decompressed, any number of times. */
export interface Source {
  readonly file: string
  /** How the file is packed; null for plain text. */
  readonly packing: 'gzip' | 'ZIP' | null
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
 * @param zipFile the file to read of a ZIP archive that has several
 * @throws AppError IMPORT_UNREADABLE for what is missing, empty, binary or cut short
 */
export async function openSource(file: string, zipFile?: string): Promise<Source> {
  const packing = packingOf(readHead(file))
  if (zipFile !== undefined && packing !== 'ZIP') {
    throw new AppError(
      'USAGE',
      `--zip-file "${zipFile}" is for ZIP archives, but "${file}" is none`,
      {
        hint: 'leave it out',
      },
    )
  }
  const warnings: TableWarning[] = []
  const onTrailing = (count: number): void => {
    if (warnings.some(({ code }) => code === 'trailing_bytes')) return
    const message = 'bytes after the compressed data are not gzip, and were skipped'
    warnings.push({ code: 'trailing_bytes', count, message })
  }
  const raw = textOf(file, packing, { zipFile, onTrailing })
  const { sample: first, isWhole } = await readSample(raw, file, packing)
  if (first.length === 0) throw unreadable(file, 'is empty', 'download it again')
  const encoding = requireText(file, first)
  const chunks = (): AsyncIterable<Buffer> => recode(raw(), encoding)
  const sample = encoding === 'utf-8' ? first : await recoded(first, encoding)
  const sha256 = await hashFile(file)
  const { size } = statSync(file)
  return { file, packing, size, sha256, sample, isWhole, warnings, chunks }
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

function packingOf(head: Buffer): Source['packing'] {
  if (isGzip(head)) return 'gzip'
  return isZip(head) ? 'ZIP' : null
}

interface Unpacking {
  readonly zipFile: string | undefined
  readonly onTrailing: (bytes: number) => void
}

/** The text of a file, any number of times. */
function textOf(
  file: string,
  packing: Source['packing'],
  { zipFile, onTrailing }: Unpacking,
): () => AsyncIterable<Buffer> {
  if (packing !== 'ZIP') return () => readText(file, packing === 'gzip', onTrailing)
  const entry = chooseEntry(file, readZip(readWhole(file), file), zipFile)
  return () => entry.chunks()
}

function readWhole(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw unreadable(file, `cannot be read (${reason})`, 'unpack it, and give the file')
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
  packing: Source['packing'],
): Promise<{ sample: Buffer; isWhole: boolean }> {
  const parts: Buffer[] = []
  let length = 0
  for await (const chunk of chunks()) {
    if (parts.length === 0) refuseForeign(file, chunk, packing)
    parts.push(chunk)
    length += chunk.length
    if (length > SAMPLE_BYTES)
      return { sample: Buffer.concat(parts).subarray(0, SAMPLE_BYTES), isWhole: false }
  }
  return { sample: Buffer.concat(parts), isWhole: true }
}

function refuseForeign(file: string, start: Buffer, packing: Source['packing']): void {
  if (packing === 'ZIP' && isGzip(start)) {
    throw unreadable(
      file,
      'holds a file that is compressed with gzip',
      'unpack it, and import that file',
    )
  }
  const foreign = foreignFormat(start, packing !== null)
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
    'Assay reads CSV and JSON, plain or compressed with gzip or ZIP',
  )
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }))
    hash.update(chunk as Buffer)
  return hash.digest('hex')
}
