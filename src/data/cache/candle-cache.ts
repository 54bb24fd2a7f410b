import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, openSync, readSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { COLUMNS, type Candles } from '../../core/candles/candles.js'
import type { Millis } from '../../core/candles/time.js'
import { columnBytes } from './data-hash.js'
import { isDiskError, makeFolder } from '../files/disk-errors.js'
import { writeWhole } from '../files/draft.js'

const MAGIC = 'ASSAYCOL1\n'
const HEADER_BYTES = 64

/** Columns in files named by the hash of their content, so a file is right or it is not used. */
export interface CandleCache {
  /** Undefined where the file is missing, cut short, no plain file, or not what its name says. */
  read(dataHash: string, timeframeMs: Millis): Candles | undefined
  /**
   * Written beside and renamed: another process sees the whole file or none. A full disk is no
   * error here; the next reader asks the database.
   */
  write(dataHash: string, candles: Candles): void
  remove(dataHash: string): void
}

export function createCandleCache(folder: string): CandleCache {
  const fileOf = (dataHash: string): string => join(folder, `${dataHash}.columns`)
  return {
    read: (dataHash, timeframeMs) => readColumns(fileOf(dataHash), dataHash, timeframeMs),
    write: (dataHash, candles) =>
      whereItCan(() => {
        makeFolder(folder)
        writeWhole(fileOf(dataHash), columnParts(candles))
      }),
    remove: dataHash => whereItCan(() => unlinkSync(fileOf(dataHash))),
  }
}

/** What is in the way, or a disk that takes no more, leaves a cache as it is. */
function whereItCan(work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!isDiskError(error)) throw error
  }
}

function readColumns(file: string, dataHash: string, timeframeMs: Millis): Candles | undefined {
  const bytes = readWhole(file)
  if (bytes === undefined || bytes.length < HEADER_BYTES) return undefined
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return undefined
  const body = bytes.subarray(HEADER_BYTES)
  const length = body.length / 8 / COLUMNS.length
  if (!Number.isInteger(length)) return undefined
  if (createHash('sha256').update(body).digest('hex') !== dataHash) return undefined
  const column = (index: number): Float64Array =>
    new Float64Array(bytes.buffer, bytes.byteOffset + HEADER_BYTES + index * length * 8, length)
  return {
    timeframeMs,
    length,
    time: column(0),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
  }
}

/** A link could lead to anything, and a pipe would never end. */
const PLAIN = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/** The file in memory of its own, aligned for doubles. */
function readWhole(file: string): Buffer | undefined {
  let descriptor: number | undefined
  try {
    descriptor = openSync(file, PLAIN)
    const found = fstatSync(descriptor)
    return found.isFile() ? readFrom(descriptor, found.size) : undefined
  } catch {
    return undefined
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

function readFrom(descriptor: number, size: number): Buffer | undefined {
  const bytes = Buffer.from(new ArrayBuffer(size))
  for (let read = 0; read < bytes.length;) {
    const count = readSync(descriptor, bytes, read, bytes.length - read, read)
    if (count === 0) return undefined
    read += count
  }
  return bytes
}

function* columnParts(candles: Candles): Iterable<Uint8Array> {
  const header = Buffer.alloc(HEADER_BYTES)
  header.write(MAGIC, 'latin1')
  yield header
  for (const column of COLUMNS) yield columnBytes(candles[column], candles.length)
}
