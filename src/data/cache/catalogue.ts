import { createHash } from 'node:crypto'
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { DataSet } from '../../core/ports/market/candles.js'
import { isDiskError } from '../files/disk-errors.js'
import { removeQuietly, writeWhole } from '../files/draft.js'

/**
 * What the embedded database holds, as a small file, so that reading candles need not start it.
 * It names the state of the database that it was made of, and a sum over itself: one that was edited,
 * or that lies beside another state of the database, is not believed.
 */
export interface Catalogue {
  /**
   * Undefined where there is none to believe. While a process holds the database, its catalogue tells
   * of no state: that process keeps it right.
   */
  read(isHeld: boolean): readonly DataSet[] | undefined
  /** What was known last, whatever has become of the database since. */
  lastKnown(): readonly DataSet[] | undefined
  /** Written by the holder of the database. Where no new one can be written, none is left. */
  write(dataSets: readonly DataSet[]): void
  /** Says that a process holds the database and keeps the catalogue right. */
  hold(): void
  /** Says that the database, now closed, is in the state that the catalogue tells of. */
  settle(): void
}

const VERSION = 3

interface Content {
  readonly dataSets: readonly DataSet[]
  /** Of the control file of the database; null while it is open. */
  readonly state: string | null
}

export function createCatalogue(home: string): Catalogue {
  const file = join(home, 'catalogue.json')
  const control = join(home, 'database/global/pg_control')
  return {
    read: isHeld => {
      const content = readContent(file)
      if (content === undefined) return undefined
      const isRight = (isHeld && content.state === null) || content.state === stateOf(control)
      return isRight ? content.dataSets : undefined
    },
    lastKnown: () => readContent(file)?.dataSets,
    write: dataSets => writeContent(file, { dataSets, state: null }),
    hold: () => {
      const content = readContent(file)
      if (content !== undefined) writeContent(file, { ...content, state: null })
    },
    settle: () => {
      const content = readContent(file)
      if (content !== undefined) writeContent(file, { ...content, state: stateOf(control) })
    },
  }
}

/** The database writes this file whenever it is opened, closed or changed and flushed. */
function stateOf(control: string): string {
  try {
    return sha256(readFileSync(control))
  } catch {
    return 'none'
  }
}

function sumOf({ dataSets, state }: Content): string {
  return sha256(JSON.stringify([dataSets, state]))
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}

/** A disk that is full or may not be written to leaves no catalogue, which is no error. */
function writeContent(file: string, content: Content): void {
  const text = JSON.stringify({ version: VERSION, ...content, sum: sumOf(content) })
  try {
    writeWhole(file, [text])
  } catch (error) {
    if (!isDiskError(error)) throw error
    if (!writeOver(file, text)) removeQuietly(file)
  }
}

/** A full disk has room for what takes the place of something: whatever is cut short fails its sum. */
function writeOver(file: string, text: string): boolean {
  try {
    const descriptor = openSync(file, 'r+')
    try {
      const bytes = Buffer.from(text)
      if (writeSync(descriptor, bytes, 0, bytes.length, 0) !== bytes.length) return false
      ftruncateSync(descriptor, bytes.length)
      return true
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return false
  }
}

/** Anything but a whole catalogue of this version counts as none. */
function readContent(file: string): Content | undefined {
  try {
    const { version, sum, dataSets, state } = Object(JSON.parse(readFileSync(file, 'utf8'))) as {
      readonly version?: unknown
      readonly sum?: unknown
    } & Content
    const isWhole = version === VERSION && Array.isArray(dataSets) && dataSets.every(isDataSet)
    return isWhole && sum === sumOf({ dataSets, state }) ? { dataSets, state } : undefined
  } catch {
    return undefined
  }
}

const TEXTS = ['symbol', 'timeframe', 'source', 'dataHash'] as const
const NUMBERS = ['count', 'first', 'last'] as const

function isDataSet(value: unknown): value is DataSet {
  const fields = Object(value) as Readonly<Record<string, unknown>>
  return (
    TEXTS.every(name => typeof fields[name] === 'string') &&
    NUMBERS.every(name => Number.isFinite(fields[name]))
  )
}
