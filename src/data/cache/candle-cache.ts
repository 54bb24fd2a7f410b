import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { COLUMNS, type Candles } from '../../core/candles/candles.js'
import type { Millis } from '../../core/candles/time.js'
import { columnBytes } from './data-hash.js'
import { isDiskError, makeFolder } from '../files/disk-errors.js'

const MAGIC = 'ASSAYCOL1\n'
const HEADER_BYTES = 64

/** Columns in files named by the hash of their content, so a file is right or it is not used. */
export interface CandleCache {
  /** Undefined where the file is missing, cut short or not what its name says. */
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
    write: (dataHash, candles) => {
      try {
        makeFolder(folder)
        writeColumns(fileOf(dataHash), candles)
      } catch (error) {
        if (!isDiskError(error)) throw error
      }
    },
    remove: dataHash => rmSync(fileOf(dataHash), { force: true }),
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

/** The file in memory of its own, aligned for doubles. */
function readWhole(file: string): Buffer | undefined {
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch {
    return undefined
  }
  try {
    const bytes = Buffer.from(new ArrayBuffer(fstatSync(descriptor).size))
    let read = 0
    while (read < bytes.length) {
      const count = readSync(descriptor, bytes, read, bytes.length - read, read)
      if (count === 0) return undefined
      read += count
    }
    return bytes
  } finally {
    closeSync(descriptor)
  }
}

function writeColumns(file: string, candles: Candles): void {
  const draft = `${file}.${process.pid}`
  const descriptor = openSync(draft, 'w')
  try {
    const header = Buffer.alloc(HEADER_BYTES)
    header.write(MAGIC, 'latin1')
    writeAll(descriptor, header)
    for (const column of COLUMNS) writeAll(descriptor, columnBytes(candles[column], candles.length))
    closeSync(descriptor)
    renameSync(draft, file)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at)
}
