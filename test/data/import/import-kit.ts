import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { Candles } from '../../../src/core/candles/candles.js'
import { AppError } from '../../../src/core/errors.js'
import {
  type CandleLibrary,
  createCandleLibrary,
} from '../../../src/data/candles/candle-library.js'
import { type Database, openDatabase } from '../../../src/data/store/database.js'
import { importFiles, type ImportReport } from '../../../src/data/import/import.js'
import type { ImportOptions } from '../../../src/data/import/tables/options.js'

/** An embedded database in a folder of its own, for the tests of one file. */
export interface ImportKit {
  readonly folder: string
  readonly library: CandleLibrary
  /** Writes a file into the folder; its path. */
  write(name: string, content: string | Uint8Array): string
  /** Imports into a fresh symbol, unless the options name one. */
  run(files: string | readonly string[], options?: Partial<ImportOptions>): Promise<Imported>
}

interface Imported {
  readonly report: ImportReport
  readonly candles: Candles
}

export function importKit(): ImportKit {
  const folder = mkdtempSync(join(tmpdir(), 'assay-import-'))
  let database: Promise<Database> | undefined
  const open = (): Promise<Database> => (database ??= openDatabase({ folder }))
  const library = createCandleLibrary({ home: folder, embedded: true, database: open })
  let symbols = 0
  beforeAll(async () => void (await open()))
  afterAll(async () => {
    await (await database)?.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    folder,
    library,
    write: (name, content) => {
      const file = join(folder, name)
      writeFileSync(file, content)
      return file
    },
    run: async (files, options = {}) => {
      const key = options.key ?? { symbol: `TEST${symbols++}-USD`, timeframe: '1m' }
      const list = typeof files === 'string' ? [files] : files
      const report = await importFiles(list, { ...options, key }, { library })
      return { report, candles: (await library.load(key.symbol, key.timeframe)).candles }
    },
  }
}

/** The error that an import must end with. */
export async function refusal(work: Promise<unknown>): Promise<AppError> {
  try {
    await work
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('the import was expected to be refused')
}

/** Minute candles as CSV rows, without a header. */
export function csvRows(count: number, since = 1_700_000_040_000, stepMs = 60_000): string[] {
  return Array.from({ length: count }, (_, i) => {
    const open = 100 + i
    return [since + i * stepMs, open, open + 2, open - 1, open + 1, 5 + i].join(',')
  })
}

export const HEADER = 'timestamp,open,high,low,close,volume'
