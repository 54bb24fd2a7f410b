import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DataSet } from '../../core/ports/candles.js'
import { isDiskError } from '../files/disk-errors.js'

/**
 * What the embedded database holds, as a small file, so that reading candles need not start it.
 * It is removed before candles change and written again once they have: where it exists it is
 * right, and a process killed in between merely makes the next one ask the database.
 */
export interface Catalogue {
  read(): readonly DataSet[] | undefined
  /** A disk that is full or may not be written to leaves no catalogue, which is no error. */
  write(dataSets: readonly DataSet[]): void
  remove(): void
}

const VERSION = 1

export function createCatalogue(home: string): Catalogue {
  const file = join(home, 'catalogue.json')
  return {
    read: () => readCatalogue(file),
    write: dataSets => {
      const draft = `${file}.${process.pid}`
      try {
        writeFileSync(draft, JSON.stringify({ version: VERSION, dataSets }))
        renameSync(draft, file)
      } catch (error) {
        if (!isDiskError(error)) throw error
        removeQuietly(draft)
      }
    },
    remove: () => rmSync(file, { force: true }),
  }
}

function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true })
  } catch (error) {
    if (!isDiskError(error)) throw error
  }
}

/** Anything but a whole catalogue of this version counts as none. */
function readCatalogue(file: string): readonly DataSet[] | undefined {
  try {
    const { version, dataSets } = Object(JSON.parse(readFileSync(file, 'utf8'))) as {
      readonly version?: unknown
      readonly dataSets?: unknown
    }
    const isWhole = version === VERSION && Array.isArray(dataSets) && dataSets.every(isDataSet)
    return isWhole ? dataSets : undefined
  } catch {
    return undefined
  }
}

const TEXTS = ['symbol', 'timeframe', 'dataHash'] as const
const NUMBERS = ['count', 'first', 'last'] as const

function isDataSet(value: unknown): value is DataSet {
  const fields = Object(value) as Readonly<Record<string, unknown>>
  return (
    TEXTS.every(name => typeof fields[name] === 'string') &&
    NUMBERS.every(name => Number.isFinite(fields[name]))
  )
}
